/*
 * The server's side of one attempt, small and strict: leases, the chain, acks, stamps while the
 * database is away, healing by the server's own macs, the close. Tests drive the browser's state
 * machine against it, with every fault a network or a machine can make.
 */
import { fromB64, toB64 } from '../../src/hall/bytes';
import type { Ack, ClientFrame, EventFrame, LogEvent, LogProof, ServerFrame, Welcome }
	from '../../src/hall/frames';
import { genesis, KIND_ANSWER, KIND_EVENT, KIND_SUBMIT, macOf, nextHead, valueText }
	from '../../src/hall/protocol';
import type { Origin, Value } from '../../src/hall/protocol';

export interface Row {
	seq: number;
	kind: number;
	slot: number;
	value: string;
	head: string;
	at: number;
	lease: number;
}

const KEY = new Uint8Array(32).fill(4);
const GRACE_MS = 2000;

export class FakeConn {
	lease = 0;
	device = '';
	isLive = true;
	readonly inbox: ServerFrame[] = [];
}

interface Event {
	kind: number;
	slot: number;
	value: string;
}

function eventOf(f: EventFrame): Event {
	switch (f.t) {
	case 'answer':
		return { kind: KIND_ANSWER, slot: f.slot, value: valueText(f.value) };
	case 'event':
		return { kind: KIND_EVENT, slot: 0,
			value: valueText(f.detail === undefined ? f.kind : [f.kind, f.detail]) };
	case 'submit':
		return { kind: KIND_SUBMIT, slot: 0, value: 'null' };
	}
}

export class FakeHall {
	rows: Row[] = [];
	journal: Row[] = [];
	forks = 0;
	gen = 1;
	lease = 0;
	ends = 3_600_000;
	now = 1_000_000;
	isDatabaseAway = false;
	closedAt = 0;
	refuseNext: 'busy' | 'flood' | null = null;
	private conns: FakeConn[] = [];
	private holder: FakeConn | null = null;
	private holderDevice = '';
	private readonly start: string;

	constructor(readonly origin: Origin) {
		this.start = toB64(genesis(origin));
	}

	/* What stands in the database followed by what stands in the journal. */
	private chain(): Row[] {
		return [...this.rows, ...this.journal];
	}

	get tail(): { seq: number; head: string; at: number } {
		const all = this.chain();
		return all[all.length - 1] ?? { seq: 0, head: this.start, at: 0 };
	}

	fold(): Map<number, string> {
		const fold = new Map<number, string>();
		for (const r of this.rows) {
			if (r.kind === KIND_ANSWER) {
				fold.set(r.slot, r.value);
			}
		}
		return fold;
	}

	connect(): FakeConn {
		const c = new FakeConn();
		this.conns.push(c);
		return c;
	}

	drop(c: FakeConn): void {
		c.isLive = false;
		this.conns = this.conns.filter((o) => o !== c);
		if (this.holder === c) {
			this.holder = null;
		}
	}

	/** SIGKILL: every connection goes; the database and the journal's file stay. */
	crash(): FakeConn[] {
		const gone = this.conns;
		gone.forEach((c) => this.drop(c));
		if (!this.isDatabaseAway) {
			this.replay();
		}
		return gone;
	}

	private replay(): void {
		this.rows.push(...this.journal);
		this.journal = [];
	}

	databaseReturns(): void {
		this.isDatabaseAway = false;
		const stamped = this.journal;
		this.replay();
		const first = stamped[0];
		const last = stamped[stamped.length - 1];
		if (first && last && this.holder) {
			this.holder.inbox.push(this.proof('ack', first.seq, last));
		}
	}

	/** A cluster's worst day: the last rows are gone though they were acknowledged. */
	loseRows(count: number): void {
		this.rows.splice(Math.max(0, this.rows.length - count));
	}

	private proof(t: 'ack' | 'stamp', from: number, last: Row): Ack {
		const mac = this.mac(t, last);
		const ack: Ack = { t, seq: from, at: last.at, kid: 1, lease: last.lease, head: last.head, mac };
		return from === last.seq ? ack : { ...ack, upto: last.seq };
	}

	private mac(t: 'ack' | 'stamp', r: { seq: number; at: number; lease: number; head: string }): string {
		return toB64(macOf(KEY, t, { kid: 1, school: this.origin.school, attempt: this.origin.attempt,
			gen: this.gen, lease: r.lease, seq: r.seq, at: r.at, head: fromB64(r.head) }));
	}

	receive(c: FakeConn, f: ClientFrame): void {
		switch (f.t) {
		case 'hello':
			c.device = f.device;
			this.join(c, false);
			break;
		case 'take':
			this.join(c, true);
			break;
		case 'log':
			this.heal(c, f.gen, f.events, f.acks);
			break;
		case 'pulse':
		case 'begin':
			break;
		default:
			this.event(c, f);
		}
	}

	private join(c: FakeConn, isTake: boolean): void {
		const isOther = this.closedAt === 0 && this.holderDevice !== '' && this.holderDevice !== c.device;
		if (isOther && !isTake) {
			c.inbox.push({ t: 'refused', code: 'elsewhere' });
			return;
		}
		if (this.holder && this.holder !== c) {
			this.holder.inbox.push({ t: 'locked', why: 'taken' });
			this.holder = null;
		}
		if (this.isDatabaseAway) {
			this.holderDevice = c.device;
			c.inbox.push({ t: 'refused', code: 'busy' });
			return;
		}
		this.holder = c;
		this.holderDevice = c.device;
		this.lease++;
		c.lease = this.lease;
		c.inbox.push(this.welcome());
		if (this.closedAt > 0) {
			c.inbox.push(this.closedFrame());
		}
	}

