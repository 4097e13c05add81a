#include "ws/service/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/grow.h"
#include "core/base/json.h"
#include "core/exchange/exchange_tree_store.h"
#include "core/outbox/outbox_store.h"

/*
 * Comparing with the province: from the school's root down, only where the hashes differ. One
 * question a node; a node that only one side has needs none.
 */

enum {
	QUESTION_BYTES_MAX = 4 << 10,
	ANSWER_BYTES_MAX = 16 << 20,
	CHILDREN_MAX = 200000,
	TEXT_BYTES_MAX = 64 << 20,
	RECORD_MEMBERS = 3,
	CHILD_MEMBERS = 2,
};

struct list {
	struct tree_short *items;
	size_t count;
	size_t cap;
	struct arena texts;
};

static struct list list_make(void) {
	return (struct list){ .texts = arena_make(TEXT_BYTES_MAX) };
}

static void list_finish(struct list *l) {
	free(l->items);
	arena_finish(&l->texts);
}

static enum err list_add(struct list *l, struct str key, uint32_t version, const uint8_t *hash) {
	struct tree_short t = { .version = version };
	enum err e = arena_copy(&l->texts, key, &t.key);
	e = e ? e : GROW(l, CHILDREN_MAX);
	if (!e) {
		memcpy(t.hash, hash, TREE_SHORT_BYTES);
		l->items[l->count++] = t;
	}
	return e;
}

static enum err add_ours(const struct tree_child *child, void *ctx) {
	return list_add(ctx, child->key, child->version, child->hash.b);
}

/* ---- asking ---- */

static enum err print_question(const struct destination *d, const struct tree_node *node,
		const struct hash *ours, struct buf *out) {
	char hex[2 * HASH_BYTES + 1];
	char term[2] = { (char)('0' + node->term), '\0' };
	struct json_out w;
	str_hex(ours->b, HASH_BYTES, hex);
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "school", d->school_code);
	jo_karr(&w, "path");
	if (node->level >= TREE_CLASS) {
		jo_str(&w, node->class_id);
	}
	if (node->level >= TREE_TERM) {
		jo_strz(&w, term);
	}
	if (node->level >= TREE_STUDENT) {
		jo_str(&w, node->student);
	}
	jo_end_arr(&w);
	jo_kstrz(&w, "hash", hex);
	jo_end_obj(&w);
	return buf_err(out);
}

/* [key, hash], or [key, version, hash] of a record. */
static enum err read_child(const struct json *node, bool is_record, struct list *out) {
	const struct json *key = json_first(node);
	const struct json *second = key ? json_next(key) : NULL;
	const struct json *hash = is_record && second ? json_next(second) : second;
	struct str text;
	struct str hex;
	uint8_t bytes[TREE_SHORT_BYTES];
	int64_t version = 0;
	enum err e = json_as_str(key, &text);
	e = e ? e : json_as_str(hash, &hex);
	e = e ? e : str_unhex(hex, bytes, sizeof(bytes));
	if (!e && is_record) {
		e = json_as_i64(second, &version);
	}
	size_t members = is_record ? RECORD_MEMBERS : CHILD_MEMBERS;
	if (e || json_count(node) != members || version < 0 || version > INT32_MAX ||
			text.n > TREE_KEY_BYTES_MAX) {
		return ERR_FORMAT;
	}
	return list_add(out, text, (uint32_t)version, bytes);
}

static enum err read_children(
		struct str text, enum tree_level level, bool *out_same, struct list *theirs) {
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *children = NULL;
	bool is_record = level == TREE_STUDENT;
	enum err e = json_parse(text, ANSWER_BYTES_MAX, &root);
	e = e ? e : json_get_bool(root, "same", out_same);
	if (e || *out_same) {
		return e;
	}
	e = json_get_array(root, is_record ? "records" : "children", &children);
	for (const struct json *it = json_first(children); it && !e; it = json_next(it)) {
		e = read_child(it, is_record, theirs);
	}
	return e;
}

struct comparing {
	struct sync *s;
	struct destination *d;
	struct sync_comparison *out;
	struct sync_fault *fault;
};

