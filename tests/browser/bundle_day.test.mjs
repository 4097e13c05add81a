/*
 * A new school's office: nothing is there yet, the former program's OneRoster bundle is; a damaged
 * one says where, the good one is looked at and makes the school.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, connectDb, insert, makeMember } from '../e2e/lib/people.mjs';
import { smallBundle } from '../e2e/lib/small_bundle.mjs';
import { PHONE, START, STEP, WIDE, chooseFile, openBrowser, openPerson, seriousFindings, shoot, signInByForm,
	startServer, submit } from './lib.mjs';

let server;
let db;
let browser;
let page;

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	await insert(db, 'province', { id: 1, code: 'P1', name: 'Tỉnh thử', valid_from: '2025-07-01' });
	await insert(db, 'commune', { id: 1, province_id: 1, code: 'C1', name: 'Xã thử', valid_from: '2025-07-01' });
	const id = await insert(db, 'school', { commune_id: 1, code: 'moi', name: 'Trường Mới', level: 'thpt', created_at_ms: Date.now() });
	const year = await insert(db, 'school_year', { school_id: id, code: '2026-2027', starts_on: '2026-08-20', ends_on: '2027-06-15' });
	for (const [number, from, to] of [[1, '2026-09-05', '2027-01-10'], [2, '2027-01-12', '2027-05-31']]) {
		await insert(db, 'term', { school_id: id, school_year_id: year, number, starts_on: from, ends_on: to });
	}
	const office = await makeMember(db, { id, code: 'moi' }, 'office', 'vanphong', 'Nguyễn Thị Văn Phòng');
	browser = await openBrowser();
	({ page } = await openPerson(browser, server, { bypassCSP: true }));
	await signInByForm(page, server, { school: 'moi', login: office.login, password: PASSWORD });
}, START);

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
}, START);

async function lookAt(name) {
	for (const [size, viewport] of [['phone', PHONE], ['wide', WIDE]]) {
		await page.setViewportSize(viewport);
		await shoot(page, `${name}-${size}`, { fullPage: true });
		assert.deepEqual(await seriousFindings(page), [], `${name} ${size}`);
		const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		assert.ok(over <= 0, `${name} ${size}: ${over} px too wide`);
	}
}

test('the way from the first page, and what is wrong with a bundle', STEP, async () => {
	await page.getByRole('link', { name: 'lập trường từ gói đó' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Lập trường từ gói OneRoster', level: 1 }).waitFor();
	await submit(page);
	await page.locator('.error-summary').getByRole('link', { name: 'Hãy chọn tệp .zip.' }).waitFor();
	await chooseFile(page, 'hỏng.zip', smallBundle('Hỏng', { change: (rows) => ({ ...rows, roles: [...rows.roles, 'r5,,,ai-do,primary,student,,,org-1,'] }) }));
	await submit(page);
	await page.getByText('Gói này chưa nhập được').waitFor();
	await page.getByRole('heading', { name: /^Cần xem: 1 lỗi/, level: 2 }).waitFor();
	await page.getByText(/^roles\.csv: 1/).waitFor();
	await page.getByText('roles.csv, dòng 6, cột 4').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Lập trường', exact: true }).count(), 0);
	await lookAt('bundle-wrong');
	await page.getByRole('button', { name: 'Bỏ, chọn tệp khác' }).click();
	await page.getByRole('heading', { name: 'Lập trường từ gói OneRoster', level: 1 }).waitFor();
});

test('a good one is looked at, then makes the school', STEP, async () => {
	await chooseFile(page, 'trường.zip', smallBundle('Bình'));
	await submit(page);
	await page.getByRole('heading', { name: 'Xem trước: trường.zip' }).waitFor();
	await page.getByText('Trường Bình, mã S1').waitFor();
	await page.getByText('Bỏ qua 1 cột điểm', { exact: false }).waitFor();
	await lookAt('bundle-preview');
	await page.getByRole('button', { name: 'Lập trường', exact: true }).focus();
	await page.keyboard.press('Enter');
	await page.getByText('Đã tạo 1 lớp, 1 giáo viên, 2 học sinh.', { exact: false }).waitFor();
	await lookAt('bundle-done');
	await page.getByRole('link', { name: 'Xem các lớp và in phiếu' }).click();
	await page.getByRole('link', { name: '10A1' }).waitFor();
	const [[{ ends }]] = await db.query("SELECT CAST(ends_on AS CHAR) AS ends FROM school_year WHERE code = '2026-2027'");
	assert.equal(ends, '2027-05-31', "the year has the bundle's days");
});
