/* Papers: made from a structure and a bank, arranged in parts, weighed, then used by a sitting. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { lang, words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatPoints } from '../../lib/number';
import { move, parsePoints, totalOf } from '../../lib/paper';
import { navigate, queryValue } from '../../lib/router';
import type { Bank, Items, Paper, PaperItem, Question, Subject } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { CheckField, SelectField, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { useLeaveGuard } from '../../parts/leave_guard';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Rich } from '../exam/rich';
import { picturesIn } from '../../lib/questions';
import { QuestionView } from './question_view';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';

const t = words(vi, en);

const PAPERS = '/giao-vien/de-thi';

export function PapersPage(): JSX.Element {
	const papers = useLoad<Items<Paper>>('papers', (signal) => api.get('/api/v1/papers', { signal }));
	return (
		<>
			<h1>{t('papers')}</h1>
			<p><ButtonLink href={`${PAPERS}/moi`}>{t('paper.new')}</ButtonLink></p>
			<Show of={papers}>{(list) => (
				<>
					{list.items.length === 0 ? <Empty>{t('paper.none')}</Empty> : null}
					<ul class="cards">
						{list.items.map((p) => (
							<li key={p.id}>
								<a href={`${PAPERS}/${p.id}`}><strong>{p.title}</strong></a>{' '}
								<Tag>{t(`paper.state.${p.state}`)}</Tag>
								<p class="quiet">{t('paper.total', { points: formatPoints(p.totalX100, lang.value) })}</p>
							</li>
						))}
					</ul>
				</>
			)}</Show>
		</>
	);
}

export function NewPaperPage(): JSX.Element {
	const subjects = useLoad<Items<Subject>>('subjects',
		(signal) => api.get('/api/v1/subjects', { signal }));
	const banks = useLoad<Items<Bank>>('banks', (signal) => api.get('/api/v1/banks', { signal }));
	const form = useForm({
		start: { title: '', subjectId: '', bank: queryValue('bank') ?? '', preset: 'free' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.title.trim()) {
				errors.title = t('paper.title.missing');
			}
			if (!v.subjectId) {
				errors.subjectId = t('paper.subject.missing');
			}
			return errors;
		},
		send: async (v) => {
			const paper = await api.post<Paper>('/api/v1/papers', {
				title: v.title.trim(), subjectId: v.subjectId, preset: v.preset,
				...(v.bank ? { bank: v.bank } : {}),
			});
			navigate(`${PAPERS}/${paper.id}`);
		},
	});
	/* A bank knows its subject: one choice less. */
	const chosen = banks.value?.items.find((b) => b.id === form.values.bank);
	useEffect(() => {
		if (chosen?.subjectId && !form.values.subjectId) {
			form.set('subjectId', chosen.subjectId);
		}
	}, [chosen?.id]);
	return (
		<>
			<Breadcrumbs items={[{ href: PAPERS, label: t('papers') }, { label: t('paper.new') }]} />
			<Show of={subjects}>{(list) => (
				<Form form={form}>
					<h1>{t('paper.new')}</h1>
					<TextField name="title" label={t('paper.title')} value={form.values.title} maxLength={200}
						error={form.errors.title} onInput={(v) => form.set('title', v)} />
					<SelectField name="bank" label={t('paper.bank')} empty={t('paper.bank.none')}
						value={form.values.bank} onChange={(v) => form.set('bank', v)}
						options={(banks.value?.items ?? []).map((b) => ({ value: b.id, label: b.name }))} />
					<SelectField name="subjectId" label={t('paper.subject')} empty={t('choose')}
						value={form.values.subjectId} error={form.errors.subjectId}
						onChange={(v) => form.set('subjectId', v)}
						options={list.items.map((s) => ({ value: s.id, label: s.name }))} />
					<SelectField name="preset" label={t('paper.preset')} value={form.values.preset}
						onChange={(v) => form.set('preset', v)} options={[
							{ value: 'free', label: t('paper.preset.free') },
							{ value: 'thpt2025_toan', label: t('paper.preset.toan') },
							{ value: 'thpt2025_18_4_6', label: t('paper.preset.18') },
							{ value: 'thpt2025_24_4', label: t('paper.preset.24') },
						]} />
					<Button type="submit" busy={form.isBusy}>{t('paper.new')}</Button>
				</Form>
			)}</Show>
		</>
	);
}

interface EditProps {
	paper: Paper;
	questions: ReadonlyMap<string, Question>;
	change: (how: (paper: Paper) => Paper) => void;
	isFrozen: boolean;
}

function Weight({ id, label, value, onChange }: {
	id: string; label: string; value: number; onChange: (x100: number) => void;
}): JSX.Element {
	const [text, setText] = useState<string | null>(null);
	const shown = text ?? formatPoints(value, lang.value);
	const wrong = parsePoints(shown) === null;
	return (
		<TextField name={id} label={label} width="w-4" inputMode="decimal" value={shown}
			error={wrong ? t('paper.weight.wrong') : undefined}
			onInput={(next) => {
				setText(next);
				const x100 = parsePoints(next);
				if (x100 !== null) {
					onChange(x100);
				}
			}}
			onBlur={() => { if (!wrong) { setText(null); } }} />
	);
}

