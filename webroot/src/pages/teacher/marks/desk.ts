/*
 * What the parts of the gradebook's page share: the sheet at work, where the reader is, and the
 * one way in for everything that is typed or pasted: an exempt row takes nothing, a locked column
 * asks the office, a published one asks for a reason.
 */
import type { Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { MarkColumn, MarkSheet } from '../../../lib/types';
import type { Kind } from '../../../marks/cell';
import { cellKey, cellOf, follow, isPrimary, kindOf } from '../../../marks/cell';
import type { Entry, MarkSession } from '../../../marks/session';
import type { Step } from '../../../marks/undo';
import { announce } from '../../../parts/live';
import { GridState } from './grid_state';
import { columnName, contentWords, t } from './words';

/** A dialog that is open. */
export type Asked =
	| { t: 'why'; entries: Entry[]; rest: Entry[]; onDone: () => void }
	| { t: 'request'; entries: Entry[] }
	| { t: 'history'; column: MarkColumn; row: MarkSheet['rows'][number] }
	| { t: 'paste'; text: string }
	| { t: 'cell' } /* what the cell bar says, where there is none */
	| { t: 'remark'; student: string }
	| { t: 'publish' | 'unlink'; column: MarkColumn };

export class Desk {
	readonly grid = new GridState();
	readonly asked: Signal<Asked | null> = signal(null);
	readonly firstTerm: Signal<Map<string, number | null> | null> = signal(null); /* in term 2 */
	lastWhy = '';

	constructor(readonly session: MarkSession, readonly address: string,
		readonly reload: () => void) {}

	/** Where the history of a cell is. */
	historyOf(cell: string): string {
		const { column, student } = cellOf(cell);
		return this.session.how.historyOf(this.address, column, student);
	}

	/** The columns after those of the marks, by what they show. */
	get extras(): ('mean' | 'first' | 'year' | 'remark')[] {
		return [...(this.hasMeans ? ['mean' as const] : []), ...(this.firstTerm.value ? ['first' as const, 'year' as const] : []),
			...(this.sheet.rows.some((r) => r.remark !== undefined) ? ['remark' as const] : [])];
	}

	get sheet(): MarkSheet {
		return this.session.sheet.value;
	}

	/** How the subject is judged: as its means and regular marks are written. */
	get kind(): Kind {
		return this.sheet.subject.kind;
	}

	/** Primary school has none. */
	get hasMeans(): boolean {
		return !isPrimary(this.sheet);
	}

	/** How a column is written. */
	kindOf(column: MarkColumn | undefined): Kind {
		return column ? kindOf(this.sheet, column) : this.kind;
	}

	/** The same of a cell. */
	kindIn(cell: string): Kind {
		return this.kindOf(this.column(cellOf(cell).column));
	}

	column(id: string): MarkColumn | undefined {
		return this.sheet.columns.find((c) => c.id === id);
	}

	row(student: string): MarkSheet['rows'][number] | undefined {
		return this.sheet.rows.find((r) => r.student.id === student);
	}

	/** A cell in words: "TX 1, Nguyễn Văn An". */
	nameOf(cell: string): string {
		const { column, student } = cellOf(cell);
		const c = this.column(column);
		return t('cell', { column: c ? columnName(c) : '', name: this.row(student)?.student.fullName ?? '' });
	}

	/** The cell under a place of the grid; null outside the marks. */
	cellAt(row: number, column: number): string | null {
		const c = this.sheet.columns[column];
		const r = this.sheet.rows[row];
		return c && r ? cellKey(c.id, r.student.id) : null;
	}

	/** A person enters this: typed, pasted, cleared. `onDone` when it counts. */
	enter(entries: Entry[], onDone: () => void = () => undefined): void {
		const wanted = entries
			.filter((e) => !this.row(cellOf(e.cell).student)?.exempt)
			.map((e) => ({ ...e, content: follow(this.session.view(e.cell).peek().content, e.content) }));
		const columnOf = (e: Entry): MarkColumn | undefined => this.column(cellOf(e.cell).column);
		const locked = wanted.filter((e) => columnOf(e)?.isLocked);
		const open = wanted.filter((e) => !columnOf(e)?.isLocked);
		const seen = open.filter((e) => columnOf(e)?.publishedAt);
		const rest = open.filter((e) => !columnOf(e)?.publishedAt);
		if (seen.length > 0) {
			this.asked.value = { t: 'why', entries: seen, rest, onDone };
			return;
		}
		this.session.type(rest);
		if (locked.length > 0 && this.session.mayAsk) {
			this.asked.value = { t: 'request', entries: locked };
		} else if (locked.length > 0) {
			announce(t('closed'));
		}
		onDone();
	}

	/** With the reason for the published ones. */
	enterSeen(entries: Entry[], rest: Entry[], why: string, onDone: () => void): void {
		this.lastWhy = why;
		this.session.type([...entries, ...rest], why);
		onDone();
	}

	/** Takes the last step back, or brings it again. */
	turnBack(isRedo: boolean): void {
		const step: Step | null = isRedo ? this.session.undo.again() : this.session.undo.back();
		if (!step) {
			announce(t('undo.none'));
			return;
		}
		const why = step.why && !isRedo ? t('undo.why', { why: step.why }).slice(0, 100) : step.why;
		const done = this.session.replay({ ...step, why });
		const first = done[0];
		if (first) {
			this.goTo(first);
		}
		const names = first && done.length === 1
			? ` ${this.nameOf(first)}: ${contentWords(this.kindIn(first), this.session.view(first).peek().content)}` : '';
		announce(t(isRedo ? 'redo.did' : 'undo.did', { count: done.length }) + names);
	}

	goTo(cell: string): void {
		const { column, student } = cellOf(cell);
		const row = this.sheet.rows.findIndex((r) => r.student.id === student);
		const at = this.sheet.columns.findIndex((c) => c.id === column);
		if (row >= 0 && at >= 0) {
			this.grid.go({ row, column: at });
		}
	}
}
