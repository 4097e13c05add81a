#ifndef CORE_SCHOOL_ACCOUNT_STORE_H
#define CORE_SCHOOL_ACCOUNT_STORE_H

/*
 * The SQL for people, their sign-ins and what they are at which school. A person is global; what
 * a school may see or change of one goes through a membership of that school, tested in the
 * statement itself. Errors beside those of db.h: ERR_NOT_FOUND when there is no such row, or none
 * that this school may see.
 */

#include "core/auth/access.h"
#include "core/base/date.h"
#include "core/db/db.h"
#include "core/school/account.h"

enum {
	ACCOUNT_PASSWORD_HASH_BYTES = 256,
	ACCOUNT_LANGUAGE_BYTES = 3,
	ACCOUNT_PERSONAL_ID_HASH_BYTES = 32,
	ACCOUNT_SCHOOL_NAME_BYTES = 200 * 4 + 1,
	ACCOUNT_WHY_CHARS_MAX = 500,
	ACCOUNT_WHY_BYTES = ACCOUNT_WHY_CHARS_MAX * 4 + 1,
};

/* A new person. Texts belong to the caller. */
struct person_new {
	struct account_name name;
	struct date birth; /* year 0: not known */
	enum sex sex;
	struct str personal_id_box;      /* sealed; empty: none */
	const uint8_t *personal_id_hash; /* 32 bytes, or NULL */
};

/* ERR_EXISTS when somebody has that personal id. */
enum err account_store_add_person(struct db *db, const struct person_new *person, int64_t now_ms,
		uint64_t *out_person_id) MUST_CHECK;
/* Name, birth date and sex of a person of the school; a personal id only when one is given.
 * ERR_STALE when `version` is not the present one. */
enum err account_store_update_person(struct db *db, uint64_t school_id, uint64_t person_id,
		const struct person_new *person, unsigned version) MUST_CHECK;
enum err account_store_find_personal_id(
		struct db *db, const uint8_t *hash, uint64_t *out_person_id) MUST_CHECK;

struct person_facts {
	char full_name[ACCOUNT_NAME_BYTES];
	struct date birth; /* year 0: not known */
};

/* Of any person: to compare with what somebody claims to know, never to be shown. */
enum err account_store_person_facts(
		struct db *db, uint64_t person_id, struct person_facts *out) MUST_CHECK;
/* What others know of somebody; "" and year 0 where there is nothing. */
struct person_known {
	char full_name[ACCOUNT_NAME_BYTES];
	char login[ACCOUNT_LOGIN_BYTES];
	char phone[ACCOUNT_PHONE_BYTES];
	char school_name[ACCOUNT_SCHOOL_NAME_BYTES];
	struct date birth;
};

/* Of anybody with an account, at that school (0: none): what no password may be made of. */
enum err account_store_known(struct db *db, uint64_t school_id, uint64_t person_id,
		struct person_known *out) MUST_CHECK;
/* The person who signs in with this phone number ("+84…"), at whatever school. */
enum err account_store_find_phone(
		struct db *db, struct str phone, uint64_t *out_person_id) MUST_CHECK;

/* Lets a person sign in once a password is chosen. phone: empty for none. ERR_EXISTS when the
 * phone number is somebody's, or the person has an account. */
enum err account_store_add_account(
		struct db *db, uint64_t person_id, struct str phone, int64_t now_ms) MUST_CHECK;
/* ERR_EXISTS when the number is somebody else's. */
enum err account_store_set_phone(
		struct db *db, uint64_t school_id, uint64_t person_id, struct str phone) MUST_CHECK;

/* Makes a person something at a school, or again what the person was. login: empty for none
 * (parents). ERR_EXISTS when the school has that sign-in name. */
enum err account_store_add_membership(struct db *db, uint64_t school_id, uint64_t person_id,
		enum role role, struct str login) MUST_CHECK;
enum err account_store_end_membership(
		struct db *db, uint64_t school_id, uint64_t person_id, enum role role) MUST_CHECK;
