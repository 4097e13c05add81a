import { describe, expect, it } from 'vitest';
import { parseTyped } from '../../src/lib/typed_mark';
import { move, parsePoints } from '../../src/lib/paper';
import { toField, toRich } from '../../src/lib/questions';
import { merge } from '../../src/lib/board';
import type { BoardRow, PaperItem } from '../../src/lib/types';

describe('a typed mark', () => {
	it.each([
		['85', 85], ['8,5', 85], ['8.5', 85], ['10', 100], ['100', 100], ['10,0', 100], ['7', 70],
		['05', 5], ['00', 0], ['0', 0], [' 9 ', 90],
	])('%s is %i tenths', (text, x10) => expect(parseTyped(text)).toEqual({ x10 }));
	it('empties a cell', () => expect(parseTyped('  ')).toEqual({ x10: null }));
	it.each(['10,1', '101', '850', '8,55', '-1', 'x', '8,', ',5'])('%s is no mark',
		(text) => expect(parseTyped(text)).toBeUndefined());
});

describe('points of a question', () => {
	it.each([['0,25', 25], ['0.5', 50], ['1', 100], ['10', 1000], ['2,05', 205]])('%s is %i',
		(text, x100) => expect(parsePoints(text)).toBe(x100));
	it.each(['0', '10,01', '0,255', '', 'a'])('%s is none', (text) => expect(parsePoints(text)).toBeNull());
});

describe('moving in a paper', () => {
	const items = [0, 0, 1].map((part, i): PaperItem =>
		({ question: String(i), revision: 1, part, weightX100: 25 }));
	it('stays inside the part', () => {
		expect(move(items, 0, 1).map((i) => i.question)).toEqual(['1', '0', '2']);
		expect(move(items, 1, 1)).toBe(items);
		expect(move(items, 0, -1)).toBe(items);
	});
});

describe('rich text in a plain field', () => {
	it.each([
		'Tính <span class="math">x^2 &lt; 3</span> rồi cộng.',
		'a &lt; b',
		'<p>Dòng một</p><p>Dòng hai</p>',
		'H<sub>2</sub>O',
	])('%s comes back as it was', (html) => expect(toRich(toField(html))).toBe(html));
	it('escapes what a teacher types', () => expect(toRich('1 < 2 & 3')).toBe('1 &lt; 2 &amp; 3'));
});

describe('a board', () => {
	const row = (attempt: string, answered: number): BoardRow =>
		({ attempt, answered }) as BoardRow;
	it('keeps its order when rows change', () => {
		const rows = merge([row('a', 0), row('b', 0)], [row('b', 3), row('c', 1)]);
		expect(rows.map((r) => `${r.attempt}${r.answered}`)).toEqual(['a0', 'b3', 'c1']);
	});
});
