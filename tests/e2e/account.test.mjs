/*
 * Signing in and out, sessions, forged requests, activation codes, passwords.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from './lib/server.mjs';
import { PASSWORD, connectDb, makeMember, makeSchool, signIn } from './lib/people.mjs';

let server;
let db;
let school;
let other;

before(async () => {
	server = await Server.start({ 'limit.address_per_second': 1000 });
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	other = await makeSchool(db, 'BETA');
});

after(async () => {
	await db?.end();
	await server?.stop();
});

const post = (path, body, options = {}) => server.call('POST', path, { body, ...options });
const trySignIn = (name, password, place = school.code) =>
	post('/api/v1/session', { school: place, name, password });

const deedsOf = async (person) => (await db.query('SELECT * FROM audit WHERE person_id = ? ORDER BY id', [person]))[0];

test('a teacher signs in with school, name and password', async () => {
	const response = await trySignIn('teacher', PASSWORD);
	assert.equal(response.status, 200);
	const cookie = response.headers.get('set-cookie');
	assert.match(cookie, /^tt_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
	const body = await response.json();
	assert.deepEqual(body.roles, ['teacher']);
	assert.equal(body.person.fullName, 'Cô Giáo ALPHA');
	assert.equal(body.school.code, 'alpha');
	assert.deepEqual(body.schools.map((s) => s.id), [school.id]);
	assert.equal(body.attempt, null);
	assert.equal(body.token, undefined, 'the token is in the cookie alone');
});

test('a parent signs in with a phone number, however it is written', async () => {
	for (const phone of [school.parent.phone, school.parent.phone.replace('+84', '0')]) {
		const response = await post('/api/v1/session', { phone, password: PASSWORD });
		assert.equal(response.status, 200);
		assert.deepEqual((await response.json()).roles, ['parent']);
	}
});

test('the sign-in name may be typed in capitals, the password not', async () => {
	assert.equal((await trySignIn(' TEACHER ', PASSWORD)).status, 200);
	assert.equal((await trySignIn('teacher', PASSWORD.toUpperCase())).status, 401);
	assert.equal((await trySignIn('teacher', PASSWORD.normalize('NFD'))).status, 200);
});

test('wrong name and wrong password look alike', async () => {
	const wrong = await trySignIn('teacher', 'sai mật khẩu');
	const nobody = await trySignIn('khong-co-ai', 'sai mật khẩu');
	const elsewhere = await trySignIn('teacher', 'sai mật khẩu', 'khong-co-truong');
	for (const response of [wrong, nobody, elsewhere]) {
		assert.equal(response.status, 401);
		assert.equal((await response.json()).code, 'password');
		assert.equal(response.headers.get('set-cookie'), null);
	}
});

test('guessing has to wait, whether the account is there or not', async () => {
	await makeMember(db, school, 'teacher', 'guessed', 'Người Bị Đoán');
	const rows = async () => {
		const [all] = await db.query('SELECT HEX(key_hash) AS k, failures, blocked_until_ms AS until FROM throttle');
		return new Map(all.map((row) => [row.k, row]));
	};
	for (const name of ['guessed', 'never-there']) {
		const before = await rows();
		for (let i = 0; i < 6; i++) {
			const response = await trySignIn(name, `đoán ${i}`);
			assert.ok([401, 429].includes(response.status));
			await response.text();
		}
		const fresh = [...await rows()].filter(([key]) => !before.has(key));
		assert.equal(fresh.length, 1, `${name} is counted`);
		const [key, row] = fresh[0];
		assert.ok(Number(row.failures) >= 5);
		if (Number(row.failures) > 5) {
			assert.ok(Number(row.until) > 0, 'the sixth failure makes it wait');
		}
		/* As if it had gone on: the wait is not to run out while this test looks. */
		await db.query('UPDATE throttle SET failures = 20, blocked_until_ms = ?, last_at_ms = ? WHERE key_hash = UNHEX(?)',
			[Date.now() + 600_000, Date.now(), key]);
		const waits = await trySignIn(name, PASSWORD);
		assert.equal(waits.status, 429, `${name}: the right one has to wait too`);
		assert.ok(Number(waits.headers.get('retry-after')) > 60);
		assert.equal((await waits.json()).code, 'account.wait');
	}
	/* Another spelling of the same name is the same account. */
	for (const [name, place] of [['guessed', 'alpha '], ['guessed', ' alpha'], ['guessed', 'ALPHA'], ['guessed ', 'alpha'],
		['GUESSED', 'alpha'], ['guessed', 'alpha\t']]) {
		const sneaks = await trySignIn(name, PASSWORD, place);
		assert.ok([401, 429].includes(sneaks.status), `${JSON.stringify([name, place])}: ${sneaks.status}`);
		await sneaks.text();
	}
	await db.query('UPDATE throttle SET blocked_until_ms = blocked_until_ms - 60000');
	assert.equal((await trySignIn('teacher', PASSWORD)).status, 200, 'others do not');
});

