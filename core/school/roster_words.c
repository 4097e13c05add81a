#include <string.h>

#include "core/school/roster_inner.h"

enum { WORD_BYTES_MAX = 2048, TOKENS_MAX = 12 };

/* Headings as they are once plain. What names a parent is put together in person_heading(). */
static const struct {
	const char *plain;
	enum roster_field field;
} headings[] = {
	{ "stt", ROSTER_POSITION },
	{ "tt", ROSTER_POSITION },
	{ "so tt", ROSTER_POSITION },
	{ "so thu tu", ROSTER_POSITION },
	{ "thu tu", ROSTER_POSITION },
	{ "no", ROSTER_POSITION },
	{ "ma hoc sinh", ROSTER_CODE },
	{ "ma so hoc sinh", ROSTER_CODE },
	{ "ma hs", ROSTER_CODE },
	{ "mahs", ROSTER_CODE },
	{ "ma so hs", ROSTER_CODE },
	{ "mshs", ROSTER_CODE },
	{ "so hoc ba", ROSTER_CODE },
	{ "ma dinh danh bo gd dt", ROSTER_CODE },
	{ "ma dinh danh bo gddt", ROSTER_CODE },
	{ "ma dinh danh bo gd", ROSTER_CODE },
	{ "ma dinh danh hoc sinh", ROSTER_CODE },
	{ "student id", ROSTER_CODE },
	{ "student code", ROSTER_CODE },
	{ "code", ROSTER_CODE },
	{ "id", ROSTER_CODE },
	{ "ma", ROSTER_CODE },
	{ "ma dinh danh", ROSTER_CODE_OR_ID },
	{ "so dinh danh", ROSTER_PERSONAL_ID },
	{ "so dinh danh ca nhan", ROSTER_PERSONAL_ID },
	{ "ma dinh danh ca nhan", ROSTER_PERSONAL_ID },
	{ "ma so dinh danh ca nhan", ROSTER_PERSONAL_ID },
	{ "so dinh danh ca nhan hoc sinh", ROSTER_PERSONAL_ID },
	{ "so dinh danh cccd", ROSTER_PERSONAL_ID },
	{ "so ddcn", ROSTER_PERSONAL_ID },
	{ "ddcn", ROSTER_PERSONAL_ID },
	{ "cccd", ROSTER_PERSONAL_ID },
	{ "so cccd", ROSTER_PERSONAL_ID },
	{ "cmnd", ROSTER_PERSONAL_ID },
	{ "so cmnd", ROSTER_PERSONAL_ID },
	{ "cmnd cccd", ROSTER_PERSONAL_ID },
	{ "cccd cmnd", ROSTER_PERSONAL_ID },
	{ "so cmnd cccd", ROSTER_PERSONAL_ID },
	{ "so cccd cmnd", ROSTER_PERSONAL_ID },
	{ "cccd dinh danh", ROSTER_PERSONAL_ID },
	{ "so cccd dinh danh", ROSTER_PERSONAL_ID },
	{ "so dinh danh can cuoc", ROSTER_PERSONAL_ID },
	{ "can cuoc cong dan", ROSTER_PERSONAL_ID },
	{ "so can cuoc cong dan", ROSTER_PERSONAL_ID },
	{ "can cuoc", ROSTER_PERSONAL_ID },
	{ "so can cuoc", ROSTER_PERSONAL_ID },
	{ "personal id", ROSTER_PERSONAL_ID },
	{ "national id", ROSTER_PERSONAL_ID },
	{ "ho va ten", ROSTER_NAME },
	{ "ho ten", ROSTER_NAME },
	{ "ho va ten hoc sinh", ROSTER_NAME },
	{ "ho ten hoc sinh", ROSTER_NAME },
	{ "ho va ten hs", ROSTER_NAME },
	{ "ho ten hs", ROSTER_NAME },
	{ "ho va ten khai sinh", ROSTER_NAME },
	{ "ho chu dem va ten", ROSTER_NAME },
	{ "ho dem va ten", ROSTER_NAME },
	{ "ho ten dem va ten", ROSTER_NAME },
	{ "ten hoc sinh", ROSTER_NAME },
	{ "hoc sinh", ROSTER_NAME },
	{ "full name", ROSTER_NAME },
	{ "fullname", ROSTER_NAME },
	{ "student name", ROSTER_NAME },
	{ "student", ROSTER_NAME },
	{ "name", ROSTER_NAME },
	{ "ho", ROSTER_NAME_REST },
	{ "ho dem", ROSTER_NAME_REST },
	{ "ho va dem", ROSTER_NAME_REST },
	{ "ho va ten dem", ROSTER_NAME_REST },
	{ "ho ten dem", ROSTER_NAME_REST },
	{ "ho lot", ROSTER_NAME_REST },
	{ "ho va ten lot", ROSTER_NAME_REST },
	{ "ho va chu dem", ROSTER_NAME_REST },
	{ "ho chu dem", ROSTER_NAME_REST },
	{ "ho va chu lot", ROSTER_NAME_REST },
	{ "last name", ROSTER_NAME_REST },
	{ "family name", ROSTER_NAME_REST },
	{ "surname", ROSTER_NAME_REST },
	{ "ten", ROSTER_NAME_GIVEN },
	{ "first name", ROSTER_NAME_GIVEN },
	{ "given name", ROSTER_NAME_GIVEN },
	{ "ngay sinh", ROSTER_BIRTH },
	{ "ngay thang nam sinh", ROSTER_BIRTH },
	{ "ngay thang nam", ROSTER_BIRTH },
	{ "ngay thang sinh", ROSTER_BIRTH },
	{ "ngay sinh hoc sinh", ROSTER_BIRTH },
	{ "ngay sinh hs", ROSTER_BIRTH },
	{ "sinh ngay", ROSTER_BIRTH },
	{ "nam sinh", ROSTER_BIRTH },
	{ "ns", ROSTER_BIRTH },
	{ "ntns", ROSTER_BIRTH },
	{ "date of birth", ROSTER_BIRTH },
	{ "birth date", ROSTER_BIRTH },
	{ "birthdate", ROSTER_BIRTH },
	{ "birthday", ROSTER_BIRTH },
	{ "dob", ROSTER_BIRTH },
	{ "gioi tinh", ROSTER_SEX },
	{ "gioi", ROSTER_SEX },
	{ "gt", ROSTER_SEX },
	{ "phai", ROSTER_SEX },
	{ "nam nu", ROSTER_SEX },
	{ "sex", ROSTER_SEX },
	{ "gender", ROSTER_SEX },
	{ "nu", ROSTER_FEMALE },
	{ "lop", ROSTER_CLASS },
	{ "ten lop", ROSTER_CLASS },
	{ "lop hoc", ROSTER_CLASS },
	{ "lop hien tai", ROSTER_CLASS },
	{ "lop moi", ROSTER_CLASS },
	{ "class", ROSTER_CLASS },
	{ "class name", ROSTER_CLASS },
	{ "khoi", ROSTER_GRADE },
	{ "khoi lop", ROSTER_GRADE },
	{ "grade", ROSTER_GRADE },
	{ "noi sinh", ROSTER_BIRTH_PLACE },
	{ "noi sinh hoc sinh", ROSTER_BIRTH_PLACE },
	{ "place of birth", ROSTER_BIRTH_PLACE },
	{ "birth place", ROSTER_BIRTH_PLACE },
	{ "dan toc", ROSTER_ETHNICITY },
	{ "ethnicity", ROSTER_ETHNICITY },
	{ "ethnic group", ROSTER_ETHNICITY },
	{ "dia chi", ROSTER_ADDRESS },
	{ "dia chi lien he", ROSTER_ADDRESS },
	{ "dia chi thuong tru", ROSTER_ADDRESS },
	{ "dia chi hien tai", ROSTER_ADDRESS },
	{ "dia chi hien nay", ROSTER_ADDRESS },
	{ "dia chi nha", ROSTER_ADDRESS },
	{ "cho o", ROSTER_ADDRESS },
	{ "cho o hien nay", ROSTER_ADDRESS },
	{ "cho o hien tai", ROSTER_ADDRESS },
	{ "noi o", ROSTER_ADDRESS },
	{ "noi o hien nay", ROSTER_ADDRESS },
	{ "noi o hien tai", ROSTER_ADDRESS },
	{ "noi thuong tru", ROSTER_ADDRESS },
	{ "thuong tru", ROSTER_ADDRESS },
	{ "ho khau", ROSTER_ADDRESS },
	{ "ho khau thuong tru", ROSTER_ADDRESS },
	{ "hktt", ROSTER_ADDRESS },
	{ "address", ROSTER_ADDRESS },
	{ "ghi chu", ROSTER_NOTE },
	{ "luu y", ROSTER_NOTE },
	{ "note", ROSTER_NOTE },
	{ "notes", ROSTER_NOTE },
	/* A phone number without an owner is the one the school calls: a parent's. */
	{ "sdt", ROSTER_OTHER_PHONE },
	{ "so dt", ROSTER_OTHER_PHONE },
	{ "so dien thoai", ROSTER_OTHER_PHONE },
	{ "dien thoai", ROSTER_OTHER_PHONE },
	{ "dt", ROSTER_OTHER_PHONE },
	{ "dtdd", ROSTER_OTHER_PHONE },
	{ "sdt lien he", ROSTER_OTHER_PHONE },
	{ "so dien thoai lien he", ROSTER_OTHER_PHONE },
	{ "dien thoai lien he", ROSTER_OTHER_PHONE },
	{ "so lien he", ROSTER_OTHER_PHONE },
	{ "dt lien he", ROSTER_OTHER_PHONE },
	{ "phone", ROSTER_OTHER_PHONE },
	{ "phone number", ROSTER_OTHER_PHONE },
	{ "mobile", ROSTER_OTHER_PHONE },
};

