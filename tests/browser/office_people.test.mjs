/*
 * The office and its people: guardians of a student, slips that keep one another's codes, lost
 * codes of teachers and the office, the next school year.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { xlsx } from '../fixtures/office_files.mjs';
import { PHONE, START, STEP, chooseFile, openBrowser, openPerson, pdfText, savedBytes,
	seriousFindings, shoot, signInByForm, startDemo, submit } from './lib.mjs';

const CODE = /\b(?:[0-9A-Z]{3,4}-){3,4}[0-9A-Z]{3,4}\b/;

let demo;
let browser;
let office;
let page;

before(async () => {
	demo = await startDemo();
	browser = await openBrowser();
	office = await openPerson(browser, demo, { bypassCSP: true });
	page = office.page;
	await signInByForm(page, demo, demo.signIns.office);
}, START);

after(async () => {
	await browser?.close();
	await demo?.stop();
}, START);

const go = (address) => page.goto(demo.url + address);
const button = (name) => page.getByRole('button', { name, exact: true });
const link = (name) => page.getByRole('link', { name, exact: true });
const dialog = () => page.getByRole('dialog');

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

/* The second student of a class of the demo. */
async function openStudent(klass = 21, n = 1) {
	await go(`/van-phong/lop/${klass}`);
	await page.getByRole('rowheader').getByRole('link').nth(n).click();
	await page.getByRole('heading', { name: 'Phụ huynh' }).waitFor();
}

test('a guardian is added by keyboard, mended, and unlinked', STEP, async () => {
	await openStudent();
	const student = await page.locator('h1').innerText();
	await link('Thêm phụ huynh').focus();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: `Thêm phụ huynh của ${student}` }).waitFor();
	await submit(page);
	await page.locator('.error-summary').getByRole('link', { name: 'Chọn quan hệ với học sinh' }).waitFor();
	await page.locator('.error-summary').getByRole('link', { name: 'Nhập họ và tên phụ huynh' }).focus();
	await page.keyboard.press('Enter');
	await page.locator('#fullName:focus').waitFor();
	await page.keyboard.type('Tạ Thị Bình');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Space');
	await page.keyboard.press('Tab');
	await page.keyboard.type('123');
	await page.keyboard.press('Enter');
	await page.locator('.field.wrong').getByText('Số điện thoại này không đúng').waitFor();
	await lookAt('office-guardian-form');
	await page.locator('#phone').fill('0987 111 222');
	await page.keyboard.press('Enter');
	await page.getByText('Đã thêm phụ huynh Tạ Thị Bình.').waitFor();
	await page.getByText('0987 111 222').waitFor();
	await lookAt('office-guardians');
	await page.getByRole('link', { name: 'Sửa Tạ Thị Bình' }).click();
	await page.locator('#fullName').fill('Tạ Thanh Bình');
	await page.getByRole('radio', { name: 'Người giám hộ' }).check();
	await submit(page);
	await page.getByText('Đã lưu phụ huynh Tạ Thanh Bình.').waitFor();
	await page.getByText('Tạ Thanh Bình – Người giám hộ').waitFor();
	await page.getByRole('button', { name: 'Bỏ liên kết Tạ Thanh Bình' }).click();
	await dialog().getByText('sẽ không còn xem được điểm').waitFor();
	await lookAt('office-guardian-unlink');
	await dialog().getByRole('button', { name: 'Bỏ liên kết' }).click();
	await page.getByRole('button', { name: 'Bỏ liên kết Tạ Thanh Bình' }).waitFor({ state: 'detached' });
});

