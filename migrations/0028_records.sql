-- More of a school's records reach the province: what is said of a primary pupil beside the subjects,
-- that a class's term or year is closed. Exemptions have no typed rows.

-- level: 1 Tốt, 2 Đạt, 3 Cần cố gắng; of what an award asks for 4 yes, 5 no.
CREATE TABLE desk_judgement (
	school_id BIGINT UNSIGNED NOT NULL,
	year      VARCHAR(64) NOT NULL,
	class     VARCHAR(64) NOT NULL,
	moment    TINYINT UNSIGNED NOT NULL,             -- 1, 2 middle and end of term I; 3, 4 of term II
	item      VARCHAR(64) NOT NULL,                  -- the quality's or competence's code
	student   VARCHAR(64) NOT NULL,
	level     TINYINT UNSIGNED NOT NULL,
	PRIMARY KEY (school_id, year, class, moment, item, student)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE desk_closing (
	school_id    BIGINT UNSIGNED NOT NULL,
	year         VARCHAR(64) NOT NULL,
	class        VARCHAR(64) NOT NULL,
	part         TINYINT UNSIGNED NOT NULL,
	closed_at_ms BIGINT NOT NULL,
	PRIMARY KEY (school_id, year, class, part)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a primary pupil's year came to is a measure of its own: its four levels are others than those
-- of learning (core/province/tally.h).
UPDATE desk_tally SET measure = 13 WHERE measure = 9 AND grade BETWEEN 1 AND 5;

-- A school that exchanges already has everything looked at once more before the next batch.
UPDATE outbox_head SET seeded_at_ms = NULL;
