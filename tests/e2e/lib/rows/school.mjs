/* Rows (../rows.mjs): the school, its people and classes, and the lists that they come from. */
import { MEMBER, STAFF, TEACHERS, file, home, pupil } from './who.mjs';

export const schoolRows = {
	'GET /school': [MEMBER, '='],
	'POST /years': ['office', '=', (w, me) => ({ body: yearNew(++home(w, me).serial) })],
	'GET /years/{year}/lessons': ['office', '-', (w) => ({ year: w.school.year })],
	'PUT /years/{year}/lessons': ['office', '-', async (w) => {
		const subject = w.school.subject;
		const { lessons } = await w.call(200, 'GET', `/years/${w.school.year}/lessons`, 'office');
		const version = lessons.find((x) => x.subject === subject && x.grade === 9)?.version ?? 0;
		return { year: w.school.year, body: { cells: [{ subject, grade: 9, lessons: 70, version }] } };
	}],
	'PUT /years/{year}': ['office', '-', (w) => ({ year: w.school.year, body: yearDates(2026) })],
	'PUT /school/year': ['office', '22', (w) => ({ body: { year: w.school.year } })],
	'GET /subjects': [STAFF, '='],
	'POST /subjects': ['office', '=', (w, me) => ({ body: { code: `m${++w.serial}`, name: home(w, me).text(), kind: 'mark' } })],
	'PUT /subjects/{subject}': ['office', '-', (w) => ({ subject: w.school.subject, body: { code: 'toan', name: w.text('Toán '), kind: 'mark' } })],
	'GET /classes': [STAFF, '-', (w) => ({ query: `year=${w.school.year}` })],
	'POST /classes': ['office', '22', (w) => ({ body: { year: w.school.year, name: `${w.mark} ${++w.serial}`, grade: 11 } })],
	'GET /classes/{class}': ['office teacher', '-', (w) => ({ class: w.school.class })],
	'PUT /classes/{class}': ['office', '-', (w) => ({ class: w.school.class, body: { name: `10${w.mark}`, grade: 10, homeroom: w.school.teacher.id } })],
	'GET /teachers': ['office', '-', (w) => ({ query: `year=${w.school.year}` })],
	'POST /teachers': ['office', '=', (w, me) => ({ body: { fullName: home(w, me).text('Cô '), login: `gv${++w.serial}` } })],
	'GET /teaching': ['office', '-', (w) => ({ query: `year=${w.school.year}` })],
	'PUT /teaching': ['office', '-', (w) => ({ body: { classId: w.school.class, subjectId: w.school.subject, personId: w.school.teacher.id } })],
	'DELETE /teaching/{class}/{subject}/{person}': ['office', '-', async (w) => {
		await w.call(204, 'PUT', '/teaching', 'office', { classId: w.school.class, subjectId: w.school.subject, personId: w.school.otherTeacher.id });
		return { class: w.school.class, subject: w.school.subject, person: w.school.otherTeacher.id };
	}, (w) => w.db.query('DELETE FROM teaching WHERE person_id = ?', [w.school.otherTeacher.id])],
	'GET /students/{student}': ['office teacher', '-', (w) => ({ student: pupil(w) })],
	'PUT /students/{student}': ['office', '-', async (w) => ({ student: w.school.spare.student, body: { ...await student(w), note: w.text() } })],
	'POST /students/{student}/activation': ['office', '-', (w) => ({ student: w.school.spare.student })],
	'POST /students/{student}/guardians': ['office', '-', async (w) => {
		await guardian(w);
		return { student: w.school.spare.student, body: { fullName: w.text('Phụ Huynh '), relation: 'other' } };
	}],
	'PUT /students/{student}/guardians/{person}': ['office', '-', async (w) => {
		const { id, version } = await guardian(w);
		return { student: w.school.spare.student, person: id, body: { version, relation: 'mother', fullName: w.text('Phụ Huynh ') } };
	}],
	'DELETE /students/{student}/guardians/{person}': ['office', '-', async (w) => {
		const { id, version } = await guardian(w);
		return { student: w.school.spare.student, person: id, query: `version=${version}` };
	}],
	'GET /staff': ['office', '='],
	'PUT /people/{person}': ['office', '-', async (w) => {
		const { items } = await w.call(200, 'GET', '/teachers', 'office');
		const { id, version } = items.find((t) => t.id === String(w.school.otherTeacher.id));
		return { person: id, body: { version, fullName: w.text('Cô ') } };
	}],
	'POST /people/{person}/activation': ['office', '-', (w) => ({ person: w.school.spare.id })],
	'GET /people/{person}/account': ['office', '-', (w) => ({ person: w.school.spare.id })],
	'PUT /people/{person}/account': ['office', '-', async (w) => {
		await unlock(w);
		const { version } = await w.call(200, 'GET', `/people/${w.school.spare.id}/account`, 'office');
		return { person: w.school.spare.id, body: { version, locked: true, why: w.text() } };
	}, (w) => unlock(w)],
	'GET /audit': ['office', '='],
	'GET /my/classes': [TEACHERS, '-', (w) => ({ query: `year=${w.school.year}` })],
	'GET /my/children': ['parent otherParent', '='],
	'POST /roster/import': ['office', '-', (w) => ({ query: `year=${w.school.year}`, ...file(w.rosterFile(), `${w.mark}.xlsx`) })],
	'GET /roster/import/{plan}': ['office', '-', (w) => ({ plan: w.roster.plan })],
	'DELETE /roster/import/{plan}': ['office', '-', async (w) => ({ plan: (await roster(w)).plan })],
	'POST /roster/import/{plan}/commit': ['office', '-', async (w) => {
		const { plan, hash } = await roster(w);
		return { plan, body: { hash } };
	}],
	'POST /teachers/import': ['office', '-', (w) => ({ query: `year=${w.school.year}`, ...file(w.teachersFile(), `${w.mark}.xlsx`) })],
	'GET /teachers/import/{plan}': ['office', '-', async (w) => ({ plan: (await teachers(w)).plan })],
	'DELETE /teachers/import/{plan}': ['office', '-', async (w) => ({ plan: (await teachers(w)).plan })],
	'POST /teachers/import/{plan}/commit': ['office', '-', async (w) => {
		const { plan, hash } = await teachers(w);
		return { plan, body: { hash } };
	}],
	'POST /teaching/import': ['office', '-', (w) => ({ query: `year=${w.school.year}`, ...file(w.teachingFile(), `${w.mark}.xlsx`) })],
	'GET /teaching/import/{plan}': ['office', '-', async (w) => ({ plan: (await teaching(w)).plan })],
	'DELETE /teaching/import/{plan}': ['office', '-', async (w) => ({ plan: (await teaching(w)).plan })],
	'POST /teaching/import/{plan}/commit': ['office', '-', async (w) => {
		const { plan, hash } = await teaching(w);
		return { plan, body: { hash } };
	}],
	'GET /teaching/export.xlsx': ['office', '-', (w) => ({ query: `year=${w.school.year}&form=matrix` })],
	'GET /classes/{class}/export.xlsx': ['office teacher', '-', (w) => ({ class: w.school.class })],
	'GET /classes/{class}/slips': ['office', '-', (w) => ({ class: w.school.class })],
	'POST /classes/{class}/slips': ['office', '-', async (w) => {
		await w.call(200, 'POST', `/students/${w.school.students[3].student}/activation`, 'office');
		return { class: w.school.class, query: 'again=true' };
	}],
	'GET /teachers/slips': ['office', '='],
	'POST /teachers/slips': ['office', '=', async (w, me) => {
		await home(w, me).call(201, 'POST', '/teachers', 'office',
			{ fullName: home(w, me).text('Cô '), login: `gv${++home(w, me).serial}` });
		return { query: 'again=true' };
	}],
};

