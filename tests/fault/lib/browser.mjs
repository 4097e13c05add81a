/*
 * One student's browser on the wire: the web client's own state machine (webroot/src/hall/core.ts)
 * with real sockets and calls, and a disk that survives a reload of the page. Everything that
 * leaves or comes in is written to the browser's log, one JSON object a line:
 *     who    the attempt as GET /rooms/{room}/attempts/{id} describes it, and the device
 *     made   what the student did: id, kind, slot, value as JSON text
 *     out    c: number of the connection or call, f: the frame; via http also what was called
 *     in     c and f the same
 *     open, end   of a connection
 * Each has ms, this machine's clock.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import WebSocket from 'ws';
import { ROOT } from '../../e2e/lib/server.mjs';

const CALL_MS = 10_000;
const WHY = ['', 'submit', 'time', 'invigilator'];

/** The web client's state machine, as the browser gets it. */
export async function loadCore() {
	const { build } = createRequire(join(ROOT, 'webroot/package.json'))('esbuild');
	const dir = await mkdtemp(join(tmpdir(), 'truongthi-core-'));
	const out = join(dir, 'core.mjs');
	try {
		await build({ stdin: { contents: `export { Core } from './core.ts';
			export { parseReceipt } from './protocol.ts'; export { fromB64 } from './bytes.ts';`,
		resolveDir: join(ROOT, 'webroot/src/hall'), loader: 'ts' },
		bundle: true, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'],
		outfile: out, logLevel: 'error' });
		return await import(pathToFileURL(out));
	} finally {
		await rm(dir, { recursive: true, force: true });
	}
}

const mono = () => performance.now();

export class Browser {
	/** what: { client, url, room, attempt, token, device, log, random } */
	constructor(what) {
		Object.assign(this, what);
		this.fd = openSync(this.log, 'a');
		this.path = `/api/v1/rooms/${this.room}/attempts/${this.attempt}`;
		this.conn = 0;
		this.socketBanUntil = 0;
		this.disk = { base: null, entries: new Map() };
		this.made = new Set();
		this.proved = 0; /* acks and stamps so far */
		this.stamps = 0;
		this.calls = new AbortController();
	}

	note(line) {
		if (this.fd !== null) {
			writeSync(this.fd, `${JSON.stringify({ ms: Date.now(), ...line })}\n`);
		}
	}

	/** Reads what the attempt is, as the page does before it opens a socket. Throws when it cannot. */
	async begin() {
		this.info = await this.request('GET', '');
		this.note({ d: 'who', device: this.device, ...this.info, parts: undefined });
		this.load();
		this.core.start(mono());
		this.run();
	}

	load() {
		const { fromB64, Core } = this.client;
		const i = this.info;
		const record = this.disk.base
			? { base: this.disk.base, entries: [...this.disk.entries.values()] } : undefined;
		this.core = new Core({ device: this.device, random: () => this.random.next(), record,
			origin: { school: i.school, sitting: fromB64(i.sitting), attempt: fromB64(i.attempt),
				salt: fromB64(i.salt), variant: i.variant } });
		this.core.heardTime(i.now, mono(), true);
		this.core.phase = i.phase;
		this.core.starts = i.startsAt;
		this.core.ends = i.endsAt;
	}

	/** The tab crashes and is opened again: all but the disk is gone. */
	reload() {
		this.shut();
		clearTimeout(this.timer);
		this.load();
		this.core.start(mono());
		this.run();
	}

	answer(slot, value) {
		this.core.answer(slot, value, mono());
		this.run();
	}

	signal(kind) {
		this.core.signal(kind, undefined, mono());
		this.run();
	}

	submit() {
		this.core.submit(mono());
		this.run();
	}

	takeOver() {
		this.core.takeOver(mono());
		this.run();
	}

	/** The network breaks for a moment. */
	cut() {
		this.socket?.terminate();
	}

