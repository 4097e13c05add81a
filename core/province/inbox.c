#include "core/province/inbox.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json_out.h"
#include "core/exchange/exchange_receipt.h"

void inbox_finish(struct inbox *inbox) {
	for (size_t i = 0; i < inbox->count; i++) {
		exchange_line_finish(&inbox->records[i].line);
	}
	free(inbox->records);
	free(inbox->entries);
	arena_finish(&inbox->values);
	*inbox = (struct inbox){ .records = NULL };
}

/* ---- reading ---- */

/* Whether what it says has its place at the department: nothing of it can fail later. */
static enum err read_data(struct inbox_record *r, struct arena *arena) {
	enum err e = projection_read(
			r->line.kind, r->line.id, r->line.data, arena, &r->row, &r->field);
	switch ((int)e) {
	case ERR_UNSUPPORTED:
		r->fault = "exchange.record_kind";
		return ERR_OK;
	case ERR_INVAL:
		r->fault = "exchange.record_value";
		return ERR_OK;
	case ERR_CONFLICT:
		r->fault = "exchange.record_key";
		return ERR_OK;
	default:
		return e;
	}
}

/* What is wrong with the line whatever the province holds; NULL: nothing. */
static enum err read_record(struct str school, struct inbox_record *r, struct arena *arena) {
	enum err e = exchange_line_parse(r->text, &r->line);
	if (e == ERR_NOMEM) {
		return e;
	}
	if (e) {
		r->fault = e == ERR_LIMIT ? "exchange.record_too_long" : "exchange.record_format";
		return ERR_OK;
	}
	exchange_line_hash(r->text, &r->hash);
	if (!exchange_line_is_of(&r->line, school)) {
		r->fault = "exchange.record_school";
		return ERR_OK;
	}
	return read_data(r, arena);
}

static int compare_str(struct str a, struct str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int r = n > 0 ? memcmp(a.p, b.p, n) : 0;
	return r != 0 ? r : (a.n > b.n) - (a.n < b.n);
}

static int compare_entries(const void *a, const void *b) {
	const struct inbox_entry *x = a;
	const struct inbox_entry *y = b;
	return compare_str(x->id, y->id);
}

/* One entry a name. */
static enum err make_entries(struct inbox *inbox) {
	inbox->entries = calloc(inbox->count + 1, sizeof(*inbox->entries));
	if (!inbox->entries) {
		return ERR_NOMEM;
	}
	size_t n = 0;
	for (size_t i = 0; i < inbox->count; i++) {
		if (!inbox->records[i].fault) {
			inbox->entries[n++].id = inbox->records[i].line.id;
		}
	}
	qsort(inbox->entries, n, sizeof(*inbox->entries), compare_entries);
	for (size_t i = 0; i < n; i++) {
		size_t last = inbox->entry_count;
		if (last == 0 ||
				compare_entries(&inbox->entries[last - 1], &inbox->entries[i]) !=
						0) {
			inbox->entries[inbox->entry_count++] = inbox->entries[i];
		}
	}
	for (size_t i = 0; i < inbox->count; i++) {
		struct inbox_record *r = &inbox->records[i];
		const struct inbox_entry *entry =
				r->fault ? NULL : inbox_entry_find(inbox, r->line.id);
		r->entry = entry ? (size_t)(entry - inbox->entries) : INBOX_NONE;
	}
	return ERR_OK;
}

enum err inbox_read(struct str school, const struct str *lines, size_t count, struct inbox *out) {
	_cleanup_(inbox_finish) struct inbox inbox = {
		.values = arena_make(INBOX_VALUES_BYTES_MAX),
		.records = calloc(count + 1, sizeof(*inbox.records)),
	};
	if (!inbox.records) {
		return ERR_NOMEM;
	}
	enum err e = ERR_OK;
	for (; inbox.count < count && !e; inbox.count++) {
		inbox.records[inbox.count].text = lines[inbox.count];
		e = read_record(school, &inbox.records[inbox.count], &inbox.values);
	}
	e = e ? e : make_entries(&inbox);
	if (e) {
		return e;
	}
	*out = inbox;
	inbox = (struct inbox){ .records = NULL }; /* *out's now */
	return ERR_OK;
}

struct inbox_entry *inbox_entry_find(struct inbox *inbox, struct str id) {
	const struct inbox_entry wanted = { .id = id };
	return inbox->entry_count == 0 ? NULL
				       : bsearch(&wanted, inbox->entries, inbox->entry_count,
							 sizeof(wanted), compare_entries);
}

/* ---- deciding ---- */

static enum inbox_verdict judge(struct inbox *inbox, struct inbox_record *r, size_t index) {
	r->code = r->fault;
	if (r->entry == INBOX_NONE) {
		return INBOX_REJECTED;
	}
	struct inbox_entry *entry = &inbox->entries[r->entry];
	bool is_here = entry->now != INBOX_NONE;
	uint32_t version = is_here ? inbox->records[entry->now].line.version : entry->held.version;
	const struct hash *hash = is_here ? &inbox->records[entry->now].hash : &entry->held.hash;
	r->held_version = version;
	if (r->line.version > version) {
		entry->now = index;
		return INBOX_APPLIED;
	}
	if (r->line.version < version) {
		r->code = "exchange.version_older";
		return INBOX_STALE;
	}
	bool is_same = hash_equal(hash, &r->hash);
	r->code = is_same ? "exchange.version_known" : "exchange.version_differs";
	return is_same ? INBOX_STALE : INBOX_REJECTED;
}

void inbox_decide(struct inbox *inbox) {
	inbox->applied = 0;
	inbox->stale = 0;
	inbox->rejected = 0;
	for (size_t i = 0; i < inbox->entry_count; i++) {
		inbox->entries[i].now = INBOX_NONE;
	}
	for (size_t i = 0; i < inbox->count; i++) {
		struct inbox_record *r = &inbox->records[i];
		r->verdict = judge(inbox, r, i);
		inbox->applied += r->verdict == INBOX_APPLIED;
		inbox->stale += r->verdict == INBOX_STALE;
		inbox->rejected += r->verdict == INBOX_REJECTED;
	}
}

/* ---- telling ---- */

void inbox_params(const struct inbox_record *r, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	if (r->entry != INBOX_NONE) {
		jo_ki64(&w, "phienban", r->held_version);
	} else if (r->field) {
		jo_kstrz(&w, "field", r->field);
	}
	jo_end_obj(&w);
}

enum err inbox_print(const struct inbox *inbox, struct buf *out) {
	for (size_t i = 0; i < inbox->count; i++) {
		const struct inbox_record *r = &inbox->records[i];
		if (r->verdict == INBOX_APPLIED) {
			continue;
		}
		_cleanup_(buf_finish) struct buf params = buf_make(EXCHANGE_PARAMS_BYTES_MAX);
		inbox_params(r, &params);
		struct exchange_outcome o = {
			.n = (uint32_t)i,
			.state = r->verdict == INBOX_STALE ? EXCHANGE_STALE : EXCHANGE_REJECTED,
			.code = str_from(r->code),
			.params = { buf_str(&params), params.len },
		};
		enum err e = buf_err(&params);
		e = e ? e : exchange_outcome_print(&o, out);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}
