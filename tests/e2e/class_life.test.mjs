/*
 * A class's life: roll calls with their versions, keys, corrections and limits of time, absences as
 * the class and the parents see them, conduct of terms and of the year, what a closed term forbids.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { Server } from './lib/server.mjs';
import { connectDb, insert, makeSchool, signIn } from './lib/people.mjs';

const DAY_MS = 86_400_000;
const iso = (ms) => new Date(ms).toISOString().slice(0, 10);

let server;
let db;
let school;
let office;
let teacher;
let colleague;
let student;
let parent;
let today;
let pupils;

const call = (...words) => server.answer(...words);
const rollCall = (date, session = 1) => `/classes/${school.class}/presence?date=${date}&session=${session}`;
const ago = (days) => iso(Date.parse(today) - days * DAY_MS);
const key = () => ({ 'Idempotency-Key': randomBytes(16).toString('base64url') });

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	today = iso(Date.now() + 7 * 3_600_000);
	/* A year around today, whenever this runs: 60 days have gone by, 100 are to come. */
	const from = iso(Date.parse(today) - 60 * DAY_MS);
	await db.query('UPDATE school_year SET starts_on = ?, ends_on = ? WHERE id = ?', [from, iso(Date.parse(today) + 100 * DAY_MS), school.year]);
	await db.query('UPDATE term SET starts_on = ?, ends_on = ? WHERE id = ?', [from, iso(Date.parse(today) - 31 * DAY_MS), school.terms[0]]);
	await db.query('UPDATE term SET starts_on = ?, ends_on = ? WHERE id = ?', [iso(Date.parse(today) - 30 * DAY_MS), iso(Date.parse(today) + 100 * DAY_MS), school.terms[1]]);
	await db.query('UPDATE enrolment SET from_on = ? WHERE class_id = ?', [from, school.class]);
	office = await signIn(server, school.office);
	teacher = await signIn(server, school.teacher);
	colleague = await signIn(server, school.otherTeacher);
	student = await signIn(server, school.students[0]);
	parent = await signIn(server, school.parent);
	pupils = school.students.map((s) => s.student);
	await watchOutbox(server, db);
});

after(async () => {
	await db?.end();
	await server?.stop();
});

test('a session is taken, corrected by who may, and remembers how it came about', async () => {
	const fresh = await call(200, 'GET', `/classes/${school.class}/presence`, teacher);
	assert.deepEqual([fresh.date, fresh.session, fresh.version, fresh.takenAt, fresh.takenBy, fresh.mayTake],
		[today, 1, 0, null, null, true]);
	assert.ok(fresh.rows.length >= 3 && fresh.rows.every((r) => r.kind === null));

	const taken = await call(200, 'PUT', rollCall(today), teacher, { version: 0, absences: [
		{ student: pupils[0], kind: 'unexcused' }, { student: pupils[1], kind: 'late', note: '  xe hỏng ' }] });
	assert.equal(taken.version, 1);
	assert.equal(taken.takenBy.id, school.teacher.id);
	const kinds = Object.fromEntries(taken.rows.map((r) => [r.student.id, [r.kind, r.note]]));
	assert.deepEqual(kinds[pupils[0]], ['unexcused', '']);
	assert.deepEqual(kinds[pupils[1]], ['late', 'xe hỏng']);

	const stale = await call(409, 'PUT', rollCall(today), office, { version: 0, absences: [] });
	assert.equal(stale.code, 'stale');
	assert.deepEqual(stale.current.rows, taken.rows, 'what stands is told');

	const mended = await call(200, 'PUT', rollCall(today), office, { version: 1, absences: [
		{ student: pupils[0], kind: 'excused', note: 'ốm, có đơn' }] });
	assert.equal(mended.version, 2);
	assert.deepEqual(mended.history.map((h) => [h.version, h.by.id, h.changes.length]),
		[[1, school.teacher.id, 2], [2, school.office.id, 2]]);
	assert.deepEqual(mended.history[1].changes.find((c) => c.student === pupils[0]),
		{ student: pupils[0], old: 'unexcused', new: 'excused' });
	const { items } = await call(200, 'GET', '/audit?limit=1', office);
	assert.deepEqual([items[0].action, items[0].subjectId], ['roll_call.correct', school.class]);

	await call(403, 'GET', rollCall(today), colleague);
	await call(403, 'PUT', rollCall(today), colleague, { version: 2, absences: [] });
});

test('sent again with its key, a roll call is taken once', async () => {
	const headers = key();
	const body = { version: 0, absences: [{ student: pupils[2], kind: 'unexcused' }] };
	const first = await call(200, 'PUT', rollCall(today, 2), teacher, body, headers);
	const again = await call(200, 'PUT', rollCall(today, 2), teacher, body, headers);
	assert.deepEqual(again, first);
	await call(200, 'PUT', rollCall(today, 2), teacher, { version: 1, absences: [] });
	const late = await call(200, 'PUT', rollCall(today, 2), teacher, body, headers);
	assert.equal(late.version, 2, 'what came afterwards stands');
	assert.ok(late.rows.every((r) => r.kind === null));
	assert.equal(late.history.length, 2);
});

