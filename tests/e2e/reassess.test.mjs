/*
 * Secondary school's subjects assessed again in summer (Circular 22, articles 13 to 15): what is asked of
 * whom, what comes of it, what is refused, on paper, closed and opened again, and edited behind the
 * program's back. Primary school's is in primary.test.mjs.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { connectDb, insert, makeSchool, signIn } from './lib/people.mjs';
import { BIN, Server } from './lib/server.mjs';

const SUBJECTS = [['van', 'Ngữ văn'], ['anh', 'Tiếng Anh'], ['khtn', 'Khoa học tự nhiên'], ['lsdl', 'Lịch sử và Địa lí'],
	['gdcd', 'Giáo dục công dân'], ['tin', 'Tin học'], ['gdtc', 'Giáo dục thể chất', 2]];
const CHUA_DAT = 4; /* conduct; 1 is tot */

let server;
let db;
let school;
let other;
let pupils;
let gdtc;
let folder;
const as = {};

const call = (...words) => server.answer(...words);
const cell = (n, valueX10, version = 0, more = {}) => ({ student: pupils[n], subject: school.subject, item: 0, valueX10, version, ...more });
const put = (cells, status = 200, who = as.teacher) => call(status, 'PUT', `/classes/${school.class}/reassessment`, who, { cells });
const rowOf = (sheet, n) => sheet.rows.find((r) => r.student.id === pupils[n]);
const resultOf = (sheet, n) => {
	const { learning, after: again, promotion } = rowOf(sheet, n);
	return [learning, again, promotion];
};
const audit = () => spawnSync(BIN, ['audit', '--data', join(server.dir, 'data')], { encoding: 'utf8' });

/* Pupils 0, 1 and 3 did not pass mathematics, 0 gymnastics either; 1 has no sufficient conduct. */
const markOf = (code, n) => {
	if (code === 'toan') {
		return n === 2 ? 70 : 30;
	}
	return code === 'gdtc' ? Number(n !== 0) : 55; /* better ones would carry mathematics: article 9, clause 3 */
};

async function fill() {
	const at = { school_id: school.id, changed_by: school.teacher.id, changed_at_ms: 1, version: 1 };
	for (const [code, name, kind = 1] of [['toan'], ...SUBJECTS]) {
		const subject_id = name ? await insert(db, 'subject', { school_id: school.id, code, name, kind }) : school.subject;
		gdtc = subject_id;
		for (const term_id of school.terms) {
			for (const [column, position] of [[1, 1], [1, 2], [2, 1], [3, 1]]) {
				const column_id = await insert(db, 'mark_column', { school_id: school.id, class_id: school.class, subject_id, term_id,
					kind: column, position });
				await db.query('INSERT INTO mark (school_id, column_id, student_id, value_x10, version, changed_by, changed_at_ms) VALUES ?',
					[pupils.map((student, n) => [school.id, column_id, student, markOf(code, n), 1, at.changed_by, 1])]);
			}
		}
	}
	for (const [n, student_id] of pupils.entries()) {
		for (const [k, term_id] of school.terms.entries()) {
			await insert(db, 'conduct', { ...at, class_id: school.class, student_id, term_id, stage: 1, level: n === 1 && k === 1 ? CHUA_DAT : 1 });
		}
	}
	await insert(db, 'roll_call', { school_id: school.id, class_id: school.class, on_date: '2026-09-07', session: 1, version: 1, taken_by: 1, taken_at_ms: 1 });
}

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'HEMARK');
	other = await makeSchool(db, 'KHACMARK');
	await db.query('UPDATE school SET level = ? WHERE id = ?', ['thcs', school.id]);
	await db.query('UPDATE class SET grade = 8, name = ? WHERE id = ?', ['8A', school.class]);
	pupils = school.students.map((s) => s.student);
	await fill();
	as.office = await signIn(server, school.office);
	as.teacher = await signIn(server, school.teacher);
	as.colleague = await signIn(server, school.otherTeacher);
	as.student = await signIn(server, school.students[0]);
	as.stranger = await signIn(server, other.office);
	folder = await mkdtemp(join(tmpdir(), 'tt-reassess-'));
	await watchOutbox(server, db);
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
	if (folder) {
		await rm(folder, { recursive: true });
	}
});

test('what is asked again, and of whom', async () => {
	const sheet = await call(200, 'GET', `/classes/${school.class}/reassessment`, as.teacher);
	assert.deepEqual([sheet.pack, sheet.isClosed], ['tt22', false]);
	assert.deepEqual(sheet.rows.map((r) => r.student.id), [pupils[0], pupils[1], pupils[3]], 'of who did pass, nothing');
	const items = (n) => rowOf(sheet, n).items.map((x) => [x.subject, x.item, x.kind, x.before, x.valueX10, x.version, x.mayEnter]);
	const toan = [school.subject, 0, 'mark', 30, null, 0, true];
	assert.deepEqual(items(0).sort(), [toan, [gdtc, 0, 'comment', 0, null, 0, true]].sort());
	assert.deepEqual([items(1), items(3)], [[toan], [toan]]);
	for (const n of [0, 1, 3]) {
		assert.deepEqual(resultOf(sheet, n), ['chua_dat', null, 'conditional']);
	}
});

