/*
 * What the browser tests share: a real server over the built web client (TT_BIN, TT_WEBROOT), its
 * database process, Chromium, and signing in as people do.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { BIN, ROOT, Server, freePort, pause, until as within } from '../e2e/lib/server.mjs';

export { pause };

const here = dirname(fileURLToPath(import.meta.url));
export const SHOTS = process.env.TT_SHOTS ?? join(here, 'shots');
const WEBROOT = resolve(process.env.TT_WEBROOT ?? join(ROOT, 'build/webroot'));
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const CHROMIUM = process.env.TT_CHROMIUM ?? '/usr/bin/chromium';
export const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking',
	'--disable-background-timer-throttling', '--disable-renderer-backgrounding'];

/* What is waited for comes on a busy machine too; no test asserts how long it took. */
export const PATIENCE = 120_000;

/* A step of a day: only one that hangs for good is ended. */
export const STEP = { timeout: 900_000 };

/* What a day begins with, and its end. */
export const START = { timeout: 300_000 };

/* How many times slower than it is the machine that the pages see shall be: TT_SLOW=8. */
const SLOW = Number(process.env.TT_SLOW ?? 1);

/** Waits until `check` gives something true. */
export const until = (what, check, ms = PATIENCE, step = 50) => within(what, check, ms, step);

export const PHONE = { width: 390, height: 844 };
export const WIDE = { width: 1280, height: 800 };

/** A server with the real web client; options: { port, env }. Its folder is taken away by `stop`. */
export async function startServer(settings = {}, options = {}) {
	const dir = await mkdtemp(join(tmpdir(), 'truongthi-browser-'));
	await symlink(WEBROOT, join(dir, 'web'));
	return Server.start(settings, { ...options, dir });
}

/** The process id of the private database of a server. */
export async function databasePid(server) {
	for (const name of await readdir('/proc')) {
		if (!/^\d+$/.test(name)) {
			continue;
		}
		try {
			const stat = await readFile(`/proc/${name}/stat`, 'utf8');
			const command = await readFile(`/proc/${name}/cmdline`, 'utf8');
			const isItsOwn = command.includes(server.dir) && /\((mariadbd|mysqld)\)/.test(stat);
			if (isItsOwn) {
				return Number(name);
			}
		} catch {
			/* it ended while we looked */
		}
	}
	throw new Error('the server has no database process');
}

/* ---- the browser ---- */

export function openBrowser() {
	return chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
}

/*
 * A person's own browser: { context, page, faults }. `faults` gathers what must not happen: a
 * script that failed, an error on the console, a request to another origin.
 */
export async function openPerson(browser, server, options = {}) {
	const context = await browser.newContext({
		viewport: WIDE, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', acceptDownloads: true, ...options,
	});
	const person = { context, faults: [], page: null };
	context.on('request', (request) => {
		const url = request.url();
		if (!/^(blob|data):/.test(url) && new URL(url).host !== new URL(server.url).host) {
			person.faults.push(`a request left the origin: ${url}`);
		}
	});
	context.setDefaultTimeout(PATIENCE);
	person.page = await context.newPage();
	await slowDown(person.page);
	watch(person);
	return person;
}

/** Gives a page a slow machine when TT_SLOW asks for it: races show themselves there. */
export async function slowDown(page) {
	if (SLOW > 1) {
		const wire = await page.context().newCDPSession(page);
		await wire.send('Emulation.setCPUThrottlingRate', { rate: SLOW });
	}
}

/** Does something without a network; whatever comes of it, the network is back afterwards. */
export async function offline(context, deed) {
	await context.setOffline(true);
	try {
		return await deed();
	} finally {
		await context.setOffline(false);
	}
}

/* A server that is away, or an answer that a step asks for on purpose, is no fault of a page. */
const EXPECTED = /Failed to load resource|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket connection/;

function watch(person) {
	person.page.on('pageerror', (error) => person.faults.push(`a script failed: ${error.message}`));
	person.page.on('console', (message) => {
		if (message.type() === 'error' && !EXPECTED.test(message.text())) {
			person.faults.push(`the console says: ${message.text()}`);
		}
	});
}

const submit = (page) => page.locator('main form button[type=submit]').first().click();

/** Signs in at the front door: { school, login, password } or { phone, password }; at a province's { login, password }. */
export async function signInByForm(page, server, who) {
	await page.goto(`${server.url}/`);
	if (who.school || who.phone) {
		await page.getByRole('tab').nth(who.phone ? 1 : 0).click();
	}
	if (who.phone) {
		await page.locator('#phone').fill(who.phone);
	} else {
		if (who.school) {
			await page.locator('#school').fill(who.school);
		}
		await page.locator('#name').fill(who.login);
	}
	await page.locator('#password').fill(who.password);
	await submitUntilIn(page);
}

/* As a person does whom a slow server kept waiting too long: what was typed is still there, and goes again. */
async function submitUntilIn(page) {
	const isIn = page.waitForURL((url) => url.pathname !== '/', { timeout: PATIENCE }).then(() => true);
	const summary = page.locator('.error-summary');
	for (let tries = 0; tries < 3; tries++) {
		await submit(page);
		const refused = summary.waitFor({ timeout: PATIENCE }).then(() => false, () => isIn);
		if (await Promise.race([isIn, refused])) {
			return;
		}
		console.log(`REPORT sign-in: ${(await summary.innerText().catch(() => '')).replaceAll('\n', ' ')}`);
	}
	await isIn;
}

export { submit };

/** Chooses a file made in memory in the page's file field. */
export function chooseFile(page, name, bytes) {
	return page.setInputFiles('input[type=file]', { name, mimeType: 'application/octet-stream', buffer: bytes });
}

