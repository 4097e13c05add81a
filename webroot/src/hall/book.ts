/*
 * The attempt's book on this device: every answer and event that was made here, in the order it
 * was made, with what the server has said about it. Pure: no clock, no storage, no socket.
 *
 * An entry is `local` until it has a number, `sent` while it is on its way, `stamped` when the
 * server proved that it arrived, `stored` when it is in the database. Stamped and stored entries
 * are fixed: number and head never change again. What is not fixed is numbered anew after each
 * welcome, behind the server's tail. `refused` was not taken, and `gone` needs no sending: a
 * newer answer of the same slot replaced it, or the student decided against it.
 */
import { fromB64, toB64, utf8 } from './bytes';
import type { Ack, LogEvent, LogProof, Welcome } from './frames';
import { KIND_ANSWER, KIND_EVENT, KIND_SUBMIT, nextHead, valueText } from './protocol';
import type { Value } from './protocol';

const LOG_EVENT_BYTES = 320; /* an event's members and its proof in a log frame, at worst */

export type EntryState = 'local' | 'sent' | 'stamped' | 'stored' | 'refused' | 'gone';

export interface Proof {
	kid: number;
	lease: number;
	mac: string;
	stamp: boolean;
}

export interface Entry {
	id: number;     /* order of making on this device, from 1 */
	kind: number;
	slot: number;
	value: string;  /* JSON text */
	madeAt: number; /* the exam clock as this device estimated it */
	state: EntryState;
	gen: number;    /* 0 until numbered */
	seq: number;    /* 0 until numbered */
	head: string;   /* base64url; '' until numbered */
	at: number;     /* the server's time; 0 until it said one */
	proof: Proof | null; /* on the last entry that an ack or stamp covers */
	code: string;   /* why it was refused or is gone */
}

/* Where the chain stood, and the answers then, when the server last said so. */
export interface Base {
	gen: number;
	seq: number;
	head: string;
	answers: [number, string][];
}

export interface BookRecord {
	base: Base;
	entries: Entry[];
}

/* An answer of this device that the server does not hold, where someone else wrote meanwhile. */
export interface ReviewItem {
	slot: number;
	mine: string;
	theirs: string; /* JSON text; "null" when unanswered */
	wasProved: boolean; /* the server had it once: most likely theirs is the newer one */
}

export type Settled =
	| { kind: 'heal' }                          /* the server lacks what it had proved */
	| { kind: 'review'; items: ReviewItem[] }   /* ask the student first */
	| { kind: 'ready' };

export type SlotState = 'none' | 'local' | 'stamped' | 'stored' | 'refused';

export interface SlotView {
	value: string; /* JSON text */
	state: SlotState;
	at: number;    /* server time of the stamp or store; 0 when not known */
	code: string;
}

const isFixed = (e: Entry): boolean => e.state === 'stamped' || e.state === 'stored';
const isPending = (e: Entry): boolean => e.state === 'local' || e.state === 'sent';

export class Book {
	readonly entries: Entry[] = [];
	private readonly bySlot = new Map<number, Entry[]>();
	private readonly bySeq = new Map<number, Entry>(); /* numbered entries of this generation */
	private answers = new Map<number, string>();
	private changed = new Set<Entry>();
	private readonly genesis: string;
	private isBaseNew = false;
	private lastFailedHeal = '';
	base: Base;

	constructor(private readonly attempt: Uint8Array, genesis: Uint8Array, record?: BookRecord) {
		this.genesis = toB64(genesis);
		this.base = record?.base ?? { gen: 1, seq: 0, head: this.genesis, answers: [] };
		this.answers = new Map(this.base.answers);
		for (const e of record?.entries ?? []) {
			this.insert({ ...e });
		}
	}

	private insert(e: Entry): void {
		this.entries.push(e);
		if (e.kind === KIND_ANSWER) {
			const list = this.bySlot.get(e.slot);
			if (list) {
				list.push(e);
			} else {
				this.bySlot.set(e.slot, [e]);
			}
		}
		if (e.seq > 0 && e.gen === this.base.gen && (isFixed(e) || e.state === 'sent')) {
			this.bySeq.set(e.seq, e);
		}
	}