test('who is not asked and what is no mark gets its sentence, and nothing of it is kept', async () => {
	const good = cell(0, 55);
	for (const bad of [cell(0, 75.5), cell(0, 755), cell(0, 101), cell(0, -2), cell(0, -1), cell(0, '55'), cell(0, 2, 0, { subject: gdtc }), cell(2, 55),
		cell(0, 55, 0, { item: 1 }), cell(0, 1, 0, { subject: null, item: 200 }), cell(0, 55, 0, { subject: other.subject }),
		cell(0, 55, 0, { student: other.students[0].student }), cell(0, null, 0, { item: 5 }), cell(0, 55, -1)]) {
		const status = bad.item === 200 ? 403 : 422; /* that is the headmaster's */
		const problem = await put([good, bad], status);
		assert.deepEqual(problem.errors?.map((x) => [x.field, x.code]), status === 422 ? [['cells', 'reassess.not_asked']] : undefined,
			JSON.stringify(bad));
	}
	await put([cell(0, 1, 0, { subject: null, item: 200 })], 422, as.office);
	await put([good], 403, as.colleague);
	await put([good], 403, as.student);
	await put([good], 404, as.stranger);
	await call(404, 'GET', `/classes/${school.class}/reassessment`, as.stranger);
	await call(403, 'GET', `/classes/${school.class}/reassessment`, as.colleague);
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM reassessment');
	assert.equal(Number(n), 0);
});

test('the results of the summer replace the year’s, by the rules', async () => {
	const first = await put([cell(0, 55), cell(0, 1, 0, { subject: gdtc }), cell(1, 50), cell(3, 34)]);
	assert.deepEqual([first.saved.length, first.conflicts], [4, []]);
	assert.deepEqual(resultOf(first, 0), ['chua_dat', 'dat', 'promoted']);
	assert.deepEqual(resultOf(first, 1), ['chua_dat', 'dat', 'held'], 'conduct does not suffice yet');
	assert.deepEqual(resultOf(first, 3), ['chua_dat', 'chua_dat', 'held'], 'below 3,5');

	const trained = await call(200, 'PUT', `/classes/${school.class}/conduct/${school.terms[1]}`, as.teacher,
		{ stage: 'summer', cells: [{ student: pupils[1], level: 'dat', version: 0 }] });
	assert.deepEqual([trained.saved, trained.rows[0].year.after], [[pupils[1]], 'dat']);
	const past = (n, status = 200, who = as.teacher) => call(status, 'GET', `/classes/${school.class}/conduct-history/${pupils[n]}`, who);
	assert.deepEqual((await past(1)).items.map((x) => [x.person, x.term, x.stage, x.old, x.new]), [[school.teacher.id, 2, 'summer', null, 'dat']]);
	assert.deepEqual((await past(0, 200, as.office)).items, [], 'of what nobody changed, nothing');
	for (const [status, who] of [[403, as.colleague], [403, as.student], [404, as.stranger]]) {
		await past(1, status, who);
	}
	const sheet = await call(200, 'GET', `/classes/${school.class}/reassessment`, as.office);
	assert.deepEqual(resultOf(sheet, 1), ['chua_dat', 'dat', 'promoted']);

	const late = await put([cell(3, 60), cell(1, 80, 1)], 200, as.office);
	assert.deepEqual([late.saved.map((c) => c.student), late.conflicts.map((c) => c.student)], [[pupils[1]], [pupils[3]]]);
	assert.deepEqual(rowOf(late, 3).items.map((x) => [x.valueX10, x.version]), [[34, 1]], 'what stands is told');
	const back = await put([cell(1, null, 2)]);
	assert.deepEqual(resultOf(back, 1), ['chua_dat', 'chua_dat', 'held'], 'taken back');
	await put([cell(1, 50, 3)]);

	const { students } = await call(200, 'GET', `/classes/${school.class}/results/year?explain=1`, as.teacher);
	assert.deepEqual(students.map((s) => s.result.year.promotion), ['conditional', 'conditional', 'promoted', 'conditional']);
	assert.deepEqual(students[0].line.after.subjects, { toan: 55, gdtc: 'D' });
	const { result } = students[1];
	const said = spawnSync(BIN, ['gradebook', 'compute', '-', '--explain'], { input: `${JSON.stringify(students[1].line)}\n`, encoding: 'utf8' });
	assert.deepEqual(JSON.parse(said.stdout), result, 'the command says the same');
	assert.match(result.explain.map((x) => x.text).join('\n'), /Điều 14/);

	const [rows] = await db.query('SELECT old_x10, new_x10, person_id FROM mark_ledger WHERE class_id = ? AND subject_id = 0 AND act = 18' +
		' AND student_id = ? ORDER BY number', [school.class, pupils[1]]);
	const none = rows[0].old_x10;
	assert.deepEqual(rows.map((r) => [r.old_x10, r.new_x10, String(r.person_id)]), [[none, 50, school.teacher.id], [50, 80, school.office.id],
		[80, none, school.teacher.id], [none, 50, school.teacher.id]], 'each change stands in the class’s chain');
	const address = (subject, item, n) => `/classes/${school.class}/reassessment/${subject}/${item}/history/${pupils[n]}`;
	const { items } = await call(200, 'GET', address(school.subject, 0, 1), as.office);
	assert.deepEqual(items.map((x) => [x.oldX10, x.newX10, x.person]), [[null, 50, school.teacher.id], [50, 80, school.office.id],
		[80, null, school.teacher.id], [null, 50, school.teacher.id]], 'and is read from there');
	assert.deepEqual((await call(200, 'GET', address(gdtc, 0, 0), as.teacher)).items.map((x) => [x.oldX10, x.newX10]), [[null, 1]]);
	assert.deepEqual((await call(200, 'GET', address(0, 200, 0), as.teacher)).items, [], 'of what nobody said, nothing');
	for (const [subject, item] of [['x', 0], [school.subject, 'x'], [school.subject, 256], ['18446744073709551615', 0]]) {
		await call(404, 'GET', address(subject, item, 0), as.teacher);
	}
	await call(403, 'GET', address(school.subject, 0, 1), as.colleague);
	await call(403, 'GET', address(school.subject, 0, 1), as.student);
	await call(404, 'GET', address(school.subject, 0, 1), as.stranger);
});

