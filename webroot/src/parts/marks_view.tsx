/*
 * What a student and a parent see alike: published marks by term with the reason of each mean,
 * and the results of exams under the teacher's release policy. Nothing compares with others.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../lib/api';
import { lang, words } from '../lib/i18n';
import { useLoad } from '../lib/load';
import { formatMark, formatPoints, roman } from '../lib/number';
import { navigate } from '../lib/router';
import { formatDateTime } from '../lib/time';
import type { Items, MarkKind, MySitting, StudentMarks, SubjectMarks } from '../lib/types';
import { vi } from '../i18n/vi/marks';
import { en } from '../i18n/en/marks';
import { Breadcrumbs } from './layout';
import { shownWords } from './mark_words';
import { Empty, Failed, Tag, Waiting } from './notice';
import { Show } from './page_load';
import type { Review } from './review_view';
import { Table } from './table';
import { Tabs } from './tabs';
import './marks.css';

const t = words(vi, en);

const MEAN = { kind: 'tx', position: 1 } as const; /* written as regular marks are */

/* Primary school has levels and no means. */
const isPrimary = (subjects: SubjectMarks[]): boolean => subjects.some((s) => s.mean.why.code === 'mark.mean_none');

const TEST = 1; /* places of a moment in primary school */
const LEVEL = 2;

function marksOf(subject: SubjectMarks, kind: MarkKind, position?: number): string {
	return subject.marks
		.filter((m) => m.kind === kind && (position === undefined || m.position === position))
		.sort((a, b) => a.position - b.position)
		.map((m) => shownWords(subject.kind, m, m.valueX10, isPrimary([subject])))
		.join('   ') || '–';
}

function MeanCell({ subject }: { subject: SubjectMarks }): JSX.Element {
	const { valueX10, why } = subject.mean;
	return (
		<>
			<strong>{valueX10 === null ? '–' : shownWords(subject.kind, MEAN, valueX10, false)}</strong>
			{why.text
				? (
					<details class="why">
						<summary>
							{t(valueX10 === null ? 'why.not' : 'why')}<span class="sr"> {t('why.of', { subject: subject.name })}</span>
						</summary>
						<p>{why.text}</p>
					</details>
				)
				: null}
		</>
	);
}

/* The test of a moment, in whole marks. */
const testOf = (kind: MarkKind) => (subject: SubjectMarks): string => {
	const found = subject.marks.find((m) => m.kind === kind && m.position === TEST);
	return found ? String(found.valueX10 / 10) : '–';
};

/* A level and the test beside it, at both moments of the term. */
function LevelTable({ number, subjects }: { number: number; subjects: SubjectMarks[] }): JSX.Element {
	return (
		<Table caption={t('caption', { number: roman(number) })} hideCaption stacked rows={subjects}
			rowKey={(s) => s.name} empty={t('none')}
			columns={[
				{ key: 'subject', title: t('subject'), isHeading: true, cell: (s) => s.name },
				...(['gk', 'ck'] as const).flatMap((kind) => [
					{ key: `level ${kind}`, title: t(`level.${kind}`), narrow: 'inline' as const,
						cell: (s: SubjectMarks) => marksOf(s, kind, LEVEL) },
					{ key: `test ${kind}`, title: t(`test.${kind}`), narrow: 'inline' as const,
						cell: testOf(kind) },
				]),
			]} />
	);
}

function TermTable({ number, subjects }: { number: number; subjects: SubjectMarks[] }): JSX.Element {
	return (
		<Table caption={t('caption', { number: roman(number) })} hideCaption stacked rows={subjects}
			rowKey={(s) => s.name} empty={t('none')}
			columns={[
				{ key: 'subject', title: t('subject'), isHeading: true, cell: (s) => s.name },
				{ key: 'tx', title: t('tx'), narrow: 'inline', cell: (s) => <span class="marks">{marksOf(s, 'tx')}</span> },
				{ key: 'gk', title: t('gk'), narrow: 'inline', cell: (s) => marksOf(s, 'gk') },
				{ key: 'ck', title: t('ck'), narrow: 'inline', cell: (s) => marksOf(s, 'ck') },
				{ key: 'mean', title: t('mean'), cell: (s) => <MeanCell subject={s} /> },
			]} />
	);
}

const Terms = (term: { number: number; subjects: SubjectMarks[] }): JSX.Element =>
	isPrimary(term.subjects) ? <LevelTable {...term} /> : <TermTable {...term} />;

