#include "core/doc/xlsx_read.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/doc/xlsx_inner.h"

enum {
	SMALL_PART_BYTES_MAX = 4 * 1024 * 1024,
	STYLES_BYTES_MAX = 16 * 1024 * 1024,
	NAMES_BYTES_MAX = 64 * 1024,
	FORMATS_MAX = 10000,
};

/* Types of relationships end alike in the transitional and the strict form of the standard. */
static const char type_book[] = "/officeDocument";
static const char type_sheet[] = "/worksheet";
static const char type_strings[] = "/sharedStrings";
static const char type_styles[] = "/styles";

struct str xlsx_attr(struct xml_in *xml, const char *name) {
	return str_from(xml_in_attr(xml, "", name));
}

static bool ends_with(const char *text, const char *end) {
	size_t n = strlen(text);
	size_t m = strlen(end);
	return n >= m && strcmp(text + n - m, end) == 0;
}

static enum err read_part(struct xlsx_read *book, const char *path, size_t most, struct buf *out) {
	enum err e = zip_in_read(book->zip, path, most, out);
	return e == ERR_NOT_FOUND ? ERR_FORMAT : e;
}

/* A target as written in a relationship, seen from the folder of `base`, as a path in the zip. */
static enum err resolve(const char *base, const char *target, char out[XLSX_PATH_BYTES]) {
	size_t folder = 0;
	if (target[0] == '/') {
		target++;
	} else {
		const char *slash = strrchr(base, '/');
		folder = slash ? (size_t)(slash - base) + 1 : 0;
	}
	while (strncmp(target, "../", 3) == 0) {
		if (folder == 0) {
			return ERR_FORMAT;
		}
		folder--; /* the slash itself */
		while (folder > 0 && base[folder - 1] != '/') {
			folder--;
		}
		target += 3;
	}
	size_t n = strlen(target);
	if (n == 0 || folder + n >= XLSX_PATH_BYTES) {
		return ERR_FORMAT;
	}
	memcpy(out, base, folder);
	memcpy(out + folder, target, n + 1);
	return ERR_OK;
}

/* "xl/workbook.xml" gives "xl/_rels/workbook.xml.rels". */
static enum err rels_path(const char *part, char out[XLSX_PATH_BYTES]) {
	const char *slash = strrchr(part, '/');
	size_t folder = slash ? (size_t)(slash - part) + 1 : 0;
	size_t n = strlen(part) + sizeof("_rels/.rels");
	if (n > XLSX_PATH_BYTES) {
		return ERR_FORMAT;
	}
	memcpy(out, part, folder);
	memcpy(out + folder, "_rels/", 6);
	size_t rest = strlen(part) - folder;
	memcpy(out + folder + 6, part + folder, rest);
	memcpy(out + folder + 6 + rest, ".rels", 6);
	return ERR_OK;
}

static enum err read_tree(struct xlsx_read *book, const char *path, struct xml_tree **out) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(SMALL_PART_BYTES_MAX);
	enum err e = read_part(book, path, SMALL_PART_BYTES_MAX, &bytes);
	if (e) {
		return e;
	}
	return xml_tree_parse(bytes.data, bytes.len, out);
}

/*
 * The path of the first relationship of that type, or of that id when id is given. ERR_NOT_FOUND
 * when there is none.
 */
static enum err find_target(const struct xml_node *rels, const char *base, const char *type,
		const char *id, char out[XLSX_PATH_BYTES]) {
	for (const struct xml_node *rel = rels->first; rel; rel = rel->next) {
		const char *target = rel->name ? xml_node_attr(rel, "", "Target") : NULL;
		const char *rel_type = rel->name ? xml_node_attr(rel, "", "Type") : NULL;
		const char *rel_id = rel->name ? xml_node_attr(rel, "", "Id") : NULL;
		if (target && rel_type && ends_with(rel_type, type) &&
				(!id || (rel_id && strcmp(rel_id, id) == 0))) {
			return resolve(base, target, out);
		}
	}
	return ERR_NOT_FOUND;
}

