#ifndef CORE_SEAL_KEYS_H
#define CORE_SEAL_KEYS_H

/*
 * The keys of one deployment, in a folder outside the database and its backups:
 *     root.key           32 random bytes; every shared key is derived from it
 *     mac.ids            the oldest and the current id of the keys for macs
 *     sign-KID.seed      Ed25519 seeds, made apart from the root
 *     sign-KID.pub       their public keys and since when, kept and published for ever
 *     sign.current       the id of the seed that signs now
 * The folder has mode 0700 and belongs to the program's user; files with a key in them have mode
 * 0600; anything looser is refused. All processes of a deployment use the same files.
 *
 * Contexts of derived keys ("crypto_kdf" of libsodium, at most 8 letters): TT1_MAC_ (by id),
 * TT1_SEAL, TT1_TICK (tickets and activation codes), TT1_SESS, TT1_COL_ (columns), TT1_HALL (rows of the
 * exam hall).
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/seal/hash.h"
#include "core/seal/sign.h"

enum {
	KEYS_BYTES = 32, /* of a derived key */
	KEYS_CONTEXT_BYTES = 8,
	KEYS_MAC_ID_MAX = 255, /* one byte in every mac */
	KEYS_PUBLIC_MAX = 256, /* signing keys of one deployment, old ones included */
};

#define KEYS_SEAL_CONTEXT "TT1_SEAL"
#define KEYS_TICKET_CONTEXT "TT1_TICK"
#define KEYS_COLUMN_CONTEXT "TT1_COL_"
#define KEYS_HALL_CONTEXT "TT1_HALL"

/* A signing key as it is published. */
struct keys_public {
	uint8_t kid[SIGN_KID_BYTES];
	uint8_t key[SIGN_PUBLIC_BYTES];
	int64_t from_ms; /* when it was made, UTC */
};

struct keys;

/*
 * Loads the keys of a folder, or makes what a new deployment lacks.
 *
 * Errors  ERR_DENIED   the folder or a file may be read by others, or belongs to another user
 *         ERR_CORRUPT  a file does not hold what its name says, or root.key is gone while other
 *                      keys are there: a new root would make every old mac worthless
 *         ERR_IO, ERR_DISK_FULL, ERR_NOMEM
 * The caller frees *out with keys_free, which wipes it.
 */
enum err keys_load_or_make(const char *dir, int64_t now_ms, struct keys **out) MUST_CHECK;
/* The same, but makes nothing: ERR_NOT_FOUND when a file is missing. */
enum err keys_load(const char *dir, struct keys **out) MUST_CHECK;
void keys_free(struct keys *keys);
DEFINE_FREEP(struct keys *, keys_free);

/* The id under which new macs are made, 1..KEYS_MAC_ID_MAX. */
uint8_t keys_mac_id(const struct keys *keys);
/* The mac key of an id; NULL when it is retired or not made yet. Lives as long as `keys`. */
const uint8_t *keys_mac_key(const struct keys *keys, uint8_t id);

/* A key for another purpose: KEYS_BYTES into `out`. The caller wipes it. */
void keys_derive(const struct keys *keys, const char *context, uint64_t id, uint8_t *out);

/* Signs with the current key: SIGN_BYTES into `out_signature`. */
void keys_sign(const struct keys *keys, const void *bytes, size_t n, uint8_t *out_signature);
/* The id of the current signing key: SIGN_KID_BYTES. */
const uint8_t *keys_sign_kid(const struct keys *keys);
/* Every public key there ever was, oldest first. */
const struct keys_public *keys_public_all(const struct keys *keys, size_t *out_count);
/* The public key of an id, or NULL. */
const uint8_t *keys_public_find(const struct keys *keys, const uint8_t *kid);

/*
 * The secret of a signing key that was made in that folder, SIGN_SECRET_BYTES, of an older one too:
 * it says for the one behind it that it is ours. ERR_NOT_FOUND, ERR_CORRUPT and those of
 * keys_load(). The caller wipes it.
 */
enum err keys_sign_secret(const char *dir, const uint8_t *kid, uint8_t *out_secret) MUST_CHECK;

/*
 * A new mac key id, or a new signing key, for what is made from now on; processes see it when
 * they load the keys again. Between sittings only. ERR_LIMIT when there are no ids left.
 */
enum err keys_rotate_mac(const char *dir) MUST_CHECK;
enum err keys_rotate_sign(const char *dir, int64_t now_ms) MUST_CHECK;
/* Macs under ids below `oldest` no longer count: when the appeals they serve are closed.
 * ERR_INVAL when it is below the present one or above the current id. */
enum err keys_retire_mac(const char *dir, uint8_t oldest) MUST_CHECK;

#endif
