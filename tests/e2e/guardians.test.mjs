/*
 * Guardians of a student: added, changed, unlinked by the office; a phone number that is known
 * links its owner once the office has said yes. Slips that keep one another's codes alive.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { insert, makeMember, signIn } from './lib/people.mjs';
import { pdfText } from './lib/pdf.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';

let server;
let db;
let school;
let other;
let office;
let teacher;
let stranger;

before(async () => {
	({ server, db, school, other, office, teacher, strangeOffice: stranger } =
		await startSchools(['office', 'teacher', 'strangeOffice']));
	await watchOutbox(server, db);
});

after(() => stopSchools({ server, db }));

const call = (...words) => server.answer(...words);
const student = (i) => school.students[i].student;
const at = (i) => `/students/${student(i)}/guardians`;
const count = async (sql, values = []) => Number((await db.query(sql, values))[0][0].n);
const deeds = (action, id) => count('SELECT COUNT(*) AS n FROM audit WHERE action = ? AND subject_id = ?', [action, String(id)]);
const field = (problem) => problem.errors[0].field;

test('a guardian is added, changed with a version, and unlinked; each is written down', async () => {
	const empty = await call(422, 'POST', at(1), office, { fullName: ' ', phone: '12' });
	assert.deepEqual(empty.errors.map((e) => e.field).sort(), ['fullName', 'phone', 'relation']);
	const made = await call(201, 'POST', at(1), office,
		{ fullName: 'TRẦN THỊ MAI', relation: 'mother', phone: '0987 000 111' });
	const [mai] = made.guardians;
	assert.deepEqual([mai.fullName, mai.phone, mai.relation, mai.activated], ['Trần Thị Mai', '+84987000111', 'mother', false]);
	assert.equal(await deeds('guardian.add', student(1)), 1);
	const twice = await call(422, 'POST', at(1), office, { fullName: 'Trần Thị Mai', relation: 'mother' });
	assert.equal(twice.errors[0].code, 'school.guardian_twice');
	assert.equal((await call(422, 'POST', at(1), office, { fullName: 'Ai đó', relation: 'other', phone: '0987000111' }))
		.errors[0].code, 'school.guardian_already');

	const body = { version: mai.version, fullName: 'Trần Thị Mai', relation: 'other', phone: '0987000112' };
	await call(404, 'PUT', `${at(1)}/${mai.id}`, stranger, body);
	await call(403, 'PUT', `${at(1)}/${mai.id}`, teacher, body);
	await call(404, 'PUT', `${at(2)}/${mai.id}`, office, body);
	const changed = await call(200, 'PUT', `${at(1)}/${mai.id}`, office, body);
	assert.deepEqual([changed.guardians[0].phone, changed.guardians[0].relation], ['+84987000112', 'other']);
	const stale = await call(409, 'PUT', `${at(1)}/${mai.id}`, office, body);
	assert.equal(stale.code, 'stale');
	assert.equal(stale.current.guardians[0].phone, '+84987000112');
	assert.equal(await deeds('guardian.change', student(1)), 1);

	const { version } = changed.guardians[0];
	const gone = `${at(1)}/${mai.id}?version=${version}`;
	await call(404, 'DELETE', gone, stranger);
	/* Another colleague has changed the name since this list was looked at. */
	const unlinked = await call(409, 'DELETE', `${at(1)}/${mai.id}?version=${mai.version}`, office);
	assert.deepEqual([unlinked.code, unlinked.current.guardians.length], ['stale', 1]);
	assert.ok((await server.call('DELETE', `/api/v1${at(1)}/${mai.id}`, { as: office })).status >= 400, 'without a version');
	assert.deepEqual((await call(200, 'DELETE', gone, office)).guardians, []);
	await call(404, 'DELETE', gone, office);
	assert.equal(await deeds('guardian.drop', student(1)), 1);
	assert.equal(await count('SELECT COUNT(*) AS n FROM membership WHERE person_id = ? AND role = 4 AND state = 1', [mai.id]), 0);
});

