/* Rows (../rows.mjs): what a class and its students come to, and how families see it. */
import { insert } from '../people.mjs';
import { idempotent, pupil } from './who.mjs';

export const classesRows = {
	'GET /children/{student}/today': ['parent', '-', (w) => ({ student: pupil(w) })],
	'GET /my/today': ['student classmate', '='],
	'GET /children/{student}/remarks': ['parent', '-', (w) => ({ student: pupil(w) })],
	'GET /my/remarks': ['student classmate', '='],
	'POST /children/{student}/documents': ['parent', '-', async (w) => ({ student: pupil(w), body: await closedTerm(w) })],
	'POST /my/documents': ['student classmate', '22', async (w) => ({ body: await closedTerm(w) })],
	'GET /my/marks': ['student classmate', '='],
	'GET /children/{student}/marks': ['parent', '-', (w) => ({ student: pupil(w) })],
	'GET /classes/{class}/marks/{part}': ['office teacher', '-', (w) => ({ class: w.school.class, part: '1' })],
	'GET /classes/{class}/results/{part}': ['office teacher', '-', (w) => ({ class: w.school.class, part: 'year', query: 'explain=1' })],
	'GET /students/{student}/results': ['office teacher', '-', (w) => ({ student: pupil(w) })],
	'GET /children/{student}/results': ['parent', '-', (w) => ({ student: pupil(w) })],
	'GET /closings': ['office', '-', (w) => ({ query: `year=${w.school.year}&part=1` })],
	'GET /classes/{class}/closing': ['office teacher', '-', (w) => ({ class: w.school.class, query: 'part=1' })],
	'POST /classes/{class}/closing': ['office', '-', async (w) => ({ class: await completeClass(w), body: { part: '1', close: true, version: 0, why: w.text() } })],
	'POST /classes/{class}/documents': ['office teacher', '-', (w) => ({ class: w.school.class, body: { kind: 'year_report', part: 'year' } })],
	'POST /documents/verify': ['public', '=', () => ({ body: { statement: 'AAAA' } })],
	'GET /my/results': ['student classmate', '=', () => ({ query: 'explain=1' })],
	'GET /classes/{class}/presence': ['office teacher', '-', inYear],
	'PUT /classes/{class}/presence': ['office teacher', '-', async (w) => ({ ...await inYear(w), headers: idempotent(), body: {
		version: (await w.call(200, 'GET', `/classes/${w.school.class}/presence`, 'teacher')).version,
		absences: [{ student: pupil(w), kind: 'excused', note: w.text('Ốm ') }] } })],
	'GET /classes/{class}/absences': ['office teacher', '-', (w) => ({ class: w.school.class })],
	'GET /my/absences': ['student classmate', '='],
	'GET /children/{student}/absences': ['parent', '-', (w) => ({ student: pupil(w) })],
	'GET /classes/{class}/conduct/{term}': ['office teacher', '-', ofTerm],
	'GET /classes/{class}/conduct-history/{student}': ['office teacher', '-', (w) => ({ class: w.school.class, student: pupil(w) })],
	'PUT /classes/{class}/conduct/{term}': ['office teacher', '-', async (w) => {
		const place = await ofTerm(w);
		const { rows } = await w.call(200, 'GET', `/classes/${w.school.class}/conduct/${w.school.terms[0]}`, 'teacher');
		const { level, version } = rows[0].terms[0];
		return { ...place, body: { cells: [{ student: rows[0].student.id, level: level === 'tot' ? 'kha' : 'tot', version }] } };
	}],
	'GET /classes/{class}/judgements/{moment}': ['office teacher', '-', async (w) => ({ class: (await primaryClass(w)).class, moment: 4 })],
	'GET /classes/{class}/judgements/{moment}/{item}/history/{student}': ['office teacher', '-',
		async (w) => ({ ...await primaryClass(w), moment: 4, item: 'yeu_nuoc' })],
	'PUT /classes/{class}/judgements/{moment}': ['office teacher', '-', async (w) => {
		const { class: of, student } = await primaryClass(w);
		const { columns, rows } = await w.call(200, 'GET', `/classes/${of}/judgements/1`, 'teacher');
		const { valueX10 = 0, version = 0 } = rows[0].cells[columns[0].id] ?? {};
		return { class: of, moment: 1, body: { cells: [{ column: columns[0].id, student, valueX10: valueX10 === 2 ? 1 : 2, version }] } };
	}],
	'GET /classes/{class}/reassessment/{subject}/{item}/history/{student}': ['office teacher', '-',
		(w) => ({ class: w.school.class, subject: w.school.subject, item: '0', student: pupil(w) })],
	'GET /classes/{class}/reassessment': ['office teacher', '-', (w) => ({ class: w.school.class })],
	'PUT /classes/{class}/reassessment': ['office teacher', '-', async (w) => {
		const { id, class: of, year, subject } = w.school;
		await w.db.query('REPLACE INTO reassessment VALUES (?, ?, ?, ?, ?, 0, 50, 1, 1, 1)', [id, of, year, pupil(w), subject]);
		return { class: of, body: { cells: [{ student: pupil(w), subject, item: 0, valueX10: null, version: 1 }] } };
	}],
};