/* Words that a heading about a parent is made of. */
enum token_kind { TOKEN_FATHER, TOKEN_MOTHER, TOKEN_OTHER, TOKEN_NAME, TOKEN_PHONE, TOKEN_FILLER };
static const struct {
	const char *word;
	enum token_kind kind;
} tokens[] = {
	{ "cha", TOKEN_FATHER },
	{ "bo", TOKEN_FATHER },
	{ "ba", TOKEN_FATHER },
	{ "father", TOKEN_FATHER },
	{ "me", TOKEN_MOTHER },
	{ "mother", TOKEN_MOTHER },
	{ "giam", TOKEN_OTHER },
	{ "ho", TOKEN_NAME },
	{ "phu", TOKEN_OTHER },
	{ "huynh", TOKEN_OTHER },
	{ "phhs", TOKEN_OTHER },
	{ "ph", TOKEN_OTHER },
	{ "dau", TOKEN_OTHER },
	{ "guardian", TOKEN_OTHER },
	{ "parent", TOKEN_OTHER },
	{ "ten", TOKEN_NAME },
	{ "name", TOKEN_NAME },
	{ "sdt", TOKEN_PHONE },
	{ "dt", TOKEN_PHONE },
	{ "dtdd", TOKEN_PHONE },
	{ "dien", TOKEN_PHONE },
	{ "thoai", TOKEN_PHONE },
	{ "phone", TOKEN_PHONE },
	{ "mobile", TOKEN_PHONE },
	{ "va", TOKEN_FILLER },
	{ "cua", TOKEN_FILLER },
	{ "so", TOKEN_FILLER },
	{ "nguoi", TOKEN_FILLER },
	{ "do", TOKEN_FILLER },
	{ "hoac", TOKEN_FILLER },
	{ "lien", TOKEN_FILLER },
	{ "he", TOKEN_FILLER },
	{ "thong", TOKEN_FILLER },
	{ "tin", TOKEN_FILLER },
	{ "s", TOKEN_FILLER },
	{ "number", TOKEN_FILLER },
};

