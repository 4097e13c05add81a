/*
 * truongthi audit [--school=CODE] [--heads=FILE]: holds the tables against the chains, the receipts,
 * the checkpoints and roots that the school signed, marks, conduct and plans against their history, and
 * that against signed heads, also those that were kept elsewhere.
 */
#include "ws/cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/place_store.h"
#include "exam/hall/audit_store.h"
#include "gradebook/closing/closing_audit_store.h"
#include "gradebook/conduct/conduct_audit_store.h"
#include "gradebook/marks/ledger_audit_store.h"
#include "gradebook/marks/schedule_audit_store.h"
#include "gradebook/primary/judgement_audit_store.h"
#include "gradebook/reassess/reassess_audit_store.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/with_db.h"

enum {
	ID_TEXT_BYTES = 64,
	DIR_BYTES = CONFIG_TEXT_BYTES + 32,
	LINE_BYTES = 1024,
	HEADS_MAX = 10000000,
};

static int usage(FILE *to) {
	fputs("usage: truongthi audit [--school=CODE] [--heads=FILE] [--config=FILE] [--data=DIR] [OPTION…]\n\n"
	      "Walks every attempt's chain, receipts, checkpoints and roots, the history of marks,\n"
	      "conduct, judgements, assessments again, locks and publications and the results kept\n"
	      "at closing, and names each row that was edited, dropped, added or moved behind the\n"
	      "program's back.\n"
	      "--heads: lines that `truongthi heads` printed, kept where nobody could change them.\n"
	      "The program may be serving meanwhile. Exit status 0: all is as it should be.\n",
			to);
	return to == stdout ? 0 : 2;
}

/* What is found, counted. */
struct findings {
	uint64_t count;
};

/* False when it is about an attempt. */
static bool print_sitting(const char *id, const struct audit_finding *f) {
	const char *text = audit_fault_text(f->fault);
	switch (f->fault) {
	case AUDIT_ROOT_CHANGED:
	case AUDIT_ROOT_OTHER:
	case AUDIT_ROOT_ADDED:
	case AUDIT_ROOT_MISSING:
		printf("sitting %s root %" PRIu32 ": %s\n", id, f->gen, text);
		return true;
	case AUDIT_SITTING_CHANGED:
		printf("sitting %s: %s\n", id, text);
		return true;
	case AUDIT_ROOM_CHANGED:
		printf("sitting %s room %" PRIu64 ": %s\n", id, f->room, text);
		return true;
	case AUDIT_ACT_CHANGED:
		printf("sitting %s room %" PRIu64 " act %" PRIu64 ": %s\n", id, f->room, f->act,
				text);
		return true;
	case AUDIT_EVENT_CHANGED:
	case AUDIT_EVENT_TIME:
	case AUDIT_EVENT_MISSING:
	case AUDIT_EVENT_ADDED:
	case AUDIT_EVENT_LATE:
	case AUDIT_EVENT_SIGNED:
	case AUDIT_RECEIPT_CHANGED:
	case AUDIT_RECEIPT_MISSING:
	case AUDIT_RECEIPT_ADDED:
	case AUDIT_CHECKPOINT_CHANGED:
	case AUDIT_CHECKPOINT_MISSING:
	case AUDIT_CHECKPOINT_ADDED:
	case AUDIT_ATTEMPT_CHANGED:
	case AUDIT_ATTEMPT_BOUND:
	case AUDIT_FAULT_COUNT_:
		break;
	}
	return false;
}

static void print_hall(void *owner, const struct audit_finding *f) {
	struct findings *all = owner;
	_cleanup_(buf_finish) struct buf id = buf_make(ID_TEXT_BYTES);
	str_b64_add(&id, f->id.b, ID16_BYTES);
	all->count++;
	if (print_sitting(buf_str(&id), f)) {
		return;
	}
	printf("attempt %s generation %" PRIu32, buf_str(&id), f->gen);
	if (f->seq > 0 && f->last != f->seq) {
		printf(" events %" PRIu32 "-%" PRIu32, f->seq, f->last);
	} else if (f->seq > 0) {
		bool is_checkpoint = f->fault == AUDIT_CHECKPOINT_CHANGED ||
				f->fault == AUDIT_CHECKPOINT_ADDED;
		printf(" %s %" PRIu32, is_checkpoint ? "checkpoint" : "event", f->seq);
	}
	printf(": %s\n", audit_fault_text(f->fault));
}

