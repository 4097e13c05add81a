/*
 * Two schools and their province: three processes on three databases, each of the six killed at
 * random moments while the schools' records change and the line between them cuts, delays, doubles
 * and reorders. In the end the province holds what the schools hold, line by line; nothing came
 * twice, nothing was lost, and every receipt is proven by what knows only the province's key.
 *
 *     TT_SEED=7 node --test tests/fault/exchange.test.mjs      TT_FULL=1 for the long one
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { PROVINCE, holds, officer, readAnswer, readStatement } from '../e2e/lib/exchange.mjs';
import { connectDb, insert, makeSchool, signIn } from '../e2e/lib/people.mjs';
import { BIN, Server, pause, until } from '../e2e/lib/server.mjs';
import { Random } from './lib/random.mjs';
import { Wire } from './lib/wire.mjs';

const IS_FULL = process.env.TT_FULL === '1';
const SEED = Number(process.env.TT_SEED ?? (Date.now() % 1_000_000));
const CHANGES = IS_FULL ? 100_000 : 3_000; /* that the two schools tell together, at least */
const STUDENTS = IS_FULL ? 120 : 40; /* of the class whose name changes, in each school */
const KILLS = IS_FULL ? 60 : 6;
const KILL_MEAN_MS = IS_FULL ? 4_000 : 1_000;
const PATIENCE_MS = IS_FULL ? 600_000 : 180_000;

const run = promisify(execFile);
const random = new Random(SEED);
const schools = [];
let province;

const clock = () => new Date().toISOString().slice(11, 23);

/* ---- a process and its database ---- */

class House {
	constructor(server) {
		this.server = server;
		this.kills = { server: 0, database: 0 };
	}

	/** Runs a query; the database may be on its way up or down: then once more. */
	async query(sql, values) {
		return until(sql, async () => {
			const db = await connectDb(this.server).catch(() => null);
			try {
				return db && [(await db.query(sql, values))[0]];
			} catch {
				return null;
			} finally {
				db?.destroy();
			}
		}, PATIENCE_MS, 100).then(([rows]) => rows);
	}

	killDatabase() {
		try {
			return process.kill(Number(readFileSync(join(this.server.dir, 'data/db/mariadbd.pid'), 'utf8')), 'SIGKILL');
		} catch {
			return false;
		}
	}

	async strike(what) {
		this.kills[what]++;
		if (what === 'server') {
			await this.server.kill();
			await this.server.launch();
		} else {
			/* It may still be on its way up from the last time. */
			await until('the database lives', () => this.killDatabase(), PATIENCE_MS, 50);
			await pause(200);
		}
	}
}

/* ---- a school ---- */

class SchoolHouse extends House {
	static async start(mark, index) {
		const house = new SchoolHouse(await Server.start({ 'limit.requests_per_second': 100_000 }));
		house.mark = mark;
		const db = await connectDb(house.server);
		house.school = await makeSchool(db, mark);
		house.classes = [house.school.class];
		const people = await house.addStudents(db, STUDENTS - 4);
		house.students = [...house.school.students.map((s) => s.student), ...people];
		house.office = await signIn(house.server, house.school.office);
		await db.end();
		house.random = new Random(SEED * 10 + index);
		house.deeds = 0;
		house.unheard = 0;
		return house;
	}

	async addStudents(db, count) {
		const all = [];
		for (let i = 0; i < count; i++) {
			const person = await insert(db, 'person', { full_name: `Em Thứ ${i}`, sort_given: `${i}`, sort_rest: 'Em Thứ',
				search_name: `em thu ${i}`, birth_date: '2010-09-05', created_at_ms: Date.now() });
			await insert(db, 'membership', { school_id: this.school.id, person_id: person, role: 3, login: `em${i}` });
			const student = await insert(db, 'student', { school_id: this.school.id, person_id: person, code: `EM${i}` });
			await insert(db, 'enrolment', { school_id: this.school.id, class_id: this.school.class, student_id: student,
				position: 10 + i, from_on: '2026-09-05' });
			all.push(student);
		}
		return all;
	}

	sync(...words) {
		return run(BIN, ['sync', ...words, `--school=${this.school.code}`, '--data', join(this.server.dir, 'data')]);
	}

