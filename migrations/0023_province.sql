-- The province's side of the exchange: schools that enrolled with their keys, what they sent, and
-- what it came to. A school's own database has these tables too and leaves them empty.
-- Natural keys are compared byte for byte, blanks at the end too (nopad).

CREATE TABLE province_school (
	id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	province_id      INT UNSIGNED NOT NULL,
	code             VARCHAR(24) NOT NULL,           -- as at the school
	name             VARCHAR(200) NOT NULL,
	level            VARCHAR(8) NOT NULL,            -- th | thcs | thpt
	commune_code     VARCHAR(8) NOT NULL,
	state            TINYINT UNSIGNED NOT NULL,      -- 1 invited, 2 enrolled, 3 suspended
	invited_at_ms    BIGINT NOT NULL,
	enrolled_at_ms   BIGINT NULL,                    -- the first key
	suspended_at_ms  BIGINT NULL,
	suspended_why    VARCHAR(500) NULL,
	last_batch_at_ms BIGINT NULL,
	last_number      BIGINT UNSIGNED NOT NULL DEFAULT 0, -- the largest of its outbox that was heard of
	version          INT UNSIGNED NOT NULL DEFAULT 1,
	UNIQUE KEY province_school_code (province_id, code),
	CONSTRAINT province_school_province_fk FOREIGN KEY (province_id) REFERENCES province (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A key counts from from_ms on; until_ms: the school has rolled it, and it proves only what was
-- received before; revoked_at_ms: it proves nothing new and answers nothing, whoever holds it.
CREATE TABLE province_school_key (
	school_id     BIGINT UNSIGNED NOT NULL,
	kid           BINARY(8) NOT NULL,
	public        BINARY(32) NOT NULL,
	from_ms       BIGINT NOT NULL,
	until_ms      BIGINT NULL,
	revoked_at_ms BIGINT NULL,
	revoked_by    BIGINT UNSIGNED NULL,              -- an officer; NULL: at the terminal
	why           VARCHAR(500) NULL,
	PRIMARY KEY (school_id, kid),
	CONSTRAINT province_school_key_school_fk FOREIGN KEY (school_id) REFERENCES province_school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One-time codes for schools. key_box: what the code's secret authenticates with, sealed under a
-- key of the data folder. used_key and answer: the same request again gets the same answer.
CREATE TABLE province_code (
	code_id       CHAR(8) NOT NULL PRIMARY KEY,
	school_id     BIGINT UNSIGNED NOT NULL,
	key_box       VARBINARY(128) NOT NULL,
	made_by       BIGINT UNSIGNED NULL,
	made_at_ms    BIGINT NOT NULL,
	expires_at_ms BIGINT NOT NULL,
	used_at_ms    BIGINT NULL,
	used_key      BINARY(32) NULL,
	answer        TEXT NULL,
	KEY province_code_school (school_id),
	CONSTRAINT province_code_school_fk FOREIGN KEY (school_id) REFERENCES province_school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Batches that were taken, with what proves who sent them and what was answered.
CREATE TABLE incoming (
	school_id      BIGINT UNSIGNED NOT NULL,
	batch_id       BINARY(16) NOT NULL,
	number         BIGINT UNSIGNED NOT NULL,
	body_hash      BINARY(32) NOT NULL,
	school_kid     BINARY(8) NOT NULL,
	school_signature BINARY(64) NOT NULL,
	received_at_ms BIGINT NOT NULL,
	records        INT UNSIGNED NOT NULL,
	applied        INT UNSIGNED NOT NULL,
	stale          INT UNSIGNED NOT NULL,
	rejected       INT UNSIGNED NOT NULL,
	answer         MEDIUMBLOB NOT NULL,              -- the statement, its signature and the outcomes
	PRIMARY KEY (school_id, batch_id),
	KEY incoming_time (school_id, received_at_ms),
	CONSTRAINT incoming_school_fk FOREIGN KEY (school_id) REFERENCES province_school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The newest line of each record. lop, hocky and hocsinh are its place in the tree.
CREATE TABLE province_record (
	id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	school_id          BIGINT UNSIGNED NOT NULL,
	bang               VARCHAR(16) NOT NULL,
	idbanghi           VARCHAR(255) NOT NULL,
	phienban           INT UNSIGNED NOT NULL,
	sukien             TINYINT UNSIGNED NOT NULL,    -- 1 NEW, 2 UPDATE, 3 CANCEL
	thoigiancapnhat_ms BIGINT NOT NULL,
	lop                VARCHAR(255) NOT NULL,
	hocky              TINYINT UNSIGNED NOT NULL,
	hocsinh            VARCHAR(128) NOT NULL,
	line               MEDIUMBLOB NOT NULL,
	line_hash          BINARY(32) NOT NULL,
	batch_id           BINARY(16) NOT NULL,
	applied_at_ms      BIGINT NOT NULL,
	UNIQUE KEY province_record_name (school_id, idbanghi),
	KEY province_record_tree (school_id, lop, hocky, hocsinh),
	KEY province_record_applied (school_id, applied_at_ms),
	CONSTRAINT province_record_school_fk FOREIGN KEY (school_id) REFERENCES province_school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

-- Records that could not be taken, until a larger phienban of the same is applied. idbanghi is
-- empty when not even that could be read.
CREATE TABLE province_rejection (
	school_id BIGINT UNSIGNED NOT NULL,
	batch_id  BINARY(16) NOT NULL,
	n         INT UNSIGNED NOT NULL,
	idbanghi  VARCHAR(255) NOT NULL,
	bang      VARCHAR(16) NOT NULL,
	phienban  INT UNSIGNED NOT NULL,
	code      VARCHAR(48) NOT NULL,
	params    VARCHAR(1024) NOT NULL,
	at_ms     BIGINT NOT NULL,
	PRIMARY KEY (school_id, batch_id, n),
	KEY province_rejection_record (school_id, idbanghi),
	KEY province_rejection_time (school_id, at_ms),
	CONSTRAINT province_rejection_school_fk FOREIGN KEY (school_id) REFERENCES province_school (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

-- A one-use code may be an officer's: then school_id is 0.
ALTER TABLE activation
	ADD COLUMN province_id INT UNSIGNED NULL;

-- Provinces (tier 1) and communes (tier 2) as they were and are: a code may name another place
-- after a reform, so a row has its days. valid_to is the last day, NULL: still.
CREATE TABLE area (
	tier        TINYINT UNSIGNED NOT NULL,
	code        VARCHAR(8) NOT NULL,
	valid_from  DATE NOT NULL,
	valid_to    DATE NULL,
	name        VARCHAR(100) NOT NULL,
	parent_code VARCHAR(8) NOT NULL,                 -- a commune's province; '' of a province
	PRIMARY KEY (tier, code, valid_from),
	KEY area_parent (tier, parent_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What became of a place on a day; into several places when it was divided.
CREATE TABLE area_change (
	tier     TINYINT UNSIGNED NOT NULL,
	old_code VARCHAR(8) NOT NULL,
	new_code VARCHAR(8) NOT NULL,
	on_day   DATE NOT NULL,
	PRIMARY KEY (tier, old_code, new_code, on_day),
	KEY area_change_new (tier, new_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The 34 provinces of 2025-07-01 and the 63 before it (resolution 202/2025/QH15; codes by decision
-- 19/2025/QD-TTg). Eleven went on unchanged and have one row each. Of the former ones the first
-- day is not told: they count from 2004-01-01, which is before any record of a school in the
-- exchange.
INSERT INTO area (tier, code, valid_from, valid_to, name, parent_code) VALUES
	(1, '01', '2004-01-01', NULL, 'Thành phố Hà Nội', ''),
	(1, '02', '2004-01-01', '2025-06-30', 'Tỉnh Hà Giang', ''),
	(1, '04', '2004-01-01', NULL, 'Tỉnh Cao Bằng', ''),
	(1, '06', '2004-01-01', '2025-06-30', 'Tỉnh Bắc Kạn', ''),
	(1, '08', '2004-01-01', '2025-06-30', 'Tỉnh Tuyên Quang', ''),
	(1, '10', '2004-01-01', '2025-06-30', 'Tỉnh Lào Cai', ''),
	(1, '11', '2004-01-01', NULL, 'Tỉnh Điện Biên', ''),
	(1, '12', '2004-01-01', NULL, 'Tỉnh Lai Châu', ''),
	(1, '14', '2004-01-01', NULL, 'Tỉnh Sơn La', ''),
	(1, '15', '2004-01-01', '2025-06-30', 'Tỉnh Yên Bái', ''),
	(1, '17', '2004-01-01', '2025-06-30', 'Tỉnh Hòa Bình', ''),
	(1, '19', '2004-01-01', '2025-06-30', 'Tỉnh Thái Nguyên', ''),
	(1, '20', '2004-01-01', NULL, 'Tỉnh Lạng Sơn', ''),
	(1, '22', '2004-01-01', NULL, 'Tỉnh Quảng Ninh', ''),
	(1, '24', '2004-01-01', '2025-06-30', 'Tỉnh Bắc Giang', ''),
	(1, '25', '2004-01-01', '2025-06-30', 'Tỉnh Phú Thọ', ''),
	(1, '26', '2004-01-01', '2025-06-30', 'Tỉnh Vĩnh Phúc', ''),
	(1, '27', '2004-01-01', '2025-06-30', 'Tỉnh Bắc Ninh', ''),
	(1, '30', '2004-01-01', '2025-06-30', 'Tỉnh Hải Dương', ''),
	(1, '31', '2004-01-01', '2025-06-30', 'Thành phố Hải Phòng', ''),
	(1, '33', '2004-01-01', '2025-06-30', 'Tỉnh Hưng Yên', ''),
	(1, '34', '2004-01-01', '2025-06-30', 'Tỉnh Thái Bình', ''),
	(1, '35', '2004-01-01', '2025-06-30', 'Tỉnh Hà Nam', ''),
	(1, '36', '2004-01-01', '2025-06-30', 'Tỉnh Nam Định', ''),
	(1, '37', '2004-01-01', '2025-06-30', 'Tỉnh Ninh Bình', ''),
	(1, '38', '2004-01-01', NULL, 'Tỉnh Thanh Hóa', ''),
	(1, '40', '2004-01-01', NULL, 'Tỉnh Nghệ An', ''),
	(1, '42', '2004-01-01', NULL, 'Tỉnh Hà Tĩnh', ''),
	(1, '44', '2004-01-01', '2025-06-30', 'Tỉnh Quảng Bình', ''),
	(1, '45', '2004-01-01', '2025-06-30', 'Tỉnh Quảng Trị', ''),
	(1, '46', '2004-01-01', NULL, 'Thành phố Huế', ''),
	(1, '48', '2004-01-01', '2025-06-30', 'Thành phố Đà Nẵng', ''),
	(1, '49', '2004-01-01', '2025-06-30', 'Tỉnh Quảng Nam', ''),
	(1, '51', '2004-01-01', '2025-06-30', 'Tỉnh Quảng Ngãi', ''),
	(1, '52', '2004-01-01', '2025-06-30', 'Tỉnh Bình Định', ''),
	(1, '54', '2004-01-01', '2025-06-30', 'Tỉnh Phú Yên', ''),
	(1, '56', '2004-01-01', '2025-06-30', 'Tỉnh Khánh Hòa', ''),
	(1, '58', '2004-01-01', '2025-06-30', 'Tỉnh Ninh Thuận', ''),
	(1, '60', '2004-01-01', '2025-06-30', 'Tỉnh Bình Thuận', ''),
	(1, '62', '2004-01-01', '2025-06-30', 'Tỉnh Kon Tum', ''),
	(1, '64', '2004-01-01', '2025-06-30', 'Tỉnh Gia Lai', ''),
	(1, '66', '2004-01-01', '2025-06-30', 'Tỉnh Đắk Lắk', ''),
	(1, '67', '2004-01-01', '2025-06-30', 'Tỉnh Đắk Nông', ''),
	(1, '68', '2004-01-01', '2025-06-30', 'Tỉnh Lâm Đồng', ''),
	(1, '70', '2004-01-01', '2025-06-30', 'Tỉnh Bình Phước', ''),
	(1, '72', '2004-01-01', '2025-06-30', 'Tỉnh Tây Ninh', ''),
	(1, '74', '2004-01-01', '2025-06-30', 'Tỉnh Bình Dương', ''),
	(1, '75', '2004-01-01', '2025-06-30', 'Tỉnh Đồng Nai', ''),
	(1, '77', '2004-01-01', '2025-06-30', 'Tỉnh Bà Rịa - Vũng Tàu', ''),
	(1, '79', '2004-01-01', '2025-06-30', 'Thành phố Hồ Chí Minh', ''),
	(1, '80', '2004-01-01', '2025-06-30', 'Tỉnh Long An', ''),
	(1, '82', '2004-01-01', '2025-06-30', 'Tỉnh Tiền Giang', ''),
	(1, '83', '2004-01-01', '2025-06-30', 'Tỉnh Bến Tre', ''),
	(1, '84', '2004-01-01', '2025-06-30', 'Tỉnh Trà Vinh', ''),
	(1, '86', '2004-01-01', '2025-06-30', 'Tỉnh Vĩnh Long', ''),
	(1, '87', '2004-01-01', '2025-06-30', 'Tỉnh Đồng Tháp', ''),
	(1, '89', '2004-01-01', '2025-06-30', 'Tỉnh An Giang', ''),
	(1, '91', '2004-01-01', '2025-06-30', 'Tỉnh Kiên Giang', ''),
	(1, '92', '2004-01-01', '2025-06-30', 'Thành phố Cần Thơ', ''),
	(1, '93', '2004-01-01', '2025-06-30', 'Tỉnh Hậu Giang', ''),
	(1, '94', '2004-01-01', '2025-06-30', 'Tỉnh Sóc Trăng', ''),
	(1, '95', '2004-01-01', '2025-06-30', 'Tỉnh Bạc Liêu', ''),
	(1, '96', '2004-01-01', '2025-06-30', 'Tỉnh Cà Mau', ''),
	(1, '08', '2025-07-01', NULL, 'Tỉnh Tuyên Quang', ''),
	(1, '15', '2025-07-01', NULL, 'Tỉnh Lào Cai', ''),
	(1, '19', '2025-07-01', NULL, 'Tỉnh Thái Nguyên', ''),
	(1, '24', '2025-07-01', NULL, 'Tỉnh Bắc Ninh', ''),
	(1, '25', '2025-07-01', NULL, 'Tỉnh Phú Thọ', ''),
	(1, '31', '2025-07-01', NULL, 'Thành phố Hải Phòng', ''),
	(1, '33', '2025-07-01', NULL, 'Tỉnh Hưng Yên', ''),
	(1, '37', '2025-07-01', NULL, 'Tỉnh Ninh Bình', ''),
	(1, '44', '2025-07-01', NULL, 'Tỉnh Quảng Trị', ''),
	(1, '48', '2025-07-01', NULL, 'Thành phố Đà Nẵng', ''),
	(1, '51', '2025-07-01', NULL, 'Tỉnh Quảng Ngãi', ''),
	(1, '52', '2025-07-01', NULL, 'Tỉnh Gia Lai', ''),
	(1, '56', '2025-07-01', NULL, 'Tỉnh Khánh Hòa', ''),
	(1, '66', '2025-07-01', NULL, 'Tỉnh Đắk Lắk', ''),
	(1, '68', '2025-07-01', NULL, 'Tỉnh Lâm Đồng', ''),
	(1, '75', '2025-07-01', NULL, 'Tỉnh Đồng Nai', ''),
	(1, '79', '2025-07-01', NULL, 'Thành phố Hồ Chí Minh', ''),
	(1, '80', '2025-07-01', NULL, 'Tỉnh Tây Ninh', ''),
	(1, '82', '2025-07-01', NULL, 'Tỉnh Đồng Tháp', ''),
	(1, '86', '2025-07-01', NULL, 'Tỉnh Vĩnh Long', ''),
	(1, '91', '2025-07-01', NULL, 'Tỉnh An Giang', ''),
	(1, '92', '2025-07-01', NULL, 'Thành phố Cần Thơ', ''),
	(1, '96', '2025-07-01', NULL, 'Tỉnh Cà Mau', '');

INSERT INTO area_change (tier, old_code, new_code, on_day) VALUES
	(1, '02', '08', '2025-07-01'),
	(1, '08', '08', '2025-07-01'),
	(1, '10', '15', '2025-07-01'),
	(1, '15', '15', '2025-07-01'),
	(1, '06', '19', '2025-07-01'),
	(1, '19', '19', '2025-07-01'),
	(1, '24', '24', '2025-07-01'),
	(1, '27', '24', '2025-07-01'),
	(1, '17', '25', '2025-07-01'),
	(1, '25', '25', '2025-07-01'),
	(1, '26', '25', '2025-07-01'),
	(1, '30', '31', '2025-07-01'),
	(1, '31', '31', '2025-07-01'),
	(1, '33', '33', '2025-07-01'),
	(1, '34', '33', '2025-07-01'),
	(1, '35', '37', '2025-07-01'),
	(1, '36', '37', '2025-07-01'),
	(1, '37', '37', '2025-07-01'),
	(1, '44', '44', '2025-07-01'),
	(1, '45', '44', '2025-07-01'),
	(1, '48', '48', '2025-07-01'),
	(1, '49', '48', '2025-07-01'),
	(1, '51', '51', '2025-07-01'),
	(1, '62', '51', '2025-07-01'),
	(1, '52', '52', '2025-07-01'),
	(1, '64', '52', '2025-07-01'),
	(1, '56', '56', '2025-07-01'),
	(1, '58', '56', '2025-07-01'),
	(1, '54', '66', '2025-07-01'),
	(1, '66', '66', '2025-07-01'),
	(1, '60', '68', '2025-07-01'),
	(1, '67', '68', '2025-07-01'),
	(1, '68', '68', '2025-07-01'),
	(1, '70', '75', '2025-07-01'),
	(1, '75', '75', '2025-07-01'),
	(1, '74', '79', '2025-07-01'),
	(1, '77', '79', '2025-07-01'),
	(1, '79', '79', '2025-07-01'),
	(1, '72', '80', '2025-07-01'),
	(1, '80', '80', '2025-07-01'),
	(1, '82', '82', '2025-07-01'),
	(1, '87', '82', '2025-07-01'),
	(1, '83', '86', '2025-07-01'),
	(1, '84', '86', '2025-07-01'),
	(1, '86', '86', '2025-07-01'),
	(1, '89', '91', '2025-07-01'),
	(1, '91', '91', '2025-07-01'),
	(1, '92', '92', '2025-07-01'),
	(1, '93', '92', '2025-07-01'),
	(1, '94', '92', '2025-07-01'),
	(1, '95', '96', '2025-07-01'),
	(1, '96', '96', '2025-07-01');
