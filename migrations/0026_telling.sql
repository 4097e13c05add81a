-- Telling what was there before a school began to exchange goes on beside the sending: one teller at
-- a time, under a lease of its own. After a failure seed_until_ms is when it is tried again, and
-- seed_error says why (an error's name); both are of no account once seeded_at_ms is there.
ALTER TABLE outbox_head
	ADD COLUMN seed_by       BINARY(16) NULL,
	ADD COLUMN seed_until_ms BIGINT NOT NULL DEFAULT 0,
	ADD COLUMN seed_error    VARCHAR(32) NOT NULL DEFAULT '';
