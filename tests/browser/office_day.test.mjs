/*
 * A day of the school office: a class list from Excel with a mistake in it, slips, a class, a
 * subject, a teacher and what he teaches, a student's page and a new code, the list back as Excel.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { xlsx } from '../fixtures/office_files.mjs';
import { PATIENCE, START, STEP, chooseFile, openBrowser, openPerson, pdfText, savedBytes, shoot,
	signInByForm, startDemo, submit } from './lib.mjs';

const CODE = /\b(?:[0-9A-Z]{3,4}-){3,4}[0-9A-Z]{3,4}\b/;

let demo;
let browser;
let office;

/* The list as it grew: titles over it, a phone without its 0, and a day that does not exist. */
const classList = (birthDate) => xlsx([{ name: 'Khối 10', rows: [
	['TRƯỜNG THPT TRƯỜNG THI'], ['DANH SÁCH HỌC SINH LỚP 10B1'], [],
	['STT', 'Mã học sinh', 'Họ và tên', 'Ngày sinh', 'Giới tính', 'Họ tên mẹ', 'SĐT mẹ'],
	[1, 'B101', 'Nguyễn Bảo Châu', { date: '2011-03-09' }, 'Nữ', 'Trần Thị Hoa', 987650001],
	[2, 'B102', 'Lý Hải Đăng'.normalize('NFD'), birthDate, 'Nam', 'Phạm Thị Mai', '0987 650 002'],
], merged: ['A1:G1', 'A2:G2'] }]);

before(async () => {
	demo = await startDemo();
	browser = await openBrowser();
	office = await openPerson(browser, demo);
	await signInByForm(office.page, demo, demo.signIns.office);
}, START);

after(async () => {
	await browser?.close();
	await demo?.stop();
}, START);

const go = (address) => office.page.goto(demo.url + address);
const button = (name) => office.page.getByRole('button', { name, exact: true });
const link = (name) => office.page.getByRole('link', { name, exact: true });

test('a mistake in the list is told by sheet, row and column; the mended list is written', STEP, async () => {
	const { page } = office;
	await go('/van-phong');
	await link('Nhập danh sách lớp từ Excel').click();
	await submit(page);
	await page.locator('.error-summary').getByRole('link', { name: 'Hãy chọn tệp Excel.' }).waitFor();
	await chooseFile(page, 'Lớp 10B1.xlsx', classList('31/02/2011'));
	await submit(page);
	await page.getByRole('tab', { name: 'Lỗi (1)' }).waitFor();
	const wrong = page.getByRole('row', { name: /Lý Hải Đăng/ });
	assert.match(await wrong.innerText(), /Khối 10, dòng 6[\s\S]*Cột D: [\s\S]*31\/02\/2011/);
	await shoot(page, 'office-import', { fullPage: true });
	await button('Bỏ, chọn tệp khác').click();
	await chooseFile(page, 'Lớp 10B1 đã sửa.xlsx', classList('28/02/2011'));
	await submit(page);
	await page.getByText('Lớp sẽ được tạo: 10B1').waitFor();
	await button('Ghi 2 dòng vào sổ').click();
	await page.getByText('Thêm 2 học sinh, sửa 0, tạo 1 lớp.').waitFor();
	await link('Xem các lớp').click();
	await link('10B1').click();
	await page.getByRole('rowheader', { name: 'Lý Hải Đăng' }).waitFor();
	await page.getByText('0987 650 001').waitFor();
});

test('slips carry each student\'s code; the list goes back to Excel', STEP, async () => {
	const { page } = office;
	const slips = await pdfText(demo.dir, 'slips.pdf', await savedBytes(page, () => button('In phiếu đăng nhập').click()));
	assert.ok(slips.includes('Nguyễn Bảo Châu') && slips.includes('Lý Hải Đăng'), slips);
	assert.match(slips, CODE);
	const book = await savedBytes(page, () => link('Xuất ra Excel').click());
	assert.equal(book.subarray(0, 2).toString(), 'PK');
});

