#include "core/school/roster_export.h"

#include <stdlib.h>

#include "core/doc/xlsx_read.h"
#include "core/doc/xlsx_write.h"
#include "tests/check.h"

static const uint8_t id_key[32] = { 1 };

enum { STUDENTS = 60, CLASSES = 2 };

/* The text with the number in place of each '#', and two letters for it in place of each '$'. */
static struct str copy(struct roster_known *known, const char *text, unsigned i) {
	_cleanup_(buf_finish) struct buf b = buf_make(200);
	for (const char *at = text; *at; at++) {
		if (*at == '#') {
			buf_add_u64(&b, i);
		} else if (*at == '$') {
			buf_addf(&b, "%c%c", 'A' + i / 26 % 26, 'a' + i % 26);
		} else {
			buf_add_char(&b, *at);
		}
	}
	struct str out = { "", 0 };
	CHECK_INT("copy", arena_copy(&known->arena, (struct str){ buf_str(&b), b.len }, &out),
			ERR_OK);
	return out;
}

/* Students with everything, with nothing, and with texts that a spreadsheet would mangle. */
static void make_student(struct roster_known *known, unsigned i) {
	static const char *const names[] = { "Nguyễn Thị Ánh $", "=Lê Văn Bình $", "H’Hen Niê $" };
	static const char *const notes[] = { "", "+ học lại #", "-#", "@nhà", "0#", "1/2", "TRUE" };
	struct roster_known_guardian *guardians = NULL;
	void *memory = NULL;
	CHECK_INT("memory", arena_take(&known->arena, 3 * sizeof(*guardians), &memory), ERR_OK);
	guardians = memory;
	guardians[0] = (struct roster_known_guardian){ 900 + i, ROSTER_FATHER,
		copy(known, "Nguyễn Văn Cha $", i), copy(known, "+8491234#", 1000 + i) };
	guardians[1] = (struct roster_known_guardian){ 1900 + i, ROSTER_MOTHER,
		copy(known, "Trần Thị Mẹ $", i), { "", 0 } };
	guardians[2] = (struct roster_known_guardian){ 2900 + i, ROSTER_OTHER,
		copy(known, "Phụ huynh em $", i), copy(known, "+84243333#", 1000 + i) };
	known->students[i] = (struct roster_known_student){
		.student_id = 100 + i,
		.person_id = 500 + i,
		.code = copy(known, "00#", 1000 + i),
		.full_name = copy(known, names[i % 3], i),
		.birth = { 2011, 1 + (int)i % 12, 1 + (int)i % 28 },
		.sex = (enum sex)(i % 3),
		.birth_place = copy(known, i % 2 ? "Huế" : "", i),
		.ethnicity = copy(known, "Kinh", i),
		.address = copy(known, "Số #, phố Huế, “khu A”", i),
		.note = copy(known, notes[i % 7], i),
		.class_id = 71 + i % CLASSES,
		.class_name = copy(known, i % CLASSES ? "10A2" : "10A1", i),
		.guardians = guardians,
		.guardian_count = i % 4,
	};
}

static void make_known(struct roster_known *known) {
	known->arena = arena_make(1000000);
	known->students = calloc(STUDENTS, sizeof(*known->students));
	known->classes = calloc(CLASSES, sizeof(*known->classes));
	CHECK("memory", known->students && known->classes);
	known->classes[0] = (struct roster_known_class){ 71, 10, str_from("10A1") };
	known->classes[1] = (struct roster_known_class){ 72, 10, str_from("10A2") };
	known->class_count = CLASSES;
	for (unsigned i = 0; i < STUDENTS; i++) {
		make_student(known, i);
	}
	known->student_count = STUDENTS;
}

static void export_all(const struct roster_known *known, struct buf *out) {
	struct roster_known_student lists[CLASSES][STUDENTS];
	struct roster_export_class classes[CLASSES];
	for (size_t k = 0; k < CLASSES; k++) {
		classes[k] = (struct roster_export_class){ .name = known->classes[k].name,
			.students = lists[k] };
		for (size_t i = 0; i < STUDENTS; i++) {
			if (known->students[i].class_id == known->classes[k].id) {
				lists[k][classes[k].count++] = known->students[i];
			}
		}
	}
	CHECK_INT("export", roster_export(classes, CLASSES, 0, out), ERR_OK);
}

/* Importing what was exported changes nothing. */
static void check_round_trip(void) {
	struct roster_known known = { 0 };
	make_known(&known);
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	export_all(&known, &bytes);
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	CHECK_INT("open", xlsx_read_new(bytes.data, bytes.len, &book), ERR_OK);
	struct grid *grids[CLASSES] = { NULL };
	for (size_t i = 0; i < CLASSES; i++) {
		CHECK_INT("sheet", xlsx_read_grid(book, i, &grids[i]), ERR_OK);
	}
	const struct roster_target target = { 2026, 10, 12, id_key };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = NULL;
	CHECK_INT("plan",
			roster_plan_new((const struct grid *const *)grids, CLASSES, &target, &known,
					&plan),
			ERR_OK);
	CHECK_INT("all the same", plan->counts[ROSTER_SAME], STUDENTS);
	CHECK_INT("and nothing else", plan->row_count, STUDENTS);
	for (size_t i = 0; i < plan->row_count; i++) {
		const struct roster_row *row = &plan->rows[i];
		CHECK_STR("no word about it", row->message_count ? row->messages[0].code.p : "",
				"");
		for (size_t k = 0; k < row->change_count; k++) {
			fprintf(stderr, "row %u: %s: \"%s\" -> \"%s\"\n", row->number,
					roster_field_name(row->changes[k].field),
					row->changes[k].old_text.p, row->changes[k].new_text.p);
		}
	}
	for (size_t i = 0; i < CLASSES; i++) {
		grid_free(grids[i]);
	}
	roster_known_finish(&known);
}

int main(void) {
	check_round_trip();
	_cleanup_(buf_finish) struct buf bytes = buf_make(1000);
	CHECK_INT("no class", roster_export(NULL, 0, 0, &bytes), ERR_MISSING);
	return check_done();
}
