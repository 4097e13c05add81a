/*
 * Lists of teachers, and of who teaches what, from Excel: what was previewed is what is committed,
 * once; mistakes by sheet, row and column; what was exported imports as "same".
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { connectDb, insert, makeMember, makeSchool, signIn } from './lib/people.mjs';
import { Server } from './lib/server.mjs';
import { xlsx } from './lib/xlsx.mjs';

let server;
let db;
let school;
let other;
let office;
let teacher;
let stranger;

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	other = await makeSchool(db, 'BETA');
	office = await signIn(server, school.office);
	teacher = await signIn(server, school.teacher);
	stranger = await signIn(server, other.office);
	for (const [code, name] of [['van', 'Ngữ văn'], ['ly', 'Vật lí'], ['dia', 'Địa lí'], ['anh', 'Tiếng Anh']]) {
		await insert(db, 'subject', { school_id: school.id, code, name, kind: 1 });
	}
	for (const name of ['10A2', '10A3']) {
		await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 10, name });
	}
	await watchOutbox(server, db);
});

after(async () => {
	await db?.end();
	await server?.stop();
});

const call = (...words) => server.answer(...words);

async function upload(what, bytes, as = office, status = 200) {
	const form = new FormData();
	form.append('file', new Blob([bytes]), 'Tệp.xlsx');
	const response = await fetch(`${server.url}/api/v1/${what}/import`,
		{ method: 'POST', body: form, headers: { Authorization: `Bearer ${as.token}` } });
	const answer = await response.json();
	assert.equal(response.status, status, JSON.stringify(answer));
	return answer;
}

const commit = (what, plan, status = 200) =>
	call(status, 'POST', `/${what}/import/${plan.plan}/commit`, office, { hash: plan.hash });
const names = async () => (await call(200, 'GET', '/teachers', office)).items.map((t) => [t.login, t.fullName, t.phone]);
const codes = (row) => row.messages.map((m) => m.code);

test('a list of teachers: titles above, columns in any order, mistakes by row and column', async () => {
	const list = xlsx([['TRƯỜNG THPT ALPHA'], ['DANH SÁCH CÁN BỘ, GIÁO VIÊN'], [],
		['Số ĐT', 'TT', 'Họ và tên', 'Môn dạy', 'Ngày sinh', 'Mã GV'],
		[912000001, 1, 'TRẦN THỊ HOÀ'.normalize('NFD'), 'Văn', '20/11/1980', 'co.hoa'],
		['0912 000 002', 2, 'Lê Văn Nam', 'Vật lý, Toán ALPHA', 29000, ''],
		['', 3, 'Lê Văn Nam', 'Lý', '', ''],
		['0912000004', 4, 'Đỗ Sai', 'Toán ALPHA', '31/02/1980', 'do sai'],
		['0912000001', 5, 'Người Khác', '', '', 'khac'],
		['', 'Tổng số: 5 giáo viên'], ['', '', 'HIỆU TRƯỞNG']], 'GV');
	await upload('teachers', list, teacher, 403);
	const plan = await upload('teachers', list);
	assert.deepEqual(plan.rows.map((r) => r.action), ['new', 'new', 'duplicate', 'error', 'duplicate', 'skipped', 'skipped']);
	const [hoa, nam, twice, wrong] = plan.rows;
	assert.deepEqual([hoa.fullName, hoa.login, hoa.birthDate, hoa.phone, hoa.subjects],
		['Trần Thị Hoà', 'co.hoa', '1980-11-20', '+84912000001', 'Ngữ văn']);
	assert.deepEqual([nam.login, nam.birthDate, nam.subjects], ['levannam', '1979-05-25', 'Toán ALPHA, Vật lí']);
	assert.ok(codes(twice).includes('import.teacher_twice'));
	assert.deepEqual(wrong.messages.map((m) => [m.code, m.column]), [['import.login_wrong', 6], ['import.birth_wrong', 5]]);
	assert.equal(wrong.row, 8);
	await call(404, 'GET', `/teachers/import/${plan.plan}`, stranger);
	await call(404, 'GET', `/roster/import/${plan.plan}`, office);
	assert.deepEqual((await call(200, 'GET', `/teachers/import/${plan.plan}`, office)).rows, plan.rows);
	await call(409, 'POST', `/teachers/import/${plan.plan}/commit`, office, { hash: '00'.repeat(32) });
	const done = await commit('teachers', plan);
	assert.deepEqual([done.new, done.changed, done.phonesTaken], [2, 0, 0]);
	await commit('teachers', plan);
	const now = await names();
	assert.deepEqual(now.filter(([login]) => ['co.hoa', 'levannam'].includes(login)).sort(),
		[['co.hoa', 'Trần Thị Hoà', '+84912000001'], ['levannam', 'Lê Văn Nam', '+84912000002']]);
	const { items } = await call(200, 'GET', '/teachers', office);
	assert.deepEqual(items.find((x) => x.login === 'levannam').subjects.map((s) => s.name).sort(), ['Toán ALPHA', 'Vật lí']);
	const again = await upload('teachers', list);
	assert.deepEqual(again.rows.slice(0, 2).map((r) => r.action), ['same', 'same']);
	const state = await call(200, 'GET', '/teachers/slips', office);
	assert.equal(state.fresh, 2, 'slips can be printed for them');
});

test('a teacher who is known is changed where the list says so, and never mixed up', async () => {
	const plan = await upload('teachers', xlsx([['Họ tên', 'Ngày sinh', 'Điện thoại', 'Mã', 'Môn'],
		['Trần Thị Hoà', '', '0912000009', 'CO.HOA', 'Văn; Tiếng Anh'],
		['Lê Văn Nam', '01/01/1990', '', '', 'Hoá'],
		['Ai Đó', '', '', 'co.hoa', ''],
		['Cô Giáo ALPHA', '', school.parent.phone, '', ''],
		['Trần Thị Hoà', '', '', 'khac', ''],
		[school.parent.fullName, '', school.parent.phone, '', '']]));
	const [hoa, nam, wrong, phone, alike, parent] = plan.rows;
	assert.equal(hoa.action, 'change');
	assert.deepEqual(hoa.changes, [{ field: 'phone', old: '+84912000001', new: '+84912000009' },
		{ field: 'subjects', old: 'Ngữ văn', new: 'Ngữ văn, Tiếng Anh' }]);
	assert.equal(nam.action, 'new', 'another birth date is another person');
	assert.deepEqual([nam.login, codes(nam)], ['levannam2', ['import.subject_unknown']]);
	assert.deepEqual([wrong.action, codes(wrong)], ['error', ['import.login_other']]);
	assert.deepEqual([phone.action, codes(phone)], ['error', ['import.teacher_phone_other']]);
	assert.deepEqual([alike.action, codes(alike)], ['error', ['import.teacher_same_name']]);
	assert.match(alike.messages[0].detail, /co\.hoa/);
	assert.deepEqual([parent.action, codes(parent)], ['new', ['import.teacher_is_known']]);
	const done = await commit('teachers', plan);
	assert.deepEqual([done.new, done.changed], [2, 1]);
	const roles = (await signIn(server, school.parent)).profile.roles;
	assert.deepEqual(roles.sort(), ['parent', 'teacher']);
	await db.query('UPDATE membership SET state = 2 WHERE person_id = ? AND role = 2', [school.parent.id]);
});

test('a number of somebody at another school is left out and the row is named', async () => {
	const plan = await upload('teachers', xlsx([['Họ tên', 'Điện thoại'], ['Phan Xa Lạ', other.parent.phone]], 'Tổ Văn'));
	assert.equal(plan.rows[0].action, 'new');
	const done = await commit('teachers', plan);
	assert.deepEqual([done.phonesTaken, done.takenRows], [1, [{ sheet: 'Tổ Văn', row: 2, fullName: 'Phan Xa Lạ' }]]);
	const [, , phone] = (await names()).find(([, name]) => name === 'Phan Xa Lạ');
	assert.equal(phone, null);
});

test('a plan that the school has overtaken is not carried out', async () => {
	const plan = await upload('teachers', xlsx([['Họ tên', 'Mã'], ['Đến Sau', 'den.sau']]));
	await makeMember(db, school, 'teacher', 'chen.vao', 'Chen Vào');
	assert.equal((await commit('teachers', plan, 409)).code, 'stale');
	assert.equal((await upload('teachers', xlsx([['a', 'b'], ['c', 'd']]), office, 422)).code, 'import.file_no_teachers');
});

const taught = async () => (await call(200, 'GET', '/teaching', office)).items
	.map((t) => `${t.className} ${t.subjectName}: ${t.personName}`).sort();

test('assignments as a list: by code, sign-in name or name; classes several in a cell', async () => {
	await makeMember(db, school, 'teacher', 'co.lan1', 'Nguyễn Thị Lan');
	await makeMember(db, school, 'teacher', 'co.lan2', 'Nguyễn Thị Lan');
	const before = await taught();
	const plan = await upload('teaching', xlsx([['PHÂN CÔNG CHUYÊN MÔN HỌC KỲ I'],
		['Lớp', 'Mã GV', 'Môn', 'Họ tên giáo viên'],
		['10A2, 10a3', 'co.hoa', 'Văn', 'Trần Thị Hoà'],
		['10A2', '', 'Vật lý', 'Lê Văn Nam'],
		['10A2', '', 'anh', 'Nguyễn Thị Lan'],
		['10A2', '', 'anh', 'co.lan2'],
		['10A9', 'co.hoa', 'Văn', ''],
		['10A3', 'co.hoa', 'Lí', ''],
		['10A3', 'khong.co', 'Văn', ''],
		['10A3', 'co.hoa', 'anh', 'Lê Văn Nam'],
		['10A3', 'co.hoa', 'Văn', '']]));
	const at = (row) => plan.rows.filter((r) => r.row === row);
	assert.deepEqual(at(3).map((r) => [r.action, r.className, r.subjectName, r.login]),
		[['new', '10A2', 'Ngữ văn', 'co.hoa'], ['new', '10A3', 'Ngữ văn', 'co.hoa']]);
	const [ambiguous] = at(4);
	assert.deepEqual([ambiguous.action, codes(ambiguous), ambiguous.messages[0].column], ['error', ['import.teacher_ambiguous'], 4]);
	assert.match(ambiguous.messages[0].detail, /levannam\).*levannam2\)/);
	assert.deepEqual([at(5)[0].action, codes(at(5)[0])], ['error', ['import.teacher_ambiguous']]);
	assert.match(at(5)[0].messages[0].detail, /co\.lan1.*co\.lan2/);
	assert.deepEqual([at(6)[0].action, at(6)[0].fullName], ['new', 'Nguyễn Thị Lan']);
	assert.deepEqual([codes(at(7)[0]), at(7)[0].messages[0].column], [['import.teaching_class'], 1]);
	assert.deepEqual(codes(at(8)[0]), ['import.teaching_subject_many']);
	assert.deepEqual(codes(at(9)[0]), ['import.teacher_unknown']);
	assert.deepEqual(codes(at(10)[0]), ['import.teaching_code_other']);
	assert.equal(at(11)[0].action, 'duplicate');
	assert.deepEqual(await taught(), before, 'a preview writes nothing');
	await call(403, 'POST', `/teaching/import/${plan.plan}/commit`, teacher, { hash: plan.hash });
	const done = await commit('teaching', plan);
	assert.deepEqual([done.new, done.changed], [3, 0]);
	assert.deepEqual(await taught(), [...before, '10A2 Ngữ văn: Trần Thị Hoà', '10A3 Ngữ văn: Trần Thị Hoà',
		'10A2 Tiếng Anh: Nguyễn Thị Lan'].sort());
});

test('assignments as a matrix of subjects and classes, either way round; who is not named any more stops', async () => {
	const across = await upload('teaching', xlsx([['BẢNG PHÂN CÔNG'], ['STT', 'Môn', '10A2', '10A3', '10A8'],
		[1, 'Văn', 'Hoà', 'teacher2', ''], [2, 'Tiếng Anh', 'co.lan1, co.lan2', '-', ''], [3, 'Địa', '', '', 'co.hoa'],
		[4, 'Hoá', 'co.hoa', '', '']]));
	const find = (klass, subject, login) => across.rows.find((r) =>
		r.className === klass && r.subjectName === subject && (!login || r.login === login));
	const hoa = find('10A2', 'Ngữ văn');
	assert.deepEqual([hoa.action, hoa.login, codes(hoa)], ['same', 'co.hoa', ['import.teacher_short']]);
	const other3 = find('10A3', 'Ngữ văn');
	assert.deepEqual([other3.action, other3.login, other3.removes, other3.column], ['change', 'teacher2', 'Trần Thị Hoà (co.hoa)', 4]);
	assert.equal(find('10A2', 'Tiếng Anh', 'co.lan1').action, 'new');
	assert.equal(find('10A2', 'Tiếng Anh', 'co.lan2').action, 'same');
	assert.deepEqual(across.rows.filter((r) => r.action === 'error').map((r) => [r.row, codes(r)[0], r.messages[0].column]),
		[[5, 'import.teaching_class', 5], [6, 'import.teaching_subject', 2]]);
	const done = await commit('teaching', across);
	assert.deepEqual([done.new, done.changed], [1, 1]);
	assert.ok((await taught()).includes('10A3 Ngữ văn: Thầy Giáo ALPHA'));
	assert.ok(!(await taught()).includes('10A3 Ngữ văn: Trần Thị Hoà'));

	const down = await upload('teaching', xlsx([['Lớp', 'Văn', 'Tiếng Anh'], ['10A3', 'teacher2', 'co.lan1'], ['10A2', '', '']]));
	assert.deepEqual(down.rows.map((r) => [r.action, r.className, r.subjectName]),
		[['same', '10A3', 'Ngữ văn'], ['new', '10A3', 'Tiếng Anh']]);
	await call(204, 'DELETE', `/teaching/import/${down.plan}`, office);
	assert.equal((await upload('teaching', xlsx([['a', 'b'], ['c', 'd']]), office, 422)).code, 'import.file_no_teaching');
});

test('what was exported imports as the same', async () => {
	await call(403, 'GET', '/teaching/export.xlsx', teacher);
	await call(422, 'GET', '/teaching/export.xlsx?form=tree', office);
	const count = (await taught()).length;
	for (const form of ['list', 'matrix']) {
		const response = await server.call('GET', `/api/v1/teaching/export.xlsx?form=${form}`, { as: office });
		assert.equal(response.status, 200);
		const plan = await upload('teaching', Buffer.from(await response.arrayBuffer()));
		assert.deepEqual([plan.counts.same, plan.rows.length], [count, count], form);
	}
	const [deed] = (await call(200, 'GET', '/audit', office)).items;
	assert.equal(deed.action, 'teaching.commit');
});