	private touch(e: Entry): void {
		this.changed.add(e);
	}

	/** What has changed since the last call, for storage. */
	takeChanged(): { entries: Entry[]; base: Base | null } {
		const entries = [...this.changed];
		const base = this.isBaseNew ? this.base : null;
		this.changed.clear();
		this.isBaseNew = false;
		return { entries, base };
	}

	private add(kind: number, slot: number, value: string, madeAt: number): Entry {
		const id = (this.entries[this.entries.length - 1]?.id ?? 0) + 1;
		const e: Entry = { id, kind, slot, value, madeAt, state: 'local', gen: 0, seq: 0, head: '',
			at: 0, proof: null, code: '' };
		this.insert(e);
		this.touch(e);
		return e;
	}

	/** Notes an answer. An unsent older answer of the slot is not sent any more. */
	addAnswer(slot: number, value: Value, madeAt: number): void {
		const text = valueText(value);
		if (this.view(slot).value === text && this.view(slot).state !== 'refused') {
			return;
		}
		for (const e of this.bySlot.get(slot) ?? []) {
			if (e.state === 'local' || e.state === 'refused') {
				this.dismiss(e, 'newer');
			}
		}
		const underway = this.newestNumbered(slot);
		if ((underway?.value ?? this.answers.get(slot) ?? 'null') !== text) {
			this.add(KIND_ANSWER, slot, text, madeAt);
		}
	}

	addEvent(kind: string, detail: string | undefined, madeAt: number): void {
		this.add(KIND_EVENT, 0, valueText(detail === undefined ? kind : [kind, detail]), madeAt);
	}

	addSubmit(madeAt: number): void {
		if (!this.pendingSubmit()) {
			this.add(KIND_SUBMIT, 0, 'null', madeAt);
		}
	}

	/** Takes a hand-in back; false when it is already on its way. */
	dropSubmit(): boolean {
		const e = this.pendingSubmit();
		if (!e || e.state !== 'local') {
			return false;
		}
		this.dismiss(e, 'dropped');
		return true;
	}

	pendingSubmit(): Entry | undefined {
		return this.entries.find((e) => e.kind === KIND_SUBMIT && isPending(e));
	}

	/** The hand-in has arrived at the server: only the close and the receipt are still to come. */
	isSubmitted(): boolean {
		return this.entries.some((e) => e.kind === KIND_SUBMIT && isFixed(e) && e.gen === this.base.gen);
	}

	private dismiss(e: Entry, code: string): void {
		e.state = 'gone';
		e.code = code;
		this.touch(e);
	}

	/* Not folded into the base's answers. */
	private isSinceBase(e: Entry): boolean {
		return e.gen === this.base.gen && e.seq > this.base.seq;
	}

	/* What the chain will say about the slot once everything sent has arrived. */
	private newestNumbered(slot: number): Entry | undefined {
		const list = this.bySlot.get(slot) ?? [];
		for (let i = list.length - 1; i >= 0; i--) {
			const e = list[i] as Entry;
			if (e.state === 'sent' || e.state === 'stamped' ||
				(e.state === 'stored' && this.isSinceBase(e))) {
				return e;
			}
		}
		return undefined;
	}

	/** The last number this device knows to be taken, and the head behind it. */
	fixedTail(): { seq: number; head: string } {
		let seq = this.base.seq;
		let { head } = this.base;
		for (const e of this.bySeq.values()) {
			if (isFixed(e) && e.seq > seq) {
				({ seq, head } = e);
			}
		}
		return { seq, head };
	}

	private tail(): { seq: number; head: string } {
		let { seq, head } = this.fixedTail();
		for (const e of this.bySeq.values()) {
			if (e.seq > seq) {
				({ seq, head } = e);
			}
		}
		return { seq, head };
	}

	inFlight(): Entry[] {
		return this.entries.filter((e) => e.state === 'sent');
	}

	/** The next entry to send, or undefined. A hand-in waits until all else has gone. */
	nextLocal(): Entry | undefined {
		const waiting = this.entries.filter((e) => e.state === 'local');
		return waiting.find((e) => e.kind !== KIND_SUBMIT) ?? waiting[0];
	}

