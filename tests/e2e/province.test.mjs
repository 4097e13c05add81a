/*
 * A province over the real socket: schools enrol and send, in every way in which that can go
 * wrong. What the schools say is written by lib/exchange.mjs, not by the program.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BIN, Server, until } from './lib/server.mjs';
import { connectDb, insert } from './lib/people.mjs';
import { PROVINCE, School, holds, invite, line, mark, newKey, officer, readAnswer, readCode,
	treeNode } from './lib/exchange.mjs';
import { provinceRoutes } from './lib/rows.mjs';

let province;
let db;

before(async () => {
	province = await Server.start({ ...PROVINCE, 'limit.school_per_second': 5, 'limit.address_per_second': 100_000 }, { command: 'province' });
	db = await connectDb(province);
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await province?.stop();
});

/* The lines that the province holds of a school. */
async function held(school) {
	const [rows] = await db.query('SELECT r.line FROM province_record r JOIN province_school s ON s.id = r.school_id' +
		' WHERE s.code = ? ORDER BY r.idbanghi', [school.code]);
	return rows.map((r) => r.line.toString());
}
/* A school that has enrolled: as the first test does it, without its steps. */
async function known(code) {
	const school = new School(province, code);
	const [[{ id: province_id }]] = await db.query('SELECT id FROM province WHERE code = "79"');
	const school_id = await insert(db, 'province_school', { province_id, code, name: `Trường ${code}`, level: 'thpt', commune_code: '',
		state: 2, invited_at_ms: 1, enrolled_at_ms: 1 });
	await insert(db, 'province_school_key', { school_id, kid: school.key.kid, public: school.key.public, from_ms: 1 });
	const { keys } = await (await province.ask('GET', '/api/v1/exchange/keys')).json();
	school.provinceKey = Buffer.from(keys.at(-1).key, 'hex');
	return school;
}
const count = async (sql, ...values) => Number((await db.query(sql, values))[0][0].n);
const json = (body) => [JSON.stringify(body), { 'Content-Type': 'application/json' }];
const codeOf = async (response) => ({ status: response.status, code: (await response.json()).code });

test('a school enrols with its code, once, and the same question gets the same answer', async () => {
	const code = await invite(province, 'enrol-1');
	const school = new School(province, 'enrol-1');
	const first = await school.enrol(code);
	assert.equal(first.province.code, '79');
	assert.equal(first.province.name, 'Thành phố Hồ Chí Minh');
	assert.deepEqual(await school.enrol(code), first);
	const other = new School(province, 'enrol-1');
	assert.deepEqual(await codeOf(await other.post('enrolments', ...json(other.ask(code)))), { status: 409, code: 'exchange.code_used' });
});

test('a code is worth nothing without its secret, for another school, or when it has run out', async () => {
	const code = await invite(province, 'enrol-2');
	const school = new School(province, 'enrol-2');
	for (const ask of [school.ask(code, { codeKey: randomBytes(32) }), school.ask(code, { school: 'enrol-1' }),
		school.ask({ id: '00000000', key: code.key }), { ...school.ask(code), key: newKey().public.toString('hex') }]) {
		assert.deepEqual(await codeOf(await school.post('enrolments', ...json(ask))), { status: 403, code: 'exchange.code_wrong' });
	}
	for (const bad of ['', '{}', '[]', JSON.stringify({ ...school.ask(code), key: '00' })]) {
		assert.equal((await school.post('enrolments', bad, { 'Content-Type': 'application/json' })).status, 400, bad);
	}
	await db.query('UPDATE province_code SET expires_at_ms = 1 WHERE code_id = ?', [code.id]);
	assert.deepEqual(await codeOf(await school.post('enrolments', ...json(school.ask(code)))), { status: 410, code: 'exchange.code_expired' });
	assert.equal(await count('SELECT COUNT(*) AS n FROM province_school_key k JOIN province_school s ON s.id = k.school_id WHERE s.code = ?', 'enrol-2'), 0);
});

