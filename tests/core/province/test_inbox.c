/*
 * What becomes of records that come in any order, any number of times, in any batches: by a model
 * that keeps of each name the largest version that was ever sent.
 */
#include "core/province/inbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "tests/check.h"

enum {
	NAMES = 12,
	VERSIONS = 8,
	BATCH_MAX = 40,
	ROUNDS = 200,
	LINE_BYTES = 512,
};

/* A mark; `value` makes other bytes of the same version. */
static void print_line(char out[LINE_BYTES], int name, int version, int value) {
	(void)snprintf(out, LINE_BYTES,
			"{\"bang\":\"monhoc\",\"idbanghi\":\"s1/monhoc/m%d\",\"sukien\":\"%s\","
			"\"phienban\":%d,\"thoigiancapnhat\":1790000000000,\"lop\":\"\",\"hocky\":0,"
			"\"hocsinh\":\"\",\"dulieu\":{\"mamon\":\"m%d\",\"tenmon\":\"Môn %d\","
			"\"loai\":\"diem\"}}",
			name, version > 1 ? "UPDATE" : "NEW", version, name, value);
}

/* What the province holds of a name. */
struct model {
	int version; /* 0: nothing */
	char line[LINE_BYTES];
};

static void load(struct inbox *inbox, const struct model *held) {
	for (int n = 0; n < NAMES; n++) {
		char id[32];
		(void)snprintf(id, sizeof(id), "s1/monhoc/m%d", n);
		struct inbox_entry *entry = inbox_entry_find(inbox, str_from(id));
		if (entry && held[n].version) {
			entry->held.row_id = (uint64_t)n + 1;
			entry->held.version = (uint32_t)held[n].version;
			entry->held.line = str_from(held[n].line);
			exchange_line_hash(entry->held.line, &entry->held.hash);
		}
	}
}

struct sent {
	int name;
	int version;
	char line[LINE_BYTES];
};

static void check_record(const struct inbox_record *r, const struct sent *s, struct model *m) {
	if (s->version > m->version) {
		CHECK_INT("a larger version is applied", r->verdict, INBOX_APPLIED);
		m->version = s->version;
		memcpy(m->line, s->line, sizeof(m->line));
	} else if (s->version < m->version) {
		CHECK_INT("an older one is stale", r->verdict, INBOX_STALE);
	} else if (strcmp(s->line, m->line) == 0) {
		CHECK_INT("the same is stale", r->verdict, INBOX_STALE);
	} else {
		CHECK_INT("the same version with other bytes is refused", r->verdict,
				INBOX_REJECTED);
		CHECK_STR("and why", r->code, "exchange.version_differs");
	}
}

/* What stands in the end under each name is what the model holds. */
static void check_entries(const struct inbox *inbox, const struct model *held) {
	for (size_t i = 0; i < inbox->entry_count; i++) {
		const struct inbox_entry *entry = &inbox->entries[i];
		int name = atoi(entry->id.p + strlen("s1/monhoc/m"));
		if (entry->now != INBOX_NONE) {
			struct str line = inbox->records[entry->now].text;
			CHECK("the last one stands", str_eq_z(line, held[name].line));
		}
	}
}

static void test_any_order(struct rng *rng) {
	static struct model held[NAMES];
	static struct sent sent[BATCH_MAX];
	struct str lines[BATCH_MAX];
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = 1 + (size_t)rng_below(rng, BATCH_MAX);
		if (round % 20 == 0) {
			memset(held, 0, sizeof(held));
		}
		for (size_t i = 0; i < count; i++) {
			sent[i].name = (int)rng_below(rng, NAMES);
			sent[i].version = 1 + (int)rng_below(rng, VERSIONS);
			print_line(sent[i].line, sent[i].name, sent[i].version,
					rng_below(rng, 10) == 0);
			lines[i] = str_from(sent[i].line);
		}
		struct inbox inbox;
		CHECK_INT("read", inbox_read(str_from("s1"), lines, count, &inbox), ERR_OK);
		load(&inbox, held);
		inbox_decide(&inbox);
		inbox_decide(&inbox); /* as after a transaction that had to be run again */
		for (size_t i = 0; i < count; i++) {
			check_record(&inbox.records[i], &sent[i], &held[sent[i].name]);
		}
		check_entries(&inbox, held);
		CHECK_INT("all are counted", inbox.applied + inbox.stale + inbox.rejected, count);
		inbox_finish(&inbox);
	}
}

static void test_faults(void) {
	char good[LINE_BYTES];
	char other_school[LINE_BYTES];
	char value[LINE_BYTES];
	print_line(good, 1, 1, 1);
	print_line(other_school, 2, 1, 1);
	memcpy(strstr(other_school, "s1/"), "s2/", 3);
	print_line(value, 3, 1, 1);
	memcpy(strstr(value, "diem\"}"), "diex\"}", 6);
	const struct str lines[] = { str_from("{}"), str_from(good), str_from(other_school),
		str_from(value), str_from("") };
	const char *const want[] = { "exchange.record_format", NULL, "exchange.record_school",
		"exchange.record_value", "exchange.record_format" };
	struct inbox inbox;
	_cleanup_(buf_finish) struct buf told = buf_make(1 << 16);
	CHECK_INT("read", inbox_read(str_from("s1"), lines, 5, &inbox), ERR_OK);
	inbox_decide(&inbox);
	for (size_t i = 0; i < 5; i++) {
		CHECK_STR("why", inbox.records[i].code ? inbox.records[i].code : "",
				want[i] ? want[i] : "");
	}
	CHECK_INT("one is applied", inbox.applied, 1);
	CHECK_INT("told", inbox_print(&inbox, &told), ERR_OK);
	CHECK_STR("line by line", buf_str(&told),
			"{\"n\":0,\"state\":\"rejected\",\"code\":\"exchange.record_format\",\"params\":{}}\n"
			"{\"n\":2,\"state\":\"rejected\",\"code\":\"exchange.record_school\",\"params\":{}}\n"
			"{\"n\":3,\"state\":\"rejected\",\"code\":\"exchange.record_value\","
			"\"params\":{\"field\":\"loai\"}}\n"
			"{\"n\":4,\"state\":\"rejected\",\"code\":\"exchange.record_format\",\"params\":{}}\n");
	inbox_finish(&inbox);
}

int main(void) {
	struct rng rng;
	rng_init(&rng, 79, 0);
	test_any_order(&rng);
	test_faults();
	return check_done();
}
