/*
 * An officer's day at a department: schools and how they stand, a school invited, one refused record
 * read in words, a mark that arrives while the page is looked at, a student's records for a purpose,
 * figures from the province down to a class by keyboard, a file, exams that are on.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PROVINCE, enrolled, line, mark } from '../e2e/lib/exchange.mjs';
import { PASSWORD, PASSWORD_HASH, connectDb, insert } from '../e2e/lib/people.mjs';
import { PHONE, START, STEP, WIDE, openBrowser, openPerson, savedBytes, seriousFindings, shoot, signInByForm,
	startServer } from './lib.mjs';

const YEAR = '2026-2027';
const DAY = 86_400_000;
let server;
let db;
let browser;
let officer;
const schools = {};

/* What a school sends of two classes: names, marks, results; the marks differ by school. */
function records(code, shift) {
	const lines = [line(code, 'monhoc', ['toan'], { mamon: 'toan', tenmon: 'Toán', loai: 'diem' })];
	for (const [malop, khoi] of [['10A1', 10], ['11A1', 11]]) {
		lines.push(line(code, 'lophoc', [YEAR, malop], { namhoc: YEAR, malop, khoi, magvcn: null }));
		for (let i = 1; i <= 6; i++) {
			const mahocsinh = `${malop}-${i}`;
			lines.push(line(code, 'hocsinh', [mahocsinh], { mahocsinh, hoten: `Nguyễn Văn ${i}`, ngaysinh: '2010-09-05',
				gioitinh: i % 2 ? 'nam' : 'nu', dantoc: 'Kinh', noisinh: null, trangthai: 'danghoc' }, { hocsinh: mahocsinh }));
			lines.push(mark(code, mahocsinh, (25 * i + shift + khoi) % 101, 1, { malop }));
			lines.push(line(code, 'ketqua', [YEAR, malop, 1, mahocsinh], { namhoc: YEAR, malop, hocky: 1, mahocsinh, khoi,
				mahocluc: 1 + (i % 4), mahanhkiem: 1, lenlop: null, madanhhieu: null, songaynghi: 0, goiluat: 'tt22' }));
		}
	}
	return lines;
}

before(async () => {
	server = await startServer(PROVINCE, { command: 'province' });
	db = await connectDb(server);
	const id = await insert(db, 'person', { full_name: 'Phạm Thị Cán Bộ', sort_given: 'Bộ', sort_rest: '', search_name: 'can bo', created_at_ms: 1 });
	await insert(db, 'account', { person_id: id, password_hash: PASSWORD_HASH, state: 2, created_at_ms: 1 });
	await insert(db, 'officer', { province_id: 79, person_id: id, login: 'canbo' });
	for (const [code, shift] of [['THPT-A', 5], ['THPT-B', 40]]) {
		schools[code] = await enrolled(server, code);
		await schools[code].send(records(code, shift));
	}
	await schools['THPT-A'].send([mark('THPT-A', 'HS9', 200)]);
	await schools['THPT-A'].send([line('THPT-A', 'cathi', ['ab'], { macathi: 'ab', ten: 'Kiểm tra giữa kì', mamon: 'toan', batdau: Date.now() - 60_000,
		ketthuc: Date.now() + DAY, trangthai: 'dangthi', sothisinh: 40, dangthi: 38, danop: 2, lop: ['10A1'] })]);
	await db.query('UPDATE province_school SET last_batch_at_ms = ? WHERE code = ?', [Date.now() - 4 * DAY, 'THPT-B']);
	browser = await openBrowser();
	officer = await openPerson(browser, server, { bypassCSP: true });
	await signInByForm(officer.page, server, { login: 'canbo', password: PASSWORD });
}, START);

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
}, START);

const go = (address) => officer.page.goto(server.url + address);
const button = (name) => officer.page.getByRole('button', { name, exact: true });
const link = (name) => officer.page.getByRole('link', { name, exact: true });

test('the desk shows each school in words; a school is invited', STEP, async () => {
	const { page } = officer;
	await page.waitForURL(/\/so-giao-duc$/);
	await page.getByRole('row', { name: /THPT-A.*Có bản ghi bị từ chối/ }).waitFor();
	await page.getByRole('row', { name: /THPT-B.*Trễ: đã 3 ngày không gửi/ }).waitFor();
	await page.getByLabel('Tìm theo tên hoặc mã trường').fill('thpt-b');
	await page.getByText('Đang xem 1 trên 2 trường.').waitFor();
	await page.getByLabel('Tìm theo tên hoặc mã trường').fill('');
	await shoot(page, 'desk-schools', { fullPage: true });
	await button('Mời trường').click();
	await button('Tạo mã đăng ký').click();
	await page.locator('.error-summary').waitFor();
	await page.getByLabel('Mã trường', { exact: true }).fill('THCS-C');
	await page.getByLabel('Tên trường', { exact: true }).fill('Trường THCS C');
	await button('Tạo mã đăng ký').click();
	await page.getByText(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/).waitFor();
	await button('Đã ghi lại mã').click();
	await page.getByRole('row', { name: /Trường THCS C.*Chờ trường đăng ký/ }).waitFor();
});

