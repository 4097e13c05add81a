/*
 * One attempt in one browser, as a state machine: what happened goes in, what is to be done
 * comes out. Pure: no socket, no storage, no clock (each call is given `mono`, the milliseconds
 * of a clock that never steps), so that tests drive it with any order of faults.
 */
import type { BookRecord, ReviewItem, SlotView } from './book';
import { Book } from './book';
import { toB64 } from './bytes';
import type { Ack, ClientFrame, Closed, Phase, Refused, RefusedCode, ServerFrame,
	TimeFrame, Welcome } from './frames';
import { nextBatch } from './batch';
import { ExamClock } from './clock';
import type { Effect, Link } from './effects';
import { FRAME_BYTES_MAX } from './frames';
import { genesis } from './protocol';
import type { Origin, Value } from './protocol';

const BACKOFF_FIRST_MS = 600;
const BACKOFF_MAX_MS = 12_000;
const JOIN_TIMEOUT_MS = 12_000;
const ANSWER_TIMEOUT_MS = 20_000;  /* sent, and neither ack, stamp nor refusal */
const SILENCE_MS = 75_000;         /* the server speaks at least once a minute */
const BUSY_PAUSE_MS = 1_500;
const SOCKET_TRIES = 3;            /* then the HTTP path */
const SOCKET_FIRST_MS = 8_000;     /* on the HTTP path a socket is tried again after this, */
const SOCKET_MAX_MS = 64_000;      /* and each time twice as late, but not later */
const POLL_MS = 10_000;
const POLL_SOON_MS = 1_000;
const POLL_OUTSIDE_MS = 30_000;    /* of a device that another one keeps out */
const TAKE_WANTED_MS = 30_000;     /* a take-over that was lost on its way is asked for again so long */

type Timer = 'retry' | 'join' | 'answer' | 'silence' | 'pause' | 'socket' | 'poll';

export interface CoreOptions {
	origin: Origin;
	device: string;
	record?: BookRecord | undefined;
	random?: () => number;
}

export class Core {
	readonly book: Book;
	link: Link = 'off';
	via: 'socket' | 'http' = 'socket';
	phase: Phase = 'before';
	opens = 0;
	starts = 0;
	ends = 0;
	gen = 1;
	review: ReviewItem[] = [];
	locked = '';            /* why the paper is locked; '' when it is not */
	closed: Closed | null = null;
	lastHeardAt = 0;        /* exam clock at the last word of the server */

	private lease = 0;
	private readonly examClock = new ExamClock();
	private tries = 0;      /* failed since the last welcome */
	private socketPause = SOCKET_FIRST_MS;
	private isDraining = false;
	private pausedUntil = 0;
	private takeUntil = 0;  /* until then a person's word stands: take it over */
	private hasSaidTake = false; /* on this socket */
	private isOffline = false;
	private healingTail: Welcome | null = null;
	private isTelemetryFull = false;
	private serverTail: number | null = null; /* as the last refusal said */
	private effects: Effect[] = [];
	private readonly timers = new Map<Timer, number>();
	private readonly random: () => number;

	constructor(private readonly options: CoreOptions) {
		this.book = new Book(options.origin.attempt, genesis(options.origin), options.record);
		this.gen = this.book.base.gen;
		this.random = options.random ?? Math.random;
	}

	/** The effects of everything since the last call, in order. */
	take(): Effect[] {
		const changed = this.book.takeChanged();
		if (changed.entries.length > 0 || changed.base) {
			this.effects.unshift({ t: 'save', ...changed });
		}
		const list = this.effects;
		this.effects = [];
		return list;
	}

	/** When tick() wants to be called; Infinity when nothing is due. */
	nextTimer(): number {
		return Math.min(Infinity, ...this.timers.values());
	}

	/** The exam clock; null before the server has said what time it is. */
	clock(mono: number): number | null {
		return this.examClock.at(mono);
	}

	/** A time from the server; `isGuess`: only this device's own clock. */
	heardTime(now: number, mono: number, isGuess = false): void {
		this.examClock.heard(now, mono, isGuess);
	}

	/* ---- what the student does ---- */

	start(mono: number): void {
		if (this.link === 'off') {
			this.open(mono);
		}
	}

	answer(slot: number, value: Value, mono: number): void {
		if (!this.closed) {
			this.book.addAnswer(slot, value, this.clock(mono) ?? 0);
			this.pump(mono);
		}
	}

	signal(kind: string, detail: string | undefined, mono: number): void {
		if (!this.closed && !this.isTelemetryFull && this.phase === 'open') {
			this.book.addEvent(kind, detail, this.clock(mono) ?? 0);
			this.pump(mono);
		}
	}

