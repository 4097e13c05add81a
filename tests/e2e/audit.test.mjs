/*
 * What the school signed, and who edits its tables: checkpoints and roots appear by themselves,
 * `truongthi verify` says what they prove, and `truongthi audit` names every planted edit.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BIN, Server, until } from './lib/server.mjs';
import { Hall } from './lib/hall.mjs';
import { b64, connectDb, makeSchool, makeSitting, signIn } from './lib/people.mjs';
import { KIND, genesis, isSigned, keyId, nextHead, nextTimes, parseReceipt } from './lib/protocol.mjs';

const SEED = Number(process.env.TT_SEED ?? Date.now() % 1_000_000);
const EVENTS = 24;
const WAIT_MS = 180_000;

let state = SEED;
const between = (least, most) => {
	state = (state * 48271 + 11) % 2147483647;
	return least + (state % (most - least + 1));
};

let server;
let db;
let school;
let sitting;
let pupils;
let teacher;
let data;

/** The program with these words: { status, out, err }. */
function run(words, input) {
	return new Promise((done) => {
		const child = execFile(BIN, words, { maxBuffer: 1 << 24 }, (error, out, err) => {
			done({ status: error ? error.code : 0, out, err });
		});
		child.stdin.end(input ?? '');
	});
}

const audit = (...words) => run(['audit', '--data', data, ...words]);

async function answer(hall, from, to) {
	for (let seq = from; seq <= to; seq++) {
		hall.send({ t: 'answer', seq, slot: between(1, 3) === 3 ? 3 : between(1, 2),
			value: 'ABCD'[between(0, 3)] });
	}
	await hall.next('ack', (f) => (f.upto ?? f.seq) === to, WAIT_MS);
}

const count = async (sql, values = []) => Number(Object.values((await db.query(sql, values))[0][0])[0]);

before(async () => {
	console.log(`seed ${SEED}: again with TT_SEED=${SEED}`);
	server = await Server.start({ 'limit.messages_per_second': 1000 });
	data = join(server.dir, 'data');
	db = await connectDb(server);
	school = await makeSchool(db, 'AUDIT');
	sitting = await makeSitting(db, school);
	pupils = await Promise.all(sitting.students.map((student) => signIn(server, student)));
	teacher = await signIn(server, school.teacher);
});

after(async () => {
	await db?.end();
	await server?.stop();
});

test('an attempt that moves is signed by a checkpoint, and a sitting that is over by its root', async () => {
	const halls = [];
	for (const [i, as] of pupils.entries()) {
		const hall = await Hall.open(server, `/hall/${sitting.room}`, { as });
		hall.hello(sitting.students[i].attempt);
		await hall.next('welcome', () => true, WAIT_MS);
		await answer(hall, 1, EVENTS / 2);
		halls.push(hall);
	}
	await until('each has a checkpoint', async () =>
		await count('SELECT COUNT(DISTINCT attempt_id) FROM checkpoint') === pupils.length, WAIT_MS, 200);
	const { keys } = await (await server.call('GET', '/api/v1/keys')).json();
	const publicKey = Buffer.from(keys[0].publicKey, 'base64url');
	const [points] = await db.query('SELECT * FROM checkpoint');
	for (const c of points) {
		const r = parseReceipt(c.bytes);
		assert.equal(r.kind, 'TT1H');
		assert.equal(r.kid.toString('hex'), keyId(publicKey).toString('hex'));
		assert.ok(isSigned(c.bytes, c.signature, publicKey));
		assert.equal(r.why, 0);
		assert.equal(r.seq, c.seq);
		const [[event]] = await db.query('SELECT head, times FROM event WHERE attempt_id = ? AND gen = 1 AND seq = ?',
			[c.attempt_id, c.seq]);
		assert.deepEqual([r.head, r.times], [event.head, event.times]);
	}
	const clean = await audit();
	assert.equal(clean.status, 0, clean.out + clean.err);

	for (const hall of halls) {
		await answer(hall, EVENTS / 2 + 1, EVENTS);
	}
	halls[0].send({ t: 'submit', seq: EVENTS + 1 });
	await halls[0].next('closed', () => true, WAIT_MS);
	assert.equal(await count('SELECT COUNT(*) FROM sitting_root'), 0, 'not before all are closed');
	const handIn = await server.call('POST', `/api/v1/rooms/${sitting.room}/acts`, { as: teacher, body: { kind: 'handin' },
		headers: { 'Idempotency-Key': b64(randomBytes(16)) } });
	assert.ok(handIn.ok, await handIn.text());
	assert.equal(await count(`SELECT COUNT(*) FROM audit WHERE action = 'exam.handin' AND subject = 'room' AND subject_id = ${sitting.room}`), 1);
	await Promise.all(halls.slice(1).map((hall) => hall.next('closed', () => true, WAIT_MS)));
	await until('the root is signed', async () => await count('SELECT COUNT(*) FROM sitting_root') === 1, WAIT_MS, 200);
	const [[root]] = await db.query('SELECT * FROM sitting_root');
	assert.equal(root.bytes.subarray(0, 4).toString(), 'TT1W');
	assert.equal(root.receipt_count, pupils.length);
	assert.ok(isSigned(root.bytes, root.signature, publicKey));
	halls.forEach((hall) => hall.close());
});

