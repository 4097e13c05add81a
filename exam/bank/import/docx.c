/* The package: finds the parts of a Word document, follows relationships, takes pictures. */

#include "exam/bank/import/docx.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exam/bank/import/docx_part.h"

enum {
	RELATION_PATH_BYTES_MAX = 300,
	MEDIA_TOTAL_BYTES_MAX = 64 * 1024 * 1024,
};

enum err docx_part_read(struct zip_in *zip, const char *part, struct xml_tree **out) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(DOCX_PART_BYTES_MAX);
	enum err e = zip_in_read(zip, part, DOCX_PART_BYTES_MAX, &bytes);
	return e ? e : xml_tree_parse(buf_str(&bytes), bytes.len, out);
}

/*
 * The archive's path of a relationship's target: relative to the folder of the part, or absolute
 * with a leading '/'. "../" goes up inside the archive, never out of it.
 */
static char *join_target(const char *folder, const char *target) {
	struct buf path = buf_make(RELATION_PATH_BYTES_MAX);
	if (target[0] == '/') {
		target++;
	} else {
		buf_add_str(&path, folder);
	}
	while (*target) {
		size_t n = strcspn(target, "/");
		if (n == 2 && memcmp(target, "..", 2) == 0) {
			path.len -= path.len > 0;
			while (path.len > 0 && path.data[path.len - 1] != '/') {
				path.len--;
			}
			if (path.data) {
				path.data[path.len] = '\0';
			}
		} else if (!(n == 1 && target[0] == '.')) {
			buf_add(&path, target, n);
			if (target[n] == '/') {
				buf_add_char(&path, '/');
			}
		}
		target += n + (target[n] == '/');
	}
	char *out = path.err ? NULL : strdup(buf_str(&path));
	buf_finish(&path);
	return out;
}

/* "word/document.xml" gives "word/". */
static char *folder_of(const char *part) {
	const char *slash = strrchr(part, '/');
	return slash ? strndup(part, (size_t)(slash - part) + 1) : strdup("");
}

/* "word/document.xml" gives "word/_rels/document.xml.rels". */
static void relations_name(const char *part, struct buf *out) {
	const char *slash = strrchr(part, '/');
	buf_add(out, part, slash ? (size_t)(slash - part) + 1 : 0);
	buf_add_str(out, "_rels/");
	buf_add_str(out, slash ? slash + 1 : part);
	buf_add_str(out, ".rels");
}

static bool has_type(const struct xml_node *n, const char *ending) {
	const char *type = xml_node_attr(n, NULL, "Type");
	size_t have = type ? strlen(type) : 0;
	size_t want = strlen(ending);
	return have >= want && strcmp(type + have - want, ending) == 0;
}

/* The target of the first relationship of a part whose type ends so, or NULL. */
static enum err find_related(struct zip_in *zip, const char *part, const char *type, char **out) {
	_cleanup_(buf_finish) struct buf name = buf_make(RELATION_PATH_BYTES_MAX);
	_cleanup_(mem_freep) char *folder = folder_of(part);
	_cleanup_(xml_tree_freep) struct xml_tree *tree = NULL;
	relations_name(part, &name);
	enum err e = docx_part_read(zip, buf_str(&name), &tree);
	if (e == ERR_NOT_FOUND) {
		return ERR_OK;
	}
	if (e || !folder) {
		return e ? e : ERR_NOMEM;
	}
	for (const struct xml_node *n = xml_tree_root(tree)->first; n; n = n->next) {
		const char *target = n->name ? xml_node_attr(n, NULL, "Target") : NULL;
		if (target && has_type(n, type)) {
			*out = join_target(folder, target);
			return ERR_OK;
		}
	}
	return ERR_OK;
}

static enum err read_relations(struct docx_reader *r, const char *part) {
	_cleanup_(buf_finish) struct buf name = buf_make(RELATION_PATH_BYTES_MAX);
	_cleanup_(mem_freep) char *folder = folder_of(part);
	relations_name(part, &name);
	enum err e = docx_part_read(r->zip, buf_str(&name), &r->relations_tree);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	const struct xml_node *root = xml_tree_root(r->relations_tree);
	size_t count = 0;
	for (const struct xml_node *n = root->first; n; n = n->next) {
		count++;
	}
	r->relations = calloc(count + 1, sizeof(*r->relations));
	if (!r->relations || !folder) {
		return ERR_NOMEM;
	}
	for (const struct xml_node *n = root->first; n; n = n->next) {
		const char *id = n->name ? xml_node_attr(n, NULL, "Id") : NULL;
		const char *target = n->name ? xml_node_attr(n, NULL, "Target") : NULL;
		const char *mode = n->name ? xml_node_attr(n, NULL, "TargetMode") : NULL;
		if (id && target) {
			struct docx_relation *to = &r->relations[r->relation_count++];
			to->id = id;
			bool is_outside = mode && strcmp(mode, "External") == 0;
			to->target = is_outside ? NULL : join_target(folder, target);
		}
	}
	return ERR_OK;
}

static struct docx_relation *find_relation(struct docx_reader *r, const char *id) {
	for (size_t i = 0; id && i < r->relation_count; i++) {
		if (strcmp(r->relations[i].id, id) == 0) {
			return &r->relations[i];
		}
	}
	return NULL;
}

