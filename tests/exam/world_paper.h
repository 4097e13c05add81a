#ifndef TESTS_EXAM_WORLD_PAPER_H
#define TESTS_EXAM_WORLD_PAPER_H

/* A bank and a paper of the first school's teacher, in the database of world.h. */

#include "core/db/db.h"

/* What stands in a stem and in a picture, and must be nowhere before the bell. */
#define WORLD_STEM_MARK "DAU-HIEU-TRONG-CAU"
#define WORLD_PICTURE_MARK "DAU-HIEU-TRONG-HINH"

enum {
	WORLD_PAPER_ITEMS = 7, /* single, single, multiple, truefalse, numeric, text, essay */
	WORLD_PAPER_MAX_X100 = 7 * 100,
};

/* Makes them; gives the paper's id. Each item counts one point. */
uint64_t world_paper_make(struct db *db);

#endif
