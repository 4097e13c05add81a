/*
 * Sentences for screen readers only. One polite region for the whole page: what is put there
 * is read out at the next pause, and the same sentence twice is read twice.
 */
import type { JSX } from 'preact';
import { signal } from '@preact/signals';

const said = signal<{ text: string; round: number }>({ text: '', round: 0 });

export function announce(text: string): void {
	said.value = { text, round: said.peek().round + 1 };
}

/** Drawn once, at the root of the client. */
export function LiveRegion(): JSX.Element {
	const { text, round } = said.value;
	return (
		<div class="sr" role="status" aria-live="polite">
			<span key={round}>{text}</span>
		</div>
	);
}
