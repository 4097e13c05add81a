import { describe, expect, it } from 'vitest';
import type { Draft, Marks, Taken } from '../../src/roll/book';
import { Roll, countOf, merge } from '../../src/roll/book';

const away = { kind: 'unexcused', note: '' } as const;
const leave = { kind: 'excused', note: '' } as const;
const late = { kind: 'late', note: '' } as const;
const none: Taken = { version: 0, marks: {} };
let serial = 0;
const key = (): string => `key ${++serial}`;

describe('putting two roll calls together', () => {
	const rows: [string, Marks, Marks, Marks, Marks, string[]][] = [
		['nobody changed anything', { a: away }, { a: away }, { a: away }, { a: away }, []],
		['only I did', {}, { a: away }, {}, { a: away }, []],
		['only they did', {}, {}, { a: away }, { a: away }, []],
		['of two students', {}, { a: away }, { b: late }, { a: away, b: late }, []],
		['both the same', {}, { a: leave }, { a: leave }, { a: leave }, []],
		['I took back, they left it', { a: away }, {}, { a: away }, {}, []],
		['they took back, I left it', { a: away }, { a: away }, {}, {}, []],
		['both differently', {}, { a: away }, { a: leave }, { a: away }, ['a']],
		['a note is a difference', {}, { a: away }, { a: { ...away, note: 'x' } }, { a: away }, ['a']],
		['I changed what they took back', { a: away }, { a: leave }, {}, { a: leave }, ['a']],
	];
	it.each(rows)('%s', (_, base, mine, theirs, marks, clashes) => {
		expect(merge(base, mine, theirs)).toEqual({ marks, clashes });
	});
});

describe('a roll call', () => {
	it('is saved as a whole, also when everybody is there', () => {
		const roll = new Roll(none);
		expect(roll.isOpen).toBe(false);
		roll.save();
		const job = roll.next(key);
		expect(job).toMatchObject({ version: 0, marks: {} });
		expect(roll.next(key)).toBe(job); /* repeated until it is answered */
		roll.answered({ version: 1, marks: {} });
		expect([roll.isOpen, roll.isOnItsWay, roll.version]).toEqual([false, false, 1]);
	});

	it('takes taps back one by one; back where it began nothing is open', () => {
		const roll = new Roll(none);
		roll.say('a', away);
		roll.say('a', leave);
		roll.say('b', late);
		expect(roll.undo()).toBe('b');
		expect(roll.undo()).toBe('a');
		expect(roll.marks).toEqual({ a: away });
		roll.undo();
		expect([roll.marks, roll.isOpen, roll.canUndo, roll.undo()]).toEqual([{}, false, false, null]);
	});

	it('keeps what is tapped while it is on its way', () => {
		const roll = new Roll(none);
		roll.say('a', away);
		roll.save();
		roll.next(key);
		roll.say('b', late);
		roll.answered({ version: 1, marks: { a: away } });
		expect([roll.marks, roll.isOpen, roll.isOnItsWay]).toEqual([{ a: away, b: late }, true, false]);
		roll.save();
		expect(roll.next(key)).toMatchObject({ version: 1, marks: { a: away, b: late } });
	});

	it('goes behind another\'s by itself when they do not differ on a student', () => {
		const roll = new Roll(none);
		roll.say('a', away);
		roll.save();
		roll.next(key);
		roll.stale({ version: 1, marks: { b: late } });
		expect(roll.clashes).toEqual([]);
		expect(roll.next(key)).toMatchObject({ version: 1, marks: { a: away, b: late } });
	});

	it('is done when another has said the same', () => {
		const roll = new Roll(none);
		roll.say('a', away);
		roll.save();
		roll.next(key);
		roll.stale({ version: 1, marks: { a: away } });
		expect([roll.isOpen, roll.next(key)]).toEqual([false, null]);
	});

	it.each([['mine', away], ['theirs', leave]] as const)('waits for a person where they differ: %s', (take, want) => {
		const roll = new Roll(none);
		roll.say('a', away);
		roll.save();
		roll.next(key);
		roll.stale({ version: 4, marks: { a: leave, b: late } });
		expect(roll.clashes).toEqual([{ student: 'a', mine: away, theirs: leave }]);
		expect(roll.next(key)).toBeNull();
		roll.decide('a', take);
		expect(roll.next(key)).toMatchObject({ version: 4, marks: { a: want, b: late } });
	});

	it('stays here when the server refuses it, and says why', () => {
		const roll = new Roll(none);
		roll.say('a', away);
		roll.save();
		roll.next(key);
		roll.refused('closed');
		expect([roll.problem, roll.isOpen, roll.isOnItsWay, roll.next(key)]).toEqual(['closed', true, false, null]);
		roll.drop();
		expect([roll.marks, roll.isOpen]).toEqual([{}, false]);
	});

	it('does not take an older answer, nor one while it is sending', () => {
		const roll = new Roll({ version: 3, marks: { a: away } });
		roll.refresh({ version: 2, marks: {} });
		expect(roll.marks).toEqual({ a: away });
		roll.say('b', late);
		roll.save();
		roll.next(key);
		roll.refresh({ version: 4, marks: {} });
		expect(roll.marks).toEqual({ a: away, b: late });
	});

	it('goes on after a reload with what the disk kept, under the same key', () => {
		const roll = new Roll(none);
		roll.say('a', away);
		roll.save();
		const job = roll.next(key);
		const kept = JSON.parse(JSON.stringify(roll.kept())) as Draft;
		const again = new Roll({ version: 1, marks: { a: away } }, kept); /* done, the answer was lost */
		expect(again.next(key)).toEqual(job);
		again.answered({ version: 1, marks: { a: away } });
		expect(again.isOpen).toBe(false);
	});

	it('opened again after another took it, puts taps that were never sent on top', () => {
		const roll = new Roll(none);
		roll.say('a', away);
		const kept = JSON.parse(JSON.stringify(roll.kept())) as Draft;
		const again = new Roll({ version: 1, marks: { b: late } }, kept);
		expect([again.marks, again.isOpen, again.isOnItsWay]).toEqual([{ a: away, b: late }, true, false]);
	});
});

