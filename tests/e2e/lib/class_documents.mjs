/*
 * A large class whose documents are printed: its students, and the files as they come.
 * DOCUMENTS_OUT names a folder that the files are kept in, to look at them.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insert, makeMember } from './people.mjs';

const ROWS_AT_ONCE = 2000;

/** Many rows; each a list of values in the order of `columns` ("a, b"). */
export async function insertRows(db, table, columns, rows) {
	for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
		await db.query(`INSERT INTO ${table} (${columns}) VALUES ?`, [rows.slice(i, i + ROWS_AT_ONCE)]);
	}
}

/** Marks and remarks that one person has written once. */
export const insertMarks = (db, rows) =>
	insertRows(db, 'mark', 'school_id, column_id, student_id, value_x10, version, changed_by, changed_at_ms', rows);
export const insertRemarks = (db, rows) =>
	insertRows(db, 'remark', 'school_id, class_id, student_id, term_id, subject_id, text, version, changed_by, changed_at_ms', rows);

/** Students of the class `school.big`, one a name: [{ id, name }]. Codes are "PREFIX-number", numbers from `first` on. */
export async function enrolMany(db, school, names, prefix, first) {
	const students = [];
	for (const [i, name] of names.entries()) {
		const number = first + i;
		const person = await makeMember(db, school, 'student', `${prefix.toLowerCase()}${number}`, name);
		const id = await insert(db, 'student', { school_id: school.id, person_id: person.id, code: `${prefix}-${number}` });
		await insert(db, 'enrolment', { school_id: school.id, class_id: school.big, student_id: id, position: i + 1, from_on: '2026-09-05' });
		students.push({ id, name });
	}
	return students;
}

/** Prints documents of the class `school.big` into a folder of its own; close() removes that. */
export async function openPrinter(server, school, as) {
	const folder = await mkdtemp(join(tmpdir(), 'tt-documents-'));
	return {
		folder,
		async print(kind, part = 'year', students = null) {
			const started = performance.now();
			const response = await server.call('POST', `/api/v1/classes/${school.big}/documents`, { as, body: { kind, part, students } });
			const bytes = Buffer.from(await response.arrayBuffer());
			assert.equal(response.status, 200, bytes.toString('utf8', 0, 500));
			const file = join(folder, `${kind}-${part}.pdf`);
			await writeFile(file, bytes);
			if (process.env.DOCUMENTS_OUT) {
				await writeFile(join(process.env.DOCUMENTS_OUT, `${school.code}-${kind}-${part}-${students?.length ?? 'all'}.pdf`), bytes);
			}
			return { file, bytes, ms: performance.now() - started };
		},
		close: () => rm(folder, { recursive: true }),
	};
}