/* What is wrong with a question says which one of the paper it is. */
const named = (p: Paper['problems'][number]): string => p.row && p.code.startsWith('question.')
	? `${t('q.number', { number: p.row })}: ${p.detail}` : p.detail;

function ItemRow({ paper, item, index, questions, change, isFrozen }: EditProps & {
	item: PaperItem; index: number;
}): JSX.Element {
	const q = questions.get(item.question);
	const number = index + 1;
	const setItems = (items: PaperItem[]): void => change((p) => ({ ...p, items }));
	return (
		<li class="question-card">
			<div class="row">
				<h3>{t('q.number', { number })}</h3>
				{q ? <Tag>{t(`kind.${q.kind}`)}</Tag> : null}
				<span>{t('points.of', { points: formatPoints(item.weightX100, lang.value) })}</span>
				{isFrozen ? null : (
					<>
						<Button small kind="secondary" label={t('paper.item.up', { number })}
							onClick={() => setItems(move(paper.items, index, -1))}>↑</Button>
						<Button small kind="secondary" label={t('paper.item.down', { number })}
							onClick={() => setItems(move(paper.items, index, 1))}>↓</Button>
						<Button small kind="secondary" label={t('paper.item.remove', { number })}
							onClick={() => setItems(paper.items.filter((_, i) => i !== index))}>{t('remove')}</Button>
					</>
				)}
			</div>
			{q
				? (
					<details>
						<summary>
							<span class="stem-line"><Rich html={q.stem} pictures={picturesIn([q.stem])} inline /></span>
						</summary>
						<QuestionView question={q} />
					</details>
				)
				: null}
		</li>
	);
}

function PartEdit(props: EditProps & { part: number }): JSX.Element {
	const { paper, part, change, isFrozen } = props;
	const p = paper.parts[part];
	const items = paper.items.map((item, index) => ({ item, index })).filter((x) => x.item.part === part);
	const set = (more: Partial<Paper['parts'][number]>): void => change((old) => ({
		...old, parts: old.parts.map((x, i) => i === part ? { ...x, ...more } : x),
	}));
	const setWeight = (weightX100: number): void => change((old) => ({
		...old,
		parts: old.parts.map((x, i) => i === part ? { ...x, weightX100 } : x),
		items: old.items.map((x) => x.part === part ? { ...x, weightX100 } : x),
	}));
	const remove = (): void => change((old) => ({
		...old,
		parts: old.parts.filter((_, i) => i !== part),
		items: old.items.map((x) => x.part > part ? { ...x, part: x.part - 1 } : x),
	}));
	if (!p) {
		return <></>;
	}
	return (
		<section class="paper-part">
			<h2>{p.title || `${t('paper.part')} ${part + 1}`}</h2>
			{isFrozen
				? (
					<p class="quiet">
						{t('paper.items', { count: items.length })}
						{p.shuffle ? ` · ${t('paper.part.shuffled')}` : ''}
					</p>
				)
				: (
					<>
						<TextField name={`part-${part}`} label={t('paper.part.title')} value={p.title} maxLength={200}
							onInput={(title) => set({ title })} />
						<div class="row">
							<Weight id={`weight-${part}`} label={t('paper.weight.all')} value={p.weightX100}
								onChange={setWeight} />
							<CheckField name={`shuffle-${part}`} label={t('paper.part.shuffle')} checked={p.shuffle}
								onChange={(shuffle) => set({ shuffle })} />
						</div>
					</>
				)}
			<ol class="question-list">
				{items.map(({ item, index }) => (
					<ItemRow key={item.question} {...props} item={item} index={index} />
				))}
			</ol>
			{items.length === 0 && paper.parts.length > 1 && !isFrozen
				? <Button small kind="secondary" onClick={remove}>{t('paper.part.remove')}</Button> : null}
		</section>
	);
}