test('the report card and the transcript show both results', async () => {
	for (const kind of ['year_report', 'transcript_year', 'transcript']) {
		const response = await server.call('POST', `/api/v1/classes/${school.class}/documents`,
			{ as: as.office, body: { kind, part: 'year', students: [pupils[0]] } });
		assert.equal(response.status, 200);
		const file = join(folder, `${kind}.pdf`);
		await writeFile(file, Buffer.from(await response.arrayBuffer()));
		const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
		for (const words of [/Toán HEMARK 3 3 3 5,5/, /Giáo dục thể chất CĐ CĐ CĐ Đ/,
			/Kết quả học tập: ?Chưa đạt/, /Chưa được lên lớp: đánh giá lại/, /Sau hè: ?Được lên lớp \(học tập: Đạt, rèn luyện: Tốt\)/]) {
			assert.match(text, words, kind);
		}
	}
});

test('closed, it stands; opened again, it may be changed', async () => {
	const close = (part, closes, version, why = '') => call(200, 'POST', `/classes/${school.class}/closing`, as.office,
		{ part, close: closes, version, ...(why ? { why } : {}) });
	for (const part of ['1', '2', 'year']) {
		await close(part, true, 0);
	}
	assert.equal((await call(200, 'GET', `/classes/${school.class}/reassessment`, as.teacher)).isClosed, true);
	for (const who of [as.teacher, as.office]) {
		assert.equal((await put([cell(3, 60, 1)], 409, who)).code, 'reassess.closed');
	}
	await close('year', false, 1, 'Phúc khảo sau hè');
	const opened = await put([cell(3, 60, 1)]);
	assert.deepEqual([opened.isClosed, ...resultOf(opened, 3)], [false, 'chua_dat', 'dat', 'promoted'], 'the terms stay closed');
	await close('year', true, 2);
});

test('the audit names a row that was edited or deleted, and nothing before', async () => {
	const about = (n) => `reassessment of class ${school.class} subject ${school.subject} item 0 student ${pupils[n]}: `;
	const named = () => audit().stdout.split('\n').filter((l) => l.startsWith('reassessment'));
	assert.deepEqual(named(), []);
	await db.query('UPDATE reassessment SET value_x10 = 90 WHERE student_id = ? AND subject_id = ?', [pupils[3], school.subject]);
	assert.deepEqual(named(), [`${about(3)}is not what its history says`]);
	await db.query('DELETE FROM reassessment WHERE student_id = ? AND subject_id = ?', [pupils[1], school.subject]);
	assert.deepEqual(named().sort(), [`${about(1)}missing; its history has one`, `${about(3)}is not what its history says`].sort());
	assert.equal(audit().status, 1);
});
