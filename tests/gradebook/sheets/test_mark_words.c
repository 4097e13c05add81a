#include "gradebook/sheets/mark_words.h"

#include "tests/check.h"

/* Each row is what stands over one column, from the top down. */
static const struct {
	const char *texts[3];
	enum mark_heading_kind kind;
	unsigned position;
	unsigned term;
	bool is_old;
} headings[] = {
	{ { "ĐĐGtx", "1" }, MARK_HEADING_TX, 1, 0, false },
	{ { "ĐĐGtx", "TX 4" }, MARK_HEADING_TX, 4, 0, false },
	{ { "ĐĐGtx(2)" }, MARK_HEADING_TX, 2, 0, false },
	{ { "Điểm đánh giá thường xuyên", "Lần 3" }, MARK_HEADING_TX, 3, 0, false },
	{ { "Điểm KTTX", "2" }, MARK_HEADING_TX, 2, 0, false },
	{ { "Điểm hệ số 1", "TX" }, MARK_HEADING_TX, 0, 0, false },
	{ { "Điểm KTĐK", "KTGK" }, MARK_HEADING_GK, 0, 0, false },
	{ { "Điểm KTĐK", "KTCK" }, MARK_HEADING_CK, 0, 0, false },
	{ { "Điểm KTĐK" }, MARK_HEADING_NONE, 0, 0, false },
	{ { "HỌC KỲ I", "ĐĐGtx", "2" }, MARK_HEADING_TX, 2, 1, false },
	{ { "HKII", "GK" }, MARK_HEADING_GK, 0, 2, false },
	{ { "ĐĐGgk" }, MARK_HEADING_GK, 0, 0, false },
	{ { "Giữa kì" }, MARK_HEADING_GK, 0, 0, false },
	{ { "Kiểm tra cuối học kỳ" }, MARK_HEADING_CK, 0, 0, false },
	{ { "Cuối kì 2" }, MARK_HEADING_CK, 0, 2, false },
	{ { "KTHK" }, MARK_HEADING_CK, 0, 0, false },
	{ { "Miệng", "1" }, MARK_HEADING_TX, 1, 0, true },
	{ { "M" }, MARK_HEADING_TX, 0, 0, true },
	{ { "15 phút", "2" }, MARK_HEADING_TX, 2, 0, true },
	{ { "15'" }, MARK_HEADING_TX, 0, 0, true },
	{ { "1 tiết" }, MARK_HEADING_PERIOD, 0, 0, true },
	{ { "Kiểm tra 45 phút", "1" }, MARK_HEADING_PERIOD, 1, 0, true },
	{ { "Thi HK" }, MARK_HEADING_CK, 0, 0, false },
	{ { "ĐTBmhk" }, MARK_HEADING_RESULT, 0, 0, false },
	{ { "TBM", "HK1" }, MARK_HEADING_RESULT, 0, 1, false },
	{ { "Trung bình môn cuối kì" }, MARK_HEADING_RESULT, 0, 0, false },
	{ { "Nhận xét giữa kì" }, MARK_HEADING_RESULT, 0, 0, false },
	{ { "GHKII" }, MARK_HEADING_GK, 0, 2, false },
	{ { "CHK1" }, MARK_HEADING_CK, 0, 1, false },
	{ { "Giữa HKI" }, MARK_HEADING_GK, 0, 1, false },
	{ { "Họ và tên" }, MARK_HEADING_NONE, 0, 0, false },
	{ { "Mã học sinh" }, MARK_HEADING_NONE, 0, 0, false },
	{ { "Ngày sinh" }, MARK_HEADING_NONE, 0, 0, false },
};

static void test_headings(void) {
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
		struct mark_heading h = { .kind = MARK_HEADING_NONE };
		const char *name = headings[i].texts[0];
		for (size_t k = 0; k < 3 && headings[i].texts[k]; k++) {
			name = headings[i].texts[k];
			CHECK_INT(name, mark_words_read(str_from(name), &h), ERR_OK);
		}
		CHECK_INT(name, h.kind, headings[i].kind);
		CHECK_INT(name, h.term, headings[i].term);
		CHECK_INT(name, h.is_old, headings[i].is_old);
		if (h.kind != MARK_HEADING_RESULT && h.kind != MARK_HEADING_NONE) {
			CHECK_INT(name, h.position, headings[i].position);
		}
	}
}

