/* What came of a batch: acks that cover several events, macs, receipts, on their way to the room. */
#include "exam/hall/writer_inner_io.h"

#include <stdlib.h>
#include <string.h>

#include "exam/hall/receipt.h"

static struct writer_result *result_of(struct writer *w, const struct batch_item *item,
		uint64_t tag, enum writer_verdict verdict) {
	w->fresh_schools[w->fresh_count] = item->row.school;
	struct writer_result *r = &w->fresh[w->fresh_count++];
	*r = (struct writer_result){ .tag = tag,
		.room = item->row.room,
		.attempt = item->row.attempt,
		.gen = item->row.gen,
		.lease = item->row.lease,
		.seq = item->row.event.seq,
		.count = 1,
		.verdict = verdict,
		.kind = item->row.event.kind,
		.at_ms = item->row.at_ms,
		.head = item->row.head };
	return r;
}

/* The result of this batch that the item carries on, so that one ack covers both. */
static struct writer_result *result_before(
		struct writer *w, const struct batch_item *item, enum writer_verdict verdict) {
	for (size_t i = w->fresh_count; i-- > 0;) {
		struct writer_result *r = &w->fresh[i];
		if (id16_equal(&r->attempt, &item->row.attempt)) {
			bool goes_on = r->verdict == verdict && r->seq + 1 == item->row.event.seq &&
					r->kind != EVENT_SUBMIT && r->lease == item->row.lease;
			return goes_on ? r : NULL;
		}
	}
	return NULL;
}

void writer_results_counted(struct writer *w, const struct batch_item *item, uint64_t tag,
		enum writer_verdict verdict) {
	struct writer_result *r = result_before(w, item, verdict);
	if (!r) {
		(void)result_of(w, item, tag, verdict); /* complete as it is */
		return;
	}
	r->tag = tag;
	r->seq = item->row.event.seq;
	r->kind = item->row.event.kind;
	r->at_ms = item->row.at_ms;
	r->head = item->row.head;
	r->count++;
}

void writer_results_refused(
		struct writer *w, const struct batch_item *item, uint64_t tag, enum err why) {
	result_of(w, item, tag, WRITER_REFUSED)->refusal = why;
}

static enum err add_closed(struct writer *w, const struct batch_item *item, uint64_t tag) {
	char *receipt = malloc(RECEIPT_BYTES + SIGN_BYTES);
	if (!receipt) {
		return ERR_NOMEM;
	}
	memcpy(receipt, item->receipt, RECEIPT_BYTES + SIGN_BYTES);
	result_of(w, item, tag, WRITER_CLOSED)->receipt = receipt;
	return ERR_OK;
}

void writer_results_macs(struct writer *w) {
	uint8_t kid = keys_mac_id(w->settings.keys);
	const uint8_t *key = keys_mac_key(w->settings.keys, kid);
	for (size_t i = 0; i < w->fresh_count; i++) {
		struct writer_result *r = &w->fresh[i];
		if (r->verdict != WRITER_STORED && r->verdict != WRITER_STAMPED) {
			continue;
		}
		struct receipt_mac what = { .kid = kid,
			.school = w->fresh_schools[i],
			.attempt = r->attempt,
			.gen = r->gen,
			.lease = r->lease,
			.seq = r->seq,
			.at_ms = r->at_ms,
			.head = r->head };
		r->kid = kid;
		receipt_mac_make(key, r->verdict == WRITER_STORED ? RECEIPT_ACK : RECEIPT_STAMP,
				&what, &r->mac);
	}
}

static enum err make_room_for_results(struct writer *w, size_t more) {
	if (w->results_count + more <= w->results_cap) {
		return ERR_OK;
	}
	size_t cap = w->results_cap ? w->results_cap : WRITER_BATCH_MAX;
	while (cap < w->results_count + more) {
		cap *= 2;
	}
	struct writer_result *results = malloc(cap * sizeof(*results));
	if (!results) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < w->results_count; i++) {
		size_t at = w->results_first + i;
		results[i] = w->results[at < w->results_cap ? at : at - w->results_cap];
	}
	free(w->results);
	w->results = results;
	w->results_first = 0;
	w->results_cap = cap;
	return ERR_OK;
}

static void count_results(struct writer *w) {
	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct writer_result *r = &w->fresh[i];
		switch (r->verdict) {
		case WRITER_STORED:
		case WRITER_CLOSED:
			w->stats.stored += r->count;
			break;
		case WRITER_STAMPED:
			w->stats.stamped += r->count;
			break;
		case WRITER_REFUSED:
			w->stats.refused++;
			break;
		}
	}
}

void writer_results_publish(struct writer *w) {
	pthread_mutex_lock(&w->lock);
	count_results(w);
	if (!w->is_quiet) {
		if (make_room_for_results(w, w->fresh_count)) {
			abort();
		}
		for (size_t i = 0; i < w->fresh_count; i++) {
			size_t at = (w->results_first + w->results_count++) % w->results_cap;
			w->results[at] = w->fresh[i];
		}
	}
	pthread_mutex_unlock(&w->lock);
	if (w->is_quiet) {
		for (size_t i = 0; i < w->fresh_count; i++) {
			free(w->fresh[i].receipt);
		}
	} else if (w->fresh_count > 0 && w->settings.wake) {
		w->settings.wake(w->settings.owner);
	}
	w->fresh_count = 0;
}

enum err writer_results_report(struct writer *w, const uint64_t *tags, size_t count) {
	for (size_t i = 0; i < count; i++) {
		const struct batch_item *item = &w->items[i];
		enum err e = ERR_OK;
		switch (item->outcome) {
		case BATCH_STORED:
			writer_results_counted(w, item, tags[i], WRITER_STORED);
			break;
		case BATCH_SAME:
			(void)result_of(w, item, tags[i], WRITER_STORED); /* with what is stored */
			break;
		case BATCH_CLOSED:
			e = add_closed(w, item, tags[i]);
			break;
		case BATCH_REFUSED:
			writer_results_refused(w, item, tags[i], item->refusal);
			break;
		}
		if (e) {
			return e;
		}
	}
	writer_results_macs(w);
	return ERR_OK;
}

size_t writer_take(struct writer *w, struct writer_result *results, size_t max) {
	pthread_mutex_lock(&w->lock);
	size_t count = w->results_count < max ? w->results_count : max;
	for (size_t i = 0; i < count; i++) {
		results[i] = w->results[(w->results_first + i) % w->results_cap];
	}
	if (count > 0) {
		w->results_first = (w->results_first + count) % w->results_cap;
		w->results_count -= count;
	}
	pthread_mutex_unlock(&w->lock);
	return count;
}

void writer_results_finish(struct writer *w) {
	while (w->results_count > 0) {
		free(w->results[w->results_first].receipt);
		w->results_first = (w->results_first + 1) % w->results_cap;
		w->results_count--;
	}
	free(w->results);
}
