/*
 * The exam clock as one browser knows it: what the server said, carried on by a clock that never
 * steps (`mono`, milliseconds). Pure.
 */

const STEP_MS = 500;     /* a smaller backward change is latency */
const LATE_TIMES = 3;    /* so many late times in a row are a clock that went back */

export class ExamClock {
	private offset: number | null = null; /* exam clock − mono */
	private isGuessed = false;            /* the offset is this device's own clock */
	private late: number[] = [];          /* offsets in a row that lie well below */

	/** Null before anybody has said what time it is. */
	at(mono: number): number | null {
		return this.offset === null ? null : mono + this.offset;
	}

	/**
	 * A time from the server, as it was when it left there. Under way it can only grow old, so the
	 * largest offset counts; that the server's clock really went back is believed when several
	 * times in a row say so. `isGuess`: only this device's own clock, until the server speaks.
	 */
	heard(now: number, mono: number, isGuess: boolean): void {
		const offset = now - mono;
		if (this.offset === null || this.isGuessed || offset >= this.offset - STEP_MS) {
			this.offset = this.isGuessed ? offset : Math.max(offset, this.offset ?? offset);
			this.isGuessed = isGuess;
			this.late = [];
			return;
		}
		this.late.push(offset);
		if (this.late.length === LATE_TIMES) {
			this.offset = Math.max(...this.late);
			this.late = [];
		}
	}
}
