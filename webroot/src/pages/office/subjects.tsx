/* The school's subjects: the list, and one to add or to change. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import type { Items, Subject } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { RadioField, TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

const SUBJECTS = '/van-phong/mon-hoc';
const load = (signal: AbortSignal): Promise<Items<Subject>> => api.get('/api/v1/subjects', { signal });

export function SubjectsPage(): JSX.Element {
	const subjects = useLoad<Items<Subject>>('subjects', load);
	return (
		<>
			<h1>{t('subjects')}</h1>
			<p><ButtonLink kind="secondary" href={`${SUBJECTS}/moi`}>{t('subject.add')}</ButtonLink></p>
			<Show of={subjects}>{(list) => list.items.length === 0
				? <Empty>{t('subject.none')}</Empty>
				: (
					<Table caption={t('subjects')} hideCaption stacked rows={list.items} rowKey={(s) => s.id} columns={[
						{ key: 'name', title: t('subject.name'), isHeading: true,
							cell: (s) => <a href={`${SUBJECTS}/${s.id}`}>{s.name}</a> },
						{ key: 'code', title: t('subject.code'), narrow: 'beside', cell: (s) => s.code },
						{ key: 'kind', title: t('subject.kind'), narrow: 'beside', cell: (s) => t(`subject.kind.${s.kind}`) },
					]} />
				)}</Show>
		</>
	);
}

function SubjectForm({ old, last }: { old?: Subject; last: number }): JSX.Element {
	const form = useForm({
		start: { name: old?.name ?? '', code: old?.code ?? '', kind: old?.kind ?? 'mark' as string },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.name.trim()) {
				errors.name = t('subject.name.missing');
			}
			if (!v.code.trim()) {
				errors.code = t('subject.code.missing');
			}
			return errors;
		},
		send: async (v) => {
			const body = { name: v.name.trim(), code: v.code.trim(), kind: v.kind,
				position: old?.position ?? last + 1 };
			const saved = old
				? await api.put<Subject>(`/api/v1/subjects/${old.id}`, body)
				: await api.post<Subject>('/api/v1/subjects', body);
			navigateSaying(t(old ? 'subject.saved' : 'subject.added', { name: saved.name }), SUBJECTS);
		},
	});
	return (
		<Form form={form}>
			<h1>{old ? t('subject.edit.title', { name: old.name }) : t('subject.add')}</h1>
			<TextField name="name" label={t('subject.name')} value={form.values.name} error={form.errors.name}
				maxLength={100} autoComplete="off" onInput={(v) => form.set('name', v)} />
			<TextField name="code" label={t('subject.code')} hint={t('subject.code.hint')} width="w-10"
				value={form.values.code} error={form.errors.code} maxLength={16} autoComplete="off"
				onInput={(v) => form.set('code', v)} />
			<RadioField name="kind" label={t('subject.kind')} value={form.values.kind} error={form.errors.kind}
				onChange={(v) => form.set('kind', v)} options={[
					{ value: 'mark', label: t('subject.kind.mark'), hint: t('subject.kind.mark.hint') },
					{ value: 'comment', label: t('subject.kind.comment'), hint: t('subject.kind.comment.hint') },
				]} />
			<div class="row">
				<Button type="submit" busy={form.isBusy}>{old ? t('save') : t('subject.add')}</Button>
				<ButtonLink kind="secondary" href={SUBJECTS}>{t('cancel')}</ButtonLink>
			</div>
		</Form>
	);
}

/** With `id` the subject is changed, without it one is added behind the others. */
export function SubjectFormPage({ id }: { id?: string }): JSX.Element {
	const subjects = useLoad<Items<Subject>>('subjects', load);
	return (
		<Show of={subjects}>{({ items }) => {
			const old = items.find((s) => s.id === id);
			const last = Math.max(0, ...items.map((s) => s.position));
			return (
				<>
					<Breadcrumbs items={[
						{ href: SUBJECTS, label: t('subjects') },
						{ label: old?.name ?? t('subject.add') },
					]} />
					{id && !old
						? <><h1>{t('subjects')}</h1><Empty>{t('subject.missing')}</Empty></>
						: <SubjectForm last={last} {...(old ? { old } : {})} />}
				</>
			);
		}}</Show>
	);
}
