/*
 * TLS by the program itself: a certificate that is verified, the hall over wss, cookies and
 * headers that belong to a secure origin, and what does not speak TLS.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { after, before, test } from 'node:test';
import { BIN, PATIENCE_MS, freePort } from './lib/server.mjs';
import { SecureServer } from './lib/tls.mjs';
import { Raw } from './lib/raw.mjs';
import { Hall } from './lib/hall.mjs';
import { PASSWORD, connectDb, makeSchool, makeSitting, signIn } from './lib/people.mjs';

let server;
let db;
let school;

before(async () => {
	server = await SecureServer.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
});

after(async () => {
	await db?.end();
	await server?.stop();
});

const isAlive = async () => (await server.ask('GET', '/healthz')).status === 200;

test('the certificate is the one of the settings', async () => {
	assert.ok(await isAlive());
	await assert.rejects(server.ask('GET', '/healthz', {}, undefined, { ca: undefined }), /self-signed|unable to verify/,
		'who does not know the authority does not trust it');
});

test('the browser is told to stay with TLS', async () => {
	for (const path of ['/', '/healthz', '/api/v1/none']) {
		const response = await server.ask('GET', path);
		assert.match(response.headers.get('strict-transport-security'), /^max-age=(\d{8,})/, path);
	}
});

test('the cookie of a session is for TLS alone, and acts from our own page', async () => {
	const response = await server.call('POST', '/api/v1/session',
		{ body: { school: school.code, name: 'teacher', password: PASSWORD }, headers: { Origin: server.origin } });
	assert.equal(response.status, 200);
	const cookie = response.headers.get('set-cookie');
	assert.match(cookie, /^tt_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
	const change = (origin) => server.call('PUT', '/api/v1/session/language',
		{ body: { language: 'en' }, headers: { Cookie: cookie.split(';')[0], Origin: origin } });
	assert.equal((await change(server.origin)).status, 204);
	assert.equal((await change(server.origin.replace('https', 'http'))).status, 403, 'plain HTTP is another origin');
});

test('a student answers over wss, and the answer is stored', async () => {
	const sitting = await makeSitting(db, school);
	const pupil = await signIn(server, sitting.students[0]);
	const hall = await Hall.open(server, `/hall/${sitting.room}`,
		{ headers: { Cookie: pupil.cookie }, origin: server.origin });
	hall.hello(sitting.students[0].attempt);
	assert.equal((await hall.next('welcome')).phase, 'open');
	for (let seq = 1; seq <= 50; seq++) {
		hall.send({ t: 'answer', seq, slot: 3, value: `câu trả lời ${seq} ${'dài '.repeat(100)}` });
	}
	await hall.until('all are acked', () => hall.frames.find((f) => f.t === 'ack' && (f.upto ?? f.seq) === 50));
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM event WHERE attempt_id = ?',
		[sitting.students[0].attemptBytes]);
	assert.equal(Number(n), 50);
	hall.close();
	await assert.rejects(Hall.open(server, `/hall/${sitting.room}`,
		{ headers: { Cookie: pupil.cookie }, origin: server.origin.replace('https', 'http') }), { status: 403 });
});

test('a large file arrives whole', async () => {
	assert.equal((await (await server.ask('GET', '/assets/big.js')).text()).length, 3_000_000);
});

test('old versions of TLS are refused', async () => {
	const version = (most) => new Promise((done) => {
		const socket = connect({ port: server.port, host: 'localhost', ca: server.ca, servername: 'localhost',
			minVersion: 'TLSv1', maxVersion: most, ciphers: 'DEFAULT@SECLEVEL=0' }, () => {
			done(socket.getProtocol());
			socket.destroy();
		});
		socket.on('error', () => done(null));
	});
	assert.equal(await version('TLSv1.3'), 'TLSv1.3');
	assert.equal(await version('TLSv1.2'), 'TLSv1.2');
	assert.equal(await version('TLSv1.1'), null);
	assert.equal(await version('TLSv1'), null);
	assert.ok(await isAlive());
});

test('what does not speak TLS is hung up on', async () => {
	for (const text of ['GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', 'rubbish\r\n\r\n', '\x16\x03\x01\xff\xff']) {
		const raw = await Raw.open(server.port);
		await raw.send(text);
		await raw.closed().catch((error) => assert.ok(raw.wasReset, String(error)));
		assert.ok(!raw.bytes.toString('latin1').includes('HTTP/1.1 200'));
		raw.end();
	}
	assert.ok(await isAlive());
});

test('a handshake that never ends is given up', async () => {
	const idle = await Raw.open(server.port);
	const begun = await Raw.open(server.port);
	await begun.send(Buffer.from('1603010200010001fc0303', 'hex'));
	await Promise.all([idle.closed(), begun.closed()]);
	idle.end();
	begun.end();
	assert.ok(await isAlive());
});

test('a certificate that cannot be read is said in a sentence', async () => {
	const files = join(server.dir, 'tls');
	await writeFile(join(files, 'rubbish.pem'), 'no certificate');
	const rows = [
		[join(files, 'none.pem'), join(files, 'server.key')],
		[join(files, 'rubbish.pem'), join(files, 'server.key')],
		[join(files, 'server.pem'), join(files, 'none.key')],
		[join(files, 'server.pem'), join(files, 'ca.key')],
		[join(files, 'server.pem'), ''],
	];
	for (const [certificate, key] of rows) {
		const port = await freePort();
		const { code, stderr } = await new Promise((done) => {
			execFile(BIN, ['serve', '--port', String(port), '--data', join(server.dir, 'other'), '--web-dir', join(server.dir, 'web'),
				'--listen-tls-certificate', certificate, '--listen-tls-key', key], { timeout: PATIENCE_MS },
			(error, out, err) => done({ code: error?.code ?? 0, stderr: err }));
		});
		assert.ok([1, 2].includes(code), `${certificate} ${key}: ${code} ${stderr}`);
		assert.match(stderr, /listen\.tls_certificate.*listen\.tls_key/, `${certificate} ${key}`);
	}
});
