/* What the school has written down of a student, to be corrected. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatIsoDate, parseDay } from '../../lib/time';
import type { Student } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { RadioField, TextArea, TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

const startOf = (s: Student) => ({
	fullName: s.fullName, code: s.code, birthDate: s.birthDate ? formatIsoDate(s.birthDate) : '',
	sex: s.sex ?? '', birthPlace: s.birthPlace, ethnicity: s.ethnicity, address: s.address ?? '',
	note: s.note ?? '', state: s.state as string,
});

function StudentForm({ student: s }: { student: Student }): JSX.Element {
	const home = `/van-phong/hoc-sinh/${s.id}`;
	const form = useForm({
		start: startOf(s),
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.fullName.trim()) {
				errors.fullName = t('teacher.name.missing');
			}
			if (!v.code.trim()) {
				errors.code = t('student.code.missing');
			}
			if (v.birthDate.trim() && !parseDay(v.birthDate)) {
				errors.birthDate = t('student.birth.wrong');
			}
			return errors;
		},
		send: async (v) => {
			await api.put<Student>(`/api/v1/students/${s.id}`, {
				...v, birthDate: parseDay(v.birthDate) ?? '', version: s.version,
			});
			navigateSaying(t('student.saved'), home);
		},
	});
	const { values: v, errors, set } = form;
	return (
		<Form form={form}>
			<h1>{t('student.edit.title', { name: s.fullName })}</h1>
			<TextField name="fullName" label={t('student.name')} value={v.fullName} error={errors.fullName}
				maxLength={120} autoComplete="off" onInput={(x) => set('fullName', x)} />
			<TextField name="code" label={t('student.code')} width="w-20" value={v.code} error={errors.code}
				maxLength={32} autoComplete="off" onInput={(x) => set('code', x)} />
			<TextField name="birthDate" label={t('student.birth')} hint={t('student.birth.hint')} width="w-10"
				value={v.birthDate} error={errors.birthDate} maxLength={10} autoComplete="off"
				onInput={(x) => set('birthDate', x)} />
			<RadioField name="sex" label={t('student.sex')} inline value={v.sex}
				onChange={(x) => set('sex', x as typeof v.sex)} options={[
					{ value: 'female', label: t('student.female') },
					{ value: 'male', label: t('student.male') },
					{ value: '', label: t('student.sex.none') },
				]} />
			<TextField name="birthPlace" label={t('import.field.birthPlace')} value={v.birthPlace}
				error={errors.birthPlace} maxLength={200} autoComplete="off" onInput={(x) => set('birthPlace', x)} />
			<TextField name="ethnicity" label={t('import.field.ethnicity')} width="w-10" value={v.ethnicity}
				error={errors.ethnicity} maxLength={60} autoComplete="off" onInput={(x) => set('ethnicity', x)} />
			<TextField name="address" label={t('import.field.address')} value={v.address}
				error={errors.address} maxLength={300} autoComplete="off" onInput={(x) => set('address', x)} />
			<TextArea name="note" label={t('student.note')} rows={3} value={v.note} error={errors.note}
				maxLength={300} onInput={(x) => set('note', x)} />
			<RadioField name="state" label={t('student.state')} value={v.state} onChange={(x) => set('state', x)}
				options={[
					{ value: 'learning', label: t('student.state.learning') },
					{ value: 'left', label: t('student.state.left') },
				]} />
			<div class="row">
				<Button type="submit" busy={form.isBusy}>{t('save')}</Button>
				<ButtonLink kind="secondary" href={home}>{t('cancel')}</ButtonLink>
			</div>
		</Form>
	);
}

export function StudentFormPage({ id }: { id: string }): JSX.Element {
	const loaded = useLoad<Student>(`student form ${id}`,
		(signal) => api.get(`/api/v1/students/${id}`, { signal }));
	return (
		<Show of={loaded}>{(s) => (
			<>
				<Breadcrumbs items={[
					{ href: `/van-phong/hoc-sinh/${s.id}`, label: s.fullName },
					{ label: t('student.edit') },
				]} />
				<StudentForm student={s} />
			</>
		)}</Show>
	);
}
