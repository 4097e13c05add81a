/*
 * Printed documents of a whole class: their text is the data, every QR code is read from the
 * picture of its page and verifies, a changed mark and a changed byte are found.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { enrolMany, insertMarks, insertRemarks, insertRows, openPrinter } from './lib/class_documents.mjs';
import { pdfCodes } from './lib/pdf.mjs';
import { connectDb, insert, makeSchool, signIn } from './lib/people.mjs';
import { BIN, Server } from './lib/server.mjs';

const run = promisify(execFile);
const STUDENTS = 45;
const SUBJECTS = [['toan', 'Toán', 105], ['van', 'Ngữ văn', 105], ['anh', 'Ngoại ngữ 1 (Tiếng Anh)', 105], ['su', 'Lịch sử', 52],
	['gdtc', 'Giáo dục thể chất', 70, 2], ['qpan', 'Giáo dục quốc phòng và an ninh', 35], ['hdtn', 'Hoạt động trải nghiệm, hướng nghiệp', 105, 2],
	['gddp', 'Nội dung giáo dục của địa phương', 35, 2], ['li', 'Vật lí', 70], ['hoa', 'Hóa học', 70], ['sinh', 'Sinh học', 70],
	['tin', 'Tin học', 70], ['dia', 'Địa lí', 70], ['gdktpl', 'Giáo dục kinh tế và pháp luật', 70], ['cn', 'Công nghệ', 70]];
const LONG_NAME = 'Công Tằng Tôn Nữ Nguyễn Phước Hoàng Ngọc Thanh Quỳnh Như';
const LONG_REMARK = 'Em có ý thức học tập rất tốt, chăm chỉ và luôn hoàn thành nhiệm vụ được giao; cần mạnh dạn phát biểu hơn nữa trong giờ học. ';

let server;
let db;
let school;
let office;
let printer;

const regularOf = (kind, lessons) => (kind === 2 || lessons <= 35 ? 2 : lessons <= 70 ? 3 : 4);

async function fill() {
	const names = Array.from({ length: STUDENTS - 1 }, (_, i) => `Nguyễn Thị Hoài ${['An', 'Ánh', 'Bảo', 'Ữu', 'Đặng'][(i + 2) % 5]} ${i + 2}`);
	school.students = await enrolMany(db, school, [LONG_NAME, ...names], 'IN', 1);
	const marks = [];
	const remarks = [];
	for (const [code, name, lessons, kind = 1] of SUBJECTS) {
		const subject = code === 'toan' ? school.subject : await insert(db, 'subject', { school_id: school.id, code, name, kind, position: SUBJECTS.findIndex((s) => s[0] === code) });
		await db.query('UPDATE subject SET name = ? WHERE id = ?', [name, subject]);
		await insert(db, 'subject_load', { school_id: school.id, school_year_id: school.year, subject_id: subject, grade: 12, lessons_a_year: lessons });
		await insert(db, 'teaching', { school_id: school.id, class_id: school.big, subject_id: subject, person_id: school.teacher.id });
		for (const term of school.terms) {
			const places = [...Array(regularOf(kind, lessons)).keys()].map((n) => [1, n + 1]).concat([[2, 1], [3, 1]]);
			for (const [column, position] of places) {
				const id = await insert(db, 'mark_column', { school_id: school.id, class_id: school.big, subject_id: subject, term_id: term, kind: column, position });
				school.students.forEach((s, i) => marks.push([school.id, id, s.id, kind === 2 ? 1 : 62 + (i * 7 + position * 5 + column * 3 + lessons) % 39, 1, 1, 1]));
			}
			school.students.forEach((s, i) => remarks.push([school.id, school.big, s.id, term, subject, i === 0 ? LONG_REMARK : 'Học tốt, chăm chỉ.', 1, 1, 1]));
		}
	}
	for (const term of school.terms) {
		school.students.forEach((s, i) => remarks.push([school.id, school.big, s.id, term, 0, i === 0 ? LONG_REMARK.repeat(6) : 'Ngoan, hòa đồng.', 1, 1, 1]));
	}
	await insertMarks(db, marks);
	await insertRemarks(db, remarks);
	await insertRows(db, 'conduct', 'school_id, class_id, student_id, term_id, stage, level, version, changed_by, changed_at_ms',
		school.terms.flatMap((term) => school.students.map((s, i) => [school.id, school.big, s.id, term, 1, 1 + (i % 7 === 0), 1, 1, 1])));
	await insert(db, 'roll_call', { school_id: school.id, class_id: school.big, on_date: '2026-09-07', session: 1, version: 1, taken_by: 1, taken_at_ms: 1 });
	await insert(db, 'absence', { school_id: school.id, class_id: school.big, student_id: school.students[0].id, on_date: '2026-09-07', session: 1, kind: 1, changed_by: 1, changed_at_ms: 1 });
}

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'INMARK');
	school.big = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 12, name: '12A1',
		homeroom_person_id: school.teacher.id });
	await fill();
	office = await signIn(server, school.office);
	printer = await openPrinter(server, school, office);
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
	await printer?.close();
});

const print = (...words) => printer.print(...words);
const textOf = async (file) => (await run('pdftotext', ['-layout', file, '-'], { maxBuffer: 64 << 20 })).stdout;

async function verify(statement) {
	const response = await server.call('POST', '/api/v1/documents/verify', { body: { statement } });
	assert.equal(response.status, 200);
	return response.json();
}

const statementOf = (code) => code.split('/verify#')[1];
const vi = (x10) => (x10 % 10 ? `${Math.floor(x10 / 10)},${x10 % 10}` : String(x10 / 10));

test('45 report cards of a term: their text is the data, and every code verifies', async () => {
	const { file, bytes, ms } = await print('term_report', '1');
	console.log(`REPORT 45 report cards of a term: ${ms.toFixed(0)} ms, ${(bytes.length / 1024).toFixed(0)} KiB`);
	assert.ok(bytes.length < 3 << 20);
	const response = await server.call('GET', `/api/v1/classes/${school.big}/results/1`, { as: office });
	const { students } = await response.json();
	const pages = (await textOf(file)).split('\f');
	for (const { student, result } of students) {
		const name = student.fullName.split(' ').at(-1);
		const page = pages.find((p) => p.includes(student.code) && p.includes('PHIẾU BÁO')) ?? '';
		assert.ok(page.includes(name), student.fullName);
		const flat = page.replace(/\s+/g, ' ');
		for (const subject of result.subjects.filter((s) => typeof s.terms[0] === 'number')) {
			const [, label] = SUBJECTS.find((s) => s[0] === subject.code);
			assert.ok(flat.includes(vi(subject.terms[0])), `${student.code} ${label} ${subject.terms[0]}`);
		}
	}
	const whole = pages.join(' ').replace(/\s+/g, ' ');
	for (const [, name] of SUBJECTS) {
		assert.ok(name.split(' ').every((word) => whole.includes(word)), name);
	}
	const codes = await pdfCodes(file);
	assert.equal(codes.length, STUDENTS);
	const found = await Promise.all(codes.map((c) => verify(statementOf(c))));
	assert.ok(found.every((f) => f.isGenuine && f.isSame && f.kind === 'term_report' && f.part === '1' && f.class === '12A1'), JSON.stringify(found[0]));
	assert.equal(new Set(found.map((f) => f.student)).size, STUDENTS);
	assert.ok(found.every((f) => !f.student.includes('Nguyễn')), 'names are masked');
	const { stdout } = await run('pdffonts', [file]);
	const fonts = stdout.trim().split('\n').slice(2);
	assert.ok(fonts.length > 0 && fonts.every((f) => /Liberation/.test(f) && /yes yes yes/.test(f)), stdout);
});

test('the other documents', async () => {
	for (const [kind, codes] of [['year_report', 2], ['transcript_year', 2], ['transcript', 2], ['mark_book', 1]]) {
		const students = kind === 'mark_book' ? null : [school.students[0].id, school.students[4].id];
		const { file } = await print(kind, 'year', students);
		const text = (await textOf(file)).replace(/\s+/g, ' ');
		assert.ok(text.includes('12A1') && text.includes('2026-2027'), kind);
		if (kind === 'mark_book') {
			assert.ok(school.students.every((s) => text.includes(s.name.split(' ').at(-1))));
			assert.ok(SUBJECTS.every(([, name]) => text.includes(name)));
			const { stdout } = await run('pdfinfo', [file]);
			assert.match(stdout, new RegExp(`Pages: +${SUBJECTS.length}\\n`), 'a class of 45 stands on one page a subject');
		} else {
			assert.ok(text.includes('Được lên lớp') && /Học sinh (Giỏi|Xuất sắc)|Danh hiệu: Không/.test(text), kind);
			assert.ok(text.includes(`hoàn thành nhiệm vụ được giao`), kind);
		}
		const read = await pdfCodes(file);
		assert.equal(read.length, codes, kind);
		for (const code of read) {
			const found = await verify(statementOf(code));
			assert.ok(found.isGenuine && found.isSame && found.kind === kind, JSON.stringify(found));
		}
	}
});

test('a changed mark is seen, and when; a changed byte is no statement', async () => {
	const [student] = school.students;
	const { file } = await print('term_report', '1', [student.id]);
	const [code] = await pdfCodes(file);
	const statement = statementOf(code);
	assert.equal((await verify(statement)).isSame, true);

	const { stdout } = await run(BIN, ['verify', await file2(statement), '--data', join(server.dir, 'data')]);
	assert.match(stdout, /genuine/);

	const bytes = Buffer.from(statement, 'base64url');
	for (let i = 0; i < bytes.length; i++) {
		const other = Buffer.from(bytes);
		other[i] ^= 1;
		if (i % 7 === 0) {
			assert.equal((await verify(other.toString('base64url'))).isGenuine, false, `byte ${i}`);
		}
	}
	assert.equal((await verify(statement.slice(4))).isGenuine, false);
	assert.equal((await server.call('POST', '/api/v1/documents/verify', { body: { statement: 'không phải mã' } })).status, 422);

	const teacher = await signIn(server, school.teacher);
	const path = `/api/v1/marks/${school.big}/${school.subject}/${school.terms[0]}`;
	const sheet = await (await server.call('GET', path, { as: teacher })).json();
	const column = sheet.columns[0].id;
	const cell = sheet.rows.find((r) => r.student.id === student.id).cells[column];
	const put = await server.call('PUT', path, { as: teacher, headers: { 'Idempotency-Key': Buffer.alloc(16, 7).toString('base64url') },
		body: { why: 'Chấm lại', cells: [{ column, student: student.id, valueX10: 10, version: cell.version }] } });
	assert.equal(put.status, 200, await put.text());
	const changed = await verify(statement);
	assert.equal(changed.isGenuine, true);
	assert.equal(changed.isSame, false);
	assert.ok(changed.changedAt > changed.issuedAt);
	const other = await print('term_report', '1', [school.students[1].id]);
	assert.equal((await verify(statementOf((await pdfCodes(other.file))[0]))).isSame, true, 'another student\'s is as it was');
});

async function file2(text) {
	const name = join(printer.folder, 'statement.txt');
	await writeFile(name, `http://127.0.0.1/verify#${text}\n`);
	return name;
}

test('who may print, and what is refused', async () => {
	const colleague = await signIn(server, school.otherTeacher);
	const homeroom = await signIn(server, school.teacher);
	const call = async (as, body) => (await server.call('POST', `/api/v1/classes/${school.big}/documents`, { as, body })).status;
	assert.equal(await call(colleague, { kind: 'year_report' }), 403);
	assert.equal(await call(homeroom, { kind: 'term_report', part: '2', students: [school.students[2].id] }), 200);
	assert.equal(await call(homeroom, { kind: 'term_report' }), 422, 'a term report is of a term');
	assert.equal(await call(homeroom, { kind: 'mark_book', part: '1' }), 422);
	assert.equal(await call(homeroom, { kind: 'letter' }), 422);
	assert.equal(await call(homeroom, { kind: 'year_report', students: ['999999'] }), 422);
	const [[{ n }]] = await db.query("SELECT COUNT(*) AS n FROM audit WHERE action = 'document.print'");
	const [[{ m }]] = await db.query('SELECT COUNT(*) AS m FROM issued_document');
	assert.ok(Number(n) >= 7 && Number(m) >= STUDENTS);
});

test('a transcript of who is in no class any more is genuine and not the same', async () => {
	const student = school.students[8];
	const { file } = await print('transcript', 'year', [student.id]);
	const statement = statementOf((await pdfCodes(file))[0]);
	assert.equal((await verify(statement)).isSame, true);
	await db.query('DELETE FROM enrolment WHERE student_id = ?', [student.id]);
	const found = await verify(statement);
	assert.deepEqual([found.isGenuine, found.isSame], [true, false], JSON.stringify(found));
});
