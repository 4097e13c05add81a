/*
 * HTTP as hostile and clumsy clients send it: each rule about heads, bodies, lengths and time.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { PATIENCE_MS, Server, pause, until } from './lib/server.mjs';
import { Raw, rawRequest } from './lib/raw.mjs';

let server;

before(async () => {
	server = await Server.start();
});

after(async () => {
	await server?.stop();
});

const head = (line, ...fields) => `${line}\r\n${fields.join('\r\n')}${fields.length ? '\r\n' : ''}\r\n`;
const HOST = 'Host: localhost';
const isAlive = async () => (await fetch(`${server.url}/healthz`)).status === 200;

/* Bound addresses of the process, from the kernel's own table. */
async function boundAddresses(pid, port) {
	const inodes = new Set();
	for (const fd of await readdir(`/proc/${pid}/fd`)) {
		const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
		const found = /^socket:\[(\d+)\]$/.exec(link);
		if (found) {
			inodes.add(found[1]);
		}
	}
	const rows = [];
	for (const table of ['tcp', 'tcp6']) {
		const text = await readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '');
		for (const line of text.split('\n').slice(1)) {
			const cells = line.trim().split(/\s+/);
			if (cells[3] === '0A' && inodes.has(cells[9])) {
				const [address, hexPort] = cells[1].split(':');
				if (parseInt(hexPort, 16) === port) {
					rows.push(address);
				}
			}
		}
	}
	return rows;
}

test('listens on the address of the settings and no other', async () => {
	assert.deepEqual(await boundAddresses(server.child.pid, server.port), ['0100007F']);
});

test('the loop is libuv, and the parts are ready', async () => {
	const ready = await (await fetch(`${server.url}/readyz`)).json();
	assert.equal(ready.loop, 'libuv');
	assert.equal(ready.ready, true);
	assert.equal(ready.database.migrated, true);
});

test('/readyz says in words how database and journal are', async () => {
	const says = async (lang) => {
		const ready = await (await fetch(`${server.url}/readyz`, { headers: { 'Accept-Language': lang } })).json();
		return [ready.database.says, ready.journal.says, ready.journal.bytes, ready.journal.inUse];
	};
	assert.deepEqual(await says('en'), ['The database answers and its tables are up to date.',
		'The journal is empty: everything that was taken is in the database.', 0, false]);
	assert.match((await says('vi'))[1], /^Nhật ký trống/);
});

test('every answer carries the security headers', async () => {
	for (const path of ['/healthz', '/', '/assets/big.js', '/api/v1/none', '/none.js']) {
		const response = await fetch(server.url + path);
		const h = response.headers;
		const csp = h.get('content-security-policy');
		assert.match(csp, /default-src 'self'/, path);
		assert.match(csp, /script-src 'self'(;|$)/, path);
		assert.match(csp, /object-src 'none'/, path);
		assert.match(csp, /frame-ancestors 'none'/, path);
		assert.match(csp, /base-uri 'none'/, path);
		assert.match(csp, /form-action 'self'/, path);
		assert.doesNotMatch(csp, /unsafe/, path);
		assert.equal(h.get('x-content-type-options'), 'nosniff', path);
		assert.ok(h.get('referrer-policy'), path);
		assert.equal(h.get('cross-origin-opener-policy'), 'same-origin', path);
		assert.equal(h.get('server'), null, path);
		await response.arrayBuffer();
	}
	assert.equal((await fetch(`${server.url}/healthz`)).headers.get('cache-control'), 'no-store');
});

test('problems are problem documents in the reader\'s language', async () => {
	for (const [language, word] of [['vi', 'Không'], ['en', 'no such page']]) {
		const response = await fetch(`${server.url}/api/v1/none`, { headers: { 'Accept-Language': language } });
		assert.equal(response.status, 404);
		assert.match(response.headers.get('content-type'), /^application\/problem\+json/);
		const problem = await response.json();
		assert.equal(problem.status, 404);
		assert.equal(problem.code, 'http.no_page');
		assert.ok(problem.detail.includes(word), problem.detail);
	}
});

