/*
 * A teacher's day: looking for a question and mending it with its formula in sight, a Word file
 * with a doubtful question, papers, an exam whose mark meets a typed one, an essay to mark, the
 * gradebook with a reason for what parents have seen, and what the student reads in the end.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { wordPaper } from '../fixtures/office_files.mjs';
import { PATIENCE, PHONE, START, STEP, chooseFile, columnHead, markCell, openBrowser, openPerson,
	shoot, signInByForm, sitByHttp, startDemo, submit, until } from './lib.mjs';

const SHEET = '/giao-vien/so-diem/21/1/1'; /* mathematics of 12A1 in the first term */
const TITLE = 'Kiểm tra thường xuyên';
const STUDENT = 'Huỳnh Thị Thanh Nhi'; /* the demo's first of 12A1: its names are always the same */

let demo;
let browser;
let teacher;
const word = wordPaper();
const world = {};

before(async () => {
	demo = await startDemo();
	browser = await openBrowser();
	teacher = await openPerson(browser, demo);
	await signInByForm(teacher.page, demo, demo.signIns.teacher);
}, START);

after(async () => {
	await browser?.close();
	await demo?.stop();
}, START);

const go = (address) => teacher.page.goto(demo.url + address);
const button = (name) => teacher.page.getByRole('button', { name, exact: true });
const link = (name) => teacher.page.getByRole('link', { name, exact: true });

test('a question is found without marks on its letters and mended with its formula in sight', STEP, async () => {
	const { page } = teacher;
	await go('/giao-vien/ngan-hang');
	await link('Toán 12 – ôn tập').click();
	await page.locator('#find').fill('dao ham');
	await page.getByText('1 trên 14 câu').waitFor();
	await page.locator('#find').fill('không có từ này');
	await page.getByText('Không có câu nào khớp').waitFor();
	await page.locator('#find').fill('');
	await page.locator('#kind').selectOption({ label: 'Đúng / sai từng ý' });
	await page.getByText('2 trên 14 câu').waitFor();
	await page.locator('#kind').selectOption('');
	await button('Sửa câu 2').click();
	await page.locator('#stem').fill('Nghiệm của phương trình $\\frac{2^x}{4} = 2$ là');
	await page.locator('.beside section .mfrac').waitFor(); /* KaTeX drew the fraction as it was typed */
	await button('Lưu câu hỏi').click();
	await page.locator('.question-card').nth(1).locator('.mfrac').waitFor();
});

test('a Word file is read; the doubtful question is mended, an essay written', STEP, async () => {
	const { page } = teacher;
	await go('/giao-vien/ngan-hang');
	await link('Tạo ngân hàng').click();
	await page.locator('#name').fill('Toán 12 – thường xuyên');
	await page.locator('#subjectId').selectOption({ label: 'Toán' });
	await submit(page);
	await link('Nhập từ Word hoặc GIFT').click();
	await chooseFile(page, 'Đề.docx', word.bytes);
	await submit(page);
	await page.getByRole('tab', { name: 'Cần xem lại (1)' }).waitFor();
	await page.getByText('Chưa có đáp án đúng.').waitFor();
	await button(`Sửa câu ${word.unkeyed}`).press('Enter');
	await page.locator('h1:focus').waitFor(); /* the keyboard starts where the question is */
	await button('Lưu câu hỏi').click();
	await page.locator('.error-summary').getByText('Hãy chọn đáp án.').waitFor();
	await page.getByRole('radio', { name: `${word.unkeyedRight} đúng` }).check();
	await button('Lưu câu hỏi').click();
	await page.getByRole('tab', { name: 'Cần xem lại (0)' }).waitFor();
	await page.locator('[role=tab]:focus').waitFor(); /* … and comes back to the list */
	await button(`Lưu ${word.count} câu vào ngân hàng`).click();
	await link('Mở ngân hàng').click();
	await button('Thêm câu hỏi').click();
	await page.locator('#kind').selectOption({ label: 'Tự luận' });
	await page.locator('#stem').fill('Chứng minh hàm số $y = x^3$ đồng biến trên $\\mathbb{R}$.');
	await page.locator('#key').fill('Tính đạo hàm: 0,5 điểm; kết luận: 0,5 điểm.');
	await button('Lưu câu hỏi').click();
	await page.getByText(`${word.count + 1} trên ${word.count + 1} câu`).waitFor();
	world.bank = page.url().split('/').pop();
});