	/** Numbers an entry behind the tail: from here on it is `sent`. */
	number(e: Entry): void {
		const { seq, head } = this.tail();
		e.gen = this.base.gen;
		e.seq = seq + 1;
		e.head = toB64(nextHead(fromB64(head), this.attempt, e));
		e.state = 'sent';
		this.bySeq.set(e.seq, e);
		this.touch(e);
	}

	private unnumber(e: Entry): void {
		this.bySeq.delete(e.seq);
		e.state = 'local';
		e.gen = 0;
		e.seq = 0;
		e.head = '';
		this.touch(e);
	}

	/**
	 * Takes an ack or a stamp. False when its head is not the one computed here: then the chains
	 * differ and only a new welcome can say how.
	 */
	proved(a: Ack): boolean {
		const last = a.upto ?? a.seq;
		const top = this.bySeq.get(last);
		if (!top || top.head !== a.head) {
			return false;
		}
		for (let seq = a.seq; seq <= last; seq++) {
			const e = this.bySeq.get(seq);
			if (e) {
				this.fix(e, a.t === 'stamp' ? 'stamped' : 'stored', e === top ? a.at : e.at || a.at);
			}
		}
		if (a.t === 'ack' || top.proof === null || top.proof.stamp) {
			top.proof = { kid: a.kid, lease: a.lease, mac: a.mac, stamp: a.t === 'stamp' };
		}
		return true;
	}

	private fix(e: Entry, state: 'stamped' | 'stored', at: number): void {
		if (e.state === 'stored' && state === 'stamped') {
			return; /* a stamp says less than the ack that came before it */
		}
		e.state = state;
		e.at = at;
		this.touch(e);
	}

	/** The entry was not taken, for good. */
	refused(seq: number, code: string): Entry | undefined {
		const e = this.bySeq.get(seq);
		if (!e || e.state !== 'sent') {
			return undefined;
		}
		this.unnumber(e);
		e.state = 'refused';
		e.code = code;
		return e;
	}

	/** The entry was not taken now; it is sent again later, under a new number. */
	deferred(seq: number): void {
		const e = this.bySeq.get(seq);
		if (e?.state === 'sent') {
			this.unnumber(e);
		}
	}

	/** After the close: what was not taken never will be. */
	closeRest(): void {
		for (const e of this.entries) {
			if (isPending(e)) {
				if (e.seq > 0) {
					this.unnumber(e);
				}
				e.state = e.kind === KIND_ANSWER ? 'refused' : 'gone';
				e.code = 'closed';
				this.touch(e);
			}
		}
	}

	/**
	 * Takes a welcome as the new truth. `heal`: healingFrames() come first. `review`: the items
	 * are decided by decide() before anything is sent. Otherwise sending may go on.
	 */
	settle(w: Welcome): Settled {
		const isNewGen = w.gen !== this.base.gen;
		const isOurs = !isNewGen && this.headAt(w.seq) === w.head;
		if (isOurs) {
			this.fixUpTo(w);
		}
		const lost = isNewGen ? [] : this.entries.filter((e) =>
			isFixed(e) && e.gen === w.gen && e.seq > w.seq);
		if (lost.length > 0 && this.lastFailedHeal !== `${w.seq} ${w.head}` &&
			this.healable(w.seq).length > 0) {
			return { kind: 'heal' };
		}
		this.adopt(w, isNewGen, isOurs, lost);
		const isAlone = isOurs && !this.entries.some((e) => e.state === 'local' && e.code === 'again');
		return this.differences(isAlone);
	}

	private headAt(seq: number): string | undefined {
		if (seq === 0) {
			return this.genesis;
		}
		return seq === this.base.seq ? this.base.head : this.bySeq.get(seq)?.head;
	}

	/* The server's tail lies on our chain: everything before it has arrived. */
	private fixUpTo(w: Welcome): void {
		for (const e of this.bySeq.values()) {
			if (e.seq <= w.seq && e.state !== 'stored') {
				this.fix(e, 'stored', e.at || w.ack?.at || 0);
			}
		}
		const top = this.bySeq.get(w.seq);
		if (top && w.ack && w.ack.seq === w.seq) {
			top.at = w.ack.at;
			top.proof = { kid: w.ack.kid, lease: w.ack.lease, mac: w.ack.mac, stamp: false };
			this.touch(top);
		}
	}

