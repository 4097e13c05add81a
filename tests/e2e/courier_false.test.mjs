/*
 * A school and a province that is not what it should be: another authority, another key, old and
 * foreign receipts, cut and mute answers. Nothing is sent to a stranger and nothing of his is
 * believed; and once the right one is back, every record is there, once.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { newKey, readCode } from './lib/exchange.mjs';
import { FalseProvince, answerTo } from './lib/false_province.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';
import { BIN, PATIENCE_MS, ROOT, until } from './lib/server.mjs';

const run = promisify(execFile);
const TLS = join(ROOT, 'tests/fixtures/tls');
const HOST = '127.0.0.2'; /* whom the certificate names */
const CODE = '0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ';
let all;
let province;
let serial = 0;

const sync = (...words) => run(BIN, ['sync', ...words, '--data', join(all.server.dir, 'data')]);
const enrol = (name) => sync('enrol', '--school=alpha', `--url=${province.url}`, `--code=${CODE}`, `--ca=${join(TLS, 'ca.pem')}`, `--name=${name}`);
const change = (name = `Toán ${++serial}`) => all.server.answer(200, 'PUT', `/subjects/${all.school.subject}`, all.office, { code: 'toan', name, kind: 'mark' });
async function destination() {
	const [[row]] = await all.db.query('SELECT state, error, tries, HEX(peer_key) AS peer_key, ca_pem FROM destination WHERE school_id = ?', [all.school.id]);
	return { ...row, state: Number(row.state), tries: Number(row.tries) };
}
async function told() {
	const [rows] = await all.db.query('SELECT r.idbanghi, o.line FROM record r JOIN outbox o ON o.school_id = r.school_id' +
		' AND o.number = r.number WHERE r.school_id = ?', [all.school.id]);
	return new Map(rows.map((r) => [r.idbanghi.toString(), r.line.toString()]));
}
const open = async () => Number((await all.db.query('SELECT COUNT(*) AS n FROM outgoing WHERE state < 3'))[0][0].n);
const arrives = () => until('the province has every record', async () => {
	const want = await told();
	return want.size > 0 && want.size === province.held.size && [...want].every(([k, line]) => province.held.get(k) === line) && await open() === 0;
}, PATIENCE_MS, 50);

/* The province does that instead; the destination comes to this, believes nothing, and once the
 * province is itself again everything arrives. */
async function misbehave(wish, error, state) {
	province.wish = wish;
	await change();
	const d = await until(error, async () => {
		const now = await destination();
		return now.error === error && now;
	}, PATIENCE_MS, 50);
	assert.equal(d.state, state);
	assert.ok(await open() === 1, 'the batch is still under way');
	province.wish = null;
	if (state === 3) {
		await sync('resume');
	}
	await arrives();
	await until('nothing is wrong any more', async () => (await destination()).error === '', PATIENCE_MS, 50);
}

before(async () => {
	const pair = { key: await readFile(join(TLS, 'server.key')), cert: await readFile(join(TLS, 'server.pem')) };
	province = await FalseProvince.start({ host: HOST, pair, code: readCode(CODE) });
	all = await startSchools(['office']);
}, { timeout: 600_000 });

after(async () => {
	if (all) {
		await stopSchools(all);
	}
	await province?.stop();
	assert.deepEqual(province.faults, [], 'all that was sent is as it was agreed');
});

test('who cannot prove the code is no destination', async () => {
	province.macKey = randomBytes(32);
	await assert.rejects(enrol('Sở'), /destination\.not_proven/);
	province.macKey = undefined;
	assert.equal((await all.db.query('SELECT COUNT(*) AS n FROM destination'))[0][0].n, '0');
	await enrol('Sở');
	await arrives();
});

