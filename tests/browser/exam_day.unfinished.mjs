/*
 * An exam day from an empty school to a parent who reads the mark, with real browsers and a real
 * server, which is killed in the middle and whose database stops. Every step stands on the ones
 * before it.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { PASSWORD, connectDb, makeSchool, signIn } from '../e2e/lib/people.mjs';
import { messyClassList, wordPaper } from '../fixtures/office_files.mjs';
import { chooseFile, databasePid, openBrowser, openPerson, pause, pdfText, PHONE, savedBytes, shoot,
	signInByForm, startServer, submit, until } from './lib.mjs';

const ZONE_MS = 7 * 3_600_000; /* the school's clock is UTC+7 */
const LIMIT_MIN = 3;
const BELL_IN_MS = 45_000;
const OFFLINE_MS = 15_000;
const STOPPED_MS = 12_000;
const STEP = { timeout: 120_000 };

let server;
let browser;
let db;
let school;
const list = messyClassList();
const paper = wordPaper();
const everyone = [...list.names['10A1'], ...list.names['10A2']];
/* The five who sit; the sixth stays away. */
const [ANH, DUNG, GIANG, HA, QUYNH] = everyone;
const sitters = new Map();  /* name → person with { context, page, faults, acks, attempt, room } */
const codes = new Map();    /* name → activation code on the slip */
const world = { office: null, teacher: null, sitting: null, bank: null, paper: null };

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	browser = await openBrowser();
}, { timeout: 180_000 });

after(async () => {
	await browser?.close();
	await db?.end().catch(() => undefined);
	await server?.stop();
}, { timeout: 60_000 });

const need = (value, what) => {
	assert.ok(value, `an earlier step did not give ${what}`);
	return value;
};

async function rows(sql, values = []) {
	const [found] = await db.query(sql, values);
	return found;
}

/* ---- what students do and see ---- */

const question = (page, slot) => page.locator(`#q${slot}`);

/* Answers right or wrong, by what the options say: each variant deals them differently. */
async function answer(page, slot, isRight) {
	const options = question(page, slot).locator('label.option');
	await options.filter({ hasText: isRight ? /khẳng định đúng/ : /khẳng định sai/ }).first().click();
}

const stateOf = (page, slot) => question(page, slot).locator('.answer-state').getAttribute('class');

const hasState = (page, slot, state, ms = 20_000) => until(`question ${slot} is ${state}`,
	async () => (await stateOf(page, slot)).includes(state), ms, 100);

const chosenText = (page, slot) => question(page, slot).locator('label.option.chosen').innerText();

/* Every frame of the hall's socket, with the time it came. */
function listen(person) {
	person.frames = [];
	person.page.on('websocket', (socket) => {
		socket.on('framereceived', ({ payload }) => {
			try {
				person.frames.push({ at: Date.now(), ...JSON.parse(String(payload)) });
			} catch {
				/* not text: none of ours */
			}
		});
	});
}

const paperIsOpen = (person, ms = 30_000) => person.page.locator('#q1').waitFor({ timeout: ms });

async function enterRoom(person) {
	await person.page.goto(`${server.url}/thi`);
	await person.page.getByRole('link', { name: 'Vào phòng thi' }).click();
	await person.page.waitForURL(/\/thi\/[^/]+\/[^/]+$/);
	const [, , room, attempt] = new URL(person.page.url()).pathname.split('/');
	Object.assign(person, { room, attempt });
}

