/* truongthi questions read FILE [--json]: what the reader understands of a file of questions. */

#include "ws/cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/messages.h"
#include "exam/bank/import/import.h"
#include "exam/bank/import_preview.h"

enum {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	OUTPUT_BYTES_MAX = 64 * 1024 * 1024,
};

static void file_close(FILE **f) {
	if (*f) {
		fclose(*f);
	}
}

static enum err read_file(const char *path, struct buf *out) {
	char chunk[16384];
	size_t n = 0;
	_cleanup_(file_close) FILE *f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "truongthi: %s: %s\n", path, strerror(errno));
		return ERR_IO;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0 && !buf_err(out)) {
		buf_add(out, chunk, n);
	}
	if (ferror(f)) {
		fprintf(stderr, "truongthi: %s: %s\n", path, strerror(errno));
		return ERR_IO;
	}
	if (buf_err(out)) {
		fprintf(stderr, "truongthi: %s: the file is larger than %d MiB\n", path,
				IMPORT_FILE_BYTES_MAX >> 20);
	}
	return buf_err(out);
}

/* The sentence for a problem; its code when the catalogue has none. */
static void sentence(const struct diag_item *item, struct buf *out) {
	buf_clear(out);
	if (messages_print_item(item, LANG_VI, out)) {
		buf_add_str(out, item->code);
	}
}