/** The cell of a student in the gradebook's grid, by the head of its column. */
export async function markCell(page, student, column) {
	const row = page.getByRole('row', { name: student });
	await row.waitFor();
	const heads = await page.locator('.mark-grid thead th').allInnerTexts();
	const at = heads.findIndex((text) => text.split('\n')[0].trim() === column);
	assert.ok(at > 0, `no column ${column} in ${heads.join(' | ')}`);
	return row.getByRole('gridcell').nth(at - 1);
}

/** Waits until a column of the gradebook is there. */
export const columnHead = (page, column) =>
	page.getByRole('columnheader', { name: new RegExp(`^${column}`) }).waitFor();

/** The text of a PDF, line by line. */
export async function pdfText(dir, name, bytes) {
	assert.equal(bytes.subarray(0, 5).toString('latin1'), '%PDF-');
	const file = join(dir, name);
	await writeFile(file, bytes);
	return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
}

/** Bytes that a click lets the reader save; `click` is given what it waits for. */
export async function savedBytes(page, click) {
	const saved = page.waitForEvent('download', { timeout: PATIENCE });
	const [download] = await Promise.all([saved, click(saved)]);
	return readFile(await download.path());
}

export async function shoot(page, name, options = {}) {
	await mkdir(SHOTS, { recursive: true });
	await page.screenshot({ path: join(SHOTS, `${name}.png`), ...options });
}

/** What axe finds that shuts people out, by all its rules or by those named. The context must have been opened with bypassCSP. */
export async function seriousFindings(page, rules = null) {
	await page.addScriptTag({ path: AXE });
	const { violations } = await page.evaluate((only) => globalThis.axe.run(document,
		{ resultTypes: ['violations'], ...(only ? { runOnly: only } : {}) }), rules);
	return violations
		.filter((v) => v.impact === 'serious' || v.impact === 'critical')
		.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`);
}

/*
 * `truongthi demo` on a free port: { url, dir, signIns, stop }. signIns is what it prints for a
 * newcomer: { office, teacher, student, parent }, each ready for signInByForm.
 */
export async function startDemo() {
	const dir = await mkdtemp(join(tmpdir(), 'truongthi-demo-'));
	const port = await freePort();
	let text = '';
	const child = spawn(BIN, ['demo', '--port', String(port), '--province-port=0', '--data', join(dir, 'data'), '--web-dir', WEBROOT],
		{ stdio: ['ignore', 'pipe', 'pipe'] });
	const ended = new Promise((done) => child.on('exit', done));
	child.stdout.on('data', (bytes) => { text += bytes; });
	child.stderr.on('data', (bytes) => { text += bytes; });
	const stop = async () => {
		child.kill('SIGTERM');
		await ended;
		await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
	};
	try {
		await until('the demo tells its address', () => {
			assert.equal(child.exitCode, null, text);
			return text.includes('Ctrl-C');
		}, 240_000, 100);
	} catch (error) {
		await stop();
		throw error;
	}
	const word = (label) => {
		const found = new RegExp(`${label}\\s+(\\S+)`).exec(text);
		assert.ok(found, `the demo does not name: ${label}\n${text}`);
		return found[1];
	};
	const school = word('Mã trường');
	const password = word('tài khoản mẫu:');
	const person = (label) => ({ school, login: word(label), password });
	return {
		url: `http://127.0.0.1:${port}`, dir, stop,
		signIns: {
			office: person('Văn phòng'), teacher: person('Giáo viên'), student: person('Học sinh'),
			parent: { phone: word('số điện thoại'), password },
		},
	};
}

/*
 * A student of the demo does an exam without a browser: hello, begin, an answer for each slot,
 * hand-in; then waits for the score. `wanted` picks the exam of the list, `values` gives the
 * answers, null for none. Gives the exam as the list told it.
 */
export async function sitByHttp(demo, { school, login: name, password }, wanted, values) {
	let token = '';
	const call = async (method, path, body) => {
		const response = await fetch(`${demo.url}/api/v1${path}`, { method,
			headers: { 'Content-Type': 'application/json', 'X-Want-Token': '1',
				...(token ? { Authorization: `Bearer ${token}` } : {}) },
			...(body === undefined ? {} : { body: JSON.stringify(body) }) });
		const text = await response.text();
		assert.equal(response.status, 200, `${path}: ${text}`);
		return JSON.parse(text);
	};
	({ token } = await call('POST', '/session', { school, name, password }));
	const mine = async (fits) => (await call('GET', '/my/sittings')).items.find(fits);
	const item = await until('the exam has begun', () => mine((i) => wanted(i) && i.startsAt <= Date.now()),
		PATIENCE, 200);
	const base = `/rooms/${item.room}/attempts/${item.attempt}`;
	const welcome = await call('POST', `${base}/hello`, { gen: 1, seq: 0,
		head: Buffer.alloc(32).toString('base64url'), device: Buffer.alloc(16, 7).toString('base64url') });
	const { lease } = welcome.phase === 'ready' ? await call('POST', `${base}/begin`, {}) : welcome;
	const events = values().map((value, i) => ({ t: 'answer', seq: i + 1, slot: i + 1, value }));
	events.push({ t: 'submit', seq: events.length + 1 });
	const { results } = await call('POST', `${base}/events`, { lease, events });
	assert.ok(results.every((r) => r.t !== 'refused'), JSON.stringify(results));
	await until('the exam is handed in', () => mine((i) => i.attempt === item.attempt && i.state === 'closed'),
		PATIENCE, 100);
	return item;
}
