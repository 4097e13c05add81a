/*
 * What is too long, too slow, too many or too late: bodies, queues, rates, and the stop.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PATIENCE_MS, Server, pause, until } from './lib/server.mjs';
import { Raw, rawRequest } from './lib/raw.mjs';
import { Hall } from './lib/hall.mjs';
import { PASSWORD, connectDb, makeSchool, makeSitting, signIn } from './lib/people.mjs';

let server;
let db;
let school;

before(async () => {
	server = await Server.start({ 'work.queue': 4, 'work.threads': 2, 'limit.address_per_second': 1000 });
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
});

after(async () => {
	await db?.end();
	await server?.stop();
});

const STOP_MS = 60_000; /* five seconds are promised, for a machine that has nothing else to do */
const HOST = 'Host: localhost\r\n';
const isAlive = async () => (await fetch(`${server.url}/healthz`)).status === 200;
const postHead = (path, length, more = '') =>
	`POST ${path} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;

test('a body past its route\'s limit is refused before it is sent', async () => {
	const at = await rawRequest(server.port, `${postHead('/api/v1/session', 4096)}${'{"a":"'.padEnd(4094, 'x')}"}`);
	assert.equal(at.status, 422, 'at the limit it is read');
	const raw = await Raw.open(server.port);
	await raw.send(postHead('/api/v1/session', 4097));
	const answer = await raw.response();
	assert.equal(answer.status, 413);
	assert.match(answer.headers.connection, /close/);
	raw.end();
});

test('whoever sends the whole body all the same still reads the answer', async () => {
	for (const size of [100_000, 3_000_000]) {
		const raw = await Raw.open(server.port);
		const sending = raw.send(postHead('/api/v1/session', size) + 'x'.repeat(size));
		const answer = await raw.response();
		assert.equal(answer.status, 413);
		await Promise.race([sending, raw.closed()]);
		raw.end();
	}
});

test('a body that never ends is not taken for ever', async () => {
	const raw = await Raw.open(server.port);
	await raw.send(postHead('/api/v1/session', '9'.repeat(15)));
	assert.equal((await raw.response()).status, 413);
	const timer = setInterval(() => raw.send('x'.repeat(100_000)), 20);
	await raw.until(() => (raw.isClosed ? true : undefined), PATIENCE_MS, 'it was never closed').finally(() => clearInterval(timer));
	raw.end();
});

test('somebody who is not signed in uploads nothing', async () => {
	const raw = await Raw.open(server.port);
	await raw.send(postHead('/api/v1/banks', 4000));
	assert.equal((await raw.response()).status, 401);
	raw.end();
});

test('100-continue', async () => {
	const raw = await Raw.open(server.port);
	await raw.send(postHead('/api/v1/session', 2, 'Expect: 100-continue\r\n'));
	assert.equal((await raw.response()).status, 100);
	await raw.send('{}');
	assert.equal((await raw.response()).status, 422);
	raw.end();
	const late = await Raw.open(server.port);
	await late.send(postHead('/api/v1/session', 999999, 'Expect: 100-continue\r\n'));
	assert.equal((await late.response()).status, 413, 'no 100 for what will not be read');
	late.end();
});