test('records are applied by larger versions alone, whatever the order', async () => {
	const school = await known('order');
	const v = [1, 2, 3].map((n) => mark('order', 'HS1', 70 + n, n));
	assert.equal((await school.send([v[1]])).applied, 1);
	const older = await school.send([v[0]]);
	assert.deepEqual(older.outcomes, [{ n: 0, state: 'stale', code: 'exchange.version_older', params: { phienban: 2 } }]);
	assert.equal((await school.send([v[1]])).outcomes[0].code, 'exchange.version_known');
	const differs = await school.send([mark('order', 'HS1', 99, 2)]);
	assert.deepEqual(differs.outcomes, [{ n: 0, state: 'rejected', code: 'exchange.version_differs', params: { phienban: 2 } }]);
	assert.deepEqual(await held(school), [v[1]]);
	assert.equal(await count('SELECT COUNT(*) AS n FROM province_rejection WHERE idbanghi LIKE "order/%"'), 1);
	assert.equal((await school.send([v[2]])).applied, 1);
	assert.deepEqual(await held(school), [v[2]]);
	assert.equal(await count('SELECT COUNT(*) AS n FROM province_rejection WHERE idbanghi LIKE "order/%"'), 0, 'settled by the larger one');
	const many = await school.send([mark('order', 'HS2', 1, 1), mark('order', 'HS2', 3, 3), mark('order', 'HS2', 2, 2)]);
	assert.deepEqual([many.applied, many.stale], [2, 1]);
	assert.equal((await held(school))[1], mark('order', 'HS2', 3, 3));
});

test('what cannot be taken stands in nobody\'s way, and is told line by line', async () => {
	const school = await known('reject');
	const good = [mark('reject', 'HS1', 70), mark('reject', 'HS2', 80)];
	const answer = await school.send([good[0], 'no json', mark('order', 'HS1', 1, 9), '{"bang":"diem"}', good[1],
		mark('reject', 'HS3', 5).replace('"phienban":1', '"phienban":0'), mark('reject', 'HS4', 101), line('reject', 'quadat', ['x'], {}),
		mark('reject', 'HS5', 5).replace('"mahocsinh":"HS5"', '"mahocsinh":"HS6"')]);
	assert.equal(answer.applied, 2);
	assert.ok(answer.outcomes.every((o) => o.state === 'rejected'));
	assert.deepEqual(answer.outcomes.map((o) => [o.n, o.code]), [[1, 'exchange.record_format'], [2, 'exchange.record_school'],
		[3, 'exchange.record_format'], [5, 'exchange.record_format'], [6, 'exchange.record_value'], [7, 'exchange.record_kind'],
		[8, 'exchange.record_key']]);
	assert.deepEqual(answer.outcomes[4].params, { field: 'diemx10' });
	assert.deepEqual(await held(school), good);
	assert.equal((await school.send([mark('reject', 'HS4', 100)])).applied, 1, 'the same version, put right');
});

test('a batch that comes twice changes nothing and gets the same answer, byte for byte', async () => {
	const school = await known('twice');
	const body = school.batch([mark('twice', 'HS1', 70)]);
	const first = await school.deliver(body);
	const again = await Promise.all(Array.from({ length: 8 }, () => school.deliver(body)));
	for (const a of again) {
		assert.deepEqual(a, first);
	}
	assert.equal(await count('SELECT COUNT(*) AS n FROM incoming i JOIN province_school s ON s.id = i.school_id WHERE s.code = ?', 'twice'), 1);
	const id = JSON.parse(body.toString().split('\n')[0]).batch;
	const other = school.batch([mark('twice', 'HS1', 71, 2)], { id });
	assert.deepEqual(await school.deliver(other).then(({ status, code }) => ({ status, code })), { status: 409, code: 'exchange.batch_differs' });
	assert.deepEqual(await held(school), [mark('twice', 'HS1', 70)]);
});

