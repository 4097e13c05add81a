/*
 * A roll call at work: each tap goes to the device's disk first, and what is to be saved to the
 * server as soon as there is a way, again and again until it is answered. The rules are book.ts's.
 */
import type { Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import { ApiError, api, idempotencyKey, sentence } from '../lib/api';
import type { RollCall } from '../lib/types';
import type { Marks, Taken } from './book';
import { Roll } from './book';
import type { Database, Place } from './disk';
import { Disk, openDisk, unsentOf } from './disk';

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 20_000;

export type Net = 'idle' | 'sending' | 'away';

const addressOf = (p: Place): string => `/api/v1/classes/${p.classId}/presence?date=${p.date}&session=${p.session}`;

/* Worth trying again as it is: no answer, a busy or restarting server, a session that has ended. */
const isPassing = (e: unknown): boolean => !(e instanceof ApiError) || e.problem.status === 0 ||
	e.problem.status >= 500 || [401, 408, 429].includes(e.problem.status);

export function marksOf(view: RollCall): Marks {
	return Object.fromEntries(view.rows.flatMap((r) =>
		r.kind ? [[r.student.id, { kind: r.kind, note: r.note }]] : []));
}

const takenOf = (view: RollCall): Taken => ({ version: view.version, marks: marksOf(view) });

export class RollSession {
	readonly view: Signal<RollCall>;
	readonly net = signal<Net>('idle');
	readonly hasDisk: Signal<boolean>;
	readonly round = signal(0); /* one more at every change of `roll` */
	readonly roll: Roll;
	private timer = 0;
	private backoff = RETRY_MIN_MS;
	private isBusy = false;
	private isStopped = false;
	private saving: Promise<void> = Promise.resolve();

	constructor(readonly place: Place, view: RollCall, private readonly disk: Disk | null, roll: Roll) {
		this.view = signal(view);
		this.hasDisk = signal(disk !== null);
		this.roll = roll;
	}

	start(): void {
		addEventListener('online', this.wake);
		addEventListener('focus', this.wake);
		document.addEventListener('visibilitychange', this.wake);
		void this.keep();
		this.wake();
	}

	stop(): void {
		this.isStopped = true;
		clearTimeout(this.timer);
		removeEventListener('online', this.wake);
		removeEventListener('focus', this.wake);
		document.removeEventListener('visibilitychange', this.wake);
	}

	private readonly wake = (): void => {
		if (document.visibilityState === 'visible' && !this.isStopped) {
			this.backoff = RETRY_MIN_MS;
			this.soon(0);
		}
	};

	/** Does something with the roll, shows it, keeps it, and sends what is to be sent. */
	act(deed: (roll: Roll) => void): void {
		deed(this.roll);
		this.round.value++;
		void this.keep();
		this.soon(0);
	}

	/* On disk in the order in which it happened; a disk that fails is told, the work goes on. */
	private keep(): Promise<void> {
		const step = this.disk?.keep(this.roll.kept());
		this.saving = Promise.all([this.saving, step])
			.then(() => undefined, () => { this.hasDisk.value = false; });
		return this.saving;
	}

	private soon(ms: number): void {
		clearTimeout(this.timer);
		if (!this.isStopped) {
			this.timer = setTimeout(() => void this.send(), ms) as unknown as number;
		}
	}

	/** Sends until nothing waits or there is no way; true when nothing is left to send. */
	async send(): Promise<boolean> {
		if (this.isBusy) {
			return false;
		}
		this.isBusy = true;
		try {
			while (await this.sendOne()) {
				/* until nothing waits */
			}
		} finally {
			this.isBusy = false;
		}
		return !this.roll.isOnItsWay;
	}

	/* False when there is nothing to send, or no way to. */
	private async sendOne(): Promise<boolean> {
		const job = this.roll.next(() => idempotencyKey()['Idempotency-Key'] as string);
		if (!job) {
			this.net.value = 'idle';
			return false;
		}
		this.net.value = this.net.value === 'away' ? 'away' : 'sending';
		this.round.value++;
		await this.keep();
		try {
			const absences = Object.entries(job.marks).map(([student, mark]) => ({ student, ...mark }));
			this.take(await api.put<RollCall>(addressOf(this.place), { version: job.version, absences },
				{ headers: { 'Idempotency-Key': job.key } }), (roll, now) => roll.answered(now));
		} catch (error) {
			if (isPassing(error)) {
				this.net.value = 'away';
				this.round.value++;
				this.backoff = Math.min(this.backoff * 2, RETRY_MAX_MS);
				this.soon(this.backoff);
				return false;
			}
			const { problem } = error as ApiError;
			if (problem.code === 'stale' && problem.current) {
				this.take(problem.current as RollCall, (roll, now) => roll.stale(now));
			} else {
				this.roll.refused(sentence(error));
			}
		}
		this.backoff = RETRY_MIN_MS;
		this.net.value = 'idle';
		this.round.value++;
		await this.keep();
		return true;
	}

	private take(view: RollCall, deed: (roll: Roll, now: Taken) => void): void {
		deed(this.roll, takenOf(view));
		this.view.value = view;
		void this.disk?.keepView(view, Date.now()).catch(() => undefined);
	}
}

let database: Promise<Database | null> | undefined;

/* Null where the browser keeps nothing. */
function disk(): Promise<Database | null> {
	database ??= openDisk().catch(() => null);
	return database;
}

/** What the server has, or without a network what this device saw last, with the taps left here. */
export async function openRoll(place: Place, signalOf?: AbortSignal): Promise<RollSession> {
	const db = await disk();
	const own = db ? new Disk(db, place) : null;
	const draft = await own?.draft().catch(() => null) ?? null;
	let view: RollCall | undefined;
	try {
		view = await api.get<RollCall>(addressOf(place), { tries: 1, ...(signalOf ? { signal: signalOf } : {}) });
		void own?.keepView(view, Date.now()).catch(() => undefined);
	} catch (error) {
		if (error instanceof ApiError && error.problem.status === 0) {
			view = await own?.view<RollCall>();
		}
		if (!view) {
			throw error;
		}
	}
	return new RollSession(place, view, own, new Roll(takenOf(view), draft));
}

/** Sessions of that person with taps that the server does not have. */
export async function unsent(person: string): Promise<(Place & { isAsked: boolean })[]> {
	const db = await disk();
	return db ? unsentOf(db, person).catch(() => []) : [];
}

/** Sends what an earlier page could not; the places that are still open afterwards. */
export async function sendLeft(person: string): Promise<Place[]> {
	for (const place of await unsent(person)) {
		if (place.isAsked) {
			await openRoll(place).then((s) => s.send()).catch(() => undefined);
		}
	}
	return unsent(person);
}
