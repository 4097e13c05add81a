/*
 * truongthi verify FILE|-: what a receipt, a checkpoint, a sitting's root, the code of a printed
 * document or a department's answer proves, in words.
 */
#include "ws/cmd/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/json.h"
#include "core/exchange/exchange_receipt.h"
#include "core/seal/keys.h"
#include "exam/hall/message.h"
#include "exam/hall/receipt.h"
#include "exam/hall/root.h"
#include "gradebook/documents/statement.h"
#include "ws/cmd/cmd.h"
#include "ws/cmd/serve.h"

enum {
	INPUT_BYTES_MAX = 256 << 20, /* half a million receipts */
	TEXT_BYTES_MAX = 64 << 10,   /* of base64url */
	KEYS_FILE_BYTES_MAX = 1 << 20,
	VIETNAM_S = 7 * 3600,
};

static void file_close(FILE **f) {
	if (*f) {
		(void)fclose(*f); /* only read */
	}
}

static bool read_stream(FILE *f, const char *name, struct buf *out) {
	char chunk[4096];
	size_t n = 0;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0 && !buf_err(out)) {
		buf_add(out, chunk, n);
	}
	if (ferror(f) || buf_err(out)) {
		fprintf(stderr, "truongthi: %s: it cannot be read, or is far too long\n", name);
		return false;
	}
	return true;
}

static bool read_file(const char *path, struct buf *out) {
	if (strcmp(path, "-") == 0) {
		return read_stream(stdin, path, out);
	}
	_cleanup_(file_close) FILE *f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "truongthi: %s: %s\n", path, strerror(errno));
		return false;
	}
	return read_stream(f, path, out);
}

/* --- what is given --- */

/* Bytes as they are, or text: base64url with or without line breaks, or an address with it behind
 * the '#', as the QR code has it. */
static bool unwrap(const struct buf *in, struct buf *out) {
	bool is_bytes = in->len == RECEIPT_BYTES + SIGN_BYTES ||
			in->len == ROOT_BYTES + SIGN_BYTES || in->len == STATEMENT_SIGNED_BYTES;
	if (is_bytes && memcmp(in->data, "TT1", 3) == 0) {
		buf_add(out, in->data, in->len);
		return !buf_err(out);
	}
	const char *p = buf_str(in);
	const char *end = p + in->len;
	const char *hash = memchr(p, '#', in->len);
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	for (const char *c = hash ? hash + 1 : p; c < end; c++) {
		if (*c != ' ' && *c != '\n' && *c != '\r' && *c != '\t') {
			buf_add_char(&text, *c);
		}
	}
	return !buf_err(&text) && !str_unb64_add((struct str){ buf_str(&text), text.len }, out);
}

/* --- the keys --- */

static bool read_key(const struct json *node, struct keys_public *out) {
	struct str id;
	struct str key;
	return !json_get_str(node, "id", &id) && !json_get_str(node, "publicKey", &key) &&
			!json_get_i64(node, "from", &out->from_ms) &&
			!str_unhex(id, out->kid, SIGN_KID_BYTES) &&
			!str_unb64(key, out->key, SIGN_PUBLIC_BYTES);
}

/* What GET /api/v1/keys gave. */
static bool keys_of_file(const char *path, struct known_keys *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(KEYS_FILE_BYTES_MAX);
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *list = NULL;
	if (!read_file(path, &text)) {
		return false;
	}
	if (json_parse((struct str){ buf_str(&text), text.len }, KEYS_FILE_BYTES_MAX, &root) ||
			json_get_array(root, "keys", &list)) {
		fprintf(stderr, "truongthi: %s: not what GET /api/v1/keys gives\n", path);
		return false;
	}
	for (const struct json *it = json_first(list); it && out->count < KEYS_PUBLIC_MAX;
			it = json_next(it)) {
		if (!read_key(it, &out->items[out->count])) {
			fprintf(stderr, "truongthi: %s: a key that is none\n", path);
			return false;
		}
		out->count++;
	}
	return true;
}

static bool keys_of_data(const struct config *config, struct known_keys *out) {
	char dir[CONFIG_TEXT_BYTES + 8];
	(void)snprintf(dir, sizeof(dir), "%s/keys", config->data_dir); /* fits by its size */
	_cleanup_(keys_freep) struct keys *keys = NULL;
	enum err e = keys_load(dir, &keys);
	if (e) {
		fprintf(stderr,
				"truongthi: the keys in %s cannot be used (%s); --keys=FILE names a "
				"file with what GET /api/v1/keys gives\n",
				dir, err_name(e));
		return false;
	}
	size_t count = 0;
	const struct keys_public *all = keys_public_all(keys, &count);
	memcpy(out->items, all, count * sizeof(*all));
	out->count = count;
	return true;
}