test('nothing is believed that another key signed, or none', async () => {
	const school = await known('forged');
	const stranger = await known('stranger');
	const body = school.batch([mark('forged', 'HS1', 70)]);
	const said = async (headers, bytes = body) => {
		const { status, code } = await school.deliver(bytes, headers);
		return [status, code];
	};
	const signed = school.signed(body);
	assert.deepEqual(await said(stranger.signed(body)), [403, 'exchange.key_unknown'], 'school A names school B');
	assert.deepEqual(await said({ ...stranger.signed(body), 'TruongThi-Key': signed['TruongThi-Key'] }), [401, 'exchange.signature']);
	assert.deepEqual(await said(school.signed(Buffer.concat([body, Buffer.from(' ')]))), [401, 'exchange.signature']);
	assert.deepEqual(await said({ 'Content-Type': 'application/x-ndjson' }), [403, 'exchange.key_unknown']);
	assert.deepEqual(await said({ ...signed, 'TruongThi-Signature': '00' }), [401, 'exchange.signature']);
	assert.deepEqual(await said({ ...signed, 'TruongThi-Key': 'g'.repeat(16) }), [403, 'exchange.key_unknown']);
	const nobody = school.batch([mark('forged', 'HS1', 70)], { school: 'nowhere' });
	assert.deepEqual(await said(school.signed(nobody), nobody), [403, 'exchange.key_unknown']);
	assert.deepEqual(await held(school), []);
	assert.equal((await school.deliver(body)).status, 200, 'the same bytes, signed as they should be');
});

test('a batch that is no batch is refused with its line; one that is too large is not read', async () => {
	const school = await known('format');
	const good = school.batch([mark('format', 'HS1', 70)]).toString();
	for (const [body, where] of [['', 1], ['{}\n', 1], [good.replace('v1', 'v2'), 1], [good.slice(0, -1), 2], [good.replace('"records":1', '"records":2'), 3],
		[`${good}x\n`, 3]]) {
		const bytes = Buffer.from(body);
		const { status, text, code } = await school.deliver(bytes);
		assert.deepEqual([status, code], [400, 'exchange.format'], body);
		assert.ok(JSON.parse(text).detail.includes(String(where)), `${body}: ${text}`);
	}
	const many = school.batch(Array.from({ length: 4001 }, (_, i) => `{"n":${i}}`));
	assert.deepEqual(await school.deliver(many).then((a) => [a.status, a.code]), [413, 'exchange.too_large']);
	const large = Buffer.alloc((2 << 20) + 1, 0x20);
	assert.deepEqual(await school.deliver(large).then((a) => [a.status, a.code]), [413, 'http.body_too_large']);
	const most = school.batch(Array.from({ length: 4000 }, (_, i) => mark('format', `HS${i}`, 70)));
	assert.equal(readAnswer((await school.deliver(most)).text, school.provinceKey).applied, 4000);
	assert.equal((await school.deliver(Buffer.from(good), { ...school.signed(Buffer.from(good)), 'Content-Type': 'application/json' })).status, 415);
});

test('half a batch leaves nothing, and the whole one comes in behind it', async () => {
	const school = await known('half');
	const body = school.batch(Array.from({ length: 200 }, (_, i) => mark('half', `HS${i}`, 70)));
	const head = Object.entries(school.signed(body)).map(([k, v]) => `${k}: ${v}\r\n`).join('');
	for (const part of [0, 1, body.length >> 1, body.length - 1]) {
		const socket = connect(province.port, '127.0.0.1');
		await new Promise((done) => socket.write(Buffer.concat([Buffer.from(`POST /api/v1/exchange/batches HTTP/1.1\r\nHost: x\r\n` +
			`Content-Length: ${body.length}\r\n${head}\r\n`), body.subarray(0, part)]), done));
		socket.destroy();
	}
	assert.deepEqual(await held(school), []);
	assert.equal((await school.send(Array.from({ length: 200 }, (_, i) => mark('half', `HS${i}`, 70)))).applied, 200);
});

/* A batch that does not come on is given up after ten seconds: a round that took so long on a
 * machine that stood still shows nothing, and is made again. */
const GIVEN_UP_MS = 9_000;