/* What roster_plain keeps of a letter: letters and digits; the rest is a blank. */
static bool is_plain_sign(int32_t c) {
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

enum err roster_plain(struct str s, struct buf *out) {
	_cleanup_(buf_finish) struct buf folded = buf_make(WORD_BYTES_MAX);
	enum err e = str_fold(s, &folded);
	if (e) {
		return e == ERR_LIMIT ? ERR_OK : e; /* a novel is no heading: plain nothing */
	}
	struct str f = { buf_str(&folded), folded.len };
	unsigned depth = 0;
	bool owes_blank = false;
	size_t start = out->len;
	for (size_t at = 0; at < f.n;) {
		int32_t c = str_utf8_next(f, &at);
		depth += c == '(' || c == '[';
		if (depth > 0 || !is_plain_sign(c)) {
			owes_blank = true;
			depth -= depth > 0 && (c == ')' || c == ']');
			continue;
		}
		if (owes_blank && out->len > start) {
			buf_add_char(out, ' ');
		}
		owes_blank = false;
		str_utf8_add(out, c);
	}
	return buf_err(out);
}

/* The next word of a plain text, taken off its front; false at the end. */
static bool next_word(struct str *rest, struct str *out) {
	if (rest->n == 0) {
		return false;
	}
	const char *blank = memchr(rest->p, ' ', rest->n);
	size_t n = blank ? (size_t)(blank - rest->p) : rest->n;
	*out = (struct str){ rest->p, n };
	size_t used = blank ? n + 1 : n;
	*rest = (struct str){ rest->p + used, rest->n - used };
	return true;
}

/* "sdt cha", "ho ten nguoi giam ho", "cha ho ten"; any other word makes it none of these:
 * "nam sinh cha" is not read. "ho" alone counts as a name's word, also in "giam ho". */
static enum roster_field person_heading(struct str plain) {
	bool has[TOKEN_FILLER + 1] = { false };
	struct str word;
	while (next_word(&plain, &word)) {
		size_t i = 0;
		size_t count = sizeof(tokens) / sizeof(tokens[0]);
		while (i < count && !str_eq_z(word, tokens[i].word)) {
			i++;
		}
		if (i == count) {
			return ROSTER_FIELD_NONE;
		}
		has[tokens[i].kind] = true;
	}
	bool is_one = has[TOKEN_FATHER] != has[TOKEN_MOTHER];
	bool is_any = has[TOKEN_OTHER] || has[TOKEN_FATHER];
	if (!is_one && is_any) { /* "cha me", "phu huynh" */
		return has[TOKEN_PHONE] ? ROSTER_OTHER_PHONE : ROSTER_OTHER_NAME;
	}
	if (has[TOKEN_FATHER]) {
		return has[TOKEN_PHONE] ? ROSTER_FATHER_PHONE : ROSTER_FATHER_NAME;
	}
	if (has[TOKEN_MOTHER]) {
		return has[TOKEN_PHONE] ? ROSTER_MOTHER_PHONE : ROSTER_MOTHER_NAME;
	}
	return ROSTER_FIELD_NONE;
}

enum roster_field roster_heading(struct str plain) {
	if (plain.n == 0) {
		return ROSTER_FIELD_NONE;
	}
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
		if (str_eq_z(plain, headings[i].plain)) {
			return headings[i].field;
		}
	}
	return person_heading(plain);
}

