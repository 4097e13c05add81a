/*
 * A school's records on their way: to a real province, into a database and into a folder, also when
 * either process is killed at any moment. What a false province gets to say is in
 * courier_false.test.mjs.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readFile, readdir, rename as move, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { PROVINCE, officer } from './lib/exchange.mjs';
import { nationalFaults } from './lib/national.mjs';
import { connectDb, insert } from './lib/people.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';
import { BIN, PATIENCE_MS, Server, until } from './lib/server.mjs';

const run = promisify(execFile);
let province;
let held;
let all;

/** `truongthi sync …` on the data of the school's server: what it printed, also when it failed. */
async function sync(...words) {
	try {
		const { stdout } = await run(BIN, ['sync', ...words, '--data', join(all.server.dir, 'data')]);
		return { status: 0, text: stdout };
	} catch (error) {
		return { status: error.code, text: error.stdout + error.stderr };
	}
}

/* What the school has told, and what the province holds of it: idbanghi -> the line. */
async function told() {
	const [rows] = await all.db.query('SELECT r.idbanghi, o.line FROM record r JOIN outbox o ON o.school_id = r.school_id' +
		' AND o.number = r.number WHERE r.school_id = ?', [all.school.id]);
	return new Map(rows.map((r) => [r.idbanghi.toString(), r.line.toString()]));
}
async function holds() {
	const [rows] = await held.query('SELECT r.idbanghi, r.line FROM province_record r JOIN province_school s' +
		' ON s.id = r.school_id WHERE s.code = ?', [all.school.code]);
	return new Map(rows.map((r) => [r.idbanghi.toString(), r.line.toString()]));
}
const isEqual = (a, b) => a.size > 0 && a.size === b.size && [...a].every(([key, line]) => b.get(key) === line);
const arrives = (what) => until(what, async () => {
	const [[head]] = await all.db.query('SELECT seeded_at_ms FROM outbox_head WHERE school_id = ?', [all.school.id]);
	const [[open]] = await all.db.query('SELECT COUNT(*) AS n FROM outgoing o JOIN destination d ON d.id = o.destination_id' +
		' WHERE o.state < 3 AND d.kind = 1');
	return head?.seeded_at_ms && Number(open.n) === 0 && isEqual(await told(), await holds());
}, PATIENCE_MS, 100);
const rename = (name) => all.server.answer(200, 'PUT', `/subjects/${all.school.subject}`, all.office, { code: 'toan', name, kind: 'mark' });

/* What closing the class's year keeps of a student, before anything is told. */
async function closeYear() {
	const of = { school_id: all.school.id, class_id: all.school.class, term_number: 0, version: 1 };
	const result = { result: { subjects: [{ code: 'toan', terms: [71, 82], year: 78 }, { code: 'gdtc', terms: ['D', 'D'], year: 'D' }] } };
	await insert(all.db, 'class_closing', { ...of, is_closed: 1, changed_by: 1, changed_at_ms: 77 });
	await insert(all.db, 'student_result', { ...of, student_id: all.school.students[0].student, pack: 'tt22', learning: 2, conduct: 1, promotion: 1,
		award: 0, absences: 3, result: JSON.stringify(result), result_hash: Buffer.alloc(32), closed_at_ms: 77 });
}

before(async () => {
	[province, all] = await Promise.all([
		Server.start({ ...PROVINCE, 'limit.school_per_second': 1000, 'limit.address_per_second': 100_000 }, { command: 'province' }),
		startSchools(['office']),
	]);
	held = await connectDb(province);
	await closeYear();
	const invitation = await officer(province, 'school', 'invite', '--code', all.school.code, '--name', 'Trường ALPHA', '--level', 'thpt');
	const code = invitation.match(/([0-9A-Z]{4}-){7}[0-9A-Z]{4}/)[0];
	const { status, text } = await sync('enrol', `--school=${all.school.code}`, `--url=${province.url}`, `--code=${code}`, '--name=Sở');
	assert.equal(status, 0, text);
	assert.match(text, /^enrolled with .* \(79\)$/m);
}, { timeout: 600_000 });

