/*
 * A day of the gradebook: 45 students by three columns through the keyboard alone, with a network
 * that goes away and a page that is loaded again in the middle; a column from Excel that slipped
 * by a row; two teachers at one cell. What counts is read from the database.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectDb, insert, makeMember, makeSchool, PASSWORD } from '../e2e/lib/people.mjs';
import { PATIENCE, PHONE, START, STEP, WIDE, markCell, offline, openBrowser, openPerson,
	seriousFindings, shoot, signInByForm, slowDown, startServer, until } from './lib.mjs';

const COUNT = 45;
const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ'];
const GIVEN = ['An', 'Bình', 'Cường', 'Dung', 'Giang'];

let server;
let db;
let browser;
let school;
let teacher;
let colleague;
const names = [];
const columns = [];

/* A mark for each place, none like its neighbours. */
const markOf = (row, column) => (row * 37 + column * 11) % 101;
const keysOf = (x10) => x10 === 100 ? '10' : x10 % 10 === 0 ? String(x10 / 10) : String(x10).padStart(2, '0');
const shown = (x10) => `${Math.floor(x10 / 10)},${x10 % 10}`;

async function fillClass() {
	school = await makeSchool(db, 'SODIEM');
	await db.query('DELETE FROM enrolment WHERE class_id = ?', [school.class]);
	for (let i = 0; i < COUNT; i++) {
		const name = `${FAMILY[i % 9]} Văn ${GIVEN[Math.floor(i / 9)]}`;
		const member = await makeMember(db, school, 'student', `em${i}`, name);
		const student = await insert(db, 'student', { school_id: school.id, person_id: member.id,
			code: `SD${String(i + 1).padStart(2, '0')}` });
		await insert(db, 'enrolment', { school_id: school.id, class_id: school.class, student_id: student,
			position: i + 1, from_on: '2026-09-05' });
		names.push({ name, student });
	}
	await insert(db, 'teaching', { school_id: school.id, class_id: school.class, subject_id: school.subject,
		person_id: school.otherTeacher.id });
	for (const position of [1, 2, 3]) {
		columns.push(await insert(db, 'mark_column', { school_id: school.id, class_id: school.class,
			subject_id: school.subject, term_id: school.terms[0], kind: 1, position }));
	}
}

async function openTeacher(who, options = {}) {
	const person = await openPerson(browser, server, { bypassCSP: true, ...options });
	await person.context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await signInByForm(person.page, server, { school: school.code, login: who.login, password: PASSWORD });
	return person;
}

const address = () => `/giao-vien/so-diem/${school.class}/${school.subject}/${school.terms[0]}`;
const open = async (person) => {
	await person.page.goto(server.url + address());
	await person.page.locator('[data-at="0 0"]').waitFor();
};
const at = (page, row, column) => page.locator(`[data-at="${row} ${column}"]`);
const saved = (page) => page.getByText('Đã lưu hết.').waitFor();

/* Types from a place downwards, as on the numeric keypad. */
async function typeDown(page, column, from, to) {
	await at(page, from, column).click();
	for (let row = from; row < to; row++) {
		await page.keyboard.type(keysOf(markOf(row, column)));
		await page.keyboard.press('Enter');
	}
}

async function stored() {
	const [rows] = await db.query('SELECT column_id, student_id, value_x10, version FROM mark WHERE school_id = ?', [school.id]);
	return new Map(rows.map((r) => [`${r.column_id} ${r.student_id}`, r]));
}

async function ledgerCount() {
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM mark_ledger WHERE school_id = ?', [school.id]);
	return Number(n);
}

async function paste(page, text) {
	await page.evaluate((t) => navigator.clipboard.writeText(t), text);
	await page.keyboard.press('Control+V');
}

before(async () => {
	server = await startServer();
	db = await connectDb(server);
	await fillClass();
	browser = await openBrowser();
	teacher = await openTeacher(school.teacher);
	colleague = await openTeacher(school.otherTeacher);
}, START);

after(async () => {
	await browser?.close();
	await db?.end();
	await server?.stop();
}, START);