test('a number that is known names its owner; the office says yes', STEP, async () => {
	const { phone } = demo.signIns.parent;
	await openStudent(21, 3);
	const student = await page.locator('h1').innerText();
	await link('Thêm phụ huynh').click();
	await page.locator('#fullName').fill('Tên Trong Giấy');
	await page.getByRole('radio', { name: 'Mẹ' }).check();
	await page.locator('#phone').fill(phone);
	await submit(page);
	await dialog().getByText('Số này là của').waitFor();
	await dialog().getByText(`${student} sẽ được thêm vào tài khoản đang có`).waitFor();
	await lookAt('office-guardian-known');
	await button('Không phải, sửa số').click();
	assert.equal(await page.locator('#phone').inputValue(), phone);
	await submit(page);
	await button('Đúng là người này, liên kết').click();
	await page.getByText('Đã thêm phụ huynh').waitFor();
	const parent = await openPerson(browser, demo);
	await signInByForm(parent.page, demo, demo.signIns.parent);
	await parent.page.getByText(student).first().waitFor();
	await parent.context.close();
});

test('slips that somebody holds stay good, unless they are printed again on purpose', STEP, async () => {
	await openStudent(21, 0);
	await button('Cấp mã kích hoạt mới').click();
	await button('Hiện mã mới').click();
	const code = await page.locator('.secret-code').innerText();
	assert.match(code, CODE);
	await button('Đã ghi lại').click();
	const name = await page.locator('h1').innerText();
	await go('/van-phong/lop/21');
	await button('In phiếu đăng nhập').click();
	await dialog().getByText('1 người đã có phiếu còn dùng được').waitFor();
	await dialog().getByText(name).waitFor();
	await lookAt('office-slips-held');
	const look = async () => (await fetch(`${demo.url}/api/v1/activation`, { method: 'POST', body: JSON.stringify({ code }),
		headers: { 'Content-Type': 'application/json' } })).status;
	await dialog().getByRole('button', { name: 'Quay lại' }).click();
	assert.equal(await look(), 200);
	await button('In phiếu đăng nhập').click();
	const slips = await pdfText(demo.dir, 'slips.pdf',
		await savedBytes(page, () => button('In lại tất cả, huỷ mã cũ').click()));
	assert.ok(slips.includes(name));
	assert.equal(await look(), 410);
});

test('a teacher\'s lost code is made anew, on paper; an office member has a page', STEP, async () => {
	await go('/van-phong/giao-vien');
	await page.getByRole('heading', { name: 'Cán bộ văn phòng' }).waitFor();
	await lookAt('office-teachers');
	const name = 'Nguyễn Thị Lan';
	await page.getByRole('rowheader').getByRole('link', { name }).first().click();
	await page.getByRole('heading', { level: 1, name }).waitFor();
	await button('Cấp mã kích hoạt mới').click();
	await dialog().getByText('Mật khẩu hiện nay hết hiệu lực ngay').waitFor();
	await lookAt('office-code-ask');
	const slip = await pdfText(demo.dir, 'slip.pdf', await savedBytes(page, () => button('In phiếu có mã mới').click()));
	assert.ok(slip.includes(name), slip);
	assert.match(slip, CODE);
	await page.getByText('Chưa kích hoạt').waitFor();
	await link('Giáo viên').first().click();
	const [self] = (await page.locator('.staff a').first().innerText()).split('\n');
	await page.locator('.staff a').first().click();
	await page.getByRole('heading', { level: 1, name: self }).waitFor();
	await page.getByText('Đã kích hoạt').waitFor();
	assert.equal(await button('Cấp mã kích hoạt mới').count(), 0, 'nobody for himself');
});