async function handIn(page) {
	await page.locator('.exam-bar').getByRole('button', { name: 'Nộp bài' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Nộp bài' }).click();
	await page.getByRole('heading', { name: 'Đã nộp bài' }).waitFor({ timeout: 30_000 });
}

const attemptHex = (id) => Buffer.from(id, 'base64url').toString('hex');

const attemptRow = async (id) =>
	(await rows('SELECT * FROM attempt WHERE id = UNHEX(?)', [attemptHex(id)]))[0];

/* ---- the day ---- */

test('the office imports the class list it has and looks at it first', STEP, async () => {
	const person = await openPerson(browser, server);
	world.office = person;
	await signInByForm(person.page, server, { school: school.code, login: 'office', password: PASSWORD });
	const { page } = person;
	await page.goto(`${server.url}/van-phong/nhap`);
	await chooseFile(page, 'Danh sách lớp 10.xlsx', list.bytes);
	await submit(page);
	await page.getByRole('heading', { name: /Xem trước/ }).waitFor({ timeout: 20_000 });
	await shoot(page, 'roster-preview', { fullPage: true });
	assert.equal((await rows('SELECT id FROM student WHERE code LIKE ?', ['HS00%'])).length, 0,
		'a preview writes nothing');
	await page.getByRole('tab', { name: /Trùng \(1\)/ }).click();
	await page.getByRole('cell', { name: /10A1, dòng 10/ }).waitFor();
	await page.getByRole('tab', { name: /Mới \(6\)/ }).click();
	for (const name of everyone) {
		await page.getByRole('rowheader', { name, exact: true }).waitFor();
	}
	await page.getByRole('button', { name: 'Ghi 6 dòng vào sổ' }).click();
	await page.getByText('Đã ghi vào sổ').waitFor({ timeout: 20_000 });
	const made = await rows(`SELECT p.full_name AS name, p.birth_date AS birth, c.name AS class, s.code
		FROM student s JOIN person p ON p.id = s.person_id
		JOIN enrolment e ON e.student_id = s.id JOIN class c ON c.id = e.class_id
		WHERE s.code LIKE 'HS00%' ORDER BY s.code`);
	assert.deepEqual(made.map((m) => m.name), everyone);
	assert.deepEqual(made.map((m) => m.class), ['10A1', '10A1', '10A1', '10A1', '10A2', '10A2']);
	const born = made.map((m) => new Date(m.birth.getTime() - m.birth.getTimezoneOffset() * 60_000)
		.toISOString().slice(0, 10));
	assert.deepEqual(born, ['2010-09-05', '2010-03-12', '2010-02-01', '2010-12-31', '2010-07-07', '2010-04-30']);
	const phones = await rows('SELECT phone FROM account WHERE phone LIKE ? ORDER BY phone', ['+8491234567%']);
	assert.deepEqual(phones.map((p) => p.phone), [1, 2, 3, 4, 5, 6].map((n) => `+8491234567${n}`));
});

test('the office gives a teacher both classes and prints sign-in slips', STEP, async () => {
	const { page } = need(world.office, 'the office');
	await page.goto(`${server.url}/van-phong/giao-vien`);
	for (const name of ['10A1', '10A2']) {
		await page.locator('#person').selectOption({ label: school.teacher.fullName });
		await page.locator('#class').selectOption({ label: name });
		await page.locator('#subject').selectOption({ label: 'Toán ALPHA' });
		await page.getByRole('button', { name: 'Phân công', exact: true }).click();
		await page.getByText(`Toán ALPHA ${name}`).waitFor();
	}
	for (const name of ['10A1', '10A2']) {
		await page.goto(`${server.url}/van-phong/lop`);
		await page.getByRole('link', { name, exact: true }).click();
		const bytes = await savedBytes(page, () => page.getByRole('button', { name: 'In phiếu đăng nhập' }).click());
		const text = await pdfText(server.dir, `slips-${name}.pdf`, bytes);
		for (const code of text.match(/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2,}\b/g) ?? []) {
			const answer = await server.call('POST', '/api/v1/activation', { body: { code } });
			assert.equal(answer.status, 200, `the code ${code} of the slip is not known`);
			codes.set((await answer.json()).fullName, code);
		}
	}
	assert.deepEqual([...codes.keys()].sort(), [...everyone].sort(), 'one slip a student');
});

test('a student activates with the code of the slip; a used code is worth nothing', STEP, async () => {
	const code = need(codes.get(ANH), 'a code');
	const person = await openPerson(browser, server, { viewport: PHONE });
	sitters.set(ANH, person);
	await person.page.goto(`${server.url}/activate#${code}`);
	await submit(person.page);
	await person.page.getByText(ANH).waitFor();
	await person.page.locator('#password').fill(PASSWORD);
	await submit(person.page);
	await person.page.waitForURL(/\/thi$/, { timeout: 20_000 });
	const again = await server.call('POST', '/api/v1/activation/use', { body: { code, password: PASSWORD } });
	assert.ok(again.status >= 400, 'the code worked twice');
	for (const name of [DUNG, GIANG, HA, QUYNH]) {
		const used = await server.call('POST', '/api/v1/activation/use',
			{ body: { code: codes.get(name), password: PASSWORD } });
		assert.equal(used.status, 200);
		const login = (await used.json()) && (await rows(`SELECT m.login FROM membership m JOIN person p
			ON p.id = m.person_id WHERE p.full_name = ? AND m.role = 3`, [name]))[0].login;
		const next = await openPerson(browser, server);
		sitters.set(name, next);
		await signInByForm(next.page, server, { school: school.code, login, password: PASSWORD });
		next.login = login;
	}
});

test('the teacher imports a Word paper and mends the question without a key', STEP, async () => {
	const person = await openPerson(browser, server);
	world.teacher = person;
	const { page } = person;
	await signInByForm(page, server, { school: school.code, login: 'teacher', password: PASSWORD });
	await page.goto(`${server.url}/giao-vien/ngan-hang`);
	await page.locator('#name').fill('Ngân hàng Toán 10');
	await page.locator('#subjectId').selectOption({ label: 'Toán ALPHA' });
	await page.locator('main form').getByRole('button', { name: 'Tạo ngân hàng' }).click();
	await page.waitForURL(/ngan-hang\/\d+$/);
	world.bank = page.url().split('/').pop();
	await page.goto(`${server.url}/giao-vien/ngan-hang/${world.bank}/nhap`);
	await chooseFile(page, 'Đề giữa kì.docx', paper.bytes);
	await submit(page);
	await page.getByRole('tab', { name: 'Cần xem lại (1)' }).waitFor({ timeout: 20_000 });
	await page.getByRole('tab', { name: `Tất cả (${paper.count})` }).waitFor();
	await page.getByRole('button', { name: `Sửa câu ${paper.unkeyed}` }).click();
	await page.getByRole('radio', { name: `${paper.unkeyedRight} đúng` }).check();
	await page.getByRole('button', { name: 'Lưu câu hỏi' }).click();
	await page.getByRole('button', { name: `Lưu ${paper.count} câu vào ngân hàng` }).click();
	await page.getByText(`Đã lưu ${paper.count} câu hỏi`).waitFor({ timeout: 20_000 });
});

test('the teacher makes a paper worth ten points', STEP, async () => {
	const { page } = need(world.teacher, 'the teacher');
	await page.goto(`${server.url}/giao-vien/de-thi/moi?bank=${need(world.bank, 'a bank')}`);
	await page.locator('#title').fill('Giữa kì I – Toán 10');
	await until('the bank chose the subject', async () => (await page.locator('#subjectId').inputValue()) !== '');
	await submit(page);
	await page.waitForURL(/de-thi\/\d+$/);
	world.paper = page.url().split('/').pop();
	const weight = page.locator('#weight-0');
	await weight.fill('1,25');
	await weight.blur();
	await page.getByText('Tổng điểm: 10,00').waitFor();
	await page.getByRole('button', { name: 'Lưu đề' }).click();
	await page.getByText('Đã lưu đề.').waitFor();
});

test('the teacher publishes to two classes in four variants, starting soon', STEP, async () => {
	const { page } = need(world.teacher, 'the teacher');
	await page.goto(`${server.url}/giao-vien/ca-thi/moi?paper=${need(world.paper, 'a paper')}`);
	await page.locator('#title').fill('Kiểm tra giữa kì I');
	await page.getByRole('checkbox', { name: '10A1', exact: true }).check();
	await page.getByRole('checkbox', { name: '10A2', exact: true }).check();
	const startsAt = Math.ceil((Date.now() + BELL_IN_MS) / 1000) * 1000;
	await page.locator('#starts').fill(new Date(startsAt + ZONE_MS).toISOString().slice(0, 19));
	await page.locator('#limit').fill(String(LIMIT_MIN));
	await page.locator('#variants').fill('4');
	await page.locator('#column').selectOption({ label: 'Giữa kỳ, học kỳ 1' });
	await page.getByRole('button', { name: 'Xem giờ kết thúc của từng em' }).click();
	await page.getByRole('button', { name: 'Công bố ca thi' }).waitFor({ timeout: 20_000 });
	assert.equal(await page.locator('tbody tr').count(), everyone.length, 'every student has an end');
	await page.getByRole('button', { name: 'Công bố ca thi' }).click();
	await page.waitForURL(/ca-thi\/[\w-]{22}$/, { timeout: 30_000 });
	world.sitting = page.url().split('/').pop();
	const found = await rows('SELECT DISTINCT variant FROM attempt WHERE sitting_id = UNHEX(?)',
		[attemptHex(world.sitting)]);
	assert.equal(found.length, 4, 'four variants are dealt');
	world.startsAt = startsAt;
});

test('five wait in the lobby and see nothing of the paper', STEP, async () => {
	need(world.sitting, 'a sitting');
	await Promise.all([...sitters.values()].map(async (person) => {
		listen(person);
		await enterRoom(person);
		await person.page.getByText('Đã tải xong, mở lúc bắt đầu').waitFor({ timeout: 30_000 });
	}));
	await shoot(sitters.get(ANH).page, 'lobby', { fullPage: true });
	assert.ok(Date.now() < world.startsAt, 'the lobby was too slow for this machine');
	for (const person of sitters.values()) {
		const body = await person.page.locator('body').innerText();
		assert.ok(!body.includes('khẳng định'), 'a question before the bell');
		assert.ok(!person.frames.some((f) => f.t === 'key'), 'a key before the bell');
	}
});

test('at the bell all five see the paper', STEP, async () => {
	need(world.startsAt, 'a start');
	const patience = Math.max(0, world.startsAt - Date.now()) + 20_000;
	await Promise.all([...sitters.values()].map((person) => paperIsOpen(person, patience)));
	const late = Date.now() - world.startsAt;
	assert.ok(late < 10_000, `the last one saw the paper ${late} ms after the bell`);
	for (const person of sitters.values()) {
		const key = person.frames.find((f) => f.t === 'key');
		assert.ok(key === undefined || key.at >= world.startsAt - 1000, 'the key came before the bell');
	}
	await Promise.all([...sitters.values()].map(async (person) => {
		await answer(person.page, 1, true);
		await answer(person.page, 2, true);
		await hasState(person.page, 1, 'stored');
		await hasState(person.page, 2, 'stored');
	}));
	world.isOpen = true;
	await shoot(sitters.get(DUNG).page, 'exam');
	await shoot(sitters.get(ANH).page, 'exam-phone');
});

test('one is offline for a while and loses nothing', STEP, async () => {
	need(world.isOpen, 'an open paper');
	const { page, context, attempt } = need(sitters.get(ANH), 'a student');
	await context.setOffline(true);
	await answer(page, 3, true);
	await hasState(page, 3, 'local');
	await pause(OFFLINE_MS);
	await answer(page, 4, true);
	await hasState(page, 4, 'local');
	await context.setOffline(false);
	await hasState(page, 3, 'stored', 30_000);
	await hasState(page, 4, 'stored', 30_000);
	const kept = await rows('SELECT DISTINCT slot FROM event WHERE attempt_id = UNHEX(?) AND kind = 1',
		[attemptHex(attempt)]);
	assert.deepEqual(kept.map((r) => r.slot).sort(), [1, 2, 3, 4]);
});

test('a second device takes over with every answer; the first sends no more', STEP, async () => {
	need(world.isOpen, 'an open paper');
	const first = need(sitters.get(DUNG), 'a student');
	const before = await chosenText(first.page, 1);
	const second = await openPerson(browser, server, { viewport: PHONE });
	listen(second);
	await signInByForm(second.page, server, { school: school.code, login: first.login, password: PASSWORD });
	await second.page.goto(first.page.url());
	await second.page.getByRole('button', { name: 'Làm tiếp trên thiết bị này' }).click({ timeout: 30_000 });
	await paperIsOpen(second);
	await first.page.getByText('Bài thi đã chuyển sang thiết bị khác').waitFor({ timeout: 20_000 });
	assert.equal(await chosenText(second.page, 1), before);
	await answer(second.page, 3, true);
	await hasState(second.page, 3, 'stored');
	Object.assign(second, { room: first.room, attempt: first.attempt, login: first.login });
	await first.context.close();
	sitters.set(DUNG, second);
});

test('the board shows who is there, and neither an answer nor a key', STEP, async () => {
	need(world.isOpen, 'an open paper');
	const person = need(world.teacher, 'the teacher');
	listen(person);
	await person.page.goto(`${server.url}/giao-vien/phong/${sitters.get(ANH).room}`);
	await person.page.getByRole('rowheader', { name: new RegExp(GIANG) }).waitFor({ timeout: 20_000 });
	const row = person.page.getByRole('row', { name: new RegExp(DUNG) });
	await row.getByText('Đổi máy 1 lần').waitFor({ timeout: 20_000 });
	await row.getByText('3 trên 8').waitFor({ timeout: 20_000 });
	await shoot(person.page, 'board');
	for (const frame of person.frames) {
		assert.ok(['board', 'room', 'pulse'].includes(frame.t), `the board got a ${frame.t}`);
		const text = JSON.stringify(frame);
		assert.ok(!/khẳng định|"value"|"key"|"answers"/.test(text), text.slice(0, 300));
	}
	await person.page.goto(`${server.url}/giao-vien`);
});

test('one closes the browser', STEP, async () => {
	need(world.isOpen, 'an open paper');
	const person = need(sitters.get(GIANG), 'a student');
	world.gone = { attempt: person.attempt, room: person.room, login: person.login };
	await person.context.close();
	sitters.delete(GIANG);
});

test('the server is killed and comes back: nothing is lost', STEP, async () => {
	need(world.isOpen, 'an open paper');
	const { page, attempt } = need(sitters.get(HA), 'a student');
	await answer(page, 3, true);
	await hasState(page, 3, 'stored');
	await db.end();
	await server.kill('SIGKILL');
	await answer(page, 4, true);
	await pause(500);
	assert.ok(!(await stateOf(page, 4)).includes('stored'), 'no dead server stores');
	await server.launch();
	db = await connectDb(server);
	await hasState(page, 4, 'stored', 40_000);
	for (const slot of [1, 2, 3]) {
		await hasState(page, slot, 'stored');
	}
	const kept = await rows(`SELECT slot FROM event WHERE attempt_id = UNHEX(?) AND kind = 1
		ORDER BY seq`, [attemptHex(attempt)]);
	assert.deepEqual(kept.map((r) => r.slot), [1, 2, 3, 4], 'each answer once, in order');
});

test('while the database stands still there are stamps and no ack; then all is stored', STEP, async () => {
	need(world.isOpen, 'an open paper');
	const person = need(sitters.get(QUYNH), 'a student');
	await hasState(person.page, 2, 'stored');
	await until('the socket is back', () => person.frames.some((f) => f.t === 'welcome'), 20_000);
	const pid = await databasePid(server);
	process.kill(pid, 'SIGSTOP');
	const from = Date.now();
	try {
		await answer(person.page, 3, true);
		await hasState(person.page, 3, 'stamped', STOPPED_MS);
		await answer(person.page, 4, false);
		await pause(Math.max(0, STOPPED_MS - (Date.now() - from)));
		await hasState(person.page, 4, 'stamped');
	} finally {
		process.kill(pid, 'SIGCONT');
	}
	const to = Date.now();
	const during = person.frames.filter((f) => f.at > from && f.at < to);
	assert.ok(during.some((f) => f.t === 'stamp'), 'a stamp came');
	assert.deepEqual(during.filter((f) => f.t === 'ack'), [], 'no ack while nothing can be stored');
	await hasState(person.page, 3, 'stored', 30_000);
	await hasState(person.page, 4, 'stored', 30_000);
});

test('four hand in; an answer behind it is refused and not scored', STEP, async () => {
	need(world.isOpen, 'an open paper');
	for (const name of [ANH, DUNG, HA, QUYNH]) {
		await handIn(need(sitters.get(name), name).page);
	}
	const { page, attempt, room } = sitters.get(HA);
	await page.getByText('Biên nhận khớp với các câu trả lời trên máy này.').waitFor({ timeout: 30_000 });
	await shoot(page, 'receipt', { fullPage: true });
	const before = await rows('SELECT COUNT(*) AS n FROM event WHERE attempt_id = UNHEX(?)', [attemptHex(attempt)]);
	const outcome = await page.evaluate(async ([r, a]) => {
		const response = await fetch(`/api/v1/rooms/${r}/attempts/${a}/events`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ lease: 9, events: [{ t: 'answer', seq: 90, slot: 5, value: 'A' }] }),
		});
		return { status: response.status, text: await response.text() };
	}, [room, attempt]);
	assert.ok(outcome.status >= 400 || /refused/.test(outcome.text), JSON.stringify(outcome));
	assert.ok(!/"t":"(ack|stamp)"/.test(outcome.text), outcome.text);
	const after = await rows('SELECT COUNT(*) AS n FROM event WHERE attempt_id = UNHEX(?)', [attemptHex(attempt)]);
	assert.equal(String(after[0].n), String(before[0].n));
});