static void print_problems(const struct diag *d, struct json_out *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(2000);
	jo_karr(w, "problems");
	for (size_t i = 0; i < d->count; i++) {
		sentence(&d->items[i], &text);
		jo_obj(w);
		jo_kstrz(w, "code", d->items[i].code);
		jo_kstrz(w, "detail", buf_str(&text));
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void plain(const char *html, struct buf *out) {
	buf_clear(out);
	rich_plain(str_from(html), out);
}

static void print_images(
		const struct imported *i, const struct imported_question *q, struct json_out *w) {
	jo_karr(w, "images");
	for (size_t k = 0; k < q->picture_count; k++) {
		const struct imported_picture *p = &i->pictures[q->pictures[k]];
		jo_obj(w);
		jo_kstrz(w, "name", p->name);
		jo_kstrz(w, "id", p->id[0] ? p->id : NULL);
		jo_kstrz(w, "mime", p->image.mime);
		jo_ki64(w, "width", p->image.width);
		jo_ki64(w, "height", p->image.height);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void print_question(
		const struct imported *i, const struct imported_question *q, struct json_out *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(RICH_BYTES_MAX);
	jo_obj(w);
	jo_ki64(w, "number", q->number);
	jo_ki64(w, "part", i->parts[q->part].number);
	jo_ki64(w, "passage", (int64_t)q->passage);
	jo_kstrz(w, "kind", question_kind_name(q->q.kind));
	plain(q->q.stem, &text);
	jo_kstrz(w, "stem", buf_str(&text));
	jo_karr(w, "options");
	for (size_t k = 0; k < q->q.choice_count; k++) {
		plain(q->q.choices[k], &text);
		jo_strz(w, buf_str(&text));
	}
	jo_end_arr(w);
	jo_key(w, "key");
	question_print_key(&q->q, w);
	print_images(i, q, w);
	jo_ki64(w, "difficulty", q->difficulty);
	jo_ki64(w, "confidence", q->confidence);
	print_problems(&q->problems, w);
	jo_end_obj(w);
}

static void print_passages(const struct imported *i, struct json_out *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(RICH_BYTES_MAX);
	jo_karr(w, "passages");
	for (size_t k = 0; k < i->passage_count; k++) {
		plain(i->passages[k].html, &text);
		jo_obj(w);
		jo_ki64(w, "from", i->passages[k].from);
		jo_ki64(w, "to", i->passages[k].to);
		jo_kstrz(w, "text", buf_str(&text));
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void print_json(const struct imported *i, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_karr(&w, "questions");
	for (size_t k = 0; k < i->count; k++) {
		print_question(i, &i->questions[k], &w);
	}
	jo_end_arr(&w);
	import_preview_print_parts(i, 1, &w); /* the first is what stands before any heading */
	print_passages(i, &w);
	jo_karr(&w, "unassigned");
	for (size_t k = 0; k < i->unassigned_count; k++) {
		jo_strz(&w, i->unassigned[k]);
	}
	jo_end_arr(&w);
	print_problems(&i->problems, &w);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
}

/* The key on one line for a person. */
static void print_key_text(const struct question *q, struct buf *out) {
	struct json_out w;
	if (q->kind == QUESTION_TRUEFALSE && q->key.is_known) {
		for (size_t i = 0; i < q->choice_count; i++) {
			bool is_told = q->key.told >> i & 1;
			bool is_true = q->key.right >> i & 1;
			buf_addf(out, "%s%c) %s", i ? " " : "", 'a' + (int)i,
					!is_told                  ? "?"
							: is_true ? "Đúng"
								  : "Sai");
		}
		return;
	}
	jo_begin(&w, out);
	question_print_key(q, &w);
}

static void print_question_text(const struct imported_question *q, struct buf *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(RICH_BYTES_MAX);
	plain(q->q.stem, &text);
	buf_addf(out, "%u. [%s, %u%%] %s\n", q->number, question_kind_name(q->q.kind),
			q->confidence, buf_str(&text));
	for (size_t k = 0; k < q->q.choice_count; k++) {
		char first = q->q.kind == QUESTION_TRUEFALSE ? 'a' : 'A';
		plain(q->q.choices[k], &text);
		buf_addf(out, "   %c. %s\n", first + (char)k, buf_str(&text));
	}
	buf_add_str(out, "   → ");
	print_key_text(&q->q, out);
	buf_add_char(out, '\n');
	if (q->picture_count) {
		buf_addf(out, "   hình: %zu\n", q->picture_count);
	}
	for (size_t k = 0; k < q->problems.count; k++) {
		sentence(&q->problems.items[k], &text);
		buf_addf(out, "   ! %s\n", buf_str(&text));
	}
}

static void print_text(const struct imported *i, struct buf *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(RICH_BYTES_MAX);
	size_t sure = 0;
	for (size_t k = 0; k < i->count; k++) {
		print_question_text(&i->questions[k], out);
		sure += i->questions[k].confidence >= IMPORT_SURE;
	}
	buf_addf(out, "\n%zu câu, %zu câu chắc chắn\n", i->count, sure);
	for (size_t k = 0; k < i->problems.count; k++) {
		sentence(&i->problems.items[k], &text);
		buf_addf(out, "! %s\n", buf_str(&text));
	}
	for (size_t k = 0; k < i->unassigned_count; k++) {
		buf_addf(out, "ngoài câu hỏi: %s\n", i->unassigned[k]);
	}
}

static int read_questions(const char *path, bool is_json) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(IMPORT_FILE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf out = buf_make(OUTPUT_BYTES_MAX);
	_cleanup_(imported_freep) struct imported *i = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	if (read_file(path, &bytes)) {
		return EXIT_REFUSED;
	}
	if (import_read((struct str){ buf_str(&bytes), bytes.len }, &i, &why)) {
		_cleanup_(buf_finish) struct buf text = buf_make(2000);
		sentence(&why.items[0], &text);
		fprintf(stderr, "truongthi: %s: %s\n", path, buf_str(&text));
		return EXIT_REFUSED;
	}
	if (is_json) {
		print_json(i, &out);
	} else {
		print_text(i, &out);
	}
	if (buf_err(&out)) {
		fprintf(stderr, "truongthi: %s: %s\n", path, err_name(buf_err(&out)));
		return EXIT_REFUSED;
	}
	fwrite(out.data, 1, out.len, stdout);
	return fflush(stdout) ? EXIT_REFUSED : EXIT_DONE;
}

int cmd_questions(int argc, char **argv) {
	const char *path = NULL;
	bool is_json = false;
	bool is_wrong = argc < 3 || strcmp(argv[1], "read") != 0;
	for (int k = 2; k < argc && !is_wrong; k++) {
		if (strcmp(argv[k], "--json") == 0) {
			is_json = true;
		} else if (!path) {
			path = argv[k];
		} else {
			is_wrong = true;
		}
	}
	if (is_wrong || !path) {
		fputs("usage: truongthi questions read FILE [--json]\n", stderr);
		return EXIT_USAGE;
	}
	return read_questions(path, is_json);
}