test('days: none to come, none outside the year, old ones by the office alone', async () => {
	const field = async (date, session) => (await call(422, 'GET', rollCall(date, session), teacher)).errors[0].code;
	assert.equal(await field(ago(-1)), 'presence.day_to_come');
	assert.equal(await field(ago(61)), 'presence.day_outside');
	assert.equal(await field('2026-02-30'), 'presence.day_outside');
	assert.equal(await field(today, 3), 'presence.day_outside');
	assert.equal((await call(422, 'PUT', rollCall(ago(-1)), office, { version: 0, absences: [] })).errors[0].code,
		'presence.day_to_come');
	assert.equal((await call(200, 'GET', rollCall(ago(14)), teacher)).mayTake, true);
	assert.equal((await call(200, 'GET', rollCall(ago(15)), teacher)).mayTake, false);
	assert.equal((await call(409, 'PUT', rollCall(ago(15)), teacher, { version: 0, absences: [] })).code, 'presence.day_past');
	await call(200, 'PUT', rollCall(ago(14)), teacher, { version: 0, absences: [{ student: pupils[0], kind: 'unexcused' }] });
	await call(200, 'PUT', rollCall(ago(40)), office, { version: 0, absences: [{ student: pupils[0], kind: 'excused' }] });
});

test('what is no roll call is refused', async () => {
	const bad = async (body) => {
		const problem = await call(422, 'PUT', rollCall(ago(1)), teacher, body);
		return [problem.errors[0].field, problem.errors[0].code];
	};
	assert.deepEqual(await bad({ absences: [] }), ['version', 'form.invalid']);
	assert.deepEqual(await bad({ version: -1, absences: [] }), ['version', 'form.invalid']);
	assert.deepEqual(await bad({ version: 0 }), ['absences', 'form.invalid']);
	assert.deepEqual(await bad({ version: 0, absences: [{ student: pupils[0], kind: 'present' }] }), ['absences', 'form.invalid']);
	assert.deepEqual(await bad({ version: 0, absences: [{ student: pupils[0], kind: 'late', note: 'ợ'.repeat(301) }] }), ['absences', 'form.invalid']);
	assert.deepEqual(await bad({ version: 0, absences: [{ student: '999999', kind: 'late' }] }), ['absences', 'presence.student']);
	const one = { student: pupils[0], kind: 'late' };
	assert.deepEqual(await bad({ version: 0, absences: [one, one] }), ['absences', 'presence.student']);
	assert.deepEqual(await bad({ version: 0, absences: Array(201).fill(one) }), ['absences', 'form.invalid']);
	assert.equal((await call(200, 'GET', rollCall(ago(1)), teacher)).version, 0, 'nothing of it was kept');
	await call(200, 'PUT', rollCall(ago(1)), teacher, { version: 0, absences: [{ ...one, note: 'ợ'.repeat(300) }] });
});

test('absences are counted: late ones do not count; a family sees its own', async () => {
	const all = await call(200, 'GET', `/classes/${school.class}/absences`, teacher);
	const mine = all.rows.find((r) => r.student.id === pupils[0]);
	assert.deepEqual([mine.absent, mine.excused, mine.unexcused, mine.late], [3, 2, 1, 1]);
	assert.equal(all.most, 45);
	assert.deepEqual(all.sessions.map((s) => [s.date, s.session, s.absent, s.late]),
		[[today, 2, 0, 0], [today, 1, 1, 0], [ago(1), 1, 0, 1], [ago(14), 1, 1, 0], [ago(40), 1, 1, 0]]);
	const week = await call(200, 'GET', `/classes/${school.class}/absences?from=${ago(7)}&to=${today}`, office);
	assert.deepEqual(week.items.map((i) => [i.student, i.date, i.kind]),
		[[pupils[0], today, 'excused'], [pupils[0], ago(1), 'late']]);

	const own = await call(200, 'GET', '/my/absences', student);
	assert.deepEqual([own.absent, own.late, own.most, own.year], [3, 1, 45, '2026-2027']);
	assert.deepEqual(own.terms.map((t) => [t.number, t.absent]), [[1, 1], [2, 2]]);
	assert.deepEqual(own.items.map((i) => [i.date, i.session, i.kind]),
		[[today, 1, 'excused'], [ago(1), 1, 'late'], [ago(14), 1, 'unexcused'], [ago(40), 1, 'excused']]);
	assert.deepEqual(await call(200, 'GET', `/children/${pupils[0]}/absences`, parent), own);
	await call(404, 'GET', `/children/${pupils[1]}/absences`, parent);
	await call(403, 'GET', `/classes/${school.class}/absences`, colleague);
});

