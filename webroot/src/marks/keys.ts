/*
 * What a key means on the grid of marks while no cell is being typed into: as in Excel, after the
 * WAI-ARIA grid pattern. Tab moves to the right too; at the edge of a row it leaves the grid, so
 * that nobody is caught in it.
 */
import type { Kind } from './cell';
import { hasAway, isLetters, letterOf } from './cell';

export interface Place {
	row: number;
	column: number;
}

export interface Size {
	rows: number;
	columns: number;
}

export interface Press {
	key: string;
	code: string; /* of the key itself, when an input method hides the letter */
	ctrl: boolean;
	shift: boolean;
	alt: boolean;
}

export type Command =
	| { t: 'move'; to: Place; isExtending: boolean; isTab: boolean }
	| { t: 'edit'; text: string | null } /* null: with what stands there */
	| { t: 'put'; text: string } /* one key that is a whole entry */
	| { t: 'clear' | 'undo' | 'redo' | 'history' | 'makeup' | 'all' };

const clamp = (n: number, most: number): number => Math.max(0, Math.min(most, n));

/** `origin` is the column where a row of Tabs began: Enter goes back under it. */
export function moved(at: Place, size: Size, press: Press, origin: number | null): Place | null {
	const last: Place = { row: size.rows - 1, column: size.columns - 1 };
	const by = (rows: number, columns: number): Place =>
		({ row: clamp(at.row + rows, last.row), column: clamp(at.column + columns, last.column) });
	const { key, ctrl, shift } = press;
	switch (key) {
	case 'ArrowDown':
		return ctrl ? { ...at, row: last.row } : by(1, 0);
	case 'ArrowUp':
		return ctrl ? { ...at, row: 0 } : by(-1, 0);
	case 'ArrowRight':
		return ctrl ? { ...at, column: last.column } : by(0, 1);
	case 'ArrowLeft':
		return ctrl ? { ...at, column: 0 } : by(0, -1);
	case 'Home':
		return ctrl ? { row: 0, column: 0 } : { ...at, column: 0 };
	case 'End':
		return ctrl ? last : { ...at, column: last.column };
	case 'PageDown':
		return by(10, 0);
	case 'PageUp':
		return by(-10, 0);
	case 'Enter':
		return { ...by(shift ? -1 : 1, 0), column: origin ?? at.column };
	case 'Tab': {
		const next = at.column + (shift ? -1 : 1);
		return next < 0 || next > last.column ? null : { ...at, column: next };
	}
	default:
		return null;
	}
}

function letter({ key, code }: Press): string {
	const isHidden = key === 'Process' || key === 'Unidentified' || key === 'Dead';
	return (isHidden ? code.replace(/^(Key|Digit|Numpad)/, '') : key).toLowerCase();
}

function withCtrl(press: Press): Command | null {
	switch (letter(press)) {
	case 'z':
		return { t: press.shift ? 'redo' : 'undo' };
	case 'y':
		return { t: 'redo' };
	case 'a':
		return { t: 'all' };
	default:
		return null;
	}
}

function typed(press: Press, kind: Kind): Command | null {
	const word = letter(press);
	if (hasAway(kind) && (word === 'b' || word === 'v')) {
		return word === 'b' ? { t: 'makeup' } : { t: 'put', text: 'V' };
	}
	if (isLetters(kind)) {
		const whole = letterOf(kind, word);
		return whole ? { t: 'put', text: whole } : null;
	}
	return /^[0-9]$/.test(word) ? { t: 'edit', text: word } : null;
}

/** Null: the key is not the grid's, and the browser does with it what it always does. */
export function commandOf(press: Press, at: Place, size: Size, kind: Kind, origin: number | null)
	: Command | null {
	const { key, ctrl, shift, alt } = press;
	if (alt) {
		return letter(press) === 'h' ? { t: 'history' } : null;
	}
	const to = moved(at, size, press, origin);
	if (to) {
		const isArrow = key !== 'Enter' && key !== 'Tab';
		return { t: 'move', to, isExtending: shift && isArrow, isTab: key === 'Tab' };
	}
	if (ctrl) {
		return withCtrl(press);
	}
	if (key === 'F2') {
		return { t: 'edit', text: null };
	}
	if (key === 'Delete' || key === 'Backspace') {
		return { t: 'clear' };
	}
	return typed(press, kind);
}
