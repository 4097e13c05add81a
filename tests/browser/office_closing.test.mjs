/*
 * The office's days around the end of a term: lessons a year, from when on marks are locked and
 * published, how far every class is, a subject that is reopened. Then it closes: which classes are complete, what is missing in another and where, one
 * class by keyboard, opened again with a reason, all at once when one of them cannot be. What
 * counts is read from the database.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, connectDb, insert, makeMember, makeSchool } from '../e2e/lib/people.mjs';
import { PATIENCE, PHONE, START, STEP, openBrowser, openPerson, seriousFindings, shoot,
	signInByForm, startServer, until } from './lib.mjs';

const NAMES = ['Nguyễn Văn An', 'Trần Thị Bình'];

let server;
let db;
let browser;
let school;
let office;
let page;
const ids = {};

/* A class of two students of whom nothing is missing in term I. */
async function completeClass(name) {
	const class_id = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 11, name,
		homeroom_person_id: school.otherTeacher.id });
	const at = { school_id: school.id, changed_by: school.teacher.id, changed_at_ms: 1, version: 1 };
	const columns = [];
	for (const [kind, position] of [[1, 1], [1, 2], [2, 1], [3, 1]]) {
		columns.push(await insert(db, 'mark_column', { school_id: school.id, class_id, subject_id: school.subject,
			term_id: school.terms[0], kind, position }));
	}
	for (const [i, fullName] of NAMES.entries()) {
		const { id: person_id } = await makeMember(db, school, 'student', `${name}-${i}`, fullName);
		const student_id = await insert(db, 'student', { school_id: school.id, person_id, code: `${name}-${i}` });
		await insert(db, 'enrolment', { school_id: school.id, class_id, student_id, position: i + 1, from_on: '2026-09-05' });
		for (const column_id of columns) {
			await insert(db, 'mark', { ...at, column_id, student_id, value_x10: 70 + i });
		}
		await insert(db, 'conduct', { ...at, class_id, student_id, term_id: school.terms[0], stage: 1, level: 1 });
	}
	await insert(db, 'teaching', { school_id: school.id, class_id, subject_id: school.subject, person_id: school.teacher.id });
	ids[name] = class_id;
}

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	school = await makeSchool(db, 'KHOASO');
	await completeClass('11A1');
	await completeClass('11A2');
	browser = await openBrowser();
	office = await openPerson(browser, server, { bypassCSP: true });
	page = office.page;
	await signInByForm(page, server, { school: school.code, login: school.office.login, password: PASSWORD });
}, START);

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
}, START);

