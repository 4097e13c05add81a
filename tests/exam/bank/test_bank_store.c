#include "exam/bank/bank_store.h"

#include "exam/bank/paper_store.h"
#include "exam/bank/picture_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "tests/exam/world.h"

static const struct bank_actor teacher = { WORLD_SCHOOL, WORLD_TEACHER };
static const struct bank_actor colleague = { WORLD_SCHOOL, WORLD_COLLEAGUE };
static const struct bank_actor stranger = { WORLD_OTHER_SCHOOL, WORLD_OTHER_TEACHER };

static void parse(const char *text, struct question *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct diag why = { 0 };
	CHECK_INT(text, json_parse(str_from(text), 10000, &root), ERR_OK);
	CHECK_INT(text, question_parse(root, NULL, out, &why), ERR_OK);
	diag_finish(&why);
}

static const char single[] = "{\"kind\":\"single\",\"stem\":\"<p>1 + 1 = ?</p>\",\"options\":["
			     "{\"id\":\"A\",\"html\":\"1\"},{\"id\":\"B\",\"html\":\"2\"}],"
			     "\"key\":\"B\",\"shuffle\":true,\"keepLast\":false}";

static void check_banks(struct db *db, uint64_t *out_bank) {
	char name[] = "Ngân hàng Toán";
	struct bank bank = { .subject_id = WORLD_MATHS, .name = name };
	struct bank read = { .id = 0 };
	CHECK_INT("add", bank_store_add(db, teacher, &bank, 5, out_bank), ERR_OK);
	bank.subject_id = WORLD_OTHER_MATHS;
	uint64_t id = 77;
	CHECK_INT("another school's subject", bank_store_add(db, teacher, &bank, 5, &id),
			ERR_MISSING);
	CHECK_INT("untouched", id, 77);
	CHECK_INT("load", bank_store_load(db, teacher, *out_bank, &read), ERR_OK);
	CHECK_STR("load", read.name, "Ngân hàng Toán");
	CHECK_INT("load", read.subject_id, WORLD_MATHS);
	free(read.name);
	CHECK_INT("not shared", bank_store_load(db, colleague, *out_bank, &read), ERR_NOT_FOUND);
	CHECK_INT("stranger", bank_store_load(db, stranger, *out_bank, &read), ERR_NOT_FOUND);

	struct bank change = { .id = *out_bank,
		.version = 1,
		.subject_id = WORLD_MATHS,
		.is_shared = true,
		.name = name };
	CHECK_INT("colleague saves", bank_store_save(db, colleague, &change), ERR_NOT_FOUND);
	CHECK_INT("save", bank_store_save(db, teacher, &change), ERR_OK);
	CHECK_INT("save again", bank_store_save(db, teacher, &change), ERR_STALE);
	CHECK_INT("shared", bank_store_load(db, colleague, *out_bank, &read), ERR_OK);
	free(read.name);
	CHECK_INT("stranger", bank_store_load(db, stranger, *out_bank, &read), ERR_NOT_FOUND);

	struct bank_list list = { 0 };
	CHECK_INT("list", bank_store_list(db, colleague, &list), ERR_OK);
	CHECK_INT("list", list.count, 1);
	bank_list_finish(&list);
	CHECK_INT("list", bank_store_list(db, stranger, &list), ERR_OK);
	CHECK_INT("list", list.count, 0);
	bank_list_finish(&list);
}

