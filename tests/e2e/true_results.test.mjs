/*
 * Results stay true. A student who changes class in the year brings the marks along: results, means,
 * the sheet, the family's view and the report card count them. What was closed is printed as it was
 * closed, whatever is changed in the tables afterwards; what was kept and then edited is not printed.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pdfCodes } from './lib/pdf.mjs';
import { connectDb, insert, makeMember, makeSchool, signIn } from './lib/people.mjs';
import { readBundle } from './lib/oneroster.mjs';
import { Server } from './lib/server.mjs';

let server;
let db;
let school;
let office;
let teacher;
let mover;
let stayer;
let folder;
const columns = {};

const PLACES = [[1, 1], [1, 2], [2, 1], [3, 1]]; /* two regular marks, a midterm, a final */
const at = () => ({ school_id: school.id, changed_by: school.office.id, changed_at_ms: 1, version: 1 });

async function makeClass(name) {
	const id = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 12, name,
		homeroom_person_id: school.teacher.id });
	for (const subject of [school.subject, school.sport]) {
		await insert(db, 'teaching', { school_id: school.id, class_id: id, subject_id: subject, person_id: school.teacher.id });
		for (const [k, term] of school.terms.entries()) {
			for (const [kind, position] of PLACES) {
				columns[`${name} ${subject} ${k + 1} ${kind} ${position}`] = await insert(db, 'mark_column', { school_id: school.id,
					class_id: id, subject_id: subject, term_id: term, kind, position });
			}
		}
	}
	await insert(db, 'roll_call', { school_id: school.id, class_id: id, on_date: '2026-09-07', session: 1, version: 1, taken_by: 1, taken_at_ms: 1 });
	return { id, name };
}

async function makeStudent(login, name, homes) {
	const person = await makeMember(db, school, 'student', login, name);
	const id = await insert(db, 'student', { school_id: school.id, person_id: person.id, code: login.toUpperCase() });
	for (const [of, from_on, to_on] of homes) {
		await insert(db, 'enrolment', { school_id: school.id, class_id: of.id, student_id: id, position: 1, from_on, to_on });
	}
	for (const term of school.terms) {
		await insert(db, 'conduct', { ...at(), class_id: homes[0][0].id, student_id: id, term_id: term, stage: 1, level: 1 });
	}
	return { ...person, id };
}

const mark = (of, subject, term, kind, position, student, value_x10, more = {}) => insert(db, 'mark', { ...at(),
	column_id: columns[`${of.name} ${subject} ${term} ${kind} ${position}`], student_id: student.id, value_x10, ...more });

async function allMarks(of, term, student, [a, b, c, d]) {
	for (const [i, [kind, position]] of PLACES.entries()) {
		await mark(of, school.subject, term, kind, position, student, [a, b, c, d][i]);
		await mark(of, school.sport, term, kind, position, student, 1);
	}
}

const call = async (status, method, path, as, body) => {
	const response = await server.call(method, `/api/v1${path}`, { as, body });
	const text = await response.text();
	assert.equal(response.status, status, text);
	return text ? JSON.parse(text) : null;
};
const results = (part) => call(200, 'GET', `/classes/${school.to.id}/results/${part}`, office);
const ofMover = ({ students }) => students.find((s) => s.student.id === mover.id);

/* The text of a printed document, one line, and its code. */
async function print(kind, part) {
	const response = await server.call('POST', `/api/v1/classes/${school.to.id}/documents`, { as: office, body: { kind, part, students: [mover.id] } });
	const bytes = Buffer.from(await response.arrayBuffer());
	if (response.status !== 200) {
		return { status: response.status, problem: JSON.parse(bytes.toString()) };
	}
	const file = join(folder, 'one.pdf');
	await writeFile(file, bytes);
	const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
	const [code] = await pdfCodes(file);
	return { status: 200, text, statement: code.split('/verify#')[1] };
}

async function printBook() {
	const response = await server.call('POST', `/api/v1/classes/${school.to.id}/documents`, { as: office, body: { kind: 'mark_book', part: 'year', students: null } });
	const file = join(folder, 'book.pdf');
	await writeFile(file, Buffer.from(await response.arrayBuffer()));
	assert.equal(response.status, 200);
	return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
}

