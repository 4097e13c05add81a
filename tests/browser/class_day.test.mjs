/*
 * The homeroom teacher on a phone: a class's roll call in which the network goes away, a colleague
 * who took the same session meanwhile, conduct, a remark; then the same class by keyboard on a wide
 * screen, and the parents, who see their own child and no other.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PHONE, START, STEP, WIDE, offline, openBrowser, openPerson, savedBytes, seriousFindings,
	shoot, signInByForm, startServer, until } from './lib.mjs';
import { pdfCodes } from '../e2e/lib/pdf.mjs';
import { PASSWORD, connectDb, makeSchool, signIn } from '../e2e/lib/people.mjs';

const DAY_MS = 86_400_000;
const TOUCH_PX = 44;
const iso = (ms) => new Date(ms).toISOString().slice(0, 10);

let server;
let db;
let browser;
let school;
let today;
let pupils; /* { id, name } in the order of the list */

const who = (member) => (member.login ? { school: member.school, login: member.login, password: PASSWORD }
	: { phone: member.phone, password: PASSWORD });
const rollAt = (session) => `/giao-vien/diem-danh/${school.class}/${today}/${session}`;
const pupil = (page, i) => page.locator('.pupil').nth(i);
const rows = (sql, ...values) => db.query(sql, values).then(([found]) => found);

/* What is stored of a session: student and kind, 1 excused, 2 not, 3 late. */
const absences = async (session) => (await rows('SELECT student_id, kind FROM absence WHERE session = ? ORDER BY student_id', session))
	.map((r) => [String(r.student_id), r.kind]);

/* A school year around today, whenever this runs. */
async function moveYear() {
	const at = (days) => iso(Date.parse(today) + days * DAY_MS);
	await db.query('UPDATE school_year SET starts_on = ?, ends_on = ? WHERE id = ?', [at(-30), at(200), school.year]);
	await db.query('UPDATE term SET starts_on = ?, ends_on = ? WHERE id = ?', [at(-30), at(90), school.terms[0]]);
	await db.query('UPDATE term SET starts_on = ?, ends_on = ? WHERE id = ?', [at(91), at(200), school.terms[1]]);
	await db.query('UPDATE enrolment SET from_on = ? WHERE class_id = ?', [at(-30), school.class]);
}

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	today = iso(Date.now() + 7 * 3_600_000);
	await moveYear();
	pupils = school.students.map((s) => ({ id: String(s.student), name: s.fullName }));
	browser = await openBrowser();
}, START);

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
}, START);

async function open(options) {
	return openPerson(browser, server, { bypassCSP: true, ...options });
}

/* Every target of the roll call is as big as a finger. */
async function checkTargets(page) {
	const small = await page.locator('.pupils button, .roll-bar button, .roll-when a').evaluateAll((all, least) => all
		.map((x) => ({ text: x.textContent, box: x.getBoundingClientRect() }))
		.filter(({ box }) => box.height < least || box.width < least).map((x) => x.text), TOUCH_PX);
	assert.deepEqual(small, [], 'smaller than a finger');
}

const stateHas = (page, text) => page.locator('.roll-state').getByText(text).waitFor();

