#include "ws/service/found_school.h"

#include <stdio.h>
#include <string.h>

#include "core/auth/activation_store.h"
#include "core/school/account_store.h"
#include "core/school/audit_store.h"
#include "core/school/calendar_store.h"
#include "core/school/place_store.h"

#define DAY_MS INT64_C(86400000)
enum { PROVINCE_MAX = 99 };

/*
 * The subjects of the 2018 curriculum by level, in the order in which mark books list them. A
 * school's first list only: the office adds, renames and orders its own.
 */
struct first_subject {
	const char *code;
	const char *name;
	enum subject_kind kind;
};

static const struct first_subject primary[] = {
	{ "tieng_viet", "Tiếng Việt", SUBJECT_MARK },
	{ "toan", "Toán", SUBJECT_MARK },
	{ "ngoai_ngu", "Ngoại ngữ 1", SUBJECT_MARK },
	{ "dao_duc", "Đạo đức", SUBJECT_COMMENT },
	{ "tnxh", "Tự nhiên và Xã hội", SUBJECT_COMMENT },
	{ "khoa_hoc", "Khoa học", SUBJECT_MARK },
	{ "ls_dl", "Lịch sử và Địa lí", SUBJECT_MARK },
	{ "tin_cn", "Tin học và Công nghệ", SUBJECT_MARK },
	{ "gdtc", "Giáo dục thể chất", SUBJECT_COMMENT },
	{ "am_nhac", "Âm nhạc", SUBJECT_COMMENT },
	{ "mi_thuat", "Mĩ thuật", SUBJECT_COMMENT },
	{ "hdtn", "Hoạt động trải nghiệm", SUBJECT_COMMENT },
};

static const struct first_subject lower_secondary[] = {
	{ "ngu_van", "Ngữ văn", SUBJECT_MARK },
	{ "toan", "Toán", SUBJECT_MARK },
	{ "ngoai_ngu", "Ngoại ngữ 1", SUBJECT_MARK },
	{ "gdcd", "Giáo dục công dân", SUBJECT_MARK },
	{ "khtn", "Khoa học tự nhiên", SUBJECT_MARK },
	{ "ls_dl", "Lịch sử và Địa lí", SUBJECT_MARK },
	{ "cong_nghe", "Công nghệ", SUBJECT_MARK },
	{ "tin_hoc", "Tin học", SUBJECT_MARK },
	{ "gdtc", "Giáo dục thể chất", SUBJECT_COMMENT },
	{ "nghe_thuat", "Nghệ thuật", SUBJECT_COMMENT },
	{ "hdtn", "Hoạt động trải nghiệm, hướng nghiệp", SUBJECT_COMMENT },
	{ "ndgddp", "Nội dung giáo dục địa phương", SUBJECT_COMMENT },
};

static const struct first_subject upper_secondary[] = {
	{ "toan", "Toán", SUBJECT_MARK },
	{ "ngu_van", "Ngữ văn", SUBJECT_MARK },
	{ "ngoai_ngu", "Ngoại ngữ 1", SUBJECT_MARK },
	{ "lich_su", "Lịch sử", SUBJECT_MARK },
	{ "vat_li", "Vật lí", SUBJECT_MARK },
	{ "hoa_hoc", "Hóa học", SUBJECT_MARK },
	{ "sinh_hoc", "Sinh học", SUBJECT_MARK },
	{ "dia_li", "Địa lí", SUBJECT_MARK },
	{ "gdktpl", "Giáo dục kinh tế và pháp luật", SUBJECT_MARK },
	{ "cong_nghe", "Công nghệ", SUBJECT_MARK },
	{ "tin_hoc", "Tin học", SUBJECT_MARK },
	{ "gdqpan", "Giáo dục quốc phòng và an ninh", SUBJECT_MARK },
	{ "am_nhac", "Âm nhạc", SUBJECT_COMMENT },
	{ "mi_thuat", "Mĩ thuật", SUBJECT_COMMENT },
	{ "gdtc", "Giáo dục thể chất", SUBJECT_COMMENT },
	{ "hdtn", "Hoạt động trải nghiệm, hướng nghiệp", SUBJECT_COMMENT },
	{ "ndgddp", "Nội dung giáo dục địa phương", SUBJECT_COMMENT },
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct founding {
	const struct found_school *wanted;
	const struct ticket *code;
	const uint8_t *ticket_key;
	int64_t now_ms;
	struct date today;
	uint64_t school_id;
	enum found_fault fault;
};

/* Looks for a place with a code among rows. */
struct search {
	struct str code;
	uint32_t id;
};

static enum err look(const struct place_row *row, void *ctx) {
	struct search *s = ctx;
	if (str_eq(row->code, s->code)) {
		s->id = row->id;
	}
	return ERR_OK;
}

/* Two digits, which are also the row's id. */
static uint32_t province_number(struct str code) {
	uint32_t n = 0;
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] < '0' || code.p[i] > '9' || code.n > 2) {
			return 0;
		}
		n = n * 10 + (uint32_t)(code.p[i] - '0');
	}
	return n <= PROVINCE_MAX ? n : 0;
}

