/*
 * A parent with children in two schools, on a phone: one sign-in, the second school added by the
 * code of its slip; of each child the day, marks with the reason of a mean, absences, remarks,
 * results, and a report card whose code verifies. Then in the dark on a wide screen, by keyboard,
 * and the child's own pages. Nobody else of the class is on any of them.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pdfCodes } from '../e2e/lib/pdf.mjs';
import { PASSWORD, connectDb, insert, makeSchool, makeSitting, signIn } from '../e2e/lib/people.mjs';
import { PHONE, WIDE, openBrowser, openPerson, pdfText, savedBytes, seriousFindings, shoot, signInByForm,
	startServer, submit } from './lib.mjs';

const STEP = { timeout: 300_000 };
const DAY_MS = 86_400_000;
const TOUCH_PX = 44;
const iso = (ms) => new Date(ms + 7 * 3_600_000).toISOString().slice(0, 10);

let server;
let db;
let browser;
let high; /* the elder's school */
let middle; /* the younger's */
let code; /* of the slip that the second school gave the parent */

async function named(school, schoolName, names) {
	await db.query('UPDATE school SET name = ? WHERE id = ?', [schoolName, school.id]);
	for (const [i, name] of names.entries()) {
		await db.query('UPDATE person SET full_name = ? WHERE id = ?', [name, school.students[i].id]);
		school.students[i].fullName = name;
	}
	const at = (days) => iso(Date.now() + days * DAY_MS);
	await db.query('UPDATE school_year SET starts_on = ?, ends_on = ? WHERE id = ?', [at(-100), at(200), school.year]);
	await db.query('UPDATE term SET starts_on = ?, ends_on = ? WHERE id = ?', [at(-100), at(20), school.terms[0]]);
	await db.query('UPDATE term SET starts_on = ?, ends_on = ? WHERE id = ?', [at(21), at(200), school.terms[1]]);
	await db.query('UPDATE enrolment SET from_on = ? WHERE class_id = ?', [at(-100), school.class]);
}

/* Marks of a subject in the first term, of all who are in the class; each one's differ. */
async function marksOf(school, subject, kinds) {
	for (const [n, [kind, position]] of kinds.entries()) {
		const column_id = await insert(db, 'mark_column', { school_id: school.id, class_id: school.class, subject_id: subject,
			term_id: school.terms[0], kind, position, published_at_ms: Date.now() - (kinds.length - n) * DAY_MS });
		for (const [i, s] of school.students.entries()) {
			await insert(db, 'mark', { school_id: school.id, column_id, student_id: s.student, value_x10: 85 - 3 * n - 9 * i,
				version: 1, changed_by: school.teacher.id, changed_at_ms: Date.now() - (kinds.length - n) * DAY_MS });
		}
	}
}

