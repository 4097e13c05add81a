/* Teachers: who they are, what they teach where. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatPhone } from '../../lib/phone';
import { yearNow } from '../../lib/school';
import type { ClassRow, Items, School, Subject, Teacher } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { SelectField, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { announce } from '../../parts/live';
import { Banner, Empty, Pairs, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { AccountLock } from './account_lock';
import { NewCode } from './new_code';
import { SlipsHint, TeacherSlips } from './slips';
import { StaffList } from './staff';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';
import { vi as staffVi } from '../../i18n/vi/staff';
import { en as staffEn } from '../../i18n/en/staff';

const t = words(vi, en);
const staff = words(staffVi, staffEn);

const TEACHERS = '/van-phong/giao-vien';
const load = (signal: AbortSignal): Promise<Items<Teacher>> => api.get('/api/v1/teachers', { signal });

/* "Toán: 12A1, 12A2" for each subject. */
function teachingText(teacher: Teacher): string[] {
	const bySubject = new Map<string, string[]>();
	for (const a of teacher.teaching) {
		bySubject.set(a.subjectName, [...bySubject.get(a.subjectName) ?? [], a.className]);
	}
	return [...bySubject].map(([subject, classes]) => `${subject}: ${classes.join(', ')}`);
}

const AccountTag = ({ isOn }: { isOn: boolean }): JSX.Element => isOn
	? <Tag tone="ok">{t('student.active')}</Tag> : <Tag>{t('student.invited')}</Tag>;

export function TeachersPage(): JSX.Element {
	const teachers = useLoad<Items<Teacher>>('teachers', load);
	const [wanted, setWanted] = useState('');
	const fits = (x: Teacher): boolean =>
		[x.fullName, x.login, ...x.teaching.flatMap((a) => [a.className, a.subjectName])]
			.some((text) => text.toLocaleLowerCase('vi').includes(wanted.trim().toLocaleLowerCase('vi')));
	return (
		<>
			<h1>{t('teachers')}</h1>
			<div class="row">
				<ButtonLink kind="secondary" href={`${TEACHERS}/moi`}>{t('teacher.add')}</ButtonLink>
				<ButtonLink kind="secondary" href={`${TEACHERS}/nhap`}>{staff('teachers.open')}</ButtonLink>
				<ButtonLink kind="secondary" href={`${TEACHERS}/phan-cong`}>{staff('teaching.open')}</ButtonLink>
				<TeacherSlips />
			</div>
			<SlipsHint />
			<Show of={teachers}>{(list) => list.items.length === 0
				? <Empty>{t('teacher.none')}</Empty>
				: (
					<>
						<TextField name="find" label={t('teacher.find')} hint={t('teacher.find.hint')} type="search"
							width="w-20" value={wanted} autoComplete="off" onInput={setWanted} />
						<Table caption={t('teachers')} hideCaption stacked rows={list.items.filter(fits)}
							rowKey={(x) => x.id} empty={t('teacher.find.none')} columns={[
								{ key: 'name', title: t('teacher.name'), isHeading: true,
									cell: (x) => <a href={`${TEACHERS}/${x.id}`}>{x.fullName}</a>,
									sortBy: (x) => x.fullName.split(' ').reverse().join(' ') },
								{ key: 'login', title: t('teacher.login'), narrow: 'hide', cell: (x) => x.login },
								{ key: 'teaching', title: t('teacher.teaching'), narrow: 'plain',
									cell: (x) => x.teaching.length === 0
										? <span class="quiet">{t('teacher.teaching.none')}</span>
										: teachingText(x).map((line) => <div key={line}>{line}</div>) },
								{ key: 'account', title: t('student.account'), narrow: 'plain',
									cell: (x) => <AccountTag isOn={x.activated} /> },
							]} />
					</>
				)}</Show>
			<StaffList />
		</>
	);
}

function Assignments({ teacher, onChange }: { teacher: Teacher; onChange: () => void }): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const remove = (a: Teacher['teaching'][number]): void => {
		api.del(`/api/v1/teaching/${a.classId}/${a.subjectId}/${teacher.id}`).then(() => {
			announce(t('teacher.assign.removed', { subject: a.subjectName, class: a.className }));
			onChange();
		}, setError);
	};
	if (teacher.teaching.length === 0) {
		return <Empty>{t('teacher.teaching.none.text')}</Empty>;
	}
	return (
		<>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<ul class="assignments">
				{teacher.teaching.map((a) => (
					<li key={`${a.classId} ${a.subjectId}`}>
						<span>{t('teacher.assign.item', { subject: a.subjectName, class: a.className })}</span>
						<Button small kind="secondary" onClick={() => remove(a)}
							label={t('teacher.assign.remove', { subject: a.subjectName, class: a.className })}>
							{t('remove')}
						</Button>
					</li>
				))}
			</ul>
		</>
	);
}

