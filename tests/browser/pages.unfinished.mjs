/*
 * Every page of each role with the demo school, on a phone and on a wide screen: it opens without
 * an error, does not scroll sideways, shuts nobody out by axe, and asks no other origin.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, WIDE, openBrowser, openPerson, seriousFindings, shoot, signInByForm, startDemo,
	until } from './lib.mjs';

const SIZES = { phone: PHONE, wide: WIDE };

/* Addresses of a role; a function finds the first link that fits on the page before it. */
const PAGES = {
	office: ['/van-phong', '/van-phong/lop', /\/van-phong\/lop\/\d+$/, '/van-phong/nhap',
		'/van-phong/giao-vien', '/van-phong/nhat-ky'],
	teacher: ['/giao-vien', /\/giao-vien\/so-diem\//, '/giao-vien/ngan-hang', /\/giao-vien\/ngan-hang\/\d+$/,
		/\/nhap$/, '/giao-vien/de-thi', /\/giao-vien\/de-thi\/\d+$/, '/giao-vien/de-thi/moi',
		'/giao-vien/ca-thi', /\/giao-vien\/ca-thi\/[\w-]{22}$/, /\/giao-vien\/phong\/\d+$/,
		'/giao-vien/ca-thi/moi'],
	student: ['/thi', '/hoc-sinh/diem'],
	parent: ['/phu-huynh'],
};
const OPEN_TO_ALL = ['/', '/activate', '/verify', '/no-such-page'];

let demo;
let browser;

before(async () => {
	demo = await startDemo();
	browser = await openBrowser();
}, { timeout: 180_000 });

after(async () => {
	await browser?.close();
	await demo?.stop();
}, { timeout: 60_000 });

const isLoaded = (page) => until('the page is drawn', async () =>
	await page.locator('h1').count() > 0 && await page.locator('.waiting').count() === 0, 20_000, 50);

async function open(page, where) {
	if (typeof where === 'string') {
		await page.goto(demo.url + where);
	} else {
		const links = await page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
		const found = links.find((href) => where.test(href ?? ''));
		assert.ok(found, `no link like ${where} among ${links.join(' ')}`);
		await page.goto(demo.url + found);
	}
	await isLoaded(page);
}

async function look(person, role, where, size) {
	const { page } = person;
	await open(page, where);
	const name = `${role} ${new URL(page.url()).pathname} ${size}`;
	assert.equal(await page.locator('.banner.bad').count(), 0, `${name}: an error is shown`);
	assert.equal(await page.locator('h1').count(), 1, `${name}: one heading names the page`);
	const [wide, room] = await page.evaluate(() =>
		[document.documentElement.scrollWidth, document.documentElement.clientWidth]);
	assert.ok(wide <= room, `${name}: scrolls sideways, ${wide} in ${room}`);
	assert.deepEqual(await seriousFindings(page), [], name);
	await shoot(page, `page-${name.replaceAll(/[^\w]+/g, '-')}`);
}

for (const [size, viewport] of Object.entries(SIZES)) {
	for (const [role, addresses] of Object.entries(PAGES)) {
		test(`${role}: every page, ${size}`, { timeout: 120_000 }, async () => {
			const person = await openPerson(browser, demo, { viewport, bypassCSP: true });
			await signInByForm(person.page, demo, demo.signIns[role]);
			for (const where of addresses) {
				await look(person, role, where, size);
			}
			assert.deepEqual(person.faults, []);
			await person.context.close();
		});
	}
	test(`nobody signed in: every page, ${size}`, { timeout: 60_000 }, async () => {
		const person = await openPerson(browser, demo, { viewport, bypassCSP: true });
		for (const where of OPEN_TO_ALL) {
			await look(person, 'nobody', where, size);
		}
		assert.deepEqual(person.faults, []);
		await person.context.close();
	});
}

test('under the real content policy no script or style is refused', { timeout: 60_000 }, async () => {
	const person = await openPerson(browser, demo);
	await signInByForm(person.page, demo, demo.signIns.teacher);
	for (const where of ['/giao-vien', '/giao-vien/ngan-hang', /\/giao-vien\/ngan-hang\/\d+$/]) {
		await open(person.page, where);
	}
	assert.deepEqual(person.faults, []);
	await person.context.close();
});

test('the teacher\'s pages work by keyboard alone', { timeout: 60_000 }, async () => {
	const person = await openPerson(browser, demo);
	const { page } = person;
	await signInByForm(page, demo, demo.signIns.teacher);
	await open(page, '/giao-vien');
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement?.className), 'skip');
	await page.keyboard.press('Enter');
	await open(page, /\/giao-vien\/so-diem\//);
	const adds = page.getByRole('button', { name: /^TX \d$/ });
	if (await page.locator('.mark-sheet input').count() === 0) {
		await adds.first().press('Enter');
	}
	await page.locator('.mark-sheet input[data-row="0"]').first().focus();
	await page.keyboard.type('85');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement?.dataset.row), '1');
	await page.keyboard.press('ArrowUp');
	assert.equal(await page.evaluate(() => document.activeElement?.value), '8,5');
	await page.keyboard.type('11');
	await page.keyboard.press('Escape');
	assert.equal(await page.evaluate(() => document.activeElement?.value), '8,5');
	await page.getByText('Đã lưu hết.').waitFor({ timeout: 10_000 });
	await page.reload();
	await page.locator('.mark-sheet input[data-row="0"]').first().waitFor();
	assert.equal(await page.locator('.mark-sheet input[data-row="0"]').first().inputValue(), '8,5');
	await person.context.close();
});
