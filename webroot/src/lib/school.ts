/* Which year and term it is at a school. */
import { isoDate } from './time';
import type { School, SchoolYear, Term } from './types';

export const yearNow = (school: School): SchoolYear | undefined =>
	school.years.find((y) => y.isCurrent) ?? school.years[0];

/** The term that `now` falls into, or the nearest before it, or the first. */
export function termNow(school: School, now: number): Term | undefined {
	const terms = yearNow(school)?.terms ?? [];
	const today = isoDate(now);
	const begun = terms.filter((x) => x.startsOn <= today);
	return begun[begun.length - 1] ?? terms[0];
}
