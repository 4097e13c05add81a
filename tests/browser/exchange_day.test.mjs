/*
 * The office's day with the exchange: it enrols with a real province by the code that it was given,
 * sees its records arrive, a mark that changes, a pause, a record that is refused and sent again;
 * other destinations are added, changed and removed. What the province holds is read from its
 * database.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PROVINCE, officer } from '../e2e/lib/exchange.mjs';
import { PASSWORD, connectDb, makeSchool, signIn } from '../e2e/lib/people.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { PHONE, START, STEP, openBrowser, openPerson, seriousFindings, shoot, signInByForm, startServer,
	until } from './lib.mjs';

const SO = 'Sở Giáo dục và Đào tạo';
let server;
let province;
let db;
let held;
let browser;
let school;
let teacher;
let person;
let page;

before(async () => {
	[server, province] = await Promise.all([startServer(),
		Server.start({ ...PROVINCE, 'limit.school_per_second': 1000 }, { command: 'province' })]);
	db = await connectDb(server);
	held = await connectDb(province);
	school = await makeSchool(db, 'TRAODOI');
	teacher = await signIn(server, school.teacher);
	browser = await openBrowser();
	person = await openPerson(browser, server, { bypassCSP: true });
	page = person.page;
	await signInByForm(page, server, { school: school.code, login: school.office.login, password: PASSWORD });
}, START);

after(async () => {
	await browser?.close();
	await held?.end();
	await db?.end();
	await server?.stop();
	await province?.stop();
}, START);

const button = (name) => page.getByRole('button', { name, exact: true });
const link = (name) => page.getByRole('link', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const heading = (name) => page.getByRole('heading', { name });
const card = (name) => page.getByRole('article').filter({ has: heading(name) });
const shows = (name, text) => card(name).getByText(text, { exact: true }).waitFor();
const said = (text) => page.getByText(text, { exact: true }).first().waitFor();
const focusOn = async (locator) => {
	for (let i = 0; i < 80; i++) {
		const isThere = await locator.evaluate((node) => node === document.activeElement);
		if (isThere) {
			return;
		}
		await page.keyboard.press('Tab');
	}
	assert.fail('the keyboard does not come there');
};
const press = async (locator, key = 'Enter') => {
	await focusOn(locator);
	await page.keyboard.press(key);
};
const type = async (locator, text) => {
	await focusOn(locator);
	await page.keyboard.press('Control+A');
	await page.keyboard.type(text);
};
const lineOf = async (key) => {
	const [[row]] = await held.query('SELECT line FROM province_record WHERE idbanghi = ?', [key]);
	return row && JSON.parse(row.line);
};
const office = async (name) => server.answer(200, 'PUT', `/subjects/${school.subject}`, await asOffice(), { code: 'toan', name, kind: 'mark' });
let signedIn;
const asOffice = () => (signedIn ??= signIn(server, school.office));

/* A page as it is seen, on a phone by day and wide in the dark; nothing that shuts people out. */
async function lookAt(name) {
	const wide = page.viewportSize();
	for (const [size, viewport, colorScheme] of [['phone', PHONE, 'light'], ['wide', wide, 'dark']]) {
		await page.setViewportSize(viewport);
		await page.emulateMedia({ colorScheme });
		await shoot(page, `${name}-${size}`, { fullPage: true });
		assert.deepEqual(await seriousFindings(page), [], `${name} ${size}`);
		const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		assert.ok(over <= 0, `${name} ${size}: ${over} px too wide`);
	}
	await page.emulateMedia({ colorScheme: 'light' });
}