	private welcome(): Welcome {
		const last = this.rows[this.rows.length - 1];
		const answers: Record<string, Value> = {};
		for (const [slot, value] of this.fold()) {
			answers[String(slot)] = JSON.parse(value) as Value;
		}
		return { t: 'welcome', now: this.now, room: '1', variant: this.origin.variant,
			phase: this.closedAt > 0 ? 'closed' : 'open', opens: 0, starts: 0, ends: this.ends,
			section: 0, gen: this.gen, lease: this.lease, seq: this.tail.seq, head: this.tail.head,
			salt: toB64(this.origin.salt), answers,
			ack: last ? { seq: last.seq, at: last.at, kid: 1, lease: last.lease,
				mac: this.mac('ack', last) } : null };
	}

	private event(c: FakeConn, f: EventFrame): void {
		const refuse = (code: 'lease' | 'fork' | 'gap' | 'late' | 'closed' | 'value' | 'busy' | 'flood') =>
			c.inbox.push({ t: 'refused', seq: f.seq, code, tail: this.tail.seq });
		if (this.refuseNext) {
			refuse(this.refuseNext);
			this.refuseNext = null;
			return;
		}
		if (c.lease !== this.lease || c !== this.holder) {
			refuse('lease');
			return;
		}
		const e = eventOf(f);
		const there = this.chain().find((r) => r.seq === f.seq);
		if (there) {
			if (there.kind === e.kind && there.slot === e.slot && there.value === e.value) {
				c.inbox.push(this.proof(this.rows.includes(there) ? 'ack' : 'stamp', f.seq, there));
			} else {
				this.forks++;
				refuse('fork');
			}
			return;
		}
		if (this.closedAt > 0) {
			refuse('closed');
		} else if (this.now > this.ends + GRACE_MS) {
			refuse('late');
		} else if (f.seq !== this.tail.seq + 1) {
			refuse('gap');
		} else if (e.value.includes('REFUSE')) {
			refuse('value');
		} else {
			this.accept(c, f.seq, e);
		}
	}

	private accept(c: FakeConn, seq: number, e: Event): void {
		const head = toB64(nextHead(fromB64(this.tail.head), this.origin.attempt, { seq, ...e }));
		const row = { seq, ...e, head, at: this.now, lease: c.lease };
		if (this.isDatabaseAway) {
			this.journal.push(row);
			c.inbox.push(this.proof('stamp', seq, row));
			return;
		}
		this.rows.push(row);
		c.inbox.push(this.proof('ack', seq, row));
		if (e.kind === KIND_SUBMIT) {
			this.close();
		}
	}

	private heal(c: FakeConn, gen: number, events: LogEvent[], acks: LogProof[]): void {
		let prev = this.rows.find((r) => r.seq === (events[0]?.seq ?? 0) - 1)?.head ??
			(events[0]?.seq === 1 ? this.start : '');
		const rows: Row[] = [];
		let proven = 0;
		for (const e of events) {
			const value = valueText(e.value);
			const head = prev === '' ? '' : toB64(nextHead(fromB64(prev), this.origin.attempt, { ...e, value }));
			const ack = acks.find((a) => a.seq === e.seq);
			rows.push({ seq: e.seq, kind: e.kind, slot: e.slot, value, head, at: ack?.at ?? 0,
				lease: ack?.lease ?? 0 });
			if (ack && this.mac(ack.stamp ? 'stamp' : 'ack', { ...ack, head }) === ack.mac) {
				proven = rows.length;
			}
			prev = head;
		}
		const first = rows[0];
		const isFork = rows.some((r) => this.rows.some((o) => o.seq === r.seq && o.head !== r.head));
		const isFar = !first || first.seq > this.rows.length + 1;
		if (c !== this.holder || gen !== this.gen || isFork || isFar || proven === 0 || this.journal.length > 0) {
			this.forks += isFork ? 1 : 0;
			c.inbox.push({ t: 'refused', code: 'log' });
			return;
		}
		this.rows.push(...rows.slice(0, proven).filter((r) => r.seq > this.rows.length));
		c.inbox.push(this.welcome());
	}

	private closedFrame(): ServerFrame {
		return { t: 'closed', why: 'time', at: this.closedAt, gen: this.gen, seq: this.tail.seq,
			receipt: 'receipt' };
	}

	close(): void {
		this.closedAt = this.now;
		this.holder?.inbox.push(this.closedFrame());
	}

	/** The server speaks now and then: the time, to whoever holds the attempt. */
	tellTime(): void {
		this.holder?.inbox.push({ t: 'time', now: this.now, ends: this.ends, why: 'tick' });
	}

	/** Whether every head recomputes and the numbers have no gap. */
	isSound(): boolean {
		let prev = this.start;
		return this.chain().every((r, i) => {
			prev = toB64(nextHead(fromB64(prev), this.origin.attempt, r));
			return r.seq === i + 1 && r.head === prev;
		});
	}
}
