/* The browser's state machine, one situation at a time. The random faults are in faults.test.ts. */
import { describe, expect, it } from 'vitest';
import { Core } from '../../src/hall/core';
import type { Effect } from '../../src/hall/effects';
import type { BookRecord } from '../../src/hall/book';
import type { Ack, ClientFrame, ServerFrame } from '../../src/hall/frames';
import { FakeHall } from './fake_hall';
import type { FakeConn } from './fake_hall';

const origin = {
	school: '7',
	sitting: new Uint8Array(16).fill(3),
	attempt: new Uint8Array(16).fill(2),
	salt: new Uint8Array(32).fill(1),
	variant: '103',
};

/* One device: a Core, its socket to the fake hall, and what it saved. */
class Device {
	core: Core;
	conn: FakeConn | null = null;
	mono = 0;
	saved: BookRecord | undefined;
	sent: ClientFrame[] = [];
	done: Effect[] = [];
	isDeaf = false; /* frames of the server do not arrive */
	isCutOff = false; /* no socket can be had */

	constructor(readonly hall: FakeHall, readonly name: string) {
		this.core = this.make();
	}

	make(): Core {
		return new Core({ origin, device: this.name, record: this.saved, random: () => 0.5 });
	}

	run(): this {
		for (let i = 0; i < 500; i++) {
			const effects = this.core.take();
			effects.forEach((e) => this.carryOut(e));
			const next = this.isDeaf ? undefined : this.conn?.inbox.shift();
			if (next) {
				this.core.frame(next, this.mono);
			} else if (effects.length === 0) {
				return this;
			}
		}
		throw new Error('never quiet');
	}

	private carryOut(e: Effect): void {
		this.done.push(e);
		if (e.t === 'open' && this.isCutOff) {
			this.core.dropped(this.mono);
		} else if (e.t === 'open') {
			this.conn = this.hall.connect();
			this.core.opened();
		} else if (e.t === 'shut') {
			this.unplug();
		} else if (e.t === 'send') {
			this.sent.push(e.frame);
			if (this.conn) {
				this.hall.receive(this.conn, e.frame);
			}
		} else if (e.t === 'save') {
			const entries = new Map((this.saved?.entries ?? []).map((x) => [x.id, x]));
			e.entries.forEach((x) => entries.set(x.id, structuredClone(x)));
			this.saved = {
				base: e.base ?? this.saved?.base ?? this.core.book.base,
				entries: [...entries.values()].sort((a, b) => a.id - b.id),
			};
		}
	}

	unplug(): void {
		if (this.conn) {
			this.hall.drop(this.conn);
			this.conn = null;
		}
	}

	/* The line is cut; what was on its way to the browser is lost. */
	cut(): this {
		this.unplug();
		this.core.dropped(this.mono);
		return this.run();
	}

	pass(ms: number): this {
		this.mono += ms;
		this.core.tick(this.mono);
		return this.run();
	}

	reload(): this {
		this.unplug();
		this.core = this.make();
		this.core.start(this.mono);
		return this.run();
	}

	answer(slot: number, value: string): this {
		this.core.answer(slot, value, this.mono);
		return this.run();
	}
}

function joined(name = 'A', hall = new FakeHall(origin)): { hall: FakeHall; d: Device } {
	const d = new Device(hall, name);
	d.core.start(0);
	d.run();
	return { hall, d };
}

