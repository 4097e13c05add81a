/*
 * A primary class's records, and what every class has beside its marks: what is said of pupils,
 * exemptions, closings; each said, changed, taken back, moved to another class and under another key.
 */
#include "gradebook/records/gradebook_records_store.h"

#include "core/school/calendar_store.h"
#include "core/school/roster_store.h"
#include "gradebook/marks/exemption_store.h"
#include "gradebook/primary/judgement_store.h"
#include "gradebook/reassess/reassess_store.h"
#include "tests/core/outbox/told.h"
#include "tests/gradebook/records/keys.h"

static const struct record_kind *const list[] = { &record_kind_judgement, &record_kind_reassessment,
	&record_kind_exemption, &record_kind_closing, &record_kind_result,
	&record_kind_subject_result };
static const struct record_kinds kinds = { list, sizeof(list) / sizeof(list[0]) };

enum { YEU_NUOC = 1, THE_CHAT = 15 };

/* ---- judgements ---- */

struct deed {
	struct judgement_change change;
	enum err end;
};

static enum err run_judge(struct db *db, void *ctx) {
	struct deed *d = ctx;
	struct judgement_cell now;
	enum err e = judgement_store_open(db, &d->change.place);
	e = e ? e : judgement_store_set(db, &d->change, &now);
	return e ? e : d->end;
}

struct said {
	int class_index;
	unsigned moment;
	unsigned item;
	int value;
	unsigned version;
	enum err end;
};

/* Of the first student. */
static void judge(struct world *w, const struct said *said) {
	const struct seed *s = &w->s;
	struct deed d = { .change = { .place = { s->school_id, s->class_ids[said->class_index],
						      s->year_id, said->moment },
					  .student_id = s->student_ids[0],
					  .item = said->item,
					  .value = said->value,
					  .version = said->version,
					  .person_id = s->teacher_ids[0],
					  .now_ms = SEED_NOW_MS },
		.end = said->end };
	CHECK_INT("judge", db_transact(w->db, run_judge, &d), said->end);
}

static void test_judgements(struct world *w) {
	judge(w, &(struct said){ 0, 2, YEU_NUOC, PACK_PRIMARY_T, 0, ERR_OK });
	judge(w, &(struct said){ 0, 4, JUDGEMENT_RECOGNISED, 1, 0, ERR_OK });
	check_told(w, "said",
			"NEW 1 danhgia/2026-2027/4A/2/yeu_nuoc/A001;"
			"NEW 1 danhgia/2026-2027/4A/4/recognised/A001;");
	check_data(w, "A/danhgia/2026-2027/4A/2/yeu_nuoc/A001",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"4A\",\"thoidiem\":2,"
			"\"matieuchi\":\"yeu_nuoc\",\"mahocsinh\":\"A001\",\"muc\":\"T\"}}");
	check_data(w, "A/danhgia/2026-2027/4A/4/recognised/A001",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"4A\",\"thoidiem\":4,"
			"\"matieuchi\":\"recognised\",\"mahocsinh\":\"A001\",\"muc\":\"co\"}}");
	judge(w, &(struct said){ 0, 2, YEU_NUOC, PACK_PRIMARY_T, 1, ERR_OK });
	check_told(w, "the same again", "");
	judge(w, &(struct said){ 0, 2, YEU_NUOC, PACK_PRIMARY_MIDDLE, 1, ERR_OK });
	judge(w, &(struct said){ 0, 4, JUDGEMENT_RECOGNISED, JUDGEMENT_NONE, 1, ERR_OK });
	check_told(w, "changed and taken back",
			"UPDATE 2 danhgia/2026-2027/4A/2/yeu_nuoc/A001;"
			"CANCEL 2 danhgia/2026-2027/4A/4/recognised/A001;");
	judge(w, &(struct said){ 0, 2, YEU_NUOC, PACK_PRIMARY_C, 2, ERR_DENIED });
	check_told(w, "a rollback leaves nothing", "");
	CHECK_INT("terms of the lines",
			testdb_number(w->db,
					"SELECT SUM(hocky = 1) * 10 + SUM(hocky = 2) FROM record"
					" WHERE bang = 'danhgia'"),
			11);
	check_whole(w, "judgements");
}