test('the one who left is handed in by the server at the computed end', { timeout: 300_000 }, async () => {
	const { attempt } = need(world.gone, 'the one who left');
	const open = await attemptRow(attempt);
	const wait = Math.max(0, Number(open.ends_at_ms) - Date.now()) + 20_000;
	const closed = await until('the server hands in', async () => {
		const row = await attemptRow(attempt);
		return row.state === 3 ? row : null;
	}, wait, 200);
	assert.equal(String(closed.closed_at_ms), String(closed.ends_at_ms));
	assert.ok(Number(closed.ends_at_ms) >= world.startsAt + LIMIT_MIN * 60_000);
	const last = await rows(`SELECT kind, at_ms FROM event WHERE attempt_id = UNHEX(?)
		ORDER BY gen DESC, seq DESC LIMIT 1`, [attemptHex(attempt)]);
	assert.equal(last[0].kind, 255);
	/* A hostile client of the same student, too late: */
	const late = await signIn(server, { login: world.gone.login, school: school.code });
	const base = `/api/v1/rooms/${world.gone.room}/attempts/${attempt}`;
	const device = randomBytes(16).toString('base64url');
	await server.call('POST', `${base}/take`, { as: late,
		body: { gen: 1, seq: 2, head: Buffer.from(closed.head).toString('base64url'), device } });
	const sent = await server.call('POST', `${base}/events`, { as: late,
		body: { lease: closed.lease, events: [{ t: 'answer', seq: closed.seq + 1, slot: 3, value: 'A' }] } });
	const text = await sent.text();
	assert.ok(sent.status >= 400 || /refused/.test(text), text);
	assert.ok(!/"t":"(ack|stamp)"/.test(text), text);
	const answers = await rows(`SELECT DISTINCT slot FROM event WHERE attempt_id = UNHEX(?) AND kind = 1
		ORDER BY slot`, [attemptHex(attempt)]);
	assert.deepEqual(answers.map((r) => r.slot), [1, 2]);
});

