/* Question banks, one bank's questions, writing and mending them. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { KINDS, blankQuestion, textsOf } from '../../lib/questions';
import { navigate } from '../../lib/router';
import type { Bank, Items, Question, Subject } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { Confirm } from '../../parts/dialog';
import { CheckField, SelectField, TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { QuestionForm } from './question_form';
import { QuestionView } from './question_view';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';

const t = words(vi, en);

const BANKS = '/giao-vien/ngan-hang';

function NewBank({ subjects }: { subjects: Subject[] }): JSX.Element {
	const form = useForm({
		start: { name: '', subjectId: '', isShared: false },
		check: (v) => v.name.trim() ? {} : { name: t('bank.name.missing') },
		send: async (v) => {
			const bank = await api.post<Bank>('/api/v1/banks',
				{ name: v.name.trim(), subjectId: v.subjectId || null, isShared: v.isShared });
			navigate(`${BANKS}/${bank.id}`);
		},
	});
	return (
		<Form form={form}>
			<h1>{t('bank.new')}</h1>
			<TextField name="name" label={t('bank.name')} value={form.values.name} error={form.errors.name}
				maxLength={200} onInput={(v) => form.set('name', v)} />
			<SelectField name="subjectId" label={t('bank.subject')} empty={t('choose')}
				value={form.values.subjectId} error={form.errors.subjectId}
				options={subjects.map((s) => ({ value: s.id, label: s.name }))}
				onChange={(v) => form.set('subjectId', v)} />
			<CheckField name="isShared" label={t('bank.shared')} checked={form.values.isShared}
				onChange={(v) => form.set('isShared', v)} />
			<div class="row">
				<Button type="submit" busy={form.isBusy}>{t('bank.new')}</Button>
				<ButtonLink kind="secondary" href={BANKS}>{t('q.cancel')}</ButtonLink>
			</div>
		</Form>
	);
}

/** A bank of one's own to begin. */
export function NewBankPage(): JSX.Element {
	const subjects = useLoad<Items<Subject>>('subjects',
		(signal) => api.get('/api/v1/subjects', { signal }));
	return (
		<>
			<Breadcrumbs items={[{ href: BANKS, label: t('banks') }, { label: t('bank.new') }]} />
			<Show of={subjects}>{(list) => <NewBank subjects={list.items} />}</Show>
		</>
	);
}

export function BanksPage(): JSX.Element {
	const banks = useLoad<Items<Bank>>('banks', (signal) => api.get('/api/v1/banks', { signal }));
	return (
		<>
			<h1>{t('banks')}</h1>
			<Show of={banks}>{(list) => (
				<>
					{list.items.length === 0 ? <Empty>{t('bank.none')}</Empty> : null}
					<ul class="cards">
						{list.items.map((b) => (
							<li key={b.id}>
								<a href={`${BANKS}/${b.id}`}><strong>{b.name}</strong></a>
								<p class="quiet">
									{t('bank.count', { count: b.questionCount })}
									{b.isOwn ? '' : ` · ${t('bank.others')}`}
								</p>
							</li>
						))}
					</ul>
				</>
			)}</Show>
			<p><ButtonLink kind="secondary" href={`${BANKS}/moi`}>{t('bank.new')}</ButtonLink></p>
		</>
	);
}

function QuestionCard({ question, number, onEdit }: {
	question: Question; number: number; onEdit: () => void;
}): JSX.Element {
	return (
		<li class="question-card">
			<div class="row">
				<h3>{t('q.number', { number })}</h3>
				<Tag>{t(`kind.${question.kind}`)}</Tag>
				<Button small kind="secondary" label={t('q.edit.label', { number })} onClick={onEdit}>
					{t('q.edit')}
				</Button>
			</div>
			{question.problems.map((p) => <p class="hint" key={p.code + p.detail}>{p.detail}</p>)}
			<QuestionView question={question} />
		</li>
	);
}

