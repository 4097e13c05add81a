/*
 * An officer's desk by HTTP: two provinces in one database, what each sees; schools invited,
 * suspended, their keys revoked; groups and their drill-down; one student's records with a purpose;
 * files with their purpose in them.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { Server } from './lib/server.mjs';
import { PROVINCE, enrolled, line, mark, officer as run } from './lib/exchange.mjs';
import { PASSWORD_HASH, connectDb, insert, makeSchool, signIn } from './lib/people.mjs';
import { faults, readBundle } from './lib/oneroster.mjs';
import { provinceRoutes } from './lib/rows.mjs';

let server;
let db;
const here = { id: 79, code: '79' }; /* whose server it is */
const there = { id: 62, code: 'P62' };
const DAY = 86_400_000;

async function officer(province, name) {
	await db.query('INSERT IGNORE INTO province (id, code, name, valid_from) VALUES (?, ?, ?, ?)',
		[province.id, province.code, `Tỉnh ${province.id}`, '2025-07-01']);
	const id = await insert(db, 'person', { full_name: name, sort_given: name, sort_rest: '', search_name: name, created_at_ms: 1 });
	await insert(db, 'account', { person_id: id, password_hash: PASSWORD_HASH, state: 2, created_at_ms: 1 });
	await insert(db, 'officer', { province_id: province.id, person_id: id, login: 'canbo' });
	return signIn(server, { login: 'canbo', school: province.code });
}

const school = (province, code, more = {}) => insert(db, 'province_school', { province_id: province.id, code, name: `Trường ${code}`,
	level: 'thpt', commune_code: '00001', state: 2, invited_at_ms: 1, enrolled_at_ms: Date.now() - 30 * DAY, heard_at_ms: Date.now(), ...more });
const tally = (id, row) => insert(db, 'desk_tally', { school_id: id, year: '2026-2027', part: 1, subject: 'toan', grade: 10, count: 1, ...row });

async function call(status, method, path, who, body) {
	const response = await server.call(method, `/api/v1/desk${path}`, { as: who, body });
	const bytes = Buffer.from(await response.arrayBuffer());
	assert.equal(response.status, status, `${method} ${path}: ${bytes.toString().slice(0, 600)}`);
	const isJson = (response.headers.get('content-type') ?? '').includes('json');
	return isJson ? JSON.parse(bytes.toString()) : bytes;
}

before(async () => {
	/* One officer asks here for what many would. */
	server = await Server.start({ ...PROVINCE, 'limit.requests_per_second': 100_000, 'limit.address_per_second': 1_000_000 },
		{ command: 'province' });
	db = await connectDb(server);
	here.officer = await officer(here, 'Cán bộ Một');
	there.officer = await officer(there, '=Cán bộ Hai');
	here.a = await school(here, 'A');
	here.b = await school(here, 'B', { heard_at_ms: Date.now() - 4 * DAY });
	here.c = await school(here, 'C', { heard_at_ms: Date.now() - 15 * DAY, level: 'thcs', commune_code: '00002' });
	here.d = await school(here, 'D', { state: 1, enrolled_at_ms: null, heard_at_ms: null });
	there.a = await school(there, 'A', { name: 'Trường Láng Giềng' });
	for (const id of [here.a, here.b, there.a]) {
		await insert(db, 'desk_subject', { school_id: id, subject: 'toan', name: 'Toán', kind: 1 });
		await insert(db, 'desk_class', { school_id: id, year: '2026-2027', class: '10A1', grade: 10 });
		await tally(id, { measure: 7, value: 75, count: 30 });
		await tally(id, { measure: 7, value: 40, count: 10 });
		await tally(id, { measure: 7, value: 80, count: 5, grade: 11 });
		await tally(id, { measure: 7, value: 20, count: 0 });
		for (let i = 1; i <= 3; i++) {
			await insert(db, 'desk_mark', { school_id: id, year: '2026-2027', class: '10A1', subject: 'toan', part: 1, kind: 3,
				number: 1, student: `HS${i}`, value_x10: 70 + i });
		}
		await insert(db, 'province_record', { school_id: id, bang: 'hocsinh', idbanghi: 'A/hocsinh/HS1', phienban: 2, sukien: 2,
			thoigiancapnhat_ms: 1000, lop: '', hocky: 0, hocsinh: 'HS1', line: JSON.stringify({ phienban: 2, dulieu: { hoten: `Nguyễn An ${id}` } }),
			line_hash: randomBytes(32), batch_id: randomBytes(16), applied_at_ms: 3000 });
	}
	await insert(db, 'province_rejection', { school_id: here.a, batch_id: randomBytes(16), n: 0, idbanghi: 'A/diem/x', bang: 'diem',
		phienban: 1, code: 'exchange.record_value', params: '{"field":"diemx10"}', at_ms: 5 });
	await insert(db, 'province_rejection', { school_id: here.a, batch_id: randomBytes(16), n: 0, idbanghi: 'A/diem/y', bang: 'diem',
		phienban: 3, code: 'exchange.version_differs', params: '{"phienban":3}', at_ms: 4 });
	await insert(db, 'desk_sitting', { school_id: here.a, sitting: 'x', title: 'Thi giữa kỳ', subject: 'toan', starts_at_ms: Date.now() - 1000,
		ends_at_ms: Date.now() + DAY, state: 2, sitters: 40, sitting_now: 38, handed_in: 2 });
	await insert(db, 'desk_sitting', { school_id: here.b, sitting: 'y', title: 'Mai kia', starts_at_ms: Date.now() + 3 * DAY,
		ends_at_ms: Date.now() + 4 * DAY, state: 1, sitters: 40, sitting_now: 0, handed_in: 0 });
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
});

