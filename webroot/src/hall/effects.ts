/* What the state machine of an attempt asks for, and the states of its connection. */
import type { Base, Entry } from './book';
import { utf8 } from './bytes';
import type { ClientFrame, Closed, EventFrame, KeyFrame, LogEvent, LogProof, Notice, TimeWhy }
	from './frames';
import { KIND_ANSWER, KIND_EVENT } from './protocol';
import type { Value } from './protocol';

export type Link =
	| 'off'       /* not started */
	| 'waiting'   /* the next try is due at a set time */
	| 'opening'   /* the socket, or the first call, is on its way */
	| 'joining'   /* hello was said */
	| 'joined'
	| 'elsewhere' /* another device holds the attempt: a person must choose */
	| 'taken'     /* another device took it over from this one */
	| 'ended';    /* closed, and the receipt is here */

export interface HealingLog {
	gen: number;
	events: LogEvent[];
	acks: LogProof[];
}

export type Effect =
	| { t: 'open' }                             /* open a socket */
	| { t: 'shut' }                             /* drop the socket */
	| { t: 'send'; frame: ClientFrame }
	| { t: 'http.hello'; isTake: boolean }      /* the HTTP path: answered by httpWelcome() */
	| { t: 'http.events'; lease: number; events: EventFrame[] }
	| { t: 'http.log'; log: HealingLog }
	| { t: 'http.begin' }
	| { t: 'http.poll' }
	| { t: 'save'; entries: Entry[]; base: Base | null }
	| { t: 'key'; key: KeyFrame }
	| { t: 'notice'; notice: Notice }
	| { t: 'time'; why: TimeWhy; was: number }  /* the end moved */
	| { t: 'closed'; closed: Closed };

/** How long an entry's value is on the wire. */
export const valueBytes = (e: Entry): number => utf8(e.value).length;

/** An entry as it is sent. */
export function frameOf(e: Entry): EventFrame {
	if (e.kind === KIND_ANSWER) {
		return { t: 'answer', seq: e.seq, slot: e.slot, value: JSON.parse(e.value) as Value };
	}
	if (e.kind === KIND_EVENT) {
		const value = JSON.parse(e.value) as string | [string, string];
		return typeof value === 'string'
			? { t: 'event', seq: e.seq, kind: value }
			: { t: 'event', seq: e.seq, kind: value[0], detail: value[1] };
	}
	return { t: 'submit', seq: e.seq };
}
