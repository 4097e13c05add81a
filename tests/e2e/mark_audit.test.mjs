/*
 * Marks, columns, exemptions, rows of their history and its signed heads, edited, deleted, added and
 * swapped straight in the database: the audit names each of a hundred.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { blake2b } from '@noble/hashes/blake2b';
import { connectDb, makeSchool, signIn } from './lib/people.mjs';
import { BIN, Server, until } from './lib/server.mjs';

const SEED = Number(process.env.TT_SEED ?? Date.now() % 1_000_000);
const EDITS = 100;
const WAIT_MS = 180_000; /* a walk of signing is a minute */
const TABLES = ['mark', 'mark_column', 'mark_ledger', 'mark_ledger_head', 'mark_head_signed', 'exemption'];

let state = SEED + 1;
const below = (n) => {
	state = (state * 48271 + 11) % 2147483647;
	return state % n;
};
const pick = (list) => list[below(list.length)];

let server;
let db;
let school;
let teacher;
let office;
let at;
let columns;
let students;
let outside;

function run(words) {
	return new Promise((done) => {
		execFile(BIN, words, { maxBuffer: 1 << 24 }, (error, out, err) => done({ status: error ? error.code : 0, out, err }));
	});
}
const audit = (...words) => run(['audit', '--data', join(server.dir, 'data'), ...words]);

async function call(method, path, as, body) {
	const response = await server.call(method, `/api/v1${path}`, { as, body });
	const text = await response.text();
	assert.ok(response.ok, `${method} ${path}: ${text}`);
	return text ? JSON.parse(text) : null;
}

/** Everybody gets another mark in that column. */
async function fill(column, why = '') {
	const { rows } = await call('GET', at, teacher);
	const cells = rows.filter((r) => !r.exempt).map((r) => ({ column, student: r.student.id, version: r.cells[column]?.version ?? 0,
		valueX10: ((r.cells[column]?.valueX10 ?? below(90)) + 1 + below(9)) % 101, isMakeup: below(4) === 0 }));
	const { saved } = await call('PUT', at, teacher, { cells, why });
	assert.equal(saved.length, cells.length);
}

before(async () => {
	console.log(`seed ${SEED}: again with TT_SEED=${SEED}`);
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'SOAT');
	teacher = await signIn(server, school.teacher);
	office = await signIn(server, school.office);
	at = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	students = school.students.map((s) => String(s.student));
	columns = [];
	for (const [kind, position] of [['tx', 1], ['tx', 2], ['gk', 1]]) {
		columns.push((await call('POST', `${at}/columns`, teacher, { kind, position })).id);
	}
	await fill(columns[0]);
	await fill(columns[1]);
	await call('POST', `${at}/publish`, teacher, { columns: [columns[0]] });
	await fill(columns[0], 'chấm lại');
	await call('PUT', `/exemptions${at.slice(6)}`, office, { students: students.slice(0, 2), reason: 'sức khoẻ' });
	await call('PUT', `/exemptions${at.slice(6)}`, office, { students: students.slice(1, 2) });
	await fillOne(columns[1], students[3]);
});

async function fillOne(column, student) {
	const { rows } = await call('GET', at, teacher);
	const { version } = rows.find((r) => r.student.id === student).cells[column];
	await call('PUT', at, teacher, { cells: [{ column, student, state: 'missing', version }] });
}

after(async () => {
	await db?.end();
	await server?.stop();
});

const keep = async () => new Map(await Promise.all(TABLES.map(async (t) => [t, (await db.query(`SELECT * FROM ${t}`))[0]])));

