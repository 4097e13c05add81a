/* Classes of a year, and one class: its students, slips to print, the list as Excel. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatPhone } from '../../lib/phone';
import { formatIsoDate } from '../../lib/time';
import type { ClassPage as ClassData, ClassRow, Items, School, StudentRow } from '../../lib/types';
import { ButtonLink } from '../../parts/button';
import { Breadcrumbs } from '../../parts/layout';
import { Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { ClassSlips, SlipsHint } from './slips';
import { YearPick, yearOfPage } from './year_pick';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

const CLASSES = '/van-phong/lop';

export function ClassesPage({ school }: { school: School }): JSX.Element {
	const year = yearOfPage(school);
	const classes = useLoad<Items<ClassRow>>(`classes ${year?.id ?? ''}`,
		(signal) => api.get('/api/v1/classes', { signal, query: { year: year?.id } }));
	return (
		<>
			<h1>{t('classes')}</h1>
			<YearPick school={school} year={year} at={CLASSES} />
			<div class="row">
				<ButtonLink kind="secondary" href={`${CLASSES}/moi${year ? `?nam=${year.id}` : ''}`}>{t('class.add')}</ButtonLink>
				<ButtonLink kind="secondary" href={`/van-phong/nhap${year ? `?nam=${year.id}` : ''}`}>
					{t('home.import')}
				</ButtonLink>
			</div>
			<Show of={classes}>{(list) => list.items.length === 0
				? <Empty>{t('class.none')}</Empty>
				: (
					<Table caption={t('classes')} hideCaption rows={list.items} rowKey={(c) => c.id} columns={[
						{
							key: 'name', title: t('class.name'), isHeading: true,
							cell: (c) => <a href={`${CLASSES}/${c.id}`}>{c.name}</a>,
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

function Guardians({ student }: { student: StudentRow }): JSX.Element {
	return (
		<>
			{student.guardians.map((g) => (
				<div key={g.fullName + (g.phone ?? '')}>
					{g.fullName}{g.phone ? <> – <span class="nowrap">{formatPhone(g.phone)}</span></> : null}
				</div>
			))}
		</>
	);
}

function Students({ name, students }: { name: string; students: StudentRow[] }): JSX.Element {
	return (
		<Table caption={t('student.list', { name })} hideCaption stacked rows={students}
			rowKey={(s) => s.id} columns={[
				{ key: 'position', title: t('student.position'), align: 'num', narrow: 'hide',
					cell: (s) => s.position },
				{ key: 'name', title: t('student.name'), isHeading: true,
					cell: (s) => <a href={`/van-phong/hoc-sinh/${s.id}`}>{s.fullName}</a> },
				{ key: 'code', title: t('student.code'), narrow: 'beside', cell: (s) => s.code },
				{ key: 'birth', title: t('student.birth'), narrow: 'beside',
					cell: (s) => s.birthDate ? formatIsoDate(s.birthDate) : '–' },
				{ key: 'sex', title: t('student.sex'), narrow: 'beside',
					cell: (s) => s.sex === 'male' ? t('student.male')
						: s.sex === 'female' ? t('student.female') : '–' },
				{ key: 'guardians', title: t('student.guardians'), cell: (s) => <Guardians student={s} /> },
				{ key: 'account', title: t('student.account'), narrow: 'plain',
					cell: (s) => s.activated
						? <Tag tone="ok">{t('student.active')}</Tag> : <Tag>{t('student.invited')}</Tag> },
			]} />
	);
}

function ClassView({ c }: { c: ClassData }): JSX.Element {
	const waiting = c.students.filter((s) => !s.activated).length;
	return (
		<>
			<Breadcrumbs items={[
				{ href: CLASSES, label: t('classes') },
				{ label: t('class', { name: c.name }) },
			]} />
			<h1>{t('class', { name: c.name })}</h1>
			<p>
				{t('class.homeroom')}: {c.homeroom?.fullName ?? t('class.homeroom.none')}
				{' · '}{t('class.size', { count: c.students.length })}
				{waiting > 0 ? ` · ${t('class.waiting', { count: waiting })}` : ''}
			</p>
			{c.students.length === 0
				? (
					<>
						<Empty>{t('student.none')}</Empty>
						<div class="row">
							<ButtonLink href="/van-phong/nhap">{t('home.import')}</ButtonLink>
							<ButtonLink kind="secondary" href={`${CLASSES}/${c.id}/sua`}>{t('class.edit')}</ButtonLink>
						</div>
					</>
				)
				: (
					<>
						<div class="row">
							<ClassSlips id={c.id} name={c.name} />
							<ButtonLink kind="secondary" href={`/api/v1/classes/${c.id}/export.xlsx`} download>
								{t('class.export')}
							</ButtonLink>
							<ButtonLink kind="secondary" href={`${CLASSES}/${c.id}/sua`}>{t('class.edit')}</ButtonLink>
						</div>
						<SlipsHint />
						<Students name={c.name} students={c.students} />
					</>
				)}
		</>
	);
}

export function ClassPage({ id }: { id: string }): JSX.Element {
	const loaded = useLoad<ClassData>(`class ${id}`,
		(signal) => api.get(`/api/v1/classes/${id}`, { signal }));
	return <Show of={loaded}>{(c) => <ClassView c={c} />}</Show>;
}