test('a number that is known links its owner, after the office has seen who it is', async () => {
	const { phone, id, fullName } = school.parent;
	const wanted = { fullName: 'Tên Khác', relation: 'father', phone };
	const asked = await call(409, 'POST', at(2), office, wanted);
	assert.equal(asked.code, 'school.guardian_known');
	assert.deepEqual(asked.known, { person: id, isHere: true, fullName, children: `Học Sinh ALPHA 1 (10ALPHA)` });
	assert.equal((await call(409, 'POST', at(2), office, { ...wanted, confirm: student(0) })).code, 'school.guardian_known');
	const linked = await call(201, 'POST', at(2), office, { ...wanted, confirm: id });
	assert.deepEqual(linked.guardians.map((g) => [g.id, g.fullName, g.relation]), [[id, fullName, 'father']]);

	/* Somebody of another school: by name only when the office knows the name. */
	const far = other.parent;
	const unknown = await call(422, 'POST', at(2), office, { fullName: 'Tên Khác', relation: 'other', phone: far.phone });
	assert.equal(unknown.errors[0].code, 'school.phone_of_other');
	assert.ok(!JSON.stringify(unknown).includes('BETA'));
	const named = { fullName: far.fullName, relation: 'other', phone: far.phone };
	const ask = await call(409, 'POST', at(2), office, named);
	assert.deepEqual([ask.known.isHere, ask.known.children], [false, '']);
	const both = await call(201, 'POST', at(2), office, { ...named, confirm: far.id });
	const guardian = both.guardians.find((g) => g.id === far.id);
	const parent = await signIn(server, far);
	const { items, waiting } = await call(200, 'GET', '/my/children', parent);
	assert.deepEqual([items.length, waiting.map((w) => w.id)], [1, [school.id]], 'until a code of the school is entered');

	/* Who is a parent elsewhere too is not renamed or given another number by one school. */
	for (const [name, value] of [['fullName', 'Người Lạ'], ['phone', '0987000999'], ['phone', '']]) {
		const body = { version: guardian.version, fullName: far.fullName, relation: 'other', phone: far.phone, [name]: value };
		const refused = await call(422, 'PUT', `${at(2)}/${far.id}`, office, body);
		assert.deepEqual([field(refused), refused.errors[0].code], [name, 'school.guardian_elsewhere']);
	}
	const father = (await call(200, 'PUT', `${at(2)}/${far.id}`, office,
		{ version: guardian.version, fullName: far.fullName, relation: 'father', phone: far.phone })).guardians
		.find((g) => g.id === far.id);
	await call(200, 'DELETE', `${at(2)}/${far.id}?version=${father.version}`, office);
	await call(409, 'POST', at(3), office, { fullName: 'Không Ai', relation: 'other', phone: '0987000777', confirm: far.id });
});

test('a changed number may be somebody\'s: then that person takes the place', async () => {
	const made = await call(201, 'POST', at(3), office, { fullName: 'Nguyễn Không Số', relation: 'mother' });
	const [old] = made.guardians;
	const body = { version: old.version, fullName: old.fullName, relation: 'mother', phone: school.parent.phone };
	const ask = await call(409, 'PUT', `${at(3)}/${old.id}`, office, body);
	assert.equal(ask.known.person, school.parent.id);
	const changed = await call(200, 'PUT', `${at(3)}/${old.id}`, office, { ...body, confirm: school.parent.id });
	assert.deepEqual(changed.guardians.map((g) => g.id), [school.parent.id]);
});

test('no more than six guardians', async () => {
	const { guardians } = await call(200, 'GET', `/students/${student(3)}`, office);
	for (let i = guardians.length; i < 6; i++) {
		await call(201, 'POST', at(3), office, { fullName: `Người Thân ${'ABCDEF'[i]}`, relation: 'other' });
	}
	assert.equal((await call(409, 'POST', at(3), office, { fullName: 'Người Thứ Bảy', relation: 'other' })).code,
		'school.guardian_many');
});

test('another number ends the sessions and the codes of the old one', async () => {
	const person = await makeMember(db, school, 'parent', null, 'Lý Đổi Số', { phone: '+84987123001' });
	await insert(db, 'guardian', { school_id: school.id, student_id: student(0), person_id: person.id, relation: 3 });
	const parent = await signIn(server, person);
	const { guardians } = await call(200, 'GET', `/students/${student(0)}`, office);
	const { version } = guardians.find((g) => g.id === person.id);
	await call(200, 'PUT', `${at(0)}/${person.id}`, office,
		{ version, fullName: person.fullName, relation: 'other', phone: '0987123002' });
	await call(401, 'GET', '/my/children', parent);
	await signIn(server, { ...person, phone: '+84987123002' });
});

