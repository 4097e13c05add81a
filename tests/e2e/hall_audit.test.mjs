/*
 * Whose an attempt is, where, and what time it was given; sittings, rooms, acts, checkpoints and roots: each
 * column of the hall's tables is edited in turn, and `truongthi audit` names the row, or the column stands in
 * the list of what rests on nothing (docs/protocol.md, "What is bound").
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BIN, until } from './lib/server.mjs';
import { Hall } from './lib/hall.mjs';
import { b64, signIn } from './lib/people.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';

const WAIT_MS = 60_000;
const STARTS_IN_MS = 8_000;

/* What rests on nothing: an edit of it is no finding. */
const NOTES = {
	sitting: ['state'],
	room: [],
	variant: [],
	checkpoint: [], /* before the attempts: as the server locks them */
	attempt: ['lease'],
	room_act: [],
	sitting_root: [],
	receipt: ['created_at_ms'],
};
/* Keys of rows: moved by name further down. */
const KEYS = { sitting: ['id', 'school_id'], room: ['id', 'sitting_id', 'school_id'], variant: ['sitting_id'],
	attempt: ['id', 'sitting_id', 'room_id', 'student_id', 'school_id'], room_act: ['id', 'room_id'],
	checkpoint: ['attempt_id', 'gen', 'seq'], sitting_root: ['sitting_id', 'number'], receipt: ['attempt_id', 'gen'] };

let server;
let db;
let school;
let teacher;
let pupils;
let paper;
let open;
let done;

const call = (...words) => server.answer(...words);
const query = async (sql, values = []) => (await db.query(sql, values))[0];
const count = async (what) => Number((await query(`SELECT COUNT(*) n FROM ${what}`))[0].n);

const audit = () => new Promise((end) => {
	execFile(BIN, ['audit', '--data', join(server.dir, 'data')], { maxBuffer: 1 << 24 }, (error, out, err) => {
		end({ status: error ? error.code : 0, out, err, lines: out.split('\n') });
	});
});

async function assertClean(when) {
	const said = await audit();
	assert.equal(said.status, 0, `${when}: ${said.out}${said.err}`);
	return said;
}

/** A sitting with what belongs to it: { id, bytes, room, attempts: [{ id, bytes }] } by the class list. */
async function publish(title, more = {}) {
	const s = await call(201, 'POST', '/sittings', teacher, { paper: paper.id, title, startsAt: Date.now() + STARTS_IN_MS,
		limitMs: 900_000, variants: 2, classes: [school.class], releasePolicy: 'held',
		accommodations: [{ student: school.students[1].student, extraMs: 60_000 }], ...more });
	const bytes = Buffer.from(s.id, 'base64url');
	const rows = await query('SELECT id FROM attempt WHERE sitting_id = ? ORDER BY student_id', [bytes]);
	return { id: s.id, bytes, startsAt: s.startsAt, revision: s.revision, room: s.rooms[0].id,
		attempts: rows.map((r) => ({ id: b64(r.id), bytes: r.id })) };
}

const act = (sitting, body) => call(200, 'POST', `/rooms/${sitting.room}/acts`, teacher, body,
	{ 'Idempotency-Key': b64(randomBytes(16)) });

async function come(sitting, index, last) {
	const hall = await Hall.open(server, `/hall/${sitting.room}`, { as: pupils[index] });
	hall.hello(sitting.attempts[index].id);
	await hall.next('welcome', () => true, WAIT_MS);
	await hall.next('key', () => true, WAIT_MS);
	for (let seq = 1; seq <= last; seq++) {
		hall.send({ t: 'answer', seq, slot: 1, value: 'ABCD'[seq % 4] });
	}
	await hall.next('ack', (f) => (f.upto ?? f.seq) === last, WAIT_MS);
	hall.close();
}

before(async () => {
	({ server, db, school, teacher } = await startSchools(['teacher']));
	pupils = await Promise.all(school.students.map((student) => signIn(server, student)));
	const bank = await call(201, 'POST', '/banks', teacher, { name: 'Kho', subjectId: school.subject });
	await call(201, 'POST', `/banks/${bank.id}/questions`, teacher, { kind: 'single', stem: 'Câu một', key: 'C',
		options: ['một', 'hai', 'ba', 'bốn'].map((html, i) => ({ id: 'ABCD'[i], html })) });
	const made = await call(201, 'POST', '/papers', teacher,
		{ title: 'Đề', subjectId: school.subject, preset: 'free', bank: bank.id });
	paper = await call(200, 'PUT', `/papers/${made.id}`, teacher, { title: 'Đề', version: made.version,
		parts: [{ title: 'Phần một' }], items: made.items.map((i) => ({ question: i.question, weightX100: 100 })) });
});