static void check_questions(struct db *db, uint64_t bank, uint64_t *out_question) {
	struct question q = { 0 };
	parse(single, &q);
	struct bank_draft draft = { .q = &q,
		.topic = str_from("Số học"),
		.difficulty = 1,
		.confidence = 90,
		.source = str_from("Câu 1"),
		.problems = str_from("[]") };
	uint64_t passage = 0;
	CHECK_INT("passage",
			bank_store_passage_add(db, teacher, bank, str_from("đoạn"), 6, &passage),
			ERR_OK);
	CHECK_INT("passage",
			bank_store_passage_add(db, colleague, bank, str_from("x"), 6, &passage),
			ERR_NOT_FOUND);
	draft.passage_id = passage;
	CHECK_INT("add", bank_store_question_add(db, teacher, bank, &draft, 7, out_question),
			ERR_OK);
	uint64_t id = 0;
	CHECK_INT("colleague adds", bank_store_question_add(db, colleague, bank, &draft, 7, &id),
			ERR_NOT_FOUND);
	CHECK_INT("stranger adds", bank_store_question_add(db, stranger, bank, &draft, 7, &id),
			ERR_NOT_FOUND);
	draft.passage_id = passage + 1000;
	CHECK_INT("no such passage", bank_store_question_add(db, teacher, bank, &draft, 7, &id),
			ERR_NOT_FOUND);
	draft.passage_id = 0;

	struct bank_question read = { 0 };
	CHECK_INT("read", bank_store_question(db, colleague, *out_question, 0, &read), ERR_OK);
	CHECK_STR("read", read.q.stem, q.stem);
	CHECK_STR("read", read.topic, "Số học");
	CHECK_STR("read", read.passage, "đoạn");
	CHECK_INT("read", read.q.key.right, 2);
	CHECK_INT("read", read.revision, 1);
	CHECK_INT("read", read.confidence, 90);
	bank_question_finish(&read);
	CHECK_INT("stranger reads", bank_store_question(db, stranger, *out_question, 0, &read),
			ERR_NOT_FOUND);

	q.key.right = 1;
	CHECK_INT("colleague revises",
			bank_store_question_revise(db, colleague, *out_question, 1, &draft, 8),
			ERR_NOT_FOUND);
	CHECK_INT("stale", bank_store_question_revise(db, teacher, *out_question, 2, &draft, 8),
			ERR_STALE);
	CHECK_INT("revise", bank_store_question_revise(db, teacher, *out_question, 1, &draft, 8),
			ERR_OK);
	CHECK_INT("old revision", bank_store_question(db, teacher, *out_question, 1, &read),
			ERR_OK);
	CHECK_INT("old revision stays", read.q.key.right, 2);
	CHECK_INT("newest", read.newest, 2);
	bank_question_finish(&read);
	CHECK_INT("new revision", bank_store_question(db, teacher, *out_question, 0, &read),
			ERR_OK);
	CHECK_INT("new revision", read.q.key.right, 1);
	CHECK_INT("passage gone", read.passage_id, 0);
	bank_question_finish(&read);
	CHECK_INT("no third", bank_store_question(db, teacher, *out_question, 3, &read),
			ERR_NOT_FOUND);
	question_finish(&q);
}

static void check_paper(struct db *db, uint64_t question) {
	struct blueprint bp;
	uint64_t paper = 0;
	struct paper_whole *whole = NULL;
	CHECK_INT("preset", blueprint_preset(str_from("free"), &bp), ERR_OK);
	CHECK_INT("other subject",
			paper_store_add(db, teacher, WORLD_OTHER_MATHS, "Đề", &bp, 9, &paper),
			ERR_MISSING);
	CHECK_INT("add", paper_store_add(db, teacher, WORLD_MATHS, "Đề", &bp, 9, &paper), ERR_OK);
	struct paper_wish wish = { question, 1, 0, 75 };
	struct paper_save save = { paper, 1, "Đề giữa kỳ", &bp, &wish, 1 };
	CHECK_INT("colleague saves", paper_store_save(db, colleague, &save), ERR_NOT_FOUND);
	CHECK_INT("save", paper_store_save(db, teacher, &save), ERR_OK);
	CHECK_INT("stale", paper_store_save(db, teacher, &save), ERR_STALE);
	CHECK_INT("load", paper_store_load(db, teacher, paper, &whole), ERR_OK);
	CHECK_INT("items", whole->item_count, 1);
	CHECK_INT("revision", whole->items[0].revision, 1);
	CHECK_INT("weight", whole->items[0].weight_x100, 75);
	CHECK_INT("choices", whole->items[0].choice_count, 2);
	CHECK_INT("the pinned revision", whole->questions.items[0].q.key.right, 2);
	CHECK_STR("title", whole->row.title, "Đề giữa kỳ");
	paper_whole_free(STEAL(whole));

	/* A question that is not one's to see leaves the paper as it was. */
	wish.question_id = question + 1000;
	save.version = 2;
	CHECK_INT("missing", paper_store_save(db, teacher, &save), ERR_MISSING);
	wish = (struct paper_wish){ question, 9, 0, 75 };
	CHECK_INT("missing revision", paper_store_save(db, teacher, &save), ERR_MISSING);
	CHECK_INT("load", paper_store_load(db, teacher, paper, &whole), ERR_OK);
	CHECK_INT("still one", whole->item_count, 1);
	CHECK_INT("still version 2", whole->row.version, 2);
	paper_whole_free(STEAL(whole));

	CHECK_INT("another's paper", paper_store_load(db, colleague, paper, &whole), ERR_NOT_FOUND);
	CHECK_INT("another school's paper",
			paper_store_load(db, (struct bank_actor){ WORLD_OTHER_SCHOOL, 0 }, paper,
					&whole),
			ERR_NOT_FOUND);
	CHECK_INT("freeze elsewhere", paper_store_freeze(db, WORLD_OTHER_SCHOOL, paper),
			ERR_NOT_FOUND);
	CHECK_INT("freeze", paper_store_freeze(db, WORLD_SCHOOL, paper), ERR_OK);
	CHECK_INT("freeze again", paper_store_freeze(db, WORLD_SCHOOL, paper), ERR_OK);
	wish = (struct paper_wish){ question, 2, 0, 75 };
	CHECK_INT("frozen", paper_store_save(db, teacher, &save), ERR_CLOSED);

	struct paper_rows list = { 0 };
	CHECK_INT("list", paper_store_list(db, teacher, &list), ERR_OK);
	CHECK_INT("list", list.count, 1);
	CHECK_INT("list", list.items[0].total_x100, 75);
	CHECK_INT("list", list.items[0].state, PAPER_IN_USE);
	paper_rows_finish(&list);

	CHECK_INT("retire", bank_store_question_retire(db, teacher, question), ERR_OK);
	CHECK_INT("kept in the paper", paper_store_load(db, teacher, paper, &whole), ERR_OK);
	CHECK_INT("kept in the paper", whole->item_count, 1);
	paper_whole_free(whole);
}

