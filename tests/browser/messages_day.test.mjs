/*
 * A teacher writes to a class from the page of the class; a parent is told on a phone, reads and
 * answers; the teacher sees who has read and what was answered. The office writes to everybody,
 * switches the channels on that lead out of the house, and sees what became of what was sent.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, connectDb, insert, makeMember, makeSchool } from '../e2e/lib/people.mjs';
import { Gateway, Relay, mailText } from '../e2e/lib/outside.mjs';
import { freePort } from '../e2e/lib/server.mjs';
import { PATIENCE, PHONE, START, STEP, WIDE, openBrowser, openPerson, seriousFindings, shoot, signInByForm, startServer,
	until } from './lib.mjs';

let relay;
let gateway;
let server;
let db;
let browser;
let school;
let father;
const people = [];

const open = async (who, options = {}) => {
	const person = await openPerson(browser, server, { bypassCSP: true, ...options });
	people.push(person);
	await signInByForm(person.page, server, who);
	return person.page;
};
const staff = (member) => ({ school: school.code, login: member.login, password: PASSWORD });

before(async () => {
	relay = await Relay.start();
	gateway = await Gateway.start();
	const port = await freePort();
	server = await startServer({ 'listen.base_url': `http://127.0.0.1:${port}`, 'smtp.host': '127.0.0.1', 'smtp.port': relay.port, 'smtp.tls': 'none',
		'smtp.from': 'truong@example.vn', 'webhook.url': `http://127.0.0.1:${gateway.port}/hook`, 'notice.retry_ms': 200 },
	{ port, env: { TRUONGTHI_WEBHOOK_SECRET: 'bí mật của cổng tin nhắn, đủ dài để ký' } });
	db = await connectDb(server);
	school = await makeSchool(db, 'Làng Trạch');
	school.code = 'langtrach';
	await db.query('UPDATE school SET code = ? WHERE id = ?', [school.code, school.id]);
	father = await makeMember(db, school, 'parent', null, 'Nguyễn Văn Cha', { phone: '+84977000222' });
	await insert(db, 'guardian', { school_id: school.id, student_id: school.students[0].student, person_id: father.id, relation: 1 });
	browser = await openBrowser();
}, START);

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
	await relay?.stop();
	await gateway?.stop();
});

/* Both sizes of a page: nothing shuts anybody out, nothing sticks out to the side. */
async function look(page, name) {
	for (const [size, viewport] of Object.entries({ phone: PHONE, wide: WIDE })) {
		await page.setViewportSize(viewport);
		assert.deepEqual(await seriousFindings(page), [], `${name} ${size}`);
		const [is, may] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
		assert.ok(is <= may, `${name} ${size}: ${is} wide in ${may}`);
		await shoot(page, `messages-${name}-${size}`, { fullPage: true });
	}
}

