-- What a school owes to whoever it exchanges records with (core/outbox). A school without a row in
-- outbox_head exchanges nothing.

-- number: of the newest row of outbox. Its lock is what puts the school's changes in the order of
-- their commits. seeded_at_ms: NULL until everything that was there before stands in the outbox.
CREATE TABLE outbox_head (
	school_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	number       BIGINT UNSIGNED NOT NULL DEFAULT 0,
	begun_at_ms  BIGINT NOT NULL,
	seeded_at_ms BIGINT NULL,
	CONSTRAINT outbox_head_school_fk FOREIGN KEY (school_id) REFERENCES school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Every record that ever left, as it was last told. id is the number of its first row in outbox, so
-- it is one within the school. class_id, student_id, place_id say where a change has to look again
-- (0: nowhere): what a place is, is the kind's.
CREATE TABLE record (
	school_id    BIGINT UNSIGNED NOT NULL,
	id           BIGINT UNSIGNED NOT NULL,
	bang         VARCHAR(16) NOT NULL,
	idbanghi     VARBINARY(255) NOT NULL,
	class_id     BIGINT UNSIGNED NOT NULL,
	student_id   BIGINT UNSIGNED NOT NULL,
	place_id     BIGINT UNSIGNED NOT NULL,
	phienban     INT UNSIGNED NOT NULL,
	sukien       TINYINT UNSIGNED NOT NULL,          -- 1 NEW, 2 UPDATE, 3 CANCEL
	content_hash BINARY(32) NOT NULL,                -- of all but event, version and time
	line_hash    BINARY(32) NOT NULL,                -- H("TTXO" || line)
	lop          VARBINARY(255) NOT NULL,            -- year/class, "" for none
	hocky        TINYINT UNSIGNED NOT NULL,          -- 0 none or the year, 1, 2, 3 summer
	hocsinh      VARBINARY(128) NOT NULL,            -- student's code, "" for none
	number       BIGINT UNSIGNED NOT NULL,           -- of its newest row in outbox
	PRIMARY KEY (school_id, id),
	UNIQUE KEY record_idbanghi (school_id, idbanghi),
	KEY record_class (school_id, bang, class_id, place_id),
	KEY record_student (school_id, bang, student_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row for each change, numbered without holes in the order of commits; a record's newest row
-- stays for ever, older ones go once everybody has them.
CREATE TABLE outbox (
	school_id BIGINT UNSIGNED NOT NULL,
	number    BIGINT UNSIGNED NOT NULL,
	record_id BIGINT UNSIGNED NOT NULL,
	phienban  INT UNSIGNED NOT NULL,
	at_ms     BIGINT NOT NULL,
	line_hash BINARY(32) NOT NULL,
	line      MEDIUMBLOB NOT NULL,                   -- core/outbox/envelope.h
	PRIMARY KEY (school_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
