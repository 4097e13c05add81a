#include "tests/exam/hall/sim.h"

#include <assert.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/seal/sign.h"
#include "exam/hall/fold.h"

/* Numbers in brackets are those of docs/protocol.md, "Invariants". */

/* (10) No byte of a key leaves before that attempt is open, and only to its own student. */
void sim_check_key(struct sim *sim, uint64_t person, const struct id16 *attempt) {
	struct sim_attempt *a = sim_db_find(sim, attempt);
	struct phase_sitting sitting = sim_sitting();
	struct phase_now now;
	if (!a || a->person != person) {
		sim_fail(sim, "(10) a key for another student's attempt");
		return;
	}
	phase_at(&sitting, &a->times, sim_server_now_ms(sim), &now);
	/* A close that is stored and not told yet, or an end just passed, is no leak. */
	if (now.phase == PHASE_BEFORE || now.phase == PHASE_LOBBY || now.phase == PHASE_READY) {
		sim_fail(sim, "(10) a key in phase %s", phase_name(now.phase));
	}
}

static struct sim_taken *taken_of(
		struct sim *sim, const struct id16 *attempt, uint32_t gen, uint32_t seq) {
	for (size_t i = sim->taken.count; i-- > 0;) {
		struct sim_taken *t = &sim->taken.items[i];
		if (t->seq == seq && t->gen == gen && t->life == sim_server_life(sim) &&
				id16_equal(&t->attempt, attempt)) {
			return t;
		}
	}
	return NULL;
}

/* The room hands an event to the writer. */
void sim_check_taken(struct sim *sim, const struct room_event *ev) {
	struct sim_attempt *a = sim_db_find(sim, &ev->attempt);
	if (ev->kind == EVENT_CLOSE) {
		return;
	}
	struct sim_taken *before = taken_of(sim, &ev->attempt, ev->gen, ev->seq);
	if (ev->is_resend) {
		if (before && !before->is_settled) {
			before->resends++;
		}
		return;
	}
	/* (12) A stale lease writes nothing. Held events are pushed when nobody speaks; where the
	 * database lost the lease too, the writer refuses (checked when rows enter). */
	if (sim->claimed_lease != 0 && sim->claimed_lease != a->lease && !a->times.is_closed &&
			!a->has_lost_rows) {
		sim_fail(sim, "(12) lease %u was taken, %u is current", sim->claimed_lease,
				a->lease);
	}

	/* (5) What is taken arrived in time. */
	if (ev->at_ms > sim_db_end_ms(a) + SIM_GRACE_MS) {
		sim_fail(sim, "(5) an event %lld ms after the end was taken",
				(long long)(ev->at_ms - sim_db_end_ms(a)));
	}
	if (GROW(&sim->taken, SIM_ITEMS_MAX)) {
		abort();
	}
	sim->taken.items[sim->taken.count++] = (struct sim_taken){ ev->attempt, ev->gen, ev->seq,
		ev->kind, ev->slot, ev->value, ev->at_ms, sim_server_life(sim), 0, false };
}

static bool is_same(const struct sim_taken *t, const struct event_row *row) {
	return row->event.kind == t->kind && row->event.slot == t->slot &&
			str_eq(row->event.value, t->value);
}

/* (6) What the room took ends as stored, whatever the queue did. */
void sim_check_result(struct sim *sim, const struct room_result *r) {
	sim->acks += r->outcome == ROOM_STORED;
	sim->stamps += r->outcome == ROOM_STAMPED;
	if (r->kind == EVENT_CLOSE || r->outcome == ROOM_STAMPED) {
		return;
	}
	struct sim_attempt *a = sim_db_find(sim, &r->attempt);
	struct sim_taken *t = taken_of(sim, &r->attempt, r->gen, r->seq);
	if (!t || t->is_settled) {
		return;
	}
	if (r->outcome == ROOM_STORED) {
		t->is_settled = true;
		return;
	}
	/* A resend may be refused while the first one is under way: other bytes, or nothing that it
	 * could be compared with now. Lost rows put the chain out of joint. */
	bool is_of_resend = t->resends > 0 &&
			(r->refusal == ERR_FORK || r->refusal == ERR_BUSY ||
					r->refusal == ERR_CONFLICT);
	if (is_of_resend) {
		t->resends--;
		return;
	}
	if (a->has_lost_rows) {
		return;
	}

	sim_fail(sim, "(6) seq %u was taken and then refused: %s", r->seq, err_name(r->refusal));
}

