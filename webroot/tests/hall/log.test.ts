import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Book } from '../../src/hall/book';
import { genesis } from '../../src/hall/protocol';
import { Log, openLog, sweepLogs } from '../../src/hall/log';
import type { Database } from '../../src/hall/log';

const origin = {
	school: '7',
	sitting: new Uint8Array(16).fill(3),
	attempt: new Uint8Array(16).fill(2),
	salt: new Uint8Array(32).fill(1),
	variant: '103',
};

let db: Database;
let round = 0;

beforeEach(async () => {
	db = await openLog(`test-${round++}`);
});

async function saveAll(log: Log, book: Book): Promise<void> {
	const { entries, base } = book.takeChanged();
	await log.save(entries, base, book.base);
}

describe('the log on the device', () => {
	it('gives back what was written, entry by entry, in order', async () => {
		const log = new Log(db, 'a');
		expect(await log.load()).toBeUndefined();
		const book = new Book(origin.attempt, genesis(origin));
		book.addAnswer(1, 'A', 5);
		await saveAll(log, book);
		book.addAnswer(2, ['A', 'C'], 6);
		const first = book.nextLocal();
		if (first) {
			book.number(first);
		}
		await saveAll(log, book);
		const again = new Book(origin.attempt, genesis(origin), await log.load());
		expect(again.entries).toEqual(book.entries);
		expect(again.base).toEqual(book.base);
		expect(again.view(2)).toEqual(book.view(2));
	});

	it('is handed over whole before the click is over: a tab that is gone in the next moment loses nothing', async () => {
		const log = new Log(db, 'a');
		await log.load();
		const book = new Book(origin.attempt, genesis(origin));
		const commit = vi.spyOn(IDBTransaction.prototype, 'commit');
		for (const [n, value] of ['A', 'B'].entries()) {
			book.addAnswer(1, value, 5 + n);
			const done = saveAll(log, book);
			expect(commit).toHaveBeenCalledTimes(n + 1);
			await done;
		}
		commit.mockRestore();
		expect((await new Log(db, 'a').load())?.entries.map((e) => e.value)).toEqual(['"A"', '"B"']);
	});

	it('keeps a receipt and a description that come while an answer is written', async () => {
		const log = new Log(db, 'a');
		const book = new Book(origin.attempt, genesis(origin));
		await log.keepInfo('{"x":1}', book.base);
		book.addAnswer(1, 'A', 5);
		await Promise.all([saveAll(log, book), log.keepReceipt('R'), saveAll(log, book), log.keepInfo('{"x":2}', book.base)]);
		const again = new Log(db, 'a');
		expect([await again.receipt(), await again.info()]).toEqual(['R', '{"x":2}']);
		expect((await again.load())?.entries.length).toBe(1);
	});

	it('keeps attempts apart, also when one id begins like another', async () => {
		const book = new Book(origin.attempt, genesis(origin));
		book.addAnswer(1, 'A', 5);
		await saveAll(new Log(db, 'a'), book);
		expect((await new Log(db, 'ab').load())?.entries).toBeUndefined();
		expect((await new Log(db, 'a').load())?.entries.length).toBe(1);
	});

	it('does not lose the receipt or the description to a later save', async () => {
		const log = new Log(db, 'a');
		const book = new Book(origin.attempt, genesis(origin));
		await log.keepInfo('{"x":1}', book.base);
		book.addAnswer(1, 'A', 5);
		await saveAll(log, book);
		await log.keepReceipt('R');
		book.addAnswer(1, 'B', 6);
		await saveAll(log, book);
		expect(await log.receipt()).toBe('R');
		expect(await log.info()).toBe('{"x":1}');
		expect((await log.load())?.entries.map((e) => e.state)).toEqual(['gone', 'local']);
	});

	it('forgets the paper and its key, of this attempt alone, and keeps the log', async () => {
		const log = new Log(db, 'a');
		const other = new Log(db, 'b');
		const book = new Book(origin.attempt, genesis(origin));
		book.addAnswer(1, 'A', 5);
		await saveAll(log, book);
		await log.keepPaper('/p/1', new Uint8Array([1]));
		await other.keepPaper('/p/2', new Uint8Array([2]));
		await log.keepKey(0, 3, 'K');
		await other.keepKey(0, 3, 'L');
		expect((await log.key(0))?.key).toBe('K');
		await log.forgetPaper();
		expect(await log.paper('/p/1')).toBeUndefined();
		expect(await log.key(0)).toBeUndefined();
		expect(await other.paper('/p/2')).toEqual(new Uint8Array([2]));
		expect((await other.key(0))?.key).toBe('L');
		expect((await log.load())?.entries.length).toBe(1);
	});

	it('sweeps out logs of 120 days and leaves those a moment younger', async () => {
		const log = new Log(db, 'a');
		const book = new Book(origin.attempt, genesis(origin));
		book.addAnswer(1, 'A', 5);
		const savedAt = 1_700_000_000_000;
		vi.spyOn(Date, 'now').mockReturnValue(savedAt);
		await saveAll(log, book);
		vi.restoreAllMocks();
		const keep = 120 * 86_400_000;
		expect(await sweepLogs(db, savedAt + keep)).toBe(0);
		expect(await log.load()).toBeDefined();
		expect(await sweepLogs(db, savedAt + keep + 1)).toBe(1);
		expect(await log.load()).toBeUndefined();
	});
});
