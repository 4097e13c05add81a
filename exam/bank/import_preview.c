#include "exam/bank/import_preview.h"

#include <stdlib.h>
#include <string.h>

#include "exam/bank/problems.h"
#include "exam/bank/rich.h"

/* ---- making ---- */

static void print_list(struct json_out *w, const char *name, char *const *texts, size_t count) {
	jo_karr(w, name);
	for (size_t i = 0; i < count; i++) {
		jo_strz(w, texts[i]);
	}
	jo_end_arr(w);
}

static void print_part(
		struct json_out *w, unsigned number, struct str title, struct str instructions) {
	jo_obj(w);
	jo_ki64(w, "number", number);
	jo_kstr(w, "title", title);
	jo_kstr(w, "instructions", instructions);
	jo_end_obj(w);
}

void import_preview_print_parts(const struct imported *from, size_t first, struct json_out *w) {
	jo_karr(w, "parts");
	for (size_t i = first; i < from->part_count; i++) {
		const struct imported_part *p = &from->parts[i];
		print_part(w, p->number, str_from(p->title), str_from(p->instructions));
	}
	jo_end_arr(w);
}

static void print_head(const struct imported *from, struct json_out *w) {
	jo_obj(w);
	import_preview_print_parts(from, 0, w);
	jo_karr(w, "passages");
	for (size_t i = 0; i < from->passage_count; i++) {
		jo_obj(w);
		jo_kstrz(w, "html", from->passages[i].html);
		jo_ki64(w, "from", from->passages[i].from);
		jo_ki64(w, "to", from->passages[i].to);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	print_list(w, "unassigned", from->unassigned, from->unassigned_count);
	jo_key(w, "problems");
	problems_store(&from->problems, w);
	jo_end_obj(w);
}

/* What a line says besides the question itself. */
struct around {
	unsigned number;
	unsigned part;
	unsigned difficulty;
	size_t passage;
	unsigned confidence;
	struct str topic;
	struct str source;
	const char *solution; /* or NULL */
};

/* Leaves the object open for "problems". */
static void print_line(const struct question *q, const struct around *a, struct json_out *w) {
	jo_obj(w);
	question_print(q, w);
	jo_key(w, "key");
	question_print_key(q, w);
	jo_ki64(w, "number", a->number);
	jo_ki64(w, "part", a->part);
	jo_ki64(w, "difficulty", a->difficulty);
	jo_ki64(w, "passage", (int64_t)a->passage);
	jo_ki64(w, "confidence", a->confidence);
	jo_kstr(w, "topic", a->topic);
	jo_kstr(w, "source", a->source);
	jo_kstrz(w, "solution", a->solution);
}

enum err import_preview_make(const struct imported *from, struct buf *out) {
	struct json_out w;
	if (from->count > IMPORT_QUESTIONS_MAX) {
		return ERR_LIMIT;
	}
	jo_begin(&w, out);
	print_head(from, &w);
	for (size_t i = 0; i < from->count; i++) {
		const struct imported_question *q = &from->questions[i];
		const char *topic = q->topic ? q->topic : q->title;
		struct around around = { q->number, (unsigned)q->part, q->difficulty, q->passage,
			q->confidence, str_from(topic), str_from(q->source), q->solution };
		buf_add_char(out, '\n');
		jo_begin(&w, out);
		print_line(&q->q, &around, &w);
		jo_key(&w, "problems");
		problems_store(&q->problems, &w);
		jo_end_obj(&w);
	}
	return buf_err(out);
}

/* ---- reading ---- */

enum err import_preview_open(struct str bytes, struct import_preview *out) {
	*out = (struct import_preview){ .count = 0 };
	bool is_head = true;
	while (is_head || bytes.n) {
		const char *end = memchr(bytes.p, '\n', bytes.n);
		size_t n = end ? (size_t)(end - bytes.p) : bytes.n;
		if (is_head) {
			out->head = (struct str){ bytes.p, n };
		} else if (out->count == IMPORT_QUESTIONS_MAX) {
			return ERR_CORRUPT;
		} else {
			out->lines[out->count++] = (struct str){ bytes.p, n };
		}
		is_head = false;
		size_t used = end ? n + 1 : n;
		bytes = (struct str){ bytes.p + used, bytes.n - used };
	}
	return ERR_OK;
}

void import_preview_question_finish(struct import_preview_question *q) {
	question_finish(&q->q);
	json_free(q->root);
	*q = (struct import_preview_question){ .root = NULL };
}

static bool get_number(const struct json *node, const char *name, unsigned *out) {
	int64_t v = 0;
	if (json_get_i64(node, name, &v) || v < 0 || v > UINT32_MAX) {
		return false;
	}
	*out = (unsigned)v;
	return true;
}

enum err import_preview_read(struct str line, struct import_preview_question *out) {
	_cleanup_(import_preview_question_finish) struct import_preview_question q = {
		.root = NULL
	};
	struct diag why = { 0 };
	unsigned passage = 0;
	enum err e = json_parse(line, IMPORT_PREVIEW_LINE_BYTES_MAX, &q.root);
	e = e ? e : question_parse(q.root, NULL, &q.q, &why);
	diag_finish(&why);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	q.problems = json_get(q.root, "problems");
	if (!get_number(q.root, "number", &q.number) || !get_number(q.root, "part", &q.part) ||
			!get_number(q.root, "passage", &passage) ||
			!get_number(q.root, "confidence", &q.confidence) ||
			json_get_str(q.root, "topic", &q.topic) ||
			json_get_str(q.root, "source", &q.source)) {
		return ERR_CORRUPT;
	}
	(void)get_number(q.root, "difficulty", &q.difficulty); /* older plans do not say: 0 */
	q.passage = passage;
	*out = q;
	q = (struct import_preview_question){ .root = NULL };
	return ERR_OK;
}

bool import_preview_is_sure(const struct import_preview_question *q) {
	struct diag found = { 0 };
	question_check(&q->q, &found);
	bool is_sure = q->confidence >= IMPORT_SURE && found.errors == 0;
	diag_finish(&found);
	return is_sure;
}

/* ---- mending ---- */

static enum err mend_line(
		struct str line, const struct question *q, struct str topic, struct buf *out) {
	_cleanup_(import_preview_question_finish) struct import_preview_question old = {
		.root = NULL
	};
	struct diag found = { 0 };
	struct json_out w;
	struct str solution = { NULL, 0 };
	enum err e = import_preview_read(line, &old);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) char *kept = NULL;
	if (!json_get_str(old.root, "solution", &solution)) {
		kept = strndup(solution.p, solution.n);
	}
	struct around around = { old.number, old.part, old.difficulty, old.passage, 100, topic,
		old.source, kept };
	question_check(q, &found);
	jo_begin(&w, out);
	print_line(q, &around, &w);
	jo_key(&w, "problems");
	problems_store(&found, &w);
	jo_end_obj(&w);
	diag_finish(&found);
	return buf_err(out);
}