static enum err find_commune(struct db *db, struct founding *f, uint32_t *out_id) {
	const struct found_school *w = f->wanted;
	struct search province = { .code = w->province.code };
	enum err e = place_store_provinces(db, f->today, look, &province);
	if (!e && province.id == 0) {
		province.id = province_number(w->province.code);
		f->fault = province.id ? FOUND_NO_FAULT : FOUND_PROVINCE_CODE;
		e = f->fault ? ERR_INVAL
			     : place_store_add_province(db, province.id, w->province.code,
					       w->province.name, f->today);
	}
	struct search commune = { .code = w->commune.code };
	e = e ? e : place_store_communes(db, province.id, f->today, look, &commune);
	if (!e && commune.id == 0) {
		e = place_store_add_commune(db, province.id, w->commune.code, w->commune.name,
				f->today, &commune.id);
	}
	*out_id = commune.id;
	return e;
}

static enum err add_school(struct db *db, struct founding *f) {
	struct school school = f->wanted->school;
	enum err e = find_commune(db, f, &school.commune_id);
	if (e) {
		return e;
	}
	e = place_store_add_school(db, &school, f->now_ms, &f->school_id);
	f->fault = e == ERR_EXISTS ? FOUND_SCHOOL_CODE_TAKEN : FOUND_NO_FAULT;
	return e;
}

static enum err add_year(struct db *db, const struct founding *f) {
	int from = f->today.month >= FOUND_SCHOOL_YEAR_MONTH ? f->today.year : f->today.year - 1;
	struct date second = { from + 1, FOUND_SCHOOL_TERM_2_MONTH, FOUND_SCHOOL_TERM_2_DAY };
	struct date first_end = { from + 1, FOUND_SCHOOL_TERM_2_MONTH,
		FOUND_SCHOOL_TERM_2_DAY - 1 };
	struct school_year year = {
		.starts_on = { from, FOUND_SCHOOL_YEAR_MONTH, 1 },
		.ends_on = { from + 1, FOUND_SCHOOL_YEAR_MONTH - 1, 30 },
		.term_count = 2,
	};
	char code[2 * DATE_ISO_BYTES];
	(void)snprintf(code, sizeof(code), "%04u-%04u", (unsigned)from, (unsigned)from + 1);
	memcpy(year.code, code, sizeof(year.code) - 1); /* four digits each: years from 1 to 9998 */
	year.terms[0] = (struct term){
		.number = 1, .starts_on = year.starts_on, .ends_on = first_end
	};
	year.terms[1] = (struct term){ .number = 2, .starts_on = second, .ends_on = year.ends_on };
	uint64_t id = 0;
	return calendar_store_add_year(db, f->school_id, &year, &id);
}

static enum err add_subjects(struct db *db, const struct founding *f) {
	const struct first_subject *list = upper_secondary;
	size_t count = COUNT(upper_secondary);
	if (f->wanted->school.level == PLACE_PRIMARY) {
		list = primary;
		count = COUNT(primary);
	} else if (f->wanted->school.level == PLACE_LOWER_SECONDARY) {
		list = lower_secondary;
		count = COUNT(lower_secondary);
	}
	enum err e = ERR_OK;
	for (size_t i = 0; i < count && !e; i++) {
		uint64_t id = 0;
		struct subject subject = {
			.code = str_from(list[i].code),
			.name = str_from(list[i].name),
			.kind = list[i].kind,
			.position = (unsigned)i + 1,
		};
		e = calendar_store_add_subject(db, f->school_id, &subject, &id);
	}
	return e;
}

static enum err add_office(struct db *db, const struct founding *f) {
	uint64_t person_id = 0;
	struct person_new person = { .name = f->wanted->office_name };
	struct hash hash;
	struct activation_new row = { 0 };
	enum err e = account_store_add_person(db, &person, f->now_ms, &person_id);
	e = e ? e : account_store_add_account(db, person_id, str_from(""), f->now_ms);
	e = e ? e
	      : account_store_add_membership(db, f->school_id, person_id, ROLE_OFFICE,
				str_from(f->wanted->office_login));
	if (e) {
		return e;
	}
	row.person_id = person_id;
	ticket_hash(f->code, f->ticket_key, &hash);
	memcpy(row.code_hash, hash.b, sizeof(row.code_hash));
	struct activation_batch batch = { .school_id = f->school_id,
		.codes = &row,
		.count = 1,
		.created_by = person_id,
		.now_ms = f->now_ms,
		.expires_at_ms = f->now_ms + FOUND_SCHOOL_CODE_DAYS * DAY_MS };
	return activation_store_add(db, &batch);
}

static enum err run(struct db *db, void *ctx) {
	struct founding *f = ctx;
	enum err e = add_school(db, f);
	e = e ? e : add_year(db, f);
	e = e ? e : add_subjects(db, f);
	e = e ? e : add_office(db, f);
	struct audit_entry entry = {
		.school_id = f->school_id,
		.at_ms = f->now_ms,
		.action = str_from("founding.add"),
		.subject = str_from("school"),
		.subject_id = str_from(f->wanted->school.code),
	};
	return e ? e : audit_store_add(db, &entry);
}

enum err found_school(struct db *db, const struct found_school *new_school,
		const struct ticket *code, const uint8_t ticket_key[KEYS_BYTES], int64_t now_ms,
		uint64_t *out_school_id, enum found_fault *out_fault) {
	struct founding f = {
		.wanted = new_school, .code = code, .ticket_key = ticket_key, .now_ms = now_ms
	};
	enum err e = date_in_vietnam(now_ms, &f.today);
	e = e ? e : db_transact(db, run, &f);
	*out_fault = e ? f.fault : FOUND_NO_FAULT;
	*out_school_id = e ? 0 : f.school_id;
	return e;
}
