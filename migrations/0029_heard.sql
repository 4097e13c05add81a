-- When something that a school had signed came last: a batch, or the question whether both hold the
-- same, which it asks once a day. Whoever has nothing to send is heard of, too.

ALTER TABLE province_school ADD heard_at_ms BIGINT NULL AFTER last_batch_at_ms;
UPDATE province_school SET heard_at_ms = last_batch_at_ms;