test('a locked account is told so only with the right password', async () => {
	const member = await makeMember(db, school, 'teacher', 'locked', 'Người Bị Khoá');
	await db.query('UPDATE account SET state = 3 WHERE person_id = ?', [member.id]);
	assert.equal((await trySignIn('locked', 'sai mật khẩu')).status, 401);
	const response = await trySignIn('locked', PASSWORD);
	assert.equal(response.status, 403);
	assert.equal((await response.json()).code, 'account.locked');
});

test('a session is needed, and ends by signing out', async () => {
	assert.equal((await server.call('GET', '/api/v1/session')).status, 401);
	const teacher = await signIn(server, school.teacher);
	const byBearer = await server.call('GET', '/api/v1/session', { as: teacher });
	assert.equal(byBearer.status, 200);
	assert.equal((await byBearer.json()).person.id, school.teacher.id);
	const byCookie = await server.call('GET', '/api/v1/session', { headers: { Cookie: teacher.cookie } });
	assert.equal(byCookie.status, 200);
	const end = await server.call('DELETE', '/api/v1/session', { as: teacher });
	assert.equal(end.status, 204);
	assert.match(end.headers.get('set-cookie'), /tt_session=;.*Max-Age=0/);
	assert.equal((await server.call('GET', '/api/v1/session', { as: teacher })).status, 401, 'at once');
});

test('what is no token is nobody', async () => {
	for (const token of ['', 'x', 'A'.repeat(43), 'A'.repeat(44), '../../etc', "' OR 1=1 --", 'Đ'.repeat(20)]) {
		const response = await server.call('GET', '/api/v1/session',
			{ headers: { Authorization: `Bearer ${encodeURIComponent(token)}` } });
		assert.equal(response.status, 401, token);
	}
});

test('the database holds no token', async () => {
	const teacher = await signIn(server, school.teacher);
	const [rows] = await db.query('SELECT HEX(token_hash) AS h FROM session');
	const plain = Buffer.from(teacher.token, 'base64url').toString('hex').toUpperCase();
	assert.ok(rows.length > 0);
	assert.ok(rows.every((row) => row.h !== plain && !row.h.includes(plain.slice(0, 16))));
});