static bool is_true(const char *value) {
	return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

/* Takes one <sheet> of the workbook when it is a worksheet. */
static enum err add_sheet(struct xlsx_read *book, const struct xml_node *node,
		const struct xml_node *rels, const char *base) {
	const char *name = xml_node_attr(node, "", "name");
	const char *state = xml_node_attr(node, "", "state");
	const char *id = NULL;
	for (size_t i = 0; i < node->attr_count; i++) {
		bool is_rel = strcmp(node->attrs[i].name, "id") == 0 && node->attrs[i].ns[0];
		id = is_rel ? node->attrs[i].value : id;
	}
	if (!name || !id) {
		return ERR_FORMAT;
	}
	struct xlsx_sheet *sheet = &book->sheets[book->sheet_count];
	enum err e = find_target(rels, base, type_sheet, id, sheet->path);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e; /* a chart or a macro sheet */
	}
	if (book->sheet_count == XLSX_READ_SHEETS_MAX) {
		return ERR_LIMIT;
	}
	size_t start = book->names.len;
	buf_add_str(&book->names, name);
	sheet->name = (struct str){ NULL, book->names.len - start };
	sheet->is_hidden = state && strcmp(state, "visible") != 0;
	book->sheet_count++;
	return buf_err(&book->names);
}

static enum err read_sheets(struct xlsx_read *book, const struct xml_node *root,
		const struct xml_node *rels, const char *base) {
	const struct xml_node *pr = xml_node_child(root, NULL, "workbookPr");
	book->is_1904 = pr && is_true(xml_node_attr(pr, "", "date1904"));
	const struct xml_node *sheets = xml_node_child(root, NULL, "sheets");
	if (!sheets) {
		return ERR_FORMAT;
	}
	/* One more than allowed, so that add_sheet sees which one is too many. */
	book->sheets = calloc(XLSX_READ_SHEETS_MAX + 1, sizeof(*book->sheets));
	if (!book->sheets) {
		return ERR_NOMEM;
	}
	for (const struct xml_node *node = sheets->first; node; node = node->next) {
		if (!node->name || strcmp(node->name, "sheet") != 0) {
			continue;
		}
		enum err e = add_sheet(book, node, rels, base);
		if (e) {
			return e;
		}
	}
	const char *at = buf_str(&book->names); /* does not move any more */
	for (size_t i = 0; i < book->sheet_count; i++) {
		book->sheets[i].name.p = at;
		at += book->sheets[i].name.n;
	}
	return book->sheet_count ? ERR_OK : ERR_FORMAT;
}

enum err xlsx_read_text(struct xml_in *xml, struct buf *out) {
	size_t outer = xml_in_depth(xml);
	_cleanup_(buf_finish) struct buf raw = buf_make(XLSX_READ_CELL_BYTES_MAX);
	bool is_text = false;
	for (;;) {
		enum xml_event event = XML_EVENT_DONE;
		enum err e = xml_in_next(xml, &event);
		if (!e && event == XML_EVENT_START && strcmp(xml_in_name(xml), "rPh") == 0) {
			e = xml_in_skip(xml);
		} else if (event == XML_EVENT_START) {
			is_text = strcmp(xml_in_name(xml), "t") == 0;
		} else if (event == XML_EVENT_TEXT && is_text) {
			buf_add_str(&raw, xml_in_text(xml));
			e = e ? e : buf_err(&raw);
		} else if (event == XML_EVENT_END) {
			is_text = false;
			if (xml_in_depth(xml) == outer) {
				xlsx_cell_unescape((struct str){ buf_str(&raw), raw.len }, out);
				return buf_err(out);
			}
		}
		if (e || event == XML_EVENT_DONE) {
			return e ? e : ERR_FORMAT;
		}
	}
}

static enum err add_string(struct xlsx_read *book, size_t *cap, struct xml_in *xml) {
	if (book->string_count == XLSX_READ_STRINGS_MAX) {
		return ERR_LIMIT;
	}
	if (book->string_count == *cap) {
		size_t more = *cap ? *cap * 2 : 1024;
		size_t *ends = realloc(book->string_ends, more * sizeof(*ends));
		if (!ends) {
			return ERR_NOMEM;
		}
		book->string_ends = ends;
		*cap = more;
	}
	enum err e = xlsx_read_text(xml, &book->strings);
	if (e) {
		return e;
	}
	book->string_ends[book->string_count++] = book->strings.len;
	return ERR_OK;
}

