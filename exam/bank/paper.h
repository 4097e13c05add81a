#ifndef EXAM_BANK_PAPER_H
#define EXAM_BANK_PAPER_H

/*
 * A paper and its variants (mã đề). A variant is a layout: which question stands in which slot and
 * which original option is shown under which letter. Layouts are drawn from a seed, the same for
 * ever. Items move only inside their part, items that share a passage move together and keep their
 * order, options move when the question allows it, and a last option that must stay last stays.
 *
 * The layout is the server's secret until the close. What students get is the plaintext paper:
 * texts and shown letters only, never a key, an original order or a question's id.
 * Pure: no database, no clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "exam/bank/blueprint.h"
#include "exam/bank/question.h"

enum {
	PAPER_CHOICES_MAX = QUESTION_OPTIONS_MAX,
	PAPER_VARIANTS_MAX = 48,
	PAPER_VARIANT_BYTES = 9,            /* "101", with the final '\0'; the column holds 8 */
	PAPER_VARIANT_FIRST = 101,          /* the code of the first variant */
	PAPER_REDRAWS_MAX = 32,             /* tries for a variant that equals an earlier one */
	PAPER_LAYOUT_BYTES_MAX = 256 << 10, /* of a printed layout */
	PAPER_TEXT_BYTES_MAX = 2 << 20,     /* of a printed plaintext, without pictures */
	PAPER_PICTURES_MAX = 200,
	PAPER_PICTURES_BYTES_MAX = 2 << 20, /* all pictures of a paper together */
	PAPER_PICTURE_PART_BYTES = 512
			<< 10, /* of one sealed part; a larger picture stands alone */
};

/* A slot of a variant. Slot numbers are the index plus one. */
struct paper_slot {
	uint64_t question_id;
	uint32_t revision;
	unsigned part;
	unsigned weight_x100;
	enum question_kind kind;
	unsigned choice_count;            /* options or statements */
	uint8_t order[PAPER_CHOICES_MAX]; /* order[shown index] = original index */
};

struct paper_layout {
	struct blueprint_steps steps[BLUEPRINT_PARTS_MAX]; /* of each part, for the scoring */
	size_t part_count;
	struct paper_slot *slots;
	size_t slot_count;
};

void paper_layout_free(struct paper_layout *layout);
DEFINE_FREEP(struct paper_layout *, paper_layout_free);

/* The code of the variant with that index: 0 gives "101". */
void paper_variant_code(unsigned index, char out[PAPER_VARIANT_BYTES]);

/*
 * The layout in which the teacher wrote it: nothing moves.
 *
 * Errors  ERR_LIMIT    no item, or more than BLUEPRINT_ITEMS_MAX
 *         ERR_INVAL    items are not in the order of their parts, name a part that is not there,
 *                      or have more choices than PAPER_CHOICES_MAX
 *         ERR_NOMEM
 * The caller frees *out.
 */
enum err paper_layout_original(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, struct paper_layout **out) MUST_CHECK;

/*
 * Draws `variant_count` layouts from the seed into out[]. Two variants differ whenever the paper
 * has that many orders and PAPER_REDRAWS_MAX tries find one. A single variant keeps the teacher's
 * own order. Errors as above, and ERR_LIMIT for 0 or more than PAPER_VARIANTS_MAX variants. The
 * caller frees every layout; on failure there is none.
 */
enum err paper_draw(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, uint64_t seed, unsigned variant_count,
		struct paper_layout *out[]) MUST_CHECK;

bool paper_layout_equal(const struct paper_layout *a, const struct paper_layout *b);

/* The column variant.layout: one JSON document; an own version number stands in it. */
void paper_layout_print(const struct paper_layout *layout, struct buf *out);
/* ERR_CORRUPT when the text is not such a document or an order is no permutation. */
enum err paper_layout_parse(struct str text, struct paper_layout **out) MUST_CHECK;

/* A picture of the paper; place by paper_place_pictures(). */
struct paper_picture {
	uint8_t hash[32];
	struct str mime;
	struct str bytes;
	unsigned part; /* sealed part 1, 2 … */
	size_t offset;
};

/*
 * Orders the pictures by their hash, so that the order says nothing about a variant, and gives
 * each its sealed part and offset. The same hash twice is refused.
 *
 * Errors  ERR_LIMIT   more than PAPER_PICTURES_MAX pictures or PAPER_PICTURES_BYTES_MAX bytes
 *         ERR_EXISTS  the same picture twice
 */
enum err paper_place_pictures(
		struct paper_picture *pictures, size_t count, unsigned *out_part_count) MUST_CHECK;

/* The texts of one question, in their original order; the HTML was cleaned when it was stored. */
struct paper_content {
	uint64_t question_id;
	uint32_t revision;
	struct str stem;
	struct str choices[PAPER_CHOICES_MAX]; /* options or statements */
	size_t choice_count;
	uint64_t passage_id; /* 0: none */
	struct str passage;
};

/* All that a variant's plaintext is made of, besides its layout. */
struct paper_texts {
	const char *title;
	const char *subject;
	const char *variant;
	const struct blueprint *bp;
	const struct paper_content *contents; /* in any order */
	size_t content_count;
	const struct paper_picture *pictures; /* placed */
	size_t picture_count;
};

/*
 * Appends the plaintext of a variant: part 0 of the sealed paper, UTF-8 JSON as docs/protocol.md
 * says. Options stand under the letters shown in this variant.
 *
 * Errors  ERR_MISSING  a slot's question and revision are not among the contents
 *         ERR_CORRUPT  a content has another number of choices than its slot
 *         ERR_LIMIT    longer than the buffer may be; ERR_FORMAT for text that is not UTF-8
 */
enum err paper_print(const struct paper_texts *texts, const struct paper_layout *layout,
		struct buf *out) MUST_CHECK;

/* "0,25" for 25, "0,5" for 50, "1" for 100: points as a Vietnamese paper shows them. */
void paper_points_text(unsigned points_x100, char out[16]);

#endif