test('45 students by 3 columns by keyboard: the network drops, answers are lost, the page is loaded again', STEP, async () => {
	const { page, context } = teacher;
	await open(teacher);
	await typeDown(page, 0, 0, COUNT);
	await saved(page);
	/* Answers are lost: the server has done what the page does not know of. */
	await page.route('**/api/v1/marks/**', async (route) => {
		if (route.request().method() === 'PUT') {
			await route.fetch().catch(() => undefined);
			await route.abort('connectionreset');
		} else {
			await route.continue();
		}
	});
	await typeDown(page, 1, 0, 20);
	await page.getByText(/Mất mạng: \d+ ô đang ở trên máy này/).waitFor();
	await context.setOffline(true);
	try {
		await page.unroute('**/api/v1/marks/**');
		await typeDown(page, 1, 20, COUNT);
		await typeDown(page, 2, 0, 10);
		await page.reload(); /* without a network: the page and the sheet come from this device */
		await at(page, 0, 0).waitFor();
		await at(page, 44, 0).getByText(shown(markOf(44, 0)), { exact: true }).waitFor();
		await at(page, 9, 2).getByText(shown(markOf(9, 2)), { exact: true }).waitFor();
		await at(page, 44, 1).getByText(shown(markOf(44, 1)), { exact: true }).waitFor();
		await typeDown(page, 2, 10, 30);
		await shoot(page, 'marks-offline');
	} finally {
		await context.setOffline(false);
	}
	await typeDown(page, 2, 30, COUNT);
	await saved(page);
	const rows = await stored();
	assert.equal(rows.size, COUNT * 3);
	for (let column = 0; column < 3; column++) {
		for (let row = 0; row < COUNT; row++) {
			const cell = rows.get(`${columns[column]} ${names[row].student}`);
			assert.equal(cell?.value_x10, markOf(row, column), `${names[row].name}, column ${column + 1}`);
			assert.equal(cell.version, 1, 'it was written once');
		}
	}
	assert.equal(await ledgerCount(), COUNT * 3, 'the ledger has each change once');
	assert.deepEqual(teacher.faults, []);
});

/* The process of the page that keeps a processor busy, of all that this browser runs. */
async function busyProcess() {
	const cdp = await browser.newBrowserCDPSession();
	const times = async () => (await cdp.send('SystemInfo.getProcessInfo')).processInfo
		.filter((p) => p.type === 'renderer');
	const first = new Map((await times()).map((p) => [p.id, p.cpuTime]));
	let busy;
	await until('a page is busy', async () => {
		busy = (await times()).find((p) => first.has(p.id) && p.cpuTime - first.get(p.id) > 1);
		return busy;
	}, PATIENCE);
	await cdp.detach();
	return busy.id;
}

test('a tab that is killed in the very moment of an Enter loses nothing', STEP, async () => {
	const { page, context } = teacher;
	await context.setOffline(true);
	try {
		await at(page, 7, 2).click();
		await page.keyboard.type('99');
		const gone = page.waitForEvent('crash');
		page.evaluate(() => {
			document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
			for (;;) { /* nothing else of the page runs any more */ }
		}).catch(() => undefined); /* it has no answer */
		process.kill(await busyProcess(), 'SIGKILL');
		await gone;
		await page.close();
		teacher.page = await context.newPage();
		await slowDown(teacher.page);
		await open(teacher);
		await at(teacher.page, 7, 2).getByText('9,9', { exact: true }).waitFor();
	} finally {
		await context.setOffline(false);
	}
	await saved(teacher.page);
	await typeDown(teacher.page, 2, 7, 8);
	await saved(teacher.page);
	assert.equal((await stored()).get(`${columns[2]} ${names[7].student}`).value_x10, markOf(7, 2));
});

test('what is understood is shown before it counts; Escape, Delete, undo and redo', STEP, async () => {
	const { page } = teacher;
	await open(teacher);
	const cell = at(page, 0, 0);
	const was = shown(markOf(0, 0));
	await cell.click();
	await page.keyboard.type('75');
	await page.getByText('= 7,5').waitFor();
	assert.equal((await stored()).get(`${columns[0]} ${names[0].student}`).value_x10, markOf(0, 0));
	await page.keyboard.press('Escape');
	await cell.getByText(was, { exact: true }).waitFor();
	await page.keyboard.type('11'); /* 1,1: to be thought better of */
	await page.keyboard.type('1');
	await page.getByText('Điểm từ 0 đến 10.').first().waitFor();
	await page.keyboard.press('Enter'); /* stays: it is no mark */
	assert.equal(await page.locator('.cell-edit input').count(), 1);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Delete');
	await until('it is empty', async () => (await cell.innerText()).trim() === '', PATIENCE);
	await saved(page);
	await page.keyboard.press('Control+Z');
	await cell.getByText(was, { exact: true }).waitFor();
	await saved(page);
	await page.keyboard.press('Control+Y');
	await until('it is empty again', async () => (await cell.innerText()).trim() === '', PATIENCE);
	await page.keyboard.press('Control+Z');
	await saved(page);
	await until('the mark is back', async () =>
		(await stored()).get(`${columns[0]} ${names[0].student}`).value_x10 === markOf(0, 0), PATIENCE);
	/* Tab to the right, Enter back under where it began. */
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.locator('[data-at="1 0"]:focus').waitFor();
	await page.keyboard.press('Control+End');
	await page.locator('[data-at^="44 "]:focus').waitFor();
	assert.deepEqual(teacher.faults, []);
});