/* A document about a term that is closed, of a class that pupil and classmate have left. */
export async function closedTerm(w) {
	w.closedClass ??= (async () => {
		const class_id = await insert(w.db, 'class', { school_id: w.school.id, school_year_id: w.school.year, grade: 10, name: `10 ${++w.serial}` });
		for (const { student } of w.school.students.slice(0, 2)) {
			await insert(w.db, 'enrolment', { school_id: w.school.id, class_id, student_id: student, from_on: '2026-09-05', to_on: '2026-09-06' });
		}
		await insert(w.db, 'class_closing', { school_id: w.school.id, class_id, term_number: 1, version: 1, is_closed: 1,
			changed_by: w.school.office.id, changed_at_ms: 1 });
		return class_id;
	})();
	return { class: await w.closedClass, kind: 'term_report', part: '1' };
}

/* A session of today: today is in the school year, whenever this runs. */
async function inYear(w) {
	await w.db.query('UPDATE school_year SET starts_on = CURDATE() - INTERVAL 9 DAY, ends_on = CURDATE() + INTERVAL 99 DAY WHERE id = ?',
		[w.school.year]);
	await w.db.query('UPDATE enrolment SET from_on = CURDATE() - INTERVAL 9 DAY WHERE class_id = ?', [w.school.class]);
	return { class: w.school.class };
}

/* The teacher has the class, whatever was done to it before. */
async function ofTerm(w) {
	await w.db.query('UPDATE class SET homeroom_person_id = ? WHERE id = ?', [w.school.teacher.id, w.school.class]);
	return { class: w.school.class, term: w.school.terms[0] };
}

/** A class of grade 4 with one student: { class, student }. Its homeroom teacher is the world's teacher. */
export async function primaryClass(w) {
	if (!w.primary) {
		const at = { school_id: w.school.id };
		const { student } = w.school.young;
		const class_id = await insert(w.db, 'class', { ...at, school_year_id: w.school.year, grade: 4,
			name: `4 ${++w.serial}`, homeroom_person_id: w.school.teacher.id });
		await insert(w.db, 'enrolment', { ...at, class_id, student_id: student, from_on: '2026-09-05' });
		w.primary = { class: class_id, student };
	}
	return w.primary;
}

/* A class of one student, who is in no other, and of whom nothing is missing in term I. */
export async function completeClass(w) {
	const at = { school_id: w.school.id, changed_by: w.school.office.id, changed_at_ms: 1, version: 1 };
	const student_id = w.school.spare.student;
	await w.db.query('DELETE FROM enrolment WHERE student_id = ?', [student_id]);
	await w.db.query('DELETE FROM conduct WHERE student_id = ?', [student_id]);
	const class_id = await insert(w.db, 'class', { school_id: w.school.id, school_year_id: w.school.year, grade: 11, name: `11 ${++w.serial}` });
	await insert(w.db, 'enrolment', { school_id: w.school.id, class_id, student_id, from_on: '2026-09-05' });
	for (const [kind, position] of [[1, 1], [1, 3], [2, 1], [3, 1]]) {
		const column_id = await insert(w.db, 'mark_column', { school_id: w.school.id, class_id, subject_id: w.school.subject,
			term_id: w.school.terms[0], kind, position });
		await insert(w.db, 'mark', { ...at, column_id, student_id, value_x10: 85 });
	}
	await insert(w.db, 'conduct', { ...at, class_id, student_id, term_id: w.school.terms[0], stage: 1, level: 1 });
	return class_id;
}
