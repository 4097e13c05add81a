/* What previews of Excel files have in common. */
import type { ImportAction } from '../../lib/types';
import type { Tone } from '../../parts/notice';

/** In the order in which they are looked at. */
export const ACTIONS: ImportAction[] = ['error', 'duplicate', 'change', 'new', 'same', 'skipped'];

export const TONES: Record<ImportAction, Tone | 'quiet'> = {
	error: 'bad', duplicate: 'warn', change: 'info', new: 'ok', same: 'quiet', skipped: 'quiet',
};

/* Columns as Excel calls them: 4 → D, 28 → AB. */
export function columnLetters(column: string | number): string {
	let n = Number(column);
	if (!Number.isInteger(n) || n < 1) {
		return String(column);
	}
	let letters = '';
	for (; n > 0; n = Math.floor((n - 1) / 26)) {
		letters = String.fromCharCode(65 + (n - 1) % 26) + letters;
	}
	return letters;
}
