-- The log of a department: a row that an officer wrote, or somebody at its terminal, names the
-- province, so that it stays with the department whatever becomes of the officer.

ALTER TABLE audit
	ADD COLUMN province_id INT UNSIGNED NULL AFTER school_id,
	ADD KEY audit_province (province_id, id);

UPDATE audit a JOIN officer o ON o.person_id = a.person_id SET a.province_id = o.province_id
	WHERE a.school_id IS NULL AND a.action LIKE 'department.%';
