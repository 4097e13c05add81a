#include "ws/service/seal_paper.h"

#include <stdlib.h>
#include <string.h>

#include "core/seal/secret.h"
#include "exam/bank/picture_store.h"
#include "exam/bank/rich.h"
#include "exam/hall/sealed.h"

enum { SECTION = 0 };

/* The pictures of a paper, loaded. places[i] points into loaded[…] and is sorted by placing. */
struct pictures {
	struct picture loaded[PAPER_PICTURES_MAX];
	struct paper_picture places[PAPER_PICTURES_MAX];
	size_t count;
	unsigned part_count; /* sealed parts 1 … part_count */
};

static void pictures_free(struct pictures *p) {
	for (size_t i = 0; p && i < p->count; i++) {
		picture_finish(&p->loaded[i]);
	}
	free(p);
}
DEFINE_FREEP(struct pictures *, pictures_free);

static bool has_picture(const struct pictures *p, const uint8_t *hash) {
	for (size_t i = 0; i < p->count; i++) {
		if (memcmp(p->loaded[i].hash, hash, PICTURE_STORE_HASH_BYTES) == 0) {
			return true;
		}
	}
	return false;
}

/* Loads the pictures that a text names and that are not loaded yet. */
static enum err take_pictures(
		struct db *db, uint64_t school_id, struct str rich, struct pictures *p) {
	struct str id;
	for (size_t at = 0; rich_next_picture(rich, &at, &id);) {
		uint8_t hash[PICTURE_STORE_HASH_BYTES];
		enum err e = str_unhex(id, hash, sizeof(hash));
		if (e) {
			return ERR_MISSING;
		}
		if (has_picture(p, hash)) {
			continue;
		}
		if (p->count == PAPER_PICTURES_MAX) {
			return ERR_LIMIT;
		}
		e = picture_store_get(db, school_id, hash, &p->loaded[p->count]);
		if (e) {
			return e == ERR_NOT_FOUND ? ERR_MISSING : e;
		}
		p->count++;
	}
	return ERR_OK;
}

static enum err take_question(struct db *db, uint64_t school_id, const struct bank_question *q,
		struct pictures *p) {
	enum err e = take_pictures(db, school_id, str_from(q->q.stem), p);
	e = e ? e : take_pictures(db, school_id, str_from(q->passage), p);
	for (size_t i = 0; !e && i < q->q.choice_count; i++) {
		e = take_pictures(db, school_id, str_from(q->q.choices[i]), p);
	}
	return e;
}

static enum err load_pictures(struct db *db, const struct seal_paper *what, struct diag *problems,
		struct pictures *p) {
	const struct bank_questions *questions = &what->paper->questions;
	for (size_t i = 0; i < questions->count; i++) {
		enum err e = take_question(db, what->sitting->school_id, &questions->items[i], p);
		if (e == ERR_MISSING) {
			diag_add(problems, DIAG_ERROR, "", (unsigned)i + 1, 0,
					"sitting.picture_missing", NULL);
		}
		if (e) {
			return e;
		}
	}
	for (size_t i = 0; i < p->count; i++) {
		struct picture *picture = &p->loaded[i];
		p->places[i] = (struct paper_picture){ .mime = str_from(picture->mime),
			.bytes = { picture->bytes, picture->bytes_n } };
		memcpy(p->places[i].hash, picture->hash, sizeof(picture->hash));
	}
	return paper_place_pictures(p->places, p->count, &p->part_count);
}

/* The texts of the paper's questions, as the plaintext wants them. */
static void fill_contents(const struct bank_questions *questions, struct paper_content *contents) {
	for (size_t i = 0; i < questions->count; i++) {
		const struct bank_question *q = &questions->items[i];
		contents[i] = (struct paper_content){
			.question_id = q->id,
			.revision = q->revision,
			.stem = str_from(q->q.stem),
			.choice_count = q->q.choice_count,
			.passage_id = q->passage_id,
			.passage = str_from(q->passage),
		};
		for (size_t c = 0; c < q->q.choice_count; c++) {
			contents[i].choices[c] = str_from(q->q.choices[c]);
		}
	}
}

/* The plaintexts of all variants, and how long the longest is. */
struct plains {
	struct buf texts[VARIANT_STORE_MAX];
	size_t count;
	size_t longest;
};

static void plains_free(struct plains *p) {
	for (size_t i = 0; p && i < p->count; i++) {
		buf_finish(&p->texts[i]);
	}
	free(p);
}
DEFINE_FREEP(struct plains *, plains_free);

