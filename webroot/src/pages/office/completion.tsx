/* How far the marks of a term are: every class and subject of the school on one page. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { useLoad } from '../../lib/load';
import type { School } from '../../lib/types';
import { SelectField } from '../../parts/field';
import { Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Pages, Table } from '../../parts/table';
import { TermTabs, reopenAt } from './schedule';
import type { Completion, CompletionClass, Place, TermOfPage } from './term_data';
import { COMPLETION, KINDS, gradeName, t, termOfPage } from './term_data';
import { YearPick } from './year_pick';

const PAGE_ROWS = 60;
const NOBODY = 'none';
const WHAT = ['all', 'cells', 'columns', 'hidden', 'open', 'makeUp', 'ready'] as const;
type What = typeof WHAT[number];

interface Row {
	place: Place;
	in: CompletionClass;
}

const sum = (place: Place, of: 'need' | 'there' | 'published'): number =>
	KINDS.reduce((all, kind) => all + place[kind][of], 0);
const hasColumns = (place: Place): boolean => KINDS.every((kind) => place[kind].there >= place[kind].need);
const lockedKinds = (place: Place): number => KINDS.filter((kind) => place[kind].isLocked).length;

function isWhat({ place, in: c }: Row, what: What): boolean {
	switch (what) {
	case 'all':
		return true;
	case 'cells':
		return place.missing > 0;
	case 'columns':
		return !hasColumns(place);
	case 'hidden':
		return sum(place, 'published') < sum(place, 'there');
	case 'open':
		return lockedKinds(place) < KINDS.length;
	case 'makeUp':
		return place.toMakeUp > 0;
	case 'ready':
		return place.missing === 0 && c.pack !== null;
	}
}

function LockTag({ place, in: c }: Row): JSX.Element {
	const count = lockedKinds(place);
	if (c.isClosed) {
		return <Tag tone="ok">{t('at.lock.closed')}</Tag>;
	}
	return count === KINDS.length ? <Tag tone="ok">{t('at.lock.all')}</Tag>
		: count > 0 ? <Tag tone="warn">{t('at.lock.some')}</Tag> : <Tag>{t('at.lock.none')}</Tag>;
}

function Missing({ place, in: c }: Row): JSX.Element {
	if (c.pack === null) {
		return <>{t('at.unknown')}</>;
	}
	return (
		<>
			{place.missing === 0 ? <Tag tone="ok">{t('at.missing.none')}</Tag>
				: <Tag tone="warn">{t('at.missing.count', { count: place.missing })}</Tag>}
			{place.toMakeUp > 0
				? <div class="quiet small">{t('at.missing.makeUp', { count: place.toMakeUp })}</div> : null}
		</>
	);
}

function Columns({ place }: { place: Place }): JSX.Element {
	return (
		<>
			{KINDS.map((kind) => (
				<span key={kind} class={place[kind].there < place[kind].need ? 'count-of short' : 'count-of'}>
					{t(`at.${kind}`, { there: place[kind].there, need: place[kind].need })}
				</span>
			))}
		</>
	);
}

const teacherNames = (place: Place): string =>
	place.teachers.map((x) => x.fullName).join(', ') || t('at.teacher.none');

function PlacesTable({ rows, page }: { rows: Row[]; page: TermOfPage }): JSX.Element {
	const term = page.term?.id ?? '';
	const names = (r: Row): { subject: string; class: string } => ({ subject: r.place.subject.name, class: r.in.name });
	return (
		<Table caption={t('completion.caption')} hideCaption stacked rows={rows}
			rowKey={(r) => `${r.in.id} ${r.place.subject.id}`} columns={[
				{ key: 'class', title: t('at.class'), isHeading: true, cell: (r) => r.in.name },
				{ key: 'subject', title: t('at.subject'), narrow: 'plain', sortBy: (r) => r.place.subject.name, cell: (r) => (
					<a href={`/van-phong/khoa-so/${r.in.id}/diem/${r.place.subject.id}/${term}`}
						aria-label={t('at.open', names(r))}>{r.place.subject.name}</a>
				) },
				{ key: 'teacher', title: t('at.teacher'), sortBy: (r) => teacherNames(r.place), cell: (r) => teacherNames(r.place) },
				{ key: 'columns', title: t('at.columns'), cell: (r) => <Columns place={r.place} /> },
				{ key: 'missing', title: t('at.missing'), sortBy: (r) => r.place.missing, cell: (r) => <Missing {...r} /> },
				{ key: 'published', title: t('at.published'), cell: (r) => t('at.published.count',
					{ published: sum(r.place, 'published'), count: sum(r.place, 'there') }) },
				{ key: 'lock', title: t('at.lock'), narrow: 'plain', cell: (r) => (
					<div class="row tight">
						<LockTag {...r} />
						{!r.in.isClosed && lockedKinds(r.place) > 0
							? (
								<a href={reopenAt(page, r.in.id, r.place.subject.id)}
									aria-label={t('at.reopen.label', names(r))}>{t('at.reopen')}</a>
							)
							: null}
					</div>
				) },
			]} />
	);
}

/* Everybody who teaches something, by name, once. */
function teachersOf(all: Completion): { id: string; fullName: string }[] {
	const found = new Map<string, string>();
	for (const place of all.places) {
		place.teachers.forEach((x) => found.set(x.id, x.fullName));
	}
	return [...found].map(([id, fullName]) => ({ id, fullName }))
		.sort((a, b) => a.fullName.localeCompare(b.fullName, 'vi'));
}

