-- How a class's presence came to be what it is: each taking of a session, and what it changed.

CREATE TABLE roll_call_take (
	school_id BIGINT UNSIGNED NOT NULL,
	class_id  BIGINT UNSIGNED NOT NULL,
	on_date   DATE NOT NULL,
	session   TINYINT UNSIGNED NOT NULL,
	version   INT UNSIGNED NOT NULL,                 -- of the roll call, once this was done
	taken_by  BIGINT UNSIGNED NOT NULL,
	at_ms     BIGINT NOT NULL,
	idem_key  BINARY(16) NULL,                       -- sent twice, it is done once
	PRIMARY KEY (class_id, on_date, session, version),
	CONSTRAINT roll_call_take_class_fk FOREIGN KEY (class_id) REFERENCES class (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- kinds as in absence; 0: present.
CREATE TABLE roll_call_change (
	school_id  BIGINT UNSIGNED NOT NULL,
	class_id   BIGINT UNSIGNED NOT NULL,
	on_date    DATE NOT NULL,
	session    TINYINT UNSIGNED NOT NULL,
	version    INT UNSIGNED NOT NULL,
	student_id BIGINT UNSIGNED NOT NULL,
	old_kind   TINYINT UNSIGNED NOT NULL,
	new_kind   TINYINT UNSIGNED NOT NULL,
	old_note   VARCHAR(300) NOT NULL DEFAULT '',
	new_note   VARCHAR(300) NOT NULL DEFAULT '',
	PRIMARY KEY (class_id, on_date, session, version, student_id),
	CONSTRAINT roll_call_change_take_fk FOREIGN KEY (class_id, on_date, session, version)
		REFERENCES roll_call_take (class_id, on_date, session, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
