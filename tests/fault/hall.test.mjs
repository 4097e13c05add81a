/*
 * Kills and cuts under load: 240 students in their browsers, a real server with its own database,
 * SIGKILL to either or both at random moments and while a commit is under way. Afterwards a
 * verifier that reads nothing but the browsers' logs and the tables says what was lost.
 *
 *     TT_SEED=7 node --test tests/fault/hall.test.mjs      TT_FULL=1 for the long one
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectDb } from '../e2e/lib/people.mjs';
import { Server, pause, until } from '../e2e/lib/server.mjs';
import { Browser, loadCore } from './lib/browser.mjs';
import { Chaos } from './lib/chaos.mjs';
import { SLOT_COUNT, makeBigSitting, makePlace, slotKind } from './lib/place.mjs';
import { Random } from './lib/random.mjs';

const IS_FULL = process.env.TT_FULL === '1';
const SEED = Number(process.env.TT_SEED ?? (Date.now() % 1_000_000));
const MAIN_COUNT = 200;
const SHORT_COUNT = 40;      /* in the sitting whose end comes while the database hangs */
const SHORT_LIMIT_MS = 20_000;
const GRACE_MS = 2_000;
const SABOTAGED_COUNT = 5;
const ANSWER_MEAN_MS = 450;
const PATIENCE_MS = 120_000; /* for whatever takes a second on a machine that is free */

const random = new Random(SEED);
const place = fileURLToPath(new URL('.', import.meta.url));
const sitters = [];
let client;
let server;
let db;
let logs;
let chaos;
let sittings;
let isOver = false;

/* --- students --- */

class Sitter {
	constructor(who, index) {
		Object.assign(this, who);
		this.name = `s${String(index).padStart(3, '0')}`;
		this.random = new Random(SEED * 1000 + index);
		this.devices = 0;
		this.count = 0;
		this.browsers = [];
	}

	get browser() {
		return this.browsers.at(-1);
	}

	async comeIn() {
		this.devices++;
		const browser = new Browser({ client, url: server.url, room: this.room, attempt: this.attempt,
			token: this.token, device: randomBytes(16).toString('base64url'), random: this.random,
			log: join(logs, `${this.name}-${this.devices}.jsonl`) });
		while (!isOver) {
			try {
				await browser.begin();
				break;
			} catch {
				await pause(200 + this.random.wait(800)); /* the page could not be loaded: again */
			}
		}
		this.browsers.push(browser);
		return browser;
	}

	/** An answer that stands nowhere else, where the kind of question lets it. */
	value(slot) {
		const mark = `#${this.name}.${++this.count}`;
		switch (slotKind(slot)) {
		case 'single':
			return this.random.pick(['A', 'B', 'C', 'D']);
		case 'multiple':
			return ['A', 'B', 'C', 'D'].filter(() => this.random.chance(0.5));
		case 'truefalse':
			return [0, 0, 0, 0].map(() => this.random.pick([true, false, null]));
		case 'numeric':
			return `${this.count},${this.random.between(0, 99)}`;
		case 'essay':
			return `${mark} ${'Bài làm dài. '.repeat(this.random.between(1, 60))}`;
		default:
			return this.random.chance(0.03) ? null : `trả lời ${mark}`;
		}
	}

	async work() {
		await this.comeIn();
		while (!isOver && !this.isLeaving) {
			await pause(this.random.wait(ANSWER_MEAN_MS));
			if (this.isLeaving || isOver) {
				return;
			}
			this.stayHere();
			const slot = this.random.between(1, SLOT_COUNT);
			this.browser.answer(slot, this.value(slot));
			await this.mishap();
		}
	}

	async mishap() {
		const luck = this.random.next();
		if (luck < 0.02) {
			this.browser.signal(this.random.pick(['blur', 'focus']));
		} else if (luck < 0.024) {
			this.browser.cut();
		} else if (luck < 0.028) {
			this.browser.reload();
		} else if (luck < 0.031) {
			this.browser.banSockets(this.random.between(5_000, 15_000));
		} else if (luck < 0.033 && this.devices < 4) {
			await this.changeDevice();
		}
	}

	/* The other device's page is closed once it has been told, or soon: left open it would come in
	 * again when the server is new, and say once more what this one has changed meanwhile. */
	async changeDevice() {
		const old = this.browser;
		(await this.comeIn()).takeOver();
		await until('the other device is told', () => old.core.link === 'taken', 500, 20).catch(() => undefined);
		old.close();
	}