function View({ all, page }: { all: Completion; page: TermOfPage }): JSX.Element {
	const [grade, setGrade] = useState('');
	const [teacher, setTeacher] = useState('');
	const [what, setWhat] = useState<What>('all');
	const [at, setAt] = useState(1);
	useEffect(() => setAt(1), [grade, teacher, what, all.term.id]);
	const classes = new Map(all.classes.map((c) => [c.id, c]));
	const rows = all.places.flatMap((place): Row[] => {
		const c = classes.get(place.class);
		return c ? [{ place, in: c }] : [];
	});
	if (rows.length === 0) {
		return <Empty>{t('completion.none')}</Empty>;
	}
	const shown = rows.filter((r) => (grade === '' || String(r.in.grade) === grade) &&
		(teacher === '' || (teacher === NOBODY ? r.place.teachers.length === 0
			: r.place.teachers.some((x) => x.id === teacher))) && isWhat(r, what));
	const grades = [...new Set(all.classes.map((c) => c.grade))];
	return (
		<>
			<p>
				<strong>{t('completion.sum', { places: rows.length, classes: new Set(rows.map((r) => r.in.id)).size,
					ready: rows.filter((r) => isWhat(r, 'ready')).length,
					missing: rows.reduce((n, r) => n + r.place.missing, 0) })}</strong>
			</p>
			<div class="filters" role="group" aria-label={t('completion.filter')}>
				<SelectField name="grade" label={t('filter.grade')} value={grade} empty={t('filter.grade.all')} onChange={setGrade}
					options={grades.map((g) => ({ value: String(g), label: gradeName(g) }))} />
				<SelectField name="teacher" label={t('filter.teacher')} value={teacher} empty={t('filter.teacher.all')}
					onChange={setTeacher} options={[{ value: NOBODY, label: t('filter.teacher.none') },
						...teachersOf(all).map((x) => ({ value: x.id, label: x.fullName }))]} />
				<SelectField name="what" label={t('filter.what')} value={what} onChange={(x) => setWhat(x as What)}
					options={WHAT.map((x) => ({ value: x, label: t(`what.${x}`) }))} />
			</div>
			<p class="quiet" role="status">{t('completion.shown', { count: shown.length })}</p>
			{shown.length === 0 ? <Empty>{t('completion.no')}</Empty> : (
				<PlacesTable rows={shown.slice((at - 1) * PAGE_ROWS, at * PAGE_ROWS)} page={page} />
			)}
			<Pages page={at} count={Math.ceil(shown.length / PAGE_ROWS)} onPage={setAt} />
		</>
	);
}

export function CompletionPage({ school }: { school: School }): JSX.Element {
	const page = termOfPage(school);
	const id = page.term?.id ?? '';
	const all = useLoad<Completion>(`completion ${id}`,
		(signal) => api.get(`/api/v1/terms/${id}/completion`, { signal }));
	return (
		<>
			<h1>{t('completion')}</h1>
			<p class="lead">{t('completion.lead')}</p>
			<YearPick school={school} year={page.year} at={COMPLETION} />
			<TermTabs at={COMPLETION} page={page}>
				<Show of={all}>{(value) => <View all={value} page={page} />}</Show>
			</TermTabs>
		</>
	);
}
