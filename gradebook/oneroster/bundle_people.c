/* People of a bundle, what they are, and where. */

#include "gradebook/oneroster/bundle_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/account.h"

enum {
	USER_ENABLED = 3,
	USER_USERNAME,
	USER_GIVEN = 6,
	USER_FAMILY,
	USER_MIDDLE,
	USER_IDENTIFIER,
	USER_FULL_NAME = 22,
	USER_SUBJECTS,
};
enum { CODE_CHARS_MAX = 32, TEXT_CHARS_MAX = 60, PLACE_CHARS_MAX = 200 };

/* The name as the school keeps it, or put together as it is said in Vietnamese. */
static enum err take_name(struct bundle_reading *r, struct bundle_row *row, struct str *out) {
	enum { NAME_BYTES_MAX = 2000 };
	static const unsigned parts[] = { USER_FAMILY, USER_MIDDLE, USER_GIVEN };
	_cleanup_(buf_finish) struct buf text = buf_make(NAME_BYTES_MAX);
	struct account_name name;
	struct str full = bundle_cell(row, USER_FULL_NAME);
	bool is_one_word = str_eq(bundle_cell(row, USER_FAMILY), bundle_cell(row, USER_GIVEN));
	for (size_t i = is_one_word ? 2 : 0; !full.n && i < 3; i++) {
		struct str part = bundle_cell(row, parts[i]);
		if (text.len && part.n) {
			buf_add_char(&text, ' ');
		}
		buf_add(&text, part.p, part.n);
	}
	if (buf_err(&text) == ERR_NOMEM) {
		return ERR_NOMEM;
	}
	full = full.n ? full : (struct str){ buf_str(&text), text.len };
	if (account_name_parse(full, &name)) {
		bundle_fault(row, bundle_cell(row, USER_FULL_NAME).n ? USER_FULL_NAME : USER_GIVEN,
				"oneroster.value");
		return ERR_OK;
	}
	return bundle_keep(r, str_from(name.full), out);
}

static enum err take_user(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	struct bundle_person p = { .is_active = bundle_bool(row, USER_ENABLED), .row = row->line };
	struct str code = bundle_cell(row, USER_IDENTIFIER);
	char login[ACCOUNT_LOGIN_BYTES] = "";
	code = code.n ? code : bundle_cell(row, USER_USERNAME);
	if (account_login_parse(bundle_cell(row, USER_USERNAME), login)) {
		bundle_fault(row, USER_USERNAME, "oneroster.value");
	}
	if (str_utf8_count(code) > CODE_CHARS_MAX) {
		bundle_fault(row, USER_IDENTIFIER, "oneroster.value");
	}
	enum err e = take_name(r, row, &p.full_name);
	e = e ? e : bundle_keep(r, code, &p.key);
	e = e ? e : bundle_keep(r, str_from(login), &p.login);
	e = e ? e : bundle_keep(r, bundle_cell(row, USER_SUBJECTS), &p.subjects);
	e = e ? e : GROW(&r->b->people, BUNDLE_PEOPLE_MAX);
	if (e) {
		return e;
	}
	uint32_t at = (uint32_t)r->b->people.count;
	r->b->people.items[r->b->people.count++] = p;
	return bundle_keep_id(r, &r->people, row, at, 0, BUNDLE_PEOPLE_MAX);
}

enum { ROLE_USER = 3, ROLE_TYPE, ROLE_ROLE };

/* Students and teachers are taken; whoever is both is what the primary role says. */
static enum err take_role(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	const struct bundle_id *user = bundle_refer(row, ROLE_USER, &r->people);
	struct str role = bundle_cell(row, ROLE_ROLE);
	bool is_student = str_eq_z(role, "student");
	bool is_primary = str_eq_z(bundle_cell(row, ROLE_TYPE), "primary");
	if (!is_primary && !str_eq_z(bundle_cell(row, ROLE_TYPE), "secondary")) {
		bundle_fault(row, ROLE_TYPE, "oneroster.value");
	}
	if (!user || (!is_student && !str_eq_z(role, "teacher"))) {
		return ERR_OK;
	}
	struct bundle_person *p = &r->b->people.items[user->a];
	if (is_primary || !p->has_role) {
		p->role = is_student ? ONEROSTER_STUDENT : ONEROSTER_TEACHER;
		p->has_role = true;
	}
	return ERR_OK;
}