test('a pasted column that slipped by a row is stopped and changes nothing', STEP, async () => {
	const { page } = teacher;
	await open(teacher);
	const before = await stored();
	const changes = await ledgerCount();
	const column = names.map((_, row) => shown(markOf(row, 0)));
	const dialog = page.getByRole('dialog');
	const isStopped = async (sentence) => {
		await dialog.getByText(sentence).waitFor();
		assert.equal(await dialog.getByRole('button', { name: /^Dán \d+ ô$/ }).isEnabled(), false);
		await dialog.getByRole('button', { name: 'Không dán' }).click();
		await until('it is closed', async () => await dialog.count() === 0, PATIENCE);
	};
	await at(page, 1, 0).click(); /* a row too low */
	await paste(page, column.join('\r\n'));
	await shoot(page, 'marks-paste-stopped');
	assert.deepEqual(await seriousFindings(page), []);
	await isStopped(/thừa dòng, có lẽ lệch/);
	await at(page, 0, 0).click(); /* the column that stands there, a row up */
	await paste(page, [...column.slice(1), '5,0'].join('\r\n'));
	await isStopped(/lệch 1 dòng/);
	await at(page, 0, 0).click(); /* the marks slipped beside their names */
	await paste(page, [...names.map((n, i) => `${n.name}\t${i === 0 ? '' : column[i - 1]}`), `\t${column[44]}`].join('\r\n'));
	await isStopped(/có điểm mà không có tên/);
	assert.deepEqual(await stored(), before);
	assert.equal(await ledgerCount(), changes);
	/* The same marks with their names, in another order: each goes to its student. */
	await at(page, 7, 0).click();
	await paste(page, names.map((n, row) => `${n.name}\t${shown(100 - markOf(row, 0))}`).reverse().join('\r\n'));
	await dialog.getByText(/điểm được đặt theo tên/).waitFor();
	await dialog.getByText('Tôi đã đối chiếu').click();
	await dialog.getByRole('button', { name: /^Dán \d+ ô$/ }).click();
	await saved(page);
	await until('all are written', async () => {
		const rows = await stored();
		return names.every((n, row) => rows.get(`${columns[0]} ${n.student}`).value_x10 === 100 - markOf(row, 0));
	}, PATIENCE);
	await page.keyboard.press('Control+Z');
	await saved(page);
	await until('all are back', async () => {
		const rows = await stored();
		return names.every((n, row) => rows.get(`${columns[0]} ${n.student}`).value_x10 === markOf(row, 0));
	}, PATIENCE);
	assert.deepEqual(teacher.faults, []);
});

test('two teachers at one cell: both values are shown, one is chosen, the other teacher sees it', STEP, async () => {
	await open(teacher);
	await open(colleague);
	const { page } = colleague;
	await offline(colleague.context, async () => {
		await at(page, 3, 1).click();
		await page.keyboard.type('95');
		await page.keyboard.press('Enter');
		await at(teacher.page, 3, 1).click();
		await teacher.page.keyboard.type('55');
		await teacher.page.keyboard.press('Enter');
		await saved(teacher.page);
		await until('the other teacher\'s mark is stored', async () =>
			(await stored()).get(`${columns[1]} ${names[3].student}`).value_x10 === 55);
	});
	await page.getByText('1 ô có hai giá trị').waitFor();
	assert.equal((await stored()).get(`${columns[1]} ${names[3].student}`).value_x10, 55, 'nobody was overwritten unseen');
	await page.getByRole('button', { name: 'Tới ô đầu tiên' }).click();
	await page.getByText(/đã nhập 5,5.* Bạn gõ 9,5\./).waitFor();
	await shoot(page, 'marks-conflict');
	assert.deepEqual(await seriousFindings(page), []);
	await page.getByRole('button', { name: 'Giữ 9,5 của tôi' }).click();
	await saved(page);
	await until('it is written', async () =>
		(await stored()).get(`${columns[1]} ${names[3].student}`).value_x10 === 95, PATIENCE);
	await teacher.page.evaluate(() => dispatchEvent(new Event('focus')));
	await at(teacher.page, 3, 1).getByText('9,5', { exact: true }).waitFor();
	assert.deepEqual(teacher.faults, []);
	assert.deepEqual(colleague.faults, []);
});

