/* One student: what the school has written down, the account and a new code for it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatPhone } from '../../lib/phone';
import { formatIsoDate } from '../../lib/time';
import type { Student } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { Confirm, Dialog } from '../../parts/dialog';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Pairs, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

/* A code is shown once, in a dialog that must be closed on purpose. Before it is made, the office
 * hears what it ends. */
function NewCode({ student, onMade }: { student: Student; onMade: () => void }): JSX.Element {
	const [isAsking, setAsking] = useState(false);
	const [code, setCode] = useState<string | null>(null);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const make = (): void => {
		setBusy(true);
		setError(undefined);
		api.post<{ code: string }>(`/api/v1/students/${student.id}/activation`)
			.then((answer) => setCode(answer.code), setError)
			.finally(() => {
				setBusy(false);
				setAsking(false);
			});
	};
	return (
		<>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<Button kind="secondary" onClick={() => setAsking(true)}>{t('student.code.new')}</Button>
			{isAsking
				? (
					<Confirm title={t('student.code.ask', { name: student.fullName })} yes={t('student.code.yes')}
						busy={isBusy} onYes={make} onNo={() => setAsking(false)}>
						<p>{student.activated ? t('student.code.ends') : t('student.code.replaces')}</p>
					</Confirm>
				)
				: null}
			{code === null ? null : (
				<Dialog title={t('student.code.title', { name: student.fullName })}>
					<p class="secret-code">{code}</p>
					<p>{t('student.code.text')}</p>
					<Button onClick={() => { setCode(null); onMade(); }}>{t('student.code.close')}</Button>
				</Dialog>
			)}
		</>
	);
}

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

const RELATIONS = {
	father: 'student.father', mother: 'student.mother', other: 'student.guardian',
} as const;

function Guardians({ student }: { student: Student }): JSX.Element {
	if (student.guardians.length === 0) {
		return <p>{t('student.guardians.none')}</p>;
	}
	return (
		<Pairs items={student.guardians.map((g) => ({
			label: t(RELATIONS[g.relation]),
			value: (
				<>
					{g.fullName}{g.phone ? <> – <a href={`tel:${g.phone}`}>{formatPhone(g.phone)}</a></> : null}
					{' '}{g.activated
						? <Tag tone="ok">{t('student.active')}</Tag> : <Tag>{t('student.invited')}</Tag>}
				</>
			),
		}))} />
	);
}

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
			<Guardians student={s} />
			<h2>{t('student.account')}</h2>
			<Pairs items={[
				{ label: t('teacher.login'), value: <span class="mono">{s.login ?? '–'}</span> },
				{ label: t('student.account.state'), value: s.activated
					? <Tag tone="ok">{t('student.active')}</Tag> : <Tag>{t('student.invited')}</Tag> },
			]} />
			<NewCode student={s} onMade={onChange} />
		</>
	);
}

export function StudentPage({ id }: { id: string }): JSX.Element {
	const loaded = useLoad<Student>(`student ${id}`,
		(signal) => api.get(`/api/v1/students/${id}`, { signal }));
	return <Show of={loaded}>{(s) => <StudentView student={s} onChange={loaded.reload} />}</Show>;
}
