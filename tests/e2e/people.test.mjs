/*
 * The office and the people of its school: an account is locked and unlocked with a reason, which
 * ends every session and socket of that person at once; names and numbers of teachers are mended.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { watchOutbox } from './lib/outbox.mjs';
import { PASSWORD, insert, makeSitting, signIn } from './lib/people.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';

let server;
let db;
let school;
let other;
let office;
let stranger;

before(async () => {
	({ server, db, school, other, office, strangeOffice: stranger } = await startSchools(['office', 'strangeOffice']));
	await watchOutbox(server, db);
});

after(() => stopSchools({ server, db }));

const call = (...words) => server.answer(...words);
const at = (person) => `/people/${person.id}/account`;
const see = (person) => call(200, 'GET', at(person), office);
const asks = (as) => server.call('GET', '/api/v1/session', { as }).then((r) => r.status);

async function setLock(person, locked, why) {
	const { version } = await see(person);
	return call(200, 'PUT', at(person), office, { version, locked, ...(why ? { why } : {}) });
}

test('a locked account is signed out everywhere at once, and lets nobody in until it is unlocked', async () => {
	const pupil = school.students[0];
	const sitting = await makeSitting(db, school);
	const [as, again] = [await signIn(server, pupil), await signIn(server, pupil)];
	const room = `/hall/${sitting.room}`;
	const hall = await Hall.open(server, room, { as });
	hall.hello(sitting.students[0].attempt);
	await hall.until('welcome or refused', () => hall.frames[0]);
	const neighbour = await signIn(server, school.students[1]);
	const calm = await Hall.open(server, room, { as: neighbour });
	calm.hello(sitting.students[1].attempt);
	await calm.until('welcome or refused', () => calm.frames[0]);

	const { state, version } = await see(pupil);
	assert.equal(state, 'active');
	const waiting = await Hall.open(server, room, { as: again }); /* it has not said who it is */
	const locked = await call(200, 'PUT', at(pupil), office, { version, locked: true, why: 'Mất điện thoại' });
	assert.deepEqual([locked.state, locked.lock.why, locked.lock.by.fullName],
		['locked', 'Mất điện thoại', school.office.fullName]);
	assert.equal(await hall.end(), 4401);
	assert.equal(await waiting.end(), 4401);
	assert.deepEqual([await asks(as), await asks(again)], [401, 401]);
	assert.equal(await asks(neighbour), 200);
	assert.equal(calm.closed, null, 'nobody else is disturbed');
	calm.close();
	const refused = await call(403, 'POST', '/session', undefined, { school: school.code, name: pupil.login, password: PASSWORD });
	assert.equal(refused.code, 'account.locked');

	const open = await setLock(pupil, false, 'Đã tìm thấy máy');
	assert.deepEqual([open.state, open.lock], ['active', null]);
	assert.equal(await asks(as), 401, 'what was ended stays so');
	assert.equal(await asks(await signIn(server, pupil)), 200);
	const [deeds] = await db.query('SELECT action, detail FROM audit WHERE subject = ? AND subject_id = ? ORDER BY id',
		['account', String(pupil.id)]);
	assert.deepEqual(deeds.filter((d) => d.action.startsWith('person.')).map((d) => [d.action, JSON.parse(d.detail).why]),
		[['person.lock', 'Mất điện thoại'], ['person.unlock', 'Đã tìm thấy máy']]);
});

test('a lock needs a reason and the version that was seen; nobody locks himself, or a person of two schools', async () => {
	const person = school.otherTeacher;
	const { version } = await see(person);
	const bare = await call(422, 'PUT', at(person), office, { version, locked: true, why: '  ' });
	assert.equal(bare.errors[0].field, 'why');
	await call(422, 'PUT', at(person), office, { version, locked: true, why: 'ợ'.repeat(501) });
	await call(404, 'PUT', at(person), stranger, { version, locked: true, why: 'lạ' });
	await call(404, 'GET', at(person), stranger);
	await setLock(person, true, 'ợ'.repeat(500));
	const stale = await call(409, 'PUT', at(person), office, { version, locked: false });
	assert.deepEqual([stale.code, stale.current.state], ['stale', 'locked']);
	assert.equal((await call(409, 'PUT', at(person), office, { version: version + 1, locked: true, why: 'lần nữa' })).code, 'stale');
	await setLock(person, false);
	const own = await call(409, 'PUT', at(school.office), office, { version: 1, locked: true, why: 'tôi' });
	assert.equal(own.code, 'school.lock_own');
	await insert(db, 'membership', { school_id: other.id, person_id: person.id, role: 2, login: 'khach' });
	const elsewhere = await call(409, 'PUT', at(person), office, { version: version + 2, locked: true, why: 'đi nơi khác' });
	assert.equal(elsewhere.code, 'school.lock_elsewhere');
	await db.query('DELETE FROM membership WHERE school_id = ? AND person_id = ?', [other.id, person.id]);
});

