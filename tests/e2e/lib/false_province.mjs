/*
 * A province that never ran our program, strict with what a school sends and, when a test wishes
 * it, false in what it answers. Written from docs/exchange.md alone.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { H, holds, newKey } from './exchange.mjs';

const cat = (...parts) => Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p) : p)));
const be = (n, bytes) => {
	const b = Buffer.alloc(8);
	b.writeBigUInt64BE(BigInt(n));
	return b.subarray(8 - bytes);
};

/** An answer to a batch: { school, id, body, outcomes, total, key, at }. */
export function answerTo({ school, id, body, outcomes = [], total, key, at = 1_795_357_200_000 }) {
	const lines = cat(...outcomes.map((o) => `${JSON.stringify(o)}\n`));
	const count = (state) => outcomes.filter((o) => o.state === state).length;
	const statement = cat('TTXH', Buffer.from([1, school.length]), school, Buffer.from(id, 'hex'), H(body), be(at, 8),
		be(total - outcomes.length, 4), be(count('stale'), 4), be(count('rejected'), 4), H(lines), key.kid);
	const head = JSON.stringify({ statement: statement.toString('hex'), signature: key.sign(statement).toString('hex') });
	return cat(`${head}\n`, lines);
}

export class FalseProvince {
	/** pair: { key, cert } of the server; code: readCode() of the one-time code. */
	static async start({ host, pair, code }) {
		const p = new FalseProvince();
		Object.assign(p, { host, code, key: newKey(), keys: [], held: new Map(), batches: new Map(), faults: [], asked: [], wish: null, reject: null });
		p.keys.push({ key: p.key.public.toString('hex'), from: 1, signature: null });
		p.sockets = new Set();
		p.server = createServer(pair, (req, res) => p.take(req, res));
		p.server.on('secureConnection', (socket) => {
			p.sockets.add(socket);
			socket.on('close', () => p.sockets.delete(socket));
		});
		p.server.on('tlsClientError', () => undefined);
		await new Promise((done) => p.server.listen(0, host, done));
		return p;
	}

	get url() {
		return `https://${this.host}:${this.server.address().port}`;
	}

	async stop() {
		this.sockets.forEach((s) => s.destroy());
		await new Promise((done) => this.server.close(done));
	}

	/** A next key, vouched for by the one before; the old one signs no more. */
	roll() {
		const next = newKey();
		const signature = this.key.sign(cat('TTXK', '79', next.public)).toString('hex');
		this.keys.push({ key: next.public.toString('hex'), from: this.keys.length + 1, signature });
		this.key = next;
	}

	take(req, res) {
		const chunks = [];
		req.on('data', (c) => chunks.push(c));
		req.on('end', () => {
			const body = Buffer.concat(chunks);
			this.asked.push(`${req.method} ${req.url}`);
			try {
				this.answer(req, res, body);
			} catch (error) {
				this.faults.push(error);
				res.writeHead(400).end();
			}
		});
	}

	answer(req, res, body) {
		const json = (value) => res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
		switch (`${req.method} ${req.url}`) {
		case 'GET /api/v1/exchange/keys':
			return json({ province: '79', keys: this.keys });
		case 'POST /api/v1/exchange/enrolments':
			return json(this.enrol(JSON.parse(body)));
		case 'POST /api/v1/exchange/batches':
			return this.batch(req, res, body);
		default:
			return res.writeHead(404).end();
		}
	}

	enrol(ask) {
		assert.deepEqual(Object.keys(ask), ['code_id', 'school', 'key', 'mac']);
		assert.equal(ask.code_id, this.code.id);
		const key = Buffer.from(ask.key, 'hex');
		assert.equal(ask.mac, H(cat('TTXE', ask.code_id, ask.school.code, key), this.code.key).toString('hex'));
		this.school = { code: ask.school.code, key };
		const mac = H(cat('TTXF', ask.code_id, key, this.key.public), this.macKey ?? this.code.key);
		return { province: { code: '79', name: 'Sở thử' }, key: this.key.public.toString('hex'), mac: mac.toString('hex') };
	}

	/* A batch, held to everything that was agreed. */
	batch(req, res, body) {
		assert.equal(req.headers['content-type'], 'application/x-ndjson');
		assert.equal(req.headers['truongthi-key'], H(this.school.key).subarray(0, 8).toString('hex'));
		assert.ok(holds(this.school.key, cat('TTXG', H(body)), Buffer.from(req.headers['truongthi-signature'], 'hex')));
		assert.ok(body.length <= 1 << 20);
		const texts = body.toString().split('\n');
		assert.equal(texts.pop(), '', 'the last line is ended, too');
		const head = JSON.parse(texts.shift());
		assert.deepEqual(Object.keys(head), ['format', 'school', 'batch', 'number', 'records', 'made_at']);
		assert.equal(head.school, this.school.code);
		assert.equal(head.records, texts.length);
		assert.ok(texts.length >= 1 && texts.length <= 2000);
		const before = this.batches.get(head.batch);
		assert.ok(!before || before.equals(body), 'a batch that is sent again is the same bytes');
		this.batches.set(head.batch, body);
		const outcomes = [];
		const apply = () => {
			texts.forEach((text, n) => {
				const r = JSON.parse(text);
				const old = this.held.get(r.idbanghi);
				assert.ok(r.idbanghi.startsWith(`${this.school.code}/${r.bang}`));
				if (this.reject?.(r)) {
					outcomes.push({ n, state: 'rejected', code: 'exchange.record_value', params: { field: 'tenmon' } });
				} else if (old && JSON.parse(old).phienban >= r.phienban) {
					outcomes.push({ n, state: 'stale', code: 'exchange.version_known', params: { phienban: r.phienban } });
				} else {
					this.held.set(r.idbanghi, text);
				}
			});
			return answerTo({ school: head.school, id: head.batch, body, outcomes, total: texts.length, key: this.key });
		};
		const send = (bytes) => res.writeHead(200, { 'Content-Type': 'application/x-ndjson', 'Content-Length': bytes.length }).end(bytes);
		if (this.wish) {
			return this.wish({ res, send, head, body, total: texts.length, apply });
		}
		this.last = apply();
		return send(this.last);
	}
}
