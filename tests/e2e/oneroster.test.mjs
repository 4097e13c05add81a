/*
 * A school year leaves as a OneRoster bundle: a checker written from the specification finds nothing
 * wrong with it, an empty school in another database is set up from it, and what leaves from there is
 * the same, byte for byte. What is wrong with a bundle is named by file, row and column.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { BIN } from './lib/server.mjs';
import { insert, makeMember } from './lib/people.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';
import { faults, readBundle } from './lib/oneroster.mjs';
import { unzip } from './lib/workbook.mjs';
import { zip } from './lib/xlsx.mjs';

const PATIENCE_MS = 300_000;
const AT = Date.UTC(2026, 10, 2, 3);

let all;

/** `truongthi oneroster …` on our server's database, or another one in it: { code, out, err }. */
function oneroster(words, database = 'truongthi') {
	const settings = words[0] === 'check' ? [] : ['--data', join(all.server.dir, 'data'), `--database-name=${database}`];
	return new Promise((done) => {
		execFile(BIN, ['oneroster', ...words, ...settings], { timeout: PATIENCE_MS, maxBuffer: 1 << 24 },
			(error, out, err) => done({ code: error ? error.code : 0, out, err }));
	});
}

/* A mark, or one that is missing (null); behind the program's back, since nothing here looks at histories. */
const mark = (column, student, value, more = {}) => insert(all.db, 'mark', { school_id: all.school.id, column_id: column,
	student_id: student, value_x10: value, state: value === null ? 2 : 1, version: 1, changed_by: all.school.teacher.id,
	changed_at_ms: AT, ...more });

async function column(subject, term, kind, position, published = null) {
	return insert(all.db, 'mark_column', { school_id: all.school.id, class_id: all.school.class, subject_id: subject,
		term_id: all.school.terms[term - 1], kind, position, published_at_ms: published });
}

/* Every subject's marks of both terms for the first two; the third is away once and exempt once. */
async function fill(school, subject, values) {
	const [one, two, three] = school.students.map((s) => s.student);
	for (const term of [1, 2]) {
		for (const [kind, position] of [[1, 1], [1, 2], [2, 1], [3, 1]]) {
			const id = await column(subject, term, kind, position, kind === 1 ? AT : null);
			await mark(id, one, values[0]);
			await mark(id, two, values[1], { is_makeup: kind === 2 ? 1 : 0 });
			if (term === 1) {
				await mark(id, three, kind === 3 ? null : values[0]);
			}
		}
	}
}

/* A class of primary school: a test, and beside it a level, at the end of a term. */
async function addPrimary(school, subjects) {
	const { db } = all;
	const id = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 4, name: '4A' });
	const child = await makeMember(db, school, 'student', 'hs7', 'Mầm');
	const student = await insert(db, 'student', { school_id: school.id, person_id: child.id, code: 'HS7' });
	await insert(db, 'enrolment', { school_id: school.id, class_id: id, student_id: student, position: 1, from_on: '2026-09-05' });
	for (const [subject, position, value] of [[subjects[0], 1, 90], [subjects[0], 2, 2], [subjects[1], 2, 1]]) {
		const place = await insert(db, 'mark_column', { school_id: school.id, class_id: id, subject_id: subject,
			term_id: school.terms[0], kind: 3, position });
		await mark(place, student, value);
	}
}

before(async () => {
	all = await startSchools(['office', 'teacher', 'strangeOffice']);
	const { db, school } = all;
	await db.query('UPDATE subject SET position = 1 WHERE id = ?', [school.subject]);
	const sports = await insert(db, 'subject', { school_id: school.id, code: 'hdtn', kind: 2, position: 2,
		name: 'Hoạt động trải nghiệm, hướng nghiệp' });
	await insert(db, 'teaching', { school_id: school.id, class_id: school.class, subject_id: sports, person_id: school.otherTeacher.id });
	await insert(db, 'teacher_subject', { school_id: school.id, person_id: school.otherTeacher.id, subject_id: sports });
	await insert(db, 'subject_load', { school_id: school.id, school_year_id: school.year, subject_id: school.subject, grade: 10, lessons_a_year: 35 });
	await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 11, name: '11 "Đặc biệt", sáng' });
	await db.query('UPDATE student SET ethnicity = ?, birth_place = ? WHERE id = ?', ['Kinh', 'Xã "Một", Hà Nội', school.students[0].student]);
	await db.query('UPDATE person SET sex = 2 WHERE id = ?', [school.students[0].id]);
	const gone = await makeMember(db, school, 'student', 'hs9', 'Hoà');
	const student = await insert(db, 'student', { school_id: school.id, person_id: gone.id, code: 'Mã/9', state: 2 });
	await insert(db, 'enrolment', { school_id: school.id, class_id: school.class, student_id: student, position: 5, from_on: '2026-09-05', to_on: '2026-10-01' });
	await db.query('UPDATE membership SET state = 2 WHERE person_id = ?', [gone.id]);
	/* Somebody was put into the class in the holidays; a place was pasted with the end of its line. */
	await db.query('UPDATE enrolment SET from_on = ? WHERE student_id = ?', ['2026-08-20', school.students[1].student]);
	await db.query('UPDATE student SET birth_place = ? WHERE id = ?', ['Hà Nội\r\nViệt Nam\t', school.students[1].student]);
	await fill(school, school.subject, [85, 60]);
	await fill(school, sports, [1, 0]);
	await addPrimary(school, [school.subject, sports]);
	await insert(db, 'exemption', { school_id: school.id, student_id: school.students[2].student, subject_id: sports,
		term_id: school.terms[1], given_by: school.office.id, given_at_ms: AT });
});

