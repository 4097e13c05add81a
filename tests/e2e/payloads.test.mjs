/*
 * Hostile text in every field of every route, made from the schemas of openapi.json: the answer is
 * good (2xx) or a problem document (4xx), never a failure of the server; what was taken stands in
 * the answer or in the database exactly as it was typed (HTML of questions: without anything that
 * a browser would run); and the tables are all there afterwards.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from './lib/server.mjs';
import { places, schemaOf, withJson, withValue } from './lib/fields.mjs';
import { document } from './lib/openapi.mjs';
import { ROWS, SENDING, requestOf, routes } from './lib/rows.mjs';
import { makeWorld } from './lib/world.mjs';
import { PASSWORD_HASH, connectDb } from './lib/people.mjs';
import { xlsx } from './lib/xlsx.mjs';

let server;
let db;
let w;
let tables;
let columns;
let serial = 0;

const SQL = (n) => `'; DROP TABLE student; -- ${n}`;
const ATTRIBUTE = (n) => `" onMouseOver=alert(${n}) x="`;
const ELEMENT = (n) => `<IMG src=x onerror=alert(${n})>`;
const HOSTILE = [SQL, ATTRIBUTE, ELEMENT];

/* Secrets are never given back or stored as they are, and a preview keeps nothing. */
const NOT_KEPT = /(^|[ .])(password|old|new)$|^POST \/sittings\/ends-preview title$/;

before(async () => {
	server = await Server.start({ ...SENDING, 'limit.requests_per_second': 100_000, 'limit.address_per_second': 1_000_000 });
	db = await connectDb(server);
	w = await makeWorld(server, db, 'ALPHAMARK');
	tables = await tableNames();
	const [rows] = await db.query(`SELECT table_name AS t, column_name AS c FROM information_schema.columns
		WHERE table_schema = DATABASE() AND data_type IN ('char', 'varchar', 'text', 'mediumtext', 'longtext', 'blob', 'mediumblob', 'longblob', 'varbinary')`);
	columns = rows;
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
});

async function tableNames() {
	const [rows] = await db.query('SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1');
	return rows.map((r) => r.t);
}

/* Fields are tried here, not patience: nobody has to wait, and the password is what it was. */
async function forgetGuesses() {
	await db.query('DELETE FROM throttle');
	await db.query('UPDATE account SET password_hash = ? WHERE person_id = ?', [PASSWORD_HASH, w.people.office.id]);
}

/* One route, its caller and good requests for it, made anew after one was taken. */
class Target {
	constructor(route) {
		const [allowed] = ROWS[route.name];
		const who = allowed === 'public' ? 'nobody' : allowed.split(' ')[0];
		this.route = route;
		this.me = { who, world: who === 'nobody' ? null : w, as: w.as[who] };
	}

	async good() {
		if (/session|account/.test(this.route.path)) {
			await forgetGuesses();
		}
		this.ready ??= await requestOf(this.route, w, this.me);
		return this.ready;
	}

	/** Sends a body (an object, or bytes as they are); never a 5xx, and a refusal says why. */
	async send(body, what, more = {}) {
		const { path, headers, as } = { ...await this.good(), ...more };
		const bytes = body instanceof Uint8Array ? body : JSON.stringify(body);
		const response = await server.call(this.route.method, path, { as, body: bytes,
			headers: { 'Content-Type': 'application/json', ...headers } });
		const text = await response.text();
		assert.ok(response.status < 500, `${this.route.name} ${what}: ${response.status} ${text}`);
		if (response.status >= 400) {
			assert.match(response.headers.get('content-type'), /problem\+json/, `${this.route.name} ${what}`);
			assert.ok(JSON.parse(text).detail, `${this.route.name} ${what}`);
		} else {
			this.ready = null;
		}
		return { status: response.status, text, type: response.headers.get('content-type') ?? '' };
	}
}

/* ---- what came of it ---- */

function* strings(value) {
	if (typeof value === 'string') {
		yield value;
	} else if (value !== null && typeof value === 'object') {
		for (const inner of Object.values(value)) {
			yield* strings(inner);
		}
	}
}