describe('an answer', () => {
	it('is local, then stored with the server’s time', () => {
		const { hall, d } = joined();
		d.isDeaf = true;
		d.answer(7, 'B');
		expect(d.core.view(7)).toMatchObject({ value: '"B"', state: 'local' });
		d.isDeaf = false;
		d.run();
		expect(d.core.view(7)).toEqual({ value: '"B"', state: 'stored', at: hall.now, code: '' });
		expect(hall.fold().get(7)).toBe('"B"');
	});

	it('is stamped while the database is away, and stored when it returns', () => {
		const { hall, d } = joined();
		hall.isDatabaseAway = true;
		d.answer(7, 'B');
		expect(d.core.view(7)).toMatchObject({ state: 'stamped', at: hall.now });
		expect(hall.rows.length).toBe(0);
		hall.databaseReturns();
		d.run();
		expect(d.core.view(7).state).toBe('stored');
		expect(hall.rows.length).toBe(1);
	});

	it('waits on the device while there is no connection, and goes behind the tail after', () => {
		const { hall, d } = joined();
		d.answer(1, 'A').cut();
		d.answer(2, 'B').answer(2, 'C').answer(1, 'D');
		expect(d.core.view(2).state).toBe('local');
		d.pass(20_000);
		expect(hall.fold()).toEqual(new Map([[1, '"D"'], [2, '"C"']]));
		expect(hall.rows.map((r) => r.value)).toEqual(['"A"', '"C"', '"D"']);
		expect(hall.isSound()).toBe(true);
	});

	it('whose ack was lost is not sent twice', () => {
		const { hall, d } = joined();
		d.isDeaf = true;
		d.answer(1, 'A').answer(2, 'B');
		d.isDeaf = false;
		d.cut().pass(20_000);
		expect(hall.rows.length).toBe(2);
		expect(d.core.view(1)).toMatchObject({ state: 'stored', at: hall.now });
		expect(hall.forks).toBe(0);
	});

	it('keeps its time when the tail is an event that this device forgot', () => {
		const { hall, d } = joined();
		d.answer(1, 'A');
		const kept = structuredClone(d.saved);
		hall.now += 5000;
		d.core.signal('blur', undefined, d.mono); /* the tab dies before its disk has it */
		d.run();
		d.saved = kept;
		expect(d.reload().core.view(1)).toEqual({ value: '"A"', state: 'stored', at: hall.now - 5000, code: '' });
		expect(d.core.review).toEqual([]);
	});

	it('that was replaced before it arrived is not sent at all', () => {
		const { hall, d } = joined();
		d.unplug(); /* the line is dead, and the browser does not know yet */
		d.answer(1, 'A').answer(2, 'B').answer(1, 'D');
		d.cut().pass(20_000);
		expect(hall.rows.map((r) => r.value)).toEqual(['"B"', '"D"']);
	});

	it('whose ack names another head makes the browser ask again', () => {
		const { hall, d } = joined();
		d.isDeaf = true;
		d.answer(1, 'A');
		const ack = d.conn?.inbox.pop() as Ack;
		d.core.frame({ ...ack, head: 'AAAA' }, d.mono);
		expect(d.core.link).toBe('waiting');
		expect(d.core.view(1).state).toBe('local');
		d.isDeaf = false;
		d.run().pass(20_000);
		expect(d.core.view(1).state).toBe('stored');
		expect(hall.rows.length).toBe(1);
	});

	it('that was never sent survives the end of the tab', () => {
		const { hall, d } = joined();
		d.cut().answer(3, 'C');
		expect(d.reload().core.view(3).state).toBe('stored');
		expect(hall.fold().get(3)).toBe('"C"');
	});

	it('that the server refuses says so, and those behind it still arrive', () => {
		const { hall, d } = joined();
		d.isDeaf = true;
		d.answer(1, 'A').answer(2, 'REFUSE').answer(3, 'C').answer(4, 'D');
		d.isDeaf = false;
		d.run();
		expect(d.core.view(2)).toMatchObject({ state: 'refused', code: 'value', value: '"REFUSE"' });
		expect([...hall.fold().keys()]).toEqual([1, 3, 4]);
		d.answer(2, 'B');
		expect(d.core.view(2).state).toBe('stored');
		expect(hall.isSound()).toBe(true);
	});

	it('is sent again a little later when the server is busy', () => {
		const { hall, d } = joined();
		hall.refuseNext = 'busy';
		d.answer(1, 'A');
		expect(d.core.view(1).state).toBe('local');
		d.pass(5000);
		expect(hall.fold().get(1)).toBe('"A"');
	});

	it('taken back and given again while under way ends as the last one', () => {
		const { hall, d } = joined();
		d.isDeaf = true;
		d.answer(1, 'A').answer(1, 'B').answer(1, 'A');
		d.isDeaf = false;
		d.run();
		expect(hall.fold().get(1)).toBe('"A"');
		expect(d.core.view(1).state).toBe('stored');
	});

	it('after the end is shown as not taken', () => {
		const { hall, d } = joined();
		d.answer(1, 'A').cut().answer(2, 'B');
		hall.now = hall.ends + 5000;
		hall.close();
		d.pass(20_000);
		expect(d.core.view(1).state).toBe('stored');
		expect(d.core.view(2)).toMatchObject({ state: 'refused', code: 'closed' });
	});
});

