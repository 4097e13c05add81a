-- The gradebook's daily life: what may stand in a cell, who may still change it, roll calls,
-- conduct, remarks, and what a term or year came to when it was closed.

-- state: 1 what value_x10 says, 2 missing (the student was away; to be made up).
ALTER TABLE mark
	ADD COLUMN state     TINYINT UNSIGNED NOT NULL DEFAULT 1 AFTER value_x10,
	ADD COLUMN is_makeup TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER state; -- 1: taken after the class

-- old_x10 and new_x10 hold a cell's code (gradebook/marks/ledger.h): a value, one that was made up,
-- or missing. Who approved a change after locking is part of the hash.
ALTER TABLE mark_ledger
	ADD COLUMN approved_by BIGINT UNSIGNED NOT NULL DEFAULT 0 AFTER person_id; -- 0: nobody had to

-- A student who is excused from a subject for a term: it counts nowhere.
CREATE TABLE exemption (
	school_id  BIGINT UNSIGNED NOT NULL,
	student_id BIGINT UNSIGNED NOT NULL,
	subject_id BIGINT UNSIGNED NOT NULL,
	term_id    BIGINT UNSIGNED NOT NULL,
	reason     VARCHAR(300) NOT NULL DEFAULT '',
	given_by   BIGINT UNSIGNED NOT NULL,
	given_at_ms BIGINT NOT NULL,
	PRIMARY KEY (student_id, subject_id, term_id),
	KEY exemption_place (term_id, subject_id),
	CONSTRAINT exemption_student_fk FOREIGN KEY (student_id) REFERENCES student (id),
	CONSTRAINT exemption_subject_fk FOREIGN KEY (subject_id) REFERENCES subject (id),
	CONSTRAINT exemption_term_fk FOREIGN KEY (term_id) REFERENCES term (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- From when on marks of a term may not be changed any more. 0 means every one of them.
CREATE TABLE mark_lock (
	id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id   BIGINT UNSIGNED NOT NULL,
	term_id     BIGINT UNSIGNED NOT NULL,
	kind        TINYINT UNSIGNED NOT NULL,           -- 0, or 1 TX, 2 GK, 3 CK
	grade       TINYINT UNSIGNED NOT NULL,           -- 0, or 1..12
	locks_at_ms BIGINT NOT NULL,
	made_by     BIGINT UNSIGNED NOT NULL,
	made_at_ms  BIGINT NOT NULL,
	version     INT UNSIGNED NOT NULL DEFAULT 1,
	UNIQUE KEY mark_lock_scope (school_id, term_id, kind, grade),
	CONSTRAINT mark_lock_term_fk FOREIGN KEY (term_id) REFERENCES term (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One class and subject that may be worked on in spite of a lock, until then.
CREATE TABLE mark_reopening (
	id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id  BIGINT UNSIGNED NOT NULL,
	term_id    BIGINT UNSIGNED NOT NULL,
	class_id   BIGINT UNSIGNED NOT NULL,
	subject_id BIGINT UNSIGNED NOT NULL,
	kind       TINYINT UNSIGNED NOT NULL,            -- 0 all, or 1 TX, 2 GK, 3 CK
	until_ms   BIGINT NOT NULL,
	why        VARCHAR(300) NOT NULL,
	made_by    BIGINT UNSIGNED NOT NULL,
	made_at_ms BIGINT NOT NULL,
	KEY mark_reopening_place (class_id, subject_id, term_id),
	CONSTRAINT mark_reopening_class_fk FOREIGN KEY (class_id) REFERENCES class (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A change that a teacher asks for after locking. state: 1 waits, 2 approved, 3 refused, 4 withdrawn.
CREATE TABLE mark_request (
	id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	column_id     BIGINT UNSIGNED NOT NULL,
	student_id    BIGINT UNSIGNED NOT NULL,
	seen_version  INT UNSIGNED NOT NULL,             -- of the cell when it was asked for
	old_code      TINYINT UNSIGNED NULL,             -- cells' codes, as in the ledger
	new_code      TINYINT UNSIGNED NULL,
	why           VARCHAR(300) NOT NULL,
	asked_by      BIGINT UNSIGNED NOT NULL,
	asked_at_ms   BIGINT NOT NULL,
	state         TINYINT UNSIGNED NOT NULL DEFAULT 1,
	decided_by    BIGINT UNSIGNED NULL,
	decided_at_ms BIGINT NULL,
	decision      VARCHAR(300) NOT NULL DEFAULT '',
	KEY mark_request_school (school_id, state, asked_at_ms),
	KEY mark_request_cell (column_id, student_id),
	CONSTRAINT mark_request_column_fk FOREIGN KEY (column_id) REFERENCES mark_column (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a teacher writes about a student: of a subject, or (subject_id 0) the homeroom teacher's.
CREATE TABLE remark (
	school_id     BIGINT UNSIGNED NOT NULL,
	class_id      BIGINT UNSIGNED NOT NULL,
	student_id    BIGINT UNSIGNED NOT NULL,
	term_id       BIGINT UNSIGNED NOT NULL,
	subject_id    BIGINT UNSIGNED NOT NULL,
	text          VARCHAR(1000) NOT NULL,
	version       INT UNSIGNED NOT NULL,
	changed_by    BIGINT UNSIGNED NOT NULL,
	changed_at_ms BIGINT NOT NULL,
	PRIMARY KEY (student_id, term_id, subject_id),
	KEY remark_class (class_id, term_id, subject_id),
	CONSTRAINT remark_student_fk FOREIGN KEY (student_id) REFERENCES student (id),
	CONSTRAINT remark_term_fk FOREIGN KEY (term_id) REFERENCES term (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Phrases that a teacher uses again in remarks; person_id 0: the school's.
CREATE TABLE phrase (
	id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id  BIGINT UNSIGNED NOT NULL,
	person_id  BIGINT UNSIGNED NOT NULL,
	text       VARCHAR(300) NOT NULL,
	used_count INT UNSIGNED NOT NULL DEFAULT 0,
	KEY phrase_person (school_id, person_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- That a class's presence was taken. session: 1 morning, 2 afternoon.
CREATE TABLE roll_call (
	school_id   BIGINT UNSIGNED NOT NULL,
	class_id    BIGINT UNSIGNED NOT NULL,
	on_date     DATE NOT NULL,
	session     TINYINT UNSIGNED NOT NULL,
	version     INT UNSIGNED NOT NULL,
	taken_by    BIGINT UNSIGNED NOT NULL,
	taken_at_ms BIGINT NOT NULL,
	PRIMARY KEY (class_id, on_date, session),
	CONSTRAINT roll_call_class_fk FOREIGN KEY (class_id) REFERENCES class (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- kind: 1 excused, 2 not excused (both count into promotion), 3 late (does not).
CREATE TABLE absence (
	school_id     BIGINT UNSIGNED NOT NULL,
	class_id      BIGINT UNSIGNED NOT NULL,
	student_id    BIGINT UNSIGNED NOT NULL,
	on_date       DATE NOT NULL,
	session       TINYINT UNSIGNED NOT NULL,
	kind          TINYINT UNSIGNED NOT NULL,
	note          VARCHAR(300) NOT NULL DEFAULT '',
	changed_by    BIGINT UNSIGNED NOT NULL,
	changed_at_ms BIGINT NOT NULL,
	PRIMARY KEY (student_id, on_date, session),
	KEY absence_class (class_id, on_date, session),
	CONSTRAINT absence_student_fk FOREIGN KEY (student_id) REFERENCES student (id),
	CONSTRAINT absence_class_fk FOREIGN KEY (class_id) REFERENCES class (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Conduct of a term: 1 Tốt, 2 Khá, 3 Đạt, 4 Chưa đạt; NULL taken back. stage 1 the term's, 2 after
-- training in summer (then of the year's second term).
CREATE TABLE conduct (
	school_id     BIGINT UNSIGNED NOT NULL,
	class_id      BIGINT UNSIGNED NOT NULL,
	student_id    BIGINT UNSIGNED NOT NULL,
	term_id       BIGINT UNSIGNED NOT NULL,
	stage         TINYINT UNSIGNED NOT NULL,
	level         TINYINT UNSIGNED NULL,
	version       INT UNSIGNED NOT NULL,
	changed_by    BIGINT UNSIGNED NOT NULL,
	changed_at_ms BIGINT NOT NULL,
	PRIMARY KEY (student_id, term_id, stage),
	KEY conduct_class (class_id, term_id),
	CONSTRAINT conduct_student_fk FOREIGN KEY (student_id) REFERENCES student (id),
	CONSTRAINT conduct_term_fk FOREIGN KEY (term_id) REFERENCES term (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The result of the assessment in summer: it takes the place of the year's.
CREATE TABLE reassessment (
	school_id      BIGINT UNSIGNED NOT NULL,
	school_year_id BIGINT UNSIGNED NOT NULL,
	student_id     BIGINT UNSIGNED NOT NULL,
	subject_id     BIGINT UNSIGNED NOT NULL,
	value_x10      TINYINT UNSIGNED NULL,            -- for comments 1 Đạt, 0 Chưa đạt
	version        INT UNSIGNED NOT NULL,
	changed_by     BIGINT UNSIGNED NOT NULL,
	changed_at_ms  BIGINT NOT NULL,
	PRIMARY KEY (school_year_id, student_id, subject_id),
	CONSTRAINT reassessment_student_fk FOREIGN KEY (student_id) REFERENCES student (id),
	CONSTRAINT reassessment_year_fk FOREIGN KEY (school_year_id) REFERENCES school_year (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A class whose term (1, 2) or year (0) is closed: its results stand in student_result.
CREATE TABLE class_closing (
	school_id      BIGINT UNSIGNED NOT NULL,
	class_id       BIGINT UNSIGNED NOT NULL,
	term_number    TINYINT UNSIGNED NOT NULL,
	version        INT UNSIGNED NOT NULL,
	is_closed      TINYINT UNSIGNED NOT NULL,        -- 0: opened again
	changed_by     BIGINT UNSIGNED NOT NULL,
	changed_at_ms  BIGINT NOT NULL,
	why            VARCHAR(300) NOT NULL DEFAULT '',
	PRIMARY KEY (class_id, term_number),
	KEY class_closing_school (school_id, term_number),
	CONSTRAINT class_closing_class_fk FOREIGN KEY (class_id) REFERENCES class (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a student's term or year came to when the class was closed, with the rules that said so.
CREATE TABLE student_result (
	school_id      BIGINT UNSIGNED NOT NULL,
	class_id       BIGINT UNSIGNED NOT NULL,
	student_id     BIGINT UNSIGNED NOT NULL,
	term_number    TINYINT UNSIGNED NOT NULL,        -- 0 the year
	pack           VARCHAR(16) NOT NULL,
	learning       TINYINT UNSIGNED NULL,            -- 1 Tốt … 4 Chưa đạt
	conduct        TINYINT UNSIGNED NULL,
	promotion      TINYINT UNSIGNED NULL,            -- the year only: 1 promoted, 2 conditional, 3 held
	award          TINYINT UNSIGNED NULL,            -- the year only: index in the pack's awards + 1, 0 none
	absences       SMALLINT UNSIGNED NOT NULL,       -- sessions
	result         LONGTEXT NOT NULL,                -- JSON: means of each subject and every reason
	result_hash    BINARY(32) NOT NULL,
	version        INT UNSIGNED NOT NULL,
	closed_at_ms   BIGINT NOT NULL,
	PRIMARY KEY (student_id, class_id, term_number),
	KEY student_result_class (class_id, term_number),
	CONSTRAINT student_result_student_fk FOREIGN KEY (student_id) REFERENCES student (id),
	CONSTRAINT student_result_class_fk FOREIGN KEY (class_id) REFERENCES class (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