static enum err read_strings(struct xlsx_read *book, const char *path) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_READ_PART_BYTES_MAX);
	enum err e = read_part(book, path, XLSX_READ_PART_BYTES_MAX, &bytes);
	if (e) {
		return e;
	}
	_cleanup_(xml_in_freep) struct xml_in *xml = NULL;
	e = xml_in_new(bytes.data, bytes.len, &xml);
	if (e) {
		return e;
	}
	size_t cap = 0;
	for (;;) {
		enum xml_event event = XML_EVENT_DONE;
		e = xml_in_next(xml, &event);
		if (e || event == XML_EVENT_DONE) {
			return e;
		}
		if (event == XML_EVENT_START && xml_in_depth(xml) == 2) {
			e = strcmp(xml_in_name(xml), "si") == 0 ? add_string(book, &cap, xml)
								: xml_in_skip(xml);
		}
		if (e) {
			return e;
		}
	}
}

enum err xlsx_read_string(const struct xlsx_read *book, struct str number, struct str *out) {
	uint64_t n = 0;
	if (str_parse_u64(str_trim(number), &n) || n >= book->string_count) {
		return ERR_FORMAT;
	}
	size_t start = n ? book->string_ends[n - 1] : 0;
	*out = (struct str){ buf_str(&book->strings) + start, book->string_ends[n] - start };
	return ERR_OK;
}

/* Number formats that the file defines: bit by id whether it is defined, and whether it is a day. */
struct formats {
	unsigned char is_known[FORMATS_MAX];
	unsigned char is_date[FORMATS_MAX];
};

static unsigned id_of(struct xml_in *xml) {
	uint64_t id = 0;
	/* An id that is no number, or absurd, is the general format. */
	return str_parse_u64(xlsx_attr(xml, "numFmtId"), &id) || id >= FORMATS_MAX ? 0
										   : (unsigned)id;
}

static enum err add_style(struct xlsx_read *book, const struct formats *formats, unsigned id) {
	if (book->style_count == XLSX_READ_STYLES_MAX) {
		return ERR_LIMIT;
	}
	book->styles[book->style_count++] =
			formats->is_known[id] ? formats->is_date[id] : xlsx_cell_is_date_id(id);
	return ERR_OK;
}

static enum err walk_styles(struct xlsx_read *book, struct xml_in *xml, struct formats *formats) {
	bool is_in_cells = false; /* inside cellXfs; cellStyleXfs has the same elements */
	for (;;) {
		enum xml_event event = XML_EVENT_DONE;
		enum err e = xml_in_next(xml, &event);
		if (e || event == XML_EVENT_DONE) {
			return e;
		}
		const char *name = event == XML_EVENT_TEXT ? "" : xml_in_name(xml);
		if (strcmp(name, "cellXfs") == 0) {
			is_in_cells = event == XML_EVENT_START;
		} else if (event == XML_EVENT_START && strcmp(name, "numFmt") == 0 &&
				xml_in_depth(xml) == 3) {
			unsigned id = id_of(xml);
			formats->is_known[id] = id > 0;
			formats->is_date[id] = xlsx_cell_is_date_code(xlsx_attr(xml, "formatCode"));
		} else if (event == XML_EVENT_START && strcmp(name, "xf") == 0 && is_in_cells) {
			e = add_style(book, formats, id_of(xml));
			if (e) {
				return e;
			}
		}
	}
}

static enum err read_styles(struct xlsx_read *book, const char *path) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(STYLES_BYTES_MAX);
	enum err e = read_part(book, path, STYLES_BYTES_MAX, &bytes);
	if (e) {
		return e;
	}
	_cleanup_(xml_in_freep) struct xml_in *xml = NULL;
	e = xml_in_new(bytes.data, bytes.len, &xml);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) struct formats *formats = calloc(1, sizeof(*formats));
	book->styles = calloc(XLSX_READ_STYLES_MAX, 1);
	if (!formats || !book->styles) {
		return ERR_NOMEM;
	}
	return walk_styles(book, xml, formats);
}