test('schools, by how their records come in', async () => {
	const { items } = await call(200, 'GET', '/schools', here.officer);
	assert.deepEqual(items.map((s) => [s.code, s.sign]), [['A', 'rejects'], ['B', 'late'], ['C', 'silent'], ['D', 'invited']]);
	assert.equal(items[0].rejected, 2);
	const other = await call(200, 'GET', '/schools', there.officer);
	assert.deepEqual(other.items.map((s) => s.name), ['Trường Láng Giềng']);
});

test('one school: what was refused, in words', async () => {
	const seen = await call(200, 'GET', `/schools/${here.a}`, here.officer);
	assert.equal(seen.rejections[0].text, 'Giá trị của điểm (diemx10) thiếu hoặc không hợp lệ.');
	assert.equal(seen.rejections[0].key, 'A/diem/x');
	assert.equal(seen.rejections[1].text, 'Sở đang giữ phiên bản 3 của bản ghi này với nội dung khác.');
	assert.deepEqual(seen.newest.map((r) => [r.kind, r.event, r.version]), [['hocsinh', 'update', 2]]);
	assert.ok(!JSON.stringify(seen).includes('Nguyễn An'), 'no name without a purpose');
	await call(404, 'GET', `/schools/${there.a}`, here.officer);
});

test('a school is invited, suspended, taken up again', async () => {
	const made = await call(201, 'POST', '/schools', here.officer, { code: 'moi', name: 'Trường Mới', level: 'thcs' });
	assert.match(made.code, /^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
	await call(422, 'POST', '/schools', here.officer, { code: 'moi', name: 'Trường Mới', level: 'thcs' });
	await call(422, 'POST', '/schools', here.officer, { code: 'có dấu', name: 'Trường Mới', level: 'thcs' });
	await call(422, 'POST', '/schools', here.officer, { code: 'khac', name: 'Trường Mới', level: 'dh' });
	const again = await call(201, 'POST', `/schools/${made.id}/codes`, here.officer);
	assert.notEqual(again.code, made.code);
	for (const act of ['suspend', 'resume']) {
		await call(422, 'POST', `/schools/${made.id}/${act}`, here.officer, { why: 'vì' });
		await call(404, 'POST', `/schools/${made.id}/${act}`, there.officer, { why: 'vì một lẽ' });
		await call(204, 'POST', `/schools/${made.id}/${act}`, here.officer, { why: 'vì một lẽ' });
		await call(409, 'POST', `/schools/${made.id}/${act}`, here.officer, { why: 'vì một lẽ' });
	}
	await call(404, 'POST', `/schools/${made.id}/codes`, there.officer);
	const [[row]] = await db.query('SELECT COUNT(*) AS n FROM audit WHERE subject_id = ? AND action LIKE ?', [made.id, 'department.%']);
	assert.equal(Number(row.n), 4);
});

test('a revoked key is shown as revoked', async () => {
	await insert(db, 'province_school_key', { school_id: here.b, kid: randomBytes(8), public: randomBytes(32), from_ms: 5 });
	await call(404, 'POST', `/schools/${here.b}/revoke`, there.officer, { why: 'máy chủ bị mất' });
	assert.equal((await call(200, 'GET', `/schools/${here.b}`, here.officer)).keys[0].revokedAt, null);
	await call(204, 'POST', `/schools/${here.b}/revoke`, here.officer, { why: 'máy chủ bị mất' });
	assert.ok((await call(200, 'GET', `/schools/${here.b}`, here.officer)).keys[0].revokedAt > 5);
});

test('groups from the province down to a class', async () => {
	const ask = async (query, who = here.officer) => (await call(200, 'GET',
		`/distribution?measure=mark_final&year=2026-2027&part=1&${query}`, who)).items;
	const [all] = await ask('by=all');
	assert.deepEqual(all, { key: '', name: '', total: 90, values: [{ value: 40, count: 20 }, { value: 75, count: 60 }, { value: 80, count: 10 }] });
	assert.equal((await ask('by=all', there.officer))[0].total, 45);
	assert.deepEqual((await ask('by=school')).map((g) => [g.key, g.name, g.total]), [[here.a, 'Trường A', 45], [here.b, 'Trường B', 45]]);
	assert.deepEqual((await ask('by=grade')).map((g) => [g.key, g.total]), [['10', 80], ['11', 10]]);
	assert.deepEqual((await ask('by=subject')).map((g) => [g.key, g.name, g.total]), [['toan', 'Toán', 90]]);
	assert.deepEqual((await ask('by=commune')).map((g) => [g.key, g.total]), [['00001', 90]]);
	assert.deepEqual(await ask('by=all&level=thcs'), []);
	assert.equal((await ask(`by=all&grade=11&subject=toan&commune=00001&level=thpt&school=${here.a}`))[0].total, 5);
	assert.deepEqual(await ask(`by=class&school=${here.a}`), [{ key: '10A1', name: '', total: 3,
		values: [{ value: 71, count: 1 }, { value: 72, count: 1 }, { value: 73, count: 1 }] }]);
	for (const by of ['all', 'class', 'school']) {
		await call(404, 'GET', `/distribution?measure=mark_final&by=${by}&school=${there.a}`, here.officer);
	}
	for (const query of ['by=class', 'by=pupil', 'by=all&part=4', 'by=all&grade=x', 'by=all&level=dh']) {
		await call(422, 'GET', `/distribution?measure=mark_final&${query}`, here.officer);
	}
	const choices = await call(200, 'GET', '/counts', here.officer);
	assert.deepEqual(choices.years.map((y) => y.code), ['2026-2027']);
	assert.deepEqual(choices.subjects, [{ code: 'toan', name: 'Toán' }]);
});

test('a student has a name only for a purpose, and the log knows it', async () => {
	const path = `/schools/${here.a}/records`;
	await call(422, 'POST', path, here.officer, { student: 'HS1' });
	await call(422, 'POST', path, here.officer, { student: 'HS1', purpose: 'xem' });
	await call(404, 'POST', path, there.officer, { student: 'HS1', purpose: 'xác minh chuyển trường' });
	await call(404, 'POST', path, here.officer, { student: 'HS9', purpose: 'xác minh chuyển trường' });
	const { items } = await call(200, 'POST', path, here.officer, { student: 'HS1', purpose: 'xác minh chuyển trường' });
	assert.deepEqual(items.map((r) => r.line.dulieu.hoten), [`Nguyễn An ${here.a}`]);
	assert.deepEqual([items[0].changedAt, items[0].appliedAt], [1000, 3000]);
	const [rows] = await db.query('SELECT detail FROM audit WHERE action = ?', ['department.look']);
	assert.deepEqual(rows.map((r) => JSON.parse(r.detail)), [{ why: 'xác minh chuyển trường', student: 'HS1' }]);
});

test('exams that are on', async () => {
	const { items } = await call(200, 'GET', '/exams', here.officer);
	assert.deepEqual(items.map((x) => [x.title, x.subject, x.state, x.sittingNow]), [['Thi giữa kỳ', 'Toán', 'running', 38]]);
	assert.deepEqual((await call(200, 'GET', '/exams', there.officer)).items, []);
	/* Its school fell silent: a day behind its end nobody takes it for an exam that is on. */
	await db.query("UPDATE desk_sitting SET ends_at_ms = ? WHERE sitting = 'x'", [Date.now() - DAY + 60_000]);
	assert.equal((await call(200, 'GET', '/exams', here.officer)).items.length, 1);
	await db.query("UPDATE desk_sitting SET ends_at_ms = ? WHERE sitting = 'x'", [Date.now() - DAY - 1000]);
	assert.deepEqual((await call(200, 'GET', '/exams', here.officer)).items, []);
});

/* The texts of a workbook. */
function texts(bytes) {
	const found = [];
	for (let at = bytes.indexOf('PK\x03\x04'); at >= 0; at = bytes.indexOf('PK\x03\x04', at + 4)) {
		const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
		found.push(bytes.readUInt16LE(at + 8) === 0 ? '' : inflateRawSync(bytes.subarray(start), { finishFlush: 2 }).toString());
	}
	return found.join('\n');
}

test('files say who, when and what for', async () => {
	const purpose = '=Báo cáo học kì I';
	await call(422, 'POST', '/exports', here.officer, { format: 'csv', what: 'schools' });
	await call(422, 'POST', '/exports', here.officer, { format: 'pdf', what: 'schools', purpose });
	await call(422, 'POST', '/exports', here.officer, { format: 'csv', what: 'figures', purpose });
	await call(404, 'POST', '/exports', here.officer, { format: 'csv', what: 'figures', purpose, measure: 'mark_final', by: 'class', school: there.a });
	const csv = (await call(200, 'POST', '/exports', there.officer, { format: 'csv', what: 'schools', purpose })).toString();
	assert.match(csv, /^\ufeffNgười xuất,'=Cán bộ Hai\r\n/);
	assert.match(csv, /\r\nMục đích,'=Báo cáo học kì I\r\n/);
	assert.match(csv, /\r\nA,Trường Láng Giềng,THPT,00001,Đều đặn,/);
	assert.ok(!csv.includes('Trường B'));
	const marks = (await call(200, 'POST', '/exports', here.officer, { format: 'csv', what: 'figures', purpose, measure: 'mark_final',
		by: 'school', year: '2026-2027', part: '1', subject: 'toan', grade: '10' })).toString();
	assert.match(marks, new RegExp(`\\r\\n${here.a},Trường A,4\\.0,10\\r\\n${here.a},Trường A,7\\.5,30\\r\\n`));
	const book = texts(await call(200, 'POST', '/exports', here.officer, { format: 'xlsx', what: 'schools', purpose }));
	for (const word of ['Cán bộ Một', '=Báo cáo học kì I', 'Trường A', 'Im lặng']) {
		assert.ok(book.includes(word), word);
	}
	assert.ok(!book.includes('<f>'), 'no formula');
	const [rows] = await db.query('SELECT detail FROM audit WHERE action = ? ORDER BY id', ['department.export']);
	assert.equal(rows.length, 3);
	assert.deepEqual(JSON.parse(rows[1].detail), { why: '=Báo cáo học kì I', what: 'figures', format: 'csv', measure: 'mark_final',
		by: 'school', year: '2026-2027', part: '1', subject: 'toan', grade: '10' });
	assert.match(marks, /\r\nNội dung,"Điểm cuối kì; chia theo trường; học kì I; năm học 2026-2027; mã môn toan; khối 10"\r\n/);
	assert.match(csv, /\r\nMã trường,Trường,Cấp,Xã\/phường,Tình trạng,Nhận lần cuối,Liên lạc lần cuối,Bị từ chối,Học sinh\r\n/);
	const items = (await call(200, 'POST', '/exports', here.officer, { format: 'csv', what: 'figures', purpose, measure: 'judgement', by: 'subject',
		year: '2026-2027', part: '1', subject: 'yeu_nuoc', school: here.a })).toString();
	assert.match(items, /\r\nNội dung,"[^"]*; chia theo phẩm chất, năng lực; học kì I; năm học 2026-2027; phẩm chất, năng lực Yêu nước; Trường A"\r\n/);
	const grades = (await call(200, 'POST', '/exports', here.officer, { format: 'csv', what: 'figures', purpose, measure: 'mark_final',
		by: 'grade', year: '2026-2027', part: '1' })).toString();
	assert.match(grades, /\r\n10,Khối 10,4\.0,20\r\n/);
});

test('the log: who took what along and what for, who looked at whom; of the own province alone', async () => {
	const log = async (query, who = here.officer) => (await call(200, 'GET', `/log?${query}`, who)).items;
	const [look] = await log('action=department.look');
	assert.deepEqual([look.person.fullName, look.school.name, look.detail], ['Cán bộ Một', 'Trường A',
		{ why: 'xác minh chuyển trường', student: 'HS1' }]);
	const taken = await log('action=department.export');
	assert.ok(taken.every((d) => d.person.fullName === 'Cán bộ Một'));
	assert.deepEqual(taken.map((d) => d.school?.name ?? null), [null, 'Trường A', null, null]);
	assert.deepEqual(taken.map((d) => [d.detail.what, d.detail.format]), [['figures', 'csv'], ['figures', 'csv'], ['schools', 'xlsx'], ['figures', 'csv']]);
	const of = await log(`school=${here.b}`);
	assert.deepEqual(of.map((d) => [d.action, d.detail.why]), [['department.revoke', 'máy chủ bị mất']]);
	assert.deepEqual(await log(`school=${here.b}`, there.officer), []);
	assert.deepEqual((await log('', there.officer)).map((d) => d.action), ['department.export']);
	const first = await call(200, 'GET', '/log?limit=1', here.officer);
	const second = await call(200, 'GET', `/log?limit=1&after=${first.next}`, here.officer);
	assert.ok(BigInt(second.items[0].id) < BigInt(first.items[0].id));
	await call(422, 'GET', '/log?limit=201', here.officer);
	await run(server, 'school', 'suspend', '--code=B', '--why=theo công văn 12');
	const [typed] = await log(`school=${here.b}`);
	assert.deepEqual([typed.person, typed.action, typed.detail], [null, 'department.suspend', { why: 'theo công văn 12' }]);
	await run(server, 'school', 'resume', '--code=B');
	await run(server, 'officer', 'add', '--name=Lê Văn Mới', '--login=moi');
	assert.deepEqual((await log('action=department.officer_add')).map((d) => [d.person, d.school, d.detail]), [[null, null, { login: 'moi' }]]);
});

test('a file writes a letter as the circular of its level does', async () => {
	const primary = await school(here, 'P', { level: 'th' });
	for (const id of [primary, here.c]) {
		await tally(id, { measure: 7, value: 202, count: 4, grade: 5, year: '2020-2021' });
	}
	const file = async (of) => (await call(200, 'POST', '/exports', here.officer, { format: 'csv', what: 'figures', purpose: 'Báo cáo',
		measure: 'mark_final', year: '2020-2021', part: '1', ...of })).toString();
	assert.match(await file({ by: 'all', level: 'th' }), /\r\n,Tất cả,C,4\r\n/);
	assert.match(await file({ by: 'all', level: 'thcs' }), /\r\n,Tất cả,CĐ,4\r\n/);
	assert.match(await file({ by: 'all' }), /\r\n,Tất cả,"CĐ, C",8\r\n/);
	assert.match(await file({ by: 'level' }), /\r\nth,Tiểu học,C,4\r\nthcs,THCS,CĐ,4\r\n/);
	await db.query('DELETE FROM desk_tally WHERE year = ?', ['2020-2021']);
	await db.query('DELETE FROM province_school WHERE id = ?', [primary]);
});

test('places: what a former commune became, under the own province alone', async () => {
	const area = (code, name, parent, from, to) => insert(db, 'area', { tier: 2, code, name, parent_code: parent, valid_from: from, valid_to: to });
	await area('26740', 'Phường Bến Nghé', '79', '2004-01-01', '2025-06-30');
	await area('26743', 'Phường Bến Thành', '79', '2025-07-01', null);
	await area('00004', 'Phường Ba Đình', '01', '2025-07-01', null);
	await insert(db, 'area_change', { tier: 2, old_code: '26740', new_code: '26743', on_day: '2025-07-01' });
	const { areas, changes } = await call(200, 'GET', '/areas', here.officer);
	assert.equal(areas.filter((a) => a.tier === 1 && a.to === null).length, 34);
	assert.deepEqual(areas.filter((a) => a.tier === 2).map((a) => a.code), ['26740', '26743']);
	assert.deepEqual(changes.filter((c) => c.tier === 2), [{ tier: 2, before: '26740', after: '26743', on: '2025-07-01' }]);
	await db.query("UPDATE province_school SET commune_code = '26740' WHERE id = ?", [here.c]);
	const { items } = await call(200, 'GET', '/schools', here.officer);
	assert.deepEqual(items.find((s) => s.code === 'C').commune, { code: '26740', name: 'Phường Bến Nghé', isPast: true });
	await db.query("UPDATE province_school SET commune_code = '26743' WHERE id = ?", [here.c]);
	assert.equal((await call(200, 'GET', `/schools/${here.c}`, here.officer)).school.commune.isPast, false);
});

/* A good request of each route of the desk, about `of`'s school A. */
const deskRoutes = provinceRoutes.filter((r) => r.access.includes('department'));
const BODIES = {
	'POST /desk/schools': () => ({ code: `s${randomBytes(4).toString('hex')}`, name: 'Trường', level: 'thpt' }),
	'POST /desk/schools/{school}/codes': () => undefined,
	'POST /desk/schools/{school}/records': () => ({ student: 'HS1', purpose: 'xác minh chuyển trường' }),
	'POST /desk/schools/{school}/bundle': () => ({ year: '2026-2027', purpose: 'báo cáo học kì' }),
	'POST /desk/exports': () => ({ format: 'csv', what: 'schools', purpose: 'báo cáo học kì' }),
};
function requestTo(route, of) {
	const query = route.name.endsWith('/distribution') ? '?measure=classes&by=school&year=2026-2027' : '';
	const body = route.method === 'GET' ? undefined : (BODIES[route.name] ?? (() => ({ why: 'thử quyền xem' })))();
	return [route.method, `${route.path.replace('{school}', of.a)}${query}`, body];
}

test('nobody of a school, and nobody without a session, reaches the desk; an officer only the own province', async () => {
	const home = await makeSchool(db, 'ALPHA');
	const people = [];
	for (const member of [home.office, home.teacher, home.students[0], home.parent]) {
		people.push(await signIn(server, member));
	}
	assert.equal(deskRoutes.length, 15);
	const send = async (route, of, as) => {
		const [method, path, body] = requestTo(route, of);
		const response = await server.call(method, path, { as, body });
		return { status: response.status, text: await response.text() };
	};
	for (const route of deskRoutes) {
		for (const as of people) {
			assert.equal((await send(route, here, as)).status, 403, `${route.name} for ${as.role}`);
		}
		assert.equal((await send(route, here, undefined)).status, 401, route.name);
		const { status, text } = await send(route, there, here.officer);
		assert.ok(!text.includes('Láng Giềng'), `${route.name}: ${text}`);
		assert.ok(route.path.includes('{school}') ? status === 404 : status < 300, `${route.name}: ${status} ${text}`);
	}
});

test('hostile text is text, or is refused in words', async () => {
	for (const route of deskRoutes.filter((r) => r.method === 'POST')) {
		const [method, path, good] = requestTo(route, here);
		for (const name of Object.keys(good ?? {})) {
			for (const text of ["'; DROP TABLE desk_tally; --", '<img src=x onerror=alert(1)>', 'a\u0000b', 'ợ'.repeat(600), '', 7, null, [], {}]) {
				const response = await server.call(method, path, { as: here.officer, body: { ...good, [name]: text } });
				const answer = await response.text();
				assert.ok(response.status < 500, `${route.name} ${name}: ${response.status} ${answer}`);
				assert.ok(response.status < 400 || JSON.parse(answer).detail, `${route.name} ${name}: ${answer}`);
			}
		}
	}
	const [[row]] = await db.query('SELECT COUNT(*) AS n FROM desk_tally');
	assert.ok(Number(row.n) > 0);
});

test('a mark that a school sends is counted when its answer is there', async () => {
	const sender = await enrolled(server, 'nguon');
	const [[{ id }]] = await db.query('SELECT id FROM province_school WHERE code = ?', ['nguon']);
	const asked = `/distribution?measure=mark_regular&by=grade&year=2026-2027&part=1&school=${id}`;
	const of = (change) => ({ lop: '2026-2027/10A1', ...change });
	const lophoc = (khoi, phienban) => line('nguon', 'lophoc', ['2026-2027', '10A1'], { namhoc: '2026-2027', malop: '10A1', khoi, magvcn: null },
		of({ phienban }));
	await sender.send([mark('nguon', 'HS1', 75), mark('nguon', 'HS2', 40)]);
	assert.deepEqual((await call(200, 'GET', asked, here.officer)).items.map((g) => [g.key, g.total]), [['00', 2]], 'before the class is known');
	await sender.send([lophoc(10, 1), mark('nguon', 'HS1', 80, 2)]);
	assert.deepEqual((await call(200, 'GET', asked, here.officer)).items,
		[{ key: '10', name: '', total: 2, values: [{ value: 40, count: 1 }, { value: 80, count: 1 }] }]);
	const { items } = await call(200, 'POST', `/schools/${id}/records`, here.officer, { student: 'HS1', purpose: 'xác minh đường đi' });
	assert.deepEqual([items.length, items[0].version, items[0].line.dulieu.diemx10], [1, 2, 80]);
	const seen = await call(200, 'GET', `/schools/${id}`, here.officer);
	assert.deepEqual(seen.batches.map((b) => b.applied), [2, 2]);
	assert.ok(seen.batches.some((b) => b.id === items[0].batch), 'by which batch it came');
});

test('a school leaves as a OneRoster bundle with what the province holds, and nothing that hangs in the air', async () => {
	const of = 'roster';
	const sender = await enrolled(server, of);
	const [[{ id }]] = await db.query('SELECT id FROM province_school WHERE code = ?', [of]);
	const body = { year: '2026-2027', purpose: 'chuyển hệ thống' };
	await call(422, 'POST', `/schools/${id}/bundle`, here.officer, body);
	const lop = '2026-2027/10A1';
	const inClass = { namhoc: '2026-2027', malop: '10A1' };
	const days = { ngaybatdau: '2026-09-05', ngayketthuc: '2027-01-15' };
	const teacher = (magiaovien) => line(of, 'giaovien', [magiaovien], { magiaovien, hoten: 'Lê Thị Hoa', ngaysinh: null, gioitinh: 'nu', mon: ['toan'], trangthai: 'danglam' });
	const pupil = (mahocsinh) => line(of, 'hocsinh', [mahocsinh], { mahocsinh, hoten: 'Trần Văn Bình', ngaysinh: '2010-09-05', gioitinh: 'nam', dantoc: 'Kinh',
		noisinh: null, trangthai: 'danghoc' });
	const placed = (mahocsinh) => line(of, 'xeplop', [...Object.values(inClass), mahocsinh], { ...inClass, mahocsinh, sott: 1, tungay: '2026-09-05', denngay: null }, { lop });
	await sender.send([
		line(of, 'namhoc', ['2026-2027'], { namhoc: '2026-2027', ngaybatdau: '2026-09-05', ngayketthuc: '2027-05-31',
			hocky: [{ so: 1, ...days }, { so: 2, ngaybatdau: '2027-01-18', ngayketthuc: '2027-05-31' }] }),
		line(of, 'monhoc', ['toan'], { mamon: 'toan', tenmon: 'Toán', loai: 'diem' }),
		line(of, 'lophoc', Object.values(inClass), { ...inClass, khoi: 10, magvcn: 'hoa' }, { lop }),
		teacher('hoa'), pupil('HS1'), placed('HS1'), placed('HS2'), mark(of, 'HS1', 85), mark(of, 'HS2', 40),
		line(of, 'phancong', [...Object.values(inClass), 'toan', 'hoa'], { ...inClass, mamon: 'toan', magiaovien: 'hoa' }, { lop }),
		line(of, 'cotdiem', [...Object.values(inClass), 'toan', 1, 'gk', 1], { ...inClass, mamon: 'toan', hocky: 1, loai: 'gk', lan: 1, heso: 2, congbo: null }, { lop, hocky: 1 }),
		line(of, 'ketquamon', [...Object.values(inClass), 1, 'toan', 'HS1'], { ...inClass, hocky: 1, mamon: 'toan', mahocsinh: 'HS1', diemx10: 82, nhanxet: null },
			{ lop, hocky: 1, hocsinh: 'HS1' }),
	]);
	/* A class of primary school: a level beside the test, and no means. */
	const small = { namhoc: '2026-2027', malop: '4A' };
	const at = [...Object.values(small), 'toan', 1, 'ck'];
	const level = { ...small, mamon: 'toan', hocky: 1, loai: 'ck', mahocsinh: 'HS4', trangthai: 'co' };
	await sender.send([
		line(of, 'lophoc', Object.values(small), { ...small, khoi: 4, magvcn: null }, { lop: '2026-2027/4A' }), pupil('HS4'),
		line(of, 'xeplop', [...Object.values(small), 'HS4'], { ...small, mahocsinh: 'HS4', sott: 1, tungay: '2026-08-20', denngay: null }, { lop: '2026-2027/4A' }),
		line(of, 'diem', [...at, 1, 'HS4'], { ...level, lan: 1, diemx10: 90, nhanxet: null }, { lop: '2026-2027/4A', hocky: 1, hocsinh: 'HS4' }),
		line(of, 'diem', [...at, 2, 'HS4'], { ...level, lan: 2, diemx10: null, nhanxet: 'T' }, { lop: '2026-2027/4A', hocky: 1, hocsinh: 'HS4' }),
	]);
	const bytes = await call(200, 'POST', `/schools/${id}/bundle`, here.officer, body);
	assert.deepEqual(faults(bytes), []);
	const { manifest, tables } = readBundle(bytes);
	const all = Object.fromEntries(Object.entries(tables).map(([file, { header, rows }]) =>
		[file, rows.map((row) => Object.fromEntries(header.map((h, i) => [h, row[i]])))]));
	assert.equal(all.academicSessions.length, 4);
	assert.deepEqual(all.classes.map((c) => c.classType).sort(), ['homeroom', 'homeroom', 'scheduled', 'scheduled']);
	assert.deepEqual(all.users.map((u) => u.familyName).sort(), ['Lê', 'Trần', 'Trần']);
	assert.equal(all.enrollments.length, 6);
	assert.ok(all.enrollments.every((n) => n.role === 'teacher' || n.beginDate === '2026-09-05'));
	assert.deepEqual(all.results.map((r) => r.score || r.textScore).sort(), ['8.2', '8.5', '9.0', 'T']);
	assert.ok(all.lineItems.every((item) => !item.sourcedId.includes('4A') || item['metadata.vn.loai'] === 'ck'));
	assert.equal(manifest.get('source.systemName'), 'Trường Thi; Cán bộ Một; chuyển hệ thống');
	await call(422, 'POST', `/schools/${id}/bundle`, here.officer, { ...body, year: '2020-2021' });
	await call(404, 'POST', `/schools/${id}/bundle`, there.officer, body);
});

test('an officer reaches no school', async () => {
	for (const path of ['/classes', '/school', '/audit', '/students/1', '/teachers']) {
		const response = await server.call('GET', `/api/v1${path}`, { as: here.officer });
		assert.equal(response.status, 403, path);
		await response.text();
	}
});