/* Whether a heading above others is about a parent: what stands below is not the student's. */
static bool is_person(struct str plain) {
	enum roster_field field = person_heading(plain);
	return plain.n > 0 && field >= ROSTER_FATHER_NAME && field <= ROSTER_OTHER_PHONE;
}

enum roster_field roster_heading_pair(struct str above, struct str below) {
	if (below.n == 0) {
		return roster_heading(above);
	}
	if (above.n == 0) {
		return roster_heading(below);
	}
	if (roster_heading(above) == ROSTER_BIRTH) {
		enum roster_field part = str_eq_z(below, "ngay") ? ROSTER_BIRTH_DAY
				: str_eq_z(below, "thang")       ? ROSTER_BIRTH_MONTH
				: str_eq_z(below, "nam")         ? ROSTER_BIRTH_YEAR
								 : ROSTER_FIELD_NONE;
		return part;
	}
	_cleanup_(buf_finish) struct buf both = buf_make(2 * WORD_BYTES_MAX + 1);
	buf_add(&both, above.p, above.n);
	buf_add_char(&both, ' ');
	buf_add(&both, below.p, below.n);
	enum roster_field field = roster_heading((struct str){ buf_str(&both), both.len });
	if (field != ROSTER_FIELD_NONE || is_person(above)) {
		return field;
	}
	return roster_heading(below);
}

