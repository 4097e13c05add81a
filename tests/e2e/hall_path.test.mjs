/*
 * The HTTP path of the hall beside the socket: what a worker asks a room must never wait for work
 * that waits for a worker.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Server } from './lib/server.mjs';
import { b64, connectDb, makeSchool, makeSitting, signIn } from './lib/people.mjs';

let server;
let db;
let sitting;
let pupils;

before(async () => {
	server = await Server.start({ 'work.threads': 1 }, { env: { TRUONGTHI_METRICS_TOKEN: 'do-luong-4711' } });
	db = await connectDb(server);
	const school = await makeSchool(db, 'PATH');
	sitting = await makeSitting(db, school);
	pupils = await Promise.all(sitting.students.map((student) => signIn(server, student)));
});

after(async () => {
	await db?.end();
	await server?.stop();
});

const post = (i, what, body) => server.call('POST',
	`/api/v1/rooms/${sitting.room}/attempts/${sitting.students[i].attempt}/${what}`, { as: pupils[i], body });

test('with one worker a whole class comes in and answers by HTTP at once', async () => {
	const device = b64(randomBytes(16));
	const head = b64(Buffer.alloc(32));
	const hellos = await Promise.all(pupils.map((_, i) => post(i, 'hello', { gen: 1, seq: 0, head, device })));
	const welcomes = await Promise.all(hellos.map((response) => response.json()));
	assert.deepEqual(hellos.map((response) => response.status), pupils.map(() => 200), JSON.stringify(welcomes));
	const acks = await Promise.all(pupils.map(async (_, i) => {
		const response = await post(i, 'events', { lease: welcomes[i].lease,
			events: [{ t: 'answer', seq: 1, slot: 1, value: 'B' }] });
		return [response.status, (await response.json()).results[0].t];
	}));
	assert.deepEqual(acks, pupils.map(() => [200, 'ack']));
});

test('after a restart who posts under his old lease comes in again, and is not taken for another', async () => {
	const device = b64(randomBytes(16));
	const hello = { gen: 1, seq: 0, head: b64(Buffer.alloc(32)), device };
	const { lease } = await (await post(0, 'take', hello)).json();
	await server.kill();
	await server.launch();
	const refused = await (await post(0, 'events', { lease, events: [{ t: 'answer', seq: 2, slot: 1, value: 'C' }] })).json();
	assert.equal(refused.results[0].code, 'lease');
	const again = await post(0, 'hello', hello);
	const welcome = await again.json();
	assert.equal(again.status, 200, JSON.stringify(welcome));
	const other = await post(0, 'hello', { ...hello, device: b64(randomBytes(16)) });
	assert.equal(other.status, 409, 'another device is another');
	assert.equal((await other.json()).code, 'hall.elsewhere');
});

test('with a token in the settings only the token opens /metrics', async () => {
	const status = async (Authorization) => (await fetch(`${server.url}/metrics`,
		{ headers: Authorization ? { Authorization } : {} })).status;
	const token = 'do-luong-4711';
	assert.equal(await status(`Bearer ${token}`), 200);
	for (const other of [undefined, `Bearer ${token}x`, 'Bearer ', `Bearer ${token.slice(1)}`, `Basic ${token}`, `Bearer ${pupils[0].token}`]) {
		assert.equal(await status(other), 404, other);
	}
	const cookie = await fetch(`${server.url}/metrics`, { headers: { Cookie: `tt_session=${token}` } });
	assert.equal(cookie.status, 404, 'not by cookie');
});
