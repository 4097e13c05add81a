/*
 * Where the reader is on the grid, what is chosen, and whether a cell is being typed into. The
 * cells look at the signals; moving the focus is done here, at once, so that the next key finds
 * its cell.
 */
import type { Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { Place, Size } from '../../../marks/keys';

export interface Editing {
	text: string; /* what the field begins with */
	isCaret: boolean; /* F2: arrows move inside the text */
}

export interface Block {
	top: number;
	left: number;
	bottom: number;
	right: number;
}

export class GridState {
	readonly at: Signal<Place> = signal({ row: 0, column: 0 });
	readonly anchor: Signal<Place | null> = signal(null); /* the other corner of what is chosen */
	readonly editing: Signal<Editing | null> = signal(null);
	size: Size = { rows: 0, columns: 0 };
	origin: number | null = null; /* the column where a row of Tabs began */
	hasJustPut = false; /* one key filled a cell and went on: an Enter behind it is the same entry */
	table: HTMLElement | null = null;
	onKey: (event: KeyboardEvent) => void = () => undefined; /* the grid's own keys */

	/** Goes there and takes the focus along. */
	go(to: Place, isExtending = false): void {
		const from = this.at.peek();
		this.anchor.value = isExtending ? this.anchor.peek() ?? from : null;
		this.editing.value = null;
		this.at.value = to;
		this.focus();
	}

	focus(): void {
		const { row, column } = this.at.peek();
		const cell = this.table?.querySelector<HTMLElement>(`[data-at="${row} ${column}"]`);
		cell?.focus({ preventScroll: true });
		cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
	}

	edit(text: string, isCaret: boolean): void {
		this.anchor.value = null;
		this.editing.value = { text, isCaret };
	}

	/** What is chosen: the cell, or the block between it and the anchor. */
	block(): Block {
		const a = this.at.value;
		const b = this.anchor.value ?? a;
		return { top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row),
			left: Math.min(a.column, b.column), right: Math.max(a.column, b.column) };
	}

	chooseAll(columns: number): void {
		this.anchor.value = { row: 0, column: 0 };
		this.at.value = { row: this.size.rows - 1, column: Math.max(columns - 1, 0) };
		this.focus();
	}
}

export const isInside = ({ top, left, bottom, right }: Block, row: number, column: number): boolean =>
	row >= top && row <= bottom && column >= left && column <= right;
