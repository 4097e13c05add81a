-- What the daily life of marks needs besides 0007: what a row of the history is about, entries that
-- may be sent again, and heads of the history that the school signed.

-- The attempt that a mark came from, or the exam that a column was linked to; part of the hash.
ALTER TABLE mark_ledger ADD COLUMN ref BINARY(16) NULL AFTER approved_by;

-- Entries of marks that were carried out: one that is sent again, because its answer was lost, gets
-- the same answer and does nothing.
CREATE TABLE mark_entry (
	person_id BIGINT UNSIGNED NOT NULL,
	entry_key BINARY(16) NOT NULL,                   -- the sender's Idempotency-Key
	school_id BIGINT UNSIGNED NOT NULL,
	body_hash BINARY(32) NOT NULL,
	at_ms     BIGINT NOT NULL,
	outcome   MEDIUMBLOB NOT NULL,                   -- gradebook/marks/entry.h
	PRIMARY KEY (person_id, entry_key),
	KEY mark_entry_at (at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which row of each chain was signed last.
ALTER TABLE mark_ledger_head
	ADD COLUMN signed_number INT UNSIGNED NOT NULL DEFAULT 0,
	ADD COLUMN signed_at_ms  BIGINT NOT NULL DEFAULT 0;

CREATE TABLE mark_head_signed (
	class_id   BIGINT UNSIGNED NOT NULL,
	subject_id BIGINT UNSIGNED NOT NULL,
	number     INT UNSIGNED NOT NULL,                -- the chain's row that the head stands behind
	school_id  BIGINT UNSIGNED NOT NULL,
	at_ms      BIGINT NOT NULL,
	bytes      VARBINARY(200) NOT NULL,              -- TT1C without the signature
	signature  BINARY(64) NOT NULL,
	PRIMARY KEY (class_id, subject_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
