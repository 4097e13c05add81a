/*
 * One id of another school inside a request that is good otherwise: in the address, in the query,
 * in every member of every body that openapi.json calls an id. The same request with the own id
 * is taken; this one is refused, and nothing of the other school is in the answer.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from './lib/server.mjs';
import { places, schemaOf, withJson, withValue } from './lib/fields.mjs';
import { ROWS, SENDING, requestOf, routes } from './lib/rows.mjs';
import { closedTerm, primaryClass } from './lib/rows/classes.mjs';
import { linked } from './lib/rows/marks.mjs';
import { connectDb } from './lib/people.mjs';
import { makeWorld } from './lib/world.mjs';

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

const caller = (route, w) => {
	const [allowed] = ROWS[route.name];
	const who = allowed.split(' ')[0];
	return { who, world: w, as: w.as[who] };
};

async function send(route, { path, body, headers, as }) {
	const response = await server.call(route.method, path, { body, headers, as });
	return { status: response.status, text: Buffer.from(await response.arrayBuffer()).toString() };
}

function assertRefused(answer, what) {
	if (answer.text === '{"items":[]}' && answer.status === 200) {
		return; /* a list of what a stranger has here: nothing */
	}
	assert.ok([403, 404, 409, 422].includes(answer.status), `${what}: ${answer.status} ${answer.text.slice(0, 400)}`);
	assert.ok(!answer.text.includes('BETAMARK'), `${what}: ${answer.text.slice(0, 400)}`);
}

/* ---- in the address ---- */

const ID = /^([0-9]+|[\w-]{22}|[0-9a-f]{64})$/;
const parts = (path) => path.split('?')[0].split('/');

for (const route of routes.filter((r) => r.path.includes('{'))) {
	test(`in the address of ${route.name}`, async () => {
		const strange = parts((await requestOf(route, beta, caller(route, beta))).path);
		for (const [at, text] of parts(route.path).entries()) {
			const request = await requestOf(route, alpha, caller(route, alpha));
			const own = parts(request.path);
			if (!text.startsWith('{') || !ID.test(strange[at]) || own[at] === strange[at]) {
				continue;
			}
			own[at] = strange[at];
			const [, query] = request.path.split('?');
			const path = own.join('/') + (query ? `?${query}` : '');
			assertRefused(await send(route, { ...request, path }), `${route.method} ${path}`);
		}
	});
}

test('in a query', async () => {
	for (const [name, make] of Object.entries({
		'GET /classes': (w) => `year=${w.school.year}`, 'GET /teachers': (w) => `year=${w.school.year}`,
		'GET /teaching': (w) => `year=${w.school.year}`, 'GET /my/classes': (w) => `year=${w.school.year}`,
		'POST /roster/import': (w) => `year=${w.school.year}` })) {
		const route = routes.find((r) => r.name === name);
		const request = await requestOf(route, alpha, caller(route, alpha));
		assert.ok(request.path.endsWith(make(alpha)), name);
		assertRefused(await send(route, { ...request, path: request.path.replace(make(alpha), make(beta)) }), name);
	}
});

/* ---- in a body ---- */

/* What an id in a body names, by its member; what stands around it where the row's own request
 * has no such member. */
const NAMES = {
	year: (w) => w.school.year,
	homeroom: (w) => w.school.teacher.id,
	personId: (w) => w.school.teacher.id,
	classId: (w) => w.school.class,
	subjectId: (w) => w.school.subject,
	'classes.0': (w) => w.school.class,
	'column.term': (w) => w.school.terms[0],
	'accommodations.0.student': (w) => w.school.students[0].student,
	attempt: (w) => w.item.attempt,
	'passage.id': (w) => w.passage,
	'cells.0.column': (w) => w.column,
	'cells.0.subject': (w) => w.school.subject,
	subject: (w) => w.school.subject,
	'decisions.0.column': (w) => w.linkedColumn,
	'decisions.0.student': (w) => w.school.students[0].student,
	'cells.0.student': (w, route) => (/judgements/.test(route.name) ? w.primary.student : w.school.students[0].student),
	'columns.0': (w) => w.column,
	'students.0': (w) => w.school.students[3].student,
	'rows.0.student': (w) => w.school.students[0].student,
	'phrases.0': (w) => w.phrase,
	sitting: (w) => w.linkedTo,
	'absences.0.student': (w) => w.school.students[0].student,
	bank: (w) => w.bank.id,
	'questions.0': (w) => w.questions[0].id,
	'items.0.question': (w) => w.questions[0].id,
	paper: (w) => w.paper.id,
	student: (w) => w.school.students[0].student,
	class: (w, route) => (/documents$/.test(route.name) ? w.closedIn : w.school.class),
};
const AROUND = {
	student: { scope: 'student' },
	'column.term': { column: { kind: 'tx', position: 1 } },
	'accommodations.0.student': { accommodations: [{ extraMs: 60_000 }] },
	'questions.0': { questions: [] },
};
/* Ids that no school owns: a device's own, a school to go to (matrix: PUT /session/school), how far
 * down the own list one has read. */