test('half-sent batches of strangers take no more than their room, and leave it', async () => {
	const open = () => new Promise((done) => {
		const socket = connect(province.port, '127.0.0.1');
		const answer = { socket, text: '' };
		socket.on('data', (bytes) => { answer.text += bytes; });
		socket.on('error', () => undefined);
		socket.write(`POST /api/v1/exchange/batches HTTP/1.1\r\nHost: x\r\nContent-Length: ${2 << 20}\r\n\r\nx`, () => done(answer));
	});
	const held = [];
	const over = async () => {
		for (let i = 0; i < 32; i++) { /* 64 MiB */
			held.push(await open());
		}
		return until('one more is refused', async () => {
			held.push(await open());
			return held.find((one) => one.text.endsWith('}'));
		}, undefined, 100);
	};
	const school = await known('room');
	const body = school.batch([mark('room', 'HS1', 70)]);
	for (;;) {
		const begun = Date.now();
		const { text } = await over();
		const isWaitedFor = held.slice(0, 32).every((one) => one.text === '');
		const tookMs = Date.now() - begun;
		for (const { socket } of held.splice(0)) {
			socket.destroy();
		}
		await until('there is room again', async () => (await school.deliver(body)).status === 200);
		if (tookMs < GIVEN_UP_MS) {
			assert.match(text, /^HTTP\/1\.1 503 [^]*Retry-After: 1\r\n[^]*http\.queue_full/);
			assert.ok(isWaitedFor, 'the others are waited for');
			return;
		}
	}
});

test('a school that sends too fast waits, and no other', async () => {
	const school = await known('fast');
	const other = await known('slow');
	const body = Buffer.from(JSON.stringify({ school: 'fast', path: [], hash: '00'.repeat(32) }));
	const headers = { ...school.signed(body), 'Content-Type': 'application/json' };
	let served = 0;
	let refused = null;
	while (!refused && served < 3_000) {
		const all = await Promise.all(Array.from({ length: 30 }, () => school.post('tree', body, headers)));
		served += all.filter((r) => r.status === 200).length;
		refused = all.find((r) => r.status !== 200);
	}
	assert.ok(served >= 25, `${served} at once`);
	assert.deepEqual([refused.status, (await refused.json()).code], [429, 'exchange.too_fast']);
	assert.ok(Number(refused.headers.get('retry-after')) >= 1);
	assert.equal((await other.send([mark('slow', 'HS1', 70)])).applied, 1);
});

test('a rolled key proves only what came before, a revoked one nothing', async () => {
	const school = await known('keys');
	const old = school.key;
	const next = newKey();
	const early = school.batch([mark('keys', 'HS1', 70)]);
	const earlyAnswer = await school.deliver(early);
	assert.equal((await school.post('keys', ...json(JSON.parse(school.roll(newKey(), newKey()))))).status, 403, 'by nobody\'s key');
	const forged = JSON.parse(school.roll(next));
	assert.deepEqual(await codeOf(await school.post('keys', ...json({ ...forged, key: newKey().public.toString('hex') }))),
		{ status: 401, code: 'exchange.signature' });
	for (let i = 0; i < 2; i++) { /* the second time as after a lost answer */
		const response = await school.post('keys', ...json(JSON.parse(school.roll(next))));
		assert.equal(response.status, 200);
		assert.deepEqual(await response.json(), { key: next.kid.toString('hex') });
	}
	assert.deepEqual(await codeOf(await school.post('keys', ...json(JSON.parse(school.roll(newKey()))))), { status: 403, code: 'exchange.key_rolled' });
	assert.deepEqual(await school.deliver(early), earlyAnswer, 'what came before the roll');
	const late = school.batch([mark('keys', 'HS1', 75, 2)]);
	assert.deepEqual(await school.deliver(late).then((a) => [a.status, a.code]), [403, 'exchange.key_rolled']);
	assert.equal((await school.deliver(late, school.signed(late, next))).status, 200);
	await officer(province, 'school', 'revoke', '--code', 'keys', '--why', 'mất máy');
	const stolen = school.batch([mark('keys', 'HS1', 100, 3)]);
	for (const key of [old, next]) {
		assert.deepEqual(await school.deliver(stolen, school.signed(stolen, key)).then((a) => [a.status, a.code]), [403, 'exchange.key_revoked']);
	}
	assert.deepEqual(await school.deliver(early).then((a) => [a.status, a.code]), [403, 'exchange.key_revoked']);
	const look = Buffer.from(JSON.stringify({ school: 'keys', path: [], hash: '00'.repeat(32) }));
	for (const key of [old, next]) { /* nor does it get to know what is held */
		assert.deepEqual(await codeOf(await school.post('tree', look, { ...school.signed(look, key), 'Content-Type': 'application/json' })),
			{ status: 403, code: 'exchange.key_revoked' });
	}
	assert.deepEqual(await held(school), [mark('keys', 'HS1', 75, 2)], 'and nothing of it was taken');
	assert.deepEqual(await codeOf(await school.post('keys', ...json(JSON.parse(school.roll(newKey(), next))))), { status: 403, code: 'exchange.key_revoked' });
	const code = readCode((await officer(province, 'school', 'code', '--code', 'keys')).match(/([0-9A-Z]{4}-){7}[0-9A-Z]{4}/)[0]);
	const again = new School(province, 'keys', next);
	assert.deepEqual(await codeOf(await again.post('enrolments', ...json(again.ask(code)))), { status: 409, code: 'exchange.key_again' });
	const fresh = new School(province, 'keys');
	await fresh.enrol(code);
	assert.equal((await fresh.send([mark('keys', 'HS1', 80, 3)])).applied, 1);
	assert.deepEqual(await held(fresh), [mark('keys', 'HS1', 80, 3)]);
});

