#ifndef CORE_DOC_XML_SCAN_H
#define CORE_DOC_XML_SCAN_H

/*
 * Where the tags of an XML text stand, by their bytes: for changing a part of a text and leaving the
 * rest of it as it is, which a reader of events cannot do. Only for text that xml.h has read to its
 * end before: this finds tags, it does not check them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

struct xml_tag {
	size_t start; /* of '<' */
	size_t end;   /* behind '>' */
	bool is_end;  /* "</c>" */
	bool is_lone; /* "<c/>" */
	struct str prefix;
	struct str name; /* local */
};

struct xml_scan {
	struct str text;
	size_t at;
};

/* The next tag; comments, CDATA and instructions are passed over. ERR_NOT_FOUND after the last,
 * ERR_FORMAT for what is no XML. */
enum err xml_scan_next(struct xml_scan *scan, struct xml_tag *out) MUST_CHECK;
/* Behind the end of the element whose tag was the last. */
enum err xml_scan_skip(struct xml_scan *scan, const struct xml_tag *tag) MUST_CHECK;

/* One attribute, as it stands there. */
struct xml_scan_attr {
	struct str name;  /* with its prefix */
	struct str value; /* entities are not undone */
	struct str whole; /* name="value" */
};
/* The next attribute; *at is 0 at first. False after the last. */
bool xml_scan_attr(
		struct str text, const struct xml_tag *tag, size_t *at, struct xml_scan_attr *out);
/* The value of that attribute, empty when there is none. */
struct str xml_scan_value(struct str text, const struct xml_tag *tag, const char *name);

#endif
