-- Documents that were printed from the gradebook, and what each was signed for (TT1P,
-- gradebook/documents/statement.h). heads: where the chains of marks stood that it rests on.
-- kind: 1 report of a term, 2 of the year, 3 transcript page of a year, 4 transcript, 5 mark book.

CREATE TABLE issued_document (
	id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id      BIGINT UNSIGNED NOT NULL,
	class_id       BIGINT UNSIGNED NOT NULL,
	student_id     BIGINT UNSIGNED NOT NULL,         -- 0: of the whole class
	kind           TINYINT UNSIGNED NOT NULL,
	term_number    TINYINT UNSIGNED NOT NULL,        -- 0 the year
	statement_hash BINARY(32) NOT NULL,              -- of the signed bytes, to find it again
	statement      VARBINARY(200) NOT NULL,          -- without the signature
	signature      BINARY(64) NOT NULL,
	heads          MEDIUMBLOB NOT NULL,
	issued_by      BIGINT UNSIGNED NOT NULL,
	issued_at_ms   BIGINT NOT NULL,
	UNIQUE KEY issued_document_statement (statement_hash),
	KEY issued_document_class (school_id, class_id, issued_at_ms),
	CONSTRAINT issued_document_class_fk FOREIGN KEY (class_id) REFERENCES class (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
