/*
 * The paper before the bell. A mark in a stem, in an option, in a key and in a picture of a sealed
 * paper is looked for in every byte that any route and any socket gives to anybody but the author
 * and the office. At the bell it is found, so that the search is known to find.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Server } from './lib/server.mjs';
import { Hall } from './lib/hall.mjs';
import { connectDb } from './lib/people.mjs';
import { png } from './lib/png.mjs';
import { SENDING, WHO, requestOf, routes } from './lib/rows.mjs';
import { unseal } from './lib/sealed.mjs';
import { DEVICE, makeWorld } from './lib/world.mjs';

let server;
let db;
let w; /* the school, with the sealed sitting in every place that a row points at */
let other;
let secrets; /* { name: [ways of writing it] } */
let sealedFile;
const seen = []; /* { what, bytes } */

const word = () => `BIMAT${randomBytes(12).toString('hex').toUpperCase()}`;

/* A text or bytes as they are, in hex, and in base64 at each of the three places in a group. */
function spellings(secret) {
	const bytes = Buffer.from(secret);
	const out = [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('hex').toUpperCase())];
	for (const shift of [0, 1, 2]) {
		const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
		const inner = shifted.slice(shift === 0 ? 0 : 4, Math.floor((bytes.length + shift) / 3) * 4);
		out.push(Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
	}
	return out;
}

/** The names of the secrets that stand in some bytes. */
function found(bytes) {
	return Object.keys(secrets).filter((name) => secrets[name].some((spelling) => bytes.includes(spelling)));
}

function record(what, bytes) {
	seen.push({ what, bytes: Buffer.from(bytes) });
}

async function makeSealed() {
	const { school } = w;
	const texts = { stem: word(), option: word(), statement: word(), passage: word(), guide: word() };
	const answer = String(1000 + Math.floor(Math.random() * 9000));
	const hash = (await w.upload('/pictures', 'teacher', png(64, 64, [...randomBytes(3)]), 'a.png')).hash;
	const shown = await server.call('GET', `/api/v1/pictures/${hash}`, { as: w.as.teacher });
	const picture = Buffer.from(await shown.arrayBuffer());
	const bank = await w.newBank();
	const questions = [];
	for (const body of [
		{ kind: 'single', key: 'B', options: ['A', 'B', 'C', 'D'].map((id) => ({ id, html: id === 'B' ? texts.option : id })),
			stem: `Câu ${texts.stem} <img data-picture="${hash}" width="64" height="64" alt="">`, passage: { html: texts.passage } },
		{ kind: 'truefalse', key: [true, false], stem: 'Đúng hay sai',
			statements: [{ id: 'a', html: texts.statement }, { id: 'b', html: 'b' }] },
		{ kind: 'essay', stem: 'Viết', key: { guide: texts.guide } },
		{ kind: 'numeric', stem: 'Tính', key: { value: `${answer},123456`, tolerance: '0' } },
	]) {
		questions.push(await w.call(201, 'POST', `/banks/${bank.id}/questions`, 'teacher', body));
	}
	const paper = await w.call(201, 'POST', '/papers', 'teacher', { title: 'Đề kín', subjectId: school.subject, preset: 'free', bank: bank.id });
	secrets = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, spellings(text)]));
	secrets.number = [Buffer.from(`${answer},123456`), Buffer.from(`${answer}.123456`)];
	secrets.picture = spellings(picture.subarray(picture.length - 40, picture.length - 12));
	secrets.pictureHash = spellings(Buffer.from(hash, 'hex'));
	const sitting = await w.publish(w.plan({ paper: paper.id, lobbyAt: Date.now(), releasePolicy: 'all',
		column: { term: school.terms[0], kind: 'ck', position: 1 } }));
	const item = await w.mine(sitting);
	const { items } = await w.call(200, 'POST', `/rooms/${item.room}/tickets?as=json`, 'teacher');
	w.codes.ticket = items.find((i) => i.attempt === item.attempt).code;
	await w.enter();
	Object.assign(w, { bank, questions, paper, picture: hash, planned: sitting, over: sitting, overItem: item, item,
		attempt: await w.call(200, 'GET', w.base(item), 'student'), conflict: { attempt: item.attempt, examX10: 0, storedX10: 0 } });
}

before(async () => {
	server = await Server.start({ ...SENDING, 'limit.requests_per_second': 100_000, 'limit.address_per_second': 1_000_000,
		'limit.sockets_per_session': 50 });
	db = await connectDb(server);
	w = await makeWorld(server, db, 'ALPHAMARK');
	other = await makeWorld(server, db, 'BETAMARK');
	await makeSealed();
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
});