static void keep_proof(struct sim *sim, const struct message_ack *ack, bool is_stamp,
		const struct id16 *attempt) {
	struct sim_attempt *a = sim_db_find(sim, attempt);
	struct sim_proof p = { *attempt, 0, ack->upto, ack->head, is_stamp, ack->at_ms, ack->lease,
		ack->mac };
	/* A mac holds for one generation only. */
	for (uint32_t gen = 1; gen <= a->gen && p.gen == 0; gen++) {
		struct receipt_mac what = { ack->kid, SIM_SCHOOL, *attempt, gen, ack->lease,
			ack->upto, ack->at_ms, ack->head };
		if (receipt_mac_is_valid(sim->mac_key, is_stamp ? RECEIPT_STAMP : RECEIPT_ACK,
				    &what, &ack->mac)) {
			p.gen = gen;
		}
	}
	if (p.gen == 0) {
		sim_fail(sim, "(9) an ack whose mac does not hold");
		return;
	}
	if (GROW(&sim->proofs, SIM_ITEMS_MAX)) {
		abort();
	}
	sim->proofs.items[sim->proofs.count++] = p;
}

void sim_check_message(struct sim *sim, uint64_t person, const struct message *m,
		const struct id16 *attempt) {
	if (m->kind == MESSAGE_KEY) {
		sim_check_key(sim, person, attempt);
	} else if (m->kind == MESSAGE_ACK || m->kind == MESSAGE_STAMP) {
		keep_proof(sim, &m->as.ack, m->kind == MESSAGE_STAMP, attempt);
	}
}

/* (7) What enters the record was taken by the room of some life, or is proven by a mac. */
static bool was_taken(const struct sim *sim, const struct event_row *row) {
	for (size_t i = sim->taken.count; i-- > 0;) {
		const struct sim_taken *t = &sim->taken.items[i];
		if (t->seq == row->event.seq && t->gen == row->gen && is_same(t, row) &&
				id16_equal(&t->attempt, &row->attempt)) {
			return true;
		}
	}
	return false;
}

static bool was_proven(const struct sim *sim, const struct event_row *row) {
	for (size_t i = 0; i < sim->proofs.count; i++) {
		const struct sim_proof *p = &sim->proofs.items[i];
		if (p->seq >= row->event.seq && id16_equal(&p->attempt, &row->attempt)) {
			return true;
		}
	}
	return false;
}

/* A row is about to enter the record. */
void sim_check_rows(struct sim *sim, const struct sim_attempt *a, const struct event_row *row,
		bool is_heal) {
	const struct sim_rows *rows = &a->gens[row->gen].rows;
	const struct event_row *before = rows->count ? &rows->items[rows->count - 1] : NULL;
	if (before && before->event.kind == EVENT_CLOSE) {
		sim_fail(sim, "(4) something follows a close");
	}
	if (row->event.kind == EVENT_CLOSE) {
		if (row->at_ms != sim_db_end_ms(a) && sim->claimed_lease == 0 &&
				(before == NULL || before->event.kind != EVENT_SUBMIT) &&
				row->at_ms > sim_db_end_ms(a) + SIM_GRACE_MS) {
			sim_fail(sim, "(5) closed after the end");
		}
		return;
	}
	/* (12) But what was stamped under the lease that was current then. */
	if (!is_heal && !(row->flags & EVENT_FLAG_STAMPED) && row->lease != a->lease) {
		sim_fail(sim, "(12) seq %u enters under lease %u, %u is current", row->event.seq,
				row->lease, a->lease);
	}
	/* (11) Times never go back. */
	if (before && row->at_ms < before->at_ms) {
		sim_fail(sim, "(11) seq %u is earlier than the one before", row->event.seq);
	}
	if (is_heal ? !was_proven(sim, row) && !was_taken(sim, row) : !was_taken(sim, row)) {
		sim_fail(sim, "(7) seq %u was never taken", row->event.seq);
	}
}

