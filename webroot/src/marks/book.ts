/*
 * A sheet of marks as one device knows it: what the server has, what was typed here and is not
 * there yet, and what is on its way. A state machine without a network or a clock; session.ts
 * carries it out and keeps what `takeDirty` names on the device's disk.
 *
 * A typed cell waits with the version it was typed over. Cells go in batches that never change
 * once made: a batch is repeated, under the same id, until it is answered, so that nothing is
 * lost or counted twice, whatever the network does. A cell that others changed meanwhile becomes
 * a conflict, which a person decides.
 */
import type { Content, Stored } from './cell';
import { NEVER, isSame, plain } from './cell';

/* Of a change typed while an earlier one of the same cell is on its way. */
const AFTER_BATCH = -1;

export type ChangeState = 'waiting' | 'conflict' | 'locked' | 'refused';

export interface Change {
	cell: string;
	content: Content;
	base: number; /* the version it was typed over, or AFTER_BATCH */
	why: string;
	state: ChangeState;
	problem?: string; /* why it was refused */
}

export interface BatchCell {
	cell: string;
	content: Content;
	base: number;
}

export interface Batch {
	id: string; /* its Idempotency-Key */
	why: string;
	cells: BatchCell[];
}

export interface Answer {
	saved: { cell: string; version: number }[];
	conflicts: { cell: string; stored: Stored }[];
	locked: { cell: string }[];
}

/** How a cell stands: what is shown, and whether the server has it. */
export interface View {
	content: Content;
	status: 'saved' | 'sending' | ChangeState;
	theirs: Stored; /* what the server has, as far as is known */
	problem?: string;
}

/** What has to be written to disk: rows by cell (null: take it away) and the batch. */
export interface Dirty {
	changes: [string, Change | null][];
	batch: Batch | null;
}

export class Book {
	private readonly server = new Map<string, Stored>();
	private readonly changes = new Map<string, Change>();
	private readonly dirty = new Set<string>();
	private soloCount = 0; /* of the next batches, each of one cell: one of them was refused */
	private onItsWay: Batch | null = null;

	/** Goes on with what an earlier page left on the disk. */
	constructor(changes: Change[] = [], batch: Batch | null = null) {
		changes.forEach((c) => this.changes.set(c.cell, c));
		this.onItsWay = batch;
	}

	get batch(): Batch | null {
		return this.onItsWay;
	}

	stored(cell: string): Stored {
		return this.server.get(cell) ?? NEVER;
	}

	private flying(cell: string): BatchCell | undefined {
		return this.onItsWay?.cells.find((c) => c.cell === cell);
	}

	view(cell: string): View {
		const theirs = this.stored(cell);
		const change = this.changes.get(cell);
		if (change) {
			return { content: change.content, status: change.state, theirs,
				...(change.problem === undefined ? {} : { problem: change.problem }) };
		}
		const flying = this.flying(cell);
		return flying ? { content: flying.content, status: 'sending', theirs }
			: { content: plain(theirs), status: 'saved', theirs };
	}

	/** Every cell that the server does not have as it is shown. */
	open(): string[] {
		const flying = this.onItsWay?.cells.map((c) => c.cell) ?? [];
		return [...new Set([...this.changes.keys(), ...flying])];
	}

	count(state: ChangeState): number {
		return [...this.changes.values()].filter((c) => c.state === state).length;
	}

	private put(change: Change): void {
		this.changes.set(change.cell, change);
		this.dirty.add(change.cell);
	}

	private drop(cell: string): void {
		if (this.changes.delete(cell)) {
			this.dirty.add(cell);
		}
	}

	/** A person typed it. Over a conflict it is a decision: theirs was on the screen. */
	type(cell: string, content: Content, why: string): void {
		const flying = this.flying(cell);
		const before: Content = flying?.content ?? this.stored(cell);
		if (isSame(before, content)) {
			this.drop(cell);
			return;
		}
		this.put({ cell, content: plain(content), why, state: 'waiting',
			base: flying ? AFTER_BATCH : this.stored(cell).version });
	}

	/** Of a conflict: keep what was typed, or what the server has. Of what was refused: the same. */
	decide(cell: string, take: 'mine' | 'theirs'): void {
		const change = this.changes.get(cell);
		if (change && change.state !== 'waiting' && take === 'mine') {
			const { problem: _, ...rest } = change;
			this.put({ ...rest, state: 'waiting', base: this.stored(cell).version });
		} else if (change && change.state !== 'waiting') {
			this.drop(cell);
		}
	}

