/*
 * Addresses and pages. `path` is a signal of the current path; `navigate` changes it without
 * loading the page again. Patterns name their parts: "/giao-vien/ky-thi/:id".
 */
import { signal } from '@preact/signals';

const hasWindow = typeof window !== 'undefined';

export const path = signal<string>(hasWindow ? location.pathname : '/');
export const search = signal<string>(hasWindow ? location.search : '');

type Guard = () => boolean;
const guards = new Set<Guard>();

/**
 * Leaving the page by a link, or backwards, asks each guard first: false is to stay. Gives what takes
 * the guard away again.
 */
export function addLeaveGuard(guard: Guard): () => void {
	guards.add(guard);
	return () => void guards.delete(guard);
}

/** Whether nobody stays for the sake of what was typed: each guard is asked. */
export const mayLeave = (): boolean => [...guards].every((guard) => guard());

function read(): void {
	path.value = location.pathname;
	search.value = location.search;
}

/* The browser has gone back or forward already: whoever stays gets the address again. */
function takePop(): void {
	if (location.pathname !== path.value && !mayLeave()) {
		history.pushState(null, '', path.value + search.value);
		return;
	}
	read();
}

/** `isAsked`: the guards were asked before. */
export function navigate(to: string, options: { replace?: boolean; isAsked?: boolean } = {}): void {
	if (!options.isAsked && !mayLeave()) {
		return;
	}
	if (options.replace) {
		history.replaceState(null, '', to);
	} else {
		history.pushState(null, '', to);
	}
	read();
	window.scrollTo(0, 0);
}

/* A plain click on a link of ours is answered here; everything else stays the browser's. */
function takeClick(event: MouseEvent): void {
	if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey ||
		event.shiftKey || event.altKey) {
		return;
	}
	const link = (event.target as Element | null)?.closest('a');
	if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) {
		return;
	}
	const isOurs = !/^\/(api|hall|assets|thi\/[^/]+)\//.test(link.pathname);
	const isSamePage = link.pathname === location.pathname && link.search === location.search;
	if (!isOurs || (isSamePage && link.hash)) {
		return;
	}
	event.preventDefault();
	navigate(link.pathname + link.search + link.hash);
}

export function startRouter(): void {
	window.addEventListener('popstate', takePop);
	document.addEventListener('click', takeClick);
}

/** The named parts when `pattern` fits `at`, else null. A last part `*` takes the rest. */
export function match(pattern: string, at: string): Record<string, string> | null {
	const want = pattern.split('/').filter(Boolean);
	const have = at.split('/').filter(Boolean);
	const open = want[want.length - 1] === '*';
	if (open ? have.length < want.length - 1 : have.length !== want.length) {
		return null;
	}
	const parts: Record<string, string> = {};
	for (let i = 0; i < want.length; i++) {
		const w = want[i] as string;
		if (w === '*') {
			break;
		}
		const h = have[i] as string;
		if (w.startsWith(':')) {
			try {
				parts[w.slice(1)] = decodeURIComponent(h);
			} catch {
				return null; /* not valid percent-encoding */
			}
		} else if (w !== h) {
			return null;
		}
	}
	return parts;
}

/** A value of the query string, or null. */
export function queryValue(name: string): string | null {
	return new URLSearchParams(search.value).get(name);
}
