/*
 * Prints one table of a province (province.h) as LOAD DATA reads it (row_out.h).
 *
 *     province --tables                 the tables and their columns, a line each
 *     province --table NAME [--schools N] [--classes N] [--students N] [--seed N]
 *
 * Classes and students are of each school; without them: 80 schools, 33 classes, 1,500 students.
 */
#include "tests/bench/province.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "tests/bench/province_tables.h"

#define BUFFER_BYTES (1 << 20)

#define LEDGER_COLUMNS                                                          \
	"class_id,subject_id,number,school_id,column_id,student_id,act,old_x10" \
	",new_x10,why,person_id,at_ms,hash,approved_by,ref"

static const struct {
	const char *name;
	const char *columns;
	void (*print)(const struct province *p);
} tables[] = {
	{ "province", "id,code,name,valid_from", province_print_province },
	{ "commune", "id,province_id,code,name,valid_from", province_print_commune },
	{ "school", "id,commune_id,code,name,level,created_at_ms,current_year_id",
			province_print_school },
	{ "school_year", "id,school_id,code,starts_on,ends_on", province_print_school_year },
	{ "term", "id,school_id,school_year_id,number,starts_on,ends_on", province_print_term },
	{ "subject", "id,school_id,code,name,kind,position", province_print_subject },
	{ "subject_load", "school_id,school_year_id,subject_id,grade,lessons_a_year",
			province_print_subject_load },
	{ "person",
			"id,full_name,sort_given,sort_rest,search_name,birth_date,sex"
			",created_at_ms",
			province_print_person },
	{ "account", "person_id,phone,state,created_at_ms", province_print_account },
	{ "membership", "school_id,person_id,role,login", province_print_membership },
	{ "class", "id,school_id,school_year_id,grade,name,homeroom_person_id",
			province_print_class },
	{ "student", "id,school_id,person_id,code", province_print_student },
	{ "enrolment", "school_id,class_id,student_id,position,from_on", province_print_enrolment },
	{ "guardian", "school_id,student_id,person_id,relation", province_print_guardian },
	{ "teaching", "school_id,class_id,subject_id,person_id", province_print_teaching },
	{ "mark_column",
			"id,school_id,class_id,subject_id,term_id,kind,position"
			",published_at_ms",
			province_print_mark_column },
	{ "mark", "school_id,column_id,student_id,value_x10,version,changed_by,changed_at_ms",
			province_print_mark },
	{ "mark_ledger", LEDGER_COLUMNS, province_print_mark_ledger },
	{ "mark_ledger_head", "class_id,subject_id,school_id,number,hash",
			province_print_mark_ledger_head },
	{ "conduct",
			"school_id,class_id,student_id,term_id,stage,level,version,changed_by"
			",changed_at_ms",
			province_print_conduct },
	{ "remark",
			"school_id,class_id,student_id,term_id,subject_id,text,version"
			",changed_by,changed_at_ms",
			province_print_remark },
	{ "roll_call", "school_id,class_id,on_date,session,version,taken_by,taken_at_ms",
			province_print_roll_call },
	{ "roll_call_take", "school_id,class_id,on_date,session,version,taken_by,at_ms",
			province_print_roll_call },
	{ "roll_call_change",
			"school_id,class_id,on_date,session,version,student_id,old_kind,new_kind",
			province_print_roll_call_change },
	{ "absence",
			"school_id,class_id,on_date,session,student_id,kind,changed_by"
			",changed_at_ms",
			province_print_absence },
};

static int list_tables(void) {
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		printf("%s %s\n", tables[i].name, tables[i].columns);
	}
	return 0;
}

static int print_table(const struct province *p, const char *name) {
	for (size_t i = 0; name && i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (strcmp(tables[i].name, name) == 0) {
			(void)setvbuf(stdout, NULL, _IOFBF,
					BUFFER_BYTES); /* else it is only slower */
			tables[i].print(p);
			return fflush(stdout) || ferror(stdout);
		}
	}
	(void)fputs("province: there is no such table\n", stderr);
	return 2;
}

int main(int argc, char **argv) {
	struct province p = { .seed = 1, .schools = 80, .classes = 33, .students = 1500 };
	const char *name = NULL;
	if (argc == 2 && strcmp(argv[1], "--tables") == 0) {
		return list_tables();
	}
	for (int i = 1; i + 1 < argc; i += 2) {
		uint64_t *const number = strcmp(argv[i], "--schools") == 0 ? &p.schools
				: strcmp(argv[i], "--classes") == 0        ? &p.classes
				: strcmp(argv[i], "--students") == 0       ? &p.students
				: strcmp(argv[i], "--seed") == 0           ? &p.seed
									   : NULL;
		if (strcmp(argv[i], "--table") == 0) {
			name = argv[i + 1];
		} else if (!number || str_parse_u64(str_from(argv[i + 1]), number)) {
			(void)fprintf(stderr, "province: %s %s?\n", argv[i], argv[i + 1]);
			return 2;
		}
	}
	if (p.schools == 0 || p.classes == 0 || p.students < p.classes) {
		(void)fputs("province: a school has classes, a class students\n", stderr);
		return 2;
	}
	return print_table(&p, name);
}