	/* The fixed entries that could lengthen a record ending at `seq`: gapless, to a proven one. */
	private healable(seq: number): Entry[] {
		const fixed = [...this.bySeq.values()].filter(isFixed).sort((a, b) => b.seq - a.seq);
		const run: Entry[] = [];
		for (const e of fixed) {
			const later = run[run.length - 1];
			if (later && later.seq !== e.seq + 1) {
				break;
			}
			run.push(e);
		}
		run.reverse();
		while (run.length > 0 && !run[run.length - 1]?.proof) {
			run.pop();
		}
		const reaches = run.length > 0 && (run[0] as Entry).seq <= seq + 1 &&
			(run[run.length - 1] as Entry).seq > seq;
		return reaches ? run.filter((e) => e.seq > seq) : [];
	}

	/**
	 * What the server must be shown so that its record, which ends at `seq`, reaches the next
	 * proven entry, and as much more as fits `bytesMax`.
	 */
	healing(seq: number, bytesMax: number): { events: LogEvent[]; acks: LogProof[] } {
		const events: LogEvent[] = [];
		const acks: LogProof[] = [];
		let taken = 0;
		let bytes = 0;
		const run = this.healable(seq);
		for (let i = 0; i < run.length; i++) {
			const e = run[i] as Entry;
			bytes += utf8(e.value).length + LOG_EVENT_BYTES;
			if (taken > 0 && bytes > bytesMax) {
				break;
			}
			if (e.proof) {
				for (; taken <= i; taken++) {
					const t = run[taken] as Entry;
					events.push({ seq: t.seq, kind: t.kind, slot: t.slot, value: JSON.parse(t.value) as Value });
				}
				acks.push({ seq: e.seq, at: e.at, ...e.proof });
			}
		}
		return { events, acks };
	}

	/** The server did not take the log: do not offer it again while its tail stays the same. */
	healingFailed(w: Welcome): void {
		this.lastFailedHeal = `${w.seq} ${w.head}`;
	}

	private adopt(w: Welcome, isNewGen: boolean, isOurs: boolean, lost: Entry[]): void {
		for (const e of this.entries) {
			if (e.state === 'sent') {
				this.unnumber(e);
			}
		}
		const answers = Object.entries(w.answers)
			.map(([slot, value]): [number, string] => [Number(slot), JSON.stringify(value)]);
		this.answers = new Map(answers);
		this.offerLost(w, isOurs, lost);
		if (isNewGen) {
			this.offerRefused();
		}
		if (!isOurs) {
			/* What lies between is another device's, so older numbers prove nothing further. */
			for (const seq of [...this.bySeq.keys()]) {
				if (isNewGen || seq <= w.seq) {
					this.bySeq.delete(seq);
				}
			}
		}
		this.base = { gen: w.gen, seq: w.seq, head: w.head, answers };
		this.isBaseNew = true;
	}

	/*
	 * What was proved and does not show in the record: replaced on another device since the last
	 * welcome, or lost with the record's end. The student knows which: it is offered again.
	 */
	private offerLost(w: Welcome, isOurs: boolean, lost: Entry[]): void {
		const unsure = isOurs ? lost : this.entries.filter((e) => lost.includes(e) ||
			(isFixed(e) && (this.isSinceBase(e) || e.state === 'stamped')));
		for (const e of unsure) {
			this.bySeq.delete(e.seq);
			const isInRecord = (this.answers.get(e.slot) ?? 'null') === e.value;
			if (e.kind === KIND_ANSWER && !isInRecord && !this.hasNewer(e)) {
				this.add(KIND_ANSWER, e.slot, e.value, e.madeAt).code = 'again';
			}
			if (isInRecord && e.seq <= w.seq) {
				this.fix(e, 'stored', e.at); /* with the time that this device was told */
			} else {
				this.dismiss(e, isInRecord ? 'same' : 'lost');
			}
		}
		const isShorter = w.gen === this.base.gen && w.seq < this.base.seq;
		for (const [slot, value] of isShorter ? this.base.answers : []) {
			const has = (this.bySlot.get(slot) ?? []).some((e) => e.state !== 'gone');
			if (!has && (this.answers.get(slot) ?? 'null') !== value) {
				this.add(KIND_ANSWER, slot, value, 0).code = 'again';
			}
		}
	}