test('a second tab of the same teacher waits until it is asked to take over', STEP, async () => {
	await open(teacher);
	const second = await teacher.context.newPage();
	await second.goto(server.url + address());
	await second.getByRole('button', { name: 'Nhập ở thẻ này' }).click();
	await at(second, 0, 0).waitFor();
	await teacher.page.getByText('Sổ này đang mở ở một thẻ khác').waitFor();
	await second.close();
});

test('on a phone a column at a time, Enter goes to the next student', STEP, async () => {
	const phone = await openTeacher(school.teacher, { viewport: PHONE, isMobile: true, hasTouch: true });
	const { page } = phone;
	await page.goto(server.url + address());
	await page.getByLabel('Cột điểm').selectOption({ label: 'TX 2 (45/45)' });
	const field = (i) => page.getByRole('textbox', { name: `TX 2, ${names[i].name}` });
	assert.equal(await field(0).getAttribute('inputmode'), 'decimal');
	await field(0).fill('65');
	await page.getByText('= 6,5').first().waitFor();
	await page.keyboard.press('Enter');
	await page.keyboard.type('7');
	await page.keyboard.press('Enter');
	await until('the next student is on', () => field(2).evaluate((f) => f === document.activeElement));
	await saved(page);
	assert.equal(await field(0).inputValue(), '6,5');
	assert.equal(await field(1).inputValue(), '7,0');
	await until('both are written', async () => {
		const rows = await stored();
		return rows.get(`${columns[1]} ${names[0].student}`).value_x10 === 65 &&
			rows.get(`${columns[1]} ${names[1].student}`).value_x10 === 70;
	}, PATIENCE);
	await shoot(page, 'marks-phone');
	assert.deepEqual(await seriousFindings(page), []);
	assert.deepEqual(phone.faults, []);
	await phone.context.close();
});

test('a locked mark: the teacher asks with a reason, the office approves, the history names both', STEP, async () => {
	await insert(db, 'mark_lock', { school_id: school.id, term_id: school.terms[0], kind: 1, grade: 0,
		locks_at_ms: Date.now() - 60_000, made_by: school.office.id, made_at_ms: Date.now() });
	const { page } = teacher;
	await open(teacher);
	await page.getByRole('columnheader', { name: /TX 3.*Khóa từ/s }).waitFor();
	const dialog = page.getByRole('dialog');
	await at(page, 5, 2).click();
	await page.keyboard.type('95');
	await page.keyboard.press('Enter');
	await dialog.getByText('Đề nghị sửa điểm đã khóa').waitFor();
	await dialog.locator('#why').fill('Chấm sót một câu');
	assert.deepEqual(await seriousFindings(page), []);
	await dialog.getByRole('button', { name: 'Gửi đề nghị' }).click();
	await at(page, 5, 2).getByText('→ 9,5?').waitFor();
	assert.equal((await stored()).get(`${columns[2]} ${names[5].student}`).value_x10, markOf(5, 2), 'not before it is approved');
	await shoot(page, 'marks-locked');
	const office = await openTeacher(school.office);
	await office.page.goto(`${server.url}/van-phong/de-nghi-sua-diem`);
	await office.page.getByText('Chấm sót một câu').waitFor();
	assert.deepEqual(await seriousFindings(office.page), []);
	await shoot(office.page, 'office-mark-requests');
	await office.page.getByRole('button', { name: `Duyệt: ${names[5].name}, TX 3` }).click();
	await office.page.getByText('Không có đề nghị nào.').waitFor();
	assert.deepEqual(office.faults, []);
	await office.context.close();
	await page.evaluate(() => dispatchEvent(new Event('focus')));
	await at(page, 5, 2).getByText('9,5', { exact: true }).waitFor();
	await at(page, 5, 2).click();
	await page.keyboard.press('Alt+h');
	await dialog.getByText(`duyệt: ${school.office.fullName}`).waitFor();
	await dialog.getByRole('button', { name: 'Đóng' }).click();
	assert.equal((await stored()).get(`${columns[2]} ${names[5].student}`).value_x10, 95);
	await db.query('DELETE FROM mark_lock WHERE school_id = ?', [school.id]);
	assert.deepEqual(teacher.faults, []);
});