test('a body in many small packets is one body', async () => {
	const body = JSON.stringify({ school: school.code, name: 'teacher', password: PASSWORD });
	const bytes = Buffer.from(body);
	const raw = await Raw.open(server.port);
	await raw.send(postHead('/api/v1/session', bytes.length));
	for (const byte of bytes) {
		await raw.send(Buffer.from([byte]));
	}
	assert.equal((await raw.response()).status, 200);
	await raw.send(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`);
	assert.equal((await raw.response()).status, 200, 'and the connection goes on');
	raw.end();
});

test('what stands behind a body is the next request', async () => {
	const raw = await Raw.open(server.port);
	await raw.send(`${postHead('/api/v1/session', 2)}{}GET /healthz HTTP/1.1\r\n${HOST}\r\n`);
	assert.equal((await raw.response()).status, 422);
	assert.equal((await raw.response()).status, 200);
	raw.end();
});

test('a body that trickles is given up, with a word', async () => {
	const start = Date.now();
	const raw = await Raw.open(server.port);
	await raw.send(postHead('/api/v1/session', 4000));
	const timer = setInterval(() => raw.send('x'), 500);
	const answer = await raw.response().finally(() => clearInterval(timer));
	assert.equal(answer.status, 408);
	assert.ok(Date.now() - start >= 9_000, 'not before its time');
	await raw.closed();
	raw.end();
	assert.ok(await isAlive());
});

test('pipelined requests: those without a body are served, one with a body ends the connection', async () => {
	const post = `${postHead('/api/v1/session', 2)}{}`;
	const get = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;
	const big = `GET /assets/big.js HTTP/1.1\r\n${HOST}\r\n`;
	const chunked = `POST /api/v1/session HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`;
	const refusedPost = `${postHead('/api/v1/none', 5)}hello`;
	const rows = [
		[[post, get, get], [422, 200, 200]],
		[[post, big], [422, 200]],
		[[get, post], [200]],
		[[post, post], [422]],
		[[big, post], [200]],
		[[post, big, post], [422, 200]],
		[[get, refusedPost], [200]],
		[[refusedPost, get], [404]],
		[[get, chunked], [200]],
		[[get, post.replace('POST', 'post')], [200]],
		[[get, post.replace('/api', '/%61pi')], [200]],
		[[get, postHead('/api/v1/session', 100000) + 'x'.repeat(5000)], [200]],
		[[get, `DELETE /api/v1/session HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`], [200]],
	];
	for (const [parts, statuses] of rows) {
		const what = parts.map((p) => p.slice(0, 30)).join(' | ');
		const raw = await Raw.open(server.port);
		await raw.send(parts.join(''));
		for (const status of statuses) {
			assert.equal((await raw.response())?.status, status, what);
		}
		if (statuses.length < parts.length) {
			await raw.closed();
			assert.equal(raw.bytes.length, 0, `${what}: nothing more`);
		}
		raw.end();
		assert.ok(await isAlive(), what);
	}
});

test('a POST in two packets behind a kept-alive one is no pipelining', async () => {
	const raw = await Raw.open(server.port);
	for (let i = 0; i < 5; i++) {
		const text = `${postHead('/api/v1/session', 2)}{}`;
		await raw.send(text.slice(0, 20 + i));
		await pause(20);
		await raw.send(text.slice(20 + i));
		assert.equal((await raw.response()).status, 422);
	}
	raw.end();
});

/* A loop that spins makes tens of thousands of turns a second; one that waits a few for each
 * request and sweep. Counted in turns, so that a slow or busy machine changes nothing. */
const TURNS_MOST = 3_000;

for (const path of ['/assets/big.js', '/assets/middle.js']) {
	for (const isEnded of [false, true]) {
		const how = isEnded ? 'ends its side' : 'asks again and again';
		test(`a client that ${how} but takes nothing of ${path} costs nothing`, async () => {
			const get = `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;
			const greedy = await Raw.open(server.port);
			greedy.socket.pause();
			await greedy.send(get.repeat(2));
			await pause(300);
			const before = await server.metric('loop_turns_total');
			if (isEnded) {
				greedy.socket.end();
			}
			for (let i = 0; i < 15; i++) {
				isEnded || greedy.socket.write(get);
				await pause(100);
			}
			const turns = (await server.metric('loop_turns_total')) - before;
			assert.ok(turns > 0 && turns < TURNS_MOST, `${turns} turns while it takes nothing`);
			greedy.end();
			assert.ok(await isAlive());
		});
	}
}