/* Eight questions of 1,25: right answers → the mark in tenths, a half rounded up. */
const MARKS = new Map([[ANH, '5,0'], [DUNG, '3,8'], [GIANG, '2,5'], [HA, '5,0'], [QUYNH, '3,8']]);

test('the marks stand in the gradebook', STEP, async () => {
	const { page } = need(world.teacher, 'the teacher');
	await page.goto(`${server.url}/giao-vien/ca-thi/${need(world.sitting, 'a sitting')}`);
	await until('every paper is scored', async () => {
		await page.reload();
		const row = page.getByRole('row', { name: new RegExp(GIANG) });
		await row.waitFor();
		return (await row.innerText()).includes('2,5');
	}, 30_000, 1000);
	await shoot(page, 'results', { fullPage: true });
	for (const [name, mark] of MARKS) {
		assert.ok((await page.getByRole('row', { name: new RegExp(name) }).innerText()).includes(mark),
			`${name} has ${mark}`);
	}
	await page.goto(`${server.url}/giao-vien`);
	await page.getByRole('link', { name: /10A1 – Toán/ }).click();
	for (const name of list.names['10A1']) {
		const cell = page.getByRole('textbox', { name: `Giữa kỳ, ${name}` });
		await cell.waitFor({ timeout: 20_000 });
		assert.equal(await cell.inputValue(), MARKS.get(name));
	}
	await shoot(page, 'marks', { fullPage: true });
	await page.getByRole('button', { name: 'Công bố cột Giữa kỳ' }).click();
	await page.getByText('Đã công bố').waitFor();
	await page.goto(`${server.url}/giao-vien/ca-thi/${world.sitting}`);
	await page.getByRole('button', { name: 'Công bố ngay' }).click();
	await page.getByText(/Đã công bố lúc/).waitFor();
});