test('a mark changed in the school is seen to arrive, and its way is told for a purpose', STEP, async () => {
	const { page } = officer;
	await link('Trường THPT-A').click();
	await page.getByText('Giá trị của diemx10 thiếu hoặc không hợp lệ.').waitFor();
	const newest = page.getByRole('table', { name: 'Mới nhận' });
	await newest.getByRole('row', { name: /Ca thi/ }).waitFor();
	await schools['THPT-A'].send([mark('THPT-A', '10A1-1', 95, 2)]);
	await newest.getByRole('row', { name: /Điểm 10A1 Sửa 2/ }).waitFor();
	await shoot(page, 'desk-school', { fullPage: true });
	await page.getByLabel('Mã học sinh').fill('10A1-1');
	await page.getByLabel('Mục đích').fill('xem');
	await button('Xem và ghi nhật ký').click();
	await page.locator('.error-summary').getByRole('link', { name: /ít nhất 5 chữ/ }).waitFor();
	await page.getByLabel('Mục đích').fill('xác minh chuyển trường');
	await button('Xem và ghi nhật ký').click();
	const seen = page.getByRole('table', { name: 'Các bản ghi của học sinh 10A1-1' });
	await seen.getByRole('row', { name: /diemx10: 95[\s\S]*Sở nhận/ }).waitFor();
	await seen.getByText('hoten: Nguyễn Văn 1', { exact: false }).waitFor();
});

test('a school is suspended with a reason, and taken up again', STEP, async () => {
	const { page } = officer;
	for (const [act, sign] of [['Tạm ngừng nhận', 'Sở đang tạm ngừng nhận'], ['Nhận lại', 'Có bản ghi bị từ chối']]) {
		await button(act).click();
		await page.getByRole('dialog').getByLabel('Lý do (ghi vào nhật ký)').fill('kiểm tra khóa của trường');
		await page.getByRole('dialog').getByRole('button', { name: act, exact: true }).click();
		await page.getByRole('definition').filter({ hasText: sign }).waitFor();
	}
});

test('figures go from the province down to a class by keyboard', STEP, async () => {
	const { page } = officer;
	await link('Số liệu').click();
	await page.getByLabel('Xem gì').selectOption('mark_regular');
	await page.getByLabel('Chia theo').selectOption('school');
	const table = page.getByRole('table', { name: 'Điểm thường xuyên: bảng số liệu' });
	await table.getByRole('row', { name: /Trường THPT-B/ }).waitFor();
	await page.getByRole('img', { name: /8,0–10: \d+, / }).first().waitFor();
	await shoot(page, 'desk-figures', { fullPage: true });
	await table.getByRole('link', { name: 'Xem kĩ Trường THPT-A' }).focus();
	await page.keyboard.press('Enter');
	const row = table.getByRole('row', { name: /^10A1 6 / });
	await row.waitFor();
	assert.equal(new URL(page.url()).searchParams.get('by'), 'class');
	await page.goBack();
	await table.getByRole('row', { name: /Trường THPT-B/ }).waitFor();
	await page.emulateMedia({ media: 'print' });
	await shoot(page, 'desk-figures-print', { fullPage: true });
	await page.emulateMedia({ media: 'screen' });
	await button('Xuất tệp').click();
	await page.getByLabel('Mục đích').fill('báo cáo học kì I');
	await page.getByLabel('CSV').check();
	const csv = (await savedBytes(page, () => page.getByRole('dialog').getByRole('button', { name: 'Xuất tệp' }).click())).toString();
	assert.match(csv, /Người xuất,Phạm Thị Cán Bộ\r\n/);
	assert.match(csv, /Mục đích,báo cáo học kì I\r\n/);
	assert.match(csv, /,Trường THPT-B,/);
});

test('exams that are on are told with how many sit', STEP, async () => {
	await link('Đang thi').click();
	await officer.page.getByRole('row', { name: /Kiểm tra giữa kì \(Toán\).*Trường THPT-A.*38 trên 40/ }).waitFor();
});

test('every page is in order on a phone and wide, in light and dark', STEP, async () => {
	const { page } = officer;
	const [[{ id }]] = await db.query('SELECT id FROM province_school WHERE code = ?', ['THPT-A']);
	for (const [name, address, seen] of [['schools', '/so-giao-duc', 'Trường THPT-B'], ['school', `/so-giao-duc/truong/${id}`, 'Khóa ký của trường'],
		['exams', '/so-giao-duc/dang-thi', 'Kiểm tra giữa kì'], ['figures', '/so-giao-duc/so-lieu?measure=learning&by=school&part=1', 'Xem kĩ Trường THPT-B']]) {
		await go(address);
		for (const [size, viewport, colorScheme] of [['phone', PHONE, 'light'], ['wide', WIDE, 'dark']]) {
			await page.setViewportSize(viewport);
			await page.emulateMedia({ colorScheme });
			await (name === 'figures' ? page.getByRole('link', { name: seen }) : page.getByText(seen).first()).waitFor();
			const isWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
			assert.equal(isWide, false, `${name} ${size} does not scroll sideways`);
			assert.deepEqual(await seriousFindings(page), [], `${name} ${size}`);
			await shoot(page, `desk-${name}-${size}`, { fullPage: true });
		}
	}
	assert.deepEqual(officer.faults, []);
});
