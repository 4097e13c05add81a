-- Places, people and how they sign in. Global tables: province, commune, school, person,
-- account, officer, session, throttle. All times are UTC milliseconds.
-- Text is compared byte for byte unless a column says otherwise.

CREATE TABLE province (
	id          INT UNSIGNED NOT NULL PRIMARY KEY,
	code        VARCHAR(8) NOT NULL,
	name        VARCHAR(100) NOT NULL,
	valid_from  DATE NOT NULL,
	valid_to    DATE NULL,
	UNIQUE KEY province_code (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE commune (
	id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	province_id INT UNSIGNED NOT NULL,
	code        VARCHAR(8) NOT NULL,
	name        VARCHAR(100) NOT NULL,
	valid_from  DATE NOT NULL,
	valid_to    DATE NULL,
	UNIQUE KEY commune_code (code),
	KEY commune_province (province_id),
	CONSTRAINT commune_province_fk FOREIGN KEY (province_id) REFERENCES province (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE school (
	id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	commune_id    INT UNSIGNED NOT NULL,
	code          VARCHAR(24) NOT NULL,              -- what people type at sign-in
	name          VARCHAR(200) NOT NULL,
	level         VARCHAR(8) NOT NULL,               -- th | thcs | thpt
	created_at_ms BIGINT NOT NULL,
	UNIQUE KEY school_code (code),
	CONSTRAINT school_commune_fk FOREIGN KEY (commune_id) REFERENCES commune (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE person (
	id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	full_name        VARCHAR(120) NOT NULL,          -- NFC, as on paper
	sort_given       VARCHAR(60) COLLATE utf8mb4_uca1400_vietnamese_as_ci NOT NULL,
	sort_rest        VARCHAR(120) COLLATE utf8mb4_uca1400_vietnamese_as_ci NOT NULL,
	search_name      VARCHAR(120) NOT NULL,          -- folded: lower case, no marks
	birth_date       DATE NULL,
	sex              TINYINT UNSIGNED NOT NULL DEFAULT 0,  -- 0 not said, 1 male, 2 female
	personal_id_box  VARBINARY(128) NULL,            -- sealed; never in plain
	personal_id_hash BINARY(32) NULL,                -- keyed hash, to find the same person
	created_at_ms    BIGINT NOT NULL,
	version          INT UNSIGNED NOT NULL DEFAULT 1,
	UNIQUE KEY person_personal_id (personal_id_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One a person who may sign in. A guardian signs in by phone, the others by school and login.
CREATE TABLE account (
	person_id              BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	phone                  VARCHAR(16) NULL,         -- +84…, digits only after the sign
	password_hash          VARCHAR(255) NULL,        -- NULL until activated
	state                  TINYINT UNSIGNED NOT NULL, -- 1 invited, 2 active, 3 locked, 4 closed
	language               CHAR(2) NOT NULL DEFAULT 'vi',
	created_at_ms          BIGINT NOT NULL,
	password_changed_at_ms BIGINT NULL,
	UNIQUE KEY account_phone (phone),
	CONSTRAINT account_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a person is at a school. role: 1 office, 2 teacher, 3 student, 4 parent.
CREATE TABLE membership (
	school_id BIGINT UNSIGNED NOT NULL,
	person_id BIGINT UNSIGNED NOT NULL,
	role      TINYINT UNSIGNED NOT NULL,
	login     VARCHAR(64) NULL,                      -- lower case ASCII, unique in the school
	state     TINYINT UNSIGNED NOT NULL DEFAULT 1,   -- 1 in force, 2 ended
	PRIMARY KEY (school_id, person_id, role),
	UNIQUE KEY membership_login (school_id, login),
	KEY membership_person (person_id),
	CONSTRAINT membership_school_fk FOREIGN KEY (school_id) REFERENCES school (id),
	CONSTRAINT membership_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- An officer of a province's department; signs in with the province's code in place of a school's.
CREATE TABLE officer (
	province_id INT UNSIGNED NOT NULL,
	person_id   BIGINT UNSIGNED NOT NULL,
	login       VARCHAR(64) NOT NULL,
	PRIMARY KEY (province_id, person_id),
	UNIQUE KEY officer_login (province_id, login),
	CONSTRAINT officer_province_fk FOREIGN KEY (province_id) REFERENCES province (id),
	CONSTRAINT officer_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One-use codes on sign-in slips.
CREATE TABLE activation (
	code_hash     BINARY(32) NOT NULL PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	person_id     BIGINT UNSIGNED NOT NULL,
	created_by    BIGINT UNSIGNED NOT NULL,
	created_at_ms BIGINT NOT NULL,
	expires_at_ms BIGINT NOT NULL,
	used_at_ms    BIGINT NULL,
	KEY activation_person (school_id, person_id),
	CONSTRAINT activation_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE session (
	token_hash    BINARY(32) NOT NULL PRIMARY KEY,
	person_id     BIGINT UNSIGNED NOT NULL,
	school_id     BIGINT UNSIGNED NULL,              -- the school it acts in; NULL for an officer
	province_id   INT UNSIGNED NULL,
	roles         INT UNSIGNED NOT NULL,             -- bits of core/auth/access.h
	attempt_id    BINARY(16) NULL,                   -- a ticket's session sees one attempt only
	created_at_ms BIGINT NOT NULL,
	seen_at_ms    BIGINT NOT NULL,
	expires_at_ms BIGINT NOT NULL,
	address       VARCHAR(45) NOT NULL,
	KEY session_person (person_id),
	KEY session_expiry (expires_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Failed sign-ins by account and by address (keyed hashes).
CREATE TABLE throttle (
	key_hash         BINARY(32) NOT NULL PRIMARY KEY,
	failures         INT UNSIGNED NOT NULL,
	last_at_ms       BIGINT NOT NULL,
	blocked_until_ms BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE audit (
	id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id  BIGINT UNSIGNED NULL,
	at_ms      BIGINT NOT NULL,
	person_id  BIGINT UNSIGNED NULL,
	action     VARCHAR(64) NOT NULL,
	subject    VARCHAR(64) NOT NULL,
	subject_id VARCHAR(64) NOT NULL,
	detail     TEXT NOT NULL,                        -- JSON, without secrets
	address    VARCHAR(45) NOT NULL,
	KEY audit_school (school_id, at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Small facts of the deployment: the clock's high-water mark, ids of keys in use.
CREATE TABLE server_state (
	name  VARCHAR(64) NOT NULL PRIMARY KEY,
	value VARCHAR(255) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