	/** A proxy on the way lets no WebSocket through for so long. */
	banSockets(ms) {
		this.socketBanUntil = Date.now() + ms;
		this.cut();
	}

	/** The page is closed; the log stays. */
	close() {
		clearTimeout(this.timer);
		this.core?.stop();
		this.core?.take();
		this.shut();
		if (this.fd !== null) {
			closeSync(this.fd);
			this.fd = null;
		}
	}

	get isDone() {
		return this.core?.closed?.receipt != null;
	}

	/** What the page knows, for a report. */
	get says() {
		const { link, via, phase, closed, locked, review } = this.core;
		const page = this.fd === null ? 'page closed' : 'page open';
		return `${this.device} ${page}, link ${link} by ${via}, phase ${phase}, closed ${closed?.why ?? 'no'}` +
			`${locked && `, locked ${locked}`}, ${review.length} to decide, socket ${this.socket?.readyState ?? 'none'}`;
	}

	/* --- carrying out what the state machine asks for --- */

	run() {
		if (this.isRunning || this.fd === null) {
			return;
		}
		this.isRunning = true;
		for (let effects = this.core.take(); effects.length > 0; effects = this.core.take()) {
			effects.forEach((e) => this.carryOut(e));
		}
		this.isRunning = false;
		clearTimeout(this.timer);
		const at = this.core.nextTimer();
		if (at !== Infinity) {
			this.timer = setTimeout(() => {
				this.core.tick(mono());
				this.run();
			}, Math.max(0, at - mono()));
		}
	}

	carryOut(e) {
		switch (e.t) {
		case 'open':
			this.open();
			break;
		case 'shut':
			this.shut();
			break;
		case 'send':
			this.send(e.frame);
			break;
		case 'http.hello': {
			const { seq, head } = this.core.book.fixedTail();
			this.welcome(e.isTake ? 'take' : 'hello', { gen: this.core.book.base.gen, seq, head,
				device: this.device });
			break;
		}
		case 'http.events':
			this.call('events', { lease: e.lease, events: e.events },
				({ results }) => results.forEach((f) => this.take(f)));
			break;
		case 'http.log':
			this.welcome('log', e.log);
			break;
		case 'http.begin':
			this.welcome('begin', undefined);
			break;
		case 'http.poll':
			this.poll();
			break;
		case 'save':
			e.entries.forEach((entry) => this.save(entry));
			this.disk.base = e.base ?? this.disk.base ?? { ...this.core.book.base };
			break;
		case 'closed':
			this.closed(e.closed);
			break;
		default: /* keys, notices, times: for the screen */
		}
	}

	save(entry) {
		if (!this.made.has(entry.id)) {
			this.made.add(entry.id);
			this.note({ d: 'made', id: entry.id, kind: entry.kind, slot: entry.slot, value: entry.value });
		}
		this.disk.entries.set(entry.id, { ...entry });
	}

	open() {
		this.shut();
		const c = ++this.conn;
		if (Date.now() < this.socketBanUntil) {
			setTimeout(() => this.dropped(c), 5);
			return;
		}
		const socket = new WebSocket(`${this.url.replace('http', 'ws')}/hall/${this.room}`, 'truongthi.v1',
			{ headers: { Authorization: `Bearer ${this.token}` }, perMessageDeflate: false,
				handshakeTimeout: CALL_MS });
		this.socket = socket;
		socket.on('open', () => {
			if (this.socket === socket) {
				this.note({ d: 'open', c });
				this.core.opened();
				this.run();
			}
		});
		socket.on('message', (bytes) => {
			if (this.socket === socket) {
				const f = JSON.parse(bytes.toString());
				this.note({ d: 'in', c, f });
				this.take(f);
				this.run();
			}
		});
		socket.on('error', () => undefined); /* a close follows */
		socket.on('close', (code) => {
			if (this.socket === socket) {
				this.socket = null;
				this.note({ d: 'end', c, code });
				this.dropped(c);
			}
		});
	}

