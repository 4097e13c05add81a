-- What was assessed again after the year: in secondary school a subject's result in summer (item 0);
-- in primary school, after help, a subject's level (1) and test (2), and with subject 0 a quality or
-- competence (10 + its number in the rule pack) and what the headmaster decides of one who still does
-- not complete the grade (200: 1 moves up, 0 does not). The table was never written before.
ALTER TABLE reassessment
	ADD COLUMN class_id BIGINT UNSIGNED NOT NULL AFTER school_id, -- in which it was said last
	ADD COLUMN item TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER subject_id,
	DROP PRIMARY KEY,
	ADD PRIMARY KEY (school_year_id, student_id, subject_id, item),
	ADD KEY reassessment_class (class_id),
	ADD CONSTRAINT reassessment_class_fk FOREIGN KEY (class_id) REFERENCES class (id);