/* Two devices and a server that loses answers: in the end each student is as somebody said last
 * with the other's knowledge, and nothing that was said is lost unseen. */
describe('two devices at random', () => {
	const random = (seed: number) => (): number => {
		seed = (seed * 1103515245 + 12345) & 0x7fffffff;
		return seed / 0x7fffffff;
	};
	it.each([...Array(200).keys()])('seed %i', (seed) => {
		const r = random(seed + 1);
		let server: Taken = none;
		const done = new Set<string>();
		const rolls = [new Roll(none), new Roll(none)];
		const said = new Set<string>();
		const send = (roll: Roll): void => {
			const job = roll.next(key);
			if (!job) {
				return;
			}
			const isKnown = done.has(job.key);
			if (!isKnown && job.version !== server.version) {
				roll.stale(server);
				return;
			}
			if (!isKnown) {
				server = { version: server.version + 1, marks: job.marks };
				done.add(job.key);
			}
			if (r() < 0.7) {
				roll.answered(server);
			}
		};
		for (let i = 0; i < 60; i++) {
			const roll = rolls[r() < 0.5 ? 0 : 1] as Roll;
			const what = r();
			if (what < 0.5) {
				const student = `s${Math.floor(r() * 5)}`;
				said.add(student);
				roll.say(student, [null, away, leave, late][Math.floor(r() * 4)] ?? null);
			} else if (what < 0.7) {
				roll.save();
			} else {
				send(roll);
			}
			roll.clashes.forEach((c) => roll.decide(c.student, r() < 0.5 ? 'mine' : 'theirs'));
		}
		for (let i = 0; i < 100 && rolls.some((x) => x.isOpen); i++) {
			rolls.forEach((roll) => {
				roll.clashes.forEach((c) => roll.decide(c.student, 'mine'));
				roll.save();
				send(roll);
			});
		}
		rolls.forEach((roll) => roll.refresh(server));
		expect(rolls.map((x) => x.isOpen)).toEqual([false, false]);
		expect(rolls[0]?.marks).toEqual(server.marks);
		expect(rolls[1]?.marks).toEqual(server.marks);
		expect(Object.keys(server.marks).every((s) => said.has(s))).toBe(true);
	});
});

it('late ones are there', () => {
	expect(countOf({ a: away, b: late, c: leave }, ['a', 'b', 'c', 'd'])).toEqual({ there: 2, away: 2, late: 1 });
});