const verify = (statement) => call(200, 'POST', '/documents/verify', undefined, { statement });

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'CHUYENLOP');
	school.sport = await insert(db, 'subject', { school_id: school.id, code: 'gdtc', name: 'Giáo dục thể chất', kind: 2 });
	school.from = await makeClass('12C1');
	school.to = await makeClass('12C2');
	mover = await makeStudent('chuyen', 'Nguyễn Thị Chuyển', [[school.from, '2026-09-05', '2027-01-15'], [school.to, '2027-01-15', null]]);
	stayer = await makeStudent('olai', 'Trần Văn Ở', [[school.to, '2026-09-05', null]]);
	await allMarks(school.from, 1, mover, [80, 90, 70, 85]);
	await allMarks(school.to, 1, stayer, [50, 60, 70, 80]);
	await insert(db, 'remark', { ...at(), class_id: school.from.id, student_id: mover.id, term_id: school.terms[0], subject_id: school.subject,
		text: 'Lời ghi ở lớp cũ.' });
	office = await signIn(server, school.office);
	teacher = await signIn(server, school.teacher);
	folder = await mkdtemp(join(tmpdir(), 'tt-true-'));
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
	if (folder) {
		await rm(folder, { recursive: true });
	}
});

const sheet = async () => (await call(200, 'GET', `/marks/${school.to.id}/${school.subject}/${school.terms[0]}`, teacher))
	.rows.find((r) => r.student.id === mover.id);
const toan = (line) => line.subjects.find((s) => s.code === 'toan');

test('the marks of the former class count in the new one, and are shown where they came from', async () => {
	const { line, result } = ofMover(await results('1'));
	assert.deepEqual(toan(line).terms[0], { tx: [80, 90], gk: 70, ck: 85 });
	assert.deepEqual(toan(result).terms[0], 81); /* (80 + 90 + 2·70 + 3·85) / 7 = 80,71 */
	assert.equal(result.subjects.find((s) => s.code === 'gdtc').terms[0], 'D');
	const row = await sheet();
	assert.equal(row.mean.valueX10, 81);
	assert.deepEqual(row.cells, {});
	assert.deepEqual(row.carried.map((c) => [c.kind, c.position, c.valueX10, c.class.name]),
		[['tx', 1, 80, '12C1'], ['tx', 2, 90, '12C1'], ['gk', 1, 70, '12C1'], ['ck', 1, 85, '12C1']]);
	const others = (await results('1')).students.find((s) => s.student.id === stayer.id);
	assert.deepEqual(toan(others.line).terms[0], { tx: [50, 60], gk: 70, ck: 80 });
	const left = await call(200, 'GET', `/classes/${school.from.id}/results/1`, office);
	assert.deepEqual(left.students, []);
	const { years } = await call(200, 'GET', `/students/${mover.id}/results`, office);
	assert.deepEqual([years.length, years[0].class.name, toan(years[0].result).terms[0]], [1, '12C2', 81]);
});

test('what is entered in the new class takes the place of what was brought along; being away does, too', async () => {
	await mark(school.to, school.subject, 1, 1, 2, mover, 60);
	assert.deepEqual(toan(ofMover(await results('1')).line).terms[0], { tx: [80, 60], gk: 70, ck: 85 });
	assert.equal((await sheet()).mean.valueX10, 76); /* (80 + 60 + 140 + 255) / 7 = 76,43 */
	await mark(school.to, school.subject, 1, 3, 1, mover, null, { state: 2 });
	assert.equal(toan(ofMover(await results('1')).line).terms[0].ck, null);
	assert.equal((await sheet()).mean.valueX10, null);
	await db.query('UPDATE mark SET state = 1 WHERE student_id = ? AND state = 2', [mover.id]); /* a cell that was cleared */
	assert.equal(toan(ofMover(await results('1')).line).terms[0].ck, 85);
	assert.equal((await sheet()).mean.valueX10, 76);
});

