/*
 * An officer's day at a department: schools and how they stand, a school invited, one refused record
 * read in words, a mark that arrives while the page is looked at, a student's records for a purpose,
 * figures from the province down to a class by keyboard, files that are opened again, exams that are
 * on, an old code of a place, and the log that knows all of it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PROVINCE, enrolled, line, mark } from '../e2e/lib/exchange.mjs';
import { faults, readBundle } from '../e2e/lib/oneroster.mjs';
import { PASSWORD, PASSWORD_HASH, connectDb, insert } from '../e2e/lib/people.mjs';
import { unzip } from '../e2e/lib/workbook.mjs';
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
	const terms = [{ so: 1, ngaybatdau: '2026-09-05', ngayketthuc: '2027-01-15' }, { so: 2, ngaybatdau: '2027-01-18', ngayketthuc: '2027-05-31' }];
	const lines = [line(code, 'namhoc', [YEAR], { namhoc: YEAR, ngaybatdau: '2026-09-05', ngayketthuc: '2027-05-31', hocky: terms }),
		line(code, 'monhoc', ['toan'], { mamon: 'toan', tenmon: 'Toán', loai: 'diem' })];
	for (const [malop, khoi] of [['10A1', 10], ['11A1', 11]]) {
		lines.push(line(code, 'lophoc', [YEAR, malop], { namhoc: YEAR, malop, khoi, magvcn: null }));
		for (let i = 1; i <= 6; i++) {
			const mahocsinh = `${malop}-${i}`;
			lines.push(line(code, 'hocsinh', [mahocsinh], { mahocsinh, hoten: `Nguyễn Văn ${i}`, ngaysinh: '2010-09-05',
				gioitinh: i % 2 ? 'nam' : 'nu', dantoc: 'Kinh', noisinh: null, trangthai: 'danghoc' }, { hocsinh: mahocsinh }));
			lines.push(line(code, 'xeplop', [YEAR, malop, mahocsinh], { namhoc: YEAR, malop, mahocsinh, sott: i, tungay: '2026-09-05', denngay: null },
				{ lop: `${YEAR}/${malop}`, hocsinh: mahocsinh }));
			lines.push(mark(code, mahocsinh, (25 * i + shift + khoi) % 101, 1, { malop }));
			lines.push(line(code, 'ketqua', [YEAR, malop, 1, mahocsinh], { namhoc: YEAR, malop, hocky: 1, mahocsinh, khoi,
				mahocluc: 1 + (i % 4), mahanhkiem: 1, lenlop: null, madanhhieu: null, songaynghi: 0, goiluat: 'tt22' }));
		}
	}
	return lines;
}

/* Others of the province, so that what is wrong has to be found among what is right. */
async function manySchools() {
	const now = Date.now();
	const place = (code, name, from, to) => insert(db, 'area', { tier: 2, code, name, parent_code: '79', valid_from: from, valid_to: to });
	await place('26740', 'Phường Bến Nghé', '2004-01-01', '2025-06-30');
	await place('26734', 'Phường Sài Gòn', '2025-07-01', null);
	await insert(db, 'area_change', { tier: 2, old_code: '26740', new_code: '26734', on_day: '2025-07-01' });
	for (let i = 1; i <= 30; i++) {
		await insert(db, 'province_school', { province_id: 79, code: `Q${i}`, name: `Trường THCS số ${i}`, level: 'thcs',
			commune_code: i === 7 ? '26740' : i % 2 ? '26734' : '', state: i === 9 ? 3 : 2, invited_at_ms: 1, enrolled_at_ms: now - 30 * DAY,
			suspended_why: i === 9 ? 'kiểm tra khóa' : null, heard_at_ms: i === 3 ? now - 20 * DAY : i === 5 ? now - 5 * DAY : now });
	}
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
	await db.query('UPDATE province_school SET enrolled_at_ms = ?, heard_at_ms = ? WHERE code = ?', [Date.now() - 30 * DAY, Date.now() - 4 * DAY, 'THPT-B']);
	await manySchools();
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
	await page.getByRole('row', { name: /THPT-B.*Trễ: đã 3 ngày không liên lạc/ }).waitFor();
	await page.getByLabel('Tìm theo tên hoặc mã trường').fill('thpt-b');
	await page.getByText('Đang xem 1 trên 32 trường.').waitFor();
	await page.getByLabel('Tìm theo tên hoặc mã trường').fill('');
	/* The worst first, and how many of each; one press shows only those. */
	const names = page.getByRole('table', { name: 'Các trường' }).getByRole('rowheader');
	assert.deepEqual((await names.allInnerTexts()).slice(0, 5),
		['Trường THCS số 9', 'Trường THCS số 3', 'Trường THCS số 5', 'Trường THPT-B', 'Trường THPT-A']);
	await page.getByRole('button', { name: '1 Im lặng: đã 14 ngày không liên lạc' }).focus();
	await page.keyboard.press('Enter');
	await page.getByText('Đang xem 1 trên 32 trường.').waitFor();
	await page.getByRole('row', { name: /Trường THCS số 3.*20 ngày trước/ }).waitFor();
	await page.getByRole('button', { name: '32 Mọi tình trạng' }).click();
	await page.locator('#at-commune').selectOption('Phường Bến Nghé');
	await page.getByRole('row', { name: /Trường THCS số 7.*Phường Bến Nghé \(mã cũ\), nay là Phường Sài Gòn/ }).waitFor();
	await page.locator('#at-commune').selectOption('');
	await shoot(page, 'desk-schools', { fullPage: true });
	await button('Mời trường').click();
	await button('Tạo mã đăng ký').click();
	await page.locator('.error-summary').waitFor();
	await page.getByLabel('Mã trường', { exact: true }).fill('THCS-C');
	await page.getByLabel('Tên trường', { exact: true }).fill('Trường THCS C');
	await page.locator('#commune').fill('26740');
	await page.getByText('Mã cũ: Phường Bến Nghé, đến hết 30/06/2025. Hãy chọn mã hiện nay:').waitFor();
	await shoot(page, 'desk-invite');
	await button('Phường Sài Gòn (26734)').click();
	assert.equal(await page.locator('#commune').inputValue(), '26734');
	await button('Tạo mã đăng ký').click();
	await page.getByText(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/).waitFor();
	await button('Đã ghi lại mã').click();
	await page.getByRole('row', { name: /Trường THCS C.*Chờ trường đăng ký/ }).waitFor();
});

