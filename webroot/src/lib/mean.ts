/*
 * Means of one subject as Circular 22/2021/TT-BGDĐT has them, worked out while a teacher types:
 * whole numbers only, in tenths, a half goes up, as gradebook/rules/tt22.c does it.
 * tests/fixtures/mean_vectors.json is run against both. The sentences are the server's own.
 */
import mark from '../../../core/base/messages/mark.json';
import { fill, lang, words } from './i18n';
import { vi } from '../i18n/vi/grid';
import { en } from '../i18n/en/grid';
import { formatMark } from './number';
import type { MarkKind } from './types';

const MIDTERM_WEIGHT = 2;
const FINAL_WEIGHT = 3;
const TERM_2_WEIGHT = 2;

/** Marks by kind, in tenths (1 and 0 in a comment subject); null: not there yet. */
export interface TermMarks {
	regular: number[];
	midterm: number | null;
	final: number | null;
}

export interface Result {
	valueX10: number | null;
	text: string; /* why, in the reader's language */
}

/* Both at least 0: the nearest integer, a half goes up. */
const divHalfUp = (numerator: number, denominator: number): number =>
	Math.floor((2 * numerator + denominator) / (2 * denominator));

/** Null while a mark is missing. */
export function termMean({ regular, midterm, final }: TermMarks): number | null {
	if (regular.length === 0 || midterm === null || final === null) {
		return null;
	}
	const sum = regular.reduce((a, b) => a + b, MIDTERM_WEIGHT * midterm + FINAL_WEIGHT * final);
	return divHalfUp(sum, regular.length + MIDTERM_WEIGHT + FINAL_WEIGHT);
}

export function yearMean(term1: number | null, term2: number | null): number | null {
	return term1 === null || term2 === null ? null
		: divHalfUp(term1 + TERM_2_WEIGHT * term2, 1 + TERM_2_WEIGHT);
}

/** 1 when every assessment is passed, 0 when one is not. */
export function commentResult({ regular, midterm, final }: TermMarks): number | null {
	if (regular.length === 0 || midterm === null || final === null) {
		return null;
	}
	return [...regular, midterm, final].every((v) => v > 0) ? 1 : 0;
}

const t = words(vi, en);

/* Which circular, and where in it. */
const cite = (point: string): { circular: string; article: string } =>
	({ circular: t('circular'), article: t('article', { point }) });

const ten = (x10: number): string => formatMark(x10, lang.value);

const say = (code: keyof typeof mark, params: Record<string, string>): string =>
	fill(mark[code][lang.value], params, lang.value);

/** The cells of one student by kind; empty ones left out. */
export function marksOf(cells: { kind: MarkKind; valueX10: number | null }[]): TermMarks {
	const of = (kind: MarkKind): number[] => cells.filter((c) => c.kind === kind)
		.map((c) => c.valueX10).filter((v): v is number => v !== null);
	return { regular: of('tx'), midterm: of('gk')[0] ?? null, final: of('ck')[0] ?? null };
}

function whyTerm(m: TermMarks, mean: number): string {
	const { regular, midterm, final } = m;
	const sum = regular.reduce((a, b) => a + b, MIDTERM_WEIGHT * (midterm ?? 0) + FINAL_WEIGHT * (final ?? 0));
	return say('mark.mean_term', {
		regular: regular.map(ten).join(' + '), midterm: ten(midterm ?? 0), final: ten(final ?? 0),
		count: String(regular.length), midterm_weight: String(MIDTERM_WEIGHT),
		final_weight: String(FINAL_WEIGHT), other_weights: String(MIDTERM_WEIGHT + FINAL_WEIGHT),
		sum: ten(sum), weights: String(regular.length + MIDTERM_WEIGHT + FINAL_WEIGHT),
		mean: ten(mean), ...cite('b'),
	});
}

/** What the term comes to; `needed` regular marks make it whole. */
export function termResult(isComment: boolean, m: TermMarks, needed: number): Result {
	const isWhole = m.regular.length >= Math.max(needed, 1);
	const valueX10 = !isWhole ? null : isComment ? commentResult(m) : termMean(m);
	if (valueX10 === null) {
		return { valueX10, text: say(isComment ? 'mark.comment_missing' : 'mark.mean_missing', {
			have: String(m.regular.length), need: String(needed),
			midterm: m.midterm === null ? '0' : '1', final: m.final === null ? '0' : '1',
		}) };
	}
	if (!isComment) {
		return { valueX10, text: whyTerm(m, valueX10) };
	}
	return { valueX10, text: say(valueX10 > 0 ? 'mark.comment_passed' : 'mark.comment_not_passed',
		cite('a')) };
}

/** What the year comes to, from the results of its terms. */
export function yearResult(isComment: boolean, term1: number | null, term2: number | null): Result {
	const where = cite(isComment ? 'a' : 'b');
	if (term2 === null || (term1 === null && !isComment)) {
		return { valueX10: null, text: say('mark.year_missing',
			{ term: term1 === null && !isComment ? '1' : '2' }) };
	}
	if (isComment || term1 === null) {
		return { valueX10: term2, text: say('mark.comment_year', where) };
	}
	const mean = yearMean(term1, term2) as number;
	return { valueX10: mean, text: say('mark.mean_year', {
		term1: ten(term1), weight: String(TERM_2_WEIGHT), term2: ten(term2),
		weights: String(1 + TERM_2_WEIGHT), sum: ten(term1 + TERM_2_WEIGHT * term2), mean: ten(mean),
		...where,
	}) };
}

/** Which thresholds of article 9, clause 2 a mean of a subject reaches. */
export type Band = 'tot' | 'kha' | 'dat' | 'under' | 'poor';

export const BANDS: readonly { band: Band; leastX10: number }[] = [
	{ band: 'tot', leastX10: 80 },
	{ band: 'kha', leastX10: 65 },
	{ band: 'dat', leastX10: 50 },
	{ band: 'under', leastX10: 35 },
	{ band: 'poor', leastX10: 0 },
];

export const bandOf = (x10: number): Band =>
	BANDS.find((b) => x10 >= b.leastX10)?.band ?? 'poor';
