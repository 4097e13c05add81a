#ifndef CORE_DOC_XML_H
#define CORE_DOC_XML_H

/*
 * XML from outside, read from memory: a pull reader, and a small tree for readers that need to
 * look around. UTF-8 only. A DOCTYPE is refused outright, so there are no entities but the five of
 * XML itself, and nothing is ever fetched from a disk or a network.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"

enum {
	XML_INPUT_BYTES_MAX = 64 * 1024 * 1024,
	XML_DEPTH_MAX = 200,
	XML_ATTRS_MAX = 100,                    /* attributes of one element */
	XML_TREE_NODES_MAX = 1000 * 1000,       /* elements and texts of one tree */
	XML_TREE_BYTES_MAX = 192 * 1024 * 1024, /* memory of one tree */
};

enum xml_event {
	XML_EVENT_DONE,  /* the end of the document */
	XML_EVENT_START, /* an element begins */
	XML_EVENT_TEXT,  /* text or CDATA; one text may come in several pieces */
	XML_EVENT_END,   /* an element ends, also after an empty one */
};

struct xml_in;

struct xml_attr {
	const char *ns;   /* namespace, "" for none */
	const char *name; /* local name */
	const char *value;
};

/*
 * A reader over bytes that must stay in place until xml_in_free().
 * Errors  ERR_LIMIT        more than XML_INPUT_BYTES_MAX
 *         ERR_FORMAT       not UTF-8, or with a DOCTYPE
 *         ERR_UNSUPPORTED  declares another encoding
 */
enum err xml_in_new(const char *bytes, size_t n, struct xml_in **out) MUST_CHECK;
void xml_in_free(struct xml_in *x);
DEFINE_FREEP(struct xml_in *, xml_in_free);

/* The next event. ERR_FORMAT: not well formed; ERR_LIMIT: too deep or too many attributes. */
enum err xml_in_next(struct xml_in *x, enum xml_event *out) MUST_CHECK;

/* Of the element that just began or ended: local name and namespace ("" for none). Valid as long
 * as the reader. */
const char *xml_in_name(const struct xml_in *x);
const char *xml_in_ns(const struct xml_in *x);
/* Nesting of the current element, the root is 1. */
size_t xml_in_depth(const struct xml_in *x);
/* The piece of text after XML_EVENT_TEXT, valid until the next event. */
const char *xml_in_text(const struct xml_in *x);
/*
 * After XML_EVENT_START: the value of an attribute by local name, or NULL. ns is its namespace,
 * "" for an attribute without a prefix, NULL for any. Valid until the next call.
 */
const char *xml_in_attr(struct xml_in *x, const char *ns, const char *local);

/*
 * After XML_EVENT_START: the i-th attribute, false when there are no more. Its name is NULL for a
 * namespace declaration. Valid until the next call.
 */
bool xml_in_attr_at(struct xml_in *x, size_t i, struct xml_attr *out);

/* Skips to the end of the element that just began. */
enum err xml_in_skip(struct xml_in *x) MUST_CHECK;

/* An element, or a text when name is NULL. Everything is owned by the tree. */
struct xml_node {
	const char *name; /* local name */
	const char *ns;   /* namespace, "" for none */
	const char *text; /* of a text node */
	struct xml_attr *attrs;
	size_t attr_count;
	struct xml_node *parent;
	struct xml_node *first; /* first child */
	struct xml_node *last;
	struct xml_node *next; /* next sibling */
};

struct xml_tree;

/* Reads the whole document. Errors as above; ERR_LIMIT also past the tree's own limits. */
enum err xml_tree_parse(const char *bytes, size_t n, struct xml_tree **out) MUST_CHECK;
void xml_tree_free(struct xml_tree *t);
DEFINE_FREEP(struct xml_tree *, xml_tree_free);
const struct xml_node *xml_tree_root(const struct xml_tree *t);

/* Attribute of a node by local name, NULL when missing; ns as in xml_in_attr(). */
const char *xml_node_attr(const struct xml_node *n, const char *ns, const char *local);
/* First child element with that local name (and namespace unless NULL), or NULL. */
const struct xml_node *xml_node_child(const struct xml_node *n, const char *ns, const char *local);

#endif
