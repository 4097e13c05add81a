/*
 * A primary class: the subject teacher enters levels and tests through the keyboard alone, with a
 * network that goes away in the middle and a pasted column that slipped by a row; the homeroom
 * teacher judges on a phone; the family reads it in words. What counts is read from the database.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fillForm } from '../e2e/lib/mark_files.mjs';
import { connectDb, insert, makeMember, makeSchool, PASSWORD } from '../e2e/lib/people.mjs';
import { cells } from '../e2e/lib/workbook.mjs';
import { PHONE, START, STEP, WIDE, openBrowser, openPerson, seriousFindings, shoot, signInByForm, startServer } from './lib.mjs';

const COUNT = 12;
const LETTERS = ['T', 'H', 'H', 'C', 'T', 'T', 'H', 'C', 'H', 'T', 'H', 'H'];
const VALUE = { T: 2, H: 1, C: 0 };
const KEYS = { T: '1', H: 'h', C: '3' }; /* letters and numbers alike */
const testOf = (row) => (row % 6) + 5;

let server;
let db;
let browser;
let school;
let teacher;
const students = [];
const columns = {};

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	school = await makeSchool(db, 'BUPMANG');
	await db.query("UPDATE school SET level = 'th' WHERE id = ?", [school.id]);
	await db.query("UPDATE class SET grade = 4, name = '4A' WHERE id = ?", [school.class]);
	students.push(...school.students.map((s) => s.student));
	for (let i = students.length; i < COUNT; i++) {
		const member = await makeMember(db, school, 'student', `be${i}`, `Nguyễn Thị Hoài ${i}`);
		const student = await insert(db, 'student', { school_id: school.id, person_id: member.id, code: `BM${i}` });
		await insert(db, 'enrolment', { school_id: school.id, class_id: school.class, student_id: student,
			position: i + 1, from_on: '2026-09-05' });
		students.push(student);
	}
	for (const [kind, position] of [[2, 1], [2, 2], [3, 1], [3, 2]]) {
		columns[`${kind} ${position}`] = await insert(db, 'mark_column', { school_id: school.id, class_id: school.class,
			subject_id: school.subject, term_id: school.terms[0], kind, position });
	}
	browser = await openBrowser();
	teacher = await openPerson(browser, server, { bypassCSP: true });
	await teacher.context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await signInByForm(teacher.page, server, { school: school.code, login: school.teacher.login, password: PASSWORD });
}, START);

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
}, START);

const at = (page, row, column) => page.locator(`[data-at="${row} ${column}"]`);
const saved = (page) => page.getByText('Đã lưu hết.').waitFor();

async function stored(column) {
	const [rows] = await db.query('SELECT student_id, value_x10, version FROM mark WHERE column_id = ?', [columns[column]]);
	return students.map((id) => rows.find((r) => r.student_id === id)).map((r) => [r?.value_x10, r?.version]);
}

test('levels and tests by keyboard, with the network away in the middle', STEP, async () => {
	const { page, context } = teacher;
	await page.goto(`${server.url}/giao-vien/so-diem/${school.class}/${school.subject}/${school.terms[0]}`);
	await at(page, 0, 0).click();
	for (let row = 0; row < COUNT; row++) {
		await page.keyboard.type(String(testOf(row)));
		await page.keyboard.press('Enter');
	}
	await at(page, 0, 1).click();
	for (let row = 0; row < 5; row++) {
		await page.keyboard.press(KEYS[LETTERS[row]]); /* one key is the entry, and goes on */
	}
	await saved(page);
	await context.setOffline(true);
	try {
		for (let row = 5; row < COUNT; row++) {
			await page.keyboard.press(KEYS[LETTERS[row]]);
		}
		await page.getByText(/Mất mạng: \d+ ô đang ở trên máy này/).waitFor();
	} finally {
		await context.setOffline(false);
	}
	await saved(page);
	assert.deepEqual(await stored('2 2'), LETTERS.map((l) => [VALUE[l], 1]));
	assert.deepEqual(await stored('2 1'), LETTERS.map((_, row) => [testOf(row) * 10, 1]));
	await at(page, 0, 1).getByText('Hoàn thành tốt (T)').waitFor({ state: 'attached' });
	await at(page, 0, 0).click();
	await page.keyboard.type('75');
	await page.getByText('Điểm từ 0 đến 10, không có phần thập phân.').first().waitFor();
	await page.keyboard.press('Escape');
	await page.setViewportSize(WIDE);
	await shoot(page, 'primary-entry');
	assert.deepEqual(await seriousFindings(page), []);
	assert.deepEqual(teacher.faults, []);
});