/* Everybody but the author and the office of the school: [who, as]. */
const outsiders = () => [
	...WHO.filter((who) => who !== 'teacher' && who !== 'office').map((who) => [who, w.as[who]]),
	...WHO.slice(1).map((who) => [`${who} of another school`, other.as[who]]),
];

async function fetchAll(what, method, path, options) {
	const response = await server.call(method, path, options);
	const head = [...response.headers].map((h) => h.join(': ')).join('\n');
	record(`${what} ${method} ${path} ${response.status}`, Buffer.concat([Buffer.from(`${head}\n\n`), Buffer.from(await response.arrayBuffer())]));
	return response.status;
}

/* A row's own request where it can be made; else the address with everything that the sitting has. */
async function aim(route) {
	try {
		return await requestOf(route, w, { who: 'teacher', world: w, as: w.as.teacher });
	} catch {
		const values = { id: w.item.attempt, room: w.item.room, slot: '1', hash: w.picture };
		return { path: route.path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '1'), body: {} };
	}
}

/* A picture is named by the hash of its bytes, and given to any teacher of the school who can name
 * it: only questions name it, and that the hash stays in them is looked for here too. */
const isByHash = (what, path) => what === 'colleague' && /^(\/api\/v1)?\/pictures\//.test(path);

/* These end sessions or change a password; they are asked in the end, by the matrix. */
const ENDS = /session|account|activation/;

test('no route gives a byte of the paper away', { timeout: 600_000 }, async () => {
	let good = 0;
	for (const route of routes.filter((r) => !(ENDS.test(r.path) && r.method !== 'GET'))) {
		const { path, body, headers } = await aim(route);
		for (const [what, as] of outsiders().filter(([who]) => !isByHash(who, path))) {
			const status = await fetchAll(what, route.method, path, { as, body, headers });
			good += status < 300;
		}
	}
	for (const part of w.attempt.parts) {
		for (const variant of ['101', '102']) {
			await fetchAll('student', 'GET', part.url.replace(/sealed\/\d+/, `sealed/${variant}`), { as: w.as.student });
		}
	}
	assert.ok(good > 150, `${good} good answers were read`);
	for (const page of ['/', '/index.html', '/sw.js', '/metrics', '/api/v1/openapi.json', `/thi/${w.item.room}/${w.item.attempt}`]) {
		await fetchAll('anybody', 'GET', page, {});
	}
});

test('every address with every name that the paper has', { timeout: 600_000 }, async () => {
	const ids = [w.paper.id, w.bank.id, ...w.questions.map((q) => q.id)];
	for (const [what, as] of outsiders()) {
		for (const id of ids) {
			for (const path of [`/papers/${id}`, `/papers/${id}/preview`, `/papers/${id}/preview?variant=101`, `/banks/${id}`,
				`/banks/${id}/questions`, `/questions/${id}`, `/imports/${id}`]) {
				await fetchAll(what, 'GET', `/api/v1${path}`, { as });
			}
		}
		for (const path of [`/pictures/${w.picture}`, `/attempts/${w.item.attempt}/pictures/${w.picture}`,
			`/attempts/${w.item.attempt}/paper-review`, `/sittings/${w.planned.id}/results`, `${w.base(w.item)}/key`]) {
			if (isByHash(what, path)) {
				continue;
			}
			const status = await fetchAll(what, 'GET', `/api/v1${path}`, { as });
			assert.ok(status >= 400, `${what} ${path}: ${status}`);
		}
	}
});

/* Frames that a sitter who cannot wait may send. */
async function push(hall) {
	hall.hello(w.item.attempt, { device: Buffer.from(DEVICE, 'base64url') });
	await hall.until('an answer', () => hall.closed ?? hall.frames.find((f) => ['welcome', 'refused'].includes(f.t)));
	if (hall.closed) {
		return;
	}
	hall.send({ t: 'begin' });
	hall.send({ t: 'answer', seq: 1, slot: 1, value: 'B' });
	hall.send({ t: 'submit', seq: 1 });
	await hall.until('a refusal', () => hall.closed ?? hall.frames.find((f) => f.t === 'refused'));
}

const halls = [];

