/*
 * Roll calls on this device's disk (IndexedDB) until the server has them, and the class lists as
 * they were last seen, so that a page opened again without a network goes on where it was.
 * Everything belongs to one person: on a shared phone the next one neither sees nor sends it.
 */
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Draft } from './book';

/** Which session of which class; `person` is who works on it. */
export interface Place {
	person: string;
	classId: string;
	date: string;
	session: 1 | 2;
}

interface DraftRow extends Place {
	id: string;
	draft: Draft;
}

interface RollSchema extends DBSchema {
	draft: { key: string; value: DraftRow };
	view: { key: string; value: { id: string; view: unknown; savedAt: number } };
}

const NAME = 'truongthi-roll';
const VERSION = 1;
const KEEP_MS = 30 * 86_400_000; /* lists not looked at for so long are swept out */

export type Database = IDBPDatabase<RollSchema>;

const idOf = (p: Place): string => `${p.person} ${p.classId} ${p.date} ${p.session}`;

export function openDisk(name = NAME): Promise<Database> {
	return openDB<RollSchema>(name, VERSION, {
		upgrade(db) {
			db.createObjectStore('draft', { keyPath: 'id' });
			db.createObjectStore('view', { keyPath: 'id' });
		},
	});
}

export class Disk {
	private readonly id: string;
	constructor(private readonly db: Database, private readonly place: Place) {
		this.id = idOf(place);
	}

	async draft(): Promise<Draft | null> {
		return (await this.db.get('draft', this.id))?.draft ?? null;
	}

	/**
	 * All of it, the commit too, is handed to the browser before this returns, so that a page that
	 * is gone in the next moment loses no tap; in the order of the calls. Resolves when on disk.
	 */
	async keep(draft: Draft | null): Promise<void> {
		const tx = this.db.transaction('draft', 'readwrite');
		const step: Promise<unknown> = draft ? tx.store.put({ ...this.place, id: this.id, draft })
			: tx.store.delete(this.id);
		tx.commit();
		await Promise.all([step, tx.done]);
	}

	async view<T>(): Promise<T | undefined> {
		return (await this.db.get('view', this.id))?.view as T | undefined;
	}

	async keepView(view: unknown, now: number): Promise<void> {
		await this.db.put('view', { id: this.id, view, savedAt: now });
		for (const row of await this.db.getAll('view')) {
			if (row.savedAt < now - KEEP_MS) {
				await this.db.delete('view', row.id);
			}
		}
	}
}

/** Sessions with taps of that person that the server does not have yet. */
export async function unsentOf(db: Database, person: string): Promise<(Place & { isAsked: boolean })[]> {
	return (await db.getAll('draft')).filter((r) => r.person === person)
		.map(({ classId, date, session, draft }) =>
			({ person, classId, date, session, isAsked: draft.job !== null || draft.isWanted }));
}

/** Takes what the server has anyway off this device: at signing out. */
export async function forgetViews(db: Database): Promise<void> {
	await db.clear('view');
}
