/* Answers between their stored form (JSON text) and the controls of a question. */
import type { Item } from '../../hall/paper';
import type { Value } from '../../hall/protocol';

export const textOf = (json: string): string => {
	const v = JSON.parse(json) as Value;
	return typeof v === 'string' ? v : '';
};

export const listOf = (json: string): string[] => {
	const v = JSON.parse(json) as Value;
	return Array.isArray(v) ? v.filter((x): x is string => typeof x === 'string') : [];
};

/** One entry a statement: true, false, or null while it is not answered. */
export function truthsOf(json: string, count: number): (boolean | null)[] {
	const v = JSON.parse(json) as Value;
	const given: readonly Value[] = Array.isArray(v) ? v : [];
	return Array.from({ length: count }, (_, i) =>
		typeof given[i] === 'boolean' ? given[i] as boolean : null);
}

/** Whether something is answered, wholly or in part. */
export function isAnswered(json: string): boolean {
	const v = JSON.parse(json) as Value;
	return Array.isArray(v) ? v.some((x) => x !== null) : v !== null && v !== '';
}

/** "3,14" and the like: what a numeric answer may hold. A point becomes the comma. */
export const cleanNumber = (text: string): string =>
	text.replace(/\./g, ',').replace(/[−–]/g, '-').replace(/[^0-9,-]/g, '');

/** Changes the sign of a number as it stands in the field. */
export const flipSign = (text: string): string =>
	text.startsWith('-') ? text.slice(1) : `-${text}`;

/** An answer in words, for the list of differences. */
export function answerInWords(item: Item | undefined, json: string, empty: string, yes: string, no: string)
	: string {
	const v = JSON.parse(json) as Value;
	if (v === null || v === '') {
		return empty;
	}
	if (typeof v === 'string') {
		return v.length > 120 ? `${v.slice(0, 120)}…` : v;
	}
	if (Array.isArray(v) && item?.kind === 'truefalse') {
		return v.map((x, i) => `${String.fromCharCode(97 + i)}) ${x === null ? '–' : x ? yes : no}`).join(', ');
	}
	return Array.isArray(v) ? v.join(', ') : String(v);
}
