/*
 * What the office plans for a term, over HTTP: locks by kind and grade, reopenings, publications
 * that happen by themselves and outlive the process, lessons a year, how far every class is.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { connectDb, insert, makeSchool, signIn } from './lib/people.mjs';
import { Server, until } from './lib/server.mjs';

const HOUR = 3_600_000;
const PATIENCE = 180_000;
let server;
let db;
let school;
let term;
let at;
let cells; /* columns by name, with their marks */
const as = {};

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'HOCKI');
	for (const who of ['teacher', 'office']) {
		as[who] = await signIn(server, school[who]);
	}
	term = `/terms/${school.terms[0]}`;
	at = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	cells = {};
	for (const [name, kind, position] of [['tx1', 1, 1], ['tx2', 1, 2], ['gk', 2, 1]]) {
		cells[name] = await insert(db, 'mark_column', { school_id: school.id, class_id: school.class, subject_id: school.subject,
			term_id: school.terms[0], kind, position });
	}
	await watchOutbox(server, db);
});

after(async () => {
	await db?.end();
	await server?.stop();
});

async function call(status, method, path, who, body, headers) {
	const response = await server.call(method, `/api/v1${path}`, { as: as[who], body, headers });
	const text = await response.text();
	assert.equal(response.status, status, `${method} ${path}: ${text}`);
	return text ? JSON.parse(text) : null;
}

const sheet = async () => (await call(200, 'GET', at, 'teacher')).columns;
const enter = (column, valueX10, version = 0) => call(200, 'PUT', at, 'teacher',
	{ cells: [{ column, student: school.students[0].student, valueX10, version }] },
	{ 'Idempotency-Key': randomBytes(16).toString('base64url') });
const schedule = () => call(200, 'GET', `${term}/schedule`, 'office');
const lock = (kind, grade, when, version, status = 200) =>
	call(status, 'PUT', `${term}/locks`, 'office', { kind, grade, at: when, version });
const publish = (kind, grade, when, version, status = 200) =>
	call(status, 'PUT', `${term}/publishing`, 'office', { kind, grade, at: when, version });
const ledger = async (act, subject) => (await db.query('SELECT column_id, old_x10, new_x10, HEX(ref) AS ref, why, person_id' +
	' FROM mark_ledger WHERE class_id = ? AND subject_id = ? AND act = ? ORDER BY number', [school.class, subject, act]))[0];
const refOf = (ms) => BigInt(ms).toString(16).toUpperCase().padStart(16, '0') +
	BigInt(school.terms[0]).toString(16).toUpperCase().padStart(16, '0');

test('the office locks a kind of a grade from a time on; the teacher sees it and cannot enter', async () => {
	const empty = await schedule();
	assert.deepEqual([empty.grades, empty.locks, empty.publishing, empty.reopenings], [[10], [], [], []]);
	const soon = Date.now() + HOUR;
	const planned = await lock('tx', 10, soon, 0);
	assert.deepEqual(planned.locks.map((x) => [x.kind, x.grade, x.at, x.version, x.by.id]),
		[['tx', 10, soon, 1, String(school.office.id)]]);
	assert.deepEqual((await sheet()).map((c) => [c.isLocked, c.lockedAt]), [[false, soon], [false, soon], [false, null]]);
	assert.equal((await enter(cells.tx1, 70)).saved.length, 1, 'not yet');
	await lock('tx', 11, Date.now() - HOUR, 0);
	assert.deepEqual((await sheet()).map((c) => c.isLocked), [false, false, false], 'another grade');
	await lock('tx', 10, Date.now() - HOUR, 1);
	assert.deepEqual((await sheet()).map((c) => c.isLocked), [true, true, false]);
	const refused = await enter(cells.tx1, 80, 1);
	assert.deepEqual([refused.saved, refused.locked.length], [[], 1]);
	assert.equal((await enter(cells.gk, 60)).saved.length, 1, 'another kind');
	/* In the class's own chain: what, of whom, from when. */
	const rows = await ledger(6, 0);
	assert.deepEqual(rows.map((r) => [Number(r.column_id), r.old_x10, r.new_x10]), [[0, 1, 10], [0, 1, 10]]);
	assert.equal(rows[0].ref, refOf(soon));
	const { items } = await call(200, 'GET', '/audit', 'office');
	assert.deepEqual(items.filter((x) => x.action === 'marks.lock').length, 3);
});