enum {
	DEMO_BIRTH = 3,
	DEMO_SEX,
	DEMO_CITY = 14,
	DEMO_ETHNICITY = 16,
};

static enum err take_demographics(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	const struct bundle_id *user = bundle_refer(row, 0, &r->people);
	struct str sex = bundle_cell(row, DEMO_SEX);
	struct date birth = bundle_date(row, DEMO_BIRTH);
	if (sex.n && !str_eq_z(sex, "male") && !str_eq_z(sex, "female") &&
			!str_eq_z(sex, "unspecified") && !str_eq_z(sex, "other")) {
		bundle_fault(row, DEMO_SEX, "oneroster.value");
	}
	if (str_utf8_count(bundle_cell(row, DEMO_CITY)) > PLACE_CHARS_MAX) {
		bundle_fault(row, DEMO_CITY, "oneroster.value");
	}
	if (str_utf8_count(bundle_cell(row, DEMO_ETHNICITY)) > TEXT_CHARS_MAX) {
		bundle_fault(row, DEMO_ETHNICITY, "oneroster.value");
	}
	if (!user) {
		return ERR_OK;
	}
	struct bundle_person *p = &r->b->people.items[user->a];
	p->birth = birth;
	p->sex = str_eq_z(sex, "male")            ? SEX_MALE
			: str_eq_z(sex, "female") ? SEX_FEMALE
						  : SEX_NOT_SAID;
	enum err e = bundle_keep(r, bundle_cell(row, DEMO_CITY), &p->birth_place);
	return e ? e : bundle_keep(r, bundle_cell(row, DEMO_ETHNICITY), &p->ethnicity);
}

enum {
	IN_CLASS = 3,
	IN_USER = 5,
	IN_ROLE,
	IN_PRIMARY,
	IN_BEGIN,
	IN_END,
	IN_POSITION,
};
enum { POSITION_MAX = 10000 };

static enum err enrol(
		struct bundle_reading *r, struct bundle_row *row, uint32_t class, uint32_t person) {
	struct bundle_enrolment n = { .class = class,
		.person = person,
		.from_on = bundle_date(row, IN_BEGIN),
		.to_on = bundle_date(row, IN_END),
		.position = bundle_count(row, IN_POSITION, POSITION_MAX) };
	n.from_on = n.from_on.year ? n.from_on : r->b->year.starts_on;
	enum err e = GROW(&r->b->enrolments, BUNDLE_ENROLMENTS_MAX);
	if (!e) {
		r->b->enrolments.items[r->b->enrolments.count++] = n;
	}
	return e;
}

static enum err teach(struct bundle_reading *r, struct bundle_row *row,
		const struct bundle_id *class, uint32_t person) {
	bool is_primary = bundle_bool(row, IN_PRIMARY);
	if (class->b == BUNDLE_NONE) {
		if (is_primary) {
			r->b->classes.items[class->a].homeroom = person;
		}
		return ERR_OK;
	}
	enum err e = GROW(&r->b->teaching, BUNDLE_PAIRS_MAX);
	if (!e) {
		r->b->teaching.items[r->b->teaching.count++] =
				(struct bundle_teaching){ class->a, class->b, person };
	}
	return e;
}