test('verify says what a receipt proves, and what is wrong with another', async () => {
	const file = join(server.dir, 'receipt');
	const { receipt } = await (await server.call('GET', `/api/v1/attempts/${sitting.students[0].attempt}/receipt`,
		{ as: pupils[0] })).json();
	const bytes = Buffer.from(receipt, 'base64url');
	const good = [bytes, receipt, `${receipt.slice(0, 80)}\n${receipt.slice(80)}\n`, `https://example.edu.vn/verify#${receipt}`];
	for (const text of good) {
		await writeFile(file, text);
		const said = await run(['verify', file, '--data', data]);
		assert.equal(said.status, 0, said.out + said.err);
		assert.match(said.out, /genuine/);
		assert.ok(said.out.includes(sitting.students[0].attempt) && said.out.includes('the student handed in'));
		assert.match(said.out, new RegExp(`events of the student ${EVENTS + 1}`));
	}
	const keys = join(server.dir, 'keys.json');
	await writeFile(keys, await (await server.call('GET', '/api/v1/keys')).text());
	assert.equal((await run(['verify', '-', `--keys=${keys}`], receipt)).status, 0, 'from standard input, with a file of keys');
	for (let i = 0; i < 12; i++) {
		const bad = Buffer.from(bytes);
		bad[between(0, bad.length - 1)] ^= 1 << between(0, 7);
		const said = await run(['verify', '-', '--data', data], b64(bad));
		assert.equal(said.status, 1);
		assert.match(said.out, /NOT genuine: .+/);
	}
	for (const text of ['', 'xin chào', receipt.slice(4), `${receipt}AAAA`]) {
		const said = await run(['verify', '-', '--data', data], text);
		assert.equal(said.status, 1);
		assert.match(said.out, /NOT genuine/);
	}
	const [[point]] = await db.query('SELECT bytes, signature FROM checkpoint LIMIT 1');
	assert.match((await run(['verify', '-', '--data', data], b64(Buffer.concat([point.bytes, point.signature])))).out,
		/checkpoint is genuine/);
	const [[root]] = await db.query('SELECT bytes, signature FROM sitting_root');
	const signedRoot = Buffer.concat([root.bytes, root.signature]);
	assert.match((await run(['verify', '-', '--data', data], b64(signedRoot))).out, /receipts +4\n/);
	signedRoot[40] ^= 1;
	assert.equal((await run(['verify', '-', '--data', data], b64(signedRoot))).status, 1);
	assert.equal((await run(['verify'])).status, 2);
	assert.equal((await run(['verify', join(server.dir, 'nothing')])).status, 1);
});

/* --- plants --- */

const flip = (column, at) => `${column} = INSERT(${column}, ${at}, 1, CHAR(ASCII(SUBSTRING(${column}, ${at}, 1)) ^ 1))`;
const event = (seq) => `WHERE attempt_id = ? AND gen = 1 AND seq = ${seq}`;
const of = 'WHERE attempt_id = ?';

