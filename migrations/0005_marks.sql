-- Points of exams, marks of the gradebook and the chained history of marks.

CREATE TABLE score (
	attempt_id     BINARY(16) NOT NULL,
	gen            INT UNSIGNED NOT NULL,
	number         INT UNSIGNED NOT NULL,            -- 1, and one more a rescoring
	school_id      BIGINT UNSIGNED NOT NULL,
	points_x100    INT UNSIGNED NOT NULL,            -- sum of the slots
	max_x100       INT UNSIGNED NOT NULL,
	ten_x100       INT UNSIGNED NOT NULL,            -- on the scale of 10, hundredths, half up
	mark_x10       INT UNSIGNED NOT NULL,            -- the mark in tenths
	awaiting_count INT UNSIGNED NOT NULL,            -- essays a person has still to mark
	scored_at_ms   BIGINT NOT NULL,
	PRIMARY KEY (attempt_id, gen, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE score_item (
	attempt_id  BINARY(16) NOT NULL,
	gen         INT UNSIGNED NOT NULL,
	slot        SMALLINT UNSIGNED NOT NULL,
	school_id   BIGINT UNSIGNED NOT NULL,
	points_x100 INT UNSIGNED NOT NULL,
	max_x100    INT UNSIGNED NOT NULL,
	state       TINYINT UNSIGNED NOT NULL,           -- 1 by rule, 2 awaits a person, 3 by a person
	marked_by   BIGINT UNSIGNED NULL,
	note        VARCHAR(1000) NOT NULL DEFAULT '',
	version     INT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (attempt_id, gen, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mark_column (
	id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id       BIGINT UNSIGNED NOT NULL,
	class_id        BIGINT UNSIGNED NOT NULL,
	subject_id      BIGINT UNSIGNED NOT NULL,
	term_id         BIGINT UNSIGNED NOT NULL,
	kind            TINYINT UNSIGNED NOT NULL,       -- 1 TX, 2 GK, 3 CK
	position        TINYINT UNSIGNED NOT NULL,       -- 1.. within the kind
	sitting_id      BINARY(16) NULL,                 -- the exam that fills it
	published_at_ms BIGINT NULL,
	UNIQUE KEY mark_column_place (class_id, subject_id, term_id, kind, position),
	KEY mark_column_school (school_id),
	CONSTRAINT mark_column_class_fk FOREIGN KEY (class_id) REFERENCES class (id),
	CONSTRAINT mark_column_subject_fk FOREIGN KEY (subject_id) REFERENCES subject (id),
	CONSTRAINT mark_column_term_fk FOREIGN KEY (term_id) REFERENCES term (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mark (
	school_id     BIGINT UNSIGNED NOT NULL,
	column_id     BIGINT UNSIGNED NOT NULL,
	student_id    BIGINT UNSIGNED NOT NULL,
	value_x10     TINYINT UNSIGNED NULL,             -- tenths; for comments 1 Đạt, 0 Chưa đạt; NULL taken back
	attempt_id    BINARY(16) NULL,                   -- the attempt it came from
	version       INT UNSIGNED NOT NULL,
	changed_by    BIGINT UNSIGNED NOT NULL,
	changed_at_ms BIGINT NOT NULL,
	PRIMARY KEY (column_id, student_id),
	KEY mark_student (student_id),
	CONSTRAINT mark_column_fk FOREIGN KEY (column_id) REFERENCES mark_column (id),
	CONSTRAINT mark_student_fk FOREIGN KEY (student_id) REFERENCES student (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Each change of a mark, chained by hash per class and subject (gradebook/marks/ledger.h).
CREATE TABLE mark_ledger (
	class_id   BIGINT UNSIGNED NOT NULL,
	subject_id BIGINT UNSIGNED NOT NULL,
	number     INT UNSIGNED NOT NULL,
	school_id  BIGINT UNSIGNED NOT NULL,
	column_id  BIGINT UNSIGNED NOT NULL,
	student_id BIGINT UNSIGNED NOT NULL,
	act        TINYINT UNSIGNED NOT NULL,            -- 1 set, 2 cleared, 3 column published, 4 column linked
	old_x10    TINYINT UNSIGNED NULL,
	new_x10    TINYINT UNSIGNED NULL,
	why        VARCHAR(300) NOT NULL,
	person_id  BIGINT UNSIGNED NOT NULL,
	at_ms      BIGINT NOT NULL,
	hash       BINARY(32) NOT NULL,
	PRIMARY KEY (class_id, subject_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mark_ledger_head (
	class_id   BIGINT UNSIGNED NOT NULL,
	subject_id BIGINT UNSIGNED NOT NULL,
	school_id  BIGINT UNSIGNED NOT NULL,
	number     INT UNSIGNED NOT NULL,
	hash       BINARY(32) NOT NULL,
	PRIMARY KEY (class_id, subject_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
