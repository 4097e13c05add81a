-- What the department's desk reads: the province's records as typed rows, one table a kind, and how
-- many there are of each. Both are kept by the transaction that applies a batch
-- (core/province/projection_store.h) and say nothing that the records do not say. school_id is the
-- province's own (province_school.id). Codes are the schools' own, compared byte for byte.

CREATE TABLE desk_year (
	school_id BIGINT UNSIGNED NOT NULL,
	year      VARCHAR(64) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on   DATE NOT NULL,
	PRIMARY KEY (school_id, year)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE desk_subject (
	school_id BIGINT UNSIGNED NOT NULL,
	subject   VARCHAR(64) NOT NULL,
	name      VARCHAR(200) NOT NULL,
	kind      TINYINT UNSIGNED NOT NULL,             -- 1 marks, 2 comments
	PRIMARY KEY (school_id, subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE desk_class (
	school_id BIGINT UNSIGNED NOT NULL,
	year      VARCHAR(64) NOT NULL,
	class     VARCHAR(64) NOT NULL,
	grade     TINYINT UNSIGNED NOT NULL,
	homeroom  VARCHAR(64) NULL,                      -- the teacher's code
	PRIMARY KEY (school_id, year, class)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE desk_teacher (
	school_id BIGINT UNSIGNED NOT NULL,
	teacher   VARCHAR(64) NOT NULL,
	full_name VARCHAR(200) NOT NULL,
	born_on   DATE NULL,
	sex       TINYINT UNSIGNED NULL,                 -- 1 male, 2 female
	state     TINYINT UNSIGNED NOT NULL,             -- 1 at work, 2 gone
	PRIMARY KEY (school_id, teacher)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE desk_student (
	school_id BIGINT UNSIGNED NOT NULL,
	student   VARCHAR(64) NOT NULL,
	full_name VARCHAR(200) NOT NULL,
	born_on   DATE NULL,
	sex       TINYINT UNSIGNED NULL,
	state     TINYINT UNSIGNED NOT NULL,             -- 1 at school, 2 gone
	PRIMARY KEY (school_id, student)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE desk_enrolment (
	school_id BIGINT UNSIGNED NOT NULL,
	year      VARCHAR(64) NOT NULL,
	class     VARCHAR(64) NOT NULL,
	student   VARCHAR(64) NOT NULL,
	from_on   DATE NULL,
	to_on     DATE NULL,                             -- NULL: still there
	PRIMARY KEY (school_id, year, class, student)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A mark is one of: value_x10, letter (1 D, 2 C, 3 T, 4 H), neither (missing, exempt).
CREATE TABLE desk_mark (
	school_id BIGINT UNSIGNED NOT NULL,
	year      VARCHAR(64) NOT NULL,
	class     VARCHAR(64) NOT NULL,
	subject   VARCHAR(64) NOT NULL,
	part      TINYINT UNSIGNED NOT NULL,             -- the term
	kind      TINYINT UNSIGNED NOT NULL,             -- 1 regular, 2 midterm, 3 final
	number    SMALLINT UNSIGNED NOT NULL,
	student   VARCHAR(64) NOT NULL,
	value_x10 TINYINT UNSIGNED NULL,
	letter    TINYINT UNSIGNED NULL,
	state     VARCHAR(64) NULL,                      -- the school's own word
	PRIMARY KEY (school_id, year, class, subject, part, kind, number, student)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a student came to in a term, or in the year (part 0), as it was kept when it was closed.
CREATE TABLE desk_result (
	school_id BIGINT UNSIGNED NOT NULL,
	year      VARCHAR(64) NOT NULL,
	class     VARCHAR(64) NOT NULL,
	part      TINYINT UNSIGNED NOT NULL,
	student   VARCHAR(64) NOT NULL,
	grade     TINYINT UNSIGNED NOT NULL,
	learning  TINYINT UNSIGNED NULL,                 -- 1 the best .. 4
	conduct   TINYINT UNSIGNED NULL,
	promotion TINYINT UNSIGNED NULL,                 -- 1 .. 3
	award     VARCHAR(64) NULL,
	absences  SMALLINT UNSIGNED NULL,
	pack      VARCHAR(64) NULL,                      -- the rules it was worked out by
	PRIMARY KEY (school_id, year, class, part, student)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE desk_subject_result (
	school_id BIGINT UNSIGNED NOT NULL,
	year      VARCHAR(64) NOT NULL,
	class     VARCHAR(64) NOT NULL,
	part      TINYINT UNSIGNED NOT NULL,
	subject   VARCHAR(64) NOT NULL,
	student   VARCHAR(64) NOT NULL,
	value_x10 TINYINT UNSIGNED NULL,
	letter    TINYINT UNSIGNED NULL,                 -- 1 D, 2 C, 3 T, 4 H
	PRIMARY KEY (school_id, year, class, part, subject, student)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE desk_sitting (
	school_id    BIGINT UNSIGNED NOT NULL,
	sitting      VARCHAR(64) NOT NULL,
	title        VARCHAR(300) NOT NULL,
	subject      VARCHAR(64) NULL,
	starts_at_ms BIGINT NOT NULL,
	ends_at_ms   BIGINT NOT NULL,
	state        TINYINT UNSIGNED NOT NULL,          -- 1 planned, 2 under way, 3 over, 4 called off
	sitters      INT UNSIGNED NOT NULL,
	sitting_now  INT UNSIGNED NOT NULL,
	handed_in    INT UNSIGNED NOT NULL,
	PRIMARY KEY (school_id, sitting),
	KEY desk_sitting_time (state, starts_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How many typed rows say the same. measure and value: core/province/tally.h. A row whose count is 0
-- is as good as none. Kept by school, so that two schools never wait for each other.
CREATE TABLE desk_tally (
	school_id BIGINT UNSIGNED NOT NULL,
	year      VARCHAR(64) NOT NULL,                  -- '' for what belongs to no year
	measure   TINYINT UNSIGNED NOT NULL,
	part      TINYINT UNSIGNED NOT NULL,
	subject   VARCHAR(64) NOT NULL,                  -- '' for what belongs to no subject
	grade     TINYINT UNSIGNED NOT NULL,             -- 0: the class is not known yet
	value     SMALLINT UNSIGNED NOT NULL,
	count     BIGINT NOT NULL,
	PRIMARY KEY (school_id, year, measure, part, subject, grade, value)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