static void print_mark(void *owner, const struct ledger_finding *f) {
	struct findings *all = owner;
	all->count++;
	if (f->class_id == 0 && !f->column_id && !f->student_id) { /* a school's chain (ledger.h) */
		printf("plans of school %" PRIu64, f->subject_id);
	} else {
		printf("marks of class %" PRIu64 " subject %" PRIu64, f->class_id, f->subject_id);
	}
	if (f->number > 0 && f->last != f->number) {
		printf(" history rows %" PRIu32 "-%" PRIu32, f->number, f->last);
	} else if (f->number > 0) {
		printf(" history row %" PRIu32, f->number);
	}
	if (f->column_id > 0) {
		printf(" column %" PRIu64, f->column_id);
	}
	if (f->student_id > 0) {
		printf(" student %" PRIu64, f->student_id);
	}
	if (f->term_id > 0) {
		printf(" term %" PRIu64, f->term_id);
	}
	printf(": %s\n", ledger_fault_text(f->fault));
}

static void print_closing(void *owner, const struct closing_finding *f) {
	struct findings *all = owner;
	all->count++;
	if (f->scope == SCOPE_YEAR) {
		printf("results of class %" PRIu64 " year", f->class_id);
	} else {
		printf("results of class %" PRIu64 " term %u", f->class_id, f->scope);
	}
	if (f->student_id > 0) {
		printf(" student %" PRIu64, f->student_id);
	}
	printf(": %s\n", closing_fault_text(f->fault));
}

static void print_conduct(void *owner, const struct said_finding *f) {
	static const char *const places[] = { "", "term 1", "term 2", "summer" };
	struct findings *all = owner;
	all->count++;
	printf("conduct of class %" PRIu64 " %s student %" PRIu64 ": %s\n", f->class_id,
			f->place < 4 ? places[f->place] : "", f->student_id,
			f->is_missing ? "missing; its history has one"
				      : "is not what its history says");
}

static void print_plan(void *owner, const struct schedule_finding *f) {
	static const char *const kinds[] = { "all", "tx", "gk", "ck" };
	const char *kind = f->kind < 4 ? kinds[f->kind] : "?";
	struct findings *all = owner;
	all->count++;
	if (f->class_id) {
		printf("marks of class %" PRIu64 " subject %" PRIu64 " term %" PRIu64
		       " of %s: %s\n",
				f->class_id, f->subject_id, f->term_id, kind,
				schedule_fault_text(f->fault));
		return;
	}
	printf("%s of school %" PRIu64 " term %" PRIu64 " of %s grade %u: %s\n",
			f->is_lock ? "lock" : "publication", f->school_id, f->term_id, kind,
			f->grade, schedule_fault_text(f->fault));
}

static void print_judgement(void *owner, const struct said_finding *f) {
	struct findings *all = owner;
	all->count++;
	printf("judgement of class %" PRIu64 " moment %" PRIu64 " item %" PRIu64 " student %" PRIu64
	       ": %s\n",
			f->class_id, f->place, f->item, f->student_id,
			f->is_missing ? "missing; its history has one"
				      : "is not what its history says");
}

static void print_reassessment(void *owner, const struct said_finding *f) {
	struct findings *all = owner;
	all->count++;
	printf("reassessment of class %" PRIu64 " subject %" PRIu64 " item %" PRIu64
	       " student %" PRIu64 ": %s\n",
			f->class_id, f->place, f->item, f->student_id,
			f->is_missing ? "missing; its history has one"
				      : "is not what its history says");
}

/* ---- heads that were kept elsewhere ---- */

struct outside {
	struct head *items;
	size_t count;
	size_t cap;
};

static void outside_finish(struct outside *o) {
	free(o->items);
}

static void file_close(FILE **f) {
	if (*f) {
		(void)fclose(*f); /* only read */
	}
}

static enum err take_line(
		struct str line, const struct keys *keys, struct outside *out, bool *is_good) {
	uint8_t bytes[HEAD_SIGNED_BYTES];
	struct head head;
	*is_good = !str_unb64(line, bytes, sizeof(bytes)) &&
			!head_parse((struct str){ (const char *)bytes, HEAD_BYTES }, &head);
	const uint8_t *key = *is_good ? keys_public_find(keys, head.sign_kid) : NULL;
	*is_good = key &&
			!head_verify((struct str){ (const char *)bytes, sizeof(bytes) }, key,
					&head);
	if (!*is_good) {
		return ERR_OK;
	}
	enum err e = GROW(out, HEADS_MAX);
	if (!e) {
		out->items[out->count++] = head;
	}
	return e;
}

/* A line that this deployment did not sign is a finding. */
static enum err read_outside(const char *path, const struct keys *keys, struct findings *all,
		struct outside *out) {
	_cleanup_(file_close) FILE *f = fopen(path, "r");
	char line[LINE_BYTES];
	unsigned number = 0;
	enum err e = f ? ERR_OK : ERR_NOT_FOUND;
	while (!e && fgets(line, sizeof(line), f)) {
		struct str text = str_trim(str_from(line));
		bool is_good = true;
		number++;
		if (text.n > 0) {
			e = take_line(text, keys, out, &is_good);
		}
		if (!is_good) {
			printf("%s line %u: no head that this deployment signed\n", path, number);
			all->count++;
		}
	}
	return e ? e : ferror(f) ? ERR_IO : ERR_OK;
}