test('a teacher\'s name and number are mended; the account is locked with a reason, and unlocked', STEP, async () => {
	await go('/van-phong/giao-vien');
	const third = page.getByRole('rowheader').getByRole('link').nth(2);
	const [was] = (await third.innerText()).split('\n');
	await third.click();
	await page.getByRole('heading', { level: 1, name: was }).waitFor();
	await link('Sửa họ tên, số điện thoại').click();
	await page.getByRole('heading', { name: `Sửa thông tin của ${was}` }).waitFor();
	await page.locator('#fullName').fill('');
	await submit(page);
	await page.locator('.error-summary').getByRole('link', { name: 'Hãy ghi họ và tên.' }).waitFor();
	await page.locator('#fullName').fill('Lý Thường Kiệt');
	await page.locator('#phone').fill('0987 222 333');
	await lookAt('office-person-form');
	await submit(page);
	await page.getByText('Đã lưu thông tin của Lý Thường Kiệt.').waitFor();
	await page.getByRole('heading', { level: 1, name: 'Lý Thường Kiệt' }).waitFor();
	await page.getByText('0987 222 333').waitFor();

	await button('Khóa tài khoản').click();
	await dialog().getByRole('button', { name: 'Khóa tài khoản' }).click();
	await dialog().locator('.error-summary').getByRole('link', { name: 'Nhập lý do khóa' }).waitFor();
	await lookAt('office-lock-ask');
	await dialog().locator('#why').fill('Đã nghỉ việc');
	await dialog().getByRole('button', { name: 'Khóa tài khoản' }).click();
	await page.getByText('Lý do: Đã nghỉ việc').waitFor();
	await lookAt('office-locked');
	await button('Mở khóa tài khoản').click();
	await dialog().getByRole('button', { name: 'Mở khóa tài khoản' }).click();
	await page.getByText('Lý do: Đã nghỉ việc').waitFor({ state: 'detached' });
	await button('Khóa tài khoản').waitFor();
	await go('/van-phong/nhat-ky');
	await page.getByRole('rowheader', { name: 'Mở khóa tài khoản' }).waitFor();
	await page.getByRole('rowheader', { name: 'Khóa tài khoản', exact: true }).waitFor();
});

test('teachers from Excel: mistakes by row and column, then exactly what was shown', STEP, async () => {
	await go('/van-phong/giao-vien');
	await link('Nhập từ Excel').click();
	await submit(page);
	await page.locator('.error-summary').getByRole('link', { name: 'Hãy chọn tệp Excel.' }).waitFor();
	const list = (birth) => xlsx([{ name: 'Giáo viên', rows: [['DANH SÁCH GIÁO VIÊN'], [],
		['TT', 'Họ và tên', 'Môn', 'SĐT', 'Ngày sinh', 'Mã GV'],
		[1, 'ĐOÀN THỊ ĐIỂM', 'Toán', 987123450, birth, 'co.diem'],
		[2, 'Đoàn Thị Điểm', 'Toán', '0987123450', '', '']], merged: ['A1:F1'] }]);
	await chooseFile(page, 'Giáo viên.xlsx', list('30/02/1985'));
	await submit(page);
	const wrong = page.getByRole('row', { name: /Đoàn Thị Điểm/ }).first();
	await wrong.waitFor();
	assert.match(await wrong.innerText(), /Giáo viên, dòng 4[\s\S]*Cột E: [\s\S]*30\/02\/1985/);
	await lookAt('office-teachers-import');
	await button('Bỏ, chọn tệp khác').click();
	await chooseFile(page, 'Giáo viên.xlsx', list('28/02/1985'));
	await submit(page);
	await page.getByRole('tab', { name: 'Trùng (1)' }).waitFor();
	await button('Ghi 1 dòng').click();
	await page.getByText('Thêm 1 giáo viên, sửa 0.').waitFor();
	await link('Về danh sách giáo viên').click();
	await page.getByRole('rowheader', { name: 'Đoàn Thị Điểm' }).waitFor();
	const slips = await pdfText(demo.dir, 'teachers.pdf', await savedBytes(page, async (saved) => {
		await button('In phiếu cho giáo viên').click();
		/* Asks first when somebody holds a slip. */
		const isAsking = dialog().waitFor().then(() => true);
		if (await Promise.race([saved.then(() => false), isAsking])) {
			await dialog().getByRole('button', { name: /^Chỉ in/ }).click();
		}
	}));
	assert.ok(slips.includes('Đoàn Thị Điểm') && slips.includes('co.diem'), slips);
});

