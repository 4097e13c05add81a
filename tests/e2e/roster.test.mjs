/*
 * Class lists: what was previewed is what is committed, once, by the office; slips that activate;
 * an export that imports as "same". Marks: entered, published, seen by the right people only.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { signIn } from './lib/people.mjs';
import { pdfText } from './lib/pdf.mjs';
import { xlsx } from './lib/xlsx.mjs';
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

async function upload(bytes, name, as = office, status = 200) {
	const form = new FormData();
	form.append('file', new Blob([bytes]), name);
	const response = await fetch(`${server.url}/api/v1/roster/import?year=${as === stranger ? other.year : school.year}`,
		{ method: 'POST', body: form, headers: { Authorization: `Bearer ${as.token}` } });
	const answer = await response.json();
	assert.equal(response.status, status, JSON.stringify(answer));
	return answer;
}

const LIST = [
	['DANH SÁCH HỌC SINH LỚP 10A9'],
	['STT', 'Mã HS', 'Họ và tên', 'Ngày sinh', 'Giới tính', 'SĐT mẹ'],
	[1, 'X1', 'NGUYỄN THỊ ÁNH', 40785, 'Nữ', 912345671],
	[2, 'X2', 'Trần Văn Bình', '05/09/2011', 'Nam', '0912345672'],
	[3, 'X3', 'Lê Chi', '31/02/2011', 'Nữ', ''],
	['Tổng số: 3'],
];

test('preview, commit once, then everything is the same', async () => {
	const plan = await upload(xlsx(LIST), 'Lớp 10A9.xlsx');
	assert.equal(plan.counts.new, 2);
	assert.equal(plan.counts.error, 1);
	assert.equal(plan.fileName, 'Lớp 10A9.xlsx');
	const anh = plan.rows.find((r) => r.code === 'X1');
	assert.equal(anh.fullName, 'Nguyễn Thị Ánh');
	assert.equal(anh.birthDate, '2011-08-30');
	assert.equal(anh.guardians[0].phone, '+84912345671');
	const wrong = plan.rows.find((r) => r.action === 'error');
	assert.equal(wrong.row, 5);
	assert.equal(wrong.messages[0].column, 4);
	assert.match(wrong.messages[0].detail, /31\/02\/2011/);
	assert.deepEqual(await call(200, 'GET', `/roster/import/${plan.plan}`, office).then((p) => p.rows), plan.rows);
	await call(404, 'GET', `/roster/import/${plan.plan}`, stranger);
	await call(403, 'GET', `/roster/import/${plan.plan}`, teacher);
	await call(409, 'POST', `/roster/import/${plan.plan}/commit`, office, { hash: '00'.repeat(32) });
	const done = await call(200, 'POST', `/roster/import/${plan.plan}/commit`, office, { hash: plan.hash });
	assert.deepEqual([done.new, done.changed, done.classesMade], [2, 0, 1]);
	await call(200, 'POST', `/roster/import/${plan.plan}/commit`, office, { hash: plan.hash });
	const [rows] = await db.query("SELECT COUNT(*) AS n FROM student WHERE code IN ('X1', 'X2', 'X3')");
	assert.equal(Number(rows[0]?.n ?? rows.n), 2);
	const again = await upload(xlsx(LIST), 'a.xlsx');
	assert.equal(again.counts.same, 2);
	assert.equal(again.counts.new, 0);
	await call(204, 'DELETE', `/roster/import/${again.plan}`, office);
	await call(404, 'GET', `/roster/import/${again.plan}`, office);
});

test('another name under a known code is written only when the office confirms it', async () => {
	const list = (name) => xlsx([['Mã HS', 'Họ và tên', 'Ngày sinh', 'Lớp'], ['X2', name, '05/09/2011', '10A9'],
		['X7', 'Mai Mới', '06/09/2011', '10A9']]);
	const nameOf = async (code) => {
		const [rows] = await db.query('SELECT p.full_name AS n FROM student s JOIN person p ON p.id = s.person_id'
			+ ' WHERE s.code = ? AND s.school_id = ?', [code, school.id]);
		return rows[0]?.n;
	};
	const plan = await upload(list('Vũ Thị Khác'), 'a.xlsx');
	const row = plan.rows.find((r) => r.code === 'X2');
	assert.equal(row.action, 'change');
	assert.equal(row.messages[0].code, 'import.name_other');
	assert.equal(plan.rows.find((r) => r.code === 'X7').confirm, undefined);
	const commit = (status, body) => call(status, 'POST', `/roster/import/${plan.plan}/commit`, office, body);
	await commit(409, { hash: plan.hash, confirmed: ['999999'] });
	const done = await commit(200, { hash: plan.hash });
	assert.deepEqual([done.new, done.changed, done.leftOut], [1, 0, 1]);
	assert.equal(await nameOf('X2'), 'Trần Văn Bình');
	assert.equal(await nameOf('X7'), 'Mai Mới');

	const again = await upload(list('Vũ Thị Khác'), 'a.xlsx');
	const yes = await call(200, 'POST', `/roster/import/${again.plan}/commit`, office,
		{ hash: again.hash, confirmed: [row.confirm] });
	assert.deepEqual([yes.new, yes.changed, yes.leftOut], [0, 1, 0]);
	assert.equal(await nameOf('X2'), 'Vũ Thị Khác');
});

test('the record of a commit stands in its transaction', async () => {
	const plan = await upload(xlsx([['Mã HS', 'Họ và tên', 'Ngày sinh'], ['X8', 'Lý Tám', '08/08/2011']], '10A9'), 'a.xlsx');
	const count = async (sql) => {
		const [rows] = await db.query(sql);
		return Number(rows[0].n);
	};
	const students = () => count("SELECT COUNT(*) AS n FROM student WHERE code = 'X8'");
	const records = () => count(`SELECT COUNT(*) AS n FROM audit WHERE action = 'roster.commit' AND subject_id = ${plan.plan}`);
	await db.query('RENAME TABLE audit TO audit_away');
	const failed = await server.call('POST', `/api/v1/roster/import/${plan.plan}/commit`,
		{ as: office, body: { hash: plan.hash } }).finally(() => db.query('RENAME TABLE audit_away TO audit'));
	assert.ok(failed.status >= 500, String(failed.status));
	assert.equal(await students(), 0, 'nothing without its record');
	await call(200, 'POST', `/roster/import/${plan.plan}/commit`, office, { hash: plan.hash });
	await call(200, 'POST', `/roster/import/${plan.plan}/commit`, office, { hash: plan.hash });
	assert.equal(await students(), 1);
	assert.equal(await records(), 1);
});

test('what is no list is refused with a way out', async () => {
	assert.equal((await upload('không phải Excel', 'a.xlsx', office, 422)).code, 'import.file_damaged');
	assert.equal((await upload(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'a.xls', office, 422)).code, 'import.file_kind');
	assert.equal((await upload(xlsx([['một', 'hai']]), 'a.xlsx', office, 422)).code, 'import.file_no_list');
});

test('an export imports as the same', async () => {
	const response = await server.call('GET', `/api/v1/classes/${school.class}/export.xlsx`, { as: teacher });
	assert.equal(response.status, 200);
	const plan = await upload(Buffer.from(await response.arrayBuffer()), 'x.xlsx');
	assert.equal(plan.counts.same, 4);
	assert.equal(plan.rows.length, 4);
	await call(404, 'GET', `/classes/${school.class}/export.xlsx`, stranger);
});

test('slips for those who have not activated', async () => {
	const [found] = await db.query("SELECT id FROM class WHERE name = '10A9'");
	const id = (found[0] ?? found).id;
	await call(404, 'POST', `/classes/${id}/slips`, stranger);
	await call(403, 'POST', `/classes/${id}/slips`, teacher);
	const response = await server.call('POST', `/api/v1/classes/${id}/slips`, { as: office });
	assert.equal(response.status, 200);
	assert.equal(response.headers.get('content-type'), 'application/pdf');
	assert.equal(Buffer.from(await response.arrayBuffer()).subarray(0, 5).toString(), '%PDF-');
	assert.equal((await call(409, 'POST', `/classes/${school.class}/slips`, office)).code, 'import.slips_none');
});

test('guardians get slips with their number and children, and sign in by them', async () => {
	const [found] = await db.query("SELECT id FROM class WHERE name = '10A9'");
	const id = (found[0] ?? found).id;
	await call(403, 'POST', `/classes/${id}/slips?for=guardians`, teacher);
	await call(422, 'POST', `/classes/${id}/slips?for=ghosts`, office);
	const [first] = await db.query(`SELECT p.full_name AS name, a.phone AS phone FROM guardian g
		JOIN enrolment e ON e.student_id = g.student_id AND e.to_on IS NULL
		JOIN person p ON p.id = g.person_id JOIN account a ON a.person_id = p.id
		WHERE e.class_id = ${id} AND a.phone IS NOT NULL AND a.password_hash IS NULL
		ORDER BY p.id LIMIT 1`);
	const guardian = first[0] ?? first;
	const response = await server.call('POST', `/api/v1/classes/${id}/slips?for=guardians`, { as: office });
	assert.equal(response.status, 200);
	const text = pdfText(Buffer.from(await response.arrayBuffer()));
	const phone = guardian.phone.replace('+84', '0');
	assert.match(text, /PHIẾU ĐĂNG NHẬP CỦA PHỤ HUYNH/);
	assert.ok(text.includes(phone), text);
	assert.ok(!text.includes('Tên đăng nhập'));
	const near = text.slice(text.indexOf(phone));
	const code = near.match(/\b[0-9A-Z]{3,4}(?:[ -][0-9A-Z]{3,4}){3,6}\b/)[0];
	const used = await server.call('POST', '/api/v1/activation/use',
		{ body: { code, password: 'mot cau that dai de nho' } });
	assert.ok(used.ok, await used.text());
	const session = await server.call('POST', '/api/v1/session',
		{ body: { phone, password: 'mot cau that dai de nho' } });
	assert.equal(session.status, 200);
});

test('marks are entered, published, and seen by the right people', async () => {
	const at = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	const student = String(school.students[0].student);
	const pupil = await signIn(server, school.students[0]);
	const parent = await signIn(server, school.parent);
	const otherParent = await signIn(server, other.parent);
	const ids = [];
	for (const [kind, position] of [['tx', 1], ['tx', 2], ['gk', 1], ['ck', 1]]) {
		ids.push((await call(201, 'POST', `${at}/columns`, teacher, { kind, position })).id);
	}
	await call(422, 'POST', `${at}/columns`, teacher, { kind: 'gk', position: 2 });
	const values = [80, 90, 75, 85];
	const saved = await call(200, 'PUT', at, teacher,
		{ cells: ids.map((column, i) => ({ column, student, valueX10: values[i], version: 0 })) });
	assert.equal(saved.saved.length, 4);
	assert.equal(saved.means[student].valueX10, 82);
	assert.match(saved.means[student].why.text, /8,0 \+ 9,0/);
	const stale = await call(200, 'PUT', at, teacher,
		{ cells: [{ column: ids[0], student, valueX10: 10, version: 0 }] });
	assert.equal(stale.conflicts[0].valueX10, 80);
	const sheet = await call(200, 'GET', at, office);
	assert.equal(sheet.rows.length, 4);
	assert.equal(sheet.rows[0].cells[ids[3]].valueX10, 85);
	await call(404, 'GET', at, stranger);
	await call(403, 'PUT', at, office, { cells: [] });

	assert.deepEqual((await call(200, 'GET', '/my/marks', pupil)).terms, []);
	await call(204, 'POST', `${at}/publish`, teacher, { columns: ids });
	const mine = await call(200, 'GET', '/my/marks', pupil);
	assert.equal(mine.terms[0].subjects[0].mean.valueX10, 82);
	const child = await call(200, 'GET', `/children/${student}/marks`, parent);
	assert.deepEqual(child, mine);
	await call(404, 'GET', `/children/${student}/marks`, otherParent);
	await call(404, 'GET', `/children/${school.students[1].student}/marks`, parent);
	await call(422, 'PUT', at, teacher, { cells: [{ column: ids[0], student, valueX10: 85, version: 1 }] });
	await call(200, 'PUT', at, teacher, { why: 'chấm lại', cells: [{ column: ids[0], student, valueX10: 85, version: 1 }] });
	const history = await call(200, 'GET', `/mark-columns/${ids[0]}/history/${student}`, teacher);
	assert.deepEqual(history.items.map((i) => [i.act, i.newX10]), [['set', 80], ['published', null], ['set', 85]]);
	await call(404, 'GET', `/mark-columns/${ids[0]}/history/${student}`, stranger);
});
