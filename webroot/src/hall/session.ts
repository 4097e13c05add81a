/*
 * One attempt in this tab, with its socket, calls, disk and timers: carries out what core.ts
 * asks for and tells the screen, by signals, how matters stand.
 */
import { batch, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { api, ApiError } from '../lib/api';
import { readSetting, writeSetting } from '../lib/settings';
import type { ReviewItem, SlotView } from './book';
import { fromB64, toB64 } from './bytes';
import { Core } from './core';
import type { Effect, Link } from './effects';
import type { Closed, EventFrame, KeyFrame, Phase, ServerFrame, TimeWhy, Welcome }
	from './frames';
import type { Log } from './log';
import { parseReceipt, WHY } from './protocol';
import type { Origin, Value } from './protocol';

export interface PartRef {
	section: number;
	part: number;
	rev: number;
	bytes: number;
	url: string;
}

/** What GET /rooms/{room}/attempts/{id} says. */
export interface AttemptInfo {
	attempt: string;
	room: string;
	sitting: string;
	school: string;
	title: string;
	studentName: string;
	studentCode: string;
	variant: string;
	salt: string;
	gen: number;
	startsAt: number;
	lobbyAt: number;
	limitMs: number;
	endsAt: number;
	now: number;
	phase: Phase;
	practice: boolean;
	parts: PartRef[];
	grace: number;
	roomName?: string;
	isRemembered?: boolean; /* from this device's disk: no server was asked */
}

export interface Status {
	link: Link;
	via: 'socket' | 'http';
	phase: Phase;
	opens: number;
	starts: number;
	ends: number;
	lastHeardAt: number;
	isTimeKnown: boolean;
	locked: string;
	submitting: boolean;
	local: number;
	stamped: number;
	refused: number;
}

export interface Message {
	at: number;
	text: string;
}

export interface TimeChange {
	why: TimeWhy;
	was: number;
	now: number;
}

export type Storage = 'ok' | 'none' | 'failed';

const SUBPROTOCOL = 'truongthi.v1';

const now = (): number => performance.now();

export function originOf(info: AttemptInfo): Origin {
	return {
		school: info.school,
		sitting: fromB64(info.sitting),
		attempt: fromB64(info.attempt),
		salt: fromB64(info.salt),
		variant: info.variant,
	};
}

export class Session {
	readonly core: Core;
	readonly status: Signal<Status>;
	readonly closed = signal<Closed | null>(null);
	readonly review = signal<ReviewItem[]>([]);
	readonly key = signal<KeyFrame | null>(null);
	readonly messages = signal<Message[]>([]);
	readonly timeChange = signal<TimeChange | null>(null);
	readonly storage: Signal<Storage>;

	private readonly slots = new Map<number, Signal<SlotView>>();
	private readonly path: string;
	private socket: WebSocket | null = null;
	private calls = new AbortController();
	private timer: ReturnType<typeof setTimeout> | undefined;
	private isRunning = false;

	constructor(public info: AttemptInfo, private readonly log: Log | null, core: Core) {
		this.core = core;
		this.path = `/api/v1/rooms/${info.room}/attempts/${info.attempt}`;
		this.storage = signal<Storage>(log ? 'ok' : 'none');
		core.heardTime(info.now, now(), info.isRemembered === true);
		core.phase = info.phase;
		core.opens = info.lobbyAt;
		core.starts = info.startsAt;
		core.ends = info.endsAt;
		this.status = signal(this.statusNow());
	}

	/* ---- for the screen ---- */

	/** The attempt's description was asked for again: its start or its papers changed. */
	update(info: AttemptInfo): void {
		this.info = info;
		this.core.starts = info.startsAt;
		this.core.opens = info.lobbyAt;
		this.core.ends = info.endsAt;
		this.show();
	}

	/** What a slot holds; changes only when that slot does. */
	slot(n: number): Signal<SlotView> {
		let s = this.slots.get(n);
		if (!s) {
			s = signal(this.core.view(n));
			this.slots.set(n, s);
		}
		return s;
	}

	/** The exam clock in ms; null when it is not known. */
	clock(): number | null {
		return this.core.clock(now());
	}

	answer(slot: number, value: Value): void {
		this.core.answer(slot, value, now());
		this.run();
	}

	signal(kind: string, detail?: string): void {
		this.core.signal(kind, detail, now());
		this.run();
	}

	submit(): void {
		this.core.submit(now());
		this.run();
	}

	cancelSubmit(): void {
		this.core.cancelSubmit();
		this.run();
	}

	begin(): void {
		this.core.begin();
		this.run();
	}

	takeOver(): void {
		this.core.takeOver(now());
		this.run();
	}

	decide(keep: ReadonlySet<number>): void {
		this.core.decide(keep, now());
		this.run();
	}

	retryNow(): void {
		this.core.network(true, now());
		this.run();
	}

	/* ---- life ---- */

	start(): void {
		window.addEventListener('online', this.online);
		window.addEventListener('offline', this.offline);
		this.core.start(now());
		this.run();
	}

	/** The receipt is here and nothing waits: the socket is not needed any more. */
	finish(): void {
		this.core.finish();
		this.run();
	}

	/** Another tab took over, or the page is done with it. */
	stop(): void {
		window.removeEventListener('online', this.online);
		window.removeEventListener('offline', this.offline);
		this.core.stop();
		this.run();
		clearTimeout(this.timer);
	}

	private readonly online = (): void => {
		this.core.signal('online', undefined, now());
		this.core.network(true, now());
		this.run();
	};

	private readonly offline = (): void => {
		this.core.signal('offline', undefined, now());
		this.core.network(false, now());
		this.run();
	};

	/* ---- carrying out ---- */

	private run(): void {
		if (this.isRunning) {
			return; /* the loop below takes it */
		}
		this.isRunning = true;
		for (let effects = this.core.take(); effects.length > 0; effects = this.core.take()) {
			effects.forEach((e) => this.carryOut(e));
		}
		this.isRunning = false;
		this.schedule();
		this.show();
	}

	private schedule(): void {
		clearTimeout(this.timer);
		const at = this.core.nextTimer();
		if (at !== Infinity) {
			this.timer = setTimeout(() => {
				this.core.tick(now());
				this.run();
			}, Math.max(0, at - now()));
		}
	}

	private carryOut(e: Effect): void {
		switch (e.t) {
		case 'open':
			this.openSocket();
			break;
		case 'shut':
			this.shut();
			break;
		case 'send':
			if (this.socket?.readyState === WebSocket.OPEN) {
				this.socket.send(JSON.stringify(e.frame));
			} else {
				this.core.dropped(now());
			}
			break;
		case 'http.hello':
			this.httpHello(e.isTake);
			break;
		case 'http.events':
			this.httpEvents(e.lease, e.events);
			break;
		case 'http.log':
			this.httpWelcome('log', e.log);
			break;
		case 'http.begin':
			this.httpWelcome('begin', undefined);
			break;
		case 'http.poll':
			this.httpPoll();
			break;
		case 'save':
			this.save(e);
			break;
		case 'key':
			this.key.value = e.key;
			break;
		case 'notice':
			this.messages.value = [...this.messages.value, e.notice];
			break;
		case 'time':
			this.timeChange.value = { why: e.why, was: e.was, now: this.core.ends };
			break;
		case 'closed':
			this.closed.value = e.closed;
			break;
		}
	}

	private openSocket(): void {
		this.shut();
		const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
		let socket: WebSocket;
		try {
			socket = new WebSocket(`${scheme}://${location.host}/hall/${this.info.room}`, SUBPROTOCOL);
		} catch {
			this.core.dropped(now());
			return;
		}
		this.socket = socket;
		const isCurrent = (): boolean => this.socket === socket;
		socket.onopen = () => {
			if (isCurrent()) {
				this.core.opened();
				this.run();
			}
		};
		socket.onmessage = (event: MessageEvent) => {
			if (isCurrent()) {
				this.take(JSON.parse(String(event.data)) as ServerFrame);
			}
		};
		socket.onclose = () => {
			if (isCurrent()) {
				this.socket = null;
				this.core.dropped(now());
				this.run();
			}
		};
	}

	private take(frame: ServerFrame): void {
		this.core.frame(frame, now());
		this.run();
	}

	private shut(): void {
		const { socket } = this;
		this.socket = null;
		socket?.close();
		this.calls.abort();
		this.calls = new AbortController();
	}

	/* What comes after the connection was given up is not listened to. */
	private call<T>(request: (signal: AbortSignal) => Promise<T>, done: (value: T) => void,
		failed: (error: unknown) => void): void {
		const { signal: aborted } = this.calls;
		const after = <A>(act: (a: A) => void) => (a: A): void => {
			if (!aborted.aborted) {
				act(a);
				this.run();
			}
		};
		request(aborted).then(after(done), after(failed));
	}

	/* The HTTP path failed: as a socket that says why, or as one that closes. */
	private readonly pathFailed = (error: unknown): void => {
		const code = error instanceof ApiError ? error.problem.code.replace(/^hall\./, '') : '';
		if (code === 'elsewhere' || code === 'log' || code === 'closed') {
			this.core.frame({ t: 'refused', code }, now());
		} else {
			this.core.dropped(now());
		}
	};

	private httpHello(isTake: boolean): void {
		const { seq, head } = this.core.book.fixedTail();
		const body = { gen: this.core.book.base.gen, seq, head, device: deviceId() };
		this.httpWelcome(isTake ? 'take' : 'hello', body);
	}

	private httpWelcome(what: string, body: object | undefined): void {
		this.call(
			(s) => api.post<Welcome>(`${this.path}/${what}`, body, { signal: s }),
			(w) => this.core.frame({ ...w, t: 'welcome' }, now()), this.pathFailed);
	}

	private httpEvents(lease: number, events: EventFrame[]): void {
		this.call(
			(s) => api.post<{ results: ServerFrame[] }>(`${this.path}/events`, { lease, events },
				{ signal: s }),
			({ results }) => results.forEach((f) => this.core.frame(f, now())), this.pathFailed);
	}

	private httpPoll(): void {
		this.call(
			(s) => api.get<AttemptInfo>(this.path, { signal: s }),
			(info) => {
				this.core.frame({ t: 'time', now: info.now, ends: info.endsAt, why: 'tick' }, now());
				if (this.core.isOutside()) {
					this.core.polled(info.phase, now());
				} else if (info.phase === 'open' && !this.key.value) {
					this.fetchKey();
				} else if (info.phase === 'closed' && !this.core.closed) {
					this.core.phase = 'closed';
					this.fetchReceipt();
				}
			}, this.pathFailed);
	}

	/** The key by HTTP, when the bell has rung and the socket did not bring it. */
	fetchKey(): void {
		const { parts } = this.info;
		this.call(
			(s) => api.get<{ key: string }>(`${this.path}/key`, { signal: s, tries: 1 }),
			({ key }) => this.core.frame({ t: 'key', variant: this.info.variant,
				section: parts[0]?.section ?? 0, rev: parts[0]?.rev ?? 0, key }, now()),
			() => undefined); /* asked again as long as it is missing */
	}

	/** The receipt by HTTP, when the close was not heard or came without it. */
	fetchReceipt(): void {
		const { attempt } = this.info;
		this.call(
			(s) => api.get<{ receipt: string }>(`/api/v1/attempts/${attempt}/receipt`, { signal: s }),
			({ receipt }) => {
				const r = parseReceipt(fromB64(receipt));
				const why = WHY[r.why] || 'time';
				this.core.frame({ t: 'closed', why, at: r.at, gen: r.gen, seq: r.seq, receipt }, now());
			}, () => undefined);
	}

	private save(e: Extract<Effect, { t: 'save' }>): void {
		if (!this.log) {
			return;
		}
		this.log.save(e.entries, e.base, this.core.book.base).then(
			() => undefined,
			() => { this.storage.value = 'failed'; });
	}

	private statusNow(): Status {
		const c = this.core;
		return { link: c.link, via: c.via, phase: c.phase, opens: c.opens, starts: c.starts, ends: c.ends,
			lastHeardAt: c.lastHeardAt, isTimeKnown: c.clock(now()) !== null, locked: c.locked,
			submitting: c.book.pendingSubmit() !== undefined || c.book.isSubmitted() || c.phase === 'closed',
			...c.book.counts() };
	}

	private show(): void {
		batch(() => {
			const next = this.statusNow();
			const old = this.status.peek();
			if ((Object.keys(next) as (keyof Status)[]).some((k) => next[k] !== old[k])) {
				this.status.value = next;
			}
			if (this.review.peek() !== this.core.review) {
				this.review.value = this.core.review;
			}
			this.closed.value = this.core.closed;
			for (const [n, s] of this.slots) {
				const view = this.core.view(n);
				const was = s.peek();
				if (view.value !== was.value || view.state !== was.state || view.at !== was.at ||
					view.code !== was.code) {
					s.value = view;
				}
			}
		});
	}
}

let memoryDevice = '';

/**
 * This browser's name towards the server: the same after a reload, a crash and in another tab
 * (lib/tabs.ts sees that only one tab works), another on another device.
 */
export function deviceId(): string {
	memoryDevice ||= readSetting('device') ?? '';
	if (!/^[A-Za-z0-9_-]{22}$/.test(memoryDevice)) {
		memoryDevice = toB64(crypto.getRandomValues(new Uint8Array(16)));
		writeSetting('device', memoryDevice);
	}
	return memoryDevice;
}

export function makeCore(info: AttemptInfo, record: Awaited<ReturnType<Log['load']>>): Core {
	return new Core({ origin: originOf(info), device: deviceId(), record });
}
