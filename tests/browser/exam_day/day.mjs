/*
 * What the steps of an exam day share: the server, the school, who sits, and what earlier steps gave.
 */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { connectDb, makeSchool } from '../../e2e/lib/people.mjs';
import { messyClassList, wordPaper } from '../../fixtures/office_files.mjs';
import { CHROMIUM_ARGS, START, openBrowser, startServer } from '../lib.mjs';
import { ownChromium } from '../sitter.mjs';

export const ZONE_MS = 7 * 3_600_000; /* the school's clock is UTC+7 */
export const MINUTE_MS = 60_000;
export const LIMIT_MIN = 4;           /* of the one who leaves; the others get more on the day */

export let server;
export let browser;
export let db;
export let school;
export const list = messyClassList();
export const paper = wordPaper();
export const everyone = [...list.names['10A1'], ...list.names['10A2']];
/* The five who sit; the sixth stays away. */
export const [ANH, DUNG, GIANG, HA, QUYNH] = everyone;
export const sitters = new Map();  /* name → person of sitter.mjs, with { attempt, room, login } */
export const codes = new Map();    /* name → activation code on the slip */
export const world = { office: null, teacher: null, sitting: null, bank: null, paper: null };

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	browser = await openBrowser();
	world.own = await ownChromium(CHROMIUM_ARGS);
}, START);

after(async () => {
	await world.own?.kill();
	await browser?.close();
	await db?.end().catch(() => undefined);
	await server?.stop();
}, START);

/** After the server was killed: it runs again, and the test has a connection to its database again. */
export async function comeBack() {
	await server.launch();
	db = await connectDb(server);
}

export const need = (value, what) => {
	assert.ok(value, `an earlier step did not give ${what}`);
	return value;
};

export const sitter = (name) => {
	need(world.isOpen, 'an open paper');
	return need(sitters.get(name), name);
};

export async function rows(sql, values = []) {
	const [found] = await db.query(sql, values);
	return found;
}

export const hexOf = (id) => Buffer.from(id, 'base64url').toString('hex');

export const attemptRow = async (id) => (await rows('SELECT * FROM attempt WHERE id = UNHEX(?)', [hexOf(id)]))[0];

export const answersOf = (id) => rows(`SELECT slot, value, at_ms, flags FROM event
	WHERE attempt_id = UNHEX(?) AND kind = 1 ORDER BY gen, seq`, [hexOf(id)]);

export const slotsOf = async (id) => (await answersOf(id)).map((r) => r.slot);

/** What a field for a date and a time takes: one of a full minute takes no seconds. */
export const localInput = (ms) => new Date(ms + ZONE_MS).toISOString().slice(0, 19).replace(/(T\d\d:\d\d):00$/, '$1');

/* Codes on a line of a slip, whole: groups of four signs, the last one may be shorter. */
export const CODE = /(?<![\w-])[0-9A-Z]{4}(?:-[0-9A-Z]{1,4}){3,}(?![\w-])/g;
