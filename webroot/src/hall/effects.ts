/* What the state machine of an attempt asks for, and the states of its connection. */
import type { Base, Entry } from './book';
import type { ClientFrame, Closed, EventFrame, KeyFrame, LogEvent, LogProof, Notice, TimeWhy }
	from './frames';

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
