/*
 * Judges a fault run. Reads only what the browsers wrote down (lib/browser.mjs says how) and the
 * tables by SQL, and knows the protocol from docs/protocol.md alone.
 *
 *     node verify.mjs LOGS SOCKET DATABASE
 *
 * prints one JSON object: counts, and what is lost, doubled or otherwise wrong. Exit status 0 when
 * nothing is.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import mysql from 'mysql2/promise';
import { KIND, answersHash, genesis, isSigned, keyId, nextHead, nextTimes, parseReceipt } from '../e2e/lib/protocol.mjs';

const STATE_CLOSED = 3;
const WRONG_MAX = 50; /* told one by one */

const b64 = (text) => Buffer.from(text, 'base64url');

/* What an event's frame says, as the record keeps it. */
function eventOf(frame) {
	switch (frame.t) {
	case 'answer':
		return { kind: KIND.answer, slot: frame.slot, value: JSON.stringify(frame.value) };
	case 'event':
		return { kind: KIND.event, slot: 0,
			value: JSON.stringify(frame.detail === undefined ? frame.kind : [frame.kind, frame.detail]) };
	default:
		return { kind: KIND.submit, slot: 0, value: 'null' };
	}
}

const same = (a, b) => a.kind === b.kind && a.slot === b.slot && a.value === b.value;

/* --- the browsers' logs --- */

/* Everything that was claimed about one attempt, by any of its devices. */
class Claims {
	constructor(who) {
		this.who = who;
		this.proofs = [];   /* { what, gen, seq, event?, at?, head?, lease?, mac? } */
		this.welcomes = [];
		this.closed = [];
		this.late = [];     /* events refused as late, for good */
		this.sent = new Map(); /* "seq" to the events ever sent under it */
		this.sentCount = 0;
	}
}

class LogReader {
	constructor(claims) {
		this.claims = claims;
		this.gen = 1;
		this.now = new Map(); /* number to the event last sent under it */
	}

	line(line) {
		if (line.d === 'out') {
			this.out(line.via === 'http' && line.what === 'events' ? line.f.events : [line.f ?? {}]);
		} else if (line.d === 'in') {
			this.in(line.via === 'http' ? this.frames(line) : [line.f]);
		}
	}

	frames({ what, f }) {
		switch (what) {
		case 'events':
			return f.results;
		case 'hello':
		case 'take':
		case 'begin':
		case 'log':
			return [{ ...f, t: 'welcome' }];
		case 'receipt':
			return [{ t: 'closed', receipt: f.receipt }];
		default:
			return [];
		}
	}

	out(frames) {
		for (const f of frames.filter(({ t }) => ['answer', 'event', 'submit'].includes(t))) {
			const event = eventOf(f);
			this.claims.sentCount++;
			this.now.set(f.seq, event);
			this.claims.sent.set(f.seq, [...(this.claims.sent.get(f.seq) ?? []), event]);
		}
	}

	in(frames) {
		for (const f of frames) {
			if (f.t === 'ack' || f.t === 'stamp') {
				this.proof(f);
			} else if (f.t === 'welcome') {
				this.gen = f.gen;
				this.claims.welcomes.push(f);
			} else if (f.t === 'closed' && f.receipt) {
				this.claims.closed.push(f);
			} else if (f.t === 'refused' && f.seq !== undefined) {
				if (f.code === 'late' && this.now.has(f.seq)) {
					this.claims.late.push(this.now.get(f.seq));
				}
				this.now.delete(f.seq);
			}
		}
	}

	proof(f) {
		const last = f.upto ?? f.seq;
		for (let seq = f.seq; seq <= last; seq++) {
			const top = seq === last ? { at: f.at, head: b64(f.head), lease: f.lease, mac: f.mac } : {};
			this.claims.proofs.push({ what: f.t, gen: this.gen, seq, event: this.now.get(seq), ...top });
		}
	}
}

