/*
 * A session's roll call as one device knows it: what the server has, what was tapped here, and
 * what is on its way. A state machine without a network or a clock; session.ts carries it out.
 *
 * Everybody is there unless something is said. A roll call is saved as a whole, with the version
 * it was made over: when somebody else has saved meanwhile, both are put together student by
 * student, and only where both said something different of one student a person decides.
 */

export type Kind = 'excused' | 'unexcused' | 'late';

export interface Mark {
	kind: Kind;
	note: string;
}

/** Of those who are not simply there, by student. */
export type Marks = Record<string, Mark>;

/** What the server has. Version 0: nobody took it yet. */
export interface Taken {
	version: number;
	marks: Marks;
}

/** What is being saved: repeated under the same key until it is answered. */
export interface Job {
	key: string;
	version: number;
	marks: Marks;
}

/** As it is kept on the device's disk. */
export interface Draft {
	base: Taken; /* what the taps were made over */
	marks: Marks;
	job: Job | null;
	isWanted: boolean; /* to be saved once the job before it is answered, or both are together */
	problem: string | null; /* the server's sentence, when it refused */
}

export interface Clash {
	student: string;
	mine: Mark | null;
	theirs: Mark | null;
}

const isSame = (a: Mark | undefined, b: Mark | undefined): boolean =>
	a?.kind === b?.kind && (a?.note ?? '') === (b?.note ?? '');

export function isSameMarks(a: Marks, b: Marks): boolean {
	return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((s) => isSame(a[s], b[s]));
}

function withMark(marks: Marks, student: string, mark: Mark | null | undefined): Marks {
	const { [student]: _, ...rest } = marks;
	return mark ? { ...rest, [student]: mark } : rest;
}

/** Three ways: what only one side changed counts; what both changed differently is a clash. */
export function merge(base: Marks, mine: Marks, theirs: Marks): { marks: Marks; clashes: string[] } {
	const students = new Set([base, mine, theirs].flatMap((m) => Object.keys(m)));
	const clashes: string[] = [];
	let marks: Marks = {};
	for (const s of students) {
		const isMineNew = !isSame(base[s], mine[s]);
		const isTheirsNew = !isSame(base[s], theirs[s]);
		if (isMineNew && isTheirsNew && !isSame(mine[s], theirs[s])) {
			clashes.push(s);
		}
		marks = withMark(marks, s, isMineNew ? mine[s] : theirs[s]);
	}
	return { marks, clashes };
}

export class Roll {
	private taken: Taken;
	private draft: Draft | null;
	private open: Clash[] = [];
	private steps: { student: string; was: Mark | null }[] = [];

	/** Goes on with what an earlier page left on the disk. */
	constructor(taken: Taken, draft: Draft | null = null) {
		this.taken = draft?.base ?? taken;
		this.draft = draft;
		this.refresh(taken);
	}

	get marks(): Marks {
		return this.draft?.marks ?? this.taken.marks;
	}

	get version(): number {
		return this.taken.version;
	}

	get clashes(): Clash[] {
		return this.open;
	}

	get problem(): string | null {
		return this.draft?.problem ?? null;
	}

	/** Something is on the screen that the server does not have. */
	get isOpen(): boolean {
		return this.draft !== null;
	}

	/** Asked to be saved, and not answered yet; one that waits for a person is not. */
	get isOnItsWay(): boolean {
		return this.draft !== null && this.open.length === 0 && (this.draft.job !== null || this.draft.isWanted);
	}

	get canUndo(): boolean {
		return this.steps.length > 0;
	}

	/** For the disk; null: nothing to keep. */
	kept(): Draft | null {
		return this.draft;
	}

	private put(marks: Marks): void {
		const before = this.draft ?? { base: this.taken, marks: this.taken.marks, job: null, isWanted: false, problem: null };
		this.draft = { ...before, marks, isWanted: false, problem: null };
		this.settle();
	}

	/* Taps that came back to where they began are none. */
	private settle(): void {
		const d = this.draft;
		if (d && !d.job && !d.isWanted && d.problem === null && isSameMarks(d.marks, this.taken.marks)) {
			this.draft = null;
		}
	}

