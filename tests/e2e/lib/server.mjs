/*
 * A real `truongthi serve` for a test: a free port, a data folder of its own with a private
 * database in it, everything taken away in the end. TT_BIN names the program.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge } from './openapi.mjs';

/* Provinces of tests are on this machine; a setting of a server's own overrules this. */
process.env.TRUONGTHI_EXCHANGE_THIS_MACHINE ??= '1';

const here = dirname(fileURLToPath(import.meta.url));
export const ROOT = resolve(here, '../../..');
export const BIN = process.env.TT_BIN ?? join(ROOT, 'build-dev/truongthi');

const READY_MS = 240_000; /* the first start installs a database, under sanitizers */
const STOP_MS = 5_000; /* what the program promises */
const INNODB_TRX_MS = 200; /* that table is read anew when it is older than a tenth of a second */

/* How long a thing that must come is waited for: a machine may stand still for a while, and waiting
 * costs nothing when all goes well. */
export const PATIENCE_MS = 180_000;

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/* Below those that the system gives to outgoing connections (32768 and up): such a port could be
 * somebody's connection by the time a server wants to listen on it. Files that run beside each
 * other choose among ports of their own, and no file chooses one twice. */
const PORT_LEAST = 12_000;
const PORT_BLOCKS = 50;
const PORTS_A_BLOCK = 400;
const chosen = new Set();

function isFree(port) {
	return new Promise((done, fail) => {
		const probe = createServer();
		probe.on('error', (error) => (error.code === 'EADDRINUSE' ? done(false) : fail(error)));
		probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
	});
}

/** A port that nobody listens on at this moment, and that nobody is likely to be given. */
export async function freePort() {
	for (;;) {
		const port = PORT_LEAST + (process.pid % PORT_BLOCKS) * PORTS_A_BLOCK + randomInt(PORTS_A_BLOCK);
		if (!chosen.has(port) && await isFree(port)) {
			chosen.add(port);
			return port;
		}
	}
}

/** Waits until `check` gives something true; throws with `what` when it never does. */
export async function until(what, check, ms = PATIENCE_MS, step = 20) {
	const end = Date.now() + ms;
	for (;;) {
		const got = await check();
		if (got) {
			return got;
		}
		if (Date.now() > end) {
			throw new Error(`never happened: ${what}`);
		}
		await pause(step);
	}
}

/** A small web client, so that these tests need no build of the real one. */
export async function makeWebroot(dir) {
	await mkdir(join(dir, 'assets'), { recursive: true });
	await writeFile(join(dir, 'index.html'), '<!doctype html><title>index</title>');
	await writeFile(join(dir, 'exam.html'), '<!doctype html><title>exam</title>');
	await writeFile(join(dir, 'sw.js'), '/* worker */');
	await writeFile(join(dir, 'assets/big.js'), 'x'.repeat(3_000_000));
	await writeFile(join(dir, 'assets/middle.js'), 'x'.repeat(200_000));
}