test('a comment subject takes one key a student; away, made up later, exempt', STEP, async () => {
	const subject = await insert(db, 'subject', { school_id: school.id, code: 'gdtc', name: 'Thể dục', kind: 2 });
	await insert(db, 'teaching', { school_id: school.id, class_id: school.class, subject_id: subject,
		person_id: school.teacher.id });
	const column = await insert(db, 'mark_column', { school_id: school.id, class_id: school.class, subject_id: subject,
		term_id: school.terms[0], kind: 1, position: 1 });
	await insert(db, 'exemption', { school_id: school.id, student_id: names[5].student, subject_id: subject,
		term_id: school.terms[0], reason: 'Khuyết tật', given_by: school.office.id, given_at_ms: Date.now() });
	const { page } = teacher;
	await page.goto(`${server.url}/giao-vien/so-diem/${school.class}/${subject}/${school.terms[0]}`);
	await at(page, 0, 0).click();
	for (const key of ['d', 'c', '1', '0', 'v']) {
		await page.keyboard.press(key);
	}
	await page.keyboard.press('Enter'); /* belongs to the key before it */
	await page.locator('[data-at="5 0"]:focus').waitFor();
	await page.keyboard.press('d'); /* exempt: it takes nothing */
	await saved(page);
	const cellOf = async (i) => {
		const [[cell]] = await db.query('SELECT value_x10, state, is_makeup FROM mark WHERE column_id = ? AND student_id = ?',
			[column, names[i].student]);
		return cell && { ...cell };
	};
	const want = [1, 0, 1, 0].map((x10) => ({ value_x10: x10, state: 1, is_makeup: 0 }));
	await until('all are written', async () => await cellOf(4), PATIENCE);
	assert.deepEqual(await Promise.all([0, 1, 2, 3].map(cellOf)), want);
	assert.deepEqual(await cellOf(4), { value_x10: null, state: 2, is_makeup: 0 });
	assert.equal(await cellOf(5), undefined);
	await at(page, 5, 0).getByText('Miễn').waitFor();
	await at(page, 4, 0).click(); /* he comes later */
	await page.keyboard.press('1');
	await saved(page);
	await until('it was made up', async () => (await cellOf(4)).is_makeup === 1, PATIENCE);
	await shoot(page, 'marks-comment');
	assert.deepEqual(await seriousFindings(page), []);
	await page.setViewportSize(PHONE);
	await page.getByRole('button', { name: `TX 1, ${names[6].name}: Chưa đạt` }).click();
	await saved(page);
	await until('it is written', async () => (await cellOf(6))?.value_x10 === 0, PATIENCE);
	await shoot(page, 'marks-comment-phone');
	assert.deepEqual(await seriousFindings(page), []);
	await page.setViewportSize(WIDE);
	assert.deepEqual(teacher.faults, []);
});

test('remarks with phrases, from one student to the next', STEP, async () => {
	const { page } = teacher;
	await open(teacher);
	const dialog = page.getByRole('dialog');
	await (await markCell(page, names[0].name, 'Nhận xét')).click();
	await page.keyboard.press('F2');
	await dialog.locator('#remark').fill('Chăm học, tiến bộ rõ.');
	await dialog.getByRole('button', { name: 'Giữ câu này để dùng lại' }).click();
	await dialog.getByRole('button', { name: 'Chăm học, tiến bộ rõ.', exact: true }).waitFor();
	assert.deepEqual(await seriousFindings(page), []);
	await dialog.getByRole('button', { name: 'Lưu, sang em tiếp theo' }).click();
	await dialog.getByText(`Nhận xét: ${names[1].name}`).waitFor();
	await dialog.getByRole('button', { name: 'Chăm học, tiến bộ rõ.', exact: true }).click();
	await dialog.getByRole('button', { name: 'Lưu nhận xét' }).click();
	await (await markCell(page, names[1].name, 'Nhận xét')).getByText('Chăm học, tiến bộ rõ.').waitFor();
	const [rows] = await db.query('SELECT text FROM remark WHERE school_id = ?', [school.id]);
	assert.deepEqual(rows.map((r) => r.text), ['Chăm học, tiến bộ rõ.', 'Chăm học, tiến bộ rõ.']);
	assert.deepEqual(teacher.faults, []);
});