static enum err print_plains(const struct seal_paper *what, const struct pictures *pictures,
		struct plains *plains) {
	const struct bank_questions *questions = &what->paper->questions;
	_cleanup_(mem_freep) struct paper_content *contents =
			calloc(questions->count + 1, sizeof(*contents));
	if (!contents) {
		return ERR_NOMEM;
	}
	fill_contents(questions, contents);
	struct paper_texts texts = {
		.title = what->sitting->title,
		.subject = what->paper->row.subject_name,
		.bp = &what->paper->bp,
		.contents = contents,
		.content_count = questions->count,
		.pictures = pictures->places,
		.picture_count = pictures->count,
	};
	for (size_t v = 0; v < what->variant_count; v++) {
		struct buf *text = &plains->texts[plains->count++];
		*text = buf_make(PAPER_TEXT_BYTES_MAX);
		texts.variant = what->variants[v].code;
		enum err e = paper_print(&texts, what->variants[v].layout, text);
		if (e) {
			return e;
		}
		plains->longest = text->len > plains->longest ? text->len : plains->longest;
	}
	return ERR_OK;
}

/* One sealed file under the variant's key. */
static enum err write_part(struct db *db, const struct variant_part *which, const uint8_t *key,
		struct str plain, size_t longest) {
	uint8_t nonce[BOX_NONCE_BYTES];
	_cleanup_(buf_finish) struct buf file = buf_make(2 * (size_t)SEALED_PLAIN_BYTES_MAX);
	struct sealed_make make = {
		.header = { which->sitting, which->variant, which->section, which->part,
				which->rev },
		.key = key,
		.nonce = nonce,
		.plain = plain,
		.padded = sealed_padded_bytes(longest),
	};
	secret_random(nonce, sizeof(nonce));
	enum err e = sealed_make(&make, &file);
	return e ? e : variant_store_add_part(db, which, (struct str){ buf_str(&file), file.len });
}

static enum err write_pictures(struct db *db, struct variant_part which, const uint8_t *key,
		const struct pictures *pictures) {
	for (unsigned part = 1; part <= pictures->part_count; part++) {
		_cleanup_(buf_finish) struct buf plain = buf_make(PAPER_PICTURES_BYTES_MAX);
		for (size_t i = 0; i < pictures->count; i++) {
			const struct paper_picture *place = &pictures->places[i];
			if (place->part == part) {
				buf_add(&plain, place->bytes.p, place->bytes.n);
			}
		}
		which.part = (uint16_t)part;
		enum err e = buf_err(&plain);
		e = e ? e
		      : write_part(db, &which, key, (struct str){ buf_str(&plain), plain.len },
					plain.len);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err write_key(struct db *db, const struct keys *keys, const struct variant_part *which,
		const uint8_t *key) {
	uint8_t seal_key[KEYS_BYTES];
	_cleanup_(buf_finish) struct buf box = buf_make(VARIANT_STORE_KEY_BOX_BYTES_MAX);
	keys_derive(keys, KEYS_SEAL_CONTEXT, 0, seal_key);
	enum err e = box_seal(seal_key, (struct str){ (const char *)key, BOX_KEY_BYTES }, &box);
	secret_wipe(seal_key, sizeof(seal_key));
	return e ? e : variant_store_add_key(db, which, (struct str){ buf_str(&box), box.len });
}

static enum err write_variant(struct db *db, const struct keys *keys, const struct seal_paper *what,
		size_t v, const struct plains *plains, const struct pictures *pictures) {
	uint8_t key[BOX_KEY_BYTES];
	struct variant_part which = { what->sitting->school_id, what->sitting->id,
		str_from(what->variants[v].code), SECTION, 0, what->sitting->sealing };
	struct str plain = { buf_str(&plains->texts[v]), plains->texts[v].len };
	secret_random(key, sizeof(key));
	enum err e = write_key(db, keys, &which, key);
	e = e ? e : write_part(db, &which, key, plain, plains->longest);
	e = e ? e : write_pictures(db, which, key, pictures);
	secret_wipe(key, sizeof(key));
	return e;
}

enum err seal_paper_write(struct db *db, const struct keys *keys, const struct seal_paper *what,
		struct diag *problems) {
	_cleanup_(pictures_freep) struct pictures *pictures = calloc(1, sizeof(*pictures));
	_cleanup_(plains_freep) struct plains *plains = calloc(1, sizeof(*plains));
	if (!pictures || !plains) {
		return ERR_NOMEM;
	}
	if (what->variant_count > VARIANT_STORE_MAX) {
		return ERR_LIMIT;
	}
	enum err e = load_pictures(db, what, problems, pictures);
	if (e == ERR_LIMIT) {
		diag_add(problems, DIAG_ERROR, "", 0, 0, "sitting.pictures_large", NULL);
	}
	e = e ? e : print_plains(what, pictures, plains);
	for (size_t v = 0; !e && v < what->variant_count; v++) {
		e = write_variant(db, keys, what, v, plains, pictures);
	}
	return e;
}