test('a paper takes the three parts of the graduation exam; another is free', STEP, async () => {
	const { page } = teacher;
	await go('/giao-vien/de-thi/moi');
	await page.locator('#title').fill('Thử cấu trúc 2025');
	await page.locator('#bank').selectOption({ label: 'Toán 12 – ôn tập' });
	await page.locator('#preset').selectOption('thpt2025_toan');
	await submit(page);
	await page.waitForURL(/de-thi\/\d+$/);
	for (const part of ['PHẦN I.', 'PHẦN II.', 'PHẦN III.']) {
		await page.getByRole('heading', { name: new RegExp(`^${part.replace('.', '\\.')}`) }).waitFor();
	}
	await page.getByText('Cần xem lại trước khi dùng').waitFor(); /* 14 questions are fewer than 22 */
	await go(`/giao-vien/de-thi/moi?bank=${world.bank}`);
	await page.locator('#title').fill('Thường xuyên số 4');
	await until('the bank tells the subject', async () => await page.locator('#subjectId').inputValue() !== '', PATIENCE);
	await submit(page);
	await page.waitForURL(/de-thi\/\d+$/);
	await page.locator('#weight-0').fill('1');
	await page.locator('#shuffle-0').uncheck(); /* the essay stays last in every variant */
	await page.getByText('Tổng điểm: 9,00').waitFor();
	await button('Lưu đề').click();
	await page.getByText('Đã lưu đề.').waitFor();
});

test('a mark is typed; an exam for the same column is published in four variants', STEP, async () => {
	const { page } = teacher;
	await go(SHEET);
	await button('TX 4').click();
	await columnHead(page, 'TX 4');
	const cell = await markCell(page, STUDENT, 'TX 4');
	await cell.click();
	await page.keyboard.type('75');
	await page.keyboard.press('Enter');
	await cell.getByText('7,5').waitFor();
	await page.getByText('Đã lưu hết.').waitFor();
	await go('/giao-vien/de-thi');
	await link('Thường xuyên số 4').click();
	await link('Mở ca thi với đề này').click();
	await page.locator('#title').fill('');
	await submit(page);
	await page.locator('.error-summary').getByText('Hãy đặt tên cho ca thi.').waitFor();
	await page.locator('#title').fill(TITLE);
	await page.getByRole('checkbox', { name: '12A1', exact: true }).check();
	await page.getByRole('checkbox', { name: /^Luyện tập/ }).check();
	const now = new Date(Date.now() + 7 * 3_600_000 - 60_000).toISOString().slice(0, 16);
	await page.locator('#starts').fill(now);
	await page.locator('#column').selectOption({ label: 'Thường xuyên 4, học kì I' });
	await button('Xem giờ kết thúc của từng em').click();
	await page.getByRole('rowheader').or(page.locator('.error-summary')).first().waitFor();
	assert.equal(await page.locator('.error-summary').allInnerTexts().then((x) => x.join()), '');
	await page.getByRole('rowheader', { name: STUDENT }).waitFor();
	await button('Công bố ca thi').click();
	await page.getByRole('heading', { name: TITLE }).waitFor();
	await page.getByText('101, 102, 103, 104').waitFor();
	world.sitting = new URL(page.url()).pathname;
});