	/** A person says how it is with one student; null: there. */
	say(student: string, mark: Mark | null): void {
		const was = this.marks[student] ?? null;
		if (!isSame(was ?? undefined, mark ?? undefined)) {
			this.steps.push({ student, was });
			this.put(withMark(this.marks, student, mark));
		}
		this.open = this.open.filter((c) => c.student !== student);
	}

	/** Takes the last tap back; the student it was about. */
	undo(): string | null {
		const step = this.steps.pop();
		if (!step) {
			return null;
		}
		this.put(withMark(this.marks, step.student, step.was));
		return step.student;
	}

	/** The whole is to be saved, also when everybody is there. */
	save(): void {
		const before = this.draft ?? { base: this.taken, marks: this.taken.marks, job: null, isWanted: true, problem: null };
		this.draft = { ...before, isWanted: true, problem: null };
	}

	/** What to send now, always the same until it is answered; null: nothing. */
	next(key: () => string): Job | null {
		const d = this.draft;
		if (!d || this.open.length > 0) {
			return null;
		}
		if (!d.job && d.isWanted) {
			const job = { key: key(), version: this.taken.version, marks: d.marks };
			this.draft = { ...d, base: this.taken, job, isWanted: false };
		}
		return this.draft?.job ?? null;
	}

	/** The server has saved the job. */
	answered(now: Taken): void {
		const d = this.draft;
		if (!d?.job) {
			return;
		}
		const sent = d.job.marks;
		const later = !isSameMarks(d.marks, sent);
		this.taken = now;
		this.draft = later || d.isWanted
			? { ...d, base: now, marks: merge(sent, d.marks, now.marks).marks, job: null } : null;
		this.settle();
		if (!this.draft) {
			this.steps = [];
		}
	}

	/* Puts what was tapped here together with what stands there by now. */
	private rebase(d: Draft, now: Taken, isWanted: boolean): void {
		const { marks, clashes } = merge(d.base.marks, d.marks, now.marks);
		this.open = clashes.map((s) =>
			({ student: s, mine: d.marks[s] ?? null, theirs: now.marks[s] ?? null }));
		this.taken = now;
		this.draft = { ...d, base: now, marks, job: null, isWanted };
		if (isSameMarks(marks, now.marks) && now.version > 0) {
			this.draft = null; /* both said the same */
			this.steps = [];
		}
	}

	/** Somebody else has saved first: the job was not done. */
	stale(now: Taken): void {
		if (this.draft?.job) {
			this.rebase(this.draft, now, true);
		}
	}

	/** The server refused the job for good; what was tapped stays here. */
	refused(problem: string): void {
		if (this.draft?.job) {
			this.draft = { ...this.draft, job: null, isWanted: false, problem };
		}
	}

	/** What the server has now. */
	refresh(now: Taken): void {
		const d = this.draft;
		if (now.version < this.taken.version || d?.job) {
			return; /* an answer on its way tells more */
		}
		if (!d) {
			this.taken = now;
		} else if (now.version > d.base.version) {
			this.rebase(d, now, d.isWanted);
		}
	}

	/** Of two that differ: mine, or what the server has. */
	decide(student: string, take: 'mine' | 'theirs'): void {
		const clash = this.open.find((c) => c.student === student);
		if (clash) {
			this.open = this.open.filter((c) => c !== clash);
			if (take === 'theirs' && this.draft) {
				this.draft = { ...this.draft, marks: withMark(this.draft.marks, student, clash.theirs) };
			}
		}
	}

	/** Gives up what was tapped here. */
	drop(): void {
		if (!this.draft?.job) {
			this.draft = null;
			this.open = [];
			this.steps = [];
		}
	}
}

export interface Counts {
	there: number; /* late ones too: they are there */
	away: number;
	late: number;
}

export function countOf(marks: Marks, students: string[]): Counts {
	const here = students.map((s) => marks[s]?.kind);
	const late = here.filter((k) => k === 'late').length;
	const away = here.filter((k) => k === 'excused' || k === 'unexcused').length;
	return { there: students.length - away, away, late };
}
