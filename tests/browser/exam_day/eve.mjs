/*
 * The day before: the office has its students and teacher, the students their accounts, the teacher
 * a bank, a paper and a published sitting.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD } from '../../e2e/lib/people.mjs';
import { PHONE, STEP, chooseFile, openPerson, pdfText, savedBytes, shoot, signInByForm, submit,
	until } from '../lib.mjs';
import { openSitter } from '../sitter.mjs';
import { ANH, CODE, DUNG, GIANG, HA, LIMIT_MIN, MINUTE_MS, QUYNH, browser, codes, everyone, hexOf,
	list, localInput, need, paper, rows, school, server, sitters, world } from './day.mjs';

const PUBLISHED_AHEAD_MS = 12 * MINUTE_MS; /* until the teacher moves the start */

test('the office imports the class list it has and looks at it first', STEP, async () => {
	const person = await openPerson(browser, server);
	world.office = person;
	await signInByForm(person.page, server, { school: school.code, login: 'office', password: PASSWORD });
	const { page } = person;
	await page.goto(`${server.url}/van-phong/nhap`);
	await chooseFile(page, 'Danh sách lớp 10.xlsx', list.bytes);
	await submit(page);
	await page.getByRole('heading', { name: /Xem trước/ }).waitFor();
	await shoot(page, 'roster-preview', { fullPage: true });
	assert.equal((await rows('SELECT id FROM student WHERE code LIKE ?', ['HS00%'])).length, 0,
		'a preview writes nothing');
	await page.getByRole('tab', { name: /Trùng \(1\)/ }).click();
	await page.getByRole('cell', { name: /10A1, dòng 10/ }).waitFor();
	await page.getByRole('tab', { name: /Mới \(6\)/ }).click();
	for (const name of everyone) {
		await page.getByRole('rowheader', { name, exact: true }).waitFor();
	}
	await page.getByRole('button', { name: 'Ghi 6 dòng vào sổ' }).click();
	await page.getByText('Đã ghi vào sổ').waitFor();
	const made = await rows(`SELECT p.full_name AS name, p.birth_date AS birth, c.name AS class, s.code
		FROM student s JOIN person p ON p.id = s.person_id
		JOIN enrolment e ON e.student_id = s.id JOIN class c ON c.id = e.class_id
		WHERE s.code LIKE 'HS00%' ORDER BY s.code`);
	assert.deepEqual(made.map((m) => m.name), everyone);
	assert.deepEqual(made.map((m) => m.class), ['10A1', '10A1', '10A1', '10A1', '10A2', '10A2']);
	const born = made.map((m) => new Date(m.birth.getTime() - m.birth.getTimezoneOffset() * MINUTE_MS)
		.toISOString().slice(0, 10));
	assert.deepEqual(born, ['2010-09-05', '2010-03-12', '2010-02-01', '2010-12-31', '2010-07-07', '2010-04-30']);
	const phones = await rows('SELECT phone FROM account WHERE phone LIKE ? ORDER BY phone', ['+8491234567%']);
	assert.deepEqual(phones.map((p) => p.phone), [1, 2, 3, 4, 5, 6].map((n) => `+8491234567${n}`));
});

test('the office gives a teacher both classes and prints sign-in slips', STEP, async () => {
	const { page } = need(world.office, 'the office');
	await page.goto(`${server.url}/van-phong/giao-vien`);
	await page.getByRole('link', { name: school.teacher.fullName }).click();
	for (const name of ['10A1', '10A2']) {
		await page.locator('#subjectId').selectOption({ label: 'Toán ALPHA' });
		await page.locator('#classId').selectOption({ label: name });
		await page.getByRole('button', { name: 'Phân công', exact: true }).click();
		await page.getByText(`Toán ALPHA – lớp ${name}`).waitFor();
	}
	for (const name of ['10A1', '10A2']) {
		await page.goto(`${server.url}/van-phong/lop`);
		await page.getByRole('link', { name, exact: true }).click();
		const bytes = await savedBytes(page, () => page.getByRole('button', { name: 'In phiếu đăng nhập' }).click());
		const text = await pdfText(server.dir, `slips-${name}.pdf`, bytes);
		for (const code of text.match(CODE) ?? []) {
			const found = await server.call('POST', '/api/v1/activation', { body: { code } });
			assert.equal(found.status, 200, `the code ${code} of the slip is not known`);
			const { fullName } = await found.json();
			assert.ok(text.includes(fullName), `${fullName} stands on the slip`);
			codes.set(fullName, code);
		}
	}
	assert.deepEqual([...codes.keys()].sort(), [...everyone].sort(), 'one slip a student');
});

test('a student activates with the code of the slip; a used code is worth nothing', STEP, async () => {
	const code = need(codes.get(ANH), 'a code');
	const person = await openSitter(browser, server, { viewport: PHONE });
	sitters.set(ANH, person);
	await person.page.goto(`${server.url}/activate#${code}`);
	await submit(person.page);
	await person.page.getByText(ANH).waitFor();
	await person.page.locator('#password').fill(PASSWORD);
	await submit(person.page);
	await person.page.waitForURL(/\/thi$/);
	const again = await server.call('POST', '/api/v1/activation/use', { body: { code, password: PASSWORD } });
	assert.ok(again.status >= 400, 'the code worked twice');
});

