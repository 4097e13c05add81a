-- What a sitting comes to once nobody is at work any more: the Merkle root of its receipts, signed
-- (docs/protocol.md). A later one replaces none: an attempt that was healed or reopened makes the
-- next number.

CREATE TABLE sitting_root (
	sitting_id    BINARY(16) NOT NULL,
	number        INT UNSIGNED NOT NULL,             -- 1, 2, …
	school_id     BIGINT UNSIGNED NOT NULL,
	receipt_count INT UNSIGNED NOT NULL,
	at_ms         BIGINT NOT NULL,
	bytes         VARBINARY(200) NOT NULL,           -- TT1W without the signature
	signature     BINARY(64) NOT NULL,
	PRIMARY KEY (sitting_id, number),
	CONSTRAINT sitting_root_sitting_fk FOREIGN KEY (sitting_id) REFERENCES sitting (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
