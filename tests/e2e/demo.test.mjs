/* `truongthi demo` as a newcomer starts it: signs in, stops it, starts it again, breaks it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BIN, freePort, makeWebroot, until } from './lib/server.mjs';

const PATIENCE_MS = 300_000;
const PASSWORD = 'truong-thi-mau';

let dir;
let program;
const runs = [];
let port;
let provincePort;

before(async () => {
	dir = await mkdtemp(join(tmpdir(), 'truongthi-demo-'));
	port = await freePort();
	provincePort = await freePort();
	/* As ./dev run leaves them: the web client beside the program, and no word of it said. */
	await mkdir(join(dir, 'bin'));
	program = join(dir, 'bin/truongthi');
	await copyFile(BIN, program);
	await makeWebroot(join(dir, 'bin/webroot'));
});

after(async () => {
	for (const run of runs.filter((one) => !one.exit)) {
		run.child.kill('SIGKILL');
		await run.ended;
	}
	await rm(dir, { recursive: true, force: true });
});

/** Starts the demo; `text` grows with what it prints, `ended` gives how it ended. */
function demo(...options) {
	const args = ['demo', '--port', String(port), `--province-port=${provincePort}`, '--data', join(dir, 'data'),
		...options];
	const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
	const run = { child, text: '', exit: null };
	child.stdout.on('data', (bytes) => { run.text += bytes; });
	child.stderr.on('data', (bytes) => { run.text += bytes; });
	run.ended = once(child, 'exit').then(([code, signal]) => (run.exit = { code, signal }));
	runs.push(run);
	return run;
}

async function ready(run) {
	await until('the demo says where it is', () => {
		assert.equal(run.exit, null, run.text);
		return run.text.includes('Ctrl-C');
	}, PATIENCE_MS, 50);
	return run;
}

async function ends(run) {
	const timer = setTimeout(() => run.child.kill('SIGKILL'), PATIENCE_MS);
	await run.ended;
	clearTimeout(timer);
	return run.exit;
}

/** Pids of database servers that keep files below our folder: the school's first. */
async function databases() {
	const found = [];
	const ofDepartment = [];
	for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
		const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
		if (line.includes('mariadbd') && line.includes(dir)) {
			(line.includes(join(dir, 'data/so')) ? ofDepartment : found).push(Number(pid));
		}
	}
	return [...found, ...ofDepartment];
}

/** Pids of the department's process. */
async function departments() {
	const found = [];
	for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
		const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
		if (line.includes(`--data=${join(dir, 'data/so')}`) && line.includes('province')) {
			found.push(Number(pid));
		}
	}
	return found;
}

const url = (path) => `http://127.0.0.1:${port}${path}`;

/** Signs in; gives the headers of a session. */
async function signIn(body) {
	const answer = await fetch(url('/api/v1/session'), {
		method: 'POST', headers: { 'content-type': 'application/json', origin: url('') },
		body: JSON.stringify(body) });
	assert.equal(answer.status, 200, `${JSON.stringify(body)}: ${await answer.clone().text()}`);
	return { cookie: answer.headers.get('set-cookie').split(';')[0], origin: url('') };
}

async function get(headers, path) {
	const answer = await fetch(url(`/api/v1${path}`), { headers });
	assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
	return answer.json();
}

let wrote; /* the id of a bank that outlives the restarts */
const office = { school: 'mau', name: 'vanphong', password: PASSWORD };
const teacher = { school: 'mau', name: 'co.lan', password: PASSWORD };

test('the first start prints where it is and who may come in', { timeout: 2 * PATIENCE_MS }, async () => {
	const run = await ready(demo());
	assert.match(run.text, new RegExp(`http://127\\.0\\.0\\.1:${port}\\b`));
	for (const word of ['mau', PASSWORD, 'vanphong', 'co.lan', 'hs0801', '0900000001']) {
		assert.ok(run.text.includes(word), word);
	}
	assert.match(await (await fetch(url('/'))).text(), /<!doctype html>/, 'the web client');
	const classes = await get(await signIn(office), '/classes');
	assert.equal(classes.items.length, 30);
	const student = await signIn({ school: 'mau', name: 'hs0801', password: PASSWORD });
	await until('a practice is open', async () => (await get(student, '/my/sittings')).items.some(
		(exam) => exam.practice && exam.startsAt <= Date.now() && Date.now() < exam.endsAt), PATIENCE_MS, 200);
	const parent = await signIn({ phone: '0900000001', password: PASSWORD });
	const children = (await get(parent, '/my/children')).items;
	assert.ok(children.length > 0);
	const marks = await get(parent, `/children/${children[0].student}/marks`);
	assert.ok(marks.terms.some((term) => term.subjects.length > 0), JSON.stringify(marks));
	const headers = { ...(await signIn(teacher)), 'content-type': 'application/json' };
	const made = await fetch(url('/api/v1/banks'), {
		method: 'POST', headers, body: JSON.stringify({ name: 'Ngân hàng để lại' }) });
	assert.equal(made.status, 201, await made.clone().text());
	wrote = (await made.json()).id;

	run.child.kill('SIGTERM');
	assert.deepEqual(await ends(run), { code: 0, signal: null }, run.text);
	assert.deepEqual(await databases(), []);
	assert.deepEqual(await departments(), []);
});