function AssignForm({ teacher, classes, subjects, onChange }: {
	teacher: Teacher; classes: ClassRow[]; subjects: Subject[]; onChange: () => void;
}): JSX.Element {
	const form = useForm({
		start: { subjectId: teacher.teaching[0]?.subjectId ?? teacher.subjects[0]?.id ?? '', classId: '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.subjectId) {
				errors.subjectId = t('teacher.assign.subject.missing');
			}
			if (!v.classId) {
				errors.classId = t('teacher.assign.class.missing');
			}
			return errors;
		},
		send: async (v) => {
			await api.put('/api/v1/teaching', { ...v, personId: teacher.id });
			announce(t('teacher.assign.done'));
			form.reset({ ...v, classId: '' });
			onChange();
		},
	});
	const has = (c: ClassRow): boolean => teacher.teaching.some((a) =>
		a.classId === c.id && a.subjectId === form.values.subjectId);
	return (
		<Form form={form}>
			<h2>{t('teacher.assign.title')}</h2>
			<SelectField name="subjectId" label={t('teacher.assign.subject')} empty={t('choose')}
				value={form.values.subjectId} error={form.errors.subjectId}
				onChange={(v) => form.set('subjectId', v)}
				options={subjects.map((s) => ({ value: s.id, label: s.name }))} />
			<SelectField name="classId" label={t('teacher.assign.class')} empty={t('choose')}
				value={form.values.classId} error={form.errors.classId} onChange={(v) => form.set('classId', v)}
				options={classes.map((c) => ({ value: c.id, label: c.name, disabled: has(c) }))} />
			<Button type="submit" busy={form.isBusy}>{t('teacher.assign')}</Button>
		</Form>
	);
}

export function TeacherPage({ school, id }: { school: School; id: string }): JSX.Element {
	const year = yearNow(school);
	const teachers = useLoad<Items<Teacher>>('teachers', load);
	const choices = useLoad<{ classes: ClassRow[]; subjects: Subject[] }>(`choices ${year?.id ?? ''}`,
		async (signal) => {
			const [classes, subjects] = await Promise.all([
				api.get<Items<ClassRow>>('/api/v1/classes', { signal, query: { year: year?.id } }),
				api.get<Items<Subject>>('/api/v1/subjects', { signal }),
			]);
			return { classes: classes.items, subjects: subjects.items };
		});
	return (
		<Show of={teachers}>{({ items }) => {
			const teacher = items.find((x) => x.id === id);
			if (!teacher) {
				return <><h1>{t('teachers')}</h1><Empty>{t('teacher.missing')}</Empty></>;
			}
			return (
				<>
					<Breadcrumbs items={[{ href: TEACHERS, label: t('teachers') }, { label: teacher.fullName }]} />
					<h1>{teacher.fullName}</h1>
					<Pairs items={[
						{ label: t('teacher.login'), value: <span class="mono">{teacher.login}</span> },
						{ label: t('teacher.phone'), value: teacher.phone ? formatPhone(teacher.phone) : '–' },
						{ label: t('teacher.assign.subject'), value: teacher.subjects.map((s) => s.name).join(', ') || '–' },
						{ label: t('student.account'), value: <AccountTag isOn={teacher.activated} /> },
					]} />
					<div class="row">
						<ButtonLink kind="secondary" href={`${TEACHERS}/${id}/sua`}>{t('teacher.edit')}</ButtonLink>
						<NewCode person={teacher} onMade={teachers.reload} />
						<AccountLock person={teacher} />
					</div>
					<h2>{t('teacher.teaching')}</h2>
					<Assignments teacher={teacher} onChange={teachers.reload} />
					<Show of={choices}>{(c) => (
						<AssignForm teacher={teacher} {...c} onChange={teachers.reload} />
					)}</Show>
				</>
			);
		}}</Show>
	);
}

/* The code is shown once, on a page of its own. */
function Added({ id, name, code }: { id: string; name: string; code: string }): JSX.Element {
	return (
		<>
			<h1>{t('teacher.added', { name })}</h1>
			<Banner tone="ok" live="polite" title={t('teacher.code')}>
				<p class="secret-code">{code}</p>
				<p>{t('teacher.code.text')}</p>
			</Banner>
			<div class="row">
				<ButtonLink href={`${TEACHERS}/${id}`}>{t('teacher.added.assign')}</ButtonLink>
				<ButtonLink kind="secondary" href={TEACHERS}>{t('teacher.added.list')}</ButtonLink>
			</div>
		</>
	);
}

export function NewTeacherPage(): JSX.Element {
	const [added, setAdded] = useState<{ id: string; name: string; code: string } | null>(null);
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
			const answer = await api.post<{ id: string; activationCode: string }>('/api/v1/teachers', {
				fullName: v.fullName.trim(),
				login: v.login.trim(),
				...(v.phone.trim() ? { phone: v.phone.trim() } : {}),
			});
			setAdded({ id: answer.id, name: v.fullName.trim(), code: answer.activationCode });
		},
	});
	if (added) {
		return <Added {...added} />;
	}
	return (
		<>
			<Breadcrumbs items={[{ href: TEACHERS, label: t('teachers') }, { label: t('teacher.add') }]} />
			<Form form={form}>
				<h1>{t('teacher.add')}</h1>
				<TextField name="fullName" label={t('teacher.name')} value={form.values.fullName}
					error={form.errors.fullName} maxLength={120} autoComplete="off"
					onInput={(v) => form.set('fullName', v)} />
				<TextField name="login" label={t('teacher.login')} hint={t('teacher.login.hint')} width="w-20"
					value={form.values.login} error={form.errors.login} maxLength={64} autoComplete="off"
					onInput={(v) => form.set('login', v)} />
				<TextField name="phone" label={t('teacher.phone.optional')} hint={t('teacher.phone.hint')}
					width="w-20" type="tel" value={form.values.phone} error={form.errors.phone} maxLength={20}
					autoComplete="off" onInput={(v) => form.set('phone', v)} />
				<div class="row">
					<Button type="submit" busy={form.isBusy}>{t('teacher.add')}</Button>
					<ButtonLink kind="secondary" href={TEACHERS}>{t('cancel')}</ButtonLink>
				</div>
			</Form>
		</>
	);
}
