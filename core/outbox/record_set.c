#include "core/outbox/record_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	DRAFT_BYTES_MAX = 64 << 10, /* before it is known that a line is too long */
	CHUNK_BYTES = 64 << 10,
	FIRST_ITEMS = 64,
};

/* Texts stay where they are once they were copied: a list of chunks, not one buffer that moves. */
struct chunk {
	struct chunk *next;
	size_t used;
	size_t size;
	char bytes[];
};

struct record_set {
	struct record_draft draft;
	struct buf prefix; /* school and kind of every key */
	char kind[EXCHANGE_KIND_BYTES_MAX + 1];
	struct chunk *chunks;
	size_t bytes;
	struct record_item *items;
	size_t count;
	size_t cap;
	struct record_known *known;
	size_t known_count;
	size_t known_cap;
};

/* ---- texts ---- */

static enum err more_room(struct record_set *set, size_t n) {
	size_t size = n > CHUNK_BYTES ? n : CHUNK_BYTES;
	if (size > RECORD_SET_BYTES_MAX - set->bytes) {
		return ERR_LIMIT;
	}
	struct chunk *chunk = malloc(sizeof(*chunk) + size);
	if (!chunk) {
		return ERR_NOMEM;
	}
	*chunk = (struct chunk){ .next = set->chunks, .size = size };
	set->chunks = chunk;
	set->bytes += size;
	return ERR_OK;
}

static enum err keep(struct record_set *set, struct str text, struct str *out) {
	if (!set->chunks || set->chunks->size - set->chunks->used < text.n) {
		enum err e = more_room(set, text.n);
		if (e) {
			return e;
		}
	}
	char *at = set->chunks->bytes + set->chunks->used;
	if (text.n > 0) {
		memcpy(at, text.p, text.n);
	}
	set->chunks->used += text.n;
	*out = (struct str){ at, text.n };
	return ERR_OK;
}

/* Doubles a list that is full. */
static enum err grow(void **list, size_t count, size_t *cap, size_t size) {
	if (count < *cap) {
		return ERR_OK;
	}
	size_t wanted = *cap ? 2 * *cap : FIRST_ITEMS;
	if (wanted > RECORD_SET_MAX) {
		return ERR_LIMIT;
	}
	void *grown = realloc(*list, wanted * size);
	if (!grown) {
		return ERR_NOMEM;
	}
	*list = grown;
	*cap = wanted;
	return ERR_OK;
}

/* ---- the set ---- */

enum err record_set_new(struct str school, const char *kind, struct record_set **out) {
	assert(strlen(kind) <= EXCHANGE_KIND_BYTES_MAX);
	_cleanup_(record_set_freep) struct record_set *set = calloc(1, sizeof(*set));
	if (!set) {
		return ERR_NOMEM;
	}
	memcpy(set->kind, kind, strlen(kind));
	set->prefix = buf_make(DRAFT_BYTES_MAX);
	set->draft = (struct record_draft){ .id = buf_make(DRAFT_BYTES_MAX),
		.data = buf_make(DRAFT_BYTES_MAX),
		.class_path = buf_make(DRAFT_BYTES_MAX),
		.student = buf_make(DRAFT_BYTES_MAX) };
	record_id_begin(&set->prefix, school, kind);
	enum err e = buf_err(&set->prefix);
	if (e) {
		return e;
	}
	*out = STEAL(set);
	return ERR_OK;
}

void record_set_free(struct record_set *set) {
	if (!set) {
		return;
	}
	while (set->chunks) {
		struct chunk *next = set->chunks->next;
		free(set->chunks);
		set->chunks = next;
	}
	buf_finish(&set->prefix);
	buf_finish(&set->draft.id);
	buf_finish(&set->draft.data);
	buf_finish(&set->draft.class_path);
	buf_finish(&set->draft.student);
	free(set->items);
	free(set->known);
	free(set);
}

/* ---- what there is ---- */

struct record_draft *record_set_draft(struct record_set *set) {
	struct record_draft *d = &set->draft;
	buf_clear(&d->id);
	buf_clear(&d->data);
	buf_clear(&d->class_path);
	buf_clear(&d->student);
	buf_add(&d->id, buf_str(&set->prefix), set->prefix.len);
	jo_begin(&d->w, &d->data);
	jo_obj(&d->w);
	d->term = 0;
	d->class_id = 0;
	d->student_id = 0;
	d->place_id = 0;
	return d;
}

static struct str text_of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* Whether the line would be one: everything within its limits. The version is taken at its
 * longest. */
static enum err measure(struct record_set *set, bool *out_fits) {
	const struct record_draft *d = &set->draft;
	struct record_line line = { .kind = str_from(set->kind),
		.id = text_of(&d->id),
		.event = EXCHANGE_UPDATE,
		.version = INT32_MAX,
		.at_ms = JSON_INT_MAX,
		.class_id = text_of(&d->class_path),
		.term = d->term,
		.student = text_of(&d->student),
		.data = text_of(&d->data) };
	bool fits = d->class_path.len <= EXCHANGE_CLASS_BYTES_MAX &&
			d->student.len <= EXCHANGE_STUDENT_BYTES_MAX;
	/* Short ones need no measuring: an escape makes six bytes of one at most. */
	size_t head = d->id.len + d->class_path.len + d->student.len;
	if (fits && 6 * head + d->data.len + 256 > EXCHANGE_LINE_BYTES_MAX) {
		_cleanup_(buf_finish) struct buf out = buf_make(EXCHANGE_LINE_BYTES_MAX);
		record_line_print(&out, &line);
		enum err e = buf_err(&out);
		if (e && e != ERR_LIMIT) {
			return e;
		}
		fits = !e;
	}
	*out_fits = fits;
	return ERR_OK;
}

