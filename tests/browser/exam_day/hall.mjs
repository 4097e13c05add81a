/*
 * The exam: the lobby, the bell, and what befalls people, the network, the server and its database.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Hall } from '../../e2e/lib/hall.mjs';
import { PASSWORD, signIn } from '../../e2e/lib/people.mjs';
import { PATIENCE, PHONE, STEP, databasePid, offline, pause, shoot, signInByForm,
	until } from '../lib.mjs';
import { answer, chosenText, enterRoom, handIn, hasState, lastAcked, listen, openSitter,
	paperIsOpen, stateOf } from '../sitter.mjs';
import { ANH, DUNG, GIANG, HA, LIMIT_MIN, MINUTE_MS, QUYNH, answersOf, attemptRow, browser,
	comeBack, db, hexOf, localInput, need, paper, rows, school, server, sitter, sitters, slotsOf,
	world } from './day.mjs';

const EXTRA_MIN = 30;
const OFFLINE_MS = 60_000;
const STOPPED_MS = 20_000;
const ATTEMPT_CLOSED = 3;
const CLOSE_EVENT = 255;
const WAS_STAMPED = 2; /* a flag of an event */

test('five wait in the lobby and see nothing of the paper', STEP, async () => {
	need(world.sitting, 'a sitting');
	assert.equal(sitters.size, 5);
	await Promise.all([...sitters.values()].map(async (person) => {
		await enterRoom(person, server);
		await person.page.getByText('Đã tải xong, mở lúc bắt đầu').waitFor();
	}));
	await shoot(sitters.get(ANH).page, 'lobby', { fullPage: true });
	for (const person of sitters.values()) {
		const body = await person.page.locator('body').innerText();
		assert.ok(!body.includes('khẳng định'), 'a question before the bell');
		assert.ok(!person.frames.some((f) => f.t === 'key'), 'a key before the bell');
	}
	world.isWaiting = true;
});

/* Moves the start to a moment near enough to wait for; a machine too slow for it gets a later one. */
async function moveStart(page) {
	for (const ahead of [15_000, 45_000, 150_000]) {
		await page.goto(`${server.url}/giao-vien/ca-thi/${world.sitting}`);
		await page.getByText('Đổi giờ bắt đầu').click();
		const startsAt = Math.ceil((Date.now() + ahead) / 1000) * 1000;
		await page.locator('#starts').fill(localInput(startsAt));
		await page.getByRole('button', { name: 'Đổi giờ', exact: true }).click();
		const isMoved = await Promise.race([
			page.getByText('Đã đổi giờ bắt đầu.').waitFor().then(() => true),
			page.locator('.field-error').first().waitFor().then(() => false),
		]);
		if (isMoved) {
			return startsAt;
		}
	}
	throw new Error('the start could not be moved');
}

test('the teacher moves the start; at the bell all five see the paper', STEP, async () => {
	need(world.isWaiting, 'five in the lobby');
	world.startsAt = await moveStart(need(world.teacher, 'the teacher').page);
	await Promise.all([...sitters.values()].map((person) =>
		paperIsOpen(person, Math.max(0, world.startsAt - Date.now()) + PATIENCE)));
	assert.ok(Date.now() >= world.startsAt, 'not before the bell');
	world.isOpen = true;
	const stems = [];
	for (const person of sitters.values()) {
		const { variant } = await attemptRow(person.attempt);
		await person.page.getByText(`Mã đề ${variant}`).waitFor();
		const order = (await person.page.locator('.question .rich').allInnerTexts())
			.map((text) => /bài toán số (\d)/.exec(text)?.[1]).filter(Boolean).join('');
		assert.equal(order.length, paper.count);
		stems.push(`${variant} ${order}`);
	}
	const variants = new Set(stems.map((s) => s.split(' ')[0]));
	assert.equal(new Set(stems).size, variants.size, `one order a variant: ${stems.join(', ')}`);
	assert.equal(new Set(stems.map((s) => s.split(' ')[1])).size, variants.size, 'variants differ');
});