test('the family sees each place once: the published mark of the new class, else that of the former', async () => {
	const who = await signIn(server, mover);
	await db.query('UPDATE mark_column SET published_at_ms = 1 WHERE class_id = ?', [school.from.id]);
	const seen = async () => (await call(200, 'GET', '/my/marks', who)).terms[0].subjects.find((s) => s.name.startsWith('Toán'));
	assert.deepEqual((await seen()).marks.map((m) => m.valueX10), [80, 90, 70, 85]);
	assert.equal((await seen()).mean.valueX10, 81);
	await db.query('UPDATE mark_column SET published_at_ms = 1 WHERE class_id = ?', [school.to.id]);
	assert.deepEqual((await seen()).marks.map((m) => m.valueX10), [80, 60, 70, 85]);
	assert.equal((await seen()).mean.valueX10, 76);
	const { years } = await call(200, 'GET', '/my/results', who);
	assert.equal(toan(years[0].result).terms[0], 76);
});

test('the report card has them, and the remark of the former class', async () => {
	const { text } = await print('term_report', '1');
	assert.match(text, /8 6 7 8,5 7,6/);
	assert.match(text, /Lời ghi ở lớp cũ\./);
	assert.doesNotMatch(text, /khóa sổ/);
});

/* What the mover comes to in mathematics by a OneRoster bundle: { 0: the year, 1, 2: a term }. */
async function exportedMeans() {
	const response = await server.call('POST', '/api/v1/oneroster/exports', { as: office, body: { year: school.year, purpose: 'Thử' } });
	const { header, rows } = readBundle(Buffer.from(await response.arrayBuffer())).tables.results;
	return Object.fromEntries(rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])))
		.filter((r) => r.sourcedId.includes('.toan.') && r.sourcedId.endsWith('.tb.CHUYEN'))
		.map((r) => [r.sourcedId.match(/\.(\d)\.tb\./)[1], r.score]));
}

const close = (part, version, isClose = true) => call(200, 'POST', `/classes/${school.to.id}/closing`, office,
	{ part, close: isClose, version, why: isClose ? '' : 'xem lại' });

test('what was closed is printed as it was closed, and says so', async () => {
	for (const student of [mover, stayer]) {
		await allMarks(school.to, 2, student, [70, 75, 80, 85]);
	}
	const open = await print('transcript_year', 'year');
	for (const part of ['1', '2', 'year']) {
		await close(part, 0);
	}
	const told = (await call(200, 'GET', '/notices', await signIn(server, mover))).items.filter((n) => n.kind.startsWith('result'));
	assert.deepEqual(told.map((n) => n.kind), ['result', 'result_2', 'result_1'], 'the family is told of each part');
	assert.match(told[2].text, /kết quả học kì I của lớp 12C2, có thể tải phiếu điểm/);
	const closed = await print('transcript_year', 'year');
	assert.match(closed.text, /Kết quả đã khóa sổ ngày \d\d\/\d\d\/\d{4}\./);
	assert.match(closed.text, /Toán CHUYENLOP 7,6 8 7,9/); /* (7,6 + 2 · 8) / 3 */
	assert.equal((await verify(open.statement)).isSame, true, 'closing alone changes nothing on paper');
	const whole = ofMover(await results('year'));
	const term = ofMover(await results('1'));
	assert.ok(whole.keptAt > 0 && term.keptAt > 0);
	const overview = await call(200, 'GET', `/classes/${school.to.id}/marks/year`, office);
	const book = await printBook();
	assert.match(book, /Kết quả đã khóa sổ ngày \d\d\/\d\d\/\d{4}/);
	assert.match(book, /Nguyễn Thị Chuyển 8 6 7 8,5 7,6 7 7,5 8 8,5 8 7,9/);

	/* Behind the program's back, or as time goes by. */
	await db.query('UPDATE mark SET value_x10 = 10 WHERE student_id = ? AND value_x10 > 1', [mover.id]);
	await db.query("UPDATE subject SET name = 'Toán học mới' WHERE id = ?", [school.subject]);
	await insert(db, 'subject_load', { school_id: school.id, school_year_id: school.year, subject_id: school.subject, grade: 12, lessons_a_year: 105 });
	await db.query('DELETE FROM conduct WHERE student_id = ?', [mover.id]);
	const later = await print('transcript_year', 'year');
	assert.equal(later.text, closed.text);
	assert.equal((await print('term_report', '1')).text.includes('8 6 7 8,5 7,6'), true);
	assert.equal((await verify(closed.statement)).isSame, true);
	assert.deepEqual(ofMover(await results('year')), whole);
	assert.deepEqual(ofMover(await results('1')), term);
	const seen = await call(200, 'GET', `/classes/${school.to.id}/marks/year`, office);
	assert.deepEqual([seen.students, seen.subjects, seen.closed], [overview.students, overview.subjects, overview.closed]);
	assert.equal((await printBook()).replace(/\d\d:\d\d/g, ''), book.replace(/\d\d:\d\d/g, ''));
	const { years } = await call(200, 'GET', '/my/results', await signIn(server, mover));
	assert.deepEqual(years[0].result.year, whole.result.year);
	assert.equal((await print('transcript', 'year')).text, closed.text, 'of all years, which is one here');
	/* What leaves as OneRoster comes to the same. */
	assert.deepEqual(await exportedMeans(), { 0: '7.9', 1: '7.6', 2: '8.0' });
});