test('a suspended school is heard again when it is resumed', async () => {
	const school = await known('suspend');
	for (const act of ['suspend', 'revoke']) {
		await assert.rejects(officer(province, 'school', act, '--code', 'suspend'), /needs its reason: --why/);
	}
	await officer(province, 'school', 'suspend', '--code', 'suspend', '--why', 'kiểm tra');
	const body = school.batch([mark('suspend', 'HS1', 70)]);
	assert.deepEqual(await school.deliver(body).then((a) => [a.status, a.code]), [403, 'exchange.suspended']);
	await officer(province, 'school', 'resume', '--code', 'suspend');
	assert.equal((await school.deliver(body)).status, 200);
});

test('one record that differs is found by its class, term and student', async () => {
	const school = await known('tree');
	const lines = [];
	for (const malop of ['10A1', '10A2', '11/B%']) {
		for (let i = 0; i < 12; i++) {
			lines.push(mark('tree', `HS${malop}${i}`, i, 1, { malop, hocky: 1 + (i % 2) }));
		}
	}
	lines.push(line('tree', 'monhoc', ['toan'], { mamon: 'toan', tenmon: 'Toán', loai: 'diem' }));
	await school.send(lines);
	assert.deepEqual(await school.tree([], treeNode(lines).hash), { same: true });
	const changed = mark('tree', 'HS10A23', 99, 2, { malop: '10A2', hocky: 2 });
	const ours = lines.map((l) => (JSON.parse(l).idbanghi === JSON.parse(changed).idbanghi ? changed : l));
	const path = [];
	for (let depth = 0; depth < 4; depth++) {
		const node = treeNode(ours, path);
		const theirs = await school.tree(path, node.hash);
		assert.equal(theirs.same, false);
		const list = depth === 3 ? theirs.records.map(([key, , hash]) => [key, hash]) : theirs.children;
		const mine = new Map(node.children.map(([key, hash]) => [key, hash.toString('hex').slice(0, 32)]));
		assert.deepEqual(list.map(([key]) => key), [...mine.keys()], 'the same keys in the same order');
		const differ = list.filter(([key, hash]) => mine.get(key) !== hash);
		assert.equal(differ.length, 1);
		path.push(differ[0][0]);
	}
	assert.deepEqual(path, ['2026-2027/10A2', '2', 'HS10A23', JSON.parse(changed).idbanghi]);
	assert.equal((await school.send([changed])).applied, 1);
	assert.deepEqual(await school.tree([], treeNode(ours).hash), { same: true });
	const stranger = await known('tree-2');
	const body = Buffer.from(JSON.stringify({ school: 'tree', path: [], hash: '00'.repeat(32) }));
	const response = await stranger.post('tree', body, { ...stranger.signed(body), 'Content-Type': 'application/json' });
	assert.deepEqual(await codeOf(response), { status: 403, code: 'exchange.key_unknown' });
	for (const bad of [{ path: ['a', '4'] }, { path: ['a', '1', 'b', 'c'] }, { path: 'a' }, { hash: '00' }, { school: 5 }]) {
		const bytes = Buffer.from(JSON.stringify({ school: 'tree', path: [], hash: '00'.repeat(32), ...bad }));
		assert.equal((await school.post('tree', bytes, { ...school.signed(bytes), 'Content-Type': 'application/json' })).status, 400);
	}
});