const struct keys_public *verify_find_key(const struct known_keys *keys, const uint8_t *kid) {
	for (size_t i = 0; i < keys->count; i++) {
		if (memcmp(keys->items[i].kid, kid, SIGN_KID_BYTES) == 0) {
			return &keys->items[i];
		}
	}
	return NULL;
}

/* --- what it proves --- */

void verify_print_time(const char *what, int64_t ms) {
	time_t s = (time_t)(ms / 1000) + VIETNAM_S;
	struct tm t;
	char text[64];
	if (gmtime_r(&s, &t) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &t) > 0) {
		printf("%s %s.%03d (+07:00)\n", what, text, (int)(ms % 1000));
	}
}

void verify_print_b64(const char *what, const void *bytes, size_t n) {
	_cleanup_(buf_finish) struct buf text = buf_make(256);
	str_b64_add(&text, bytes, n);
	printf("%s %s\n", what, buf_str(&text));
}

void verify_print_signer(const uint8_t *kid, const struct keys_public *key) {
	char hex[2 * SIGN_KID_BYTES + 1];
	str_hex(kid, SIGN_KID_BYTES, hex);
	printf("signed by the key     %s\n", hex);
	verify_print_time("  in use since       ", key->from_ms);
}

static const char *why_text(uint8_t why) {
	switch (why) {
	case CLOSED_SUBMIT:
		return "the student handed in";
	case CLOSED_TIME:
		return "the time was over";
	case CLOSED_INVIGILATOR:
		return "the invigilator handed in";
	default:
		return "unknown";
	}
}

static void print_receipt(
		enum receipt_kind kind, const struct receipt *r, const struct keys_public *key) {
	puts(kind == RECEIPT_CLOSED ? "This receipt is genuine: the attempt was closed as it says."
				    : "This checkpoint is genuine: so far the attempt had come.");
	printf("school                %" PRIu64 "\n", r->school);
	verify_print_b64("sitting              ", r->sitting.b, ID16_BYTES);
	verify_print_b64("attempt              ", r->attempt.b, ID16_BYTES);
	printf("generation            %" PRIu32 "\n", r->gen);
	printf("events of the student %" PRIu32 "\n", r->seq);
	if (kind == RECEIPT_CLOSED) {
		verify_print_time("closed at            ", r->at_ms);
		printf("because               %s\n", why_text(r->why));
	} else {
		verify_print_time("at                   ", r->at_ms);
	}
	verify_print_b64("head of the events   ", r->head.b, HASH_BYTES);
	verify_print_b64("hash of the answers  ", r->answers.b, HASH_BYTES);
	verify_print_signer(r->sign_kid, key);
}

static void print_root(const struct root *r, const struct keys_public *key) {
	puts("This root is genuine: the sitting's receipts were these.");
	printf("school                %" PRIu64 "\n", r->school);
	verify_print_b64("sitting              ", r->sitting.b, ID16_BYTES);
	printf("number                %" PRIu32 "\n", r->number);
	printf("receipts              %" PRIu32 "\n", r->receipt_count);
	verify_print_time("at                   ", r->at_ms);
	verify_print_b64("Merkle root          ", r->hash.b, HASH_BYTES);
	verify_print_signer(r->sign_kid, key);
}

int verify_refuse(const char *why) {
	printf("NOT genuine: %s.\n", why);
	return 1;
}

static int judge_root(struct str bytes, const struct known_keys *keys) {
	struct root r;
	if (root_parse((struct str){ bytes.p, ROOT_BYTES }, &r)) {
		return verify_refuse("it is no root of this version");
	}
	const struct keys_public *key = verify_find_key(keys, r.sign_kid);
	if (!key) {
		return verify_refuse("the key that it names is none of this school's");
	}
	if (root_verify(bytes, key->key, &r)) {
		return verify_refuse("the signature does not hold: something in it was changed");
	}
	print_root(&r, key);
	return 0;
}

