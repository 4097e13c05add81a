#include "core/db/sql_split.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

/* Each row is a text and its statements, parted by "|". */
static const struct {
	const char *name;
	const char *sql;
	enum err want_err;
	const char *want;
} rows[] = {
	{ "nothing", "", ERR_OK, "" },
	{ "comments only", "-- a; b\n/* c; */ # d;\n ; ;\n", ERR_OK, "" },
	{ "one without its end", "SELECT 1", ERR_OK, "SELECT 1" },
	{ "two", " SELECT 1 ;\n SELECT 2;\n", ERR_OK, "SELECT 1|SELECT 2" },
	{ "single quotes", "SELECT ';', 'it''s;', 'a\\';b'; SELECT 2", ERR_OK,
			"SELECT ';', 'it''s;', 'a\\';b'|SELECT 2" },
	{ "double quotes", "SELECT \"a;\"\"b\"; SELECT 2", ERR_OK, "SELECT \"a;\"\"b\"|SELECT 2" },
	{ "names", "SELECT `a;\\`; SELECT 2", ERR_OK, "SELECT `a;\\`|SELECT 2" },
	{ "comment inside", "SELECT 1, -- one; two\n2; SELECT 3", ERR_OK,
			"SELECT 1, -- one; two\n2|SELECT 3" },
	{ "comment before the end", "SELECT 1 -- done\n; SELECT 2 /* ; */ ;", ERR_OK,
			"SELECT 1|SELECT 2" },
	{ "quote in a comment", "-- it's\nSELECT 1; /* don't */ SELECT 2", ERR_OK,
			"SELECT 1|SELECT 2" },
	{ "two minus signs", "SELECT 1--1; SELECT 2", ERR_OK, "SELECT 1--1|SELECT 2" },
	{ "comment that is run", "/*!40101 SET @a = 1 */; SELECT 2", ERR_OK,
			"/*!40101 SET @a = 1 */|SELECT 2" },
	{ "comment at the end of all", "SELECT 1 --", ERR_OK, "SELECT 1" },
	{ "other letters", "INSERT INTO t VALUES ('Trường; Thi'); SELECT 2", ERR_OK,
			"INSERT INTO t VALUES ('Trường; Thi')|SELECT 2" },
	{ "open quote", "SELECT 1; SELECT 'a", ERR_FORMAT, "SELECT 1" },
	{ "open escape", "SELECT 'a\\'", ERR_FORMAT, "" },
	{ "open comment", "SELECT 1; /* a", ERR_FORMAT, "SELECT 1" },
	{ "hardly a comment", "/*/", ERR_FORMAT, "" },
};

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str sql = str_from(rows[i].sql);
		_cleanup_(buf_finish) struct buf got = buf_make(1000);
		size_t at = 0;
		size_t count = 0;
		enum err e;
		struct str statement = { 0 };
		while ((e = sql_split_next(sql, &at, &statement)) == ERR_OK) {
			buf_add_str(&got, count++ ? "|" : "");
			buf_add(&got, statement.p, statement.n);
		}
		CHECK_INT(rows[i].name, e == ERR_NOT_FOUND ? ERR_OK : e, rows[i].want_err);
		CHECK_STR(rows[i].name, buf_str(&got), rows[i].want);
		size_t counted = 77;
		CHECK_INT(rows[i].name, sql_split_count(sql, &counted), rows[i].want_err);
		CHECK_INT(rows[i].name, counted, rows[i].want_err ? 77 : count);
	}
	return check_done();
}
