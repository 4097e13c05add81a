/* Teachers: who they are, what they teach where. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import type { ClassRow, Items, School, Subject, Teacher } from '../../lib/types';
import { Button } from '../../parts/button';
import { SelectField, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Banner, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

function Assignments({ teacher, onChange }: { teacher: Teacher; onChange: () => void }): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const remove = (classId: string, subjectId: string): void => {
		api.del(`/api/v1/teaching/${classId}/${subjectId}/${teacher.id}`).then(onChange, setError);
	};
	return (
		<>
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
			<ul class="assignments">
				{teacher.teaching.map((a) => (
					<li key={`${a.classId} ${a.subjectId}`}>
						{a.subjectName} {a.className}{' '}
						<button type="button" class="button-link"
							aria-label={t('teacher.assign.remove', { subject: a.subjectName, class: a.className })}
							onClick={() => remove(a.classId, a.subjectId)}>{t('remove')}</button>
					</li>
				))}
			</ul>
		</>
	);
}

function AssignForm({ teachers, classes, subjects, onChange }: {
	teachers: Teacher[]; classes: ClassRow[]; subjects: Subject[]; onChange: () => void;
}): JSX.Element {
	const form = useForm({
		start: { person: '', class: '', subject: '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			for (const key of ['person', 'class', 'subject'] as const) {
				if (!v[key]) {
					errors[key] = t('teacher.assign.missing');
				}
			}
			return errors;
		},
		send: async (v) => {
			await api.put('/api/v1/teaching',
				{ classId: v.class, subjectId: v.subject, personId: v.person });
			form.reset({ ...v, class: '' });
			onChange();
		},
	});
	return (
		<Form form={form}>
			<h2>{t('teacher.assign.title')}</h2>
			<SelectField name="person" label={t('teacher.assign.who')} empty={t('choose')}
				value={form.values.person} error={form.errors.person} onChange={(v) => form.set('person', v)}
				options={teachers.map((x) => ({ value: x.id, label: x.fullName }))} />
			<SelectField name="class" label={t('teacher.assign.class')} empty={t('choose')}
				value={form.values.class} error={form.errors.class} onChange={(v) => form.set('class', v)}
				options={classes.map((c) => ({ value: c.id, label: c.name }))} />
			<SelectField name="subject" label={t('teacher.assign.subject')} empty={t('choose')}
				value={form.values.subject} error={form.errors.subject} onChange={(v) => form.set('subject', v)}
				options={subjects.map((s) => ({ value: s.id, label: s.name }))} />
			<Button type="submit" busy={form.isBusy}>{t('teacher.assign')}</Button>
		</Form>
	);
}

function AddForm({ onChange }: { onChange: () => void }): JSX.Element {
	const [added, setAdded] = useState<{ name: string; code: string } | null>(null);
	const form = useForm({
		start: { fullName: '', login: '', phone: '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.fullName.trim()) {
				errors.fullName = t('teacher.name.missing');
			}
			if (!v.login.trim()) {
				errors.login = t('teacher.login.missing');
			}
			return errors;
		},
		send: async (v) => {
			const answer = await api.post<{ activationCode: string }>('/api/v1/teachers', {
				fullName: v.fullName.trim(),
				login: v.login.trim(),
				...(v.phone.trim() ? { phone: v.phone.trim() } : {}),
			});
			setAdded({ name: v.fullName.trim(), code: answer.activationCode });
			form.reset({ fullName: '', login: '', phone: '' });
			onChange();
		},
	});
	return (
		<Form form={form}>
			<h2>{t('teacher.add')}</h2>
			{added
				? (
					<Banner tone="ok" live="polite" title={t('teacher.added', { name: added.name })}>
						<p>{t('teacher.code')}</p>
						<p class="secret-code">{added.code}</p>
					</Banner>
				)
				: null}
			<TextField name="fullName" label={t('teacher.name')} value={form.values.fullName}
				error={form.errors.fullName} maxLength={120} onInput={(v) => form.set('fullName', v)} />
			<TextField name="login" label={t('teacher.login')} hint={t('teacher.login.hint')} width="w-20"
				value={form.values.login} error={form.errors.login} maxLength={64} autoComplete="off"
				onInput={(v) => form.set('login', v)} />
			<TextField name="phone" label={t('teacher.phone')} hint={t('teacher.phone.hint')} width="w-20"
				type="tel" value={form.values.phone} error={form.errors.phone} maxLength={20}
				onInput={(v) => form.set('phone', v)} />
			<Button type="submit" busy={form.isBusy}>{t('teacher.add')}</Button>
		</Form>
	);
}

export function TeachersPage({ school }: { school: School }): JSX.Element {
	const year = school.years.find((y) => y.isCurrent) ?? school.years[0];
	const teachers = useLoad<Items<Teacher>>('teachers',
		(signal) => api.get('/api/v1/teachers', { signal }));
	const classes = useLoad<Items<ClassRow>>(`classes ${year?.id ?? ''}`,
		(signal) => api.get('/api/v1/classes', { signal, query: { year: year?.id } }));
	const subjects = useLoad<Items<Subject>>('subjects',
		(signal) => api.get('/api/v1/subjects', { signal }));
	return (
		<>
			<h1>{t('teachers')}</h1>
			<Show of={teachers}>{(list) => (
				<>
					<Table caption={t('teachers')} hideCaption stacked rows={list.items} rowKey={(x) => x.id}
						empty={t('teacher.none')} columns={[
							{ key: 'name', title: t('teacher.name'), isHeading: true, cell: (x) => x.fullName,
								sortBy: (x) => x.fullName },
							{ key: 'login', title: t('teacher.login'), cell: (x) => x.login },
							{ key: 'account', title: t('student.account'),
								cell: (x) => x.activated
									? <Tag tone="ok">{t('student.active')}</Tag> : <Tag>{t('student.invited')}</Tag> },
							{ key: 'teaching', title: t('teacher.teaching'),
								cell: (x) => <Assignments teacher={x} onChange={teachers.reload} /> },
						]} />
					{classes.value && subjects.value
						? (
							<AssignForm teachers={list.items} classes={classes.value.items}
								subjects={subjects.value.items} onChange={teachers.reload} />
						)
						: null}
					<AddForm onChange={teachers.reload} />
				</>
			)}</Show>
		</>
	);
}
