/*
 * What a family sees: children of two schools behind one sign-in, each school proven by a code of
 * its own and never by an equal phone number; the day in one answer; documents of what is closed;
 * and nothing that compares with another student (Circular 15/2026, article 22.2).
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { insert, makeMember, makeSitting, signIn } from './lib/people.mjs';
import { pdfCodes, pdfText } from './lib/pdf.mjs';
import { routes } from './lib/rows.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';

const DAY_MS = 86_400_000;
const SET = 'mật khẩu mới của tôi';

let server;
let db;
let school;
let other;
let office;
let strangeOffice;
let parent;
let student;

before(async () => {
	({ server, db, school, other, office, strangeOffice, parent } =
		await startSchools(['office', 'strangeOffice', 'parent']));
	student = await signIn(server, school.students[0]);
});

after(() => stopSchools({ server, db }));

const call = (...words) => server.answer(...words);
const names = (list) => list.items.map((c) => c.fullName);
const codeOf = async (person, as) => (await call(200, 'POST', `/people/${person}/activation`, as)).code;
const activate = (status, code, password = SET) => call(status, 'POST', '/activation/use', undefined, { code, password });

/* The other school says that this phone number is a guardian of its first student. */
async function linkedByNumber(person, student_id = other.students[0].student) {
	const body = { fullName: person.fullName, relation: 'other', phone: person.phone };
	const asked = await call(409, 'POST', `/students/${student_id}/guardians`, strangeOffice, body);
	assert.equal(asked.known.person, person.id);
	await call(201, 'POST', `/students/${student_id}/guardians`, strangeOffice, { ...body, confirm: person.id });
	return student_id;
}

/* Everything of a child that a guardian may ask for. */
const PAGES = ['today', 'marks', 'results', 'absences', 'remarks', 'exams'];

async function seesChild(as, child, status) {
	for (const page of PAGES) {
		await call(status, 'GET', `/children/${child}/${page}`, as);
	}
}

test('an equal phone number shows nothing of the other school; its own code does, to whoever is signed in', async () => {
	const child = await linkedByNumber(school.parent);
	const before = await call(200, 'GET', '/my/children', parent);
	assert.deepEqual(names(before), ['Học Sinh ALPHA 1']);
	assert.deepEqual(before.waiting, [{ id: other.id, name: 'Trường BETA' }]);
	await seesChild(parent, child, 404);
	await call(404, 'POST', `/children/${child}/documents`, parent, { class: other.class, kind: 'year_report' });
	await call(403, 'PUT', '/session/school', parent, { school: other.id });
	assert.deepEqual((await call(200, 'GET', '/session', parent)).schools.map((s) => s.code), ['alpha']);

	/* The slip of the other school takes no password away and sets none. */
	const code = await codeOf(school.parent.id, strangeOffice);
	assert.equal((await call(200, 'POST', '/activation', undefined, { code })).onlyJoins, true);
	assert.equal((await activate(409, code)).code, 'account.code_joins');
	await call(200, 'GET', '/session', parent);
	await signIn(server, school.parent);

	const stranger = await signIn(server, other.parent);
	assert.equal((await call(409, 'POST', '/account/schools', stranger, { code })).code, 'account.code_of_other');
	await seesChild(stranger, school.students[0].student, 404);
	const joined = await call(200, 'POST', '/account/schools', parent, { code: code.toLowerCase() });
	assert.deepEqual(joined.school, { id: other.id, name: 'Trường BETA' });
	const now = await call(200, 'GET', '/my/children', parent);
	assert.deepEqual(names(now).sort(), ['Học Sinh ALPHA 1', 'Học Sinh BETA 1']);
	assert.deepEqual(now.waiting, []);
	await seesChild(parent, child, 200);
	await seesChild(parent, other.students[1].student, 404);
	await call(200, 'PUT', '/session/school', parent, { school: other.id });
	await seesChild(parent, school.students[0].student, 200);
	await call(200, 'PUT', '/session/school', parent, { school: school.id });
	assert.equal((await call(410, 'POST', '/account/schools', parent, { code })).code, 'account.activation_expired');
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM audit WHERE action = \'sign_in.join\' AND school_id = ?', [other.id]);
	assert.equal(Number(n), 1);
});

