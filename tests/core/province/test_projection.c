#include "core/province/projection.h"

#include "tests/check.h"

/* One record a row: what is read of it, and how many tallies it counts under. */
static const struct {
	const char *name;
	const char *bang;
	const char *id;
	const char *data;
	enum err want;
	const char *member; /* read when ERR_INVAL is wanted */
	size_t tallies;
} rows[] = {
	{ "a school", "truong", "79000001/truong",
			"{\"matruong\":\"79000001\",\"tentruong\":\"THPT A\",\"cap\":\"thpt\","
			"\"maxa\":\"26734\",\"matinh\":null}",
			ERR_OK, NULL, 0 },
	{ "a class", "lophoc", "S/lophoc/2026-2027/10A1",
			"{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"khoi\":10,\"magvcn\":null}",
			ERR_OK, NULL, 1 },
	{ "a class with % and / in its name", "lophoc", "S/lophoc/2026-2027/10%2F1%25",
			"{\"namhoc\":\"2026-2027\",\"malop\":\"10/1%\",\"khoi\":10,\"magvcn\":null}",
			ERR_OK, NULL, 1 },
	{ "a key of another class", "lophoc", "S/lophoc/2026-2027/10A2",
			"{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"khoi\":10,\"magvcn\":null}",
			ERR_CONFLICT, NULL, 0 },
	{ "a key that only begins alike", "lophoc", "S/lophoc/2026-2027/10A11",
			"{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"khoi\":10,\"magvcn\":null}",
			ERR_CONFLICT, NULL, 0 },
	{ "a part too few", "lophoc", "S/lophoc/2026-2027",
			"{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"khoi\":10,\"magvcn\":null}",
			ERR_CONFLICT, NULL, 0 },
	{ "a part too many", "lophoc", "S/lophoc/2026-2027/10A1/",
			"{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"khoi\":10,\"magvcn\":null}",
			ERR_CONFLICT, NULL, 0 },
	{ "a grade of 12", "lophoc", "S/lophoc/a/b",
			"{\"namhoc\":\"a\",\"malop\":\"b\",\"khoi\":12}", ERR_OK, NULL, 1 },
	{ "a grade of 13", "lophoc", "S/lophoc/a/b",
			"{\"namhoc\":\"a\",\"malop\":\"b\",\"khoi\":13}", ERR_INVAL, "khoi", 0 },
	{ "no grade", "lophoc", "S/lophoc/a/b", "{\"namhoc\":\"a\",\"malop\":\"b\"}", ERR_INVAL,
			"khoi", 0 },
	{ "a grade with a point", "lophoc", "S/lophoc/a/b",
			"{\"namhoc\":\"a\",\"malop\":\"b\",\"khoi\":10.5}", ERR_INVAL, "khoi", 0 },
	{ "a code with a blank behind", "monhoc", "S/monhoc/toan ",
			"{\"mamon\":\"toan \",\"tenmon\":\"Toán\",\"loai\":\"diem\"}", ERR_INVAL,
			"mamon", 0 },
	{ "an empty code", "monhoc", "S/monhoc/",
			"{\"mamon\":\"\",\"tenmon\":\"Toán\",\"loai\":\"diem\"}", ERR_INVAL,
			"mamon", 0 },
	{ "a code that is a number", "monhoc", "S/monhoc/7",
			"{\"mamon\":7,\"tenmon\":\"Toán\",\"loai\":\"diem\"}", ERR_OK, NULL, 0 },
	{ "a word that is none", "monhoc", "S/monhoc/toan",
			"{\"mamon\":\"toan\",\"tenmon\":\"Toán\",\"loai\":\"die\"}", ERR_INVAL,
			"loai", 0 },
	{ "a student", "hocsinh", "S/hocsinh/HS1",
			"{\"mahocsinh\":\"HS1\",\"hoten\":\"Nguyễn Văn An\",\"ngaysinh\":\"2010-09-05\","
			"\"gioitinh\":\"nam\",\"dantoc\":\"Kinh\",\"noisinh\":null,\"trangthai\":\"danghoc\"}",
			ERR_OK, NULL, 1 },
	{ "a student who left", "hocsinh", "S/hocsinh/HS1",
			"{\"mahocsinh\":\"HS1\",\"hoten\":\"An\",\"ngaysinh\":null,\"gioitinh\":null,"
			"\"trangthai\":\"dathoi\"}",
			ERR_OK, NULL, 0 },
	{ "a day that does not exist", "hocsinh", "S/hocsinh/HS1",
			"{\"mahocsinh\":\"HS1\",\"hoten\":\"An\",\"ngaysinh\":\"2010-02-30\","
			"\"gioitinh\":null,\"trangthai\":\"danghoc\"}",
			ERR_INVAL, "ngaysinh", 0 },
	{ "a mark", "diem", "S/diem/N/10A1/toan/1/tx/2/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"10A1\",\"mamon\":\"toan\",\"hocky\":1,"
			"\"loai\":\"tx\",\"lan\":2,\"mahocsinh\":\"HS1\",\"diemx10\":85,"
			"\"nhanxet\":null,\"trangthai\":\"co\"}",
			ERR_OK, NULL, 1 },
	{ "a mark past ten", "diem", "S/diem/N/10A1/toan/1/tx/2/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"10A1\",\"mamon\":\"toan\",\"hocky\":1,"
			"\"loai\":\"tx\",\"lan\":2,\"mahocsinh\":\"HS1\",\"diemx10\":101,"
			"\"nhanxet\":null,\"trangthai\":\"co\"}",
			ERR_INVAL, "diemx10", 0 },
	{ "a mark that is missing", "diem", "S/diem/N/10A1/toan/1/tx/2/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"10A1\",\"mamon\":\"toan\",\"hocky\":1,"
			"\"loai\":\"tx\",\"lan\":2,\"mahocsinh\":\"HS1\",\"diemx10\":null,"
			"\"nhanxet\":null,\"trangthai\":\"vang\"}",
			ERR_OK, NULL, 0 },
	{ "a remark on no subject", "nhanxet", "S/nhanxet/N/10A1/1/-/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"10A1\",\"hocky\":1,\"mamon\":null,"
			"\"mahocsinh\":\"HS1\",\"noidung\":\"Chăm.\"}",
			ERR_OK, NULL, 0 },
	{ "a result of a year", "ketqua", "S/ketqua/N/10A1/0/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"10A1\",\"hocky\":0,\"mahocsinh\":\"HS1\","
			"\"khoi\":10,\"mahocluc\":1,\"mahanhkiem\":1,\"lenlop\":1,"
			"\"madanhhieu\":\"xuat_sac\",\"songaynghi\":2,\"goiluat\":\"tt22\"}",
			ERR_OK, NULL, 4 },
	{ "a result of no levels", "ketqua", "S/ketqua/N/10A1/1/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"10A1\",\"hocky\":1,\"mahocsinh\":\"HS1\","
			"\"khoi\":10,\"mahocluc\":null,\"mahanhkiem\":null,\"lenlop\":null,"
			"\"madanhhieu\":null,\"songaynghi\":0,\"goiluat\":\"tt22\"}",
			ERR_OK, NULL, 0 },
	{ "a primary level of a subject", "ketquamon", "S/ketquamon/N/1A/1/toan/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"1A\",\"hocky\":1,\"mamon\":\"toan\","
			"\"mahocsinh\":\"HS1\",\"diemx10\":null,\"nhanxet\":\"T\"}",
			ERR_OK, NULL, 1 },
	{ "what a primary year came to", "ketqua", "S/ketqua/N/4A/0/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"hocky\":0,\"mahocsinh\":\"HS1\","
			"\"khoi\":4,\"mahocluc\":1,\"mahanhkiem\":null,\"lenlop\":1,"
			"\"madanhhieu\":\"xuat_sac\",\"songaynghi\":2,\"goiluat\":\"tt27\"}",
			ERR_OK, NULL, 3 },
	{ "a subject's result with its grade", "ketquamon", "S/ketquamon/N/1A/1/toan/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"1A\",\"hocky\":1,\"mamon\":\"toan\","
			"\"mahocsinh\":\"HS1\",\"khoi\":13,\"diemx10\":null,\"nhanxet\":\"T\"}",
			ERR_INVAL, "khoi", 0 },
	{ "a quality at the year's end", "danhgia", "S/danhgia/N/4A/4/nhan_ai/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"thoidiem\":4,"
			"\"matieuchi\":\"nhan_ai\",\"mahocsinh\":\"HS1\",\"muc\":\"D\"}",
			ERR_OK, NULL, 1 },
	{ "in the middle of a term", "danhgia", "S/danhgia/N/4A/3/nhan_ai/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"thoidiem\":3,"
			"\"matieuchi\":\"nhan_ai\",\"mahocsinh\":\"HS1\",\"muc\":\"D\"}",
			ERR_OK, NULL, 0 },
	{ "what an award asks for", "danhgia", "S/danhgia/N/4A/4/recognised/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"thoidiem\":4,"
			"\"matieuchi\":\"recognised\",\"mahocsinh\":\"HS1\",\"muc\":\"co\"}",
			ERR_OK, NULL, 0 },
	{ "a fifth moment", "danhgia", "S/danhgia/N/4A/5/nhan_ai/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"thoidiem\":5,"
			"\"matieuchi\":\"nhan_ai\",\"mahocsinh\":\"HS1\",\"muc\":\"D\"}",
			ERR_INVAL, "thoidiem", 0 },
	{ "a level of subjects", "danhgia", "S/danhgia/N/4A/4/nhan_ai/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"thoidiem\":4,"
			"\"matieuchi\":\"nhan_ai\",\"mahocsinh\":\"HS1\",\"muc\":\"H\"}",
			ERR_INVAL, "muc", 0 },
	{ "a test taken again", "danhgialai", "S/danhgialai/N/4A/diem/toan/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"loai\":\"diem\",\"ma\":\"toan\","
			"\"mahocsinh\":\"HS1\",\"diemx10\":70,\"muc\":null}",
			ERR_OK, NULL, 0 },
	{ "a decision", "danhgialai", "S/danhgialai/N/4A/quyetdinh/-/HS1",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"loai\":\"quyetdinh\",\"ma\":\"-\","
			"\"mahocsinh\":\"HS1\",\"diemx10\":null,\"muc\":\"khong\"}",
			ERR_OK, NULL, 0 },
	{ "an exemption", "miengiam", "S/miengiam/N/2/gdtc/HS1",
			"{\"namhoc\":\"N\",\"hocky\":2,\"mamon\":\"gdtc\",\"mahocsinh\":\"HS1\"}",
			ERR_OK, NULL, 0 },
	{ "a closed year", "khoaso", "S/khoaso/N/4A/0",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"hocky\":0,\"khoaluc\":77}", ERR_OK,
			NULL, 1 },
	{ "closed at no time", "khoaso", "S/khoaso/N/4A/0",
			"{\"namhoc\":\"N\",\"malop\":\"4A\",\"hocky\":0}", ERR_INVAL, "khoaluc",
			0 },
	{ "no such kind", "luong", "S/luong/1", "{}", ERR_UNSUPPORTED, NULL, 0 },
};

