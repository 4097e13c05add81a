import { describe, expect, it } from 'vitest';
import { commandOf } from '../../src/marks/keys';
import type { Command, Place } from '../../src/marks/keys';
import type { Kind } from '../../src/marks/cell';

const size = { rows: 45, columns: 5 };

function press(name: string, at: Place, kind: Kind = 'mark', origin: number | null = null): Command | null {
	const parts = name.split('+');
	const key = parts[parts.length - 1] as string;
	return commandOf({ key, code: `Key${key.toUpperCase()}`, ctrl: parts.includes('Ctrl'),
		shift: parts.includes('Shift'), alt: parts.includes('Alt') }, at, size, kind, origin);
}

describe('moving', () => {
	it.each([
		['ArrowDown', 4, 2], ['ArrowUp', 2, 2], ['ArrowLeft', 3, 1], ['ArrowRight', 3, 3],
		['Ctrl+ArrowDown', 44, 2], ['Ctrl+ArrowUp', 0, 2], ['Ctrl+ArrowLeft', 3, 0], ['Ctrl+ArrowRight', 3, 4],
		['Home', 3, 0], ['End', 3, 4], ['Ctrl+Home', 0, 0], ['Ctrl+End', 44, 4], ['PageDown', 13, 2],
		['Enter', 4, 2], ['Shift+Enter', 2, 2], ['Tab', 3, 3], ['Shift+Tab', 3, 1],
	])('%s leads to row %i, column %i', (name, row, column) =>
		expect(press(name, { row: 3, column: 2 })).toMatchObject({ t: 'move', to: { row, column } }));
	it('stays inside', () => {
		expect(press('ArrowUp', { row: 0, column: 0 })).toMatchObject({ to: { row: 0, column: 0 } });
		expect(press('Enter', { row: 44, column: 0 })).toMatchObject({ to: { row: 44, column: 0 } });
	});
	it('by Tab leaves the grid at its edges', () => {
		expect(press('Tab', { row: 3, column: 4 })).toBeNull();
		expect(press('Shift+Tab', { row: 3, column: 0 })).toBeNull();
	});
	it('by Enter comes back under the column where the Tabs began', () =>
		expect(press('Enter', { row: 3, column: 2 }, 'mark', 0)).toMatchObject({ to: { row: 4, column: 0 } }));
	it('with Shift and an arrow chooses', () => {
		expect(press('Shift+ArrowDown', { row: 3, column: 2 })).toMatchObject({ isExtending: true });
		expect(press('Shift+Enter', { row: 3, column: 2 })).toMatchObject({ isExtending: false });
	});
});

describe('typing', () => {
	const at = { row: 0, column: 0 };
	it.each(['0', '5', '9'])('%s begins a mark', (key) => expect(press(key, at)).toEqual({ t: 'edit', text: key }));
	it.each([['d', 'Đ'], ['D', 'Đ'], ['đ', 'Đ'], ['1', 'Đ'], ['c', 'CĐ'], ['0', 'CĐ'], ['v', 'V']])(
		'%s is a whole judgement', (key, text) => expect(press(key, at, 'comment')).toEqual({ t: 'put', text }));
	it.each([['t', 'T'], ['1', 'T'], ['h', 'H'], ['2', 'H'], ['c', 'C'], ['3', 'C']])('%s is a level', (key, text) =>
		expect(press(key, at, 'level')).toEqual({ t: 'put', text }));
	it.each([['t', 'T'], ['đ', 'Đ'], ['d', 'Đ'], ['2', 'Đ'], ['c', 'C']])('%s is a level of a quality', (key, text) =>
		expect(press(key, at, 'trait')).toEqual({ t: 'put', text }));
	it.each([['c', '✓'], ['1', '✓'], ['k', '✗'], ['0', '✗']])('%s is an answer', (key, text) =>
		expect(press(key, at, 'answer')).toEqual({ t: 'put', text }));
	it.each(['v', 'b', 'd', '4', '0'])('of %s is nothing where a level stands', (key) =>
		expect(press(key, at, 'level')).toBeNull());
	it('of v is a whole entry in a marked subject too', () => expect(press('v', at)).toEqual({ t: 'put', text: 'V' }));
	it.each(['x', '5', 'F5'])('of %s is nothing in a comment subject', (key) =>
		expect(press(key, at, 'comment')).toBeNull());
	it.each([['F2', { t: 'edit', text: null }], ['Delete', { t: 'clear' }], ['Backspace', { t: 'clear' }],
		['Ctrl+z', { t: 'undo' }], ['Ctrl+y', { t: 'redo' }], ['Ctrl+Shift+Z', { t: 'redo' }], ['Alt+h', { t: 'history' }],
		['b', { t: 'makeup' }], ['Ctrl+a', { t: 'all' }]] as const)('%s', (name, want) =>
		expect(press(name, at)).toEqual(want));
	it('is understood when an input method hides the letter', () => {
		expect(commandOf({ key: 'Process', code: 'KeyD', ctrl: false, shift: false, alt: false }, at, size, 'comment', null))
			.toEqual({ t: 'put', text: 'Đ' });
		expect(commandOf({ key: 'Process', code: 'Numpad8', ctrl: false, shift: false, alt: false }, at, size, 'mark', null))
			.toEqual({ t: 'edit', text: '8' });
	});
	it.each(['Ctrl+c', 'Ctrl+v', 'Ctrl+r', 'Alt+ArrowLeft', 'Alt+d'])('%s stays the browser’s', (name) =>
		expect(press(name, at)).toBeNull());
});
