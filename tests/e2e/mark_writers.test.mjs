/*
 * Twenty teachers write into one class at once over HTTP, with answers that get lost on the way and
 * are asked for again: every change that was accepted stands in the history once, none was
 * overwritten by somebody who had not seen it, and the means are what the rules say of the marks.
 * TT_FULL=1: for 30 seconds; else until each has written some times.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { connectDb, insert, makeMember, makeSchool, signIn } from './lib/people.mjs';
import { BIN, Server } from './lib/server.mjs';

const SEED = Number(process.env.TT_SEED ?? Date.now() % 1_000_000);
const IS_FULL = process.env.TT_FULL === '1';
const WRITERS = 20;
const ROUNDS = 8;
const FULL_MS = 30_000;
const CELLS_AT_ONCE = 4;

let state = SEED + 1;
const below = (n) => {
	state = (state * 48271 + 11) % 2147483647;
	return state % n;
};

let server;
let db;
let school;
let at;
let columns;
let students;
const writers = [];

before(async () => {
	console.log(`seed ${SEED}: again with TT_SEED=${SEED}`);
	server = await Server.start({ 'limit.requests_per_second': 100_000, 'limit.address_per_second': 1_000_000 });
	db = await connectDb(server);
	school = await makeSchool(db, 'CHUNG');
	students = school.students.map((s) => String(s.student));
	at = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	writers.push(await signIn(server, school.teacher));
	while (writers.length < WRITERS) {
		const member = await makeMember(db, school, 'teacher', `gv${writers.length}`, `Thầy ${writers.length}`);
		await insert(db, 'teaching', { school_id: school.id, class_id: school.class, subject_id: school.subject, person_id: member.id });
		writers.push(await signIn(server, member));
	}
	columns = [];
	for (const [kind, position] of [['tx', 1], ['tx', 2], ['tx', 3], ['gk', 1], ['ck', 1]]) {
		columns.push((await call('POST', `${at}/columns`, writers[0], { kind, position })).id);
	}
	await watchOutbox(server, db);
});

after(async () => {
	await db?.end();
	await server?.stop();
});

async function call(method, path, as, body, headers) {
	const response = await server.call(method, `/api/v1${path}`, { as, body, headers });
	const text = await response.text();
	assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
	return text ? JSON.parse(text) : null;
}

const cellKey = (column, student) => `${column}/${student}`;
const allCells = () => columns.flatMap((column) => students.map((student) => ({ column, student })));

/** One writer: what it has seen of each cell, and what was accepted from it. */
async function write(as, isOver) {
	const seen = new Map(allCells().map((c) => [cellKey(c.column, c.student), 0]));
	const accepted = [];
	let conflicts = 0;
	for (let round = 0; !isOver(round); round++) {
		const cells = [];
		for (let i = 0; i <= below(CELLS_AT_ONCE); i++) {
			const cell = { column: columns[below(columns.length)], student: students[below(students.length)], valueX10: below(101) };
			if (!cells.some((c) => c.column === cell.column && c.student === cell.student)) {
				cells.push({ ...cell, version: seen.get(cellKey(cell.column, cell.student)) });
			}
		}
		const headers = { 'Idempotency-Key': randomBytes(16).toString('base64url') };
		const answer = await call('PUT', at, as, { cells }, headers);
		if (below(4) === 0) {
			const again = await call('PUT', at, as, { cells }, headers);
			assert.deepEqual([again.saved, again.conflicts], [answer.saved, answer.conflicts], 'the same answer again');
		}
		assert.equal(answer.saved.length + answer.conflicts.length, cells.length);
		for (const s of answer.saved) {
			const key = cellKey(s.column, s.student);
			if (s.version !== seen.get(key)) { /* else it was that mark already */
				assert.equal(s.version, seen.get(key) + 1);
				accepted.push({ key, version: s.version, valueX10: s.valueX10, person: String(as.id) });
			}
			seen.set(key, s.version);
		}
		for (const c of answer.conflicts) {
			conflicts++;
			assert.ok(c.version > seen.get(cellKey(c.column, c.student)), 'a conflict shows what is newer');
			seen.set(cellKey(c.column, c.student), c.version);
		}
	}
	return { accepted, conflicts };
}

test('twenty writers on one class', { timeout: 600_000 }, async () => {
	const begun = Date.now();
	const isOver = (round) => (IS_FULL ? Date.now() - begun >= FULL_MS : round >= ROUNDS);
	const all = await Promise.all(writers.map((as) => write(as, isOver)));
	const accepted = all.flatMap((a) => a.accepted);
	const conflicts = all.reduce((sum, a) => sum + a.conflicts, 0);
	console.log(`REPORT ${WRITERS} writers: ${accepted.length} changes accepted, ${conflicts} conflicts told, in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
	assert.ok(accepted.length > WRITERS && conflicts > 0);

	/* The history has what was accepted, and nothing else; each version was written once, by one who
	 * had seen the one before. */
	const [rows] = await db.query('SELECT * FROM mark_ledger WHERE act <> 17 ORDER BY number');
	assert.equal(rows.length, accepted.length);
	const versions = new Map();
	for (const row of rows) {
		const key = cellKey(row.column_id, row.student_id);
		const list = versions.get(key) ?? [];
		assert.equal(row.old_x10, list.at(-1)?.new_x10 ?? null, 'a change begins where the one before ended');
		list.push(row);
		versions.set(key, list);
	}
	for (const change of accepted) {
		const row = versions.get(change.key)[change.version - 1];
		assert.deepEqual([row.new_x10, String(row.person_id)], [change.valueX10, change.person], `${change.key} version ${change.version}`);
		assert.ok(!row.taken, 'no version was given twice');
		row.taken = true;
	}
	const [marks] = await db.query('SELECT * FROM mark');
	for (const mark of marks) {
		const list = versions.get(cellKey(mark.column_id, mark.student_id));
		assert.deepEqual([mark.value_x10, mark.version], [list.at(-1).new_x10, list.length]);
	}
	const audit = execFileSync(BIN, ['audit', '--data', join(server.dir, 'data')], { encoding: 'utf8' });
	assert.match(audit, /nothing was edited/);
});

test('the means are what the rules say of the marks', async () => {
	const { rows } = await call('GET', at, writers[0]);
	const missing = rows.flatMap((r) => columns.filter((c) => !r.cells[c]).map((column) => ({ column, student: r.student.id, valueX10: 50, version: 0 })));
	if (missing.length) {
		await call('PUT', at, writers[0], { cells: missing });
	}
	const sheet = await call('GET', at, writers[0]);
	const lines = sheet.rows.map((r) => {
		const [a, b, c, gk, ck] = columns.map((column) => r.cells[column].valueX10);
		const term = { tx: [a, b, c], gk, ck };
		return JSON.stringify({ pack: 'tt22', level: 'thpt', subjects: [{ code: 'toan', kind: 'mark', terms: [term, term] }], conduct: ['tot', 'tot'], absences: 0 });
	});
	const said = execFileSync(BIN, ['gradebook', 'compute', '-'], { input: lines.join('\n'), encoding: 'utf8' }).trim().split('\n').map((l) => JSON.parse(l));
	assert.equal(said.length, sheet.rows.length);
	for (const [i, row] of sheet.rows.entries()) {
		const [a, b, c, gk, ck] = columns.map((column) => row.cells[column].valueX10);
		const mean = Math.floor((2 * (a + b + c + 2 * gk + 3 * ck) + 8) / 16);
		assert.equal(row.mean.valueX10, said[i].subjects[0].terms[0]);
		assert.equal(row.mean.valueX10, mean, 'and what is worked out here');
	}
});