after(() => stopSchools({ server, db }));

test('what the program itself changes is bound anew', async () => {
	[done, open] = [await publish('Xong'), await publish('Còn mở')];
	const moved = await publish('Dời', { startsAt: Date.now() + 3_600_000 });
	await assertClean('published');
	await call(200, 'PUT', `/sittings/${moved.id}/start`, teacher,
		{ startsAt: moved.startsAt + 600_000, revision: moved.revision });
	const practice = await publish('Luyện tập', { practice: true, startsAt: Date.now() - 1000, windowEndAt: Date.now() + 3_600_000 });
	const own = await Hall.open(server, `/hall/${practice.room}`, { as: pupils[0] });
	own.hello(practice.attempts[0].id);
	await own.next('welcome', () => true, WAIT_MS);
	own.send({ t: 'begin' });
	await until('it has begun', async () => (await query('SELECT started_at_ms s FROM attempt WHERE id = ?',
		[practice.attempts[0].bytes]))[0].s !== null, WAIT_MS);
	own.close();
	/* The last pupil of the open one does not come. */
	for (const [sitting, present] of [[done, 4], [open, 3]]) {
		for (let i = 0; i < present; i++) {
			await come(sitting, i, 4);
		}
		await act(sitting, { kind: 'extra', attempt: sitting.attempts[0].id, amountMs: 60_000 });
		await act(sitting, { kind: 'extra', amountMs: 120_000 });
		await act(sitting, { kind: 'message', text: 'Còn mười phút' });
	}
	await until('checkpoints', async () => await count('attempt WHERE checkpoint_at_ms > 0') >= 7, WAIT_MS, 100);
	await act(done, { kind: 'handin' });
	await until('the root', async () => await count('sitting_root') === 1, WAIT_MS, 100);
	await call(200, 'PUT', `/sittings/${done.id}/release`, teacher, { policy: 'all', now: true });
	const said = await assertClean('held');
	assert.doesNotMatch(said.out, /before version 0030/);
	assert.equal(await count('sitting WHERE mac IS NULL'), 0);
});

/* --- edits --- */

const BYTES = ['binary', 'varbinary', 'longblob'];
const TEXT = ['varchar', 'mediumtext', 'text'];

async function columns(table) {
	return query('SELECT column_name name, data_type type FROM information_schema.columns' +
		' WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position', [table]);
}

const changed = ({ name, type }) => BYTES.includes(type)
	? `INSERT(COALESCE(${name}, REPEAT('x', 32)), 3, 1, CHAR(ASCII(SUBSTRING(COALESCE(${name}, REPEAT('x', 32)), 3, 1)) ^ 1))`
	: TEXT.includes(type) ? `CONCAT(LEFT(${name}, 2), 'z')` : `COALESCE(${name}, 0) + 1`;

/* What may be edited in one round without touching one another: { table, where, values, says } */
function targets() {
	const list = { attempt: [], sitting: [], room: [], room_act: [], checkpoint: [], receipt: [], sitting_root: [], variant: [] };
	for (const sitting of [open, done]) {
		list.sitting.push({ where: 'id = ?', values: [sitting.bytes], says: `sitting ${sitting.id}: ` });
		list.room.push({ where: 'id = ?', values: [sitting.room], says: `sitting ${sitting.id} room ${sitting.room}` });
		list.room_act.push({ where: 'room_id = ? ORDER BY id LIMIT 1', values: [sitting.room],
			says: `sitting ${sitting.id} room ${sitting.room} act ` });
		list.variant.push({ where: "sitting_id = ? AND code = '102'", values: [sitting.bytes], says: `sitting ${sitting.id}: ` });
		for (const a of sitting.attempts) {
			list.attempt.push({ where: 'id = ?', values: [a.bytes], says: `attempt ${a.id} ` });
		}
	}
	list.sitting_root.push({ where: 'sitting_id = ?', values: [done.bytes], says: `sitting ${done.id} root` });
	list.checkpoint.push({ where: 'attempt_id = ? LIMIT 1', values: [open.attempts[1].bytes], says: `attempt ${open.attempts[1].id} ` });
	list.receipt.push({ where: 'attempt_id = ?', values: [done.attempts[1].bytes], says: `attempt ${done.attempts[1].id} ` });
	return list;
}

