/* What is typed, sent, answered, lost on the way and changed by others: one device's book. */
import { describe, expect, it } from 'vitest';
import { Book } from '../../src/marks/book';
import type { Answer, Batch, Change } from '../../src/marks/book';
import type { Stored } from '../../src/marks/cell';
import { EMPTY, NEVER, isSame, plain, value } from '../../src/marks/cell';

const stored = (x10: number | null, version: number): Stored =>
	({ ...(x10 === null ? EMPTY : value(x10)), version, attempt: null });
const yes = (cell: string, version: number): Answer => ({ saved: [{ cell, version }], conflicts: [], locked: [] });
const no = (cell: string, theirs: Stored): Answer =>
	({ saved: [], conflicts: [{ cell, stored: theirs }], locked: [] });

function bookWith(cells: [string, Stored][] = [['c 1', NEVER], ['c 2', NEVER]]): Book {
	const book = new Book();
	book.refresh(cells);
	return book;
}

describe('a typed cell', () => {
	it('waits, is sent with the version it was typed over, and is saved', () => {
		const book = bookWith([['c 1', stored(50, 3)]]);
		book.type('c 1', value(85), '');
		expect(book.view('c 1').status).toBe('waiting');
		const batch = book.takeBatch('k', 10);
		expect(batch?.cells).toEqual([{ cell: 'c 1', content: value(85), base: 3 }]);
		expect(book.view('c 1').status).toBe('sending');
		expect(book.takeBatch('other', 10)).toBeNull(); /* one at a time */
		book.answered(yes('c 1', 4));
		expect(book.view('c 1')).toMatchObject({ status: 'saved', content: value(85), theirs: { version: 4 } });
		expect(book.open()).toEqual([]);
	});

	it('that is typed back to what the server has needs no sending', () => {
		const book = bookWith([['c 1', stored(50, 3)]]);
		book.type('c 1', value(85), '');
		book.type('c 1', value(50), '');
		expect(book.takeBatch('k', 10)).toBeNull();
	});

	it('that is typed again on the way goes after, on the version that the first one made', () => {
		const book = bookWith();
		book.type('c 1', value(80), '');
		book.takeBatch('k1', 10);
		book.type('c 1', value(90), '');
		expect(book.view('c 1')).toMatchObject({ status: 'waiting', content: value(90) });
		book.answered(yes('c 1', 1));
		expect(book.takeBatch('k2', 10)?.cells).toEqual([{ cell: 'c 1', content: value(90), base: 1 }]);
	});

	it('goes with others of the same reason only', () => {
		const book = bookWith();
		book.type('c 1', value(80), 'cộng sai');
		book.type('c 2', value(70), '');
		expect(book.takeBatch('k', 10)).toMatchObject({ why: 'cộng sai', cells: [{ cell: 'c 1' }] });
	});
});

describe('somebody else', () => {
	it('who was first makes a conflict, which a person decides', () => {
		for (const take of ['mine', 'theirs'] as const) {
			const book = bookWith([['c 1', stored(50, 1)]]);
			book.type('c 1', value(85), '');
			book.takeBatch('k', 10);
			book.answered(no('c 1', stored(70, 2)));
			expect(book.view('c 1')).toMatchObject({ status: 'conflict', content: value(85), theirs: { valueX10: 70 } });
			expect(book.takeBatch('k2', 10)).toBeNull(); /* nothing goes unasked */
			book.decide('c 1', take);
			const next = book.takeBatch('k3', 10);
			expect(next?.cells[0]).toEqual(take === 'mine' ? { cell: 'c 1', content: value(85), base: 2 } : undefined);
		}
	});

	it('who typed the same is no conflict', () => {
		const book = bookWith();
		book.type('c 1', value(85), '');
		book.takeBatch('k', 10);
		book.answered(no('c 1', stored(85, 2)));
		expect(book.view('c 1')).toMatchObject({ status: 'saved', theirs: { version: 2 } });
	});

	it('is seen by looking again, before anything is sent', () => {
		const book = bookWith([['c 1', stored(50, 1)], ['c 2', stored(60, 1)]]);
		book.type('c 1', value(85), '');
		expect(book.refresh([['c 1', stored(70, 2)], ['c 2', stored(65, 2)]])).toEqual(['c 1', 'c 2']);
		expect(book.view('c 1').status).toBe('conflict');
		expect(book.view('c 2')).toMatchObject({ status: 'saved', content: value(65) });
	});

	it('is overwritten knowingly by typing over the conflict', () => {
		const book = bookWith([['c 1', stored(50, 1)]]);
		book.type('c 1', value(85), '');
		book.refresh([['c 1', stored(70, 2)]]);
		book.type('c 1', value(90), '');
		expect(book.takeBatch('k', 10)?.cells).toEqual([{ cell: 'c 1', content: value(90), base: 2 }]);
	});

	it('cannot be undone by an older answer that comes late', () => {
		const book = bookWith();
		book.type('c 1', value(85), '');
		book.takeBatch('k', 10);
		book.answered(yes('c 1', 1));
		expect(book.refresh([['c 1', NEVER]])).toEqual([]);
		expect(book.view('c 1').content).toEqual(value(85));
	});
});

