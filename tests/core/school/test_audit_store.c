/* The audit log and the plans of imports of two schools in one database. */
#include "core/school/audit_store.h"
#include "core/school/plan_store.h"
#include "tests/check.h"
#include "tests/core/school/seen.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

static enum err see_audit(const struct audit_entry *entry, void *ctx) {
	struct seen *seen = ctx;
	note(seen, entry->action);
	note(seen, entry->person_name);
	note(seen, entry->detail);
	seen->count++;
	return ERR_OK;
}

static void test_audit(struct db *db, const struct seed *a, const struct seed *b) {
	for (int i = 0; i < 5; i++) {
		char action[16];
		snprintf(action, sizeof(action), "act.%d", i);
		struct audit_entry entry = { .school_id = i == 4 ? b->school_id : a->school_id,
			.person_id = i == 0 ? 0 : a->office_id,
			.at_ms = i,
			.action = str_from(action),
			.subject = str_from("class"),
			.subject_id = str_from("1"),
			.address = str_from("::1") };
		CHECK_INT("add", audit_store_add(db, &entry), ERR_OK);
	}
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("page", audit_store_page(db, a->school_id, 0, 3, see_audit, &seen), ERR_OK);
	CHECK_STR("newest first", buf_str(&seen.text),
			"act.3|Văn Phòng ALPHA|{}|act.2|Văn Phòng ALPHA|{}|act.1|Văn Phòng ALPHA|{}|");
	_cleanup_(seen_finish) struct seen rest = see();
	uint64_t second =
			(uint64_t)testdb_number(db, "SELECT id FROM audit WHERE action = 'act.1'");
	CHECK_INT("next page", audit_store_page(db, a->school_id, second, 3, see_audit, &rest),
			ERR_OK);
	CHECK_STR("the rest", buf_str(&rest.text), "act.0||{}|");
	CHECK_INT("behind another school's row",
			audit_store_page(db, b->school_id, second, 3, see_audit, &rest), ERR_OK);
	CHECK_INT("is nothing", rest.count, 1);
	CHECK_INT("at the limit",
			audit_store_page(db, a->school_id, 0, AUDIT_PAGE_MAX, see_audit, &seen),
			ERR_OK);
	CHECK("not the other's", seen.count == 7 && !saw(&seen, "act.4"));
	CHECK_INT("one past",
			audit_store_page(db, a->school_id, 0, AUDIT_PAGE_MAX + 1, see_audit, &seen),
			ERR_LIMIT);
	struct audit_entry big = { .detail = { NULL, AUDIT_DETAIL_BYTES_MAX + 1 } };
	CHECK_INT("too long", audit_store_add(db, &big), ERR_LIMIT);
}

static void test_plans(struct db *db, const struct seed *a, const struct seed *b) {
	uint8_t hash[32] = { 1 };
	uint8_t hash2[32] = { 2 };
	struct plan_new plan = { .school_id = a->school_id,
		.kind = PLAN_ROSTER,
		.target_id = a->year_id,
		.created_by = a->office_id,
		.created_at_ms = 100,
		.file_name = str_from("lớp 10.xlsx"),
		.plan = str_from("{}"),
		.hash = hash };
	uint64_t id = 0;
	CHECK_INT("add", plan_store_add(db, &plan, &id), ERR_OK);
	_cleanup_(plan_finish) struct plan got = { 0 };
	CHECK_INT("not theirs", plan_store_load(db, b->school_id, PLAN_ROSTER, id, &got),
			ERR_NOT_FOUND);
	CHECK_INT("other kind", plan_store_load(db, a->school_id, PLAN_QUESTIONS, id, &got),
			ERR_NOT_FOUND);
	CHECK_INT("load", plan_store_load(db, a->school_id, PLAN_ROSTER, id, &got), ERR_OK);
	CHECK_STR("plan", got.plan, "{}");
	CHECK_STR("file", got.file_name, "lớp 10.xlsx");
	plan.plan = str_from("{\"a\":1}");
	plan.hash = hash2;
	CHECK_INT("replace", plan_store_replace(db, &plan, id, hash), ERR_OK);
	CHECK_INT("stale", plan_store_replace(db, &plan, id, hash), ERR_STALE);
	CHECK_INT("stale", plan_store_commit(db, a->school_id, PLAN_ROSTER, id, hash, 200),
			ERR_STALE);
	CHECK_INT("not theirs", plan_store_commit(db, b->school_id, PLAN_ROSTER, id, hash2, 200),
			ERR_NOT_FOUND);
	CHECK_INT("commit", plan_store_commit(db, a->school_id, PLAN_ROSTER, id, hash2, 200),
			ERR_OK);
	CHECK_INT("twice", plan_store_commit(db, a->school_id, PLAN_ROSTER, id, hash2, 200),
			ERR_CONFLICT);
	CHECK_INT("too late", plan_store_drop(db, a->school_id, PLAN_ROSTER, id), ERR_CONFLICT);
	CHECK_INT("another", plan_store_add(db, &plan, &id), ERR_OK);
	CHECK_INT("drop", plan_store_drop(db, a->school_id, PLAN_ROSTER, id), ERR_OK);
	CHECK_INT("gone", plan_store_load(db, a->school_id, PLAN_ROSTER, id, &got), ERR_NOT_FOUND);
	CHECK_INT("another", plan_store_add(db, &plan, &id), ERR_OK);
	uint64_t count = 9;
	CHECK_INT("sweep", plan_store_sweep(db, 100, 10, &count), ERR_OK);
	CHECK_INT("not old", count, 0);
	CHECK_INT("sweep", plan_store_sweep(db, 101, 10, &count), ERR_OK);
	CHECK_INT("old", count, 1);
	CHECK_INT("committed stays",
			testdb_number(db,
					"SELECT COUNT(*) FROM import_plan"
					" WHERE state = 2"),
			1);
	plan.plan.n = PLAN_BYTES_MAX + 1;
	CHECK_INT("one past", plan_store_add(db, &plan, &id), ERR_LIMIT);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "audit_store");
	struct seed alpha;
	struct seed beta;
	seed_school(t.db, "ALPHA", &alpha);
	seed_school(t.db, "BETA", &beta);
	test_audit(t.db, &alpha, &beta);
	test_plans(t.db, &alpha, &beta);
	testdb_stop(&t);
	return check_done();
}
