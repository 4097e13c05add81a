-- What the office does with people: which year the school works in, what a code was printed with,
-- what a teacher is there to teach.

-- The year that was chosen; NULL: the one that the day lies in.
ALTER TABLE school ADD COLUMN current_year_id BIGINT UNSIGNED NULL;

-- The class whose sheet of slips a code stands on; NULL: given by itself.
ALTER TABLE activation ADD COLUMN class_id BIGINT UNSIGNED NULL;

-- The subjects of a teacher, as the school's list of teachers has them.
CREATE TABLE teacher_subject (
	school_id  BIGINT UNSIGNED NOT NULL,
	person_id  BIGINT UNSIGNED NOT NULL,
	subject_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (school_id, person_id, subject_id),
	KEY teacher_subject_subject (subject_id),
	CONSTRAINT teacher_subject_person_fk FOREIGN KEY (person_id) REFERENCES person (id),
	CONSTRAINT teacher_subject_subject_fk FOREIGN KEY (subject_id) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