test('assignments from Excel: a matrix goes out, is changed, and comes back', STEP, async () => {
	await go('/van-phong/giao-vien');
	await link('Phân công bằng Excel').click();
	await lookAt('office-teaching-choose');
	const book = await savedBytes(page, () => link('Xuất bảng môn và lớp').click());
	assert.equal(book.subarray(0, 2).toString(), 'PK');
	await chooseFile(page, 'Phân công.xlsx', book);
	await submit(page);
	await page.getByText('Không có dòng nào cần ghi.').waitFor();
	await button('Bỏ, chọn tệp khác').click();
	await chooseFile(page, 'Phân công.xlsx', xlsx([{ name: 'Phân công', rows: [['BẢNG PHÂN CÔNG'], ['Môn', '12A1', '12A2', '12A77'],
		['Toán', 'co.diem', 'Đoàn Thị Điểm', 'co.diem'], ['Thiên văn', 'co.diem', '', '']] }]));
	await submit(page);
	await page.getByRole('tab', { name: 'Lỗi (2)' }).waitFor();
	await page.getByText('Năm học này không có lớp “12A77”').waitFor();
	await page.getByText('Trường không có môn “Thiên văn”').waitFor();
	await page.getByRole('tab', { name: /^Tất cả/ }).click();
	await page.getByText('Thôi dạy: ').first().waitFor();
	await lookAt('office-teaching-import');
	await button('Ghi 2 dòng').focus();
	await page.keyboard.press('Enter');
	await page.getByText('Đã ghi vào sổ').waitFor();
	await link('Về danh sách giáo viên').click();
	await page.getByText('Toán: 12A1, 12A2').waitFor();
});

test('the next school year: dates are checked, it is chosen, a class is made in it', STEP, async () => {
	await go('/van-phong');
	await page.locator('main').getByRole('link', { name: 'Năm học', exact: true }).click();
	await lookAt('office-years');
	await link('Thêm năm học').click();
	const code = await page.locator('#code').inputValue();
	assert.match(code, /^\d{4}-\d{4}$/);
	const first = await page.locator('#term1EndsOn').inputValue();
	await page.locator('#term2StartsOn').fill(first);
	await submit(page);
	await page.locator('.field.wrong').getByText('Học kì II phải bắt đầu sau khi học kì I kết thúc').waitFor();
	await lookAt('office-year-form');
	await page.locator('#term2StartsOn').fill(`20/01/${code.slice(5)}`);
	await submit(page);
	await page.getByText(`Đã thêm năm học ${code}.`).waitFor();
	await page.getByRole('button', { name: `Chuyển sang năm học ${code}` }).click();
	await button('Chuyển sang năm học này').click();
	await page.getByRole('heading', { name: `${code} Đang làm việc` }).waitFor();
	await go('/van-phong/lop');
	await page.getByText('Chưa có lớp nào trong năm học này').waitFor();
	await link('Thêm lớp').click();
	await page.locator('#name').fill('10A1');
	await page.locator('#grade').selectOption('10');
	await submit(page);
	await page.getByText('Đã thêm lớp 10A1.').waitFor();
	await go('/van-phong/lop');
	await lookAt('office-classes');
	assert.equal(await page.getByRole('row').count(), 2);
	await page.locator('#year option').nth(1).waitFor({ state: 'attached' });
	await page.locator('#year').selectOption({ index: 1 });
	await page.getByRole('rowheader', { name: '12A2' }).waitFor();
	await go('/van-phong/nam-hoc');
	await page.getByRole('button', { name: /^Chuyển sang năm học/ }).click();
	await button('Chuyển sang năm học này').click();
	await page.getByRole('heading', { name: /Đang làm việc/ }).waitFor();
	await page.getByRole('button', { name: /^Xuất OneRoster của năm học/ }).first().click();
	await page.locator('#purpose').waitFor();
	await lookAt('office-year-export');
	await button('Xuất và tải về').click();
	await page.getByText('Nhập mục đích xuất dữ liệu').first().waitFor();
	await page.locator('#purpose').fill('Gửi hệ thống dạy học');
	const [file] = await Promise.all([page.waitForEvent('download', { timeout: 120_000 }), page.locator('#purpose').press('Enter')]);
	assert.match(file.suggestedFilename(), /^oneroster-\d{4}-\d{4}\.zip$/);
	assert.deepEqual(office.faults, []);
});