test('what the province answered is proven offline by its public key, and nothing else is', async () => {
	const school = await known('verify');
	const { text, batch } = await school.send([mark('verify', 'HS1', 70), 'no json']);
	const dir = await mkdtemp(join(tmpdir(), 'truongthi-verify-'));
	const keys = join(dir, 'keys.json');
	const said = async (answer) => {
		await writeFile(join(dir, 'answer'), answer);
		const { status, stdout } = spawnSync(BIN, ['verify', join(dir, 'answer'), `--keys=${keys}`], { encoding: 'utf8' });
		return { status, stdout };
	};
	try {
		await writeFile(keys, await (await province.ask('GET', '/api/v1/keys')).text());
		const good = await said(text);
		assert.equal(good.status, 0, good.stdout);
		for (const words of ['genuine', 'verify', batch, 'applied       1', 'refused             1']) {
			assert.ok(good.stdout.includes(words), good.stdout);
		}
		assert.equal((await said(`${text.split('\n')[0]}\n`)).status, 0, 'the first line alone');
		const statement = JSON.parse(text.split('\n')[0]).statement;
		const changed = statement.slice(0, 100) + (statement[100] === '0' ? '1' : '0') + statement.slice(101);
		for (const bad of [text.replace(statement, changed), text.replace('record_format', 'record_school'), `${text}\n`, '{"statement":"00"}']) {
			const { status, stdout } = await said(bad);
			assert.equal(status, 1, bad);
			assert.match(stdout, /NOT genuine/);
		}
		await writeFile(keys, JSON.stringify({ keys: [{ id: newKey().kid.toString('hex'), publicKey: newKey().public.toString('base64url'), from: 1 }] }));
		assert.equal((await said(text)).status, 1, 'another department');
	} finally {
		await rm(dir, { recursive: true, force: true });
	}
});

/* ---- officers ---- */

const api = async (method, path, body, token) => {
	const response = await province.call(method, `/api/v1${path}`, { body, headers: { 'X-Want-Token': '1', ...(token && { Authorization: `Bearer ${token}` }) } });
	const text = await response.text();
	return { status: response.status, ...(text && JSON.parse(text)) };
};
const activation = (text) => text.match(/([0-9A-Z]{3}-){4}[0-9A-Z]{3}/)[0];
const OFFICER = { province: '79', name: 'lan.so', password: 'một câu dài dễ nhớ' };

test('an officer chooses a password by a one-use code and signs in to the province', async () => {
	assert.deepEqual(await api('GET', '/about'), { status: 200, kind: 'province', province: { code: '79', name: 'Thành phố Hồ Chí Minh' } });
	const code = activation(await officer(province, 'officer', 'add', '--name', 'Trần Thị Lan', '--login', 'lan.so'));
	const look = await api('POST', '/activation', { code });
	assert.deepEqual(look, { status: 200, fullName: 'Trần Thị Lan', login: 'lan.so', school: null,
		province: { code: '79', name: 'Thành phố Hồ Chí Minh' }, hasPhone: false, onlyJoins: false });
	assert.equal((await api('POST', '/session', OFFICER)).status, 401, 'no password yet');
	assert.equal((await api('POST', '/activation/use', { code, password: OFFICER.password })).status, 200);
	assert.equal((await api('POST', '/activation/use', { code, password: 'một câu dài khác' })).status, 410);
	const signedIn = await api('POST', '/session', OFFICER);
	assert.deepEqual(signedIn.roles, ['department']);
	assert.deepEqual([signedIn.school, signedIn.schools, signedIn.province], [null, [], { code: '79', name: 'Thành phố Hồ Chí Minh' }]);
	const me = await api('GET', '/session', undefined, signedIn.token);
	assert.deepEqual(me.province, signedIn.province);
	for (const path of ['/school', '/classes', '/audit', '/destinations']) {
		assert.ok([403, 404].includes((await province.ask('GET', `/api/v1${path}`, { Authorization: `Bearer ${signedIn.token}` })).status), path);
	}
	assert.equal((await api('POST', '/session', { ...OFFICER, password: 'sai' })).status, 401);
	assert.equal((await api('POST', '/session', { ...OFFICER, province: '01' })).status, 401, 'of another province');
	await assert.rejects(officer(province, 'officer', 'add', '--name', 'Ai Đó', '--login', 'lan.so'), /taken/);
});

