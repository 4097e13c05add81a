#ifndef CORE_SCHOOL_PROOF_STORE_H
#define CORE_SCHOOL_PROOF_STORE_H

/*
 * The SQL for what somebody has still to prove. A person is one in all schools, and a school links
 * people by phone number; but an equal number proves nothing. So a school where the person has
 * entered no code of that school shows nothing to that sign-in: such a pair stands in `unproven`.
 * Whoever is no member of a second school has nothing to prove.
 */

#include "core/db/db.h"

/*
 * The school is about to make the person one of its own: notes that this is to be proven, when the
 * person is something elsewhere and nothing here. Inside the transaction that adds the membership.
 */
enum err proof_store_ask(
		struct db *db, uint64_t school_id, uint64_t person_id, int64_t now_ms) MUST_CHECK;
enum err proof_store_is_asked(
		struct db *db, uint64_t school_id, uint64_t person_id, bool *out) MUST_CHECK;
/* A code of the school was entered by whoever is signed in as that person. */
enum err proof_store_give(struct db *db, uint64_t school_id, uint64_t person_id) MUST_CHECK;
/* The password was set by a code of this school: it proves this one and no other. */
enum err proof_store_only(
		struct db *db, uint64_t school_id, uint64_t person_id, int64_t now_ms) MUST_CHECK;

/* A school that waits for its code. Texts are valid during the call. */
struct proof_school {
	uint64_t id;
	struct str code;
	struct str name;
};
/* By name; an error of `each` ends it and is given back. */
enum err proof_store_asked(struct db *db, uint64_t person_id,
		enum err (*each)(const struct proof_school *school, void *ctx),
		void *ctx) MUST_CHECK;

#endif