static bool has_word(struct str plain, const char *word) {
	struct str one;
	while (next_word(&plain, &one)) {
		if (str_eq_z(one, word)) {
			return true;
		}
	}
	return false;
}

enum roster_line roster_line_of(struct str plain) {
	static const struct {
		const char *start;
		enum roster_line line;
	} starts[] = {
		{ "tong so", ROSTER_LINE_TOTAL },
		{ "tong cong", ROSTER_LINE_TOTAL },
		{ "tong", ROSTER_LINE_TOTAL },
		{ "cong", ROSTER_LINE_TOTAL },
		{ "si so", ROSTER_LINE_TOTAL },
		{ "danh sach nay", ROSTER_LINE_TOTAL },
		{ "danh sach gom", ROSTER_LINE_TOTAL },
		{ "danh sach co", ROSTER_LINE_TOTAL },
		{ "trong do", ROSTER_LINE_TOTAL },
		{ "total", ROSTER_LINE_TOTAL },
		{ "nguoi lap", ROSTER_LINE_FOOTER },
		{ "lap bang", ROSTER_LINE_FOOTER },
		{ "hieu truong", ROSTER_LINE_FOOTER },
		{ "pho hieu truong", ROSTER_LINE_FOOTER },
		{ "kt hieu truong", ROSTER_LINE_FOOTER },
		{ "tm ban giam hieu", ROSTER_LINE_FOOTER },
		{ "ban giam hieu", ROSTER_LINE_FOOTER },
		{ "giao vien chu nhiem", ROSTER_LINE_FOOTER },
		{ "gvcn", ROSTER_LINE_FOOTER },
		{ "thu truong", ROSTER_LINE_FOOTER },
		{ "van thu", ROSTER_LINE_FOOTER },
		{ "xac nhan", ROSTER_LINE_FOOTER },
		{ "ky ten", ROSTER_LINE_FOOTER },
		{ "ky va ghi", ROSTER_LINE_FOOTER },
		{ "noi nhan", ROSTER_LINE_FOOTER },
		{ "ghi chu", ROSTER_LINE_FOOTER },
		{ "luu y", ROSTER_LINE_FOOTER },
	};
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t n = strlen(starts[i].start);
		if (str_starts(plain, starts[i].start) && (plain.n == n || plain.p[n] == ' ')) {
			return starts[i].line;
		}
	}
	/* "Hà Nội, ngày 05 tháng 09 năm 2026" */
	bool is_dated = has_word(plain, "ngay") && has_word(plain, "thang") &&
			has_word(plain, "nam");
	return is_dated ? ROSTER_LINE_FOOTER : ROSTER_LINE_DATA;
}

