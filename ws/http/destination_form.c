#include "ws/http/destination_form.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/net/address.h"

enum { PORT_MAX = 65535, PORT_USUAL = 3306, DER_SEQUENCE = 0x30, DER_HEAD_BYTES = 4 };

void destination_form_finish(struct destination_form *f) {
	if (f->password) {
		explicit_bzero(f->password, strlen(f->password));
	}
	free(f->name);
	free(f->password);
	free(f->ca);
}

/* ---- certificates ---- */

static int base64_value(char c) {
	static const char symbols[] =
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(symbols, c) : NULL;
	return at ? (int)(at - symbols) : -1;
}

/* How long the DER value is that begins with these bytes, its head included; 0: it is no sequence
 * of a certificate's size. */
static size_t der_length(const uint8_t head[DER_HEAD_BYTES]) {
	if (head[0] != DER_SEQUENCE) {
		return 0;
	}
	if (head[1] == 0x81) {
		return 3U + head[2];
	}
	return head[1] == 0x82 ? 4U + ((size_t)head[2] << 8) + head[3] : 0;
}

/* Whether the text between the two lines is base64 of one DER value. */
static bool is_der(struct str text) {
	uint8_t head[DER_HEAD_BYTES] = { 0 };
	uint32_t bits = 0;
	size_t symbols = 0;
	size_t bytes = 0;
	size_t padding = 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '\n' || c == '\r') {
			continue;
		}
		int value = base64_value(c);
		padding += c == '=';
		if (c != '=' && (value < 0 || padding > 0)) {
			return false;
		}
		bits = (bits << 6 | (uint32_t)(value < 0 ? 0 : value)) & 0xffffff;
		if (++symbols % 4 == 0) {
			for (unsigned k = 0; k < 3; k++, bytes++) {
				if (bytes < DER_HEAD_BYTES) {
					head[bytes] = (uint8_t)(bits >> (16 - 8 * k));
				}
			}
		}
	}
	size_t whole = der_length(head);
	return symbols % 4 == 0 && padding <= 2 && whole > 0 && bytes - padding == whole;
}

bool destination_form_is_pem(struct str text) {
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static const char end[] = "-----END CERTIFICATE-----";
	size_t count = 0;
	text = str_trim(text);
	while (text.n > 0) {
		if (!str_starts(text, begin)) {
			return false;
		}
		text = (struct str){ text.p + strlen(begin), text.n - strlen(begin) };
		const char *stop = memmem(text.p, text.n, end, strlen(end));
		if (!stop || !is_der((struct str){ text.p, (size_t)(stop - text.p) })) {
			return false;
		}
		size_t past = (size_t)(stop - text.p) + strlen(end);
		text = str_trim((struct str){ text.p + past, text.n - past });
		count++;
	}
	return count > 0;
}

/* Certificates keep their line ends, so they are read past form_text(). */
static void read_ca(struct form *form, struct destination_form *f) {
	struct str ca;
	if (json_opt_str(form->body, "ca", str_from(""), &ca)) {
		form_fault(form, "ca", "destination.ca");
		return;
	}
	ca = str_trim(ca);
	bool is_good = ca.n == 0 ||
			(ca.n <= DESTINATION_CA_BYTES_MAX && destination_form_is_pem(ca));
	f->ca = is_good ? calloc(ca.n + 2, 1) : NULL;
	if (!f->ca) {
		form_fault(form, "ca", "destination.ca");
	} else if (ca.n > 0) {
		memcpy(f->ca, ca.p, ca.n);
		f->ca[ca.n] = '\n';
	}
}

/* ---- words ---- */

