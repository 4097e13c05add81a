/*
 * Every route for everybody: who may, who may not, and nothing of another school in any answer.
 *
 * The table below has a row for each route of `truongthi routes --json`. A row says who of the
 * school that the request is about gets an answer (2xx); all others of that school are refused
 * with 401 (nobody), 403 (the route is not for that role) or 404 (the thing is not there for
 * them). Then the same people of another school:
 *     -   refused like strangers: 403 or 404
 *     22  the same, or 422 with the member that names a thing that is not theirs
 *     =   the request names no thing: they get what is theirs
 * "public" is for everybody. A fourth column is what must be done behind a row. Each allowed call is really made and really answered.
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { BIN, Server } from './lib/server.mjs';
import { DEVICE, PASSWORD, makeWorld } from './lib/world.mjs';
import { Hall } from './lib/hall.mjs';
import { connectDb, signIn } from './lib/people.mjs';
import { png } from './lib/png.mjs';

const WHO = ['nobody', 'office', 'teacher', 'colleague', 'student', 'classmate', 'parent', 'otherParent',
	'department', 'system', 'ticket'];
const PERSON = 'office teacher colleague student classmate parent otherParent department system';
const ANYBODY = `${PERSON} ticket`;
const MEMBER = 'office teacher colleague student classmate parent otherParent';
const STAFF = 'office teacher colleague';
const TEACHERS = 'teacher colleague';
const SITTER = 'student ticket';
const FAMILY = 'teacher student parent';

/* What a row's request may use: `w` the school it is about, `me` who asks: { who, world, as }. */
const home = (w, me) => me.world ?? w;
const file = (bytes, name) => ({ body: bytes,
	headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': name } });
/* A session of its own, for a request that ends it. */
async function fresh(w, me) {
	if (!me.world) {
		return {};
	}
	return { as: me.who === 'ticket' ? await me.world.enterByTicket() : await signIn(w.server, me.world.people[me.who]) };
}

const pupil = (w) => w.school.students[0].student;
const newCode = async (w) => (await w.call(200, 'POST', `/students/${w.school.spare.student}/activation`, 'office')).code;
const idempotent = () => ({ 'Idempotency-Key': randomBytes(16).toString('base64url') });
const student = async (w) => w.call(200, 'GET', `/students/${w.school.spare.student}`, 'office');
const joined = async (w) => { w.welcome = await w.call(200, 'POST', `${w.base(w.item)}/hello`, 'student', w.hello(w.welcome)); };

/* An essay that waits to be marked. */
async function essay(w) {
	const { slots } = await w.review(w.overItem);
	return slots.find((s) => s.kind === 'essay');
}

const ROWS = {
	'GET /healthz': ['public', '='],
	'GET /readyz': ['public', '='],
	'GET /metrics': ['public', '='],
	'GET /openapi.json': ['public', '='],
	'GET /keys': ['public', '='],
	'GET /time': ['public', '='],
	/* Whoever signs in leaves the session that he or she had. */
	'POST /session': ['public', '=', async (w, me) => ({ ...await fresh(w, me), body: { school: home(w, me).school.code, name: 'office', password: PASSWORD } })],
	'POST /activation': ['public', '=', async (w, me) => ({ body: { code: await newCode(home(w, me)) } })],
	'POST /activation/use': ['public', '=', async (w, me) => ({ ...await fresh(w, me), body: { code: await newCode(home(w, me)), password: PASSWORD } })],
	'GET /session': [ANYBODY, '='],
	'DELETE /session': [ANYBODY, '=', fresh],
	'PUT /session/school': [`${MEMBER} system`, '-', (w) => ({ body: { school: w.school.id } })],
	'PUT /session/language': [ANYBODY, '=', () => ({ body: { language: 'vi' } })],
	/* A new password ends the other sessions, a ticket's too: all come in again behind it. */
	'PUT /account/password': [PERSON, '=', async (w, me) => ({ ...await fresh(w, me), body: { old: PASSWORD, new: PASSWORD } }), (w) => w.enter()],

	'GET /school': [MEMBER, '='],
	'GET /subjects': [STAFF, '='],
	'POST /subjects': ['office', '=', (w, me) => ({ body: { code: `m${++w.serial}`, name: home(w, me).text(), kind: 'mark' } })],
	'PUT /subjects/{subject}': ['office', '-', (w) => ({ subject: w.school.subject, body: { code: 'toan', name: w.text('Toán '), kind: 'mark' } })],
	'GET /classes': [STAFF, '-', (w) => ({ query: `year=${w.school.year}` })],
	'POST /classes': ['office', '22', (w) => ({ body: { year: w.school.year, name: `${w.mark} ${++w.serial}`, grade: 11 } })],
	'GET /classes/{class}': ['office teacher', '-', (w) => ({ class: w.school.class })],
	'PUT /classes/{class}': ['office', '-', (w) => ({ class: w.school.class, body: { name: `10${w.mark}`, grade: 10, homeroom: w.school.teacher.id } })],
	'GET /teachers': ['office', '-', (w) => ({ query: `year=${w.school.year}` })],
	'POST /teachers': ['office', '=', (w, me) => ({ body: { fullName: home(w, me).text('Cô '), login: `gv${++w.serial}` } })],
	'GET /teaching': ['office', '-', (w) => ({ query: `year=${w.school.year}` })],
	'PUT /teaching': ['office', '-', (w) => ({ body: { classId: w.school.class, subjectId: w.school.subject, personId: w.school.teacher.id } })],
	'DELETE /teaching/{class}/{subject}/{person}': ['office', '-', async (w) => {
		await w.call(204, 'PUT', '/teaching', 'office', { classId: w.school.class, subjectId: w.school.subject, personId: w.school.otherTeacher.id });
		return { class: w.school.class, subject: w.school.subject, person: w.school.otherTeacher.id };
	}, (w) => w.db.query('DELETE FROM teaching WHERE person_id = ?', [w.school.otherTeacher.id])],
	'GET /students/{student}': ['office teacher', '-', (w) => ({ student: pupil(w) })],
	'PUT /students/{student}': ['office', '-', async (w) => ({ student: w.school.spare.student, body: { ...await student(w), note: w.text() } })],
	'POST /students/{student}/activation': ['office', '-', (w) => ({ student: w.school.spare.student })],
	'GET /audit': ['office', '='],
	'GET /my/classes': [TEACHERS, '-', (w) => ({ query: `year=${w.school.year}` })],
	'GET /my/children': ['parent otherParent', '='],

	'GET /rooms/{room}/attempts/{id}': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt })],
	/* Any part of the paper to anybody of the room: it is useless before the bell. */
	'GET /rooms/{room}/sealed/{variant}/{section}/{part}/{rev}': [`${SITTER} classmate`, '-', (w) => ({
		room: w.item.room, variant: w.attempt.variant, section: '0', part: '0', rev: '1' })],
	'GET /rooms/{room}/attempts/{id}/key': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt })],
	'POST /rooms/{room}/attempts/{id}/hello': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt, body: w.hello(w.welcome) })],
	'POST /rooms/{room}/attempts/{id}/take': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt, body: w.hello(w.welcome) })],
	'POST /rooms/{room}/attempts/{id}/begin': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: {} };
	}],
	'POST /rooms/{room}/attempts/{id}/log': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: { gen: 1, events: [], acks: [] } };
	}],
	'POST /rooms/{room}/attempts/{id}/events': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: { lease: w.welcome.lease,
			events: [{ t: 'answer', seq: w.welcome.seq + 1, slot: 2, value: w.text() }] } };
	}],
	'POST /rooms/{room}/acts': ['teacher', '-', (w) => ({ room: w.item.room, headers: idempotent(), body: { kind: 'message', text: w.text() } })],

	'GET /banks': [TEACHERS, '='],
	'POST /banks': [TEACHERS, '=', (w, me) => ({ body: { name: home(w, me).text(), subjectId: home(w, me).school.subject } })],
	'GET /banks/{bank}': ['teacher', '-', (w) => ({ bank: w.bank.id })],
	'PUT /banks/{bank}': ['teacher', '22', async (w) => ({ bank: w.bank.id, body: { ...await w.call(200, 'GET', `/banks/${w.bank.id}`, 'teacher'), name: w.text() } })],
	'GET /banks/{bank}/questions': ['teacher', '-', (w) => ({ bank: w.bank.id })],
	'POST /banks/{bank}/questions': ['teacher', '-', (w) => ({ bank: w.bank.id, body: w.question() })],
	'GET /questions/{question}': ['teacher', '-', (w) => ({ question: w.questions[0].id })],
	'PUT /questions/{question}': ['teacher', '-', async (w) => ({ question: (await w.newQuestion()).id, body: { ...w.question(), revision: 1 } })],
	'DELETE /questions/{question}': ['teacher', '-', async (w) => ({ question: (await w.newQuestion()).id })],
	/* Pictures of the school's questions, to its teachers: they are named by their hash alone. */
	'GET /pictures/{hash}': [TEACHERS, '-', (w) => ({ hash: w.picture })],
	'POST /pictures': [TEACHERS, '=', () => file(png(8, 8, [...randomBytes(3)]), 'a.png')],

	'POST /roster/import': ['office', '-', (w) => ({ query: `year=${w.school.year}`, ...file(w.rosterFile(), `${w.mark}.xlsx`) })],
	'GET /roster/import/{plan}': ['office', '-', (w) => ({ plan: w.roster.plan })],
	'DELETE /roster/import/{plan}': ['office', '-', async (w) => ({ plan: (await roster(w)).plan })],
	'POST /roster/import/{plan}/commit': ['office', '-', async (w) => {
		const { plan, hash } = await roster(w);
		return { plan, body: { hash } };
	}],
	'GET /classes/{class}/export.xlsx': ['office teacher', '-', (w) => ({ class: w.school.class })],
	'POST /classes/{class}/slips': ['office', '-', async (w) => {
		await w.call(200, 'POST', `/students/${w.school.students[3].student}/activation`, 'office');
		return { class: w.school.class };
	}],

	'GET /marks/{class}/{subject}/{term}': ['office teacher', '-', sheet],
	'PUT /marks/{class}/{subject}/{term}': ['teacher', '-', (w) => ({ ...sheet(w), body: { why: w.text(), cells: [
		{ column: w.column, student: pupil(w), valueX10: 80, version: 0 }] } })],
	'POST /marks/{class}/{subject}/{term}/columns': ['teacher', '-', async (w) => {
		await w.db.query('DELETE FROM mark_column WHERE school_id = ? AND position = 2', [w.school.id]);
		return { ...sheet(w), body: { kind: 'tx', position: 2 } };
	}],
	'POST /marks/{class}/{subject}/{term}/publish': ['teacher', '-', (w) => ({ ...sheet(w), body: { columns: [w.column] } })],
	'GET /mark-columns/{column}/history/{student}': ['office teacher', '-', (w) => ({ column: w.column, student: pupil(w) })],
	'GET /my/marks': ['student classmate', '='],
	'GET /children/{student}/marks': ['parent', '-', (w) => ({ student: pupil(w) })],

	'POST /banks/{bank}/import': ['teacher', '-', (w) => ({ bank: w.bank.id, ...file(w.questionFile(), `${w.mark}.txt`) })],
	'GET /imports/{plan}': ['teacher', '-', (w) => ({ plan: w.import.plan })],
	'DELETE /imports/{plan}': ['teacher', '-', async (w) => ({ plan: (await questions(w)).plan })],
	'PUT /imports/{plan}/questions/{n}': ['teacher', '-', async (w) => ({ plan: (await questions(w)).plan, n: '0', body: w.essay() })],
	'POST /imports/{plan}/commit': ['teacher', '-', async (w) => {
		const { plan, hash } = await questions(w);
		return { plan, body: { hash } };
	}],

	'GET /papers': [TEACHERS, '='],
	'POST /papers': ['teacher', '22', (w) => ({ body: { title: w.text(), subjectId: w.school.subject, preset: 'free', bank: w.bank.id } })],
	'GET /papers/{paper}': ['teacher', '-', (w) => ({ paper: w.paper.id })],
	'PUT /papers/{paper}': ['teacher', '-', async (w) => {
		const paper = await w.newPaper();
		return { paper: paper.id, body: w.paperChange(paper) };
	}],
	'GET /papers/{paper}/preview': ['teacher', '-', (w) => ({ paper: w.paper.id, query: 'variant=101' })],

	'POST /sittings': ['teacher', '-', (w) => ({ body: w.plan() })],
	'POST /sittings/ends-preview': ['teacher', '-', (w) => ({ body: w.plan() })],
	'GET /sittings': [STAFF, '='],
	'GET /sittings/{id}': ['office teacher', '-', (w) => ({ id: w.planned.id })],
	'PUT /sittings/{id}/start': ['teacher', '-', async (w) => {
		const s = await w.publish();
		return { id: s.id, body: { startsAt: s.startsAt + 60_000, revision: s.revision } };
	}],
	'GET /sittings/{id}/ends': ['office teacher', '-', (w) => ({ id: w.planned.id })],
	'PUT /sittings/{id}/release': ['teacher', '-', (w) => ({ id: w.over.id, body: { policy: 'all' } })],
	'POST /rooms/{room}/tickets': ['office teacher', '-', (w) => ({ room: w.planned.rooms[0].id, query: 'as=json' })],

	'GET /sittings/{id}/results': ['teacher', '-', (w) => ({ id: w.over.id })],
	'GET /sittings/{id}/results.xlsx': ['teacher', '-', (w) => ({ id: w.over.id })],
	'GET /attempts/{id}/paper-review': [FAMILY, '-', (w) => ({ id: w.overItem.attempt })],
	'GET /attempts/{id}/pictures/{hash}': [FAMILY, '-', (w) => ({ id: w.overItem.attempt, hash: w.picture })],
	'PUT /attempts/{id}/slots/{slot}': ['teacher', '-', async (w) => {
		const { slot, version } = await essay(w);
		return { id: w.overItem.attempt, slot: String(slot), body: { pointsX100: 50, note: w.text(), version } };
	}],
	'PUT /attempts/{id}/mark': ['teacher', '-', conflict],
	'GET /attempts/{id}/receipt': [FAMILY, '-', (w) => ({ id: w.overItem.attempt })],
	'GET /my/sittings': ['student classmate', '='],
	'GET /children/{student}/exams': ['parent', '-', (w) => ({ student: pupil(w) })],
};