describe('many answers', () => {
	it('are never more than the window at once', () => {
		const { hall, d } = joined();
		d.isDeaf = true;
		for (let slot = 1; slot <= 50; slot++) {
			d.answer(slot, 'A');
		}
		expect(d.sent.filter((f) => f.t === 'answer').length).toBe(16);
		d.isDeaf = false;
		d.run();
		expect(hall.rows.length).toBe(50);
	});
});

describe('the server that forgot', () => {
	it('is healed from the log, by its own macs', () => {
		const { hall, d } = joined();
		for (let slot = 1; slot <= 30; slot++) {
			d.answer(slot, 'A');
		}
		const before = structuredClone(hall.rows);
		hall.crash();
		hall.loseRows(12);
		d.cut().pass(20_000);
		expect(hall.rows.map((r) => r.head)).toEqual(before.map((r) => r.head));
		expect(hall.forks).toBe(0);
		d.answer(31, 'B');
		expect(hall.rows.length).toBe(31);
	});

	it('is healed after a reload too', () => {
		const { hall, d } = joined();
		d.answer(1, 'A').answer(2, 'B');
		hall.crash();
		hall.loseRows(2);
		d.reload();
		expect(hall.rows.length).toBe(2);
	});

	it('is healed by stamps', () => {
		const { hall, d } = joined();
		d.answer(1, 'A');
		hall.isDatabaseAway = true;
		d.answer(2, 'B');
		hall.journal = []; /* the disk with the journal is gone */
		hall.isDatabaseAway = false;
		hall.crash();
		d.cut().pass(20_000);
		expect(hall.fold().get(2)).toBe('"B"');
		expect(d.core.view(2).state).toBe('stored');
	});

	it('what another device had written: this one offers what it was told', () => {
		const { hall, d: a } = joined();
		a.answer(1, 'A').cut();
		const { d: b } = joined('B', hall);
		b.core.takeOver(b.mono);
		b.run();
		hall.crash();
		hall.loseRows(1); /* the log of it is on A alone */
		b.cut().pass(20_000);
		expect(b.core.review).toEqual([{ slot: 1, mine: '"A"', theirs: 'null', wasProved: true }]);
		b.core.decide(new Set([1]), b.mono);
		b.run();
		expect(hall.fold().get(1)).toBe('"A"');
	});

	it('and lets another device write: the student is asked', () => {
		const { hall, d } = joined();
		d.answer(1, 'A').answer(2, 'B');
		hall.crash();
		hall.loseRows(1);
		const { d: b } = joined('B', hall);
		b.core.takeOver(b.mono);
		b.run();
		b.answer(3, 'X');
		d.cut().pass(20_000);
		expect(d.core.link).toBe('elsewhere');
		d.core.takeOver(d.mono);
		d.run();
		expect(d.core.review).toEqual([{ slot: 2, mine: '"B"', theirs: 'null', wasProved: true }]);
		d.core.decide(new Set([2]), d.mono);
		d.run();
		expect(hall.fold()).toEqual(new Map([[1, '"A"'], [3, '"X"'], [2, '"B"']]));
	});
});