test('a class is added; what is missing is said at the top and at the field', STEP, async () => {
	const { page } = office;
	await go('/van-phong/lop');
	await link('Thêm lớp').click();
	await submit(page);
	await page.locator('.error-summary').getByRole('link', { name: 'Nhập tên lớp' }).click();
	await page.locator('#name:focus').waitFor();
	await page.keyboard.type('10A1');
	await page.locator('#grade').selectOption('10');
	await page.keyboard.press('Enter');
	await submit(page);
	await page.locator('.field.wrong').getByText('Năm học này đã có một lớp mang tên đó').waitFor();
	await page.locator('#name').fill('10B2');
	await page.locator('#homeroom').selectOption({ label: 'Nguyễn Thị Lan (co.lan)' });
	await submit(page);
	await page.getByText('Đã thêm lớp 10B2.').waitFor();
	await page.getByText('Lớp chưa có học sinh.').waitFor();
	assert.match(await page.title(), /^Lớp 10B2 –/);
});

test('a subject and a teacher are added, and the teacher is given a class', STEP, async () => {
	const { page } = office;
	await go('/van-phong/mon-hoc');
	await link('Thêm môn học').click();
	await page.locator('#name').fill('Âm nhạc');
	await page.locator('#code').fill('nhac');
	await page.getByRole('radio', { name: /Nhận xét/ }).check();
	await submit(page);
	await page.getByText('Đã thêm môn Âm nhạc.').waitFor();
	await go('/van-phong/giao-vien');
	await link('Thêm giáo viên').click();
	await page.locator('#fullName').fill('Đinh Quang Vinh');
	await page.locator('#login').fill('co.lan');
	await submit(page);
	await page.locator('.field.wrong').getByText('Tên đăng nhập này đã có người dùng').waitFor();
	await page.locator('#login').fill('thay.vinh');
	await submit(page);
	await page.getByText(CODE).waitFor();
	await link('Phân công giảng dạy').click();
	await page.locator('#subjectId').selectOption({ label: 'Âm nhạc' });
	await page.locator('#classId').selectOption({ label: '10B2' });
	await button('Phân công').click();
	await page.getByText('Âm nhạc – lớp 10B2').waitFor();
	await page.getByRole('button', { name: 'Bỏ phân công Âm nhạc lớp 10B2' }).click();
	await page.getByText('Giáo viên chưa được phân công lớp nào').waitFor();
});

test('a student\'s details are mended, and a new code ends the old password', STEP, async () => {
	const { page } = office;
	await go('/van-phong/lop/21');
	await page.getByRole('rowheader').getByRole('link').nth(1).click();
	await link('Sửa thông tin').click();
	await page.locator('#birthDate').fill('31/04/2009');
	await submit(page);
	await page.locator('.error-summary').getByText('Nhập ngày sinh dạng ngày/tháng/năm').waitFor();
	await page.locator('#birthDate').fill('30/4/2009');
	await page.locator('#address').fill('Số 5, ngõ Văn Chương');
	await submit(page);
	await page.getByText('Đã lưu thông tin học sinh.').waitFor();
	await page.getByText('30/04/2009').waitFor();
	await page.getByText('Số 5, ngõ Văn Chương').waitFor();
	await button('Cấp mã kích hoạt mới').click();
	await page.getByRole('dialog').getByText('Mật khẩu hiện nay hết hiệu lực ngay').waitFor();
	await button('Hiện mã mới').click();
	const code = await page.locator('.secret-code').innerText();
	assert.match(code, CODE);
	await button('Đã ghi lại').click();
	await page.getByText('Đã kích hoạt').waitFor({ state: 'detached' });
	const answer = await fetch(`${demo.url}/api/v1/activation`, { method: 'POST', body: JSON.stringify({ code }),
		headers: { 'Content-Type': 'application/json' } });
	assert.equal((await answer.json()).login, 'hs0802');
	await link('Nhật ký').click();
	await page.getByRole('rowheader', { name: 'Cấp mã kích hoạt mới' }).waitFor({ timeout: PATIENCE });
	await page.getByRole('rowheader', { name: 'Nhập danh sách lớp' }).waitFor();
	assert.deepEqual(office.faults, []);
});