test('four more activate and sign in, one of them in a browser of his own', STEP, async () => {
	for (const name of [DUNG, GIANG, HA, QUYNH]) {
		const used = await server.call('POST', '/api/v1/activation/use',
			{ body: { code: need(codes.get(name), 'a code'), password: PASSWORD } });
		assert.equal(used.status, 200);
		const [{ login }] = await rows(`SELECT m.login FROM membership m JOIN person p
			ON p.id = m.person_id WHERE p.full_name = ? AND m.role = 3`, [name]);
		const person = await openSitter(name === GIANG ? world.own.browser : browser, server);
		await signInByForm(person.page, server, { school: school.code, login, password: PASSWORD });
		sitters.set(name, Object.assign(person, { login }));
	}
	assert.ok((await world.own.processes()).length > 0, 'his browser runs');
});

test('the teacher imports a Word paper and mends the question without a key', STEP, async () => {
	const person = await openPerson(browser, server);
	world.teacher = person;
	const { page } = person;
	await signInByForm(page, server, { school: school.code, login: 'teacher', password: PASSWORD });
	await page.goto(`${server.url}/giao-vien/ngan-hang`);
	await page.getByRole('link', { name: 'Tạo ngân hàng' }).click();
	await page.locator('#name').fill('Ngân hàng Toán 10');
	await page.locator('#subjectId').selectOption({ label: 'Toán ALPHA' });
	await page.locator('main form').getByRole('button', { name: 'Tạo ngân hàng' }).click();
	await page.waitForURL(/ngan-hang\/\d+$/);
	world.bank = page.url().split('/').pop();
	await page.goto(`${server.url}/giao-vien/ngan-hang/${world.bank}/nhap`);
	await chooseFile(page, 'Đề giữa kì.docx', paper.bytes);
	await submit(page);
	await page.getByRole('tab', { name: 'Cần xem lại (1)' }).waitFor();
	await page.getByRole('tab', { name: `Tất cả (${paper.count})` }).waitFor();
	await page.getByRole('button', { name: `Sửa câu ${paper.unkeyed}` }).click();
	await page.getByRole('radio', { name: `${paper.unkeyedRight} đúng` }).check();
	await page.getByRole('button', { name: 'Lưu câu hỏi' }).click();
	await page.getByRole('button', { name: `Lưu ${paper.count} câu vào ngân hàng` }).click();
	await page.getByText(`Đã lưu ${paper.count} câu hỏi`).waitFor();
});

test('the teacher makes a paper worth ten points', STEP, async () => {
	const { page } = need(world.teacher, 'the teacher');
	await page.goto(`${server.url}/giao-vien/de-thi/moi?bank=${need(world.bank, 'a bank')}`);
	await page.locator('#title').fill('Giữa kì I – Toán 10');
	await until('the bank chose the subject', async () => (await page.locator('#subjectId').inputValue()) !== '');
	await submit(page);
	await page.waitForURL(/de-thi\/\d+$/);
	world.paper = page.url().split('/').pop();
	const weight = page.locator('#weight-0');
	await weight.fill('1,25');
	await weight.blur();
	await page.getByText('Tổng điểm: 10,00').waitFor();
	await page.getByRole('button', { name: 'Lưu đề' }).click();
	await page.getByText('Đã lưu đề.').waitFor();
});

test('the teacher publishes to two classes in four variants', STEP, async () => {
	const { page } = need(world.teacher, 'the teacher');
	await page.goto(`${server.url}/giao-vien/ca-thi/moi?paper=${need(world.paper, 'a paper')}`);
	await page.locator('#title').fill('Kiểm tra giữa kì I');
	await page.getByRole('checkbox', { name: '10A1', exact: true }).check();
	await page.getByRole('checkbox', { name: '10A2', exact: true }).check();
	await page.locator('#starts').fill(localInput(Date.now() + PUBLISHED_AHEAD_MS));
	await page.locator('#limit').fill(String(LIMIT_MIN));
	await page.locator('#variants').fill('4');
	await page.locator('#column').selectOption({ label: 'Giữa kì, học kì I' });
	await page.getByRole('button', { name: 'Xem giờ kết thúc của từng em' }).click();
	await page.getByRole('button', { name: 'Công bố ca thi' }).waitFor();
	assert.equal(await page.locator('tbody tr').count(), everyone.length, 'every student has an end');
	await page.getByRole('button', { name: 'Công bố ca thi' }).click();
	await page.waitForURL(/ca-thi\/[\w-]{22}$/);
	world.sitting = page.url().split('/').pop();
	const found = await rows(`SELECT DISTINCT a.variant FROM attempt a WHERE sitting_id = UNHEX(?)`,
		[hexOf(world.sitting)]);
	assert.equal(found.length, 4, 'four variants are dealt');
});
