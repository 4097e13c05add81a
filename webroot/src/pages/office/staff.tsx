/* Who works in the office: the list under the teachers, and a page for each with a new code. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { me } from '../../lib/me';
import { formatPhone } from '../../lib/phone';
import type { Items, PersonRef } from '../../lib/types';
import { ButtonLink } from '../../parts/button';
import { Breadcrumbs } from '../../parts/layout';
import { Empty, Pairs, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { AccountLock } from './account_lock';
import { NewCode } from './new_code';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';
import { vi as officeVi } from '../../i18n/vi/office';
import { en as officeEn } from '../../i18n/en/office';

const t = words(vi, en);
const office = words(officeVi, officeEn);

interface StaffMember extends PersonRef {
	login: string;
	phone: string | null;
	activated: boolean;
}

const load = (signal: AbortSignal): Promise<Items<StaffMember>> => api.get('/api/v1/staff', { signal });

const AccountTag = ({ isOn }: { isOn: boolean }): JSX.Element => isOn
	? <Tag tone="ok">{office('student.active')}</Tag> : <Tag>{office('student.invited')}</Tag>;

export function StaffList(): JSX.Element {
	const staff = useLoad<Items<StaffMember>>('staff', load);
	return (
		<>
			<h2>{t('staff')}</h2>
			<Show of={staff}>{({ items }) => (
				<ul class="staff">
					{items.map((m) => (
						<li key={m.id}>
							<a href={`/van-phong/can-bo/${m.id}`}>{m.fullName}</a> ({m.login}) <AccountTag isOn={m.activated} />
						</li>
					))}
				</ul>
			)}</Show>
		</>
	);
}

export function StaffPage({ id }: { id: string }): JSX.Element {
	const staff = useLoad<Items<StaffMember>>('staff', load);
	return (
		<Show of={staff}>{({ items }) => {
			const member = items.find((m) => m.id === id);
			if (!member) {
				return <><h1>{t('staff')}</h1><Empty>{t('staff.missing')}</Empty></>;
			}
			return (
				<>
					<Breadcrumbs items={[
						{ href: '/van-phong/giao-vien', label: office('teachers') }, { label: member.fullName },
					]} />
					<h1>{member.fullName}</h1>
					<Pairs items={[
						{ label: office('teacher.login'), value: <span class="mono">{member.login}</span> },
						{ label: office('teacher.phone'), value: member.phone ? formatPhone(member.phone) : '–' },
						{ label: office('student.account'), value: <AccountTag isOn={member.activated} /> },
					]} />
					<div class="row">
						<ButtonLink kind="secondary" href={`/van-phong/can-bo/${id}/sua`}>{office('teacher.edit')}</ButtonLink>
						{member.id === me.value?.person.id ? null : (
							<>
								<NewCode person={member} onMade={staff.reload} />
								<AccountLock person={member} />
							</>
						)}
					</div>
				</>
			);
		}}</Show>
	);
}