test('a plan that somebody else changed is not overwritten, and one that is taken away keeps its version', async () => {
	const stale = await lock('tx', 10, null, 1, 409);
	assert.equal(stale.code, 'stale');
	assert.equal(stale.current.locks.find((x) => x.grade === 10).version, 2);
	await lock('tx', 10, Date.now(), 0, 409);
	const gone = await lock('tx', 10, null, 2);
	assert.deepEqual(gone.locks.find((x) => x.grade === 10).at, null);
	assert.deepEqual((await sheet()).map((c) => [c.isLocked, c.lockedAt]), [[false, null], [false, null], [false, null]]);
	await lock('tx', 10, Date.now(), 1, 409);
	await lock('tx', 10, Date.now() - HOUR, 3);
	await call(422, 'PUT', `${term}/locks`, 'office', { kind: 'hk', grade: 10, at: 1, version: 0 });
	await call(422, 'PUT', `${term}/locks`, 'office', { kind: 'tx', grade: 13, at: Date.now(), version: 0 });
	await call(404, 'PUT', '/terms/999999/locks', 'office', { kind: 'tx', grade: 10, at: Date.now(), version: 0 });
	await call(403, 'PUT', `${term}/locks`, 'teacher', { kind: 'tx', grade: 10, at: Date.now(), version: 0 });
});

test('a place is reopened until a time, with a reason, and that is ended again', async () => {
	const body = { class: String(school.class), subject: String(school.subject), kind: 'tx', until: Date.now() + HOUR, why: 'em An ốm' };
	await call(422, 'POST', `${term}/reopenings`, 'office', { ...body, why: '' });
	assert.equal((await call(422, 'POST', `${term}/reopenings`, 'office', { ...body, until: Date.now() - HOUR })).errors[0].field, 'until');
	const { reopenings: [one] } = await call(201, 'POST', `${term}/reopenings`, 'office', body);
	assert.deepEqual([one.class.id, one.subject.id, one.kind, one.until, one.why, one.by.id],
		[body.class, body.subject, 'tx', body.until, 'em An ốm', String(school.office.id)]);
	assert.deepEqual((await sheet()).map((c) => [c.isLocked, c.lockedAt]), [[false, body.until], [false, body.until], [false, null]]);
	assert.equal((await enter(cells.tx1, 80, 1)).saved.length, 1);
	await call(204, 'DELETE', `/reopenings/${one.id}`, 'office');
	assert.deepEqual((await sheet())[0].isLocked, true);
	await call(404, 'DELETE', `/reopenings/${one.id}`, 'office');
	const rows = await ledger(7, school.subject);
	assert.deepEqual(rows.map((r) => [Number(r.column_id), r.old_x10, r.why]), [[0, 1, 'em An ốm'], [0, 1, '']]);
	assert.equal(rows[0].ref, refOf(body.until));
	await insert(db, 'class_closing', { school_id: school.id, class_id: school.class, term_number: 1, version: 1, is_closed: 1,
		changed_by: school.office.id, changed_at_ms: 1 });
	assert.equal((await call(409, 'POST', `${term}/reopenings`, 'office', body)).code, 'mark.class_closed');
	await db.query('DELETE FROM class_closing');
	await lock('tx', 10, null, 4);
});