/* Each: its name, what to do with attempt `id` (and another one), and what the audit must say. */
function plants() {
	const seq = () => between(2, EVENTS - 1);
	const list = [];
	const edit = (name, make, says) => list.push({ name, make, says });
	const eventEdit = (name, set) => edit(`an event's ${name}`, () => {
		const n = seq();
		return { sql: `UPDATE event SET ${set} ${event(n)}`, says: `event ${n}:` };
	});
	for (let i = 0; i < 3; i++) {
		eventEdit('value', flip('value', 2));
		eventEdit('time', `at_ms = at_ms + ${between(-900, 900) || 1}`);
		edit('an event is deleted', () => {
			const n = seq();
			return { sql: `DELETE FROM event ${event(n)}`, says: `event ${n}: missing` };
		});
		edit('two events change places', () => {
			const n = between(2, EVENTS - 2);
			return { sql: [`UPDATE event SET seq = 5000 ${event(n)}`, `UPDATE event SET seq = ${n} ${event(n + 1)}`,
				`UPDATE event SET seq = ${n + 1} ${event(5000)}`], says: `event ${n}:` };
		});
	}
	eventEdit('kind', 'kind = 2');
	eventEdit('slot', 'slot = slot + 1');
	eventEdit('head', flip('head', between(1, 32)));
	eventEdit('chain of times', flip('times', between(1, 32)));
	eventEdit('school', 'school_id = school_id + 1');
	edit('the last event is deleted', () => ({ sql: `DELETE FROM event ${of} AND kind <> 255 ORDER BY seq DESC LIMIT 1`,
		says: /event \d+: missing/ }));
	edit('the close is deleted', () => ({ sql: `DELETE FROM event ${of} AND kind = 255`, says: /event \d+: missing/ }));
	edit('an event is added behind the close', () => ({ sql: 'INSERT INTO event SELECT attempt_id, gen, 900, school_id,' +
		` 1, slot, lease, at_ms, flags, value, head, times FROM event ${event(3)}`, says: /event(s \d+-\d+| 900):/ }));
	edit('an event goes into another generation', () => {
		const n = seq();
		return { sql: `UPDATE event SET gen = 2 ${event(n)}`, says: `event ${n}: missing` };
	});
	for (const [column, set] of [['seq', 'seq = seq + 1'], ['head', flip('head', 7)], ['times', flip('times', 7)],
		['closing time', 'closed_at_ms = closed_at_ms + 1'], ['reason', 'close_why = close_why % 3 + 1'],
		['state', 'state = 2'], ['generation', 'gen = 2']]) {
		edit(`the attempt's ${column}`, () => ({ sql: `UPDATE attempt SET ${set} WHERE id = ?`, says: /generation \d: / }));
	}
	edit('the attempt\'s salt', () => ({ sql: `UPDATE attempt SET ${flip('salt', 3)} WHERE id = ?`, says: 'event 1:' }));
	edit('the attempt\'s variant', () => ({ sql: "UPDATE attempt SET variant = '102' WHERE id = ?", says: 'event 1:' }));
	edit('a receipt\'s byte', () => ({ sql: `UPDATE receipt SET ${flip('bytes', between(5, 150))} ${of}`, says: 'the receipt was changed' }));
	edit('a receipt\'s signature', () => ({ sql: `UPDATE receipt SET ${flip('signature', between(1, 64))} ${of}`, says: 'the receipt was changed' }));
	edit('a receipt is deleted', () => ({ sql: `DELETE FROM receipt ${of}`, says: 'the receipt is missing' }));
	edit('a receipt goes to another generation', () => ({ sql: `UPDATE receipt SET gen = 2 ${of}`, says: 'the receipt' }));
	edit('another\'s receipt', () => ({ sql: `UPDATE receipt r JOIN receipt o ON o.attempt_id = X'${sitting.students[3].attemptBytes.toString('hex')}'` +
		' SET r.bytes = o.bytes, r.signature = o.signature WHERE r.attempt_id = ?', says: 'the receipt was changed' }));
	edit('a checkpoint\'s byte', () => ({ sql: `UPDATE checkpoint SET ${flip('bytes', between(5, 150))} ${of} LIMIT 1`,
		says: /checkpoint \d+: / }));
	edit('a checkpoint\'s time', () => ({ sql: `UPDATE checkpoint SET at_ms = at_ms + 1 ${of} LIMIT 1`, says: /checkpoint \d+: / }));
	edit('the last checkpoint is deleted', () => ({ sql: `DELETE FROM checkpoint ${of} ORDER BY at_ms DESC LIMIT 1`,
		says: 'the last checkpoint is missing' }));
	return list;
}

const tables = [['event', 'attempt_id'], ['receipt', 'attempt_id'], ['checkpoint', 'attempt_id'], ['attempt', 'id']];

async function keep(id) {
	const kept = [];
	for (const [table, column] of tables) {
		kept.push([table, column, (await db.query(`SELECT * FROM ${table} WHERE ${column} = ?`, [id]))[0]]);
	}
	return kept;
}