after(() => stopSchools(all));

const rowsOf = (bundle, file) => bundle.tables[file].rows.map((row) => Object.fromEntries(bundle.tables[file].header.map((h, i) => [h, row[i]])));

/* A file's rows by their sourcedIds. */
const rowsById = (bundle, file) => new Map((bundle.tables[file] ? rowsOf(bundle, file) : []).map((r) => [r.sourcedId, r]));

async function exported(body, who = all.office) {
	const response = await all.server.call('POST', '/api/v1/oneroster/exports', { as: who, body });
	assert.equal(response.status, 200, response.ok ? '' : await response.text());
	return Buffer.from(await response.arrayBuffer());
}

test('the office gets a bundle in which the checker finds nothing, and the log says for what', { timeout: PATIENCE_MS }, async () => {
	const bytes = await exported({ year: all.school.year, purpose: 'Gửi hệ thống dạy học' });
	assert.deepEqual(faults(bytes), []);
	const bundle = readBundle(bytes);
	const results = rowsOf(bundle, 'results');
	const find = (id) => results.find((r) => r.sourcedId === id);
	const place = 'alpha.diem.2026-2027.10ALPHA';
	assert.equal(find(`${place}.toan.1.tx1.ALPHA-HS1`).score, '8.5');
	assert.equal(find(`${place}.toan.1.tb.ALPHA-HS1`).score, '8.5');
	assert.equal(find(`${place}.toan.0.tb.ALPHA-HS2`).score, '6.0');
	assert.equal(find(`${place}.hdtn.1.tx1.ALPHA-HS2`).textScore, 'CĐ');
	assert.equal(find(`${place}.toan.1.ck1.ALPHA-HS3`).scoreStatus, 'not submitted');
	assert.equal(find(`${place}.hdtn.2.tb.ALPHA-HS3`).scoreStatus, 'exempt');
	assert.equal(find(`${place}.toan.1.gk1.ALPHA-HS2`)['metadata.vn.kiemtrabu'], 'true');
	assert.equal(find(`${place}.toan.1.tb.ALPHA-HS3`), undefined);
	assert.equal(find('alpha.diem.2026-2027.4A.toan.1.ck2.HS7').textScore, 'T');
	assert.equal(find('alpha.diem.2026-2027.4A.hdtn.1.ck2.HS7').textScore, 'H');
	assert.deepEqual(rowsOf(bundle, 'categories').map((c) => c['metadata.vn.heso']), ['1', '2', '3', '']);
	/* The first day is in a session, the last one is not any more. */
	const [[year]] = await all.db.query('SELECT CAST(starts_on AS CHAR) AS first,'
		+ ' CAST(DATE_ADD(ends_on, INTERVAL 1 DAY) AS CHAR) AS beyond FROM school_year WHERE id = ?', [all.school.year]);
	const sessions = rowsById(bundle, 'academicSessions');
	const whole = sessions.get('alpha.namhoc.2026-2027.canam');
	assert.deepEqual([whole.type, whole.startDate, whole.endDate, whole.parentSourcedId],
		['term', year.first, year.beyond, 'alpha.namhoc.2026-2027']);
	const early = rowsById(bundle, 'enrollments').get('alpha.xep.2026-2027.10ALPHA.hs.ALPHA-HS2');
	assert.deepEqual([early.beginDate, early.primary], [year.first, 'false']);
	const course = rowsById(bundle, 'courses').get('alpha.mon.2026-2027.hdtn.10');
	assert.deepEqual([course.subjects, course['metadata.vn.tenmon']],
		['Hoạt động trải nghiệm; hướng nghiệp', 'Hoạt động trải nghiệm, hướng nghiệp']);
	const users = rowsOf(bundle, 'users');
	assert.equal(users.length, 8);
	assert.ok(users.every((u) => u.phone === '' && u.sms === '' && u.email === '' && u.agentSourcedIds === ''));
	const { items } = await (await all.server.call('GET', '/api/v1/audit', { as: all.office })).json();
	assert.equal(items[0].action, 'bundle.export');
	const [[{ detail }]] = await all.db.query("SELECT detail FROM audit WHERE action = 'bundle.export'");
	assert.match(detail, /Gửi hệ thống dạy học/);
});