test('a page of another site cannot act with the cookie', async () => {
	const teacher = await signIn(server, school.teacher);
	const change = (headers) => server.call('PUT', '/api/v1/session/language',
		{ body: { language: 'en' }, headers: { Cookie: teacher.cookie, ...headers } });
	assert.equal((await change({ Origin: server.origin })).status, 204);
	assert.equal((await change({ 'Sec-Fetch-Site': 'same-origin' })).status, 204);
	for (const headers of [{}, { Origin: 'http://evil.example' }, { Origin: 'null' },
		{ Origin: server.origin.replace(/:\d+$/, '') }, { Origin: `${server.origin}.evil.example` },
		{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { 'Sec-Fetch-Site': 'none' }]) {
		const response = await change(headers);
		assert.equal(response.status, 403, JSON.stringify(headers));
		assert.equal((await response.json()).code, 'http.forbidden_origin');
	}
	const byToken = await server.call('PUT', '/api/v1/session/language',
		{ body: { language: 'vi' }, as: teacher });
	assert.equal(byToken.status, 204, 'a program sends the token itself');
	const foreignSignIn = await post('/api/v1/session', { school: school.code, name: 'teacher', password: PASSWORD },
		{ headers: { Origin: 'http://evil.example' } });
	assert.equal(foreignSignIn.status, 403, 'nor sign somebody in');
});

test('bodies that are not what they claim', async () => {
	const cases = [
		[415, 'school=a&name=b', { 'Content-Type': 'application/x-www-form-urlencoded' }],
		[415, '{"school":"a"}', { 'Content-Type': 'text/plain' }],
		[400, '{"school":"a"', {}],
		[400, '{"school":"a","school":"b","name":"x","password":"y"}', {}],
		[400, '{"school":"a\\u0000b","name":"x","password":"y"}', {}],
		[422, '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]', {}],
		[422, '{}', {}],
		[422, '{"school":7,"name":"x","password":"y"}', {}],
		[422, 'null', {}],
	];
	for (const [status, body, headers] of cases) {
		const response = await server.call('POST', '/api/v1/session', { body, headers });
		assert.equal(response.status, status, body);
	}
	const big = JSON.stringify({ school: 'a', name: 'b', password: 'x'.repeat(4096) });
	const response = await server.call('POST', '/api/v1/session', { body: big });
	assert.equal(response.status, 413);
	assert.match((await response.json()).detail, /4 KiB/);
});

test('an empty "ticket" opens no way around the queue of passwords', async () => {
	const response = await post('/api/v1/session',
		{ ticket: '', school: school.code, name: 'teacher', password: PASSWORD });
	assert.equal(response.status, 422);
	assert.equal((await response.json()).code, 'account.sign_in_form');
});

test('a mistyped ticket is told from an unknown one', async () => {
	const mistyped = await post('/api/v1/session', { ticket: 'AAA-AAA-AAA-AAA-AAA-AAB' });
	assert.equal(mistyped.status, 401);
	assert.equal((await mistyped.json()).code, 'account.ticket_mistyped');
	const unknown = await post('/api/v1/session', { ticket: '000-000-000-000-000-000' });
	assert.equal(unknown.status, 401);
});

test('a person of two schools changes between them, and only them', async () => {
	const person = await makeMember(db, school, 'teacher', 'two', 'Cô Hai Trường');
	await db.query('INSERT INTO membership (school_id, person_id, role, login) VALUES (?, ?, 2, ?)',
		[other.id, person.id, 'two']);
	const who = await signIn(server, person);
	assert.equal(who.profile.schools.length, 2);
	const moved = await server.call('PUT', '/api/v1/session/school', { body: { school: other.id }, as: who });
	assert.equal(moved.status, 200);
	assert.equal((await moved.json()).school.code, 'beta');
	assert.equal((await (await server.call('GET', '/api/v1/session', { as: who })).json()).school.code, 'beta');
	const teacher = await signIn(server, school.teacher);
	const no = await server.call('PUT', '/api/v1/session/school', { body: { school: other.id }, as: teacher });
	assert.equal(no.status, 403);
});

test('a new password ends the other sessions, and the old one no longer works', async () => {
	const member = await makeMember(db, school, 'teacher', 'changer', 'Người Đổi Mật Khẩu');
	const here = await signIn(server, member);
	const there = await signIn(server, member);
	const change = (old, next, as) => server.call('PUT', '/api/v1/account/password', { body: { old, new: next }, as });
	const wrong = await change('không phải', 'bốn từ bất kỳ nào đó', here);
	assert.equal(wrong.status, 422);
	assert.equal((await wrong.json()).errors[0].field, 'old');
	for (const weak of ['ngắn', '12345678', 'Người Đổi Mật Khẩu', 'changer-05092010', 'Trường ALPHA 10']) {
		const response = await change(PASSWORD, weak, here);
		assert.equal(response.status, 422, weak);
		const problem = await response.json();
		assert.equal(problem.errors[0].field, 'new');
		assert.match(problem.errors[0].code, /^password\./);
	}
	assert.equal((await change(PASSWORD, 'bốn từ bất kỳ nào đó', here)).status, 204);
	assert.equal((await server.call('GET', '/api/v1/session', { as: here })).status, 200);
	assert.equal((await server.call('GET', '/api/v1/session', { as: there })).status, 401);
	assert.equal((await trySignIn('changer', PASSWORD)).status, 401);
	assert.equal((await trySignIn('changer', 'bốn từ bất kỳ nào đó')).status, 200);
	const deeds = await deedsOf(member.id);
	assert.deepEqual(deeds.map((d) => [d.action, d.school_id, d.subject, d.subject_id]),
		[['sign_in.password', school.id, 'account', member.id]], 'once, and no try that failed');
	assert.ok(!JSON.stringify(deeds).includes('bốn từ') && !JSON.stringify(deeds).includes('argon2'));
});

test('an activation code chooses a password once, and who did so is known', async () => {
	const office = await signIn(server, school.office);
	const pupil = school.students[1];
	const { code } = await server.answer(200, 'POST', `/students/${pupil.student}/activation`, office);
	const use = (password) => post('/api/v1/activation/use', { code, password });
	for (const weak of ['hs2-05092010', 'Học Sinh ALPHA', 'ngắn']) {
		const response = await use(weak);
		assert.equal(response.status, 422, weak);
		assert.equal((await response.json()).errors[0].field, 'password');
	}
	/* Somebody has guessed so often that no password is looked at any more. */
	for (let i = 0; i < 2; i++) {
		await (await trySignIn('hs2', `đoán ${i}`)).text();
	}
	await db.query('UPDATE throttle SET failures = 100, blocked_until_ms = 0 WHERE failures = 2 AND last_at_ms > 0');
	assert.equal((await trySignIn('hs2', PASSWORD)).status, 429, 'locked');
	assert.equal((await use('con mèo trèo cây cau')).status, 200);
	assert.equal((await use('con mèo trèo cây cau')).status, 410, 'once');
	assert.equal((await trySignIn('hs2', 'con mèo trèo cây cau')).status, 200);
	const deeds = await deedsOf(pupil.id);
	assert.deepEqual(deeds.map((d) => [d.action, d.school_id, d.subject, d.subject_id]),
		[['sign_in.activate', school.id, 'account', pupil.id]]);
	assert.ok(![code, 'mèo', 'argon2'].some((secret) => JSON.stringify(deeds).includes(secret)));
});

test('public facts need nobody', async () => {
	const keys = await (await server.call('GET', '/api/v1/keys')).json();
	assert.equal(keys.keys.length, 1);
	assert.match(keys.keys[0].id, /^[0-9a-f]{16}$/);
	assert.match(keys.keys[0].publicKey, /^[\w-]{43}$/);
	const { now } = await (await server.call('GET', '/api/v1/time')).json();
	assert.ok(Math.abs(now - Date.now()) < 60_000);
});

test('text with quotes and tags stays text', async () => {
	for (const evil of ["' OR '1'='1", '"; DROP TABLE person; --', '<script>alert(1)</script>', '\\', '%', '_']) {
		for (const body of [{ school: evil, name: evil, password: evil }, { phone: evil, password: evil }, { ticket: evil }]) {
			const response = await post('/api/v1/session', body);
			assert.ok([401, 422, 429].includes(response.status), `${JSON.stringify(body)}: ${response.status}`);
			assert.ok(!(await response.text()).includes('<script>'));
		}
	}
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM person');
	assert.ok(Number(n) > 10);
});