test('the means are worked out as one types, as the server has them; light and dark', STEP, async () => {
	const [[{ id: gk }], [{ id: ck }]] = await Promise.all([2, 3].map(async (kind) => [{ id: await insert(db, 'mark_column', {
		school_id: school.id, class_id: school.class, subject_id: school.subject, term_id: school.terms[0], kind,
		position: 1 }) }]));
	assert.ok(gk && ck);
	const { page } = teacher;
	await page.setViewportSize(WIDE);
	await open(teacher);
	await (await markCell(page, names[0].name, 'Giữa kì')).click();
	const { live, why } = await offline(teacher.context, async () => {
		await page.keyboard.type('75');
		await page.keyboard.press('Tab');
		await page.keyboard.type('85');
		await page.keyboard.press('Enter');
		const mean = await markCell(page, names[0].name, 'TB học kì');
		await until('there is a mean', async () => /\d,\d/.test(await mean.innerText()));
		await mean.click();
		return { live: (await mean.innerText()).trim(), why: await page.locator('.bar-why').innerText() };
	});
	assert.match(why, /Điều 9 khoản 1 điểm b/);
	await saved(page);
	const { value, text } = await page.evaluate(async (path) => {
		const sheet = await (await fetch(path)).json();
		return { value: sheet.rows[0].mean.valueX10, text: sheet.rows[0].mean.why.text };
	}, `/api/v1/marks/${school.class}/${school.subject}/${school.terms[0]}`);
	assert.equal(live, shown(value));
	assert.ok(why.endsWith(text), `${why}\n${text}`);
	await shoot(page, 'marks-grid');
	assert.deepEqual(await seriousFindings(page), []);
	await page.emulateMedia({ colorScheme: 'dark' });
	await shoot(page, 'marks-grid-dark');
	assert.deepEqual(await seriousFindings(page), []);
	assert.deepEqual(teacher.faults, []);
});

test('a mark brought along from a former class is seen at its place until this class gives one', STEP, async () => {
	const { name, student } = names[6];
	const former = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 12, name: '12C9' });
	await insert(db, 'enrolment', { school_id: school.id, class_id: former, student_id: student, position: 1,
		from_on: '2026-08-01', to_on: '2026-09-05' });
	const column = await insert(db, 'mark_column', { school_id: school.id, class_id: former, subject_id: school.subject,
		term_id: school.terms[0], kind: 3, position: 1 });
	await insert(db, 'mark', { school_id: school.id, column_id: column, student_id: student, value_x10: 85,
		version: 1, changed_by: school.teacher.id, changed_at_ms: 1 });
	const phone = await openTeacher(school.teacher, { viewport: PHONE, isMobile: true, hasTouch: true });
	try {
		await phone.page.goto(server.url + address());
		await phone.page.getByLabel('Cột điểm').selectOption('4'); /* the final */
		const line = phone.page.getByRole('listitem').filter({ hasText: name });
		await line.getByText('điểm từ lớp 12C9: 8,5').waitFor();
		/* One from the means above, and this one. */
		await phone.page.getByLabel('Cột điểm').locator('option[value="4"]', { hasText: '(2/45)' }).waitFor({ state: 'attached' });
		await line.scrollIntoViewIfNeeded();
		await shoot(phone.page, 'marks-carried-phone');
		assert.deepEqual(await seriousFindings(phone.page), []);
		assert.deepEqual(phone.faults, []);
	} finally {
		await phone.context.close();
	}
	const { page } = teacher;
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize(WIDE);
	await open(teacher);
	const cell = at(page, 6, 4);
	await cell.getByText('8,5', { exact: true }).waitFor();
	await cell.getByText('điểm từ lớp 12C9').waitFor();
	await cell.scrollIntoViewIfNeeded();
	await shoot(page, 'marks-carried');
	assert.deepEqual(await seriousFindings(page), []);
	await cell.click();
	await page.keyboard.type('60');
	await page.keyboard.press('Enter');
	await cell.getByText('6,0', { exact: true }).waitFor();
	await cell.getByText('điểm từ lớp 12C9').waitFor({ state: 'detached' });
	await saved(page);
	await until('it is written in this class, and the former one keeps its own', async () => {
		const [rows] = await db.query('SELECT column_id, value_x10 FROM mark WHERE student_id = ? AND value_x10 IN (60, 85)', [student]);
		return rows.some((r) => r.column_id === column && r.value_x10 === 85) &&
			rows.some((r) => r.column_id !== column && r.value_x10 === 60);
	}, PATIENCE);
	assert.deepEqual(teacher.faults, []);
});