enum err import_preview_mend(const struct import_preview *preview, size_t index,
		const struct question *q, struct str topic, struct buf *out) {
	if (index >= preview->count) {
		return ERR_NOT_FOUND;
	}
	buf_add(out, preview->head.p, preview->head.n);
	for (size_t i = 0; i < preview->count; i++) {
		buf_add_char(out, '\n');
		if (i != index) {
			buf_add(out, preview->lines[i].p, preview->lines[i].n);
			continue;
		}
		enum err e = mend_line(preview->lines[i], q, topic, out);
		if (e) {
			return e;
		}
	}
	return buf_err(out);
}

/* ---- showing ---- */

/* The pictures that a question shows, each once. */
static void print_images(const struct question *q, struct json_out *w) {
	const char *texts[QUESTION_CHOICES_MAX + 1] = { q->stem };
	struct str seen[64];
	size_t seen_count = 0;
	for (size_t i = 0; i < q->choice_count; i++) {
		texts[i + 1] = q->choices[i];
	}
	jo_karr(w, "images");
	for (size_t i = 0; i <= q->choice_count; i++) {
		struct str id;
		for (size_t at = 0; rich_next_picture(str_from(texts[i]), &at, &id);) {
			bool is_seen = false;
			for (size_t k = 0; k < seen_count; k++) {
				is_seen = is_seen || str_eq(seen[k], id);
			}
			if (is_seen || seen_count == sizeof(seen) / sizeof(seen[0])) {
				continue;
			}
			seen[seen_count++] = id;
			jo_str(w, id);
		}
	}
	jo_end_arr(w);
}

