/*
 * A student who activates by a slip, and a guardian of two children on a phone: marks with the
 * reason of a mean, an exam's answers and its receipt.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, START, STEP, openBrowser, openPerson, shoot, signInByForm, sitByHttp, startDemo,
	submit } from './lib.mjs';

const NEW_PASSWORD = 'bốn chữ dễ nhớ';

let demo;
let browser;
let code;
let newcomer; /* 12A1's sixth, who has no password yet */

/* The office gives out a code; how it does so is the office's day. */
async function codeFor(student) {
	const call = async (path, token, body) => {
		const response = await fetch(`${demo.url}/api/v1${path}`, { method: 'POST',
			headers: { 'Content-Type': 'application/json', 'X-Want-Token': '1',
				...(token ? { Authorization: `Bearer ${token}` } : {}) },
			...(body ? { body: JSON.stringify(body) } : {}) });
		assert.equal(response.status, 200);
		return response.json();
	};
	const { school, login: name, password } = demo.signIns.office;
	const { token } = await call('/session', null, { school, name, password });
	return (await call(`/students/${student}/activation`, token)).code;
}

before(async () => {
	demo = await startDemo();
	browser = await openBrowser();
	code = await codeFor('806');
	newcomer = { ...demo.signIns.student, login: 'hs0806', password: NEW_PASSWORD };
	await sitByHttp(demo, demo.signIns.student, (i) => i.practice, () => ['A', 'B', 'C', 'D', 'A', 'B', 'C', 'D',
		[true, true, false, true], [true, true, false, true], '5', '9', '9', '5']);
}, START);

after(async () => {
	await browser?.close();
	await demo?.stop();
}, START);

test('a student activates with the slip\'s code and finds exams and marks', STEP, async () => {
	const person = await openPerson(browser, demo, { viewport: PHONE });
	const { page } = person;
	await page.goto(`${demo.url}/`);
	await page.getByRole('link', { name: 'Kích hoạt tài khoản' }).click();
	await page.locator('#code').fill('abc');
	await submit(page);
	await page.locator('.error-summary').getByText('Mã kích hoạt chưa đủ ký tự').waitFor();
	await page.locator('#code').fill(code.toLowerCase());
	await submit(page);
	await page.getByText('hs0806', { exact: true }).waitFor();
	await page.locator('#password').fill('ngắn');
	await submit(page);
	await page.locator('.error-summary').waitFor();
	await page.locator('#password').fill(NEW_PASSWORD);
	await submit(page);
	await page.getByRole('heading', { name: 'Bài thi của tôi' }).waitFor();
	await page.getByRole('heading', { name: /Luyện tập: Toán 12/ }).waitFor();
	assert.match(await page.getByRole('link', { name: 'Vào phòng thi' }).getAttribute('href'), /^\/thi\/\d+\/[\w-]{22}$/);
	await page.getByRole('link', { name: 'Điểm của tôi' }).click();
	await page.getByRole('rowheader', { name: 'Ngữ văn' }).waitFor();
	await page.getByRole('button', { name: 'Đăng xuất' }).click();
	await page.getByRole('heading', { name: 'Đăng nhập', exact: true }).waitFor();
	await signInByForm(page, demo, newcomer);
	await page.getByRole('heading', { name: 'Bài thi của tôi' }).waitFor();
	assert.deepEqual(person.faults, []);
	await person.context.close();
});

test('a student reads the practice that is done: answers beside the keys', STEP, async () => {
	const person = await openPerson(browser, demo, { viewport: PHONE });
	const { page } = person;
	await signInByForm(page, demo, demo.signIns.student);
	await page.getByRole('link', { name: /^Bài làm/ }).click();
	await page.getByRole('heading', { name: 'Câu 14' }).waitFor();
	assert.equal(await page.locator('.question-card').count(), 14);
	assert.ok(await page.getByText('Đáp án', { exact: true }).count() > 0);
	await page.locator('.katex').first().waitFor();
	assert.deepEqual(person.faults, []);
	await person.context.close();
});

test('a guardian of two sees why a mean is what it is, the exam, and a receipt that verifies', STEP, async () => {
	const person = await openPerson(browser, demo, { viewport: PHONE });
	const { page } = person;
	await signInByForm(page, demo, demo.signIns.parent);
	await page.getByRole('heading', { name: 'Các con' }).waitFor();
	const children = page.locator('.child-card');
	await children.nth(1).waitFor();
	assert.equal(await children.count(), 2);
	await children.filter({ hasText: 'Lớp 12A1' }).click();
	const sections = page.locator('.sections');
	await sections.getByRole('link', { name: 'Điểm' }).click();
	const history = page.getByRole('row', { name: /Lịch sử/ });
	await history.locator('summary').click();
	const why = await history.locator('details p').innerText();
	const figures = /= (\d+(?:,\d)?) : (\d+) ≈ (\d+,\d)\./.exec(why);
	assert.ok(figures, why);
	const [sum, weights, mean] = figures.slice(1).map((x) => Number(x.replace(',', '.')));
	assert.equal(Math.floor(sum / weights * 10 + 0.5 + 1e-9), Math.round(mean * 10), why);
	assert.ok((await history.innerText()).includes(figures[3]));
	const letters = page.getByRole('row', { name: /Ngữ văn/ });
	await letters.locator('summary').click();
	await letters.getByText('Chưa tính được điểm trung bình').waitFor();
	await shoot(page, 'parent-marks-why', { fullPage: true });
	await sections.getByRole('link', { name: 'Bài thi' }).click();
	await page.getByRole('rowheader', { name: /Luyện tập: Toán 12/ }).waitFor();
	await page.getByRole('link', { name: /^Biên nhận/ }).first().click();
	await page.getByText('Biên nhận hợp lệ').waitFor();
	const text = await page.locator('#receipt').inputValue();
	const at = Math.floor(text.length / 2);
	await page.locator('#receipt').fill(text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1));
	await page.getByRole('button', { name: 'Kiểm tra' }).click();
	await page.getByText('Biên nhận không hợp lệ').waitFor();
	await page.goBack();
	await page.goto(`${demo.url}/phu-huynh`);
	await children.filter({ hasText: 'Lớp 10A1' }).click();
	await sections.getByRole('link', { name: 'Điểm' }).click();
	await page.getByRole('rowheader', { name: 'Toán' }).waitFor();
	await sections.getByRole('link', { name: 'Bài thi' }).click();
	await page.getByText('Chưa có bài thi nào.').waitFor();
	assert.deepEqual(person.faults, []);
	await person.context.close();
});