test('a teacher writes from the class, a parent answers on a phone, the teacher sees', STEP, async () => {
	const teacher = await open(staff(school.teacher));
	await teacher.getByRole('link', { name: /^Nhắn phụ huynh lớp/ }).first().click();
	await teacher.getByRole('heading', { name: 'Viết tin nhắn' }).waitFor();
	/* By keyboard: the class is chosen already. */
	await teacher.getByLabel('Tiêu đề').focus();
	await teacher.keyboard.type('Họp phụ huynh cuối kì');
	await teacher.keyboard.press('Tab');
	await teacher.keyboard.type('Kính mời phụ huynh dự họp lúc 8:00 Chủ nhật.');
	assert.deepEqual(await seriousFindings(teacher), []);
	await shoot(teacher, 'messages-compose', { fullPage: true });
	await teacher.keyboard.press('Tab');
	await teacher.keyboard.press('Enter');
	await teacher.getByText('Đã gửi tin nhắn.').waitFor();
	await teacher.getByRole('heading', { name: 'Đã đọc: 0 trên 2 người' }).waitFor();

	const parent = await open({ phone: school.parent.phone, password: PASSWORD }, { viewport: PHONE });
	await parent.getByRole('link', { name: /Thông báo\s*1 chưa đọc|Thông báo.*1/ }).click();
	await parent.getByRole('link', { name: /^Tin nhắn mới từ/ }).waitFor();
	assert.deepEqual(await seriousFindings(parent), []);
	await shoot(parent, 'messages-notices-phone');
	await parent.getByRole('link', { name: /^Tin nhắn mới từ/ }).click();
	await parent.getByRole('heading', { name: 'Họp phụ huynh cuối kì' }).waitFor();
	await parent.getByText('Kính mời phụ huynh dự họp lúc 8:00 Chủ nhật.').waitFor();
	assert.equal(await parent.getByText('Nguyễn Văn Cha').count(), 0, 'no guardian learns of another');
	await parent.getByLabel(/^Trả lời/).fill('Gia đình sẽ có mặt.');
	await parent.getByRole('button', { name: 'Gửi trả lời' }).click();
	await parent.locator('.message.mine').getByText('Gia đình sẽ có mặt.').waitFor();
	assert.deepEqual(await seriousFindings(parent), []);
	await shoot(parent, 'messages-thread-phone', { fullPage: true });
	await parent.locator('.bell-count').waitFor({ state: 'detached', timeout: PATIENCE });

	await teacher.reload();
	await teacher.getByRole('heading', { name: 'Đã đọc: 1 trên 2 người' }).waitFor();
	assert.deepEqual(await seriousFindings(teacher), []);
	await shoot(teacher, 'messages-letter', { fullPage: true });
	await teacher.getByRole('link', { name: /^Phụ Huynh/ }).click();
	await teacher.getByText('Gia đình sẽ có mặt.').waitFor();
	await teacher.getByLabel(/^Trả lời/).fill('Cảm ơn gia đình.');
	await teacher.getByRole('button', { name: 'Gửi trả lời' }).click();
	await teacher.locator('.message.mine').getByText('Cảm ơn gia đình.').waitFor();
	await parent.reload();
	await parent.getByText('Cảm ơn gia đình.').waitFor();
});

test('a parent writes first, to the office; whoever is of it answers', STEP, async () => {
	const parent = await open({ phone: school.parent.phone, password: PASSWORD }, { viewport: PHONE });
	await parent.goto(`${server.url}/tin-nhan`);
	await parent.getByRole('link', { name: 'Viết cho nhà trường' }).click();
	await parent.getByRole('heading', { name: 'Viết cho nhà trường' }).waitFor();
	await parent.getByRole('button', { name: 'Gửi', exact: true }).click();
	await parent.getByRole('link', { name: 'Ghi tiêu đề.' }).waitFor();
	await parent.getByLabel('Văn phòng nhà trường').check();
	await parent.getByLabel('Tiêu đề').fill('Giấy xác nhận học sinh');
	await parent.getByLabel('Nội dung').fill('Xin nhà trường cấp giấy xác nhận.');
	await look(parent, 'ask');
	await parent.setViewportSize(PHONE);

	/* What was typed is not lost by a slip: by a link, backwards, or by leaving the client. */
	const asked = [];
	const answer = (isLeaving) => (dialog) => {
		asked.push(dialog.type());
		return isLeaving ? dialog.accept() : dialog.dismiss();
	};
	const stay = answer(false);
	const mine = parent.getByLabel('Nội dung');
	parent.on('dialog', stay);
	await parent.getByRole('link', { name: 'Tin nhắn' }).first().click();
	await parent.goBack();
	await until('both were asked', async () => asked.length === 2, PATIENCE);
	assert.deepEqual(asked, ['confirm', 'confirm']);
	assert.equal(await mine.inputValue(), 'Xin nhà trường cấp giấy xác nhận.');
	assert.equal(new URL(parent.url()).pathname, '/tin-nhan/hoi');
	parent.off('dialog', stay);
	parent.once('dialog', answer(true));
	await parent.getByRole('link', { name: 'Tin nhắn' }).first().click();
	await parent.getByRole('link', { name: 'Viết cho nhà trường' }).click();
	assert.equal(await mine.inputValue(), '', 'whoever wants to leave leaves');
	await parent.getByRole('link', { name: 'Tin nhắn' }).first().click();
	await parent.getByRole('link', { name: 'Viết cho nhà trường' }).click();
	assert.equal(asked.length, 3, 'nothing typed, nothing asked');
	await parent.getByLabel('Văn phòng nhà trường').check();
	await parent.getByLabel('Tiêu đề').fill('Giấy xác nhận học sinh');
	await mine.fill('Xin nhà trường cấp giấy xác nhận.');
	await parent.getByRole('button', { name: 'Gửi', exact: true }).click();
	await parent.getByText('Đã gửi tin nhắn.').waitFor();
	await parent.getByText(/^Trao đổi với Văn phòng nhà trường về /).waitFor();

	const office = await open(staff(school.office));
	await office.goto(`${server.url}/tin-nhan`);
	await office.getByRole('link', { name: 'Giấy xác nhận học sinh' }).click();
	await office.getByText('Xin nhà trường cấp giấy xác nhận.').waitFor();
	await office.getByLabel(/^Trả lời Phụ Huynh/).fill('Mời anh chị đến nhận.');
	await office.getByRole('button', { name: 'Gửi trả lời' }).click();
	await office.locator('.message.mine').getByText('Mời anh chị đến nhận.').waitFor();
	await parent.goto(`${server.url}/tin-nhan`);
	await parent.locator('.notice.new').getByRole('link', { name: 'Giấy xác nhận học sinh' }).click();
	await parent.getByText('Mời anh chị đến nhận.').waitFor();
});

