-- A family begins a thread, too. kind: 1 a letter of the school; a family's question 2 to the homeroom
-- teacher, 3 to the office, where whoever is of the office answers (person_id is one of them).
ALTER TABLE thread ADD COLUMN kind TINYINT UNSIGNED NOT NULL DEFAULT 1,
	ADD KEY thread_begun (author_id, kind, last_at_ms),
	ADD KEY thread_office (school_id, kind, last_at_ms);
