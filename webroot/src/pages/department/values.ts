/* Values into a few groups that can be read beside one another: bands of marks, levels. Pure. */
import { t } from './desk_data';

export const MEASURES = ['mark_final', 'mark_midterm', 'mark_regular', 'subject_result', 'learning', 'conduct', 'promotion',
	'enrolled', 'classes', 'students', 'teachers'] as const;
export type Measure = typeof MEASURES[number];

export const BYS = ['all', 'commune', 'level', 'school', 'grade', 'subject', 'class'] as const;
export type By = typeof BYS[number];

export interface Group {
	key: string;
	name: string;
	total: number;
	values: { value: number; count: number }[];
}

export const isMark = (m: Measure): boolean => m.startsWith('mark_') || m === 'subject_result';
const isPerson = (m: Measure): boolean => m === 'students' || m === 'teachers';

/** Terms that a measure has; none: it is of the whole year or of no year. */
export function partsOf(m: Measure): number[] {
	return m.startsWith('mark_') ? [1, 2] : m === 'subject_result' || m === 'learning' || m === 'conduct' ? [1, 2, 0] : [0];
}

/** By what a measure can be divided; classes only of one school. */
export function bysOf(m: Measure, hasSchool: boolean): By[] {
	return BYS.filter((by) => (by === 'subject' ? isMark(m)
		: by === 'grade' ? !isPerson(m)
		: by === 'class' ? hasSchool && !isPerson(m) && m !== 'classes'
		: true));
}

const LETTER_BASE = 200;
const BANDS = [0, 35, 50, 65, 80] as const;

/** The group of a value: "m50", "l1" (a letter), "v2" (a level). */
export function bandOf(m: Measure, value: number): string {
	if (!isMark(m)) {
		return `v${value}`;
	}
	if (value >= LETTER_BASE) {
		return `l${value - LETTER_BASE}`;
	}
	return `m${[...BANDS].reverse().find((b) => value >= b) ?? 0}`;
}

const name = (key: string): string => t(key as Parameters<typeof t>[0]);

export function bandName(m: Measure, band: string): string {
	const n = band.slice(1);
	if (band.startsWith('m')) {
		return name(`band.${n}`);
	}
	if (band.startsWith('l')) {
		return name(`value.letter.${n}`);
	}
	return m === 'learning' || m === 'conduct' ? name(`value.learning.${n}`)
		: m === 'promotion' ? name(`value.promotion.${n}`)
		: isPerson(m) ? name(`value.sex.${n}`) : t('value.count');
}

/** The bands that some group has, in their order. */
export function bandsOf(m: Measure, groups: Group[]): string[] {
	const found = new Set(groups.flatMap((g) => g.values.map((v) => bandOf(m, v.value))));
	const order = [...BANDS.map((b) => `m${b}`), 'l1', 'l2', 'l3', 'l4', 'v0', 'v1', 'v2', 'v3', 'v4'];
	return order.filter((b) => found.has(b));
}

export function countOf(m: Measure, group: Group, band: string): number {
	return group.values.reduce((sum, v) => sum + (bandOf(m, v.value) === band ? v.count : 0), 0);
}

/** In tenths of a percent, half up; 0 of nothing. */
export const permille = (count: number, all: number): number => (all === 0 ? 0 : Math.floor((2000 * count + all) / (2 * all)));
