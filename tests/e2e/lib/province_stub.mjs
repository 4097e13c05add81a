/*
 * A province that takes every school that asks and every key, and no record: for the tests that need somebody to
 * enrol with and nothing else. Written from docs/exchange.md alone, as exchange.mjs is.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { randomInt } from 'node:crypto';
import { H, newKey, readCode } from './exchange.mjs';

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codes = new Map(); /* id -> the key of its macs */
const key = newKey();
let server;

/** A code that the stub knows, as an officer reads it out. */
export function stubCode() {
	const text = Array.from({ length: 32 }, () => SYMBOLS[randomInt(32)]).join('');
	const code = readCode(text);
	codes.set(code.id, code.key);
	return text.replaceAll(/(.{4})(?=.)/g, '$1-');
}

async function answer(request, response) {
	const chunks = [];
	for await (const chunk of request) {
		chunks.push(chunk);
	}
	if (request.url.endsWith('/api/v1/exchange/keys')) {
		response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
		return;
	}
	if (!request.url.endsWith('/api/v1/exchange/enrolments')) {
		response.writeHead(503, { 'Retry-After': '60' }).end();
		return;
	}
	const ask = JSON.parse(Buffer.concat(chunks).toString());
	const mac = H(Buffer.concat([Buffer.from(`TTXF${ask.code_id}`), Buffer.from(ask.key, 'hex'), key.public]), codes.get(ask.code_id));
	response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({
		province: { code: '00', name: 'Sở thử' }, key: key.public.toString('hex'), mac: mac.toString('hex') }));
}

/** Its address; the process need not end it. */
export async function provinceStub() {
	if (!server) {
		server = createServer((request, response) => void answer(request, response));
		server.unref();
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
	}
	return `http://127.0.0.1:${server.address().port}`;
}