	submit(mono: number): void {
		if (!this.closed) {
			this.book.addSubmit(this.clock(mono) ?? 0);
			this.pump(mono);
		}
	}

	cancelSubmit(): boolean {
		return this.book.dropSubmit();
	}

	/** Take the attempt over to this device. Only because a person said so, a moment ago: whoever comes
	 * in later, on another device, is not to lose it to this one when its network comes back. */
	takeOver(mono: number): void {
		this.takeUntil = mono + TAKE_WANTED_MS;
		this.sayTake(mono);
	}

	private sayTake(mono: number): void {
		if (this.link === 'elsewhere' && this.via === 'socket') {
			this.link = 'joining';
			this.hasSaidTake = true;
			this.timers.clear();
			this.timers.set('join', mono + JOIN_TIMEOUT_MS);
			this.send({ t: 'take' });
		} else {
			this.tries = 0;
			this.open(mono);
		}
	}

	/** The student begins his own time. */
	begin(): void {
		if (this.via === 'http') {
			this.effects.push({ t: 'http.begin' });
		} else {
			this.send({ t: 'begin' });
		}
	}

	decide(keep: ReadonlySet<number>, mono: number): void {
		const items = this.review;
		this.review = [];
		this.book.decide(items, keep);
		this.pump(mono);
	}

	/** The browser says that the network went or came. A socket that hangs over a lost network would
	 * be noticed only when an answer stays without its ack: it is given up at once. */
	network(isOnline: boolean, mono: number): void {
		this.isOffline = !isOnline;
		if (!isOnline) {
			this.dropped(mono);
		}
		if (isOnline && this.link === 'waiting') {
			this.tries = Math.min(this.tries, 1);
			this.retryIn(this.random() * 300, mono);
		}
	}

	/** Another tab of this browser takes over: stop without a word. */
	stop(): void {
		this.timers.clear();
		this.link = 'taken';
		this.effects.push({ t: 'shut' });
	}

	/** What 'http.poll' brought. A closed attempt keeps nobody out: this device comes for the receipt. */
	polled(phase: Phase, mono: number): void {
		if (phase === 'closed' && this.isOutside()) {
			this.open(mono);
		}
	}

	/** Another device has it. */
	isOutside(): boolean {
		return this.link === 'elsewhere' || this.link === 'taken';
	}

	/* ---- the connection ---- */

	private open(mono: number): void {
		this.timers.clear();
		this.isDraining = false;
		this.pausedUntil = 0;
		this.hasSaidTake = false;
		this.timers.set('join', mono + JOIN_TIMEOUT_MS);
		if (this.via === 'http') {
			this.link = 'joining';
			this.effects.push({ t: 'http.hello', isTake: mono < this.takeUntil });
		} else {
			this.link = 'opening';
			this.effects.push({ t: 'open' });
		}
	}

	opened(): void {
		if (this.link !== 'opening') {
			return;
		}
		this.link = 'joining';
		const { seq, head } = this.book.fixedTail();
		this.send({ t: 'hello', attempt: toB64(this.options.origin.attempt), gen: this.book.base.gen,
			seq, head, device: this.options.device });
	}

	/** The socket closed, or a call of the HTTP path failed. */
	dropped(mono: number): void {
		if (this.link === 'elsewhere' || this.link === 'taken' || this.link === 'ended' ||
			this.link === 'off' || this.link === 'waiting') {
			return;
		}
		this.failed(mono);
	}