	/* The device before may still have been on its way in, because somebody had said so there, and
	 * have taken the exam back before it was closed. The student sits here, and presses the button. */
	stayHere() {
		const link = this.browser?.core.link;
		if (link === 'taken' || link === 'elsewhere') {
			this.browser.takeOver();
		}
	}

	/** True when a browser holds the receipt. */
	get isDone() {
		return this.browsers.some((b) => b.isDone);
	}

	isTold(seq) {
		return this.browsers.some((b) => b.core.book.fixedTail().seq >= seq);
	}
}

const proofs = (list) => list.map((s) => s.browsers.reduce((n, b) => n + b.proved, 0));
const stampCount = (list) => list.reduce((n, s) => n + s.browsers.reduce((m, b) => m + b.stamps, 0), 0);

/** Until three quarters of them hear of their answers again. */
async function flows(list) {
	const before = proofs(list);
	await until('the exam goes on', () => {
		const now = proofs(list);
		return now.filter((n, i) => n > before[i]).length >= list.length * 0.75;
	}, PATIENCE_MS, 50);
}

/** Until the server and its database answer. */
async function isReady() {
	await until('the server is ready', async () => {
		const response = await fetch(`${server.url}/readyz`).catch(() => null);
		return response?.status === 200;
	}, PATIENCE_MS, 50);
}

/* --- the plan of a run --- */

function plan() {
	const counts = IS_FULL
		? { heldServer: 3, heldDatabase: 3, releasedServer: 3, releasedDatabase: 3, both: 4, server: 4, database: 4 }
		: { heldServer: 1, releasedDatabase: 1, both: 1, server: 1 };
	const steps = Object.entries(counts).flatMap(([name, n]) => Array(n).fill(name));
	return random.shuffle(steps);
}

async function carryOut(step) {
	const isTold = (attempt, seq) => sitters.find((s) => s.attempt === attempt)?.isTold(seq) ?? false;
	switch (step) {
	case 'heldServer':
		return chaos.killHeld('server');
	case 'heldDatabase':
		return chaos.killHeld('database');
	case 'releasedServer':
		return chaos.killReleased('server', isTold);
	case 'releasedDatabase':
		return chaos.killReleased('database', isTold);
	default:
		return chaos.killNow(step);
	}
}

/* The second sitting, which begins now. */
async function beginShort() {
	const { place: made } = sittings;
	sittings.short = await makeBigSitting(db, made, made.students.slice(MAIN_COUNT), SHORT_LIMIT_MS);
	await db.end();
	const short = sittings.short.sitters.map((who, i) => new Sitter(who, MAIN_COUNT + i));
	sitters.push(...short);
	return short;
}

/* The short sitting ends while the database hangs with a commit under way. What its students sent
 * in time is stamped, and counts. */
async function endDuringHang(short) {
	const { endsAt } = sittings.short;
	await pause(Math.max(0, endsAt - 3_500 - Date.now()));
	const before = stampCount(short);
	const end = await chaos.hang();
	await until('stamps come, or the end', () => stampCount(short) > before || Date.now() > endsAt, PATIENCE_MS, 20);
	const isStamping = stampCount(short) > before;
	const { database, journal } = await (await fetch(`${server.url}/readyz`)).json();
	assert.ok(!isStamping || (!database.reachable && journal.inUse && journal.bytes > 0 && journal.says), JSON.stringify(journal));
	await pause(Math.max(0, endsAt + GRACE_MS + 1_000 - Date.now()));
	await end();
}

/* A cluster's worst day: rows that were acknowledged are gone, and the students' browsers, which
 * come back then, hold the proofs. */
async function loseAcknowledged(list) {
	for (const s of list) {
		s.isLeaving = true;
		s.browser.shut();
		clearTimeout(s.browser.timer);
	}
	const tails = async () => {
		const [rows] = await db.query('SELECT MAX(seq) AS seq FROM event WHERE attempt_id IN (?) GROUP BY attempt_id' +
			' ORDER BY attempt_id', [list.map((s) => Buffer.from(s.attempt, 'base64url'))]);
		return rows.map(({ seq }) => Number(seq));
	};
	let before = await tails();
	await until('nothing of theirs is under way', async () => { /* the server believes what it wrote last */
		await pause(2_000);
		const was = before;
		before = await tails();
		return before.every((seq, i) => seq === was[i]);
	}, PATIENCE_MS, 0);
	for (const s of list) {
		await db.query('DELETE FROM event WHERE attempt_id = ? ORDER BY seq DESC LIMIT ?',
			[Buffer.from(s.attempt, 'base64url'), s.random.between(1, 4)]);
		s.browser.reload();
	}
	await until('all is healed', async () => (await tails()).every((seq, i) => seq >= before[i]), PATIENCE_MS, 200);
}