test('a session that begins while its account is being locked is refused', async () => {
	const pupil = school.students[2];
	const tries = Array.from({ length: 6 }, () => server.call('POST', '/api/v1/session',
		{ body: { school: school.code, name: pupil.login, password: PASSWORD }, headers: { 'X-Want-Token': '1' } }));
	await setLock(pupil, true, 'Cùng lúc');
	for (const answer of await Promise.all(tries)) {
		const { token } = await answer.json();
		assert.ok(answer.status === 403 || await asks({ token }) === 401, `${answer.status}`);
	}
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM session WHERE person_id = ?', [pupil.id]);
	assert.equal(Number(n), 0);
});

test('a new code closes the sockets of the person it is for', async () => {
	const pupil = school.students[3];
	const sitting = await makeSitting(db, school);
	const hall = await Hall.open(server, `/hall/${sitting.room}`, { as: await signIn(server, pupil) });
	hall.hello(sitting.students[3].attempt);
	await hall.until('welcome or refused', () => hall.frames[0]);
	await call(200, 'POST', `/students/${pupil.student}/activation`, office);
	assert.equal(await hall.end(), 4401);
});

test('a teacher\'s name and number are mended with the version that was seen', async () => {
	const listed = async () => (await call(200, 'GET', '/teachers', office)).items.find((t) => t.id === String(school.teacher.id));
	const was = await listed();
	const path = `/people/${was.id}`;
	const body = { version: was.version, fullName: 'TRẦN THỊ HOA', phone: '0912 345 670' };
	await call(404, 'PUT', path, stranger, body);
	const now = await call(200, 'PUT', path, office, body);
	assert.deepEqual([now.fullName, now.phone, now.version], ['Trần Thị Hoa', '+84912345670', was.version + 1]);
	assert.deepEqual([(await listed()).fullName, (await listed()).phone], ['Trần Thị Hoa', '+84912345670']);
	const stale = await call(409, 'PUT', path, office, body);
	assert.deepEqual([stale.code, stale.current.fullName], ['stale', 'Trần Thị Hoa']);
	const taken = await call(422, 'PUT', path, office, { version: now.version, fullName: 'Trần Thị Hoa', phone: school.parent.phone });
	assert.equal(taken.errors[0].code, 'school.phone_taken');
	const none = await call(200, 'PUT', path, office, { version: now.version, fullName: 'Trần Thị Hoa', phone: '' });
	assert.equal(none.phone, null);
	await call(404, 'PUT', `/people/${school.students[0].id}`, office, { version: 1, fullName: 'Em Học Sinh' });
	await call(404, 'PUT', `/people/${school.parent.id}`, office, { version: 1, fullName: 'Phụ Huynh' });
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM audit WHERE action = ? AND subject_id = ?', ['person.change', was.id]);
	assert.equal(Number(n), 2);
});

test('a name with hidden turns of direction is refused with a sentence, of a person and of a thing', async () => {
	const { version } = (await call(200, 'GET', '/teachers', office)).items.find((t) => t.id === String(school.teacher.id));
	for (const [code, method, path, body] of [
		['school.full_name', 'PUT', `/people/${school.teacher.id}`, { version, fullName: 'Trần \u202eaoH' }],
		['school.full_name', 'POST', '/teachers', { fullName: '\u2067Hoa', login: 'hoa' }],
		['form.direction', 'POST', '/classes', { year: school.year, name: '10\u202eA1', grade: 10 }],
		['form.direction', 'POST', '/subjects', { code: 'x', name: 'To\u200fán', kind: 'mark' }]]) {
		const { errors } = await call(422, method, path, office, body);
		assert.equal(errors[0].code, code, path);
		assert.ok(errors[0].detail.length > 20, errors[0].detail);
	}
});