	async enrol(wire) {
		this.wire = wire;
		const text = await officer(province.server, 'school', 'invite', '--code', this.school.code, '--name', `Trường ${this.mark}`,
			'--level', 'thpt');
		await this.sync('enrol', `--url=${wire.url}`, `--code=${text.match(/([0-9A-Z]{4}-){7}[0-9A-Z]{4}/)[0]}`, '--name=Sở');
		await until(`the first load of ${this.mark}`, async () => (await this.head()).seeded && await this.isThere(), PATIENCE_MS, 200);
	}

	async head() {
		const [row] = await this.query('SELECT number, seeded_at_ms FROM outbox_head WHERE school_id = ?', [this.school.id]);
		return { number: Number(row?.number ?? 0), seeded: Boolean(row?.seeded_at_ms) };
	}

	/** One change by the office; whether it was carried out may stay unknown. */
	async deed() {
		const call = async (method, path, body) => {
			const response = await this.server.ask(method, `/api/v1${path}`, { Authorization: `Bearer ${this.office.token}`,
				'Content-Type': 'application/json' }, body && JSON.stringify(body));
			const text = await response.text();
			assert.ok(response.status < 500 ? response.status < 300 || response.status === 409 : true, `${path} ${response.status} ${text}`);
			return response.status < 300 && text ? JSON.parse(text) : null;
		};
		const word = `${this.random.between(0, 999_999)}`;
		const kind = this.random.next();
		this.deeds++;
		if (kind < 0.3) { /* with the class's name all that stands under it changes its key */
			await call('PUT', `/classes/${this.random.pick(this.classes)}`, { name: `10${this.mark} ${this.random.between(1, 4)}`, grade: 10,
				homeroom: this.school.teacher.id });
		} else if (kind < 0.6) {
			await call('PUT', `/subjects/${this.school.subject}`, { code: 'toan', name: `Toán ${word}`, kind: 'mark' });
		} else {
			const student = this.random.pick(this.students);
			const now = await call('GET', `/students/${student}`);
			await (now && call('PUT', `/students/${student}`, { ...now, fullName: `Học Sinh ${this.mark} ${word}` }));
		}
	}

	async work(isOver) {
		while (!isOver()) {
			try {
				await this.deed();
			} catch (error) {
				if (error.code === 'ERR_ASSERTION') {
					throw error;
				}
				this.unheard++; /* killed meanwhile: done or not */
				await pause(50);
			}
		}
	}

	/* idbanghi -> the newest line, as the school told it. */
	async told() {
		const rows = await this.query('SELECT r.idbanghi, o.line FROM record r JOIN outbox o ON o.school_id = r.school_id' +
			' AND o.number = r.number WHERE r.school_id = ?', [this.school.id]);
		return new Map(rows.map((r) => [r.idbanghi.toString(), r.line.toString()]));
	}

	async held() {
		const rows = await province.query('SELECT r.idbanghi, r.line FROM province_record r JOIN province_school s' +
			' ON s.id = r.school_id WHERE s.code = ?', [this.school.code]);
		return new Map(rows.map((r) => [r.idbanghi.toString(), r.line.toString()]));
	}

	async isThere() {
		const [told, held] = [await this.told(), await this.held()];
		return told.size > 0 && told.size === held.size && [...told].every(([key, line]) => held.get(key) === line);
	}
}

before(async () => {
	console.log(`REPORT seed ${SEED}`);
	province = new House(await Server.start({ ...PROVINCE, 'limit.school_per_second': 10_000, 'limit.address_per_second': 100_000 },
		{ command: 'province' }));
	schools.push(...await Promise.all(['ALPHA', 'BETA'].map((mark, i) => SchoolHouse.start(mark, i))));
	await Promise.all(schools.map(async (s, i) => s.enrol(await Wire.open(province.server, new Random(SEED * 100 + i)))));
}, { timeout: PATIENCE_MS });

after(async () => {
	for (const house of [...schools, province].filter(Boolean)) {
		await house.wire?.close();
		await house.server.stop();
	}
});