test('a guardian who is unlinked, and linked again, has to prove it again', async () => {
	const child = other.students[0].student;
	const { version } = (await call(200, 'GET', `/students/${child}`, strangeOffice)).guardians
		.find((g) => g.id === school.parent.id);
	await call(200, 'DELETE', `/students/${child}/guardians/${school.parent.id}?version=${version}`, strangeOffice);
	parent = await signIn(server, school.parent);
	await seesChild(parent, child, 404);
	await linkedByNumber(school.parent);
	await seesChild(parent, child, 404);
	await call(200, 'POST', '/account/schools', parent, { code: await codeOf(school.parent.id, strangeOffice) });
	await seesChild(parent, child, 200);
});

test('a password that one school\'s code set opens that school alone', async () => {
	const phone = '+84987111222';
	const person = await makeMember(db, school, 'parent', null, 'Lê Hai Trường', { phone, password: false });
	await insert(db, 'guardian', { school_id: school.id, student_id: school.students[2].student, person_id: person.id, relation: 1 });
	const child = await linkedByNumber(person, other.students[2].student);
	const first = await codeOf(person.id, office);
	const second = await codeOf(person.id, strangeOffice);
	assert.equal((await call(200, 'POST', '/activation', undefined, { code: second })).onlyJoins, false);
	await activate(200, second);
	const session = await server.call('POST', '/api/v1/session', { body: { phone, password: SET }, headers: { 'X-Want-Token': '1' } });
	const profile = await session.json();
	const me = { token: profile.token };
	assert.equal(profile.school.code, 'beta');
	await seesChild(me, child, 200);
	await seesChild(me, school.students[2].student, 404);
	await call(403, 'PUT', '/session/school', me, { school: school.id });
	assert.deepEqual((await call(200, 'GET', '/my/children', me)).waiting.map((s) => s.name), ['Trường ALPHA']);
	assert.equal((await activate(409, first)).code, 'account.code_joins');
	await call(200, 'POST', '/account/schools', me, { code: first });
	await seesChild(me, school.students[2].student, 200);
});