async function handIn(list) {
	const [themselves, rest] = [list.filter((_, i) => i % 3 === 0), list.filter((_, i) => i % 3 !== 0)];
	themselves.forEach((s) => s.browser.submit());
	await pause(500);
	for (const room of sittings.main.rooms) {
		const response = await server.call('POST', `/api/v1/rooms/${room}/acts`, { body: { kind: 'handin' },
			as: { token: sittings.teacher }, headers: { 'Idempotency-Key': randomBytes(16).toString('base64url') } });
		assert.ok(response.ok, `${response.status} ${await response.text()}`);
	}
	return rest;
}

/** Until every student holds the receipt; whoever does not is told of with all that he sees. */
async function everybodyHasReceipt() {
	const without = () => sitters.filter((s) => !s.isDone);
	const areDone = () => {
		without().forEach((s) => s.stayHere());
		return without().length === 0;
	};
	await until('everybody has a receipt', areDone, PATIENCE_MS, 100).catch((error) => {
		for (const s of without()) {
			console.log(`REPORT without a receipt: ${s.name} ${s.attempt}, ${s.browsers.map((b) => b.says).join('; ')}`);
		}
		console.log(`REPORT server ${server.exit ? `ended: ${JSON.stringify(server.exit)}` : 'runs'}, its last words:\n` +
			server.log.slice(-4000));
		throw error;
	});
}

/* --- the verifier --- */

function verify() {
	const args = [join(place, 'verify.mjs'), logs, join(server.dir, 'data/db/mariadbd.sock'), 'truongthi'];
	return new Promise((done) => {
		execFile(process.execPath, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
			let verdict = { told: [stderr] };
			try {
				verdict = JSON.parse(stdout);
			} catch {
				/* it died: what it said is told */
			}
			done({ status: error ? error.code : 0, ...verdict });
		});
	});
}

before(async () => {
	console.log(`REPORT seed ${SEED}${IS_FULL ? ', the long run' : ''}: again with TT_SEED=${SEED}`);
	client = await loadCore();
	logs = await mkdtemp(join(tmpdir(), 'truongthi-fault-'));
	server = await Server.start({ 'limit.address_per_second': 100_000, 'log.level': 'warn' });
	chaos = new Chaos(server, random);
	db = await connectDb(server);
	const made = await makePlace(db, MAIN_COUNT + SHORT_COUNT);
	sittings = { teacher: made.teacher, place: made };
	sittings.main = await makeBigSitting(db, made, made.students.slice(0, MAIN_COUNT), 3_600_000);
	sittings.main.sitters.forEach((who) => sitters.push(new Sitter(who, sitters.length)));
	const keys = await (await server.call('GET', '/api/v1/keys')).json();
	await writeFile(join(logs, 'keys.jsonl'), JSON.stringify({ d: 'keys', f: keys }));
});

after(async () => {
	isOver = true;
	sitters.forEach((s) => s.browsers.forEach((b) => b.close()));
	await db?.end().catch(() => undefined);
	if (process.env.TT_KEEP) {
		console.log(`kept: ${logs}`);
		await writeFile(join(logs, 'server.log'), server?.log ?? '');
	}
	await server?.stop();
	if (logs && !process.env.TT_KEEP) {
		await rm(logs, { recursive: true, force: true });
	}
});

