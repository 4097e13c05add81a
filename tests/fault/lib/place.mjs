/*
 * A school with many sitters, written straight into the database with their sessions: passwords
 * are other tests' matter.
 */
import { randomBytes } from 'node:crypto';
import { makeSchool } from '../../e2e/lib/people.mjs';
import { genesis, sessionHash } from '../../e2e/lib/protocol.mjs';

const ACCESS = { teacher: 1 << 2, student: 1 << 3 };
const SLOT_KINDS = ['single', 'single', 'multiple', 'truefalse', 'numeric', 'text', 'text', 'essay'];
const SLOT_COUNT = 40;
const ROOM_SITTERS = 50;
const SESSION_MS = 4 * 3_600_000;

export const slotKind = (slot) => SLOT_KINDS[(slot - 1) % SLOT_KINDS.length];
export { SLOT_COUNT };

async function insertMany(db, table, rows) {
	const names = Object.keys(rows[0]);
	for (let i = 0; i < rows.length; i += 100) {
		await db.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES ?`,
			[rows.slice(i, i + 100).map((row) => names.map((name) => row[name]))]);
	}
}

/** A session of a person: the token a browser shows. */
export async function makeSession(db, school, person, role) {
	const token = randomBytes(32);
	const now = Date.now();
	await insertMany(db, 'session', [{ token_hash: sessionHash(token), person_id: person, school_id: school.id,
		roles: ACCESS[role], created_at_ms: now, seen_at_ms: now, expires_at_ms: now + SESSION_MS,
		address: '127.0.0.1' }]);
	return token.toString('base64url');
}

/** The school, and `count` students with a session each: { school, teacher, students }. */
export async function makePlace(db, count) {
	const school = await makeSchool(db, 'FAULT');
	const [[{ top }]] = await db.query('SELECT MAX(id) + 1 AS top FROM person');
	const first = Number(top);
	const now = Date.now();
	const students = Array.from({ length: count }, (_, i) => ({ person: first + i, student: 100_000 + i,
		token: randomBytes(32) }));
	await insertMany(db, 'person', students.map((s, i) => ({ id: s.person, full_name: `Học Sinh ${i + 1}`,
		sort_given: `${i + 1}`, sort_rest: 'Học Sinh', search_name: 'hoc sinh', created_at_ms: now })));
	await insertMany(db, 'membership', students.map((s, i) => ({ school_id: school.id, person_id: s.person,
		role: 3, login: `em${i + 1}` })));
	await insertMany(db, 'student', students.map((s, i) => ({ id: s.student, school_id: school.id,
		person_id: s.person, code: `EM${i + 1}` })));
	await insertMany(db, 'session', students.map((s) => ({ token_hash: sessionHash(s.token),
		person_id: s.person, school_id: school.id, roles: ACCESS.student, created_at_ms: now, seen_at_ms: now,
		expires_at_ms: now + SESSION_MS, address: '127.0.0.1' })));
	for (const s of students) {
		s.token = s.token.toString('base64url');
	}
	return { school, students, teacher: await makeSession(db, school, school.teacher.id, 'teacher') };
}

/**
 * A sitting that began a moment ago, in rooms of at most 50: gives { id, endsAt, rooms, sitters },
 * where a sitter is { room, attempt, token }.
 */
export async function makeBigSitting(db, place, students, limitMs) {
	const { school } = place;
	const startsAt = Date.now() - 1000;
	const sitting = { id: randomBytes(16), endsAt: startsAt + limitMs, rooms: [], sitters: [] };
	const [paper] = await db.query('INSERT INTO paper (school_id, owner_id, subject_id, title, parts, state,' +
		' created_at_ms) VALUES (?, ?, ?, ?, ?, 2, ?)',
	[school.id, school.teacher.id, school.subject, 'Đề thi', '[]', startsAt]);
	await insertMany(db, 'sitting', [{ id: sitting.id, school_id: school.id, paper_id: paper.insertId,
		subject_id: school.subject, title: 'Ca thi', lobby_at_ms: startsAt - 900_000, starts_at_ms: startsAt,
		window_end_ms: sitting.endsAt, limit_ms: limitMs, variant_count: 1, seed: 1, outage_policy: 1,
		release_policy: 1, state: 2, created_by: school.teacher.id, created_at_ms: startsAt }]);
	const slots = Array.from({ length: SLOT_COUNT }, (_, i) => ({ question: String(i + 1), revision: 1, part: 0,
		weightX100: 25, kind: slotKind(i + 1), order: ['single', 'multiple', 'truefalse'].includes(slotKind(i + 1)) ? 'ABCD'
			: '' }));
	await insertMany(db, 'variant', [{ school_id: school.id, sitting_id: sitting.id, code: '101',
		layout: JSON.stringify({ v: 1, steps: [[]], slots }) }]);
	for (let i = 0; i < students.length; i += ROOM_SITTERS) {
		const [room] = await db.query('INSERT INTO room (school_id, sitting_id, class_id, name, invigilator_id)' +
			' VALUES (?, ?, ?, ?, ?)', [school.id, sitting.id, school.class, `Phòng ${i / ROOM_SITTERS + 1}`,
			school.teacher.id]);
		sitting.rooms.push(String(room.insertId));
		const rows = students.slice(i, i + ROOM_SITTERS).map((s) => {
			const id = randomBytes(16);
			const salt = randomBytes(32);
			sitting.sitters.push({ room: String(room.insertId), attempt: id.toString('base64url'), token: s.token });
			return { id, school_id: school.id, sitting_id: sitting.id, room_id: room.insertId,
				student_id: s.student, person_id: s.person, variant: '101', salt, state: 1,
				head: genesis({ school: school.id, sitting: sitting.id, attempt: id, salt, variant: '101' }),
				times: Buffer.alloc(32), ends_at_ms: sitting.endsAt };
		});
		await insertMany(db, 'attempt', rows);
	}
	return sitting;
}
