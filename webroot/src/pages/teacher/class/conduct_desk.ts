/*
 * Conduct at work: what is chosen is sent at once with the version that was seen; what somebody
 * else changed meanwhile is shown and told; what could not be sent stays chosen.
 */
import { signal } from '@preact/signals';
import { api, sentence } from '../../../lib/api';
import type { ConductRow, Level } from '../../../lib/types';
import type { ClassView } from './class_view';

export type Stage = 'term' | 'summer';

interface Answer {
	saved: string[];
	conflicts: string[];
	rows: ConductRow[];
}

export class ConductDesk {
	readonly round = signal(0);
	error: string | null = null;
	clash: string | null = null; /* a student whose conduct somebody else changed */
	private readonly rows = new Map<string, ConductRow>();
	private readonly chosen = new Map<string, Level | null>(); /* not with the server yet */

	constructor(private readonly classId: string, private readonly term: { number: number; id: string },
		view: ClassView) {
		view.students.forEach((s) => {
			if (s.conduct) {
				this.rows.set(s.id, s.conduct);
			}
		});
	}

	row(student: string): ConductRow | undefined {
		return this.rows.get(student);
	}

	private cell(student: string, stage: Stage): { level: Level | null; version: number } {
		const row = this.rows.get(student);
		const own = stage === 'summer' ? row?.summer : row?.terms.find((x) => x.number === this.term.number);
		return own ?? { level: null, version: 0 };
	}

	/** What is shown: what was chosen here, else what the server has. */
	level(student: string, stage: Stage = 'term'): Level | null {
		const key = `${student} ${stage}`;
		return this.chosen.has(key) ? this.chosen.get(key) ?? null : this.cell(student, stage).level;
	}

	get isUnsent(): boolean {
		return this.error !== null && this.chosen.size > 0;
	}

	async choose(student: string, level: Level | null, stage: Stage = 'term'): Promise<void> {
		this.chosen.set(`${student} ${stage}`, level);
		this.round.value++;
		await this.send(student, stage);
	}

	async retry(): Promise<void> {
		for (const key of [...this.chosen.keys()]) {
			const [student = '', stage] = key.split(' ');
			await this.send(student, stage as Stage);
		}
	}

	private async send(student: string, stage: Stage): Promise<void> {
		const key = `${student} ${stage}`;
		const level = this.chosen.get(key) ?? null;
		const { version } = this.cell(student, stage);
		try {
			const answer = await api.put<Answer>(`/api/v1/classes/${this.classId}/conduct/${this.term.id}`,
				{ stage, cells: [{ student, level, version }] }, { isLasting: true });
			answer.rows.forEach((r) => this.rows.set(r.student.id, r));
			this.clash = answer.conflicts[0] ?? null;
			if ((this.chosen.get(key) ?? null) === level) {
				this.chosen.delete(key); /* nothing else was chosen meanwhile */
			}
			this.error = null;
		} catch (error) {
			this.error = sentence(error);
		}
		this.round.value++;
	}
}
