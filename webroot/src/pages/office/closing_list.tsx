/* What is missing before a class can be closed, in words, each with the way to its place. */
import type { JSX } from 'preact';
import { roman } from '../../lib/number';
import type { SchoolYear } from '../../lib/types';
import { Banner } from '../../parts/notice';
import type { CheckList, MissingItem } from './closing_data';
import { CLOSING, closingAt, t } from './closing_data';

interface Group {
	key: string;
	title: string;
	items: MissingItem[];
	place: { href: string; text: string; label: string } | null;
}

/* By subject and term, in the order in which the server names them. */
function groupsOf(classId: string, items: MissingItem[], year: SchoolYear | undefined): Group[] {
	const groups = new Map<string, Group>();
	for (const item of items) {
		const key = item.subject ? `${item.subject.id} ${item.term}` : ['conduct', 'traits'].includes(item.what) ? `${item.what} ${item.term}` : '';
		let group = groups.get(key);
		if (!group) {
			group = { key, items: [], ...headOf(classId, item, year) };
			groups.set(key, group);
		}
		group.items.push(item);
	}
	return [...groups.values()];
}

function headOf(classId: string, { subject, what, term }: MissingItem, year: SchoolYear | undefined)
	: Pick<Group, 'title' | 'place'> {
	const id = year?.terms.find((x) => x.number === term)?.id;
	const at = { term: roman(term), name: subject?.name ?? '' };
	if (subject) {
		return { title: t('check.subject', at), place: id === undefined ? null : {
			href: `${CLOSING}/${classId}/diem/${subject.id}/${id}`,
			text: t('check.open.sheet'), label: t('check.open.sheet.label', at) } };
	}
	if (what === 'conduct') {
		return { title: t('check.conduct', at), place: id === undefined ? null : {
			href: `${CLOSING}/${classId}/ren-luyen/${id}`,
			text: t('check.open.conduct'), label: t('check.open.conduct.label', at) } };
	}
	if (what === 'traits') {
		return { title: t('check.traits', at), place: null };
	}
	return { title: t('check.class'), place: null };
}

/* Of the class as a whole: what to do about it. */
function OfClass({ item, classId, year }: { item: MissingItem; classId: string; year: SchoolYear | undefined })
	: JSX.Element {
	switch (item.what) {
	case 'subjects':
		return <>{t('what.subjects')} <a href="/van-phong/giao-vien">{t('what.subjects.to')}</a></>;
	case 'students':
		return <>{t('what.students')} <a href={`/van-phong/lop/${classId}`}>{t('what.students.to')}</a></>;
	case 'term':
		return (
			<>
				{t(item.term === 2 ? 'what.term.2' : 'what.term.1')}{' '}
				<a href={closingAt(year, item.term === 2 ? '2' : '1', `/${classId}`)}>
					{t('what.term.to', { term: roman(item.term) })}
				</a>
			</>
		);
	default:
		return <>{t('what.absences')} {t('what.absences.to')}.</>;
	}
}

function ofStudent(item: MissingItem): string {
	const student = item.student?.fullName ?? '';
	const more = item.isToMakeUp ? ` ${t('what.makeUp')}` : '';
	switch (item.what) {
	case 'regular':
		return t('what.regular', { student, have: item.have, need: item.need }) + more;
	case 'midterm':
	case 'final':
		return t(item.need > 1 ? `what.${item.what}.of` : `what.${item.what}`,
			{ student, have: item.have, need: item.need }) + more;
	case 'traits':
		return t('what.traits', { student, have: item.have, need: item.need });
	default:
		return t('what.conduct', { student });
	}
}

export function CheckListView({ classId, list, year }: {
	classId: string; list: CheckList; year: SchoolYear | undefined;
}): JSX.Element {
	const { count } = list.missing;
	if (count === 0) {
		return <Banner tone="ok"><p>{t('check.ready')}</p></Banner>;
	}
	return (
		<>
			<p><strong>{t('check.count', { count })}</strong></p>
			{groupsOf(classId, list.items, year).map((g) => (
				<section key={g.key} class="missing">
					<h2>{g.title}</h2>
					{g.place ? <p><a href={g.place.href} aria-label={g.place.label}>{g.place.text}</a></p> : null}
					<ul>
						{g.items.map((item, i) => (
							<li key={i}>
								{item.student ? ofStudent(item) : <OfClass item={item} classId={classId} year={year} />}
							</li>
						))}
					</ul>
				</section>
			))}
			{list.items.length < count
				? <p class="quiet">{t('check.more', { shown: list.items.length, count })}</p> : null}
		</>
	);
}