test('a forgotten password: either school makes a code, and it opens that school alone until the other\'s is entered', async () => {
	const phone = '+84987555666';
	const child = { here: school.students[1].student, there: other.students[1].student };
	const person = await makeMember(db, school, 'parent', null, 'Phạm Quên Mật Khẩu', { phone });
	await insert(db, 'guardian', { school_id: school.id, student_id: child.here, person_id: person.id, relation: 1 });
	let me = await signIn(server, person);
	await linkedByNumber({ ...person, phone }, child.there);
	await call(200, 'POST', '/account/schools', me, { code: await codeOf(person.id, strangeOffice) });
	await seesChild(me, child.there, 200);
	const letter = { title: 'Của BETA', text: 'Việc riêng của gia đình ở BETA.', scope: 'student', student: child.there, audience: 'guardians' };
	await call(201, 'POST', '/letters', strangeOffice, letter);
	const [[thread]] = await db.query('SELECT id FROM thread WHERE person_id = ? AND school_id = ?', [person.id, other.id]);
	assert.equal((await call(200, 'GET', '/threads', me)).items.length, 1);
	await db.query('INSERT INTO notice_setting (person_id, email, email_state) VALUES (?, ?, 2)', [person.id, 'quen@example.vn']);

	/* The code alone ends nothing: neither here nor at the other school. */
	const made = await call(200, 'POST', `/people/${person.id}/activation`, office);
	assert.equal(made.keepsPassword, true);
	await seesChild(me, child.there, 200);
	me = await signIn(server, person);
	const unused = await call(200, 'POST', `/people/${person.id}/activation`, strangeOffice);

	/* Whoever uses the code of this school, be it its office, comes to this school alone. */
	await activate(200, made.code, 'một mật khẩu khác');
	await call(401, 'GET', '/my/children', me);
	const again = async (password) => ({ token: (await (await server.call('POST', '/api/v1/session',
		{ body: { phone, password }, headers: { 'X-Want-Token': '1' } })).json()).token });
	me = await again('một mật khẩu khác');
	await seesChild(me, child.here, 200);
	await seesChild(me, child.there, 404);
	assert.deepEqual((await call(200, 'GET', '/my/children', me)).waiting.map((s) => s.name), ['Trường BETA']);
	await call(403, 'PUT', '/session/school', me, { school: other.id });
	for (const [method, path, body] of [['GET', ''], ['POST', '/read'], ['POST', '/replies', { text: 'Xin chào' }]]) {
		await call(404, method, `/threads/${thread.id}${path}`, me, body);
	}
	assert.deepEqual((await call(200, 'GET', '/threads', me)).items, []);
	assert.deepEqual((await call(200, 'GET', '/notices', me)).items.filter((n) => n.school.id === other.id), []);
	const { unread } = await call(200, 'GET', '/notices/unread', me);
	await call(201, 'POST', '/letters', strangeOffice, { ...letter, title: 'Thư thứ hai' });
	assert.equal((await call(200, 'GET', '/notices/unread', me)).unread, unread);
	assert.equal((await call(200, 'GET', '/notice-settings', me)).email, '', 'whoever used the code reads no mail of the other school');

	/* The other school's code proves that one, and sets no password. */
	assert.equal((await activate(409, unused.code)).code, 'account.code_joins');
	await call(200, 'POST', '/account/schools', me, { code: unused.code });
	await seesChild(me, child.there, 200);
	await seesChild(me, child.here, 200);
	assert.equal((await call(200, 'GET', '/threads', me)).items.length, 2, 'what was sent meanwhile had waited');
	assert.equal((await call(200, 'GET', '/notices/unread', me)).unread, unread + 2);
	await again('một mật khẩu khác');
});

test('two sign-ins become one by the code of the other, which nobody has used', async () => {
	const child = other.students[3].student;
	const body = { fullName: 'Phụ Huynh ALPHA', relation: 'mother', phone: '0987333444' };
	const { guardians } = await call(201, 'POST', `/students/${child}/guardians`, strangeOffice, body);
	const again = await codeOf(guardians[0].id, strangeOffice);
	await seesChild(parent, child, 404);
	await call(200, 'POST', '/account/schools', parent, { code: again });
	await seesChild(parent, child, 200);
	const after = await call(200, 'GET', `/students/${child}`, strangeOffice);
	assert.deepEqual(after.guardians.map((g) => [g.id, g.relation]), [[school.parent.id, 'mother']]);
	const [rows] = await db.query('SELECT state FROM membership WHERE school_id = ? AND person_id = ?', [other.id, guardians[0].id]);
	assert.deepEqual(rows.map((r) => Number(r.state)), [2]);
});

test('a code of somebody in use, of a pupil, and none at all join nothing', async () => {
	const pupil = await makeMember(db, other, 'student', 'hs99', 'Học Sinh Chưa Vào', { password: false });
	pupil.student = await insert(db, 'student', { school_id: other.id, person_id: pupil.id, code: 'BETA-HS99' });
	const { code } = await call(200, 'POST', `/students/${pupil.student}/activation`, strangeOffice);
	assert.equal((await call(409, 'POST', '/account/schools', parent, { code })).code, 'account.code_not_family');
	assert.equal((await call(200, 'POST', '/activation', undefined, { code })).onlyJoins, false, 'it is still good');
	const wrong = code.slice(0, -1) + (code.at(-1) === 'A' ? 'C' : 'A');
	assert.equal((await call(422, 'POST', '/account/schools', parent, { code: wrong })).errors[0].field, 'code');
	await call(422, 'POST', '/account/schools', parent, { code: 'x' });
	await call(401, 'POST', '/account/schools', undefined, { code });
	await call(403, 'POST', '/account/schools', student, { code });
	/* A taker of the own child's place: a guardian is never his or her own. */
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM guardian g JOIN student s ON s.id = g.student_id WHERE s.person_id = g.person_id');
	assert.equal(Number(n), 0);
});

