/* Values into a few groups that can be read beside one another: bands of marks, levels. Pure. */
import { t } from './desk_data';

export const MEASURES = ['mark_final', 'mark_midterm', 'mark_regular', 'subject_result', 'learning', 'conduct', 'completion',
	'judgement', 'promotion', 'closed', 'enrolled', 'classes', 'students', 'teachers'] as const;
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
/** What a measure calls a subject is one of the school's, or a quality or competence of primary school. */
export const hasSubject = (m: Measure): boolean => isMark(m) || m === 'judgement';
const isPerson = (m: Measure): boolean => m === 'students' || m === 'teachers';

/** Terms that a measure has; none: it is of the whole year or of no year. */
export function partsOf(m: Measure): number[] {
	return m.startsWith('mark_') ? [1, 2]
		: m === 'subject_result' || m === 'learning' || m === 'conduct' || m === 'closed' ? [1, 2, 0]
		: m === 'judgement' ? [1, 0] : [0];
}

/** By what a measure can be divided; classes only of one school. */
export function bysOf(m: Measure, hasSchool: boolean): By[] {
	return BYS.filter((by) => (by === 'subject' ? hasSubject(m)
		: by === 'grade' ? !isPerson(m)
		: by === 'class' ? hasSchool && !isPerson(m) && m !== 'classes' && m !== 'closed'
		: true));
}

const FIRST_MONTH = 8; /* a school year begins in August at the earliest */

/** The school year that is under way, or the last before it, of codes such as "2026-2027", newest first: one that some school has begun to
 *  prepare is no beginning. The first of all when none is such a code. */
export function presentYear(codes: string[], now: Date): string {
	const first = now.getFullYear() - (now.getMonth() + 1 < FIRST_MONTH ? 1 : 0);
	return codes.find((code) => /^\d{4}-\d{4}$/.test(code) && Number(code.slice(0, 4)) <= first) ?? codes[0] ?? '';
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

/** A band's name; `among` are those beside it: a letter C is another word in primary school. */
export function bandName(m: Measure, band: string, among: string[] = []): string {
	const n = band.slice(1);
	if (band === 'l2' && (among.includes('l3') || among.includes('l4'))) {
		return t(among.includes('l1') ? 'value.letter.both' : 'value.letter.primary');
	}
	if (band.startsWith('m')) {
		return name(`band.${n}`);
	}
	if (band.startsWith('l')) {
		return name(`value.letter.${n}`);
	}
	return m === 'learning' || m === 'conduct' ? name(`value.learning.${n}`)
		: m === 'promotion' || m === 'completion' || m === 'judgement' ? name(`value.${m}.${n}`)
		: isPerson(m) ? name(`value.sex.${n}`) : t('value.count');
}

export const ITEMS = ['yeu_nuoc', 'nhan_ai', 'cham_chi', 'trung_thuc', 'trach_nhiem', 'tu_chu', 'giao_tiep', 'giai_quyet',
	'ngon_ngu', 'tinh_toan', 'khoa_hoc', 'cong_nghe', 'tin_hoc', 'tham_mi', 'the_chat'] as const;

/** A quality or competence by its code. */
export function itemName(code: string): string {
	const known = ITEMS.find((i) => i === code);
	return known ? t(`item.${known}`) : code;
}

/** The bands that some group has, in their order. */
export function bandsOf(m: Measure, groups: Group[]): string[] {
	const found = new Set(groups.flatMap((g) => g.values.map((v) => bandOf(m, v.value))));
	const order = [...BANDS.map((b) => `m${b}`), 'l2', 'l1', 'l4', 'l3', 'v0', 'v1', 'v2', 'v3', 'v4'];
	return order.filter((b) => found.has(b));
}

export function countOf(m: Measure, group: Group, band: string): number {
	return group.values.reduce((sum, v) => sum + (bandOf(m, v.value) === band ? v.count : 0), 0);
}

const isLetter = (band: string): boolean => band.startsWith('l');

/** The bands that share one whole: marks are shares of the marks, levels of the levels. */
export function kindsOf(bands: string[]): string[][] {
	return [bands.filter((b) => !isLetter(b)), bands.filter(isLetter)].filter((kind) => kind.length > 0);
}

/** What a band's share is taken of: how many values of its kind the group has. */
export function wholeOf(group: Group, band: string): number {
	return group.values.reduce((sum, v) => sum + ((v.value >= LETTER_BASE) === isLetter(band) ? v.count : 0), 0);
}

/** The mean of a group's marks, in tenths; null when it has none (judged by levels alone). */
export function meanX10(group: Group): number | null {
	const marks = group.values.filter((v) => v.value < LETTER_BASE);
	const count = marks.reduce((sum, v) => sum + v.count, 0);
	return count === 0 ? null : marks.reduce((sum, v) => sum + v.value * v.count, 0) / count;
}

/** In tenths of a percent, half up; 0 of nothing. */
export const permille = (count: number, all: number): number => (all === 0 ? 0 : Math.floor((2000 * count + all) / (2 * all)));