function sheet(w) {
	return { class: w.school.class, subject: w.school.subject, term: w.school.terms[0] };
}

function roster(w) {
	return w.upload(`/roster/import?year=${w.school.year}`, 'office', w.rosterFile(), `${w.mark}.xlsx`);
}

function questions(w) {
	return w.upload(`/banks/${w.bank.id}/import`, 'teacher', w.questionFile(), `${w.mark}.txt`);
}

/* An exam whose mark meets one that was typed before; made once. */
async function conflict(w) {
	w.conflict ??= (async () => {
		const { id } = await w.call(201, 'POST', `${w.marks}/columns`, 'teacher', { kind: 'gk', position: 1 });
		await w.call(200, 'PUT', w.marks, 'teacher', { cells: [{ column: id, student: pupil(w), valueX10: 75, version: 0 }] });
		const sitting = await w.publish(w.practice({ column: { term: w.school.terms[0], kind: 'gk', position: 1 } }));
		const item = await w.mine(sitting);
		await w.sit(item);
		for (;;) {
			const { items } = await w.call(200, 'GET', `/sittings/${sitting.id}/results`, 'teacher');
			const row = items.find((r) => r.attempt === item.attempt);
			if (row.awaiting) {
				const slot = (await w.review(item)).slots.find((s) => s.state === 'awaits');
				await w.call(200, 'PUT', `/attempts/${item.attempt}/slots/${slot.slot}`, 'teacher', { pointsX100: 100, version: slot.version });
			}
			if (row.gradebook) {
				return { attempt: item.attempt, examX10: row.markX10, storedX10: row.gradebook.markX10 };
			}
		}
	})();
	const { attempt, examX10, storedX10 } = await w.conflict;
	return { id: attempt, body: { take: 'gradebook', examX10, storedX10 } };
}