static void hash_text(struct hasher *h, struct str s) {
	hash_add_be32(h, (uint32_t)s.n);
	hash_add(h, s.p, s.n);
}

static void hash_item(struct record_item *item) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_text(&h, item->id);
	hash_text(&h, item->data);
	hash_text(&h, item->class_path);
	hash_text(&h, item->student);
	hash_add_u8(&h, (uint8_t)item->term);
	hash_add_be64(&h, item->class_id);
	hash_add_be64(&h, item->student_id);
	hash_add_be64(&h, item->place_id);
	hash_end(&h, &item->content);
}

enum err record_set_add(struct record_set *set) {
	struct record_draft *d = &set->draft;
	jo_end_obj(&d->w);
	record_id_end(&d->id);
	enum err e = buf_err(&d->id);
	e = e ? e : buf_err(&d->data);
	e = e ? e : buf_err(&d->class_path);
	e = e ? e : buf_err(&d->student);
	if (e) {
		return e == ERR_LIMIT ? ERR_OK : e; /* no line has room for it */
	}
	bool fits = false;
	e = measure(set, &fits);
	if (e || !fits) {
		return e;
	}
	e = grow((void **)&set->items, set->count, &set->cap, sizeof(*set->items));
	struct record_item item = { .term = d->term,
		.class_id = d->class_id,
		.student_id = d->student_id,
		.place_id = d->place_id };
	e = e ? e : keep(set, text_of(&d->id), &item.id);
	e = e ? e : keep(set, text_of(&d->data), &item.data);
	e = e ? e : keep(set, text_of(&d->class_path), &item.class_path);
	e = e ? e : keep(set, text_of(&d->student), &item.student);
	if (e) {
		return e;
	}
	hash_item(&item);
	set->items[set->count++] = item;
	return ERR_OK;
}

static int compare_text(struct str a, struct str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_items(const void *a, const void *b) {
	return compare_text(
			((const struct record_item *)a)->id, ((const struct record_item *)b)->id);
}

static int compare_known(const void *a, const void *b) {
	return compare_text(
			((const struct record_known *)a)->id, ((const struct record_known *)b)->id);
}

void record_set_sort(struct record_set *set) {
	if (set->count == 0) {
		return;
	}
	qsort(set->items, set->count, sizeof(*set->items), compare_items);
	size_t kept = 1;
	for (size_t i = 1; i < set->count; i++) {
		if (!str_eq(set->items[i].id, set->items[kept - 1].id)) {
			set->items[kept++] = set->items[i];
		}
	}
	set->count = kept;
}

size_t record_set_count(const struct record_set *set) {
	return set->count;
}

const struct record_item *record_set_item(const struct record_set *set, size_t index) {
	assert(index < set->count);
	return &set->items[index];
}

/* ---- what is known ---- */

enum err record_set_know(struct record_set *set, const struct record_known *known) {
	enum err e = grow((void **)&set->known, set->known_count, &set->known_cap,
			sizeof(*set->known));
	struct record_known mine = *known;
	e = e ? e : keep(set, known->id, &mine.id);
	if (e) {
		return e;
	}
	set->known[set->known_count++] = mine;
	return ERR_OK;
}

const struct record_known *record_set_known(const struct record_set *set, size_t index) {
	assert(index < set->known_count);
	return &set->known[index];
}

void record_set_sort_known(struct record_set *set) {
	if (set->known_count == 0) {
		return;
	}
	qsort(set->known, set->known_count, sizeof(*set->known), compare_known);
	size_t kept = 1;
	for (size_t i = 1; i < set->known_count; i++) {
		if (!str_eq(set->known[i].id, set->known[kept - 1].id)) {
			set->known[kept++] = set->known[i];
		}
	}
	set->known_count = kept;
}

static const struct record_known *find_known(const struct record_set *set, struct str id) {
	struct record_known key = { .id = id };
	return set->known_count
			? bsearch(&key, set->known, set->known_count, sizeof(key), compare_known)
			: NULL;
}

bool record_set_knows(const struct record_set *set, struct str id) {
	return find_known(set, id) != NULL;
}

/* ---- the difference ---- */

static bool is_there(const struct record_set *set, struct str id) {
	struct record_item key = { .id = id };
	return set->count && bsearch(&key, set->items, set->count, sizeof(key), compare_items);
}

static enum err give_gone(struct record_set *set,
		enum err (*each)(const struct record_change *change, void *ctx), void *ctx) {
	for (size_t i = 0; i < set->known_count; i++) {
		const struct record_known *k = &set->known[i];
		if (k->event == EXCHANGE_CANCEL || is_there(set, k->id)) {
			continue;
		}
		struct record_change change = {
			.event = EXCHANGE_CANCEL, .version = k->version + 1, .known = k
		};
		enum err e = each(&change, ctx);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

enum err record_set_changes(struct record_set *set,
		enum err (*each)(const struct record_change *change, void *ctx), void *ctx) {
	record_set_sort_known(set);
	enum err e = give_gone(set, each, ctx);
	for (size_t i = 0; i < set->count && !e; i++) {
		const struct record_item *item = &set->items[i];
		const struct record_known *k = find_known(set, item->id);
		bool was_there = k && k->event != EXCHANGE_CANCEL;
		if (was_there && hash_equal(&k->content, &item->content)) {
			continue;
		}
		struct record_change change = { .event = was_there ? EXCHANGE_UPDATE : EXCHANGE_NEW,
			.version = k ? k->version + 1 : 1,
			.item = item,
			.known = k };
		e = each(&change, ctx);
	}
	return e;
}
