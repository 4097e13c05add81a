/*
 * Writing to families: a teacher to those of the own classes, the office to everybody. The address
 * may name a class or a student already: /tin-nhan/moi?class=12&student=34
 */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { api, idempotencyKey } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { me } from '../../lib/me';
import { queryValue } from '../../lib/router';
import { Button } from '../../parts/button';
import { RadioField, SelectField, TextArea, TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import { Form, useForm } from '../../parts/form';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';
import { TEXT_MAX, TITLE_MAX } from './limits';

const t = words(vi, en);

interface ClassName {
	id: string;
	name: string;
	grade: number | null;
}

type Scope = 'student' | 'class' | 'grade' | 'school';

interface Values extends Record<string, unknown> {
	scope: Scope;
	class: string;
	student: string;
	grade: string;
	audience: string;
	title: string;
	text: string;
}

/* The office's are all; a teacher's those taught or looked after. */
async function fetchClasses(isOffice: boolean, signal: AbortSignal): Promise<ClassName[]> {
	if (isOffice) {
		const { items } = await api.get<{ items: { id: string; name: string; grade: number }[] }>('/api/v1/classes', { signal });
		return items;
	}
	const { items } = await api.get<{ items: { classId: string; className: string }[] }>('/api/v1/my/classes', { signal });
	return [...new Map(items.map((c) => [c.classId, { id: c.classId, name: c.className, grade: null }])).values()];
}

function Students({ classId, value, error, onChange }:
	{ classId: string; value: string; error: string | undefined; onChange: (id: string) => void }): JSX.Element {
	const whole = useLoad<{ students: { id: string; fullName: string }[] }>(`class ${classId}`,
		(signal) => api.get(`/api/v1/classes/${classId}`, { signal }));
	return (
		<Show of={whole}>{({ students }) => (
			<SelectField name="student" label={t('student')} value={value} error={error} onChange={onChange} empty={t('choose')}
				options={students.map((s) => ({ value: s.id, label: s.fullName }))} />
		)}</Show>
	);
}

function bodyOf(v: Values): Record<string, unknown> {
	const target: Record<Scope, Record<string, unknown>> = {
		student: { student: v.student }, class: { class: v.class }, grade: { grade: Number(v.grade) }, school: {},
	};
	return { scope: v.scope, ...target[v.scope], audience: v.audience, title: v.title.trim(), text: v.text.trim() };
}

function check(v: Values): Partial<Record<keyof Values & string, string>> {
	const wrong: Partial<Record<keyof Values & string, string>> = {};
	if ((v.scope === 'class' || v.scope === 'student') && !v.class) {
		wrong['class'] = t('class.missing');
	}
	if (v.scope === 'student' && v.class && !v.student) {
		wrong['student'] = t('student.missing');
	}
	if (v.scope === 'grade' && !v.grade) {
		wrong['grade'] = t('grade.missing');
	}
	if (!v.title.trim()) {
		wrong['title'] = t('title.missing');
	}
	if (!v.text.trim()) {
		wrong['text'] = t('text.missing');
	}
	return wrong;
}

function Compose({ classes, isOffice }: { classes: ClassName[]; isOffice: boolean }): JSX.Element {
	const key = useRef(idempotencyKey());
	const named = queryValue('class') ?? (classes.length === 1 ? classes[0]?.id ?? '' : '');
	const student = queryValue('student') ?? '';
	const form = useForm<Values>({
		start: { scope: student ? 'student' : 'class', class: named, student, grade: '', audience: 'guardians', title: '', text: '' },
		check,
		send: async (v) => {
			const { id } = await api.post<{ id: string }>('/api/v1/letters', bodyOf(v), { headers: key.current });
			navigateSaying(t('sent'), `/tin-nhan/da-gui/${id}`);
		},
	});
	const v = form.values;
	const change = <K extends keyof Values>(name: K, value: Values[K]): void => {
		key.current = idempotencyKey(); /* another letter than the one that may have been sent */
		form.set(name, value);
	};
	const scopes: Scope[] = isOffice ? ['student', 'class', 'grade', 'school'] : ['student', 'class'];
	const grades = [...new Set(classes.map((c) => c.grade).filter((g): g is number => g !== null))].sort((a, b) => a - b);
	return (
		<Form form={form}>
			<h1>{t('compose')}</h1>
			<RadioField name="scope" label={t('scope')} inline value={v.scope} onChange={(s) => change('scope', s as Scope)}
				options={scopes.map((s) => ({ value: s, label: t(`scope.${s}`) }))} />
			{v.scope === 'class' || v.scope === 'student' ? (
				<SelectField name="class" label={t('class')} value={v.class} error={form.errors['class']} empty={t('choose')}
					onChange={(id) => { change('class', id); form.set('student', ''); }}
					options={classes.map((c) => ({ value: c.id, label: c.name }))} />
			) : null}
			{v.scope === 'student' && v.class ? (
				<Students key={v.class} classId={v.class} value={v.student} error={form.errors['student']}
					onChange={(id) => change('student', id)} />
			) : null}
			{v.scope === 'grade' ? (
				<SelectField name="grade" label={t('grade')} value={v.grade} error={form.errors['grade']} empty={t('choose')}
					onChange={(g) => change('grade', g)} options={grades.map((g) => ({ value: String(g), label: String(g) }))} />
			) : null}
			<RadioField name="audience" label={t('audience')} inline value={v.audience} onChange={(a) => change('audience', a)}
				options={['guardians', 'students', 'all'].map((a) => ({ value: a, label: t(`audience.${a}` as 'audience.all') }))} />
			<TextField name="title" label={t('title')} width="wide" maxLength={TITLE_MAX} autoComplete="off" value={v.title}
				error={form.errors['title']} onInput={(x) => change('title', x)} />
			<TextArea name="text" label={t('text')} rows={8} maxLength={TEXT_MAX} value={v.text} error={form.errors['text']}
				hint={t('text.hint')} onInput={(x) => change('text', x)} />
			<Button type="submit" busy={form.isBusy}>{t('send')}</Button>
		</Form>
	);
}

export function ComposePage(): JSX.Element {
	const isOffice = me.peek()?.roles.includes('office') ?? false;
	const classes = useLoad<ClassName[]>('classes to write to', (signal) => fetchClasses(isOffice, signal));
	return <Show of={classes}>{(list) => <Compose classes={list} isOffice={isOffice} />}</Show>;
}