after(async () => {
	await held?.end();
	if (all) {
		await stopSchools(all);
	}
	await province?.stop();
});

test('what was there before arrives, and then each change', async () => {
	await arrives('the first full load');
	await rename('Toán học');
	await arrives('a change');
	const line = [...(await holds()).values()].map((l) => JSON.parse(l)).find((l) => l.bang === 'monhoc');
	assert.deepEqual([line.sukien, line.phienban, line.dulieu.tenmon], ['UPDATE', 2, 'Toán học']);
	const [[batch]] = await all.db.query('SELECT body, LENGTH(statement) AS n, signature FROM outgoing WHERE state = 3 ORDER BY id LIMIT 1');
	assert.equal(batch.body, null);
	assert.ok(batch.n > 0 && batch.signature.length === 64, 'the receipt is kept');
	assert.match((await sync('status')).text, /^alpha\/Sở: https, on; queued 0, sent 0, received 0, applied [1-9]\d*, rejected 0$/m);
	assert.equal((await sync('check')).status, 0);
});

test('every receipt that the school keeps is proven offline by the province\'s key, and by no other', async () => {
	const [rows] = await all.db.query('SELECT batch_id, statement, signature, records FROM outgoing WHERE state = 3');
	const files = ['keys.json', 'others.json'].map((name) => join(all.server.dir, name));
	await writeFile(files[0], await (await province.ask('GET', '/api/v1/keys')).text());
	await writeFile(files[1], await (await all.server.ask('GET', '/api/v1/keys')).text());
	const receipt = join(all.server.dir, 'receipt.json');
	const proven = async (row, keys) => {
		await writeFile(receipt, JSON.stringify({ statement: row.statement.toString('hex'), signature: row.signature.toString('hex') }));
		return run(BIN, ['verify', receipt, `--keys=${keys}`]).then(({ stdout }) => stdout, (error) => `${error.code} ${error.stdout}`);
	};
	assert.ok(rows.length > 0);
	for (const row of rows) {
		const said = await proven(row, files[0]);
		assert.match(said, new RegExp(`genuine[^]*alpha[^]*${row.batch_id.toString('hex')}[^]*applied +${row.records}\n`));
		assert.match(await proven(row, files[1]), /^1 NOT genuine/);
		row.statement[row.statement.length - 50] ^= 1;
		assert.match(await proven(row, files[0]), /^1 NOT genuine/);
	}
});

test('the receipts are taken along, one a line, and judged one by one', async () => {
	const data = join(all.server.dir, 'data');
	const { stdout, stderr } = await run(BIN, ['sync', 'receipts', '--school', 'alpha', '--data', data]);
	const [[{ n, records }]] = await all.db.query('SELECT COUNT(*) AS n, SUM(records) AS records FROM outgoing WHERE state = 3');
	assert.ok(Number(n) > 1);
	assert.equal(stdout.split('\n').length, Number(n) + 1);
	assert.match(stderr, new RegExp(`^alpha/Sở: ${n} receipts$`, 'm'));
	const file = join(all.server.dir, 'receipts.txt');
	const judged = async (text) => {
		await writeFile(file, text);
		return run(BIN, ['verify', file, `--keys=${join(all.server.dir, 'keys.json')}`]).then((said) => said.stdout, (error) => `${error.code} ${error.stdout}`);
	};
	assert.match(await judged(stdout), new RegExp(`^(genuine  alpha  [^\n]+\n){${n}}${n} of ${n} receipts are genuine: ${records} records applied, 0 had already, 0 refused.\n$`));
	const lines = stdout.split('\n');
	const { statement, signature } = JSON.parse(lines[1]);
	lines[1] = JSON.stringify({ statement: statement.slice(0, -20) + (statement.at(-20) === '0' ? '1' : '0') + statement.slice(-19), signature });
	assert.match(await judged(lines.join('\n')), new RegExp(`^1 genuine[^]*\nNOT genuine, line 2: [^]*\n${n - 1} of ${n} receipts are genuine`));
	assert.match(await judged(`${lines[0]}\n{"statement":"00"}\n`), /^1 genuine[^]*NOT genuine, line 2: it is no answer[^]*1 of 2 receipts/);
});

