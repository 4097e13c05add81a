/*
 * A mark typed by the numeric keypad: 85 is 8.5, 100 is 10, 10 is 10, 7 is 7, 05 is 0.5; with a
 * comma or a dot it is as written. Shown before it counts.
 */
const MARK_MAX_X10 = 100;

/** `x10` in tenths, null for an emptied cell; undefined when it is no mark. */
export function parseTyped(text: string): { x10: number | null } | undefined {
	const plain = text.trim();
	if (plain === '') {
		return { x10: null };
	}
	const decimal = /^(\d{1,2})[.,](\d)$/.exec(plain);
	let x10 = -1;
	if (decimal) {
		x10 = Number(decimal[1]) * 10 + Number(decimal[2]);
	} else if (/^\d$/.test(plain)) {
		x10 = Number(plain) * 10;
	} else if (plain === '10' || plain === '100') {
		x10 = MARK_MAX_X10;
	} else if (/^\d{2}$/.test(plain)) {
		x10 = Number(plain);
	}
	return x10 >= 0 && x10 <= MARK_MAX_X10 ? { x10 } : undefined;
}
