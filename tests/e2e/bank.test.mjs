/*
 * Banks, questions, pictures and papers over HTTP: what a teacher does with them, and what nobody
 * else may.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signIn } from './lib/people.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';

let server;
let db;
let school;
let other;
let teacher;
let colleague;
let stranger;

before(async () => {
	({ server, db, school, other, teacher, colleague, strangeTeacher: stranger } =
		await startSchools(['teacher', 'colleague', 'strangeTeacher']));
});

after(() => stopSchools({ server, db }));

const api = (method, path, as, body) => server.call(method, `/api/v1${path}`, { as, body });

const good = (...words) => server.answer(...words);

async function refused(status, code, method, path, as, body) {
	const problem = await good(status, method, path, as, body);
	assert.equal(problem.code, code, JSON.stringify(problem));
	assert.ok(problem.detail);
	return problem;
}

const makeBank = (as = teacher, more = {}) =>
	good(201, 'POST', '/banks', as, { name: 'Ngân hàng thử', subjectId: school.subject, ...more });

const SINGLE = {
	kind: 'single',
	stem: '<p>Giá trị của \\(2^3\\) là</p>',
	options: [{ id: 'A', html: '6' }, { id: 'B', html: '8' }, { id: 'C', html: '9' }, { id: 'D', html: '12' }],
	key: 'B',
	shuffle: true,
	keepLast: false,
	topic: 'Luỹ thừa',
	difficulty: 1,
};
const ALL = [
	SINGLE,
	{ kind: 'multiple', stem: 'Số nguyên tố', key: ['A', 'C'],
		options: [{ id: 'A', html: '2' }, { id: 'B', html: '4' }, { id: 'C', html: '5' }] },
	{ kind: 'truefalse', stem: 'Xét', key: [true, false, true, false],
		statements: ['a', 'b', 'c', 'd'].map((id) => ({ id, html: `ý ${id}` })) },
	{ kind: 'numeric', stem: 'Tính', key: { value: '3,14', tolerance: '0,01' } },
	{ kind: 'text', stem: 'Thủ đô', key: { accepted: ['Hà Nội'] } },
	{ kind: 'essay', stem: 'Trình bày', key: { guide: 'Chấm ý' } },
];

test('a bank is made, renamed, shared, and seen by whom it may', async () => {
	const bank = await makeBank();
	assert.equal(bank.name, 'Ngân hàng thử');
	assert.equal(bank.isOwn, true);
	await refused(404, 'not_found', 'GET', `/banks/${bank.id}`, colleague);
	const shared = await good(200, 'PUT', `/banks/${bank.id}`, teacher,
		{ name: 'Ngân hàng chung', subjectId: school.subject, isShared: true, version: bank.version });
	assert.equal(shared.isShared, true);
	await refused(409, 'stale', 'PUT', `/banks/${bank.id}`, teacher, { name: 'x', version: bank.version });
	assert.equal((await good(200, 'GET', `/banks/${bank.id}`, colleague)).isOwn, false);
	await refused(404, 'not_found', 'PUT', `/banks/${bank.id}`, colleague, { name: 'x', version: shared.version });
	await refused(404, 'not_found', 'GET', `/banks/${bank.id}`, stranger);
	assert.ok((await good(200, 'GET', '/banks', colleague)).items.some((b) => b.id === bank.id));
	assert.equal((await good(200, 'GET', '/banks', stranger)).items.length, 0);
});

test('every mistake of a form is named', async () => {
	const problem = await refused(422, 'form.refused', 'POST', '/banks', teacher, { subjectId: 'x', isShared: 7 });
	assert.deepEqual(problem.errors.map((e) => e.field.replace(/^\//, '')).sort(), ['isShared', 'name', 'subjectId']);
	const long = await refused(422, 'form.refused', 'POST', '/banks', teacher, { name: 'x'.repeat(201) });
	assert.equal(long.errors[0].code, 'form.too_long');
	await good(201, 'POST', '/banks', teacher, { name: 'ờ'.repeat(200) });
	await refused(422, 'invalid', 'POST', '/banks', teacher, { name: 'x', subjectId: other.subject });
});

test('a question of each kind comes back as it was sent', async () => {
	const bank = await makeBank();
	for (const question of ALL) {
		const made = await good(201, 'POST', `/banks/${bank.id}/questions`, teacher, question);
		assert.equal(made.kind, question.kind);
		assert.deepEqual(made.key, question.key);
		assert.equal(made.confidence, 100);
		assert.equal(made.revision, 1);
	}
	const { items } = await good(200, 'GET', `/banks/${bank.id}/questions`, teacher);
	assert.deepEqual(items.map((q) => q.kind), ALL.map((q) => q.kind));
	assert.match(items[0].stem, /<span class="math">2\^3<\/span>/);
	await refused(404, 'not_found', 'GET', `/banks/${bank.id}/questions`, stranger);
	await refused(404, 'not_found', 'POST', `/banks/${bank.id}/questions`, stranger, SINGLE);
	await refused(404, 'not_found', 'GET', `/questions/${items[0].id}`, stranger);
	await refused(404, 'not_found', 'DELETE', `/questions/${items[0].id}`, colleague);
	await good(204, 'DELETE', `/questions/${items[5].id}`, teacher);
	assert.equal((await good(200, 'GET', `/banks/${bank.id}/questions`, teacher)).items.length, 5);
});

test('editing makes a revision; a stale one is told what is stored', async () => {
	const bank = await makeBank();
	const made = await good(201, 'POST', `/banks/${bank.id}/questions`, teacher, SINGLE);
	const edited = await good(200, 'PUT', `/questions/${made.id}`, teacher, { ...SINGLE, key: 'C', revision: 1 });
	assert.equal(edited.revision, 2);
	const problem = await refused(409, 'stale', 'PUT', `/questions/${made.id}`, teacher,
		{ ...SINGLE, key: 'D', revision: 1 });
	assert.equal(problem.current.key, 'C');
	assert.equal(problem.current.revision, 2);
	await refused(404, 'not_found', 'PUT', `/questions/${made.id}`, colleague, { ...SINGLE, revision: 2 });
});

test('a passage is shared, and editing it edits it for all its questions', async () => {
	const bank = await makeBank();
	const first = await good(201, 'POST', `/banks/${bank.id}/questions`, teacher,
		{ ...SINGLE, passage: { html: 'Đoạn văn' } });
	const second = await good(201, 'POST', `/banks/${bank.id}/questions`, teacher,
		{ ...SINGLE, passage: first.passage });
	assert.equal(second.passage.id, first.passage.id);
	await good(200, 'PUT', `/questions/${first.id}`, teacher,
		{ ...SINGLE, revision: 1, passage: { id: first.passage.id, html: 'Đoạn văn đã sửa' } });
	assert.equal((await good(200, 'GET', `/questions/${second.id}`, teacher)).passage.html, 'Đoạn văn đã sửa');
	const elsewhere = await makeBank();
	await refused(404, 'not_found', 'POST', `/banks/${elsewhere.id}/questions`, teacher,
		{ ...SINGLE, passage: { id: second.passage.id, html: 'x' } });
});

test('active content never reaches the bank', async () => {
	const bank = await makeBank();
	const made = await good(201, 'POST', `/banks/${bank.id}/questions`, teacher, { ...SINGLE,
		stem: '<p onclick="x()">a<script>alert(1)</script><img src="http://e/x.png" onerror="x()"></p>',
		topic: '<script>alert(2)</script>', source: '=HYPERLINK("x")' });
	assert.doesNotMatch(made.stem, /script|onclick|onerror|http/);
	assert.equal(made.topic, '<script>alert(2)</script>', 'plain text stays text');
	await refused(422, 'form.refused', 'POST', `/banks/${bank.id}/questions`, teacher, { ...SINGLE, key: 'Z' });
	await refused(422, 'form.refused', 'POST', `/banks/${bank.id}/questions`, teacher, { kind: 'riddle', stem: 'x' });
});

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==', 'base64');

test('a picture is made harmless, kept by its hash, and read by teachers of the school only', async () => {
	const send = (bytes, as) => server.call('POST', '/api/v1/pictures',
		{ as, body: bytes, headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': 'a.png' } });
	const response = await send(PNG, teacher);
	const made = await response.json();
	assert.equal(response.status, 201, JSON.stringify(made));
	assert.match(made.hash, /^[0-9a-f]{64}$/);
	const got = await api('GET', `/pictures/${made.hash}`, teacher);
	assert.equal(got.status, 200);
	assert.equal(got.headers.get('content-type'), 'image/png');
	assert.match(got.headers.get('cache-control'), /private.*immutable|immutable.*private/);
	await got.arrayBuffer();
	await refused(404, 'not_found', 'GET', `/pictures/${made.hash}`, stranger);
	const student = await signIn(server, school.students[0]);
	assert.equal((await api('GET', `/pictures/${made.hash}`, student)).status, 403);
	assert.equal((await send(Buffer.from('<svg/>'), teacher)).status, 415);
});

test('a paper is filled from a bank, changed, checked and shown', async () => {
	const bank = await makeBank();
	for (const question of ALL) {
		await good(201, 'POST', `/banks/${bank.id}/questions`, teacher, question);
	}
	const paper = await good(201, 'POST', '/papers', teacher,
		{ title: 'Đề thử', subjectId: school.subject, preset: 'free', bank: bank.id });
	assert.equal(paper.items.length, 6);
	assert.equal(paper.totalX100, 150);
	assert.ok(paper.problems.some((p) => p.code === 'paper.total'));
	const items = paper.items.map((i, n) => ({ question: i.question, revision: i.revision, part: n < 2 ? 0 : 1,
		weightX100: 100 })).reverse();
	const saved = await good(200, 'PUT', `/papers/${paper.id}`, teacher, { title: 'Đề đã sửa', version: paper.version,
		parts: [{ title: 'Phần một', weightX100: 25 }, { title: 'Phần hai', shuffle: false, stepsX100: [10, 25, 50, 100] }],
		items });
	assert.deepEqual(saved.items.map((i) => i.part), [0, 0, 1, 1, 1, 1], 'by part, whatever order came');
	const stale = await refused(409, 'stale', 'PUT', `/papers/${paper.id}`, teacher,
		{ title: 'x', version: paper.version, parts: [{}], items: [] });
	assert.equal(stale.current.title, 'Đề đã sửa');
	await refused(422, 'form.refused', 'PUT', `/papers/${paper.id}`, teacher,
		{ title: 'x', version: saved.version, parts: [{}], items: [{ question: items[0].question, part: 1 }] });
	await refused(422, 'invalid', 'PUT', `/papers/${paper.id}`, teacher,
		{ title: 'x', version: saved.version, parts: [{}], items: [{ question: '999999', part: 0 }] });
	const plain = await good(200, 'GET', `/papers/${paper.id}/preview`, teacher);
	assert.equal(plain.variant, null);
	assert.deepEqual(plain.parts[0].items.map((i) => i.kind), ['multiple', 'single']);
	const shown = await good(200, 'GET', `/papers/${paper.id}/preview?variant=101`, teacher);
	const single = shown.parts[0].items.find((i) => i.kind === 'single');
	assert.equal(single.options.find((o) => o.id === single.key).html, '8', 'the key follows its option');
	await refused(404, 'not_found', 'GET', `/papers/${paper.id}/preview?variant=500`, teacher);
	for (const who of [colleague, stranger]) {
		await refused(404, 'not_found', 'GET', `/papers/${paper.id}`, who);
		await refused(404, 'not_found', 'GET', `/papers/${paper.id}/preview`, who);
	}
	assert.equal((await good(200, 'GET', '/papers', colleague)).items.length, 0);
});

test('the presets are the formats of 2025', async () => {
	for (const [preset, parts] of [['thpt2025_toan', 3], ['thpt2025_18_4_6', 3], ['thpt2025_24_4', 2]]) {
		const paper = await good(201, 'POST', '/papers', teacher, { title: preset, subjectId: school.subject, preset });
		assert.equal(paper.parts.length, parts);
		const total = paper.parts.reduce((sum, p) => sum + p.count * p.weightX100, 0);
		assert.equal(total, 1000);
	}
	await refused(422, 'form.refused', 'POST', '/papers', teacher,
		{ title: 'x', subjectId: school.subject, preset: 'thpt1999' });
});