const student = async (w) => w.call(200, 'GET', `/students/${w.school.spare.student}`, 'office');

/* The one guardian of the spare student. */
async function guardian(w) {
	await w.db.query('DELETE FROM guardian WHERE student_id = ?', [w.school.spare.student]);
	const { guardians } = await w.call(201, 'POST', `/students/${w.school.spare.student}/guardians`, 'office',
		{ fullName: w.text('Phụ Huynh '), relation: 'other' });
	return guardians[0];
}

const yearDates = (first) => ({ startsOn: `${first}-08-15`, endsOn: `${first + 1}-05-31`,
	term1StartsOn: `${first}-09-05`, term1EndsOn: `${first + 1}-01-15`,
	term2StartsOn: `${first + 1}-01-20`, term2EndsOn: `${first + 1}-05-25` });

const yearNew = (serial) => ({ code: `${2100 + serial}-${2101 + serial}`, ...yearDates(2100 + serial) });

const unlock = (w) => w.db.query('UPDATE account SET state = 2 WHERE person_id = ? AND state = 3', [w.school.spare.id]);

function roster(w) {
	return w.upload(`/roster/import?year=${w.school.year}`, 'office', w.rosterFile(), `${w.mark}.xlsx`);
}

function teachers(w) {
	return w.upload(`/teachers/import?year=${w.school.year}`, 'office', w.teachersFile(), `${w.mark}.xlsx`);
}

function teaching(w) {
	return w.upload(`/teaching/import?year=${w.school.year}`, 'office', w.teachingFile(), `${w.mark}.xlsx`);
}
