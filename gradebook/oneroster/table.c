#include "gradebook/oneroster/table.h"

#include <assert.h>
#include <string.h>

#include "core/seal/hash.h"

/* In the manifest, and in the archive. */
#define NAMES(name) \
	{ name, name ".csv" }
static const char *const file_names[ONEROSTER_FILES][2] = {
	[ONEROSTER_ACADEMIC_SESSIONS] = NAMES("academicSessions"),
	[ONEROSTER_CATEGORIES] = NAMES("categories"),
	[ONEROSTER_CLASSES] = NAMES("classes"),
	[ONEROSTER_CLASS_RESOURCES] = NAMES("classResources"),
	[ONEROSTER_COURSES] = NAMES("courses"),
	[ONEROSTER_COURSE_RESOURCES] = NAMES("courseResources"),
	[ONEROSTER_DEMOGRAPHICS] = NAMES("demographics"),
	[ONEROSTER_ENROLLMENTS] = NAMES("enrollments"),
	[ONEROSTER_LINE_ITEM_LEARNING_OBJECTIVE_IDS] = NAMES("lineItemLearningObjectiveIds"),
	[ONEROSTER_LINE_ITEMS] = NAMES("lineItems"),
	[ONEROSTER_LINE_ITEM_SCORE_SCALES] = NAMES("lineItemScoreScales"),
	[ONEROSTER_ORGS] = NAMES("orgs"),
	[ONEROSTER_RESOURCES] = NAMES("resources"),
	[ONEROSTER_RESULT_LEARNING_OBJECTIVE_IDS] = NAMES("resultLearningObjectiveIds"),
	[ONEROSTER_RESULTS] = NAMES("results"),
	[ONEROSTER_RESULT_SCORE_SCALES] = NAMES("resultScoreScales"),
	[ONEROSTER_ROLES] = NAMES("roles"),
	[ONEROSTER_SCORE_SCALES] = NAMES("scoreScales"),
	[ONEROSTER_USER_PROFILES] = NAMES("userProfiles"),
	[ONEROSTER_USER_RESOURCES] = NAMES("userResources"),
	[ONEROSTER_USERS] = NAMES("users"),
};

const char *oneroster_file_name(enum oneroster_file file) {
	assert(file < ONEROSTER_FILES);
	return file_names[file][0];
}

const char *oneroster_csv_name(enum oneroster_file file) {
	assert(file < ONEROSTER_FILES);
	return file_names[file][1];
}

const char oneroster_manifest_name[] = "manifest.csv";

/* A column that must have a value in every row begins with "*". */
#define HEAD "*sourcedId", "status", "dateLastModified"

