/*
 * webroot/openapi.json as a judge: every request that a test sends and the server takes, and every
 * answer that comes, must be as it says. A member of an answer that the document does not name is
 * a fault too, so that it cannot fall behind.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const document = JSON.parse(readFileSync(join(root, 'webroot/openapi.json'), 'utf8'));

/* References stay, but lead into the set of schemas beside: "open" or "closed". */
function rebased(schema, set, isClosed) {
	if (Array.isArray(schema)) {
		return schema.map((s) => rebased(s, set, isClosed));
	}
	if (schema === null || typeof schema !== 'object') {
		return schema;
	}
	const out = {};
	for (const [name, value] of Object.entries(schema)) {
		out[name] = name === '$ref' ? value.replace('#/components/schemas/', `${set}#/$defs/`)
			: rebased(value, set, isClosed);
	}
	const isPlain = isClosed && out.type?.includes?.('object') && out.properties && !('additionalProperties' in out);
	return isPlain ? { ...out, additionalProperties: false } : out;
}

const ajv = new (Ajv2020.default ?? Ajv2020)({ strict: true, allowUnionTypes: true, strictTypes: false, allErrors: true });
ajv.addVocabulary(['example']);
for (const set of ['open', 'closed']) {
	ajv.addSchema({ $id: set, $defs: rebased(document.components.schemas, set, set === 'closed') });
}

const compile = (schema, set) => ajv.compile(rebased(schema, set, set === 'closed'));
const problem = compile({ $ref: '#/components/schemas/Problem' }, 'closed');

const escaped = (text) => text.replace(/[.]/g, '\\.');

/* Literal segments win over parameters, as in the server. */
export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({
		method: method.toUpperCase(), path, operation,
		pattern: new RegExp(`^${escaped(path).replace(/\{(\w+)\}/g, (_, name) => {
			const at = operation.parameters.find((p) => p.name === name && p.in === 'path').schema;
			const schema = at.$ref ? document.components.schemas[at.$ref.split('/').at(-1)] : at;
			return `(?:${schema.pattern.replace(/^\^|\$$/g, '')})`;
		})}$`),
		literals: path.split('/').filter((s) => !s.startsWith('{')).length,
		checks: new Map(),
	})));

export function operationOf(method, path) {
	return operations.filter((o) => o.method === method && o.pattern.test(path))
		.sort((a, b) => b.literals - a.literals)[0];
}

function check(operation, key, schema, set, value, what) {
	if (!operation.checks.has(key)) {
		operation.checks.set(key, compile(schema, set));
	}
	const validate = operation.checks.get(key);
	assert.ok(validate(value), `${what} is not as openapi.json says: ${ajv.errorsText(validate.errors)}\n` +
		`${JSON.stringify(value).slice(0, 2000)}`);
}

/** Whether a body is one that the document allows; for tests that make bodies from it. */
export function bodySchema(operation) {
	return operation.operation.requestBody?.content['application/json']?.schema;
}

/**
 * Judges one exchange: { method, path (with its query), status, type, text, body }. `text` is the
 * answer, wanted for JSON only; `body` what was sent, when it was JSON.
 */
export function judge({ method, path, status, type, text, body }) {
	const what = `${method} ${path} ${status}`;
	const o = operationOf(method, path.split('?')[0]);
	if (type.startsWith('application/problem+json')) {
		const value = JSON.parse(text);
		assert.ok(problem(value), `${what} is no problem document: ${ajv.errorsText(problem.errors)}\n${text}`);
		assert.equal(value.status, status, what);
		return;
	}
	if (!o) {
		assert.ok(!path.startsWith('/api/'), `${what} is not in openapi.json`);
		return;
	}
	const answer = o.operation.responses[String(status)];
	assert.ok(answer, `${what} is not among the answers in openapi.json`);
	const media = type.split(';')[0];
	const schema = answer.content?.[media] ?? answer.content?.[`${media.split('/')[0]}/*`];
	assert.equal(Boolean(schema), media !== '', `${what}: ${media || 'no body'} is not in openapi.json`);
	if (media === 'application/json') {
		check(o, status, schema.schema, 'closed', JSON.parse(text), what);
	}
	if (body !== undefined && bodySchema(o)) {
		check(o, 'body', bodySchema(o), 'open', body, `the body of ${what}`);
	}
}