function readLogs(dir) {
	const attempts = new Map();
	const keys = new Map();
	for (const name of readdirSync(dir).filter((file) => file.endsWith('.jsonl')).sort()) {
		const lines = readFileSync(join(dir, name), 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l));
		if (lines[0]?.d === 'keys') {
			for (const { publicKey } of lines[0].f.keys) {
				keys.set(keyId(b64(publicKey)).toString('hex'), b64(publicKey));
			}
			continue;
		}
		const who = lines.find((l) => l.d === 'who');
		if (!who) {
			continue; /* a device that never came in */
		}
		if (!attempts.has(who.attempt)) {
			attempts.set(who.attempt, new Claims(who));
		}
		const reader = new LogReader(attempts.get(who.attempt));
		lines.forEach((line) => reader.line(line));
	}
	return { attempts, keys };
}

/* --- the tables --- */

async function readTables(db) {
	const attempts = new Map();
	const [rows] = await db.query('SELECT a.id, a.school_id, a.sitting_id, a.variant, a.salt, a.state, a.gen,' +
		' a.seq, a.head, a.times, a.ends_at_ms, a.closed_at_ms, a.close_why, s.grace_ms FROM attempt a' +
		' JOIN sitting s ON s.id = a.sitting_id AND s.school_id = a.school_id');
	for (const row of rows) {
		attempts.set(row.id.toString('base64url'), { row, gens: new Map(), receipts: new Map(), forks: [] });
	}
	const of = (row) => attempts.get(row.attempt_id.toString('base64url'));
	const [events] = await db.query('SELECT attempt_id, gen, seq, kind, slot, lease, at_ms, flags, value, head,' +
		' times FROM event ORDER BY attempt_id, gen, seq');
	for (const e of events) {
		const { gens } = of(e);
		gens.set(e.gen, gens.get(e.gen) ?? []);
		gens.get(e.gen).push({ ...e, value: e.value.toString(), bytes: e.value });
	}
	const [receipts] = await db.query('SELECT attempt_id, gen, bytes, signature FROM receipt');
	receipts.forEach((r) => of(r).receipts.set(r.gen, r));
	const [forks] = await db.query('SELECT attempt_id, gen, seq, kind, slot, value FROM event_fork');
	forks.forEach((f) => of(f).forks.push({ ...f, value: f.value.toString() }));
	return attempts;
}

/* --- judging --- */

class Judge {
	constructor(keys) {
		this.keys = keys;
		this.counts = { attempts: 0, sent: 0, acknowledged: 0, stamped: 0, stampedInTime: 0, welcomes: 0, stored: 0,
			healed: 0, forked: 0, closed: 0, receipts: 0 };
		this.lost = [];
		this.doubled = [];
		this.wrong = [];
	}

	check(is, name, what) {
		if (!is) {
			this.wrong.push(`${name}: ${what}`);
		}
	}

	/** One generation: numbers, chain, times, and the fold behind each number. */
	chain(name, table, gen, rows) {
		const { row } = table;
		const closes = rows.filter((e) => e.kind === KIND.close);
		this.check(closes.length === 1, name, `${closes.length} closes in generation ${gen}`);
		this.check(rows.at(-1).kind === KIND.close, name, `generation ${gen} does not end with its close`);
		let head = genesis({ school: row.school_id, sitting: row.sitting_id, attempt: row.id, salt: row.salt,
			variant: row.variant });
		let times = Buffer.alloc(32);
		let last = 0;
		const answers = new Map();
		rows.forEach((e, i) => {
			this.check(e.seq === i + 1, name, `number ${e.seq} in place ${i + 1} of generation ${gen}`);
			if (e.kind !== KIND.close) {
				head = nextHead(head, row.id, { ...e, value: e.bytes });
				this.check(e.at_ms >= last, name, `the time of ${e.seq} goes back`);
				this.check(e.at_ms <= row.ends_at_ms + row.grace_ms, name, `${e.seq} counts and came too late`);
				last = e.at_ms;
			}
			times = nextTimes(times, head, e.at_ms);
			this.check(e.head.equals(head), name, `the head of ${e.seq} does not recompute`);
			this.check(e.times.equals(times), name, `the times of ${e.seq} do not recompute`);
			if (e.kind === KIND.answer) {
				answers.set(e.slot, e.bytes);
			}
		});
		return { head, times, answers, seq: rows.length - 1 };
	}