test('a roll call on a phone: a tap for each who is away, the network gone in the middle', STEP, async () => {
	const person = await open({ viewport: PHONE, hasTouch: true });
	const { page, context } = person;
	await signInByForm(page, server, who(school.teacher));
	await page.getByRole('link', { name: 'Điểm danh', exact: true }).click();
	await page.getByRole('link', { name: `10ALPHA` }).click();
	await page.waitForURL((url) => url.pathname.split('/').length === 6); /* it says which session */
	await page.goto(server.url + rollAt(1));
	await stateHas(page, 'Buổi này chưa điểm danh');
	assert.equal(await page.locator('.pupil').count(), 4);
	/* The page is kept for a reload without a network once the worker has seen it. */
	await until('the worker is there', () => page.evaluate(() => navigator.serviceWorker.controller !== null));
	await page.reload();
	await stateHas(page, 'Buổi này chưa điểm danh');
	await until('the page is kept', () => page.evaluate(async () => {
		const used = performance.getEntriesByType('resource').map((r) => r.name).filter((name) => name.includes('/assets/'));
		const kept = await Promise.all(['/index.html', ...used].map((name) => caches.match(name)));
		return used.length > 0 && kept.every((answer) => answer !== undefined);
	}));

	await pupil(page, 0).locator('.pupil-name').tap();
	await offline(context, async () => {
		await pupil(page, 1).locator('.pupil-name').tap();
		await pupil(page, 1).getByRole('button', { name: 'Vắng có phép' }).tap();
		await pupil(page, 2).locator('.pupil-name').tap();
		await page.getByRole('button', { name: 'Hoàn tác' }).tap();
		await checkTargets(page);
		assert.deepEqual(await seriousFindings(page), []);
		await shoot(page, 'roll-call-phone');
		await page.getByRole('button', { name: 'Lưu: 2 có mặt, 2 vắng' }).tap();
		await stateHas(page, 'Đã giữ trên máy này');
		assert.equal((await rows('SELECT version FROM roll_call')).length, 0);

		await page.reload();
		await stateHas(page, 'Đã giữ trên máy này');
		await page.locator('.pupil.unexcused').waitFor();
		assert.equal(await pupil(page, 0).getAttribute('class'), 'pupil unexcused');
		assert.equal(await pupil(page, 1).getAttribute('class'), 'pupil excused');
	});
	await page.getByRole('button', { name: 'Đã lưu 2 có mặt, 2 vắng' }).waitFor();
	await stateHas(page, `Cô Giáo ALPHA`);
	assert.deepEqual(await absences(1), [[pupils[0].id, 2], [pupils[1].id, 1]]);
	assert.equal((await rows('SELECT version FROM roll_call_take')).length, 1, 'taken once');
	assert.deepEqual(person.faults, []);
	await context.close();
});

test('a colleague saved first: both are put together, and asked where they differ', STEP, async () => {
	const office = await signIn(server, school.office);
	const person = await open({ viewport: PHONE, colorScheme: 'dark' });
	const { page, context } = person;
	await signInByForm(page, server, who(school.teacher));
	await page.goto(server.url + rollAt(2));
	await stateHas(page, 'Buổi này chưa điểm danh');
	await server.answer(200, 'PUT', `/classes/${school.class}/presence?date=${today}&session=2`, office,
		{ version: 0, absences: [{ student: pupils[3].id, kind: 'late' }, { student: pupils[0].id, kind: 'excused' }] });
	await pupil(page, 0).locator('.pupil-name').click();
	await pupil(page, 1).locator('.pupil-name').click();
	await page.getByRole('button', { name: /^Lưu/ }).click();
	await page.getByRole('heading', { name: 'Người khác vừa điểm danh khác bạn' }).waitFor();
	assert.equal(await page.locator('.clashes li').count(), 1, 'only of the one where they differ');
	assert.deepEqual(await seriousFindings(page), []);
	await shoot(page, 'roll-call-clash-dark');
	await page.getByRole('button', { name: 'Đã lưu: Vắng có phép' }).click();
	await page.getByRole('button', { name: 'Đã lưu 2 có mặt (1 muộn), 2 vắng' }).waitFor();
	assert.deepEqual(await absences(2), [[pupils[0].id, 1], [pupils[1].id, 2], [pupils[3].id, 3]]);
	await page.getByText('Ai đã điểm danh và sửa').click();
	await page.getByText('Văn Phòng ALPHA: điểm danh').waitFor();
	assert.deepEqual(person.faults, []);
	await context.close();
});