static void show_question(const struct import_preview_question *q, const struct json *head,
		enum lang lang, struct json_out *w) {
	struct str solution;
	jo_obj(w);
	jo_ki64(w, "number", q->number);
	jo_ki64(w, "part", q->part);
	jo_ki64(w, "difficulty", q->difficulty);
	question_print(&q->q, w);
	jo_key(w, "key");
	question_print_key(&q->q, w);
	jo_kstr(w, "topic", q->topic);
	if (q->passage) {
		jo_ki64(w, "group", (int64_t)q->passage - 1);
		jo_kobj(w, "passage");
		jo_knull(w, "id");
		jo_kstr(w, "html", import_preview_passage(head, q->passage - 1));
		jo_end_obj(w);
	} else {
		jo_knull(w, "group");
		jo_knull(w, "passage");
	}
	jo_ki64(w, "confidence", q->confidence);
	jo_kbool(w, "isSure", import_preview_is_sure(q));
	jo_karr(w, "problems");
	problems_show_stored(q->problems, lang, w);
	jo_end_arr(w);
	print_images(&q->q, w);
	jo_kstr(w, "source", q->source);
	if (json_get_str(q->root, "solution", &solution)) {
		jo_knull(w, "solution");
	} else {
		jo_kstr(w, "solution", solution);
	}
	jo_end_obj(w);
}

static void show_head(const struct json *head, enum lang lang, struct json_out *w) {
	jo_karr(w, "parts");
	for (const struct json *it = json_first(json_get(head, "parts")); it; it = json_next(it)) {
		struct str title = { "", 0 };
		struct str instructions = { "", 0 };
		unsigned number = 0;
		bool is_whole = get_number(it, "number", &number) &&
				!json_get_str(it, "title", &title) &&
				!json_get_str(it, "instructions", &instructions);
		if (is_whole) {
			print_part(w, number, title, instructions);
		}
	}
	jo_end_arr(w);
	jo_karr(w, "unassigned");
	for (const struct json *it = json_first(json_get(head, "unassigned")); it;
			it = json_next(it)) {
		struct str text;
		if (!json_as_str(it, &text)) {
			jo_obj(w);
			jo_kstr(w, "text", text);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
	jo_karr(w, "problems");
	problems_show_stored(json_get(head, "problems"), lang, w);
	jo_end_arr(w);
}

enum err import_preview_show(
		const struct import_preview *preview, enum lang lang, struct json_out *w) {
	_cleanup_(json_freep) struct json *head = NULL;
	size_t sure = 0;
	enum err e = json_parse(preview->head, preview->head.n, &head);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	jo_karr(w, "questions");
	for (size_t i = 0; i < preview->count; i++) {
		struct import_preview_question q;
		e = import_preview_read(preview->lines[i], &q);
		if (e) {
			return e;
		}
		sure += import_preview_is_sure(&q);
		show_question(&q, head, lang, w);
		import_preview_question_finish(&q);
	}
	jo_end_arr(w);
	jo_kobj(w, "counts");
	jo_ki64(w, "sure", (int64_t)sure);
	jo_ki64(w, "doubtful", (int64_t)(preview->count - sure));
	jo_end_obj(w);
	show_head(head, lang, w);
	return ERR_OK;
}

struct str import_preview_passage(const struct json *head, size_t index) {
	struct str html = { "", 0 };
	size_t at = 0;
	for (const struct json *it = json_first(json_get(head, "passages")); it;
			it = json_next(it)) {
		if (at++ == index && json_get_str(it, "html", &html)) {
			html = (struct str){ "", 0 };
		}
	}
	return html;
}

void import_preview_doubts(const struct json *problems, struct json_out *w) {
	jo_arr(w);
	for (const struct json *it = json_first(problems); it; it = json_next(it)) {
		struct str code;
		struct str level;
		if (json_get_str(it, "code", &code) || !str_starts(code, "reader.") ||
				json_get_str(it, "level", &level)) {
			continue;
		}
		jo_obj(w);
		jo_kstr(w, "code", code);
		jo_kstr(w, "level", level);
		jo_kobj(w, "params");
		for (const struct json *p = json_first(json_get(it, "params")); p;
				p = json_next(p)) {
			char name[32];
			struct str value;
			if (json_name(p).n < sizeof(name) && !json_as_str(p, &value)) {
				memcpy(name, json_name(p).p, json_name(p).n);
				name[json_name(p).n] = '\0';
				jo_kstr(w, name, value);
			}
		}
		jo_end_obj(w);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}
