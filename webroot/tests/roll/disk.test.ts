import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { Disk, openDisk, unsentOf } from '../../src/roll/disk';

const place = { person: '5', classId: '21', date: '2026-11-20', session: 1 } as const;
const draft = { base: { version: 0, marks: {} }, marks: { a: { kind: 'late', note: '' } }, job: null, isWanted: false,
	problem: null } as const;

describe('taps on the device', () => {
	it('are handed over whole before the tap is over, in the order in which they were made', async () => {
		const db = await openDisk('roll-order');
		const disk = new Disk(db, place);
		const commit = vi.spyOn(IDBTransaction.prototype, 'commit');
		const steps = [disk.keep(draft), disk.keep(null), disk.keep({ ...draft, isWanted: true })];
		expect(commit).toHaveBeenCalledTimes(3);
		commit.mockRestore();
		await Promise.all(steps);
		expect(await new Disk(db, place).draft()).toEqual({ ...draft, isWanted: true });
		expect(await unsentOf(db, '5')).toEqual([{ ...place, isAsked: true }]);
		await disk.keep(null);
		expect(await disk.draft()).toBeNull();
		expect(await unsentOf(db, '5')).toEqual([]);
	});
});
