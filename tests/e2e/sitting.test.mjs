/*
 * A sitting over HTTP, from publishing to the points: a teacher, students with and without a
 * ticket, a parent, and everybody who must not see it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { until } from './lib/server.mjs';
import { signIn } from './lib/people.mjs';
import { png } from '../fixtures/office_files.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';

let server;
let db;
let school;
let other;
let teacher;
let colleague;
let office;
let parent;
let strangers;
let paper;
let picture; /* in the third question */
let elsewhere; /* in no question */

const MARK = 'DAU-HIEU-TRONG-CAU';
const OPTIONS = ['một', 'hai', 'ba', 'bốn'].map((html, i) => ({ id: 'ABCD'[i], html }));
const QUESTIONS = [
	{ kind: 'single', stem: `Câu một ${MARK}`, options: OPTIONS, key: 'C' },
	{ kind: 'truefalse', stem: 'Câu hai', key: [true, false, true, false],
		statements: ['a', 'b', 'c', 'd'].map((id) => ({ id, html: `ý ${id}` })) },
	{ kind: 'numeric', stem: 'Câu ba', key: { value: '3,14', tolerance: '0,01' } },
	{ kind: 'essay', stem: 'Câu bốn', key: { guide: 'CHI-CHO-THAY' } },
];

const call = (...words) => server.answer(...words);

async function addPicture(grey) {
	const form = new FormData();
	form.append('file', new Blob([png(24, 16, () => grey)], { type: 'image/png' }), 'hinh.png');
	const response = await fetch(`${server.url}/api/v1/pictures`, { method: 'POST', body: form,
		headers: { Authorization: `Bearer ${teacher.token}` } });
	assert.equal(response.status, 201);
	return (await response.json()).hash;
}

before(async () => {
	const all = await startSchools(
		['teacher', 'colleague', 'office', 'parent', 'strangeTeacher', 'strangeOffice']);
	({ server, db, school, other, teacher, colleague, office, parent } = all);
	strangers = [all.strangeTeacher, all.strangeOffice];
	const bank = await call(201, 'POST', '/banks', teacher, { name: 'Kho', subjectId: school.subject });
	picture = await addPicture(200);
	elsewhere = await addPicture(30);
	QUESTIONS[2].stem = `Câu ba <img data-picture="${picture}" width="24" height="16" alt="Hình">`;
	for (const question of QUESTIONS) {
		await call(201, 'POST', `/banks/${bank.id}/questions`, teacher, question);
	}
	const made = await call(201, 'POST', '/papers', teacher,
		{ title: 'Đề', subjectId: school.subject, preset: 'free', bank: bank.id });
	paper = await call(200, 'PUT', `/papers/${made.id}`, teacher, { title: 'Đề', version: made.version,
		parts: [{ title: 'Phần một', stepsX100: [10, 25, 50, 100] }],
		items: made.items.map((i) => ({ question: i.question, weightX100: 100 })) });
	await watchOutbox(server, db);
});

after(() => stopSchools({ server, db }));

const plan = (more = {}) => ({ paper: paper.id, title: 'Kiểm tra thử', startsAt: Date.now() + 3600_000, limitMs: 900_000,
	variants: 4, classes: [school.class], releasePolicy: 'all', column: { term: school.terms[0], kind: 'gk', position: 1 },
	...more });
/* The newest rows of the audit log: what was done to which, and by whom. */
const deeds = async (count) => (await call(200, 'GET', `/audit?limit=${count}`, office)).items
	.map((d) => [d.action, d.subject, d.subjectId, d.person.id]);
const publish = (more = {}, headers = undefined) => call(201, 'POST', '/sittings', teacher, plan(more), headers);

