/*
 * An exam fills a column; marked again, it proposes and changes nothing. A person takes or keeps; what
 * was kept is proposed again only once the exam comes to another mark. Unlinked, it proposes nothing;
 * linked again, it does.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { connectDb } from './lib/people.mjs';
import { Server } from './lib/server.mjs';
import { makeWorld } from './lib/world.mjs';

let server;
let db;
let w;
let other;
let item;
let sitting;
let column;

before(async () => {
	server = await Server.start({ 'limit.requests_per_second': 100_000, 'limit.address_per_second': 1_000_000 });
	db = await connectDb(server);
	w = await makeWorld(server, db, 'DENGHI');
	other = await makeWorld(server, db, 'TRUONGKHAC');
	await watchOutbox(server, db);
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
});

const proposals = (who = 'teacher') => w.call(200, 'GET', `${w.marks}/proposals`, who);
const student = () => String(w.school.students[0].student);
const cell = async () => (await w.call(200, 'GET', w.marks, 'teacher')).rows.find((r) => r.student.id === student()).cells[column];
const result = async () => (await w.call(200, 'GET', `/sittings/${sitting.id}/results`, 'teacher')).items.find((r) => r.attempt === item.attempt);
const ledger = async () => Number((await db.query('SELECT COUNT(*) AS n FROM mark_ledger WHERE class_id = ?', [w.school.class]))[0][0].n);
const key = () => ({ 'Idempotency-Key': randomBytes(16).toString('base64url') });
const decide = (take, { examX10, version }, headers = {}, status = 200) => w.call(status, 'POST', `${w.marks}/proposals`, 'teacher',
	{ decisions: [{ column, student: student(), take, examX10, version }] }, headers);

/* A person gives the essay other points; what the exam comes to then. */
async function regrade(pointsX100) {
	const slot = (await w.review(item)).slots.find((s) => s.kind === 'essay');
	await w.call(200, 'PUT', `/attempts/${item.attempt}/slots/${slot.slot}`, 'teacher', { pointsX100, version: slot.version });
	return (await result()).markX10;
}

test('the exam makes its column and fills it: nothing is proposed', async () => {
	sitting = await w.publish(w.practice({ column: { term: w.school.terms[0], kind: 'ck', position: 1 } }));
	item = await w.mine(sitting);
	await w.sit(item);
	for (const until = Date.now() + 120_000; (await result())?.awaiting !== 1;) {
		assert.ok(Date.now() < until, 'the essay waits to be marked');
	}
	const mark = await regrade(100);
	column = (await w.call(200, 'GET', w.marks, 'teacher')).columns.find((c) => c.sitting?.id === sitting.id).id;
	assert.equal((await cell()).valueX10, mark);
	assert.deepEqual(await proposals(), { items: [], unlinked: [] });
});

test('marked again: both marks are told, neither moves by itself', async () => {
	const before = await cell();
	const examX10 = await regrade(0);
	assert.notEqual(examX10, before.valueX10);
	const [found] = (await proposals('office')).items;
	assert.deepEqual({ ...found, student: found.student.id }, { column, student: student(), attempt: item.attempt,
		sitting: { id: sitting.id, title: sitting.title }, examX10, valueX10: before.valueX10, state: 'value', isMakeup: false,
		version: before.version });
	assert.deepEqual(await cell(), before);
	for (const [status, who] of [[403, 'student'], [403, 'parent']]) {
		await w.call(status, 'GET', `${w.marks}/proposals`, who);
	}
	await other.call(404, 'GET', `${w.marks}/proposals`, 'teacher');
});

test('kept: not proposed again, whatever the mark in the gradebook becomes, until the exam comes to another', async () => {
	const [seen] = (await proposals()).items;
	assert.equal((await decide('gradebook', { ...seen, version: seen.version + 1 })).conflicts.length, 1);
	const rows = await ledger();
	const answer = await decide('gradebook', seen);
	assert.deepEqual(answer.saved.map((s) => [s.student, s.valueX10, s.version]), [[student(), seen.valueX10, seen.version]]);
	assert.equal(await ledger(), rows + 1, 'the ledger says that it was kept');
	assert.deepEqual((await proposals()).items, []);
	assert.equal((await result()).gradebook.state, 'kept');
	const typed = await w.call(200, 'PUT', w.marks, 'teacher', { why: 'nhập lại', cells: [{ column, student: student(), valueX10: 99, version: seen.version }] });
	assert.equal(typed.saved.length, 1);
	assert.deepEqual((await proposals()).items, [], 'a mark that is typed does not ask again');
	const examX10 = await regrade(50);
	assert.deepEqual((await proposals()).items.map((p) => [p.examX10, p.valueX10]), [[examX10, 99]]);
});

test('taken at most once a key, and never over a mark that nobody saw', async () => {
	const [seen] = (await proposals()).items;
	assert.equal((await decide('exam', { ...seen, examX10: (seen.examX10 + 1) % 100 })).conflicts.length, 1, 'another mark of the exam');
	await decide('both', seen, {}, 422);
	const headers = key();
	const rows = await ledger();
	const first = await decide('exam', seen, headers);
	assert.deepEqual(first.saved.map((s) => [s.valueX10, s.version]), [[seen.examX10, seen.version + 1]]);
	assert.ok(first.means[student()]);
	assert.deepEqual(await decide('exam', seen, headers), first, 'sent again: the same answer');
	assert.equal(await ledger(), rows + 1, 'and one change');
	assert.equal((await decide('gradebook', seen, headers, 422)).code, 'mark.key_used');
	assert.equal((await cell()).attempt, item.attempt);
	assert.deepEqual((await proposals()).items, []);
	const { items } = await w.call(200, 'GET', `/mark-columns/${column}/history/${student()}`, 'teacher');
	assert.ok(items.some((h) => h.act === 'kept'));
});

test('unlinked: no proposals; linked again: they are there', async () => {
	const examX10 = await regrade(75);
	assert.equal((await proposals()).items.length, 1);
	await w.call(204, 'POST', `/mark-columns/${column}/unlink`, 'teacher');
	assert.deepEqual(await proposals(), { items: [], unlinked: [{ column, sitting: { id: sitting.id, title: sitting.title } }] });
	await w.call(204, 'POST', `/mark-columns/${column}/link`, 'teacher', { sitting: sitting.id });
	const { items, unlinked } = await proposals();
	assert.deepEqual([items.map((p) => p.examX10), unlinked], [[examX10], []]);
});

test('a locked column is told and stays; keeping changes nothing and is taken', async () => {
	const [seen] = (await proposals()).items;
	await db.query('INSERT INTO mark_lock (school_id, term_id, kind, grade, locks_at_ms, made_by, made_at_ms) VALUES (?, ?, 0, 0, 1, ?, 1)',
		[w.school.id, w.school.terms[0], w.school.office.id]);
	const before = await cell();
	const answer = await decide('exam', seen);
	assert.deepEqual([answer.saved, answer.locked.map((l) => l.why)], [[], ['locked']]);
	assert.deepEqual(await cell(), before);
	assert.equal((await decide('gradebook', seen)).saved.length, 1);
	assert.deepEqual((await proposals()).items, []);
});
