/*
 * Every page but the exam's own, with the demo school, as each role: on a phone in Vietnamese and
 * on a wide screen in English and in the dark. It opens without an error, a failed request or a
 * sideways scroll, is named by one heading, shuts nobody out by axe, and is walked by keyboard in
 * the order it reads, with the focus in sight.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PATIENCE, PHONE, START, STEP, WIDE, openBrowser, openPerson, seriousFindings, shoot,
	signInByForm, sitByHttp, startDemo, until } from './lib.mjs';

const SMALLEST = { width: 360, height: 740 };
const TABS_MAX = 30; /* of one page: its bar and the first of its content */

/* A day of the demo's year: in June its last one; from July to its first one there is none yet. */
const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
const schoolDays = /-(07|08)-|-09-0[1-4]$/.test(today) ? [] : [today.replace(/-06-..$/, '-05-31')];

/* The addresses of a role; a function gives one from what the demo holds. */
const PAGES = {
	office: ['/van-phong', '/van-phong/lop', '/van-phong/lop/moi', '/van-phong/lop/21', '/van-phong/lop/21/sua',
		'/van-phong/hoc-sinh/801', '/van-phong/hoc-sinh/801/sua', '/van-phong/nhap', '/van-phong/giao-vien',
		'/van-phong/giao-vien/moi', '/van-phong/giao-vien/2', '/van-phong/mon-hoc', '/van-phong/mon-hoc/moi',
		'/van-phong/mon-hoc/1', '/van-phong/de-nghi-sua-diem', '/van-phong/nhat-ky', '/van-phong/khong-co'],
	teacher: ['/giao-vien', '/giao-vien/so-diem', '/giao-vien/so-diem/21/1/1', '/giao-vien/so-diem/23/1/1',
		'/giao-vien/diem-danh', ...schoolDays.map((day) => `/giao-vien/diem-danh/21/${day}/1`), '/giao-vien/chu-nhiem/21/1',
		'/giao-vien/chu-nhiem/21/nam', '/giao-vien/chu-nhiem/21/1/801',
		'/giao-vien/ngan-hang', '/giao-vien/ngan-hang/moi', '/giao-vien/ngan-hang/1', '/giao-vien/ngan-hang/1/nhap',
		'/giao-vien/de-thi', '/giao-vien/de-thi/1', '/giao-vien/de-thi/moi', '/giao-vien/ca-thi',
		'/giao-vien/ca-thi/moi', () => `/giao-vien/ca-thi/${sat.sitting}`, () => `/giao-vien/bai-lam/${sat.attempt}`,
		'/giao-vien/khong-co'],
	student: ['/thi', '/hoc-sinh/hom-nay', '/hoc-sinh/diem', '/hoc-sinh/ket-qua', '/hoc-sinh/chuyen-can', '/hoc-sinh/nhan-xet', () => `/hoc-sinh/bai-lam/${sat.attempt}`],
	parent: ['/phu-huynh', '/phu-huynh/them-truong', '/phu-huynh/con/801',
		...['diem', 'ket-qua', 'chuyen-can', 'nhan-xet', 'bai-thi'].map((section) => `/phu-huynh/con/801/${section}`),
		() => `/phu-huynh/bai-lam/${sat.attempt}`,
		() => `/phu-huynh/bien-nhan/${sat.attempt}`],
	nobody: ['/', '/activate', '/verify', '/no-such-page'],
};

let demo;
let browser;
let sat; /* the attempt of the demo's student at the practice */

before(async () => {
	demo = await startDemo();
	browser = await openBrowser();
	sat = await sitByHttp(demo, demo.signIns.student, (i) => i.practice, () => ['A', 'B', 'C', 'D', 'A', 'B', 'C',
		null, [true, true, false, true], [true, null, false, null], '5', '9', '3', null]);
}, START);

after(async () => {
	await browser?.close();
	await demo?.stop();
}, START);

const isDrawn = (page) => until(`${page.url()} is drawn`, () => page.evaluate(() =>
	document.querySelector('main h1') !== null && document.querySelector('.waiting') === null), PATIENCE, 30);

/* Requests that failed; asking who is signed in is answered by 401 when nobody is. */
function watchRequests(person) {
	person.page.on('response', (response) => {
		const isAskingWho = response.url().endsWith('/api/v1/session') && response.status() === 401;
		if (response.status() >= 400 && !isAskingWho) {
			person.faults.push(`${response.status()} ${response.url()}`);
		}
	});
	person.page.on('requestfailed', (request) => {
		if (request.failure()?.errorText !== 'net::ERR_ABORTED') {
			person.faults.push(`${request.failure()?.errorText} ${request.url()}`);
		}
	});
}

const scrollsSideways = (page) => page.evaluate(() => {
	const { scrollWidth, clientWidth } = document.documentElement;
	return scrollWidth > clientWidth ? `${scrollWidth} in ${clientWidth}` : '';
});

