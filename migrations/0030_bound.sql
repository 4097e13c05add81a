-- What nothing signed says of an exam, bound by a keyed mac (docs/protocol.md, "What is bound"): whose an
-- attempt is, its room and its times; a sitting with its variants and how many rooms, attempts and
-- roots it has; a room with the acts of its invigilator, one behind the other; an attempt's
-- checkpoints, likewise. Rows from before have none, and the audit says so.

ALTER TABLE attempt
	ADD COLUMN mac BINARY(32) NULL,
	ADD COLUMN checkpoint_mac BINARY(32) NULL;           -- of its checkpoints so far
ALTER TABLE sitting
	ADD COLUMN root_count INT UNSIGNED NOT NULL DEFAULT 0,
	ADD COLUMN mac BINARY(32) NULL;
ALTER TABLE room ADD COLUMN mac BINARY(32) NULL;         -- of the row and its acts so far
ALTER TABLE room_act ADD COLUMN mac BINARY(32) NULL;     -- of this one and those before it
UPDATE sitting s SET s.root_count = (SELECT COALESCE(MAX(t.number), 0) FROM sitting_root t WHERE t.sitting_id = s.id);