/* --- at the end --- */

static void check_chain(struct sim *sim, const struct sim_attempt *a, uint32_t gen) {
	const struct sim_rows *rows = &a->gens[gen].rows;
	struct hash head = a->genesis;
	struct hash times = { { 0 } };
	for (size_t i = 0; i < rows->count; i++) {
		const struct event_row *row = &rows->items[i];
		if (row->event.seq != i + 1) {
			sim_fail(sim, "(2) seq %u stands at %zu", row->event.seq, i + 1);
			return;
		}
		bool is_close = row->event.kind == EVENT_CLOSE;
		if (is_close && i + 1 != rows->count) {
			sim_fail(sim, "(4) a close in the middle");
		}
		if (!is_close) {
			event_head(&head, &a->id, &row->event, &head);
		}
		event_times(&times, &head, row->at_ms, &times);
		if (!hash_equal(&head, &row->head)) {
			sim_fail(sim, "(2) the head of seq %zu does not recompute", i + 1);
			return;
		}
		if (!hash_equal(&times, &row->times) && sim->broken != BREAK_TIME_BACK) {
			sim_fail(sim, "(2) the times of seq %zu do not recompute", i + 1);
			return;
		}
		if (!is_close && row->at_ms > sim_db_end_ms(a) + SIM_GRACE_MS) {
			sim_fail(sim, "(5) seq %zu counts though it is late", i + 1);
		}
	}
}

static void check_receipt(struct sim *sim, const struct sim_attempt *a, uint32_t gen) {
	const struct sim_gen *g = &a->gens[gen];
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	sign_pair(sim->sign_seed, public_key, secret);
	enum receipt_kind kind = RECEIPT_CHECKPOINT;
	struct receipt r;
	if (!g->has_receipt ||
			receipt_verify((struct str){ (const char *)g->receipt, sizeof(g->receipt) },
					public_key, &kind, &r)) {
		sim_fail(sim, "(13) no receipt that verifies");
		return;
	}
	_cleanup_(fold_finish) struct fold fold = { 0 };
	for (size_t i = 0; i < g->rows.count; i++) {
		if (fold_add(&fold, &g->rows.items[i].event)) {
			abort();
		}
	}
	struct hash answers;
	fold_hash(&fold, a->salt, &answers);
	const struct event_row *close = &g->rows.items[g->rows.count - 1];
	bool is_right = kind == RECEIPT_CLOSED && r.gen == gen && r.seq + 1 == close->event.seq &&
			r.at_ms == close->at_ms && hash_equal(&r.head, &close->head) &&
			hash_equal(&r.times, &close->times) && hash_equal(&r.answers, &answers);
	if (!is_right) {
		sim_fail(sim, "(13) the receipt is not the fold of generation %u", gen);
	}
}

/* Closed at its end, unless a student or the invigilator handed it in before. */
static void check_close(struct sim *sim, const struct sim_attempt *a) {
	int64_t end_ms = sim_db_end_ms(a);
	if (a->close_why == CLOSED_TIME && a->closed_ms != end_ms) {
		sim_fail(sim, "(5) closed %lld ms from the end",
				(long long)(a->closed_ms - end_ms));
	}
	if (a->close_why != CLOSED_TIME && a->closed_ms > end_ms + SIM_GRACE_MS) {
		sim_fail(sim, "(5) handed in after the end");
	}
}

static bool is_in(const struct sim_rows *rows, uint32_t seq, const struct hash *head) {
	return seq >= 1 && seq <= rows->count && hash_equal(&rows->items[seq - 1].head, head);
}

