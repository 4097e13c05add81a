/*
 * A teacher writes to a class from the page of the class; a parent is told on a phone, reads and
 * answers; the teacher sees who has read and what was answered. The office writes to everybody.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, connectDb, insert, makeMember, makeSchool } from '../e2e/lib/people.mjs';
import { PATIENCE, PHONE, openBrowser, openPerson, seriousFindings, shoot, signInByForm, startServer } from './lib.mjs';

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
	server = await startServer();
	db = await connectDb(server);
	school = await makeSchool(db, 'Làng Trạch');
	school.code = 'langtrach';
	await db.query('UPDATE school SET code = ? WHERE id = ?', [school.code, school.id]);
	father = await makeMember(db, school, 'parent', null, 'Nguyễn Văn Cha', { phone: '+84977000222' });
	await insert(db, 'guardian', { school_id: school.id, student_id: school.students[0].student, person_id: father.id, relation: 1 });
	browser = await openBrowser();
}, { timeout: 180_000 });

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
});

test('a teacher writes from the class, a parent answers on a phone, the teacher sees', { timeout: 600_000 }, async () => {
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

test('the office writes to the whole school; what is missing is said at its field', { timeout: 600_000 }, async () => {
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
	for (const person of people) {
		assert.deepEqual(person.faults, []);
	}
});
