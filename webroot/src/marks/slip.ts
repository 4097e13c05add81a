/*
 * Whether a pasted column is the one that stands there already, slipped by some rows: it equals
 * the neighbours' marks far more often than the students' own.
 */
import type { Content } from './cell';
import { isEmpty, isSame } from './cell';

const SHIFT_MAX = 3;
const EQUAL_LEAST = 4; /* fewer say nothing */
const EQUAL_SHARE = 0.7; /* of the rows where both have a mark */
const LEAD = 0.3; /* and by so much of them more than without a shift */

function equals(pasted: Content[], existing: Content[], by: number): { equal: number; both: number } {
	let equal = 0;
	let both = 0;
	pasted.forEach((p, i) => {
		const e = existing[i + by];
		if (e && !isEmpty(p) && !isEmpty(e)) {
			both++;
			equal += isSame(p, e) ? 1 : 0;
		}
	});
	return { equal, both };
}

/** By how many rows the pasted column should move to lie on what stands there; 0: it need not. */
export function slipOf(pasted: Content[], existing: Content[]): number {
	const still = equals(pasted, existing, 0);
	let best = { by: 0, equal: 0 };
	for (let by = -SHIFT_MAX; by <= SHIFT_MAX; by++) {
		const { equal, both } = equals(pasted, existing, by);
		const isClear = equal >= EQUAL_LEAST && equal >= EQUAL_SHARE * both &&
			equal >= still.equal + Math.max(3, LEAD * both);
		if (by !== 0 && isClear && equal > best.equal) {
			best = { by, equal };
		}
	}
	return best.by;
}