test('the essay is marked, then the exam\'s mark and the typed one are side by side to choose', STEP, async () => {
	const { page } = teacher;
	await sitByHttp(demo, demo.signIns.student, (i) => i.title === TITLE,
		() => [...Array.from({ length: word.count }, () => 'A'), 'Đạo hàm bằng 3x² không âm nên hàm số đồng biến.']);
	await until('the essay waits', async () => {
		await go(world.sitting);
		await page.getByText(/trên 40 em đã vào thi/).waitFor();
		return await page.getByText('1 bài có câu tự luận chờ chấm.').count() === 1;
	}, PATIENCE, 500);
	await page.getByRole('link', { name: `Chấm tự luận ${STUDENT}` }).click();
	await page.locator('#points-9').fill('1,5');
	await button('Lưu điểm câu này').click();
	await page.getByText('Điểm từ 0 đến 1,00.').waitFor();
	await page.locator('#points-9').fill('1');
	await page.locator('#note-9').fill('Lập luận chặt chẽ.');
	await button('Lưu điểm câu này').click();
	await page.getByText('Đã lưu.', { exact: true }).first().waitFor();
	await link(TITLE).click();
	const row = page.getByRole('row', { name: new RegExp(STUDENT) });
	await page.getByText('1 em đã có điểm khác trong sổ.').waitFor();
	await row.getByText('Trong sổ 7,5').waitFor();
	await shoot(page, 'teacher-conflict', { fullPage: true });
	/* The gradebook says so, too. */
	await go(SHEET);
	await page.getByText('Bài thi có điểm khác: 1 điểm đề nghị đổi ở cột TX 4.').waitFor();
	await button('Xem và chọn').click();
	await page.getByRole('dialog').getByRole('button', { name: `Giữ 7,5 trong sổ cho ${STUDENT}` }).waitFor();
	await shoot(page, 'marks-exam');
	await button('Đóng').click();
	await go(world.sitting);
	await row.getByRole('button', { name: /^Giữ 7,5/ }).click();
	await row.getByText('giữ điểm trong sổ').waitFor();
	await page.reload();
	await row.getByText('giữ điểm trong sổ').waitFor();
	assert.equal(await page.getByText('đã có điểm khác trong sổ').count(), 0);
});

/* The essay gets other points; then the gradebook is open. */
async function regrade(points) {
	const { page } = teacher;
	await go(world.sitting);
	await page.getByRole('link', { name: new RegExp(`^(Chấm tự luận|Xem bài) ${STUDENT}$`) }).click();
	await page.locator('#points-9').fill(points);
	/* The page says "Đã lưu." of the points before, too. */
	const saved = page.waitForResponse((r) => r.request().method() === 'PUT' && /\/slots\/9$/.test(r.url()));
	await button('Lưu điểm câu này').click();
	assert.equal((await saved).status(), 200);
	await go(SHEET);
	await page.getByText('Bài thi có điểm khác: 1 điểm đề nghị đổi ở cột TX 4.').waitFor();
}