/* ---- the day ---- */

const today = () => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

async function column(kind, position, isPublished, subject = school.subject) {
	return insert(db, 'mark_column', { school_id: school.id, class_id: school.class, subject_id: subject,
		term_id: school.terms[0], kind, position, published_at_ms: isPublished ? Date.now() : null });
}

const mark = (column_id, i, value_x10, more = {}) => insert(db, 'mark', { school_id: school.id, column_id,
	student_id: school.students[i].student, value_x10, version: 1, changed_by: school.teacher.id, changed_at_ms: Date.now(), ...more });
const remark = (i, subject_id, text, at = Date.now()) => insert(db, 'remark', { school_id: school.id, class_id: school.class,
	student_id: school.students[i].student, term_id: school.terms[0], subject_id, text, version: 1, changed_by: school.teacher.id, changed_at_ms: at });
const absence = (i, on_date, kind = 2) => insert(db, 'absence', { school_id: school.id, class_id: school.class,
	student_id: school.students[i].student, on_date, session: 1, kind, note: `Lý do ${i}`, changed_by: 1, changed_at_ms: 1 });

test('the day of a child in one answer: what is published, of the child alone', async () => {
	const shown = await column(1, 1, true);
	const hidden = await column(1, 2, false);
	const away = await column(2, 1, true);
	const old = await column(1, 3, true);
	await db.query('UPDATE mark_column SET published_at_ms = ? WHERE id = ?', [Date.now() - 30 * DAY_MS, old]);
	for (const i of [0, 1]) {
		await mark(shown, i, 85 - 10 * i);
		await mark(hidden, i, 33);
		await mark(away, i, null, { state: 2 });
		await mark(old, i, 71, { changed_at_ms: Date.now() - 30 * DAY_MS });
		await absence(i, today());
		await absence(i, '2026-09-08', 1);
		await remark(i, 0, `Chủ nhiệm viết cho em ${i}`);
		await remark(i, school.subject, `Cũ, của em ${i}`, Date.now() - 30 * DAY_MS);
	}
	await makeSitting(db, school, { startsAt: Date.now() + DAY_MS });
	await makeSitting(db, school, { startsAt: Date.now() + 9 * DAY_MS });
	for (const [path, as] of [[`/children/${school.students[0].student}/today`, parent], ['/my/today', student]]) {
		const day = await call(200, 'GET', path, as);
		assert.equal(day.date, today());
		assert.deepEqual(day.absences, [{ date: today(), session: 1, kind: 'unexcused', note: 'Lý do 0' }]);
		assert.deepEqual(day.exams.map((e) => [e.title, e.state, e.result]), [['Ca thi ALPHA', 'prepared', null]]);
		assert.deepEqual(day.marks.map((m) => [m.subject, m.kind, m.position, m.valueX10]), [['Toán ALPHA', 'tx', 1, 85]]);
		assert.deepEqual(day.toMakeUp.map((m) => [m.kind, m.position]), [['gk', 1]]);
		assert.deepEqual(day.remarks.map((r) => [r.subject, r.text, r.writer]), [[null, 'Chủ nhiệm viết cho em 0', 'Cô Giáo ALPHA']]);
		assert.deepEqual(day.closed, []);
	}
	for (const [path, as] of [[`/children/${school.students[0].student}/remarks`, parent], ['/my/remarks', student]]) {
		assert.deepEqual((await call(200, 'GET', path, as)).items.map((r) => [r.subject, r.text]),
			[[null, 'Chủ nhiệm viết cho em 0'], ['Toán ALPHA', 'Cũ, của em 0']]);
	}
});

/* ---- documents ---- */

async function close(part, class_id = school.class, isClosed = 1) {
	await db.query('REPLACE INTO class_closing (school_id, class_id, term_number, version, is_closed, changed_by, changed_at_ms)' +
		' VALUES (?, ?, ?, 1, ?, ?, ?)', [school.id, class_id, part, isClosed, school.office.id, Date.now()]);
}