test('a planned publication happens by itself, also when the process was away at its time', async () => {
	const later = await publish('all', 0, Date.now() + HOUR, 0);
	assert.deepEqual(later.publishing.map((x) => [x.kind, x.grade, x.doneAt]), [['all', 0, null]]);
	assert.deepEqual(later.columns, [{ kind: 'tx', grade: 10, count: 2, published: 0 }, { kind: 'gk', grade: 10, count: 1, published: 0 }]);
	const seen = await sheet();
	assert.deepEqual(seen.map((c) => [c.publishedAt, c.publishesAt]), seen.map(() => [null, later.publishing[0].at]));
	await db.end();
	await server.kill();
	await server.launch();
	db = await connectDb(server);
	/* Its time comes while nothing runs: set straight in the table, as if the hour had passed. */
	await db.query('UPDATE mark_publishing SET publishes_at_ms = ? WHERE school_id = ?', [Date.now() - 1, school.id]);
	const done = await until('it was published', async () => {
		const now = await schedule();
		return now.publishing[0].doneAt === null ? null : now;
	}, PATIENCE);
	assert.deepEqual(done.columns.map((x) => x.published), [1, 1], 'the column without marks stays hidden');
	const shown = await sheet();
	assert.deepEqual(shown.map((c) => [c.publishedAt !== null, c.publishesAt]), [[true, null], [false, null], [true, null]]);
	const rows = await ledger(3, school.subject);
	assert.deepEqual(rows.map((r) => [Number(r.column_id), Number(r.person_id)]).sort(),
		[[Number(cells.tx1), Number(school.office.id)], [Number(cells.gk), Number(school.office.id)]].sort());
	/* What came later: published at once when the office says so. */
	await enter(cells.tx2, 90);
	await publish('tx', 10, Date.now(), 0);
	await until('the rest was published', async () => (await sheet()).every((c) => c.publishedAt !== null), PATIENCE);
});

test('lessons a year give the number of regular marks, and are changed by version, all or none', async () => {
	const path = `/years/${school.year}/lessons`;
	const before = await call(200, 'GET', path, 'office');
	assert.deepEqual(before.grades, [{ grade: 10, commentRegular: 2,
		steps: [{ lessonsMax: 35, regular: 2 }, { lessonsMax: 70, regular: 3 }, { lessonsMax: null, regular: 4 }] }]);
	const plan = async () => (await call(200, 'GET', at, 'teacher')).plan.tx;
	const set = (lessons, version, status = 200, more = []) => call(status, 'PUT', path, 'office',
		{ cells: [{ subject: String(school.subject), grade: 10, lessons, version }, ...more] });
	let version = before.lessons.find((x) => x.subject === String(school.subject))?.version ?? 0;
	for (const [lessons, tx] of [[35, 2], [36, 3], [70, 3], [71, 4], [1000, 4]]) {
		const after = await set(lessons, version);
		version = after.lessons.find((x) => x.subject === String(school.subject)).version;
		assert.equal(await plan(), tx, `${lessons} lessons`);
	}
	const stale = await set(70, version - 1, 409);
	assert.equal(stale.current.lessons[0].lessons, 1000);
	await set(1001, version, 422);
	await set(70, version, 422, [{ subject: '999999', grade: 10, lessons: 70, version: 0 }]);
	assert.equal(await plan(), 4, 'none of a list with a mistake');
	await insert(db, 'class_closing', { school_id: school.id, class_id: school.class, term_number: 1, version: 1, is_closed: 1,
		changed_by: school.office.id, changed_at_ms: 1 });
	assert.equal((await set(70, version, 409)).code, 'school.lessons_closed');
	await db.query('DELETE FROM class_closing');
});

test('how far every class and subject is, with its teacher, locks and what families see', async () => {
	await lock('gk', 0, Date.now() - HOUR, 0);
	const { classes, places } = await call(200, 'GET', `${term}/completion`, 'office');
	assert.deepEqual(classes.map((c) => [c.id, c.grade, c.isClosed]), [[String(school.class), 10, false]]);
	const place = places.find((p) => p.subject.id === String(school.subject));
	const students = classes[0].studentCount;
	assert.deepEqual(place.teachers.map((x) => x.id), [String(school.teacher.id)]);
	assert.deepEqual(place.tx, { need: 4, there: 2, published: 2, missing: 4 * students - 2, isLocked: false });
	assert.deepEqual(place.gk, { need: 1, there: 1, published: 1, missing: students - 1, isLocked: true });
	assert.deepEqual(place.ck, { need: 1, there: 0, published: 0, missing: students, isLocked: false });
	assert.equal(place.missing, 6 * students - 3);
	await call(404, 'GET', '/terms/999999/completion', 'office');
});