test('no socket does', { timeout: 600_000 }, async () => {
	for (const [what, as] of [...outsiders(), ['the board of the teacher', w.as.teacher]]) {
		for (const path of ['/hall', '/board']) {
			const hall = await Hall.open(server, `${path}/${w.item.room}`, { as }).catch((error) => error);
			if (!(hall instanceof Hall)) {
				record(`${what} ${path}`, hall.body ?? '');
				continue;
			}
			hall.what = `${what} ${path}`;
			halls.push(hall);
			if (path === '/hall') {
				await push(hall);
			}
		}
	}
	/* The ticket is the student's: its socket, the later one, took the place of the other. */
	for (const [what, t] of [['student /hall', 'welcome'], ['ticket /hall', 'welcome'], ['the board of the teacher /board', 'board']]) {
		const hall = halls.find((h) => h.what === what);
		await hall.until(`${t} for ${what}`, () => hall.frames.find((f) => f.t === t));
	}
	await fetchAll('student', 'POST', `/api/v1${w.base(w.item)}/begin`, { as: w.as.student, body: {} });
});

test('what was read holds nothing of it', () => {
	halls.forEach((hall) => record(hall.what, JSON.stringify(hall.frames)));
	assert.ok(seen.length > 2000, `${seen.length} answers`);
	for (const { what, bytes } of seen) {
		assert.deepEqual(found(bytes), [], what);
	}
	assert.ok(halls.every((h) => h.frames.every((f) => f.t !== 'key')), 'no key was sent');
});

test('at the bell it opens, and the search finds it', { timeout: 600_000 }, async () => {
	const board = halls.find((h) => h.what.endsWith('/board'));
	let moved;
	for (let lead = 5000; ; lead *= 2) {
		const answer = await server.call('PUT', `/api/v1/sittings/${w.planned.id}/start`, { as: w.as.teacher,
			body: { startsAt: Date.now() + lead, revision: w.planned.revision } });
		moved = await answer.json();
		if (answer.status === 200) {
			break;
		}
		assert.equal(answer.status, 422, JSON.stringify(moved)); /* a machine too busy to be in time */
	}
	const attempt = await w.call(200, 'GET', w.base(w.item), 'student');
	assert.equal(attempt.startsAt, moved.startsAt);
	const files = [];
	for (const part of attempt.parts) {
		const response = await server.call('GET', part.url, { as: w.as.student });
		files.push(Buffer.from(await response.arrayBuffer()));
	}
	files.forEach((file, i) => assert.deepEqual(found(file), [], `part ${i} is sealed`));
	halls.filter((h) => h !== board).forEach((h) => h.close());
	const fresh = await Hall.open(server, `/hall/${w.item.room}`, { as: w.as.student });
	fresh.hello(w.item.attempt, { device: Buffer.from(DEVICE, 'base64url') });
	const frame = await fresh.next('key', () => true);
	const { now } = await (await server.call('GET', '/api/v1/time')).json();
	assert.ok(now >= moved.startsAt, 'not a moment before');
	const key = Buffer.from(frame.key, 'base64url');
	sealedFile = files.map((file) => unseal(file, key));
	const names = new Set(sealedFile.flatMap(found));
	assert.deepEqual([...names].sort(), ['option', 'passage', 'picture', 'pictureHash', 'statement', 'stem'],
		'all that is shown, and no key');
	for (const { what, bytes } of seen) {
		assert.ok(spellings(key).every((s) => !bytes.includes(s)), `the key was in ${what}`);
	}
	assert.equal((await w.call(200, 'GET', `${w.base(w.item)}/key`, 'student')).key, frame.key);
	assert.ok(!JSON.stringify(board.frames).includes(frame.key) && board.frames.every((f) => f.t !== 'key'), 'none on the board');
	[...halls, fresh].forEach((hall) => hall.close());
});

test('the keys to the questions never leave while the exam is open', async () => {
	for (const [what, as] of outsiders()) {
		for (const path of [`/attempts/${w.item.attempt}/paper-review`, `/sittings/${w.planned.id}/results`, w.base(w.item), '/my/sittings']) {
			const response = await server.call('GET', `/api/v1${path}`, { as });
			assert.deepEqual(found(Buffer.from(await response.arrayBuffer())), [], `${what} ${path}`);
		}
	}
	assert.ok(sealedFile.every((file) => !found(file).some((name) => name === 'guide' || name === 'number')));
	const review = await server.call('GET', `/api/v1/questions/${w.questions[2].id}`, { as: w.as.teacher });
	assert.deepEqual(found(Buffer.from(await review.arrayBuffer())), ['guide'], 'the author sees it, and the search finds it');
});