	receipt(name, table, gen, end, rows) {
		const stored = table.receipts.get(gen);
		if (!stored) {
			this.wrong.push(`${name}: generation ${gen} has no receipt`);
			return;
		}
		const r = parseReceipt(stored.bytes);
		const key = r && this.keys.get(r.kid.toString('hex'));
		const { row } = table;
		this.check(r?.kind === 'TT1R' && key && isSigned(stored.bytes, stored.signature, key), name,
			'the receipt does not verify');
		if (!r) {
			return;
		}
		this.counts.receipts++;
		this.check(r.school === String(row.school_id) && r.sitting.equals(row.sitting_id) && r.attempt.equals(row.id) &&
			r.gen === gen, name, 'the receipt is another attempt\'s');
		this.check(r.seq === end.seq && r.head.equals(end.head) && r.times.equals(end.times), name,
			'the receipt does not end where the record does');
		this.check(r.answers.equals(answersHash(row.salt, end.answers)), name, 'the receipt\'s answers are others');
		this.check(r.at === rows.at(-1).at_ms, name, 'the receipt\'s time is another');
	}

	/** What acks and stamps promised. */
	promises(name, claims, table) {
		const { row } = table;
		const seen = new Map();
		for (const p of claims.proofs) {
			const stored = table.gens.get(p.gen)?.[p.seq - 1];
			const id = `${p.gen} ${p.seq}`;
			const what = seen.get(id) ?? new Set();
			seen.set(id, what.add(p.what));
			const isThere = stored && stored.seq === p.seq && stored.kind !== KIND.close &&
				(!p.event || same(stored, p.event)) && (!p.head || stored.head.equals(p.head));
			if (isThere) {
				this.check(p.at === undefined || p.at === stored.at_ms, name,
					`${p.what} of ${p.seq} says ${p.at}, stored is ${stored.at_ms}`);
			} else if (table.forks.some((f) => f.gen === p.gen && f.seq === p.seq && p.event && same(f, p.event))) {
				this.counts.forked++;
			} else {
				this.lost.push(`${name}: ${p.what} of ${p.seq} (${JSON.stringify(p.event ?? null)}), stored ` +
					JSON.stringify(stored ? { seq: stored.seq, kind: stored.kind, slot: stored.slot, value: stored.value } : null));
			}
			if (p.what === 'stamp' && p.at !== undefined && p.at <= row.ends_at_ms + row.grace_ms) {
				const r = table.receipts.get(row.gen);
				this.check(r && parseReceipt(r.bytes)?.seq >= p.seq, name, `the stamp of ${p.seq} was in time and does not count`);
				this.counts.stampedInTime++;
			}
		}
		for (const what of seen.values()) {
			this.counts.acknowledged += what.has('ack');
			this.counts.stamped += what.has('stamp');
		}
	}

	/** What a welcome said of the record is how the record begins. */
	welcomes(name, claims, table) {
		for (const w of claims.welcomes) {
			const rows = table.gens.get(w.gen) ?? [];
			const at = rows[w.seq - 1];
			this.counts.welcomes++;
			if (w.seq > 0 && !(at?.seq === w.seq && at.head.equals(b64(w.head)))) {
				this.lost.push(`${name}: a welcome at ${w.seq} that the record does not have`);
				continue;
			}
			const fold = new Map(rows.slice(0, w.seq).filter((e) => e.kind === KIND.answer).map((e) => [e.slot, e.value]));
			const told = Object.entries(w.answers).map(([slot, value]) => [Number(slot), JSON.stringify(value)]);
			const folded = [...fold].filter(([, value]) => value !== 'null');
			this.check(folded.length === told.filter(([, value]) => value !== 'null').length &&
				told.every(([slot, value]) => (fold.get(slot) ?? 'null') === value), name,
			`the answers of the welcome at ${w.seq} are not the record's`);
		}
	}