	/** The next cells to send, all for one reason; null when none waits or some are on their way. */
	takeBatch(id: string, most: number): Batch | null {
		const ready = [...this.changes.values()].filter((c) => c.state === 'waiting');
		const first = ready[0];
		if (this.onItsWay || !first) {
			return null;
		}
		const size = this.soloCount > 0 ? 1 : most;
		this.soloCount = Math.max(0, this.soloCount - 1);
		const cells = ready.filter((c) => c.why === first.why).slice(0, size);
		cells.forEach((c) => this.drop(c.cell));
		this.onItsWay = { id, why: first.why,
			cells: cells.map(({ cell, content, base }) => ({ cell, content, base })) };
		return this.onItsWay;
	}

	/* The batch is over for a cell: what was typed since stands on this version. */
	private land(cell: string, stored: Stored): void {
		this.server.set(cell, stored);
		const later = this.changes.get(cell);
		if (later && isSame(later.content, stored)) {
			this.drop(cell);
		} else if (later?.base === AFTER_BATCH) {
			this.put({ ...later, base: stored.version });
		}
	}

	/* It did not get in: it stays on this device, as it was last typed. */
	private keep(sent: BatchCell, why: string, state: ChangeState, problem?: string): void {
		const later = this.changes.get(sent.cell);
		this.put({ cell: sent.cell, content: later?.content ?? sent.content, why: later?.why ?? why,
			state, base: sent.base, ...(problem === undefined ? {} : { problem }) });
	}

	private finish(): Batch | null {
		const batch = this.onItsWay;
		this.onItsWay = null;
		return batch;
	}

	/** The server answered the batch that was on its way. */
	answered(answer: Answer): void {
		const batch = this.finish();
		for (const sent of batch?.cells ?? []) {
			const saved = answer.saved.find((s) => s.cell === sent.cell);
			const conflict = answer.conflicts.find((s) => s.cell === sent.cell);
			if (saved) {
				this.land(sent.cell, { ...this.stored(sent.cell), ...sent.content, version: saved.version });
			} else if (conflict && isSame(conflict.stored, sent.content)) {
				this.land(sent.cell, conflict.stored); /* our own, of a try whose answer was lost */
			} else if (conflict) {
				this.server.set(sent.cell, conflict.stored);
				this.keep(sent, batch?.why ?? '', 'conflict');
			} else {
				const isLocked = answer.locked.some((s) => s.cell === sent.cell);
				this.keep(sent, batch?.why ?? '', isLocked ? 'locked' : 'refused');
			}
		}
	}

	/**
	 * The server refused the whole batch, and did nothing. Of several cells each goes alone from
	 * now on, so that one does not hold up the others; a single one stays here with the reason.
	 */
	refused(problem: string): void {
		const batch = this.finish();
		const isOne = batch?.cells.length === 1;
		for (const sent of batch?.cells ?? []) {
			this.keep(sent, batch?.why ?? '', isOne ? 'refused' : 'waiting', isOne ? problem : undefined);
		}
		this.soloCount = isOne ? this.soloCount : batch?.cells.length ?? 0;
	}

	/** The sheet as the server has it now. Returns the cells that others changed. */
	refresh(cells: Iterable<[string, Stored]>): string[] {
		const changed: string[] = [];
		for (const [cell, stored] of cells) {
			const known = this.server.get(cell);
			const isFlying = this.flying(cell) !== undefined;
			if (known !== undefined && (isFlying || stored.version < known.version)) {
				continue; /* an answer on its way tells more */
			}
			this.server.set(cell, stored);
			if (isFlying) {
				continue;
			}
			const change = this.changes.get(cell);
			if (change && isSame(change.content, stored)) {
				this.drop(cell);
			} else if (change?.state === 'waiting' && stored.version > change.base) {
				this.put({ ...change, state: 'conflict' });
			}
			if (known !== undefined && !isSame(known, stored)) {
				changed.push(cell);
			}
		}
		return changed;
	}

	/** What changed since the last call; `batch` is always the one on its way. */
	takeDirty(): Dirty {
		const changes = [...this.dirty].map((cell): [string, Change | null] =>
			[cell, this.changes.get(cell) ?? null]);
		this.dirty.clear();
		return { changes, batch: this.onItsWay };
	}
}
