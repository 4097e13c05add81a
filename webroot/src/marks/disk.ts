/*
 * Typed marks on this device's disk (IndexedDB) until the server has them, and the sheets as they
 * were last seen, so that a page opened again without a network goes on where it was. Everything
 * belongs to one person: on a shared computer the next one neither sees nor sends it. `place` is
 * "person class/subject/term".
 */
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Batch, Change, Dirty } from './book';

interface MarksSchema extends DBSchema {
	change: { key: [string, string]; value: Change & { place: string } };
	batch: { key: string; value: Batch & { place: string } };
	sheet: { key: string; value: { place: string; sheet: unknown; savedAt: number } };
}

const NAME = 'truongthi-marks';
const VERSION = 1;

export type Database = IDBPDatabase<MarksSchema>;

export function openDisk(name = NAME): Promise<Database> {
	return openDB<MarksSchema>(name, VERSION, {
		upgrade(db) {
			db.createObjectStore('change', { keyPath: ['place', 'cell'] });
			db.createObjectStore('batch', { keyPath: 'place' });
			db.createObjectStore('sheet', { keyPath: 'place' });
		},
	});
}

const ofPlace = (place: string): IDBKeyRange => IDBKeyRange.bound([place, ''], [place, '\uffff']);

export class Disk {
	constructor(private readonly db: Database, private readonly place: string) {}

	async load(): Promise<{ changes: Change[]; batch: Batch | null }> {
		const tx = this.db.transaction(['change', 'batch']);
		const changes = await tx.objectStore('change').getAll(ofPlace(this.place));
		const batch = await tx.objectStore('batch').get(this.place);
		const strip = <T extends { place: string }>({ place: _, ...rest }: T): Omit<T, 'place'> => rest;
		return { changes: changes.map(strip), batch: batch ? strip(batch) : null };
	}

	/**
	 * Changes and the batch in one step: a cell is never in neither. All of it, the commit too, is
	 * handed to the browser before this returns, so that a page that is gone in the next moment
	 * loses nothing; steps are carried out in the order of the calls. Resolves when on disk.
	 */
	async save({ changes, batch }: Dirty): Promise<void> {
		const tx = this.db.transaction(['change', 'batch'], 'readwrite');
		const rows = tx.objectStore('change');
		const batches = tx.objectStore('batch');
		const steps: Promise<unknown>[] = changes.map(([cell, change]) => change
			? rows.put({ ...change, place: this.place }) : rows.delete([this.place, cell]));
		steps.push(batch ? batches.put({ ...batch, place: this.place }) : batches.delete(this.place));
		tx.commit();
		await Promise.all([...steps, tx.done]);
	}

	async sheet<T>(): Promise<T | undefined> {
		return (await this.db.get('sheet', this.place))?.sheet as T | undefined;
	}

	/** Handed over whole before it returns, as save() does. */
	async keepSheet(sheet: unknown): Promise<void> {
		const tx = this.db.transaction('sheet', 'readwrite');
		const step = tx.store.put({ place: this.place, sheet, savedAt: Date.now() });
		tx.commit();
		await Promise.all([step, tx.done]);
	}
}

/** The places of a person with marks that the server does not have yet, and how many. */
export async function unsentOf(db: Database, person: string): Promise<Map<string, number>> {
	const found = new Map<string, Set<string>>();
	const add = (place: string, cell: string): void => {
		if (place.startsWith(`${person} `)) {
			found.set(place, (found.get(place) ?? new Set()).add(cell));
		}
	};
	(await db.getAllKeys('change')).forEach(([place, cell]) => add(place, cell));
	(await db.getAll('batch')).forEach((b) => b.cells.forEach((c) => add(b.place, c.cell)));
	return new Map([...found].map(([place, cells]) => [place, cells.size]));
}

/** Takes what the server has anyway off this device: at signing out. */
export async function forgetSheets(db: Database): Promise<void> {
	await db.clear('sheet');
}
