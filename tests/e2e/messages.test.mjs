/*
 * Letters between the school and families, and what people are told of: each event once for each
 * person, nobody sees who else got a letter, and everything stands in the event's transaction.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { insert, makeMember, signIn } from './lib/people.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';

let all;
let call;
let as;

const key = () => ({ 'Idempotency-Key': randomBytes(16).toString('base64url') });
const ofClass = (more = {}) => ({ scope: 'class', class: all.school.class, title: 'Họp phụ huynh', text: 'Kính mời.\nTrân trọng.', ...more });
const notices = async (who) => (await call(200, 'GET', '/notices', who)).items;

before(async () => {
	all = await startSchools(['office', 'teacher', 'colleague', 'parent', 'strangeOffice', 'strangeTeacher']);
	const { server, db, school } = all;
	const father = await makeMember(db, school, 'parent', null, 'Người Cha', { phone: '+84977000111' });
	for (const student of school.students.slice(0, 2)) {
		await insert(db, 'guardian', { school_id: school.id, student_id: student.student, person_id: father.id, relation: 1 });
	}
	as = { ...all, father: await signIn(server, father), student: await signIn(server, school.students[0]),
		classmate: await signIn(server, school.students[2]) };
	call = (status, method, path, who, body, headers) => server.answer(status, method, path, as[who], body, headers);
}, { timeout: 180_000 });

after(() => stopSchools(all));

test('a teacher writes to a class: each guardian gets it once, answers go to the teacher alone', async () => {
	const { id } = await call(201, 'POST', '/letters', 'teacher', ofClass(), key());
	const letter = await call(200, 'GET', `/letters/${id}`, 'teacher');
	assert.equal(letter.sent, 2, 'two guardians, one of them with two children');
	assert.deepEqual(letter.readers.map((r) => r.fullName).sort(), ['Người Cha', `Phụ Huynh ${all.school.mark}`]);
	const [mine] = (await call(200, 'GET', '/threads', 'parent')).items;
	assert.equal(mine.title, 'Họp phụ huynh');
	assert.equal(mine.isUnread, true);
	const thread = await call(200, 'GET', `/threads/${mine.id}`, 'parent');
	assert.equal(thread.text, 'Kính mời.\nTrân trọng.');
	assert.ok(!JSON.stringify(thread).includes('Người Cha'), 'no guardian learns of another');
	await call(204, 'POST', `/threads/${mine.id}/read`, 'parent');
	assert.equal((await call(200, 'GET', '/notices/unread', 'parent')).unread, 0);
	await call(201, 'POST', `/threads/${mine.id}/replies`, 'parent', { text: 'Tôi sẽ đến.' }, key());
	for (const who of ['father', 'student', 'colleague', 'office', 'strangeTeacher']) {
		await call(404, 'GET', `/threads/${mine.id}`, who);
		await call(404, 'POST', `/threads/${mine.id}/replies`, who, { text: 'x' });
	}
	const after = await call(200, 'GET', `/letters/${id}`, 'teacher');
	assert.deepEqual([after.read, after.replied, after.unread], [1, 1, 1]);
	const answered = await call(200, 'GET', `/threads/${mine.id}`, 'teacher');
	assert.deepEqual(answered.messages.map((m) => [m.isMine, m.text]), [[false, 'Tôi sẽ đến.']]);
	assert.ok(answered.readAt > 0);
	const [told] = await notices('teacher');
	assert.deepEqual([told.kind, told.thread], ['reply', mine.id]);
	await call(204, 'POST', `/threads/${mine.id}/read`, 'teacher');
	assert.equal((await call(200, 'GET', `/letters/${id}`, 'teacher')).unread, 0);
});

test('what is sent twice under one key is written once', async () => {
	const same = key();
	const one = await call(201, 'POST', '/letters', 'teacher', ofClass({ title: 'Một lần' }), same);
	const two = await call(201, 'POST', '/letters', 'teacher', ofClass({ title: 'Một lần' }), same);
	assert.deepEqual(two, one);
	const other = await call(422, 'POST', '/letters', 'teacher', ofClass({ title: 'Khác' }), same);
	assert.equal(other.code, 'notice.key_used');
	const [{ id }] = (await call(200, 'GET', '/threads', 'father')).items;
	const reply = key();
	await call(201, 'POST', `/threads/${id}/replies`, 'father', { text: 'Vâng' }, reply);
	await call(201, 'POST', `/threads/${id}/replies`, 'father', { text: 'Vâng' }, reply);
	await call(422, 'POST', `/threads/${id}/replies`, 'father', { text: 'Không' }, reply);
	assert.equal((await call(200, 'GET', `/threads/${id}`, 'father')).messages.length, 1);
	assert.equal((await notices('teacher')).filter((n) => n.thread === id).length, 1);
});

test('who may write to whom', async () => {
	const student = all.school.students[0].student;
	await call(403, 'POST', '/letters', 'colleague', ofClass());
	await call(403, 'POST', '/letters', 'colleague', ofClass({ scope: 'student', student }));
	await call(403, 'POST', '/letters', 'teacher', ofClass({ scope: 'grade', grade: 10 }));
	await call(403, 'POST', '/letters', 'teacher', ofClass({ scope: 'school' }));
	await call(403, 'POST', '/letters', 'parent', ofClass());
	await call(404, 'POST', '/letters', 'strangeTeacher', ofClass());
	await call(404, 'POST', '/letters', 'strangeOffice', ofClass({ scope: 'student', student }));
	const family = await call(201, 'POST', '/letters', 'teacher', ofClass({ scope: 'student', student, audience: 'all' }));
	assert.equal((await call(200, 'GET', `/letters/${family.id}`, 'teacher')).sent, 3, 'two guardians and the student');
	await call(404, 'GET', `/letters/${family.id}`, 'office');
	const grade = await call(201, 'POST', '/letters', 'office', ofClass({ scope: 'grade', grade: 10, audience: 'students' }));
	const sent = await call(200, 'GET', `/letters/${grade.id}`, 'office');
	assert.deepEqual([sent.sent, sent.grade, sent.target], [4, 10, null]);
	const school = await call(201, 'POST', '/letters', 'office', ofClass({ scope: 'school', audience: 'all' }));
	assert.equal((await call(200, 'GET', `/letters/${school.id}`, 'office')).sent, 6);
	const nobody = await call(409, 'POST', '/letters', 'office', ofClass({ scope: 'grade', grade: 12 }));
	assert.equal(nobody.code, 'notice.nobody');
	const wrong = await call(422, 'POST', '/letters', 'teacher', ofClass({ title: ' ', text: 'ợ'.repeat(4001) }));
	assert.deepEqual(wrong.errors.map((e) => e.field).sort(), ['text', 'title']);
});

test('published marks tell the families once, and whoever gets a first mark later', async () => {
	const place = `/marks/${all.school.class}/${all.school.subject}/${all.school.terms[0]}`;
	const { id } = await call(201, 'POST', `${place}/columns`, 'teacher', { kind: 'tx', position: 1 });
	const mark = (n, valueX10, version) => ({ column: id, student: all.school.students[n].student, valueX10, version });
	await call(200, 'PUT', place, 'teacher', { why: '', cells: [mark(0, 80, 0)] }, key());
	const ofMarks = async (who) => (await notices(who)).filter((n) => n.kind === 'marks');
	assert.equal((await ofMarks('parent')).length, 0, 'not published yet');
	await call(204, 'POST', `${place}/publish`, 'teacher', { columns: [id] });
	await call(204, 'POST', `${place}/publish`, 'teacher', { columns: [id] });
	await call(200, 'PUT', place, 'teacher', { why: 'chấm lại', cells: [mark(0, 90, 1), mark(2, 70, 0)] }, key());
	for (const who of ['parent', 'father', 'student', 'classmate']) {
		const told = await ofMarks(who);
		assert.equal(told.length, 1, who);
		assert.ok(told[0].text.includes(all.school.mark) && !/[789]0?,?\d/.test(told[0].text), `${who}: the subject and no mark`);
	}
});

test('a roll call tells of the absence, and of its correction', async () => {
	await all.db.query('UPDATE school_year SET starts_on = CURDATE() - INTERVAL 9 DAY, ends_on = CURDATE() + INTERVAL 99 DAY WHERE id = ?',
		[all.school.year]);
	await all.db.query('UPDATE enrolment SET from_on = CURDATE() - INTERVAL 9 DAY WHERE class_id = ?', [all.school.class]);
	const path = `/classes/${all.school.class}/presence`;
	const student = all.school.students[0].student;
	const version = async () => (await call(200, 'GET', path, 'teacher')).version;
	const kinds = async () => (await notices('parent')).filter((n) => /absence|present/.test(n.kind)).map((n) => n.kind);
	const same = key();
	const away = { version: await version(), absences: [{ student, kind: 'unexcused', note: 'không phép' }] };
	await call(200, 'PUT', path, 'teacher', away, same);
	await call(200, 'PUT', path, 'teacher', away, same);
	assert.deepEqual(await kinds(), ['absence']);
	assert.ok(!(await notices('parent'))[0].text.includes('phép'), 'neither the kind nor the reason');
	await call(200, 'PUT', path, 'teacher', { version: await version(), absences: [] }, key());
	assert.deepEqual(await kinds(), ['present', 'absence']);
	assert.equal((await notices('classmate')).filter((n) => n.kind === 'absence').length, 0);
});

test('a list is read up to one of it, page by page', async () => {
	const every = await notices('parent');
	const first = await call(200, 'GET', '/notices?limit=2', 'parent');
	assert.deepEqual(first.items, every.slice(0, 2));
	const rest = await call(200, 'GET', `/notices?after=${first.next}`, 'parent');
	assert.deepEqual(rest.items, every.slice(2));
	await call(204, 'POST', '/notices/read', 'parent', { upto: every[1].id });
	const unread = (await notices('parent')).filter((n) => n.readAt === null).map((n) => n.id);
	assert.deepEqual(unread, every[0].readAt === null ? [every[0].id] : []);
	await call(422, 'GET', '/notices?limit=101', 'parent');
});
