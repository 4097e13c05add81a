#ifndef EXAM_BANK_IMPORT_OMML_INNER_H
#define EXAM_BANK_IMPORT_OMML_INNER_H

/* What the files omml*.c share. */

#include "exam/bank/import/omml.h"

struct omml_walk {
	struct buf *out;
	unsigned depth;
	bool is_aligned; /* inside an equation array: & marks a column */
	bool has_doubt;
};

/* The m: child of that name, or NULL. */
const struct xml_node *omml_child(const struct xml_node *n, const char *name);

bool omml_is_letter(char c);
/* Index behind the ASCII letters that begin at `at`. */
size_t omml_letters_end(struct str s, size_t at);
/* True when the LaTeX ends in a command's letters, which a further letter would join. */
bool omml_ends_in_command(const struct buf *out);
/* Appends LaTeX, with a blank where it would join a command. */
void omml_add_latex(struct buf *out, const char *latex);
/* An m:r: its text in the style of its properties. */
void omml_run(struct omml_walk *w, const struct xml_node *n);

#endif
