/* One student: what the school has written down, the account and a new code for it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatIsoDate } from '../../lib/time';
import type { Student } from '../../lib/types';
import { ButtonLink } from '../../parts/button';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Pairs, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { AccountLock } from './account_lock';
import { Guardians } from './guardians';
import { NewCode } from './new_code';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

/* The number is masked until it is asked for; asking is written down, and the page says so. */
function PersonalId({ student }: { student: Student }): JSX.Element {
	const [whole, setWhole] = useState<string | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	const ask = (): void => {
		api.get<Student>(`/api/v1/students/${student.id}`, { query: { personalId: 'whole' } })
			.then((s) => setWhole(s.personalId ?? ''), setError);
	};
	if (!student.personalId) {
		return <>–</>;
	}
	return (
		<>
			<span class="num">{whole ?? student.personalId}</span>{' '}
			{whole === null
				? <button type="button" class="button-link" onClick={ask}>{t('student.id.show')}</button>
				: <span class="quiet">{t('student.id.noted')}</span>}
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</>
	);
}

const sexText = (sex: Student['sex']): string =>
	sex === 'male' ? t('student.male') : sex === 'female' ? t('student.female') : '–';

function StudentView({ student: s, onChange }: { student: Student; onChange: () => void }): JSX.Element {
	const now = s.enrolments.find((e) => e.to === null) ?? s.enrolments[s.enrolments.length - 1];
	return (
		<>
			<Breadcrumbs items={[
				{ href: '/van-phong/lop', label: t('classes') },
				...(now ? [{ href: `/van-phong/lop/${now.classId}`, label: t('class', { name: now.className }) }] : []),
				{ label: s.fullName },
			]} />
			<h1>{s.fullName}</h1>
			{s.state === 'left' ? <Banner tone="warn"><p>{t('student.left')}</p></Banner> : null}
			<Pairs items={[
				{ label: t('student.code'), value: s.code },
				{ label: t('class.name'), value: now?.className ?? '–' },
				{ label: t('student.birth'), value: s.birthDate ? formatIsoDate(s.birthDate) : '–' },
				{ label: t('student.sex'), value: sexText(s.sex) },
				{ label: t('import.field.birthPlace'), value: s.birthPlace || '–' },
				{ label: t('import.field.ethnicity'), value: s.ethnicity || '–' },
				{ label: t('import.field.address'), value: s.address || '–' },
				{ label: t('import.field.personalId'), value: <PersonalId student={s} /> },
				{ label: t('student.note'), value: s.note || '–' },
			]} />
			<p><ButtonLink kind="secondary" href={`/van-phong/hoc-sinh/${s.id}/sua`}>{t('student.edit')}</ButtonLink></p>
			<h2>{t('student.guardians')}</h2>
			<Guardians student={s} onChange={onChange} />
			<h2>{t('student.account')}</h2>
			<Pairs items={[
				{ label: t('teacher.login'), value: <span class="mono">{s.login ?? '–'}</span> },
				{ label: t('student.account.state'), value: s.activated
					? <Tag tone="ok">{t('student.active')}</Tag> : <Tag>{t('student.invited')}</Tag> },
			]} />
			<div class="row">
				<NewCode person={s} at={`/api/v1/students/${s.id}/activation`} onMade={onChange} />
				<AccountLock person={{ id: s.person, fullName: s.fullName }} />
			</div>
		</>
	);
}

export function StudentPage({ id }: { id: string }): JSX.Element {
	const loaded = useLoad<Student>(`student ${id}`,
		(signal) => api.get(`/api/v1/students/${id}`, { signal }));
	return <Show of={loaded}>{(s) => <StudentView student={s} onChange={loaded.reload} />}</Show>;
}