/* A password is taken as it was typed: nothing is trimmed or composed. */
static void read_password(struct form *form, struct destination_form *f) {
	struct str text;
	if (json_opt_str(form->body, "password", str_from(""), &text)) {
		form_fault(form, "password", "form.invalid");
		return;
	}
	if (str_utf8_count(text) > DESTINATION_PASSWORD_CHARS_MAX) {
		form_fault(form, "password", "form.too_long");
		return;
	}
	f->password = text.n && memchr(text.p, '\0', text.n) ? NULL : strndup(text.p, text.n);
	if (!f->password) {
		form_fault(form, "password", "form.invalid");
	}
}

static void read_word(struct form *form, const char *name, bool (*is_good)(struct str),
		const char *code, char *out, size_t size) {
	_cleanup_(mem_freep) char *text = form_text(form, name, 1, size - 1);
	if (!text) {
		return; /* noted already */
	}
	if (!is_good(str_from(text))) {
		form_fault(form, name, code);
		return;
	}
	memcpy(out, text, strlen(text) + 1); /* good words are ASCII: as many bytes as characters */
}

static void read_database(struct form *form, bool takes_here, struct destination_form *f) {
	struct destination_settings *s = &f->settings;
	read_word(form, "host", destination_host_is_good, "destination.host", s->host,
			sizeof(s->host));
	if (s->host[0] && !address_text_may(str_from(s->host), takes_here)) {
		form_fault(form, "host", "destination.address");
	}
	read_word(form, "database", destination_word_is_good, "destination.word", s->database,
			sizeof(s->database));
	read_word(form, "user", destination_word_is_good, "destination.word", s->user,
			sizeof(s->user));
	s->port = (unsigned)form_int(form, "port", PORT_USUAL, 1, PORT_MAX);
	read_password(form, f);
}

/* The host of an address that was parsed. */
static struct str host_of(const char *url) {
	const char *host = url + strlen(destination_url_is_plain(url) ? "http://" : "https://");
	return (struct str){ host, strcspn(host, ":/") };
}

static void read_url(struct form *form, bool takes_here, struct destination_form *f) {
	struct str url;
	if (json_get_str(form->body, "url", &url) ||
			destination_url_parse(str_trim(url), f->settings.url)) {
		form_fault(form, "url", "destination.url");
	} else if (!address_text_may(host_of(f->settings.url), takes_here)) {
		form_fault(form, "url", "destination.address");
	}
}

/* ---- the whole ---- */

static const struct {
	const char *name;
	bool is_of[DESTINATION_FILES + 1];
} members[] = {
	{ "url", { [DESTINATION_HTTPS] = true } },
	{ "code", { [DESTINATION_HTTPS] = true } },
	{ "ca", { [DESTINATION_HTTPS] = true, [DESTINATION_MARIADB] = true } },
	{ "host", { [DESTINATION_MARIADB] = true } },
	{ "port", { [DESTINATION_MARIADB] = true } },
	{ "database", { [DESTINATION_MARIADB] = true } },
	{ "user", { [DESTINATION_MARIADB] = true } },
	{ "password", { [DESTINATION_MARIADB] = true } },
	{ "folder", { [DESTINATION_FILES] = true } },
};

static void refuse_others(struct form *form, enum destination_kind kind) {
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct json *member = json_get(form->body, members[i].name);
		if (member && json_kind(member) != JSON_NULL && !members[i].is_of[kind]) {
			form_fault(form, members[i].name, "destination.other_kind");
		}
	}
}

void destination_form_read(struct form *form, enum destination_kind kind, bool takes_here,
		struct destination_form *out) {
	*out = (struct destination_form){ .name = NULL };
	out->name = form_text(form, "name", 1, DESTINATION_NAME_CHARS_MAX);
	refuse_others(form, kind);
	switch (kind) {
	case DESTINATION_HTTPS:
		read_url(form, takes_here, out);
		read_ca(form, out);
		break;
	case DESTINATION_MARIADB:
		read_database(form, takes_here, out);
		read_ca(form, out);
		break;
	case DESTINATION_FILES:
		read_word(form, "folder", destination_word_is_good, "destination.word",
				out->settings.folder, sizeof(out->settings.folder));
		break;
	}
}