/** Marks at an address that answers StudentMarks; the newest term with marks is shown first. */
export function MarksView({ address }: { address: string }): JSX.Element {
	const marks = useLoad<StudentMarks>(address, (signal) => api.get(address, { signal }));
	const [chosen, setChosen] = useState<number | null>(null);
	if (marks.error !== undefined && !marks.value) {
		return <Failed error={marks.error} onRetry={marks.reload} />;
	}
	if (!marks.value) {
		return <Waiting />;
	}
	const { terms } = marks.value;
	const filled = terms.filter((term) => term.subjects.some((s) => s.marks.length > 0));
	const number = chosen ?? filled[filled.length - 1]?.number ?? terms[0]?.number;
	const term = terms.find((x) => x.number === number);
	if (!term) {
		return <Empty>{t('none')}</Empty>;
	}
	if (terms.length === 1) {
		return (
			<>
				<h2>{t('term', { number: roman(term.number) })}</h2>
				<Terms number={term.number} subjects={term.subjects} />
			</>
		);
	}
	return (
		<Tabs label={t('terms')} selected={String(number)} onSelect={(id) => setChosen(Number(id))}
			items={terms.map((x) => ({ id: String(x.number), label: t('term', { number: roman(x.number) }) }))}>
			<Terms number={term.number} subjects={term.subjects} />
		</Tabs>
	);
}

function ResultText({ exam }: { exam: MySitting }): JSX.Element {
	const { result } = exam;
	if (exam.state !== 'closed') {
		return <>{exam.state === 'open' ? t('exam.open') : t('exam.prepared')}</>;
	}
	if (!result) {
		return <>{t('exam.held')}</>;
	}
	const points = result.pointsX100 !== undefined && result.maxX100 !== undefined
		? t('exam.pointsOf', { points: formatPoints(result.pointsX100, lang.value),
			max: formatPoints(result.maxX100, lang.value) })
		: '';
	return (
		<>
			{result.markX10 !== undefined
				? <strong>{formatMark(result.markX10, lang.value)}</strong> : null}
			{points ? <span class="quiet"> ({points})</span> : null}
			{result.awaiting ? <p class="quiet">{t('exam.awaiting')}</p> : null}
		</>
	);
}

/** Results of exams; `home` is what the pages of a receipt and of a review begin with; `isPast`:
 * only those over. */
export function ExamResults({ address, home, isPast = false }: {
	address: string; home: string; isPast?: boolean;
}): JSX.Element {
	const exams = useLoad<Items<MySitting>>(address, (signal) => api.get(address, { signal }));
	if (exams.error !== undefined && !exams.value) {
		return <Failed error={exams.error} onRetry={exams.reload} />;
	}
	if (!exams.value) {
		return <Waiting />;
	}
	const now = Date.now();
	const items = exams.value.items.filter((e) => !isPast || e.state === 'closed' || e.endsAt <= now);
	if (items.length === 0) {
		return <Empty>{t('exams.none')}</Empty>;
	}
	return (
		<Table caption={t('exams.title')} hideCaption stacked rowKey={(e) => e.attempt}
			rows={items.sort((a, b) => b.startsAt - a.startsAt)}
			columns={[
				{
					key: 'title', title: t('exams.title'), isHeading: true,
					cell: (e) => (
						<>
							{e.title} {e.practice ? <Tag tone="info">{t('exam.practice')}</Tag> : null}
							<div class="quiet">{e.subject}</div>
						</>
					),
				},
				{ key: 'when', title: t('exam.when'), narrow: 'plain', cell: (e) => formatDateTime(e.startsAt) },
				{ key: 'mark', title: t('exam.mark'), cell: (e) => <ResultText exam={e} /> },
				{
					key: 'more', title: t('exam.more'), narrow: 'plain',
					cell: (e) => (
						<span class="links">
							{e.review
								? (
									<a href={`${home}/bai-lam/${e.attempt}`}
										aria-label={t('exam.review.of', { title: e.title })}>{t('exam.review')}</a>
								)
								: null}
							{e.receipt
								? (
									<a href={`${home}/bien-nhan/${e.attempt}`}
										aria-label={t('exam.receipt.of', { title: e.title })}>{t('exam.receipt')}</a>
								)
								: null}
						</span>
					),
				},
			]} />
	);
}

/** An attempt's answers beside the keys, once the teacher shows them. */
export function MyReview({ attempt, back }: { attempt: string; back: { href: string; label: string } })
	: JSX.Element {
	/* With formulas and pictures it is the heaviest part, and few come here: fetched when it is asked for. */
	const review = useLoad<{ found: Review; view: typeof import('./review_view') }>(`review ${attempt}`,
		async (signal) => {
			const [found, view] = await Promise.all([
				api.get<Review>(`/api/v1/attempts/${attempt}/paper-review`, { signal }), import('./review_view'),
			]);
			return { found, view };
		});
	return (
		<>
			<Breadcrumbs items={[back, { label: t('exam.review') }]} />
			<Show of={review}>{({ found, view }) => <view.ReviewView review={found} name={false} />}</Show>
		</>
	);
}

/** Fetches an attempt's receipt and shows it on /verify, where it stands in the fragment. */
export function ReceiptPage({ attempt }: { attempt: string }): JSX.Element {
	const receipt = useLoad<{ url: string }>(attempt, async (signal) => {
		const found = await api.get<{ url: string }>(`/api/v1/attempts/${attempt}/receipt`, { signal });
		navigate(found.url, { replace: true });
		return found;
	});
	return receipt.error !== undefined
		? <Failed error={receipt.error} onRetry={receipt.reload} /> : <Waiting />;
}
