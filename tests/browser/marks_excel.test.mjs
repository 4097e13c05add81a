/*
 * Marks by Excel as a teacher does it: the form downloaded, filled in and brought back; a file of
 * another program read in, and one filled from the gradebook. What counts is read from the database
 * and from the file that was saved.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fillForm, foreign } from '../e2e/lib/mark_files.mjs';
import { connectDb, insert, makeSchool, PASSWORD } from '../e2e/lib/people.mjs';
import { cells, unzip } from '../e2e/lib/workbook.mjs';
import { zip } from '../e2e/lib/xlsx.mjs';
import { PHONE, WIDE, chooseFile, openBrowser, openPerson, savedBytes, seriousFindings, shoot, signInByForm, startServer }
	from './lib.mjs';

const STEP = { timeout: 300_000 };
const NAMES = ['Nguyễn Thị Ánh', 'Trần Văn Bình', 'Phạm Gia Hân', 'Lê Thị Hoà'];

let server;
let db;
let browser;
let school;
let page;
const students = [];
const columns = [];

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	school = await makeSchool(db, 'EXCEL');
	await db.query('UPDATE subject SET name = ? WHERE id = ?', ['Vật lí', school.subject]);
	await db.query('UPDATE class SET name = ? WHERE id = ?', ['10A1', school.class]);
	for (const [i, name] of NAMES.entries()) {
		await db.query('UPDATE person SET full_name = ? WHERE id = ?', [name, school.students[i].id]);
		await db.query('UPDATE student SET code = ? WHERE id = ?', [`HS${i + 1}`, school.students[i].student]);
		students.push(String(school.students[i].student));
	}
	for (const [kind, position] of [[1, 1], [1, 2], [2, 1], [3, 1]]) {
		columns.push(await insert(db, 'mark_column', { school_id: school.id, class_id: school.class,
			subject_id: school.subject, term_id: school.terms[0], kind, position }));
	}
	browser = await openBrowser();
	({ page } = await openPerson(browser, server, { bypassCSP: true, acceptDownloads: true }));
	await signInByForm(page, server, { school: school.code, login: school.teacher.login, password: PASSWORD });
}, { timeout: 180_000 });

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
}, { timeout: 60_000 });

const home = () => `${server.url}/giao-vien/so-diem/${school.class}/${school.subject}/${school.terms[0]}`;
const button = (name) => page.getByRole('button', { name });
const link = (name) => page.getByRole('link', { name });
async function stored() {
	const [rows] = await db.query('SELECT column_id, student_id, value_x10, state FROM mark WHERE school_id = ?', [school.id]);
	return Object.fromEntries(rows.map((r) => [`${students.indexOf(String(r.student_id))} ${columns.findIndex((c) => String(c) === String(r.column_id))}`,
		Number(r.state) === 2 ? 'V' : r.value_x10 === null ? null : Number(r.value_x10)]));
}
async function lookAt(name) {
	for (const [size, viewport] of [['phone', PHONE], ['wide', WIDE]]) {
		await page.setViewportSize(viewport);
		await shoot(page, `marks-excel-${name}-${size}`, { fullPage: true });
		assert.deepEqual(await seriousFindings(page), [], `${name} ${size}`);
		const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		assert.ok(over <= 0, `${name} ${size}: ${over} px too wide`);
	}
}

test('the form is downloaded, filled in, looked at and written, by keyboard', STEP, async () => {
	await page.goto(home());
	await link(/^Excel/).click();
	await link('Tải bảng điểm').waitFor();
	await lookAt('start');
	const form = await savedBytes(page, () => link('Tải bảng điểm').click());
	assert.equal(cells(form).D6, NAMES[0]);
	const filled = fillForm(form, [[students[0], 'ĐĐGtx 1', 8.5], [students[1], 'ĐĐGtx 1', 75], [students[2], 'ĐĐGtx 1', 'giỏi'],
		[students[3], 'ĐĐGgk', 'V']]);
	await chooseFile(page, 'điểm.xlsx', filled);
	await button('Xem trước').press('Enter');
	await page.getByRole('heading', { name: 'Xem trước: điểm.xlsx' }).waitFor();
	await page.getByText('“giỏi” không phải là điểm').waitFor();
	await lookAt('preview');
	assert.deepEqual(await stored(), {}, 'nothing is written by looking');
	await button('Ghi 2 ô').waitFor();
	await page.getByLabel('Đúng, ghi 7,5').press('Space');
	await button('Ghi 3 ô').press('Enter');
	await page.getByText('Đã ghi 3 ô.').waitFor();
	assert.deepEqual(await stored(), { '0 0': 85, '1 0': 75, '3 2': 'V' });
	await link('Về sổ điểm').click();
	await page.getByText('8,5').first().waitFor();
});

test('a file of another program is read in; what is not sure is said', STEP, async () => {
	await page.setViewportSize(PHONE);
	await page.goto(`${home()}/excel`);
	await link('Tải bảng điểm').waitFor();
	const rows = [['', 'TRẦN VĂN BÌNH'.normalize('NFD'), '', 6, null, null, 9, null], ['HS3', 'Phạm Gia Hân', '', '7,5', null, null, null, null],
		['HS9', 'Người Lạ', '', 5, null, null, null, null]];
	await chooseFile(page, 'vnedu.xlsx', zip(foreign(rows)));
	await button('Xem trước').click();
	await page.getByText('Lớp không có học sinh tên này').waitFor();
	await page.getByText('Nhận ra chỉ theo họ tên').waitFor();
	await lookAt('foreign');
	await page.setViewportSize(PHONE);
	await button('Ghi 3 ô').click();
	await page.getByText('Đã ghi 3 ô.').waitFor();
	assert.deepEqual(await stored(), { '0 0': 85, '1 0': 60, '1 2': 90, '2 0': 75, '3 2': 'V' });
	await button('Dùng tệp khác').click();
	const other = foreign(rows, { titles: [['BẢNG ĐIỂM LỚP 10A2']] });
	await chooseFile(page, 'lop-khac.xlsx', zip(other));
	await button('Xem trước').click();
	await page.getByText('Trang này ghi lớp 10A2, không phải lớp 10A1.').first().waitFor();
});

test("the gradebook's marks are written into a teacher's own file", STEP, async () => {
	await page.setViewportSize(WIDE);
	await page.goto(`${home()}/excel`);
	await page.getByLabel('Điền điểm của sổ vào tệp').check();
	const parts = foreign([['HS1', NAMES[0], '', null, null, null, null, null], ['HS2', NAMES[1], '', null, null, null, null, null]]);
	const before = zip(parts);
	await chooseFile(page, 'tệp của tôi.xlsx', before);
	await button('Xem trước').click();
	await link('Tải tệp đã điền').waitFor();
	await lookAt('fill');
	const after = await savedBytes(page, () => link('Tải tệp đã điền').click());
	const found = cells(after, 'xl/s.xml');
	assert.deepEqual([found.F7, found.F8, found.I8], [8.5, 6, 9]);
	assert.ok(unzip(after).get('xl/drawings/drawing1.xml').stored.equals(unzip(before).get('xl/drawings/drawing1.xml').stored));
	await button('Bỏ, chọn tệp khác').click();
	await link('Tải bảng điểm').waitFor();
});