/* A student is in the class; that he or she is in its subjects follows. */
static enum err take_enrolment(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	const struct bundle_id *class = bundle_refer(row, IN_CLASS, &r->classes);
	const struct bundle_id *user = bundle_refer(row, IN_USER, &r->people);
	struct str role = bundle_cell(row, IN_ROLE);
	bool is_student = str_eq_z(role, "student");
	if (!class || !user || (!is_student && !str_eq_z(role, "teacher"))) {
		return ERR_OK;
	}
	const struct bundle_person *p = &r->b->people.items[user->a];
	if (!p->has_role || (p->role == ONEROSTER_STUDENT) != is_student) {
		bundle_fault(row, IN_ROLE, "oneroster.other_role");
		return ERR_OK;
	}
	if (!is_student) {
		return teach(r, row, class, user->a);
	}
	return class->b == BUNDLE_NONE ? enrol(r, row, class->a, user->a) : ERR_OK;
}

/* ---- what must not be twice ---- */

static int compare_pairs(const void *a, const void *b) {
	return memcmp(a, b, sizeof(uint64_t[3]));
}

/* Of students codes, of teachers sign-in names. */
static enum err check_people(struct bundle_reading *r) {
	_cleanup_(bundle_ids_finish) struct bundle_ids keys = { .count = 0 };
	_cleanup_(bundle_ids_finish) struct bundle_ids logins = { .count = 0 };
	enum err e = ERR_OK;
	r->b->left_out = 0;
	for (size_t i = 0; i < r->b->people.count && !e; i++) {
		const struct bundle_person *p = &r->b->people.items[i];
		struct bundle_id key = { .id = p->key, .line = p->row };
		struct bundle_id login = { .id = p->login, .line = p->row };
		if (!p->has_role) {
			r->b->left_out++;
			continue;
		}
		if (p->role == ONEROSTER_STUDENT) {
			e = bundle_ids_add(&keys, &key, BUNDLE_PEOPLE_MAX);
		}
		e = e ? e : bundle_ids_add(&logins, &login, BUNDLE_PEOPLE_MAX);
	}
	bundle_ids_sort(&keys, ONEROSTER_USERS, r->why);
	bundle_ids_sort(&logins, ONEROSTER_USERS, r->why);
	return e;
}

/* A pair of three numbers each, to find doubles in a list. */
static void check_doubles(struct bundle_reading *r, uint64_t (*all)[3], size_t count) {
	if (count) {
		qsort(all, count, sizeof(*all), compare_pairs);
	}
	for (size_t i = 1; i < count; i++) {
		if (compare_pairs(all[i - 1], all[i]) == 0) {
			diag_add(r->why, DIAG_ERROR, oneroster_csv_name(ONEROSTER_ENROLLMENTS), 0,
					0, "oneroster.enrolled_twice", "value", "", NULL);
			return;
		}
	}
}

static enum err check_enrolments(struct bundle_reading *r) {
	const struct bundle *b = r->b;
	size_t most = b->enrolments.count + b->teaching.count;
	uint64_t(*all)[3] = calloc(most + 1, sizeof(*all));
	if (!all) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < b->enrolments.count; i++) {
		all[i][0] = b->enrolments.items[i].class;
		all[i][1] = BUNDLE_NONE;
		all[i][2] = b->enrolments.items[i].person;
	}
	for (size_t i = 0; i < b->teaching.count; i++) {
		uint64_t *one = all[b->enrolments.count + i];
		one[0] = b->teaching.items[i].class;
		one[1] = b->teaching.items[i].subject;
		one[2] = b->teaching.items[i].person;
	}
	check_doubles(r, all, most);
	free(all);
	return ERR_OK;
}

enum err bundle_read_people(struct bundle_reading *r) {
	enum err e = bundle_read_file(r, ONEROSTER_USERS, true, take_user);
	bundle_ids_sort(&r->people, ONEROSTER_USERS, r->why);
	e = e ? e : bundle_read_file(r, ONEROSTER_ROLES, true, take_role);
	e = e ? e : bundle_read_file(r, ONEROSTER_DEMOGRAPHICS, false, take_demographics);
	e = e ? e : bundle_read_file(r, ONEROSTER_ENROLLMENTS, false, take_enrolment);
	e = e ? e : check_people(r);
	return e ? e : check_enrolments(r);
}
