/*
 * One question to write or to mend. Plain fields with formulas between $ signs, and beside them
 * the question as students will see it. What was typed stays when saving fails.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { words } from '../../lib/i18n';
import { KINDS, OPTIONS_MAX, blankQuestion, hasKey, letter, toField, toRich } from '../../lib/questions';
import type { Question, QuestionKind, Shown } from '../../lib/types';
import { Button } from '../../parts/button';
import { CheckField, CheckboxesField, RadioField, SelectField, TextArea, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { QuestionView } from './question_view';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';

const t = words(vi, en);

/* The form's values: rich texts as a teacher types them. */
interface Draft extends Record<string, unknown> {
	question: Question;
	stem: string;
	texts: string[]; /* of options or statements */
	accepted: string;
	guide: string; /* of an essay's marking */
}

const shownOf = (q: Question): Shown[] => q.options ?? q.statements ?? [];

function draftOf(q: Question): Draft {
	const key = q.key as { accepted?: string[]; guide?: string } | null;
	return {
		question: q,
		stem: toField(q.stem),
		texts: shownOf(q).map((o) => toField(o.html)),
		accepted: q.kind === 'text' ? (key?.accepted ?? []).join('\n') : '',
		guide: q.kind === 'essay' ? toField(key?.guide ?? '') : '',
	};
}

function questionOf(d: Draft): Question {
	const q: Question = { ...d.question, stem: toRich(d.stem) };
	const shown = shownOf(q).map((o, i) => ({ id: o.id, html: toRich(d.texts[i] ?? '') }));
	if (q.options) {
		q.options = shown;
	}
	if (q.statements) {
		q.statements = shown;
	}
	if (q.kind === 'text') {
		q.key = { accepted: d.accepted.split('\n').map((a) => a.trim()).filter(Boolean) };
	}
	if (q.kind === 'essay') {
		q.key = { guide: toRich(d.guide) };
	}
	return q;
}

type Change = (change: (d: Draft) => Draft) => void;

function ChoiceKey({ d, change, error }: { d: Draft; change: Change; error: string | undefined })
	: JSX.Element {
	const q = d.question;
	const options = (q.options ?? []).map((o) => ({ value: o.id, label: t('q.key.right', { id: o.id }) }));
	const setKey = (key: unknown): void => change((old) => ({ ...old, question: { ...old.question, key } }));
	return q.kind === 'single'
		? <RadioField name="key" label={t('q.key')} inline options={options} value={String(q.key ?? '')}
			error={error} onChange={setKey} />
		: <CheckboxesField name="key" label={t('q.key')} inline options={options}
			values={Array.isArray(q.key) ? q.key as string[] : []} error={error} onChange={setKey} />;
}

function Choices({ d, change, error }: { d: Draft; change: Change; error: string | undefined })
	: JSX.Element {
	const options = d.question.options ?? [];
	const setText = (i: number, text: string): void =>
		change((old) => ({ ...old, texts: old.texts.map((x, k) => k === i ? text : x) }));
	const add = (): void => change((old) => ({
		...old,
		texts: [...old.texts, ''],
		question: { ...old.question,
			options: [...(old.question.options ?? []), { id: letter(options.length), html: '' }] },
	}));
	const removeLast = (): void => change((old) => ({
		...old,
		texts: old.texts.slice(0, -1),
		question: { ...old.question, options: (old.question.options ?? []).slice(0, -1) },
	}));
	const last = options[options.length - 1];
	return (
		<>
			{options.map((o, i) => (
				<TextArea key={o.id} name={`option-${o.id}`} label={t('q.option', { id: o.id })} rows={2}
					value={d.texts[i] ?? ''} onInput={(v) => setText(i, v)} />
			))}
			<div class="row">
				{options.length < OPTIONS_MAX
					? <Button small kind="secondary" onClick={add}>{t('q.option.add')}</Button> : null}
				{options.length > 2 && last
					? (
						<Button small kind="secondary" onClick={removeLast}>
							{t('q.option.remove', { id: last.id })}
						</Button>
					)
					: null}
			</div>
			<ChoiceKey d={d} change={change} error={error} />
			<CheckField name="keepLast" label={t('q.keepLast')} checked={d.question.keepLast}
				onChange={(on) => change((old) =>
					({ ...old, question: { ...old.question, keepLast: on } }))} />
		</>
	);
}

