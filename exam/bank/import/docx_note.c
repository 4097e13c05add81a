/* Footnotes and endnotes: their texts, told in parentheses where they are referred to. */

#include "exam/bank/import/docx_part.h"

#include <string.h>

#include "exam/bank/import/omml.h"

enum {
	NOTE_BYTES_MAX = 4096,
	NOTES_MAX = 2000, /* looked at, and referred to */
};

static void add_text(const struct xml_node *n, unsigned depth, struct buf *out) {
	for (const struct xml_node *c = n->first; c && depth < DOCX_NESTING_MAX; c = c->next) {
		if (docx_is(c, NS_W, "t")) {
			buf_add_str(out, c->first && c->first->text ? c->first->text : "");
		} else if (docx_is(c, NS_W, "tab") || docx_is(c, NS_W, "br")) {
			buf_add_char(out, ' ');
		} else if (docx_is(c, NS_M, "oMath")) {
			buf_add_char(out, '$');
			(void)omml_to_latex(c, out); /* unsure ones are shown as they are */
			buf_add_char(out, '$');
		} else if (c->name) {
			bool is_next = docx_is(c, NS_W, "p") && out->len > 0;
			buf_add_str(out, is_next ? " " : "");
			add_text(c, depth + 1, out);
		}
	}
}

static const struct xml_node *find_note(const struct xml_tree *tree, const char *id) {
	const struct xml_node *root = tree && id ? xml_tree_root(tree) : NULL;
	size_t seen = 0;
	for (const struct xml_node *n = root ? root->first : NULL; n && seen < NOTES_MAX;
			n = n->next) {
		const char *own = n->name ? docx_attr(n, NS_W, "id") : NULL;
		seen += own != NULL;
		if (own && strcmp(own, id) == 0) {
			return n;
		}
	}
	return NULL;
}

void docx_note_add(struct docx_reader *reader, const struct xml_node *reference,
		struct flow_style style) {
	bool is_end = docx_is(reference, NS_W, "endnoteReference");
	const char *id = docx_attr(reference, NS_W, "id");
	_cleanup_(buf_finish) struct buf text = buf_make(NOTE_BYTES_MAX);
	if (reader->notes_told == NOTES_MAX) {
		return;
	}
	reader->notes_told++;
	const struct xml_node *note = find_note(is_end ? reader->endnotes : reader->footnotes, id);
	if (!note) {
		return;
	}
	add_text(note, 0, &text);
	struct str s = str_trim((struct str){ buf_str(&text), text.len });
	style.flags &= ~(unsigned)(FLOW_SUP | FLOW_SUB);
	if (s.n && !buf_err(&text)) {
		flow_add_text(&reader->docx->flow, str_from(" ("), style);
		flow_add_text(&reader->docx->flow, s, style);
		flow_add_text(&reader->docx->flow, str_from(")"), style);
	} else if (buf_err(&text)) {
		struct flow_object lost = { .kind = FLOW_LOST };
		flow_add_object(&reader->docx->flow, &lost, style);
	}
}