test('the class on a phone: a student, conduct, a remark, a number to call', STEP, async () => {
	const person = await open({ viewport: PHONE });
	const { page, context } = person;
	await signInByForm(page, server, who(school.teacher));
	await page.getByRole('link', { name: 'Chủ nhiệm', exact: true }).click();
	await page.getByRole('heading', { name: 'Chủ nhiệm lớp 10ALPHA' }).waitFor();
	assert.equal(await page.locator('.class-list li').count(), 4);
	assert.deepEqual(await seriousFindings(page), []);
	await shoot(page, 'homeroom-phone');
	await page.getByRole('link', { name: pupils[0].name }).click();
	await page.getByText('2 buổi (1 P, 1 K)').waitFor();
	assert.equal(await page.locator('.phones a').getAttribute('href'), `tel:${school.parent.phone}`);
	await page.getByLabel(`Rèn luyện của ${pupils[0].name}`).selectOption({ label: 'Khá' });
	await until('conduct is stored', async () => (await rows('SELECT level FROM conduct'))[0]?.level === 2);
	await page.locator('#remark').fill('Em ngoan, cần đi học đều hơn.');
	await page.getByRole('button', { name: 'Lưu nhận xét' }).click();
	await page.getByRole('status').getByText('Đã lưu nhận xét.').first().waitFor();
	assert.equal((await rows('SELECT text FROM remark WHERE subject_id = 0'))[0].text, 'Em ngoan, cần đi học đều hơn.');
	assert.deepEqual(await seriousFindings(page), []);
	await shoot(page, 'homeroom-student-phone');
	await page.getByRole('button', { name: 'Lịch sử rèn luyện' }).press('Enter');
	const past = page.getByRole('dialog');
	await past.getByRole('row').filter({ hasText: 'Học kì I' }).filter({ hasText: 'chưa xếp → Khá' }).filter({ hasText: school.teacher.fullName }).waitFor();
	assert.deepEqual(await seriousFindings(page), []);
	await shoot(page, 'homeroom-conduct-past-phone');
	await page.keyboard.press('Escape');
	await past.waitFor({ state: 'detached' });
	assert.deepEqual(person.faults, []);
	await context.close();
});

test('the class on a wide screen: conduct by one key a student, and no order but the list\'s', STEP, async () => {
	const person = await open({ viewport: WIDE });
	const { page, context } = person;
	await signInByForm(page, server, who(school.teacher));
	await page.goto(`${server.url}/giao-vien/chu-nhiem/${school.class}/1`);
	await page.getByLabel(`Rèn luyện của ${pupils[1].name}`).focus();
	await page.keyboard.type('tdc');
	await until('three are stored', async () => (await rows('SELECT level FROM conduct WHERE student_id > ? ORDER BY student_id', pupils[0].id))
		.map((r) => r.level).join() === '1,3,4');
	await page.getByText('Em ngoan, cần đi học đều hơn.').waitFor();
	assert.deepEqual(await page.locator('.class-table th[scope=row]').allInnerTexts(), pupils.map((p) => p.name));
	assert.equal(await page.locator('.class-table button.sort').count(), 0, 'students are not compared');
	assert.deepEqual(await seriousFindings(page), []);
	await shoot(page, 'homeroom-wide');
	/* Somebody else changes one: this screen does not overwrite it unseen. */
	await db.query('UPDATE conduct SET level = 2, version = version + 1 WHERE student_id = ?', [pupils[1].id]);
	await page.getByLabel(`Rèn luyện của ${pupils[1].name}`).focus();
	await page.keyboard.press('c');
	await page.getByText(`Có người vừa sửa rèn luyện của ${pupils[1].name}`).waitFor();
	assert.equal(await page.getByLabel(`Rèn luyện của ${pupils[1].name}`).inputValue(), 'kha');
	await page.goto(`${server.url}/giao-vien/chu-nhiem/${school.class}/nam`);
	await page.locator('.class-table').waitFor();
	assert.deepEqual(await seriousFindings(page), []);
	assert.deepEqual(person.faults, []);
	await context.close();
});