static void check_codes_at_the_limit(void) {
	for (size_t n = PROJECTION_CODE_CHARS_MAX; n <= PROJECTION_CODE_CHARS_MAX + 1; n++) {
		_cleanup_(buf_finish) struct buf id = buf_make(1024);
		_cleanup_(buf_finish) struct buf data = buf_make(1024);
		buf_add_str(&id, "S/monhoc/");
		buf_add_str(&data, "{\"tenmon\":\"x\",\"loai\":\"diem\",\"mamon\":\"");
		for (size_t i = 0; i < n; i++) {
			buf_add_str(&id, "đ");
			buf_add_str(&data, "đ");
		}
		buf_add_str(&data, "\"}");
		_cleanup_(json_freep) struct json *doc = NULL;
		CHECK_INT("data", json_parse((struct str){ data.data, data.len }, 1024, &doc),
				ERR_OK);
		_cleanup_(arena_finish) struct arena arena = arena_make(1 << 16);
		struct projection_row row;
		const char *member = NULL;
		CHECK_INT("a code of so many characters",
				projection_read(str_from("monhoc"), (struct str){ id.data, id.len },
						doc, &arena, &row, &member),
				n > PROJECTION_CODE_CHARS_MAX ? ERR_INVAL : ERR_OK);
	}
}

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(json_freep) struct json *doc = NULL;
		CHECK_INT(rows[i].name, json_parse(str_from(rows[i].data), 4096, &doc), ERR_OK);
		_cleanup_(arena_finish) struct arena arena = arena_make(1 << 16);
		struct projection_row row = { .kind = PROJECTION_KIND_COUNT_ };
		const char *member = NULL;
		enum err e = projection_read(str_from(rows[i].bang), str_from(rows[i].id), doc,
				&arena, &row, &member);
		CHECK_INT(rows[i].name, e, rows[i].want);
		if (e == ERR_INVAL && rows[i].member) {
			CHECK_STR(rows[i].name, member, rows[i].member);
		}
		if (e) {
			CHECK_INT(rows[i].name, row.kind, PROJECTION_KIND_COUNT_);
			continue;
		}
		_cleanup_(tally_finish) struct tally tally = { 0 };
		CHECK_INT(rows[i].name, projection_count(&row, 10, 1, &tally), ERR_OK);
		CHECK_INT(rows[i].name, tally.count, rows[i].tallies);
		CHECK_INT(rows[i].name, projection_count(&row, 10, -1, &tally), ERR_OK);
		tally_join(&tally);
		CHECK_INT(rows[i].name, tally.count, 0); /* what goes takes all of it along */
	}
	check_codes_at_the_limit();
	return check_done();
}
