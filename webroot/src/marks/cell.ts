/*
 * What stands in one cell of the gradebook: a mark in tenths (in a comment subject 1 is Đạt, 0
 * Chưa đạt), made up later or not, or that the student was away, or nothing.
 */
import type { CellJson, CellState, Subject } from '../lib/types';
import type { NumberLang } from '../lib/number';
import { formatMark } from '../lib/number';
import { parseTyped } from '../lib/typed_mark';

export type Kind = Subject['kind'];

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
	return kind === 'comment' ? (c.valueX10 > 0 ? 'Đ' : 'CĐ') : formatMark(c.valueX10, language);
}

/** Without marks on letters, in small letters. */
export const fold = (text: string): string => text.trim().toLowerCase().normalize('NFD')
	.replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/\s+/g, ' ');

const PASSED = ['d', 'dat', '1'];
const FAILED = ['c', 'cd', 'chua dat', '0'];
const AWAY = ['v', 'vang'];

/**
 * A cell as it is typed or pasted: "85", "8,5", "v"; "Đ", "C" or 1, 0 in a comment subject. A mark
 * with a "b" behind it was made up later. Undefined when it is nothing of these.
 */
export function parseEntry(kind: Kind, text: string): Content | undefined {
	const word = fold(text);
	if (word === '') {
		return EMPTY;
	}
	if (AWAY.includes(word)) {
		return MISSING;
	}
	const isMakeup = word.length > 1 && word.endsWith('b');
	const rest = isMakeup ? word.slice(0, -1).trim() : word;
	if (kind === 'comment') {
		const x10 = PASSED.includes(rest) ? 1 : FAILED.includes(rest) ? 0 : null;
		return x10 === null ? undefined : { ...value(x10), isMakeup };
	}
	const typed = parseTyped(rest);
	return typed && typed.x10 !== null ? { ...value(typed.x10), isMakeup } : undefined;
}

/** A value typed where the student was away has been made up. */
export const follow = (before: Content, after: Content): Content =>
	before.isMissing && after.valueX10 !== null ? { ...after, isMakeup: true } : after;
