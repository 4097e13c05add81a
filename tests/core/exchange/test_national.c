/* A batch as JSON for the national database: results in its tables, the rest as it is. */
#include "core/exchange/national.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

#define HEAD "{\"format\":\"truongthi.batch.v1\"}\n"
#define LINE(bang, id, term, data)                                                             \
	"{\"bang\":\"" bang "\",\"idbanghi\":\"" id "\",\"sukien\":\"UPDATE\",\"phienban\":3," \
	"\"thoigiancapnhat\":1795309323004,\"lop\":\"2026-2027/10A1\",\"hocky\":" term         \
	",\"hocsinh\":\"HS001\",\"dulieu\":" data "}\n"
#define ENVELOPE(id)                                                     \
	"{\"idbanghi\":\"" id "\",\"sukien\":\"UPDATE\",\"phienban\":3," \
	"\"thoigiancapnhat\":\"2026-11-22T01:02:03.004Z\","
#define WHOSE(group, grade)                                                      \
	"\"manhomcaphoc\":" group ",\"matruong\":\"79000001\",\"makhoi\":" grade \
	",\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"mahocsinh\":\"HS001\",\"hocky\":0,"
#define OF "\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"hocky\":0,\"mahocsinh\":\"HS001\""
#define RESULT "79000001/ketqua/2026-2027/10A1/0/HS001"
#define SUBJECT "79000001/ketquamon/2026-2027/10A1/0/toan/HS001"

static const struct {
	const char *name;
	const char *line;
	const char *want;
} rows[] = {
	{ "a result of the year",
			LINE("ketqua", RESULT, "0",
					"{" OF ",\"khoi\":10,\"mahocluc\":1,\"mahanhkiem\":2,"
					"\"lenlop\":1,\"madanhhieu\":\"gioi\",\"songaynghi\":4,"
					"\"goiluat\":\"tt22\"}"),
			ENVELOPE(RESULT) "\"bang\":\"ketquahoctapththcsthpttx\",\"dulieu\":{" WHOSE(
					"3",
					"10") "\"diemtongket\":0,\"mahocluc\":1,\"mahanhkiem\":2,"
					      "\"madanhhieu\":\"gioi\",\"songaynghi\":4,"
					      "\"colenlop\":true,\"nhanxet\":null}}" },
	{ "one that is open",
			LINE("ketqua", RESULT, "0",
					"{" OF ",\"khoi\":9,\"mahocluc\":null,\"mahanhkiem\":null,"
					"\"lenlop\":null,\"madanhhieu\":null,\"songaynghi\":0}"),
			ENVELOPE(RESULT) "\"bang\":\"ketquahoctapththcsthpttx\",\"dulieu\":{" WHOSE(
					"2", "9") "\"diemtongket\":0,\"mahocluc\":null,"
						  "\"mahanhkiem\":null,\"madanhhieu\":null,"
						  "\"songaynghi\":0,\"colenlop\":null,"
						  "\"nhanxet\":null}}" },
	{ "a mean",
			LINE("ketquamon", SUBJECT, "0",
					"{" OF
					",\"mamon\":\"toan\",\"khoi\":10,\"diemx10\":85,\"nhanxet\":null}"),
			ENVELOPE(SUBJECT) "\"bang\":\"ketquahoctapththcsthpttx_diemmon\",\"dulieu\":{" WHOSE(
					"3", "10") "\"mamon\":\"toan\",\"diemtongket\":8.5}}" },
	{ "the lowest mean, in primary school's last grade",
			LINE("ketquamon", SUBJECT, "0",
					"{" OF
					",\"mamon\":\"toan\",\"khoi\":5,\"diemx10\":0,\"nhanxet\":null}"),
			ENVELOPE(SUBJECT) "\"bang\":\"ketquahoctapththcsthpttx_diemmon\",\"dulieu\":{" WHOSE(
					"1", "5") "\"mamon\":\"toan\",\"diemtongket\":0.0}}" },
	{ "a mean told before its grade was",
			LINE("ketquamon", SUBJECT, "0",
					"{" OF
					",\"mamon\":\"toan\",\"diemx10\":100,\"nhanxet\":null}"),
			ENVELOPE(SUBJECT) "\"bang\":\"ketquahoctapththcsthpttx_diemmon\",\"dulieu\":{" WHOSE(
					"null",
					"null") "\"mamon\":\"toan\",\"diemtongket\":10.0}}" },
	{ "a comment",
			LINE("ketquamon", SUBJECT, "0",
					"{" OF
					",\"mamon\":\"toan\",\"khoi\":10,\"diemx10\":null,\"nhanxet\":\"D\"}"),
			ENVELOPE(SUBJECT) "\"bang\":\"ketquamon\",\"dulieu\":{" OF
					  ",\"mamon\":\"toan\",\"khoi\":10,\"diemx10\":null,"
					  "\"nhanxet\":\"D\"}}" },
	{ "another record",
			LINE("hocsinh", "79000001/hocsinh/HS001", "0",
					"{\"mahocsinh\":\"HS001\",\"x\":[1,{\"y\":null}]}"),
			ENVELOPE("79000001/hocsinh/HS001") "\"bang\":\"hocsinh\",\"dulieu\":"
							   "{\"mahocsinh\":\"HS001\",\"x\":[1,{"
							   "\"y\":null}]}}" },
};

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf batch = buf_make(1 << 16);
		_cleanup_(buf_finish) struct buf want = buf_make(1 << 16);
		_cleanup_(buf_finish) struct buf got = buf_make(1 << 16);
		buf_addf(&batch, "%s%s%s", HEAD, rows[i].line, rows[i].line);
		buf_addf(&want, "{\"banghi\":[%s,%s]}", rows[i].want, rows[i].want);
		CHECK_INT(rows[i].name, national_print((struct str){ batch.data, batch.len }, &got),
				ERR_OK);
		CHECK_STR(rows[i].name, buf_str(&got), buf_str(&want));
	}
	_cleanup_(buf_finish) struct buf got = buf_make(1 << 16);
	CHECK_INT("no record", national_print(str_from(HEAD), &got), ERR_OK);
	CHECK_STR("no record", buf_str(&got), "{\"banghi\":[]}");
	CHECK_INT("no line", national_print(str_from(HEAD "{}\n"), &got), ERR_FORMAT);
	return check_done();
}
