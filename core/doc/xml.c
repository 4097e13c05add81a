#include "core/doc/xml.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include <libxml/xmlreader.h>

#include "core/base/str.h"

struct xml_in {
	xmlTextReaderPtr reader;
	size_t depth;
	bool has_pending_end; /* the current element is empty: its end comes next */
	bool has_ended;       /* the last event was an end: depth falls with the next */
};

static void ignore_message(void *user, const char *text, xmlParserSeverities severity,
		xmlTextReaderLocatorPtr where) {
	(void)user; /* libxml2 prints to stderr without a handler; the error code is enough */
	(void)text;
	(void)severity;
	(void)where;
}

/* True when the XML declaration is missing, names no encoding, or names UTF-8. */
static bool is_declared_utf8(struct str s) {
	if (str_starts(s, "\xEF\xBB\xBF")) {
		s = (struct str){ s.p + 3, s.n - 3 };
	}
	const char *end = str_starts(s, "<?xml") ? memmem(s.p, s.n, "?>", 2) : NULL;
	const char *at = end ? memmem(s.p, (size_t)(end - s.p), "encoding", 8) : NULL;
	if (!at) {
		return true;
	}
	at += 8;
	while (at < end && strchr(" \t\r\n='\"", *at)) {
		at++;
	}
	return end - at > 5 && str_eq_nocase((struct str){ at, 5 }, "utf-8");
}

enum err xml_in_new(const char *bytes, size_t n, struct xml_in **out) {
	assert(bytes || n == 0);
	assert(out);

	if (n > XML_INPUT_BYTES_MAX) {
		return ERR_LIMIT;
	}
	if (!bytes || n == 0 || !str_is_utf8((struct str){ bytes, n }) ||
			memmem(bytes, n, "<!DOCTYPE", 9)) {
		return ERR_FORMAT;
	}
	if (!is_declared_utf8((struct str){ bytes, n })) {
		return ERR_UNSUPPORTED;
	}
	_cleanup_(xml_in_freep) struct xml_in *x = calloc(1, sizeof(*x));
	if (!x) {
		return ERR_NOMEM;
	}
	x->reader = xmlReaderForMemory(bytes, (int)n, NULL, "UTF-8",
			XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR |
					XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
	if (!x->reader) {
		return ERR_NOMEM;
	}
	xmlTextReaderSetErrorHandler(x->reader, ignore_message, NULL);
	*out = STEAL(x);
	return ERR_OK;
}

void xml_in_free(struct xml_in *x) {
	if (x) {
		xmlFreeTextReader(x->reader);
		free(x);
	}
}

static enum err start_element(struct xml_in *x) {
	x->depth++;
	if (x->depth > XML_DEPTH_MAX || xmlTextReaderAttributeCount(x->reader) > XML_ATTRS_MAX) {
		return ERR_LIMIT;
	}
	x->has_pending_end = xmlTextReaderIsEmptyElement(x->reader) == 1;
	return ERR_OK;
}

/* One step of libxml2. *out_seen is false for nodes that no caller cares about. */
static enum err read_node(struct xml_in *x, enum xml_event *out, bool *out_seen) {
	int got = xmlTextReaderRead(x->reader);
	if (got < 0) {
		return ERR_FORMAT;
	}
	*out_seen = true;
	if (got == 0) {
		*out = XML_EVENT_DONE;
		return ERR_OK;
	}
	int type = xmlTextReaderNodeType(x->reader);
	if (type == XML_READER_TYPE_ELEMENT) {
		*out = XML_EVENT_START;
		return start_element(x);
	}
	if (type == XML_READER_TYPE_END_ELEMENT) {
		*out = XML_EVENT_END;
		return ERR_OK;
	}
	if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
			type == XML_READER_TYPE_WHITESPACE ||
			type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE) {
		*out = XML_EVENT_TEXT;
		return ERR_OK;
	}
	*out_seen = false; /* comments, processing instructions, the declaration */
	bool is_harmless = type == XML_READER_TYPE_COMMENT ||
			type == XML_READER_TYPE_PROCESSING_INSTRUCTION ||
			type == XML_READER_TYPE_XML_DECLARATION;
	return is_harmless ? ERR_OK : ERR_FORMAT;
}

enum err xml_in_next(struct xml_in *x, enum xml_event *out) {
	assert(x && out);

	if (x->has_pending_end) {
		x->has_pending_end = false;
		x->has_ended = true;
		*out = XML_EVENT_END;
		return ERR_OK;
	}
	if (x->has_ended) {
		x->has_ended = false;
		x->depth--;
	}
	enum xml_event event = XML_EVENT_DONE;
	bool seen = false;
	while (!seen) {
		enum err e = read_node(x, &event, &seen);
		if (e) {
			return e;
		}
	}
	x->has_ended = event == XML_EVENT_END;
	*out = event;
	return ERR_OK;
}

const char *xml_in_name(const struct xml_in *x) {
	const xmlChar *name = xmlTextReaderConstLocalName(x->reader);
	return name ? (const char *)name : "";
}

const char *xml_in_ns(const struct xml_in *x) {
	const xmlChar *ns = xmlTextReaderConstNamespaceUri(x->reader);
	return ns ? (const char *)ns : "";
}

size_t xml_in_depth(const struct xml_in *x) {
	return x->depth;
}

const char *xml_in_text(const struct xml_in *x) {
	const xmlChar *text = xmlTextReaderConstValue(x->reader);
	return text ? (const char *)text : "";
}

bool xml_in_attr_at(struct xml_in *x, size_t i, struct xml_attr *out) {
	assert(x && out);
	if (i >= XML_ATTRS_MAX || xmlTextReaderMoveToAttributeNo(x->reader, (int)i) != 1) {
		return false;
	}
	out->name = xmlTextReaderIsNamespaceDecl(x->reader) == 1 ? NULL : xml_in_name(x);
	out->ns = xml_in_ns(x);
	out->value = xml_in_text(x);
	(void)xmlTextReaderMoveToElement(x->reader); /* cannot fail after a move away from it */
	return true;
}

const char *xml_in_attr(struct xml_in *x, const char *ns, const char *local) {
	assert(x && local);
	struct xml_attr a;
	for (size_t i = 0; xml_in_attr_at(x, i, &a); i++) {
		if (a.name && strcmp(a.name, local) == 0 && (!ns || strcmp(a.ns, ns) == 0)) {
			return a.value;
		}
	}
	return NULL;
}

enum err xml_in_skip(struct xml_in *x) {
	size_t depth = x->depth;
	for (;;) {
		enum xml_event event = XML_EVENT_DONE;
		enum err e = xml_in_next(x, &event);
		if (e) {
			return e;
		}
		if (event == XML_EVENT_DONE || (event == XML_EVENT_END && x->depth == depth)) {
			return ERR_OK;
		}
	}
}