test('publishing prepares rooms, variants and every student, and says each end before', async () => {
	const extra = [{ student: school.students[1].student, extraMs: 600_000 }];
	const body = plan({ accommodations: extra });
	const preview = await call(200, 'POST', '/sittings/ends-preview', teacher, body);
	assert.equal(preview.items.length, 4);
	assert.equal(preview.items[1].endsAt - preview.items[0].endsAt, 600_000);
	const sitting = await call(201, 'POST', '/sittings', teacher, body);
	assert.equal(sitting.state, 'published');
	assert.equal(sitting.rooms.length, 1);
	assert.equal(sitting.rooms[0].count, 4);
	assert.equal(sitting.rooms[0].invigilator.id, school.teacher.id);
	assert.deepEqual(sitting.variants, ['101', '102', '103', '104']);
	assert.deepEqual(sitting.column, { term: school.terms[0], kind: 'gk', position: 1 });
	const ends = await call(200, 'GET', `/sittings/${sitting.id}/ends`, teacher);
	assert.deepEqual(ends.items.map((i) => i.endsAt).sort(), preview.items.map((i) => i.endsAt).sort());
	assert.equal(new Set(ends.items.map((i) => i.variant)).size, 4);
	assert.deepEqual(await deeds(1), [['exam.publish', 'sitting', sitting.id, school.teacher.id]]);
	assert.equal((await call(200, 'GET', `/papers/${paper.id}`, teacher)).state, 'inUse');
	const frozen = await call(409, 'PUT', `/papers/${paper.id}`, teacher,
		{ title: 'x', version: paper.version, parts: [{}], items: [] });
	assert.equal(frozen.code, 'paper.in_use');
});

test('the same request sent again makes no second sitting', async () => {
	const key = { 'Idempotency-Key': Buffer.from('0123456789abcdef').toString('base64url') };
	const body = plan({ title: 'Một lần' });
	const first = await call(201, 'POST', '/sittings', teacher, body, key);
	const again = await call(200, 'POST', '/sittings', teacher, body, key);
	assert.equal(again.id, first.id);
	const { items } = await call(200, 'GET', '/sittings', teacher);
	assert.equal(items.filter((s) => s.title === 'Một lần').length, 1);
});

test('what cannot be held is refused member by member', async () => {
	const cases = [
		[422, 'startsAt', { startsAt: Date.now() - 1000 }],
		[422, 'limitMs', { limitMs: 1000 }],
		[422, 'variants', { variants: 49 }],
		[403, 'classes', { classes: [other.class] }],
		[422, 'classes', { classes: 'x' }],
		[422, 'column', { column: { term: other.terms[0], kind: 'gk', position: 1 } }],
		[422, 'column', { column: { term: school.terms[0], kind: 'xx', position: 1 } }],
		[422, 'accommodations', { accommodations: [{ student: other.students[0].student, extraMs: 1 }] }],
		[422, 'releasePolicy', { releasePolicy: 'soon' }],
	];
	for (const [status, field, more] of cases) {
		const problem = await call(status, 'POST', '/sittings', teacher, plan(more));
		assert.ok(problem.errors.some((e) => e.field === field && e.detail), `${field}: ${JSON.stringify(problem)}`);
	}
	await call(404, 'POST', '/sittings', colleague, plan());
	await call(404, 'POST', '/sittings', strangers[0], plan());
});

test('a start moves while no key was sent', async () => {
	const sitting = await publish();
	const before = await call(200, 'GET', `/sittings/${sitting.id}/ends`, teacher);
	const startsAt = sitting.startsAt + 600_000;
	await call(404, 'PUT', `/sittings/${sitting.id}/start`, colleague, { startsAt, revision: 1 });
	await call(404, 'PUT', `/sittings/${sitting.id}/start`, strangers[0], { startsAt, revision: 1 });
	const moved = await call(200, 'PUT', `/sittings/${sitting.id}/start`, teacher, { startsAt, revision: 1 });
	assert.equal(moved.startsAt, startsAt);
	assert.equal(moved.revision, 2);
	const ends = await call(200, 'GET', `/sittings/${sitting.id}/ends`, teacher);
	assert.equal(ends.items[0].endsAt - before.items[0].endsAt, 600_000);
	assert.equal((await call(409, 'PUT', `/sittings/${sitting.id}/start`, teacher, { startsAt, revision: 1 })).code, 'stale');
	const past = await call(422, 'PUT', `/sittings/${sitting.id}/start`, teacher, { startsAt: 1, revision: 2 });
	assert.equal(past.errors[0].field, 'startsAt');
	assert.deepEqual(await deeds(2), [['exam.move', 'sitting', sitting.id, school.teacher.id],
		['exam.publish', 'sitting', sitting.id, school.teacher.id]], 'what was refused left no row');
	/* In the last minute the live room is asked, and agrees while its key is at home. */
	const soon = await publish({ startsAt: Date.now() + 30_000 });
	const later = await call(200, 'PUT', `/sittings/${soon.id}/start`, teacher,
		{ startsAt: soon.startsAt + 60_000, revision: 1 });
	assert.equal(later.startsAt, soon.startsAt + 60_000);
	assert.deepEqual(await deeds(1), [['exam.move', 'sitting', soon.id, school.teacher.id]]);
});