const STOPPED = 3;
const ON = 1;
const cases = [
	['a receipt by another key', ({ send, head, body, total }) => send(answerTo({ school: head.school, id: head.batch, body, total, key: newKey() })),
		'destination.receipt_forged', STOPPED],
	['the receipt of the last batch', ({ send }) => send(province.last), 'destination.receipt_other', STOPPED],
	['a receipt for other bytes', ({ send, head, total }) => send(answerTo({ school: head.school, id: head.batch, body: Buffer.from('x'), total, key: province.key })),
		'destination.receipt_other', STOPPED],
	['a receipt of another school', ({ send, head, body, total }) => send(answerTo({ school: 'beta', id: head.batch, body, total, key: province.key })),
		'destination.receipt_other', STOPPED],
	['a receipt for another batch', ({ send, head, body, total }) => send(answerTo({ school: head.school, id: 'ab'.repeat(16), body, total, key: province.key })),
		'destination.receipt_other', STOPPED],
	['another page', ({ send }) => send(Buffer.from('<!doctype html><title>Wi-Fi</title>\n')), 'destination.answer_format', ON],
	['an answer cut in the middle', ({ res, apply }) => {
		const bytes = apply();
		res.writeHead(200, { 'Content-Length': bytes.length });
		res.write(bytes.subarray(0, 99), () => res.socket.destroy());
	}, 'destination.cut', ON],
	['a failure of the server', ({ res }) => res.writeHead(500).end('oh'), 'destination.refused', ON],
	['too many at once', ({ res }) => res.writeHead(429, { 'Retry-After': '1' }).end(), 'destination.refused', ON],
	['another address', ({ res }) => res.writeHead(307, { Location: `${province.url}/elsewhere` }).end(), 'destination.redirect', STOPPED],
	['a key that was revoked', ({ res }) => res.writeHead(403, { 'Content-Type': 'application/problem+json' })
		.end(JSON.stringify({ status: 403, code: 'exchange.key_revoked', detail: 'no' })), 'exchange.key_revoked', STOPPED],
];
for (const [name, wish, error, state] of cases) {
	test(`${name}: ${error}`, () => misbehave(wish, error, state));
}

test('nobody follows a redirect', () => {
	assert.ok(!province.asked.some((a) => a.includes('elsewhere')));
});

test('another authority than the one that was given: neither code nor key is shown to it', async () => {
	const asked = province.asked.length;
	await assert.rejects(sync('enrol', '--school=alpha', `--url=${province.url}`, `--code=${CODE}`, `--ca=${join(TLS, 'other-ca.pem')}`, '--name=Khác'),
		/destination\.tls/);
	assert.equal(province.asked.length, asked);
	assert.equal((await all.db.query('SELECT COUNT(*) AS n FROM destination'))[0][0].n, '1');
});

test('another authority than the one that was given: not a byte is sent', async () => {
	const { ca_pem } = await destination();
	const asked = province.asked.length;
	await all.db.query('UPDATE destination SET ca_pem = ?', [await readFile(join(TLS, 'other-ca.pem'), 'utf8')]);
	province.sockets.forEach((s) => s.destroy());
	await change();
	await until('it is not trusted', async () => (await destination()).error === 'destination.tls', PATIENCE_MS, 50);
	assert.equal(province.asked.length, asked);
	await all.db.query('UPDATE destination SET ca_pem = ?', [ca_pem]);
	await arrives();
});

test('the province changes its key: believed through the one before, and only so', async () => {
	const before = (await destination()).peer_key;
	province.roll();
	await change();
	await arrives();
	const now = (await destination()).peer_key;
	assert.notEqual(now, before);
	assert.equal(now.toLowerCase(), province.key.public.toString('hex'));
	const right = province.keys;
	province.keys = [...right, { key: newKey().public.toString('hex'), from: 9, signature: '00'.repeat(64) }];
	await misbehave(({ send, head, body, total }) => send(answerTo({ school: head.school, id: head.batch, body, total, key: newKey() })),
		'destination.receipt_forged', STOPPED);
	province.keys = right;
	assert.equal((await destination()).peer_key, now);
});

test('a rejected record stands in nobody’s way, and says why', async () => {
	province.reject = (r) => r.bang === 'monhoc';
	await change('Bị từ chối');
	const rejected = () => all.db.query('SELECT s.state, s.code, s.params, r.idbanghi FROM record_state s JOIN record r ON r.id = s.record_id AND r.school_id = s.school_id');
	const [[row]] = await until('it is rejected', async () => {
		const found = await rejected();
		return found[0].length === 1 && Number(found[0][0].state) === 5 && found;
	}, PATIENCE_MS, 50);
	assert.deepEqual([row.code, row.params, row.idbanghi.toString()], ['exchange.record_value', '{"field":"tenmon"}', 'alpha/monhoc/toan']);
	const { stdout } = await sync('status');
	assert.match(stdout, /on; queued 0, sent 0, received 0, applied [1-9]\d*, rejected 1/);
	province.reject = null;
	await sync('resend');
	await arrives();
	assert.equal((await rejected())[0].length, 0);
});

test('a province that says nothing holds up neither the school nor its end', async () => {
	let mute = 0;
	province.wish = () => {
		mute++;
	};
	await change();
	await until('it waits for an answer', () => mute > 0);
	assert.equal((await all.server.ask('GET', '/readyz')).status, 200);
	await all.db.end();
	all.db = null;
	await all.server.kill('SIGTERM');
	assert.deepEqual(all.server.exit, { code: 0, signal: null }, all.server.log);
});
