/*
 * What leaves the house leaves encrypted, to whom the settings' authority vouches for and to nobody
 * else: mail behind STARTTLS and over TLS, text messages over HTTPS. Nobody falls back to plain.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { connectDb, makeSchool, signIn } from './lib/people.mjs';
import { Gateway, Relay } from './lib/outside.mjs';
import { ROOT, Server, until } from './lib/server.mjs';

const PATIENCE = 120_000;
const TLS = join(ROOT, 'tests/fixtures/tls');
const GOOD = join(TLS, 'ca.pem');
const OTHER = join(TLS, 'other-ca.pem');
const HOST = '127.0.0.2'; /* whom the certificate names */
/* Lets whoever is started see GOOD as the one authority that this machine trusts. */
const TRUSTING = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"', GOOD];
const mayMount = spawnSync(TRUSTING[0], [...TRUSTING.slice(1), 'true']).status === 0;

let relay; /* STARTTLS */
let secure; /* TLS from the first byte */
let bare; /* no TLS at all */
let gateway;
let stranger; /* the certificate of HOST on another address */
let plainGateway;
let server;
let office;
const all = () => [relay, secure, bare, gateway, stranger, plainGateway];

const call = (status, method, path, body) => server.answer(status, method, path, office, body);

/* Sends a test by that channel; gives a look at what became of it. */
async function sendTest(channel, to = channel === 'email' ? 'office@example.vn' : '0912345678') {
	const { id } = await call(201, 'POST', `/notice-channels/${channel}/test`, { to });
	return (what, check) => until(what, async () => {
		const delivery = (await call(200, 'GET', '/deliveries')).items.find((d) => d.id === id);
		return check(delivery) && delivery;
	}, PATIENCE, 100);
}
const sent = (d) => d.state === 'sent';
const held = (d) => d.state === 'waiting' && d.tries > 0 && d.error === 'tls';

async function restart(settings) {
	await server.kill('SIGTERM');
	assert.equal(server.exit.code, 0, server.log);
	Object.assign(server.settings, settings);
	await server.launch();
}

before(async () => {
	const pair = { key: await readFile(join(TLS, 'server.key')), cert: await readFile(join(TLS, 'server.pem')) };
	relay = await Relay.start({ host: HOST, pair });
	secure = await Relay.start({ host: HOST, pair, isTls: true });
	bare = await Relay.start({ host: HOST });
	gateway = await Gateway.start({ host: HOST, pair });
	stranger = await Gateway.start({ pair });
	plainGateway = await Gateway.start({ host: HOST });
	server = await Server.start({ 'listen.base_url': 'https://thi.example.vn', 'smtp.host': HOST, 'smtp.port': relay.port,
		'smtp.from': 'truong@example.vn', 'smtp.user': 'truong', 'smtp.ca': GOOD,
		'webhook.url': `https://${HOST}:${gateway.port}/hook`, 'webhook.ca': GOOD, 'notice.retry_ms': 200 },
	{ env: { TRUONGTHI_WEBHOOK_SECRET: 'bí mật của cổng tin nhắn, đủ dài để ký', TRUONGTHI_SMTP_PASSWORD: 'mật khẩu' } });
	const db = await connectDb(server);
	const school = await makeSchool(db, 'ALPHA');
	await db.end();
	office = await signIn(server, school.office);
	for (const channel of ['email', 'webhook']) {
		await call(204, 'PUT', `/notice-channels/${channel}`, { isOn: true });
	}
}, { timeout: 600_000 });

beforeEach(() => {
	for (const r of [relay, secure, bare]) {
		r.mails.length = 0;
		r.plain.length = 0;
	}
	for (const g of [gateway, stranger, plainGateway]) {
		g.calls.length = 0;
	}
});

after(async () => {
	await server?.stop();
	await Promise.all(all().map((one) => one?.stop()));
});