async function life(school, i, day, kind, note) {
	const student_id = school.students[i].student;
	const by = { changed_by: school.teacher.id, changed_at_ms: Date.now() };
	await insert(db, 'absence', { school_id: school.id, class_id: school.class, student_id, on_date: day, session: 1, kind, note, ...by });
	await insert(db, 'remark', { school_id: school.id, class_id: school.class, student_id, term_id: school.terms[0], subject_id: 0,
		text: `Em ${school.students[i].fullName} chăm chỉ, cần phát biểu nhiều hơn.`, version: 1, ...by });
	await insert(db, 'conduct', { school_id: school.id, class_id: school.class, student_id, term_id: school.terms[0], stage: 1, level: 1 + i, version: 1, ...by });
}

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	high = await makeSchool(db, 'ALPHA');
	middle = await makeSchool(db, 'BETA');
	await named(high, 'Trường THPT Lê Lợi', ['Trần Minh Anh', 'Bùi Văn Hùng', 'Đỗ Thị Lan', 'Phan Quốc Việt']);
	await named(middle, 'Trường THCS Nguyễn Du', ['Trần Bảo Ngọc', 'Lý Gia Hân', 'Hồ Đức Tài', 'Mai Anh Thư']);
	for (const school of [high, middle]) {
		await marksOf(school, school.subject, [[1, 1], [1, 2], [2, 1], [3, 1]]);
		await life(school, 0, iso(Date.now()), 1, 'Khám răng');
		await life(school, 1, iso(Date.now()), 2, 'Chuyện của bạn khác');
	}
	await life({ ...high, students: [high.students[2]] }, 0, iso(Date.now() - 3 * DAY_MS), 2, 'Của bạn khác');
	await makeSitting(db, high, { startsAt: Date.now() + DAY_MS, limitMs: 45 * 60_000 });
	await insert(db, 'class_closing', { school_id: high.id, class_id: high.class, term_number: 1, version: 1, is_closed: 1,
		changed_by: high.office.id, changed_at_ms: Date.now() });
	const office = await signIn(server, middle.office);
	const guardian = { fullName: high.parent.fullName, relation: 'father', phone: high.parent.phone };
	const at = `/students/${middle.students[0].student}/guardians`;
	const { known } = await server.answer(409, 'POST', at, office, guardian);
	await server.answer(201, 'POST', at, office, { ...guardian, confirm: known.person });
	({ code } = await server.answer(200, 'POST', `/people/${high.parent.id}/activation`, office));
	browser = await openBrowser();
}, { timeout: 240_000 });

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
}, { timeout: 600_000 });

const parent = () => ({ phone: high.parent.phone, password: PASSWORD });
const section = (page, name) => page.locator('.sections').getByRole('link', { name });
const open = (options) => openPerson(browser, server, { bypassCSP: true, ...options });

/* What every page of a family keeps to. */
async function checkPage(page, school, shot) {
	assert.deepEqual(await seriousFindings(page), [], page.url());
	const text = await page.locator('main').innerText();
	for (const mate of school.students.slice(1)) {
		assert.ok(!text.includes(mate.fullName), `${mate.fullName} on ${page.url()}`);
	}
	assert.doesNotMatch(text, /hạng|thứ bậc|trung bình (của )?(lớp|khối)|cao nhất|thấp nhất|bạn khác/i, page.url());
	const { wide, seen } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, seen: innerWidth }));
	assert.ok(wide <= seen, `${page.url()} scrolls sideways`);
	await shoot(page, shot, { fullPage: true });
}

test('the slip of the second school opens it to whoever is signed in, and sets no password', STEP, async () => {
	const person = await open({ viewport: PHONE });
	const { page } = person;
	await page.goto(`${server.url}/activate#${code}`);
	await submit(page);
	await page.getByRole('heading', { name: 'Bạn đã có tài khoản' }).waitFor();
	assert.equal(await page.locator('#password').count(), 0);
	await page.getByRole('link', { name: 'Đăng nhập và thêm trường này' }).click();
	await page.getByRole('tab', { name: 'Phụ huynh' }).click();
	await page.locator('#phone').fill(high.parent.phone);
	await page.locator('#password').fill(PASSWORD);
	await submit(page);
	await page.getByRole('heading', { name: 'Thêm trường' }).waitFor();
	await page.locator('#code').fill('ABCD-EFGH-JKLM');
	await submit(page);
	await page.locator('.error-summary').waitFor();
	await page.goto(`${server.url}/phu-huynh`);
	await page.getByText('Một trường nữa ghi bạn là phụ huynh').waitFor();
	await page.getByRole('heading', { name: 'Trần Minh Anh' }).waitFor();
	await shoot(page, 'parent-school-waits', { fullPage: true });
	await page.locator('.banner').getByRole('link', { name: 'Thêm trường' }).click();
	await page.locator('#code').fill(code.toLowerCase());
	assert.deepEqual(await seriousFindings(page), []);
	await submit(page);
	await page.getByText('Đã thêm Trường THCS Nguyễn Du.').waitFor();
	const cards = page.locator('.child-card');
	await cards.nth(1).waitFor();
	assert.deepEqual((await cards.locator('strong').allInnerTexts()).sort(), ['Trần Bảo Ngọc', 'Trần Minh Anh']);
	assert.deepEqual(await seriousFindings(page), []);
	await shoot(page, 'parent-two-schools', { fullPage: true });
	assert.deepEqual(person.faults, []);
	await person.context.close();
});

