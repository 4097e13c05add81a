/*
 * Questions from a Word or GIFT file: each beside its source, with what the reader was unsure of.
 * The doubtful ones come first; they are mended or left out here, then everything is saved at
 * once, exactly as shown.
 */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { hasKey } from '../../lib/questions';
import { useLoad } from '../../lib/load';
import type { Bank, Question, QuestionPreview } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { CheckField, FileField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Empty, Tag } from '../../parts/notice';
import { Tabs } from '../../parts/tabs';
import { QuestionForm } from './question_form';
import { QuestionView } from './question_view';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';

const t = words(vi, en);

const SURE = 80;

type Read = QuestionPreview['questions'][number];

const isDoubtful = (q: Read): boolean =>
	q.confidence < SURE || q.problems.length > 0 || !hasKey(q);

function ChooseFile({ bank, onPreview }: { bank: string; onPreview: (p: QuestionPreview) => void })
	: JSX.Element {
	const form = useForm<{ file: File | null }>({
		start: { file: null },
		check: (v) => v.file ? {} : { file: t('imp.file.missing') },
		send: async (v) => {
			if (v.file) {
				onPreview(await api.upload<QuestionPreview>(`/api/v1/banks/${bank}/import`, v.file));
			}
		},
	});
	return (
		<Form form={form}>
			<h1>{t('imp.title')}</h1>
			<FileField name="file" label={t('imp.file')} hint={t('imp.file.hint')}
				accept=".docx,.txt,.gift" file={form.values.file} error={form.errors.file}
				onFile={(f) => form.set('file', f)} />
			<Button type="submit" busy={form.isBusy}>{t('imp.read')}</Button>
		</Form>
	);
}

type Part = QuestionPreview['parts'][number];

/* Each part counts its questions from 1 again. */
const editLabel = (q: Read, part: Part | undefined): string => part?.title
	? t('imp.edit.part', { number: q.number, part: part.number }) : t('q.edit.label', { number: q.number });

function ReadCard({ index, question: q, part, isFirst, isSkipped, onSkip, onEdit }: {
	index: number; question: Read; part: Part | undefined; isFirst: boolean; isSkipped: boolean;
	onSkip: (skip: boolean) => void; onEdit: () => void;
}): JSX.Element {
	return (
		<li class={isSkipped ? 'question-card skipped' : 'question-card'} data-question={index}>
			{isFirst && part?.title ? <p class="part-title">{part.title}</p> : null}
			<div class="row">
				<h2>{t('q.number', { number: q.number })}</h2>
				<Tag>{t(`kind.${q.kind}`)}</Tag>
				<Tag tone={isDoubtful(q) ? 'warn' : 'ok'}>{t('imp.confidence', { value: q.confidence })}</Tag>
				<Button small kind="secondary" label={editLabel(q, part)} onClick={onEdit}>
					{t('q.edit')}
				</Button>
			</div>
			{q.problems.map((p) => <p class="field-error" key={p.code + p.detail}>{p.detail}</p>)}
			{hasKey(q) || q.problems.length > 0 ? null : <p class="field-error">{t('imp.nokey')}</p>}
			<div class="beside">
				<QuestionView question={q} />
				{q.source
					? (
						<details open={isDoubtful(q)}>
							<summary>{t('q.source')}</summary>
							<pre class="source">{q.source}</pre>
						</details>
					)
					: null}
			</div>
			<CheckField name={`skip-${index}`} label={t('imp.skip')} checked={isSkipped}
				onChange={onSkip} />
		</li>
	);
}

function Unassigned({ texts }: { texts: { text: string }[] }): JSX.Element | null {
	if (texts.length === 0) {
		return null;
	}
	return (
		<details>
			<summary>{t('imp.unassigned')} ({texts.length})</summary>
			<ul>{texts.map((u, i) => <li key={i}>{u.text}</li>)}</ul>
		</details>
	);
}