const ALLOWED = /^<\/?(p|br|b|i|u|sub|sup|table|tr|td|img|span)( (data-picture="[0-9a-f]{64}"|width="\d+"|height="\d+"|alt="[^"<>]*"|class="math"|colspan="\d+"|rowspan="\d+"))*>$/;

/* Every tag of the HTML is one that the server writes. */
function assertHarmless(html, what) {
	for (const tag of html.match(/<[^>]*>?/g) ?? []) {
		assert.match(tag, ALLOWED, `${what}: ${html}`);
	}
}

async function isStored(text) {
	for (const { t, c } of columns) {
		const [rows] = await db.query(`SELECT 1 FROM \`${t}\` WHERE INSTR(\`${c}\`, ?) > 0 OR INSTR(\`${c}\`, ?) > 0 LIMIT 1`,
			[text, JSON.stringify(text).slice(1, -1)]);
		if (rows.length > 0) {
			return true;
		}
	}
	return false;
}

const plainText = (html) => html.replace(/<[^>]*>/g, '').replace(/&quot;/g, '"').replace(/&#39;|&apos;/g, "'")
	.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

async function assertKept(answer, text, place, name) {
	const isJson = answer.type.includes('application/json');
	const all = isJson ? [...strings(JSON.parse(answer.text))] : [];
	const what = `${name} = ${text} was taken but is not as typed: ${answer.text.slice(0, 1500)}`;
	if (place.isHtml) {
		const isElement = text.startsWith('<');
		all.filter((s) => plainText(s).includes(text.slice(1, 9))).forEach((s) => assertHarmless(s, name));
		assert.ok(isElement ? !answer.text.includes(text) : all.some((s) => plainText(s).includes(text)), what);
		return;
	}
	assert.ok(NOT_KEPT.test(name) || all.includes(text) || await isStored(text), what);
}

/* A question of the kind that has such a member: the others ignore it. */
const KINDS = [
	[/^statements/, { kind: 'truefalse', statements: [{ id: 'a', html: 'x' }], key: [true] }],
	[/^key\.(value|tolerance)/, { kind: 'numeric', key: { value: '1', tolerance: '0' } }],
	[/^key\.accepted/, { kind: 'text', key: { accepted: ['x'] } }],
	[/^key\.guide/, { kind: 'essay', key: { guide: 'x' } }],
	[/^key\.0/, { kind: 'multiple', key: ['A'] }],
];

function suited(body, name) {
	const more = body.kind === 'single' && body.stem ? KINDS.find(([pattern]) => pattern.test(name))?.[1] : undefined;
	return more ? { ...body, ...more } : body;
}

async function tryText(target, place) {
	const name = place.path.join('.');
	const most = Math.min(place.schema.maxLength ?? 5000, 5000);
	const bodyWith = async (value) => withValue(suited((await target.good()).body, name), place.path, value);
	for (const make of HOSTILE) {
		const text = make(++serial);
		const answer = await target.send(await bodyWith(text), `${name} = ${text}`);
		if (answer.status < 400) {
			await assertKept(answer, text, place, `${target.route.name} ${name}`);
		}
	}
	for (const value of [`a\u0000${++serial}`, 'ợ'.repeat(most), 'ợ'.repeat(most + 1), 'e\u0301\u0323'.repeat(20), '', ' \t\n', '\u202e\u200b\ufeff',
		'\ud83d\ude00'.repeat(8), `=HYPERLINK("x")${serial}`, '../../etc/passwd', '%00%27', '${7*7}{{7*7}}', 7, 1.5, true, null, [], {}, [[]]]) {
		await target.send(await bodyWith(value), `${name} = ${JSON.stringify(value).slice(0, 60)}`);
	}
	/* Bytes that are no UTF-8, and a NUL as it is, inside the string. */
	for (const bytes of [[0xff, 0xfe], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0x00]]) {
		const at = Buffer.from(JSON.stringify(await bodyWith('HERE')));
		const cut = at.indexOf('HERE');
		const raw = Buffer.concat([at.subarray(0, cut), Buffer.from(bytes), at.subarray(cut + 4)]);
		const answer = await target.send(raw, `${name} with bytes ${bytes}`);
		assert.equal(answer.status, 400, `${target.route.name} ${name}: ${answer.text}`);
	}
}

async function tryNumber(target, place) {
	for (const value of [SQL(++serial), '', true, null, [], {}, -1, 1.5, 2 ** 53, -(2 ** 53), 1e300, 1e-300]) {
		await target.send(withValue((await target.good()).body, place.path, value), `${place.path.join('.')} = ${JSON.stringify(value)}`);
	}
}

test('there are routes and fields to try', () => {
	assert.ok(withJson.length >= 35, `${withJson.length} routes take JSON`);
	const fields = withJson.flatMap((r) => [...places(schemaOf(r), 'string')]);
	assert.ok(fields.length >= 120, `${fields.length} fields of text`);
});

/* Those that count failures, or end a sitter's lease, come last. */
const isLate = (r) => /session|activation|account|rooms/.test(r.path);

for (const route of [...withJson].sort((a, b) => isLate(a) - isLate(b))) {
	test(route.name, { timeout: 600_000 }, async () => {
		const target = new Target(route);
		for (const place of places(schemaOf(route), 'string')) {
			await tryText(target, place);
		}
		for (const place of places(schemaOf(route), 'integer')) {
			await tryNumber(target, place);
		}
		for (const body of ['', '{', '[]', 'null', '7', '"x"', '{"a":1,"a":2}', `${'['.repeat(100)}${']'.repeat(100)}`, '{}']) {
			await target.send(Buffer.from(body), `body ${body.slice(0, 20)}`);
		}
		assert.deepEqual(await tableNames(), tables);
		if (/account/.test(route.path)) { /* a new password ended the sessions */
			await forgetGuesses();
			await w.enter();
		}
	});
}

test('text in addresses and queries', async () => {
	for (const route of routes) {
		const target = new Target(route);
		const { path, body, headers } = await target.good();
		const params = document.paths[route.path][route.method.toLowerCase()].parameters ?? [];
		const send = (address) => (body instanceof Uint8Array || body === undefined
			? server.call(route.method, address, { as: target.me.as, body, headers })
			: server.call(route.method, address, { as: target.me.as, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } }));
		const addresses = params.filter((p) => p.in === 'query').flatMap((p) =>
			[...HOSTILE.map((make) => make(1)), '', '-1', '99999999999999999999', '\u00ff', 'a'.repeat(600)]
				.map((text) => `${path.split('?')[0]}?${p.name}=${encodeURIComponent(text)}`));
		addresses.push(`${path.split('?')[0]}?${encodeURIComponent(SQL(1))}=1&a=%ff&b=%00`);
		if (route.path.includes('{')) {
			const parts = route.path.split('/');
			const at = parts.findLastIndex((p) => p.startsWith('{'));
			for (const text of [...HOSTILE.map((make) => make(1)), '0', '-1', '01', '99999999999999999999', '%00', '..', 'A'.repeat(22), 'a'.repeat(64)]) {
				addresses.push(path.split('?')[0].split('/').map((p, i) => (i === at ? encodeURIComponent(text) : p)).join('/'));
			}
		}
		if (route.method === 'DELETE' || /session|activation/.test(route.path)) {
			continue; /* they would do what they say */
		}
		for (const address of addresses) {
			const response = await send(address).catch((error) => {
				assert.equal(error.cause?.code, 'UND_ERR_SOCKET', `${address}: ${error}`); /* libwebsockets hangs up on a bad escape */
				return null;
			});
			const text = await response?.text();
			assert.ok(!response || response.status < 500, `${route.method} ${address}: ${response?.status} ${text}`);
		}
	}
	assert.deepEqual(await tableNames(), tables);
});

