-- Schools whose people somebody belongs to without having proven it: the school linked a phone
-- number that signs in elsewhere, or the password was set by another school's code. Nothing of the
-- school is shown to the person until a code of its own is entered by whoever is signed in.

CREATE TABLE unproven (
	school_id BIGINT UNSIGNED NOT NULL,
	person_id BIGINT UNSIGNED NOT NULL,
	since_ms  BIGINT NOT NULL,
	PRIMARY KEY (person_id, school_id),
	KEY unproven_school (school_id),
	CONSTRAINT unproven_school_fk FOREIGN KEY (school_id) REFERENCES school (id),
	CONSTRAINT unproven_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