	private failed(mono: number): void {
		const wasJoined = this.link === 'joined';
		this.healingTail = null; /* the log may not have arrived: it is offered again */
		this.effects.push({ t: 'shut' });
		this.timers.clear();
		this.link = 'waiting';
		this.tries = wasJoined ? 0 : this.tries + 1;
		if (this.via === 'socket' && this.tries >= SOCKET_TRIES && !this.isOffline) {
			this.via = 'http';
		} else if (this.via === 'http' && this.tries > SOCKET_TRIES) {
			this.via = 'socket'; /* neither works: the whole server is away, begin again */
			this.tries = 1;
		}
		const longest = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.tries);
		this.retryIn(longest * (0.25 + 0.75 * this.random()), mono);
	}

	private retryIn(ms: number, mono: number): void {
		this.timers.set('retry', mono + ms);
	}

	tick(mono: number): void {
		for (const [name, at] of [...this.timers]) {
			if (at <= mono && this.timers.get(name) === at) {
				this.timers.delete(name);
				this.due(name, mono);
			}
		}
	}

	private due(name: Timer, mono: number): void {
		switch (name) {
		case 'retry':
			this.open(mono);
			break;
		case 'join':
		case 'answer':
		case 'silence':
			this.failed(mono);
			break;
		case 'pause':
			this.pump(mono);
			break;
		case 'socket':
			this.via = 'socket';
			this.socketPause = Math.min(2 * this.socketPause, SOCKET_MAX_MS);
			this.tries = SOCKET_TRIES - 1; /* one try, then back to the HTTP path */
			this.open(mono);
			break;
		case 'poll':
			this.effects.push({ t: 'http.poll' });
			this.timers.set('poll', mono + (this.isOutside() ? POLL_OUTSIDE_MS : POLL_MS));
			break;
		}
	}

	private send(frame: ClientFrame): void {
		if (this.via === 'socket') {
			this.effects.push({ t: 'send', frame });
		}
	}

	/* ---- what the server says ---- */

	frame(f: ServerFrame, mono: number): void {
		this.heard(mono);
		switch (f.t) {
		case 'welcome':
			this.welcome(f, mono);
			break;
		case 'ack':
		case 'stamp':
			this.proved(f, mono);
			break;
		case 'refused':
			this.refused(f, mono);
			break;
		case 'key':
			this.bell(); /* a key is sent only to an open attempt */
			this.effects.push({ t: 'key', key: f });
			break;
		case 'time':
			this.time(f, mono);
			break;
		case 'pulse':
			if (f.now !== undefined) {
				this.heardTime(f.now, mono);
			}
			this.send({ t: 'pulse', n: f.n });
			break;
		case 'notice':
			this.effects.push({ t: 'notice', notice: f });
			break;
		case 'locked':
			this.lockedBy(f.why, mono);
			break;
		case 'closed':
			this.close(f);
			break;
		}
	}

	private heard(mono: number): void {
		this.lastHeardAt = this.clock(mono) ?? 0;
		if (this.via === 'socket' && this.timers.has('silence')) {
			this.timers.set('silence', mono + SILENCE_MS);
		}
	}

	private welcome(w: Welcome, mono: number): void {
		this.heardTime(w.now, mono);
		this.lease = w.lease;
		this.gen = w.gen;
		this.phase = w.phase;
		this.opens = w.opens;
		this.starts = w.starts;
		this.ends = w.ends;
		this.locked = '';
		this.tries = 0;
		this.takeUntil = 0;
		if (this.closed && w.phase !== 'closed') {
			this.closed = null; /* reopened */
		}
		this.joined(mono);
		const settled = this.book.settle(w);
		if (settled.kind === 'heal' && !this.isStuck(w)) {
			this.heal(w, mono);
			return;
		}
		if (settled.kind === 'heal') {
			this.book.healingFailed(w);
			const again = this.book.settle(w);
			this.review = again.kind === 'review' ? again.items : [];
		} else {
			this.review = settled.kind === 'review' ? settled.items : [];
		}
		this.healingTail = null;
		if (w.phase === 'closed') {
			this.review = [];
			this.book.closeRest();
		}
		this.pump(mono);
	}

	private joined(mono: number): void {
		this.link = 'joined';
		this.isDraining = false;
		this.timers.clear();
		if (this.via === 'http') {
			this.timers.set('socket', mono + this.socketPause);
			this.timers.set('poll', mono + POLL_MS);
		} else {
			this.socketPause = SOCKET_FIRST_MS;
			this.timers.set('silence', mono + SILENCE_MS);
		}
	}

	/* A welcome that answers a log and still ends where the one before ended. */
	private isStuck(w: Welcome): boolean {
		const before = this.healingTail;
		return before !== null && before.seq === w.seq && before.head === w.head;
	}

	private heal(w: Welcome, mono: number): void {
		this.healingTail = w;
		const log = this.book.healing(w.seq, FRAME_BYTES_MAX - 1024);
		this.timers.set('join', mono + JOIN_TIMEOUT_MS);
		if (this.via === 'http') {
			this.effects.push({ t: 'http.log', log: { gen: w.gen, ...log } });
		} else {
			this.send({ t: 'log', gen: w.gen, ...log });
		}
	}

	private proved(a: Ack, mono: number): void {
		if (!this.book.proved(a)) {
			this.failed(mono); /* the chains differ: only a welcome can say how */
			return;
		}
		if (this.via === 'http' && this.book.isSubmitted()) {
			this.timers.set('poll', mono + POLL_SOON_MS); /* no frame will tell of the close */
		}
		this.settleFlight(mono);
	}

	private refused(f: Refused, mono: number): void {
		if (f.seq !== undefined) {
			this.serverTail = f.tail ?? null;
			this.refusedEvent(f.seq, f.code, mono);
			return;
		}
		switch (f.code) {
		case 'elsewhere':
			this.elsewhere(mono);
			break;
		case 'log':
			this.logRefused(mono);
			break;
		case 'closed':
			this.phase = 'closed';
			break;
		default:
			if (this.hasSaidTake) {
				this.takeUntil = 0; /* heard: whoever was in is out, and a hello will do */
			}
			this.failed(mono);
		}
	}

	private elsewhere(mono: number): void {
		this.stayOutside('elsewhere', mono);
		if (this.via === 'http') {
			this.takeUntil = 0; /* said with the hello, if at all: somebody has come since */
		} else if (mono < this.takeUntil) {
			this.sayTake(mono);
		}
	}

	private stayOutside(link: 'elsewhere' | 'taken', mono: number): void {
		this.link = link;
		this.timers.clear();
		this.timers.set('poll', mono + POLL_OUTSIDE_MS);
	}

	private logRefused(mono: number): void {
		const w = this.healingTail;
		this.timers.delete('join');
		if (w) {
			this.healingTail = null;
			this.book.healingFailed(w);
			const settled = this.book.settle(w);
			this.review = settled.kind === 'review' ? settled.items : [];
			this.pump(mono);
		}
	}

	private refusedEvent(seq: number, code: RefusedCode, mono: number): void {
		this.isDraining = true;
		switch (code) {
		case 'gap':
			this.book.deferred(seq);
			break;
		case 'busy':
		case 'flood':
		case 'early':
			this.book.deferred(seq);
			this.pausedUntil = mono + BUSY_PAUSE_MS * (0.5 + this.random());
			break;
		case 'full':
			this.isTelemetryFull = true;
			this.book.refused(seq, code);
			break;
		case 'late':
		case 'closed':
		case 'value':
		case 'slot':
		case 'section':
			this.book.refused(seq, code);
			break;
		default: /* lease, fork and what a later server may say: begin again with a welcome */
			this.failed(mono);
			return;
		}
		this.settleFlight(mono);
	}

	/* After an answer of the server: the flight goes on, waits, or has landed. */
	private settleFlight(mono: number): void {
		if (this.book.inFlight().length === 0) {
			if (this.isDraining && this.serverTail !== null &&
				this.serverTail !== this.book.fixedTail().seq) {
				this.failed(mono); /* the server counts otherwise: only a welcome can say how */
				return;
			}
			this.isDraining = false;
			this.timers.delete('answer');
		} else {
			this.timers.set('answer', mono + ANSWER_TIMEOUT_MS);
		}
		this.pump(mono);
	}

	private time(f: TimeFrame, mono: number): void {
		this.heardTime(f.now, mono);
		if (f.ends !== this.ends || f.why !== 'tick') {
			const was = this.ends;
			this.ends = f.ends;
			this.effects.push({ t: 'time', why: f.why, was });
		}
	}

	private lockedBy(why: string, mono: number): void {
		if (why === 'taken') {
			this.stayOutside('taken', mono);
			this.effects.push({ t: 'shut' });
		} else {
			this.locked = why;
		}
	}

	private close(f: Closed): void {
		this.closed = f;
		this.phase = 'closed';
		this.timers.delete('answer');
		this.book.closeRest();
		this.effects.push({ t: 'closed', closed: f });
	}

	/** The receipt is safely here: nothing more is expected from the server. */
	finish(): void {
		this.timers.clear();
		this.link = 'ended';
		this.effects.push({ t: 'shut' });
	}

	/* ---- sending ---- */

	private canSend(mono: number): boolean {
		return this.link === 'joined' && !this.isDraining && this.review.length === 0 &&
			this.healingTail === null && this.closed === null && mono >= this.pausedUntil &&
			(this.phase === 'open' || this.phase === 'grace');
	}

	private pump(mono: number): void {
		if (!this.canSend(mono)) {
			if (this.link === 'joined' && this.pausedUntil > mono) {
				this.timers.set('pause', this.pausedUntil);
			}
			return;
		}
		const flight = this.book.inFlight();
		if (this.via === 'http' && flight.length > 0) {
			return; /* one batch at a time */
		}
		const batch = nextBatch(this.book);
		if (batch.length === 0) {
			return;
		}
		this.timers.set('answer', mono + ANSWER_TIMEOUT_MS);
		if (this.via === 'http') {
			this.effects.push({ t: 'http.events', lease: this.lease, events: batch });
		} else {
			batch.forEach((frame) => this.send(frame));
		}
	}

	private bell(): void {
		if (this.phase === 'lobby' || this.phase === 'before' || this.phase === 'ready') {
			this.phase = 'open';
		}
	}

	/* ---- what the screen shows ---- */

	view(slot: number): SlotView {
		return this.book.view(slot);
	}

	/** Milliseconds until the end by the server's clock; null when it is not known. */
	left(mono: number): number | null {
		const now = this.clock(mono);
		return now === null || this.ends === 0 ? null : Math.max(0, this.ends - now);
	}
}
