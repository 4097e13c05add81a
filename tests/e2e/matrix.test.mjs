/*
 * Every route for everybody: who may, who may not, and nothing of another school in any answer.
 * The table is in lib/rows.mjs; each allowed call is really made and really answered.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { Server } from './lib/server.mjs';
import { ROWS, SENDING, SITTER, WHO, requestOf, routes } from './lib/rows.mjs';
import { DEVICE, makeWorld } from './lib/world.mjs';
import { Hall } from './lib/hall.mjs';
import { connectDb } from './lib/people.mjs';

/* Which bit of the table of routes a person comes with. */
const ROLE = { nobody: null, colleague: 'teacher', classmate: 'student', otherParent: 'parent', otherTicket: 'ticket' };
const mayUse = (route, who) => {
	const role = who in ROLE ? ROLE[who] : who;
	return route.access.includes('public') || (role !== null &&
		(route.access.includes('signedIn') || route.access.includes(role)));
};

let server;
let db;
let alpha;
let beta;

before(async () => {
	server = await Server.start({ ...SENDING, 'limit.requests_per_second': 100_000, 'limit.address_per_second': 1_000_000 });
	db = await connectDb(server);
	alpha = await makeWorld(server, db, 'ALPHAMARK');
	beta = await makeWorld(server, db, 'BETAMARK');
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
});

/* The text of a workbook: all its parts, whether packed or not. */
function unzipped(bytes) {
	const texts = [];
	for (let at = bytes.indexOf('PK\x03\x04'); at >= 0; at = bytes.indexOf('PK\x03\x04', at + 4)) {
		const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
		const next = bytes.indexOf('PK', start + 1);
		const packed = bytes.subarray(start, bytes.readUInt32LE(at + 18) ? start + bytes.readUInt32LE(at + 18)
			: next < 0 ? undefined : bytes.length);
		texts.push(bytes.readUInt16LE(at + 8) === 0 ? packed.toString()
			: inflateRawSync(packed, { finishFlush: 2 }).toString());
	}
	return texts.join('\n');
}

function pdfText(bytes) {
	return new Promise((done, fail) => {
		const child = execFile('pdftotext', ['-q', '-', '-'], { maxBuffer: 1 << 24 },
			(error, stdout) => (error ? fail(error) : done(stdout)));
		child.stdin.end(bytes);
	});
}

/* Everything that a person could read in an answer. */
async function textOf(response) {
	const bytes = Buffer.from(await response.arrayBuffer());
	const heads = [...response.headers].map((h) => h.join(': ')).join('\n');
	const type = response.headers.get('content-type') ?? '';
	let inner = '';
	if (type.includes('spreadsheet')) {
		inner = unzipped(bytes);
	} else if (type === 'application/pdf') {
		inner = await pdfText(bytes);
	}
	return `${heads}\n${bytes.toString('latin1')}\n${bytes.toString()}\n${inner}`.toLowerCase();
}

async function send(route, w, me) {
	const { path, ...rest } = await requestOf(route, w, me);
	const response = await server.call(route.method, path, rest);
	return { status: response.status, text: await textOf(response) };
}

/* The class of status that a caller should get. */
function wanted(route, who, isOwn) {
	const [allowed, others] = ROWS[route.name];
	if (!mayUse(route, who)) {
		return who === 'nobody' ? [401] : [403];
	}
	const isAllowed = allowed === 'public' || allowed.split(' ').includes(who);
	if (isAllowed && (isOwn || others === '=')) {
		return '2xx';
	}
	return others === '22' && !isOwn ? [403, 404, 422] : [403, 404];
}

async function tryOne(route, w, me) {
	const isOwn = me.world === w || me.who === 'nobody';
	const want = wanted(route, me.who, isOwn);
	const { status, text } = await send(route, w, me);
	const what = `${route.name} for ${me.who} of ${isOwn ? 'the school' : 'another school'}: ${status}`;
	assert.ok(want === '2xx' ? status >= 200 && status < 300 : want.includes(status), `${what}, wanted ${want}\n${text.slice(0, 600)}`);
	for (const stranger of [alpha, beta]) {
		const mayRead = stranger === (me.world ?? w);
		assert.ok(mayRead || !text.includes(stranger.mark.toLowerCase()), `${what}: the mark of ${stranger.mark} is in it\n` +
			`${text.slice(Math.max(text.indexOf(stranger.mark.toLowerCase()) - 200, 0)).slice(0, 400)}`);
	}
	return { isGood: want === '2xx', hasMark: me.world && text.includes(me.world.mark.toLowerCase()) };
}