/* An officer of a province's department. ERR_EXISTS when the sign-in name is taken. */
enum err account_store_add_officer(struct db *db, uint32_t province_id, uint64_t person_id,
		struct str login) MUST_CHECK;

/* What signing in looks at. */
struct account_sign_in {
	uint64_t person_id;
	uint64_t school_id;   /* 0 for an officer */
	uint32_t province_id; /* 0 but for an officer */
	uint32_t roles;       /* bits of access.h: everything the person is at that school */
	enum account_state state;
	char password_hash[ACCOUNT_PASSWORD_HASH_BYTES]; /* "" while there is none */
	char full_name[ACCOUNT_NAME_BYTES];
	char language[ACCOUNT_LANGUAGE_BYTES];
};

/* By a school's or a province's code and the sign-in name (as account_login_parse gives it). */
enum err account_store_by_login(struct db *db, struct str place_code, struct str login,
		struct account_sign_in *out) MUST_CHECK;
/* The same for a province's code alone. */
enum err account_store_officer_by_login(struct db *db, struct str province_code, struct str login,
		struct account_sign_in *out) MUST_CHECK;
/* By phone number; the school is one where the person is a parent, else any. */
enum err account_store_by_phone(
		struct db *db, struct str phone, struct account_sign_in *out) MUST_CHECK;
/* The same for a person who is signed in, acting in that school; 0: in the province. */
enum err account_store_by_id(struct db *db, uint64_t person_id, uint64_t school_id,
		struct account_sign_in *out) MUST_CHECK;

/* A school where a person is something. Texts are valid during the call. */
struct account_school {
	uint64_t id;
	struct str code;
	struct str name;
	uint32_t roles; /* bits of access.h */
};
/* In the order of the schools' names; an error of `each` ends it and is given back. */
enum err account_store_schools(struct db *db, uint64_t person_id,
		enum err (*each)(const struct account_school *school, void *ctx),
		void *ctx) MUST_CHECK;

/* A new password; the account becomes active. old_hash, when not NULL, must still be the present
 * one: ERR_STALE otherwise. ERR_CONFLICT when the account is locked or closed. */
enum err account_store_set_password(struct db *db, uint64_t person_id, const char *old_hash,
		const char *new_hash, int64_t now_ms) MUST_CHECK;
enum err account_store_set_language(
		struct db *db, uint64_t person_id, const char *language) MUST_CHECK;

/* What an office sees of the way in that somebody of its school has. */
struct account_lock {
	enum account_state state;
	unsigned version;
	bool is_elsewhere; /* something at another school or in a province too */
	/* Of an account that is locked: why, by whom, since when. */
	char why[ACCOUNT_WHY_BYTES];
	uint64_t by_id;
	char by_name[ACCOUNT_NAME_BYTES];
	int64_t at_ms;
};
/* ERR_NOT_FOUND: nobody of this school, or without an account. */
enum err account_store_lock_load(struct db *db, uint64_t school_id, uint64_t person_id,
		struct account_lock *out) MUST_CHECK;

/* Locking or unlocking. */
struct account_lock_change {
	uint64_t school_id;
	uint64_t person_id;
	unsigned version; /* the one that was seen */
	bool is_locked;
	struct str why; /* when locking: at most ACCOUNT_WHY_CHARS_MAX */
	uint64_t by_id;
	int64_t at_ms;
};
/* By the office. Whoever is unlocked without a password is ACCOUNT_INVITED again. ERR_STALE when
 * `version` is not the present one, or the account is so already or closed. Sessions are not
 * ended: session_store_drop_person(). */
enum err account_store_lock(struct db *db, const struct account_lock_change *change) MUST_CHECK;
/* By the office: takes the password away, so that a new activation code is needed. */
enum err account_store_reset(struct db *db, uint64_t school_id, uint64_t person_id) MUST_CHECK;

/* Whether the person is this at the school, in force. */
enum err account_store_is(struct db *db, uint64_t school_id, uint64_t person_id, enum role role,
		bool *out) MUST_CHECK;

#endif
