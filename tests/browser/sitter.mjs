/*
 * A student at the exam page: what is answered, what the page says of each answer, and every
 * frame of the socket. What a page ever showed as stored is kept for the comparison with the
 * tables.
 */
import { readFile, readdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { CHROMIUM, PATIENCE, openPerson, until } from './lib.mjs';

/* Runs in the page: tells of each answer that stands on the screen as stored. */
function watchStored() {
	const told = new Map();
	const look = () => {
		for (const question of document.querySelectorAll('.question')) {
			const line = question.querySelector('.answer-state.stored');
			if (!line) {
				continue;
			}
			const slot = Number(question.id.slice(1));
			const chosen = [...question.querySelectorAll('label.option.chosen input')].map((i) => i.value);
			const text = JSON.stringify({ slot, chosen, said: line.textContent });
			if (told.get(slot) !== text) {
				told.set(slot, text);
				globalThis.ttStored(text);
			}
		}
	};
	new MutationObserver(look).observe(document,
		{ subtree: true, childList: true, attributes: true, characterData: true });
}

/** openPerson for a student: also { frames, stored }; `stored` may be that of another device. */
export async function openSitter(browser, server, options = {}, stored = []) {
	const person = await openPerson(browser, server, options);
	person.frames = [];
	person.stored = stored;
	await person.context.exposeFunction('ttStored', (text) => stored.push(JSON.parse(text)));
	await person.context.addInitScript(watchStored);
	listen(person);
	return person;
}

/** Keeps every frame that the page's sockets receive. */
export function listen(person) {
	person.frames = [];
	person.page.on('websocket', (socket) => {
		socket.on('framereceived', ({ payload }) => {
			try {
				person.frames.push(JSON.parse(String(payload)));
			} catch {
				/* not text: none of ours */
			}
		});
	});
}

/** A Chromium of its own for one person: { browser, processes(), kill() }. */
export async function ownChromium(args) {
	const server = await chromium.launchServer({ executablePath: CHROMIUM, args });
	const group = String(server.process().pid);
	const browser = await chromium.connect(server.wsEndpoint());
	return {
		browser,
		/* Everything alive in its process group. */
		processes: async () => {
			const alive = [];
			for (const name of await readdir('/proc')) {
				const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
				const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
				if (pgrp === group && state !== 'Z') {
					alive.push(name);
				}
			}
			return alive;
		},
		kill: () => server.kill(),
	};
}

export const question = (page, slot) => page.locator(`#q${slot}`);

/** Answers right or wrong, by what the options say: each variant deals them differently. */
export async function answer(page, slot, isRight) {
	const options = question(page, slot).locator('label.option');
	await options.filter({ hasText: isRight ? /khẳng định đúng/ : /khẳng định sai/ }).first().click();
}

export const stateOf = (page, slot) =>
	question(page, slot).locator('.answer-state').getAttribute('class', { timeout: PATIENCE });

export const hasState = (page, slot, state) => until(`question ${slot} is ${state}`,
	async () => (await stateOf(page, slot)).includes(state), PATIENCE, 100);

export const chosenText = (page, slot) => question(page, slot).locator('label.option.chosen').innerText();

export const paperIsOpen = (person, ms = PATIENCE) => person.page.locator('#q1').waitFor({ timeout: ms });

/** From the list of exams into the room; notes room, attempt and variant. */
export async function enterRoom(person, server) {
	await person.page.goto(`${server.url}/thi`);
	await person.page.getByRole('link', { name: 'Vào phòng thi' }).click();
	await person.page.waitForURL(/\/thi\/[^/]+\/[^/]+$/);
	const [, , room, attempt] = new URL(person.page.url()).pathname.split('/');
	Object.assign(person, { room, attempt });
}

export async function handIn(page) {
	await page.locator('.exam-bar').getByRole('button', { name: 'Nộp bài' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Nộp bài' }).click();
	await page.getByRole('heading', { name: 'Đã nộp bài' }).waitFor({ timeout: PATIENCE });
}

/** The last number that a page's acks covered; 0 when none came. */
export const lastAcked = (frames) => frames.filter((f) => f.t === 'ack')
	.reduce((most, f) => Math.max(most, f.upto ?? f.seq), 0);
