/*
 * A small school, written straight into the server's database, and people signed in to it.
 * `mark` stands in every text of the school, so that a test can look for another school's.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { genesis } from './protocol.mjs';

export const PASSWORD = 'mật khẩu thử nghiệm';
export const PASSWORD_HASH = '$argon2id$v=19$m=19456,t=2,p=1$hgDzCpbEdbim2Wzv2n3SWQ$' +
	'ry0J5mWYbArfbuEHG3bAOl3PzVeV1g4373h/mZvDgbk';
const ROLE = { office: 1, teacher: 2, student: 3, parent: 4, system: 6 };

export function connectDb(server) {
	return mysql.createConnection({
		socketPath: join(server.dir, 'data/db/mariadbd.sock'),
		user: 'root',
		database: 'truongthi',
		supportBigNumbers: true,
		bigNumberStrings: true,
	});
}

export async function insert(db, table, row) {
	const names = Object.keys(row);
	const marks = names.map(() => '?').join(', ');
	const [result] = await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks})`,
		Object.values(row));
	return String(result.insertId);
}

async function makePerson(db, fullName, { phone = null, password = true } = {}) {
	const words = fullName.split(' ');
	const id = await insert(db, 'person', {
		full_name: fullName,
		sort_given: words.at(-1),
		sort_rest: words.slice(0, -1).join(' '),
		search_name: fullName.toLowerCase(),
		birth_date: '2010-09-05',
		created_at_ms: Date.now(),
	});
	await insert(db, 'account', {
		person_id: id, phone, password_hash: password ? PASSWORD_HASH : null,
		state: password ? 2 : 1, language: 'vi', created_at_ms: Date.now(),
	});
	return id;
}

/** One more member of a school: { id, login, phone }. */
export async function makeMember(db, school, role, login, fullName, options = {}) {
	const id = await makePerson(db, fullName, options);
	await insert(db, 'membership', { school_id: school.id, person_id: id, role: ROLE[role], login });
	return { id, login, fullName, phone: options.phone ?? null, school: school.code, role };
}

let serial = 0;

/** A school with an office, two teachers, a class, four students and one parent of the first. */
export async function makeSchool(db, mark) {
	const n = ++serial;
	await db.query('INSERT IGNORE INTO province (id, code, name, valid_from) VALUES (?, ?, ?, ?)',
		[1, 'P1', 'Tỉnh thử', '2025-07-01']);
	await db.query('INSERT IGNORE INTO commune (id, province_id, code, name, valid_from) VALUES (?, ?, ?, ?, ?)',
		[1, 1, 'C1', 'Xã thử', '2025-07-01']);
	const school = { code: mark.toLowerCase(), mark };
	school.id = await insert(db, 'school', { commune_id: 1, code: school.code, name: `Trường ${mark}`,
		level: 'thpt', created_at_ms: Date.now() });
	school.year = await insert(db, 'school_year', { school_id: school.id, code: '2026-2027',
		starts_on: '2026-09-05', ends_on: '2027-05-31' });
	school.terms = [];
	for (const number of [1, 2]) {
		school.terms.push(await insert(db, 'term', { school_id: school.id, school_year_id: school.year,
			number, starts_on: number === 1 ? '2026-09-05' : '2027-01-15',
			ends_on: number === 1 ? '2027-01-14' : '2027-05-31' }));
	}
	school.subject = await insert(db, 'subject', { school_id: school.id, code: 'toan',
		name: `Toán ${mark}`, kind: 1 });
	school.office = await makeMember(db, school, 'office', 'office', `Văn Phòng ${mark}`);
	school.teacher = await makeMember(db, school, 'teacher', 'teacher', `Cô Giáo ${mark}`);
	school.otherTeacher = await makeMember(db, school, 'teacher', 'teacher2', `Thầy Giáo ${mark}`);
	school.class = await insert(db, 'class', { school_id: school.id, school_year_id: school.year,
		grade: 10, name: `10${mark}`.slice(0, 32), homeroom_person_id: school.teacher.id });
	await insert(db, 'teaching', { school_id: school.id, class_id: school.class,
		subject_id: school.subject, person_id: school.teacher.id });
	school.students = [];
	for (let i = 1; i <= 4; i++) {
		const student = await makeMember(db, school, 'student', `hs${i}`, `Học Sinh ${mark} ${i}`);
		student.student = await insert(db, 'student', { school_id: school.id, person_id: student.id,
			code: `${mark}-HS${i}` });
		await insert(db, 'enrolment', { school_id: school.id, class_id: school.class,
			student_id: student.student, position: i, from_on: '2026-09-05' });
		school.students.push(student);
	}
	school.parent = await makeMember(db, school, 'parent', null, `Phụ Huynh ${mark}`,
		{ phone: `+849${String(10_000_000 + n).padStart(8, '0')}` });
	await insert(db, 'guardian', { school_id: school.id, student_id: school.students[0].student,
		person_id: school.parent.id, relation: 2 });
	return school;
}