test('of each child, on a phone: the day, marks and why, absences, remarks, exams', STEP, async () => {
	const person = await open({ viewport: PHONE });
	const { page } = person;
	await signInByForm(page, server, parent());
	const requests = [];
	page.on('request', (r) => requests.push(new URL(r.url()).pathname));
	for (const [school, name, exam] of [[high, 'Trần Minh Anh', true], [middle, 'Trần Bảo Ngọc', false]]) {
		const shot = `parent-${exam ? 'elder' : 'younger'}`;
		await page.goto(`${server.url}/phu-huynh`);
		await page.getByRole('heading', { name: 'Các con' }).waitFor();
		requests.length = 0;
		await page.locator('.child-card').filter({ hasText: name }).click();
		await page.getByText('Vắng có phép buổi sáng: Khám răng').waitFor();
		assert.deepEqual(requests.filter((r) => r.startsWith('/api/')).filter((r) => r.includes('/children/')),
			[`/api/v1/children/${school.students[0].student}/today`], 'one request for the day');
		await page.getByRole('heading', { name: new RegExp(`^${name} ?: ?Hôm nay$`) }).waitFor();
		const day = await page.locator('main').innerText();
		assert.ok(day.includes(`Em ${name} chăm chỉ`) && day.includes('7,6'), day);
		assert.equal(day.includes('Ngày mai'), exam, day);
		assert.equal(day.includes('Nhà trường đã tổng kết'), exam, day);
		const boxes = await page.locator('.sections a').evaluateAll((all) => all.map((a) => a.getBoundingClientRect().height));
		assert.ok(boxes.length === 6 && boxes.every((h) => h >= TOUCH_PX), String(boxes));
		await checkPage(page, school, `${shot}-today`);

		await section(page, 'Điểm').click();
		const row = page.getByRole('row', { name: /^Toán/ });
		await row.locator('summary').click();
		const why = await row.locator('details p').first().innerText();
		const [sum, weights, mean] = /= (\d+(?:,\d)?) : (\d+) ≈ (\d+,\d)\./.exec(why).slice(1).map((x) => Number(x.replace(',', '.')));
		assert.equal(Math.floor(sum / weights * 10 + 0.5 + 1e-9), Math.round(mean * 10), why);
		await checkPage(page, school, `${shot}-marks`);

		await section(page, 'Chuyên cần').click();
		await page.getByText(/1 buổi vắng trong năm học .*: 1 có phép, 0 không phép\./).waitFor();
		await checkPage(page, school, `${shot}-absences`);
		await section(page, 'Nhận xét').click();
		await page.getByText(`Em ${name} chăm chỉ`).waitFor();
		await checkPage(page, school, `${shot}-remarks`);
		await section(page, 'Bài thi').click();
		await page.getByText(exam ? 'Ca thi ALPHA' : 'Chưa có bài thi nào.').waitFor();
		await checkPage(page, school, `${shot}-exams`);
		await page.goBack();
		await page.getByText(`Em ${name} chăm chỉ`).waitFor();
	}
	assert.deepEqual(person.faults, []);
	await person.context.close();
});

