/*
 * The attempt's book on this device's disk (IndexedDB): survives a reload, a crash of the tab
 * and a flat battery, and is kept until the sitting's roots have left the school's box (the
 * server says when). A browser that refuses storage only loses that: the exam goes on in memory,
 * and the page says so.
 */
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Base, BookRecord, Entry } from './book';

interface AttemptRow {
	id: string;
	base: Base;
	savedAt: number; /* this device's clock: only for sweeping out old logs */
	receipt?: string;
	info?: string; /* the attempt's description, JSON, for a reload without a network */
}

interface LogSchema extends DBSchema {
	attempt: { key: string; value: AttemptRow };
	entry: { key: [string, number]; value: Entry & { attempt: string } };
	paper: { key: string; value: { url: string; attempt: string; bytes: Uint8Array } };
	key: { key: string; value: { id: string; key: string; rev: number } };
}

const NAME = 'truongthi-hall';
const VERSION = 1;
const KEEP_MS = 120 * 86_400_000; /* logs older than appeals can be are swept out */

export type Database = IDBPDatabase<LogSchema>;

export function openLog(name = NAME): Promise<Database> {
	return openDB<LogSchema>(name, VERSION, {
		upgrade(db) {
			db.createObjectStore('attempt', { keyPath: 'id' });
			db.createObjectStore('entry', { keyPath: ['attempt', 'id'] });
			db.createObjectStore('paper', { keyPath: 'url' });
			db.createObjectStore('key', { keyPath: 'id' });
		},
	});
}

const ofAttempt = (attempt: string): IDBKeyRange =>
	IDBKeyRange.bound([attempt, 0], [attempt, Number.MAX_SAFE_INTEGER]);

export class Log {
	private row: AttemptRow | undefined | null = null; /* as it is on disk; null: not read yet */

	constructor(private readonly db: Database, private readonly attempt: string) {}

	/** What stood in the book when this device last wrote; undefined when it never did. */
	async load(): Promise<BookRecord | undefined> {
		const tx = this.db.transaction(['attempt', 'entry']);
		const row = await tx.objectStore('attempt').get(this.attempt);
		const entries = await tx.objectStore('entry').getAll(ofAttempt(this.attempt));
		this.row = row;
		return row && { base: row.base, entries: entries.map(({ attempt: _, ...entry }) => entry) };
	}

	/**
	 * Once the log was loaded all of it, the commit too, is handed to the browser before this
	 * returns, so that a tab that is gone in the next moment loses nothing of what was clicked.
	 * Resolves when it is on disk.
	 */
	async save(entries: Entry[], base: Base | null, fallback: Base): Promise<void> {
		if (this.row === null) {
			await this.load();
		}
		const next: AttemptRow = { ...this.row, id: this.attempt, base: base ?? this.row?.base ?? fallback,
			savedAt: Date.now() };
		this.row = next;
		try {
			const tx = this.db.transaction(['attempt', 'entry'], 'readwrite', { durability: 'relaxed' });
			const writes: Promise<unknown>[] = [tx.objectStore('attempt').put(next)];
			for (const e of entries) {
				writes.push(tx.objectStore('entry').put({ ...e, attempt: this.attempt }));
			}
			tx.commit();
			await Promise.all([...writes, tx.done]);
		} catch (error) {
			this.row = null; /* the disk has another one */
			throw error;
		}
	}

	/* Another member of the attempt's row; `start` makes one where there is none. */
	private async change(member: Partial<AttemptRow>, start?: AttemptRow): Promise<void> {
		if (this.row === null) {
			await this.load();
		}
		const before = this.row ?? start;
		if (before) {
			this.row = { ...before, ...member };
			await this.db.put('attempt', this.row);
		}
	}

	async receipt(): Promise<string | undefined> {
		return (await this.db.get('attempt', this.attempt))?.receipt;
	}

	async keepReceipt(receipt: string): Promise<void> {
		await this.change({ receipt });
	}

	async info(): Promise<string | undefined> {
		return (await this.db.get('attempt', this.attempt))?.info;
	}

	async keepInfo(info: string, fallback: Base): Promise<void> {
		const savedAt = Date.now();
		await this.change({ info, savedAt }, { id: this.attempt, base: fallback, savedAt });
	}

	async paper(url: string): Promise<Uint8Array | undefined> {
		return (await this.db.get('paper', url))?.bytes;
	}

	async keepPaper(url: string, bytes: Uint8Array): Promise<void> {
		await this.db.put('paper', { url, attempt: this.attempt, bytes });
	}

	async dropPaper(url: string): Promise<void> {
		await this.db.delete('paper', url);
	}

	/* The key is kept so that a reload without a network can show the paper again. */
	async key(section: number): Promise<{ key: string; rev: number } | undefined> {
		return this.db.get('key', `${this.attempt} ${section}`);
	}

	async keepKey(section: number, rev: number, key: string): Promise<void> {
		await this.db.put('key', { id: `${this.attempt} ${section}`, rev, key });
	}

	/** Takes the paper and its key off a shared device once the attempt is closed; the log stays. */
	async forgetPaper(): Promise<void> {
		const tx = this.db.transaction(['paper', 'key'], 'readwrite');
		for (const row of await tx.objectStore('paper').getAll()) {
			if (row.attempt === this.attempt) {
				await tx.objectStore('paper').delete(row.url);
			}
		}
		await tx.objectStore('key').delete(IDBKeyRange.bound(`${this.attempt} `, `${this.attempt} \uffff`));
		await tx.done;
	}
}

/** Sweeps out the logs of exams long past. */
export async function sweepLogs(db: Database, now: number): Promise<number> {
	let count = 0;
	for (const row of await db.getAll('attempt')) {
		if (row.savedAt < now - KEEP_MS) {
			const tx = db.transaction(['attempt', 'entry'], 'readwrite');
			await tx.objectStore('entry').delete(ofAttempt(row.id));
			await tx.objectStore('attempt').delete(row.id);
			await tx.done;
			count++;
		}
	}
	return count;
}