/* A part may be reached by several relationships; its picture is kept once. */
static size_t known_picture(const struct docx *d, const char *name) {
	for (size_t i = 0; i < d->picture_count; i++) {
		if (strcmp(d->pictures[i].name, name) == 0) {
			return i + 1;
		}
	}
	return 0;
}

static enum err read_picture(struct docx_reader *r, const char *name) {
	struct docx *d = r->docx;
	if (d->picture_count == DOCX_PICTURES_MAX) {
		return ERR_NOT_FOUND;
	}
	_cleanup_(buf_finish) struct buf bytes = buf_make(DOCX_MEDIA_BYTES_MAX);
	size_t left = MEDIA_TOTAL_BYTES_MAX - r->media_bytes;
	enum err e = zip_in_read(r->zip, name,
			left < DOCX_MEDIA_BYTES_MAX ? left : DOCX_MEDIA_BYTES_MAX, &bytes);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_NOT_FOUND;
	}
	if (!d->pictures) {
		d->pictures = calloc(DOCX_PICTURES_MAX, sizeof(*d->pictures));
	}
	char *copy = d->pictures ? strdup(name) : NULL;
	if (!copy) {
		return ERR_NOMEM;
	}
	r->media_bytes += bytes.len;
	struct docx_picture *p = &d->pictures[d->picture_count++];
	p->name = copy;
	p->bytes = buf_steal(&bytes, &p->n);
	return ERR_OK;
}

enum err docx_picture_take(struct docx_reader *r, const char *relation, size_t *out) {
	struct docx_relation *rel = find_relation(r, relation);
	if (!rel || !rel->target) {
		return ERR_NOT_FOUND;
	}
	if (!rel->picture) {
		rel->picture = known_picture(r->docx, rel->target);
	}
	if (!rel->picture) {
		enum err e = read_picture(r, rel->target);
		if (e) {
			return e;
		}
		rel->picture = r->docx->picture_count;
	}
	*out = rel->picture - 1;
	return ERR_OK;
}

static void reader_finish(struct docx_reader *r) {
	docx_styles_finish(&r->styles);
	docx_numbering_finish(&r->numbering);
	for (size_t i = 0; i < r->relation_count; i++) {
		free(r->relations[i].target);
	}
	free(r->relations);
	xml_tree_free(r->relations_tree);
	xml_tree_free(r->footnotes);
	xml_tree_free(r->endnotes);
}

/* Notes are told where they are referred to; a document may do without. */
static enum err read_notes(
		struct docx_reader *r, const char *part, const char *type, struct xml_tree **out) {
	_cleanup_(mem_freep) char *name = NULL;
	enum err e = find_related(r->zip, part, type, &name);
	if (e || !name) {
		return e;
	}
	e = docx_part_read(r->zip, name, out);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Styles and numbering may have any name; without a relationship the usual one is tried. */
static enum err read_side_parts(struct docx_reader *r, const char *part) {
	_cleanup_(mem_freep) char *styles = NULL;
	_cleanup_(mem_freep) char *numbering = NULL;
	enum err e = find_related(r->zip, part, "/styles", &styles);
	e = e ? e : find_related(r->zip, part, "/numbering", &numbering);
	e = e ? e : docx_styles_read(r->zip, styles ? styles : "word/styles.xml", &r->styles);
	e = e ? e
	      : docx_numbering_read(r->zip, numbering ? numbering : "word/numbering.xml",
				&r->styles, &r->numbering);
	e = e ? e : read_notes(r, part, "/footnotes", &r->footnotes);
	e = e ? e : read_notes(r, part, "/endnotes", &r->endnotes);
	return e ? e : read_relations(r, part);
}

static enum err read_document(struct docx_reader *r) {
	_cleanup_(mem_freep) char *part = NULL;
	_cleanup_(xml_tree_freep) struct xml_tree *tree = NULL;
	enum err e = find_related(r->zip, "", "/officeDocument", &part);
	if (e) {
		return e;
	}
	const char *name = part ? part : "word/document.xml";
	e = docx_part_read(r->zip, name, &tree);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_FORMAT : e;
	}
	const struct xml_node *body = docx_child(xml_tree_root(tree), NS_W, "body");
	if (!body) {
		return ERR_FORMAT;
	}
	e = read_side_parts(r, name);
	e = e ? e : docx_body_read(r, body);
	return e ? e : flow_err(&r->docx->flow);
}

enum err docx_read(const void *bytes, size_t n, struct docx **out) {
	assert(out);
	_cleanup_(zip_in_freep) struct zip_in *zip = NULL;
	enum err e = zip_in_new(bytes, n, &zip);
	if (e) {
		return e;
	}
	_cleanup_(docx_freep) struct docx *d = calloc(1, sizeof(*d));
	if (!d) {
		return ERR_NOMEM;
	}
	d->flow = flow_make();
	_cleanup_(reader_finish) struct docx_reader r = { .zip = zip, .docx = d };
	e = read_document(&r);
	if (e) {
		return e;
	}
	*out = STEAL(d);
	return ERR_OK;
}

void docx_free(struct docx *d) {
	if (!d) {
		return;
	}
	flow_finish(&d->flow);
	for (size_t i = 0; i < d->picture_count; i++) {
		free(d->pictures[i].name);
		free(d->pictures[i].bytes);
	}
	free(d->pictures);
	free(d);
}