const refused = [
	['no Host', head('GET /healthz HTTP/1.1'), 400],
	['two Hosts', head('GET /healthz HTTP/1.1', HOST, 'Host: evil'), 400],
	['an empty Host', head('GET /healthz HTTP/1.1', 'Host:'), 400],
	['a Host that is none', head('GET /healthz HTTP/1.1', 'Host: a b'), 400],
	['a Host with a path', head('GET /healthz HTTP/1.1', 'Host: a/b'), 400],
	['length and chunked', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
	['chunked and length', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`, 400],
	['two lengths that differ', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: 5', 'Content-Length: 6')}hello`, 400],
	['two equal lengths', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: 5', 'Content-Length: 5')}hello`, 400],
	['a list of lengths', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: 5, 5')}hello`, 400],
	['a negative length', head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: -5'), 400],
	['a signed length', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: +5')}hello`, 400],
	['a length in hex', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: 0x5')}hello`, 400],
	['a word for a length', head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: five'), 400],
	['a length past 2^63', head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: 9223372036854775808'), 400],
	['POST chunked', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`, 411],
	['PUT chunked', `${head('PUT /api/v1/session HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}0\r\n\r\n`, 411],
	['PATCH chunked', `${head('PATCH /api/v1/session HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}0\r\n\r\n`, 411],
	['DELETE chunked', `${head('DELETE /api/v1/session HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}0\r\n\r\n`, 411],
	['GET chunked', `${head('GET /healthz HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}0\r\n\r\n`, 411],
	['chunked in another spelling', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Transfer-Encoding: xchunked')}0\r\n\r\n`, 411],
	/* RFC 9112, 5.1: a proxy in front may take such a field for the real one. */
	['a blank before the colon of chunked', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Transfer-Encoding : chunked', 'Content-Length: 2')}{}`, 400],
	['a tab before the colon of chunked', `${head('POST /api/v1/session HTTP/1.1', HOST, 'transfer-encoding\t: chunked', 'Content-Length: 2')}{}`, 400],
	['a blank before the colon of a length', `${head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: 2', 'CONTENT-LENGTH : 40')}{}`, 400],
	['a tab before the colon of a length', `${head('GET /healthz HTTP/1.1', HOST, 'Content-Length\t: 40')}`, 400],
	['POST without a length', head('POST /api/v1/session HTTP/1.1', HOST), 411],
	['PUT without a length', head('PUT /api/v1/session HTTP/1.1', HOST), 411],
	['PATCH without a length', head('PATCH /api/v1/session HTTP/1.1', HOST), 411],
	['an Expect that is not known', head('GET /healthz HTTP/1.1', HOST, 'Expect: miracles'), 417],
	['HTTP/1.2', head('GET /healthz HTTP/1.2', HOST), 505],
	['OPTIONS', head('OPTIONS /healthz HTTP/1.1', HOST), 405],
	['an unknown address', head('GET /api/v1/none HTTP/1.1', HOST), 404],
	['a body where none is taken', `${head('DELETE /healthz HTTP/1.1', HOST, 'Content-Length: 2')}{}`, 405],
	['a huge length', head('POST /api/v1/none HTTP/1.1', HOST, 'Content-Length: 999999999999'), 404],
];

for (const [name, text, status] of refused) {
	test(`refuses ${name} with ${status}`, async () => {
		const answer = await rawRequest(server.port, text);
		assert.equal(answer?.status, status);
		assert.match(answer.headers['content-type'], /problem\+json/);
		assert.ok(await isAlive());
	});
}

/* libwebsockets hangs up on these before anybody is asked; what matters is that it does. */
const dropped = [
	['an unknown method', head('BREW /healthz HTTP/1.1', HOST)],
	['CONNECT', head('CONNECT localhost:80 HTTP/1.1', HOST)],
	['rubbish', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 rubbish\r\n\r\n'],
	['a head past its limit', head('GET /healthz HTTP/1.1', HOST, `X-Long: ${'a'.repeat(20000)}`)],
	['an address past its limit', head(`GET /${'a'.repeat(20000)} HTTP/1.1`, HOST)],
	['a thousand fields', head('GET /healthz HTTP/1.1', HOST, ...Array.from({ length: 1000 }, (_, i) => `Accept: ${i}`))],
	['a NUL in the address', head('GET /heal%00thz HTTP/1.1', HOST)],
	['a broken escape', head('GET /heal%zzthz HTTP/1.1', HOST)],
	['h2c by prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
];

for (const [name, text] of dropped) {
	test(`never serves ${name}`, async () => {
		const answer = await rawRequest(server.port, text).catch(() => null);
		assert.ok(answer === null || answer.status >= 400, JSON.stringify(answer));
		assert.ok(await isAlive());
	});
}

test('a line feed inside the address makes no field of its own', async () => {
	const answer = await rawRequest(server.port,
		head('GET /healthz%0d%0aX-Forwarded-For:%201.2.3.4 HTTP/1.1', HOST)).catch(() => null);
	assert.ok(answer === null || answer.status >= 400 || !answer.body.includes('1.2.3.4'));
	assert.ok(await isAlive());
});

test('nothing outside of the web client\'s folder is served', async () => {
	for (const path of ['/../../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2f..%2fetc/passwd',
		'//etc/passwd', '/assets/%2e%2e%2f%2e%2e%2fdata/keys/root.key', '/.git/config', '/data/keys/root.key']) {
		const answer = await rawRequest(server.port, head(`GET ${path} HTTP/1.1`, HOST)).catch(() => null);
		assert.ok(answer === null || !/root:|[0-9a-f]{64}/.test(answer.body), path);
		assert.ok(answer === null || answer.status === 404 || answer.body.includes('<title>'), path);
	}
});

test('two requests in one packet are answered in order', async () => {
	const raw = await Raw.open(server.port);
	await raw.send(head('GET /healthz HTTP/1.1', HOST) + head('GET /api/v1/none HTTP/1.1', HOST) +
		head('GET /sw.js HTTP/1.1', HOST));
	assert.equal((await raw.response()).status, 200);
	assert.equal((await raw.response()).status, 404);
	assert.equal((await raw.response()).body, '/* worker */');
	raw.end();
});

test('what comes behind a refused request is never taken for another', async () => {
	const raw = await Raw.open(server.port);
	const smuggled = head('GET /healthz HTTP/1.1', HOST, 'X-Smuggled: 1');
	await raw.send(head('POST /api/v1/session HTTP/1.1', HOST, 'Content-Length: 4',
		'Transfer-Encoding: chunked') + `0\r\n\r\n${smuggled}`);
	assert.equal((await raw.response()).status, 400);
	await raw.closed();
	assert.equal(raw.bytes.length, 0, 'one answer only');
	raw.end();
});

test('a connection is kept alive, and closed when asked', async () => {
	const raw = await Raw.open(server.port);
	for (let i = 0; i < 5; i++) {
		await raw.send(head('GET /healthz HTTP/1.1', HOST));
		assert.equal((await raw.response()).status, 200);
	}
	await raw.send(head('GET /healthz HTTP/1.1', HOST, 'Connection: close'));
	assert.equal((await raw.response()).status, 200);
	await raw.closed();
	raw.end();
	const old = await Raw.open(server.port);
	await old.send(head('GET /healthz HTTP/1.0', HOST));
	assert.equal((await old.response()).status, 200);
	await old.closed();
	old.end();
});

test('HEAD is answered without a body', async () => {
	const raw = await Raw.open(server.port);
	await raw.send(head('HEAD /sw.js HTTP/1.1', HOST) + head('GET /sw.js HTTP/1.1', HOST));
	const first = await raw.response(undefined, { isHead: true });
	assert.equal(first.headers['content-length'], '12');
	assert.equal((await raw.response()).body, '/* worker */');
	raw.end();
});

test('a large file arrives whole, also to a slow reader', async () => {
	const whole = await (await fetch(`${server.url}/assets/big.js`)).text();
	assert.equal(whole.length, 3_000_000);
	const raw = await Raw.open(server.port);
	await raw.send(head('GET /assets/big.js HTTP/1.1', HOST));
	await pause(50);
	raw.socket.pause();
	await pause(700);
	raw.socket.resume();
	const answer = await raw.response();
	assert.equal(answer.body.length, 3_000_000);
	raw.end();
});

test('a part of a file', async () => {
	const response = await fetch(`${server.url}/sw.js`, { headers: { Range: 'bytes=3-8' } });
	assert.equal(response.status, 206);
	assert.equal(response.headers.get('content-range'), 'bytes 3-8/12');
	assert.equal(await response.text(), 'worker');
});

test('an unchanged file is not sent again', async () => {
	const first = await fetch(`${server.url}/sw.js`);
	const tag = first.headers.get('etag');
	assert.match(tag, /^"[0-9a-f]+"$/);
	assert.equal(first.headers.get('service-worker-allowed'), '/');
	await first.text();
	const again = await fetch(`${server.url}/sw.js`, { headers: { 'If-None-Match': tag } });
	assert.equal(again.status, 304);
	assert.equal(await again.text(), '');
});

test('/metrics counts, and is for this machine only', async () => {
	const before = await server.metric('requests_total');
	await fetch(`${server.url}/healthz`);
	assert.ok((await server.metric('requests_total')) >= before + 2);
});

test('a head that trickles in is given up', async () => {
	const start = Date.now();
	const raw = await Raw.open(server.port);
	await raw.send('GET /healthz HTTP/1.1\r\n');
	const timer = setInterval(() => raw.send('X-Slow: 1\r\n'), 1000);
	await raw.closed().finally(() => clearInterval(timer));
	assert.ok(Date.now() - start >= 9_000, 'not before its time');
	raw.end();
	assert.ok(await isAlive());
});

test('a port in use is said in a sentence', async () => {
	const { code, stderr } = await new Promise((done) => {
		execFile(server.child.spawnfile, ['serve', '--port', String(server.port), '--data',
			`${server.dir}/other`], { timeout: PATIENCE_MS }, (error, out, err) => done({ code: error?.code ?? 0, stderr: err }));
	});
	assert.equal(code, 1);
	assert.match(stderr, /^truongthi: cannot listen on 127\.0\.0\.1, port \d+: the port is in use/m);
	assert.ok(await isAlive());
});

test('no descriptor is lost over hundreds of connections', async () => {
	const count = async () => (await readdir(`/proc/${server.child.pid}/fd`)).length;
	await until('idle connections are few', async () => (await count()) < 60);
	const start = await count();
	for (let round = 0; round < 4; round++) {
		const all = await Promise.all(Array.from({ length: 100 }, () => Raw.open(server.port)));
		await Promise.all(all.map((raw, i) => (i % 3 ? raw.send('GET / HT') : Promise.resolve())));
		all.forEach((raw) => raw.end());
	}
	await until('they are closed', async () => (await count()) <= start + 2);
});
