/*
 * The exam page and the room's board as people meet them: on a phone and a wide screen, light and
 * dark, magnified, by keyboard alone, with a program's eyes for what shuts people out. The README's
 * pictures are made here: TT_PICTURES=docs/img.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PASSWORD, connectDb, makeSchool } from '../e2e/lib/people.mjs';
import { PATIENCE, PHONE, START, STEP, WIDE, offline, openBrowser, openPerson, seriousFindings, shoot,
	signInByForm, startServer, until } from './lib.mjs';
import { act, joinRoom, makeRoom, ringBell } from './room.mjs';
import { hasState, question } from './sitter.mjs';

const FIRST_LOAD_MAX = 120 * 1024;
const NARROW = { width: 360, height: 640 };
const MAGNIFIED = { width: 640, height: 400 }; /* 1280 × 800 at 200 % */
const LOOKS = [[PHONE, 'light'], [WIDE, 'light'], [PHONE, 'dark'], [WIDE, 'dark'], [NARROW, 'light'], [MAGNIFIED, 'dark']]
	.map(([size, colorScheme]) => ({ size, colorScheme }));
const FEW = [LOOKS[0], LOOKS[3], LOOKS[4]]; /* of what stands before a page judged whole */
const LAST = 13; /* questions of the paper */

let server;
let db;
let browser;
let school;
let room;
let me;      /* the student at the page */
let teacher; /* at the board */
const others = [];

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	room = await makeRoom(server, db, school);
	browser = await openBrowser();
}, START);

after(async () => {
	others.forEach((o) => o.hall.close());
	await browser?.close();
	await db?.end();
	await server?.stop();
}, START);

const picture = (page, name) => process.env.TT_PICTURES
	? page.screenshot({ path: join(process.env.TT_PICTURES, `${name}.png`) }) : undefined;

/* In every size and scheme: nothing shuts people out, nothing scrolls sideways. */
async function judge(page, name, looks = LOOKS) {
	for (const { size, colorScheme } of looks) {
		await page.setViewportSize(size);
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		const which = `${name} ${size.width} ${colorScheme}`;
		const [wide, have] = await page.evaluate(() =>
			[document.documentElement.scrollWidth, document.documentElement.clientWidth]);
		assert.ok(wide <= have, `${which}: scrolls sideways, ${wide} in ${have}`);
		assert.deepEqual(await seriousFindings(page), [], which);
		await shoot(page, `hall-${name}-${size.width}-${colorScheme}`);
	}
	await page.setViewportSize(WIDE);
	await page.emulateMedia({ colorScheme: 'light' });
}

/* What holds the focus, as the page's own words. */
const focused = (page) => page.evaluate(() => {
	const e = document.activeElement;
	return { id: e?.id ?? '', name: e?.getAttribute('name') ?? '', text: (e?.textContent ?? '').trim(), value: e?.value ?? '' };
});

/* Presses Tab until the focus fits; as somebody without a mouse gets there. */
async function tabTo(page, what, fits, most = 60) {
	for (let i = 0; i < most; i++) {
		await page.keyboard.press('Tab');
		if (fits(await focused(page))) {
			return;
		}
	}
	throw new Error(`the keyboard does not reach ${what}: ${JSON.stringify(await focused(page))}`);
}

test('a printed ticket leads to its exam; what is loaded first is small', STEP, async () => {
	const ticket = room.students[2];
	me = await openPerson(browser, server, { viewport: PHONE, bypassCSP: true });
	await me.page.goto(`${server.url}/#ticket=${ticket.code}`);
	await me.page.getByRole('button', { name: 'Vào phòng thi' }).click();
	await me.page.waitForURL(`${server.url}/thi/${room.room}/${ticket.attempt}`);
	await me.page.getByText('Đã tải xong, mở lúc bắt đầu').waitFor();

	/* The same page again with nothing kept: what comes over the wire before the paper opens. */
	const context = await browser.newContext({ viewport: PHONE, serviceWorkers: 'block' });
	await context.addCookies(await me.context.cookies());
	const page = await context.newPage();
	const wire = await context.newCDPSession(page);
	const files = new Map();
	await wire.send('Network.enable');
	wire.on('Network.responseReceived', ({ requestId, response }) => {
		if (!new URL(response.url).pathname.startsWith('/api/')) {
			files.set(requestId, { url: response.url, bytes: 0 });
		}
	});
	wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
		if (files.has(requestId)) {
			files.get(requestId).bytes = encodedDataLength;
		}
	});
	await page.goto(me.page.url());
	await page.locator('main h1').waitFor();
	const all = () => [...files.values()].filter((f) => !f.url.startsWith('data:'));
	await until('all is loaded', () => all().length > 1 && all().every((f) => f.bytes > 0));
	const list = all();
	const sum = list.reduce((n, f) => n + f.bytes, 0);
	console.log(`REPORT exam page, first load: ${sum} bytes in ${list.length} files`);
	assert.ok(list.length > 1 && list.every((f) => f.bytes > 0), JSON.stringify(list));
	assert.ok(sum <= FIRST_LOAD_MAX, `${sum} bytes: ${JSON.stringify(list)}`);
	await context.close();
});

