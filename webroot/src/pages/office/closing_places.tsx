/* The marks and the conduct of a class as the office looks at them: nothing is entered here. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { lang } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatMark, roman } from '../../lib/number';
import type { ConductSheet, MarkColumn, MarkRow, MarkSheet, School } from '../../lib/types';
import { Breadcrumbs } from '../../parts/layout';
import { Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { ReassessPage } from '../teacher/class/reassess';
import { closingAt, t } from './closing_data';
import { t as terms } from './term_data';
import { yearOfPage } from './year_pick';

interface At {
	school: School;
	id: string; /* of the class */
	term: string;
}

/* Back to the class's check list of the same year and term. */
function Way({ school, id, term, name, here }: At & { name: string; here: string }): JSX.Element {
	const year = school.years.find((y) => y.terms.some((x) => x.id === term));
	const part = year?.terms.find((x) => x.id === term)?.number === 2 ? '2' : '1';
	return (
		<Breadcrumbs items={[{ href: closingAt(year, part), label: t('closing') },
			{ href: closingAt(year, part, `/${id}`), label: name }, { label: here }]} />
	);
}

function value(sheet: MarkSheet, x10: number | null): string {
	if (x10 === null) {
		return '–';
	}
	return sheet.subject.kind === 'comment' ? t(x10 > 0 ? 'sheet.passed' : 'sheet.failed') : formatMark(x10, lang.value);
}

function Mark({ sheet, row, column }: { sheet: MarkSheet; row: MarkRow; column: MarkColumn }): JSX.Element {
	const cell = row.cells[column.id];
	if (row.exempt) {
		return <>{t('sheet.exempt')}</>;
	}
	if (cell?.state === 'missing') {
		return <Tag tone="warn">{t('sheet.away')}</Tag>;
	}
	return cell && cell.valueX10 !== null ? <>{value(sheet, cell.valueX10)}</> : <Tag tone="warn">{t('sheet.none')}</Tag>;
}

const columnTitle = (c: MarkColumn): string =>
	t(`sheet.${c.kind}` as 'sheet.tx' | 'sheet.gk' | 'sheet.ck', { position: c.position });

/* "TX 2/4 · GK 1/1 · CK 0/1": the columns that are there, of those that are needed. */
const countsText = (s: MarkSheet): string => (['tx', 'gk', 'ck'] as const).map((kind) => terms(`at.${kind}`,
	{ there: s.columns.filter((c) => c.kind === kind).length, need: s.plan[kind] })).join(' · ');

export function MarksViewPage({ school, id, subject, term }: At & { subject: string }): JSX.Element {
	const sheet = useLoad<MarkSheet>(`marks ${id} ${subject} ${term}`,
		(signal) => api.get(`/api/v1/marks/${id}/${subject}/${term}`, { signal }));
	return (
		<Show of={sheet}>{(s) => {
			const title = t('sheet.title', { subject: s.subject.name, class: s.class.name });
			return (
				<>
					<Way school={school} id={id} term={term} name={s.class.name} here={s.subject.name} />
					<h1>{title}</h1>
					<p>{t('sheet.term', { term: roman(s.term.number) })}</p>
					<p><strong>{t('sheet.plan')}</strong> {countsText(s)}</p>
					{s.columns.length === 0 ? <Empty>{t('sheet.empty')}</Empty> : (
						<Table caption={title} hideCaption stacked rows={s.rows} rowKey={(r) => r.student.id} columns={[
							{ key: 'name', title: t('student'), isHeading: true, cell: (r) => r.student.fullName },
							...s.columns.map((c) => ({ key: c.id, title: columnTitle(c), align: 'num' as const,
								narrow: 'inline' as const, cell: (r: MarkRow) => <Mark sheet={s} row={r} column={c} /> })),
							{ key: 'mean', title: t('sheet.mean'), align: 'num', narrow: 'inline',
								cell: (r) => value(s, r.mean.valueX10) },
						]} />
					)}
				</>
			);
		}}</Show>
	);
}

export function ConductViewPage({ school, id, term }: At): JSX.Element {
	const sheet = useLoad<ConductSheet>(`conduct ${id} ${term}`,
		(signal) => api.get(`/api/v1/classes/${id}/conduct/${term}`, { signal }));
	return (
		<Show of={sheet}>{(s) => {
			const title = t('conduct.title', { class: s.class.name });
			return (
				<>
					<Way school={school} id={id} term={term} name={s.class.name} here={t('conduct')} />
					<h1>{title}</h1>
					<p>{t('conduct.term', { term: roman(s.term.number) })}</p>
					<Table caption={title} hideCaption rows={s.rows} rowKey={(r) => r.student.id} columns={[
						{ key: 'name', title: t('student'), isHeading: true, cell: (r) => r.student.fullName },
						{ key: 'level', title: t('conduct'), cell: (r) => {
							const level = r.terms.find((x) => x.number === s.term.number)?.level ?? null;
							return level ? t(`level.${level}`) : <Tag tone="warn">{t('conduct.none')}</Tag>;
						} },
					]} />
				</>
			);
		}}</Show>
	);
}

export function ReassessOfficePage({ school, id }: Pick<At, 'school' | 'id'>): JSX.Element {
	const year = yearOfPage(school);
	return (
		<ReassessPage classId={id} way={(name, here) => (
			<Breadcrumbs items={[{ href: closingAt(year, 'year'), label: t('closing') },
				{ href: closingAt(year, 'year', `/${id}`), label: name }, { label: here }]} />
		)} />
	);
}
