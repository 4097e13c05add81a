/** Leaves the exam's own page for another page of the client: a load, not a move inside. */
export function navigateAway(to: string): void {
	location.assign(to);
}
