/*
 * The office's side of the exchange over the real routes, with a real province: enrolling in every
 * way in which it goes wrong, pausing, a record that is refused and sent again. What is carried, and
 * how, is tried by courier.test.mjs.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PROVINCE, officer } from './lib/exchange.mjs';
import { connectDb } from './lib/people.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';
import { PATIENCE_MS, Server, freePort, until } from './lib/server.mjs';
import { makeCertificates } from './lib/tls.mjs';

const NAME = 'Sở Giáo dục và Đào tạo';
let province;
let held;
let all;
let sent; /* the destination of the province */

before(async () => {
	[province, all] = await Promise.all([
		Server.start({ ...PROVINCE, 'limit.school_per_second': 1000, 'limit.address_per_second': 100_000 }, { command: 'province' }),
		startSchools(['office', 'strangeOffice']),
	]);
	held = await connectDb(province);
}, { timeout: 600_000 });

after(async () => {
	await held?.end();
	if (all) {
		await stopSchools(all);
	}
	await province?.stop();
});

const call = (status, method, path, body) => all.server.answer(status, method, `/destinations${path}`, all.office, body);
const enrol = (status, more) => call(status, 'POST', '/enrol', { name: NAME, url: province.url, ...more });
const fields = (problem) => problem.errors.map((e) => [e.field.replace('/', ''), e.code]);
const codeIn = (text) => text.match(/([0-9A-Z]{4}-){7}[0-9A-Z]{4}/)[0];
const invite = async (code) => codeIn(await officer(province, 'school', 'invite', '--code', code, '--name', `Trường ${code}`, '--level', 'thpt'));
const newCode = async (code) => codeIn(await officer(province, 'school', 'code', '--code', code));
const rename = (name) => all.server.answer(200, 'PUT', `/subjects/${all.school.subject}`, all.office, { code: 'toan', name, kind: 'mark' });
const settled = (what, check) => until(what, async () => {
	const d = await call(200, 'GET', `/${sent}`);
	return check(d) ? d : null;
}, PATIENCE_MS, 100);
const rests = (d) => d.counts.applied > 0 && d.counts.queued + d.counts.sent === 0;
const records = (query) => call(200, 'GET', `/${sent}/records?${query}`);
const WRONG = '0000-0000-0000-0000-0000-0000-0000-0000';

test('an address, a code and an authority that are none are said at their fields', async () => {
	assert.deepEqual(fields(await enrol(422, { name: '', url: 'http://so.example.vn', code: 'abc', ca: 'xin chào' })),
		[['name', 'form.required'], ['url', 'destination.url'], ['ca', 'destination.ca'], ['code', 'destination.code']]);
	assert.deepEqual(fields(await enrol(422, { url: 'https://u:p@so.example.vn', code: WRONG })), [['url', 'destination.url']]);
	assert.deepEqual(fields(await enrol(422, { code: WRONG, folder: 'so' })), [['folder', 'destination.other_kind']]);
	assert.deepEqual(await call(200, 'GET', ''), { items: [] });
});

test('a server that is not there, that is no province, or that cannot be believed', async () => {
	assert.deepEqual(fields(await enrol(422, { url: `http://127.0.0.1:${await freePort()}`, code: WRONG })), [['url', 'enrol.unreachable']]);
	assert.deepEqual(fields(await enrol(422, { url: all.server.url, code: WRONG })), [['url', 'destination.no_province']]);
	const dir = await mkdtemp(join(tmpdir(), 'truongthi-ca-'));
	const files = await makeCertificates(dir);
	const secure = createServer({ key: await readFile(files.key), cert: await readFile(files.certificate) }, (request, response) => {
		response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
	});
	try {
		await new Promise((done) => secure.listen(0, '127.0.0.1', done));
		const url = `https://localhost:${secure.address().port}`;
		assert.deepEqual(fields(await enrol(422, { url, code: WRONG })), [['ca', 'enrol.tls']]);
		const ca = await readFile(files.ca, 'utf8');
		assert.equal((await enrol(409, { url, code: WRONG, ca })).code, 'destination.not_proven');
	} finally {
		await new Promise((done) => secure.close(done));
		await rm(dir, { recursive: true });
	}
});

test('a code that is wrong, another school\'s, or has run out', async () => {
	await invite('alpha');
	assert.deepEqual(fields(await enrol(422, { code: WRONG })), [['code', 'exchange.code_wrong']]);
	assert.deepEqual(fields(await enrol(422, { code: await invite('other') })), [['code', 'exchange.code_wrong']]);
	const old = await newCode('alpha');
	await newCode('alpha');
	assert.deepEqual(fields(await enrol(422, { code: old })), [['code', 'exchange.code_expired']]);
	assert.deepEqual(await call(200, 'GET', ''), { items: [] });
});

