/*
 * What a class's own chain is about (conduct, closings, kept results), what its columns were made
 * as, reopenings and primary judgements, edited straight in the database in every member that says
 * something: the audit names each.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connectDb, insert, makeSchool, signIn } from './lib/people.mjs';
import { BIN, Server } from './lib/server.mjs';

const LEVELS = ['tot', 'kha', 'dat', 'chua_dat'];
const HOUR = 3_600_000;

let server;
let db;
let school;
let primary;
let office;
let teacher;
let students;
let columns;

const audit = () => new Promise((done) => {
	execFile(BIN, ['audit', '--data', join(server.dir, 'data')], (error, out, err) => done({ status: error ? error.code : 0, out, err }));
});
const call = (status, method, path, as, body) =>
	server.answer(status, method, path, as, body, { 'Idempotency-Key': randomBytes(16).toString('base64url') });
const close = (part, body) => call(200, 'POST', `/classes/${school.class}/closing`, office, { part, ...body });

async function fillTerm(term) {
	const at = `/marks/${school.class}/${school.subject}/${term}`;
	for (const [kind, position] of [['tx', 1], ['tx', 2], ['tx', 3], ['tx', 4], ['gk', 1], ['ck', 1]]) {
		const { id } = await call(201, 'POST', `${at}/columns`, teacher, { kind, position });
		columns.push(id);
		await call(200, 'PUT', at, teacher, { cells: students.map((student, i) => ({ column: id, student, valueX10: 60 + 5 * i, version: 0 })), why: '' });
	}
	await call(200, 'PUT', `/classes/${school.class}/conduct/${term}`, teacher,
		{ cells: students.map((student, i) => ({ student, level: LEVELS[i % 4], version: 0 })) });
}

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'CHAIN');
	primary = await makeSchool(db, 'TIEUHOC');
	office = await signIn(server, school.office);
	teacher = await signIn(server, school.teacher);
	students = school.students.map((s) => String(s.student));
	columns = [];
	for (const term of school.terms) {
		await fillTerm(term);
	}
	await call(201, 'POST', `/terms/${school.terms[0]}/reopenings`, office,
		{ class: school.class, subject: school.subject, kind: 'tx', until: Date.now() + HOUR, why: 'em An ốm' });
	await insert(db, 'roll_call', { school_id: school.id, class_id: school.class, on_date: '2026-09-07', session: 1, version: 1, taken_by: 1, taken_at_ms: 1 });
	await close('1', { close: true, version: 0 });
	await close('1', { close: false, version: 1, why: 'chấm lại' });
	await close('1', { close: true, version: 2 });
	await close('2', { close: true, version: 0 });
	await db.query("UPDATE school SET level = 'th' WHERE id = ?", [primary.id]);
	await db.query('UPDATE class SET grade = 2 WHERE id = ?', [primary.class]);
	const homeroom = await signIn(server, primary.teacher);
	const sheet = await call(200, 'GET', `/classes/${primary.class}/judgements/1`, homeroom);
	await call(200, 'PUT', `/classes/${primary.class}/judgements/1`, homeroom,
		{ cells: [{ column: sheet.columns[0].id, student: sheet.rows[0].student.id, valueX10: 1, version: 0 }] });
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
});

/* A statement that edits one row, and what must be said of it. */
function edits() {
	const [, one, two] = students;
	const made = "the column's kind, place, term or school";
	const conduct = `conduct of class ${school.class} term 1 student ${one}: is not`;
	const conductOf = (set) => [`UPDATE conduct SET ${set} WHERE student_id = ${one} AND term_id = ${school.terms[0]}`, conduct];
	const columnOf = (set) => [`UPDATE mark_column SET ${set} WHERE id = ${columns[3]}`, `column ${columns[3]}: ${made}`];
	const closing = `results of class ${school.class} term 1: closed or open`;
	const closingOf = (set) => [`UPDATE class_closing SET ${set} WHERE class_id = ${school.class} AND term_number = 1`, closing];
	const result = `results of class ${school.class} term 2 student ${two}: was changed`;
	const resultOf = (set) => [`UPDATE student_result SET ${set} WHERE student_id = ${two} AND term_number = 2`, result];
	const markOf = (set) => [`UPDATE mark SET ${set} WHERE column_id = ${columns[0]} AND student_id = ${one}`, `column ${columns[0]} student ${one}: the mark is not`];
	return [
		conductOf('level = 1 + level MOD 4'), conductOf('level = NULL'), conductOf('version = version + 1'), conductOf('changed_by = changed_by + 1'),
		conductOf('changed_at_ms = changed_at_ms - 1'), conductOf('school_id = school_id + 1'), conductOf('stage = 3'),
		columnOf('kind = 3, position = 2'), columnOf('position = 5'), columnOf(`term_id = ${school.terms[1]}, position = 9`),
		columnOf('school_id = school_id + 1'),
		closingOf('is_closed = 0'), closingOf('is_closed = 2'), closingOf('version = version + 1'), closingOf('changed_by = changed_by + 1'),
		closingOf('changed_at_ms = changed_at_ms + 1'), closingOf("why = 'khác'"), closingOf('school_id = school_id + 1'),
		[`UPDATE class_closing SET term_number = 7 WHERE class_id = ${school.class} AND term_number = 1`, closing,
			`results of class ${school.class} term 7: closed or open`],
		resultOf('version = version + 1'), resultOf('closed_at_ms = closed_at_ms + 1'), resultOf('learning = 1 + learning MOD 4'),
		[`UPDATE student_result SET term_number = 9 WHERE student_id = ${two} AND term_number = 2`,
			`results of class ${school.class} term 9 student ${two}: was added`, `results of class ${school.class} term 2 student ${two}: missing`],
		markOf('state = 0'), markOf('state = 2'), markOf('value_x10 = value_x10 + 128'), markOf('is_makeup = 2'),
		["UPDATE mark_reopening SET why = CONCAT(why, ' ')", 'of tx: a reopening is not'],
		['INSERT INTO mark_reopening (school_id, term_id, class_id, subject_id, kind, until_ms, why, made_by, made_at_ms)' +
			' SELECT school_id, term_id, class_id, subject_id, kind, until_ms, why, made_by, made_at_ms FROM mark_reopening', 'of tx: a reopening is not'],
		['UPDATE judgement SET version = version + 1', `judgement of class ${primary.class} moment 1 item 1 student ${primary.students[0].student}: is not`],
	];
}