test('marked again after the fill: the gradebook proposes, the teacher takes, keeps, unlinks and links', STEP, async () => {
	const { page } = teacher;
	const banner = page.getByText('Bài thi có điểm khác: 1 điểm đề nghị đổi ở cột TX 4.');
	const dialog = page.getByRole('dialog');
	const gone = () => until('nothing is proposed', async () => await banner.count() + await dialog.count() === 0, PATIENCE);
	await regrade('0,5');
	await button('Xem và chọn').click();
	await shoot(page, 'marks-exam');
	const take = dialog.getByRole('button', { name: new RegExp(`^Lấy .+ của bài thi cho ${STUDENT}$`) });
	const mark = (await take.getAttribute('aria-label')).split(' ')[1];
	await take.click();
	await gone();
	const cell = await markCell(page, STUDENT, 'TX 4');
	await cell.getByText(mark).waitFor();
	await regrade('0');
	await (await markCell(page, STUDENT, 'TX 4')).getByText(mark).waitFor();
	await button('Xem và chọn').click();
	await dialog.getByRole('button', { name: 'Giữ hết điểm trong sổ' }).focus();
	await page.keyboard.press('Enter');
	await gone();
	await page.reload();
	await (await markCell(page, STUDENT, 'TX 4')).getByText(mark).waitFor();
	await page.waitForLoadState('networkidle');
	assert.equal(await banner.count(), 0, 'what was kept is not asked again');
	await regrade('1');
	await button('Gỡ cột TX 4 khỏi bài thi').click();
	await dialog.getByRole('button', { name: 'Gỡ khỏi bài thi' }).click();
	await page.getByText(`Cột TX 4 đã gỡ khỏi bài thi ${TITLE}.`).waitFor();
	await gone();
	await shoot(page, 'marks-unlinked');
	await button('Nối lại cột TX 4 với bài thi').click();
	await banner.waitFor();
	await button('Xem và chọn').click();
	await dialog.getByRole('button', { name: new RegExp(`^Giữ .+ trong sổ cho ${STUDENT}$`) }).click();
	await gone();
	await go(world.sitting);
	assert.deepEqual(teacher.faults, []);
});

test('answers are released; the student sees them with the picture of the Word file', STEP, async () => {
	const { page } = teacher;
	await page.getByRole('radio', { name: 'Điểm và bài làm, ngay sau khi nộp' }).check();
	await button('Công bố ngay').click();
	await page.getByText(/Đã công bố lúc/).waitFor();
	const student = await openPerson(browser, demo, { viewport: PHONE });
	await signInByForm(student.page, demo, demo.signIns.student);
	await student.page.getByRole('link', { name: `Bài làm: ${TITLE}` }).click();
	await student.page.getByText('Lập luận chặt chẽ.').waitFor();
	const picture = student.page.locator('.question-card img');
	await picture.scrollIntoViewIfNeeded();
	await until('the picture is drawn', () => picture.evaluate((img) => img.complete && img.naturalWidth > 0), PATIENCE);
	assert.equal(await student.page.locator('.picture-missing').count(), 0);
	assert.deepEqual(student.faults, []);
	await student.context.close();
});

test('a published mark changes with a reason only', STEP, async () => {
	const { page } = teacher;
	await go(SHEET);
	let cell = await markCell(page, STUDENT, 'TX 4');
	await cell.click();
	await page.keyboard.type('85');
	await page.keyboard.press('Enter');
	await cell.getByText('8,5').waitFor();
	await page.getByText('Đã lưu hết.').waitFor();
	await button('Công bố cột TX 4').click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('button', { name: 'Công bố', exact: true }).click();
	await until('the column is published', async () => await button('Công bố cột TX 4').count() === 0, PATIENCE);
	await cell.click();
	await page.keyboard.type('9');
	await page.keyboard.press('Enter');
	await dialog.getByRole('button', { name: 'Không sửa' }).click();
	await cell.getByText('8,5').waitFor();
	await cell.click();
	await page.keyboard.type('9');
	await page.keyboard.press('Enter');
	await dialog.getByRole('button', { name: 'Sửa điểm' }).click();
	await dialog.getByText('Ghi lý do sửa điểm').waitFor();
	await dialog.locator('#why').fill('Cộng sai điểm phần I');
	await dialog.getByRole('button', { name: 'Sửa điểm' }).click();
	await until('it is asked no more', async () => await dialog.count() === 0, PATIENCE);
	await page.getByText('Đã lưu hết.').waitFor();
	await page.reload();
	cell = await markCell(page, STUDENT, 'TX 4');
	await cell.getByText('9,0').waitFor();
	await cell.click();
	await page.keyboard.press('Alt+h');
	await dialog.getByText('Cộng sai điểm phần I').waitFor();
	await dialog.getByRole('button', { name: 'Đóng' }).click();
	assert.deepEqual(teacher.faults, []);
});