	/** Every stored event was sent under its number, none twice, and none that was refused as late. */
	origins(name, claims, table) {
		for (const [gen, rows] of table.gens) {
			const values = new Set();
			for (const e of rows.filter(({ kind }) => kind !== KIND.close)) {
				this.check((claims.sent.get(e.seq) ?? []).some((s) => same(s, e)), name,
					`${e.seq} of generation ${gen} was sent by no browser`);
				if (gen === table.row.gen) {
					this.counts.stored++;
					this.counts.healed += (e.flags & 4) !== 0;
				}
				const isOnce = e.kind === KIND.answer && e.value.includes('#');
				if (isOnce && values.has(e.value)) {
					this.doubled.push(`${name}: ${e.value} stands twice`);
				}
				values.add(e.value);
			}
			for (const late of claims.late.filter(({ value }) => value.includes('#'))) {
				this.check(!values.has(late.value), name, `${late.value} was refused as late and stands in the record`);
			}
		}
	}

	attempt(name, claims, table) {
		const { row } = table;
		this.counts.attempts++;
		this.counts.sent += claims.sentCount;
		this.check(row.state === STATE_CLOSED, name, 'is not closed');
		this.counts.closed += row.state === STATE_CLOSED;
		for (const [gen, rows] of table.gens) {
			const end = this.chain(name, table, gen, rows);
			this.receipt(name, table, gen, end, rows);
			if (gen === row.gen) {
				this.check(row.seq === end.seq && row.head.equals(end.head) && row.times.equals(end.times) &&
					row.closed_at_ms === rows.at(-1).at_ms, name, 'the attempt\'s row does not end where its record does');
			}
		}
		this.check(table.gens.has(row.gen) && table.receipts.size === table.gens.size, name,
			`${table.gens.size} generations, ${table.receipts.size} receipts`);
		this.promises(name, claims, table);
		this.welcomes(name, claims, table);
		this.origins(name, claims, table);
		for (const f of claims.closed) {
			const found = [...table.receipts.values()].some((r) =>
				Buffer.concat([r.bytes, r.signature]).equals(b64(f.receipt)));
			this.check(found, name, 'a browser holds a receipt that the table does not');
		}
	}
}

/** { ok, counts, lost, doubled, wrong } */
export async function judge(dir, socketPath, database) {
	const { attempts, keys } = readLogs(dir);
	const db = await mysql.createConnection({ socketPath, user: 'root', database });
	try {
		const tables = await readTables(db);
		const j = new Judge(keys);
		for (const [name, claims] of attempts) {
			const table = tables.get(name);
			if (table) {
				j.attempt(name, claims, table);
			} else {
				j.lost.push(`${name}: the whole attempt`);
			}
		}
		for (const name of tables.keys()) {
			j.check(attempts.has(name), name, 'an attempt that no browser knows');
		}
		const ok = attempts.size > 0 && j.lost.length + j.doubled.length + j.wrong.length === 0;
		const some = (list) => list.slice(0, WRONG_MAX);
		return { ok, ...j.counts, lost: j.lost.length, doubled: j.doubled.length, wrong: j.wrong.length,
			told: [...some(j.lost), ...some(j.doubled), ...some(j.wrong)] };
	} finally {
		await db.end();
	}
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	if (process.argv.length !== 5) {
		console.error('usage: node verify.mjs LOGS SOCKET DATABASE');
		process.exit(2);
	}
	const verdict = await judge(...process.argv.slice(2));
	console.log(JSON.stringify(verdict));
	process.exit(verdict.ok ? 0 : 1);
}