test('a pasted column of levels that slipped by a row is stopped', STEP, async () => {
	const { page } = teacher;
	await at(page, 0, 1).click();
	await page.evaluate((text) => navigator.clipboard.writeText(text), [...LETTERS.slice(1), 'T'].join('\r\n'));
	await page.keyboard.press('Control+V');
	await page.getByRole('dialog').getByText(/lệch/).first().waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	assert.deepEqual(await stored('2 2'), LETTERS.map((l) => [VALUE[l], 1]));
});

test('the levels come back from Excel: looked at cell by cell, then written once', STEP, async () => {
	const { page } = teacher;
	await page.getByRole('link', { name: /Excel/ }).click();
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Tải bảng điểm/ }).click()]);
	const form = await readFile(await download.path());
	const title = Object.values(cells(form)).find((v) => /Mức đạt được$/.test(v));
	await page.setInputFiles('input[type=file]', { name: 'lop-4a.xlsx', mimeType: 'application/octet-stream',
		buffer: fillForm(form, [[String(students[0]), title, 'H'], [String(students[1]), title, 'Đạt']]) });
	await page.getByRole('button', { name: 'Xem trước' }).click();
	await page.getByText('“Đạt” không phải là mức đạt được. Ghi T, H hoặc C.').waitFor();
	await shoot(page, 'primary-excel');
	assert.deepEqual(await seriousFindings(page), []);
	assert.deepEqual((await stored('2 2'))[0], [VALUE.T, 1], 'nothing is written yet');
	await page.getByRole('button', { name: 'Ghi 1 ô' }).click();
	await page.getByText('Đã ghi 1 ô.').waitFor();
	assert.deepEqual((await stored('2 2')).slice(0, 2), [[VALUE.H, 2], [VALUE.H, 1]]);
	assert.deepEqual(teacher.faults, []);
});

test('the homeroom teacher judges a quality on a phone, and by keyboard at the desk', STEP, async () => {
	const phone = await openPerson(browser, server, { viewport: PHONE, hasTouch: true, isMobile: true, bypassCSP: true });
	await signInByForm(phone.page, server, { school: school.code, login: school.teacher.login, password: PASSWORD });
	await phone.page.goto(`${server.url}/giao-vien/pham-chat/${school.class}/1`);
	await phone.page.getByRole('button', { name: /: Tốt \(T\)$/ }).first().tap();
	await phone.page.getByRole('button', { name: /: Đạt \(Đ\)$/ }).nth(1).tap();
	await saved(phone.page);
	await shoot(phone.page, 'primary-phone');
	assert.deepEqual(await seriousFindings(phone.page), []);
	await phone.context.close();
	const { page } = teacher;
	await page.goto(`${server.url}/giao-vien/pham-chat/${school.class}/1`);
	await at(page, 0, 0).getByText('Tốt (T)').waitFor({ state: 'attached' });
	await at(page, 2, 0).click();
	for (const key of ['d', 'c', '1']) {
		await page.keyboard.press(key);
	}
	await saved(page);
	const [rows] = await db.query('SELECT student_id, level, version FROM judgement WHERE item = 1 AND moment = 1');
	assert.deepEqual(students.slice(0, 5).map((id) => rows.find((r) => r.student_id === id)).map((r) => [r?.level, r?.version]),
		[[2, 1], [1, 1], [1, 1], [0, 1], [2, 1]]);
	await at(page, 2, 0).click();
	await page.getByRole('button', { name: 'Lịch sử' }).click();
	const past = page.getByRole('dialog');
	await past.getByRole('row').filter({ hasText: 'trống → Đạt (Đ)' }).filter({ hasText: school.teacher.fullName }).waitFor();
	assert.equal(await past.getByRole('columnheader', { name: 'Lý do' }).count(), 0, 'nobody was asked for a reason');
	await shoot(page, 'primary-history');
	await page.keyboard.press('Escape');
	await past.waitFor({ state: 'detached' });
	await shoot(page, 'primary-qualities');
	assert.deepEqual(await seriousFindings(page), []);
	assert.deepEqual(teacher.faults, []);
});

/* A whole year's end of one pupil who did not complete the subject. */
async function failYear(student) {
	const at = { school_id: school.id, class_id: school.class };
	const by = { version: 1, changed_by: school.teacher.id, changed_at_ms: 1 };
	for (const [position, value] of [[1, 30], [2, VALUE.C]]) {
		const column = await insert(db, 'mark_column', { ...at, subject_id: school.subject, term_id: school.terms[1], kind: 3, position });
		await insert(db, 'mark', { school_id: school.id, column_id: column, student_id: student, value_x10: value, ...by });
	}
	for (let item = 1; item <= 15; item++) {
		await insert(db, 'judgement', { ...at, student_id: student, school_year_id: school.year, moment: 4, item, level: 1, ...by });
	}
}