export class Server {
	/** settings: names as in the settings file, e.g. { 'work.queue': 4 }. */
	static async start(settings = {}, options = {}) {
		const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'truongthi-e2e-')));
		const server = new this();
		server.dir = dir;
		server.port = options.port ?? (await freePort());
		server.settings = settings;
		server.env = options.env ?? {}; /* secrets are refused on the command line */
		server.ca = options.ca;
		server.command = options.command ?? 'serve';
		server.through = options.through ?? []; /* a program and its words that start it */
		if (!options.dir) {
			await makeWebroot(join(dir, 'web'));
		}
		try {
			await server.launch();
		} catch (error) {
			await server.remove();
			throw error;
		}
		return server;
	}

	get url() {
		return `http://127.0.0.1:${this.port}`;
	}

	get origin() {
		return this.url;
	}

	/** Starts the process on the same folder and port; again after a kill. */
	async launch() {
		const args = [this.command, '--port', String(this.port), '--data', join(this.dir, 'data'),
			'--web-dir', join(this.dir, 'web')];
		for (const [name, value] of Object.entries(this.settings)) {
			args.push(`--${name.replaceAll(/[._]/g, '-')}`, String(value));
		}
		this.log = '';
		this.exit = null;
		const [program, ...words] = [...this.through, BIN, ...args];
		this.child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...this.env } });
		this.child.stderr.on('data', (bytes) => {
			this.log += bytes;
		});
		this.ended = new Promise((done) => {
			this.child.on('exit', (code, signal) => {
				this.exit = { code, signal };
				done(this.exit);
			});
		});
		await until('the server is ready', async () => {
			if (this.exit) {
				throw new Error(`the server ended: ${JSON.stringify(this.exit)}\n${this.log}`);
			}
			try {
				return (await this.ask('GET', '/readyz')).status === 200;
			} catch {
				return false;
			}
		}, READY_MS, 50);
	}

	kill(signal = 'SIGKILL') {
		this.child.kill(signal);
		return this.ended;
	}

	/** Holds the process still (SIGSTOP) between two of its transactions while `act` writes into the
	 * tables behind its back: its clockwork neither signs what stands there meanwhile nor waits with a
	 * lock. `db` is a connection without a transaction of its own. Gives what `act` gives. */
	async still(db, act) {
		const isStill = async () => {
			this.child.kill('SIGSTOP');
			await until('the process is stopped', async () =>
				/\) T /.test(await readFile(`/proc/${this.child.pid}/stat`, 'utf8')));
			await pause(INNODB_TRX_MS);
			const [[{ n }]] = await db.query('SELECT COUNT(*) n FROM information_schema.innodb_trx');
			return Number(n) === 0;
		};
		try {
			while (!await isStill()) {
				this.child.kill('SIGCONT');
				await pause(20);
			}
			return await act();
		} finally {
			this.child.kill('SIGCONT');
		}
	}

	/** SIGTERM; gives how long it took. Throws when it was not clean. */
	async stop() {
		let failure = null;
		if (!this.exit) {
			await this.beforeStop?.().catch((error) => {
				failure = error;
			});
		}
		const start = Date.now();
		if (!this.exit) {
			this.child.kill('SIGTERM');
			const timer = setTimeout(() => this.child.kill('SIGKILL'), 4 * STOP_MS);
			await this.ended;
			clearTimeout(timer);
		}
		const took = Date.now() - start;
		await this.remove();
		if (this.exit.code !== 0 && this.exit.signal !== 'SIGKILL') {
			throw new Error(`the server ended badly: ${JSON.stringify(this.exit)}\n${this.log}`);
		}
		if (failure) {
			throw failure;
		}
		return took;
	}

	async remove() {
		if (this.child && !this.exit) {
			this.child.kill('SIGKILL');
			await this.ended;
		}
		await rm(this.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
	}

	/** One request and its answer, as fetch gives it. */
	ask(method, path, headers = {}, body = undefined) {
		return fetch(this.url + path, { method, headers, body, redirect: 'manual' });
	}

	/** A request; `as` is a signed-in person from people.mjs. What was sent and what came
	 * are held against webroot/openapi.json. */
	async call(method, path, { body, headers = {}, as } = {}) {
		const all = { ...headers };
		if (as) {
			all.Authorization = `Bearer ${as.token}`;
		}
		if (body !== undefined && !all['Content-Type']) {
			all['Content-Type'] = 'application/json';
		}
		const bytes = body === undefined || body instanceof Uint8Array || typeof body === 'string'
			? body : JSON.stringify(body);
		const response = await this.ask(method, path, all, bytes);
		const type = response.headers.get('content-type') ?? '';
		const isText = body !== undefined && !(body instanceof Uint8Array) && typeof body !== 'string';
		judge({ method, path, status: response.status, type, body: isText ? JSON.parse(bytes) : undefined,
			text: type.includes('json') ? await response.clone().text() : '' });
		return response;
	}

	/** A call below /api/v1 that must answer with this status; gives the JSON, null for none. */
	async answer(status, method, path, as, body, headers) {
		const response = await this.call(method, `/api/v1${path}`, { as, body, headers });
		const text = await response.text();
		assert.equal(response.status, status, `${method} ${path}: ${text}`);
		return text === '' ? null : JSON.parse(text);
	}

	/** A counter of /metrics. */
	async metric(name) {
		const text = await (await fetch(`${this.url}/metrics`)).text();
		const line = text.split('\n').find((l) => l.startsWith(`truongthi_${name} `));
		return line === undefined ? undefined : Number(line.split(' ')[1]);
	}
}
