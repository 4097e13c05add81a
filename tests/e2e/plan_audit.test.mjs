/*
 * What the office planned for marks (locks, publications, reopened places), edited straight in the
 * database: the audit names each.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connectDb, makeSchool, signIn } from './lib/people.mjs';
import { BIN, Server, until } from './lib/server.mjs';

const HOUR = 3_600_000;
const PATIENCE = 180_000;
const TABLES = ['mark_lock', 'mark_publishing', 'mark_reopening', 'mark_ledger', 'mark_ledger_head'];

let server;
let db;
let school;
let other;
let office;
let term;
let kept;

const audit = () => new Promise((done) => {
	execFile(BIN, ['audit', '--data', join(server.dir, 'data')], (error, out, err) => done({ status: error ? error.code : 0, out, err }));
});
const put = (what, kind, grade, at, version, as = office, of = term) => server.answer(200, 'PUT', `/terms/${of}/${what}`, as, { kind, grade, at, version });
const reopen = async (kind, why) => (await server.answer(201, 'POST', `/terms/${term}/reopenings`, office,
	{ class: school.class, subject: school.subject, kind, until: Date.now() + HOUR, why })).reopenings.find((r) => r.why === why);
const keep = async () => new Map(await Promise.all(TABLES.map(async (t) => [t, (await db.query(`SELECT * FROM ${t}`))[0]])));

async function restore() {
	await db.query('SET foreign_key_checks = 0');
	for (const [table, rows] of kept) {
		await db.query(`DELETE FROM ${table}`);
		const names = Object.keys(rows[0]);
		await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ?`, [rows.map((r) => names.map((n) => r[n]))]);
	}
	await db.query('SET foreign_key_checks = 1');
}

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	other = await makeSchool(db, 'BETA');
	office = await signIn(server, school.office);
	[term] = school.terms;
	await put('locks', 'tx', 10, Date.now() + HOUR, 0);
	await put('locks', 'tx', 10, Date.now() + 2 * HOUR, 1);
	await put('locks', 'ck', 0, Date.now() + HOUR, 0);
	await put('locks', 'ck', 0, null, 1);
	await put('locks', 'all', 0, Date.now() + HOUR, 0, await signIn(server, other.office), other.terms[0]);
	/* A grade that has no class has no class's chain. */
	await put('locks', 'gk', 12, Date.now() + HOUR, 0);
	await put('publishing', 'gk', 0, Date.now() + HOUR, 0);
	await put('publishing', 'tx', 0, Date.now() - 1, 0);
	await until('the publication was carried out', async () =>
		(await server.answer(200, 'GET', `/terms/${term}/schedule`, office)).publishing.some((p) => p.doneAt !== null), PATIENCE);
	await reopen('tx', 'em An ốm');
	const { id } = await reopen('all', 'cô Bình nghỉ');
	await server.answer(204, 'DELETE', `/reopenings/${id}`, office);
	await reopen('gk', 'đề in sai');
	kept = await keep();
});

after(async () => {
	await db?.end();
	await server?.stop();
});

test('what stands as it was planned is whole, in every school', async () => {
	const said = await audit();
	assert.equal(said.status, 0, said.out + said.err);
	const chains = kept.get('mark_ledger_head').filter((h) => Number(h.class_id) === 0).map((h) => [String(h.subject_id), Number(h.number)]);
	assert.deepEqual(chains.sort(), [[school.id, 8], [other.id, 1]].map(([id, n]) => [String(id), n]).sort());
});

