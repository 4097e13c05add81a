/* Rows (../rows.mjs): the exam hall, its sittings and what came of them. */
import { conflict } from './marks.mjs';
import { FAMILY, SITTER, STAFF, idempotent, pupil } from './who.mjs';

export const hallRows = {
	'GET /rooms/{room}/attempts/{id}': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt })],
	/* Any part of the paper to anybody of the room: it is useless before the bell. */
	'GET /rooms/{room}/sealed/{variant}/{section}/{part}/{rev}': [`${SITTER} classmate`, '-', (w) => ({
		room: w.item.room, variant: w.attempt.variant, section: '0', part: '0', rev: '1' })],
	'GET /rooms/{room}/attempts/{id}/key': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt })],
	'POST /rooms/{room}/attempts/{id}/hello': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt, body: w.hello(w.welcome) })],
	'POST /rooms/{room}/attempts/{id}/take': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt, body: w.hello(w.welcome) })],
	'POST /rooms/{room}/attempts/{id}/begin': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: {} };
	}],
	'POST /rooms/{room}/attempts/{id}/log': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: { gen: 1, events: [], acks: [] } };
	}],
	'POST /rooms/{room}/attempts/{id}/events': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: { lease: w.welcome.lease,
			events: [{ t: 'answer', seq: w.welcome.seq + 1, slot: 2, value: w.text() }] } };
	}],
	'POST /rooms/{room}/acts': ['teacher', '-', (w) => ({ room: w.item.room, headers: idempotent(), body: { kind: 'message', text: w.text() } })],
	'POST /sittings': ['teacher', '-', (w) => ({ body: w.plan() })],
	'POST /sittings/ends-preview': ['teacher', '-', (w) => ({ body: w.plan() })],
	'GET /sittings': [STAFF, '='],
	'GET /sittings/{id}': ['office teacher', '-', (w) => ({ id: w.planned.id })],
	'PUT /sittings/{id}/start': ['teacher', '-', async (w) => {
		const s = await w.publish();
		return { id: s.id, body: { startsAt: s.startsAt + 60_000, revision: s.revision } };
	}],
	'GET /sittings/{id}/ends': ['office teacher', '-', (w) => ({ id: w.planned.id })],
	'PUT /sittings/{id}/release': ['teacher', '-', (w) => ({ id: w.over.id, body: { policy: 'all' } })],
	'POST /rooms/{room}/tickets': ['office teacher', '-', (w) => ({ room: w.planned.rooms[0].id, query: 'as=json' })],
	'GET /sittings/{id}/results': ['teacher', '-', (w) => ({ id: w.over.id })],
	'GET /sittings/{id}/results.xlsx': ['teacher', '-', (w) => ({ id: w.over.id })],
	'GET /attempts/{id}/paper-review': [FAMILY, '-', (w) => ({ id: w.overItem.attempt })],
	'GET /attempts/{id}/pictures/{hash}': [FAMILY, '-', (w) => ({ id: w.overItem.attempt, hash: w.picture })],
	'PUT /attempts/{id}/slots/{slot}': ['teacher', '-', async (w) => {
		const { slot, version } = await essay(w);
		return { id: w.overItem.attempt, slot: String(slot), body: { pointsX100: 50, note: w.text(), version } };
	}],
	'PUT /attempts/{id}/mark': ['teacher', '-', conflict],
	'GET /attempts/{id}/receipt': [FAMILY, '-', (w) => ({ id: w.overItem.attempt })],
	'GET /my/sittings': ['student classmate', '='],
	'GET /children/{student}/exams': ['parent', '-', (w) => ({ student: pupil(w) })],
};

const joined = async (w) => { w.welcome = await w.call(200, 'POST', `${w.base(w.item)}/hello`, 'student', w.hello(w.welcome)); };

/* An essay that waits to be marked. */
async function essay(w) {
	const { slots } = await w.review(w.overItem);
	return slots.find((s) => s.kind === 'essay');
}