static void test_judgement_keys(struct world *w) {
	set_student_code(w, "B7", 1);
	check_told(w, "another code",
			"CANCEL 3 danhgia/2026-2027/4A/2/yeu_nuoc/A001;"
			"NEW 1 danhgia/2026-2027/4A/2/yeu_nuoc/B7;");
	set_class(w, "4/1", 4);
	check_told(w, "another name of the class",
			"CANCEL 2 danhgia/2026-2027/4A/2/yeu_nuoc/B7;"
			"NEW 1 danhgia/2026-2027/4%2F1/2/yeu_nuoc/B7;");
	set_class(w, "4A", 4);
	check_told(w, "the old one again",
			"CANCEL 2 danhgia/2026-2027/4%2F1/2/yeu_nuoc/B7;"
			"NEW 3 danhgia/2026-2027/4A/2/yeu_nuoc/B7;");
	set_class(w, "4A", 9);
	check_told(w, "no class of primary school", "CANCEL 4 danhgia/2026-2027/4A/2/yeu_nuoc/B7;");
	set_class(w, "4A", 4);
	check_told(w, "one again", "NEW 5 danhgia/2026-2027/4A/2/yeu_nuoc/B7;");
	check_whole(w, "keys");
}

/* Somebody changes class: what is said anew is of the new one, and no more of the old one. */
static void test_judgement_moves(struct world *w) {
	const struct seed *s = &w->s;
	CHECK_INT("leave",
			roster_store_leave(w->db, s->school_id, s->class_ids[0], s->student_ids[0],
					(struct date){ 2026, 10, 25 }),
			ERR_OK);
	CHECK_INT("enrol",
			roster_store_enrol(w->db, s->school_id, s->class_ids[1], s->student_ids[0],
					9, (struct date){ 2026, 10, 1 }),
			ERR_OK);
	check_told(w, "what was said stays", "");
	judge(w, &(struct said){ 1, 2, YEU_NUOC, PACK_PRIMARY_T, 2, ERR_OK });
	check_told(w, "of the new class",
			"CANCEL 6 danhgia/2026-2027/4A/2/yeu_nuoc/B7;"
			"NEW 1 danhgia/2026-2027/4B/2/yeu_nuoc/B7;");
	check_whole(w, "moves");
}

/* ---- what was assessed again ---- */

static enum err run_again(struct db *db, void *ctx) {
	const struct reassess_change *c = ctx;
	enum err e = reassess_store_open(db, c->school_id, c->class_id);
	return e ? e : reassess_store_set(db, c);
}

/* Of the second student, who is in the first class. */
static void assess(struct world *w, int subject, unsigned item, int value, unsigned version) {
	const struct seed *s = &w->s;
	struct reassess_change c = { .school_id = s->school_id,
		.class_id = s->class_ids[0],
		.year_id = s->year_id,
		.student_id = s->student_ids[1],
		.subject_id = subject < 0 ? 0 : s->subject_ids[subject],
		.item = item,
		.value = value,
		.version = version,
		.person_id = 1,
		.now_ms = SEED_NOW_MS };
	CHECK_INT("again", db_transact(w->db, run_again, &c), ERR_OK);
}

static void test_reassessments(struct world *w) {
	assess(w, 0, REASSESS_LEVEL, PACK_PRIMARY_MIDDLE, 0);
	assess(w, 0, REASSESS_TEST, 60, 0);
	assess(w, -1, REASSESS_TRAITS + YEU_NUOC, PACK_PRIMARY_T, 0);
	assess(w, -1, REASSESS_DECISION, 0, 0);
	check_told(w, "again",
			"NEW 1 danhgialai/2026-2027/4A/muc/toan/A002;"
			"NEW 1 danhgialai/2026-2027/4A/diem/toan/A002;"
			"NEW 1 danhgialai/2026-2027/4A/tieuchi/yeu_nuoc/A002;"
			"NEW 1 danhgialai/2026-2027/4A/quyetdinh/-/A002;");
	check_data(w, "A/danhgialai/2026-2027/4A/diem/toan/A002",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"4A\",\"loai\":\"diem\","
			"\"ma\":\"toan\",\"mahocsinh\":\"A002\",\"diemx10\":60,\"muc\":null}}");
	check_data(w, "A/danhgialai/2026-2027/4A/muc/toan/A002",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"4A\",\"loai\":\"muc\","
			"\"ma\":\"toan\",\"mahocsinh\":\"A002\",\"diemx10\":null,\"muc\":\"H\"}}");
	check_data(w, "A/danhgialai/2026-2027/4A/quyetdinh/-/A002",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"4A\","
			"\"loai\":\"quyetdinh\",\"ma\":\"-\",\"mahocsinh\":\"A002\",\"diemx10\":null,"
			"\"muc\":\"khong\"}}");
	assess(w, 0, REASSESS_TEST, 70, 1);
	assess(w, -1, REASSESS_DECISION, REASSESS_NONE, 1);
	check_told(w, "changed and taken back",
			"UPDATE 2 danhgialai/2026-2027/4A/diem/toan/A002;"
			"CANCEL 2 danhgialai/2026-2027/4A/quyetdinh/-/A002;");
	check_whole(w, "again");
}