test('after help the homeroom teacher assesses again on a phone, by keyboard at the desk', STEP, async () => {
	await failYear(students[3]);
	const { page } = teacher;
	await page.goto(`${server.url}/giao-vien/chu-nhiem/${school.class}/nam`);
	await page.getByRole('link', { name: 'Đánh giá lại sau năm học' }).click();
	const level = page.getByLabel(/^Toán/).first();
	await level.selectOption('1');
	await page.getByLabel(/điểm kiểm tra$/).selectOption('50');
	assert.equal(await page.getByLabel('Hiệu trưởng quyết định').isDisabled(), true);
	await shoot(page, 'primary-again');
	assert.deepEqual(await seriousFindings(page), []);
	await page.getByRole('button', { name: 'Ghi', exact: true }).press('Enter');
	await page.getByText('Đã ghi 2 ô.').waitFor();
	await page.getByText('Được lên lớp', { exact: true }).first().waitFor();
	await page.getByRole('button', { name: /^Lịch sử: .* điểm kiểm tra$/ }).press('Enter');
	const past = page.getByRole('dialog');
	await past.getByRole('row').filter({ hasText: 'trống → 5' }).filter({ hasText: school.teacher.fullName }).waitFor();
	assert.deepEqual(await seriousFindings(page), []);
	await page.keyboard.press('Escape');
	await past.waitFor({ state: 'detached' });
	await page.setViewportSize(PHONE);
	await shoot(page, 'primary-again-phone');
	await page.setViewportSize(WIDE);
	const [rows] = await db.query('SELECT item, value_x10 AS v, version FROM reassessment WHERE student_id = ? ORDER BY item', [students[3]]);
	assert.deepEqual(rows.map((r) => [r.item, r.v, r.version]), [[1, 1, 1], [2, 50, 1]]);
	assert.deepEqual(teacher.faults, []);
});

test('the office comes there from the class’s closing, in the year that it looks at, and decides', STEP, async () => {
	const office = await openPerson(browser, server, { bypassCSP: true });
	const { page } = office;
	await signInByForm(page, server, { school: school.code, login: school.office.login, password: PASSWORD });
	await page.goto(`${server.url}/van-phong/khoa-so/${school.class}?ky=nam&nam=${school.year}`);
	await page.getByRole('link', { name: 'Đánh giá lại sau năm học' }).press('Enter');
	await page.getByLabel(/^Toán/).first().selectOption('0');
	await page.getByLabel('Hiệu trưởng quyết định').selectOption('1');
	await shoot(page, 'primary-again-office', { fullPage: true });
	assert.deepEqual(await seriousFindings(page), []);
	await page.getByRole('button', { name: 'Ghi', exact: true }).press('Enter');
	await page.getByText('Đã ghi 2 ô.').waitFor();
	await page.getByRole('navigation').getByRole('link', { name: '4A', exact: true }).click();
	await page.waitForURL((url) => url.searchParams.get('nam') === school.year && url.searchParams.get('ky') === 'nam');
	assert.deepEqual(office.faults, []);
	await office.context.close();
});

test('the parent reads levels in words', STEP, async () => {
	await db.query('UPDATE mark_column SET published_at_ms = ? WHERE school_id = ?', [Date.now(), school.id]);
	const parent = await openPerson(browser, server, { viewport: PHONE, hasTouch: true, isMobile: true, bypassCSP: true });
	await signInByForm(parent.page, server, { phone: school.parent.phone, password: PASSWORD });
	await parent.page.goto(`${server.url}/phu-huynh/con/${students[0]}/diem`);
	await parent.page.getByText('Hoàn thành (H)').first().waitFor();
	await shoot(parent.page, 'primary-family-marks');
	assert.doesNotMatch(await parent.page.locator('main').innerText(), /,0/, 'tests are whole points');
	await parent.page.goto(`${server.url}/phu-huynh/con/${students[0]}/hom-nay`);
	const news = parent.page.locator('.news').first();
	await news.getByText(/^Hoàn thành( tốt)? \([TH]\)$/).first().waitFor();
	assert.match(await news.innerText(), new RegExp(`^${testOf(0)}$`, 'm'));
	await shoot(parent.page, 'primary-family-today');
	assert.deepEqual(await seriousFindings(parent.page), []);
	await parent.page.goto(`${server.url}/phu-huynh/con/${students[0]}/ket-qua`);
	await parent.page.getByText('Hoàn thành (H)').first().waitFor();
	await shoot(parent.page, 'primary-family-results');
	assert.deepEqual(await seriousFindings(parent.page), []);
	assert.deepEqual(parent.faults, []);
});