test('results with their reasons; the report card of the closed term is fetched, and its code verifies', STEP, async () => {
	const person = await open({ viewport: PHONE });
	const { page } = person;
	const folder = await mkdtemp(join(tmpdir(), 'tt-family-'));
	try {
		await signInByForm(page, server, parent());
		await page.goto(`${server.url}/phu-huynh/con/${high.students[0].student}/ket-qua`);
		await page.getByRole('heading', { name: 'Học kì I', exact: true }).waitFor();
		const part = page.locator('section section').first();
		assert.match(await part.innerText(), /Kết quả rèn luyện\s+Tốt/);
		await part.getByRole('row', { name: /^Toán/ }).locator('summary').click();
		await part.getByRole('row', { name: /^Toán/ }).getByText(/≈/).first().waitFor();
		await checkPage(page, high, 'parent-elder-results');
		const bytes = await savedBytes(page, () => part.getByRole('button', { name: 'Phiếu báo kết quả học kì' }).click());
		const text = await pdfText(folder, 'card.pdf', bytes);
		assert.ok(text.includes('Trần Minh Anh') && high.students.slice(1).every((s) => !text.includes(s.fullName)), text);
		await writeFile(join(folder, 'card.pdf'), bytes);
		const [found] = await pdfCodes(join(folder, 'card.pdf'));
		await page.goto('about:blank');
		await page.goto(`${server.url}/verify#${found.split('#')[1]}`);
		await page.getByText('Giấy do trường in, dữ liệu còn nguyên').waitFor();

		await page.goto(`${server.url}/phu-huynh/con/${middle.students[0].student}/ket-qua`);
		await page.getByText('Có khi nhà trường tổng kết').first().waitFor();
		assert.equal(await page.getByRole('button', { name: /Phiếu báo/ }).count(), 0, 'nothing is closed there');
		assert.doesNotMatch(await page.locator('main').innerText(), /Kết quả rèn luyện\s+Tốt/);
		await checkPage(page, middle, 'parent-younger-results');
	} finally {
		await rm(folder, { recursive: true });
	}
	assert.deepEqual(person.faults, []);
	await person.context.close();
});

test('by keyboard, in the dark, on a wide screen', STEP, async () => {
	const person = await open({ viewport: WIDE, colorScheme: 'dark' });
	const { page } = person;
	await signInByForm(page, server, parent());
	await page.goto(`${server.url}/phu-huynh/con/${high.students[0].student}`);
	await page.getByText('Vắng có phép buổi sáng: Khám răng').waitFor();
	const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
	const tabTo = async (name) => {
		for (let i = 0; i < 30; i++) {
			await page.keyboard.press('Tab');
			if (await focused() === name) {
				return;
			}
		}
		assert.fail(`no way to ${name} by Tab`);
	};
	await checkPage(page, high, 'parent-today-dark-wide');
	await tabTo('Điểm');
	await page.keyboard.press('Enter');
	await page.getByRole('row', { name: /^Toán/ }).waitFor();
	await tabTo('Vì sao? (trung bình môn Toán ALPHA)');
	await page.keyboard.press('Enter');
	await page.getByText(/≈/).first().waitFor();
	await checkPage(page, high, 'parent-marks-dark-wide');
	await page.goto(`${server.url}/phu-huynh/con/${high.students[0].student}/ket-qua`);
	await page.getByRole('heading', { name: 'Học kì I', exact: true }).waitFor();
	await checkPage(page, high, 'parent-results-dark-wide');
	assert.deepEqual(person.faults, []);
	await person.context.close();
});

test('the child\'s own pages say the same', STEP, async () => {
	const person = await open({ viewport: PHONE });
	const { page } = person;
	await signInByForm(page, server, { school: high.code, login: high.students[0].login, password: PASSWORD });
	await page.getByRole('link', { name: 'Hôm nay' }).click();
	await page.getByText('Vắng có phép buổi sáng: Khám răng').waitFor();
	await page.getByText('Ca thi ALPHA').waitFor();
	await checkPage(page, high, 'student-today');
	await page.getByRole('link', { name: 'Kết quả', exact: true }).click();
	const button = page.getByRole('button', { name: 'Phiếu báo kết quả học kì' });
	const bytes = await savedBytes(page, () => button.click());
	assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
	await checkPage(page, high, 'student-results');
	await page.getByRole('link', { name: 'Nhận xét' }).click();
	await page.getByText('Em Trần Minh Anh chăm chỉ').waitFor();
	await checkPage(page, high, 'student-remarks');
	assert.deepEqual(person.faults, []);
	await person.context.close();
});
