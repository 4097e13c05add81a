-- What the homeroom teacher of a primary class says of a student at the four moments of the year
-- (1 and 2 the middle and the end of term I, 3 and 4 of term II): qualities and competences, by the
-- numbers of the rule pack (gradebook/rules/pack.c): 2 Tốt, 1 Đạt, 0 Cần cố gắng. At the year's end
-- also, for awards, 101 outstanding or with clear progress and 102 recognised by the class: 1 yes,
-- 0 no. NULL: taken back. Levels of subjects are columns of marks (place 2 of GK and CK).
CREATE TABLE judgement (
	school_id      BIGINT UNSIGNED NOT NULL,
	class_id       BIGINT UNSIGNED NOT NULL,         -- in which it was said last
	student_id     BIGINT UNSIGNED NOT NULL,
	school_year_id BIGINT UNSIGNED NOT NULL,
	moment         TINYINT UNSIGNED NOT NULL,
	item           TINYINT UNSIGNED NOT NULL,
	level          TINYINT UNSIGNED NULL,
	version        INT UNSIGNED NOT NULL,
	changed_by     BIGINT UNSIGNED NOT NULL,
	changed_at_ms  BIGINT NOT NULL,
	PRIMARY KEY (student_id, school_year_id, moment, item),
	KEY judgement_class (class_id, moment),
	CONSTRAINT judgement_student_fk FOREIGN KEY (student_id) REFERENCES student (id),
	CONSTRAINT judgement_class_fk FOREIGN KEY (class_id) REFERENCES class (id),
	CONSTRAINT judgement_year_fk FOREIGN KEY (school_year_id) REFERENCES school_year (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