const routes = JSON.parse(execFileSync(BIN, ['routes', '--json'], { encoding: 'utf8' }))
	.map((r) => ({ ...r, name: `${r.method} ${r.path.replace('/api/v1', '').replace(/\{(\w+)(:\w+)?\}/g, '{$1}')}`,
		path: r.path.replace(/\{(\w+)(:\w+)?\}/g, '{$1}') }));

/* Which bit of the table of routes a person comes with. */
const ROLE = { nobody: null, colleague: 'teacher', classmate: 'student', otherParent: 'parent' };
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
	server = await Server.start({ 'limit.requests_per_second': 100_000, 'limit.address_per_second': 1_000_000 });
	db = await connectDb(server);
	alpha = await makeWorld(server, db, 'ALPHAMARK');
	beta = await makeWorld(server, db, 'BETAMARK');
}, { timeout: 120_000 });

after(async () => {
	await db?.end();
	await server?.stop();
});

const run = promisify(execFile);

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

async function pdfText(bytes) {
	const { stdout } = await run('sh', ['-c', 'printf %s "$1" | base64 -d | pdftotext -q - -', 'sh', bytes.toString('base64')],
		{ maxBuffer: 1 << 24 });
	return stdout;
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
	const [, , make] = ROWS[route.name];
	const { body, headers, query, as = me.as, ...params } = make ? await make(w, me) : {};
	const path = route.path.replace(/\{(\w+)\}/g, (_, name) => {
		assert.ok(params[name], `${route.name}: the row gives no {${name}}`);
		return params[name];
	});
	const response = await server.call(route.method, query ? `${path}?${query}` : path, { body, headers, as });
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