async function slips(id, whom, again, status = 200) {
	const response = await server.call('POST', `/api/v1/classes/${id}/slips?for=${whom}${again ? '&again=true' : ''}`, { as: office });
	if (status !== 200) {
		assert.equal(response.status, status);
		return (await response.json()).code;
	}
	assert.equal(response.status, 200, response.status === 200 ? '' : await response.text());
	return pdfText(Buffer.from(await response.arrayBuffer()));
}

const CODE = /\b[0-9A-Z]{3,4}(?:[ -][0-9A-Z]{3,4}){3,6}\b/;
const codeOf = (text, name) => text.slice(text.indexOf(name)).match(CODE)[0];
const look = async (code) => (await server.call('POST', '/api/v1/activation', { body: { code } })).status;

test('a guardian of two classes: one slip, printed with the first; a second only when asked for', async () => {
	const second = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 11, name: '11B' });
	const sister = await makeMember(db, school, 'student', 'hs77', 'Học Sinh Em');
	sister.student = await insert(db, 'student', { school_id: school.id, person_id: sister.id, code: 'EM77' });
	await insert(db, 'enrolment', { school_id: school.id, class_id: second, student_id: sister.student, position: 1, from_on: '2026-09-05' });
	const mother = await makeMember(db, school, 'parent', null, 'Phan Hai Con', { phone: '+84987222333', password: false });
	for (const child of [student(0), sister.student]) {
		await insert(db, 'guardian', { school_id: school.id, student_id: child, person_id: mother.id, relation: 2 });
	}
	await call(404, 'GET', `/classes/${second}/slips`, stranger);
	const before = await call(200, 'GET', `/classes/${second}/slips`, office);
	assert.deepEqual(before.guardians, { fresh: 1, printed: [] });
	const text = await slips(school.class, 'guardians', false);
	assert.ok(text.includes('Học Sinh ALPHA 1 (10ALPHA), Học Sinh Em (11B)') || /Học Sinh ALPHA 1[\s\S]*Học Sinh Em/.test(text), text);
	const code = codeOf(text, 'Phan Hai Con');
	assert.equal(await look(code), 200);

	assert.equal(await slips(second, 'guardians', false, 409), 'import.slips_printed');
	assert.equal(await look(code), 200, 'the first slip still works');
	const state = await call(200, 'GET', `/classes/${second}/slips`, office);
	assert.equal(state.guardians.fresh, 0);
	const [printed] = state.guardians.printed;
	assert.deepEqual([printed.fullName, printed.classId, printed.className], ['Phan Hai Con', school.class, '10ALPHA']);

	const again = codeOf(await slips(second, 'guardians', true), 'Phan Hai Con');
	assert.notEqual(again, code);
	assert.equal(await look(code), 410);
	assert.equal(await look(again), 200);
});

test('a class printed twice keeps the first slips good until asked otherwise', async () => {
	const third = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 12, name: '12C' });
	const add = async (code, name) => {
		const pupil = await makeMember(db, school, 'student', code, name, { password: false });
		pupil.student = await insert(db, 'student', { school_id: school.id, person_id: pupil.id, code });
		await insert(db, 'enrolment', { school_id: school.id, class_id: third, student_id: pupil.student, position: 1, from_on: '2026-09-05' });
	};
	await add('c1', 'Đỗ Thứ Nhất');
	const first = codeOf(await slips(third, 'students', false), 'Đỗ Thứ Nhất');
	await add('c2', 'Đỗ Thứ Hai');
	const next = await slips(third, 'students', false);
	assert.ok(next.includes('Đỗ Thứ Hai') && !next.includes('Đỗ Thứ Nhất'));
	assert.equal(await look(first), 200);
	const all = await slips(third, 'students', true);
	assert.ok(all.includes('Đỗ Thứ Hai') && all.includes('Đỗ Thứ Nhất'));
	assert.equal(await look(first), 410);
});