async function fetched(path, as, body) {
	const response = await server.call('POST', `/api/v1${path}`, { as, body });
	assert.equal(response.status, 200, response.status === 200 ? '' : await response.text());
	assert.equal(response.headers.get('content-type'), 'application/pdf');
	return Buffer.from(await response.arrayBuffer());
}

test('a family prints what is closed, of its own child, and the code on it verifies', async () => {
	const path = `/children/${school.students[0].student}/documents`;
	const card = { class: school.class, kind: 'term_report', part: '1' };
	assert.equal((await call(409, 'POST', path, parent, card)).code, 'results.not_closed');
	await close(1);
	assert.deepEqual((await call(200, 'GET', '/my/today', student)).closed.map((c) => [c.year, c.part]), [['2026-2027', '1']]);
	const folder = await mkdtemp(join(tmpdir(), 'tt-family-'));
	try {
		for (const [where, as] of [[path, parent], ['/my/documents', student]]) {
			const bytes = await fetched(where, as, card);
			const text = await pdfText(bytes);
			assert.ok(text.includes('Học Sinh ALPHA 1') && !text.includes('Học Sinh ALPHA 2'), text);
			await writeFile(join(folder, 'card.pdf'), bytes);
			const [code] = await pdfCodes(join(folder, 'card.pdf'));
			const verdict = await call(200, 'POST', '/documents/verify', undefined, { statement: code.split('/verify#')[1] });
			assert.deepEqual([verdict.isGenuine, verdict.isSame, verdict.kind, verdict.part], [true, true, 'term_report', '1']);
		}
	} finally {
		await rm(folder, { recursive: true });
	}
	for (const kind of ['year_report', 'transcript_year', 'transcript']) {
		assert.equal((await call(409, 'POST', path, parent, { class: school.class, kind })).code, 'results.not_closed', kind);
	}
	assert.equal((await call(422, 'POST', path, parent, { class: school.class, kind: 'mark_book' })).errors[0].field, 'kind');
	assert.equal((await call(422, 'POST', path, parent, { ...card, class: other.class })).errors[0].field, 'class');
	await call(404, 'POST', `/children/${school.students[1].student}/documents`, parent, card);
	await call(403, 'POST', `/classes/${school.class}/documents`, parent, { kind: 'term_report', part: '1' });
	const [[row]] = await db.query('SELECT COUNT(*) AS n FROM audit WHERE action = \'document.own\' AND school_id = ? AND person_id = ?',
		[school.id, school.parent.id]);
	assert.equal(Number(row.n), 1);
});

test('a transcript is fetched once each of its years is closed', async () => {
	const year = await insert(db, 'school_year', { school_id: school.id, code: '2025-2026', starts_on: '2025-09-05', ends_on: '2026-05-31' });
	for (const number of [1, 2]) {
		await insert(db, 'term', { school_id: school.id, school_year_id: year, number,
			starts_on: number === 1 ? '2025-09-05' : '2026-01-15', ends_on: number === 1 ? '2026-01-14' : '2026-05-31' });
	}
	const before = await insert(db, 'class', { school_id: school.id, school_year_id: year, grade: 9, name: '9A' });
	const student_id = school.students[0].student;
	await insert(db, 'enrolment', { school_id: school.id, class_id: before, student_id, from_on: '2025-09-05', to_on: '2026-05-31' });
	const wish = { class: school.class, kind: 'transcript' };
	await close(0);
	assert.equal((await call(409, 'POST', '/my/documents', student, wish)).code, 'results.not_closed');
	await close(0, before);
	assert.ok((await pdfText(await fetched('/my/documents', student, wish))).includes('9A'));
	await close(0, school.class, 0);
	await close(1, school.class, 0);
});

/* ---- no comparison ---- */

const COMPARING = new Set(['rank', 'ranking', 'ranks', 'average', 'median', 'percentile', 'percentiles', 'quantile', 'quartile',
	'distribution', 'histogram', 'highest', 'lowest', 'best', 'worst', 'deviation', 'compared', 'comparison', 'classmates', 'others', 'top', 'class_mean']);