test('nothing that was acknowledged or stamped is lost', async () => {
	const main = [...sitters];
	const atWork = main.map((s) => s.work());
	await until('all are in', () => proofs(main).every((n) => n > 0), PATIENCE_MS, 50);
	const short = await beginShort();
	atWork.push(...short.map((s) => s.work()));
	await endDuringHang(short);
	await isReady();
	await flows(main);
	for (const step of plan()) {
		await pause(random.between(200, 1500));
		await carryOut(step);
		if (server.exit) {
			await server.launch();
		}
		await isReady();
		await flows(main);
	}
	db = await connectDb(server);
	/* Of several devices only one holds the proofs, and it may not be the one that comes back. */
	await loseAcknowledged(main.filter((s) => s.devices === 1).slice(0, SABOTAGED_COUNT));
	await handIn(main);
	sitters.forEach((s) => { s.isLeaving = true; });
	await everybodyHasReceipt();
	isOver = true;
	await Promise.all(atWork);

	const verdict = await verify();
	const commits = chaos.kills.filter(({ commit }) => commit).length;
	const { told, ...counts } = verdict;
	console.log(`REPORT fault: seed ${SEED}, ${sitters.length} sitters, ${chaos.kills.length} kills, ${commits} of ` +
		`them during a commit; ${Object.entries(counts).map(([k, v]) => `${k} ${v}`).join(', ')}`);
	assert.equal(verdict.status, 0, `seed ${SEED}\n${told.join('\n')}`);
	assert.equal(verdict.lost + verdict.doubled + verdict.wrong + verdict.forked, 0);
	assert.equal(verdict.attempts, MAIN_COUNT + SHORT_COUNT);
	assert.equal(verdict.receipts, MAIN_COUNT + SHORT_COUNT);
	assert.ok(chaos.kills.length >= (IS_FULL ? 20 : 5) && commits >= (IS_FULL ? 5 : 1));
	assert.ok(verdict.acknowledged > 1000 && verdict.stamped > 0 && verdict.healed > 0, JSON.stringify(counts));
});

/* The verifier is only worth something when it finds what was planted. */
const plants = [
	['a stored event is deleted', "DELETE FROM event WHERE attempt_id = ? AND seq = 3"],
	['the last event before the close is deleted', 'DELETE FROM event WHERE attempt_id = ? AND kind <> 255' +
		' ORDER BY seq DESC LIMIT 1'],
	['a byte of a value is flipped', "UPDATE event SET value = INSERT(value, 2, 1, CHAR(ASCII(SUBSTRING(value, 2, 1)) ^ 1))" +
		' WHERE attempt_id = ? AND kind = 1 AND LENGTH(value) > 4 ORDER BY seq LIMIT 1'],
	['a time is moved', 'UPDATE event SET at_ms = at_ms - 1 WHERE attempt_id = ? AND seq = 2'],
	['a byte of the receipt is flipped', 'UPDATE receipt SET bytes = INSERT(bytes, 100, 1,' +
		' CHAR(ASCII(SUBSTRING(bytes, 100, 1)) ^ 1)) WHERE attempt_id = ?'],
	['a close is doubled', 'INSERT INTO event SELECT attempt_id, gen, seq + 1, school_id, kind, slot, lease, at_ms,' +
		' flags, value, head, times FROM event WHERE attempt_id = ? AND kind = 255'],
];

for (const [name, sql] of plants) {
	test(`the verifier finds: ${name}`, async () => {
		const id = Buffer.from(sitters[random.between(10, MAIN_COUNT - 1)].attempt, 'base64url');
		const tables = ['event', 'receipt'];
		const kept = {};
		for (const table of tables) {
			[kept[table]] = await db.query(`SELECT * FROM ${table} WHERE attempt_id = ?`, [id]);
		}
		const [planted] = await db.query(sql, [id]);
		assert.equal(planted.affectedRows, 1);
		const verdict = await verify();
		for (const table of tables) {
			await db.query(`DELETE FROM ${table} WHERE attempt_id = ?`, [id]);
			const names = Object.keys(kept[table][0]);
			await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ?`,
				[kept[table].map((row) => names.map((column) => row[column]))]);
		}
		assert.equal(verdict.status, 1);
		assert.ok(verdict.told.some((line) => line.startsWith(id.toString('base64url'))), verdict.told.join('\n'));
	});
}

test('the verifier finds an acknowledged event that a log knows and the tables do not', async () => {
	const name = (await readdir(logs)).find((file) => file.startsWith('s020-'));
	const path = join(logs, name);
	const text = await readFile(path, 'utf8');
	const lines = text.split('\n');
	const at = lines.findIndex((line) => line.includes('"t":"ack"') && line.includes('"d":"in"'));
	const ack = JSON.parse(lines[at]);
	const frame = ack.f.t === 'ack' ? ack.f : ack.f.results.find(({ t }) => t === 'ack');
	frame.head = randomBytes(32).toString('base64url');
	await writeFile(path, [...lines.slice(0, at), JSON.stringify(ack), ...lines.slice(at + 1)].join('\n'));
	const verdict = await verify();
	await writeFile(path, text);
	assert.equal(verdict.status, 1);
	assert.equal(verdict.lost, 1);
	assert.equal((await verify()).status, 0, 'and nothing once all is as it was');
});