test('the office writes to the whole school; what is missing is said at its field', STEP, async () => {
	const office = await open(staff(school.office));
	await office.goto(`${server.url}/tin-nhan/moi`);
	await office.getByLabel('Toàn trường').check();
	await office.getByRole('button', { name: 'Gửi', exact: true }).click();
	await office.getByRole('link', { name: 'Ghi tiêu đề.' }).waitFor();
	await office.getByLabel('Phụ huynh và học sinh').check();
	await office.getByLabel('Tiêu đề').fill('Nghỉ lễ');
	await office.getByLabel('Nội dung').fill('Học sinh nghỉ ngày 1/1.');
	await office.getByRole('button', { name: 'Gửi', exact: true }).click();
	await office.getByRole('heading', { name: 'Đã đọc: 0 trên 6 người' }).waitFor();
	await office.getByRole('link', { name: 'Tin đã gửi' }).first().click();
	await office.getByText(/Phụ huynh và học sinh toàn trường/).waitFor();

	const student = await open(staff(school.students[1]), { viewport: PHONE });
	await student.goto(`${server.url}/tin-nhan`);
	await student.getByRole('link', { name: 'Nghỉ lễ' }).click();
	await student.getByText('Học sinh nghỉ ngày 1/1.').waitFor();
});

test('the office finds its channels, switches them on and tries them', STEP, async () => {
	const office = await open(staff(school.office));
	await office.getByRole('link', { name: 'Gửi thông báo ra ngoài' }).click();
	await office.getByRole('heading', { name: 'Gửi thông báo ra ngoài' }).waitFor();
	await office.getByText('Chưa gửi gì.').waitFor();
	const mail = office.locator('.card').filter({ has: office.getByRole('heading', { name: /^E-mail/ }) });
	const hook = office.locator('.card').filter({ has: office.getByRole('heading', { name: /^Cổng tin nhắn/ }) });
	for (const card of [mail, hook]) {
		await card.getByText('Đang tắt').waitFor();
		await card.getByRole('button', { name: 'Bật kênh này' }).click();
		await card.getByText('Đang bật').waitFor();
	}
	await mail.getByRole('button', { name: 'Gửi thử' }).click();
	await office.getByRole('link', { name: 'Ghi nơi nhận.' }).waitFor();
	await mail.getByLabel('Gửi thử tới địa chỉ').fill('không phải địa chỉ');
	await mail.getByRole('button', { name: 'Gửi thử' }).click();
	await mail.locator('.field-error').filter({ hasNotText: 'Ghi nơi nhận.' }).waitFor();

	relay.answer = () => '550 5.1.1 no such mailbox';
	await mail.getByLabel('Gửi thử tới địa chỉ').fill('van-phong@example.vn');
	await mail.getByLabel('Gửi thử tới địa chỉ').press('Enter');
	await hook.getByLabel('Gửi thử tới số điện thoại').fill('0912345678');
	await hook.getByLabel('Gửi thử tới số điện thoại').press('Enter');
	await settled(office, 'Không gửi được');
	await settled(office, 'Đã gửi');
	await office.getByText('Nơi nhận từ chối.').waitFor();
	await office.getByText(/no such mailbox/).waitFor();
	await look(office, 'deliveries');

	relay.answer = undefined;
	await office.getByRole('button', { name: /^Gửi lại cho / }).click();
	await until('the test came in the end', () => relay.mails.find((m) => m.to === 'van-phong@example.vn'));
});