async function restore(kept) {
	await db.query('SET foreign_key_checks = 0');
	for (const [table, rows] of kept) {
		await db.query(`DELETE FROM ${table}`);
		if (rows.length) {
			const names = Object.keys(rows[0]);
			await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ?`, [rows.map((r) => names.map((n) => r[n]))]);
		}
	}
	await db.query('SET foreign_key_checks = 1');
}

/* ---- a history made anew, as somebody would who knows how its hashes are made ---- */

const be = (v, n) => {
	const b = Buffer.alloc(n);
	n === 8 ? b.writeBigUInt64BE(BigInt(v)) : b.writeUIntBE(Number(v), 0, n);
	return b;
};

function nextHash(prev, r) {
	const why = Buffer.from(r.why);
	const isLong = Number(r.approved_by) !== 0 || r.ref !== null;
	const parts = [Buffer.from(isLong ? 'TT1B' : 'TT1M'), prev, be(r.school_id, 8), be(r.class_id, 8), be(r.subject_id, 8),
		be(r.number, 4), be(r.column_id, 8), be(r.student_id, 8), be(r.act, 1), be(r.old_x10 ?? 255, 1), be(r.new_x10 ?? 255, 1),
		be(r.person_id, 8), be(r.at_ms, 8), be(why.length, 2), why];
	if (isLong) {
		parts.push(be(r.approved_by, 8), r.ref ?? Buffer.alloc(16));
	}
	return Buffer.from(blake2b(Buffer.concat(parts), { dkLen: 32 }));
}

async function rewrite() {
	const [rows] = await db.query('SELECT * FROM mark_ledger ORDER BY number');
	let hash = Buffer.alloc(32);
	for (const row of rows) {
		hash = nextHash(hash, row);
		await db.query('UPDATE mark_ledger SET hash = ? WHERE number = ?', [hash, row.number]);
	}
	await db.query('UPDATE mark_ledger_head SET hash = ?, number = ?', [hash, rows.at(-1).number]);
	return rows;
}

test('hashes computed here from their layout are those of the program', async () => {
	const before = await keep();
	await rewrite();
	assert.deepEqual(await keep(), before);
});

/* ---- the hundred ---- */

const flip = (column, from, to) => `${column} = INSERT(${column}, ${from + below(to - from + 1)}, 1, CHAR(255 - ORD(SUBSTRING(${column}, ${from}, 1))))`;

/* Each gives what to do and what must be said. A mark is named by column and student. */
const of = (m) => `column ${m.column_id} student ${m.student_id}: `;
const where = (m) => ` WHERE column_id = ${m.column_id} AND student_id = ${m.student_id}`;
const markEdit = (set, name) => async (kept) => {
	const m = pick(kept.get('mark').filter((x) => x.value_x10 !== null));
	return { name, sql: [`UPDATE mark SET ${set(m)}${where(m)}`], says: [`${of(m)}the mark is not`] };
};
const rowEdit = (set, name) => async (kept) => {
	const r = pick(kept.get('mark_ledger'));
	return { name, sql: [`UPDATE mark_ledger SET ${set(r)} WHERE number = ${r.number}`], says: [`history row ${r.number}: was changed`] };
};
const columnEdit = (set, name, says, which) => async () => ({ name, says: [`column ${columns[which]}: ${says}`],
	sql: [`UPDATE mark_column SET ${set} WHERE id = ${columns[which]}`] });

const plants = [
	markEdit((m) => `value_x10 = ${(m.value_x10 + 1 + below(99)) % 101}`, 'a mark\'s value'),
	markEdit(() => 'value_x10 = NULL', 'a mark taken back'),
	markEdit(() => 'value_x10 = NULL, state = 2', 'a mark made missing'),
	markEdit(() => 'is_makeup = 1 - is_makeup', 'a mark made up, or not'),
	markEdit(() => `version = version + ${1 + below(5)}`, 'a mark\'s version'),
	markEdit(() => 'changed_by = changed_by + 1', 'who set a mark'),
	markEdit(() => `changed_at_ms = changed_at_ms - ${1 + below(1e6)}`, 'when a mark was set'),
	markEdit(() => `attempt_id = X'${randomBytes(16).toString('hex')}'`, 'the exam of a mark'),
	async (kept) => {
		const m = pick(kept.get('mark'));
		return { name: 'a mark is deleted', sql: [`DELETE FROM mark${where(m)}`], says: [`${of(m)}the mark is missing`] };
	},
	async (kept) => {
		const m = { ...pick(kept.get('mark')), column_id: columns[2] };
		return { name: 'a mark is added', says: [`${of(m)}the mark was added`], sql: ['INSERT INTO mark (school_id, column_id,' +
			` student_id, value_x10, version, changed_by, changed_at_ms) VALUES (${m.school_id}, ${m.column_id}, ${m.student_id}, 90, 1, 1, 1)`] };
	},
	async (kept) => {
		const [column, ...rest] = pick([columns.slice(0, 1), columns.slice(1, 2)]);
		assert.equal(rest.length, 0);
		const [a, b] = kept.get('mark').filter((m) => String(m.column_id) === column).sort(() => below(3) - 1);
		return { name: 'two students change marks', says: [`${of(a)}the mark is not`, `${of(b)}the mark is not`],
			sql: ['SET foreign_key_checks = 0', `UPDATE mark SET student_id = 0${where(a)}`,
				`UPDATE mark SET student_id = ${a.student_id}${where(b)}`,
				`UPDATE mark SET student_id = ${b.student_id} WHERE column_id = ${column} AND student_id = 0`,
				/* what would be the same by chance is made another */
				`UPDATE mark SET value_x10 = COALESCE(value_x10, 49) + 1, state = 1${where(a)}`,
				`UPDATE mark SET value_x10 = COALESCE(value_x10, 49) + 1, state = 1${where(b)}`] };
	},
	rowEdit((r) => `new_x10 = ${((r.new_x10 ?? 7) + 1 + below(50)) % 101}`, 'a row\'s new mark'),
	rowEdit((r) => `old_x10 = ${((r.old_x10 ?? 7) + 1 + below(50)) % 101}`, 'a row\'s old mark'),
	rowEdit(() => `why = CONCAT(why, '${below(9)}')`, 'a row\'s reason'),
	rowEdit(() => 'person_id = person_id + 1', 'a row\'s person'),
	rowEdit(() => `at_ms = at_ms + ${1 + below(1e6)}`, 'a row\'s time'),
	rowEdit(() => 'act = act + 1', 'a row\'s act'),
	rowEdit(() => 'student_id = student_id + 1', 'a row\'s student'),
	rowEdit(() => 'column_id = column_id + 1', 'a row\'s column'),
	rowEdit(() => 'approved_by = approved_by + 1', 'a row\'s approver'),
	rowEdit((r) => `ref = ${r.ref ? 'NULL' : `X'${randomBytes(16).toString('hex')}'`}`, 'what a row is about'),
	rowEdit(() => `hash = X'${randomBytes(32).toString('hex')}'`, 'a row\'s hash'),
	async (kept) => {
		const r = pick(kept.get('mark_ledger'));
		return { name: 'a row goes to another school', sql: [`UPDATE mark_ledger SET school_id = school_id + 1 WHERE number = ${r.number}`],
			says: [`history row ${r.number}: was changed`] };
	},
	async (kept) => {
		const rows = kept.get('mark_ledger');
		const r = rows[below(rows.length)];
		return { name: 'a row is deleted', sql: [`DELETE FROM mark_ledger WHERE number = ${r.number}`], says: [`history row ${r.number}: missing`] };
	},
	async (kept) => {
		const last = kept.get('mark_ledger').length;
		const count = 1 + below(4);
		return { name: 'the last rows are deleted', sql: [`DELETE FROM mark_ledger WHERE number > ${last - count}`],
			says: [`history row${count > 1 ? `s ${last - count + 1}-${last}` : ` ${last}`}: missing`] };
	},
	async (kept) => {
		const last = kept.get('mark_ledger').length;
		const left = last - 1 - below(4);
		return { name: 'the last rows are deleted, and the head says so', says: [/history rows? [\d-]+: missing/],
			sql: [`DELETE FROM mark_ledger WHERE number > ${left}`,
				`UPDATE mark_ledger_head SET number = ${left}, hash = (SELECT hash FROM mark_ledger WHERE number = ${left})`] };
	},
	async (kept) => {
		const a = 1 + below(kept.get('mark_ledger').length - 1);
		return { name: 'two rows change places', says: [`history row ${a}: was changed`], sql: [
			`UPDATE mark_ledger SET number = 9999 WHERE number = ${a}`, `UPDATE mark_ledger SET number = ${a} WHERE number = ${a + 1}`,
			`UPDATE mark_ledger SET number = ${a + 1} WHERE number = 9999`] };
	},
	async () => ({ name: 'the head\'s hash', sql: [`UPDATE mark_ledger_head SET hash = X'${randomBytes(32).toString('hex')}'`], says: ['the head of the history'] }),
	async (kept) => ({ name: 'the head\'s number is higher', sql: ['UPDATE mark_ledger_head SET number = number + 1'],
		says: [`history row ${kept.get('mark_ledger').length + 1}: missing`] }),
	async () => ({ name: 'the head is deleted', sql: ['DELETE FROM mark_ledger_head'], says: ['the head of the history'] }),
	async (kept) => {
		const last = kept.get('mark_ledger').length;
		return { name: 'a row is added behind the last', says: [`history row ${last + 1}: was changed`], sql: [
			`INSERT INTO mark_ledger SELECT class_id, subject_id, ${last + 1}, school_id, column_id, student_id, act, old_x10, new_x10, why,` +
			` person_id, approved_by, ref, at_ms, hash FROM mark_ledger WHERE number = ${last}`] };
	},
	async (kept) => {
		const r = pick(kept.get('mark_ledger').filter((x) => x.act === 1 && x.new_x10 !== 254));
		return { name: 'mark, history, hashes and head made anew', says: [/history row \d+: the history up to here is not what the school signed/],
			sql: [`UPDATE mark_ledger SET new_x10 = ${(r.new_x10 % 128 + 1) % 101} WHERE number = ${r.number}`], besides: async () => {
				await rewrite();
				await db.query(`UPDATE mark SET value_x10 = ${(r.new_x10 % 128 + 1) % 101}, is_makeup = 0${where(r)}`);
			} };
	},
	columnEdit('published_at_ms = NULL', 'a column is hidden', 'the column is not published', 0),
	columnEdit('published_at_ms = published_at_ms - 1', 'since when a column is published', 'the column is not published', 0),
	columnEdit('published_at_ms = 1757000000000', 'a column is published', 'the column is not published', 1),
	columnEdit('kind = 3', 'the kind of a published column', 'the column is not published', 0),
	columnEdit('position = 4', 'the place of a published column', 'the column is not published', 0),
	columnEdit(`sitting_id = X'${randomBytes(16).toString('hex')}'`, 'a column is linked', 'the column\'s exam', 1),
	async (kept) => {
		const [other] = kept.get('mark_column').filter((c) => String(c.id) === columns[2]);
		return { name: 'a column goes to another term', says: [`column ${columns[0]}: the column is not published`],
			sql: [`UPDATE mark_column SET term_id = ${school.terms[1]} WHERE id = ${columns[0]} AND term_id = ${other.term_id}`] };
	},
	async () => ({ name: 'an exemption is deleted', sql: ['DELETE FROM exemption'], says: [`student ${students[1]} term ${school.terms[0]}: the exemption`] }),
	async () => ({ name: 'an exemption\'s reason', sql: ["UPDATE exemption SET reason = 'khác'"], says: [`student ${students[1]} term ${school.terms[0]}: the exemption`] }),
	async () => ({ name: 'who exempted', sql: ['UPDATE exemption SET given_by = given_by + 1'], says: [`student ${students[1]} term`] }),
	async () => ({ name: 'when it was', sql: ['UPDATE exemption SET given_at_ms = given_at_ms + 1'], says: [`student ${students[1]} term`] }),
	async () => {
		const other = pick([students[0], students[2], students[3]]);
		return { name: 'an exemption goes to another', sql: [`UPDATE exemption SET student_id = ${other}`],
			says: [`student ${students[1]} term`, `student ${other} term`] };
	},
	async () => ({ name: 'a signed head\'s bytes', sql: [`UPDATE mark_head_signed SET ${flip('bytes', 5, 80)}`], says: ['the signed head was changed'] }),
	async () => ({ name: 'a head\'s signature', sql: [`UPDATE mark_head_signed SET ${flip('signature', 1, 64)}`], says: ['the signed head was changed'] }),
	async () => ({ name: 'when a head was signed', sql: ['UPDATE mark_head_signed SET at_ms = at_ms + 1'], says: ['the signed head was changed'] }),
	async () => ({ name: 'the signed heads are deleted', sql: ['DELETE FROM mark_head_signed'], says: ['the head that was signed last is missing'] }),
];

test(`each of ${EDITS} edits, deletions and swaps is named`, { timeout: 900_000 }, async () => {
	const printed = await run(['heads', '--data', join(server.dir, 'data')]);
	assert.equal(printed.status, 0, printed.err);
	outside = printed.out;
	const whole = await audit();
	assert.equal(whole.status, 0, whole.out + whole.err);
	const kept = await keep();
	assert.ok(kept.get('mark_head_signed').length >= 1);
	const counts = new Map();
	const missed = [];
	await server.still(db, async () => {
		for (let i = 0; i < EDITS; i++) {
			const { name, sql, says, besides } = await (i < plants.length ? plants[i] : pick(plants))(kept);
			for (const one of sql) {
				const [done] = await db.query(one);
				assert.ok(one.startsWith('SET ') || done.affectedRows >= 1, `${name}: ${one}`);
			}
			await besides?.();
			const said = await audit();
			await restore(kept);
			const lines = said.out.split('\n').filter((line) => line.startsWith('marks of class'));
			const isNamed = says.every((word) => lines.some((line) => (word instanceof RegExp ? word.test(line) : line.includes(word))));
			counts.set(name, (counts.get(name) ?? 0) + 1);
			if (said.status !== 1 || !isNamed) {
				missed.push(`${name}: ${sql.join('; ')}\n  wanted ${says.join(', ')}\n  ${said.status} ${said.out}${said.err}`);
			}
		}
	});
	console.log(`REPORT ${EDITS - missed.length} of ${EDITS} edits named, of ${counts.size} kinds:`);
	for (const [name, count] of counts) {
		console.log(`  ${String(count).padStart(3)} ${name}`);
	}
	assert.deepEqual(missed, []);
	assert.equal((await audit()).status, 0, 'whole again');
});

test('a history made anew, with its signed heads gone, is told by heads that were kept elsewhere', async () => {
	const file = join(server.dir, 'heads');
	await writeFile(file, outside);
	assert.equal((await audit('--heads', file)).status, 0);
	await fill(columns[1]);
	assert.equal((await audit(`--heads=${file}`)).status, 0, 'a history that went on is the same history');
	const kept = await keep();
	const [row] = kept.get('mark_ledger');
	await db.query('DELETE FROM mark_head_signed');
	await db.query("UPDATE mark_ledger SET why = 'khác' WHERE number = 1");
	await rewrite();
	await db.query('UPDATE mark_ledger_head SET signed_number = 0, signed_at_ms = 9999999999999');
	assert.equal((await audit()).status, 0, 'nothing inside tells it');
	const said = await audit('--heads', file);
	assert.equal(said.status, 1);
	assert.match(said.out, new RegExp(`class ${row.class_id} subject ${row.subject_id} history row \\d+: the history up to here`));
	for (const table of ['mark', 'mark_ledger', 'mark_ledger_head', 'exemption']) {
		await db.query(`DELETE FROM ${table}`);
	}
	await db.query('UPDATE mark_column SET published_at_ms = NULL');
	assert.equal((await audit()).status, 0);
	assert.match((await audit('--heads', file)).out, /history rows 1-\d+: missing/);
	await restore(kept);
	const line = outside.trim().split('\n')[0];
	const forged = Buffer.from(line, 'base64url');
	forged[50] ^= 1;
	await writeFile(file, `${forged.toString('base64url')}\n${line}\nkhông phải\n`);
	const told = await audit('--heads', file);
	assert.equal(told.status, 1);
	assert.match(told.out, /line 1: no head that this deployment signed\n.*line 3: no head/s);
	assert.equal((await audit('--heads', join(server.dir, 'nothing'))).status, 1);
});

test('the program signs heads by itself', async () => {
	await fill(columns[2]);
	await db.query('UPDATE mark_ledger_head SET signed_at_ms = 0');
	await until('the newest row is signed', async () => {
		const [[row]] = await db.query('SELECT number, signed_number FROM mark_ledger_head');
		return row.number === row.signed_number;
	}, WAIT_MS, 200);
	assert.equal((await audit()).status, 0);
});
