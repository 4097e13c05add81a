#ifndef EXAM_BANK_IMPORT_OMML_H
#define EXAM_BANK_IMPORT_OMML_H

/*
 * Word's equations (Office MathML) as LaTeX, in one walk over the tree. The LaTeX is what KaTeX
 * shows; there are no $ signs around it.
 */

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/str.h"
#include "core/doc/xml.h"

enum { OMML_DEPTH_MAX = 40 };

/* Appends the LaTeX of an m:oMath. False when something in it could not be understood (its text
 * is there all the same). */
bool omml_to_latex(const struct xml_node *math, struct buf *out);

/* The LaTeX of one character, NULL when it stands for itself: "\\alpha", "\\leq". */
const char *omml_symbol(int32_t codepoint);
/* A letter of the mathematical alphabets (U+1D400 …) as its plain letter and its command
 * ("\\mathbf", "" for italic); 0 when it is none. */
int32_t omml_alphabet(int32_t codepoint, const char **out_command);
/* A big operator, accent or function name as a command, or NULL. */
const char *omml_nary(int32_t codepoint);
const char *omml_accent(int32_t codepoint, bool is_wide);
bool omml_is_function(struct str name);

#endif