test('an authority that vouches is enough: STARTTLS and HTTPS', { timeout: 600_000 }, async () => {
	const mail = await sendTest('email');
	const hook = await sendTest('webhook');
	await mail('the mail was sent', sent);
	await hook('the gateway was told', sent);
	assert.deepEqual(relay.mails.map((m) => [m.to, m.isSecure]), [['office@example.vn', true]]);
	assert.deepEqual([...new Set(relay.plain)], ['EHLO', 'STAR'], 'neither a name nor an address stood outside TLS');
	assert.equal(relay.login, '\0truong\0mật khẩu');
	assert.equal(gateway.calls.length, 1);
});

test('another authority is not: the delivery waits and says why', { timeout: 600_000 }, async () => {
	await restart({ 'smtp.ca': OTHER, 'webhook.ca': OTHER });
	const mail = await sendTest('email');
	const hook = await sendTest('webhook');
	assert.match((await mail('the mail waits', held)).detail, /certificate/i);
	assert.match((await hook('the message waits', held)).detail, /certificate/i);
	assert.deepEqual(relay.mails, []);
	assert.deepEqual([...new Set(relay.plain)].sort(), ['EHLO', 'STAR'], 'nothing else is said to a stranger');
	assert.deepEqual(gateway.calls, []);

	await restart({ 'smtp.ca': GOOD, 'webhook.ca': GOOD });
	await mail('what waited is sent once the settings are right', sent);
	await hook('and so is the message', sent);
});

test('TLS from the first byte; the name on the certificate counts', { timeout: 600_000 }, async () => {
	await restart({ 'smtp.tls': 'tls', 'smtp.port': secure.port, 'webhook.url': `https://127.0.0.1:${stranger.port}/hook` });
	const mail = await sendTest('email');
	const hook = await sendTest('webhook');
	await mail('the mail was sent', sent);
	assert.deepEqual(secure.mails.map((m) => m.isSecure), [true]);
	assert.match((await hook('the message waits', held)).detail, /certificate/i);
	assert.deepEqual(stranger.calls, []);

	await restart({ 'smtp.ca': OTHER });
	await (await sendTest('email'))('the mail waits', held);
	assert.equal(secure.mails.length, 1);
});

test('whoever speaks no TLS gets nothing', { timeout: 600_000 }, async () => {
	await restart({ 'smtp.tls': 'starttls', 'smtp.ca': GOOD, 'smtp.port': bare.port,
		'webhook.url': `https://${HOST}:${plainGateway.port}/hook` });
	const mail = await sendTest('email');
	const hook = await sendTest('webhook');
	await mail('the mail waits', held);
	await hook('the message waits', held);
	assert.deepEqual(bare.mails, []);
	assert.ok(bare.plain.every((word) => ['EHLO', 'STAR', 'QUIT'].includes(word)), String(bare.plain));
	assert.deepEqual(plainGateway.calls, []);
});

test('with an authority of its own the system counts for nothing', { timeout: 300_000, skip: mayMount ? false : 'nothing can be mounted here' }, async () => {
	const db = await connectDb(server);
	await db.query('UPDATE delivery SET made_at_ms = 1'); /* a school tries only so often an hour */
	await db.end();
	server.through = TRUSTING;
	await restart({ 'smtp.tls': 'starttls', 'smtp.port': relay.port, 'smtp.ca': '', 'webhook.ca': '',
		'webhook.url': `https://${HOST}:${gateway.port}/hook` });
	await (await sendTest('email'))('the system vouches for the relay', sent);
	await (await sendTest('webhook'))('and for the gateway', sent);

	await restart({ 'smtp.ca': OTHER, 'webhook.ca': OTHER });
	const mail = await sendTest('email', 'late@example.vn');
	const hook = await sendTest('webhook', '0987654321');
	await mail('the mail waits', held);
	await hook('the message waits', held);
	const came = JSON.stringify([relay.mails, gateway.calls.map((c) => String(c.body ?? c.text))]);
	assert.ok(came.includes('office@example.vn') && came.includes('912345678'), came);
	assert.ok(!came.includes('late@example.vn') && !came.includes('987654321'), came);
});
