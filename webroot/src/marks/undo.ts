/* What was typed on a sheet since it was opened, to take back and to bring again. */
import type { Content } from './cell';

const STEPS_MAX = 200;

export interface StepCell {
	cell: string;
	from: Content;
	to: Content;
}

export interface Step {
	cells: StepCell[];
	why: string; /* the reason that was given with it */
}

export class Undo {
	private readonly done: Step[] = [];
	private undone: Step[] = [];

	push(step: Step): void {
		this.undone = [];
		this.done.push(step);
		if (this.done.length > STEPS_MAX) {
			this.done.shift();
		}
	}

	/** The last step the other way round; the caller types it as a new change. */
	back(): Step | null {
		const step = this.done.pop();
		if (!step) {
			return null;
		}
		this.undone.push(step);
		return { why: step.why,
			cells: step.cells.map(({ cell, from, to }) => ({ cell, from: to, to: from })) };
	}

	again(): Step | null {
		const step = this.undone.pop();
		if (step) {
			this.done.push(step);
		}
		return step ?? null;
	}

	get canBack(): boolean {
		return this.done.length > 0;
	}

	get canAgain(): boolean {
		return this.undone.length > 0;
	}
}
