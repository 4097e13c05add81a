-- Why an account is locked, by whom and since when; NULL: it is not. The version counts locks.

ALTER TABLE account
	ADD COLUMN version      INT UNSIGNED NOT NULL DEFAULT 1,
	ADD COLUMN locked_why   VARCHAR(500) NULL,
	ADD COLUMN locked_by    BIGINT UNSIGNED NULL,
	ADD COLUMN locked_at_ms BIGINT NULL,
	ADD CONSTRAINT account_locked_by_fk FOREIGN KEY (locked_by) REFERENCES person (id);