describe('a second device', () => {
	it('must ask, takes over, and the first is told and stays away', () => {
		const { hall, d: a } = joined();
		a.answer(1, 'A');
		const { d: b } = joined('B', hall);
		expect(b.core.link).toBe('elsewhere');
		b.core.takeOver(b.mono);
		b.run();
		expect(b.core.link).toBe('joined');
		expect(b.core.view(1)).toMatchObject({ value: '"A"', state: 'stored' });
		a.run();
		expect(a.core.link).toBe('taken');
		a.pass(600_000);
		expect(a.core.link).toBe('taken');
	});

	it('that wrote meanwhile: only what still differs, and shown first', () => {
		const { hall, d: a } = joined();
		a.answer(1, 'A').cut().answer(2, 'B').answer(3, 'C').answer(4, 'D');
		const { d: b } = joined('B', hall);
		b.core.takeOver(b.mono);
		b.run();
		b.answer(2, 'B').answer(3, 'X');
		a.pass(20_000);
		a.core.takeOver(a.mono);
		a.run();
		expect(a.core.review).toEqual([
			{ slot: 3, mine: '"C"', theirs: '"X"', wasProved: false },
			{ slot: 4, mine: '"D"', theirs: 'null', wasProved: false },
		]);
		a.answer(5, 'E'); /* waits too */
		expect(hall.fold().has(5)).toBe(false);
		a.core.decide(new Set([4]), a.mono);
		a.run();
		expect(hall.fold()).toEqual(new Map([[1, '"A"'], [2, '"B"'], [3, '"X"'], [4, '"D"'], [5, '"E"']]));
		expect(a.core.view(3)).toMatchObject({ value: '"X"', state: 'stored' });
	});

	it('of the same person after a closed tab is let in without asking', () => {
		const { d } = joined();
		expect(d.reload().core.link).toBe('joined');
	});
});

describe('a take-over that could not be carried out', () => {
	it('is asked for again when it was lost on its way', () => {
		const { hall, d: a } = joined();
		const { d: b } = joined('B', hall);
		b.unplug();
		b.core.takeOver(b.mono);
		b.cut().pass(5_000);
		expect(b.core.link).toBe('joined');
		expect(a.run().core.link).toBe('taken');
	});

	it('has lapsed when the network comes back much later', () => {
		const { hall, d: a } = joined();
		const { d: b } = joined('B', hall);
		b.isCutOff = true;
		b.unplug();
		b.core.takeOver(b.mono);
		b.cut();
		for (let i = 0; i < 240; i++) {
			b.pass(5_000);
		}
		expect(b.done.filter((e) => e.t === 'http.hello').pop()).toEqual({ t: 'http.hello', isTake: false });
		b.isCutOff = false;
		for (let i = 0; i < 20; i++) {
			b.pass(5_000);
		}
		expect(b.core.link).toBe('elsewhere');
		expect(a.run().core.link).toBe('joined');
	});

	it('is not asked for again once the server has heard it: who is in then came later', () => {
		const { hall, d: a } = joined();
		const { d: b } = joined('B', hall);
		hall.isDatabaseAway = true;
		b.core.takeOver(b.mono);
		b.run();
		expect(b.core.link).toBe('waiting');
		expect(a.run().core.link).toBe('taken');
		hall.databaseReturns();
		const { d: c } = joined('C', hall);
		c.core.takeOver(c.mono);
		expect(c.run().core.link).toBe('joined');
		expect(b.pass(5_000).core.link).toBe('elsewhere');
		expect(c.run().core.link).toBe('joined');
		b.core.takeOver(b.mono);
		expect(b.run().core.link).toBe('joined'); /* a person said so again */
	});

	it('waits for the database and comes in without another press when nobody else came', () => {
		const { hall } = joined();
		const { d: b } = joined('B', hall);
		hall.isDatabaseAway = true;
		b.core.takeOver(b.mono);
		b.run().pass(60_000);
		hall.databaseReturns();
		expect(b.pass(20_000).core.link).toBe('joined');
	});

	it('is over by HTTP when somebody else is in after it', () => {
		const { d } = joined();
		for (let i = 0; i < 3; i++) {
			d.isCutOff = true;
			d.cut();
			d.pass(10_000);
		}
		expect(d.core.via).toBe('http');
		d.core.frame({ t: 'refused', code: 'elsewhere' }, d.mono);
		d.done = [];
		d.core.takeOver(d.mono);
		d.run();
		expect(d.done).toContainEqual({ t: 'http.hello', isTake: true });
		d.done = [];
		d.core.frame({ t: 'refused', code: 'elsewhere' }, d.mono);
		d.run();
		expect(d.core.link).toBe('elsewhere');
		expect(d.done).toEqual([]);
	});
});