	/* The attempt was reopened: what came too late for the close may be wanted now. */
	private offerRefused(): void {
		for (const list of this.bySlot.values()) {
			const newest = [...list].reverse().find((e) => e.state !== 'gone');
			if (newest?.state === 'refused' && (newest.code === 'closed' || newest.code === 'late')) {
				this.dismiss(newest, 'newer');
				this.add(KIND_ANSWER, newest.slot, newest.value, newest.madeAt);
			}
		}
	}

	private hasNewer(e: Entry): boolean {
		return (this.bySlot.get(e.slot) ?? []).some((o) => o.id > e.id && o.state !== 'gone');
	}

	/* Keeps of the unsent answers the newest of each slot, and only where it still differs. */
	private differences(isAlone: boolean): Settled {
		const items: ReviewItem[] = [];
		for (const [slot, list] of this.bySlot) {
			const waiting = list.filter((e) => e.state === 'local');
			const newest = waiting.pop();
			waiting.forEach((e) => this.dismiss(e, 'newer'));
			const theirs = this.answers.get(slot) ?? 'null';
			if (newest && newest.value === theirs) {
				this.dismiss(newest, 'same');
			} else if (newest && !isAlone) {
				items.push({ slot, mine: newest.value, theirs, wasProved: newest.code === 'again' });
			}
		}
		items.sort((a, b) => a.slot - b.slot);
		return items.length > 0 ? { kind: 'review', items } : { kind: 'ready' };
	}

	/** The student's decision: the slots in `keep` are sent, the other items are let go. */
	decide(items: ReviewItem[], keep: ReadonlySet<number>): void {
		for (const item of items) {
			for (const e of this.bySlot.get(item.slot) ?? []) {
				if (e.state !== 'local' || e.value !== item.mine) {
					continue;
				}
				if (keep.has(item.slot)) {
					e.code = '';
					this.touch(e);
				} else {
					this.dismiss(e, 'dropped');
				}
			}
		}
	}

	/** What the slot holds, and how safe it is. */
	view(slot: number): SlotView {
		const theirs = this.answers.get(slot) ?? 'null';
		const list = this.bySlot.get(slot) ?? [];
		for (let i = list.length - 1; i >= 0; i--) {
			const e = list[i] as Entry;
			if (e.state === 'gone') {
				continue;
			}
			if (e.state === 'refused') {
				return { value: e.value, state: 'refused', at: 0, code: e.code };
			}
			if (isPending(e)) {
				return { value: e.value, state: 'local', at: 0, code: '' };
			}
			if (e.state === 'stamped' || this.isSinceBase(e) || e.value === theirs) {
				return { value: e.value, state: e.state === 'stamped' ? 'stamped' : 'stored', at: e.at, code: '' };
			}
			break; /* stored once, and changed by another device since */
		}
		return { value: theirs, state: this.answers.has(slot) ? 'stored' : 'none', at: 0, code: '' };
	}

	/** Every slot with something in it. */
	slots(): number[] {
		return [...new Set([...this.answers.keys(), ...this.bySlot.keys()])].sort((a, b) => a - b);
	}

	/** The answers as the server would fold them, when all that is fixed is in its record. */
	fixedAnswers(): Map<number, string> {
		const fold = new Map(this.answers);
		const later = this.entries.filter((e) => e.kind === KIND_ANSWER && isFixed(e) &&
			this.isSinceBase(e)).sort((a, b) => a.seq - b.seq);
		for (const e of later) {
			fold.set(e.slot, e.value);
		}
		return fold;
	}

	counts(): { local: number; stamped: number; refused: number } {
		const n = { local: 0, stamped: 0, refused: 0 };
		for (const slot of this.bySlot.keys()) {
			const { state } = this.view(slot);
			if (state === 'local' || state === 'stamped' || state === 'refused') {
				n[state]++;
			}
		}
		return n;
	}
}