test('guardians leave only when asked for, and no phone number ever', { timeout: PATIENCE_MS }, async () => {
	const bytes = await exported({ year: all.school.year, purpose: 'Thử', guardians: true });
	assert.deepEqual(faults(bytes), []);
	const users = rowsOf(readBundle(bytes), 'users');
	const guardian = users.find((u) => u['metadata.vn.hoten'] === 'Phụ Huynh ALPHA');
	const child = users.find((u) => u.agentSourcedIds === guardian.sourcedId);
	assert.equal(guardian.agentSourcedIds, child.sourcedId);
	assert.ok(![...unzip(bytes).values()].some((part) => part.bytes.includes(all.school.parent.phone)));
});

test('another school has no part in it, and its year is not found', { timeout: PATIENCE_MS }, async () => {
	const bytes = await exported({ year: all.school.year, purpose: 'Thử' });
	assert.ok(![...unzip(bytes).values()].some((part) => /beta/i.test(part.bytes.toString())));
	const refused = await all.server.call('POST', '/api/v1/oneroster/exports',
		{ as: all.strangeOffice, body: { year: all.school.year, purpose: 'Thử' } });
	assert.equal(refused.status, 422);
	for (const body of [{ year: all.school.year }, { year: all.school.year, purpose: ' ' }, { purpose: 'Thử' }]) {
		assert.equal((await all.server.call('POST', '/api/v1/oneroster/exports', { as: all.office, body })).status, 422);
	}
});

/* A second database on the same server with the school and its office alone. */
async function makeEmpty(name) {
	const { db } = all;
	await db.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
	assert.equal((await oneroster(['export', '--school=none', join(all.server.dir, 'none.zip')], name)).code, 1);
	await db.query(`USE ${name}`);
	try {
		await insert(db, 'province', { id: 1, code: 'P1', name: 'Tỉnh thử', valid_from: '2025-07-01' });
		await insert(db, 'commune', { id: 7, province_id: 1, code: 'C1', name: 'Xã thử', valid_from: '2025-07-01' });
		const id = await insert(db, 'school', { id: 77, commune_id: 7, code: 'alpha', name: 'Trường ALPHA', level: 'thpt', created_at_ms: AT });
		await insert(db, 'subject', { school_id: 77, code: 'toan', name: 'Tên cũ', kind: 1, position: 9 });
		await makeMember(db, { id, code: 'alpha' }, 'office', 'vanphong', 'Văn Phòng Mới');
	} finally {
		await db.query('USE truongthi');
	}
}

test('an empty school is set up from it, and what leaves from there is the same', { timeout: PATIENCE_MS }, async () => {
	const [first, second] = ['first.zip', 'second.zip'].map((name) => join(all.server.dir, name));
	await makeEmpty('second');
	const left = await oneroster(['export', '--school=alpha', first]);
	assert.equal(left.code, 0, left.err);
	/* The new school exchanges its records already: what is set up is told. */
	await all.db.query('INSERT INTO second.outbox_head (school_id, number, begun_at_ms, seeded_at_ms) VALUES (77, 0, ?, ?)', [AT, AT]);
	const set = await oneroster(['import', '--school=alpha', first], 'second');
	assert.equal(set.code, 0, set.err);
	const [told] = await all.db.query('SELECT bang, CAST(COUNT(*) AS DOUBLE) AS n FROM second.record WHERE school_id = 77 GROUP BY bang');
	const counts = Object.fromEntries(told.map((row) => [row.bang, row.n]));
	assert.deepEqual([counts.hocsinh, counts.lophoc, counts.xeplop, counts.miengiam, counts.phancong], [6, 3, 6, 1, 2]);
	/* Looking at everything again finds nothing but the school itself, which was there before. */
	const check = ['sync', 'check', '--school=alpha', '--data', join(all.server.dir, 'data'), '--database-name=second'];
	const untold = await promisify(execFile)(BIN, check).then(({ stdout }) => stdout, ({ stdout }) => stdout);
	assert.match(untold, /^school 77: [1-9]\d* changes told\ntruong: 1 not told, the first alpha\/truong\n$/);
	const again = await oneroster(['export', '--school=alpha', '--year=2026-2027', second], 'second');
	assert.equal(again.code, 0, again.err);
	const [a, b] = (await Promise.all([readFile(first), readFile(second)])).map(unzip);
	assert.deepEqual([...a.keys()], [...b.keys()]);
	for (const [name, part] of a) {
		assert.equal(part.bytes.toString(), b.get(name).bytes.toString(), name);
	}
	const twice = await oneroster(['import', '--school=alpha', first], 'second');
	assert.equal(twice.code, 1);
	assert.match(twice.err, /nothing was changed/);
});