/* clang-format off */
static const char *const columns[ONEROSTER_FILES][ONEROSTER_COLUMNS_MAX + 1] = {
	[ONEROSTER_ACADEMIC_SESSIONS] = { HEAD, "*title", "*type", "*startDate", "*endDate",
		"parentSourcedId", "*schoolYear" },
	[ONEROSTER_CATEGORIES] = { HEAD, "*title", "weight", "metadata.vn.heso" },
	[ONEROSTER_CLASSES] = { HEAD, "*title", "grades", "*courseSourcedId", "classCode",
		"*classType", "location", "*schoolSourcedId", "*termSourcedIds", "subjects",
		"subjectCodes", "periods", "metadata.vn.lop" },
	[ONEROSTER_COURSES] = { HEAD, "schoolYearSourcedId", "*title", "courseCode", "grades",
		"*orgSourcedId", "subjects", "subjectCodes", "metadata.vn.loai",
		"metadata.vn.sotiet", "metadata.vn.tenmon" },
	[ONEROSTER_DEMOGRAPHICS] = { HEAD, "birthDate", "sex", "americanIndianOrAlaskaNative",
		"asian", "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander", "white",
		"demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity", "countryOfBirthCode",
		"stateOfBirthAbbreviation", "cityOfBirth", "publicSchoolResidenceStatus",
		"metadata.vn.dantoc" },
	[ONEROSTER_ENROLLMENTS] = { HEAD, "*classSourcedId", "*schoolSourcedId", "*userSourcedId",
		"*role", "primary", "beginDate", "endDate", "metadata.vn.sott" },
	[ONEROSTER_LINE_ITEMS] = { HEAD, "*title", "description", "*assignDate", "*dueDate",
		"*classSourcedId", "*categorySourcedId", "*academicSessionSourcedId",
		"resultValueMin", "resultValueMax", "*schoolSourcedId", "metadata.vn.loai",
		"metadata.vn.lan", "metadata.vn.heso", "metadata.vn.congbo" },
	[ONEROSTER_LINE_ITEM_SCORE_SCALES] = { HEAD, "title", "*lineItemSourcedId",
		"*scoreScaleSourcedId" },
	[ONEROSTER_ORGS] = { HEAD, "*name", "*type", "identifier", "parentSourcedId",
		"metadata.vn.cap" },
	[ONEROSTER_RESULTS] = { HEAD, "*lineItemSourcedId", "*studentSourcedId", "*scoreStatus",
		"score", "*scoreDate", "comment", "textScore", "classSourcedId", "inProgress",
		"incomplete", "late", "missing", "metadata.vn.kiemtrabu" },
	[ONEROSTER_ROLES] = { HEAD, "*userSourcedId", "*roleType", "*role", "beginDate", "endDate",
		"*orgSourcedId", "userProfileSourcedId" },
	[ONEROSTER_SCORE_SCALES] = { HEAD, "*title", "*type", "*orgSourcedId", "*courseSourcedId",
		"*classSourcedId", "*scoreScaleValue" },
	[ONEROSTER_USERS] = { HEAD, "*enabledUser", "*username", "userIds", "*givenName",
		"*familyName", "middleName", "identifier", "email", "sms", "phone",
		"agentSourcedIds", "grades", "password", "userMasterIdentifier",
		"preferredGivenName", "preferredMiddleName", "preferredFamilyName",
		"primaryOrgSourcedId", "pronouns", "metadata.vn.hoten", "metadata.vn.mon" },
};
/* clang-format on */

size_t oneroster_column_count(enum oneroster_file file) {
	assert(file < ONEROSTER_FILES);
	size_t count = 0;
	while (columns[file][count]) {
		count++;
	}
	return count;
}

const char *oneroster_column_name(enum oneroster_file file, size_t column) {
	assert(column < oneroster_column_count(file));
	const char *name = columns[file][column];
	return name[0] == '*' ? name + 1 : name;
}

bool oneroster_column_is_required(enum oneroster_file file, size_t column) {
	assert(column < oneroster_column_count(file));
	return columns[file][column][0] == '*';
}

/* ---- sourcedIds ---- */

static bool is_plain(char c) {
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			c == '-';
}

struct printing {
	char *out;
	size_t n;
	bool is_cut;
};

static void put(struct printing *p, char c) {
	if (p->n == ONEROSTER_ID_MAX) {
		p->is_cut = true;
		return;
	}
	p->out[p->n++] = c;
}

static void put_part(struct printing *p, struct str part) {
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < part.n; i++) {
		unsigned char c = (unsigned char)part.p[i];
		if (is_plain(part.p[i])) {
			put(p, part.p[i]);
			continue;
		}
		put(p, '_');
		put(p, hex[c >> 4]);
		put(p, hex[c & 15]);
	}
}

static void put_all(struct printing *p, const struct str *parts, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (i > 0) {
			put(p, '.');
		}
		put_part(p, parts[i]);
	}
	p->out[p->n] = '\0';
}

void oneroster_id(char *out, const struct str *parts, size_t count) {
	struct printing p = { .out = out };
	put_all(&p, parts, count);
	if (!p.is_cut) {
		return;
	}
	struct hasher h;
	struct hash hash;
	char text[2 * HASH_BYTES + 2] = "h";
	hash_begin(&h, NULL);
	for (size_t i = 0; i < count; i++) {
		hash_add_be32(&h, (uint32_t)parts[i].n);
		hash_add(&h, parts[i].p, parts[i].n);
	}
	hash_end(&h, &hash);
	str_hex(hash.b, HASH_BYTES, text + 1);
	const struct str few[] = { parts[0], str_from(text) };
	p = (struct printing){ .out = out };
	put_all(&p, few, 2);
	assert(!p.is_cut); /* the first part is a short code */
}