test('by keyboard alone the office enrols with the province; a wrong code costs nothing that was typed', STEP, async () => {
	const text = await officer(province, 'school', 'invite', '--code', school.code, '--name', 'Trường TRAODOI', '--level', 'thpt');
	const code = text.match(/([0-9A-Z]{4}-){7}[0-9A-Z]{4}/)[0];
	await press(link('Trao đổi dữ liệu').first());
	await said('Chưa có nơi nhận nào. Hãy đăng ký với Sở bằng mã Sở cấp, hoặc thêm một nơi nhận khác.');
	await press(button('Thêm nơi nhận'));
	await type(page.locator('#url'), province.url);
	await type(page.locator('#code'), `${code.slice(0, -4)}0000`);
	await press(button('Đăng ký với Sở'));
	await page.locator('#code-error').filter({ hasText: 'Mã đăng ký không đúng, hoặc không phải của trường này.' }).waitFor();
	assert.equal(await page.locator('#url').inputValue(), province.url);
	await lookAt('exchange-add-wrong');
	await type(page.locator('#code'), code.toLowerCase());
	await press(button('Đăng ký với Sở'));
	await dialog().getByText('Dấu khóa của Sở', { exact: true }).waitFor();
	assert.match(await page.locator('.secret-code').innerText(), /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
	await lookAt('exchange-enrolled');
	await press(button('Đã đối chiếu'));
	await shows(SO, 'Đã gửi hết');
	await shows(SO, '0 chờ gửi');
	await lookAt('exchange-list');
});

test('its records are listed by state and kind, in words', STEP, async () => {
	await card(SO).getByRole('link', { name: / đã nhận$/ }).click();
	await heading(`Các bản ghi gửi đến ${SO}`).waitFor();
	await page.locator('#bang').selectOption('hocsinh');
	await page.getByRole('rowheader', { name: 'Học sinh TRAODOI-HS1', exact: true }).waitFor();
	assert.equal(await page.getByRole('rowheader').count(), 4);
	await lookAt('exchange-records');
	await page.goBack();
	await shows(SO, 'Đã gửi hết');
});

test('a mark that a teacher changes arrives, and the page tells it by itself', STEP, async () => {
	const marks = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	const { id: column } = await server.answer(201, 'POST', `${marks}/columns`, teacher, { kind: 'tx', position: 1 });
	const { student } = school.students[0];
	await server.answer(200, 'PUT', marks, teacher, { cells: [{ column, student, valueX10: 85, version: 0 }] });
	const key = `${school.code}/diem/2026-2027/10TRAODOI/toan/1/tx/1/TRAODOI-HS1`;
	await until('the mark is there', async () => (await lineOf(key))?.dulieu.diemx10 === 85);
	await until('the page tells it', async () => {
		const [[{ n }]] = await held.query('SELECT COUNT(*) AS n FROM province_record'); /* more may come behind it */
		return await card(SO).getByText(`${n} đã nhận`, { exact: true }).count() === 1;
	});
});

test('paused, a change waits; resumed, it goes', STEP, async () => {
	await press(button(`Tạm dừng: ${SO}`));
	await said(`Đã tạm dừng gửi đến ${SO}.`);
	await office('Toán học');
	await shows(SO, '1 chờ gửi');
	assert.notEqual((await lineOf(`${school.code}/monhoc/toan`)).dulieu.tenmon, 'Toán học');
	await press(button(`Tiếp tục: ${SO}`));
	await shows(SO, 'Đã gửi hết');
	assert.equal((await lineOf(`${school.code}/monhoc/toan`)).dulieu.tenmon, 'Toán học');
});

test('a record that is refused shows its reason, and is sent again', STEP, async () => {
	const key = `${school.code}/monhoc/toan`;
	await held.query("UPDATE province_record SET phienban = phienban + 1, line_hash = REPEAT('x', 32) WHERE idbanghi = ?", [key]);
	await office('Toán nâng cao');
	await card(SO).getByRole('link', { name: '1 bị từ chối', exact: true }).click();
	await page.getByText('Sở đang giữ phiên bản 3 của bản ghi này với nội dung khác.').waitFor();
	await page.getByText('Bấm So sánh ngay ở trang Trao đổi dữ liệu.').waitFor();
	await lookAt('exchange-rejected');
	await held.query('DELETE FROM province_record WHERE idbanghi = ?', [key]);
	await press(button('Gửi lại Môn học toan'));
	await page.getByText('Không có bản ghi nào như vậy.').waitFor();
	await until('it is there', async () => (await lineOf(key))?.dulieu.tenmon === 'Toán nâng cao');
	await link('Trao đổi dữ liệu').first().click();
	await press(button(`So sánh ngay: ${SO}`));
	await card(SO).getByText(/: giống nhau$/).waitFor();
});

test('the key is changed: asked first, then told, and the next change is signed by it', STEP, async () => {
	const key = () => card(SO).getByText(/^[0-9a-f]{16}$/).innerText();
	const before = await key();
	await press(button(`Thay khóa: ${SO}`));
	await dialog().getByText('Trường ký bằng một khóa mới từ nay').waitFor();
	await lookAt('exchange-roll');
	await page.keyboard.press('Escape');
	await dialog().waitFor({ state: 'detached' });
	assert.equal(await key(), before);
	await press(button(`Thay khóa: ${SO}`));
	await press(button('Thay khóa'));
	await said(`Đã thay khóa ký gửi đến ${SO}.`);
	await until('another key stands there', async () => await key() !== before);
	await office('Toán sau khi thay khóa');
	await until('it went', async () => (await lineOf(`${school.code}/monhoc/toan`))?.dulieu.tenmon === 'Toán sau khi thay khóa');
	const [[row]] = await held.query('SELECT LOWER(HEX(school_kid)) AS kid FROM incoming ORDER BY received_at_ms DESC LIMIT 1');
	assert.equal(row.kid, await key());
	await link('Nhật ký').first().click();
	await page.getByRole('row', { name: /Thay khóa ký gửi dữ liệu/ }).waitFor();
	await link('Trao đổi dữ liệu').first().click();
	await shows(SO, 'Đã gửi hết');
});

test('a database and a folder are added, changed and removed', STEP, async () => {
	await press(button('Thêm nơi nhận'));
	await page.getByRole('radio', { name: /^Cơ sở dữ liệu của tỉnh/ }).check();
	await page.locator('#host').fill('127.0.0.1');
	await page.locator('#port').fill('1');
	await page.locator('#database').fill('kho tỉnh');
	await page.locator('#user').fill('truong');
	await page.locator('#password').fill('bí mật');
	await page.setInputFiles('input[type=file]', { name: 'ca.pem', mimeType: 'text/plain', buffer: Buffer.from('không phải') });
	await dialog().getByRole('button', { name: 'Thêm nơi nhận', exact: true }).click();
	await page.locator('#database-error').filter({ hasText: 'Chỉ dùng chữ không dấu' }).waitFor();
	await page.locator('#ca-error').filter({ hasText: 'Đây không phải chứng chỉ dạng PEM' }).waitFor();
	assert.equal(await page.locator('#password').inputValue(), 'bí mật');
	await lookAt('exchange-database');
	await page.keyboard.press('Escape');
	await dialog().waitFor({ state: 'detached' });
	await press(button('Thêm nơi nhận'));
	await page.getByRole('radio', { name: /^Cơ sở dữ liệu của tỉnh/ }).check();
	for (const [field, text] of Object.entries({ host: '127.0.0.1', port: '1', database: 'kho', user: 'truong', password: 'bí mật' })) {
		await page.locator(`#${field}`).fill(text);
	}
	await dialog().getByRole('button', { name: 'Thêm nơi nhận', exact: true }).click();
	await shows('Cơ sở dữ liệu của tỉnh', 'Không kết nối được cơ sở dữ liệu nhận. Kiểm tra địa chỉ, cổng và đường mạng; hệ thống vẫn tự thử lại.');
	await lookAt('exchange-trouble');
	await button('Sửa: Cơ sở dữ liệu của tỉnh').click();
	await page.locator('#name').fill('Kho tỉnh');
	await button('Lưu').click();
	await said('Đã lưu Kho tỉnh.');
	await press(button('Bỏ nơi nhận này: Kho tỉnh'));
	await dialog().getByText('Trường sẽ không gửi gì đến đây nữa.').waitFor();
	await press(button('Bỏ nơi nhận'));
	await said('Đã bỏ Kho tỉnh.');
	await until('only the province is left', async () => await page.getByRole('article').count() === 1);
	assert.equal(Number((await db.query('SELECT COUNT(*) AS n FROM destination'))[0][0].n), 1);
});

test('nothing went wrong in the page', () => {
	assert.deepEqual(person.faults, []);
});