static void check_lists(struct db *db, uint64_t bank) {
	struct bank_questions list = { 0 };
	CHECK_INT("retired is not listed", bank_store_questions(db, teacher, bank, &list), ERR_OK);
	CHECK_INT("retired is not listed", list.count, 0);
	bank_questions_finish(&list);
	struct question q = { 0 };
	parse(single, &q);
	struct bank_draft draft = { .q = &q };
	uint64_t old_passage = 0;
	uint64_t new_passage = 0;
	uint64_t id = 0;
	CHECK_INT("p", bank_store_passage_add(db, teacher, bank, str_from("cũ"), 6, &old_passage),
			0);
	CHECK_INT("p", bank_store_passage_add(db, teacher, bank, str_from("mới"), 6, &new_passage),
			0);
	for (unsigned i = 0; i < 3; i++) {
		draft.passage_id = i < 2 ? old_passage : 0;
		CHECK_INT("add", bank_store_question_add(db, teacher, bank, &draft, 7, &id),
				ERR_OK);
	}
	CHECK_INT("replace",
			bank_store_passage_replace(db, teacher, bank, old_passage, new_passage),
			ERR_OK);
	CHECK_INT("list", bank_store_questions(db, colleague, bank, &list), ERR_OK);
	CHECK_INT("list", list.count, 3);
	CHECK_STR("replaced", list.items[1].passage, "mới");
	CHECK_STR("none", list.items[2].passage, "");
	CHECK_INT("in order", list.items[2].id, id);
	bank_questions_finish(&list);
	CHECK_INT("stranger", bank_store_questions(db, stranger, bank, &list), ERR_OK);
	CHECK_INT("stranger", list.count, 0);
	bank_questions_finish(&list);
	question_finish(&q);
}

static void check_pictures(struct db *db) {
	uint8_t hash[PICTURE_STORE_HASH_BYTES] = { 1, 2, 3 };
	struct picture_draft draft = { hash, "image/png", 3, 2, { "\0\1png", 5 } };
	struct picture picture = { .bytes = NULL };
	CHECK_INT("put", picture_store_put(db, WORLD_SCHOOL, &draft), ERR_OK);
	draft.width = 9;
	CHECK_INT("put again", picture_store_put(db, WORLD_SCHOOL, &draft), ERR_OK);
	CHECK_INT("get", picture_store_get(db, WORLD_SCHOOL, hash, &picture), ERR_OK);
	CHECK_INT("stays", picture.width, 3);
	CHECK_INT("bytes", picture.bytes_n, 5);
	CHECK_MEM("bytes", picture.bytes, "\0\1png", 5);
	CHECK_STR("mime", picture.mime, "image/png");
	picture_finish(&picture);
	CHECK_INT("another school", picture_store_get(db, WORLD_OTHER_SCHOOL, hash, &picture),
			ERR_NOT_FOUND);
	draft.bytes.n = 0;
	CHECK_INT("empty", picture_store_put(db, WORLD_SCHOOL, &draft), ERR_LIMIT);
}

int main(void) {
	struct testdb t;
	uint64_t bank = 0;
	uint64_t question = 0;
	testdb_start(&t, "bank");
	world_make(t.db);
	check_banks(t.db, &bank);
	check_questions(t.db, bank, &question);
	check_paper(t.db, question);
	check_lists(t.db, bank);
	check_pictures(t.db);
	testdb_stop(&t);
	return check_done();
}