/* A zip without a workbook of ours: another program's kind, or no workbook at all. */
static enum err name_stranger(struct xlsx_read *book) {
	bool is_other_kind = zip_in_has(book->zip, "xl/workbook.bin") ||
			(zip_in_has(book->zip, "mimetype") && zip_in_has(book->zip, "content.xml"));
	return is_other_kind ? ERR_UNSUPPORTED : ERR_FORMAT;
}

static enum err find_book(struct xlsx_read *book, char path[XLSX_PATH_BYTES]) {
	if (zip_in_has(book->zip, "xl/workbook.bin") || !zip_in_has(book->zip, "_rels/.rels")) {
		return name_stranger(book);
	}
	_cleanup_(xml_tree_freep) struct xml_tree *tree = NULL;
	enum err e = read_tree(book, "_rels/.rels", &tree);
	if (e) {
		return e;
	}
	e = find_target(xml_tree_root(tree), "", type_book, NULL, path);
	return e == ERR_NOT_FOUND ? name_stranger(book) : e;
}

/* A part that a book may lack. */
static enum err read_optional(struct xlsx_read *book, const struct xml_node *rels, const char *base,
		const char *type, enum err (*read)(struct xlsx_read *, const char *)) {
	char path[XLSX_PATH_BYTES];
	enum err e = find_target(rels, base, type, NULL, path);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	return read(book, path);
}

static enum err read_book(struct xlsx_read *book) {
	char path[XLSX_PATH_BYTES] = "";
	enum err e = find_book(book, path);
	if (e) {
		return e;
	}
	_cleanup_(xml_tree_freep) struct xml_tree *tree = NULL;
	e = read_tree(book, path, &tree);
	if (e) {
		return e;
	}
	if (strcmp(xml_tree_root(tree)->name, "workbook") != 0) {
		return ERR_FORMAT; /* a Word file, for one */
	}
	memcpy(book->path, path, sizeof(path));
	char rels_name[XLSX_PATH_BYTES];
	e = rels_path(path, rels_name);
	if (e) {
		return e;
	}
	_cleanup_(xml_tree_freep) struct xml_tree *rels = NULL;
	e = read_tree(book, rels_name, &rels);
	if (e) {
		return e;
	}
	e = read_sheets(book, xml_tree_root(tree), xml_tree_root(rels), path);
	if (e) {
		return e;
	}
	e = read_optional(book, xml_tree_root(rels), path, type_strings, read_strings);
	if (e) {
		return e;
	}
	return read_optional(book, xml_tree_root(rels), path, type_styles, read_styles);
}

enum err xlsx_read_new(const void *bytes, size_t n, struct xlsx_read **out) {
	static const unsigned char compound[8] = { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 };
	assert(bytes || n == 0);
	assert(out);
	if (n >= sizeof(compound) && memcmp(bytes, compound, sizeof(compound)) == 0) {
		return ERR_UNSUPPORTED; /* .xls, or an .xlsx locked with a password */
	}
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = calloc(1, sizeof(*book));
	if (!book) {
		return ERR_NOMEM;
	}
	book->names = buf_make(NAMES_BYTES_MAX);
	book->strings = buf_make(XLSX_READ_STRINGS_BYTES_MAX);
	enum err e = zip_in_new(bytes, n, &book->zip);
	if (e) {
		return e;
	}
	e = read_book(book);
	if (e) {
		return e;
	}
	*out = STEAL(book);
	return ERR_OK;
}

void xlsx_read_free(struct xlsx_read *book) {
	if (!book) {
		return;
	}
	zip_in_free(book->zip);
	free(book->sheets);
	buf_finish(&book->names);
	buf_finish(&book->strings);
	free(book->string_ends);
	free(book->styles);
	free(book);
}

size_t xlsx_read_sheet_count(const struct xlsx_read *book) {
	return book->sheet_count;
}

struct str xlsx_read_sheet_name(const struct xlsx_read *book, size_t sheet) {
	assert(sheet < book->sheet_count);
	return book->sheets[sheet].name;
}

bool xlsx_read_sheet_is_hidden(const struct xlsx_read *book, size_t sheet) {
	assert(sheet < book->sheet_count);
	return book->sheets[sheet].is_hidden;
}