test('each edit, deletion and addition is named', { timeout: 600_000 }, async () => {
	const lock = `lock of school ${school.id} term ${term}`;
	const plan = `publication of school ${school.id} term ${term}`;
	const place = `marks of class ${school.class} subject ${school.subject} term ${term}`;
	const edits = [
		['UPDATE mark_lock SET locks_at_ms = locks_at_ms + 60000 WHERE kind = 1', `${lock} of tx grade 10: is not`],
		['UPDATE mark_lock SET locks_at_ms = 1 WHERE kind = 3', `${lock} of ck grade 0: is not`],
		['UPDATE mark_lock SET locks_at_ms = NULL WHERE kind = 2', `${lock} of gk grade 12: is not`],
		['UPDATE mark_lock SET grade = 11 WHERE kind = 1', `${lock} of tx grade 11: is not`, `${lock} of tx grade 10: missing`],
		['UPDATE mark_lock SET made_by = made_by + 1 WHERE kind = 1', `${lock} of tx grade 10: is not`],
		['UPDATE mark_lock SET made_at_ms = made_at_ms - 1 WHERE kind = 1', `${lock} of tx grade 10: is not`],
		['UPDATE mark_lock SET version = version + 1 WHERE kind = 1', `${lock} of tx grade 10: is not`],
		[`DELETE FROM mark_lock WHERE kind = 1 AND school_id = ${school.id}`, `${lock} of tx grade 10: missing`],
		[`INSERT INTO mark_lock (school_id, term_id, kind, grade, locks_at_ms, made_by, made_at_ms) VALUES (${school.id}, ${term}, 0, 9, 1, 1, 1)`,
			`${lock} of all grade 9: is not`],
		[`UPDATE mark_lock SET locks_at_ms = 5 WHERE school_id = ${other.id}`, `lock of school ${other.id} term ${other.terms[0]} of all grade 0: is not`],
		['UPDATE mark_publishing SET publishes_at_ms = publishes_at_ms + 1 WHERE kind = 2', `${plan} of gk grade 0: is not`],
		['UPDATE mark_publishing SET done_at_ms = 1 WHERE kind = 2', `${plan} of gk grade 0: is not`],
		['UPDATE mark_publishing SET done_at_ms = done_at_ms + 1 WHERE kind = 1', `${plan} of tx grade 0: is not`],
		['DELETE FROM mark_publishing WHERE kind = 2', `${plan} of gk grade 0: missing`],
		["UPDATE mark_reopening SET until_ms = until_ms + 60000 WHERE why = 'em An ốm'", `${place} of tx: a reopening is not`],
		["UPDATE mark_reopening SET why = 'khác' WHERE kind = 2", `${place} of gk: a reopening is not`],
		["UPDATE mark_reopening SET kind = 0 WHERE kind = 2", `${place} of gk: a reopening is missing`, `${place} of all: a reopening is not`],
		[`UPDATE mark_reopening SET until_ms = made_at_ms + ${HOUR} WHERE kind = 0`, `${place} of all: a reopening is not`],
		['DELETE FROM mark_reopening WHERE kind = 1', `${place} of tx: a reopening is missing`],
		[`INSERT INTO mark_reopening (school_id, term_id, class_id, subject_id, kind, until_ms, why, made_by, made_at_ms) VALUES (${school.id}, ${term},` +
			` ${school.class}, ${school.subject}, 3, ${Date.now() + HOUR}, '', 1, 1)`, `${place} of ck: a reopening is not`],
		["UPDATE mark_ledger SET at_ms = at_ms + 1 WHERE class_id = 0 AND number = 1", `plans of school ${school.id} history row 1: was changed`],
		[`DELETE FROM mark_ledger WHERE class_id = 0 AND number = 8 AND subject_id = ${school.id}`, `plans of school ${school.id} history row 8: missing`],
	];
	const missed = [];
	await server.still(db, async () => {
		for (const [sql, ...says] of edits) {
			await db.query(sql);
			const said = await audit();
			await restore();
			const lines = said.out.split('\n');
			if (said.status !== 1 || !says.every((word) => lines.some((line) => line.startsWith(word)))) {
				missed.push(`${sql}\n  ${says.join('\n  ')}\n  said ${said.out}${said.err}`);
			}
		}
	});
	assert.deepEqual(missed, []);
	assert.equal((await audit()).status, 0, 'whole again');
});
