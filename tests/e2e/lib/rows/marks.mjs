/* Rows (../rows.mjs): the marks of a class and subject. */
import { xlsx } from '../xlsx.mjs';
import { TEACHERS, file, home, pupil } from './who.mjs';

export const marksRows = {
	'GET /marks/{class}/{subject}/{term}': ['office teacher', '-', sheet],
	'PUT /marks/{class}/{subject}/{term}': ['teacher', '-', async (w) => {
		await unlocked(w);
		return { ...sheet(w), body: { why: w.text(), cells: [await otherMark(w)] } };
	}],
	'POST /marks/{class}/{subject}/{term}/columns': ['teacher', '-', async (w) => {
		await w.db.query('DELETE FROM mark_column WHERE school_id = ? AND position = 2', [w.school.id]);
		return { ...sheet(w), body: { kind: 'tx', position: 2 } };
	}],
	'POST /marks/{class}/{subject}/{term}/publish': ['teacher', '-', (w) => ({ ...sheet(w), body: { columns: [w.column] } })],
	'GET /marks/{class}/{subject}/{term}/sheet.xlsx': ['office teacher', '-', sheet],
	'POST /marks/{class}/{subject}/{term}/import': ['teacher', '-', async (w) => ({ ...sheet(w),
		...file(await markFile(w), `${w.mark}.xlsx`) })],
	'GET /mark-imports/{plan}': ['teacher', '-', async (w) => ({ plan: (await markPlan(w)).plan })],
	'DELETE /mark-imports/{plan}': ['teacher', '-', async (w) => ({ plan: (await markPlan(w)).plan })],
	'POST /mark-imports/{plan}/commit': ['teacher', '-', async (w) => {
		const { plan, hash } = await markPlan(w);
		return { plan, body: { hash, why: w.text() } };
	}],
	'POST /marks/{class}/{subject}/{term}/fill': ['office teacher', '-', async (w) => ({ ...sheet(w),
		...file(await markFile(w), `${w.mark}.xlsx`) })],
	'GET /mark-fills/{plan}': ['teacher', '-', async (w) => ({ plan: (await markFill(w)).plan })],
	'DELETE /mark-fills/{plan}': ['teacher', '-', async (w) => ({ plan: (await markFill(w)).plan })],
	'GET /mark-fills/{plan}/file.xlsx': ['teacher', '-', async (w) => ({ plan: (await markFill(w)).plan })],
	'GET /mark-columns/{column}/history/{student}': ['office teacher', '-', (w) => ({ column: w.column, student: pupil(w) })],
	'POST /marks/{class}/{subject}/{term}/requests': ['teacher', '-', async (w) => {
		await unlocked(w);
		await locked(w);
		return { ...sheet(w), body: { why: w.text(), cells: [await otherMark(w)] } };
	}, unlocked],
	'GET /marks/{class}/{subject}/{term}/proposals': ['office teacher', '-', sheet],
	'POST /marks/{class}/{subject}/{term}/proposals': ['teacher', '-', async (w) => {
		await linked(w);
		await unlocked(w);
		return { ...sheet(w), body: { why: w.text(), decisions: [await proposed(w)] } };
	}],
	'GET /mark-requests': [`office ${TEACHERS}`, '='],
	'POST /mark-requests/{request}/decision': ['office', '-', async (w) => ({ request: await asked(w),
		body: { approve: true, note: w.text() } }), unlocked],
	'DELETE /mark-requests/{request}': ['teacher', '-', async (w) => ({ request: await asked(w) }), unlocked],
	'PUT /exemptions/{class}/{subject}/{term}': ['office', '-', async (w) => {
		const { class: of, subject, term } = sheet(w);
		await w.call(204, 'PUT', `/exemptions/${of}/${subject}/${term}`, 'office', { students: [] });
		return { ...sheet(w), body: { students: [w.school.students[3].student].map(String), reason: w.text() } };
	}],
	'POST /mark-columns/{column}/link': ['teacher', '-', async (w) => {
		const { sitting, column } = await linked(w);
		await w.server.call('POST', `/api/v1/mark-columns/${column}/unlink`, { as: w.as.teacher });
		return { column, body: { sitting } };
	}],
	'POST /mark-columns/{column}/unlink': ['teacher', '-', async (w) => {
		const { sitting, column } = await linked(w);
		await w.server.call('POST', `/api/v1/mark-columns/${column}/link`, { as: w.as.teacher, body: { sitting } });
		return { column };
	}],
	'GET /terms/{term}/schedule': ['office', '-', term],
	'PUT /terms/{term}/locks': ['office', '-', async (w) => ({ ...term(w), body: await plan(w, 'locks') })],
	'PUT /terms/{term}/publishing': ['office', '-', async (w) => ({ ...term(w), body: await plan(w, 'publishing') })],
	'POST /terms/{term}/reopenings': ['office', '-', (w) => ({ ...term(w), body: { class: w.school.class,
		subject: w.school.subject, kind: 'gk', until: LATER, why: w.text() } }), ended],
	'DELETE /reopenings/{reopening}': ['office', '-', async (w) => ({ reopening: await reopened(w) }), ended],
	'GET /terms/{term}/completion': ['office', '-', term],
	'GET /remarks/{class}/{subject}/{term}': ['office teacher', '-', sheet],
	'PUT /remarks/{class}/{subject}/{term}': ['teacher', '-', async (w) => {
		const { class: of, subject, term } = sheet(w);
		const { rows } = await w.call(200, 'GET', `/remarks/${of}/${subject}/${term}`, 'teacher');
		const { version } = rows.find((r) => r.student.id === pupil(w));
		return { ...sheet(w), body: { rows: [{ student: pupil(w), text: w.text(), version }] } };
	}],
	'GET /phrases': [`office ${TEACHERS}`, '='],
	'POST /phrases': [`office ${TEACHERS}`, '=', (w, me) => ({ body: { text: home(w, me).text() } })],
	'DELETE /phrases/{phrase}': ['teacher', '-', async (w) => ({
		phrase: (await w.call(201, 'POST', '/phrases', 'teacher', { text: w.text() })).id })],
};