test('the waiting room', STEP, async () => {
	await me.page.reload(); /* the other page of the same browser has gone */
	await me.page.getByText('Đã tải xong, mở lúc bắt đầu').waitFor();
	await judge(me.page, 'lobby');
});

test('the paper: every kind of question, formulas and a picture', STEP, async () => {
	await ringBell(server, room);
	const { page } = me;
	await page.locator('#q1').waitFor();
	await page.locator('.katex').first().waitFor();
	assert.ok(await page.locator('#q1 img').evaluate((i) => i.decode().then(() => i.naturalWidth)) > 0);
	assert.equal(await page.locator('.question').count(), LAST);
	await question(page, 1).locator('label.option').nth(1).click();
	await question(page, 2).locator('label.option').nth(0).click();
	await question(page, 3).locator('label.option').nth(2).click();
	await question(page, 7).locator('.truth').first().click();
	await question(page, 9).locator('input').fill('9');
	await question(page, 4).locator('.flag').click();
	for (const slot of [1, 2, 3, 7, 9]) {
		await hasState(page, slot, 'stored');
	}
	await page.locator('.side .saved-all').getByText('Mọi câu trả lời đã lưu').waitFor({ state: 'attached' });
	await page.evaluate(() => scrollTo(0, 0));
	await judge(page, 'paper');
	await page.mouse.move(0, 0);
	await picture(page, 'exam');
});