const TABLES = ['mark', 'mark_column', 'conduct', 'class_closing', 'student_result', 'mark_reopening', 'judgement'];

test('each edit is named with where it is', { timeout: 600_000 }, async () => {
	const whole = await audit();
	assert.equal(whole.status, 0, whole.out + whole.err);
	const kept = new Map(await Promise.all(TABLES.map(async (t) => [t, (await db.query(`SELECT * FROM ${t}`))[0]])));
	const missed = [];
	await db.query('SET foreign_key_checks = 0');
	await server.still(db, async () => {
		for (const [sql, ...says] of edits()) {
			const table = TABLES.find((t) => new RegExp(`^(UPDATE|INSERT INTO) ${t} `).test(sql));
			const [{ affectedRows }] = await db.query(sql);
			const said = await audit();
			await db.query(`DELETE FROM ${table}`);
			const names = Object.keys(kept.get(table)[0]);
			await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ?`, [kept.get(table).map((r) => names.map((n) => r[n]))]);
			if (affectedRows !== 1 || said.status !== 1 || !says.every((word) => said.out.includes(word))) {
				missed.push(`${sql}\n  wanted ${says.join(', ')}\n  ${said.status} ${said.out}${said.err}`);
			}
		}
	});
	console.log(`REPORT ${edits().length - missed.length} of ${edits().length} edits named`);
	assert.deepEqual(missed, []);
	assert.equal((await audit()).status, 0, 'whole again');
});