describe('a refusal', () => {
	it('of many lets each go alone, so that one does not hold up the others', () => {
		const book = bookWith();
		book.type('c 1', value(85), '');
		book.type('c 2', value(75), '');
		book.takeBatch('k', 10);
		book.refused('Không được.');
		expect(book.takeBatch('k1', 10)?.cells.map((c) => c.cell)).toEqual(['c 1']);
		book.refused('Không được.');
		expect(book.view('c 1')).toMatchObject({ status: 'refused', problem: 'Không được.', content: value(85) });
		expect(book.takeBatch('k2', 10)?.cells.map((c) => c.cell)).toEqual(['c 2']);
		book.answered(yes('c 2', 1));
		expect(book.open()).toEqual(['c 1']);
		book.decide('c 1', 'theirs');
		expect(book.open()).toEqual([]);
	});

	it('by a lock keeps what was typed here', () => {
		const book = bookWith();
		book.type('c 1', value(85), '');
		book.takeBatch('k', 10);
		book.answered({ saved: [], conflicts: [], locked: [{ cell: 'c 1' }] });
		expect(book.view('c 1')).toMatchObject({ status: 'locked', content: value(85) });
		expect(book.takeBatch('k2', 10)).toBeNull();
	});
});

/* A strict server: a key is carried out once, a version is never passed over. */
class Server {
	readonly cells = new Map<string, Stored>();
	readonly log: string[] = [];
	private readonly answers = new Map<string, Answer>();

	carryOut(batch: Batch): Answer {
		const known = this.answers.get(batch.id);
		if (known) {
			return known;
		}
		const answer: Answer = { saved: [], conflicts: [], locked: [] };
		for (const { cell, content, base } of batch.cells) {
			const now = this.cells.get(cell) ?? NEVER;
			if (now.version !== base) {
				answer.conflicts.push({ cell, stored: now });
				continue;
			}
			this.cells.set(cell, { ...plain(content), version: base + 1, attempt: null });
			this.log.push(`${cell} ${content.valueX10}`);
			answer.saved.push({ cell, version: base + 1 });
		}
		this.answers.set(batch.id, answer);
		return answer;
	}
}

/* Numbers that are the same in every run. */
function dice(seed: number): (sides: number) => number {
	let state = seed * 2654435761 % 4294967296;
	return (sides) => {
		state = (state * 1664525 + 1013904223) % 4294967296;
		return Math.floor(state / 4294967296 * sides);
	};
}

describe('two teachers, a net that loses questions and answers, and tabs that die', () => {
	it('lose nothing, count nothing twice, and pass over nobody unseen', () => {
		for (let seed = 1; seed <= 400; seed++) {
			const roll = dice(seed);
			const server = new Server();
			const names = ['c 1', 'c 2', 'c 3'];
			const sheet = (): [string, Stored][] => names.map((n) => [n, server.cells.get(n) ?? NEVER]);
			const disks = [0, 1].map(() => ({ changes: new Map<string, Change>(), batch: null as Batch | null }));
			const books = [0, 1].map(() => bookWith(sheet()));
			let key = 0;
			const save = (who: number): void => {
				const dirty = (books[who] as Book).takeDirty();
				const disk = disks[who] as (typeof disks)[number];
				dirty.changes.forEach(([cell, c]) => c ? disk.changes.set(cell, c) : disk.changes.delete(cell));
				disk.batch = dirty.batch;
			};
			const send = (who: number, isSure: boolean): void => {
				const book = books[who] as Book;
				const batch = book.batch ?? book.takeBatch(`k${key++}`, 2);
				save(who);
				if (!batch || (!isSure && roll(3) === 0)) {
					return; /* lost on the way there */
				}
				const answer = server.carryOut(batch);
				if (isSure || roll(3) > 0) {
					book.answered(answer);
					save(who);
				}
			};
			for (let step = 0; step < 40; step++) {
				const who = roll(2);
				const book = books[who] as Book;
				const cell = names[roll(3)] as string;
				switch (roll(5)) {
				case 0:
				case 1:
					book.type(cell, value(roll(101)), '');
					save(who);
					break;
				case 2:
					book.refresh(sheet());
					save(who);
					break;
				case 3: { /* the tab dies and comes again */
					const disk = disks[who] as (typeof disks)[number];
					const next = new Book([...disk.changes.values()], disk.batch);
					expect(next.open().sort()).toEqual(book.open().sort());
					next.refresh(sheet());
					books[who] = next;
					break;
				}
				default:
					send(who, false);
				}
			}
			for (let round = 0; round < 20; round++) {
				for (const who of [0, 1]) {
					const book = books[who] as Book;
					book.refresh(sheet());
					book.open().forEach((c) => book.decide(c, roll(2) ? 'mine' : 'theirs'));
					send(who, true);
				}
			}
			for (const book of books) {
				book.refresh(sheet());
				expect(book.open()).toEqual([]);
				names.forEach((n) => expect(isSame(book.view(n).content, server.cells.get(n) ?? NEVER)).toBe(true));
			}
			/* Each version was made by one change. */
			const versions = [...server.cells.values()].reduce((sum, c) => sum + c.version, 0);
			expect(server.log.length).toBe(versions);
		}
	});
});