test('text in the cells and names of uploaded files', async () => {
	for (const make of HOSTILE) {
		const name = make(++serial);
		const note = make(++serial);
		const rows = [['DANH SÁCH HỌC SINH LỚP 11X'], ['STT', 'Mã HS', 'Họ và tên', 'Ngày sinh', 'Ghi chú'],
			[1, `Z${serial}`, name, '05/09/2011', note]];
		const upload = (path, who, bytes, fileName) => server.call('POST', `/api/v1${path}`, { as: w.as[who], body: bytes,
			headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': encodeURIComponent(fileName) } });
		const response = await upload(`/roster/import?year=${w.school.year}`, 'office', xlsx(rows), `${name}.xlsx`);
		const plan = await response.json();
		assert.ok(response.status < 500, JSON.stringify(plan));
		if (response.status === 200) {
			const row = plan.rows.find((r) => r.code === `Z${serial}`);
			assert.ok(row.action === 'error' || row.fullName === name, JSON.stringify(row));
		}
		const read = await upload(`/banks/${w.bank.id}/import`, 'teacher',
			Buffer.from(`Câu 1. Hỏi ${name} gì\nA. ${note}\nB. hai\nC. ba\nD. bốn\nĐáp án: A\n`), `${name}.txt`);
		const preview = await read.json();
		assert.equal(read.status, 201, JSON.stringify(preview));
		for (const q of preview.questions) {
			[q.stem, ...(q.options ?? []).map((o) => o.html)].forEach((html) => assertHarmless(html, 'a preview'));
			assert.ok(q.source.includes(name), 'the source is kept as it was');
		}
	}
	assert.deepEqual(await tableNames(), tables);
});

test('the school is as it was', async () => {
	assert.deepEqual(await tableNames(), tables);
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM student WHERE school_id = ?', [w.school.id]);
	assert.equal(Number(n), 6);
	await w.enter();
	assert.equal((await w.call(200, 'GET', `/classes/${w.school.class}`, 'office')).students.length, 4);
});
