/*
 * WebSockets of the hall: who is let in, what a hostile client may send, and what a room does.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, pause, until } from './lib/server.mjs';
import { Raw } from './lib/raw.mjs';
import { Hall } from './lib/hall.mjs';
import { b64, connectDb, makeSchool, makeSitting, signIn } from './lib/people.mjs';

let server;
let db;
let school;
let other;
let sitting;
let otherSitting;
let pupils;
let teacher;

before(async () => {
	server = await Server.start({ 'limit.messages_per_second': 50, 'limit.sockets_per_session': 3 });
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	other = await makeSchool(db, 'BETA');
	sitting = await makeSitting(db, school);
	otherSitting = await makeSitting(db, other);
	pupils = [];
	for (const student of sitting.students) {
		pupils.push(await signIn(server, student));
	}
	teacher = await signIn(server, school.teacher);
});

after(async () => {
	await db?.end();
	await server?.stop();
});

const hallPath = () => `/hall/${sitting.room}`;
const isAlive = async () => (await fetch(`${server.url}/healthz`)).status === 200;
const refused = async (path, options) => {
	try {
		const hall = await Hall.open(server, path, options);
		hall.close();
		return 101;
	} catch (error) {
		return error.status ?? error.code;
	}
};
const upgrade = (...fields) => `GET ${hallPath()} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
	`Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
	`Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: truongthi.v1\r\n${fields.join('')}\r\n`;

async function join(i, options = {}) {
	const hall = await Hall.open(server, hallPath(), { as: pupils[i] });
	hall.hello(sitting.students[i].attempt, options);
	hall.welcome = await hall.next('welcome');
	return hall;
}

test('the handshake is judged', async () => {
	const as = pupils[0];
	assert.equal(await refused(hallPath(), { as }), 101);
	assert.equal(await refused(hallPath(), {}), 401, 'nobody');
	assert.equal(await refused(hallPath(), { headers: { Cookie: 'tt_session=nonsense' }, origin: server.origin }), 401);
	assert.equal(await refused(hallPath(), { as, protocol: '' }), 400, 'no protocol');
	assert.equal(await refused(hallPath(), { as, protocol: 'truongthi.v2' }), 400, 'another protocol');
	assert.equal(await refused(`/board/${sitting.room}`, { as: teacher, protocol: 'truongthi.v1' }), 400);
	assert.equal(await refused('/hall/abc', { as }), 404);
	assert.equal(await refused('/hall', { as }), 404);
	assert.equal(await refused('/api/v1/session', { as }), 404);
	assert.equal(await refused(hallPath(), { as, origin: 'http://evil.example' }), 403, 'foreign, though with a token');
});

test('a cookie opens a socket only from our own page', async () => {
	const headers = { Cookie: pupils[0].cookie };
	assert.equal(await refused(hallPath(), { headers, origin: server.origin }), 101);
	assert.equal(await refused(hallPath(), { headers }), 403);
	for (const origin of ['http://evil.example', 'null', `${server.origin}.evil.example`,
		server.origin.replace(/\d+$/, '1'), 'https://127.0.0.1']) {
		assert.equal(await refused(hallPath(), { headers, origin }), 403, origin);
	}
});

test('keep-alive, then an upgrade to nothing (CVE-2025-11677)', async () => {
	for (let i = 0; i < 20; i++) {
		const raw = await Raw.open(server.port);
		await raw.send(`GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`);
		assert.equal((await raw.response()).status, 200);
		await raw.send(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: foobar\r\n\r\n`);
		await raw.closed(3000).catch(() => undefined);
		raw.end();
	}
	const one = await Raw.open(server.port);
	await one.send(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: foobar\r\n\r\n` +
		`GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`);
	await one.closed(3000).catch(() => undefined);
	one.end();
	const h2c = await Raw.open(server.port);
	await h2c.send(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n` +
		`HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`);
	assert.ok(!(await h2c.response(3000).catch(() => null))?.status?.toString().startsWith('1'), 'no h2c');
	h2c.end();
	assert.ok(await isAlive());
});

test('a handshake without Host, with two, or with a body', async () => {
	for (const text of [
		upgrade(`Authorization: Bearer ${pupils[0].token}\r\n`).replace(/Host: .*\r\n/, ''),
		upgrade(`Authorization: Bearer ${pupils[0].token}\r\n`, 'Host: evil\r\n'),
		upgrade(`Authorization: Bearer ${pupils[0].token}\r\n`, 'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n'),
		upgrade(`Authorization: Bearer ${pupils[0].token}\r\n`).replace('Version: 13', 'Version: 8'),
	]) {
		const raw = await Raw.open(server.port);
		await raw.send(text);
		const answer = await raw.response();
		assert.equal(answer?.status, 400, text);
		await raw.closed();
		raw.end();
	}
});

test('no compression is offered', async () => {
	const hall = await Hall.open(server, hallPath(), { as: pupils[0], deflate: true });
	assert.equal(hall.socket.extensions, '');
	hall.close();
});

test('a student answers, and the answer is in the database when it is acked', async () => {
	const hall = await join(0);
	assert.equal(hall.welcome.phase, 'open');
	assert.equal(hall.welcome.variant, '101');
	assert.equal(hall.welcome.seq, 0);
	assert.equal(hall.welcome.ends, sitting.endsAt);
	for (let seq = 1; seq <= 5; seq++) {
		hall.send({ t: 'answer', seq, slot: 1, value: 'ABCD'[seq % 4] });
	}
	const ack = await hall.next('ack', (f) => (f.upto ?? f.seq) === 5);
	assert.match(ack.mac, /^[\w-]{43}$/);
	const [rows] = await db.query('SELECT seq, slot, CONVERT(value USING utf8mb4) AS v FROM event WHERE attempt_id = ? ORDER BY seq',
		[sitting.students[0].attemptBytes]);
	assert.deepEqual(rows.map((r) => [Number(r.seq), Number(r.slot), r.v]),
		[[1, 1, '"B"'], [2, 1, '"C"'], [3, 1, '"D"'], [4, 1, '"A"'], [5, 1, '"B"']]);
	hall.close();
	const back = await join(0, { seq: 5 });
	assert.equal(back.welcome.seq, 5);
	assert.deepEqual(back.welcome.answers, { 1: 'B' });
	assert.equal(back.welcome.lease, hall.welcome.lease + 1);
	back.close();
});

test('a message in many pieces is one message', async () => {
	const hall = await join(1);
	const text = JSON.stringify({ t: 'answer', seq: 1, slot: 3, value: 'dài '.repeat(200) });
	const pieces = text.match(/.{1,97}/gsu);
	pieces.forEach((piece, i) => hall.socket.send(piece, { fin: i === pieces.length - 1 }));
	const frame = await hall.until('an answer to it', () => hall.frames.find((f) => f.t === 'ack' || f.t === 'refused'));
	assert.equal(frame.seq, 1);
	hall.close();
});

const hostile = [
	['binary', () => Buffer.from([1, 2, 3]), 1009],
	['no JSON', () => 'hello', 1008],
	['an unknown kind', () => '{"t":"give_me_the_key"}', 1008],
	['an unknown member', () => '{"t":"answer","seq":1,"slot":1,"value":"A","admin":true}', 1008],
	['the same name twice', () => '{"t":"answer","seq":1,"seq":2,"slot":1,"value":"A"}', 1008],
	['a negative number', () => '{"t":"answer","seq":-1,"slot":1,"value":"A"}', 1008],
	['deep arrays', () => '['.repeat(10_000), 1008],
];

for (const [name, make, code] of hostile) {
	test(`a frame that is none closes the socket: ${name}`, async () => {
		const hall = await join(2);
		hall.send(make());
		assert.equal(await hall.end(), code);
		assert.ok(await isAlive());
	});
}

test('a frame at the limit is read, one past it is not', async () => {
	const hall = await join(2);
	const frame = (bytes) => {
		const empty = JSON.stringify({ t: 'answer', seq: 1, slot: 3, value: '' }).length;
		return JSON.stringify({ t: 'answer', seq: 1, slot: 3, value: 'x'.repeat(bytes - empty) });
	};
	hall.send(frame(65536));
	assert.equal((await hall.next('refused')).code, 'value', 'read, and too long for an answer');
	hall.send(frame(65537));
	assert.equal(await hall.end(), 1009);
	const announced = await join(2);
	announced.socket._socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]));
	assert.equal(await announced.end(), 1009, 'four gigabytes announced: refused at once');
});

test('another student\'s attempt, another room, another school', async () => {
	const stranger = await Hall.open(server, hallPath(), { as: pupils[1] });
	stranger.hello(sitting.students[0].attempt);
	assert.equal((await stranger.next('refused')).code, 'unknown');
	stranger.close();
	const elsewhere = await Hall.open(server, `/hall/${otherSitting.room}`, { as: pupils[0] });
	assert.equal(await elsewhere.end(), 4403, 'a room of another school');
	const nowhere = await Hall.open(server, '/hall/999999', { as: pupils[0] });
	assert.equal(await nowhere.end(), 4403);
	const notAStudent = await Hall.open(server, hallPath(), { as: teacher });
	assert.equal(await notAStudent.end(), 4403);
});

test('the board is for the invigilator and the owner, and shows no answer and no key', async () => {
	const board = await Hall.open(server, `/board/${sitting.room}`, { as: teacher });
	const whole = await board.next('board');
	assert.equal(whole.rows.length, 4);
	assert.ok(whole.rows[0].name.includes('ALPHA'));
	const hall = await join(3);
	hall.send({ t: 'answer', seq: 1, slot: 3, value: 'BÍ-MẬT-4711' });
	await hall.next('ack');
	const changed = await board.next('room', (f) => f.rows.some((r) =>
		r.attempt === sitting.students[3].attempt && r.answered === 1));
	assert.equal(changed.rows.find((r) => r.attempt === sitting.students[3].attempt).online, true);
	assert.ok(!JSON.stringify([whole, changed, board.frames]).includes('4711'));
	board.send({ t: 'hello', attempt: sitting.students[0].attempt, gen: 1, seq: 0, head: b64(Buffer.alloc(32)), device: b64(Buffer.alloc(16)) });
	assert.equal(await board.end(), 1008, 'a board says nothing');
	hall.close();
	for (const as of [await signIn(server, school.otherTeacher), pupils[0], await signIn(server, other.teacher)]) {
		const no = await Hall.open(server, `/board/${sitting.room}`, { as });
		assert.equal(await no.end(), 4403);
		assert.equal(no.frames.length, 0);
	}
});

test('a session has only so many sockets', async () => {
	const as = pupils[1];
	/* The place of one that was closed is given back when the server has seen it. */
	const openOne = () => Hall.open(server, hallPath(), { as }).catch((error) => assert.equal(error.status, 429));
	const open = [];
	for (let i = 0; i < 3; i++) {
		open.push(await until('there is room', openOne));
	}
	assert.equal(await refused(hallPath(), { as }), 429);
	assert.equal(await refused(hallPath(), { as: pupils[2] }), 101, 'others are not held to it');
	open.forEach((hall) => hall.close());
	await until('it has room again', async () => await refused(hallPath(), { as }) === 101);
});