async function restore(id, kept) {
	for (const [table, column, rows] of [...kept].reverse()) {
		await db.query(`DELETE FROM ${table} WHERE ${column} = ?`, [id]);
		const names = Object.keys(rows[0]);
		await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ?`, [rows.map((r) => names.map((n) => r[n]))]);
	}
}

test('every planted edit, deletion and swap is named', async () => {
	const whole = await audit();
	assert.equal(whole.status, 0, whole.out + whole.err);
	assert.match(whole.out, /4 attempts, \d+ events, 4 receipts, \d+ checkpoints, 1 roots/);
	const list = plants();
	assert.ok(list.length >= 30);
	const missed = [];
	const plant = async ({ name, make }) => {
		const victim = sitting.students[between(0, 2)];
		const kept = await keep(victim.attemptBytes);
		const { sql, says } = make();
		for (const one of [sql].flat()) {
			const [done] = await db.query(one, [victim.attemptBytes]);
			assert.ok(done.affectedRows >= 1, name);
		}
		const said = await audit('--school', school.code);
		await restore(victim.attemptBytes, kept);
		const lines = said.out.split('\n').filter((line) => line.startsWith(`attempt ${victim.attempt}`));
		if (said.status !== 1 || !lines.some((line) => (says instanceof RegExp ? says.test(line) : line.includes(says)))) {
			missed.push(`${name}: ${said.status} ${said.out}${said.err}`);
		}
	};
	await server.still(db, async () => {
		for (const one of list) {
			await plant(one);
		}
	});
	assert.deepEqual(missed, []);
	const again = await audit();
	assert.equal(again.status, 0, again.out);
});

test('a chain that was computed anew behind an edit is not what the school signed', () => server.still(db, async () => {
	const victim = sitting.students[1];
	const id = victim.attemptBytes;
	const kept = await keep(id);
	const [[row]] = await db.query('SELECT * FROM attempt WHERE id = ?', [id]);
	const [events] = await db.query('SELECT * FROM event WHERE attempt_id = ? ORDER BY seq', [id]);
	let head = genesis({ school: row.school_id, sitting: row.sitting_id, attempt: id, salt: row.salt, variant: row.variant });
	let times = Buffer.alloc(32);
	for (const e of events) {
		const value = e.seq === 5 ? Buffer.from(e.value.toString() === '"D"' ? '"A"' : '"D"') : e.value;
		head = e.kind === KIND.close ? head : nextHead(head, id, { ...e, value });
		times = nextTimes(times, head, e.at_ms);
		await db.query('UPDATE event SET value = ?, head = ?, times = ? WHERE attempt_id = ? AND seq = ?',
			[value, head, times, id, e.seq]);
	}
	await db.query('UPDATE attempt SET head = ?, times = ? WHERE id = ?', [head, times, id]);
	const said = await audit();
	await restore(id, kept);
	assert.equal(said.status, 1);
	assert.ok(said.out.includes(`attempt ${victim.attempt}`) && said.out.includes('not what the school signed'), said.out);
}));

test('an attempt that is gone with all its rows is missed by the root', () => server.still(db, async () => {
	const victim = sitting.students[2];
	const kept = await keep(victim.attemptBytes);
	for (const [table, column] of tables) {
		await db.query(`DELETE FROM ${table} WHERE ${column} = ?`, [victim.attemptBytes]);
	}
	const gone = await audit();
	await db.query(`INSERT INTO event SELECT ?, gen, seq, school_id, kind, slot, lease, at_ms, flags, value, head, times` +
		' FROM event WHERE attempt_id = ? AND seq = 1', [randomBytes(16), sitting.students[0].attemptBytes]);
	const stray = await audit();
	await db.query('DELETE e FROM event e LEFT JOIN attempt a ON a.id = e.attempt_id WHERE a.id IS NULL');
	await restore(victim.attemptBytes, kept);
	assert.equal(gone.status, 1);
	assert.ok(gone.out.includes(`sitting ${b64(sitting.id)} root 1`), gone.out);
	assert.match(stray.out, /was added/);
	for (const set of [flip('bytes', 60), flip('signature', 9), 'receipt_count = 5', 'at_ms = at_ms + 1']) {
		const [[root]] = await db.query('SELECT * FROM sitting_root');
		await db.query(`UPDATE sitting_root SET ${set}`);
		const said = await audit();
		await db.query('UPDATE sitting_root SET bytes = ?, signature = ?, receipt_count = ?, at_ms = ?',
			[root.bytes, root.signature, root.receipt_count, root.at_ms]);
		assert.ok(said.out.includes('the root was changed'), `${set}: ${said.out}`);
	}
}));

test('marks that are not what their history says are named', async () => {
	const at = `/api/v1/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	const made = await (await server.call('POST', `${at}/columns`, { as: teacher, body: { kind: 'tx', position: 1 } })).json();
	const students = school.students.map((s) => String(s.student));
	for (const value of [70, 80, 90]) {
		const [marks] = await db.query('SELECT student_id, version FROM mark WHERE column_id = ?', [made.id]);
		const version = new Map(marks.map((m) => [String(m.student_id), m.version]));
		const response = await server.call('PUT', at, { as: teacher, body: { cells: students.map((student) =>
			({ column: made.id, student, valueX10: value, version: version.get(student) ?? 0, why: 'chấm lại' })) } });
		assert.equal(response.status, 200, await response.text());
	}
	const clean = await audit();
	assert.equal(clean.status, 0, clean.out);
	assert.ok(await count('SELECT COUNT(*) FROM mark_ledger') >= 12);
	const edits = [
		['mark', `UPDATE mark SET value_x10 = 100 WHERE column_id = ${made.id} AND student_id = ${students[1]}`,
			`column ${made.id} student ${students[1]}: the mark is not`],
		['mark', `DELETE FROM mark WHERE column_id = ${made.id} AND student_id = ${students[2]}`, 'the mark is missing'],
		['mark_ledger', 'UPDATE mark_ledger SET new_x10 = 100 WHERE number = 6', 'history row 6: was changed'],
		['mark_ledger', "UPDATE mark_ledger SET why = 'khác' WHERE number = 7", 'history row 7: was changed'],
		['mark_ledger', 'UPDATE mark_ledger SET at_ms = at_ms + 1 WHERE number = 8', 'history row 8: was changed'],
		['mark_ledger', 'UPDATE mark_ledger SET person_id = person_id + 1 WHERE number = 9', 'history row 9: was changed'],
		['mark_ledger', 'DELETE FROM mark_ledger WHERE number = 5', 'history row 5: missing'],
		['mark_ledger', 'DELETE FROM mark_ledger ORDER BY number DESC LIMIT 1', 'missing'],
		['mark_ledger_head', 'UPDATE mark_ledger_head SET hash = REVERSE(hash)', 'head of the history'],
		['mark_ledger_head', 'DELETE FROM mark_ledger_head', 'head of the history'],
	];
	for (const [table, sql, says] of edits) {
		const [rows] = await db.query(`SELECT * FROM ${table}`);
		await db.query(sql);
		const said = await audit();
		const names = Object.keys(rows[0]);
		await db.query(`DELETE FROM ${table}`);
		await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ?`, [rows.map((r) => names.map((n) => r[n]))]);
		assert.equal(said.status, 1, sql);
		assert.ok(said.out.includes(says), `${sql}: ${said.out}`);
	}
	assert.equal((await audit()).status, 0);
});

test('the audit says what is wrong with its words, and runs when nobody serves', async () => {
	const unknown = await audit('--school', 'nowhere');
	assert.equal(unknown.status, 1);
	assert.match(unknown.err, /no school "nowhere"/);
	assert.equal((await audit('--nonsense')).status, 2);
	await db.end();
	db = null;
	server.child.kill('SIGTERM');
	await server.ended;
	const said = await audit();
	assert.equal(said.status, 0, said.out + said.err);
});

test('keys are listed and rotated; what was signed before still verifies', async () => {
	const keys = (...words) => run(['keys', ...words, '--data', data]);
	const before = await keys('list');
	assert.equal(before.status, 0, before.err);
	assert.equal(before.out.match(/^sign /gm).length, 1);
	assert.match(before.out, /^mac +1 now, valid from 1$/m);
	const rotated = await keys('rotate', 'sign');
	assert.equal(rotated.status, 0, rotated.err);
	assert.equal(rotated.out.match(/^sign /gm).length, 2);
	assert.equal(rotated.out.match(/signs now/g).length, 1);
	assert.match((await keys('rotate', 'mac')).out, /^mac +2 now, valid from 1$/m);
	assert.match((await keys('retire', '2')).out, /^mac +2 now, valid from 2$/m);
	assert.equal((await keys('retire', '9')).status, 1);
	for (const words of [[], ['rotate'], ['rotate', 'all'], ['retire', 'x'], ['burn']]) {
		assert.equal((await keys(...words)).status, 2, words.join(' '));
	}
	assert.equal((await audit()).status, 0, 'old signatures hold');
	await server.launch();
	db = await connectDb(server);
	const [deeds] = await db.query("SELECT * FROM audit WHERE subject = 'keys' ORDER BY id");
	assert.deepEqual(deeds.map((d) => [d.action, d.school_id, d.subject_id]),
		[['keys.rotate_sign', null, ''], ['keys.rotate_mac', null, ''], ['keys.retire', null, '2']]);
});