	dropped(c) {
		if (c === this.conn) {
			this.core.dropped(mono());
			this.run();
		}
	}

	shut() {
		const { socket } = this;
		this.socket = null;
		socket?.on('error', () => undefined);
		socket?.terminate();
		this.calls.abort();
		this.calls = new AbortController();
	}

	send(frame) {
		if (this.socket?.readyState === WebSocket.OPEN) {
			this.note({ d: 'out', c: this.conn, f: frame });
			this.socket.send(JSON.stringify(frame));
		} else {
			this.core.dropped(mono());
		}
	}

	take(frame) {
		if (frame.t === 'ack' || frame.t === 'stamp') {
			this.proved++;
			this.stamps += frame.t === 'stamp';
		}
		this.core.frame(frame, mono());
		if (this.core.review.length > 0) { /* the student keeps what this device wrote */
			this.core.decide(new Set(this.core.review.map((item) => item.slot)), mono());
		}
	}

	welcome(what, body) {
		this.call(what, body, (w) => this.take({ ...w, t: 'welcome' }));
	}

	poll() {
		this.call('', undefined, (info) => {
			this.core.frame({ t: 'time', now: info.now, ends: info.endsAt, why: 'tick' }, mono());
			if (info.phase === 'closed' && !this.core.closed) {
				this.core.phase = 'closed';
				this.fetchReceipt();
			}
		});
	}

	/* The receipt may be on another way than the close. */
	closed(closed) {
		if (closed.receipt) {
			this.core.finish();
		} else {
			this.fetchReceipt();
		}
	}

	fetchReceipt() {
		this.call('receipt', undefined, ({ receipt }) => {
			const r = this.client.parseReceipt(this.client.fromB64(receipt));
			this.take({ t: 'closed', why: WHY[r.why] || 'time', at: r.at, gen: r.gen, seq: r.seq, receipt });
		}, () => setTimeout(() => this.fd !== null && this.fetchReceipt(), 1000));
	}

	call(what, body, done, failed = (error) => this.pathFailed(error)) {
		const c = ++this.conn;
		const { signal } = this.calls;
		const isRead = body === undefined && what !== 'begin';
		this.note({ d: 'out', c, via: 'http', what, f: body ?? null });
		const after = (act) => (value) => {
			if (!signal.aborted && this.fd !== null) {
				act(value);
				this.run();
			}
		};
		this.request(isRead ? 'GET' : 'POST', what, body, signal).then((f) => {
			this.note({ d: 'in', c, via: 'http', what, f });
			return f;
		}, (error) => {
			this.note({ d: 'end', c, via: 'http', what, code: error.code ?? error.name });
			throw error;
		}).then(after(done), after(failed));
	}

	pathFailed(error) {
		const code = (error.code ?? '').replace?.(/^hall\./, '') ?? '';
		if (code === 'elsewhere' || code === 'log' || code === 'closed') {
			this.core.frame({ t: 'refused', code }, mono());
		} else {
			this.core.dropped(mono());
		}
	}

	async request(method, what, body, signal) {
		const path = what === 'receipt' ? `/api/v1/attempts/${this.attempt}/receipt`
			: what ? `${this.path}/${what}` : this.path;
		const both = new AbortController();
		const stop = () => both.abort();
		const late = setTimeout(stop, CALL_MS);
		signal?.addEventListener('abort', stop);
		try {
			const response = await fetch(this.url + path, { method, signal: both.signal,
				headers: { Authorization: `Bearer ${this.token}`,
					...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
				body: body === undefined ? undefined : JSON.stringify(body) });
			const answer = await response.json();
			if (!response.ok) {
				throw Object.assign(new Error(`${method} ${path}: ${response.status}`), { code: answer.code });
			}
			return answer;
		} finally {
			clearTimeout(late);
			signal?.removeEventListener('abort', stop);
		}
	}
}