test('enrolled: the fingerprint is shown, everything is sent, and the code is used up', async () => {
	const code = await newCode('alpha');
	const made = await enrol(201, { code });
	sent = made.id;
	assert.equal(made.name, NAME);
	assert.deepEqual([made.kind, made.url, made.province.code], ['https', province.url, '79']);
	assert.match(made.province.fingerprint, /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
	const done = await settled('everything is there', rests);
	assert.deepEqual([done.state, done.error, done.counts.rejected], ['on', null, 0]);
	assert.ok(done.lastOkAt > 0);
	const { items } = await records('state=applied&bang=hocsinh&limit=3');
	assert.equal(items.length, 3);
	assert.ok(items.every((r) => r.kind === 'hocsinh' && r.state === 'applied' && r.key.startsWith('alpha/hocsinh/') && r.reason === null));
	await all.db.query('DELETE FROM exchange_key WHERE school_id = ?', [all.other.id]);
	const used = await all.server.answer(422, 'POST', '/destinations/enrol', all.strangeOffice, { name: NAME, url: province.url, code });
	assert.deepEqual(fields(used), [['code', 'exchange.code_wrong']]); /* of a school that it is not of */
});

test('a list of records is read in pages and by state', async () => {
	const all = (await records('limit=100')).items;
	const pages = [];
	for (let next = ''; next !== null;) {
		const page = await records(`limit=4${next && `&after=${next}`}`);
		pages.push(...page.items);
		next = page.next;
	}
	assert.deepEqual(pages.slice(0, 100), all);
	assert.ok(all.length > 8);
	assert.deepEqual((await records('state=rejected')).items, []);
	await call(422, 'GET', `/${sent}/records?state=lost`);
});

test('paused, nothing leaves; resumed, it does', async () => {
	await call(204, 'POST', `/${sent}/pause`);
	await rename('Toán học');
	const waits = await settled('it waits', (d) => d.counts.queued === 1);
	assert.equal(waits.state, 'paused');
	assert.equal((await records('state=queued')).items[0].kind, 'monhoc');
	assert.equal((await call(409, 'POST', `/${sent}/send`)).code, 'destination.not_going');
	assert.equal((await call(409, 'POST', `/${sent}/compare`)).code, 'destination.not_going');
	await call(204, 'POST', `/${sent}/resume`);
	await call(204, 'POST', `/${sent}/send`);
	await settled('what waited is there', rests);
});

test('a record that the province refuses is shown with its reason, and sent again', async () => {
	const key = 'alpha/monhoc/toan';
	await held.query("UPDATE province_record SET phienban = 3, line_hash = REPEAT('x', 32) WHERE idbanghi = ?", [key]);
	await rename('Toán nâng cao');
	await settled('it is refused', (d) => d.counts.rejected === 1);
	const { items: [refused] } = await records('state=rejected');
	assert.deepEqual([refused.key, refused.recordVersion, refused.reason.code], [key, 3, 'exchange.version_differs']);
	assert.match(refused.reason.detail, /phiên bản 3 của bản ghi này/);
	await rename('Toán cao cấp');
	await settled('a later version goes its way', (d) => d.counts.rejected === 0 && rests(d));
	await held.query("UPDATE province_record SET phienban = 5, line_hash = REPEAT('x', 32) WHERE idbanghi = ?", [key]);
	await rename('Toán');
	const [again] = await until('refused again', async () => {
		const { items } = await records('state=rejected');
		return items.length > 0 ? items : null;
	});
	await held.query('DELETE FROM province_record WHERE idbanghi = ?', [key]);
	await call(204, 'POST', `/${sent}/records/${again.id}/resend`);
	await settled('it is there', (d) => d.counts.rejected === 0 && rests(d));
	const [[now]] = await held.query('SELECT line FROM province_record WHERE idbanghi = ?', [key]);
	assert.equal(JSON.parse(now.line).dulieu.tenmon, 'Toán');
	assert.deepEqual(await call(200, 'POST', `/${sent}/resend-rejected`), { count: 0 });
});

test('comparing finds what the province has lost', async () => {
	await held.query('DELETE FROM province_record WHERE idbanghi = ?', ['alpha/hocsinh/ALPHA-HS2']);
	await call(204, 'POST', `/${sent}/compare`);
	const found = await settled('it is compared', (d) => !d.isComparing && d.comparedAt !== null);
	assert.equal(found.comparedFound, 1);
	await until('it is there again', async () => (await held.query('SELECT 1 FROM province_record WHERE idbanghi = ?',
		['alpha/hocsinh/ALPHA-HS2']))[0].length === 1);
});

test('enrolled once more with the same province, the destination stays the one that it was', async () => {
	const again = await enrol(201, { name: 'Sở', code: await newCode('alpha') });
	assert.deepEqual([again.id, again.name], [sent, 'Sở']);
	assert.equal((await call(200, 'GET', '')).items.length, 1);
	await rename('Toán 10');
	await settled('sending goes on', rests);
});

test('a database: its password is taken and never given back', async () => {
	const body = { kind: 'mariadb', name: 'Kho tỉnh', host: '127.0.0.1', port: 1, database: 'kho', user: 'truong', password: ' bí mật ' };
	const made = await call(201, 'POST', '', body);
	assert.equal(made.hasPassword, true);
	assert.ok(!JSON.stringify(made).includes('bí mật'));
	const [[{ secret_box: box }]] = await all.db.query('SELECT secret_box FROM destination WHERE id = ?', [made.id]);
	assert.ok(box.length > 0 && !box.includes('bí mật'));
	const { kind, password, ...rest } = body;
	const changed = await call(200, 'PUT', `/${made.id}`, { ...rest, name: 'Kho của tỉnh', version: made.version });
	assert.deepEqual([changed.name, changed.hasPassword], ['Kho của tỉnh', true]);
	const stale = await call(409, 'PUT', `/${made.id}`, { ...rest, version: made.version });
	assert.equal(stale.current.destination.name, 'Kho của tỉnh');
	assert.deepEqual(fields(await call(422, 'PUT', `/${made.id}`, { ...rest, name: 'Sở', version: changed.version })), [['name', 'destination.name_taken']]);
	const away = await until('its error is said', async () => (await call(200, 'GET', `/${made.id}`)).error);
	assert.equal(away.code, 'destination.database_away');
	assert.match(away.detail, /Không kết nối được cơ sở dữ liệu nhận/);
	assert.equal((await call(409, 'POST', `/${made.id}/compare`)).code, 'destination.not_https');
	await call(204, 'DELETE', `/${made.id}`);
	await call(404, 'GET', `/${made.id}`);
});

test('the signing key is changed by hand; what comes after is signed by the next one', async () => {
	const keys = async () => (await held.query('SELECT LOWER(HEX(kid)) AS kid, until_ms, revoked_at_ms FROM province_school_key ORDER BY from_ms, until_ms IS NULL'))[0];
	const { key: before } = await call(200, 'GET', `/${sent}`);
	await call(204, 'POST', `/${sent}/roll`);
	const { key: after, state } = await call(200, 'GET', `/${sent}`);
	assert.match(after, /^[0-9a-f]{16}$/);
	assert.notEqual(after, before);
	assert.equal(state, 'on');
	const there = await keys();
	assert.ok(there.find((k) => k.kid === before).until_ms > 0, 'the old one proves nothing new');
	assert.equal(there.find((k) => k.kid === after).until_ms, null);
	await rename('Toán sau khi thay khóa');
	await until('it went', async () => (await held.query('SELECT line FROM province_record WHERE idbanghi LIKE ?', ['%/monhoc/toan']))[0]
		.some((r) => String(r.line).includes('Toán sau khi thay khóa')), PATIENCE_MS, 100);
	await settled('all is there', rests);
	await call(204, 'POST', `/${sent}/pause`);
	assert.equal((await call(409, 'POST', `/${sent}/roll`)).code, 'destination.not_going');
	await call(204, 'POST', `/${sent}/resume`);
	const folder = await call(201, 'POST', '', { kind: 'files', name: 'Không có khóa', folder: 'khong-khoa' });
	assert.equal(folder.key, null);
	assert.equal((await call(409, 'POST', `/${folder.id}/roll`)).code, 'destination.not_https');
	await call(204, 'DELETE', `/${folder.id}`);
});

test('another school\'s destinations are not there', async () => {
	const strange = (method, path, body) => all.server.answer(404, method, `/destinations${path}`, all.strangeOffice, body);
	const [{ id: record }] = (await records('limit=1')).items;
	for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/pause'], ['POST', '/resume'], ['POST', '/send'], ['POST', '/compare'], ['POST', '/roll'],
		['POST', '/resend-rejected'], ['GET', '/records'], ['POST', `/records/${record}/resend`]]) {
		await strange(method, `/${sent}${path}`);
	}
	await strange('PUT', `/${sent}`, { name: 'x', url: 'https://so.example.vn', version: 1 });
	assert.deepEqual(await all.server.answer(200, 'GET', '/destinations', all.strangeOffice), { items: [] });
	assert.equal((await call(200, 'GET', `/${sent}`)).state, 'on');
});

test('a school has twenty, and no more', async () => {
	for (let i = 2; i <= 20; i++) {
		await call(201, 'POST', '', { kind: 'files', name: `Thư mục ${i}`, folder: `thu-muc-${i}` });
	}
	assert.equal((await call(409, 'POST', '', { kind: 'files', name: 'Thư mục 21', folder: 'thu-muc-21' })).code, 'destination.many');
});

test('every deed stands in the log', async () => {
	const seen = new Set();
	for (let next = ''; next !== null;) {
		const page = await all.server.answer(200, 'GET', `/audit?limit=100${next && `&after=${next}`}`, all.office);
		page.items.forEach((e) => seen.add(e.action));
		next = page.next;
	}
	for (const deed of ['add', 'change', 'compare', 'drop', 'enrol', 'now', 'pause', 'resend', 'resend_rejected', 'resume', 'roll']) {
		assert.ok(seen.has(`sending.${deed}`), deed);
	}
});