const FREE = /^(device|school|upto)$/;
/* Persons to confirm: nobody was asked for here, so that whoever is named changes nothing. */
const ONLY_STRANGE = /^(confirmed\.0|confirm)$/;
/* When each student ends does not hang on where the marks go. */
const UNREAD = { 'POST /sittings/ends-preview': 'column.term' };

test('a question stands in a passage, by which the tests below can name it', async () => {
	for (const w of [alpha, beta]) {
		const question = await w.call(200, 'GET', `/questions/${w.questions[0].id}`, 'teacher');
		w.passage = question.passage.id;
		assert.match(w.passage, ID);
	}
});

test('a phrase, an exam that fills a column and a closed term are there for the tests below', async () => {
	for (const w of [alpha, beta]) {
		w.phrase = (await w.call(201, 'POST', '/phrases', 'teacher', { text: w.text() })).id;
		({ sitting: w.linkedTo, column: w.linkedColumn } = await linked(w));
		w.closedIn = (await closedTerm(w)).class;
		await primaryClass(w);
	}
});

const isId = (place) => /#\/components\/schemas\/Id(16)?$/.test(place.ref ?? '');

for (const route of withJson) {
	const ids = [...places(schemaOf(route), 'string')].filter(isId).map((p) => p.path)
		.filter((path) => !FREE.test(path.join('.')) && UNREAD[route.name] !== path.join('.'));
	if (ids.length === 0) {
		continue;
	}
	test(`in the body of ${route.name}`, async () => {
		for (const path of ids) {
			const name = path.join('.');
			const bodyOf = async (w) => {
				const request = await requestOf(route, alpha, caller(route, alpha));
				const body = withValue({ ...request.body, ...AROUND[name] }, path,
					ONLY_STRANGE.test(name) ? w.school.parent.id : NAMES[name](w, route));
				return { ...request, body };
			};
			if (ONLY_STRANGE.test(name)) {
				const { status, text } = await send(route, await bodyOf(beta));
				assert.ok(status < 500 && !text.includes('BETAMARK'), `${route.name} with another's ${name}: ${status} ${text}`);
				continue;
			}
			const good = await send(route, await bodyOf(alpha));
			assert.ok(good.status < 300, `${route.name} with the own ${name}: ${good.status} ${good.text.slice(0, 400)}`);
			assertRefused(await send(route, await bodyOf(beta)), `${route.name} with another's ${name}`);
		}
	});
}

test('a picture of another school comes into no paper', async () => {
	const body = { ...alpha.question(), stem: `Hình <img data-picture="${beta.picture}" width="8" height="8" alt="">` };
	const question = await alpha.newQuestion(body);
	const made = await alpha.call(201, 'POST', '/papers', 'teacher', { title: alpha.text('Đề '), subjectId: alpha.school.subject,
		preset: 'free', bank: alpha.bank.id, questions: [question.id] });
	const answer = await server.call('POST', '/api/v1/sittings', { as: alpha.as.teacher, body: alpha.plan({ paper: made.id }) });
	const text = await answer.text();
	assert.equal(answer.status, 422, text);
	const seen = await server.call('GET', `/api/v1/pictures/${beta.picture}`, { as: alpha.as.teacher });
	assert.equal(seen.status, 404);
	await seen.text();
});