describe('a device that is not in', () => {
	const AWHILE_MS = 30_000;
	const isPolled = (d: Device): boolean => d.done.some((e) => e.t === 'http.poll');

	it('because another one is: asks now and then, and comes for its receipt after the close', () => {
		const { hall, d: a } = joined();
		const { d: b } = joined('B', hall);
		b.pass(AWHILE_MS);
		expect(isPolled(b)).toBe(true);
		b.core.polled('open', b.mono);
		expect(b.run().core.link).toBe('elsewhere');
		a.core.submit(a.mono);
		a.run();
		b.done = [];
		b.pass(AWHILE_MS);
		expect(isPolled(b)).toBe(true);
		b.core.polled('closed', b.mono);
		b.run();
		expect(b.core.closed?.receipt).toBe('receipt');
		expect(b.core.link).toBe('joined');
	});

	it('because another one took over: the same', () => {
		const { hall, d: a } = joined();
		const { d: b } = joined('B', hall);
		b.core.takeOver(b.mono);
		b.run();
		expect(a.run().pass(AWHILE_MS).core.link).toBe('taken');
		expect(isPolled(a)).toBe(true);
		b.core.submit(b.mono);
		b.run();
		a.core.polled('closed', a.mono);
		a.run();
		expect(a.core.closed?.receipt).toBe('receipt');
	});

	it('because the page is not used any more: asks nothing', () => {
		const { d } = joined();
		d.core.stop();
		expect(d.core.nextTimer()).toBe(Infinity);
	});
});

describe('handing in', () => {
	it('goes after every answer', () => {
		const { hall, d } = joined();
		d.cut();
		d.core.submit(d.mono);
		d.answer(1, 'A');
		d.pass(20_000);
		expect(hall.rows.map((r) => r.kind)).toEqual([1, 3]);
		expect(d.core.closed?.receipt).toBe('receipt');
	});

	it('can be taken back until it is sent', () => {
		const { hall, d } = joined();
		d.cut();
		d.core.submit(d.mono);
		expect(d.core.cancelSubmit()).toBe(true);
		d.pass(20_000);
		expect(hall.closedAt).toBe(0);
	});
});

describe('the connection', () => {
	it('waits longer after each failure and begins anew after a welcome', () => {
		const d = new Device(new FakeHall(origin), 'A');
		d.core.start(0);
		d.core.take();
		const waits: number[] = [];
		for (let i = 0; i < 3; i++) {
			d.core.dropped(d.mono);
			waits.push(d.core.nextTimer() - d.mono);
			d.core.take();
			d.mono = d.core.nextTimer();
			d.core.tick(d.mono);
			d.core.take();
		}
		expect(waits).toEqual([...waits].sort((x, y) => x - y));
		expect(waits[0]).toBeLessThan(1500);
	});

	it('goes by HTTP when no socket can be had, and tries a socket again later', () => {
		const d = new Device(new FakeHall(origin), 'A');
		d.core.start(0);
		for (let i = 0; i < 3; i++) {
			expect(d.core.take().some((e) => e.t === 'open')).toBe(true);
			d.core.dropped(d.mono);
			d.mono = d.core.nextTimer();
			d.core.tick(d.mono);
		}
		expect(d.core.take()).toContainEqual({ t: 'http.hello', isTake: false });
		const conn = d.hall.connect();
		d.hall.receive(conn, { t: 'hello', attempt: '', gen: 1, seq: 0, head: '', device: 'A' });
		d.core.frame(conn.inbox.shift() as ServerFrame, d.mono);
		d.core.answer(1, 'A', d.mono);
		d.core.answer(2, 'B', d.mono);
		const posts = d.core.take().filter((e) => e.t === 'http.events');
		expect(posts.length).toBe(1); /* one batch at a time */
		for (const post of posts) {
			post.events.forEach((f) => d.hall.receive(conn, f));
		}
		conn.inbox.splice(0).forEach((f) => d.core.frame(f, d.mono));
		for (const e of d.core.take()) {
			if (e.t === 'http.events') {
				e.events.forEach((f) => d.hall.receive(conn, f));
			}
		}
		conn.inbox.splice(0).forEach((f) => d.core.frame(f, d.mono));
		expect(d.hall.fold().size).toBe(2);
		d.mono += 8_000;
		d.core.tick(d.mono);
		expect(d.core.take().some((e) => e.t === 'open')).toBe(true);
		d.core.dropped(d.mono); /* still none: back to the HTTP path, and later the next try */
		expect(d.core.via).toBe('http');
	});

	it('is known to be lost at once when the browser says so, and comes back with the network', () => {
		const { d } = joined();
		d.core.network(false, d.mono);
		d.run();
		expect(d.core.link).toBe('waiting');
		d.core.network(true, d.mono);
		d.pass(300);
		expect(d.core.link).toBe('joined');
	});

	it('is dropped when the server has been silent for too long', () => {
		const { d } = joined();
		d.pass(74_000);
		expect(d.core.link).toBe('joined');
		d.mono += 2000;
		d.core.tick(d.mono);
		expect(d.core.link).toBe('waiting');
	});
});

