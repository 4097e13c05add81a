#ifndef CORE_SCHOOL_MEMBER_STORE_H
#define CORE_SCHOOL_MEMBER_STORE_H

/*
 * The SQL for people as the office of their school sees them: everything goes through a membership
 * in force of that school. Texts given to `each` are valid during the call; an error of `each` ends
 * the reading and is given back.
 */

#include "core/auth/access.h"
#include "core/base/date.h"
#include "core/db/db.h"
#include "core/school/account.h"

/* A person of a school who is of the role that was asked for. */
struct member_row {
	uint64_t person_id;
	struct str full_name;
	struct str login;  /* empty for who signs in by phone only */
	struct str phone;  /* "+84…"; empty: none */
	struct date birth; /* year 0: not known */
	bool is_activated;
	unsigned version; /* of the person */
};
/* Of one role, in the order of names. */
enum err member_store_list(struct db *db, uint64_t school_id, enum role role,
		enum err (*each)(const struct member_row *row, void *ctx), void *ctx) MUST_CHECK;

/* Which subjects the teachers of a school are there for, by person, then in the subjects' order. */
enum err member_store_subjects(struct db *db, uint64_t school_id,
		enum err (*each)(uint64_t person_id, uint64_t subject_id, struct str name,
				void *ctx),
		void *ctx) MUST_CHECK;

/* One person of a school. */
struct member {
	uint64_t person_id;
	unsigned version; /* of the person */
	uint32_t roles;   /* bits of core/auth/access.h, at this school */
	char full_name[ACCOUNT_NAME_BYTES];
	char login[ACCOUNT_LOGIN_BYTES]; /* "" when there is none */
	char phone[ACCOUNT_PHONE_BYTES];
	bool is_activated;
	/* Is something at another school or in a province too: then it is not for one office alone
	 * to change how this person signs in. */
	bool is_elsewhere;
	/* Is the office of another school, or of a province: no code of this school sets such a
	 * person's password. */
	bool is_office_elsewhere;
};
/* ERR_NOT_FOUND: nothing at that school. */
enum err member_store_load(struct db *db, uint64_t school_id, uint64_t person_id,
		struct member *out) MUST_CHECK;

/* "fullName" or "phone" when this office may not change it, since the person is something elsewhere;
 * NULL: nothing is forbidden. */
const char *member_forbidden(const struct member *m, const char *full_name, const char *phone);

/* Another name, and nothing else. ERR_STALE when `version` is not the present one; ERR_NOT_FOUND
 * for nobody of this school. */
enum err member_store_rename(struct db *db, uint64_t school_id, uint64_t person_id,
		const struct account_name *name, unsigned version) MUST_CHECK;
/* Nothing but a new version, for a change of what belongs to the person. Errors as above. */
enum err member_store_touch(
		struct db *db, uint64_t school_id, uint64_t person_id, unsigned version) MUST_CHECK;

#endif