static enum err find_school(struct db *db, const char *code, uint64_t *out) {
	struct school school;
	enum err e = code[0] ? place_store_school_by_code(db, str_from(code), &school) : ERR_OK;
	if (!e && code[0]) {
		*out = school.id;
	}
	return e;
}

static int report(const struct findings *all, const struct audit_counts *n, uint64_t marks,
		uint64_t results) {
	if (n->unbound > 0) {
		printf("%" PRIu64
		       " sittings are from before version 0030: whose their attempts are, and "
		       "what times they had, rests on the tables alone.\n",
				n->unbound);
	}
	printf("%" PRIu64 " attempts, %" PRIu64 " events, %" PRIu64 " receipts, %" PRIu64
	       " checkpoints, %" PRIu64 " roots, %" PRIu64 " changes of marks, %" PRIu64
	       " results: ",
			n->attempts, n->events, n->receipts, n->checkpoints, n->roots, marks,
			results);
	if (all->count == 0) {
		puts("nothing was edited behind the program's back.");
		return 0;
	}
	printf("%" PRIu64 " findings.\n", all->count);
	return 1;
}

struct words {
	const char *code;
	const char *heads; /* "": none were kept */
};

static int run(struct db *db, const struct config *config, void *ctx) {
	const struct words *words = ctx;
	const char *code = words->code;
	char dir[DIR_BYTES];
	(void)snprintf(dir, sizeof(dir), "%s/keys", config->data_dir); /* fits by its size */
	_cleanup_(keys_freep) struct keys *keys = NULL;
	enum err e = keys_load(dir, &keys);
	if (e) {
		fprintf(stderr, "truongthi: the keys in %s cannot be used (%s)\n", dir,
				err_name(e));
		return 1;
	}
	uint64_t school = 0;
	e = find_school(db, code, &school);
	if (e == ERR_NOT_FOUND) {
		fprintf(stderr, "truongthi: there is no school \"%s\"\n", code);
		return 1;
	}
	struct findings all = { 0 };
	struct audit_counts counts = { 0 };
	uint64_t marks = 0;
	uint64_t results = 0;
	struct audit_out hall = { print_hall, &all };
	struct ledger_audit_out ledger = { print_mark, &all };
	struct closing_audit_out closing = { print_closing, &all };
	struct said_audit_out conduct = { print_conduct, &all };
	struct schedule_audit_out plans = { print_plan, &all };
	struct said_audit_out judgement = { print_judgement, &all };
	struct said_audit_out again = { print_reassessment, &all };
	_cleanup_(outside_finish) struct outside kept = { 0 };
	if (!e && words->heads[0] && read_outside(words->heads, keys, &all, &kept)) {
		fprintf(stderr, "truongthi: %s: it cannot be read\n", words->heads);
		return 1;
	}
	const struct ledger_audit what = { school, keys, kept.items, kept.count };
	e = e ? e : audit_store_run(db, keys, school, hall, &counts);
	e = e ? e : ledger_audit_store_run(db, &what, ledger, &marks);
	e = e ? e : closing_audit_store_run(db, school, closing, &results);
	e = e ? e : conduct_audit_store_run(db, school, conduct);
	e = e ? e : schedule_audit_store_run(db, school, plans);
	e = e ? e : judgement_audit_store_run(db, school, judgement);
	e = e ? e : reassess_audit_store_run(db, school, again);
	if (e) {
		fprintf(stderr, "truongthi: the audit was not finished: %s (%s)\n", db_error(db),
				err_name(e));
		return 1;
	}
	return report(&all, &counts, marks, results);
}

int cmd_audit(int argc, char **argv) {
	struct words words = { "", "" };
	int kept = 1;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return usage(stdout);
		}
		if (strncmp(argv[i], "--school=", 9) == 0) {
			words.code = argv[i] + 9;
		} else if (strcmp(argv[i], "--school") == 0 && i + 1 < argc) {
			words.code = argv[++i];
		} else if (strncmp(argv[i], "--heads=", 8) == 0) {
			words.heads = argv[i] + 8;
		} else if (strcmp(argv[i], "--heads") == 0 && i + 1 < argc) {
			words.heads = argv[++i];
		} else {
			argv[kept++] = argv[i];
		}
	}
	struct config config;
	int status = serve_settings(kept, argv, &config);
	if (status) {
		return status;
	}
	return cmd_with_db(&config, run, &words);
}