function PreviewStep({ preview, onChange, onDone, onDrop }: {
	preview: QuestionPreview;
	onChange: (p: QuestionPreview) => void;
	onDone: (added: number) => void;
	onDrop: () => void;
}): JSX.Element {
	const all = preview.questions.map((q, index) => ({ q, index }));
	const doubtful = all.filter(({ q }) => isDoubtful(q));
	const [tab, setTab] = useState(doubtful.length > 0 ? 'doubtful' : 'all');
	const [skipped, setSkipped] = useState<ReadonlySet<number>>(new Set());
	const [editing, setEditing] = useState<number | null>(null);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const skip = (index: number, isOn: boolean): void => {
		const next = new Set(skipped);
		if (isOn) {
			next.add(index);
		} else {
			next.delete(index);
		}
		setSkipped(next);
	};
	const save = async (index: number, q: Question): Promise<void> => {
		onChange(await api.put<QuestionPreview>(
			`/api/v1/imports/${preview.plan}/questions/${index}`, q));
		setEditing(null);
	};
	const commit = (): void => {
		setBusy(true);
		setError(undefined);
		api.post<{ added: number }>(`/api/v1/imports/${preview.plan}/commit`,
			{ hash: preview.hash, skip: [...skipped] }, { timeoutMs: 60_000 })
			.then((answer) => onDone(answer.added), setError)
			.finally(() => setBusy(false));
	};
	/* Who opens a question starts at its heading, and comes back to it, or to the next one when it
	 * no longer needs a look. */
	const heading = useRef<HTMLHeadingElement>(null);
	const list = useRef<HTMLDivElement>(null);
	const opened = useRef<number | null>(null);
	useEffect(() => {
		if (editing !== null) {
			opened.current = editing;
			heading.current?.focus();
		} else if (opened.current !== null) {
			const cards = [...list.current?.querySelectorAll<HTMLElement>('[data-question]') ?? []];
			const from = opened.current;
			const card = cards.find((c) => Number(c.dataset['question']) >= from) ?? cards.at(-1);
			(card ?? list.current)?.querySelector<HTMLElement>('button')?.focus();
			opened.current = null;
		}
	}, [editing]);
	const edited = editing === null ? undefined : preview.questions[editing];
	if (editing !== null && edited) {
		return (
			<>
				<h1 tabIndex={-1} ref={heading}>{editLabel(edited, preview.parts[edited.part ?? 0])}</h1>
				<QuestionForm question={edited} onSave={(q) => save(editing, q)}
					onBack={() => setEditing(null)} />
			</>
		);
	}
	const shown = tab === 'all' ? all : doubtful;
	const count = preview.questions.length - skipped.size;
	return (
		<>
			<h1>{t('imp.preview', { name: preview.fileName })}</h1>
			<Banner>
				<p>{t('imp.counts', { sure: all.length - doubtful.length, doubtful: doubtful.length })}</p>
				<p>{t('imp.nothing')}</p>
			</Banner>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{preview.problems.map((p) => (
				<Banner key={p.code} tone="warn"><p>{p.detail}</p></Banner>
			))}
			<Unassigned texts={preview.unassigned} />
			<div ref={list}>
				<Tabs label={t('questions')} selected={tab} onSelect={setTab} items={[
					{ id: 'doubtful', label: t('imp.doubtful', { count: doubtful.length }) },
					{ id: 'all', label: t('imp.all', { count: all.length }) },
				]}>
					{shown.length === 0 ? <Empty>{t('imp.clear')}</Empty> : null}
					<ol class="question-list">
						{shown.map(({ q, index }, at) => (
							<ReadCard key={index} index={index} question={q} isSkipped={skipped.has(index)}
								part={preview.parts[q.part ?? 0]} isFirst={shown[at - 1]?.q.part !== q.part}
								onSkip={(on) => skip(index, on)} onEdit={() => setEditing(index)} />
						))}
					</ol>
				</Tabs>
			</div>
			<div class="row">
				<Button busy={isBusy} disabled={count === 0} onClick={commit}>
					{t('imp.commit', { count })}
				</Button>
				<Button kind="secondary" onClick={onDrop}>{t('imp.drop')}</Button>
			</div>
		</>
	);
}

export function ImportQuestionsPage({ bank }: { bank: string }): JSX.Element {
	const [preview, setPreview] = useState<QuestionPreview | null>(null);
	const [added, setAdded] = useState<number | null>(null);
	const about = useLoad<Bank>(`bank ${bank}`, (signal) => api.get(`/api/v1/banks/${bank}`, { signal }));
	const home = `/giao-vien/ngan-hang/${bank}`;
	if (added !== null) {
		return (
			<>
				<h1>{t('imp.title')}</h1>
				<Banner tone="ok" live="polite" title={t('imp.done', { count: added })} />
				<div class="row">
					<ButtonLink href={home}>{t('imp.bank')}</ButtonLink>
					<ButtonLink kind="secondary" href={`/giao-vien/de-thi/moi?bank=${bank}`}>
						{t('bank.paper')}
					</ButtonLink>
				</div>
			</>
		);
	}
	return (
		<>
			<Breadcrumbs items={[
				{ href: '/giao-vien/ngan-hang', label: t('banks') },
				{ href: home, label: about.value?.name ?? '…' },
				{ label: t('imp.title') },
			]} />
			{preview
				? <PreviewStep preview={preview} onChange={setPreview} onDone={setAdded}
					onDrop={() => setPreview(null)} />
				: <ChooseFile bank={bank} onPreview={setPreview} />}
		</>
	);
}