test('the parent sees the mark, and the receipt verifies', STEP, async () => {
	need(world.isOpen, 'an open paper');
	const { phone, child } = list.guardian;
	/* Guardians get their slips from the office in person; here the password is set for them. */
	const [{ password_hash: hash }] = await rows(`SELECT password_hash FROM account a JOIN membership m
		ON m.person_id = a.person_id WHERE m.login = 'teacher'`);
	await rows('UPDATE account SET password_hash = ?, state = 2 WHERE phone = ?', [hash, `+84${phone.slice(1)}`]);
	const parent = await openPerson(browser, server, { viewport: PHONE });
	const { page } = parent;
	await signInByForm(page, server, { phone, password: PASSWORD });
	await page.getByRole('heading', { name: child }).waitFor({ timeout: 20_000 });
	await page.getByText('5,0').first().waitFor();
	await shoot(page, 'parent-marks', { fullPage: true });
	await page.getByRole('tab', { name: 'Bài thi' }).click();
	await page.getByText('Kiểm tra giữa kì I').waitFor();
	await page.getByRole('link', { name: 'Biên nhận' }).first().click();
	await page.getByText('Biên nhận hợp lệ').waitFor({ timeout: 20_000 });
	const good = new URL(page.url()).hash || `#${await page.evaluate(() => location.hash.slice(1))}`;
	await shoot(page, 'verify', { fullPage: true });
	const bytes = Buffer.from(need(good.slice(1), 'the receipt in the fragment'), 'base64url');
	for (const at of [8, Math.floor(bytes.length / 2), bytes.length - 1]) {
		const forged = Buffer.from(bytes);
		forged[at] ^= 1;
		await page.goto('about:blank');
		await page.goto(`${server.url}/verify#${forged.toString('base64url')}`);
		await page.getByText(/Biên nhận không hợp lệ|Đây không phải là biên nhận/).waitFor({ timeout: 10_000 });
		assert.equal(await page.getByText('Biên nhận hợp lệ').count(), 0, `byte ${at}`);
	}
});

test('no page failed on the way, and no request left the origin', async () => {
	const all = [world.office, world.teacher, ...sitters.values()];
	assert.deepEqual(all.flatMap((p) => p?.faults ?? []), []);
});
