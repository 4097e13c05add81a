/* Classes of a year, and one class: its students, slips to print, the list as Excel. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, saveAs, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatIsoDate } from '../../lib/time';
import type { ClassPage as ClassData, ClassRow, Items, School, StudentRow } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

export function ClassesPage({ school }: { school: School }): JSX.Element {
	const year = school.years.find((y) => y.isCurrent) ?? school.years[0];
	const classes = useLoad<Items<ClassRow>>(`classes ${year?.id ?? ''}`,
		(signal) => api.get('/api/v1/classes', { signal, query: { year: year?.id } }));
	return (
		<>
			<h1>{t('classes')}</h1>
			<Show of={classes}>{(list) => (
				<Table caption={t('classes')} hideCaption rows={list.items} rowKey={(c) => c.id}
					empty={t('class.none')} columns={[
						{
							key: 'name', title: t('class.name'), isHeading: true,
							cell: (c) => <a href={`/van-phong/lop/${c.id}`}>{c.name}</a>,
							sortBy: (c) => c.name,
						},
						{ key: 'grade', title: t('class.grade'), align: 'num', cell: (c) => c.grade,
							sortBy: (c) => c.grade },
						{ key: 'count', title: t('class.count'), align: 'num', cell: (c) => c.studentCount,
							sortBy: (c) => c.studentCount },
						{ key: 'homeroom', title: t('class.homeroom'),
							cell: (c) => c.homeroom?.fullName ?? '–' },
					]} />
			)}</Show>
		</>
	);
}

/* A code is shown once, in a dialog that must be closed on purpose. */
function NewCode({ student }: { student: StudentRow }): JSX.Element {
	const [code, setCode] = useState<string | null>(null);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const make = (): void => {
		setBusy(true);
		setError(undefined);
		api.post<{ code: string }>(`/api/v1/students/${student.id}/activation`)
			.then((answer) => setCode(answer.code), setError)
			.finally(() => setBusy(false));
	};
	return (
		<>
			<Button small kind="secondary" busy={isBusy} onClick={make}
				label={t('student.code.label', { name: student.fullName })}>
				{t('student.code.new')}
			</Button>
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
			{code === null ? null : (
				<Dialog title={t('student.code.title', { name: student.fullName })}>
					<p class="secret-code">{code}</p>
					<p>{t('student.code.text')}</p>
					<Button onClick={() => setCode(null)}>{t('student.code.close')}</Button>
				</Dialog>
			)}
		</>
	);
}

function Guardians({ student }: { student: StudentRow }): JSX.Element {
	return (
		<>
			{student.guardians.map((g) => (
				<div key={g.fullName + (g.phone ?? '')}>{g.fullName}{g.phone ? ` – ${g.phone}` : ''}</div>
			))}
		</>
	);
}

function Students({ students }: { students: StudentRow[] }): JSX.Element {
	return (
		<Table caption={t('class.count')} hideCaption stacked rows={students} rowKey={(s) => s.id}
			empty={t('student.none')} columns={[
				{ key: 'position', title: t('student.position'), align: 'num', cell: (s) => s.position },
				{ key: 'name', title: t('student.name'), isHeading: true, cell: (s) => s.fullName },
				{ key: 'code', title: t('student.code'), cell: (s) => s.code },
				{ key: 'birth', title: t('student.birth'),
					cell: (s) => s.birthDate ? formatIsoDate(s.birthDate) : '–' },
				{ key: 'sex', title: t('student.sex'),
					cell: (s) => s.sex === 'male' ? t('student.male')
						: s.sex === 'female' ? t('student.female') : '–' },
				{ key: 'guardians', title: t('student.guardians'), cell: (s) => <Guardians student={s} /> },
				{ key: 'account', title: t('student.account'),
					cell: (s) => s.activated
						? <Tag tone="ok">{t('student.active')}</Tag>
						: <><Tag>{t('student.invited')}</Tag> <NewCode student={s} /></> },
			]} />
	);
}

function Slips({ id, name }: { id: string; name: string }): JSX.Element {
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const print = (): void => {
		setBusy(true);
		setError(undefined);
		api.bytes(`/api/v1/classes/${id}/slips`, { post: undefined, timeoutMs: 60_000 })
			.then((bytes) => saveAs(bytes, `phieu-dang-nhap-${name}.pdf`, 'application/pdf'), setError)
			.finally(() => setBusy(false));
	};
	return (
		<>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<Button busy={isBusy} onClick={print} describedBy="slips-hint">{t('class.slips')}</Button>
		</>
	);
}

export function ClassPage({ id }: { id: string }): JSX.Element {
	const loaded = useLoad<ClassData>(`class ${id}`,
		(signal) => api.get(`/api/v1/classes/${id}`, { signal }));
	return (
		<Show of={loaded}>{(c) => (
			<>
				<Breadcrumbs items={[
					{ href: '/van-phong/lop', label: t('classes') },
					{ label: t('class', { name: c.name }) },
				]} />
				<h1>{t('class', { name: c.name })}</h1>
				<p>{t('class.homeroom')}: {c.homeroom?.fullName ?? '–'}</p>
				<div class="row">
					<Slips id={id} name={c.name} />
					<ButtonLink kind="secondary" href={`/api/v1/classes/${id}/export.xlsx`} download>
						{t('class.export')}
					</ButtonLink>
				</div>
				<p class="hint" id="slips-hint">{t('class.slips.hint')}</p>
				<Students students={c.students} />
			</>
		)}</Show>
	);
}
