/*
 * The bytes between a school and its province, written again from docs/exchange.md alone: what
 * judges the program must not be the program's own code. A School here is one that never ran ours.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { blake2b } from '@noble/hashes/blake2b';
import { BIN } from './server.mjs';

const run = promisify(execFile);
export const H = (bytes, key) => Buffer.from(blake2b(bytes, { dkLen: 32, ...(key ? { key } : {}) }));
const cat = (...parts) => Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p) : p)));

/* ---- keys ---- */

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export function newKey() {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519');
	const bytes = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
	return { public: bytes, kid: H(bytes).subarray(0, 8), sign: (data) => sign(null, data, privateKey) };
}

export function holds(publicBytes, data, signature) {
	const key = createPublicKey({ key: cat(SPKI, publicBytes), format: 'der', type: 'spki' });
	return verify(null, data, key, signature);
}

/* ---- records ---- */

const escaped = (part) => String(part).replaceAll('%', '%25').replaceAll('/', '%2F');
export const idOf = (...parts) => parts.map(escaped).join('/');

/** A line as a school prints it. */
export function line(school, bang, key, dulieu, { phienban = 1, sukien = phienban > 1 ? 'UPDATE' : 'NEW', at = 1_790_000_000_000,
	lop = '', hocky = 0, hocsinh = '' } = {}) {
	return JSON.stringify({ bang, idbanghi: idOf(school, bang, ...key), sukien, phienban, thoigiancapnhat: at, lop, hocky, hocsinh, dulieu });
}
export const lineHash = (text) => H(cat('TTXO', text));

/** A mark of a student: what most records are. */
export function mark(school, student, value, phienban = 1, { lan = 1, malop = '10A1', hocky = 1 } = {}) {
	const key = ['2026-2027', malop, 'toan', hocky, 'tx', lan, student];
	return line(school, 'diem', key, { namhoc: '2026-2027', malop, mamon: 'toan', hocky, loai: 'tx', lan, mahocsinh: student,
		diemx10: value, nhanxet: null, trangthai: 'co' },
	{ phienban, lop: idOf('2026-2027', malop), hocky, hocsinh: student });
}

/* ---- the tree: [lop, hocky, hocsinh, idbanghi] ---- */

const compare = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const be16 = (n) => Buffer.from([n >> 8, n & 255]);

function nodeHash(children) {
	return H(cat('TTXM', ...children.flatMap(([key, hash]) => [be16(Buffer.byteLength(key)), key, hash])));
}

/** The node at a path over lines of text: { hash, children: [[key, hash]] }. */
export function treeNode(lines, path = []) {
	const keyed = lines.map((text) => {
		const r = JSON.parse(text);
		return { keys: [r.lop, String(r.hocky), r.hocsinh, r.idbanghi], text };
	}).filter((r) => path.every((key, i) => r.keys[i] === key));
	const below = (rows, depth) => {
		const groups = new Map();
		for (const row of rows) {
			groups.set(row.keys[depth], [...(groups.get(row.keys[depth]) ?? []), row]);
		}
		return [...groups.keys()].sort(compare).map((key) => [key, depth === 3 ? lineHash(groups.get(key)[0].text)
			: nodeHash(below(groups.get(key), depth + 1))]);
	};
	const children = below(keyed, path.length);
	return { hash: nodeHash(children), children };
}

/* ---- one-time codes ---- */

/** A code as the officer reads it out: { id, key }. */
export function readCode(text) {
	const symbols = text.replaceAll('-', '');
	assert.match(symbols, /^[0-9A-HJKMNP-TV-Z]{32}$/);
	return { id: symbols.slice(0, 8), key: H(Buffer.from(symbols.slice(8))) };
}

/* ---- an answer ---- */

/** The members of a statement's bytes; throws when it is none. */
export function readStatement(statement) {
	assert.equal(statement.subarray(0, 4).toString(), 'TTXH');
	assert.equal(statement[4], 1);
	let at = 6;
	const take = (count) => statement.subarray(at, (at += count));
	const out = { school: take(statement[5]).toString(), batch: take(16).toString('hex'), body: take(32), at: Number(take(8).readBigUInt64BE()),
		applied: take(4).readUInt32BE(), stale: take(4).readUInt32BE(), rejected: take(4).readUInt32BE(), lines: take(32), kid: take(8) };
	assert.equal(at, statement.length);
	return out;
}

/** Reads and judges an answer by the province's public key; throws when anything is wrong with it. */
export function readAnswer(text, provinceKey) {
	const bytes = Buffer.from(text);
	const end = bytes.indexOf(10);
	const first = JSON.parse(bytes.subarray(0, end));
	const rest = bytes.subarray(end + 1);
	const statement = Buffer.from(first.statement, 'hex');
	assert.ok(holds(provinceKey, statement, Buffer.from(first.signature, 'hex')), 'the statement is signed by the province');
	const out = { ...readStatement(statement), statement };
	assert.deepEqual(out.kid, H(provinceKey).subarray(0, 8));
	assert.deepEqual(out.lines, H(rest), 'the lines are those of the statement');
	out.outcomes = rest.length ? rest.toString().trimEnd().split('\n').map((l) => JSON.parse(l)) : [];
	const count = (state) => out.outcomes.filter((o) => o.state === state).length;
	assert.deepEqual([count('stale'), count('rejected')], [out.stale, out.rejected]);
	return out;
}

