#ifndef EXAM_BANK_IMPORT_DOCX_PART_H
#define EXAM_BANK_IMPORT_DOCX_PART_H

/*
 * The parts of a Word document, for the docx_*.c files only: styles, numbering, relationships,
 * and the walk over the body.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/doc/xml.h"
#include "core/doc/zip.h"
#include "exam/bank/import/docx.h"

enum {
	DOCX_STYLE_DEPTH_MAX = 20, /* styles that are based on one another */
	DOCX_LEVELS = 9,           /* of a list */
	DOCX_NESTING_MAX = 60,     /* elements of the body inside one another */
	DOCX_LABEL_BYTES = 128,
};

/* Namespaces, transitional or strict. */
enum docx_ns { NS_W, NS_M, NS_R, NS_A, NS_WP, NS_V, NS_O, NS_MC, NS_COUNT };

/* Reads one part of the archive as XML. */
enum err docx_part_read(struct zip_in *zip, const char *part, struct xml_tree **out) MUST_CHECK;

/* True for an element of that name; by local name and namespace. */
bool docx_is(const struct xml_node *n, enum docx_ns ns, const char *name);
const struct xml_node *docx_child(const struct xml_node *n, enum docx_ns ns, const char *name);
/* The attribute w:val (or m:val) of n, NULL without one or when n is NULL. */
const char *docx_val(const struct xml_node *n);
const char *docx_attr(const struct xml_node *n, enum docx_ns ns, const char *name);
/* A toggle element such as <w:b/>: 1 on, 0 off, -1 when n is NULL. */
int docx_toggle(const struct xml_node *n);

/* Character formatting as far as it is said at one place; -1 or false where it is not. */
struct docx_props {
	int bold;
	int italic;
	int underline;
	int strike;
	int hidden;
	int raised; /* 0 none, 1 superscript, 2 subscript */
	bool has_color;
	uint32_t color;
	bool has_mark;
	uint32_t mark;
	int symbol_font; /* 1: Symbol, 2: Wingdings, 0: another */
	int old_font;
	int caps;
};

extern const struct docx_props docx_props_none;
void docx_props_read(const struct xml_node *rpr, struct docx_props *out);
/* What `over` says replaces what `props` says. */
void docx_props_merge(struct docx_props *props, const struct docx_props *over);
struct flow_style docx_props_style(const struct docx_props *props);

struct docx_style {
	const char *id;
	const char *based_on;
	struct docx_props props;
	const char *num_id; /* numbering of a paragraph style, or NULL */
	const char *level;
	const char *align;
};

struct docx_styles {
	struct xml_tree *tree;
	struct docx_style *items; /* sorted by id */
	size_t count;
	struct docx_props defaults;
	const char *default_paragraph; /* style id, or NULL */
};

enum err docx_styles_read(struct zip_in *zip, const char *part, struct docx_styles *out) MUST_CHECK;
void docx_styles_finish(struct docx_styles *s);
const struct docx_style *docx_style_find(const struct docx_styles *s, const char *id);
/* Formatting of a style with everything it is based on, over `props`. */
void docx_style_apply(const struct docx_styles *s, const char *id, struct docx_props *props);
/* The nearest numbering or alignment that a paragraph style or one it is based on says. */
const struct docx_style *docx_style_numbering(const struct docx_styles *s, const char *id);
const char *docx_style_align(const struct docx_styles *s, const char *id);

struct docx_level {
	bool is_given;
	int start;
	const char *format; /* w:numFmt */
	const char *text;   /* w:lvlText */
	const char *suffix;
	const char *style; /* paragraph style that means this level */
	int restart;       /* w:lvlRestart, -1 when not said */
	bool is_legal;
	struct docx_props props;
};

struct docx_abstract {
	const char *id;
	const char *link; /* w:numStyleLink: the levels are those of another list */
	struct docx_level levels[DOCX_LEVELS];
	int counters[DOCX_LEVELS];
	bool started[DOCX_LEVELS];
};

struct docx_num {
	const char *id;
	size_t abstract;                       /* index */
	struct docx_level levels[DOCX_LEVELS]; /* overrides */
	int starts[DOCX_LEVELS];               /* w:startOverride, INT_MIN when none */
	bool has_restarted[DOCX_LEVELS];
};

struct docx_numbering {
	struct xml_tree *tree;
	struct docx_abstract *abstracts;
	size_t abstract_count;
	struct docx_num *nums;
	size_t num_count;
};

enum err docx_numbering_read(struct zip_in *zip, const char *part, const struct docx_styles *styles,
		struct docx_numbering *out) MUST_CHECK;
void docx_numbering_finish(struct docx_numbering *n);

struct docx_label {
	char text[DOCX_LABEL_BYTES]; /* as shown, "" for none */
	struct docx_props props;
	bool is_bullet;
};

/* Counts one paragraph of list num_id at `level` (or, when negative, at the level that is tied to
 * the paragraph style) and gives its label. False when there is no such list. */
bool docx_numbering_next(struct docx_numbering *n, const char *num_id, int level, const char *style,
		struct docx_label *out);

struct docx_relation {
	const char *id;
	char *target;   /* path inside the archive, or NULL for one outside */
	size_t picture; /* number + 1 once it was read */
};

/* Everything that the walk over the body needs. */
struct docx_reader {
	struct zip_in *zip;
	struct docx *docx;
	struct docx_styles styles;
	struct docx_numbering numbering;
	struct xml_tree *relations_tree;
	struct docx_relation *relations;
	size_t relation_count;
	size_t media_bytes;
	struct xml_tree *footnotes; /* or NULL */
	struct xml_tree *endnotes;
	size_t notes_told;
};

/* Writes the body's lines into reader->docx->flow. */
enum err docx_body_read(struct docx_reader *reader, const struct xml_node *body) MUST_CHECK;

/* The picture that a relationship names: read once, its number in docx->pictures. ERR_NOT_FOUND
 * for a link to the outside, a missing part or one picture too many. */
enum err docx_picture_take(
		struct docx_reader *reader, const char *relation, size_t *out) MUST_CHECK;
/* Adds the pictures, drawings and equation previews below a w:drawing, w:pict or w:object. */
enum err docx_object_add(struct docx_reader *reader, const struct xml_node *n,
		struct flow_style style) MUST_CHECK;
/* Writes the text of the note that a w:footnoteReference or w:endnoteReference names, in
 * parentheses; one too long to be told is a lost drawing. */
void docx_note_add(struct docx_reader *reader, const struct xml_node *reference,
		struct flow_style style);
/* The text boxes (w:txbxContent) below a node, at most `max`; gives how many. */
size_t docx_text_boxes(const struct xml_node *n, const struct xml_node **out, size_t max);
/* The branch of an mc:AlternateContent that is taken, or NULL. */
const struct xml_node *docx_alternate(const struct xml_node *n);
/* A character of the fonts Symbol (1) or Wingdings (2) as Unicode, 0 when unknown. */
int32_t docx_symbol(int font, uint32_t code);

#endif
