-- How a school's records leave it (core/exchange): the keys that it signs with, where it sends, what
-- is on its way, and which records were not taken. What is to be sent stands in outbox (0021).

-- A school's signing keys. Those with retired_at_ms are kept: what they signed stays provable.
CREATE TABLE exchange_key (
	school_id     BIGINT UNSIGNED NOT NULL,
	kid           BINARY(8) NOT NULL,                -- of the public key
	public_key    BINARY(32) NOT NULL,
	seed_box      VARBINARY(128) NOT NULL,           -- sealed: core/seal/box.h, context TT1_XCHG
	made_at_ms    BIGINT NOT NULL,
	retired_at_ms BIGINT NULL,
	PRIMARY KEY (school_id, kid),
	CONSTRAINT exchange_key_school_fk FOREIGN KEY (school_id) REFERENCES school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- watermark: everything of the outbox up to this number is in a batch made for this destination.
CREATE TABLE destination (
	id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id      BIGINT UNSIGNED NOT NULL,
	kind           TINYINT UNSIGNED NOT NULL,        -- 1 https, 2 mariadb, 3 files
	name           VARCHAR(100) NOT NULL,
	settings       VARCHAR(2000) NOT NULL,           -- JSON, by kind; no secret in it
	secret_box     VARBINARY(512) NULL,              -- a password, sealed
	ca_pem         TEXT NULL,                        -- the authority that alone is believed
	kid            BINARY(8) NULL,                   -- https: the school's key that it knows
	peer_code      VARCHAR(24) NOT NULL DEFAULT '',  -- https: the province
	peer_name      VARCHAR(400) NOT NULL DEFAULT '',
	peer_key       BINARY(32) NULL,                  -- its key, the only one believed
	state          TINYINT UNSIGNED NOT NULL,        -- 1 on, 2 paused, 3 stopped by an error
	watermark      BIGINT UNSIGNED NOT NULL DEFAULT 0,
	wants_compare  BOOLEAN NOT NULL DEFAULT FALSE,
	compared_at_ms BIGINT NULL,
	compared_found INT UNSIGNED NULL,                -- records that differed then
	tries          INT UNSIGNED NOT NULL DEFAULT 0,  -- failed ones in a row
	next_try_at_ms BIGINT NOT NULL DEFAULT 0,
	last_ok_at_ms  BIGINT NULL,
	error          VARCHAR(48) NOT NULL DEFAULT '',  -- a message's code
	error_params   VARCHAR(800) NOT NULL DEFAULT '{}',
	lease_by       BINARY(16) NULL,
	lease_until_ms BIGINT NOT NULL DEFAULT 0,
	made_at_ms     BIGINT NOT NULL,
	made_by        BIGINT UNSIGNED NOT NULL,
	version        INT UNSIGNED NOT NULL DEFAULT 1,
	UNIQUE KEY destination_name (school_id, name),
	KEY destination_due (state, next_try_at_ms),
	CONSTRAINT destination_school_fk FOREIGN KEY (school_id) REFERENCES school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A batch, made in the transaction that moves the watermark. The same bytes are sent until there is
-- an answer; then they go and the proof stays.
CREATE TABLE outgoing (
	id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id      BIGINT UNSIGNED NOT NULL,
	destination_id BIGINT UNSIGNED NOT NULL,
	batch_id       BINARY(16) NOT NULL,
	first_number   BIGINT UNSIGNED NOT NULL,         -- rows of the outbox behind this one …
	last_number    BIGINT UNSIGNED NOT NULL,         -- … up to this one; equal when chosen by hand
	state          TINYINT UNSIGNED NOT NULL,        -- 1 made, 2 sent at least once, 3 answered
	body           LONGBLOB NULL,                    -- NULL once it is answered
	body_hash      BINARY(32) NOT NULL,
	records        INT UNSIGNED NOT NULL,
	made_at_ms     BIGINT NOT NULL,
	sent_at_ms     BIGINT NULL,                      -- first time
	received_at_ms BIGINT NULL,                      -- as the other side says
	rejected       INT UNSIGNED NOT NULL DEFAULT 0,
	statement      VARBINARY(160) NULL,              -- core/exchange/exchange_receipt.h
	signature      BINARY(64) NULL,
	KEY outgoing_open (destination_id, state),
	CONSTRAINT outgoing_destination_fk FOREIGN KEY (destination_id) REFERENCES destination (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Records that are not simply where they belong. A record without a row here is applied when its
-- newest change is within the watermark and in no batch that is under way.
CREATE TABLE record_state (
	destination_id BIGINT UNSIGNED NOT NULL,
	record_id      BIGINT UNSIGNED NOT NULL,
	school_id      BIGINT UNSIGNED NOT NULL,
	state          TINYINT UNSIGNED NOT NULL,        -- 1 queued again, 2 sent, 3 received, 5 rejected
	phienban       INT UNSIGNED NOT NULL,
	outgoing_id    BIGINT UNSIGNED NULL,             -- with state 2
	code           VARCHAR(48) NOT NULL,             -- why, with states 3 and 5
	params         VARCHAR(800) NOT NULL,
	at_ms          BIGINT NOT NULL,
	PRIMARY KEY (destination_id, record_id),
	KEY record_state_by (destination_id, state, record_id),
	KEY record_state_outgoing (outgoing_id),
	CONSTRAINT record_state_destination_fk FOREIGN KEY (destination_id) REFERENCES destination (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