test('what an invigilator does stands in the audit log, each deed once', async () => {
	const sitting = await publish({ startsAt: Date.now() + 600_000 });
	const room = sitting.rooms[0].id;
	const attempt = (await call(200, 'GET', `/sittings/${sitting.id}/ends`, teacher)).items[0].attempt;
	let number = 0;
	const act = (status, body, key = `viec ${number++}`) => call(status, 'POST', `/rooms/${room}/acts`, teacher, body,
		{ 'Idempotency-Key': Buffer.from(key.padEnd(16)).toString('base64url') });
	await act(200, { kind: 'extra', attempt, amountMs: 60_000 }, 'mot');
	assert.deepEqual(await deeds(1), [['exam.extra', 'attempt', attempt, school.teacher.id]]);
	await act(200, { kind: 'extra', attempt, amountMs: 60_000 }, 'mot');
	await act(422, { kind: 'extra', attempt, amountMs: 1 });
	await act(200, { kind: 'extra', amountMs: 60_000 });
	await act(200, { kind: 'message', text: 'Còn 10 phút' });
	assert.deepEqual(await deeds(4), [['exam.message', 'room', room, school.teacher.id],
		['exam.extra', 'room', room, school.teacher.id], ['exam.extra', 'attempt', attempt, school.teacher.id],
		['exam.publish', 'sitting', sitting.id, school.teacher.id]],
	'neither the same again nor what was refused left a row');
});

test('tickets are new each time, and open one attempt', async () => {
	const sitting = await publish();
	const room = sitting.rooms[0].id;
	const first = await call(200, 'POST', `/rooms/${room}/tickets?as=json`, teacher);
	assert.equal(first.items.length, 4);
	const second = await call(200, 'POST', `/rooms/${room}/tickets?as=json`, office);
	const enter = (code) => server.call('POST', '/api/v1/session',
		{ body: { ticket: code }, headers: { 'X-Want-Token': '1' } });
	assert.equal((await enter(first.items[0].code)).status, 401, 'the old one is void');
	const entered = await enter(second.items[0].code);
	assert.equal(entered.status, 200);
	const session = await entered.json();
	assert.equal(session.attempt, second.items[0].attempt);
	await call(403, 'GET', '/my/sittings', session);
	const pdf = await server.call('POST', `/api/v1/rooms/${room}/tickets`, { as: teacher });
	assert.equal(pdf.status, 200);
	assert.equal(pdf.headers.get('content-type'), 'application/pdf');
	assert.equal(Buffer.from(await pdf.arrayBuffer()).subarray(0, 5).toString(), '%PDF-');
	await call(404, 'POST', `/rooms/${room}/tickets?as=json`, colleague);
	for (const who of strangers) {
		await call(404, 'POST', `/rooms/${room}/tickets?as=json`, who);
	}
});

/* A student by HTTP alone: hello, answers, hand-in. `choose` gives a value for a shown question. */
async function sit(who, item, choose) {
	const base = `/rooms/${item.room}/attempts/${item.attempt}`;
	const hello = { gen: 1, seq: 0, head: Buffer.alloc(32).toString('base64url'), device: 'AAAAAAAAAAAAAAAAAAAAAA' };
	let welcome = await call(200, 'POST', `${base}/hello`, who, hello);
	if (welcome.phase === 'ready') {
		welcome = await call(200, 'POST', `${base}/begin`, who, {});
	}
	assert.equal(welcome.phase, 'open', JSON.stringify(welcome));
	const values = choose(welcome.variant);
	const events = values.map((value, i) => ({ t: 'answer', seq: i + 1, slot: i + 1, value }));
	events.push({ t: 'submit', seq: events.length + 1 });
	const answer = await call(200, 'POST', `${base}/events`, who, { lease: welcome.lease, events });
	assert.ok(answer.results.every((r) => r.t !== 'refused'), JSON.stringify(answer));
}