static void print_statement(const struct statement *s, const struct keys_public *key) {
	puts("This document's code is genuine: the school printed it. Whether its records still say\n"
	     "the same is answered by the page /verify of the school.");
	printf("kind                  %s, part %s\n", document_kind_name(s->kind),
			class_scope_name(s->scope));
	printf("school                %" PRIu64 "\n", s->school_id);
	printf("class                 %" PRIu64 "\n", s->class_id);
	printf("student               %" PRIu64 "\n", s->student_id);
	verify_print_time("printed at           ", s->issued_at_ms);
	verify_print_b64("hash of its data     ", s->data.b, HASH_BYTES);
	verify_print_b64("heads of the marks   ", s->heads.b, HASH_BYTES);
	verify_print_signer(s->sign_kid, key);
}

static int judge_statement(struct str bytes, const struct known_keys *keys) {
	struct statement s;
	if (statement_parse((struct str){ bytes.p, STATEMENT_BYTES }, &s)) {
		return verify_refuse("it is no document's code of this version");
	}
	const struct keys_public *key = verify_find_key(keys, s.sign_kid);
	if (!key) {
		return verify_refuse("the key that it names is none of this school's");
	}
	if (statement_verify(bytes, key->key, &s)) {
		return verify_refuse("the signature does not hold: something in it was changed");
	}
	print_statement(&s, key);
	return 0;
}

static int judge(struct str bytes, const struct known_keys *keys) {
	enum receipt_kind kind;
	struct receipt r;
	if (bytes.n == STATEMENT_SIGNED_BYTES && memcmp(bytes.p, "TT1D", 4) == 0) {
		return judge_statement(bytes, keys);
	}
	if (bytes.n == ROOT_BYTES + SIGN_BYTES) {
		return judge_root(bytes, keys);
	}
	if (bytes.n != RECEIPT_BYTES + SIGN_BYTES ||
			receipt_parse((struct str){ bytes.p, RECEIPT_BYTES }, &kind, &r)) {
		return verify_refuse(
				"it is no receipt, checkpoint or root of this version; perhaps a part is missing");
	}
	const struct keys_public *key = verify_find_key(keys, r.sign_kid);
	if (!key) {
		return verify_refuse("the key that it names is none of this school's");
	}
	if (receipt_verify(bytes, key->key, &kind, &r)) {
		return verify_refuse("the signature does not hold: something in it was changed");
	}
	print_receipt(kind, &r, key);
	return 0;
}

static int usage(FILE *to) {
	fputs("usage: truongthi verify FILE|- [--keys=FILE] [--data=DIR]\n\n"
	      "Says what a receipt, a checkpoint, a sitting's root, the code of a printed document or\n"
	      "a department's answer to a batch of records proves. The input is the bytes themselves,\n"
	      "base64url, the address that the QR code holds, the answer as it came, or the receipts\n"
	      "that `truongthi sync receipts` gave: each is judged then. The public\n"
	      "keys are those of the data folder, or of a file with what GET /api/v1/keys gives (of\n"
	      "the department for its answers).\n"
	      "Exit status 0: genuine; 1: not, and why.\n",
			to);
	return to == stdout ? 0 : 2;
}

int cmd_verify(int argc, char **argv) {
	const char *path = NULL;
	const char *keys_path = NULL;
	int kept = 1;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return usage(stdout);
		}
		if (strncmp(argv[i], "--keys=", 7) == 0) {
			keys_path = argv[i] + 7;
		} else if (!path && (argv[i][0] != '-' || argv[i][1] == '\0') &&
				(i == 1 || strcmp(argv[i - 1], "--data") != 0)) {
			path = argv[i];
		} else {
			argv[kept++] = argv[i];
		}
	}
	if (!path) {
		return usage(stderr);
	}
	struct config config;
	int status = serve_settings(kept, argv, &config);
	_cleanup_(mem_freep) struct known_keys *keys = calloc(1, sizeof(*keys));
	if (status || !keys) {
		return status ? status : 1;
	}
	if (!(keys_path ? keys_of_file(keys_path, keys) : keys_of_data(&config, keys))) {
		return 1;
	}
	_cleanup_(buf_finish) struct buf in = buf_make(INPUT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf bytes = buf_make(INPUT_BYTES_MAX);
	if (!read_file(path, &in)) {
		return 1;
	}
	if (verify_is_answer((struct str){ buf_str(&in), in.len })) {
		return verify_answer((struct str){ buf_str(&in), in.len }, keys);
	}
	if (!unwrap(&in, &bytes)) {
		return verify_refuse("it is neither the bytes nor base64url");
	}
	return judge((struct str){ bytes.data, bytes.len }, keys);
}