test('conduct: by term with versions, the year by its rule, summer only where it is asked for', async () => {
	const [one, two] = school.terms.map((id) => `/classes/${school.class}/conduct/${id}`);
	const put = (path, level, version, more = {}) => call(200, 'PUT', path, teacher,
		{ cells: [{ student: pupils[0], level, version }], ...more });
	const first = await put(one, 'tot', 0);
	assert.deepEqual([first.saved, first.conflicts, first.rows.length], [[pupils[0]], [], 1]);
	assert.deepEqual(first.rows[0].year.why.map((w) => w.code), ['rule.conduct_missing']);
	const both = await put(two, 'chua_dat', 0);
	assert.deepEqual([both.rows[0].year.level, both.rows[0].summer.isAsked], ['chua_dat', true]);
	assert.deepEqual(both.rows[0].year.why.map((w) => w.code), ['rule.conduct_year', 'rule.summer']);
	assert.match(both.rows[0].year.why[0].text, /Điều 8/);
	const stale = await put(two, 'kha', 0);
	assert.deepEqual([stale.saved, stale.conflicts], [[], [pupils[0]]]);
	assert.equal(stale.rows[0].terms[1].level, 'chua_dat', 'what stands is told');
	assert.deepEqual((await put(two, 'chua_dat', 0)).saved, [pupils[0]], 'sent twice, it is done once');

	const summer = await put(two, 'dat', 0, { stage: 'summer' });
	assert.deepEqual([summer.rows[0].year.level, summer.rows[0].year.after], ['chua_dat', 'dat']);
	const refused = async (path, cells, more = {}) =>
		(await call(422, 'PUT', path, teacher, { cells, ...more })).errors[0].code;
	const cell = (student, level) => ({ student, level, version: 0 });
	assert.equal(await refused(two, [cell(pupils[1], 'dat')], { stage: 'summer' }), 'conduct.summer');
	assert.equal(await refused(one, [cell(pupils[0], 'dat')], { stage: 'summer' }), 'conduct.summer');
	assert.equal(await refused(two, [cell(pupils[1], 'gioi')]), 'conduct.level');
	assert.equal(await refused(two, [cell(pupils[1], 'dat')], { stage: 'winter' }), 'conduct.level');
	assert.equal(await refused(two, [cell('999999', 'dat')]), 'conduct.student');
	const mended = await put(two, 'tot', 1);
	assert.deepEqual([mended.rows[0].year.level, mended.rows[0].year.after], ['tot', 'tot'], 'the summer counts no more');
	await call(403, 'GET', one, colleague);
	await call(200, 'PUT', one, office, { cells: [{ student: pupils[1], level: null, version: 0 }] });
});

test('a closed term stands; opened again it does not', async () => {
	await insert(db, 'class_closing', { school_id: school.id, class_id: school.class, term_number: 2, version: 1, is_closed: 1,
		changed_by: school.office.id, changed_at_ms: Date.now() });
	assert.equal((await call(200, 'GET', rollCall(today), teacher)).mayTake, false);
	assert.equal((await call(409, 'PUT', rollCall(today), teacher, { version: 2, absences: [] })).code, 'presence.closed');
	await call(200, 'PUT', rollCall(ago(41)), office, { version: 0, absences: [] });
	const two = `/classes/${school.class}/conduct/${school.terms[1]}`;
	const body = { cells: [{ student: pupils[1], level: 'kha', version: 0 }] };
	assert.equal((await call(200, 'GET', two, teacher)).isClosed, true);
	assert.equal((await call(409, 'PUT', two, teacher, body)).code, 'conduct.closed');
	await db.query('UPDATE class_closing SET is_closed = 0 WHERE class_id = ?', [school.class]);
	await call(200, 'PUT', two, teacher, body);
});

test('primary school has no conduct, and no limit of absences by these rules', async () => {
	await db.query('UPDATE class SET grade = 3 WHERE id = ?', [school.class]);
	const two = `/classes/${school.class}/conduct/${school.terms[1]}`;
	const sheet = await call(200, 'GET', two, teacher);
	assert.deepEqual([sheet.pack, sheet.rows], [null, []]);
	assert.equal((await call(409, 'PUT', two, teacher, { cells: [] })).code, 'conduct.primary');
	assert.equal((await call(200, 'GET', `/classes/${school.class}/absences`, teacher)).most, null);
	await db.query('UPDATE class SET grade = 10 WHERE id = ?', [school.class]);
});

test('two at once take one session: one is told what the other took', async () => {
	const date = ago(3);
	const answers = await Promise.all([teacher, office].map((as, i) => server.call('PUT', `/api/v1${rollCall(date)}`,
		{ as, body: { version: 0, absences: [{ student: pupils[i], kind: 'late' }] } })));
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409]);
	const { rows, version } = await call(200, 'GET', rollCall(date), teacher);
	assert.equal(version, 1);
	assert.equal(rows.filter((r) => r.kind).length, 1);
});