const TABLES = Object.keys(NOTES);

async function keepAll() {
	const kept = new Map();
	for (const table of TABLES) {
		kept.set(table, await query(`SELECT * FROM ${table}`));
	}
	return kept;
}

/* Everything as it was; keys between the tables are not looked at meanwhile. */
async function restore(kept) {
	await query('SET FOREIGN_KEY_CHECKS = 0');
	await query('START TRANSACTION');
	for (const [table, rows] of kept) {
		await query(`DELETE FROM ${table}`);
		const names = Object.keys(rows[0]);
		await query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ?`, [rows.map((r) => names.map((n) => r[n]))]);
	}
	await query('COMMIT');
	await query('SET FOREIGN_KEY_CHECKS = 1');
}

/** Edits rows, asks the audit, and puts all back: names of the edits whose row was not named. */
async function unnamed(kept, edits) {
	const said = await server.still(db, async () => {
		await query('SET FOREIGN_KEY_CHECKS = 0');
		for (const edit of edits) {
			for (const [sql, values] of edit.sql) {
				const [result] = await db.query(sql, values);
				assert.ok(result.affectedRows > 0, edit.name);
			}
		}
		const heard = await audit();
		await restore(kept);
		return heard;
	});
	return edits.filter(({ says }) => !said.lines.some((line) => line.startsWith(says))).map(({ name }) => `${name}\n${said.out}${said.err}`);
}

test('an edit of any column is named, but of the notes that rest on nothing', async () => {
	const kept = await keepAll();
	const at = targets();
	const todo = {};
	const notes = [];
	for (const table of TABLES) {
		const all = (await columns(table)).filter(({ name }) => !KEYS[table].includes(name));
		todo[table] = [];
		for (const column of all) {
			const [edits, times] = NOTES[table].includes(column.name) ? [notes, 1] : [todo[table], table === 'attempt' ? 2 : 1];
			for (let i = 0; i < times; i++) {
				edits.push({ name: `${table}.${column.name}`, table, set: `${column.name} = ${changed(column)}` });
			}
		}
	}
	const missed = [];
	while (Object.values(todo).some((list) => list.length > 0)) {
		const round = [];
		for (const table of TABLES) {
			/* A sitting's own line speaks of its variants, too; a row is edited once a round. */
			const places = table === 'variant' ? at.variant.slice(1) : table === 'sitting' ? at.sitting.slice(0, 1) : at[table];
			for (const place of places) {
				const edit = todo[table].shift();
				if (edit) {
					round.push({ name: `${edit.name} of ${place.says}`, says: place.says,
						sql: [[`UPDATE ${table} SET ${edit.set} WHERE ${place.where}`, place.values]] });
				}
			}
		}
		missed.push(...await unnamed(kept, round));
	}
	assert.deepEqual(missed, []);
	await server.still(db, async () => {
		for (const { table, set } of notes) {
			await query(`UPDATE ${table} SET ${set} WHERE ${at[table][0].where}`, at[table][0].values);
		}
		await assertClean('notes edited');
		await restore(kept);
	});
	await assertClean('restored');
});

test('rows that are moved, swapped, deleted or added are named', async () => {
	const kept = await keepAll();
	const [a, b, c, absent] = open.attempts;
	const row = ({ id }) => `attempt ${id} `;
	const owns = 'UPDATE attempt x JOIN attempt y ON y.id = ? SET';
	const rounds = [
		[{ name: 'two owners swapped', says: row(a), sql: [[`${owns} x.person_id = y.person_id WHERE x.id = ?`, [b.bytes, a.bytes]]] },
			{ name: 'the other of the two', says: row(b), sql: [['UPDATE attempt SET person_id = ? WHERE id = ?', [pupils[0].id, b.bytes]]] },
			{ name: 'another room', says: row(c), sql: [['UPDATE attempt SET room_id = ? WHERE id = ?', [done.room, c.bytes]]] },
			{ name: 'time and end agree', says: row(absent), sql: [['UPDATE attempt SET extra_ms = extra_ms + 60000,' +
				' ends_at_ms = ends_at_ms + 60000 WHERE id = ?', [absent.bytes]]] },
			{ name: 'a root is deleted', says: `sitting ${done.id} root 1: `, sql: [['DELETE FROM sitting_root', []]] },
			{ name: 'the last act is deleted', says: `sitting ${open.id} room ${open.room}: `,
				sql: [['DELETE FROM room_act WHERE room_id = ? ORDER BY id DESC LIMIT 1', [open.room]]] },
			{ name: 'an act is deleted', says: `sitting ${done.id} room ${done.room} act `,
				sql: [['DELETE FROM room_act WHERE room_id = ? ORDER BY id LIMIT 1', [done.room]]] }],
		[{ name: 'another sitting', says: row(a), sql: [['UPDATE attempt SET student_id = 900001, sitting_id = ? WHERE id = ?', [done.bytes, a.bytes]]] },
			{ name: 'a sitting that is none', says: row(b), sql: [['UPDATE attempt SET sitting_id = ? WHERE id = ?', [randomBytes(16), b.bytes]]] },
			{ name: 'all macs of an attempt are gone', says: row(c), sql: [['UPDATE attempt SET mac = NULL, checkpoint_mac = NULL WHERE id = ?', [c.bytes]]] },
			{ name: 'another student', says: row(absent), sql: [['UPDATE attempt SET student_id = 900002 WHERE id = ?', [absent.bytes]]] }],
		[{ name: 'an attempt that nobody came to is deleted', says: `sitting ${open.id}: `, sql: [['DELETE FROM attempt WHERE id = ?', [absent.bytes]]] },
			{ name: 'checkpoints are deleted with their note', says: row(a), sql: [['DELETE FROM checkpoint WHERE attempt_id = ?', [a.bytes]],
				['UPDATE attempt SET checkpoint_at_ms = 0 WHERE id = ?', [a.bytes]]] },
			{ name: 'an act is added', says: `sitting ${open.id} room ${open.room} act `, sql: [['INSERT INTO room_act (school_id, room_id,' +
				' person_id, kind, idem_key, at_ms) SELECT school_id, room_id, person_id, kind, ?, at_ms FROM room_act WHERE room_id = ? LIMIT 1',
			[randomBytes(16), open.room]]] },
			{ name: 'a variant is deleted', says: `sitting ${done.id}: `, sql: [["DELETE FROM variant WHERE sitting_id = ? AND code = '101'", [done.bytes]]] }],
		[{ name: 'every mac of a sitting is gone', says: row(done.attempts[2]), sql: [
			['UPDATE sitting SET mac = NULL WHERE id = ?', [done.bytes]], ['UPDATE room SET mac = NULL WHERE id = ?', [done.room]],
			['UPDATE room_act SET mac = NULL WHERE room_id = ?', [done.room]],
			['UPDATE attempt SET mac = NULL, checkpoint_mac = NULL WHERE sitting_id = ?', [done.bytes]]] }],
	];
	const missed = [];
	for (const edits of rounds) {
		missed.push(...await unnamed(kept, edits));
	}
	assert.deepEqual(missed, []);
	await assertClean('restored');
});

test('a change by the program hides no edit', async () => {
	const [a] = open.attempts;
	await query('UPDATE attempt SET extra_ms = extra_ms + 60000, ends_at_ms = ends_at_ms + 60000 WHERE id = ?', [a.bytes]);
	await query("UPDATE sitting SET title = 'Khác' WHERE id = ?", [open.bytes]);
	await act(open, { kind: 'extra', amountMs: 60_000 });
	await call(200, 'PUT', `/sittings/${open.id}/release`, teacher, { policy: 'mark' });
	const said = await audit();
	assert.equal(said.status, 1);
	assert.ok(said.lines.some((line) => line.startsWith(`attempt ${a.id} `)), said.out);
	assert.ok(said.lines.some((line) => line.startsWith(`sitting ${open.id}: `)), said.out);
	assert.equal(said.lines.filter((line) => line.startsWith('attempt ')).length, 1, said.out);
});
