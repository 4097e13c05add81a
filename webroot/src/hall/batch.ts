/* What goes to the server next: as many events as one ack, and one log frame, can cover. Pure. */
import type { Book, Entry } from './book';
import { utf8 } from './bytes';
import type { EventFrame } from './frames';
import { KIND_ANSWER, KIND_EVENT } from './protocol';
import type { Value } from './protocol';

const WINDOW_COUNT = 16;     /* events on their way at once */
const WINDOW_BYTES = 40_000; /* so that what one ack covers fits one log frame */

/** How long an entry's value is on the wire. */
const valueBytes = (e: Entry): number => utf8(e.value).length;

/** An entry as it is sent. */
function frameOf(e: Entry): EventFrame {
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

/** Numbers what is sent beside what is on its way already; empty when nothing waits or fits. */
export function nextBatch(book: Book): EventFrame[] {
	const flight = book.inFlight();
	let count = flight.length;
	let bytes = flight.reduce((n, e) => n + valueBytes(e), 0);
	const batch: EventFrame[] = [];
	for (;;) {
		const e = book.nextLocal();
		if (!e || count >= WINDOW_COUNT || (count > 0 && bytes + valueBytes(e) > WINDOW_BYTES)) {
			return batch;
		}
		book.number(e);
		batch.push(frameOf(e));
		count++;
		bytes += valueBytes(e);
	}
}