test('nothing is lost and nothing comes twice', { timeout: 6 * PATIENCE_MS }, async () => {
	const houses = [province, ...schools];
	const first = await Promise.all(schools.map((s) => s.head()));
	const changes = async () => (await Promise.all(schools.map((s) => s.head()))).reduce((sum, h, i) => sum + h.number - first[i].number, 0);
	let isOver = false;
	schools.forEach((s) => { s.wire.isCalm = false; });
	const works = schools.map((s) => s.work(() => isOver));
	const failed = Promise.all(works).then(() => undefined, (error) => { isOver = error; });
	const victims = random.shuffle(Array.from({ length: KILLS }, (_, i) => [houses[i % 3], i % 6 < 3 ? 'server' : 'database']));
	try {
		for (const [house, what] of victims) {
			await pause(Math.min(random.wait(KILL_MEAN_MS), 3 * KILL_MEAN_MS));
			console.log(`REPORT ${clock()} SIGKILL ${what} of ${house.mark ?? 'the province'}`);
			await house.strike(what);
		}
		await until('enough was changed', async () => isOver || await changes() >= CHANGES, 4 * PATIENCE_MS, 500);
		assert.ok(!isOver, isOver?.stack);
	} finally {
		isOver ||= true;
		await failed;
	}
	await Promise.all(schools.map((s) => until(`everything of ${s.mark} is there`, () => s.isThere(), PATIENCE_MS, 300)));
	schools.forEach((s) => { s.wire.isCalm = true; });
	console.log(`REPORT ${await changes()} changes by ${schools.map((s) => s.deeds).join(' + ')} deeds (${schools.map((s) => s.unheard).join(' + ')}` +
		` unheard of), killed: ${houses.map((h) => `${h.mark ?? 'province'} ${h.kills.server} + ${h.kills.database}`).join(', ')}`);
	console.log(`REPORT the line: ${schools.map((s) => JSON.stringify(s.wire.counts)).join(' ')}`);
});

test('what was told is what is there, and the tree says so, too', async () => {
	for (const s of schools) {
		assert.equal((await s.sync('check')).stdout.includes('untold'), false);
		assert.match((await s.sync('compare')).stdout, /: 0 records differ/);
	}
});

test('each batch was applied once, and each receipt is proven by the province\'s key alone', async () => {
	const { keys } = await (await province.server.ask('GET', '/api/v1/exchange/keys')).json();
	const key = Buffer.from(keys.at(-1).key, 'hex');
	for (const s of schools) {
		/* The province may hold what an answer that was cut off has not told the school yet. */
		await until('each batch is answered', async () =>
			(await s.query('SELECT 1 FROM outgoing WHERE state < 3')).length === 0, PATIENCE_MS, 200);
		const sent = await s.query('SELECT batch_id, first_number, last_number, body_hash, records, state, statement, signature' +
			' FROM outgoing WHERE school_id = ? ORDER BY id', [s.school.id]);
		const came = new Map((await province.query('SELECT i.batch_id, i.answer FROM incoming i JOIN province_school p ON p.id = i.school_id' +
			' WHERE p.code = ?', [s.school.code])).map((row) => [row.batch_id.toString('hex'), row.answer]));
		let carried = 0; /* changes of the outbox */
		let applied = 0;
		for (const batch of sent) {
			assert.equal(Number(batch.state), 3, 'answered');
			assert.ok(holds(key, batch.statement, batch.signature), 'signed by the province');
			const said = readStatement(batch.statement);
			assert.deepEqual([said.school, said.batch, said.body], [s.school.code, batch.batch_id.toString('hex'), batch.body_hash]);
			assert.deepEqual([said.applied, said.stale, said.rejected], [Number(batch.records), 0, 0], 'each of them for the first time');
			assert.equal(Number(batch.first_number), carried, 'no change left out, none in two batches');
			assert.equal(said.applied, Number(batch.last_number) - carried, 'each change of it');
			carried = Number(batch.last_number);
			applied += said.applied;
			const answer = readAnswer(came.get(said.batch), key);
			assert.deepEqual(answer.statement, batch.statement, 'both keep the same');
		}
		const { number } = await s.head();
		assert.equal(came.size, sent.length, 'no batch that the school does not know');
		assert.equal(carried, number, 'up to the last change');
		console.log(`REPORT ${s.mark}: ${number} changes, ${applied} of them sent and applied in ${sent.length} batches, ` +
			`${sent.length} receipts proven; ${(await s.held()).size} records equal`);
	}
});