test('all answer; the equation and the picture of the Word file are there', STEP, async () => {
	await Promise.all([GIANG, ANH, DUNG, HA, QUYNH].map(async (name) => {
		const { page } = sitter(name);
		for (const slot of [1, 2]) {
			await answer(page, slot, true);
			await hasState(page, slot, 'stored');
		}
	}));
	const { page } = sitter(DUNG);
	await page.locator('.question .katex').first().waitFor();
	const image = page.locator('.question img');
	await image.waitFor();
	assert.ok(await image.evaluate((i) => i.decode().then(() => i.naturalWidth)) > 0, 'the picture is drawn');
	assert.match(await image.getAttribute('src'), /^blob:/, 'out of the sealed paper');
});

test('one closes the browser: no process of it is left', STEP, async () => {
	const person = sitter(GIANG);
	world.gone = { attempt: person.attempt, room: person.room, login: person.login, stored: person.stored };
	await until('all he was shown is told', () => [1, 2].every((slot) => person.stored.some((s) => s.slot === slot)));
	await world.own.kill();
	await until('his browser is gone', async () => (await world.own.processes()).length === 0, PATIENCE);
	sitters.delete(GIANG);
	assert.notEqual((await attemptRow(world.gone.attempt)).state, ATTEMPT_CLOSED, 'the exam is still on');
});

