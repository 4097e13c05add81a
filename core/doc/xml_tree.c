/* The tree form of core/doc/xml.h: nodes and texts in one arena, freed together. */

#include "core/doc/xml.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

struct xml_tree {
	struct arena memory;
	size_t node_count;
	struct xml_node *root;
};

/* Zeroed memory that lives as long as the tree; NULL sets *e. */
static void *take(struct xml_tree *t, size_t bytes, enum err *e) {
	void *p = NULL;
	enum err failed = arena_take(&t->memory, bytes, &p);
	if (failed) {
		*e = failed;
	}
	return p;
}

static const char *keep(struct xml_tree *t, const char *s, enum err *e) {
	size_t n = strlen(s);
	char *copy = take(t, n + 1, e);
	if (copy) {
		memcpy(copy, s, n + 1);
	}
	return copy;
}

static struct xml_node *add_node(struct xml_tree *t, struct xml_node *parent, enum err *e) {
	if (t->node_count == XML_TREE_NODES_MAX) {
		*e = ERR_LIMIT;
		return NULL;
	}
	struct xml_node *n = take(t, sizeof(*n), e);
	if (!n) {
		return NULL;
	}
	t->node_count++;
	n->parent = parent;
	n->ns = "";
	if (parent && parent->last) {
		parent->last->next = n;
	} else if (parent) {
		parent->first = n;
	}
	if (parent) {
		parent->last = n;
	}
	return n;
}

/* Names and namespaces come from the reader's dictionary, which dies with it: the last few are
 * remembered so that thousands of equal names are kept once. */
enum { SEEN_NAMES = 512 };

struct names {
	const char *kept[SEEN_NAMES];
};

static const char *keep_name(struct xml_tree *t, struct names *names, const char *s, enum err *e) {
	uint32_t hash = 2166136261u;
	for (const char *p = s; *p; p++) {
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	}
	const char **place = &names->kept[hash % SEEN_NAMES];
	if (!*place || strcmp(*place, s) != 0) {
		*place = keep(t, s, e);
	}
	return *place;
}

struct builder {
	struct xml_tree *tree;
	struct xml_in *in;
	struct names names;
	struct xml_node *at; /* the open element, NULL outside the root */
};

static enum err open_element(struct builder *b) {
	enum err e = ERR_OK;
	struct xml_node *n = add_node(b->tree, b->at, &e);
	if (!n) {
		return e;
	}
	n->name = keep_name(b->tree, &b->names, xml_in_name(b->in), &e);
	n->ns = keep_name(b->tree, &b->names, xml_in_ns(b->in), &e);
	struct xml_attr a;
	size_t count = 0;
	while (xml_in_attr_at(b->in, count, &a)) {
		count++;
	}
	n->attrs = count ? take(b->tree, count * sizeof(*n->attrs), &e) : NULL;
	for (size_t i = 0; n->attrs && !e && xml_in_attr_at(b->in, i, &a); i++) {
		if (a.name) {
			struct xml_attr *to = &n->attrs[n->attr_count++];
			to->name = keep_name(b->tree, &b->names, a.name, &e);
			to->ns = keep_name(b->tree, &b->names, a.ns, &e);
			to->value = keep(b->tree, a.value, &e);
		}
	}
	if (!b->tree->root) {
		b->tree->root = n;
	}
	b->at = n;
	return e;
}

static enum err add_text(struct builder *b) {
	enum err e = ERR_OK;
	struct xml_node *n = b->at ? add_node(b->tree, b->at, &e) : NULL;
	if (n) {
		n->text = keep(b->tree, xml_in_text(b->in), &e);
	}
	return e;
}

static enum err build(struct builder *b) {
	for (;;) {
		enum xml_event event = XML_EVENT_DONE;
		enum err e = xml_in_next(b->in, &event);
		if (e) {
			return e;
		}
		switch (event) {
		case XML_EVENT_DONE:
			return b->tree->root ? ERR_OK : ERR_FORMAT;
		case XML_EVENT_START:
			e = open_element(b);
			break;
		case XML_EVENT_TEXT:
			e = add_text(b);
			break;
		case XML_EVENT_END:
			b->at = b->at ? b->at->parent : NULL;
			break;
		}
		if (e) {
			return e;
		}
	}
}

enum err xml_tree_parse(const char *bytes, size_t n, struct xml_tree **out) {
	assert(out);
	_cleanup_(xml_in_freep) struct xml_in *in = NULL;
	enum err e = xml_in_new(bytes, n, &in);
	if (e) {
		return e;
	}
	_cleanup_(xml_tree_freep) struct xml_tree *tree = calloc(1, sizeof(*tree));
	if (!tree) {
		return ERR_NOMEM;
	}
	tree->memory = arena_make(XML_TREE_BYTES_MAX);
	struct builder b = { .tree = tree, .in = in };
	e = build(&b);
	if (e) {
		return e;
	}
	*out = STEAL(tree);
	return ERR_OK;
}

void xml_tree_free(struct xml_tree *t) {
	if (!t) {
		return;
	}
	arena_finish(&t->memory);
	free(t);
}

const struct xml_node *xml_tree_root(const struct xml_tree *t) {
	return t->root;
}

const char *xml_node_attr(const struct xml_node *n, const char *ns, const char *local) {
	for (size_t i = 0; i < n->attr_count; i++) {
		const struct xml_attr *a = &n->attrs[i];
		if (strcmp(a->name, local) == 0 && (!ns || strcmp(a->ns, ns) == 0)) {
			return a->value;
		}
	}
	return NULL;
}

const struct xml_node *xml_node_child(const struct xml_node *n, const char *ns, const char *local) {
	for (const struct xml_node *c = n->first; c; c = c->next) {
		if (c->name && strcmp(c->name, local) == 0 && (!ns || strcmp(c->ns, ns) == 0)) {
			return c;
		}
	}
	return NULL;
}