/* ---- exemptions ---- */

struct exempting {
	struct mark_place place;
	const uint64_t *students;
	size_t count;
};

static enum err run_exempt(struct db *db, void *ctx) {
	const struct exempting *x = ctx;
	const struct mark_actor actor = { .person_id = 1,
		.now_ms = SEED_NOW_MS,
		.why = str_from("Đau chân, có giấy của bệnh viện") };
	return exemption_store_set(db, &x->place, x->students, x->count, &actor);
}

/* Of the class's students those at these places, and no other. */
static void exempt(struct world *w, const uint64_t *students, size_t count) {
	struct exempting x = { { w->s.school_id, w->s.class_ids[0], w->s.subject_ids[1],
					       w->s.term_ids[1] },
		students, count };
	CHECK_INT("exempt", db_transact(w->db, run_exempt, &x), ERR_OK);
}

static void rename_subject(struct world *w, const char *code) {
	const struct subject subject = { .id = w->s.subject_ids[1],
		.code = str_from(code),
		.name = str_from("Thể dục"),
		.kind = SUBJECT_COMMENT };
	CHECK_INT(code, calendar_store_update_subject(w->db, w->s.school_id, &subject), ERR_OK);
}

static void test_exemptions(struct world *w) {
	const uint64_t *ids = w->s.student_ids;
	exempt(w, &ids[1], 2);
	check_told(w, "given",
			"NEW 1 miengiam/2026-2027/2/gdtc/A002;NEW 1 miengiam/2026-2027/2/gdtc/A003;");
	check_data(w, "A/miengiam/2026-2027/2/gdtc/A002",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"hocky\":2,\"mamon\":\"gdtc\","
			"\"mahocsinh\":\"A002\"}}");
	CHECK_INT("the reason stays in the school",
			testdb_number(w->db,
					"SELECT COUNT(*) FROM outbox WHERE line LIKE '%viện%'"),
			0);
	exempt(w, &ids[2], 1);
	check_told(w, "taken away", "CANCEL 2 miengiam/2026-2027/2/gdtc/A002;");
	rename_subject(w, "the duc");
	check_told(w, "another code of the subject",
			"CANCEL 2 miengiam/2026-2027/2/gdtc/A003;"
			"NEW 1 miengiam/2026-2027/2/the duc/A003;");
	rename_subject(w, "gdtc");
	check_told(w, "the old one again",
			"CANCEL 2 miengiam/2026-2027/2/the duc/A003;"
			"NEW 3 miengiam/2026-2027/2/gdtc/A003;");
	check_whole(w, "exemptions");
}

/* ---- what was kept ---- */

/* The rows are written here as closing writes them; the whole way is walked by
 * tests/e2e/primary.test.mjs. */
static void close_part(struct world *w, int part, const char *json) {
	char sql[2000];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO student_result VALUES (1, %llu, %llu, %d, 'tt27', %s, NULL, NULL, NULL,"
			" 3, '%s', REPEAT('x', 32), 1, 77)",
			(unsigned long long)w->s.class_ids[0],
			(unsigned long long)w->s.student_ids[1], part, part ? "NULL" : "2",
			json); /* fits */
	testdb_run(w->db, sql);
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO class_closing VALUES (1, %llu, %d, 1, 1, 1, 77, '')",
			(unsigned long long)w->s.class_ids[0], part); /* fits */
	testdb_run(w->db, sql);
	CHECK_INT("seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
}