async function giveTime(page, button) {
	await page.getByRole('button', { name: button, exact: true }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Số phút').fill(String(EXTRA_MIN));
	await dialog.getByRole('button', { name: button, exact: true }).click();
	await dialog.waitFor({ state: 'detached' });
}

test('the teacher sees on the board that he is gone, and gives the others more time', STEP, async () => {
	const { page } = need(world.teacher, 'the teacher');
	listen(world.teacher);
	await page.goto(`${server.url}/giao-vien/phong/${sitter(ANH).room}`);
	await page.getByRole('row', { name: new RegExp(GIANG) }).getByText(/Mất kết nối/).waitFor();
	for (const name of [ANH, DUNG, HA]) {
		await giveTime(page, `Thêm giờ cho ${name}`);
	}
	await page.goto(`${server.url}/giao-vien/phong/${sitter(QUYNH).room}`);
	await giveTime(page, 'Thêm giờ cho cả phòng');
	for (const name of sitters.keys()) {
		await sitter(name).page.locator('.banner').getByText(/Bạn được thêm thời gian/).waitFor();
		const { ends_at_ms: ends } = await attemptRow(sitter(name).attempt);
		assert.equal(Number(ends), world.startsAt + (LIMIT_MIN + EXTRA_MIN) * MINUTE_MS);
	}
});

test('one loses the network and goes on working', STEP, async () => {
	const { page, context } = sitter(ANH);
	await context.setOffline(true);
	world.offlineSince = Date.now();
	try {
		await answer(page, 3, true);
		await hasState(page, 3, 'local');
		await page.getByText(/Mất kết nối/).first().waitFor();
	} catch (error) {
		await context.setOffline(false);
		throw error;
	}
});

test('a second device asks first; then it takes over, both are told, the first sends no more', STEP, async () => {
	const first = sitter(DUNG);
	const { lease } = await attemptRow(first.attempt);
	const second = await openSitter(browser, server, { viewport: PHONE }, first.stored);
	await signInByForm(second.page, server, { school: school.code, login: first.login, password: PASSWORD });
	await second.page.goto(first.page.url());
	await second.page.getByText('Bài thi đang mở trên một thiết bị khác').waitFor();
	/* Nobody has chosen yet: the first device keeps the attempt and goes on. */
	await answer(first.page, 3, true);
	await hasState(first.page, 3, 'stored');
	assert.equal((await attemptRow(first.attempt)).lease, lease, 'opening a page takes nothing over');
	assert.equal(await second.page.getByRole('dialog').count(), 1, 'the second cannot answer yet');
	await second.page.getByRole('button', { name: 'Làm tiếp trên thiết bị này' }).click();
	await first.page.getByText('Bài thi đã chuyển sang thiết bị khác').waitFor();
	await paperIsOpen(second);
	for (const slot of [1, 2, 3]) {
		assert.equal(await chosenText(second.page, slot), await chosenText(first.page, slot));
	}
	await answer(second.page, 4, false);
	await hasState(second.page, 4, 'stored');
	const taken = await attemptRow(first.attempt);
	assert.ok(taken.lease > lease);
	sitters.set(DUNG, Object.assign(second, { room: first.room, attempt: first.attempt, login: first.login, first }));
	world.lease = taken.lease;
});

test('the board shows who is there, and neither an answer nor a key', STEP, async () => {
	const person = need(world.teacher, 'the teacher');
	await person.page.goto(`${server.url}/giao-vien/phong/${sitter(ANH).room}`);
	const row = person.page.getByRole('row', { name: new RegExp(DUNG) });
	await row.getByText('Đổi máy 1 lần').waitFor();
	await row.getByText('4 trên 8').waitFor();
	await shoot(person.page, 'board');
	assert.ok(person.frames.length > 0);
	for (const frame of person.frames) {
		assert.ok(['board', 'room', 'pulse'].includes(frame.t), `the board got a ${frame.t}`);
		const text = JSON.stringify(frame);
		assert.ok(!/khẳng định|"value"|"key"|"answers"/.test(text), text.slice(0, 300));
	}
	await person.page.goto(`${server.url}/giao-vien`);
});

test('the server is killed and comes back: nothing is lost', STEP, async () => {
	const { page, attempt } = sitter(HA);
	await answer(page, 3, true);
	await hasState(page, 3, 'stored');
	await db.end();
	await server.kill('SIGKILL');
	for (const person of sitters.values()) {
		person.frames.length = 0; /* what comes from here on, comes from the next process */
	}
	await answer(page, 4, true);
	await hasState(page, 4, 'local'); /* no dead server stores */
	await comeBack();
	for (const slot of [1, 2, 3, 4]) {
		await hasState(page, slot, 'stored');
	}
	assert.deepEqual(await slotsOf(attempt), [1, 2, 3, 4], 'each answer once, in order');
});

test('while the database stands still there are stamps and not one ack; then all is stored', STEP, async () => {
	const people = [DUNG, HA, QUYNH].map((name) => ({ ...sitter(name), frames: sitter(name).frames }));
	const places = new Map([[people[0], [5]], [people[1], [5]], [people[2], [3, 4]]]);
	await until('every socket is back', () => people.every((p) => p.frames.some((f) => f.t === 'welcome')), PATIENCE);
	for (const person of people) {
		await person.page.locator('.link-banner').waitFor({ state: 'detached' });
		person.tail = (await attemptRow(person.attempt)).seq;
		person.from = person.frames.length;
	}
	const pid = await databasePid(server);
	process.kill(pid, 'SIGSTOP');
	const since = Date.now();
	try {
		for (const [person, slots] of places) {
			for (const slot of slots) {
				await answer(person.page, slot, person === people[2] && slot === 3);
				await hasState(person.page, slot, 'stamped');
			}
		}
		await pause(Math.max(0, since + STOPPED_MS - Date.now()));
		for (const person of people) {
			const during = person.frames.slice(person.from);
			assert.ok(during.some((f) => f.t === 'stamp'), 'a stamp came');
			assert.ok(lastAcked(during) <= person.tail, 'an ack while nothing can be stored');
			for (const slot of places.get(person)) {
				assert.ok((await stateOf(person.page, slot)).includes('stamped'), `question ${slot} is only stamped`);
			}
		}
	} finally {
		process.kill(pid, 'SIGCONT');
	}
	for (const [person, slots] of places) {
		for (const slot of slots) {
			await hasState(person.page, slot, 'stored');
		}
		const kept = (await answersOf(person.attempt)).filter((r) => r.flags & WAS_STAMPED).map((r) => r.slot);
		assert.deepEqual(kept, slots, 'what was stamped is stored, once');
	}
});

test('the one without a network comes back after a minute and has lost nothing', STEP, async () => {
	const { page, context, attempt } = sitter(ANH);
	await offline(context, async () => {
		await pause(Math.max(0, need(world.offlineSince, 'a lost network') + OFFLINE_MS - Date.now()));
		await answer(page, 4, true);
		await hasState(page, 4, 'local');
		assert.deepEqual(await slotsOf(attempt), [1, 2], 'nothing came while the network was away');
	});
	await hasState(page, 3, 'stored');
	await hasState(page, 4, 'stored');
	assert.deepEqual(await slotsOf(attempt), [1, 2, 3, 4]);
});

test('four hand in and hold a receipt; the device that was left never wrote again', STEP, async () => {
	const { first, attempt } = sitter(DUNG);
	await first.page.getByText('Bài thi đã chuyển sang thiết bị khác').waitFor();
	for (const name of [ANH, DUNG, HA, QUYNH]) {
		const { page } = sitter(name);
		await handIn(page);
		await page.getByText('Biên nhận khớp với các câu trả lời trên máy này.').waitFor();
	}
	await shoot(sitter(HA).page, 'receipt', { fullPage: true });
	const leases = await rows(`SELECT DISTINCT lease FROM event WHERE attempt_id = UNHEX(?) AND slot IN (4, 5)`,
		[hexOf(attempt)]);
	assert.ok(leases.every((r) => r.lease >= world.lease), 'only the second device wrote after the takeover');
});

/*
 * A hostile client with a true session, the true lease and the next number sends every option of
 * a question that was not answered, on both paths. Nothing may be acked, stamped or stored.
 */
async function sendLate(member, room, attempt, slot) {
	const as = await signIn(server, { ...member, school: school.code });
	const row = await attemptRow(attempt);
	const before = await rows('SELECT COUNT(*) AS n FROM event WHERE attempt_id = UNHEX(?)', [hexOf(attempt)]);
	const base = `/api/v1/rooms/${room}/attempts/${attempt}`;
	const hello = { gen: row.gen, seq: row.seq, head: row.head.toString('base64url'),
		device: randomBytes(16).toString('base64url') };
	await server.call('POST', `${base}/take`, { as, body: hello });
	const { lease } = await attemptRow(attempt);
	for (const value of ['A', 'B', 'C', 'D']) {
		const sent = await server.call('POST', `${base}/events`, { as,
			body: { lease, events: [{ t: 'answer', seq: row.seq + 1, slot, value }] } });
		const text = await sent.text();
		assert.ok(sent.status >= 400 || /"t":"refused"/.test(text), text);
		assert.ok(!/"t":"(ack|stamp)"/.test(text), text);
	}
	const hall = await Hall.open(server, `/hall/${room}`, { as });
	hall.send({ t: 'hello', attempt, ...hello });
	await hall.until('an answer to hello', () => hall.frames.length > 0 || hall.closed || undefined, PATIENCE);
	for (const value of ['A', 'B', 'C', 'D']) {
		hall.send({ t: 'answer', seq: row.seq + 1, slot, value });
	}
	await hall.until('a refusal', () => hall.closed ?? hall.frames.find((f) => f.t === 'refused'), PATIENCE);
	assert.deepEqual(hall.frames.filter((f) => f.t === 'ack' || f.t === 'stamp'), []);
	hall.close();
	const after = await rows('SELECT COUNT(*) AS n FROM event WHERE attempt_id = UNHEX(?)', [hexOf(attempt)]);
	assert.equal(String(after[0].n), String(before[0].n), 'nothing was added');
}

test('an answer sent behind the hand-in is refused', STEP, async () => {
	const { room, attempt, login } = sitter(HA);
	await sendLate({ login }, room, attempt, 6);
});

test('the one who left is handed in by the server at the computed end', STEP, async () => {
	const { attempt, room, login } = need(world.gone, 'the one who left');
	const end = Number((await attemptRow(attempt)).ends_at_ms);
	assert.equal(end, world.startsAt + LIMIT_MIN * MINUTE_MS);
	assert.deepEqual(await world.own.processes(), [], 'nobody is there to hand in');
	const closed = await until('the server hands in', async () => {
		const row = await attemptRow(attempt);
		return row.state === ATTEMPT_CLOSED ? row : null;
	}, Math.max(0, end - Date.now()) + PATIENCE, 200);
	assert.equal(Number(closed.closed_at_ms), end);
	const [last] = await rows(`SELECT kind FROM event WHERE attempt_id = UNHEX(?)
		ORDER BY gen DESC, seq DESC LIMIT 1`, [hexOf(attempt)]);
	assert.equal(last.kind, CLOSE_EVENT);
	await sendLate({ login }, room, attempt, 3);
	assert.deepEqual(await slotsOf(attempt), [1, 2]);
});