function sheet(w) {
	return { class: w.school.class, subject: w.school.subject, term: w.school.terms[0] };
}

/* A change of the mark that is there. */
async function otherMark(w) {
	const { rows } = await w.call(200, 'GET', w.marks, 'teacher');
	const cell = rows.find((r) => r.student.id === pupil(w)).cells[w.column];
	return { column: w.column, student: pupil(w), valueX10: cell.valueX10 === 80 ? 70 : 80, version: cell.version };
}

/* The essay gets other points than it had, and once more if that mark was kept against before: the
 * exam proposes; what stands is kept. */
async function proposed(w) {
	const { column } = await linked(w);
	const { id: attempt } = await conflict(w);
	let found;
	for (let round = 0; round < 2 && !found; round++) {
		const { slots } = await w.review({ attempt });
		const { slot, version, pointsX100 } = slots.find((s) => s.kind === 'essay');
		await w.call(200, 'PUT', `/attempts/${attempt}/slots/${slot}`, 'teacher', { pointsX100: pointsX100 === 100 ? 50 : 100, version });
		const { items } = await w.call(200, 'GET', `${w.marks}/proposals`, 'teacher');
		found = items.find((p) => p.attempt === attempt);
	}
	return { column, student: pupil(w), take: 'gradebook', examX10: found.examX10, version: found.version };
}

/* The term is locked for everybody from its first day on, while `unlocked` has not been called. */
async function locked(w) {
	await w.db.query('INSERT IGNORE INTO mark_lock (school_id, term_id, kind, grade, locks_at_ms, made_by, made_at_ms)' +
		' VALUES (?, ?, 0, 0, 1, ?, 1)', [w.school.id, w.school.terms[0], w.school.teacher.id]);
}

async function unlocked(w) {
	await w.db.query('UPDATE mark_request SET state = 4 WHERE school_id = ? AND state = 1', [w.school.id]);
	await w.db.query('DELETE FROM mark_lock WHERE school_id = ?', [w.school.id]);
}

function term(w) {
	return { term: w.school.terms[1] };
}

const LATER = 4_000_000_000_000;

