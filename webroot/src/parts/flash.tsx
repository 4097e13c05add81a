/*
 * What was just done, said at the top of the page that the reader is led to. It is gone with the
 * next page.
 */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { navigate, path } from '../lib/router';
import { Banner } from './notice';

const said = signal<{ text: string; at: string } | null>(null);

/** Leads to a page that says `text` first. */
export function navigateSaying(text: string, to: string): void {
	navigate(to);
	said.value = { text, at: path.peek() };
}

/** Drawn by every page. */
export function Flash(): JSX.Element | null {
	const now = said.value;
	const at = path.value;
	useEffect(() => {
		if (now && now.at !== at) {
			said.value = null;
		}
	}, [at]);
	return now && now.at === at
		? <Banner tone="ok" live="polite"><p><strong>{now.text}</strong></p></Banner> : null;
}