test('each route has its row, and each row its route', () => {
	assert.deepEqual(routes.map((r) => r.name).sort(), Object.keys(ROWS).sort());
	for (const [name, [allowed, others]] of Object.entries(ROWS)) {
		assert.ok(allowed === 'public' || allowed.split(' ').every((who) => WHO.includes(who)), name);
		assert.ok(['-', '22', '='].includes(others), name);
	}
});

test('the marks are found where they are', async () => {
	const seen = new Set();
	for (const name of ['GET /classes/{class}/export.xlsx', 'GET /sittings/{id}/results.xlsx', 'GET /students/{student}',
		'GET /attempts/{id}/paper-review', 'GET /audit']) {
		const route = routes.find((r) => r.name === name);
		const who = name === 'GET /audit' ? 'office' : 'teacher';
		if ((await tryOne(route, alpha, { who, world: alpha, as: alpha.as[who] })).hasMark) {
			seen.add(name);
		}
	}
	assert.equal(seen.size, 5, [...seen].join(', '));
	const slips = await server.call('POST', `/api/v1/rooms/${alpha.planned.rooms[0].id}/tickets`, { as: alpha.as.teacher });
	assert.ok((await textOf(slips)).includes('alphamark'), 'in a PDF too');
});

for (const route of routes) {
	test(route.name, async () => {
		assert.ok(ROWS[route.name], 'a new route needs a row in this table');
		let good = 0;
		for (const who of WHO.slice(1)) {
			await tryOne(route, alpha, { who, world: beta, as: beta.as[who] });
		}
		for (const who of WHO) {
			const me = { who, world: who === 'nobody' ? null : alpha, as: who === 'nobody' ? undefined : alpha.as[who] };
			good += (await tryOne(route, alpha, me)).isGood;
		}
		for (const w of [alpha, beta]) {
			await ROWS[route.name][3]?.(w);
		}
		assert.ok(good > 0, 'nobody gets an answer');
	});
}

/* The sockets: who gets past the handshake and is told something. */
const SOCKETS = {
	'/hall': [SITTER, (w) => ({ room: w.item.room, attempt: w.item.attempt, tells: 'welcome' })],
	'/board': ['teacher', (w) => ({ room: w.item.room, tells: 'board' })],
};

/* What a socket says until it says something of weight; null when it is shut. */
async function listen(path, { room, attempt, tells }, as) {
	const hall = await Hall.open(server, `${path}/${room}`, { as }).catch((error) => error);
	if (!(hall instanceof Hall)) {
		assert.ok([401, 403, 404].includes(hall.status), `${path}: ${hall.status}`);
		return { told: null, text: hall.body };
	}
	if (attempt) {
		hall.hello(attempt, { device: Buffer.from(DEVICE, 'base64url') });
	}
	const first = await hall.until(`${tells} or no`, () => hall.frames.find((f) => [tells, 'refused'].includes(f.t)) ??
		(hall.closed === null ? undefined : { t: 'closed' }));
	hall.close();
	return { told: first.t === tells ? tells : null, text: JSON.stringify(hall.frames) };
}

for (const [path, [allowed, make]] of Object.entries(SOCKETS)) {
	test(`socket ${path}/{room}`, async () => {
		for (const world of [beta, alpha]) {
			for (const who of WHO) {
				const { told, text } = await listen(path, make(alpha), world.as[who]);
				const isAllowed = world === alpha && allowed.split(' ').includes(who);
				assert.equal(told !== null, isAllowed, `${path} for ${who} of ${world.mark}: ${text}`);
				assert.ok(isAllowed || !text.toLowerCase().includes('alphamark'), text);
			}
		}
	});
}

test('nobody lost a session on the way', async () => {
	for (const w of [alpha, beta]) {
		for (const who of WHO.slice(1)) {
			const response = await server.call('GET', '/api/v1/session', { as: w.as[who] });
			assert.equal(response.status, 200, `${who} of ${w.mark}`);
			await response.text();
		}
	}
});
