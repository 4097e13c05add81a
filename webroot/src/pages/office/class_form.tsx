/* A class to add or to change: its name, grade and homeroom teacher. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import type { ClassPage as ClassData, ClassRow, Items, School, Teacher } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { SelectField, TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Show } from '../../parts/page_load';
import { YearPick, yearOfPage } from './year_pick';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

const CLASSES = '/van-phong/lop';
const GRADES: Record<string, number[]> = {
	th: [1, 2, 3, 4, 5], thcs: [6, 7, 8, 9], thpt: [10, 11, 12],
};
const ALL_GRADES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

function ClassForm({ school, teachers, old }: {
	school: School; teachers: Teacher[]; old?: ClassData;
}): JSX.Element {
	const year = yearOfPage(school);
	const form = useForm({
		start: { name: old?.name ?? '', grade: old ? String(old.grade) : '', homeroom: old?.homeroom?.id ?? '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.name.trim()) {
				errors.name = t('class.name.missing');
			}
			if (!v.grade) {
				errors.grade = t('class.grade.missing');
			}
			return errors;
		},
		send: async (v) => {
			const body = { name: v.name.trim(), grade: Number(v.grade),
				...(v.homeroom ? { homeroom: v.homeroom } : {}) };
			const saved = old
				? await api.put<ClassRow>(`/api/v1/classes/${old.id}`, body)
				: await api.post<ClassRow>('/api/v1/classes', { ...body, year: year?.id });
			navigateSaying(t(old ? 'class.saved' : 'class.added', { name: saved.name }),
				`${CLASSES}/${saved.id}`);
		},
	});
	const grades = GRADES[school.level] ?? ALL_GRADES;
	return (
		<Form form={form}>
			<h1>{old ? t('class.edit.title', { name: old.name }) : t('class.add')}</h1>
			{old ? null : <YearPick school={school} year={year} at={`${CLASSES}/moi`} />}
			<TextField name="name" label={t('class.name.label')} hint={t('class.name.hint')} width="w-10"
				value={form.values.name} error={form.errors.name} maxLength={32} autoComplete="off"
				onInput={(v) => form.set('name', v)} />
			<SelectField name="grade" label={t('class.grade')} empty={t('choose')} value={form.values.grade}
				error={form.errors.grade} onChange={(v) => form.set('grade', v)}
				options={grades.map((g) => ({ value: String(g), label: String(g) }))} />
			<SelectField name="homeroom" label={t('class.homeroom')} empty={t('class.homeroom.none')}
				value={form.values.homeroom} error={form.errors.homeroom}
				onChange={(v) => form.set('homeroom', v)}
				options={teachers.map((x) => ({ value: x.id, label: `${x.fullName} (${x.login})` }))} />
			<div class="row">
				<Button type="submit" busy={form.isBusy}>{old ? t('save') : t('class.add')}</Button>
				<ButtonLink kind="secondary" href={old ? `${CLASSES}/${old.id}` : CLASSES}>{t('cancel')}</ButtonLink>
			</div>
		</Form>
	);
}

/** With `id` the class is changed, without it a new one is added to the current year. */
export function ClassFormPage({ school, id }: { school: School; id?: string }): JSX.Element {
	const loaded = useLoad<{ teachers: Teacher[]; old: ClassData | undefined }>(`class form ${id ?? ''}`,
		async (signal) => {
			const [teachers, old] = await Promise.all([
				api.get<Items<Teacher>>('/api/v1/teachers', { signal }),
				id ? api.get<ClassData>(`/api/v1/classes/${id}`, { signal }) : undefined,
			]);
			return { teachers: teachers.items, old };
		});
	return (
		<Show of={loaded}>{({ teachers, old }) => (
			<>
				<Breadcrumbs items={[
					{ href: CLASSES, label: t('classes') },
					...(old ? [{ href: `${CLASSES}/${old.id}`, label: t('class', { name: old.name }) }] : []),
					{ label: old ? t('class.edit') : t('class.add') },
				]} />
				<ClassForm school={school} teachers={teachers} {...(old ? { old } : {})} />
			</>
		)}</Show>
	);
}
