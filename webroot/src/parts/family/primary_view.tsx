/*
 * What a primary pupil came to (Circular 27): levels with their words and tests at the four moments,
 * qualities and competences, and of the whole year its result. No means, nothing of others.
 */
import type { JSX } from 'preact';
import { words } from '../../lib/i18n';
import { formatDate } from '../../lib/time';
import type { PrimaryYear, YearPart } from '../../lib/types';
import type { Pair } from '../notice';
import { Empty, Pairs } from '../notice';
import { letterWords, resultWords } from '../mark_words';
import { Table } from '../table';
import { t as family } from './words';
import { Documents, Why } from './year_parts';
import { vi } from '../../i18n/vi/primary';
import { en } from '../../i18n/en/primary';

const t = words(vi, en);

/* The moments of a part: the year shows its end. */
const MOMENTS: Record<YearPart, readonly (0 | 1 | 2 | 3)[]> = { 1: [0, 1], 2: [2, 3], year: [3] };
const PARTS: YearPart[] = ['1', '2', 'year'];

type Line = PrimaryYear['line'];
type Subject = Line['subjects'][number];
type Trait = Line['qualities'][number];

const levelWords = (kind: 'level' | 'trait', letter: string | null): string =>
	letter === null ? '–' : letterWords(kind, (kind === 'level' ? 'CHT' : 'CDT').indexOf(letter));

function SubjectCell({ subject, moment }: { subject: Subject | undefined; moment: number }): JSX.Element {
	if (!subject || subject.exempt) {
		return <>{subject ? t('exempt') : '–'}</>;
	}
	const test = subject.tests?.[moment] ?? null;
	return (
		<>
			<strong>{levelWords('level', subject.moments[moment] ?? null)}</strong>
			{test === null ? null : <span class="quiet"> · {t('test', { mark: test / 10 })}</span>}
		</>
	);
}

/* "Toán: Hoàn thành (H)": what was assessed again after help. */
function againText({ line, subjects }: PrimaryYear): string {
	const nameOf = (code: string): string => subjects.find((s) => s.code === code)?.name ?? code;
	return [
		...line.subjects.flatMap((s) => [
			...(s.again ? [`${nameOf(s.code)}: ${levelWords('level', s.again)}`] : []),
			...(s.againTest === undefined ? [] : [`${nameOf(s.code)}: ${t('test', { mark: s.againTest / 10 })}`]),
		]),
		...[...line.qualities, ...line.competences].flatMap((r) => r.again
			? [`${t(`trait.${r.code}` as Parameters<typeof t>[0])}: ${levelWords('trait', r.again)}`] : []),
	].join('; ');
}

function results(year: PrimaryYear): Pair[] {
	const { result } = year;
	const { learning, after, promotion, award } = result.year;
	const texts = (what: string): string[] => result.explain.filter((x) => x.what === what)
		.map((x) => x.text ?? '').filter((text) => text !== '');
	const pair = (label: string, text: string, what: string): Pair =>
		({ label, value: <>{text} <Why what={label} texts={texts(what)} /></> });
	return [
		pair(t('result'), learning === null ? '–' : resultWords(learning), 'learning'),
		...(after === undefined ? [] : [{ label: t('again'), value: againText(year) }]),
		...(promotion === null ? [] : [pair(t('finished'), t(promotion === 'promoted' && learning === 'cht' && after !== 'ht' ? 'finished.advanced' : `finished.${promotion}`), 'promotion')]),
		...(award === null ? [] : [pair(family('award'), family(`award.${award}`), 'award')]),
	];
}

function Traits({ line, part }: { line: Line; part: YearPart }): JSX.Element {
	const rows = [...line.qualities, ...line.competences];
	const isKnown = rows.some((r) => MOMENTS[part].some((m) => r.moments[m]));
	return (
		<>
			<h4>{t('traits')}</h4>
			{!isKnown ? <p class="quiet">{t('traits.later')}</p> : (
				<Table caption={`${t('traits')}, ${family(`part.${part}`)}`} hideCaption stacked rows={rows} rowKey={(r) => r.code}
					columns={[
						{ key: 'name', title: t('name'), isHeading: true,
							cell: (r: Trait) => t(`trait.${r.code}` as Parameters<typeof t>[0]) },
						...MOMENTS[part].map((m) => ({ key: String(m), title: t(`moment.${m}`), narrow: 'inline' as const,
							cell: (r: Trait) => levelWords('trait', r.moments[m] ?? null) })),
					]} />
			)}
		</>
	);
}

function Part({ year, part, address, name }: { year: PrimaryYear; part: YearPart; address: string; name: string }): JSX.Element {
	const closedAt = year.closed.find((c) => c.part === part)?.at ?? null;
	const of = (code: string): Subject | undefined => year.line.subjects.find((s) => s.code === code);
	return (
		<section>
			<h3>{family(`part.${part}`)}</h3>
			<p class="quiet">{closedAt === null ? family('part.open') : family('part.closed', { day: formatDate(closedAt) })}</p>
			{part === 'year' ? <Pairs items={results(year)} /> : null}
			<Table caption={family('subjects', { part: family(`part.${part}`) })} hideCaption stacked rows={year.subjects}
				rowKey={(s) => s.code}
				columns={[
					{ key: 'subject', title: family('subject'), isHeading: true, cell: (s) => s.name },
					...MOMENTS[part].map((m) => ({ key: String(m), title: t(`moment.${m}`), narrow: 'inline' as const,
						cell: (s: PrimaryYear['subjects'][number]) => <SubjectCell subject={of(s.code)} moment={m} /> })),
				]} />
			<Traits line={year.line} part={part} />
			<h4>{family('documents')}</h4>
			{closedAt !== null
				? <><p class="hint">{family('documents.text')}</p><Documents year={year} part={part} address={address} name={name} /></>
				: <p class="quiet">{family('documents.later')}</p>}
		</section>
	);
}

/* A part of which nothing was said yet is left out. */
const hasSomething = ({ line, closed }: PrimaryYear, part: YearPart): boolean =>
	closed.some((c) => c.part === part && c.isClosed) || line.subjects.some((s) =>
		MOMENTS[part].some((m) => s.moments[m] || (s.tests?.[m] ?? null) !== null));

export function PrimaryYearView({ year, documents, name }: { year: PrimaryYear; documents: string; name: string }): JSX.Element {
	const parts = PARTS.filter((p) => hasSomething(year, p));
	return (
		<section>
			<h2>{family('year', { year: year.year.code, name: year.class.name })}</h2>
			{parts.length === 0 ? <Empty>{family('years.none')}</Empty>
				: parts.map((part) => <Part key={part} year={year} part={part} address={documents} name={name} />)}
		</section>
	);
}
