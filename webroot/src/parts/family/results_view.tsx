/*
 * What a student came to, year by year, each figure with its reason in words; and the papers that
 * the school has closed. Of this student alone.
 */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { lang } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatMark } from '../../lib/number';
import { formatDate } from '../../lib/time';
import type { Level, PrimaryYear, StudentYear, YearPart } from '../../lib/types';
import type { Pair } from '../notice';
import { Empty, Pairs } from '../notice';
import { Show } from '../page_load';
import { Table } from '../table';
import { PrimaryYearView } from './primary_view';
import { t } from './words';
import { Documents, Why } from './year_parts';

type Result = NonNullable<StudentYear['result']>;
type Value = number | string | null;

const PARTS: YearPart[] = ['1', '2', 'year'];
const SCOPES: Record<YearPart, string> = { 1: 'term_1', 2: 'term_2', year: 'year' };

const isPrimaryYear = (year: StudentYear | PrimaryYear): year is PrimaryYear => year.pack === 'tt27';

const levelText = (level: Level | null | undefined): string => t(`level.${level ?? 'none'}`);

/* The reasons of one figure, in words; a mean is a subject's. */
const reasons = (result: Result, part: YearPart, what: string, subject?: string): string[] => [...new Set(result.explain
	.filter((e) => e.scope === SCOPES[part] && e.what === what && (subject === undefined || e.subject === subject))
	.map((e) => e.text ?? '').filter((text) => text !== ''))];

const valueOf = (result: Result, code: string, part: YearPart): Value => {
	const found = result.subjects.find((s) => s.code === code);
	return (part === 'year' ? found?.year : found?.terms[Number(part) - 1]) ?? null;
};

function ValueText({ kind, value }: { kind: 'mark' | 'comment'; value: Value }): JSX.Element {
	return <strong>{value === null ? '–' : kind === 'comment' ? t(value === 'D' ? 'passed' : 'failed') : formatMark(Number(value), lang.value)}</strong>;
}

function levels(year: StudentYear, result: Result, part: YearPart): Pair[] {
	const isYear = part === 'year';
	const learning = isYear ? result.year.learning : result.terms[Number(part) - 1]?.learning;
	const conduct = isYear ? result.year.conduct : year.line?.conduct[Number(part) - 1] ?? null;
	const pair = (label: string, text: string, what: string): Pair => ({
		label, value: <>{text} <Why what={label} texts={reasons(result, part, what)} /></>,
	});
	return [
		pair(t('learning'), levelText(learning), 'learning'),
		conduct === null ? { label: t('conduct'), value: <span class="quiet">{t('conduct.later')}</span> }
			: pair(t('conduct'), levelText(conduct), 'conduct'),
		...(isYear && result.year.promotion !== null
			? [pair(t('promotion'), t(`promotion.${result.year.promotion}`), 'promotion')] : []),
		...(isYear && result.year.award !== null
			? [pair(t('award'), t(`award.${result.year.award}`), 'award')] : []),
	];
}

function Part({ year, result, part, address, name }: {
	year: StudentYear; result: Result; part: YearPart; address: string; name: string;
}): JSX.Element {
	const closedAt = year.closed.find((c) => c.part === part)?.at ?? null;
	const caption = t('subjects', { part: t(`part.${part}`) });
	return (
		<section>
			<h3>{t(`part.${part}`)}</h3>
			<p class="quiet">{closedAt === null ? t('part.open') : t('part.closed', { day: formatDate(closedAt) })}</p>
			<Pairs items={levels(year, result, part)} />
			<Table caption={caption} hideCaption stacked rows={year.subjects} rowKey={(s) => s.code}
				columns={[
					{ key: 'subject', title: t('subject'), isHeading: true, cell: (s) => s.name },
					{
						key: 'mean', title: t('mean'),
						cell: (s) => (
							<>
								<ValueText kind={s.kind} value={valueOf(result, s.code, part)} />{' '}
								<Why what={`${s.name}, ${t(`part.${part}`)}`} texts={reasons(result, part, 'mean', s.code)} />
							</>
						),
					},
				]} />
			<h4>{t('documents')}</h4>
			{closedAt !== null
				? <><p class="hint">{t('documents.text')}</p><Documents year={year} part={part} address={address} name={name} /></>
				: <p class="quiet">{t('documents.later')}</p>}
		</section>
	);
}

/* A part without any figure and not closed says nothing yet. */
const hasSomething = (year: StudentYear, result: Result, part: YearPart): boolean =>
	year.closed.some((c) => c.part === part && c.isClosed) ||
	year.subjects.some((s) => valueOf(result, s.code, part) !== null);

function Year({ year, documents, name }: { year: StudentYear; documents: string; name: string }): JSX.Element {
	const { result } = year;
	const parts = result ? PARTS.filter((p) => hasSomething(year, result, p)) : [];
	return (
		<section>
			<h2>{t('year', { year: year.year.code, name: year.class.name })}</h2>
			{result === null ? <Empty>{t('norules')}</Empty>
				: parts.length === 0 ? <Empty>{t('years.none')}</Empty>
				: parts.map((part) => (
					<Part key={part} year={year} result={result} part={part} address={documents} name={name} />
				))}
		</section>
	);
}

export function ResultsView({ address, documents, name }: { address: string; documents: string; name: string }): JSX.Element {
	const found = useLoad<{ years: (StudentYear | PrimaryYear)[] }>(address,
		(signal) => api.get(address, { signal, query: { explain: 1 } }));
	return (
		<Show of={found}>{({ years }) => years.length === 0 ? <Empty>{t('years.none')}</Empty>
			: <>{years.map((y) => isPrimaryYear(y) ? <PrimaryYearView key={y.class.id} year={y} documents={documents} name={name} />
				: <Year key={y.class.id} year={y} documents={documents} name={name} />)}</>}</Show>
	);
}