test('what is asked of the wrong side, or of nothing, is said in words', async () => {
	const other = await sync('pause', '--destination=Khác');
	assert.equal(other.status, 1);
	assert.match(other.text, /there is no destination "Khác"; `truongthi sync status` names those that there are/);
	assert.match((await sync('enrol', '--school=alpha', `--url=${province.url}`, '--code=XYZ')).text, /that is no enrolment code/);
	const there = (...words) => run(BIN, ['sync', ...words, '--data', join(province.dir, 'data')]).then(
		({ stdout }) => stdout, (error) => `${error.code} ${error.stderr}`);
	assert.match(await there('status'), /^alpha: in order; last heard of 20\d\d-[^;]*; refused 0, students \d+; Trường ALPHA$/m);
	assert.match(await there('status', '--school=beta'), /^1 truongthi: the department has no such school/);
	assert.match(await there('now'), /^1 truongthi: this is a department's data: `sync now` is for a school/);
});

test('a day after it was last compared the school asks by itself, and is heard of though it sends nothing', async () => {
	const DAY = 24 * 3600 * 1000;
	const state = async () => (await all.db.query('SELECT compared_at_ms, compared_found FROM destination WHERE kind = 1'))[0][0];
	const heard = async () => Number((await held.query("SELECT heard_at_ms FROM province_school WHERE code = 'alpha'"))[0][0].heard_at_ms);
	await held.query('UPDATE province_school SET heard_at_ms = ?', [Date.now() - 5 * DAY]);
	await all.db.query('UPDATE destination SET compared_at_ms = ? WHERE kind = 1', [Date.now() - DAY + 3600 * 1000]);
	await sync('now');
	assert.ok(await heard() < Date.now() - 4 * DAY, 'it asked before its time');
	await all.db.query('UPDATE destination SET compared_at_ms = ? WHERE kind = 1', [Date.now() - DAY]);
	await until('it has compared', async () => Number((await state()).compared_at_ms) > Date.now() - 3600 * 1000);
	assert.equal(Number((await state()).compared_found), 0);
	assert.ok(await heard() > Date.now() - 3600 * 1000);
});

test('paused, nothing leaves; what waits is said without sending it', async () => {
	assert.deepEqual(await sync('pause'), { status: 0, text: 'alpha/Sở: paused\n' });
	await rename('Toán nâng cao');
	await until('it is told', async () => [...(await told()).values()].some((l) => l.includes('Toán nâng cao')));
	assert.match((await sync('dry-run')).text, /^alpha\/Sở: next 1 records, \d+ bytes$/m);
	assert.match((await sync('status')).text, /paused; queued 1,/);
	assert.ok(!isEqual(await told(), await holds()));
	assert.equal((await sync('resume')).status, 0);
	await arrives('what waited');
});

test('a record that the province lost or holds otherwise is found and sent again, and no other', async () => {
	const key = 'alpha/hocsinh/ALPHA-HS1';
	const gone = 'alpha/hocsinh/ALPHA-HS2';
	const line = (await holds()).get(key);
	assert.ok(line);
	const other = line.replace('Học Sinh ALPHA 1', 'Học Sinh KHÁC 1');
	await held.query("UPDATE province_record SET line = ?, line_hash = REPEAT('x', 32) WHERE idbanghi = ?", [other, key]);
	await held.query('DELETE FROM province_record WHERE idbanghi = ?', [gone]);
	const { text } = await sync('compare');
	assert.match(text, /^alpha\/Sở: 2 records differ and are sent again, 0 unknown here, \d+ bytes on the wire$/m);
	await arrives('both are right again');
	assert.equal(JSON.parse((await holds()).get(key)).phienban, 2, 'raised above the one that is held');
	assert.match((await sync('compare')).text, /: 0 records differ/);
});

test('a change of keys: the old one vouches for the new, and sending goes on', async () => {
	const [[before]] = await all.db.query('SELECT HEX(kid) AS kid FROM destination');
	const { status, text } = await sync('roll');
	assert.equal(status, 0, text);
	const [[now]] = await all.db.query('SELECT HEX(kid) AS kid FROM destination');
	assert.notEqual(now.kid, before.kid);
	await rename('Toán sau khi thay khóa');
	await arrives('signed by the new key');
	const [retired] = await all.db.query('SELECT retired_at_ms FROM exchange_key WHERE HEX(kid) = ?', [before.kid]);
	assert.ok(retired[0].retired_at_ms > 0);
});

test('a key that the department revoked is refused; a new code and a new key, and all is well', async () => {
	await officer(province, 'school', 'revoke', '--code', 'alpha', '--why', 'mất khóa');
	await rename('Toán khi khóa bị thu hồi');
	await until('it stops and says why', async () => /https, stopped; .*\n.*exchange\.key_revoked/.test((await sync('status')).text), PATIENCE_MS, 200);
	const before = (await holds()).get('alpha/monhoc/toan');
	assert.ok(!before.includes('thu hồi'));
	const code = (await officer(province, 'school', 'code', '--code', 'alpha')).match(/([0-9A-Z]{4}-){7}[0-9A-Z]{4}/)[0];
	await all.db.query('DELETE FROM record_state');
	await all.db.query('DELETE FROM outgoing');
	await all.db.query('DELETE FROM destination');
	const { status, text } = await sync('enrol', '--school=alpha', `--url=${province.url}`, `--code=${code}`, '--name=Sở');
	assert.equal(status, 0, text);
	await arrives('everything, signed by the new key');
});

test('a folder and a database get the same records, each at its own pace', async () => {
	const row = { school_id: all.school.id, state: 1, made_at_ms: Date.now(), made_by: all.school.office.id };
	await insert(all.db, 'destination', { ...row, kind: 3, name: 'Thư mục', settings: JSON.stringify({ folder: 'cho-so' }) });
	await held.query('CREATE DATABASE cosodulieu');
	await insert(all.db, 'destination', { ...row, kind: 2, name: 'CSDL', settings: JSON.stringify({
		host: join(province.dir, 'data/db/mariadbd.sock'), port: 3306, database: 'cosodulieu', user: 'root' }) });
	const folder = join(all.server.dir, 'data/exchange/alpha/cho-so');
	const files = async () => {
		const lines = new Map();
		for (const name of (await readdir(folder).catch(() => [])).filter((n) => n.endsWith('.ndjson')).sort()) {
			for (const text of (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n').slice(1)) {
				lines.set(JSON.parse(text).idbanghi, text);
			}
		}
		return lines;
	};
	await until('the folder has them', async () => isEqual(await told(), await files()), PATIENCE_MS, 100);
	await rename('Toán trong thư mục');
	await until('and the change', async () => isEqual(await told(), await files()), PATIENCE_MS, 100);
	await until('and the year as OneRoster', async () => (await readdir(folder)).includes('alpha-oneroster.zip'), PATIENCE_MS, 100);
	assert.equal((await readFile(join(folder, 'alpha-oneroster.zip'))).subarray(0, 4).toString('latin1'), 'PK\x03\x04');
	await until('nothing is half written', async () => (await readdir(folder)).every((n) => /^alpha-(\d{12}-[0-9a-f]{32}\.(nd)?json|oneroster\.zip)$/.test(n)), PATIENCE_MS, 100);
	const national = [];
	for (const name of (await readdir(folder)).filter((n) => n.endsWith('.json'))) {
		const document = JSON.parse(await readFile(join(folder, name), 'utf8'));
		assert.deepEqual(nationalFaults(document), []);
		national.push(...document.banghi);
	}
	const table = (bang) => national.filter((r) => r.bang === bang).map((r) => r.dulieu);
	assert.deepEqual(table('ketquahoctapththcsthpttx').map((r) => [r.hocky, r.mahocluc, r.mahanhkiem, r.colenlop, r.songaynghi]), [[0, 2, 1, true, 3]]);
	assert.deepEqual(table('ketquahoctapththcsthpttx_diemmon').map((r) => [r.mamon, r.diemtongket]), [['toan', 7.8]]);
	assert.deepEqual(table('ketquamon').map((r) => [r.mamon, r.nhanxet]), [['gdtc', 'D']], 'what has no mean is no row of the table of means');
	const [wrong] = national.filter((r) => r.bang === 'ketquahoctapththcsthpttx');
	for (const [member, value] of [['diemtongket', null], ['mahocluc', 5], ['manhomcaphoc', 1], ['hocky', '1'], ['gpa', 8]]) {
		assert.equal(nationalFaults({ banghi: [{ ...wrong, dulieu: { ...wrong.dulieu, [member]: value } }] }).length, 1, member);
	}
	const stored = async () => {
		const [rows] = await held.query('SELECT idbanghi, phienban, sukien, dulieu FROM cosodulieu.truongthi_banghi WHERE matruong = ?', ['alpha'])
			.catch(() => [[]]);
		return new Map(rows.map((r) => [r.idbanghi.toString(), [Number(r.phienban), r.sukien, JSON.parse(r.dulieu)]]));
	};
	const wanted = async () => new Map([...(await told())].map(([k, text]) => {
		const l = JSON.parse(text);
		return [k, [l.phienban, l.sukien, l.dulieu]];
	}));
	await until('the database has them', async () => JSON.stringify([...(await stored())].sort()) === JSON.stringify([...(await wanted())].sort()), PATIENCE_MS, 100);
});

test('killed in the middle of sending, again and again: nothing is lost and nothing doubled', async () => {
	await Promise.all([all.db.end(), held.end()]); /* the databases go down with the processes */
	for (let i = 0; i < 3; i++) {
		await rename(`Toán lần ${i}`);
		await all.server.kill();
		if (i === 1) {
			await province.kill();
			await province.launch();
		}
		await all.server.launch();
	}
	[all.db, held] = await Promise.all([connectDb(all.server), connectDb(province)]);
	await arrives('all of it');
	const [[twice]] = await held.query('SELECT COUNT(*) AS n FROM (SELECT batch_id FROM incoming GROUP BY batch_id HAVING COUNT(*) > 1) x');
	assert.equal(Number(twice.n), 0);
});

/* A copy of the data folder, made while nobody serves, as an office makes its backup; gives what
 * puts it back. */
async function backup(server, open) {
	const [data, kept] = ['data', 'kept'].map((name) => join(server.dir, name));
	await server.kill('SIGTERM');
	await cp(data, kept, { recursive: true });
	await server.launch();
	await open();
	return async () => {
		await server.kill('SIGTERM');
		await rm(data, { recursive: true });
		await move(kept, data);
		await server.launch();
		await open();
	};
}

test('a school, then its province, goes back to an old backup: comparing makes them equal', async () => {
	const openSchool = async () => {
		await all.db.end().catch(() => {});
		all.db = await connectDb(all.server);
	};
	const openProvince = async () => {
		await held.end().catch(() => {});
		held = await connectDb(province);
	};
	await rename('Toán trước');
	await arrives('what is in the backup');
	const toOldSchool = await backup(all.server, openSchool);
	for (const name of ['Toán đã mất', 'Toán đã mất hẳn']) {
		await rename(name);
		await arrives(name);
	}
	await toOldSchool();
	await rename('Toán làm lại');
	await until('the province holds a larger version', async () => (await sync('status')).text.includes('received 1,'));
	assert.ok(!isEqual(await told(), await holds()));
	assert.match((await sync('compare')).text, /: 1 records differ and are sent again, 0 unknown here/);
	await arrives('the school as it is now');

	const toOldProvince = await backup(province, openProvince);
	await rename('Toán sau');
	await arrives('what the province will have lost');
	await toOldProvince();
	assert.ok(!isEqual(await told(), await holds()));
	assert.match((await sync('compare')).text, /: 1 records differ and are sent again, 0 unknown here/);
	await arrives('the province, too');
});
