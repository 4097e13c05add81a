/*
 * What stands in one cell of the gradebook: a mark in tenths (in a comment subject 1 is Đạt, 0
 * Chưa đạt; a level of primary school 2, 1 or 0), made up later or not, or that the student was
 * away, or nothing.
 */
import type { CellJson, CellState, MarkColumn, MarkSheet } from '../lib/types';
import type { NumberLang } from '../lib/number';
import { formatMark } from '../lib/number';
import { parseTyped } from '../lib/typed_mark';

/** How a column is written: marks with one decimal or without, or one of a few letters. */
export type LetterKind = 'comment' | 'level' | 'trait' | 'answer';
export type Kind = 'mark' | 'whole' | LetterKind;

/* The letters of a kind, the best first and 0 the last: what stands in the cell, and what may be
 * typed for it (folded). */
const LETTERS: Record<LetterKind, [text: string, ...typed: string[]][]> = {
	comment: [['Đ', 'd', 'dat', '1'], ['CĐ', 'c', 'cd', 'chua dat', '0']],
	level: [['T', 't', 'hoan thanh tot', '1'], ['H', 'h', 'hoan thanh', '2'], ['C', 'c', 'chua hoan thanh', '3']],
	trait: [['T', 't', 'tot', '1'], ['Đ', 'd', 'dat', '2'], ['C', 'c', 'can co gang', '3']],
	answer: [['✓', 'c', 'co', '1'], ['✗', 'k', 'khong', '0', '2']],
};

export const isLetters = (kind: Kind): kind is LetterKind => kind in LETTERS;

/** Who was away has still to be assessed, and may be later: so it is with marks and comments alone. */
export const hasAway = (kind: Kind): boolean => kind === 'mark' || kind === 'whole' || kind === 'comment';

/** The values of a kind, the best first. */
export const valuesOf = (kind: LetterKind): number[] => LETTERS[kind].map((_, i) => LETTERS[kind].length - 1 - i);

/** The letter that one key stands for. */
export const letterOf = (kind: LetterKind, key: string): string | null =>
	LETTERS[kind].find(([, ...typed]) => typed.includes(fold(key)))?.[0] ?? null;

/* In primary school the second place of a moment is the level, beside its test. */
const PRIMARY = 'tt27';
const LEVEL_POSITION = 2;

/** Whether these are primary school's rules. */
export const isPrimary = (of: { pack: string | null }): boolean => of.pack === PRIMARY;

/** How the column of a sheet is written. */
export function kindOf(sheet: Pick<MarkSheet, 'pack' | 'subject'>, column: Pick<MarkColumn, 'kind' | 'position' | 'entry'>)
	: Kind {
	if (column.entry) {
		return column.entry;
	}
	return !isPrimary(sheet) ? sheet.subject.kind : column.position === LEVEL_POSITION ? 'level' : 'whole';
}

/** The same where only the subject is known: nothing but a level stands at that place. */
export const shownKind = (subject: 'mark' | 'comment', column: Pick<MarkColumn, 'kind' | 'position'>): Kind =>
	column.kind !== 'tx' && column.position === LEVEL_POSITION ? 'level' : subject;

export interface Content {
	valueX10: number | null;
	isMissing: boolean;
	isMakeup: boolean; /* only with a value */
}

/** A cell as the server has it. Version 0: nothing was ever written there. */
export interface Stored extends Content {
	version: number;
	attempt: string | null; /* the exam that filled it */
}

export const EMPTY: Content = { valueX10: null, isMissing: false, isMakeup: false };
export const MISSING: Content = { valueX10: null, isMissing: true, isMakeup: false };
export const NEVER: Stored = { ...EMPTY, version: 0, attempt: null };

export const value = (x10: number): Content => ({ valueX10: x10, isMissing: false, isMakeup: false });

export const isSame = (a: Content, b: Content): boolean =>
	a.valueX10 === b.valueX10 && a.isMissing === b.isMissing && a.isMakeup === b.isMakeup;

export const isEmpty = (c: Content): boolean => c.valueX10 === null && !c.isMissing;

export const plain = ({ valueX10, isMissing, isMakeup }: Content): Content =>
	({ valueX10, isMissing, isMakeup });

export const readContent = (json: CellState): Content => ({ valueX10: json.valueX10,
	isMissing: json.state === 'missing', isMakeup: json.isMakeup === true });

export const readCell = (json: CellJson | undefined): Stored => json === undefined ? NEVER
	: { ...readContent(json), version: json.version, attempt: json.attempt ?? null };

/** A cell's name: its column and its student. */
export const cellKey = (column: string, student: string): string => `${column} ${student}`;

export function cellOf(key: string): { column: string; student: string } {
	const [column = '', student = ''] = key.split(' ');
	return { column, student };
}

/** Short, as it stands in a cell: "8,5", "Đ", "CĐ", "V" for away; "" for nothing. */
export function cellText(kind: Kind, c: Content, language: NumberLang): string {
	if (c.isMissing) {
		return 'V';
	}
	if (c.valueX10 === null) {
		return '';
	}
	return isLetters(kind) ? LETTERS[kind][valuesOf(kind).indexOf(c.valueX10)]?.[0] ?? '?'
		: kind === 'whole' ? String(c.valueX10 / 10) : formatMark(c.valueX10, language);
}

/** Without marks on letters, in small letters. */
export const fold = (text: string): string => text.trim().toLowerCase().normalize('NFD')
	.replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/\s+/g, ' ');

const AWAY = ['v', 'vang'];

/**
 * A cell as it is typed or pasted: "85", "8,5", "v"; "Đ", "C" or 1, 0 in a comment subject; "T",
 * "H", "C" or 1, 2, 3 for a level. A mark with a "b" behind it was made up later. Undefined when it
 * is nothing of these.
 */
export function parseEntry(kind: Kind, text: string): Content | undefined {
	const word = fold(text);
	if (word === '') {
		return EMPTY;
	}
	if (AWAY.includes(word) && hasAway(kind)) {
		return MISSING;
	}
	const isMakeup = hasAway(kind) && word.length > 1 && word.endsWith('b');
	const rest = isMakeup ? word.slice(0, -1).trim() : word;
	if (isLetters(kind)) {
		const x10 = valuesOf(kind)[LETTERS[kind].findIndex((letter) => letter.includes(rest, 1) || letter[0] === rest)];
		return x10 === undefined ? undefined : { ...value(x10), isMakeup };
	}
	const typed = parseTyped(rest);
	const isGood = typed && typed.x10 !== null && (kind !== 'whole' || typed.x10 % 10 === 0);
	return isGood ? { ...value(typed.x10 ?? 0), isMakeup } : undefined;
}

/** A value typed where the student was away has been made up. */
export const follow = (before: Content, after: Content): Content =>
	before.isMissing && after.valueX10 !== null ? { ...after, isMakeup: true } : after;