test('a mark changed in the school is seen to arrive, and its way is told for a purpose', STEP, async () => {
	const { page } = officer;
	await link('Trường THPT-A').click();
	await page.getByText('Giá trị của điểm (diemx10) thiếu hoặc không hợp lệ.').waitFor();
	await page.getByRole('rowheader', { name: 'Điểm 2026-2027 · 10A1 · toan · 1 · tx · 1 · HS9' }).waitFor();
	await page.getByText('Báo trường sửa dữ liệu này; bản sửa tự gửi về.').waitFor();
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
	await seen.getByRole('row', { name: /Điểm: 9,5[\s\S]*Sở nhận/ }).waitFor();
	await seen.getByText('Họ tên: Nguyễn Văn 1; Ngày sinh: 05/09/2010; Giới tính: Nam', { exact: false }).waitFor();
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
	await page.getByText('Toàn tỉnh. Chia theo: Trường.').waitFor();
});

test('files are taken along: a workbook, and a year of a school as OneRoster', STEP, async () => {
	const { page } = officer;
	await link('Các trường').first().click();
	await button('Xuất tệp').click();
	await page.getByRole('dialog').getByRole('button', { name: 'Xuất tệp' }).click();
	await page.locator('.error-summary').waitFor();
	await page.getByLabel('Mục đích').fill('đối chiếu sĩ số');
	const book = unzip(await savedBytes(page, () => page.getByRole('dialog').getByRole('button', { name: 'Xuất tệp' }).click()));
	const sheets = [...book].filter(([name]) => name.endsWith('.xml')).map(([, part]) => part.bytes.toString()).join('');
	for (const word of ['Phạm Thị Cán Bộ', 'đối chiếu sĩ số', 'Trường THPT-B', 'Im lặng', 'Phường Sài Gòn']) {
		assert.ok(sheets.includes(word), word);
	}
	await link('Trường THPT-A').click();
	await button('Xuất OneRoster').click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Năm học').waitFor();
	await dialog.getByRole('button', { name: 'Xuất OneRoster' }).click();
	await page.locator('.error-summary').waitFor();
	await dialog.getByLabel('Mục đích').fill('nộp dữ liệu năm học');
	await shoot(page, 'desk-bundle');
	const bytes = await savedBytes(page, () => dialog.getByRole('button', { name: 'Xuất OneRoster' }).click());
	assert.deepEqual(faults(bytes), []);
	const { manifest, tables } = readBundle(bytes);
	assert.match(manifest.get('source.systemName'), /Phạm Thị Cán Bộ; nộp dữ liệu năm học/);
	assert.equal(tables.enrollments.rows.length >= 12, true);
});