test('a mark that is changed in the school stands at the department', { timeout: 2 * PATIENCE_MS }, async () => {
	const run = await ready(demo());
	for (const word of [`http://127.0.0.1:${provincePort}`, 'so.giaoduc']) {
		assert.ok(run.text.includes(word), word);
	}
	const department = `http://127.0.0.1:${provincePort}`;
	let officer;
	await until('the department lets its officer in', async () => {
		const answer = await fetch(`${department}/api/v1/session`, {
			method: 'POST', headers: { 'content-type': 'application/json', origin: department },
			body: JSON.stringify({ province: '01', name: 'so.giaoduc', password: PASSWORD }) }).catch(() => null);
		if (answer?.status === 200) { /* it is not up as soon as the school */
			officer = { cookie: answer.headers.get('set-cookie').split(';')[0], origin: department };
		}
		return officer;
	}, PATIENCE_MS, 200);
	const desk = async (path) => {
		const answer = await fetch(`${department}/api/v1/desk${path}`, { headers: officer });
		assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
		return answer.json();
	};
	let school;
	await until('the school is there with all its students', async () => {
		[school] = (await desk('/schools')).items;
		return school?.students === 1200;
	}, PATIENCE_MS, 200);

	const headers = { ...(await signIn(teacher)), 'content-type': 'application/json' };
	const place = '/marks/21/1/1'; /* 12A1, mathematics, the first term */
	const { columns, rows } = await get(headers, place);
	const column = columns.find((one) => !one.publishedAt && !one.isLocked) ?? columns[0];
	const { student, cells } = rows[0];
	const cell = cells[column.id] ?? { version: 0, valueX10: null };
	const valueX10 = cell.valueX10 === 95 ? 90 : 95;
	const saved = await fetch(url(`/api/v1${place}`), { method: 'PUT', headers, body: JSON.stringify({
		why: 'thử', cells: [{ column: column.id, student: student.id, valueX10, version: cell.version }] }) });
	assert.equal(saved.status, 200, await saved.clone().text());
	assert.equal((await saved.json()).saved.length, 1);
	await until('the department has the mark', async () => {
		const answer = await fetch(`${department}/api/v1/desk/schools/${school.id}/records`, {
			method: 'POST', headers: { ...officer, 'content-type': 'application/json' },
			body: JSON.stringify({ student: student.code, purpose: 'xem đường đi của một con điểm' }) });
		assert.equal(answer.status, 200, await answer.clone().text());
		const { items } = await answer.json();
		const mark = items.find((one) => one.kind === 'diem' && one.line.dulieu.mamon === 'toan' &&
			one.line.dulieu.loai === column.kind && one.line.dulieu.lan === column.position &&
			one.line.dulieu.hocky === 1);
		return mark?.line.dulieu.diemx10 === valueX10;
	}, PATIENCE_MS, 200);
	run.child.kill('SIGTERM');
	assert.deepEqual(await ends(run), { code: 0, signal: null }, run.text);
	assert.deepEqual(await departments(), []);
});

test('a second start has kept everything; Ctrl-C reaches both and ends cleanly', { timeout: 2 * PATIENCE_MS }, async () => {
	const run = await ready(demo());
	const banks = (await get(await signIn(teacher), '/banks')).items;
	assert.ok(banks.some((bank) => bank.id === wrote));
	process.kill(-run.child.pid, 'SIGINT'); /* as a terminal does: the whole group */
	assert.deepEqual(await ends(run), { code: 0, signal: null }, run.text);
	assert.deepEqual(await databases(), []);
});

test('a killed run leaves nothing in the way of the next', { timeout: 2 * PATIENCE_MS }, async () => {
	const killed = await ready(demo());
	killed.child.kill('SIGKILL');
	await ends(killed);
	const run = await ready(demo());
	await until('both have their database, and nobody else', async () => (await databases()).length === 2,
		PATIENCE_MS, 100);
	const banks = (await get(await signIn(teacher), '/banks')).items;
	assert.ok(banks.some((bank) => bank.id === wrote));

	const second = demo('--port', String(await freePort()));
	assert.equal((await ends(second)).code, 1);
	assert.match(second.text, /^truongthi: .+/m, 'a sentence says that the folder is in use');
	assert.match(second.text, /data/);
	await get(await signIn(office), '/classes'); /* the first goes on */

	const [database] = await databases();
	process.kill(database, 'SIGKILL');
	await until('the database comes back', async () => {
		const [pid] = await databases();
		return pid && pid !== database && (await fetch(url('/readyz'))).status === 200;
	}, PATIENCE_MS, 100);
	run.child.kill('SIGTERM');
	assert.deepEqual(await ends(run), { code: 0, signal: null }, run.text);
	assert.deepEqual(await databases(), []);
});

test('a port in use is said, and no database is left running', { timeout: PATIENCE_MS }, async () => {
	const taken = createServer();
	await new Promise((done) => taken.listen(port, '127.0.0.1', done));
	const run = demo();
	assert.equal((await ends(run)).code, 1, run.text);
	assert.match(run.text, new RegExp(`^truongthi: .*${port}`, 'm'));
	assert.deepEqual(await databases(), []);
	await new Promise((done) => taken.close(done));
});

test('--reset starts over, and touches no folder that is not its own', { timeout: 2 * PATIENCE_MS }, async () => {
	const mine = join(dir, 'mine');
	await mkdir(mine);
	await writeFile(join(mine, 'thesis.txt'), 'years of work');
	const refused = demo('--data', mine, '--reset');
	assert.equal((await ends(refused)).code, 1);
	assert.match(refused.text, /was not made by the demo/);
	await access(join(mine, 'thesis.txt'));

	const run = await ready(demo('--reset'));
	const banks = (await get(await signIn(teacher), '/banks')).items;
	assert.ok(!banks.some((bank) => bank.name === 'Ngân hàng để lại'));
	run.child.kill('SIGTERM');
	assert.deepEqual(await ends(run), { code: 0, signal: null }, run.text);
});