test('who takes a large answer late gets all of it, and the next one too', async () => {
	const get = `GET /assets/big.js HTTP/1.1\r\n${HOST}\r\n`;
	const raw = await Raw.open(server.port);
	raw.socket.pause();
	await raw.send(get + get);
	await pause(500);
	raw.socket.resume();
	for (let i = 0; i < 2; i++) {
		const answer = await raw.response();
		assert.equal(answer.status, 200);
		assert.ok(answer.body === 'x'.repeat(3_000_000), 'the whole file');
	}
	await raw.send(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`);
	assert.equal((await raw.response()).status, 200);
	raw.end();
});

test('hundreds of slow clients keep nobody out', async () => {
	let isShown = false;
	for (let round = 0; !isShown; round++) { /* again when the machine stood still until they were given up */
		assert.ok(round < 5, 'the slow ones are held for a while');
		const slow = await Promise.all(Array.from({ length: 300 }, () => Raw.open(server.port)));
		await Promise.all(slow.map((raw, i) => raw.send(i % 2 ? 'GET / HTTP/1.1\r\nHo' : postHead('/api/v1/session', 4000))));
		assert.ok(await isAlive());
		isShown = slow.some((raw) => !raw.isClosed && !raw.sawEnd);
		slow.forEach((raw) => raw.end());
	}
});

test('a full queue says so, and empties again', async () => {
	const teacher = await signIn(server, school.teacher);
	await db.query('LOCK TABLES session WRITE, person WRITE, account WRITE, membership WRITE, school WRITE');
	let all;
	try {
		const calls = Array.from({ length: 20 }, () => server.call('GET', '/api/v1/session', { as: teacher }));
		const refusals = Promise.all(calls.map(async (call) => {
			const response = await call;
			await response.text();
			return response;
		}));
		await until('the queue is full', async () => (await server.metric('queue_refused_total')) > 0);
		assert.equal((await fetch(`${server.url}/assets/big.js`)).status, 200, 'files need no worker');
		await db.query('UNLOCK TABLES');
		all = await refusals;
	} finally {
		await db.query('UNLOCK TABLES');
	}
	const full = all.filter((r) => r.status === 503);
	assert.ok(full.length >= 5, `${full.length} refused`);
	assert.ok(full.every((r) => Number(r.headers.get('retry-after')) >= 1));
	assert.ok(all.some((r) => r.status === 200), 'what was taken in is answered');
	await pause(300);
	assert.equal((await server.call('GET', '/api/v1/session', { as: teacher })).status, 200);
});

/* So few a second that no machine is too slow to ask for more. */
test('one session that asks too fast has to wait, others do not; made-up tokens are one address', async () => {
	const own = await Server.start({ 'limit.address_per_second': 3, 'limit.requests_per_second': 1 });
	const ownDb = await connectDb(own);
	const ownSchool = await makeSchool(ownDb, 'DELTA');
	const fast = await signIn(own, ownSchool.students[0]);
	const calm = await signIn(own, ownSchool.students[1]);
	const ask = (as) => own.call('GET', '/api/v1/session', { as });
	let served = 0;
	let refused;
	while (!refused && served < 500) {
		const round = await Promise.all(Array.from({ length: 10 }, () => ask(fast)));
		refused = round.find((r) => r.status === 429);
		served += round.filter((r) => r.status === 200).length;
	}
	assert.ok(served >= 4, `the burst is served: ${served}`);
	assert.ok(Number(refused.headers.get('retry-after')) >= 1);
	assert.equal((await refused.json()).code, 'http.too_fast');
	assert.equal((await ask(calm)).status, 200);

	let turnedAway = 0;
	for (let i = 0; i < 1000 && turnedAway === 0; i += 20) {
		const round = await Promise.all(Array.from({ length: 20 }, (_, k) => own.call('GET', '/api/v1/time',
			{ headers: { Authorization: `Bearer ${Buffer.alloc(32, i + k).toString('base64url')}` } })));
		turnedAway += round.filter((r) => r.status === 429).length;
	}
	assert.ok(turnedAway > 0);
	assert.equal((await fetch(`${own.url}/healthz`)).status, 200, 'those who watch the program are not counted');
	await ownDb.end();
	await own.stop();
});

/* What is under way is given up after three seconds and a half: a machine that stood still so long
 * has shown nothing, and is asked again. */
const GIVEN_UP_MS = 3_000;
const STOP_TRIES = 5;

async function stopUnderWay() {
	const own = await Server.start();
	const ownDb = await connectDb(own);
	const ownSchool = await makeSchool(ownDb, 'GAMMA');
	const sitting = await makeSitting(ownDb, ownSchool);
	const pupil = await signIn(own, sitting.students[0]);
	const hall = await Hall.open(own, `/hall/${sitting.room}`, { as: pupil });
	hall.hello(sitting.students[0].attempt);
	await hall.next('welcome');
	const idle = await Raw.open(own.port);
	await idle.send(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`);
	await idle.response();
	await ownDb.query('LOCK TABLES session WRITE, person WRITE, account WRITE, membership WRITE, school WRITE');
	const underWay = own.call('GET', '/api/v1/session', { as: pupil });
	underWay.catch(() => undefined); /* judged below */
	for (let seq = 1; seq <= 20; seq++) {
		hall.send({ t: 'answer', seq, slot: 1, value: 'ABCD'[seq % 4] });
	}
	await pause(200);
	let failure = null;
	const start = Date.now();
	own.child.kill('SIGTERM');
	try {
		await until('nobody can connect', () => Raw.open(own.port).then((raw) => {
			raw.end();
			return false;
		}, () => true));
		assert.equal(own.exit, null, 'the door closes first');
		await ownDb.query('UNLOCK TABLES');
		const answer = await underWay;
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.get('connection'), 'close');
		await answer.text();
		assert.equal(await hall.end(), 1012, 'come again: a restart');
		assert.ok(hall.frames.some((f) => f.t === 'ack' && (f.upto ?? f.seq) === 20), 'all are acked');
		await idle.closed();
	} catch (error) {
		failure = Object.assign(error, { isLate: Date.now() - start >= GIVEN_UP_MS });
	}
	await ownDb.end().catch(() => undefined);
	await own.stop().catch((error) => {
		failure ??= error;
	});
	if (failure) {
		throw failure;
	}
	assert.equal(own.exit.code, 0);
	assert.ok(Date.now() - start < STOP_MS, `the stop took ${Date.now() - start} ms`);
}

test('the stop: no new connection, what is under way is answered, all within five seconds', async () => {
	for (let tries = 1; ; tries++) {
		try {
			await stopUnderWay();
			return;
		} catch (error) {
			if (!error.isLate || tries === STOP_TRIES) {
				throw error;
			}
		}
	}
});

test('asked to stop again and again, it still stops cleanly', async () => {
	const own = await Server.start();
	own.child.kill('SIGTERM');
	while (own.exit === null) {
		own.child.kill(Date.now() % 2 ? 'SIGTERM' : 'SIGINT');
		await pause(1);
	}
	assert.deepEqual([own.exit.code, own.exit.signal], [0, null]);
});

test('SIGINT stops it too, at once when nothing is under way', async () => {
	const own = await Server.start();
	const start = Date.now();
	own.child.kill('SIGINT');
	await own.ended;
	assert.ok(Date.now() - start < STOP_MS, `${Date.now() - start} ms`);
	await own.stop();
	assert.equal(own.exit.code, 0);
});