const button = (name) => page.getByRole('button', { name, exact: true });
const link = (name) => page.getByRole('link', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const row = (name) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
const listed = () => page.goto(`${server.url}/van-phong/khoa-so?ky=1`);
const focused = () => page.evaluate(() => document.activeElement.textContent.trim());

async function stored(name) {
	const [[found]] = await db.query('SELECT is_closed, version, why, changed_by FROM class_closing' +
		' WHERE class_id = ? AND term_number = 1', [ids[name]]);
	return found && { isClosed: Number(found.is_closed) === 1, version: Number(found.version), why: found.why,
		by: String(found.changed_by) };
}

/* A page as it is seen: phone and wide, light and dark; nothing that shuts people out. */
async function lookAt(name) {
	const wide = page.viewportSize();
	for (const [size, viewport] of [['phone', PHONE], ['wide', wide]]) {
		await page.setViewportSize(viewport);
		for (const colorScheme of ['dark', 'light']) {
			await page.emulateMedia({ colorScheme });
			await shoot(page, `${name}-${size}-${colorScheme}`, { fullPage: true });
			assert.deepEqual(await seriousFindings(page), [], `${name} ${size} ${colorScheme}`);
			const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
			assert.ok(over <= 0, `${name} ${size}: ${over} px too wide`);
		}
	}
}

const openAt = async (where, title) => {
	await page.goto(`${server.url}/van-phong/${where}`);
	await page.getByRole('heading', { name: title, exact: true }).waitFor();
};
const saved = (text) => page.getByRole('status').filter({ hasText: text }).waitFor();
/* What stands in the database, once it does. */
const becomes = (what, sql, values, wanted) => until(what, async () => {
	const [rows] = await db.query(sql, values);
	return JSON.stringify(rows.map((r) => Object.values(r).map(String))) === JSON.stringify(wanted);
}, PATIENCE);
/* As the field of a time takes it, in the school's time. */
const localTime = (ms) => new Date(ms + 7 * 3_600_000).toISOString().slice(0, 16);
const HOUR = 3_600_000;

test('lessons a year are entered in a grid that says how many regular marks they need', STEP, async () => {
	await openAt('so-tiet', 'Số tiết cả năm');
	const cell = page.getByLabel('Số tiết môn Toán KHOASO, khối 11');
	await cell.focus();
	await page.keyboard.type('1001');
	await page.getByText('Từ 0 đến 1000', { exact: true }).waitFor();
	await page.keyboard.press('Enter');
	await page.getByText('Có ô chưa đúng').waitFor();
	await lookAt('office-lessons-wrong');
	await cell.fill('35');
	await row('Toán KHOASO').getByText('2 điểm TX').first().waitFor();
	await cell.fill('70');
	await row('Toán KHOASO').getByText('3 điểm TX').first().waitFor();
	await cell.fill('35');
	await cell.press('Enter');
	await page.getByText('Đã lưu 1 ô.').waitFor();
	await becomes('the lessons', 'SELECT lessons_a_year, version FROM subject_load WHERE school_id = ? AND subject_id = ? AND grade = 11',
		[school.id, school.subject], [['35', '1']]);
	await lookAt('office-lessons');
	/* Somebody else was quicker: the newest is shown, what was typed stays. */
	await db.query('UPDATE subject_load SET lessons_a_year = 52, version = 2 WHERE school_id = ? AND grade = 11', [school.id]);
	await cell.fill('30');
	await cell.press('Enter');
	await page.getByText('Người khác vừa thay đổi.').waitFor();
	assert.equal(await cell.inputValue(), '30');
	await cell.press('Enter');
	await page.getByText('Đã lưu 1 ô.').waitFor();
	await becomes('the lessons', 'SELECT lessons_a_year, version FROM subject_load WHERE school_id = ? AND grade = 11',
		[school.id], [['30', '3']]);
});

test('marks are locked from a time on, and the teacher sees it', STEP, async () => {
	await openAt('ke-hoach?ky=1', 'Khóa điểm và công bố');
	await page.getByText('Chưa đặt ngày khóa nào').waitFor();
	await button('Đặt ngày khóa').focus();
	await page.keyboard.press('Enter');
	await dialog().getByLabel('Loại điểm').selectOption({ label: 'điểm giữa kì' });
	await dialog().getByLabel('Khối').selectOption({ label: 'khối 11' });
	await dialog().getByRole('button', { name: 'Khóa điểm', exact: true }).click();
	await dialog().locator('.error-summary').getByText('Chọn ngày và giờ').waitFor();
	await lookAt('office-lock-ask');
	await dialog().getByLabel('Ngày và giờ').fill(localTime(Date.now() + 48 * HOUR));
	await dialog().getByRole('button', { name: 'Khóa điểm', exact: true }).click();
	await saved(/^Đã đặt khóa: điểm giữa kì, khối 11/);
	await row('điểm giữa kì, khối 11').getByText('Sẽ khóa').waitFor();
	const day = (await db.query('SELECT locks_at_ms FROM mark_lock WHERE school_id = ?', [school.id]))[0][0].locks_at_ms;
	assert.ok(Number(day) > Date.now() && Number(day) % 60_000 === 0);

	const teacher = await openPerson(browser, server, {});
	await signInByForm(teacher.page, server, { school: school.code, login: school.teacher.login, password: PASSWORD });
	const sheet = `${server.url}/giao-vien/so-diem/${ids['11A1']}/${school.subject}/${school.terms[0]}`;
	await teacher.page.goto(sheet);
	await teacher.page.getByText(/^Sẽ khóa /).first().waitFor();
	/* Now, by moving what was planned; from here on this device's clock is ten minutes ahead. */
	await page.evaluate(() => {
		const right = Date.now;
		Date.now = () => right() + 600_000;
	});
	await button('Đổi ngày khóa điểm giữa kì, khối 11').click();
	await dialog().getByLabel('Ngay bây giờ').check();
	await dialog().getByRole('button', { name: 'Khóa điểm', exact: true }).click();
	await row('điểm giữa kì, khối 11').getByText('Đang khóa').waitFor();
	await lookAt('office-lock');
	await teacher.page.reload();
	await teacher.page.getByText(/^Khóa từ /).first().waitFor();
	ids.teacher = teacher;
	ids.sheet = sheet;
});

test('marks are published at a time by themselves, and the teacher is told before', STEP, async () => {
	const { page: seen } = ids.teacher;
	await button('Đặt ngày công bố').click();
	await dialog().getByLabel('Khối').selectOption({ label: 'khối 11' });
	await dialog().getByLabel('Ngày và giờ').fill(localTime(Date.now() + 24 * HOUR));
	await lookAt('office-publish-ask');
	await dialog().getByRole('button', { name: 'Công bố', exact: true }).click();
	await saved(/^Đã đặt ngày công bố: mọi loại điểm, khối 11/);
	await row('mọi loại điểm, khối 11').getByText('0 trên 8 cột đã công bố').waitFor();
	await seen.reload();
	await seen.getByText(/^Sẽ tự công bố /).first().waitFor();
	await button('Đổi ngày công bố mọi loại điểm, khối 11').click();
	await dialog().getByLabel('Ngay bây giờ').check();
	await dialog().getByRole('button', { name: 'Công bố', exact: true }).click();
	/* Nobody does anything more: the page says when it is done. */
	await row('mọi loại điểm, khối 11').getByText('8 trên 8 cột đã công bố').waitFor();
	await row('mọi loại điểm, khối 11').getByText('Đã công bố', { exact: true }).waitFor();
	await lookAt('office-publish');
	await becomes('published', 'SELECT COUNT(*) FROM mark_column WHERE school_id = ? AND published_at_ms IS NOT NULL', [school.id], [['8']]);
});

test('how far every subject of every class is, filtered, and a locked one is reopened with a reason', STEP, async () => {
	await openAt('tien-do?ky=1', 'Tiến độ nhập điểm');
	await page.getByText(/^\d+ môn của 3 lớp: 2 môn đã đủ điểm/).waitFor();
	await lookAt('office-completion');
	await page.getByLabel('Khối').selectOption({ label: 'khối 11' });
	await page.getByText('Đang hiện 2 môn.').waitFor();
	await page.getByLabel('Chỉ hiện').selectOption({ label: 'Còn thiếu điểm' });
	await page.getByText('Không có môn nào như vậy.').waitFor();
	await page.getByLabel('Chỉ hiện').selectOption({ label: 'Chưa khóa hết' });
	await row('11A1').getByText('Khóa một phần').waitFor();
	await row('11A1').getByText('4/4 cột').waitFor();
	await row('11A1').getByText('TX 2/2').waitFor();
	await link('Mở lại môn Toán KHOASO lớp 11A1').focus();
	await page.keyboard.press('Enter');
	await dialog().getByLabel('Lớp').waitFor();
	assert.equal(await dialog().getByLabel('Lớp').inputValue(), String(ids['11A1']));
	await dialog().getByLabel('Loại điểm').selectOption({ label: 'điểm giữa kì' });
	await dialog().getByRole('button', { name: 'Mở lại', exact: true }).click();
	await dialog().locator('.error-summary').getByText('Nhập lý do mở lại').waitFor();
	await lookAt('office-reopen-ask');
	await dialog().getByLabel('Đến lúc').fill(localTime(Date.now() + 2 * HOUR));
	await dialog().getByLabel('Lý do').fill('Em An nghỉ ốm, kiểm tra bù');
	await dialog().getByRole('button', { name: 'Mở lại', exact: true }).click();
	await saved(/^Đã mở lại môn Toán KHOASO lớp 11A1/);
	await row('11A1').getByText('Em An nghỉ ốm, kiểm tra bù').waitFor();
	await lookAt('office-reopen');
	const { page: seen } = ids.teacher;
	await seen.goto(ids.sheet);
	await seen.getByText(/^Sẽ khóa /).first().waitFor();
	await button('Khóa lại môn Toán KHOASO lớp 11A1').click();
	await saved('Đã khóa lại môn Toán KHOASO lớp 11A1.');
	await page.getByText('Không có môn nào đang được mở lại.').waitFor();
	await button('Bỏ khóa điểm giữa kì, khối 11').click();
	await dialog().getByRole('button', { name: 'Bỏ khóa', exact: true }).click();
	await saved('Đã bỏ khóa: điểm giữa kì, khối 11.');
	await becomes('the lock', 'SELECT locks_at_ms IS NULL, version FROM mark_lock WHERE school_id = ?', [school.id], [['1', '3']]);
	assert.deepEqual(ids.teacher.faults, []);
	await ids.teacher.context.close();
});

test('which classes are complete, and what is missing in the other, with the way there', STEP, async () => {
	await page.goto(`${server.url}/van-phong`);
	await page.locator('main').getByRole('link', { name: 'Khóa sổ', exact: true }).click();
	await page.getByRole('tab', { name: 'Học kì I', exact: true }).click();
	await page.getByText('0 trên 3 lớp đã khóa sổ, 2 lớp đã đủ và chờ khóa.').waitFor();
	await row('11A1').getByText('Đang mở').waitFor();
	await row('11A1').getByText('Đủ').waitFor();
	assert.equal(await button('Khóa sổ lớp 10KHOASO').count(), 0, 'what is not complete cannot be closed');
	await lookAt('office-closing');
	/* Of each of four students: regular marks, midterm, final, conduct. */
	await row('10KHOASO').getByRole('link', { name: 'Lớp 10KHOASO còn thiếu 16 mục' }).click();
	await page.getByRole('heading', { name: 'Lớp 10KHOASO: học kì I' }).waitFor();
	await page.getByText('Còn thiếu 16 mục thì mới khóa sổ được.').waitFor();
	await page.getByText(/^Học Sinh KHOASO 1: có 0 trên \d điểm thường xuyên$/).waitFor();
	await page.getByText('Học Sinh KHOASO 4: chưa có đánh giá cuối kì', { exact: true }).waitFor();
	await page.getByText('Học Sinh KHOASO 2: chưa xếp rèn luyện', { exact: true }).waitFor();
	await lookAt('office-closing-missing');
	await page.getByRole('link', { name: 'Xem rèn luyện, học kì I' }).click();
	await page.getByRole('heading', { name: 'Rèn luyện lớp 10KHOASO' }).waitFor();
	assert.equal(await page.getByText('Chưa xếp', { exact: true }).count(), 4);
	await lookAt('office-closing-conduct');
	await page.getByRole('navigation').getByRole('link', { name: '10KHOASO' }).click();
	await page.getByRole('link', { name: 'Xem sổ điểm Toán KHOASO, học kì I' }).click();
	await page.getByRole('heading', { name: 'Sổ điểm Toán KHOASO lớp 10KHOASO' }).waitFor();
	await page.goto(`${server.url}/van-phong/khoa-so/${ids['11A1']}/diem/${school.subject}/${school.terms[0]}`);
	await page.getByRole('cell', { name: '7,1' }).first().waitFor();
	await lookAt('office-closing-marks');
});

test('a class is closed by keyboard, and opened again with a reason', STEP, async () => {
	await listed();
	await button('Khóa sổ lớp 11A1').focus();
	await page.keyboard.press('Enter');
	await dialog().getByText('Khóa sổ học kì I của lớp 11A1?').waitFor();
	await lookAt('office-closing-ask');
	await page.keyboard.press('Escape');
	await dialog().waitFor({ state: 'detached' });
	assert.equal(await stored('11A1'), undefined, 'asked and left: nothing was done');
	await page.keyboard.press('Enter');
	await dialog().getByRole('button', { name: 'Khóa sổ', exact: true }).focus();
	await page.keyboard.press('Enter');
	await page.getByText('Đã khóa sổ học kì I của lớp 11A1.').waitFor();
	await until('the sentence is read', async () => await focused() === 'Đã khóa sổ học kì I của lớp 11A1.');
	await row('11A1').getByText('Đã khóa sổ').waitFor();
	await row('11A1').getByText('Văn Phòng KHOASO').waitFor();
	assert.deepEqual(await stored('11A1'), { isClosed: true, version: 1, why: '', by: school.office.id });
	const [kept] = await db.query('SELECT student_id FROM student_result WHERE class_id = ?', [ids['11A1']]);
	assert.equal(kept.length, NAMES.length);
	await lookAt('office-closing-closed');

	await button('Mở lại lớp 11A1').click();
	await dialog().getByRole('button', { name: 'Mở lại', exact: true }).click();
	await dialog().locator('.error-summary').getByRole('link', { name: 'Nhập lý do mở lại' }).focus();
	await lookAt('office-closing-open');
	await page.keyboard.press('Enter');
	await page.locator('#why:focus').waitFor();
	await page.keyboard.type('Sửa điểm môn Toán của em An');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.getByText('Đã mở lại học kì I của lớp 11A1.').waitFor();
	await row('11A1').getByText('Mở lại').first().waitFor();
	await button('Khóa sổ lớp 11A1').waitFor();
	assert.deepEqual(await stored('11A1'), { isClosed: false, version: 2, why: 'Sửa điểm môn Toán của em An', by: school.office.id });
	await page.goto(`${server.url}/van-phong/nhat-ky`);
	await page.getByText('Mở lại kết quả lớp').waitFor();
});

test('all that are complete are closed; one that is so no more says why and keeps no other', STEP, async () => {
	await listed();
	await button('Khóa sổ 2 lớp đã đủ').click();
	await dialog().getByText('Các lớp: 11A1, 11A2').waitFor();
	await db.query('DELETE FROM conduct WHERE class_id = ? LIMIT 1', [ids['11A2']]);
	await dialog().getByRole('button', { name: 'Khóa sổ', exact: true }).click();
	await page.getByText('Đã khóa sổ học kì I của 1 lớp.').waitFor();
	await page.getByText(/^Lớp 11A2: Chưa khóa được: còn thiếu 1 mục/).waitFor();
	await row('11A2').getByRole('link', { name: 'Lớp 11A2 còn thiếu 1 mục' }).waitFor();
	assert.equal((await stored('11A1')).isClosed, true);
	assert.equal(await stored('11A2'), undefined);
	await lookAt('office-closing-some');

	await page.getByRole('tab', { name: 'Học kì I', exact: true }).focus();
	await page.keyboard.press('End');
	await page.getByRole('tab', { name: 'Cả năm', selected: true }).waitFor();
	await row('11A1').getByRole('link', { name: '11A1', exact: true }).click();
	await page.getByText('Học kì II chưa khóa sổ.').waitFor();
	assert.equal(await page.getByText('Học kì I chưa khóa sổ.').count(), 0);
	await lookAt('office-closing-year');
	await link('Xem học kì II').click();
	await page.getByRole('tab', { name: 'Học kì II', selected: true }).waitFor();
	assert.deepEqual(office.faults, []);
});