describe('a time of one’s own', () => {
	it('begins when the student says so, and the key opens the paper', () => {
		const d = new Device(new FakeHall(origin), 'A');
		d.core.start(0);
		d.run();
		d.core.phase = 'ready';
		d.core.answer(1, 'A', d.mono);
		expect(d.run().core.view(1).state).toBe('local'); /* nothing is sent before */
		d.core.begin();
		expect(d.run().sent.map((f) => f.t)).toEqual(['hello', 'begin']);
		d.core.frame({ t: 'key', variant: '103', section: 0, rev: 1, key: 'K' }, d.mono);
		expect(d.core.phase).toBe('open');
		expect(d.core.take().map((e) => e.t)).toContain('key');
	});

	it('is told when the end moves, not at every tick', () => {
		const { d } = joined();
		d.core.frame({ t: 'time', now: 1_000_000, ends: 3_600_000, why: 'tick' }, d.mono);
		expect(d.core.take()).toEqual([]);
		d.core.frame({ t: 'time', now: 1_000_000, ends: 4_200_000, why: 'extra' }, d.mono);
		expect(d.core.take()).toEqual([{ t: 'time', why: 'extra', was: 3_600_000 }]);
		expect(d.core.left(d.mono)).toBe(3_200_000);
	});
});

describe('the exam clock', () => {
	it('follows the server, takes latency for latency, and a real step for a step', () => {
		const { d } = joined();
		const c = d.core;
		c.heardTime(1_000_000, 0);
		c.heardTime(1_000_900, 1000); /* 100 ms under way */
		expect(c.clock(2000)).toBe(1_002_000);
		c.heardTime(1_003_050, 3000);
		expect(c.clock(3000)).toBe(1_003_050);
		c.heardTime(1_001_000, 4000); /* one frame that stood in a queue */
		expect(c.clock(4000)).toBe(1_004_050);
		c.heardTime(1_002_000, 5000);
		c.heardTime(1_003_000, 6000);
		expect(c.clock(6000)).toBe(1_003_000);
	});

	it('does not take the time of an old answer for the time that it is', () => {
		const { hall, d } = joined();
		hall.isDatabaseAway = true;
		d.answer(1, 'A');
		hall.now += 60_000;
		d.mono += 60_000;
		const before = d.core.clock(d.mono);
		for (let i = 0; i < 4; i++) {
			d.answer(2 + i, 'B');
		}
		hall.databaseReturns();
		d.run();
		expect(d.core.view(1).state).toBe('stored');
		expect(d.core.clock(d.mono)).toBe(before);
	});

	it('gives a guess up for the first word of the server', () => {
		const d = new Device(new FakeHall(origin), 'A');
		d.core.heardTime(9_999_999, 0, true);
		expect(d.core.clock(0)).toBe(9_999_999);
		d.core.heardTime(1_000_000, 0);
		expect(d.core.clock(0)).toBe(1_000_000);
	});
});