test('who says nothing is hung up on', async () => {
	const start = Date.now();
	const hall = await Hall.open(server, hallPath(), { as: pupils[0] });
	await hall.end();
	assert.ok(Date.now() - start > 8000, 'not before its time');
});

test('a flood of messages is slowed down, and nobody else feels it', async () => {
	const flood = await join(0, { seq: 5 });
	const calm = await join(3, { seq: 1 });
	let sent = 0;
	while (sent < 25_000) {
		for (let i = 0; i < 500; i++, sent++) {
			flood.send({ t: 'pulse', n: b64(Buffer.alloc(8)) });
		}
		await pause(5);
	}
	calm.send({ t: 'answer', seq: calm.welcome.seq + 1, slot: 2, value: 'C' });
	await calm.next('ack');
	const read = await server.metric('frames_in_total');
	assert.ok(read < sent / 2, `${sent} were sent, ${read} read`);
	flood.close();
	calm.close();
});

test('signing out closes the sockets of that session', async () => {
	const as = await signIn(server, sitting.students[2]);
	const hall = await Hall.open(server, hallPath(), { as });
	hall.hello(sitting.students[2].attempt);
	await hall.until('welcome or refused', () => hall.frames[0]);
	assert.equal((await server.call('DELETE', '/api/v1/session', { as })).status, 204);
	assert.equal(await hall.end(), 4401);
});