test('the list of questions and the hand-in name what is missing', STEP, async () => {
	const { page } = me;
	await page.setViewportSize(PHONE);
	await page.locator('.exam-bar').getByRole('button', { name: /Danh sách câu/ }).click();
	await judge(page, 'list', [LOOKS[0], LOOKS[2]]);
	await page.keyboard.press('Escape');
	await page.locator('.exam-bar').getByRole('button', { name: 'Nộp bài' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByText('Còn 8 câu chưa trả lời:').waitFor();
	await dialog.getByText('Còn 1 câu mới trả lời một phần:').waitFor();
	await dialog.getByText('Còn 1 câu đánh dấu xem lại:').waitFor();
	assert.deepEqual(await dialog.locator('.slots').first().locator('[aria-hidden]').allInnerTexts(),
		['4', '5', '6', '8', '10', '11', '12', '13']);
	await judge(page, 'hand-in', FEW);
	await page.keyboard.press('Escape');
});

test('a lost network is said once, with what is kept here, and its return too', STEP, async () => {
	const { page, context } = me;
	await offline(context, async () => {
		await page.locator('.link-banner.warn').waitFor();
		await question(page, 5).locator('label.option').nth(1).click();
		await page.getByText('Mất kết nối. 1 câu đang giữ trên máy này, sẽ tự gửi khi có mạng.').waitFor();
		await page.locator('.side .saved-all').getByText('1 câu còn trên máy này').waitFor();
		await judge(page, 'offline', FEW);
	});
	await page.locator('.link-banner.ok').getByText('Đã kết nối lại.').waitFor();
	await hasState(page, 5, 'stored');
});

test('by keyboard alone: answer, mark, look at what is missing, go there, stay', STEP, async () => {
	const { page } = me;
	await page.reload();
	await page.locator('#q1').waitFor();
	await page.keyboard.press('Tab');
	assert.equal((await focused(page)).text, 'Chuyển đến nội dung chính');
	await page.keyboard.press('Enter');
	assert.equal((await focused(page)).id, 'main');
	await tabTo(page, 'question 6', (f) => f.name === 'answer-6');
	await page.keyboard.press('Space');
	await hasState(page, 6, 'stored');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	await until('the arrows chose the third', async () =>
		(await question(page, 6).locator('label.option.chosen input').getAttribute('value')) === 'C', PATIENCE, 50);
	await tabTo(page, 'the flag of question 8', (f) => f.text.includes('Đánh dấu xem lại') && f.text.includes('Câu 8'));
	await page.keyboard.press('Enter');
	await until('it is marked', async () => (await question(page, 8).getAttribute('class')).includes('flagged'));
	await tabTo(page, 'question 10', (f) => f.id === 'answer-10');
	await page.keyboard.type('-2,5');
	assert.equal((await focused(page)).value, '-2,5');
	await page.keyboard.press('Tab');
	await hasState(page, 10, 'stored');
	await page.keyboard.press('Shift+Tab');
	await tabTo(page, 'handing in', (f) => f.text === 'Nộp bài');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await tabTo(page, 'the link to question 12', (f) => f.text.includes('Câu 12'));
	await page.keyboard.press('Enter');
	await until('the focus stands at the question', async () => (await focused(page)).id === 'q12', PATIENCE, 50);
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.type('Pythagore');
	await hasState(page, 12, 'stored');
});

test('a second device is asked, both are told', STEP, async () => {
	const ticket = room.students[2];
	const second = await openPerson(browser, server, { viewport: PHONE, bypassCSP: true });
	await second.page.goto(`${server.url}/#ticket=${ticket.code}`);
	await second.page.getByRole('button', { name: 'Vào phòng thi' }).click();
	await second.page.getByText('Bài thi đang mở trên một thiết bị khác').waitFor();
	await judge(second.page, 'elsewhere', FEW);
	await second.page.getByRole('button', { name: 'Không, quay lại' }).click();
	await question(me.page, 11).locator('label.option').nth(0).click();
	await hasState(me.page, 11, 'stored');
	assert.deepEqual(second.faults, []);
	await second.context.close();
});

/* Twenty more work, hand in, leave the screen, lose the line, change the device, stay away. */
async function fillRoom() {
	const absent = new Set([2, 9, 17]);
	for (const [i, student] of room.students.entries()) {
		if (absent.has(i)) {
			continue;
		}
		const person = await joinRoom(server, room, student);
		const count = 3 + i * 7 % 8;
		for (let slot = 1; slot <= count; slot++) {
			const value = slot <= 6 ? 'ABCD'[(slot + i) % 4] : slot <= 8 ? [true, null, false, true] : String(i);
			person.answer(slot, value);
		}
		others[i] = person;
	}
	others[0].submit();
	others[6].submit();
	others[4].event('blur');
	others[7].hall.close();
	const again = await joinRoom(server, room, room.students[10]);
	again.hall.send({ t: 'take' });
	others.push(again);
	await act(server, room, { kind: 'extra', attempt: others[12].attempt, amountMs: 600_000 });
}

test('the board: who is in, how far, who needs an eye; on every screen', STEP, async () => {
	await fillRoom();
	teacher = await openPerson(browser, server, { bypassCSP: true });
	const { page } = teacher;
	await signInByForm(page, server, { school: school.code, login: 'teacher', password: PASSWORD });
	await page.goto(`${server.url}/giao-vien/phong/${room.room}`);
	const fact = (name) => page.locator('.board-facts > div').filter({ has: page.getByText(name, { exact: true }) }).locator('dd');
	await until('all is told', async () => (await fact('Đã nộp').innerText()) === '2' &&
		(await fact('Chưa vào').innerText()) === '2' && (await fact('Mất kết nối').innerText()) === '1' &&
		(await fact('Rời màn hình').innerText()) === '1', PATIENCE, 100);
	assert.equal(await fact('Đang làm').innerText(), '20');
	await page.getByText('Đổi máy 1 lần').first().waitFor();
	await page.getByText('+10 phút').first().waitFor();
	await judge(page, 'board');
	await picture(page, 'board');
	await page.getByRole('tab', { name: /Cần chú ý/ }).click();
	await judge(page, 'board-attention', FEW);
	await page.getByRole('tab', { name: /Tất cả/ }).click();
});

test('the board by keyboard alone: a message that the student reads', STEP, async () => {
	const { page } = teacher;
	await page.reload();
	await page.getByRole('row').nth(3).waitFor();
	await tabTo(page, 'the message', (f) => f.text === 'Nhắn');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog', { name: 'Nhắn cả phòng' }).waitFor();
	await judge(page, 'board-message', FEW);
	await page.keyboard.type('Các em kiểm tra lại mã đề của mình.');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await until('the focus comes back to where it was', async () => (await focused(page)).text === 'Nhắn');
	const note = me.page.locator('.notes .banner').filter({ hasText: 'Các em kiểm tra lại mã đề của mình.' });
	await note.waitFor();
	await judge(me.page, 'message', FEW);
	await note.getByRole('button', { name: 'Đã đọc' }).click();
	await note.waitFor({ state: 'detached' });
});

test('handed in: the receipt, and the way out for the next one at the machine', STEP, async () => {
	const { page } = me;
	await page.locator('.exam-bar').getByRole('button', { name: 'Nộp bài' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Nộp bài' }).click();
	await page.getByText('Biên nhận khớp với các câu trả lời trên máy này.').waitFor();
	await judge(page, 'receipt');
	await page.getByRole('button', { name: 'Đăng xuất' }).click();
	await page.waitForURL(`${server.url}/`);
	await page.getByRole('heading', { name: 'Đăng nhập', exact: true }).waitFor();
});

test('no page failed on the way', () => {
	assert.deepEqual([...me.faults, ...teacher.faults], []);
});