test('a report card is printed; anybody can check its code, and sees when the class\'s book has changed', STEP, async () => {
	const teacher = await open({ viewport: PHONE });
	const { page } = teacher;
	await signInByForm(page, server, who(school.teacher));
	await page.goto(`${server.url}/giao-vien/chu-nhiem/${school.class}/1/${pupils[0].id}`);
	const bytes = await savedBytes(page, () => page.getByRole('button', { name: 'Phiếu báo kết quả học kì' }).click());
	assert.deepEqual(await seriousFindings(page), []);
	await shoot(page, 'print-student-phone');
	const folder = await mkdtemp(join(tmpdir(), 'tt-card-'));
	const file = join(folder, 'card.pdf');
	await writeFile(file, bytes);
	const [code] = await pdfCodes(file);
	await rm(folder, { recursive: true });

	const anybody = await open({ viewport: PHONE });
	await anybody.page.goto(server.url + code.slice(code.indexOf('/verify#')));
	await anybody.page.getByText('Giấy do trường in, dữ liệu còn nguyên').waitFor();
	const said = await anybody.page.locator('main').innerText();
	assert.ok(!said.includes(pupils[0].name), `the whole name stands there: ${said}`);
	assert.deepEqual(await seriousFindings(anybody.page), []);
	await shoot(anybody.page, 'verify-same-phone');

	await page.getByLabel(`Rèn luyện của ${pupils[0].name}`).selectOption({ label: 'Tốt' });
	await until('conduct is stored', async () => (await rows('SELECT level FROM conduct WHERE student_id = ?', pupils[0].id))[0]?.level === 1);
	await anybody.page.reload();
	await anybody.page.getByText('Đã thay đổi sau khi in').waitFor();
	await shoot(anybody.page, 'verify-changed-phone');
	for (const person of [teacher, anybody]) {
		assert.deepEqual(person.faults, []);
		await person.context.close();
	}
});

test('the roll call by keyboard alone', STEP, async () => {
	const person = await open({ viewport: WIDE });
	const { page, context } = person;
	await signInByForm(page, server, who(school.teacher));
	await page.goto(server.url + rollAt(1));
	await pupil(page, 0).locator('.pupil-name').focus();
	await page.keyboard.press('c');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('m');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Space');
	assert.deepEqual(await page.locator('.pupil').evaluateAll((all) => all.map((x) => x.className)),
		['pupil', 'pupil excused', 'pupil late', 'pupil unexcused']);
	assert.deepEqual(await seriousFindings(page), []);
	await shoot(page, 'roll-call-wide');
	await page.getByRole('button', { name: 'Lưu sửa đổi: 2 có mặt (1 muộn), 2 vắng' }).press('Enter');
	await page.getByRole('button', { name: /^Đã lưu/ }).waitFor();
	await stateHas(page, 'sửa lần cuối');
	assert.deepEqual(person.faults, []);
	await context.close();
});

test('the parent sees the absence, the student too, and nobody else\'s', STEP, async () => {
	for (const [member, path] of [[school.parent, `/phu-huynh/con/${pupils[0].id}`], [school.students[0], '/hoc-sinh/chuyen-can']]) {
		const person = await open({ viewport: PHONE });
		const { page, context } = person;
		await signInByForm(page, server, who(member));
		await page.goto(server.url + path);
		if (member === school.parent) {
			await page.locator('.sections').getByRole('link', { name: 'Chuyên cần' }).click();
		}
		await page.getByText('1 buổi vắng trong năm học 2026-2027: 1 có phép, 0 không phép.').waitFor();
		const text = await page.locator('main').innerText();
		assert.ok(text.includes('Vắng có phép') && text.includes('Nghỉ quá 45 buổi'), text);
		assert.ok(pupils.slice(1).every((p) => !text.includes(p.name)), 'no other student');
		assert.deepEqual(await seriousFindings(page), []);
		await shoot(page, member === school.parent ? 'absences-parent-phone' : 'absences-student-phone');
		assert.deepEqual(person.faults, []);
		await context.close();
	}
});