/* A plan for a grade without classes, so that it changes nothing for anybody; by its present version. */
async function plan(w, what) {
	const { [what]: plans } = await w.call(200, 'GET', `/terms/${term(w).term}/schedule`, 'office');
	const version = plans.find((x) => x.kind === 'gk' && x.grade === 1)?.version ?? 0;
	return { kind: 'gk', grade: 1, at: LATER + w.serial++, version };
}

/* A place that is reopened. */
async function reopened(w) {
	const { reopenings } = await w.call(201, 'POST', `/terms/${term(w).term}/reopenings`, 'office',
		{ class: w.school.class, subject: w.school.subject, kind: 'gk', until: LATER, why: w.text() });
	return reopenings[0].id;
}

async function ended(w) {
	await w.db.query('DELETE FROM mark_reopening WHERE school_id = ?', [w.school.id]);
}

/* A change that a teacher asked for, and that waits. */
async function asked(w) {
	await w.db.query('UPDATE mark_request SET state = 4 WHERE school_id = ? AND state = 1', [w.school.id]);
	await locked(w);
	const { id } = await w.call(201, 'POST', `${w.marks}/requests`, 'teacher', { why: w.text(), cells: [await otherMark(w)] });
	return id;
}

/* A teacher's own file with one other mark in it. */
async function markFile(w) {
	await unlocked(w);
	const { rows } = await w.call(200, 'GET', w.marks, 'teacher');
	const { code, fullName } = rows.find((r) => r.student.id === pupil(w)).student;
	return xlsx([['Mã học sinh', 'Họ và tên', 'ĐĐGtx 1'], [code, fullName, (await otherMark(w)).valueX10 / 10]], 'Điểm');
}

async function markPlan(w) {
	return w.upload(`${w.marks}/import`, 'teacher', await markFile(w), `${w.mark}.xlsx`);
}

async function markFill(w) {
	return w.upload(`${w.marks}/fill`, 'teacher', await markFile(w), `${w.mark}.xlsx`);
}

/* A column that an exam fills; made once. */
export async function linked(w) {
	w.linked ??= await (async () => {
		await conflict(w);
		const { columns } = await w.call(200, 'GET', w.marks, 'teacher');
		const column = columns.find((c) => c.kind === 'gk');
		return { column: column.id, sitting: column.sitting.id };
	})();
	return w.linked;
}

/* The exam fills its column, whatever was done to the link before. */
async function linkAgain(w) {
	if (w.linked) {
		await unlocked(w);
		await w.server.call('POST', `/api/v1/mark-columns/${w.linked.column}/link`,
			{ as: w.as.teacher, body: { sitting: w.linked.sitting } });
	}
}

/* An exam whose mark meets one that was typed before, and that no answers come to; made once. */
export async function conflict(w) {
	w.conflict ??= (async () => {
		await unlocked(w);
		const { id } = await w.call(201, 'POST', `${w.marks}/columns`, 'teacher', { kind: 'gk', position: 1 });
		await w.call(200, 'PUT', w.marks, 'teacher', { cells: [{ column: id, student: pupil(w), valueX10: 33, version: 0 }] });
		const sitting = await w.publish(w.practice({ column: { term: w.school.terms[0], kind: 'gk', position: 1 } }));
		const item = await w.mine(sitting);
		await w.sit(item);
		for (;;) {
			const { items } = await w.call(200, 'GET', `/sittings/${sitting.id}/results`, 'teacher');
			const row = items.find((r) => r.attempt === item.attempt);
			if (row.awaiting) {
				const slot = (await w.review(item)).slots.find((s) => s.state === 'awaits');
				await w.call(200, 'PUT', `/attempts/${item.attempt}/slots/${slot.slot}`, 'teacher', { pointsX100: 100, version: slot.version });
			}
			if (row.gradebook) {
				return { attempt: item.attempt, sitting: sitting.id };
			}
		}
	})();
	const { attempt, sitting } = await w.conflict;
	await linkAgain(w);
	const { items } = await w.call(200, 'GET', `/sittings/${sitting}/results`, 'teacher');
	const { markX10, gradebook } = items.find((r) => r.attempt === attempt);
	return { id: attempt, body: { take: 'gradebook', examX10: markX10, storedX10: gradebook.markX10 } };
}