test('the log knows who looked at whom, and who took what along', STEP, async () => {
	const { page } = officer;
	await link('Nhật ký').click();
	const table = page.getByRole('table', { name: 'Nhật ký của Sở' });
	await table.getByRole('row', { name: /Xem hồ sơ học sinh Phạm Thị Cán Bộ Trường THPT-A Học sinh 10A1-1 xác minh chuyển trường/ }).waitFor();
	await table.getByRole('row', { name: /Xuất OneRoster .*Năm học 2026-2027 nộp dữ liệu năm học/ }).waitFor();
	await table.getByRole('row', { name: /Xuất tệp .*Tệp CSV: Điểm thường xuyên, chia theo Trường, Học kì I, 2026-2027 báo cáo học kì I/ }).waitFor();
	await table.getByRole('row', { name: /Mời trường Người quản trị, tại máy chủ Trường THPT-B/ }).waitFor();
	await page.locator('#action').selectOption('department.suspend');
	await table.getByRole('row', { name: /Tạm ngừng nhận .*kiểm tra khóa của trường/ }).waitFor();
	assert.equal(await table.getByRole('rowheader').count(), 1);
	await page.locator('#action').selectOption('department.revoke');
	await page.getByText('Không có việc nào như vậy.').waitFor();
	await link('Địa danh').click();
	await page.getByLabel('Tìm theo tên hoặc mã').fill('ben nghe');
	await page.getByRole('row', { name: /Phường Bến Nghé 26740 Đến hết 30\/06\/2025 Nay là Phường Sài Gòn \(26734\)/ }).waitFor();
	await page.getByLabel('Tìm theo tên hoặc mã').fill('Ho Chi Minh');
	await page.locator('#which').selectOption('1');
	await page.getByRole('row', { name: /Thành phố Hồ Chí Minh 79 Hiện nay Gồm .*Tỉnh Bình Dương \(74\)/ }).waitFor();
});

test('exams that are on are told with how many sit', STEP, async () => {
	await link('Đang thi').click();
	await officer.page.getByRole('row', { name: /Kiểm tra giữa kì \(Toán\).*Trường THPT-A.*38 trên 40/ }).waitFor();
});

test('every page is in order on a phone and wide, in light and dark', STEP, async () => {
	const { page } = officer;
	const [[{ id }]] = await db.query('SELECT id FROM province_school WHERE code = ?', ['THPT-A']);
	for (const [name, address, seen] of [['schools', '/so-giao-duc', 'Trường THPT-B'], ['school', `/so-giao-duc/truong/${id}`, 'Khóa ký của trường'],
		['exams', '/so-giao-duc/dang-thi', 'Kiểm tra giữa kì'], ['log', '/so-giao-duc/nhat-ky', 'xác minh chuyển trường'],
		['places', '/so-giao-duc/dia-danh', 'Thành phố Hà Nội'], ['counts', '/so-giao-duc/so-lieu?measure=enrolled&by=school', 'Xem kĩ Trường THPT-B'],
	 ['figures', '/so-giao-duc/so-lieu?measure=learning&by=school&part=1', 'Xem kĩ Trường THPT-B']]) {
		await go(address);
		for (const [size, viewport, colorScheme] of [['phone', PHONE, 'light'], ['wide', WIDE, 'dark']]) {
			await page.setViewportSize(viewport);
			await page.emulateMedia({ colorScheme });
			await (seen.startsWith('Xem kĩ') ? page.getByRole('link', { name: seen }) : page.getByText(seen).first()).waitFor();
			const isWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
			assert.equal(isWide, false, `${name} ${size} does not scroll sideways`);
			assert.deepEqual(await seriousFindings(page), [], `${name} ${size}`);
			await shoot(page, `desk-${name}-${size}`, { fullPage: true });
		}
	}
	assert.deepEqual(officer.faults, []);
});