/** A bundle with other text in one file. */
async function broken(name, change) {
	const path = join(all.server.dir, 'broken.zip');
	const parts = unzip(await readFile(join(all.server.dir, 'first.zip')));
	await writeFile(path, zip(Object.fromEntries([...parts].map(([n, p]) => [n, n === name ? change(p.bytes.toString()) : p.bytes.toString()]))));
	return oneroster(['check', path]);
}

test('what is wrong with a bundle is named by file, row and column', { timeout: PATIENCE_MS }, async () => {
	const cases = [
		['manifest.csv', (s) => s.replace('oneroster.version,1.2', 'oneroster.version,1.1'), /^manifest\.csv:0:0: /],
		['manifest.csv', (s) => s.replace('file.users,bulk', 'file.users,delta'), /^manifest\.csv:\d+:2: .*delta/],
		['users.csv', (s) => s.replace('username', 'userName'), /^users\.csv:1:5: .*“username”/],
		['users.csv', (s) => s.replace(',true,teacher,', ',có,teacher,'), /^users\.csv:\d+:4: .*“có”/],
		['enrollments.csv', (s) => s.replace('alpha.hs.ALPHA-HS1,student', 'alpha.hs.nobody,student'), /^enrollments\.csv:\d+:6: .*alpha\.hs\.nobody/],
		['results.csv', (s) => s.replace(',8.5,', ',10.5,'), /^results\.csv:\d+:7: .*“10\.5”/],
		['results.csv', (s) => s.replace('2026-11-02', '2026-02-30'), /^results\.csv:\d+:8: /],
		['orgs.csv', (s) => s.replace(/\r\nalpha,/, '\r\nalpha,there'), /^orgs\.csv:4:2: /],
		['classes.csv', (s) => `${s}"open`, /^classes\.csv:\d+:0: /],
	];
	for (const [name, change, want] of cases) {
		const { code, err } = await broken(name, change);
		assert.equal(code, 1, name);
		assert.match(err, want);
	}
	assert.equal((await broken('none', (s) => s)).code, 0);
});

test('an archive that would unpack to more than it is, or elsewhere, is none', { timeout: PATIENCE_MS }, async () => {
	const parts = Object.fromEntries([...unzip(await readFile(join(all.server.dir, 'first.zip')))].map(([n, p]) => [n, p.bytes.toString()]));
	const path = join(all.server.dir, 'hostile.zip');
	const blown = { bytes: Buffer.concat([Buffer.from(parts['results.csv']), Buffer.alloc(8 << 20, 0x20)]), isDeflated: true };
	const many = (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`x/${i}`, '']));
	const rows = [
		['as many entries as there may be', 0, { ...many(2000 - Object.keys(parts).length), ...parts }],
		['one past it', 1, { ...many(2001 - Object.keys(parts).length), ...parts }],
		['a part that inflates a thousandfold', 1, { ...parts, 'results.csv': blown }],
		['one that says it is small', 1, { ...parts, 'results.csv': { ...blown, declaredBytes: 100 } }],
		['a name that climbs', 1, { ...parts, '../../tmp/truongthi-climbed': 'x' }],
		['an absolute name', 1, { ...parts, '/tmp/truongthi-climbed': 'x' }],
		['a part that is a link', 1, { ...parts, 'users.csv': { bytes: '/etc/passwd', mode: 0o120777 } }],
	];
	for (const [name, want, files] of rows) {
		await writeFile(path, zip(files));
		const { code, err } = await oneroster(['check', path]);
		assert.equal(code, want, `${name}: ${err}`);
		assert.ok(want === 0 || (err.length > 0 && !err.includes('root:')), `${name}: ${err}`);
	}
	assert.equal(existsSync('/tmp/truongthi-climbed'), false);
});

