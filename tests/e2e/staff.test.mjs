/*
 * Teachers and the office: a lost code is made anew and the old way in ends. School years: made
 * with their terms, checked, chosen.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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
});

after(() => stopSchools({ server, db }));

const call = (...words) => server.answer(...words);
const count = async (sql, values = []) => Number((await db.query(sql, values))[0][0].n);
const look = async (code) => (await server.call('POST', '/api/v1/activation', { body: { code } })).status;
const NEW = 'mot cau that dai de nho';

test('a teacher\'s lost code is made anew: the password, the sessions and the old code end', async () => {
	const at = `/people/${school.teacher.id}/activation`;
	await call(404, 'POST', at, stranger);
	await call(403, 'POST', at, teacher);
	const mine = await signIn(server, school.otherTeacher);
	const first = await call(200, 'POST', `/people/${school.otherTeacher.id}/activation`, office);
	await call(401, 'GET', '/my/classes', mine);
	const second = await call(200, 'POST', `/people/${school.otherTeacher.id}/activation`, office);
	assert.deepEqual([await look(first.code), await look(second.code)], [410, 200]);
	const used = await server.call('POST', '/api/v1/activation/use', { body: { code: second.code, password: NEW } });
	assert.ok(used.ok, await used.text());
	const { items } = await call(200, 'GET', '/audit', office);
	assert.equal(items.filter((d) => d.action === 'person.code').length, 2);

	const response = await server.call('POST', `/api/v1${at}?as=pdf`, { as: office });
	assert.equal(response.headers.get('content-type'), 'application/pdf');
	const text = pdfText(Buffer.from(await response.arrayBuffer()));
	assert.ok(text.includes('Cô Giáo ALPHA') && text.includes('teacher') && text.includes('alpha'), text);
	await call(401, 'GET', '/my/classes', teacher);
});

test('an office member too, but nobody for himself', async () => {
	const colleague = await makeMember(db, school, 'office', 'office2', 'Đồng Nghiệp');
	const { items } = await call(200, 'GET', '/staff', office);
	assert.deepEqual(items.map((m) => m.login).sort(), ['office', 'office2']);
	assert.equal((await call(409, 'POST', `/people/${school.office.id}/activation`, office)).code, 'school.code_own');
	assert.equal(await look((await call(200, 'POST', `/people/${colleague.id}/activation`, office)).code), 200);
	assert.equal((await call(200, 'GET', '/staff', office)).items.find((m) => m.login === 'office2').activated, false);
});

test('who has a part at another school keeps the password that one office cannot know', async () => {
	const both = await makeMember(db, school, 'teacher', 'two.schools', 'Cô Hai Trường');
	await insert(db, 'membership', { school_id: other.id, person_id: both.id, role: 2, login: 'two.schools' });
	const mine = await signIn(server, both);
	for (const as of [office, stranger]) {
		assert.equal((await call(200, 'POST', `/people/${both.id}/activation`, as)).keepsPassword, true);
	}
	await call(200, 'GET', '/my/classes', mine);
	await db.query("UPDATE membership SET role = 1, login = 'two.offices' WHERE school_id = ? AND person_id = ?", [other.id, both.id]);
	assert.equal((await call(409, 'POST', `/people/${both.id}/activation`, office)).code, 'school.code_elsewhere');
	assert.equal((await call(200, 'POST', `/people/${both.id}/activation`, stranger)).keepsPassword, true);
	const fresh = await makeMember(db, school, 'teacher', 'fresh', 'Cô Chưa Vào', { password: false });
	await insert(db, 'membership', { school_id: other.id, person_id: fresh.id, role: 2, login: 'fresh' });
	await call(200, 'POST', `/people/${fresh.id}/activation`, office);
	const nameless = await makeMember(db, school, 'parent', null, 'Không Số');
	assert.equal((await call(409, 'POST', `/people/${nameless.id}/activation`, office)).code, 'school.code_no_name');
	const locked = await makeMember(db, school, 'teacher', 'locked', 'Cô Khoá');
	await db.query('UPDATE account SET state = 3 WHERE person_id = ?', [locked.id]);
	assert.equal((await call(409, 'POST', `/people/${locked.id}/activation`, office)).code, 'school.account_closed');
	await db.query('UPDATE account SET password_hash = NULL, state = 1 WHERE person_id IN (?, ?)', [locked.id, fresh.id]);
});

test('slips of the teachers who have not come in yet', async () => {
	const state = await call(200, 'GET', '/teachers/slips', office);
	assert.equal(state.fresh, 1, 'the code of one is in her hands already');
	const names = state.printed.map((p) => p.fullName);
	assert.ok(names.includes('Cô Chưa Vào') && names.includes('Cô Giáo ALPHA'), names.join());
	const print = async (query) => pdfText(Buffer.from(await (await server.call('POST', `/api/v1/teachers/slips${query}`, { as: office })).arrayBuffer()));
	const text = await print('');
	assert.ok(text.includes('Cô Khoá') && !text.includes('Cô Chưa Vào'), text);
	assert.equal((await call(409, 'POST', '/teachers/slips', office)).code, 'import.slips_printed');
	assert.ok((await print('?again=true')).includes('Cô Chưa Vào'));
	assert.equal(await count("SELECT COUNT(*) AS n FROM audit WHERE action = 'teacher.slips'"), 2);
});

const YEAR = { code: '2027-2028', startsOn: '2027-08-20', endsOn: '2028-05-31', term1StartsOn: '2027-09-05',
	term1EndsOn: '2028-01-15', term2StartsOn: '2028-01-20', term2EndsOn: '2028-05-25' };

test('a school year is added with two terms; its dates are checked one by one', async () => {
	const refused = async (change, wanted) => {
		const { errors } = await call(422, 'POST', '/years', office, { ...YEAR, ...change });
		assert.deepEqual(Object.fromEntries(errors.map((e) => [e.field, e.code])), wanted);
	};
	await call(403, 'POST', '/years', await signIn(server, school.students[0]), YEAR);
	await refused({ code: '2027-2029' }, { code: 'school.year_code' });
	await refused({ code: '' }, { code: 'school.year_code' });
	await refused({ startsOn: '2026-08-20' }, { startsOn: 'school.year_start' });
	await refused({ endsOn: '2027-12-31' }, { endsOn: 'school.year_end', term2EndsOn: 'school.term_outside' });
	await refused({ term1StartsOn: '2027-08-19' }, { term1StartsOn: 'school.term_outside' });
	await refused({ term1EndsOn: '2027-09-05' }, { term1EndsOn: 'school.date_order' });
	await refused({ term2StartsOn: '2028-01-15' }, { term2StartsOn: 'school.term_overlap' });
	await refused({ term2EndsOn: '2028-06-01' }, { term2EndsOn: 'school.term_outside' });
	await refused({ term2EndsOn: '2028-02-30' }, { term2EndsOn: 'school.date' });
	await refused({ term2EndsOn: '' }, { term2EndsOn: 'form.required' });
	await refused({ code: '2026-2027', startsOn: '2026-06-01', endsOn: '2027-06-30', term1StartsOn: '2026-09-05',
		term1EndsOn: '2027-01-10', term2StartsOn: '2027-01-12', term2EndsOn: '2027-05-31' }, { startsOn: 'school.year_overlap' });
	await insert(db, 'subject_load', { school_id: school.id, school_year_id: school.year, subject_id: school.subject, grade: 10, lessons_a_year: 105 });
	const made = await call(201, 'POST', '/years', office, YEAR);
	const year = made.years.find((y) => y.code === '2027-2028');
	assert.deepEqual([year.startsOn, year.endsOn, year.isCurrent], ['2027-08-20', '2028-05-31', false]);
	assert.deepEqual(year.terms.map((x) => [x.number, x.startsOn, x.endsOn]),
		[[1, '2027-09-05', '2028-01-15'], [2, '2028-01-20', '2028-05-25']]);
	assert.equal(await count('SELECT COUNT(*) AS n FROM subject_load WHERE school_year_id = ? AND lessons_a_year = 105', [year.id]), 1,
		'lessons are taken over');
	assert.equal((await call(422, 'POST', '/years', office, YEAR)).errors[0].code, 'school.year_overlap');
	const moved = await call(200, 'PUT', `/years/${year.id}`, office, { ...YEAR, endsOn: '2028-06-15', term2EndsOn: '2028-06-01' });
	assert.equal(moved.years.find((y) => y.id === year.id).terms[1].endsOn, '2028-06-01');
	await call(404, 'PUT', `/years/${year.id}`, stranger, YEAR);
});

test('the office chooses the year it works in; classes are made in it', async () => {
	const { years } = await call(200, 'GET', '/school', office);
	const next = years.find((y) => y.code === '2027-2028');
	assert.equal((await call(422, 'PUT', '/school/year', stranger, { year: next.id })).errors[0].field, 'year');
	const chosen = await call(200, 'PUT', '/school/year', office, { year: next.id });
	assert.deepEqual(chosen.years.filter((y) => y.isCurrent).map((y) => y.id), [next.id]);
	await call(201, 'POST', '/classes', office, { year: next.id, name: '10A1', grade: 10 });
	assert.deepEqual((await call(200, 'GET', '/classes', office)).items.map((c) => c.name), ['10A1']);
	await call(200, 'PUT', '/school/year', office, { year: school.year });
	assert.deepEqual((await call(200, 'GET', '/classes', office)).items.map((c) => c.name), ['10ALPHA']);
	assert.equal(await count("SELECT COUNT(*) AS n FROM audit WHERE action = 'year.choose' AND subject_id = ?", [school.id]), 2);
});