test('who came after the closing is shown as of now, beside what was kept', async () => {
	const late = await makeStudent('muon', 'Vũ Đến Muộn', [[school.to, '2027-05-01', null]]);
	const found = (await results('1')).students;
	assert.deepEqual(found.map((s) => [s.student.id === late.id, s.keptAt === null]).sort(), [[false, false], [false, false], [true, true]]);
	const { students, missing } = await call(200, 'GET', `/classes/${school.to.id}/marks/1`, office);
	const row = students.find((s) => s.student.id === late.id);
	assert.deepEqual([row.keptAt, row.values, row.missing.count > 0], [null, [null, null], true]);
	assert.deepEqual([missing.count, students.filter((s) => s.keptAt).map((s) => s.missing.count)], [0, [0, 0]]);
	assert.match(await printBook(), /Vũ Đến Muộn/);
	await db.query('DELETE FROM conduct WHERE student_id = ?', [late.id]);
	await db.query('UPDATE enrolment SET to_on = from_on WHERE student_id = ?', [late.id]);
});

test('what was kept and then edited is not printed, and its code does not hold', async () => {
	const { statement } = await print('transcript_year', 'year');
	await db.query("UPDATE student_result SET result = REPLACE(result, '\"ck\":85', '\"ck\":95') WHERE student_id = ? AND term_number = 0", [mover.id]);
	const { status, problem } = await print('transcript_year', 'year');
	assert.deepEqual([status, problem.code], [409, 'results.closed_edited']);
	assert.equal((await verify(statement)).isSame, false);
	assert.equal((await call(409, 'GET', `/classes/${school.to.id}/results/year`, office)).code, 'results.closed_edited');
	assert.equal((await call(409, 'GET', `/classes/${school.to.id}/marks/year`, office)).code, 'results.closed_edited');
	assert.equal((await call(409, 'GET', '/my/results', await signIn(server, mover))).code, 'results.closed_edited');
	assert.deepEqual(await exportedMeans(), {}, 'and leaves no more');
	await db.query("UPDATE student_result SET result = REPLACE(result, '\"ck\":95', '\"ck\":85') WHERE student_id = ? AND term_number = 0", [mover.id]);
	assert.equal((await verify(statement)).isSame, true);
});

test('opened again it is printed as it is now', async () => {
	await close('year', 1, false);
	const { text } = await print('transcript_year', 'year');
	assert.doesNotMatch(text, /khóa sổ/);
	assert.match(text, /Toán học mới/);
	const part = ofMover(await results('year'));
	assert.deepEqual([part.keptAt, toan(part.line).terms[0].gk], [null, 70], 'the terms are closed still');
	assert.match(await printBook(), /Học kì I đã khóa sổ ngày [\d/]+; Học kì II đã khóa sổ/);
	await close('1', 1, false);
	assert.equal(toan(ofMover(await results('year')).line).terms[0].gk, 10, 'as it stands in the table');
	assert.equal(toan(ofMover(await results('1')).line).terms[0].gk, 10);
	const text1 = await printBook();
	assert.match(text1, /Học kì II đã khóa sổ/);
	assert.doesNotMatch(text1, /Học kì I đã khóa sổ/);
});
