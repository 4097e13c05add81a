#include "tests/exam/world_paper.h"

#include <stdlib.h>

#include "core/seal/hash.h"
#include "exam/bank/paper_store.h"
#include "exam/bank/picture_store.h"
#include "tests/check.h"
#include "tests/exam/world.h"

static const struct bank_actor teacher = { WORLD_SCHOOL, WORLD_TEACHER };

#define OPTIONS                                                                           \
	"\"options\":[{\"id\":\"A\",\"html\":\"một\"},{\"id\":\"B\",\"html\":\"hai\"}," \
	"{\"id\":\"C\",\"html\":\"ba\"},{\"id\":\"D\",\"html\":\"bốn\"}],"              \
	"\"shuffle\":true,\"keepLast\":false"

/* %s is the picture. */
static const char *const texts[WORLD_PAPER_ITEMS] = {
	"{\"kind\":\"single\",\"stem\":\"" WORLD_STEM_MARK " %s\"," OPTIONS ",\"key\":\"C\"}",
	"{\"kind\":\"single\",\"stem\":\"Câu hai\"," OPTIONS ",\"key\":\"A\"}",
	"{\"kind\":\"multiple\",\"stem\":\"Câu ba\"," OPTIONS ",\"key\":[\"A\",\"D\"]}",
	"{\"kind\":\"truefalse\",\"stem\":\"Câu bốn\",\"statements\":[{\"id\":\"a\",\"html\":\"ý "
	"một\"},{\"id\":\"b\",\"html\":\"ý hai\"},{\"id\":\"c\",\"html\":\"ý ba\"},{\"id\":\"d\","
	"\"html\":\"ý bốn\"}],\"shuffle\":true,\"key\":[true,false,true,false]}",
	("{\"kind\":\"numeric\",\"stem\":\"Câu năm\",\"key\":{\"value\":\"3,14\",\"tolerance\":"
	 "\"0,01\"}}"),
	"{\"kind\":\"text\",\"stem\":\"Câu sáu\",\"key\":{\"accepted\":[\"Hà Nội\"]}}",
	"{\"kind\":\"essay\",\"stem\":\"Câu bảy\",\"key\":{\"guide\":\"Chấm ý\"}}",
};

static uint64_t add_question(struct db *db, uint64_t bank, const char *text) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct question q = { 0 };
	struct diag why = { 0 };
	uint64_t id = 0;
	CHECK_INT(text, json_parse(str_from(text), 10000, &root), ERR_OK);
	CHECK_INT(text, question_parse(root, NULL, &q, &why), ERR_OK);
	struct bank_draft draft = { .q = &q, .confidence = BANK_STORE_CONFIDENCE_SURE };
	CHECK_INT(text, bank_store_question_add(db, teacher, bank, &draft, 1, &id), ERR_OK);
	question_finish(&q);
	diag_finish(&why);
	return id;
}

static void add_picture(struct db *db, char *out_html, size_t size) {
	static const char bytes[] = "\x89PNG " WORLD_PICTURE_MARK;
	char hex[2 * HASH_BYTES + 1];
	struct hash hash;
	hash_bytes(NULL, bytes, sizeof(bytes) - 1, &hash);
	struct picture_draft draft = { hash.b, "image/png", 20, 10, { bytes, sizeof(bytes) - 1 } };
	CHECK_INT("picture", picture_store_put(db, WORLD_SCHOOL, &draft), ERR_OK);
	str_hex(hash.b, sizeof(hash.b), hex);
	snprintf(out_html, size,
			"<img data-picture=\\\"%s\\\" width=\\\"20\\\" height=\\\"10\\\" alt=\\\"\\\">",
			hex);
}

uint64_t world_paper_make(struct db *db) {
	char name[] = "Ngân hàng";
	char picture[200];
	struct bank bank = { .subject_id = WORLD_MATHS, .name = name };
	struct blueprint bp;
	struct paper_wish wishes[WORLD_PAPER_ITEMS];
	uint64_t bank_id = 0;
	uint64_t paper = 0;
	CHECK_INT("bank", bank_store_add(db, teacher, &bank, 1, &bank_id), ERR_OK);
	CHECK_INT("free", blueprint_preset(str_from("free"), &bp), ERR_OK);
	CHECK_INT("paper", paper_store_add(db, teacher, WORLD_MATHS, "Đề", &bp, 1, &paper), ERR_OK);
	add_picture(db, picture, sizeof(picture));
	for (size_t i = 0; i < WORLD_PAPER_ITEMS; i++) {
		_cleanup_(buf_finish) struct buf text = buf_make(4000);
		const char *mark = strstr(texts[i], "%s");
		buf_add(&text, texts[i], mark ? (size_t)(mark - texts[i]) : strlen(texts[i]));
		if (mark) {
			buf_add_str(&text, picture);
			buf_add_str(&text, mark + 2);
		}
		wishes[i] = (struct paper_wish){ add_question(db, bank_id, buf_str(&text)), 0, 0,
			100 };
	}
	struct paper_save save = { paper, 1, "Đề kiểm tra", &bp, wishes, WORLD_PAPER_ITEMS };
	CHECK_INT("save", paper_store_save(db, teacher, &save), ERR_OK);
	return paper;
}
