/* An empty machine gets its first school: the command, the printed code, the office's first day. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BIN, Server, makeWebroot } from './lib/server.mjs';

const PATIENCE_MS = 300_000;
const SCHOOL = ['--code=Nguyen-Du', '--name=THPT Nguyễn Du', '--level', 'thpt',
	'--province=01:Thành phố Hà Nội', '--commune=00004:Phường Ba Đình', '--office=Trần Thị Lan'];

let dir;
let server;

before(async () => {
	dir = await mkdtemp(join(tmpdir(), 'truongthi-founding-'));
	await makeWebroot(join(dir, 'web'));
});

after(() => server?.stop());

/** `truongthi school …` on our data folder: { code, out, err }. */
function school(...words) {
	return new Promise((done) => {
		execFile(BIN, ['school', ...words, '--data', join(dir, 'data')], { timeout: PATIENCE_MS },
			(error, out, err) => done({ code: error ? error.code : 0, out, err }));
	});
}

let activation;

test('on an empty folder a school is made and a code printed', { timeout: PATIENCE_MS }, async () => {
	const made = await school('add', ...SCHOOL);
	assert.equal(made.code, 0, made.err);
	assert.match(made.out, /nguyen-du/);
	assert.match(made.out, /vanphong/);
	activation = made.out.match(/Mã kích hoạt\s+([0-9A-Z-]+)/)[1];
});

test('the office chooses its password with the code and finds its school', { timeout: PATIENCE_MS }, async () => {
	server = await Server.start({}, { dir });
	const password = 'mot cau dai de nho';
	const used = await server.call('POST', '/api/v1/activation/use',
		{ body: { code: activation, password } });
	assert.ok(used.ok, await used.text());
	const signedIn = await server.call('POST', '/api/v1/session',
		{ body: { school: 'nguyen-du', name: 'vanphong', password } });
	assert.equal(signedIn.status, 200);
	const headers = { cookie: signedIn.headers.get('set-cookie').split(';')[0] };
	const mine = await (await server.call('GET', '/api/v1/school', { headers })).json();
	assert.equal(mine.name, 'THPT Nguyễn Du');
	assert.equal(mine.years.length, 1);
	const subjects = await (await server.call('GET', '/api/v1/subjects', { headers })).json();
	assert.ok(subjects.items.some((one) => one.name === 'Ngữ văn'));
});

test('while it serves a second school is added, a taken code refused', { timeout: PATIENCE_MS }, async () => {
	const taken = await school('add', ...SCHOOL);
	assert.equal(taken.code, 1);
	assert.match(taken.err, /there is a school with the code "nguyen-du" already; nothing was changed/);
	const second = await school('add', '--code=le-loi', ...SCHOOL.slice(1));
	assert.equal(second.code, 0, second.err);
	const listed = await school('list');
	assert.match(listed.out, /^le-loi .*\nnguyen-du |^nguyen-du .*\nle-loi /m);
});

test('a word that is off is named, with what to type instead', { timeout: PATIENCE_MS }, async () => {
	for (const [at, instead, says] of [
		[0, '--code=Nguyễn Du', /--code needs/], [2, '--level=', /--level needs/],
		[4, '--province=Hà Nội', /--province needs the code/], [5, '--commune=4', /--commune needs/],
		[6, '--office= ', /--office needs/], [6, '--office', /--office needs/]]) {
		const words = [...SCHOOL];
		words.splice(at, at === 2 ? 2 : 1, instead);
		const made = await school('add', ...words);
		assert.equal(made.code, 2, instead);
		assert.match(made.err, says);
	}
});
