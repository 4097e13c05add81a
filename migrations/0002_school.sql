-- What every part of a school shares: years, classes, subjects, who learns and teaches where.

CREATE TABLE school_year (
	id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id BIGINT UNSIGNED NOT NULL,
	code      CHAR(9) NOT NULL,                      -- 2026-2027
	starts_on DATE NOT NULL,
	ends_on   DATE NOT NULL,
	UNIQUE KEY school_year_code (school_id, code),
	CONSTRAINT school_year_school_fk FOREIGN KEY (school_id) REFERENCES school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE term (
	id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id      BIGINT UNSIGNED NOT NULL,
	school_year_id BIGINT UNSIGNED NOT NULL,
	number         TINYINT UNSIGNED NOT NULL,        -- 1 or 2
	starts_on      DATE NOT NULL,
	ends_on        DATE NOT NULL,
	UNIQUE KEY term_number (school_year_id, number),
	CONSTRAINT term_year_fk FOREIGN KEY (school_year_id) REFERENCES school_year (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE subject (
	id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id BIGINT UNSIGNED NOT NULL,
	code      VARCHAR(16) NOT NULL,                  -- toan, van, gdtc …
	name      VARCHAR(100) NOT NULL,
	kind      TINYINT UNSIGNED NOT NULL,             -- 1 marks, 2 comments (Đạt / Chưa đạt)
	position  INT UNSIGNED NOT NULL DEFAULT 0,
	UNIQUE KEY subject_code (school_id, code),
	CONSTRAINT subject_school_fk FOREIGN KEY (school_id) REFERENCES school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Lessons a year of a subject in a grade: they give the number of regular marks.
CREATE TABLE subject_load (
	school_id       BIGINT UNSIGNED NOT NULL,
	school_year_id  BIGINT UNSIGNED NOT NULL,
	subject_id      BIGINT UNSIGNED NOT NULL,
	grade           TINYINT UNSIGNED NOT NULL,
	lessons_a_year  SMALLINT UNSIGNED NOT NULL,
	PRIMARY KEY (school_year_id, subject_id, grade),
	CONSTRAINT subject_load_year_fk FOREIGN KEY (school_year_id) REFERENCES school_year (id),
	CONSTRAINT subject_load_subject_fk FOREIGN KEY (subject_id) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE class (
	id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id          BIGINT UNSIGNED NOT NULL,
	school_year_id     BIGINT UNSIGNED NOT NULL,
	grade              TINYINT UNSIGNED NOT NULL,    -- 1..12
	name               VARCHAR(32) NOT NULL,
	homeroom_person_id BIGINT UNSIGNED NULL,
	UNIQUE KEY class_name (school_year_id, name),
	KEY class_school (school_id, school_year_id, grade),
	CONSTRAINT class_year_fk FOREIGN KEY (school_year_id) REFERENCES school_year (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE student (
	id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id   BIGINT UNSIGNED NOT NULL,
	person_id   BIGINT UNSIGNED NOT NULL,
	code        VARCHAR(32) NOT NULL,                -- mã học sinh
	birth_place VARCHAR(200) NOT NULL DEFAULT '',
	ethnicity   VARCHAR(60) NOT NULL DEFAULT '',
	address     VARCHAR(300) NOT NULL DEFAULT '',
	note        VARCHAR(300) NOT NULL DEFAULT '',
	state       TINYINT UNSIGNED NOT NULL DEFAULT 1, -- 1 learning, 2 left
	version     INT UNSIGNED NOT NULL DEFAULT 1,
	UNIQUE KEY student_code (school_id, code),
	UNIQUE KEY student_person (school_id, person_id),
	CONSTRAINT student_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE enrolment (
	school_id  BIGINT UNSIGNED NOT NULL,
	class_id   BIGINT UNSIGNED NOT NULL,
	student_id BIGINT UNSIGNED NOT NULL,
	position   INT UNSIGNED NOT NULL DEFAULT 0,      -- number in the class list
	from_on    DATE NOT NULL,
	to_on      DATE NULL,                            -- NULL: still in the class
	PRIMARY KEY (class_id, student_id),
	KEY enrolment_student (student_id),
	CONSTRAINT enrolment_class_fk FOREIGN KEY (class_id) REFERENCES class (id),
	CONSTRAINT enrolment_student_fk FOREIGN KEY (student_id) REFERENCES student (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Whose child. relation: 1 father, 2 mother, 3 other guardian.
CREATE TABLE guardian (
	school_id  BIGINT UNSIGNED NOT NULL,
	student_id BIGINT UNSIGNED NOT NULL,
	person_id  BIGINT UNSIGNED NOT NULL,
	relation   TINYINT UNSIGNED NOT NULL,
	PRIMARY KEY (student_id, person_id),
	KEY guardian_person (person_id),
	CONSTRAINT guardian_student_fk FOREIGN KEY (student_id) REFERENCES student (id),
	CONSTRAINT guardian_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE teaching (
	school_id  BIGINT UNSIGNED NOT NULL,
	class_id   BIGINT UNSIGNED NOT NULL,
	subject_id BIGINT UNSIGNED NOT NULL,
	person_id  BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (class_id, subject_id, person_id),
	KEY teaching_person (person_id),
	CONSTRAINT teaching_class_fk FOREIGN KEY (class_id) REFERENCES class (id),
	CONSTRAINT teaching_subject_fk FOREIGN KEY (subject_id) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a preview showed and a commit will apply, exactly. kind: 1 roster, 2 questions.
CREATE TABLE import_plan (
	id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id       BIGINT UNSIGNED NOT NULL,
	kind            TINYINT UNSIGNED NOT NULL,
	target_id       BIGINT UNSIGNED NOT NULL,        -- school year or bank
	created_by      BIGINT UNSIGNED NOT NULL,
	created_at_ms   BIGINT NOT NULL,
	file_name       VARCHAR(255) NOT NULL,
	plan            LONGBLOB NOT NULL,               -- JSON
	plan_hash       BINARY(32) NOT NULL,
	state           TINYINT UNSIGNED NOT NULL,       -- 1 previewed, 2 committed, 3 dropped
	committed_at_ms BIGINT NULL,
	KEY import_plan_school (school_id, kind, created_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