enum err roster_sex_parse(struct str s, enum sex *out) {
	_cleanup_(buf_finish) struct buf plain = buf_make(WORD_BYTES_MAX);
	enum err e = roster_plain(s, &plain);
	if (e) {
		return e;
	}
	static const char *const male[] = { "nam", "m", "male", "trai" };
	static const char *const female[] = { "nu", "f", "female", "gai" };
	for (size_t i = 0; i < sizeof(male) / sizeof(male[0]); i++) {
		if (strcmp(buf_str(&plain), male[i]) == 0) {
			*out = SEX_MALE;
			return ERR_OK;
		}
		if (strcmp(buf_str(&plain), female[i]) == 0) {
			*out = SEX_FEMALE;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

/* Words of a text between white space and ':' or ',', as they are. */
static size_t split(struct str text, struct str words[TOKENS_MAX * 2]) {
	size_t count = 0;
	size_t at = 0;
	while (at < text.n && count < TOKENS_MAX * 2) {
		while (at < text.n && strchr(" \t\r\n:,;", text.p[at])) {
			at++;
		}
		size_t start = at;
		while (at < text.n && !strchr(" \t\r\n:,;", text.p[at])) {
			at++;
		}
		if (at > start) {
			words[count++] = (struct str){ text.p + start, at - start };
		}
	}
	return count;
}

/* The grade a class's name begins with, and whether something follows it; 0 for none. */
static unsigned leading_grade(struct str word, bool *has_more) {
	unsigned grade = 0;
	size_t at = 0;
	while (at < word.n && at < 2 && word.p[at] >= '0' && word.p[at] <= '9') {
		grade = grade * 10 + (unsigned)(word.p[at] - '0');
		at++;
	}
	*has_more = at < word.n;
	bool is_longer_number = at < word.n && word.p[at] >= '0' && word.p[at] <= '9';
	return is_longer_number || grade > ROSTER_HIGHEST_GRADE ? 0 : grade;
}

/* Words that end a class's name of several words: "10 Toán NĂM HỌC 2026". */
static bool ends_class(struct str word) {
	static const char *const stops[] = { "nam", "nh", "hoc", "hk", "hk1", "hk2", "gvcn",
		"truong", "si", "nien", "khoa", "co", "so", "ds" };
	_cleanup_(buf_finish) struct buf plain = buf_make(WORD_BYTES_MAX);
	if (roster_plain(word, &plain) || plain.len == 0) {
		return true;
	}
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		if (strcmp(buf_str(&plain), stops[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* "5-9-2026", "2026": a year makes it no class. */
static bool has_year(struct str word) {
	size_t run = 0;
	for (size_t i = 0; i < word.n && run < 4; i++) {
		run = word.p[i] >= '0' && word.p[i] <= '9' ? run + 1 : 0;
	}
	return run >= 4;
}

/* The class that begins at words[i]; a bare number takes up to two words behind it. */
static enum err take_class(const struct str *words, size_t count, size_t i, struct buf *out) {
	bool has_more = false;
	if (i >= count || leading_grade(words[i], &has_more) == 0 || has_year(words[i])) {
		return ERR_NOT_FOUND;
	}
	size_t end = i + 1;
	while (!has_more && end < count && end < i + 3 && !ends_class(words[end])) {
		end++;
	}
	if (!has_more && end == i + 1) {
		return ERR_NOT_FOUND; /* "lớp 10" is a grade */
	}
	for (size_t k = i; k < end; k++) {
		if (k > i) {
			buf_add_char(out, ' ');
		}
		buf_add(out, words[k].p, words[k].n);
	}
	return buf_err(out);
}

enum err roster_class_find(struct str text, bool is_name, struct buf *out) {
	struct str words[TOKENS_MAX * 2];
	size_t count = split(text, words);
	for (size_t i = 0; i < count; i++) {
		_cleanup_(buf_finish) struct buf plain = buf_make(WORD_BYTES_MAX);
		enum err e = roster_plain(words[i], &plain);
		if (e) {
			return e;
		}
		struct str p = { buf_str(&plain), plain.len };
		bool is_word = str_eq_z(p, "lop") || str_eq_z(p, "class");
		bool is_joined = p.n > 3 && str_starts(p, "lop") && p.p[3] >= '0' && p.p[3] <= '9';
		if (is_joined) { /* "Lớp10A1" */
			size_t digit = strcspn(words[i].p, "0123456789");
			words[i] = (struct str){ words[i].p + digit, words[i].n - digit };
		}
		if (is_word || is_joined) {
			e = take_class(words, count, is_joined ? i : i + 1, out);
			if (e != ERR_NOT_FOUND) {
				return e;
			}
		}
	}
	return is_name ? take_class(words, count, 0, out) : ERR_NOT_FOUND;
}
