#include "core/auth/ticket.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

static const char alphabet[33] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static size_t symbols_of(enum ticket_kind kind) {
	switch (kind) {
	case TICKET_EXAM:
		return TICKET_EXAM_SYMBOLS;
	case TICKET_ACTIVATION:
		return TICKET_ACTIVATION_SYMBOLS;
	}
	return 0;
}

/* ---- The field of 32 elements ---- */

/* Times a = x: shift, and x^5 = x^2 + 1. */
static unsigned times_a(unsigned v) {
	v <<= 1;
	return v & 32 ? (v ^ 32 ^ 5) : v;
}

static unsigned multiply(unsigned v, unsigned w) {
	unsigned sum = 0;
	for (; w; w >>= 1) {
		if (w & 1) {
			sum ^= v;
		}
		v = times_a(v);
	}
	return sum;
}

/* 1 / v = v^30, since v^31 = 1 for all but 0. */
static unsigned invert(unsigned v) {
	unsigned result = 1;
	for (unsigned i = 0; i < 30; i++) {
		result = multiply(result, v);
	}
	return result;
}

static unsigned value_of(char symbol) {
	const char *at = strchr(alphabet, symbol);
	assert(at && symbol);
	return (unsigned)(at - alphabet);
}

/* The two sums over the first n symbols. */
struct sums {
	unsigned first;  /* of a^i x(i) */
	unsigned second; /* of a^2i x(i) */
	unsigned weight; /* a^n */
};

static struct sums sum_up(enum ticket_kind kind, const char *symbols, size_t n) {
	struct sums s = { .first = (unsigned)kind, .second = (unsigned)kind, .weight = 1 };
	for (size_t i = 0; i < n; i++) {
		unsigned v = value_of(symbols[i]);
		s.weight = times_a(s.weight);
		s.first ^= multiply(s.weight, v);
		s.second ^= multiply(multiply(s.weight, s.weight), v);
	}
	return s;
}

/*
 * The last two symbols y, z are such that both sums become 0. With p = a^(n+1) and q = a^(n+2):
 *     p y + q z = first,   p^2 y + q^2 z = second
 *     z = (second + p first) / (q^2 + p q),   y = (first + q z) / p
 */
static void add_check(struct ticket *t) {
	size_t n = symbols_of(t->kind) - TICKET_CHECK_SYMBOLS;
	struct sums s = sum_up(t->kind, t->symbols, n);
	unsigned p = times_a(s.weight);
	unsigned q = times_a(p);
	unsigned below = multiply(q, q) ^ multiply(p, q);
	unsigned z = multiply(s.second ^ multiply(p, s.first), invert(below));
	unsigned y = multiply(s.first ^ multiply(q, z), invert(p));
	t->symbols[n] = alphabet[y];
	t->symbols[n + 1] = alphabet[z];
	t->symbols[n + 2] = '\0';
}

/* ---- Making, reading, printing ---- */

void ticket_make(enum ticket_kind kind, struct ticket *out) {
	int failed = sodium_init(); /* 1: was done before */
	assert(failed >= 0);
	(void)failed; /* asserted */
	memset(out, 0, sizeof(*out));
	out->kind = kind;
	size_t n = symbols_of(kind) - TICKET_CHECK_SYMBOLS;
	unsigned char bytes[TICKET_SYMBOLS_MAX];
	randombytes_buf(bytes, n);
	for (size_t i = 0; i < n; i++) {
		out->symbols[i] = alphabet[bytes[i] & 31];
	}
	explicit_bzero(bytes, sizeof(bytes));
	add_check(out);
}

void ticket_wipe(struct ticket *t) {
	explicit_bzero(t, sizeof(*t));
}

/* The symbol a person meant, '\0' for a separator, or -1 for what is in no code. */
static int symbol_of(char c) {
	if (c >= 'a' && c <= 'z') {
		c = (char)(c - 'a' + 'A');
	}
	if (c == 'O') {
		return '0';
	}
	if (c == 'I' || c == 'L') {
		return '1';
	}
	if (c && strchr(" \t\r\n-._", c)) {
		return '\0';
	}
	return c && strchr(alphabet, c) ? c : -1;
}

/* A no-break space, or a dash that a word processor made of a hyphen (U+2010 to U+2015); its
 * length in bytes, or 0. */
static size_t odd_separator(struct str s) {
	if (str_starts(s, "\u00A0")) {
		return 2;
	}
	bool is_dash = s.n >= 3 && (unsigned char)s.p[0] == 0xE2 && (unsigned char)s.p[1] == 0x80 &&
			(unsigned char)s.p[2] >= 0x90 && (unsigned char)s.p[2] <= 0x95;
	return is_dash ? 3 : 0;
}

/* Only the symbols of the text; their number in *out_n. */
static enum err read_symbols(struct str text, char out[TICKET_SYMBOLS_MAX + 1], size_t *out_n) {
	size_t n = 0;
	while (text.n > 0) {
		size_t odd = odd_separator(text);
		int symbol = odd ? '\0' : symbol_of(text.p[0]);
		if (symbol < 0 || (symbol > 0 && n == TICKET_SYMBOLS_MAX)) {
			return ERR_FORMAT;
		}
		if (symbol > 0) {
			out[n++] = (char)symbol;
		}
		text.p += odd ? odd : 1;
		text.n -= odd ? odd : 1;
	}
	out[n] = '\0';
	*out_n = n;
	return ERR_OK;
}

enum err ticket_parse(struct str text, struct ticket *out) {
	if (text.n > TICKET_INPUT_BYTES_MAX) {
		return ERR_FORMAT;
	}
	struct ticket t = { .kind = TICKET_EXAM };
	size_t n = 0;
	enum err e = read_symbols(text, t.symbols, &n);
	if (e) {
		return e;
	}
	if (n == TICKET_ACTIVATION_SYMBOLS) {
		t.kind = TICKET_ACTIVATION;
	} else if (n != TICKET_EXAM_SYMBOLS) {
		return ERR_FORMAT;
	}
	struct sums s = sum_up(t.kind, t.symbols, n);
	if (s.first || s.second) {
		return ERR_INVAL;
	}
	*out = t;
	return ERR_OK;
}

void ticket_print(const struct ticket *t, char out[TICKET_TEXT_BYTES]) {
	size_t n = symbols_of(t->kind);
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && i % TICKET_GROUP == 0) {
			out[at++] = '-';
		}
		out[at++] = t->symbols[i];
	}
	assert(at < TICKET_TEXT_BYTES);
	out[at] = '\0';
}

void ticket_hash(const struct ticket *t, const uint8_t *key, struct hash *out) {
	assert(key);
	struct hasher h;
	hash_begin(&h, key);
	hash_add(&h, "TT1I", 4);
	hash_add_u8(&h, (uint8_t)t->kind);
	hash_add(&h, t->symbols, symbols_of(t->kind));
	hash_end(&h, out);
}
