/* Name and phone number of a teacher or of a member of the office, mended. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatPhone } from '../../lib/phone';
import type { Items, PersonRef } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';
import { vi as officeVi } from '../../i18n/vi/office';
import { en as officeEn } from '../../i18n/en/office';

const t = words(vi, en);
const office = words(officeVi, officeEn);

interface Person extends PersonRef {
	phone: string | null;
	version: number;
}

function PersonForm({ person, back }: { person: Person; back: string }): JSX.Element {
	const form = useForm({
		start: { fullName: person.fullName, phone: person.phone ? formatPhone(person.phone) : '' },
		check: (v): { fullName?: string } => (v.fullName.trim() ? {} : { fullName: office('teacher.name.missing') }),
		send: async (v) => {
			const body = { fullName: v.fullName.trim(), phone: v.phone.trim(), version: person.version };
			const now = await api.put<Person>(`/api/v1/people/${person.id}`, body);
			navigateSaying(t('person.saved', { name: now.fullName }), back);
		},
	});
	const { values: v, errors, set } = form;
	return (
		<Form form={form}>
			<h1>{t('person.edit.title', { name: person.fullName })}</h1>
			<TextField name="fullName" label={office('teacher.name')} value={v.fullName} error={errors.fullName}
				maxLength={120} autoComplete="off" onInput={(x) => set('fullName', x)} />
			<TextField name="phone" type="tel" label={office('teacher.phone.optional')} hint={office('teacher.phone.hint')}
				width="w-20" value={v.phone} error={errors.phone} maxLength={20} autoComplete="off"
				onInput={(x) => set('phone', x)} />
			<div class="row">
				<Button type="submit" busy={form.isBusy}>{t('save')}</Button>
				<ButtonLink kind="secondary" href={back}>{t('cancel')}</ButtonLink>
			</div>
		</Form>
	);
}

/** `from` is the address of the list that the person stands in, `home` that of the person's page. */
export function PersonPage({ id, from, home }: {
	id: string; from: '/api/v1/teachers' | '/api/v1/staff'; home: string;
}): JSX.Element {
	const loaded = useLoad<Items<Person>>(`person ${from} ${id}`, (signal) => api.get(from, { signal }));
	return (
		<Show of={loaded}>{({ items }) => {
			const person = items.find((x) => x.id === id);
			const back = `${home}/${id}`;
			return (
				<>
					<Breadcrumbs items={[
						{ href: '/van-phong/giao-vien', label: office('teachers') },
						...(person ? [{ href: back, label: person.fullName }, { label: t('guardian.edit') }] : []),
					]} />
					{person ? <PersonForm person={person} back={back} />
						: <><h1>{office('teachers')}</h1><Empty>{t('staff.missing')}</Empty></>}
				</>
			);
		}}</Show>
	);
}
