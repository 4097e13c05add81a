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
}, { timeout: 600_000 });

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

test('a guardian writes first: to the homeroom teacher, or to the office; nobody else reads it', async () => {
	const child = all.school.students[0].student;
	const path = `/children/${child}/threads`;
	const ask = { to: 'teacher', title: 'Xin gặp cô', text: 'Chiều thứ sáu được không ạ?' };
	const same = key();
	const { id } = await call(201, 'POST', path, 'parent', ask, same);
	assert.deepEqual(await call(201, 'POST', path, 'parent', ask, same), { id });
	assert.equal((await call(422, 'POST', path, 'parent', { ...ask, title: 'Khác' }, same)).code, 'notice.key_used');
	for (const who of ['father', 'student', 'colleague', 'office', 'strangeOffice', 'strangeTeacher']) {
		await call(404, 'GET', `/threads/${id}`, who);
		await call(404, 'POST', `/threads/${id}/replies`, who, { text: 'x' });
	}
	const ofId = async (who) => (await call(200, 'GET', '/threads', who)).items.find((x) => x.id === id);
	const seen = await ofId('teacher');
	assert.deepEqual([seen.isUnread, seen.isMine, seen.to, seen.author.fullName, seen.student.id],
		[true, false, 'teacher', `Phụ Huynh ${all.school.mark}`, String(child)]);
	const [told] = await notices('teacher');
	assert.deepEqual([told.kind, told.thread], ['letter', id]);
	await call(204, 'POST', `/threads/${id}/read`, 'teacher');
	await call(201, 'POST', `/threads/${id}/replies`, 'teacher', { text: 'Được ạ.' }, key());
	const mine = await ofId('parent');
	assert.deepEqual([mine.isUnread, mine.isMine, mine.person.fullName], [true, true, `Cô Giáo ${all.school.mark}`]);
	assert.equal((await notices('parent'))[0].kind, 'reply');
	const whole = await call(200, 'GET', `/threads/${id}`, 'parent');
	assert.deepEqual([whole.isMine, whole.messages.map((m) => [m.isMine, m.text]), whole.readAt > 0], [true, [[false, 'Được ạ.']], true]);
	await call(204, 'POST', `/threads/${id}/read`, 'parent');
	assert.equal((await ofId('parent')).isUnread, false);
	assert.ok(!(await call(200, 'GET', '/letters', 'teacher')).items.some((l) => l.title === ask.title), 'it is no letter of the school');

	/* To the office: whoever is of it answers, and each is told. */
	const clerk = await makeMember(all.db, all.school, 'office', 'clerk', 'Chị Văn Thư');
	as.clerk = await signIn(all.server, clerk);
	const office = await call(201, 'POST', path, 'parent', { ...ask, to: 'office' }, key());
	for (const who of ['office', 'clerk']) {
		assert.equal((await notices(who))[0].thread, office.id);
		assert.ok((await call(200, 'GET', '/threads', who)).items.some((x) => x.id === office.id));
	}
	for (const who of ['father', 'student', 'teacher', 'strangeOffice']) {
		await call(404, 'GET', `/threads/${office.id}`, who);
	}
	await call(201, 'POST', `/threads/${office.id}/replies`, 'clerk', { text: 'Văn phòng đã nhận.' }, key());
	assert.deepEqual((await call(200, 'GET', `/threads/${office.id}`, 'office')).messages.map((m) => m.isMine), [true], 'of the own side');
	assert.deepEqual((await call(200, 'GET', `/threads/${office.id}`, 'parent')).messages.map((m) => m.isMine), [false]);
	await call(201, 'POST', `/threads/${office.id}/replies`, 'parent', { text: 'Cảm ơn.' }, key());
	assert.deepEqual((await notices('office'))[0].kind, 'reply');
	await all.db.query('UPDATE membership SET state = 2 WHERE person_id = ?', [clerk.id]);
	as.clerk = undefined;

	/* Somebody else's child, no homeroom teacher, what is missing, and too many a day. */
	await call(404, 'POST', `/children/${all.school.students[3].student}/threads`, 'parent', ask);
	await call(403, 'POST', path, 'teacher', ask);
	await all.db.query('UPDATE class SET homeroom_person_id = NULL WHERE id = ?', [all.school.class]);
	assert.equal((await call(409, 'POST', path, 'parent', ask, key())).code, 'notice.no_homeroom');
	await all.db.query('UPDATE class SET homeroom_person_id = ? WHERE id = ?', [all.school.teacher.id, all.school.class]);
	const wrong = await call(422, 'POST', path, 'parent', { to: 'all', title: ' ', text: '' });
	assert.deepEqual(wrong.errors.map((e) => e.field).sort(), ['text', 'title', 'to']);
	const tries = await Promise.all(Array.from({ length: 5 }, () => all.server.call('POST', `/api/v1${path}`, { as: as.parent, body: ask })));
	assert.deepEqual(tries.map((r) => r.status).sort(), [201, 201, 201, 429, 429], 'five a day, also when they come at once');
	await call(201, 'POST', path, 'father', ask, key());
	await all.db.query('UPDATE letter SET sent_at_ms = sent_at_ms - 86400001 WHERE scope = 5');
	await call(201, 'POST', path, 'parent', ask, key());
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