test('who guesses an officer\'s password has to wait, whether there is such an officer or not', async () => {
	const counted = async () => new Map((await db.query('SELECT HEX(key_hash) AS k, failures FROM throttle'))[0].map((row) => [row.k, Number(row.failures)]));
	await db.query('DELETE FROM throttle');
	await api('POST', '/session', { ...OFFICER, name: 'ai.do', password: 'đoán' }); /* the address is counted, too */
	for (const name of ['lan.so', 'khong.co']) {
		const before = await counted();
		for (let i = 0; i < 6; i++) {
			assert.ok([401, 429].includes((await api('POST', '/session', { ...OFFICER, name, password: `đoán ${i}` })).status));
		}
		const fresh = [...await counted()].filter(([key]) => !before.has(key));
		assert.equal(fresh.length, 1, `${name} is counted`);
		assert.ok(fresh[0][1] >= 5);
		/* As if it had gone on: the wait is not to run out while this test looks. */
		await db.query('UPDATE throttle SET failures = 20, blocked_until_ms = ?, last_at_ms = ? WHERE key_hash = UNHEX(?)',
			[Date.now() + 600_000, Date.now(), fresh[0][0]]);
		assert.equal((await api('POST', '/session', { ...OFFICER, name })).status, 429, 'the right one has to wait, too');
	}
	await db.query('DELETE FROM throttle');
});

test('a new code replaces the password, and whoever is removed is out', async () => {
	const first = activation(await officer(province, 'officer', 'add', '--name', 'Lê Văn Minh', '--login', 'minh.so'));
	const second = activation(await officer(province, 'officer', 'code', '--login', 'minh.so'));
	assert.equal((await api('POST', '/activation', { code: first })).status, 410);
	assert.equal((await api('POST', '/activation/use', { code: second, password: OFFICER.password })).status, 200);
	const minh = { ...OFFICER, name: 'minh.so' };
	assert.equal((await api('POST', '/session', minh)).status, 200);
	assert.match(await officer(province, 'officer', 'list'), /minh\.so +đang dùng +Lê Văn Minh/);
	const left = activation(await officer(province, 'officer', 'code', '--login', 'minh.so'));
	await officer(province, 'officer', 'remove', '--login', 'minh.so');
	assert.equal((await api('POST', '/session', minh)).status, 401);
	assert.ok([404, 410, 422].includes((await api('POST', '/activation', { code: left })).status));
	assert.equal(await count('SELECT COUNT(*) AS n FROM session s JOIN person p ON p.id = s.person_id WHERE p.full_name = "Lê Văn Minh"'), 0);
	await assert.rejects(officer(province, 'officer', 'remove', '--login', 'minh.so'), /no such officer/);
});

