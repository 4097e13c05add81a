#ifndef CORE_AUTH_PASSWORD_H
#define CORE_AUTH_PASSWORD_H

/*
 * Passwords: hashing by Argon2id, and which ones are too easily guessed. Hashing takes 25-45 ms
 * and PASSWORD_MEMORY_KIB_MIN or more of memory: it belongs on the workers of the short queue,
 * never on the service thread.
 *
 * A password is hashed in NFC, so that it does not matter which keyboard composed the accents.
 * Rules by NIST SP 800-63B-4, 3.1.1.2: a least length, no rules about kinds of characters, every
 * character allowed, nothing cut off, and a block list with what is known about the person.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/messages.h"
#include "core/base/str.h"

enum {
	PASSWORD_CHARS_MIN = 8, /* code points in NFC */
	PASSWORD_CHARS_MAX = 128,
	PASSWORD_BYTES_MAX = PASSWORD_CHARS_MAX * 4,
	PASSWORD_HASH_BYTES = 128,       /* a PHC string of ours and its end */
	PASSWORD_MEMORY_KIB_MIN = 19456, /* OWASP: 19 MiB with two passes */
	PASSWORD_MEMORY_KIB_MAX = 262144,
	PASSWORD_ITERATIONS_MIN = 2,
	PASSWORD_ITERATIONS_MAX = 10,
};

struct password_cost {
	uint32_t memory_kib;
	uint32_t iterations;
};

/* The cost nearest to what the settings ask for that is within the limits above. */
struct password_cost password_cost(int64_t memory_kib, int64_t iterations);

/*
 * A PHC string "$argon2id$v=19$m=…,t=…,p=1$salt$hash" with a new salt.
 *
 * Errors  ERR_INVAL  not UTF-8, a NUL, or longer than PASSWORD_BYTES_MAX
 *         ERR_NOMEM
 */
enum err password_hash(struct str password, struct password_cost cost,
		char out[PASSWORD_HASH_BYTES]) MUST_CHECK;

/*
 * Is it the password? Takes the same time whichever byte is wrong.
 *
 * Errors  ERR_PASSWORD  it is not
 *         ERR_CORRUPT   the hash is no Argon2id string, or one of a cost past the limits
 *         ERR_NOMEM
 */
enum err password_verify(struct str password, const char *hash) MUST_CHECK;

/* For a name that nobody has: takes as long as a verification and always gives ERR_PASSWORD, so
 * that the time does not tell who has an account. ERR_NOMEM. */
enum err password_verify_nobody(struct str password, struct password_cost cost) MUST_CHECK;

/* True when the hash was made at another cost: make a new one after the next good sign-in. */
bool password_needs_rehash(const char *hash, struct password_cost cost);

/* What is known about the person; what is not is an empty span. */
struct password_person {
	struct str full_name;
	struct str login;
	struct str phone;
	struct str school_name;
	bool has_birth_date;
	struct date birth_date;
};

enum password_fault {
	PASSWORD_GOOD,
	PASSWORD_SHORT,
	PASSWORD_LONG,
	PASSWORD_TEXT,   /* not UTF-8, or with control characters */
	PASSWORD_COMMON, /* widely used, a run of keys, a repetition, any date */
	PASSWORD_BIRTH_DATE,
	PASSWORD_NAME, /* little more than name, sign-in name, phone number or school */
};

/* Why a new password may not be taken. */
enum password_fault password_fault(struct str password, const struct password_person *person);
/* The message code of a fault, with the parameters "min" and "max"; not of PASSWORD_GOOD. */
const char *password_fault_code(enum password_fault fault);

/* Generated from common_passwords.txt, sorted. */
extern const char *const password_common_[];
extern const size_t password_common_count_;

#endif
