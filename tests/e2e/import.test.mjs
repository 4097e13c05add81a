/*
 * Questions from a file: what was previewed is what is added, once, by who may.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSchools, stopSchools } from './lib/schools.mjs';

let server;
let db;
let school;
let teacher;
let colleague;
let stranger;
let bank;

before(async () => {
	({ server, db, school, teacher, colleague, strangeTeacher: stranger } =
		await startSchools(['teacher', 'colleague', 'strangeTeacher']));
	bank = await good(201, 'POST', '/banks', teacher, { name: 'Kho', subjectId: school.subject, isShared: true });
});

after(() => stopSchools({ server, db }));

async function good(status, method, path, as, body) {
	const response = await server.call(method, `/api/v1${path}`, { as, body });
	const text = await response.text();
	assert.equal(response.status, status, `${method} ${path}: ${text}`);
	return text === '' ? null : JSON.parse(text);
}

async function upload(text, name, as = teacher, to = bank.id, status = 201) {
	const form = new FormData();
	form.append('file', new Blob([text]), name);
	const response = await fetch(`${server.url}/api/v1/banks/${to}/import`,
		{ method: 'POST', body: form, headers: { Authorization: `Bearer ${as.token}` } });
	const answer = await response.json();
	assert.equal(response.status, status, JSON.stringify(answer));
	return answer;
}

const PAPER = `ĐỀ KIỂM TRA
PHẦN I. Trắc nghiệm
Câu 1. Thủ đô của Việt Nam là
A. Huế
B. Hà Nội
C. Đà Nẵng
D. Cần Thơ
Đáp án: B
Câu 2. Số nguyên tố chẵn duy nhất là
A. 0
B. 1
C. 2
D. 4
HẾT
`;
const GIFT = `::Câu một:: Hai cộng hai {=4 ~3 ~5}

::Câu hai:: Số pi {#3.14:0.01}
`;

test('a paper typed as text is previewed, mended and added as it was previewed', async () => {
	const preview = await upload(PAPER, 'đề kiểm tra.txt');
	assert.equal(preview.fileName, 'đề kiểm tra.txt');
	assert.deepEqual(preview.questions.map((q) => q.number), [1, 2]);
	assert.equal(preview.questions[0].key, 'B');
	assert.equal(preview.questions[0].isSure, true);
	assert.equal(preview.questions[1].key, null);
	assert.equal(preview.questions[1].isSure, false);
	assert.ok(preview.questions[1].problems.some((p) => p.level === 'error' && p.detail.length > 5));
	assert.deepEqual(preview.counts, { sure: 1, doubtful: 1 });
	assert.match(preview.questions[1].source, /Câu 2/);
	assert.equal((await good(200, 'GET', `/banks/${bank.id}/questions`, teacher)).items.length, 0, 'nothing yet');

	const { stem, options, kind } = preview.questions[1];
	const mended = await good(200, 'PUT', `/imports/${preview.plan}/questions/1`, teacher,
		{ kind, stem, options, key: 'C' });
	assert.notEqual(mended.hash, preview.hash);
	assert.equal(mended.questions[1].key, 'C');
	assert.equal(mended.questions[1].number, 2);
	assert.deepEqual(mended.counts, { sure: 2, doubtful: 0 });

	const old = await good(409, 'POST', `/imports/${preview.plan}/commit`, teacher, { hash: preview.hash });
	assert.equal(old.code, 'stale');
	const done = await good(200, 'POST', `/imports/${preview.plan}/commit`, teacher, { hash: mended.hash });
	assert.equal(done.added, 2);
	const again = await good(409, 'POST', `/imports/${preview.plan}/commit`, teacher, { hash: mended.hash });
	assert.equal(again.code, 'reader.committed');
	const { items } = await good(200, 'GET', `/banks/${bank.id}/questions`, teacher);
	assert.deepEqual(items.map((q) => q.id), done.ids);
	assert.deepEqual(items.map((q) => q.key), ['B', 'C']);
	assert.equal(items[1].confidence, 100);
	const [[row]] = await db.query("SELECT COUNT(*) AS n FROM audit WHERE action = 'questions.commit'");
	assert.equal(Number(row.n), 1);
});

test('two commits at once add once', async () => {
	const own = await good(201, 'POST', '/banks', teacher, { name: 'Hai lần', subjectId: school.subject });
	const preview = await upload(GIFT, 'a.gift', teacher, own.id);
	const answers = await Promise.all([1, 2, 3].map(() => server.call('POST', `/api/v1/imports/${preview.plan}/commit`,
		{ as: teacher, body: { hash: preview.hash } })));
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409]);
	assert.equal((await good(200, 'GET', `/banks/${own.id}/questions`, teacher)).items.length, 2);
});

test('questions may be left out, and a paper made of those that came', async () => {
	const preview = await upload(GIFT, 'a.gift');
	assert.deepEqual(preview.questions.map((q) => q.kind), ['single', 'numeric']);
	const bad = await good(422, 'POST', `/imports/${preview.plan}/commit`, teacher, { hash: preview.hash, skip: [2] });
	assert.equal(bad.errors[0].field, 'skip');
	const done = await good(200, 'POST', `/imports/${preview.plan}/commit`, teacher, { hash: preview.hash, skip: [0] });
	assert.equal(done.added, 1);
	const paper = await good(201, 'POST', '/papers', teacher,
		{ title: 'Đề', subjectId: school.subject, preset: 'free', bank: bank.id, questions: done.ids });
	assert.deepEqual(paper.items.map((i) => i.question), done.ids);
});

test('a preview is its maker\'s alone, and can be thrown away', async () => {
	const preview = await upload(GIFT, 'a.gift');
	for (const who of [colleague, stranger]) {
		await good(404, 'GET', `/imports/${preview.plan}`, who);
		await good(404, 'POST', `/imports/${preview.plan}/commit`, who, { hash: preview.hash });
		await good(404, 'DELETE', `/imports/${preview.plan}`, who);
		await good(404, 'PUT', `/imports/${preview.plan}/questions/0`, who, { kind: 'essay', stem: 'x' });
	}
	await upload(GIFT, 'a.gift', colleague, bank.id, 403);
	await upload(GIFT, 'a.gift', stranger, bank.id, 404);
	await good(404, 'PUT', `/imports/${preview.plan}/questions/2`, teacher, { kind: 'essay', stem: 'x' });
	await good(404, 'PUT', `/imports/${preview.plan}/questions/x`, teacher, { kind: 'essay', stem: 'x' });
	await good(204, 'DELETE', `/imports/${preview.plan}`, teacher);
	await good(404, 'GET', `/imports/${preview.plan}`, teacher);
});

test('what is no file of questions is refused with a sentence', async () => {
	for (const [bytes, name] of [['%PDF-1.7 …', 'a.pdf'], ['PK\u0003\u0004 rubbish', 'a.docx'], ['\u0000\u0001', 'a.txt'], ['', 'a.txt']]) {
		const problem = await upload(bytes, name, teacher, bank.id, 422);
		assert.ok(problem.detail && problem.code, name);
	}
	const none = await server.call('POST', `/api/v1/banks/${bank.id}/import`, { as: teacher, body: '',
		headers: { 'Content-Type': 'multipart/form-data; boundary=x' } });
	assert.ok([400, 422].includes(none.status));
});