/* ERR_OK, or what sync_https_ask_tree() gives. */
static enum err ask_node(struct comparing *c, const struct tree_node *node, const struct hash *ours,
		bool *out_same, struct list *theirs) {
	_cleanup_(buf_finish) struct buf question = buf_make(QUESTION_BYTES_MAX);
	struct https_answer a = { .body = buf_make(0) };
	enum err e = print_question(c->d, node, ours, &question);
	if (e) {
		return e;
	}
	e = sync_https_ask_tree(
			c->s, c->d, (struct str){ question.data, question.len }, &a, c->fault);
	c->out->bytes += question.len + a.body.len;
	if (!e) {
		e = read_children((struct str){ buf_str(&a.body), a.body.len }, node->level,
				out_same, theirs);
		if (e && e != ERR_NOMEM) {
			sync_fault_set(c->fault, "destination.answer_format", NULL);
			e = ERR_BUSY;
		}
	}
	buf_finish(&a.body);
	return e;
}

/* ---- where they differ ---- */

/* One difference, kept until the lists can be left. */
struct difference {
	struct str key;
	bool is_ours;
	bool is_theirs;
	uint32_t their_version;
};
struct differences {
	struct difference *items;
	size_t count;
	size_t cap;
};

static void differences_finish(struct differences *d) {
	free(d->items);
}

static enum err add_difference(
		const struct tree_short *ours, const struct tree_short *theirs, void *ctx) {
	struct differences *d = ctx;
	enum err e = GROW(d, 2 * CHILDREN_MAX);
	if (!e) {
		d->items[d->count++] = (struct difference){ ours ? ours->key : theirs->key,
			ours != NULL, theirs != NULL, theirs ? theirs->version : 0 };
	}
	return e;
}

static enum err send_again(struct comparing *c, const struct difference *x) {
	struct exchange_tree_record r;
	enum err e = exchange_tree_store_record(c->s->db, c->d, x->key, &r);
	if (e == ERR_NOT_FOUND) {
		c->out->unknown++; /* this school never told of it */
		return ERR_OK;
	}
	if (e || r.is_noted || !x->is_ours) {
		return e; /* what is not within the watermark is on its way anyway */
	}
	c->out->differing++;
	return x->their_version >= r.version
			? outbox_store_raise(c->s->db, c->d->school_id, r.id, x->their_version + 1)
			: outgoing_store_resend(c->s->db, c->d, r.id, clock_now_ms(c->s->clock));
}

static enum err child_of(const struct tree_node *node, struct str key, struct tree_node *out) {
	uint64_t term = 0;
	*out = *node;
	out->level = (enum tree_level)(node->level + 1);
	if (node->level == TREE_SCHOOL) {
		out->class_id = key;
	} else if (node->level == TREE_CLASS) {
		enum err e = str_parse_u64(key, &term);
		out->term = (unsigned)term;
		return e || term > EXCHANGE_TERM_MAX ? ERR_FORMAT : ERR_OK;
	} else {
		out->student = key;
	}
	return ERR_OK;
}

static enum err visit(struct comparing *c, const struct tree_node *node);

static enum err go_down(
		struct comparing *c, const struct tree_node *node, const struct difference *x) {
	struct tree_node child;
	uint64_t count = 0;
	if (node->level == TREE_STUDENT) {
		return send_again(c, x);
	}
	enum err e = child_of(node, x->key, &child);
	if (e == ERR_FORMAT) {
		c->out->unknown++;
		return ERR_OK;
	}
	if (e || x->is_theirs) {
		return e ? e : visit(c, &child);
	}
	e = exchange_tree_store_resend(c->s->db, c->d, &child, clock_now_ms(c->s->clock), &count);
	c->out->differing += e ? 0 : count;
	return e;
}

static enum err visit(struct comparing *c, const struct tree_node *node) {
	_cleanup_(list_finish) struct list ours = list_make();
	_cleanup_(list_finish) struct list theirs = list_make();
	_cleanup_(differences_finish) struct differences found = { .items = NULL };
	struct hash hash;
	bool is_same = false;
	const struct tree_rows_to to = { add_ours, &ours };
	enum err e = exchange_tree_store_node(c->s->db, c->d, node, &to, &hash);
	e = e ? e : ask_node(c, node, &hash, &is_same, &theirs);
	if (e || is_same) {
		return e;
	}
	e = tree_differ(ours.items, ours.count, theirs.items, theirs.count, add_difference, &found);
	if (e == ERR_INVAL) {
		sync_fault_set(c->fault, "destination.answer_format", NULL);
		return ERR_BUSY;
	}
	for (size_t i = 0; i < found.count && !e; i++) {
		e = go_down(c, node, &found.items[i]);
	}
	return e;
}

enum err sync_compare(struct sync *s, struct destination *d, struct sync_comparison *out,
		struct sync_fault *fault) {
	struct comparing c = { s, d, out, fault };
	const struct tree_node root = { .level = TREE_SCHOOL };
	*out = (struct sync_comparison){ .differing = 0 };
	return visit(&c, &root);
}
