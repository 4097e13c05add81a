/*
 * What leaves the house, against a real relay and a real gateway that refuse, are slow, hang up and
 * are gone: every event reaches everybody at least once and no event is sent under two names;
 * a dead destination holds up nothing but itself.
 */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { connectDb, makeSchool, signIn } from './lib/people.mjs';
import { Gateway, Relay, mailText } from './lib/outside.mjs';
import { Server, freePort, until } from './lib/server.mjs';

const SECRET = 'bí mật của cổng tin nhắn, đủ dài để ký';
const PATIENCE = 120_000;

let relay;
let gateway;
let server;
let db;
let school;
let as;

const call = (status, method, path, who, body, headers) => server.answer(status, method, path, as[who], body, headers);
const letter = (title) => call(201, 'POST', '/letters', 'teacher',
	{ scope: 'class', class: school.class, title, text: 'Nội dung riêng tư: điểm 3,5' },
	{ 'Idempotency-Key': randomBytes(16).toString('base64url') });
const deliveries = async () => (await call(200, 'GET', '/deliveries', 'office')).items;
const settled = (what, check) => until(what, async () => check(await deliveries()), PATIENCE, 100);
const noQuiet = { byEmail: true, byPhone: true, quietFromMin: 0, quietToMin: 0 };

before(async () => {
	relay = await Relay.start();
	gateway = await Gateway.start();
	server = await Server.start({ 'listen.base_url': 'https://thi.example.vn', 'smtp.host': '127.0.0.1', 'smtp.port': relay.port,
		'smtp.tls': 'none', 'smtp.from': 'truong@example.vn', 'webhook.url': `http://127.0.0.1:${gateway.port}/hook`,
		'notice.timeout_ms': 10_000, 'notice.retry_ms': 200 }, { env: { TRUONGTHI_WEBHOOK_SECRET: SECRET } });
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	as = {};
	for (const who of ['office', 'teacher', 'parent']) {
		as[who] = await signIn(server, school[who]);
	}
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
	await relay?.stop();
	await gateway?.stop();
});

