-- Questions and papers. A question's revisions are never changed once written.

CREATE TABLE bank (
	id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	subject_id    BIGINT UNSIGNED NULL,
	owner_id      BIGINT UNSIGNED NOT NULL,          -- person
	name          VARCHAR(200) NOT NULL,
	is_shared     TINYINT UNSIGNED NOT NULL DEFAULT 0, -- other teachers of the school may use it
	created_at_ms BIGINT NOT NULL,
	version       INT UNSIGNED NOT NULL DEFAULT 1,
	KEY bank_school (school_id, owner_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE question (
	id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	bank_id       BIGINT UNSIGNED NOT NULL,
	kind          TINYINT UNSIGNED NOT NULL,         -- exam/bank/question.h
	revision      INT UNSIGNED NOT NULL,             -- the newest
	position      INT UNSIGNED NOT NULL DEFAULT 0,
	topic         VARCHAR(200) NOT NULL DEFAULT '',
	difficulty    TINYINT UNSIGNED NOT NULL DEFAULT 0, -- 0 not said, 1 nhận biết … 4 vận dụng cao
	passage_id    BIGINT UNSIGNED NULL,              -- questions that share a passage
	state         TINYINT UNSIGNED NOT NULL DEFAULT 1, -- 1 in use, 2 retired
	created_by    BIGINT UNSIGNED NOT NULL,
	created_at_ms BIGINT NOT NULL,
	KEY question_bank (bank_id, position),
	CONSTRAINT question_bank_fk FOREIGN KEY (bank_id) REFERENCES bank (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE question_revision (
	school_id     BIGINT UNSIGNED NOT NULL,
	question_id   BIGINT UNSIGNED NOT NULL,
	revision      INT UNSIGNED NOT NULL,
	content       MEDIUMTEXT NOT NULL,               -- JSON: stem, options, statements; no key
	answer_key    MEDIUMTEXT NOT NULL,               -- JSON: key, tolerance, steps, accepted
	source        TEXT NOT NULL,                     -- the text it was read from, for display
	confidence    TINYINT UNSIGNED NOT NULL,         -- 0..100, 100 when a person wrote it
	problems      TEXT NOT NULL,                     -- JSON array of code and parameters
	created_by    BIGINT UNSIGNED NOT NULL,
	created_at_ms BIGINT NOT NULL,
	PRIMARY KEY (question_id, revision),
	CONSTRAINT question_revision_fk FOREIGN KEY (question_id) REFERENCES question (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE passage (
	id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	bank_id       BIGINT UNSIGNED NOT NULL,
	html          MEDIUMTEXT NOT NULL,
	created_at_ms BIGINT NOT NULL,
	KEY passage_bank (bank_id),
	CONSTRAINT passage_bank_fk FOREIGN KEY (bank_id) REFERENCES bank (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE picture (
	school_id BIGINT UNSIGNED NOT NULL,
	hash      BINARY(32) NOT NULL,
	mime      VARCHAR(32) NOT NULL,
	width     INT UNSIGNED NOT NULL,
	height    INT UNSIGNED NOT NULL,
	bytes     MEDIUMBLOB NOT NULL,
	PRIMARY KEY (school_id, hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE paper (
	id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	owner_id      BIGINT UNSIGNED NOT NULL,
	subject_id    BIGINT UNSIGNED NOT NULL,
	title         VARCHAR(200) NOT NULL,
	parts         TEXT NOT NULL,                     -- JSON: title, shuffle, default weight, steps
	state         TINYINT UNSIGNED NOT NULL,         -- 1 draft, 2 in use by a sitting: frozen
	version       INT UNSIGNED NOT NULL DEFAULT 1,
	created_at_ms BIGINT NOT NULL,
	KEY paper_school (school_id, owner_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE paper_item (
	school_id   BIGINT UNSIGNED NOT NULL,
	paper_id    BIGINT UNSIGNED NOT NULL,
	position    INT UNSIGNED NOT NULL,               -- 1-based in the whole paper
	part        INT UNSIGNED NOT NULL,               -- index into parts
	question_id BIGINT UNSIGNED NOT NULL,
	revision    INT UNSIGNED NOT NULL,
	weight      INT UNSIGNED NOT NULL,               -- integer points, hundredths of a point
	PRIMARY KEY (paper_id, position),
	CONSTRAINT paper_item_paper_fk FOREIGN KEY (paper_id) REFERENCES paper (id),
	CONSTRAINT paper_item_revision_fk FOREIGN KEY (question_id, revision)
		REFERENCES question_revision (question_id, revision)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