/* ---- a school ---- */

export class School {
	constructor(province, code, key = newKey()) {
		this.province = province; /* a Server */
		this.code = code;
		this.key = key;
		this.number = 0;
	}

	post(path, body, headers = {}) {
		return this.province.ask('POST', `/api/v1/exchange/${path}`, headers, body);
	}

	/** The question of an enrolment, with what is to be said otherwise. */
	ask(code, other = {}) {
		const key = (other.key ?? this.key).public;
		const school = other.school ?? this.code;
		const mac = H(cat('TTXE', code.id, school, key), other.codeKey ?? code.key);
		return { code_id: code.id, school: { code: school, name: `Trường ${school}`, level: 'thpt', commune: '26734' },
			key: key.toString('hex'), mac: mac.toString('hex') };
	}

	/** Enrols with a code; keeps the province's key. */
	async enrol(code) {
		const response = await this.post('enrolments', JSON.stringify(this.ask(code)), { 'Content-Type': 'application/json' });
		const text = await response.text();
		assert.equal(response.status, 200, text);
		const answer = JSON.parse(text);
		const key = Buffer.from(answer.key, 'hex');
		assert.equal(answer.mac, H(cat('TTXF', code.id, this.key.public, key), code.key).toString('hex'));
		this.provinceKey = key;
		return answer;
	}

	/** The bytes of a batch. */
	batch(lines, { id = randomBytes(16).toString('hex'), number = (this.number += lines.length), school = this.code, records = lines.length } = {}) {
		const head = JSON.stringify({ format: 'truongthi.batch.v1', school, batch: id, number, records, made_at: 1_790_000_000_000 });
		return Buffer.from([head, ...lines].map((l) => `${l}\n`).join(''));
	}

	signed(body, key = this.key) {
		return { 'Content-Type': 'application/x-ndjson', 'TruongThi-Key': key.kid.toString('hex'),
			'TruongThi-Signature': key.sign(cat('TTXG', H(body))).toString('hex') };
	}

	/** Sends bytes as a batch: { status, text }, and the problem's code. */
	async deliver(body, headers = this.signed(body)) {
		const response = await this.post('batches', body, headers);
		const text = await response.text();
		const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
		return { status: response.status, text, code: isProblem ? JSON.parse(text).code : null };
	}

	/** Sends records and judges the answer. */
	async send(lines, options) {
		const body = this.batch(lines, options);
		const { status, text } = await this.deliver(body);
		assert.equal(status, 200, text);
		const answer = readAnswer(text, this.provinceKey);
		assert.equal(answer.school, this.code);
		assert.deepEqual(answer.body, H(body));
		assert.equal(answer.applied + answer.stale + answer.rejected, lines.length);
		return { ...answer, text };
	}

	/** Asks about a node of the tree. */
	async tree(path, hash, key = this.key) {
		const body = Buffer.from(JSON.stringify({ school: this.code, path, hash: hash.toString('hex') }));
		const response = await this.post('tree', body, { ...this.signed(body, key), 'Content-Type': 'application/json' });
		const answer = await response.json();
		assert.equal(response.status, 200, JSON.stringify(answer));
		return answer;
	}

	/** The school's next key, as bytes to send. */
	roll(next, by = this.key) {
		const bytes = cat('TTXK', this.code, next.public);
		return JSON.stringify({ school: this.code, key: next.public.toString('hex'), by: by.kid.toString('hex'),
			signature: by.sign(bytes).toString('hex'), proof: next.sign(bytes).toString('hex') });
	}
}

/* ---- the officer at a terminal ---- */

/** `truongthi province …` on the data of a province's server; gives what it printed. */
export async function officer(province, ...words) {
	const { stdout } = await run(BIN, ['province', ...words, '--province-code', province.settings['province.code'], '--data', join(province.dir, 'data')],
		{ env: { ...process.env, ...province.env } });
	return stdout;
}

/** Invites a school: its code as readCode() gives it. */
export async function invite(province, code) {
	const text = await officer(province, 'school', 'invite', '--code', code, '--name', `Trường ${code}`, '--level', 'thpt');
	return readCode(text.match(/([0-9A-Z]{4}-){7}[0-9A-Z]{4}/)[0]);
}

/** A school that has enrolled. */
export async function enrolled(province, code) {
	const school = new School(province, code);
	await school.enrol(await invite(province, code));
	return school;
}

export const PROVINCE = { 'province.code': '79' };