/* Loads the list again until a delivery stands so. */
async function settled(page, state) {
	await until(`a delivery stands: ${state}`, async () => {
		const answer = page.waitForResponse((r) => new URL(r.url()).pathname === '/api/v1/deliveries', { timeout: PATIENCE });
		await page.getByRole('button', { name: 'Tải lại' }).click();
		await answer;
		return await page.getByRole('row').filter({ has: page.locator('.tag', { hasText: state }) }).count() > 0;
	}, PATIENCE, 500);
}

test('a parent gives an address, confirms it by the link in the mail, and sets quiet hours', STEP, async () => {
	const parent = await open({ phone: school.parent.phone, password: PASSWORD }, { viewport: PHONE });
	await parent.goto(`${server.url}/thong-bao`);
	await parent.getByRole('link', { name: 'Cách nhận thông báo' }).click();
	await parent.getByRole('heading', { name: 'Cách nhận thông báo' }).waitFor();
	await parent.getByRole('button', { name: 'Gửi liên kết xác nhận' }).click();
	await parent.getByRole('link', { name: 'Ghi địa chỉ e-mail.' }).waitFor();
	await parent.getByLabel('Địa chỉ e-mail').fill('gia-dinh@example.vn');
	await parent.getByRole('button', { name: 'Gửi liên kết xác nhận' }).click();
	await parent.locator('.banner').getByText(/Đã gửi liên kết tới gia-dinh@example.vn/).waitFor();
	await look(parent, 'settings');

	const mail = await until('the link came', () => relay.mails.find((m) => m.to === 'gia-dinh@example.vn'));
	const { body } = mailText(mail);
	const link = body.split(/\s+/).find((word) => word.startsWith(`${server.url}/xac-nhan-email#`));
	assert.ok(link, body);
	const reader = await openPerson(browser, server, { bypassCSP: true, viewport: PHONE }); /* signed in nowhere */
	people.push(reader);
	await reader.page.goto(link);
	await reader.page.getByRole('heading', { name: 'Xác nhận địa chỉ e-mail' }).waitFor();
	await look(reader.page, 'confirm');
	await reader.page.getByRole('button', { name: 'Xác nhận' }).click();
	await reader.page.getByText('Địa chỉ đã được xác nhận.').waitFor();
	await look(reader.page, 'confirmed');
	const lost = await openPerson(browser, server, { viewport: PHONE });
	people.push(lost);
	await lost.page.goto(`${server.url}/xac-nhan-email#${'A'.repeat(32)}`);
	await lost.page.getByRole('button', { name: 'Xác nhận' }).click();
	await lost.page.locator('.banner.bad').waitFor();

	await parent.reload();
	await parent.getByText('Thông báo được gửi tới gia-dinh@example.vn.').waitFor();
	await parent.getByLabel('Yên lặng từ').fill('25:00');
	await parent.getByRole('button', { name: 'Lưu' }).click();
	await parent.getByRole('link', { name: /^Ghi giờ và phút/ }).waitFor();
	await parent.getByLabel('Yên lặng từ').fill('06:30');
	await parent.getByLabel('đến', { exact: true }).fill('06:30');
	await parent.getByRole('button', { name: 'Lưu' }).click();
	await parent.getByText('Đã lưu cài đặt.').waitFor();
	await parent.reload();
	await until('the hours were kept', async () => await parent.getByLabel('Yên lặng từ').inputValue() === '06:30');
	await look(parent, 'settings-confirmed');

	const teacher = await open(staff(school.teacher));
	await teacher.getByRole('link', { name: /^Nhắn phụ huynh lớp/ }).first().click();
	await teacher.getByLabel('Tiêu đề').fill('Nộp hồ sơ');
	await teacher.getByLabel('Nội dung').fill('Kính nhờ gia đình nộp hồ sơ.');
	await teacher.getByRole('button', { name: 'Gửi', exact: true }).click();
	await until('the notice came by mail', () => relay.mails.filter((m) => m.to === 'gia-dinh@example.vn').length === 2);
	await parent.getByRole('button', { name: 'Bỏ địa chỉ này' }).click();
	await parent.getByRole('button', { name: 'Bỏ địa chỉ này' }).waitFor({ state: 'detached' });
	for (const person of people) {
		assert.deepEqual(person.faults, []);
	}
});