function Statements({ d, change, error }: { d: Draft; change: Change; error: string | undefined })
	: JSX.Element {
	const key = Array.isArray(d.question.key) ? d.question.key as (boolean | null)[] : [];
	const setKey = (i: number, value: string): void => change((old) => {
		const next = (old.question.statements ?? []).map((_, k) => k === i ? value === 'true' : key[k] ?? null);
		return { ...old, question: { ...old.question, key: next } };
	});
	const setText = (i: number, text: string): void =>
		change((old) => ({ ...old, texts: old.texts.map((x, k) => k === i ? text : x) }));
	return (
		<>
			{(d.question.statements ?? []).map((s, i) => (
				<div key={s.id}>
					<TextArea name={`statement-${s.id}`} label={t('q.statement', { id: s.id })} rows={2}
						value={d.texts[i] ?? ''} onInput={(v) => setText(i, v)} />
					<RadioField name={i === 0 ? 'key' : `key-${s.id}`} inline
						label={`${t('q.key')} ${s.id})`} error={i === 0 ? error : undefined}
						value={key[i] === null || key[i] === undefined ? '' : String(key[i])}
						options={[{ value: 'true', label: t('q.true') }, { value: 'false', label: t('q.false') }]}
						onChange={(v) => setKey(i, v)} />
				</div>
			))}
		</>
	);
}

function Answer({ d, change, error }: { d: Draft; change: Change; error: string | undefined })
	: JSX.Element | null {
	const q = d.question;
	const setKey = (key: unknown): void => change((old) => ({ ...old, question: { ...old.question, key } }));
	switch (q.kind) {
	case 'single':
	case 'multiple':
		return <Choices d={d} change={change} error={error} />;
	case 'truefalse':
		return <Statements d={d} change={change} error={error} />;
	case 'numeric': {
		const key = (q.key ?? {}) as { value?: string; tolerance?: string };
		return (
			<>
				<TextField name="key" label={t('q.value')} hint={t('q.value.hint')} width="w-10" error={error}
					inputMode="decimal" value={key.value ?? ''}
					onInput={(value) => setKey({ ...key, value })} />
				<TextField name="tolerance" label={t('q.tolerance')} width="w-10" inputMode="decimal"
					value={key.tolerance ?? '0'} onInput={(tolerance) => setKey({ ...key, tolerance })} />
			</>
		);
	}
	case 'text':
		return <TextArea name="key" label={t('q.accepted')} rows={3} value={d.accepted} error={error}
			onInput={(accepted) => change((old) => ({ ...old, accepted }))} />;
	case 'essay':
		return <TextArea name="key" label={t('q.guide')} rows={4}
			value={d.guide} onInput={(guide) => change((old) => ({ ...old, guide }))} />;
	}
}

export function QuestionForm({ question, onSave, onBack }: {
	question: Question; onSave: (q: Question) => Promise<void>; onBack: () => void;
}): JSX.Element {
	const [draft, setDraft] = useState<Draft>(() => draftOf(question));
	const now = questionOf(draft);
	const form = useForm<{ stem: string; key: string }>({
		start: { stem: '', key: '' },
		check: () => {
			const errors: FieldErrors<'stem' | 'key'> = {};
			if (!draft.stem.trim()) {
				errors.stem = t('q.stem.missing');
			}
			if (!hasKey(now)) {
				errors.key = t('q.key.missing');
			}
			return errors;
		},
		send: () => onSave(now),
	});
	const change: Change = (how) => setDraft((old) => how(old));
	const setKind = (kind: string): void =>
		setDraft(draftOf(blankQuestion(kind as QuestionKind, now)));
	return (
		<div class="beside">
			<Form form={form}>
				<SelectField name="kind" label={t('kind')} value={draft.question.kind} onChange={setKind}
					options={KINDS.map((k) => ({ value: k, label: t(`kind.${k}`) }))} />
				<TextArea name="stem" label={t('q.stem')} hint={t('q.stem.hint')} rows={4} value={draft.stem}
					error={form.errors.stem} onInput={(stem) => change((old) => ({ ...old, stem }))} />
				<Answer d={draft} change={change} error={form.errors.key} />
				{draft.question.options || draft.question.statements
					? (
						<CheckField name="shuffle" label={t('q.shuffle')} checked={draft.question.shuffle}
							onChange={(shuffle) => change((old) => ({ ...old, question: { ...old.question, shuffle } }))} />
					)
					: null}
				<TextField name="topic" label={t('q.topic')} hint={t('q.topic.hint')} value={draft.question.topic}
					maxLength={200} autoComplete="off"
					onInput={(topic) => change((old) => ({ ...old, question: { ...old.question, topic } }))} />
				<div class="row">
					<Button type="submit" busy={form.isBusy}>{t('q.save')}</Button>
					<Button kind="secondary" onClick={onBack}>{t('q.back')}</Button>
				</div>
			</Form>
			<section aria-label={t('q.preview')}>
				<h2>{t('q.preview')}</h2>
				<QuestionView question={now} />
				{question.source
					? <details><summary>{t('q.source')}</summary><pre class="source">{question.source}</pre></details>
					: null}
			</section>
		</div>
	);
}
