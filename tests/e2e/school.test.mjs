/*
 * The office's room: subjects, classes, teachers, students, and the record of who did what. Each
 * change is checked, kept to its school, and written down.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { PASSWORD, insert, signIn } from './lib/people.mjs';
import { xlsx } from './lib/xlsx.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';

let server;
let db;
let school;
let other;
let office;
let teacher;
let colleague;
let stranger;

before(async () => {
	({ server, db, school, other, office, teacher, colleague, strangeOffice: stranger } =
		await startSchools(['office', 'teacher', 'colleague', 'strangeOffice']));
	await watchOutbox(server, db);
});

after(() => stopSchools({ server, db }));

const call = (...words) => server.answer(...words);

async function refused(field, code, method, path, as, body) {
	const problem = await call(422, method, path, as, body);
	assert.ok(problem.errors.some((e) => e.field === field && e.code === code && e.detail),
		`${field} ${code}: ${JSON.stringify(problem)}`);
}

const newest = async () => (await call(200, 'GET', '/audit?limit=1', office)).items[0];

test('subjects are added and changed; a code is one subject\'s; marks fix the kind', async () => {
	const long = 'ợ'.repeat(100);
	const made = await call(201, 'POST', '/subjects', office, { code: 'LY', name: long, kind: 'mark', position: 7 });
	assert.deepEqual([made.code, made.name, made.kind, made.position], ['ly', long, 'mark', 7]);
	assert.deepEqual({ ...(await newest()), id: 0, at: 0 }, { id: 0, at: 0, action: 'subject.add',
		person: { id: school.office.id, fullName: school.office.fullName }, subject: 'subject', subjectId: made.id });
	await refused('code', 'school.subject_code_taken', 'POST', '/subjects', office, { code: 'toan', name: 'x', kind: 'mark' });
	await refused('code', 'school.subject_code', 'POST', '/subjects', office, { code: 'Lý', name: 'x', kind: 'mark' });
	await refused('code', 'form.too_long', 'POST', '/subjects', office, { code: 'a'.repeat(17), name: 'x', kind: 'mark' });
	await refused('name', 'form.too_long', 'POST', '/subjects', office, { code: 'b', name: `${long}x`, kind: 'mark' });
	await refused('kind', 'form.invalid', 'POST', '/subjects', office, { code: 'b', name: 'x', kind: 'points' });
	const changed = await call(200, 'PUT', `/subjects/${made.id}`, office, { code: 'vatli', name: 'Vật lí', kind: 'comment' });
	assert.deepEqual([changed.code, changed.kind], ['vatli', 'comment']);
	assert.ok((await call(200, 'GET', '/subjects', teacher)).items.some((s) => s.name === 'Vật lí'));
	await call(404, 'PUT', `/subjects/${made.id}`, stranger, { code: 'x', name: 'x', kind: 'mark' });
	await call(403, 'POST', '/subjects', teacher, { code: 'x', name: 'x', kind: 'mark' });
	await call(201, 'POST', '/subjects', stranger, { code: 'vatli', name: 'Của trường kia', kind: 'mark' });
	await call(201, 'POST', `/marks/${school.class}/${school.subject}/${school.terms[1]}/columns`, teacher,
		{ kind: 'ck', position: 1 });
	assert.equal((await call(409, 'PUT', `/subjects/${school.subject}`, office,
		{ code: 'toan', name: 'Toán', kind: 'comment' })).code, 'school.subject_has_marks');
});

test('classes are added and changed, and seen by those who teach there', async () => {
	const made = await call(201, 'POST', '/classes', office,
		{ year: school.year, name: '11A1', grade: 11, homeroom: school.otherTeacher.id });
	assert.deepEqual([made.name, made.grade, made.studentCount, made.homeroom.id, made.subjects],
		['11A1', 11, 0, school.otherTeacher.id, []]);
	assert.equal((await newest()).action, 'class.add');
	await refused('name', 'school.class_name_taken', 'POST', '/classes', office, { year: school.year, name: '11A1', grade: 11 });
	await refused('homeroom', 'school.homeroom', 'POST', '/classes', office,
		{ year: school.year, name: '11A2', grade: 11, homeroom: other.teacher.id });
	await refused('year', 'form.invalid', 'POST', '/classes', office, { year: other.year, name: '11A2', grade: 11 });
	await refused('grade', 'form.invalid', 'POST', '/classes', office, { year: school.year, name: '11A2', grade: 13 });
	await refused('name', 'form.too_long', 'POST', '/classes', office, { year: school.year, name: 'a'.repeat(33), grade: 11 });
	const changed = await call(200, 'PUT', `/classes/${made.id}`, office, { name: 'ợ'.repeat(32), grade: 12 });
	assert.deepEqual([changed.name, changed.grade, changed.homeroom], ['ợ'.repeat(32), 12, null]);
	await call(204, 'PUT', '/teaching', office, { classId: made.id, subjectId: school.subject, personId: school.otherTeacher.id });
	const [row] = (await call(200, 'GET', '/teachers', office)).items
		.find((t) => t.id === school.otherTeacher.id).teaching;
	assert.equal(row.className, 'ợ'.repeat(32), 'a name is never cut inside a letter');
	await call(404, 'PUT', `/classes/${made.id}`, stranger, { name: 'x', grade: 1 });
	await call(403, 'PUT', `/classes/${made.id}`, teacher, { name: 'x', grade: 1 });
	assert.equal((await call(200, 'GET', `/classes/${made.id}`, colleague)).name, 'ợ'.repeat(32));
	await call(403, 'GET', `/classes/${made.id}`, teacher);
	await call(403, 'GET', `/classes/${school.class}`, colleague);
	assert.equal((await call(200, 'GET', `/classes/${school.class}`, teacher)).students[0].guardians[0].phone,
		school.parent.phone);
});

test('a teacher is added with a one-use code and signs in with it', async () => {
	const body = { fullName: 'LÊ THỊ  HOA', login: 'Co.Hoa', phone: '0912 345 678', birthDate: '1990-02-28' };
	const made = await call(201, 'POST', '/teachers', office, body);
	assert.match(made.activationCode, /^(\w{3}-){4}\w{3}$/);
	assert.equal((await newest()).action, 'teacher.add');
	assert.ok(!JSON.stringify(await call(200, 'GET', '/audit', office)).includes(made.activationCode));
	const [row] = (await call(200, 'GET', '/teachers', office)).items.filter((t) => t.id === made.id);
	assert.deepEqual(row, { id: made.id, fullName: 'Lê Thị Hoa', login: 'co.hoa', phone: '+84912345678',
		activated: false, subjects: [], teaching: [], version: 1 });
	await refused('login', 'school.login_taken', 'POST', '/teachers', office, { ...body, phone: '' });
	await refused('phone', 'school.phone_taken', 'POST', '/teachers', office, { ...body, login: 'co.hoa2' });
	await refused('phone', 'school.phone', 'POST', '/teachers', office, { ...body, phone: '123' });
	await refused('login', 'school.login', 'POST', '/teachers', office, { ...body, login: 'cô hoa' });
	await refused('birthDate', 'school.date', 'POST', '/teachers', office, { ...body, birthDate: '1990-02-30' });
	await refused('fullName', 'form.required', 'POST', '/teachers', office, { ...body, fullName: ' ' });
	await refused('fullName', 'school.full_name', 'POST', '/teachers', office, { ...body, fullName: 'a'.repeat(121) });
	const [found] = await db.query("SELECT COUNT(*) AS n FROM person WHERE full_name = 'Lê Thị Hoa'");
	assert.equal(Number(found.n ?? found[0].n), 1, 'what was refused left nobody behind');
	const hello = await call(200, 'POST', '/activation', undefined, { code: made.activationCode });
	assert.deepEqual([hello.fullName, hello.login, hello.school.code], ['Lê Thị Hoa', 'co.hoa', school.code]);
	const me = await call(200, 'POST', '/activation/use', undefined, { code: made.activationCode, password: PASSWORD });
	assert.deepEqual(me.roles, ['teacher']);
});

test('who teaches what is listed, set twice without harm, and taken away', async () => {
	const body = { classId: school.class, subjectId: school.subject, personId: school.otherTeacher.id };
	await call(204, 'PUT', '/teaching', office, body);
	await call(204, 'PUT', '/teaching', office, body);
	const rows = (await call(200, 'GET', `/teaching?year=${school.year}`, office)).items
		.filter((t) => t.classId === school.class);
	assert.deepEqual(rows.map((t) => t.personId).sort(), [school.teacher.id, school.otherTeacher.id].sort());
	assert.equal(rows[0].subjectName, 'Toán ALPHA');
	await call(404, 'GET', `/teaching?year=${school.year}`, stranger);
	await call(403, 'GET', '/teaching', teacher);
	await call(404, 'PUT', '/teaching', stranger, body);
	await call(404, 'DELETE', `/teaching/${school.class}/${school.subject}/${school.otherTeacher.id}`, stranger);
	await call(204, 'DELETE', `/teaching/${school.class}/${school.subject}/${school.otherTeacher.id}`, office);
	assert.equal((await newest()).action, 'teaching.drop');
	await call(404, 'DELETE', `/teaching/${school.class}/${school.subject}/${school.otherTeacher.id}`, office);
});

test('a student is read and changed by the office, and read by the teachers of the class', async () => {
	const [pupil] = school.students;
	const at = `/students/${pupil.student}`;
	const was = await call(200, 'GET', at, office);
	assert.deepEqual([was.code, was.fullName, was.state, was.login, was.personalId],
		['ALPHA-HS1', pupil.fullName, 'learning', 'hs1', null]);
	assert.deepEqual(was.enrolments.map((e) => [e.classId, e.year, e.position, e.from, e.to]),
		[[school.class, '2026-2027', 1, '2026-09-05', null]]);
	assert.deepEqual(was.guardians, [{ id: school.parent.id, fullName: school.parent.fullName, relation: 'mother',
		activated: true, phone: school.parent.phone, version: 1 }]);
	const body = { ...was, fullName: 'Nguyễn Thị Ánh', sex: 'female', address: 'Số 1, đường Láng', note: '=1+1' };
	const now = await call(200, 'PUT', at, office, body);
	assert.deepEqual([now.fullName, now.sex, now.address, now.note, now.version],
		['Nguyễn Thị Ánh', 'female', 'Số 1, đường Láng', '=1+1', was.version + 1]);
	assert.equal((await newest()).action, 'student.change');
	const stale = await call(409, 'PUT', at, office, body);
	assert.equal(stale.code, 'stale');
	assert.deepEqual(stale.current, now);
	await refused('code', 'school.student_code_taken', 'PUT', at, office, { ...now, code: 'ALPHA-HS2' });
	await refused('birthDate', 'school.date', 'PUT', at, office, { ...now, birthDate: '5/9/2010' });
	await refused('version', 'form.required', 'PUT', at, office, { ...now, version: undefined });
	await refused('sex', 'form.invalid', 'PUT', at, office, { ...now, sex: 'x' });
	assert.equal((await call(200, 'GET', at, teacher)).guardians[0].phone, school.parent.phone, 'the homeroom teacher calls');
	await call(204, 'PUT', '/teaching', office,
		{ classId: school.class, subjectId: school.subject, personId: school.otherTeacher.id });
	const seen = await call(200, 'GET', at, colleague);
	assert.equal(seen.fullName, 'Nguyễn Thị Ánh');
	assert.ok(!JSON.stringify(seen).includes(school.parent.phone) && !('address' in seen) && !('personalId' in seen));
	await call(204, 'DELETE', `/teaching/${school.class}/${school.subject}/${school.otherTeacher.id}`, office);
	await call(403, 'GET', at, colleague);
	await call(403, 'PUT', at, teacher, now);
	await call(404, 'GET', at, stranger);
	await call(404, 'PUT', at, stranger, now);
});

test('a personal id is masked unless the office asks, and asking is written down', async () => {
	const list = [['DANH SÁCH HỌC SINH LỚP 10B1'], ['STT', 'Mã HS', 'Họ và tên', 'Ngày sinh', 'Số định danh'],
		[1, 'P1', 'Trần Văn Bình', '05/09/2011', '001311000123']];
	const form = new FormData();
	form.append('file', new Blob([xlsx(list)]), 'a.xlsx');
	const plan = await (await fetch(`${server.url}/api/v1/roster/import?year=${school.year}`,
		{ method: 'POST', body: form, headers: { Authorization: `Bearer ${office.token}` } })).json();
	await call(200, 'POST', `/roster/import/${plan.plan}/commit`, office, { hash: plan.hash });
	const commits = (await call(200, 'GET', '/audit', office)).items.filter((e) => e.action === 'roster.commit');
	assert.deepEqual(commits.map((e) => e.subjectId), [plan.plan]);
	const [rows] = await db.query("SELECT id, person_id FROM student WHERE code = 'P1'");
	const { id } = rows[0] ?? rows;
	assert.equal((await call(200, 'GET', `/students/${id}`, office)).personalId, '********0123');
	assert.equal((await newest()).action, 'roster.commit');
	assert.equal((await call(200, 'GET', `/students/${id}?personalId=whole`, office)).personalId, '001311000123');
	assert.deepEqual([(await newest()).action, (await newest()).subjectId], ['student.personal_id', String(id)]);
	const [found] = await db.query('SELECT id FROM class WHERE name = ?', ['10B1']);
	await call(200, 'PUT', `/classes/${(found[0] ?? found).id}`, office,
		{ name: '10B1', grade: 10, homeroom: school.otherTeacher.id });
	assert.equal((await call(200, 'GET', `/students/${id}`, colleague)).personalId, '********0123');
	await call(403, 'GET', `/students/${id}?personalId=whole`, colleague);
	await call(404, 'GET', `/students/${id}?personalId=whole`, stranger);
});

test('a new code ends the old password, the old codes and the sessions', async () => {
	const pupil = await signIn(server, school.students[1]);
	const at = `/students/${school.students[1].student}/activation`;
	await call(200, 'GET', '/session', pupil);
	await call(403, 'POST', at, teacher);
	await call(404, 'POST', at, stranger);
	const first = await call(200, 'POST', at, office);
	await call(401, 'GET', '/session', pupil);
	await call(401, 'POST', '/session', undefined, { school: school.code, name: 'hs2', password: PASSWORD });
	const second = await call(200, 'POST', at, office);
	assert.equal((await newest()).action, 'student.code');
	assert.ok([404, 410].includes((await server.call('POST', '/api/v1/activation', { body: { code: first.code } })).status));
	await call(200, 'POST', '/activation/use', undefined, { code: second.code, password: PASSWORD });
	await call(200, 'POST', '/session', undefined, { school: school.code, name: 'hs2', password: PASSWORD });
	await db.query('UPDATE account SET state = 3 WHERE person_id = ?', [school.students[1].id]);
	assert.equal((await call(409, 'POST', at, office)).code, 'school.account_closed');
});

test('the record is read page by page, by the office of the school alone', async () => {
	const whole = (await call(200, 'GET', '/audit?limit=200', office)).items;
	assert.ok(whole.length > 10);
	const seen = [];
	let next = '';
	do {
		const page = await call(200, 'GET', `/audit?limit=4${next ? `&after=${next}` : ''}`, office);
		assert.ok(page.items.length <= 4);
		seen.push(...page.items);
		next = page.next;
	} while (next);
	assert.deepEqual(seen, whole);
	assert.ok((await call(200, 'GET', '/audit', stranger)).items.every((e) => e.person.fullName.includes('BETA')));
	await call(403, 'GET', '/audit', teacher);
	await call(422, 'GET', '/audit?limit=201', office);
	await call(422, 'GET', '/audit?limit=0', office);
	await call(422, 'GET', '/audit?after=x', office);
});

test('columns are published together or not at all, and it is written down', async () => {
	const at = (term) => `/marks/${school.class}/${school.subject}/${school.terms[term]}`;
	const column = async (term, position) => (await call(201, 'POST', `${at(term)}/columns`, teacher, { kind: 'tx', position })).id;
	const [here, there] = [await column(0, 1), await column(1, 1)];
	await call(404, 'POST', `${at(0)}/publish`, teacher, { columns: [here, there] });
	const shown = async () => (await call(200, 'GET', at(0), teacher)).columns.find((c) => c.id === here).publishedAt;
	assert.equal(await shown(), null, 'one is of another sheet, so none is published');
	await call(204, 'POST', `${at(0)}/publish`, teacher, { columns: [here] });
	assert.ok(await shown());
	assert.deepEqual([(await newest()).action, (await newest()).subjectId], ['marks.publish', school.class]);
});

test('marks that the rules do not provide for are shown without a mean', async () => {
	const pupil = await signIn(server, school.students[2]);
	const { student } = school.students[2];
	const place = async (id) => {
		const at = `/marks/${id}/${school.subject}/${school.terms[0]}`;
		const { id: column } = await call(201, 'POST', `${at}/columns`, teacher, { kind: 'gk', position: 1 });
		await call(200, 'PUT', at, teacher, { cells: [{ column, student, valueX10: 70, version: 0 }] });
		await call(204, 'POST', `${at}/publish`, teacher, { columns: [column] });
	};
	await place(school.class);
	const to = await call(201, 'POST', '/classes', office, { year: school.year, name: '10C9', grade: 10, homeroom: school.teacher.id });
	await call(204, 'PUT', '/teaching', office, { classId: to.id, subjectId: school.subject, personId: school.teacher.id });
	await db.query('UPDATE enrolment SET to_on = ? WHERE student_id = ?', ['2026-11-01', student]);
	await insert(db, 'enrolment', { school_id: school.id, class_id: to.id, student_id: student, position: 1, from_on: '2026-11-02' });
	await place(to.id);
	const [term] = (await call(200, 'GET', '/my/marks', pupil)).terms;
	assert.deepEqual(term.subjects[0].marks.map((m) => m.valueX10), [70], 'what the new class entered stands in its place');
	await call(200, 'PUT', `/classes/${to.id}`, office, { name: '5C9', grade: 5, homeroom: school.teacher.id });
	const [{ mean }] = (await call(200, 'GET', '/my/marks', pupil)).terms[0].subjects;
	assert.equal(mean.valueX10, null);
	assert.equal(mean.why.code, 'mark.mean_none', 'primary school knows levels');
});
