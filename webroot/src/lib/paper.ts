/* Sums and moves on a paper that is being arranged. */
import type { Paper, PaperItem } from './types';

const POINTS_MAX_X100 = 1000;

/** "0,25", "0.25", "1" → hundredths; null unless it is from 0.01 to 10. */
export function parsePoints(text: string): number | null {
	const m = /^\s*(\d{1,2})(?:[.,](\d{1,2}))?\s*$/.exec(text);
	if (!m) {
		return null;
	}
	const x100 = Number(m[1]) * 100 + Number((m[2] ?? '').padEnd(2, '0'));
	return x100 > 0 && x100 <= POINTS_MAX_X100 ? x100 : null;
}

export const totalOf = (paper: Paper): number =>
	paper.items.reduce((sum, item) => sum + item.weightX100, 0);

/** The items with one moved a place within its part; the same list when it cannot move. */
export function move(items: PaperItem[], index: number, by: -1 | 1): PaperItem[] {
	const a = items[index];
	const b = items[index + by];
	if (!a || !b || a.part !== b.part) {
		return items;
	}
	const next = [...items];
	next[index] = b;
	next[index + by] = a;
	return next;
}