const wordsOf = (name) => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z]+/);
const compares = (name) => wordsOf(name).some((word) => COMPARING.has(word)) || /class(es)?[_ ]?mean|mean[_ ]?of/i.test(name);

/* Every member of a schema, through its references. */
function* members(schema, all, seen = new Set()) {
	if (schema === null || typeof schema !== 'object' || seen.has(schema)) {
		return;
	}
	seen.add(schema);
	if (schema.$ref) {
		yield* members(all[schema.$ref.split('/').at(-1)], all, seen);
	}
	for (const [key, value] of Object.entries(schema.properties ?? {})) {
		yield key;
		yield* members(value, all, seen);
	}
	for (const key of ['items', 'additionalProperties']) {
		yield* members(schema[key], all, seen);
	}
	for (const key of ['anyOf', 'oneOf', 'allOf']) {
		for (const one of schema[key] ?? []) {
			yield* members(one, all, seen);
		}
	}
}

const FAMILY_ROUTES = routes.filter((r) => r.access.some((a) => ['parent', 'student', 'signedIn'].includes(a)));

test('no answer to a parent or student has a member that compares', async () => {
	const document = await call(200, 'GET', '/openapi.json', undefined);
	const all = document.components.schemas;
	let count = 0;
	for (const route of FAMILY_ROUTES) {
		const operation = document.paths[route.path]?.[route.method.toLowerCase()];
		assert.ok(operation, route.path);
		for (const content of Object.values(operation.responses['200']?.content ?? {})) {
			for (const name of members(content.schema, all)) {
				count++;
				assert.ok(!compares(name), `${route.name} answers with "${name}"`);
			}
		}
	}
	assert.ok(count > 200, String(count));
	assert.ok(['classMean', 'rank', 'mean_of_class', 'gradeDistribution', 'topStudents'].every(compares));
	assert.ok(!['mean', 'marks', 'valueX10', 'position'].some(compares));
});

function* keysOf(value) {
	if (value !== null && typeof value === 'object') {
		for (const [key, inner] of Object.entries(value)) {
			yield Array.isArray(value) ? '' : key;
			yield* keysOf(inner);
		}
	}
}

test('whatever the others of the class have changes nothing in what a family is told', async () => {
	const child = school.students[0].student;
	const asked = [...PAGES.map((page) => [`/children/${child}/${page}?explain=1`, parent]),
		...['marks', 'results?explain=1', 'absences', 'remarks', 'today', 'sittings'].map((page) => [`/my/${page}`, student])];
	const answers = async () => {
		const list = [];
		for (const [path, as] of asked) {
			const { now, ...answer } = await call(200, 'GET', path, as);
			list.push(answer);
		}
		return list;
	};
	const before = await answers();
	for (const key of keysOf(before)) {
		assert.ok(!compares(key), key);
	}
	const text = JSON.stringify(before);
	for (const mate of school.students.slice(1)) {
		assert.ok(!text.includes(mate.fullName) && !text.includes(`ALPHA-HS${mate.fullName.at(-1)}`), mate.fullName);
	}
	await db.query('UPDATE mark SET value_x10 = IF(value_x10 IS NULL, NULL, 100 - value_x10) WHERE school_id = ? AND student_id <> ?', [school.id, child]);
	await db.query('UPDATE remark SET text = \'Khác hẳn\' WHERE school_id = ? AND student_id <> ?', [school.id, child]);
	await db.query('DELETE FROM absence WHERE school_id = ? AND student_id <> ?', [school.id, child]);
	for (const i of [1, 2, 3]) {
		await insert(db, 'conduct', { school_id: school.id, class_id: school.class, student_id: school.students[i].student,
			term_id: school.terms[0], stage: 1, level: i, version: 1, changed_by: 1, changed_at_ms: 1 });
	}
	assert.deepEqual(await answers(), before);
	await db.query('UPDATE mark SET value_x10 = 12 WHERE school_id = ? AND student_id = ? AND value_x10 = 85', [school.id, child]);
	assert.notDeepEqual(await answers(), before, 'the own marks are looked at');
});
