/*
 * Afterwards: the marks in the gradebook and before the parent, the receipts, and whether what pages
 * showed as stored is stored.
 */
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { PASSWORD } from '../../e2e/lib/people.mjs';
import { PATIENCE, PHONE, STEP, markCell, openPerson, pdfText, savedBytes, shoot, submit,
	until } from '../lib.mjs';
import { ANH, CODE, DUNG, GIANG, HA, QUYNH, ZONE_MS, answersOf, attemptRow, browser, list, need,
	rows, server, sitter, sitters, world } from './day.mjs';

const RECEIPT_SIGNATURE_BYTES = 64;
const RECEIPT_CLOSED_AT = 61; /* where closed_at stands in a receipt */

/* Eight questions of 1,25: right answers → the mark in tenths, a half rounded up. The hostile
 * client sent the right answer too: it is in neither GIANG's nor HA's mark. */
const MARKS = new Map([[ANH, '5,0'], [DUNG, '3,8'], [GIANG, '2,5'], [HA, '5,0'], [QUYNH, '3,8']]);

const rowOf = (page, name) => page.getByRole('row', { name: new RegExp(name) });

test('the marks stand in the gradebook', STEP, async () => {
	need(world.isOpen, 'an exam');
	const { page } = need(world.teacher, 'the teacher');
	await page.goto(`${server.url}/giao-vien/ca-thi/${world.sitting}`);
	await until('every paper is scored', async () => {
		await page.reload();
		await rowOf(page, GIANG).waitFor();
		const texts = await Promise.all([...MARKS.keys()].map((name) => rowOf(page, name).innerText()));
		return [...MARKS.values()].every((mark, i) => texts[i].includes(mark));
	}, PATIENCE, 1000);
	await shoot(page, 'results', { fullPage: true });
	for (const [subjectClass, names] of Object.entries(list.names)) {
		await page.goto(`${server.url}/giao-vien`);
		await page.getByRole('link', { name: new RegExp(`${subjectClass} – Toán`) }).click();
		for (const name of names) {
			const cell = await markCell(page, name, 'Giữa kì');
			const shown = (await cell.innerText()).match(/\d+,\d/)?.[0] ?? '';
			assert.equal(shown, MARKS.get(name) ?? '', name);
		}
		await shoot(page, `marks-${subjectClass}`, { fullPage: true });
		await page.getByRole('button', { name: 'Công bố cột Giữa kì' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Công bố', exact: true }).click();
		await until('the column is published', async () =>
			await page.getByRole('button', { name: 'Công bố cột Giữa kì' }).count() === 0, PATIENCE);
	}
	await page.goto(`${server.url}/giao-vien/ca-thi/${world.sitting}`);
	await page.getByRole('button', { name: 'Công bố ngay' }).click();
	await page.getByText(/Đã công bố lúc/).waitFor();
	world.isReleased = true;
});

/* By another program than the page's: Node's own Ed25519. */
async function checkReceipt(bytes, closedAt) {
	const { keys } = await (await server.call('GET', '/api/v1/keys')).json();
	const known = keys.map(({ publicKey }) =>
		createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' }));
	const isGenuine = (all) => {
		const at = all.length - RECEIPT_SIGNATURE_BYTES;
		return known.some((key) => verify(null, all.subarray(0, at), key, all.subarray(at)));
	};
	assert.ok(isGenuine(bytes));
	assert.equal(bytes.readBigUInt64BE(RECEIPT_CLOSED_AT), BigInt(closedAt));
	for (let at = 0; at < bytes.length; at++) {
		const forged = Buffer.from(bytes);
		forged[at] ^= 1;
		assert.ok(!isGenuine(forged), `byte ${at} may be changed`);
	}
}

test('the parent sees the mark; the receipt verifies, with a byte changed it does not', STEP, async () => {
	need(world.isReleased, 'a released result');
	const { phone, child } = list.guardian;
	const [{ name: className }] = await rows(`SELECT c.name FROM class c JOIN enrolment e ON e.class_id = c.id
		JOIN student s ON s.id = e.student_id JOIN person p ON p.id = s.person_id WHERE p.full_name = ?`, [child]);
	const office = world.office.page;
	await office.goto(`${server.url}/van-phong/lop`);
	await office.getByRole('link', { name: className, exact: true }).click();
	const slips = await savedBytes(office, () => office.getByRole('button', { name: 'In phiếu cho phụ huynh' }).click());
	const text = await pdfText(server.dir, 'guardians.pdf', slips);
	assert.ok(text.includes(child), 'the slip names the child');
	const [code] = text.slice(text.indexOf(phone)).match(CODE);
	world.parent = await openPerson(browser, server, { viewport: PHONE });
	const { page } = world.parent;
	await page.goto(`${server.url}/activate#${code}`);
	await submit(page);
	await page.locator('#password').fill(PASSWORD);
	await submit(page);
	await page.waitForURL(/\/phu-huynh/);
	await page.getByRole('heading', { name: child }).waitFor();
	await page.getByText(MARKS.get(child)).first().waitFor();
	await shoot(page, 'parent-marks', { fullPage: true });
	await page.locator('.sections').getByRole('link', { name: 'Bài thi' }).click();
	await page.getByText('Kiểm tra giữa kì I').waitFor();
	await page.getByRole('link', { name: 'Biên nhận' }).first().click();
	await page.getByText('Biên nhận hợp lệ').waitFor();
	await shoot(page, 'verify', { fullPage: true });
	const fragment = await page.evaluate(() => location.hash.slice(1));
	const bytes = Buffer.from(need(fragment, 'the receipt in the fragment'), 'base64url');
	await checkReceipt(bytes, (await attemptRow(sitter(child).attempt)).closed_at_ms);
	for (const at of [0, 8, RECEIPT_CLOSED_AT + 7, Math.floor(bytes.length / 2), bytes.length - 1]) {
		const forged = Buffer.from(bytes);
		forged[at] ^= 1;
		await page.goto('about:blank');
		await page.goto(`${server.url}/verify#${forged.toString('base64url')}`);
		await page.getByText(/Biên nhận không hợp lệ|Đây không phải là biên nhận/).waitFor();
		assert.equal(await page.getByText('Biên nhận hợp lệ').count(), 0, `byte ${at}`);
	}
});

const timeText = (ms) => {
	const d = new Date(Number(ms) + ZONE_MS);
	const two = (n) => String(n).padStart(2, '0');
	return `${d.getUTCHours()}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
};

test('every answer that a page showed as stored is in the tables', STEP, async () => {
	need(world.isOpen, 'an exam');
	let count = 0;
	for (const [name, { attempt, stored }] of [...sitters, [GIANG, need(world.gone, 'the one who left')]]) {
		const kept = (await answersOf(attempt)).map((r) => ({ slot: r.slot, value: r.value.toString(), at: timeText(r.at_ms) }));
		const shown = new Map();
		for (const { slot, chosen, said } of stored) {
			const value = JSON.stringify(chosen[0] ?? null);
			const time = /\d+:\d\d:\d\d/.exec(said)?.[0];
			assert.ok(kept.some((r) => r.slot === slot && r.value === value && (!time || r.at === time)),
				`${name}: question ${slot} = ${value}, "${said}", is not among ${JSON.stringify(kept)}`);
			shown.set(slot, value);
			count++;
		}
		const last = new Map(kept.map((r) => [r.slot, r.value]));
		assert.deepEqual([...shown].sort(), [...last].sort(), `${name}: what the page showed last is what stands`);
		assert.ok(shown.size >= 2, name);
	}
	console.log(`REPORT exam day: ${count} answers shown as stored, all in the tables`);
});

/* It asks now and then; by now it has. */
test('the device that was left has come for the receipt, too', STEP, async () => {
	const { first } = sitter(DUNG);
	await first.page.getByText('Biên nhận khớp với các câu trả lời trên máy này.').waitFor();
});

test('no page failed on the way, and no request left the origin', async () => {
	const all = [world.office, world.teacher, world.parent, ...sitters.values(), sitters.get(DUNG)?.first];
	assert.deepEqual(all.flatMap((p) => p?.faults ?? []), []);
});