/* The layout of a variant, as only the server knows it. */
async function layoutOf(sitting, variant) {
	const [[row]] = await db.query('SELECT layout FROM variant WHERE sitting_id = ? AND code = ?',
		[Buffer.from(sitting, 'base64url'), variant]);
	return JSON.parse(row.layout).slots;
}

function rightAnswer(slot) {
	switch (slot.kind) {
	case 'single':
		return 'ABCD'[slot.order.indexOf('C')];
	case 'truefalse':
		return [...slot.order].map((letter) => letter === 'A' || letter === 'C');
	case 'numeric':
		return '3.14';
	default:
		return 'Bài làm của em';
	}
}

test('a practice sitting from the first look to the points, the review and the receipt', async () => {
	const sitting = await publish({ title: 'Luyện tập', practice: true, startsAt: Date.now() - 1000,
		windowEndAt: Date.now() + 3600_000, column: null });
	const students = await Promise.all(school.students.slice(0, 2).map((s) => signIn(server, s)));
	const mine = async (who) => (await call(200, 'GET', '/my/sittings', who)).items.find((i) => i.sitting === sitting.id);
	const items = await Promise.all(students.map(mine));
	assert.equal(items[0].state, 'prepared');
	assert.equal(items[0].result, null);
	const layouts = await Promise.all(sitting.variants.map((v) => layoutOf(sitting.id, v)));
	const layout = (variant) => layouts[sitting.variants.indexOf(variant)];

	await sit(students[0], items[0], (variant) => layout(variant).map(rightAnswer));
	await sit(students[1], items[1], (variant) => layout(variant).map((slot) => (slot.kind === 'single' ? rightAnswer(slot) : null)));
	await until('both are scored', async () => {
		const { items: rows } = await call(200, 'GET', `/sittings/${sitting.id}/results`, teacher);
		return rows.filter((r) => r.pointsX100 !== null).length === 2;
	});
	const results = await call(200, 'GET', `/sittings/${sitting.id}/results`, teacher);
	const of = (n) => results.items.find((r) => r.student.id === school.students[n].student);
	assert.equal(of(0).pointsX100, 300);
	assert.equal(of(0).awaiting, 1);
	assert.equal(of(0).closeWhy, 'submit');
	assert.equal(of(0).receipt, true);
	assert.equal(of(1).pointsX100, 100);
	assert.equal(of(1).awaiting, 0);
	assert.equal(of(1).markX10, 25);
	assert.equal(of(2).state, 'prepared');

	/* The teacher marks the essay; the student then sees the mark, and the answers with the keys. */
	assert.equal((await mine(students[0])).result.markX10, null, 'no mark before the essay is marked');
	const review = await call(200, 'GET', `/attempts/${items[0].attempt}/paper-review`, teacher);
	const essay = review.slots.find((s) => s.state === 'awaits');
	assert.equal(essay.answer, 'Bài làm của em');
	assert.equal(essay.key.guide, 'CHI-CHO-THAY');
	const slot = `/attempts/${items[0].attempt}/slots/${essay.slot}`;
	const many = await call(422, 'PUT', slot, teacher, { pointsX100: 101, version: essay.version });
	assert.equal(many.errors[0].code, 'result.points_most');
	for (const who of [colleague, ...strangers.slice(0, 1)]) {
		await call(404, 'PUT', slot, who, { pointsX100: 50, version: essay.version });
		await call(404, 'GET', `/attempts/${items[0].attempt}/paper-review`, who);
	}
	const marked = await call(200, 'PUT', slot, teacher, { pointsX100: 50, note: 'Khá', version: essay.version });
	assert.equal(marked.pointsX100, 350);
	assert.equal((await call(409, 'PUT', slot, teacher, { pointsX100: 60, version: essay.version })).code, 'stale');
	const [newest, before] = await deeds(2);
	assert.deepEqual(newest, ['essay.mark', 'attempt', items[0].attempt, school.teacher.id]);
	assert.notEqual(before[0], 'essay.mark', 'what was refused left no row');
	const seen = await mine(students[0]);
	assert.equal(seen.result.markX10, 88);
	assert.equal(seen.review, true);
	const own = await call(200, 'GET', `/attempts/${items[0].attempt}/paper-review`, students[0]);
	assert.equal(own.slots.length, 4);
	const shown = own.slots.find((s) => s.slot === essay.slot);
	assert.equal(shown.key, null, "the marking guide is the teachers'");
	assert.equal(shown.note, 'Khá');
	assert.ok(own.slots.every((s) => s.kind === 'essay' || s.key !== null), 'and the other keys are shown');
	await call(404, 'GET', `/attempts/${items[0].attempt}/paper-review`, students[1]);
	assert.equal((await call(200, 'GET', `/attempts/${items[0].attempt}/paper-review`, parent)).slots.length, 4);
	await call(404, 'GET', `/attempts/${items[1].attempt}/paper-review`, parent);

	/* Its pictures go with it: to the same people, and no other picture of the school. */
	const look = async (who, n, hash) => (await server.call('GET',
		`/api/v1/attempts/${items[n].attempt}/pictures/${hash}`, { as: who })).status;
	for (const who of [students[0], parent, teacher]) {
		assert.equal(await look(who, 0, picture), 200);
		assert.equal(await look(who, 0, elsewhere), 404);
	}
	for (const who of [students[1], colleague, strangers[0]]) {
		assert.equal(await look(who, 0, picture), 404);
	}
	assert.equal(await look(parent, 1, picture), 404);
	assert.equal((await server.call('GET', `/api/v1/pictures/${picture}`, { as: students[0] })).status, 403);

	/* The receipt: the student's, the parent's, the teacher's; nobody else's. */
	for (const who of [students[0], parent, teacher]) {
		const receipt = await call(200, 'GET', `/attempts/${items[0].attempt}/receipt`, who);
		assert.match(receipt.url, /\/verify#[\w-]+$/);
		assert.equal(receipt.number, 1);
		assert.match(receipt.qr, /^M/);
	}
	for (const who of [students[1], colleague, strangers[0]]) {
		await call(404, 'GET', `/attempts/${items[0].attempt}/receipt`, who);
	}
	await call(404, 'GET', `/attempts/${items[1].attempt}/receipt`, parent);

	/* A parent sees the child's exams and no other child's. */
	const exams = await call(200, 'GET', `/children/${school.students[0].student}/exams`, parent);
	assert.equal(exams.items.find((i) => i.sitting === sitting.id).result.markX10, 88);
	await call(404, 'GET', `/children/${school.students[1].student}/exams`, parent);

	/* Held back: the student and the parent no longer see it. */
	await call(404, 'PUT', `/sittings/${sitting.id}/release`, colleague, { policy: 'held' });
	await call(200, 'PUT', `/sittings/${sitting.id}/release`, teacher, { policy: 'held' });
	assert.deepEqual(await deeds(1), [['exam.release', 'sitting', sitting.id, school.teacher.id]]);
	assert.equal((await mine(students[0])).result, null);
	await call(404, 'GET', `/attempts/${items[0].attempt}/paper-review`, students[0]);
	await call(404, 'GET', `/attempts/${items[0].attempt}/paper-review`, parent);
	assert.equal(await look(students[0], 0, picture), 404);
	await call(200, 'GET', `/attempts/${items[0].attempt}/paper-review`, teacher);

	const book = await server.call('GET', `/api/v1/sittings/${sitting.id}/results.xlsx`, { as: teacher });
	assert.equal(book.status, 200);
	assert.match(book.headers.get('content-disposition'), /\.xlsx/);
	assert.equal(Buffer.from(await book.arrayBuffer()).subarray(0, 2).toString(), 'PK');
	await call(404, 'GET', `/sittings/${sitting.id}/results`, colleague);
	await call(404, 'GET', `/sittings/${sitting.id}/results.xlsx`, strangers[0]);
});

test('a mark typed before the exam stands until a person decides', async () => {
	const sheet = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	const { id: column } = await call(201, 'POST', `${sheet}/columns`, teacher, { kind: 'gk', position: 1 });
	const student = school.students[3];
	await call(200, 'PUT', sheet, teacher, { why: '',
		cells: [{ column, student: student.student, valueX10: 75, version: 0 }] });
	const sitting = await publish({ title: 'Thi bù', practice: true, startsAt: Date.now() - 1000,
		windowEndAt: Date.now() + 3600_000 });
	const who = await signIn(server, student);
	const item = (await call(200, 'GET', '/my/sittings', who)).items.find((i) => i.sitting === sitting.id);
	const layouts = await Promise.all(sitting.variants.map((v) => layoutOf(sitting.id, v)));
	await sit(who, item, (variant) => layouts[sitting.variants.indexOf(variant)]
		.map((slot) => (slot.kind === 'single' ? rightAnswer(slot) : null)));
	const row = async () => (await call(200, 'GET', `/sittings/${sitting.id}/results`, teacher)).items
		.find((r) => r.attempt === item.attempt);
	await until('the conflict is told', async () => (await row()).gradebook?.state === 'conflict');
	assert.deepEqual((await row()).gradebook, { state: 'conflict', markX10: 75 });
	const mark = `/attempts/${item.attempt}/mark`;
	const seen = { examX10: 25, storedX10: 75 };
	for (const stranger of [colleague, strangers[0]]) {
		await call(404, 'PUT', mark, stranger, { take: 'exam', ...seen });
	}
	await call(403, 'PUT', mark, who, { take: 'exam', ...seen });
	await call(422, 'PUT', mark, teacher, { take: 'both', ...seen });
	assert.equal((await call(409, 'PUT', mark, teacher, { take: 'exam', examX10: 25, storedX10: 80 })).code, 'stale');
	const kept = await call(200, 'PUT', mark, teacher, { take: 'gradebook', ...seen });
	assert.deepEqual(kept.gradebook, { state: 'kept', markX10: 75 });
	assert.equal((await row()).gradebook.state, 'kept');
	await call(200, 'PUT', mark, teacher, { take: 'exam', ...seen });
	assert.equal((await row()).gradebook.state, 'posted');
	const shown = await call(200, 'GET', sheet, teacher);
	assert.equal(shown.rows.find((r) => r.student.id === student.student).cells[column].valueX10, 25);
	assert.equal(shown.columns.find((c) => c.id === column).sitting.title, 'Thi bù');
	const { items: history } = await call(200, 'GET', `/mark-columns/${column}/history/${student.student}`, teacher);
	/* The column was linked to its exam in between. */
	assert.deepEqual(history.filter((h) => h.newX10 !== null).map((h) => [h.oldX10, h.newX10, h.isKept]),
		[[null, 75, false], [75, 25, true], [75, 25, false]]);
});

test('nobody of another school, and no colleague, sees a sitting', async () => {
	const sitting = await publish();
	await call(200, 'GET', `/sittings/${sitting.id}`, office);
	for (const who of [colleague, ...strangers]) {
		await call(404, 'GET', `/sittings/${sitting.id}`, who);
		await call(404, 'GET', `/sittings/${sitting.id}/ends`, who);
		const { items } = await call(200, 'GET', '/sittings', who);
		assert.ok(!items.some((s) => s.id === sitting.id));
	}
	const student = await signIn(server, school.students[0]);
	await call(403, 'GET', `/sittings/${sitting.id}`, student);
	await call(403, 'GET', `/sittings/${sitting.id}/results`, student);
});

test('before the bell no route gives a byte of the paper away', async () => {
	const sitting = await publish();
	const student = await signIn(server, school.students[2]);
	const item = (await call(200, 'GET', '/my/sittings', student)).items.find((i) => i.sitting === sitting.id);
	const attempt = await call(200, 'GET', `/rooms/${item.room}/attempts/${item.attempt}`, student);
	const texts = [JSON.stringify(item), JSON.stringify(attempt)];
	for (const part of attempt.parts) {
		const sealed = await server.call('GET', part.url, { as: student });
		assert.equal(sealed.status, 200);
		texts.push(Buffer.from(await sealed.arrayBuffer()).toString('latin1'));
	}
	for (const text of texts) {
		assert.ok(!text.includes(MARK));
		assert.ok(!text.includes('CHI-CHO-THAY'));
	}
	for (const path of [`/papers/${paper.id}`, `/papers/${paper.id}/preview`, `/questions/${paper.items[0].question}`]) {
		await call(403, 'GET', path, student);
	}
	await call(404, 'GET', `/attempts/${item.attempt}/paper-review`, student);
});