test('nothing leaves before the office switches a channel on and the owner confirms the address', { timeout: 600_000 }, async () => {
	await letter('Trước khi bật');
	assert.deepEqual(await deliveries(), []);
	const off = await call(409, 'PUT', '/notice-settings/email', 'parent', { email: 'me@example.vn' });
	assert.equal(off.code, 'notice.no_channel');
	await call(204, 'PUT', '/notice-channels/email', 'office', { isOn: true });
	const { version } = await call(200, 'GET', '/notice-settings', 'parent');
	await call(200, 'PUT', '/notice-settings', 'parent', { ...noQuiet, version });
	for (const email of ['me@example', 'a@b.vn\r\nBcc: x@y.vn', '"a"@b.vn', 'a..b@c.vn', '@b.vn', 'ợ@b.vn']) {
		const refused = await call(422, 'PUT', '/notice-settings/email', 'parent', { email });
		assert.equal(refused.errors[0].code, 'notice.email_form', email);
	}
	await call(200, 'PUT', '/notice-settings/email', 'parent', { email: 'me@example.vn' });
	await call(429, 'PUT', '/notice-settings/email', 'parent', { email: 'other@example.vn' });
	await letter('Chưa xác nhận');
	const link = await until('the link came', () => relay.mails.find((m) => m.to === 'me@example.vn'), PATIENCE);
	assert.equal(relay.mails.length, 1, 'and nothing else');
	const token = /https:\/\/thi\.example\.vn\/xac-nhan-email#([\w-]{32})\n/.exec(mailText(link).body)[1];
	await call(409, 'POST', '/notice-settings/confirm', undefined, { token: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` });
	await call(204, 'POST', '/notice-settings/confirm', undefined, { token });
	await call(204, 'POST', '/notice-settings/confirm', undefined, { token });
	assert.equal((await call(200, 'GET', '/notice-settings', 'parent')).emailState, 'confirmed');
});

test('a mail says that there is something and no more, in letters that every reader shows', { timeout: 600_000 }, async () => {
	await letter('Kín');
	const mail = await until('the mail came', () => relay.mails[1], PATIENCE);
	const { headers, subject, body } = mailText(mail);
	assert.equal(subject, `[Trường ALPHA] Tin nhắn mới từ Cô Giáo ALPHA.`);
	assert.match(body, /https:\/\/thi\.example\.vn\/tin-nhan\/\d+/);
	assert.ok(!/Kín|riêng tư|3,5|Học Sinh/.test(body + subject), body);
	assert.match(headers['message-id'], /^<tt-\d+-[0-9a-f]{16}@example\.vn>$/);
	assert.equal(headers['auto-submitted'], 'auto-generated');
	assert.ok(mail.text.split('\r\n').every((line) => line.length <= 78 && /^[\x20-\x7e]*$/.test(line)));
});

test('a gateway is told with a signature that it can check', { timeout: 600_000 }, async () => {
	await call(204, 'PUT', '/notice-channels/webhook', 'office', { isOn: true });
	await letter('Nhắn');
	const told = await until('the gateway was told', () => gateway.calls[0], PATIENCE);
	const body = JSON.parse(told.body);
	assert.equal(body.phone, school.parent.phone);
	assert.deepEqual([body.kind, body.event, body.school.code, body.language], ['notice', 'letter', 'alpha', 'vi']);
	assert.ok(!told.body.includes('Nhắn"') && !told.body.includes('3,5'));
	const at = told.headers['x-truongthi-timestamp'];
	const want = createHmac('sha256', SECRET).update(`${at}.${told.body}`).digest('hex');
	assert.equal(told.headers['x-truongthi-signature'], `v1=${want}`);
	assert.equal(told.headers['idempotency-key'], body.id);
	assert.ok(Math.abs(Date.now() / 1000 - Number(at)) < 600);
	await settled('the mail is there too', (items) => items.every((d) => d.state !== 'waiting'));
});

test('refused for good is given up and told; sent again when the office says so', { timeout: 600_000 }, async () => {
	relay.answer = () => '550 5.1.1 no such mailbox';
	gateway.answer = () => ({ status: 302, headers: { Location: `http://127.0.0.1:${relay.port}/` } });
	await letter('Bị từ chối');
	const failed = await settled('both were given up', (items) => items.filter((d) => d.state === 'failed').length === 2 &&
		items.filter((d) => d.state === 'failed'));
	const byChannel = Object.fromEntries(failed.map((d) => [d.channel, d]));
	assert.equal(byChannel.email.error, 'refused');
	assert.match(byChannel.email.detail, /no such mailbox/);
	assert.equal(byChannel.webhook.error, 'redirect', 'no redirect is followed');
	relay.answer = undefined;
	gateway.answer = undefined;
	for (const d of failed) {
		await call(204, 'POST', `/deliveries/${d.id}/resend`, 'office');
	}
	await settled('all were sent', (items) => items.every((d) => d.state === 'sent' || d.state === 'dropped'));
});

test('quiet hours hold a notice back; a test goes at once', { timeout: 600_000 }, async () => {
	const { version } = await call(200, 'GET', '/notice-settings', 'parent');
	const minute = Math.floor(((Date.now() / 60_000) + 420) % 1440);
	await call(200, 'PUT', '/notice-settings', 'parent',
		{ ...noQuiet, byPhone: false, quietFromMin: (minute + 1440 - 60) % 1440, quietToMin: (minute + 300) % 1440, version });
	const count = relay.mails.length;
	await letter('Đêm');
	const [held] = await settled('it waits for the end of the quiet hours', (items) =>
		items[0].channel === 'email' && items[0].state === 'waiting' && items[0].nextAt > Date.now() + 3_600_000 && items);
	assert.equal(held.tries, 0);
	const { id } = await call(201, 'POST', '/notice-channels/email/test', 'office', { to: 'office@example.vn' });
	await settled('the test was sent', (items) => items.find((d) => d.id === id).state === 'sent');
	assert.deepEqual(relay.mails.slice(count).map((m) => m.to), ['office@example.vn']);
	const bad = await call(422, 'POST', '/notice-channels/email/test', 'office', { to: 'nobody' });
	assert.equal(bad.errors[0].code, 'notice.email_form');
	const now = await call(200, 'GET', '/notice-settings', 'parent');
	await call(200, 'PUT', '/notice-settings', 'parent', { ...noQuiet, version: now.version });
	await db.query("UPDATE delivery SET next_at_ms = 0 WHERE state = 1");
	await settled('and then the notice', (items) => items.every((d) => d.state !== 'waiting'));
});

test('killed, refused, slow and cut off: every event arrives, under one name each', { timeout: 600_000 }, async () => {
	relay.mails.length = 0;
	gateway.calls.length = 0;
	let n = 0;
	relay.answer = () => [undefined, '451 later', undefined, 'cut', undefined][n++ % 5];
	gateway.answer = () => [{ status: 200 }, { status: 503 }, { status: 200 }, { status: 429 }, 'cut'][n++ % 5];
	const sent = [];
	for (let i = 0; i < 12; i++) {
		sent.push((await letter(`Thư ${i}`)).id);
		if (i === 3 || i === 8) { /* in the middle of whatever it does */
			await server.kill('SIGKILL');
			await server.launch();
		}
		if (i === 5) {
			await gateway.pause(); /* a dead gateway holds up no mail */
			const before = relay.mails.length;
			await letter('Khi cổng chết');
			await until('mail goes on', () => relay.mails.length > before, PATIENCE);
			await gateway.resume();
		}
	}
	const events = sent.length + 1;
	relay.answer = undefined;
	gateway.answer = undefined;
	await db.end();
	db = await connectDb(server);
	await settled('all were sent', (items) => items.every((d) => d.state === 'sent' || d.state === 'dropped'));
	const names = new Set(relay.mails.map((m) => mailText(m).headers['message-id']));
	assert.equal(names.size, events, 'each event by mail, under one name however often it was sent');
	const keys = new Set(gateway.calls.filter((c) => c.status === 200).map((c) => c.headers['idempotency-key']));
	assert.equal(keys.size, events, 'and at the gateway');
	const [[{ count }]] = await db.query("SELECT COUNT(*) AS count FROM delivery WHERE state = 2 AND kind = 1 AND made_at_ms >= ?",
		[Number((await db.query('SELECT sent_at_ms AS at FROM letter WHERE id = ?', [sent[0]]))[0][0].at)]);
	assert.equal(Number(count), 2 * events);
});

test('a shutdown does not wait for a relay that says nothing', { timeout: 600_000 }, async () => {
	relay.answer = () => 'mute';
	await letter('Im lặng');
	await until('the relay is asked', () => relay.isAsked, PATIENCE);
	await server.kill('SIGTERM');
	assert.equal(server.exit.code, 0);
	relay.answer = undefined;
	await server.launch();
});
