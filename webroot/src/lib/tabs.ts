/*
 * One tab of a browser works on a thing: an attempt, a sheet of marks. The tab that has it answers
 * a newcomer; the newcomer waits until a person says "use this tab", and then the first one lets
 * go. Web Locks tell that a tab has died (secure origins); elsewhere the newcomer asks by
 * BroadcastChannel and takes silence for a no. A browser with neither relies on the server: the
 * lease of an attempt, the versions of cells.
 */
const ASK_MS = 400;

type Word = { t: 'who' } | { t: 'me' } | { t: 'give' };

export interface Turn {
	/** 'mine', or 'other' when another tab has the thing. */
	ask(): Promise<'mine' | 'other'>;
	/** Takes it from the other tab. */
	take(): Promise<void>;
	leave(): void;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export function turnOf(thing: string, onTaken: () => void): Turn {
	const name = `truongthi ${thing}`;
	const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : null;
	let isMine = false;
	let heard: (() => void) | null = null;
	let release: (() => void) | null = null;

	const say = (word: Word): void => channel?.postMessage(word);

	const letGo = (): void => {
		isMine = false;
		release?.();
		release = null;
	};

	channel?.addEventListener('message', (event: MessageEvent<Word>) => {
		const word = event.data.t;
		if (word === 'who' && isMine) {
			say({ t: 'me' });
		} else if (word === 'me') {
			heard?.();
		} else if (word === 'give' && isMine) {
			letGo();
			onTaken();
		}
	});

	/* Holds the lock until release() is called; false when another tab holds it. */
	function lock(isWaiting: boolean): Promise<boolean> {
		return new Promise((done) => {
			navigator.locks.request(name, { ifAvailable: !isWaiting }, (held) => {
				if (!held) {
					done(false);
					return undefined;
				}
				done(true);
				return new Promise<void>((end) => { release = end; });
			}).catch(() => done(true)); /* a lock that fails guards nothing: the lease does */
		});
	}

	async function isAnswered(): Promise<boolean> {
		let answered = false;
		heard = () => { answered = true; };
		say({ t: 'who' });
		await pause(channel ? ASK_MS : 0);
		heard = null;
		return answered;
	}

	const hasLocks = typeof navigator !== 'undefined' && 'locks' in navigator;
	return {
		async ask() {
			const isOther = hasLocks ? !(await lock(false)) : await isAnswered();
			isMine = !isOther;
			return isOther ? 'other' : 'mine';
		},
		async take() {
			say({ t: 'give' });
			if (hasLocks) {
				await Promise.race([lock(true), pause(3000)]);
			} else {
				await pause(ASK_MS);
			}
			isMine = true;
		},
		leave() {
			letGo();
			channel?.close();
		},
	};
}