test('a delta has what changed since a time, what is gone among it, and what follows', { timeout: PATIENCE_MS }, async () => {
	const { db, server, school, office, teacher } = all;
	const call = async (method, path, body, as = office) => {
		const response = await server.call(method, `/api/v1${path}`, { as, body });
		assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
		return response.status === 204 ? null : response.json();
	};
	const none = await server.call('POST', '/api/v1/oneroster/exports', { as: office, body: { year: school.year, purpose: 'Thử', since: AT } });
	assert.equal((await none.json()).code, 'oneroster.delta_none');
	/* The school exchanges from now on; what was there before counts as told. */
	await insert(db, 'outbox_head', { school_id: school.id, number: 0, begun_at_ms: Date.now(), seeded_at_ms: null,
		seed_until_ms: Date.now() + 600_000 }); /* nobody tells it before this test says so */
	const early = await server.call('POST', '/api/v1/oneroster/exports', { as: office, body: { year: school.year, purpose: 'Thử', since: AT } });
	assert.equal((await early.json()).code, 'oneroster.delta_early');
	await db.query('UPDATE outbox_head SET seeded_at_ms = ? WHERE school_id = ?', [Date.now(), school.id]);
	await call('PUT', '/teaching', { classId: school.class, subjectId: school.subject, personId: school.otherTeacher.id });
	const setMark = async (valueX10) => {
		const [[cell]] = await db.query('SELECT k.id, m.version FROM mark_column k JOIN mark m ON m.column_id = k.id AND m.student_id = ?'
			+ ' WHERE k.class_id = ? AND k.subject_id = ? AND k.term_id = ? AND k.kind = 3',
		[school.students[0].student, school.class, school.subject, school.terms[0]]);
		await call('PUT', `/marks/${school.class}/${school.subject}/${school.terms[0]}`, { why: 'Chấm lại',
			cells: [{ column: cell.id, student: school.students[0].student, valueX10, version: Number(cell.version) }] }, teacher);
	};
	await setMark(90); /* the whole column is told with it */
	const [[{ now }]] = await db.query('SELECT CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED) AS now');
	const [one] = school.students;
	const known = await call('GET', `/students/${one.student}`);
	await call('PUT', `/students/${one.student}`, { ...known, fullName: 'Học Sinh Tên Mới' });
	await call('DELETE', `/teaching/${school.class}/${school.subject}/${school.otherTeacher.id}`);
	await setMark(100);
	await call('PUT', `/exemptions/${school.class}/${school.subject}/${school.terms[1]}`, { students: [school.students[3].student] });
	const bytes = await exported({ year: school.year, purpose: 'Thử', since: Number(now) });
	assert.deepEqual(faults(bytes), []);
	const bundle = readBundle(bytes);
	assert.equal(bundle.manifest.get('file.users'), 'delta');
	assert.equal(bundle.manifest.get('file.orgs'), 'absent');
	const users = rowsById(bundle, 'users');
	assert.deepEqual([...users.keys()], ['alpha.hs.ALPHA-HS1']);
	assert.equal(users.get('alpha.hs.ALPHA-HS1').status, 'active');
	assert.equal(users.get('alpha.hs.ALPHA-HS1')['metadata.vn.hoten'], 'Học Sinh Tên Mới');
	const enrolments = rowsById(bundle, 'enrollments');
	assert.equal(enrolments.get('alpha.xep.2026-2027.10ALPHA.toan.gv.teacher2').status, 'tobedeleted');
	const results = rowsById(bundle, 'results');
	assert.equal(results.get('alpha.diem.2026-2027.10ALPHA.toan.1.ck1.ALPHA-HS1').score, '10.0');
	assert.equal(results.get('alpha.diem.2026-2027.10ALPHA.toan.1.tb.ALPHA-HS1').score, '9.1');
	assert.equal(results.has('alpha.diem.2026-2027.10ALPHA.toan.1.tb.ALPHA-HS2'), false);
	assert.equal(results.get('alpha.diem.2026-2027.10ALPHA.toan.2.tb.ALPHA-HS4').scoreStatus, 'exempt');
	const guarded = await server.call('POST', '/api/v1/oneroster/exports',
		{ as: office, body: { year: school.year, purpose: 'Thử', since: Number(now), guardians: true } });
	assert.equal(guarded.status, 422);
});