/* Adding from a bank: into the part that is chosen, at that part's weight. */
function AddFromBank({ paper, change, onQuestions }: {
	paper: Paper; change: EditProps['change']; onQuestions: (list: Question[]) => void;
}): JSX.Element {
	const [bank, setBank] = useState('');
	const [part, setPart] = useState('0');
	const banks = useLoad<Items<Bank>>('banks', (signal) => api.get('/api/v1/banks', { signal }));
	const found = useLoad<Items<Question>>(`add ${bank}`, async (signal) => {
		const list: Items<Question> = bank
			? await api.get(`/api/v1/banks/${bank}/questions`, { signal }) : { items: [] };
		onQuestions(list.items);
		return list;
	});
	const there = new Set(paper.items.map((i) => i.question));
	const free = (found.value?.items ?? []).filter((q) => !there.has(q.id ?? ''));
	const add = (list: Question[]): void => change((old) => {
		const at = Number(part);
		const made = list.map((q) => ({ question: q.id ?? '', revision: q.revision ?? 1, part: at,
			weightX100: old.parts[at]?.weightX100 ?? 25 }));
		/* Items stand in the order of their parts. */
		const items = [...old.items, ...made].map((item, i) => ({ item, i }))
			.sort((a, b) => a.item.part - b.item.part || a.i - b.i).map((x) => x.item);
		return { ...old, items };
	});
	return (
		<details>
			<summary>{t('paper.add')}</summary>
			<SelectField name="add-bank" label={t('paper.bank')} empty={t('choose')} value={bank}
				options={(banks.value?.items ?? []).map((b) => ({ value: b.id, label: b.name }))}
				onChange={setBank} />
			<SelectField name="add-part" label={t('paper.part')} value={part} onChange={setPart}
				options={paper.parts.map((p, i) => ({ value: String(i), label: p.title || String(i + 1) }))} />
			{free.length > 0
				? <Button small onClick={() => add(free)}>{t('paper.add.all', { count: free.length })}</Button>
				: null}
			<ul class="question-list">
				{free.map((q) => (
					<li key={q.id} class="question-card">
						<QuestionView question={q} />
						<Button small kind="secondary" onClick={() => add([q])}>{t('paper.add.one')}</Button>
					</li>
				))}
			</ul>
		</details>
	);
}

function PaperEdit({ start, start: { id } }: { start: Paper }): JSX.Element {
	const [paper, setPaper] = useState(start);
	const [questions, setQuestions] = useState<ReadonlyMap<string, Question>>(new Map());
	const [state, setState] = useState<'idle' | 'busy' | 'saved'>('idle');
	const [error, setError] = useState<unknown>(undefined);
	const isChanged = useRef(false);
	useLeaveGuard(() => isChanged.current);
	const isFrozen = paper.state === 'inUse';
	const learn = (list: Question[]): void => setQuestions((old) => {
		const next = new Map(old);
		list.forEach((q) => next.set(q.id ?? '', q));
		return next;
	});
	useEffect(() => {
		const missing = start.items.map((i) => i.question);
		void Promise.all(missing.map((q) => api.get<Question>(`/api/v1/questions/${q}`)))
			.then(learn, setError);
	}, [id]);
	const change = (how: (p: Paper) => Paper): void => {
		isChanged.current = true;
		setState('idle');
		setPaper(how);
	};
	const save = (): void => {
		setState('busy');
		setError(undefined);
		api.put<Paper>(`/api/v1/papers/${id}`, paper).then(
			(saved) => { isChanged.current = false; setPaper(saved); setState('saved'); },
			(e: unknown) => { setError(e); setState('idle'); });
	};
	const addPart = (): void => change((old) => ({
		...old,
		parts: [...old.parts, { title: `${t('paper.part')} ${old.parts.length + 1}`, instructions: '',
			shuffle: true, weightX100: 25, stepsX100: [10, 25, 50, 100] }],
	}));
	return (
		<>
			<Breadcrumbs items={[{ href: PAPERS, label: t('papers') }, { label: start.title }]} />
			<h1>{paper.title}</h1>
			{isFrozen ? <Banner><p>{t('paper.frozen')}</p></Banner> : null}
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{paper.problems.length > 0
				? (
					<Banner tone="warn" title={t('paper.problems')}>
						<ul>{paper.problems.map((p) => <li key={`${p.code} ${p.row ?? ''}`}>{named(p)}</li>)}</ul>
					</Banner>
				)
				: null}
			<p>
				<strong>{t('paper.total', { points: formatPoints(totalOf(paper), lang.value) })}</strong>
				{' · '}{t('paper.items', { count: paper.items.length })}
			</p>
			{isFrozen
				? <p><ButtonLink href={`/giao-vien/ca-thi/moi?paper=${id}`}>{t('paper.publish')}</ButtonLink></p>
				: (
					<TextField name="title" label={t('paper.title')} value={paper.title} maxLength={200}
						onInput={(title) => change((old) => ({ ...old, title }))} />
				)}
			{paper.parts.map((_, i) => (
				<PartEdit key={i} part={i} paper={paper} questions={questions} change={change}
					isFrozen={isFrozen} />
			))}
			{isFrozen ? null : (
				<>
					<AddFromBank paper={paper} change={change} onQuestions={learn} />
					<div class="row">
						<Button busy={state === 'busy'} onClick={save}>{t('paper.save')}</Button>
						<Button kind="secondary" onClick={addPart}>{t('paper.part.add')}</Button>
						{paper.items.length > 0
							? (
								<ButtonLink kind="secondary" href={`/giao-vien/ca-thi/moi?paper=${id}`}>
									{t('paper.publish')}
								</ButtonLink>
							)
							: null}
					</div>
					<div role="status" class="save-state">{state === 'saved' ? t('paper.saved') : ''}</div>
				</>
			)}
		</>
	);
}

export function PaperPage({ id }: { id: string }): JSX.Element {
	const paper = useLoad<Paper>(`paper ${id}`, (signal) => api.get(`/api/v1/papers/${id}`, { signal }));
	return <Show of={paper}>{(p) => <PaperEdit key={p.id} start={p} />}</Show>;
}