/* -1: the title names no subject. */
static const struct {
	const char *title;
	const char *subject;
	int want;
} subjects[] = {
	{ "BẢNG ĐIỂM MÔN: VẬT LÝ - LỚP 10A1", "Vật lí", 1 },
	{ "Môn học: Lý", "Vật lí", 1 },
	{ "Môn Hoá", "Hoá học", 1 },
	{ "Môn: Văn", "Ngữ văn", 1 },
	{ "Môn: Ngữ văn", "Vật lí", 0 },
	{ "Môn: Giáo dục công dân", "Giáo dục thể chất", 0 },
	{ "SỔ ĐIỂM LỚP 10A1", "Vật lí", -1 },
	{ "Môn:", "Vật lí", -1 },
};

static void test_subjects(void) {
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		bool is_it = false;
		enum err e = mark_words_subject(
				str_from(subjects[i].title), str_from(subjects[i].subject), &is_it);
		CHECK_INT(subjects[i].title, e, subjects[i].want < 0 ? ERR_NOT_FOUND : ERR_OK);
		CHECK_INT(subjects[i].title, e ? -1 : (int)is_it, subjects[i].want);
	}
	CHECK_INT("HỌC KỲ II", mark_words_term(str_from("HỌC KỲ II")), 2);
	CHECK_INT("HK1", mark_words_term(str_from("Năm học 2026-2027 HK1")), 1);
	CHECK_INT("no term", mark_words_term(str_from("Kì thi năm 2026")), 0);
}

/* The same in a primary school, over a column of Mĩ thuật; at 2 stands the level, at 1 the test. */
static const struct {
	const char *texts[3];
	enum mark_heading_kind kind;
	unsigned position;
	unsigned term;
	bool is_other;
} primary[] = {
	{ { "GHKI", "Mức đạt được" }, MARK_HEADING_GK, 2, 1, false },
	{ { "CHKII", "Điểm KTĐK" }, MARK_HEADING_CK, 1, 2, false },
	{ { "Giữa học kỳ II", "Mức" }, MARK_HEADING_GK, 2, 2, false },
	{ { "Cuối năm", "Điểm KTĐK" }, MARK_HEADING_CK, 1, 2, false },
	{ { "CN", "MĐĐ" }, MARK_HEADING_CK, 2, 2, false },
	{ { "GK1" }, MARK_HEADING_GK, 0, 1, false },
	{ { "Học kì II", "KTCK" }, MARK_HEADING_CK, 1, 2, false },
	{ { "Môn học và hoạt động giáo dục", "Mỹ thuật", "Mức đạt được" }, MARK_HEADING_NONE, 2, 0,
			false },
	{ { "Môn học và hoạt động giáo dục", "Tiếng Việt", "Mức đạt được" }, MARK_HEADING_NONE, 2,
			0, true },
	{ { "Mức đạt được và điểm KTĐK", "Điểm" }, MARK_HEADING_NONE, 1, 0, false },
	{ { "Cuối HKI", "Nhận xét" }, MARK_HEADING_RESULT, 0, 1, false },
	{ { "Họ và tên" }, MARK_HEADING_NONE, 0, 0, true },
	{ { "Phẩm chất", "Yêu nước" }, MARK_HEADING_NONE, 0, 0, true },
};

static void test_primary(void) {
	for (size_t i = 0; i < sizeof(primary) / sizeof(primary[0]); i++) {
		struct mark_heading h = { .kind = MARK_HEADING_NONE };
		const char *name = NULL;
		for (size_t k = 0; k < 3 && primary[i].texts[k]; k++) {
			name = primary[i].texts[k];
			CHECK_INT(name,
					mark_words_read_primary(
							str_from(name), str_from("Mĩ thuật"), &h),
					ERR_OK);
		}
		CHECK_INT(name, h.kind, primary[i].kind);
		CHECK_INT(name, h.position, primary[i].position);
		CHECK_INT(name, h.term, primary[i].term);
		CHECK_INT(name, h.is_other, primary[i].is_other);
	}
	struct mark_heading title = { .kind = MARK_HEADING_NONE };
	CHECK_INT("title", mark_words_moment(str_from("BẢNG TỔNG HỢP – CUỐI HỌC KÌ I"), &title),
			ERR_OK);
	CHECK_INT("the end", title.kind, MARK_HEADING_CK);
	CHECK_INT("of term I", title.term, 1);
}

int main(void) {
	test_headings();
	test_primary();
	test_subjects();
	return check_failures != 0;
}
