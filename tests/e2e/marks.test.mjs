/*
 * The daily life of marks over HTTP: cells that are missing or made up, entries that are sent again,
 * locks and what is asked for after them, exemptions, remarks, histories, the exam behind a column.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { connectDb, insert, makeMember, makeSchool, signIn } from './lib/people.mjs';
import { Server } from './lib/server.mjs';

let server;
let db;
let school;
const as = {};
let at;
let students;

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'DIEM');
	school.secondOffice = await makeMember(db, school, 'office', 'office2', 'Văn Phòng Hai');
	for (const who of ['teacher', 'otherTeacher', 'office', 'secondOffice']) {
		as[who] = await signIn(server, school[who]);
	}
	at = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	students = school.students.map((s) => String(s.student));
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

const newKey = () => ({ 'Idempotency-Key': randomBytes(16).toString('base64url') });
const enter = (cells, more = {}, headers = newKey()) => call(200, 'PUT', at, 'teacher', { cells, ...more }, headers);
const sheet = (who = 'teacher') => call(200, 'GET', at, who);
const column = async (kind, position) => (await call(201, 'POST', `${at}/columns`, 'teacher', { kind, position })).id;
const count = async (table) => Number((await db.query(`SELECT COUNT(*) AS n FROM ${table}`))[0][0].n);
async function cellOf(id, student) {
	const row = (await sheet()).rows.find((r) => r.student.id === student);
	return row.cells[id] ?? { version: 0 };
}
const lock = (kind, atMs) => insert(db, 'mark_lock', { school_id: school.id, term_id: school.terms[0], kind, grade: 0,
	locks_at_ms: atMs, made_by: school.office.id, made_at_ms: 1 });
const unlock = () => db.query('DELETE FROM mark_lock');

let first;

test('a cell is a value, one that was made up, or missing, and its history says which', async () => {
	first = await column('tx', 1);
	const [a, b] = students;
	const saved = await enter([{ column: first, student: a, valueX10: 85, version: 0 },
		{ column: first, student: b, state: 'missing', version: 0 }]);
	assert.deepEqual(saved.saved.map((c) => [c.valueX10, c.state, c.isMakeup, c.version]),
		[[85, 'value', false, 1], [null, 'missing', false, 1]]);
	assert.deepEqual([saved.conflicts, saved.locked], [[], []]);
	await enter([{ column: first, student: b, valueX10: 70, isMakeup: true, version: 1 }]);
	const cell = await cellOf(first, b);
	assert.deepEqual([cell.valueX10, cell.state, cell.isMakeup, cell.version], [70, 'value', true, 2]);
	const { items } = await call(200, 'GET', `/mark-columns/${first}/history/${b}`, 'teacher');
	assert.deepEqual(items.map((i) => [i.act, i.text, i.personName]), [
		['set', 'Ghi vắng, chờ kiểm tra bù', 'Cô Giáo DIEM'],
		['set', 'Ghi điểm kiểm tra bù 7', 'Cô Giáo DIEM']]);
	await call(422, 'PUT', at, 'teacher', { cells: [{ column: first, student: b, valueX10: 70, state: 'missing', version: 2 }] });
	await call(422, 'PUT', at, 'teacher', { cells: [{ column: first, student: b, state: 'away', version: 2 }] });
	const [[row]] = await db.query('SELECT new_x10 FROM mark_ledger WHERE student_id = ? ORDER BY number DESC LIMIT 1', [b]);
	assert.equal(row.new_x10, 128 + 70);
});

test('an entry that is sent again does nothing and gets the same answer', async () => {
	const key = newKey();
	const cells = [{ column: first, student: students[2], valueX10: 60, version: 0 },
		{ column: first, student: students[0], valueX10: 10, version: 7 }];
	const answer = await enter(cells, {}, key);
	assert.deepEqual([answer.saved.length, answer.conflicts.length], [1, 1]);
	assert.deepEqual(answer.conflicts[0].changedBy.id, String(school.teacher.id));
	await enter([{ column: first, student: students[2], valueX10: 65, version: 1 }]);
	const rows = await count('mark_ledger');
	const again = await enter(cells, {}, key);
	assert.deepEqual([again.saved, again.conflicts, again.locked], [answer.saved, answer.conflicts, answer.locked]);
	assert.equal(await count('mark_ledger'), rows);
	assert.equal((await cellOf(first, students[2])).valueX10, 65, 'what came later stands');
	const other = await call(422, 'PUT', at, 'teacher', { cells: [cells[0]] }, key);
	assert.equal(other.code, 'mark.key_used');
	assert.equal(await count('mark_ledger'), rows);
});

test('twins of one entry that race are one entry', async () => {
	const key = newKey();
	const cells = [{ column: first, student: students[3], valueX10: 40, version: 0 }];
	const answers = await Promise.all([1, 2, 3, 4, 5].map(() => enter(cells, {}, key)));
	assert.ok(answers.every((a) => a.saved.length === 1 && a.saved[0].version === 1), JSON.stringify(answers));
	const [[row]] = await db.query('SELECT COUNT(*) AS n FROM mark_ledger WHERE student_id = ?', [students[3]]);
	assert.equal(Number(row.n), 1);
});

test('a locked mark changes by a request that another person approves', async () => {
	const seen = await cellOf(first, students[0]);
	const change = { column: first, student: students[0], valueX10: 95, version: seen.version };
	const early = await call(409, 'POST', `${at}/requests`, 'teacher', { cells: [change], why: 'chấm sót' });
	assert.equal(early.code, 'mark.request_open');
	await lock(1, Date.now() + 3_600_000);
	assert.deepEqual((await sheet()).columns.map((c) => c.isLocked), [false]);
	await db.query('UPDATE mark_lock SET locks_at_ms = 1');
	const shown = (await sheet()).columns[0];
	assert.deepEqual([shown.isLocked, shown.lockedAt], [true, 1]);
	const refused = await enter([change]);
	assert.deepEqual([refused.saved, refused.locked.map((c) => [c.why, c.valueX10, c.version])], [[], [['locked', 85, 1]]]);
	await call(422, 'POST', `${at}/requests`, 'teacher', { cells: [change], why: '  ' });
	await call(403, 'POST', `${at}/requests`, 'otherTeacher', { cells: [change], why: 'chấm sót' });
	const { id } = await call(201, 'POST', `${at}/requests`, 'teacher', { cells: [change], why: 'chấm sót' });
	assert.equal((await call(409, 'POST', `${at}/requests`, 'teacher', { cells: [change], why: 'chấm sót' })).code, 'mark.request_waits');
	const waiting = await sheet();
	assert.equal(waiting.requests, 1);
	assert.equal(waiting.rows[0].cells[first].request.valueX10, 95);
	const [item] = (await call(200, 'GET', '/mark-requests?state=waiting', 'office')).items;
	assert.deepEqual([item.id, item.old.valueX10, item.new.valueX10, item.isStale, item.why], [id, 85, 95, false, 'chấm sót']);
	assert.deepEqual((await call(200, 'GET', '/mark-requests', 'otherTeacher')).items, []);
	await call(403, 'POST', `/mark-requests/${id}/decision`, 'teacher', { approve: true });
	await call(422, 'POST', `/mark-requests/${id}/decision`, 'office', { approve: false });
	await call(204, 'POST', `/mark-requests/${id}/decision`, 'office', { approve: true, note: 'đồng ý' });
	assert.equal((await cellOf(first, students[0])).valueX10, 95);
	const { items } = await call(200, 'GET', `/mark-columns/${first}/history/${students[0]}`, 'office');
	const last = items.at(-1);
	assert.deepEqual([last.text, last.person, last.approver.id, last.request, last.why],
		['Sửa 8,5 thành 9,5', String(school.teacher.id), String(school.office.id), id, 'chấm sót']);
	assert.equal((await call(409, 'POST', `/mark-requests/${id}/decision`, 'office', { approve: true })).code, 'mark.request_decided');
});

test('a request that is stale, own, refused or withdrawn changes nothing', async () => {
	const ask = async (valueX10) => (await call(201, 'POST', `${at}/requests`, 'teacher', { why: 'nhầm',
		cells: [{ column: first, student: students[0], valueX10, version: (await cellOf(first, students[0])).version }] })).id;
	const stale = await ask(50);
	await db.query('DELETE FROM mark_lock');
	await enter([{ column: first, student: students[0], valueX10: 90, version: 2 }]);
	await lock(0, 1);
	assert.equal((await call(409, 'POST', `/mark-requests/${stale}/decision`, 'office', { approve: true })).code, 'mark.request_stale');
	await call(204, 'POST', `/mark-requests/${stale}/decision`, 'office', { approve: false, note: 'xem lại' });
	const own = await ask(60);
	await db.query('UPDATE mark_request SET asked_by = ? WHERE id = ?', [school.office.id, own]);
	assert.equal((await call(403, 'POST', `/mark-requests/${own}/decision`, 'office', { approve: true })).code, 'mark.request_own');
	await call(404, 'DELETE', `/mark-requests/${own}`, 'teacher');
	await call(204, 'POST', `/mark-requests/${own}/decision`, 'secondOffice', { approve: false, note: 'không' });
	const withdrawn = await ask(70);
	await call(404, 'DELETE', `/mark-requests/${withdrawn}`, 'otherTeacher');
	await call(204, 'DELETE', `/mark-requests/${withdrawn}`, 'teacher');
	await call(409, 'POST', `/mark-requests/${withdrawn}/decision`, 'office', { approve: true });
	assert.equal((await cellOf(first, students[0])).valueX10, 90);
	const states = (await call(200, 'GET', '/mark-requests', 'office')).items.map((i) => i.state);
	assert.deepEqual(states, ['withdrawn', 'refused', 'refused', 'approved']);
});

test('a class that is reopened takes marks, one that is closed takes none by any way', async () => {
	const change = async (valueX10) => enter([{ column: first, student: students[0], valueX10,
		version: (await cellOf(first, students[0])).version }]);
	await insert(db, 'mark_reopening', { school_id: school.id, term_id: school.terms[0], class_id: school.class,
		subject_id: school.subject, kind: 0, until_ms: Date.now() + 3_600_000, why: 'mở lại', made_by: school.office.id, made_at_ms: 1 });
	assert.equal((await change(80)).saved.length, 1);
	await insert(db, 'class_closing', { school_id: school.id, class_id: school.class, term_number: 0, version: 1,
		is_closed: 1, changed_by: school.office.id, changed_at_ms: 1 });
	const answer = await change(70);
	assert.deepEqual([answer.saved, answer.locked.map((c) => c.why)], [[], ['closed']]);
	const { id } = await call(201, 'POST', `${at}/requests`, 'teacher', { why: 'nhầm',
		cells: [{ column: first, student: students[0], valueX10: 70, version: answer.locked[0].version }] });
	assert.equal((await call(409, 'POST', `/mark-requests/${id}/decision`, 'office', { approve: true })).code, 'mark.request_closed');
	assert.equal((await call(409, 'PUT', `/exemptions${at.slice(6)}`, 'office', { students: [students[1]] })).code, 'mark.class_closed');
	assert.equal((await call(409, 'PUT', `/remarks${at.slice(6)}`, 'teacher',
		{ rows: [{ student: students[1], text: 'chăm', version: 0 }] })).code, 'mark.class_closed');
	await call(204, 'DELETE', `/mark-requests/${id}`, 'teacher');
	await db.query('DELETE FROM class_closing');
	await db.query('DELETE FROM mark_reopening');
	await unlock();
});

test('a lock that begins while marks come in stops every one behind it', async () => {
	const id = await column('tx', 2);
	const late = [];
	let isLocked = false;
	const writer = async (student) => {
		for (let version = 0; version < 30;) {
			const sentLate = isLocked;
			const { saved, locked } = await enter([{ column: id, student, valueX10: version % 2 ? 50 : 60, version }]);
			if (locked.length) {
				return;
			}
			assert.equal(saved.length, 1);
			if (sentLate) {
				late.push(student);
			}
			version = saved[0].version;
		}
	};
	const writers = students.map(writer);
	await lock(0, 1);
	isLocked = true;
	await Promise.all(writers);
	assert.deepEqual(late, [], 'saved although it was sent behind the lock');
	await unlock();
});

test('an exempt student has no mean and takes no marks', async () => {
	const path = `/exemptions${at.slice(6)}`;
	await call(403, 'PUT', path, 'teacher', { students: [students[1]] });
	await call(204, 'PUT', path, 'office', { students: [students[1]], reason: 'giấy của bệnh viện' });
	const row = (await sheet()).rows[1];
	assert.deepEqual([row.exempt, row.mean.valueX10, row.mean.why.code], [true, null, 'mark.exempt']);
	const { locked } = await enter([{ column: first, student: students[1], valueX10: 50, version: 2 }]);
	assert.deepEqual(locked.map((c) => c.why), ['exempt']);
	await call(404, 'PUT', path, 'office', { students: ['999999'] });
	await call(204, 'PUT', path, 'office', { students: [] });
	assert.equal((await sheet()).rows[1].exempt, false);
	const [acts] = await db.query('SELECT act FROM mark_ledger WHERE act IN (9, 10) ORDER BY number');
	assert.deepEqual(acts.map((a) => a.act), [9, 10]);
});

test('remarks carry versions; phrases are the own ones and the school\'s', async () => {
	const path = `/remarks${at.slice(6)}`;
	const put = (rows, who = 'teacher', phrases = []) => call(200, 'PUT', path, who, { rows, phrases });
	const own = (await call(201, 'POST', '/phrases', 'teacher', { text: 'Tiến bộ rõ rệt' })).id;
	await call(403, 'POST', '/phrases', 'teacher', { text: 'Của trường', isSchool: true });
	const shared = (await call(201, 'POST', '/phrases', 'office', { text: 'Của trường', isSchool: true })).id;
	const written = await put([{ student: students[0], text: ' Chăm chỉ ', version: 0 }], 'teacher', [own, shared, own]);
	assert.deepEqual(written.saved, [{ student: students[0], text: 'Chăm chỉ', version: 1 }]);
	const met = await put([{ student: students[0], text: 'Khác', version: 0 }, { student: students[1], text: 'Ngoan', version: 0 }]);
	assert.deepEqual([met.saved.length, met.conflicts[0].text, met.conflicts[0].changedBy.id], [1, 'Chăm chỉ', String(school.teacher.id)]);
	await call(403, 'PUT', path, 'otherTeacher', { rows: [] });
	await call(422, 'PUT', path, 'teacher', { rows: [{ student: students[0], text: 'x'.repeat(1001), version: 1 }] });
	assert.equal((await put([{ student: students[0], text: 'x'.repeat(1000), version: 1 }])).saved.length, 1);
	assert.deepEqual((await sheet()).rows.map((r) => r.remark.version), [2, 1, 0, 0]);
	const homeroom = `/remarks/${school.class}/0/${school.terms[0]}`;
	assert.equal((await call(200, 'PUT', homeroom, 'teacher', { rows: [{ student: students[0], text: 'Lớp trưởng', version: 0 }] })).saved.length, 1);
	const seen = await call(200, 'GET', homeroom, 'office');
	assert.deepEqual([seen.mayWrite, seen.rows[0].text, seen.rows.length], [false, 'Lớp trưởng', 4]);
	await call(404, 'GET', homeroom.replace('/0/', '/00/'), 'office');
	const list = async (who) => (await call(200, 'GET', '/phrases', who)).items.map((p) => [p.id, p.isSchool, p.used]);
	assert.deepEqual(await list('teacher'), [[own, false, 2], [shared, true, 1]]);
	assert.deepEqual(await list('otherTeacher'), [[shared, true, 1]]);
	await call(404, 'DELETE', `/phrases/${shared}`, 'teacher');
	await call(404, 'DELETE', `/phrases/${own}`, 'otherTeacher');
	await call(204, 'DELETE', `/phrases/${own}`, 'teacher');
	await call(204, 'DELETE', `/phrases/${shared}`, 'office');
});

test('a sheet is sent again only when something of it is new: a mark, a remark, a lock that fell due', async () => {
	let tag = null;
	const look = async () => {
		const response = await server.call('GET', `/api/v1${at}`, { as: as.teacher, headers: tag ? { 'If-None-Match': tag } : {} });
		assert.equal((await response.text()).length > 0, response.status === 200);
		tag = response.headers.get('etag');
		return response.status;
	};
	const student = students[1];
	assert.equal(await look(), 200);
	assert.match(tag, /^"[0-9a-f]{32}"$/);
	assert.equal(await look(), 304);
	const { version } = await cellOf(first, student);
	await enter([{ column: first, student, valueX10: 31, version }], { why: 'chấm lại' });
	assert.equal(await look(), 200, 'a mark');
	assert.equal(await look(), 304);
	await db.query('UPDATE person SET full_name = ? WHERE id = ?', ['Học Sinh Đổi Tên', school.students[0].id]);
	assert.equal(await look(), 200, 'a name');
	assert.equal(await look(), 304);
	await lock(1, Date.now() - 1);
	assert.equal(await look(), 200, 'a lock');
	await unlock();
	assert.equal(await look(), 200, 'it is gone');
	assert.equal(await look(), 304);
});
