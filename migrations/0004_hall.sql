-- The exam hall. Sittings and attempts have random 16-byte ids. The event table is append-only
-- and keeps no foreign key: the answer writer locks and checks the attempts of its batch itself.

CREATE TABLE sitting (
	id              BINARY(16) NOT NULL PRIMARY KEY,
	school_id       BIGINT UNSIGNED NOT NULL,
	paper_id        BIGINT UNSIGNED NOT NULL,
	subject_id      BIGINT UNSIGNED NOT NULL,
	title           VARCHAR(200) NOT NULL,
	lobby_at_ms     BIGINT NOT NULL,                 -- from here students may wait
	starts_at_ms    BIGINT NOT NULL,                 -- the bell
	window_end_ms   BIGINT NOT NULL,                 -- nobody works later, but for extra time
	limit_ms        BIGINT NOT NULL,                 -- length of work
	grace_ms        INT UNSIGNED NOT NULL DEFAULT 2000,
	variant_count   INT UNSIGNED NOT NULL,
	seed            BIGINT UNSIGNED NOT NULL,        -- orders the variants
	is_practice     TINYINT UNSIGNED NOT NULL DEFAULT 0, -- each student's clock starts with his own entry
	outage_policy   TINYINT UNSIGNED NOT NULL,       -- 1 nothing, 2 reconnect window, 3 lost time
	release_policy  TINYINT UNSIGNED NOT NULL,       -- 1 held back, 2 mark only, 3 mark and answers
	released_at_ms  BIGINT NULL,
	term_id         BIGINT UNSIGNED NULL,            -- the gradebook column it fills
	mark_kind       TINYINT UNSIGNED NULL,           -- gradebook/marks/mark.h
	mark_position   TINYINT UNSIGNED NULL,
	state           TINYINT UNSIGNED NOT NULL,       -- 1 draft, 2 published and sealed, 3 key sent, 4 ended
	revision        INT UNSIGNED NOT NULL DEFAULT 1, -- raised by each change of times
	sealing         INT UNSIGNED NOT NULL DEFAULT 0, -- "rev" of the sealed paper's header
	created_by      BIGINT UNSIGNED NOT NULL,
	created_at_ms   BIGINT NOT NULL,
	KEY sitting_school (school_id, starts_at_ms),
	KEY sitting_due (state, starts_at_ms),
	CONSTRAINT sitting_paper_fk FOREIGN KEY (paper_id) REFERENCES paper (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE room (
	id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id      BIGINT UNSIGNED NOT NULL,
	sitting_id     BINARY(16) NOT NULL,
	class_id       BIGINT UNSIGNED NULL,
	name           VARCHAR(100) NOT NULL,
	invigilator_id BIGINT UNSIGNED NOT NULL,         -- person
	KEY room_sitting (sitting_id),
	KEY room_school (school_id),
	CONSTRAINT room_sitting_fk FOREIGN KEY (sitting_id) REFERENCES sitting (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE variant (
	school_id  BIGINT UNSIGNED NOT NULL,
	sitting_id BINARY(16) NOT NULL,
	code       VARCHAR(8) NOT NULL,                  -- "101", "102" …
	layout     MEDIUMTEXT NOT NULL,                  -- JSON: slot to question and option order
	PRIMARY KEY (sitting_id, code),
	CONSTRAINT variant_sitting_fk FOREIGN KEY (sitting_id) REFERENCES sitting (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sealed_key (
	school_id  BIGINT UNSIGNED NOT NULL,
	sitting_id BINARY(16) NOT NULL,
	variant    VARCHAR(8) NOT NULL,
	section    SMALLINT UNSIGNED NOT NULL,
	rev        INT UNSIGNED NOT NULL,
	key_box    VARBINARY(128) NOT NULL,              -- secretbox under the seal key
	PRIMARY KEY (sitting_id, variant, section, rev)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sealed_part (
	school_id  BIGINT UNSIGNED NOT NULL,
	sitting_id BINARY(16) NOT NULL,
	variant    VARCHAR(8) NOT NULL,
	section    SMALLINT UNSIGNED NOT NULL,
	part       SMALLINT UNSIGNED NOT NULL,
	rev        INT UNSIGNED NOT NULL,
	bytes      LONGBLOB NOT NULL,                    -- the whole TT1P file
	PRIMARY KEY (sitting_id, variant, section, part, rev)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE attempt (
	id                BINARY(16) NOT NULL PRIMARY KEY,
	school_id         BIGINT UNSIGNED NOT NULL,
	sitting_id        BINARY(16) NOT NULL,
	room_id           BIGINT UNSIGNED NOT NULL,
	student_id        BIGINT UNSIGNED NOT NULL,
	person_id         BIGINT UNSIGNED NOT NULL,
	variant           VARCHAR(8) NOT NULL,
	salt              BINARY(32) NOT NULL,
	state             TINYINT UNSIGNED NOT NULL,     -- 1 prepared, 2 open, 3 closed
	gen               INT UNSIGNED NOT NULL DEFAULT 1,
	lease             INT UNSIGNED NOT NULL DEFAULT 0,
	seq               INT UNSIGNED NOT NULL DEFAULT 0, -- tail of the chain
	head              BINARY(32) NOT NULL,
	times             BINARY(32) NOT NULL,
	last_at_ms        BIGINT NOT NULL DEFAULT 0,     -- `at` never goes back within an attempt
	delay_ms          BIGINT NOT NULL DEFAULT 0,
	extra_ms          BIGINT NOT NULL DEFAULT 0,
	personal_limit_ms BIGINT NULL,
	started_at_ms     BIGINT NULL,                   -- committed before the key is sent
	ends_at_ms        BIGINT NOT NULL,               -- by the pure clock
	ends_revision     INT UNSIGNED NOT NULL DEFAULT 1,
	closed_at_ms      BIGINT NULL,
	close_why         TINYINT UNSIGNED NULL,         -- exam/hall/attempt.h
	checkpoint_at_ms  BIGINT NOT NULL DEFAULT 0,
	answered_count    INT UNSIGNED NOT NULL DEFAULT 0, -- at the close, for lists
	UNIQUE KEY attempt_student (sitting_id, student_id),
	KEY attempt_room (room_id),
	KEY attempt_due (state, ends_at_ms),
	KEY attempt_person (person_id, school_id),
	CONSTRAINT attempt_room_fk FOREIGN KEY (room_id) REFERENCES room (id),
	CONSTRAINT attempt_student_fk FOREIGN KEY (student_id) REFERENCES student (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE event (
	attempt_id BINARY(16) NOT NULL,
	gen        INT UNSIGNED NOT NULL,
	seq        INT UNSIGNED NOT NULL,
	school_id  BIGINT UNSIGNED NOT NULL,
	kind       TINYINT UNSIGNED NOT NULL,            -- 1 answer, 2 event, 3 submit, 255 close
	slot       SMALLINT UNSIGNED NOT NULL,
	lease      INT UNSIGNED NOT NULL,
	at_ms      BIGINT NOT NULL,
	flags      TINYINT UNSIGNED NOT NULL,            -- 1 after the end within grace, 2 was stamped, 4 healed
	value      VARBINARY(60000) NOT NULL,            -- what JSON.stringify writes
	head       BINARY(32) NOT NULL,
	times      BINARY(32) NOT NULL,
	PRIMARY KEY (attempt_id, gen, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Other bytes under a number that is taken: evidence, never merged.
CREATE TABLE event_fork (
	id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id  BIGINT UNSIGNED NOT NULL,
	attempt_id BINARY(16) NOT NULL,
	gen        INT UNSIGNED NOT NULL,
	seq        INT UNSIGNED NOT NULL,
	lease      INT UNSIGNED NOT NULL,
	at_ms      BIGINT NOT NULL,
	kind       TINYINT UNSIGNED NOT NULL,
	slot       SMALLINT UNSIGNED NOT NULL,
	value      VARBINARY(60000) NOT NULL,
	head       BINARY(32) NOT NULL,
	KEY event_fork_attempt (attempt_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE receipt (
	attempt_id    BINARY(16) NOT NULL,
	gen           INT UNSIGNED NOT NULL,
	school_id     BIGINT UNSIGNED NOT NULL,
	bytes         VARBINARY(400) NOT NULL,           -- TT1R without the signature
	signature     BINARY(64) NOT NULL,
	created_at_ms BIGINT NOT NULL,
	PRIMARY KEY (attempt_id, gen)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE checkpoint (
	attempt_id BINARY(16) NOT NULL,
	gen        INT UNSIGNED NOT NULL,
	seq        INT UNSIGNED NOT NULL,
	school_id  BIGINT UNSIGNED NOT NULL,
	at_ms      BIGINT NOT NULL,
	bytes      VARBINARY(400) NOT NULL,              -- TT1H without the signature
	signature  BINARY(64) NOT NULL,
	PRIMARY KEY (attempt_id, gen, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Printed exam tickets: high-entropy codes, stored as keyed hashes; good until the sitting ends.
CREATE TABLE ticket (
	code_hash     BINARY(32) NOT NULL PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	attempt_id    BINARY(16) NOT NULL,
	created_at_ms BIGINT NOT NULL,
	expires_at_ms BIGINT NOT NULL,
	revoked_at_ms BIGINT NULL,
	KEY ticket_attempt (attempt_id),
	CONSTRAINT ticket_attempt_fk FOREIGN KEY (attempt_id) REFERENCES attempt (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What an invigilator did: extra time, message, hand-in, unlock. Append-only.
CREATE TABLE room_act (
	id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id  BIGINT UNSIGNED NOT NULL,
	room_id    BIGINT UNSIGNED NOT NULL,
	attempt_id BINARY(16) NULL,                      -- NULL: the whole room
	person_id  BIGINT UNSIGNED NOT NULL,
	kind       TINYINT UNSIGNED NOT NULL,            -- 1 extra time, 2 message, 3 hand-in, 4 delay, 5 start moved
	amount_ms  BIGINT NOT NULL DEFAULT 0,
	text       VARCHAR(500) NOT NULL DEFAULT '',
	idem_key   BINARY(16) NOT NULL,                  -- the same request again does nothing
	at_ms      BIGINT NOT NULL,
	UNIQUE KEY room_act_idem (room_id, idem_key),
	CONSTRAINT room_act_room_fk FOREIGN KEY (room_id) REFERENCES room (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
