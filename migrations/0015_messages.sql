-- What the school writes to families and they answer, what everybody is told of, and how that
-- leaves the house: by mail and by a gateway for text messages.

-- Local time of the school: minutes that it is ahead of UTC.
ALTER TABLE school ADD COLUMN utc_offset_min SMALLINT NOT NULL DEFAULT 420;

-- Written once. scope: 1 a student's family, 2 a class, 3 a grade, 4 the school; target_id is the
-- student, the class, the grade, or 0. audience: 1 guardians, 2 students, 3 both.
CREATE TABLE letter (
	id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	author_id     BIGINT UNSIGNED NOT NULL,
	scope         TINYINT UNSIGNED NOT NULL,
	target_id     BIGINT UNSIGNED NOT NULL,
	audience      TINYINT UNSIGNED NOT NULL,
	title         VARCHAR(150) NOT NULL,
	text          VARCHAR(4000) NOT NULL,
	sent_at_ms    BIGINT NOT NULL,
	idem_key      BINARY(16) NULL,                   -- sent twice, it is written once
	body_hash     BINARY(32) NOT NULL,
	UNIQUE KEY letter_key (author_id, idem_key),
	KEY letter_author (school_id, author_id, id),
	CONSTRAINT letter_school_fk FOREIGN KEY (school_id) REFERENCES school (id),
	CONSTRAINT letter_author_fk FOREIGN KEY (author_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A letter as one person got it, and what the two wrote afterwards: nobody else is in it.
CREATE TABLE thread (
	id                BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id         BIGINT UNSIGNED NOT NULL,
	letter_id         BIGINT UNSIGNED NOT NULL,
	author_id         BIGINT UNSIGNED NOT NULL,      -- of the letter
	person_id         BIGINT UNSIGNED NOT NULL,      -- who got it
	student_id        BIGINT UNSIGNED NOT NULL,      -- whose family that is
	last_at_ms        BIGINT NOT NULL,
	author_last_at_ms BIGINT NOT NULL,               -- the author's last word
	person_last_at_ms BIGINT NOT NULL DEFAULT 0,     -- the other's; 0: none
	person_read_at_ms BIGINT NOT NULL DEFAULT 0,     -- everything up to then was read
	author_read_at_ms BIGINT NOT NULL DEFAULT 0,
	reply_count       INT UNSIGNED NOT NULL DEFAULT 0,
	UNIQUE KEY thread_person (letter_id, person_id),
	KEY thread_mine (person_id, last_at_ms),
	KEY thread_author (school_id, author_id, person_last_at_ms),
	CONSTRAINT thread_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id),
	CONSTRAINT thread_person_fk FOREIGN KEY (person_id) REFERENCES person (id),
	CONSTRAINT thread_student_fk FOREIGN KEY (student_id) REFERENCES student (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE thread_reply (
	id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id BIGINT UNSIGNED NOT NULL,
	thread_id BIGINT UNSIGNED NOT NULL,
	person_id BIGINT UNSIGNED NOT NULL,              -- who wrote it
	text      VARCHAR(4000) NOT NULL,
	at_ms     BIGINT NOT NULL,
	idem_key  BINARY(16) NULL,
	UNIQUE KEY thread_reply_key (person_id, idem_key),
	KEY thread_reply_thread (thread_id, id),
	CONSTRAINT thread_reply_thread_fk FOREIGN KEY (thread_id) REFERENCES thread (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row an event and person (and child). kind: core/notice/notice.h. about is a name that the
-- sentence needs: a subject, an exam, who wrote.
CREATE TABLE notice (
	id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id  BIGINT UNSIGNED NOT NULL,
	person_id  BIGINT UNSIGNED NOT NULL,
	student_id BIGINT UNSIGNED NOT NULL DEFAULT 0,   -- about whom; 0: nobody
	kind       TINYINT UNSIGNED NOT NULL,
	event      VARCHAR(80) NOT NULL,                 -- "marks:17", "letter:3"
	thread_id  BIGINT UNSIGNED NOT NULL DEFAULT 0,
	about      VARCHAR(200) NOT NULL,
	on_date    DATE NULL,
	at_ms      BIGINT NOT NULL,
	read_at_ms BIGINT NULL,
	UNIQUE KEY notice_event (school_id, event, person_id, student_id),
	KEY notice_person (person_id, id),
	KEY notice_unread (person_id, read_at_ms),
	CONSTRAINT notice_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How somebody wants to be told outside the program. email_state: 0 none, 1 not confirmed yet,
-- 2 confirmed. Quiet hours are minutes of the local day; both alike: none.
CREATE TABLE notice_setting (
	person_id      BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	email          VARCHAR(254) NULL,
	email_state    TINYINT UNSIGNED NOT NULL DEFAULT 0,
	email_nonce    BINARY(16) NULL,                  -- of the link that confirms it
	asked_at_ms    BIGINT NOT NULL DEFAULT 0,
	asked_count    INT UNSIGNED NOT NULL DEFAULT 0,  -- links in the day of asked_at_ms
	by_email       TINYINT UNSIGNED NOT NULL DEFAULT 1,
	by_phone       TINYINT UNSIGNED NOT NULL DEFAULT 1,
	quiet_from_min SMALLINT UNSIGNED NOT NULL DEFAULT 1290,
	quiet_to_min   SMALLINT UNSIGNED NOT NULL DEFAULT 390,
	version        INT UNSIGNED NOT NULL DEFAULT 1,
	CONSTRAINT notice_setting_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- channel: 1 mail, 2 the gateway. Nothing leaves the house before the office switches it on.
CREATE TABLE notice_channel (
	school_id     BIGINT UNSIGNED NOT NULL,
	channel       TINYINT UNSIGNED NOT NULL,
	is_on         TINYINT UNSIGNED NOT NULL,
	changed_by    BIGINT UNSIGNED NOT NULL,
	changed_at_ms BIGINT NOT NULL,
	PRIMARY KEY (school_id, channel),
	CONSTRAINT notice_channel_school_fk FOREIGN KEY (school_id) REFERENCES school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What is to leave the house. kind: 1 a notice, 2 the link that confirms an address, 3 a test.
-- state: 1 waits, 2 sent, 3 given up, 4 not wanted any more.
CREATE TABLE delivery (
	id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id  BIGINT UNSIGNED NOT NULL,
	channel    TINYINT UNSIGNED NOT NULL,
	kind       TINYINT UNSIGNED NOT NULL,
	notice_id  BIGINT UNSIGNED NULL,
	person_id  BIGINT UNSIGNED NOT NULL,
	address    VARCHAR(254) NULL,                    -- of a link or a test
	state      TINYINT UNSIGNED NOT NULL DEFAULT 1,
	tries      INT UNSIGNED NOT NULL DEFAULT 0,
	made_at_ms BIGINT NOT NULL,
	next_at_ms BIGINT NOT NULL,
	sent_at_ms BIGINT NULL,
	error      VARCHAR(40) NOT NULL DEFAULT '',      -- why the last try failed: a code
	detail     VARCHAR(200) NOT NULL DEFAULT '',     -- what the other side said
	UNIQUE KEY delivery_notice (notice_id, channel),
	KEY delivery_due (channel, state, next_at_ms),
	KEY delivery_school (school_id, state, id),
	CONSTRAINT delivery_notice_fk FOREIGN KEY (notice_id) REFERENCES notice (id),
	CONSTRAINT delivery_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