function Editing({ bank, question, onDone }: {
	bank: string; question: Question; onDone: (isChanged: boolean) => void;
}): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const [isRetiring, setRetiring] = useState(false);
	const save = async (q: Question): Promise<void> => {
		if (q.id) {
			await api.put(`/api/v1/questions/${q.id}`, q);
		} else {
			await api.post(`/api/v1/banks/${bank}/questions`, q);
		}
		onDone(true);
	};
	const retire = (): void => {
		setRetiring(false);
		api.del(`/api/v1/questions/${question.id ?? ''}`).then(() => onDone(true), setError);
	};
	return (
		<>
			<h1>{question.id ? t('q.edit') : t('bank.add')}</h1>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<QuestionForm question={question} onSave={save} onBack={() => onDone(false)} />
			{question.id
				? <p><Button kind="danger" small onClick={() => setRetiring(true)}>{t('q.retire')}</Button></p> : null}
			{isRetiring
				? (
					<Confirm title={t('q.retire.ask')} yes={t('q.retire')} isDanger onYes={retire}
						onNo={() => setRetiring(false)}>
						<p>{t('q.retire.text')}</p>
					</Confirm>
				)
				: null}
		</>
	);
}

/* Letters without their marks and case, so that "dao ham" finds "Đạo hàm". */
const bare = (text: string): string => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
	.toLowerCase().replace(/đ/g, 'd');

const textOf = (q: Question): string => bare([...textsOf(q), q.topic]
	.map((x) => (x ?? '').replace(/<[^>]*>/g, ' ')).join(' '));

/* Looking for questions of a bank: by words and by kind. */
function Questions({ list, onEdit }: { list: Question[]; onEdit: (q: Question) => void }): JSX.Element {
	const [wanted, setWanted] = useState('');
	const [kind, setKind] = useState('');
	const numbered = list.map((q, i) => ({ q, number: i + 1 }));
	const words = bare(wanted).split(/\s+/).filter(Boolean);
	const found = numbered.filter(({ q }) => (!kind || q.kind === kind) &&
		words.every((word) => textOf(q).includes(word)));
	const kinds = KINDS.filter((k) => list.some((q) => q.kind === k));
	return (
		<>
			<div class="find">
				<TextField name="find" label={t('q.find')} type="search" value={wanted} autoComplete="off"
					onInput={setWanted} />
				<SelectField name="kind" label={t('kind')} empty={t('q.find.kind')} value={kind} onChange={setKind}
					options={kinds.map((k) => ({ value: k, label: t(`kind.${k}`) }))} />
			</div>
			<p role="status" class="quiet">{t('q.find.count', { found: found.length, all: list.length })}</p>
			{found.length === 0 ? <Empty>{t('q.find.none')}</Empty> : null}
			<ol class="question-list">
				{found.map(({ q, number }) => (
					<QuestionCard key={q.id} question={q} number={number} onEdit={() => onEdit(q)} />
				))}
			</ol>
		</>
	);
}

export function BankPage({ id }: { id: string }): JSX.Element {
	const [editing, setEditing] = useState<Question | null>(null);
	const bank = useLoad<Bank>(`bank ${id}`, (signal) => api.get(`/api/v1/banks/${id}`, { signal }));
	const questions = useLoad<Items<Question>>(`questions ${id}`,
		(signal) => api.get(`/api/v1/banks/${id}/questions`, { signal }));
	if (editing) {
		return (
			<Editing bank={id} question={editing} onDone={(isChanged) => {
				setEditing(null);
				if (isChanged) {
					questions.reload();
				}
			}} />
		);
	}
	return (
		<Show of={bank}>{(b) => (
			<>
				<Breadcrumbs items={[{ href: BANKS, label: t('banks') }, { label: b.name }]} />
				<h1>{b.name}</h1>
				<div class="row">
					<ButtonLink href={`${BANKS}/${id}/nhap`}>{t('bank.import')}</ButtonLink>
					<Button kind="secondary" onClick={() => setEditing(blankQuestion('single'))}>
						{t('bank.add')}
					</Button>
					<ButtonLink kind="secondary" href={`/giao-vien/de-thi/moi?bank=${id}`}>
						{t('bank.paper')}
					</ButtonLink>
				</div>
				<h2>{t('questions')}</h2>
				<Show of={questions}>{(list) => list.items.length === 0
					? <Empty>{t('bank.empty')}</Empty>
					: (
						<Questions list={list.items} onEdit={setEditing} />
					)}</Show>
			</>
		)}</Show>
	);
}
