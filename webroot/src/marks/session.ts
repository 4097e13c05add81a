/*
 * A sheet of marks at work: what is typed goes to the device's disk, then in batches to the
 * server; what others change is fetched now and then. One signal a cell, so that a key stroke
 * draws one cell again. The rules of it all are book.ts's.
 */
import type { Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import { ApiError, api, idempotencyKey, sentence } from '../lib/api';
import type { CellJson, MarkSheet } from '../lib/types';
import type { Answer, Batch, View } from './book';
import { Book } from './book';
import type { Content, Stored } from './cell';
import { cellKey, cellOf, isSame, readCell } from './cell';
import type { Disk } from './disk';
import type { Step } from './undo';
import { Undo } from './undo';

const BATCH_MOST = 200;
const GATHER_MS = 250; /* what is typed in quick succession goes together */
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 20_000;
const LOOK_MS = 20_000;

export type Net = 'idle' | 'sending' | 'away';

export interface Entry {
	cell: string;
	content: Content;
}

interface PutAnswer {
	saved: { column: string; student: string; version: number }[];
	conflicts: ({ column: string; student: string } & CellJson)[];
	locked?: { column: string; student: string; why?: 'locked' | 'closed' | 'exempt' }[];
}

export interface Tally {
	open: number; /* not with the server yet */
	conflict: number;
	locked: number;
	refused: number;
}

/** What is particular about a sheet: how it is read, and whether the office may be asked to change
 * what is locked. */
export interface SessionHow {
	read: (json: unknown) => MarkSheet;
	mayAsk: boolean;
	/** Where the history of a cell is, of the sheet at that address. */
	historyOf: (address: string, column: string, student: string) => string;
}

export const MARKS: SessionHow = {
	read: (json) => json as MarkSheet,
	mayAsk: true,
	historyOf: (_, column, student) => `/api/v1/mark-columns/${column}/history/${student}`,
};

const isPassing = (e: unknown): boolean => !(e instanceof ApiError) || e.problem.status === 0 ||
	e.problem.status >= 500 || e.problem.status === 429 || e.problem.status === 408 || e.problem.status === 401;

const isSameView = (a: View, b: View): boolean => a.status === b.status && a.problem === b.problem &&
	isSame(a.content, b.content) && a.theirs.version === b.theirs.version && a.theirs.attempt === b.theirs.attempt;

function readAnswer(answer: PutAnswer, mayAsk: boolean): Answer {
	const key = (c: { column: string; student: string }): string => cellKey(c.column, c.student);
	return {
		saved: answer.saved.map((c) => ({ cell: key(c), version: c.version })),
		conflicts: answer.conflicts.map((c) => ({ cell: key(c), stored: readCell(c) })),
		/* an exempt student's cell is no matter for the office: it is refused */
		locked: (answer.locked ?? []).filter((c) => mayAsk && c.why !== 'exempt').map((c) => ({ cell: key(c) })),
	};
}

function* cellsOf(sheet: MarkSheet): Generator<[string, Stored]> {
	for (const row of sheet.rows) {
		for (const column of sheet.columns) {
			yield [cellKey(column.id, row.student.id), readCell(row.cells[column.id])];
		}
	}
}

/** The body of a change: a plain value says no more than it must. */
export function cellBody({ cell, content, base }: { cell: string; content: Content; base: number })
	: Record<string, unknown> {
	return { ...cellOf(cell), valueX10: content.valueX10, version: base,
		...(content.isMissing ? { state: 'missing' } : {}),
		...(content.isMakeup ? { isMakeup: true } : {}) };
}

export class MarkSession {
	readonly sheet: Signal<MarkSheet>;
	readonly net = signal<Net>('idle');
	readonly tally = signal<Tally>({ open: 0, conflict: 0, locked: 0, refused: 0 });
	readonly others = signal<string[]>([]); /* cells that somebody else has just changed */
	readonly hasDisk: Signal<boolean>;
	readonly undo = new Undo();
	private readonly views = new Map<string, Signal<View>>();
	private readonly book: Book;
	private timer = 0;
	private look = 0;
	private backoff = RETRY_MIN_MS;
	private isBusy = false;
	private isStopped = false;
	private tag: string | null = null;
	private seen: MarkSheet; /* as the server has it, for this device's disk */

	constructor(private readonly address: string, sheet: MarkSheet, private readonly disk: Disk | null,
		left: { changes: ConstructorParameters<typeof Book>[0]; batch: Batch | null },
		readonly how: SessionHow = MARKS) {
		this.sheet = signal(sheet);
		this.seen = sheet;
		this.hasDisk = signal(disk !== null);
		this.book = new Book(left.changes, left.batch);
		this.book.refresh(cellsOf(sheet));
		this.show(this.book.open());
	}

	get mayAsk(): boolean {
		return this.how.mayAsk;
	}

	start(): void {
		addEventListener('online', this.wake);
		addEventListener('focus', this.wake);
		document.addEventListener('visibilitychange', this.wake);
		this.wake();
	}

	stop(): void {
		this.isStopped = true;
		clearTimeout(this.timer);
		clearTimeout(this.look);
		removeEventListener('online', this.wake);
		removeEventListener('focus', this.wake);
		document.removeEventListener('visibilitychange', this.wake);
	}

	private readonly wake = (): void => {
		if (document.visibilityState === 'visible' && !this.isStopped) {
			this.backoff = RETRY_MIN_MS;
			this.soon(0);
			void this.refresh();
		}
	};

	view(cell: string): Signal<View> {
		let found = this.views.get(cell);
		if (!found) {
			found = signal(this.book.view(cell));
			this.views.set(cell, found);
		}
		return found;
	}

	/* Tells those who look at these cells, and the tally. */
	private show(cells: string[]): void {
		for (const cell of cells) {
			const view = this.views.get(cell);
			const now = this.book.view(cell);
			if (view && !isSameView(view.peek(), now)) {
				view.value = now;
			}
		}
		this.tally.value = { open: this.book.open().length, conflict: this.book.count('conflict'),
			locked: this.book.count('locked'), refused: this.book.count('refused') };
	}

	/* A disk that fails is told, the work goes on. */
	private async keep(): Promise<void> {
		try {
			await this.disk?.save(this.book.takeDirty());
		} catch {
			this.hasDisk.value = false;
		}
	}

	private put(entries: Entry[], why: string): void {
		entries.forEach((e) => this.book.type(e.cell, e.content, why));
		this.show(entries.map((e) => e.cell));
		void this.keep();
		this.soon(GATHER_MS);
	}

	/** Typed or pasted by a person: one step to take back. */
	type(entries: Entry[], why = ''): void {
		const cells = entries.map(({ cell, content }) =>
			({ cell, from: this.book.view(cell).content, to: content }))
			.filter((c) => !isSame(c.from, c.to));
		if (cells.length > 0) {
			this.undo.push({ cells, why });
			this.put(entries, why);
		}
	}

	/** Types an undo step; returns the cells it could do, others having changed since. */
	replay(step: Step): string[] {
		const entries = step.cells.filter((c) => isSame(this.book.view(c.cell).content, c.from))
			.map((c) => ({ cell: c.cell, content: c.to }));
		this.put(entries, step.why);
		return entries.map((e) => e.cell);
	}

	decide(cell: string, take: 'mine' | 'theirs'): void {
		this.book.decide(cell, take);
		this.show([cell]);
		void this.keep();
		this.soon(0);
	}

	/** Every cell that the server does not have as it is shown. */
	openCells(): string[] {
		return this.book.open();
	}

	/** Cells whose change is held back by a lock, with what was typed. */
	held(): Entry[] {
		return this.book.open().map((cell) => ({ cell, view: this.book.view(cell) }))
			.filter(({ view }) => view.status === 'locked')
			.map(({ cell, view }) => ({ cell, content: view.content }));
	}

	private soon(ms: number): void {
		clearTimeout(this.timer);
		if (!this.isStopped) {
			this.timer = setTimeout(() => void this.send(), ms) as unknown as number;
		}
	}

	private async send(): Promise<void> {
		if (this.isBusy || this.isStopped) {
			return;
		}
		this.isBusy = true;
		try {
			while (!this.isStopped && await this.sendOne()) {
				/* until nothing waits */
			}
		} finally {
			this.isBusy = false;
		}
	}

	/* False when there is nothing to send, or no way to. */
	private async sendOne(): Promise<boolean> {
		const id = idempotencyKey()['Idempotency-Key'] as string;
		const batch = this.book.batch ?? this.book.takeBatch(id, BATCH_MOST);
		if (!batch) {
			this.net.value = 'idle';
			return false;
		}
		const cells = batch.cells.map((c) => c.cell);
		this.net.value = this.net.value === 'away' ? 'away' : 'sending';
		this.show(cells);
		await this.keep();
		try {
			const answer = await api.put<PutAnswer>(this.address,
				{ cells: batch.cells.map(cellBody), why: batch.why },
				{ headers: { 'Idempotency-Key': batch.id } });
			this.book.answered(readAnswer(answer, this.how.mayAsk));
			this.keepSeen(cells);
		} catch (error) {
			if (isPassing(error)) {
				this.net.value = 'away';
				this.backoff = Math.min(this.backoff * 2, RETRY_MAX_MS);
				this.soon(this.backoff);
				return false;
			}
			this.book.refused(sentence(error));
		}
		this.backoff = RETRY_MIN_MS;
		this.net.value = 'idle';
		this.show(cells);
		await this.keep();
		return true;
	}

	/* A page opened again without a network shows what was saved since the sheet was fetched, too. */
	private keepSeen(cells: string[]): void {
		const rows = this.seen.rows.map((row) => {
			const mine = cells.map(cellOf).filter((c) => c.student === row.student.id);
			const saved = mine.map(({ column, student }): [string, CellJson] => {
				const { isMissing, ...cell } = this.book.stored(cellKey(column, student));
				return [column, { ...row.cells[column], ...cell, state: isMissing ? 'missing' : 'value' }];
			});
			return mine.length === 0 ? row : { ...row, cells: { ...row.cells, ...Object.fromEntries(saved) } };
		});
		this.seen = { ...this.seen, rows };
		void this.disk?.keepSheet(this.seen).catch(() => undefined);
	}

	/** Fetches the sheet again when it changed, and looks in again later. */
	async refresh(): Promise<void> {
		clearTimeout(this.look);
		try {
			const fresh = await api.fresh<unknown>(this.address, this.tag);
			if (fresh && !this.isStopped) {
				this.tag = fresh.tag;
				this.take(this.how.read(fresh.value));
			}
			if (this.net.value === 'away') {
				this.backoff = RETRY_MIN_MS;
				this.soon(0);
			}
		} catch (error) {
			if (error instanceof ApiError && error.problem.status === 401) {
				await api.get(this.address).catch(() => undefined); /* leads to the sign-in page, and back */
			}
		} finally {
			if (!this.isStopped && document.visibilityState === 'visible') {
				this.look = setTimeout(() => void this.refresh(), LOOK_MS) as unknown as number;
			}
		}
	}

	private take(sheet: MarkSheet): void {
		const changed = this.book.refresh(cellsOf(sheet));
		this.sheet.value = sheet;
		this.seen = sheet;
		this.keepSeen([]);
		this.show([...this.views.keys()]);
		this.others.value = changed;
		void this.keep();
	}
}