static bool is_fork(const struct sim_attempt *a, uint32_t seq) {
	for (size_t i = 0; i < a->forks.count; i++) {
		if (a->forks.items[i].event.seq <= seq) {
			return true;
		}
	}
	return false;
}

/* (1) Every acked event is in the final record, or a fork is flagged; what was stamped too, since
 * here no journal is ever lost. */
static void check_proofs(struct sim *sim) {
	for (size_t i = 0; i < sim->proofs.count; i++) {
		const struct sim_proof *p = &sim->proofs.items[i];
		struct sim_attempt *a = sim_db_find(sim, &p->attempt);
		if (is_in(&sim_db_gen(a)->rows, p->seq, &p->head)) {
			continue;
		}
		/* Rows that the database lost come back with a browser's log, if one comes that
		 * has them; a student whose second device wrote behind the loss has a fork. */
		if (a->has_lost_rows || is_fork(a, p->seq)) {
			continue;
		}
		sim_fail(sim, "(1) %s seq %u is not in the record",
				p->is_stamp ? "stamped" : "acked", p->seq);
	}
}

/* (3) One hash for each number. */
void sim_check_same(struct sim *sim, const struct event_row *row) {
	struct sim_attempt *a = sim_db_find(sim, &row->attempt);
	const struct sim_rows *rows = &a->gens[row->gen].rows;
	const struct event *stored = &rows->items[row->event.seq - 1].event;
	if (stored->kind != row->event.kind || stored->slot != row->event.slot ||
			!str_eq(stored->value, row->event.value)) {
		sim_fail(sim, "(3) other bytes under seq %u are acked", row->event.seq);
	}
}

void sim_check_stamps(struct sim *sim, const struct sim_rows *journal) {
	for (size_t i = 0; i < sim->proofs.count; i++) {
		const struct sim_proof *p = &sim->proofs.items[i];
		struct sim_attempt *a = sim_db_find(sim, &p->attempt);
		bool is_there = !p->is_stamp || a->has_lost_rows || is_fork(a, p->seq) ||
				is_in(&sim_db_gen(a)->rows, p->seq, &p->head);
		for (size_t k = 0; k < journal->count && !is_there; k++) {
			is_there = hash_equal(&journal->items[k].head, &p->head);
		}
		if (!is_there) {
			sim_fail(sim, "(1) a stamp of seq %u without its record", p->seq);
		}
	}
}

/* (17) Once faults stop, each page that is open hears of the close, with the receipt, and each
 * student holds the newest one. */
static void check_told(struct sim *sim, size_t student) {
	const struct sim_attempt *a = &sim->db.attempts[student];
	bool is_held = false;
	for (size_t i = 0; i < sim->browser_count; i++) {
		const struct sim_browser *b = sim->browsers[i];
		if (sim_browser_student(b) != student) {
			continue;
		}
		is_held = is_held || sim_browser_holds(b, a->gens[a->gen].receipt);
		if (!sim_browser_is_done(b)) {
			sim_fail(sim, "(17) student %zu waits at browser %zu", student, i);
		}
	}
	if (!is_held) {
		sim_fail(sim, "(17) student %zu holds no receipt", student);
	}
}

void sim_check_end(struct sim *sim) {
	for (size_t i = 0; i < sim->student_count; i++) {
		const struct sim_attempt *a = &sim->db.attempts[i];
		/* (16) Once faults stop, everything is closed. */
		if (!a->times.is_closed) {
			sim_fail(sim, "(16) an attempt is still open");
			continue;
		}
		for (uint32_t gen = 1; gen <= a->gen; gen++) {
			check_chain(sim, a, gen);
			check_receipt(sim, a, gen);
		}
		check_close(sim, a);
		check_told(sim, i);
	}
	check_proofs(sim);
	if (!sim_server_is_up(sim)) {
		sim_fail(sim, "(16) the server is not up");
		return;
	}
	struct room_stats stats = room_stats(sim_server_room(sim));
	if (stats.under_way > 0 || stats.waiting > 0) {
		sim_fail(sim, "(16) %zu events are under way, %zu wait", stats.under_way,
				stats.waiting);
	}
}
