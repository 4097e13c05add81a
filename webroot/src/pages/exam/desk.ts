/*
 * What one student has on the desk: the session, the opened paper, the marks for review and the
 * texts that are being typed. Handed to every component of the page.
 */
import type { Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { Item, Paper } from '../../hall/paper';
import { itemsOf } from '../../hall/paper';
import type { Session } from '../../hall/session';
import { readSetting, writeSetting } from '../../lib/settings';
import { isAnswered, truthsOf } from './format';
import type { Pictures } from './rich';

export interface Desk {
	session: Session;
	paper: Paper;
	items: Item[];
	pictures: Pictures;
	flags: Signal<ReadonlySet<number>>;
	drafts: Set<() => void>; /* each writes what is being typed into the book */
}

export function deskOf(session: Session, paper: Paper, pictures: Pictures): Desk {
	const saved = readSetting(`flags.${session.info.attempt}`) ?? '';
	const flags = new Set(saved.split(' ').filter(Boolean).map(Number));
	return { session, paper, items: itemsOf(paper), pictures, drafts: new Set(),
		flags: signal<ReadonlySet<number>>(flags) };
}

export function toggleFlag(desk: Desk, slot: number): void {
	const next = new Set(desk.flags.peek());
	if (!next.delete(slot)) {
		next.add(slot);
	}
	desk.flags.value = next;
	writeSetting(`flags.${desk.session.info.attempt}`, [...next].join(' '));
}

/** Everything typed goes into the book now: before handing in, and when the page is left. */
export function flushDrafts(desk: Desk): void {
	desk.drafts.forEach((flush) => flush());
}

export type Progress = 'none' | 'part' | 'whole';

export function progressOf(item: Item, json: string): Progress {
	if (!isAnswered(json)) {
		return 'none';
	}
	const isPart = item.kind === 'truefalse' &&
		truthsOf(json, item.statements.length).includes(null);
	return isPart ? 'part' : 'whole';
}

/** Brings a question into view and the focus to it; behind an open dialog nothing can have it. */
export function goTo(slot: number): void {
	if (document.querySelector('dialog[open]')) {
		requestAnimationFrame(() => goTo(slot));
		return;
	}
	const box = document.getElementById(`q${slot}`);
	const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
	box?.scrollIntoView({ block: 'start', behavior: isCalm ? 'auto' : 'smooth' });
	box?.focus({ preventScroll: true });
}