test('provinces and communes have their days, and what became of them is known', async () => {
	const area = async (...words) => (await officer(province, 'area', ...words)).trimEnd().split('\n').map((l) => l.split(/ {1,}/)[0]);
	assert.equal((await area('list')).length, 34);
	assert.equal((await area('list', '--on', '2025-06-30')).length, 63);
	const then = ['--then', '2020-01-01'];
	assert.deepEqual(await area('became', '--province', '17', ...then), ['25'], 'Hòa Bình is in Phú Thọ');
	assert.deepEqual(await area('became', '--province', '24', ...then), ['24'], 'Bắc Giang is in Bắc Ninh, which has its code');
	assert.match(await officer(province, 'area', 'became', '--province', '27', ...then), /^24 +Tỉnh Bắc Ninh$/m);
	assert.deepEqual(await area('became', '--province', '01', ...then), ['01']);
	assert.equal(await count('SELECT COUNT(*) AS n FROM area a WHERE a.tier = 1 AND a.valid_to = "2025-06-30" AND 1 = (SELECT COUNT(*)' +
		' FROM area_change c JOIN area b ON b.tier = 1 AND b.code = c.new_code AND b.valid_from = c.on_day WHERE c.old_code = a.code)'), 52);
	const dir = await mkdtemp(join(tmpdir(), 'truongthi-area-'));
	const file = join(dir, 'xa.csv');
	const head = 'code,name,province,from,to,former\n';
	try {
		await writeFile(file, `${head}1,Phường Cũ,79,2004-01-01,2025-06-30,\n2,Xã Cũ,74,2004-01-01,2025-06-30,\n` +
			'11,Phường Mới,79,2025-07-01,2026-06-30,1 2\n12,Phường Kia,79,2025-07-01,,1\n21,Phường Mới Nữa,79,2026-07-01,,11\n');
		assert.equal(await officer(province, 'area', 'import', '--file', file), '5\n');
		assert.equal(await officer(province, 'area', 'import', '--file', file), '5\n', 'again');
		assert.deepEqual(await area('list', '--province', '79', '--on', '2026-01-01'), ['11', '12']);
		assert.deepEqual(await area('became', '--commune', '1', ...then, '--on', '2026-01-01'), ['11', '12']);
		assert.deepEqual(await area('became', '--commune', '1', ...then, '--on', '2026-11-22'), ['12', '21']);
		assert.deepEqual(await area('became', '--commune', '2', ...then, '--on', '2026-11-22'), ['21']);
		for (const [row, why] of [['3,Xã Ba,74,2025-07-01,,', /row 1 names no province/], ['x,Xã,79,2025-07-01,,', /line 2/], ['', /not a list|0/]]) {
			await writeFile(file, row ? head + row : 'a,b\n');
			await assert.rejects(officer(province, 'area', 'import', '--file', file), why);
		}
	} finally {
		await rm(dir, { recursive: true, force: true });
	}
});

test('a new key of the province is vouched for by the one before it', async () => {
	const keysNow = async () => (await province.ask('GET', '/api/v1/exchange/keys')).json();
	const before = await keysNow();
	assert.deepEqual([before.province, before.keys.length, before.keys[0].signature], ['79', 1, null]);
	const school = await known('province-key');
	assert.equal(before.keys[0].key, school.provinceKey.toString('hex'));
	const early = school.batch([mark('province-key', 'HS1', 70)]);
	const earlyAnswer = await school.deliver(early);
	await db.end();
	await province.kill('SIGTERM');
	const { status } = spawnSync(BIN, ['keys', 'rotate', 'sign', '--data', join(province.dir, 'data')]);
	assert.equal(status, 0);
	await province.launch();
	db = await connectDb(province);
	const { keys } = await keysNow();
	const next = Buffer.from(keys[1].key, 'hex');
	assert.deepEqual([keys.length, keys[0].key], [2, before.keys[0].key]);
	assert.ok(holds(school.provinceKey, Buffer.concat([Buffer.from('TTXK79'), next]), Buffer.from(keys[1].signature, 'hex')));
	const late = school.batch([mark('province-key', 'HS1', 75, 2)]);
	assert.equal(readAnswer((await school.deliver(late)).text, next).applied, 1, 'signed by the new one');
	assert.deepEqual(await school.deliver(early), earlyAnswer, 'what was answered stays as it was');
});

test('a school\'s server has none of this, whoever asks', async () => {
	const school = await Server.start();
	try {
		assert.ok(provinceRoutes.length >= 5);
		for (const route of provinceRoutes) {
			const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : '{}';
			const response = await school.ask(route.method, route.path.replace(/\{\w+\}/g, '1'), { 'Content-Type': 'application/json' }, body);
			assert.deepEqual(await codeOf(response), { status: 404, code: 'http.no_page' }, route.name);
		}
	} finally {
		await school.stop();
	}
});
