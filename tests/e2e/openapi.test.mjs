/*
 * webroot/openapi.json and the table of routes are the same, in both directions; and what the web
 * client calls is there. That answers are as it says is checked by every call of these tests
 * (lib/openapi.mjs).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BIN, ROOT, Server } from './lib/server.mjs';
import { bodySchema, document, judge, operationOf, operations } from './lib/openapi.mjs';

const routes = JSON.parse(execFileSync(BIN, ['routes', '--json'], { encoding: 'utf8' }));
const plain = (path) => path.replace(/\{(\w+)(:\w+)?\}/g, '{$1}');
const name = (r) => `${r.method} ${plain(r.path)}`;

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

test('every route is in the document, and every operation in the table', () => {
	assert.ok(routes.length > 90);
	assert.deepEqual(operations.map(name).sort(), routes.map(name).sort());
	const ids = operations.map((o) => o.operation.operationId);
	assert.equal(new Set(ids).size, ids.length, 'an operation has a name of its own');
});

test('access, size of the body and parameters are said as the table has them', () => {
	for (const route of routes) {
		const { operation } = operations.find((o) => name(o) === name(route));
		assert.deepEqual(operation['x-access'], route.access, name(route));
		assert.equal(operation['x-body-max-bytes'], route.bodyMaxBytes, name(route));
		assert.deepEqual(operation.security.length === 0, route.access.includes('public'), name(route));
		const wanted = [...route.path.matchAll(/\{(\w+)/g)].map((m) => m[1]);
		const said = (operation.parameters ?? []).filter((p) => p.in === 'path');
		assert.deepEqual(said.map((p) => p.name), wanted, name(route));
		assert.ok(said.every((p) => p.required && p.schema), name(route));
		assert.equal(Boolean(operation.requestBody), route.bodyMaxBytes > 0, `${name(route)}: a body`);
		assert.equal('multipart/form-data' in (operation.requestBody?.content ?? {}), route.flags.includes('upload'));
		assert.ok(operation.summary.length > 5 && operation.responses.default.$ref.endsWith('/Problem'));
		assert.ok(Object.keys(operation.responses).some((s) => s.startsWith('2')), name(route));
	}
});

test('no schema is left over, and no reference leads nowhere', () => {
	const used = new Set([...JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)]
		.map((m) => `${m[1]}/${m[2]}`));
	const there = ['schemas', 'responses'].flatMap((kind) =>
		Object.keys(document.components[kind]).map((n) => `${kind}/${n}`));
	assert.deepEqual([...used].sort(), there.sort());
});

test('the program serves the document it was built with', async () => {
	const response = await server.call('GET', '/api/v1/openapi.json');
	assert.equal(response.status, 200);
	assert.deepEqual(await response.json(), document);
});

test('a wrong answer, a wrong body and a member that is not described are found', () => {
	const good = { method: 'GET', path: '/api/v1/time', status: 200, type: 'application/json', text: '{"now":1}' };
	judge(good);
	for (const text of ['{"now":"1"}', '{}', '{"now":1,"then":2}', '[]']) {
		assert.throws(() => judge({ ...good, text }), /openapi/);
	}
	assert.throws(() => judge({ ...good, status: 201 }), /openapi/);
	assert.throws(() => judge({ ...good, type: 'text/plain' }), /openapi/);
	assert.throws(() => judge({ ...good, path: '/api/v1/nowhere' }), /openapi/);
	assert.throws(() => judge({ ...good, status: 404, type: 'application/problem+json', text: '{"status":404}' }), /problem/);
	assert.throws(() => judge({ method: 'PUT', path: '/api/v1/session/language', status: 204, type: '', text: '',
		body: { language: 'fr' } }), /openapi/);
});

const isSource = (file) => /\.tsx?$/.test(file.name);
const sources = (dir) => readdirSync(dir, { withFileTypes: true }).flatMap((file) => file.isDirectory()
	? sources(join(dir, file.name)) : isSource(file) ? [join(dir, file.name)] : []);

/* An address of the client with the pieces that it fills in replaced by what fits there. */
const EXAMPLES = ['1', 'A'.repeat(22), 'a'.repeat(64)];

function* filled(path) {
	const at = path.search(/\$\{/);
	if (at < 0) {
		yield path;
		return;
	}
	const end = path.indexOf('}', at) + 1;
	for (const example of EXAMPLES) {
		yield* filled(path.slice(0, at) + example + path.slice(end));
	}
}

const VERBS = { get: 'GET', post: 'POST', put: 'PUT', del: 'DELETE', upload: 'POST' };

test('every address that the web client calls is a route with that method', () => {
	const calls = [];
	for (const file of sources(join(ROOT, 'webroot/src'))) {
		const text = readFileSync(file, 'utf8');
		const found = text.matchAll(/(?:\bapi\s*\.\s*(\w+)(?:<[^()]*?>)?\(\s*|\bfetch\(\s*|[=(,:?\s])([`'"])(\/api\/v1\/[^`'"]*)\2/g);
		for (const [, verb, , path] of found) {
			calls.push({ file: file.slice(ROOT.length + 1), method: VERBS[verb], path: path.split('?')[0] });
		}
	}
	assert.ok(calls.length >= 55, `${calls.length} calls were found`);
	assert.ok(calls.filter((c) => c.method).length >= 45, 'most name their method');
	const methods = Object.values(VERBS);
	for (const call of calls) {
		const fits = [...filled(call.path)].some((path) =>
			(call.method ? [call.method] : methods).some((method) => operationOf(method, path)));
		const isPrefix = call.path.endsWith('/') || operations.some((o) => o.path.startsWith(`${call.path}/`));
		assert.ok(fits || (!call.method && isPrefix), `${call.file}: ${call.method ?? ''} ${call.path} is no route`);
	}
});

test('a route that takes JSON says which', () => {
	for (const o of operations.filter((x) => x.operation.requestBody)) {
		const { content } = o.operation.requestBody;
		assert.ok(bodySchema(o) || content['multipart/form-data'] || content['application/x-ndjson'], name(o));
	}
});
