-- What the office plans for a term: from when on marks are locked and published, and the lessons a
-- year that give the number of regular marks.

-- A lock that was taken away stays, without its time: its version goes on.
ALTER TABLE mark_lock MODIFY COLUMN locks_at_ms BIGINT NULL;

-- From when on families see marks of a term. 0 means every one of them, as in mark_lock.
CREATE TABLE mark_publishing (
	id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id       BIGINT UNSIGNED NOT NULL,
	term_id         BIGINT UNSIGNED NOT NULL,
	kind            TINYINT UNSIGNED NOT NULL,       -- 0, or 1 TX, 2 GK, 3 CK
	grade           TINYINT UNSIGNED NOT NULL,       -- 0, or 1..12
	publishes_at_ms BIGINT NULL,                     -- NULL: taken away
	done_at_ms      BIGINT NULL,                     -- when it was carried out to the end
	made_by         BIGINT UNSIGNED NOT NULL,
	made_at_ms      BIGINT NOT NULL,
	version         INT UNSIGNED NOT NULL DEFAULT 1,
	UNIQUE KEY mark_publishing_scope (school_id, term_id, kind, grade),
	KEY mark_publishing_due (done_at_ms, publishes_at_ms),
	CONSTRAINT mark_publishing_term_fk FOREIGN KEY (term_id) REFERENCES term (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE subject_load ADD COLUMN version INT UNSIGNED NOT NULL DEFAULT 1;