static void test_results(struct world *w) {
	close_part(w, 1,
			"{\"line\":{\"subjects\":[{\"code\":\"toan\",\"moments\":[\"H\",\"T\",null,null]},"
			"{\"code\":\"gdtc\",\"moments\":[\"C\",null,null,null]}]},\"result\":{\"subjects\":"
			"[{\"code\":\"toan\",\"year\":null,\"test\":null},"
			"{\"code\":\"gdtc\",\"year\":null,\"test\":null}]}}");
	check_told(w, "a term",
			"NEW 1 khoaso/2026-2027/4A/1;NEW 1 ketqua/2026-2027/4A/1/A002;"
			"NEW 1 ketquamon/2026-2027/4A/1/toan/A002;");
	check_data(w, "A/ketquamon/2026-2027/4A/1/toan/A002",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"4A\",\"hocky\":1,"
			"\"mamon\":\"toan\",\"mahocsinh\":\"A002\",\"khoi\":4,\"diemx10\":null,"
			"\"nhanxet\":\"T\"}}");
	close_part(w, 2,
			"{\"line\":{\"subjects\":[{\"code\":\"toan\",\"moments\":[null,null,\"T\",\"H\"]}]},"
			"\"result\":{\"subjects\":[{\"code\":\"toan\",\"year\":\"H\",\"test\":90}]}}");
	close_part(w, 0,
			"{\"line\":{\"subjects\":[{\"code\":\"toan\",\"moments\":[\"H\",\"T\",\"T\",\"H\"]}]},"
			"\"result\":{\"subjects\":[{\"code\":\"toan\",\"year\":\"H\",\"test\":90}]}}");
	check_told(w, "the other, and the year",
			"NEW 1 khoaso/2026-2027/4A/2;NEW 1 ketqua/2026-2027/4A/2/A002;"
			"NEW 1 ketquamon/2026-2027/4A/2/toan/A002;"
			"NEW 1 khoaso/2026-2027/4A/0;NEW 1 ketqua/2026-2027/4A/0/A002;"
			"NEW 1 ketquamon/2026-2027/4A/0/toan/A002;");
	check_data(w, "A/ketqua/2026-2027/4A/0/A002",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"4A\",\"hocky\":0,"
			"\"mahocsinh\":\"A002\",\"khoi\":4,\"mahocluc\":2,\"mahanhkiem\":null,"
			"\"lenlop\":null,\"madanhhieu\":null,\"songaynghi\":3,\"goiluat\":\"tt27\"}}");
	testdb_run(w->db, "UPDATE class_closing SET is_closed = 0 WHERE term_number = 0");
	CHECK_INT("seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(w, "opened again",
			"CANCEL 2 khoaso/2026-2027/4A/0;CANCEL 2 ketqua/2026-2027/4A/0/A002;"
			"CANCEL 2 ketquamon/2026-2027/4A/0/toan/A002;");
	set_class(w, "4C", 4);
	check_told(w, "another name of the class",
			"CANCEL 3 danhgialai/2026-2027/4A/diem/toan/A002;"
			"CANCEL 2 danhgialai/2026-2027/4A/muc/toan/A002;"
			"CANCEL 2 danhgialai/2026-2027/4A/tieuchi/yeu_nuoc/A002;"
			"NEW 1 danhgialai/2026-2027/4C/diem/toan/A002;"
			"NEW 1 danhgialai/2026-2027/4C/muc/toan/A002;"
			"NEW 1 danhgialai/2026-2027/4C/tieuchi/yeu_nuoc/A002;"
			"CANCEL 2 khoaso/2026-2027/4A/1;CANCEL 2 khoaso/2026-2027/4A/2;"
			"NEW 1 khoaso/2026-2027/4C/1;NEW 1 khoaso/2026-2027/4C/2;"
			"CANCEL 2 ketqua/2026-2027/4A/1/A002;CANCEL 2 ketqua/2026-2027/4A/2/A002;"
			"NEW 1 ketqua/2026-2027/4C/1/A002;NEW 1 ketqua/2026-2027/4C/2/A002;"
			"CANCEL 2 ketquamon/2026-2027/4A/1/toan/A002;"
			"CANCEL 2 ketquamon/2026-2027/4A/2/toan/A002;"
			"NEW 1 ketquamon/2026-2027/4C/1/toan/A002;"
			"NEW 1 ketquamon/2026-2027/4C/2/toan/A002;");
	check_whole(w, "results");
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "primary_records");
	struct world w = { .db = connect_paying(&t, &kinds), .kinds = &kinds };
	seed_school(w.db, "A", &w.s);
	testdb_run(w.db,
			"UPDATE class SET grade = 4, name = REPLACE(REPLACE(name, '10A1', '4A'),"
			" '10A2', '4B')");
	CHECK_INT("begin", outbox_store_begin(w.db, w.s.school_id), ERR_OK);
	CHECK_INT("seed", seed_store_run(w.db, w.s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(&w, "nothing yet", "");
	test_judgements(&w);
	test_judgement_keys(&w);
	test_judgement_moves(&w);
	test_reassessments(&w);
	test_exemptions(&w);
	test_results(&w);
	db_free(w.db);
	testdb_stop(&t);
	return check_done();
}