async function look(person, name, rules) {
	const { page } = person;
	assert.equal(await page.locator('.banner.bad').count(), 0, `${name}: an error is shown`);
	assert.equal(await page.locator('h1').count(), 1, `${name}: one heading names the page`);
	const heading = (await page.locator('h1').textContent()).trim();
	await until(`${name}: the window is named by its heading`, async () =>
		(await page.title()).replace(/\s+/g, ' ').startsWith(heading.replace(/\s+/g, ' ')), PATIENCE, 20);
	assert.equal(await scrollsSideways(page), '', `${name}: scrolls sideways`);
	assert.deepEqual(await seriousFindings(page, rules), [], name);
	if (process.env.TT_SHOTS) { /* somebody wants to look at them */
		await shoot(page, `page-${name.replaceAll(/[^\w]+/g, '-')}`, { fullPage: true });
	}
}

/* Tab by tab: the skip link first, each next one further down, each with a ring around it. */
async function walk(page, name) {
	await page.evaluate(() => {
		document.activeElement?.blur();
		globalThis.scrollTo(0, 0);
		globalThis.ttBefore = null;
	});
	for (let i = 0; i < TABS_MAX; i++) {
		await page.keyboard.press('Tab');
		const now = await page.evaluate((isFirst) => {
			const at = document.activeElement;
			if (!at || at === document.body || (!isFirst && at.matches('a.skip'))) {
				return { isEnd: true };
			}
			const faults = [];
			/* A field for a file is drawn by its label. */
			const shown = at.matches('input.sr') ? at.nextElementSibling : at;
			const style = getComputedStyle(shown);
			const box = shown.getBoundingClientRect();
			if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) {
				faults.push('has no ring');
			}
			if (box.width < 1 || box.height < 1 || box.bottom < 0 || box.top > innerHeight) {
				faults.push('is out of sight');
			}
			/* A field for a day has several stops inside. */
			if (globalThis.ttBefore && globalThis.ttBefore !== at &&
				!(globalThis.ttBefore.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING)) {
				faults.push('stands before the one before');
			}
			if (isFirst && !at.matches('a.skip')) {
				faults.push('is first, not the way to the content');
			}
			globalThis.ttBefore = at;
			return { faults, what: at.outerHTML.slice(0, 120) };
		}, i === 0);
		if (now.isEnd) {
			break;
		}
		assert.deepEqual(now.faults, [], `${name}: the focus on ${now.what}`);
	}
}

async function enter(person, role) {
	if (role !== 'nobody') {
		await signInByForm(person.page, demo, demo.signIns[role]);
	}
	watchRequests(person);
}

const setLanguage = (person, lang) => person.context.addInitScript((l) => localStorage.setItem('tt.lang', l), lang);

async function visit(person, role, where, kind) {
	const address = typeof where === 'function' ? where() : where;
	await person.page.goto(demo.url + address);
	await isDrawn(person.page);
	await until('the receipt leads to where it is checked', () => !person.page.url().includes('bien-nhan'), PATIENCE, 30);
	await isDrawn(person.page);
	return `${role} ${address} ${kind}`;
}

async function onPhone(role, addresses) {
	const person = await openPerson(browser, demo, { viewport: PHONE, bypassCSP: true, hasTouch: true });
	await setLanguage(person, 'vi');
	await enter(person, role);
	for (const where of addresses) {
		const name = await visit(person, role, where, 'phone');
		await look(person, name);
		await person.page.setViewportSize(SMALLEST);
		assert.equal(await scrollsSideways(person.page), '', `${name}: scrolls sideways at 360`);
		await person.page.setViewportSize(PHONE);
	}
	assert.deepEqual(person.faults, []);
	await person.context.close();
}

async function onWide(role, addresses) {
	const person = await openPerson(browser, demo, { viewport: WIDE, bypassCSP: true, colorScheme: 'dark' });
	await setLanguage(person, 'en');
	await enter(person, role);
	for (const where of addresses) {
		const name = await visit(person, role, where, 'wide');
		await look(person, name, ['color-contrast']); /* the rest is as on the phone */
		await walk(person.page, name);
	}
	assert.deepEqual(person.faults, []);
	await person.context.close();
}

describe('every page of each role', { concurrency: 2 }, () => {
	for (const [role, addresses] of Object.entries(PAGES)) {
		test(`${role}: on a phone, in Vietnamese`, STEP, () => onPhone(role, addresses));
		test(`${role}: on a wide screen, in English, in the dark, by keyboard`, STEP,
			() => onWide(role, addresses));
	}
});

test('under the real content policy no script or style is refused', STEP, async () => {
	const person = await openPerson(browser, demo);
	await enter(person, 'teacher');
	for (const where of ['/giao-vien', '/giao-vien/so-diem/21/1/1', '/giao-vien/ngan-hang/1']) {
		await visit(person, 'teacher', where, 'policy');
	}
	assert.deepEqual(person.faults, []);
	await person.context.close();
});

test('a page of another role says so and leads home; nobody signed in is led to the door', STEP, async () => {
	const person = await openPerson(browser, demo);
	const { page } = person;
	await page.goto(`${demo.url}/giao-vien/so-diem`);
	await page.waitForURL((url) => url.pathname === '/' && url.searchParams.get('next') === '/giao-vien/so-diem');
	await signInByForm(page, demo, demo.signIns.student);
	await page.goto(`${demo.url}/van-phong/lop`);
	await page.getByRole('link', { name: 'Về trang chính của tôi' }).click();
	await page.waitForURL(`${demo.url}/thi`);
	assert.deepEqual(person.faults, []);
	await person.context.close();
});