/** Signs in as a program does; gives { token, id, … } for Server.call(…, { as }). */
export async function signIn(server, member) {
	const body = member.login
		? { school: member.school, name: member.login, password: PASSWORD }
		: { phone: member.phone, password: PASSWORD };
	const response = await server.call('POST', '/api/v1/session', { body, headers: { 'X-Want-Token': '1' } });
	const answer = await response.json();
	assert.equal(response.status, 200, JSON.stringify(answer));
	return { ...member, token: answer.token, profile: answer,
		cookie: response.headers.get('set-cookie').split(';')[0] };
}

const id16 = () => randomBytes(16);
export const b64 = (bytes) => Buffer.from(bytes).toString('base64url');

/**
 * A sitting that begins at `startsAt`, with one room of the school's class and an attempt for each
 * student, at one variant of two single-choice questions and one text. Its paper is not sealed:
 * for what the hall does with frames, not for what it shows.
 */
export async function makeSitting(db, school, options = {}) {
	const startsAt = options.startsAt ?? Date.now() - 1000;
	const limit = options.limitMs ?? 3_600_000;
	const paper = await insert(db, 'paper', { school_id: school.id, owner_id: school.teacher.id,
		subject_id: school.subject, title: `Đề ${school.mark}`, parts: '[]', state: 2,
		created_at_ms: Date.now() });
	const sitting = { id: id16(), startsAt, endsAt: startsAt + limit, students: [] };
	await insert(db, 'sitting', { id: sitting.id, school_id: school.id, paper_id: paper,
		subject_id: school.subject, title: `Ca thi ${school.mark}`, lobby_at_ms: startsAt - 900_000,
		starts_at_ms: startsAt, window_end_ms: startsAt + limit, limit_ms: limit, variant_count: 1,
		seed: 1, outage_policy: 1, release_policy: 1, state: 2, created_by: school.teacher.id,
		created_at_ms: Date.now() });
	sitting.room = await insert(db, 'room', { school_id: school.id, sitting_id: sitting.id,
		class_id: school.class, name: `Phòng ${school.mark}`, invigilator_id: school.teacher.id });
	const slot = (question, kind, order) => ({ question: String(question), revision: 1, part: 0,
		weightX100: 25, kind, order });
	await insert(db, 'variant', { school_id: school.id, sitting_id: sitting.id, code: '101',
		layout: JSON.stringify({ v: 1, steps: [[]], slots: [slot(1, 'single', 'ABCD'),
			slot(2, 'single', 'ABCD'), slot(3, 'text', '')] }) });
	for (const student of school.students) {
		const attempt = id16();
		const salt = randomBytes(32);
		const head = genesis({ school: school.id, sitting: sitting.id, attempt, salt, variant: '101' });
		await insert(db, 'attempt', { id: attempt, school_id: school.id, sitting_id: sitting.id,
			room_id: sitting.room, student_id: student.student, person_id: student.id, variant: '101',
			salt, state: 1, head, times: Buffer.alloc(32),
			ends_at_ms: startsAt + limit });
		sitting.students.push({ ...student, attempt: b64(attempt), attemptBytes: attempt });
	}
	return sitting;
}
