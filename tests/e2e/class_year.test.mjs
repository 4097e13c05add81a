/*
 * What a class's students come to: over HTTP the same as `truongthi gradebook compute` says of the
 * line that stands beside it; closed and opened again; and the audit finds what was edited.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { watchOutbox } from './lib/outbox.mjs';
import { BIN, Server } from './lib/server.mjs';
import { connectDb, insert } from './lib/people.mjs';
import { completeClass } from './lib/rows/classes.mjs';
import { makeWorld } from './lib/world.mjs';

const MARKS = { toan: 1, van: 1, anh: 1, li: 1, hoa: 1, sinh: 1, tin: 1, gdtc: 2 };

let server;
let db;
let w;

/** Runs the program; gives { code, out, err }. */
function program(args, input = '') {
	return new Promise((done) => {
		const child = execFile(BIN, args, { encoding: 'utf8', maxBuffer: 64 << 20 },
			(error, out, err) => done({ code: error?.code ?? 0, out, err }));
		child.stdin.end(input);
	});
}

async function compute(lines) {
	const { code, out, err } = await program(['gradebook', 'compute', '-', '--explain'], lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
	assert.equal(code, 0, err);
	return out.trim().split('\n').map((line) => JSON.parse(line));
}

let seed = 20261122;
const below = (n) => {
	seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
	return Math.floor((seed / 0x80000000) * n);
};

/** Marks of both terms for the four students, some missing, conduct and absences. */
async function fillClass() {
	const { school } = w;
	const at = { school_id: school.id, changed_by: school.teacher.id, changed_at_ms: 1, version: 1 };
	for (const [code, kind] of Object.entries(MARKS)) {
		const subject_id = code === 'toan' ? school.subject : await insert(db, 'subject', { school_id: school.id, code, name: code, kind });
		for (const term_id of school.terms) {
			for (const [column, position] of [[1, 1], [1, 2], [2, 1], [3, 1]]) {
				const place = { school_id: school.id, class_id: school.class, subject_id, term_id, kind: column, position };
				const [[there]] = await db.query('SELECT id FROM mark_column WHERE class_id = ? AND subject_id = ? AND term_id = ?' +
					' AND kind = ? AND position = ?', [school.class, subject_id, term_id, column, position]);
				const column_id = there?.id ?? await insert(db, 'mark_column', place);
				for (const { student } of school.students) {
					await db.query('DELETE FROM mark WHERE column_id = ? AND student_id = ?', [column_id, student]);
					if (below(60)) {
						await insert(db, 'mark', { ...at, column_id, student_id: student, value_x10: kind === 2 ? Number(below(9) > 0) : 60 + below(41) });
					}
				}
			}
		}
	}
	for (const { student } of school.students) {
		for (const term_id of school.terms) {
			await insert(db, 'conduct', { ...at, class_id: school.class, student_id: student, term_id, stage: 1, level: 1 + below(2) });
		}
	}
	await insert(db, 'roll_call', { school_id: school.id, class_id: school.class, on_date: '2026-09-07', session: 1, version: 1, taken_by: 1, taken_at_ms: 1 });
}

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	w = await makeWorld(server, db, 'GAMMAMARK');
	await fillClass();
	await watchOutbox(server, db);
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
});

test('a class: the answer of each line is the result beside it', async () => {
	for (const part of ['1', '2', 'year']) {
		const { students, subjects } = await w.call(200, 'GET', `/classes/${w.school.class}/results/${part}?explain=1`, 'teacher');
		assert.equal(students.length, 4);
		assert.deepEqual(subjects.map((s) => s.code).sort(), Object.keys(MARKS).sort());
		const answers = await compute(students.map((s) => s.line));
		assert.deepEqual(students.map((s) => s.result), answers);
	}
	await w.call(404, 'GET', `/classes/${w.school.class}/results/3`, 'teacher');
});

test('a student, the own results and a child: each by what it may see', async () => {
	const { student } = w.school.students[0];
	const { students } = await w.call(200, 'GET', `/classes/${w.school.class}/results/year`, 'office');
	const whole = await w.call(200, 'GET', `/students/${student}/results`, 'teacher');
	assert.deepEqual(whole.years[0].result, students.find((s) => s.student.id === student).result);
	const own = await w.call(200, 'GET', '/my/results', 'student');
	assert.deepEqual(own, await w.call(200, 'GET', `/children/${student}/results`, 'parent'));
	const seen = own.years[0].line.subjects.flatMap((s) => s.terms.flatMap((t) => [...t.tx, t.gk, t.ck])).filter((m) => m !== null);
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM mark m JOIN mark_column k ON k.id = m.column_id' +
		' WHERE m.student_id = ? AND k.published_at_ms IS NOT NULL AND m.value_x10 IS NOT NULL', [student]);
	assert.equal(seen.length, Number(n), 'published marks alone');
	assert.deepEqual(own.years[0].line.conduct, [null, null], 'conduct stands once the term is closed');
	assert.ok(!JSON.stringify(own).includes(w.school.students[1].fullName));
});

test('the whole class at once says what the results and the check list say', async () => {
	for (const part of ['1', '2', 'year']) {
		const all = await w.call(200, 'GET', `/classes/${w.school.class}/marks/${part}`, 'teacher');
		const { subjects, students } = await w.call(200, 'GET', `/classes/${w.school.class}/results/year`, 'office');
		assert.deepEqual(all.subjects, subjects);
		assert.deepEqual(all.students.map((s) => s.student), students.map((s) => s.student));
		for (const [i, { result, absences }] of students.entries()) {
			const one = all.students[i];
			assert.deepEqual(one.values, result.subjects.map((x) => (part === 'year' ? x.year : x.terms[part - 1])));
			assert.equal(one.learning, part === 'year' ? result.year.learning : result.terms[part - 1].learning);
			assert.deepEqual(one.absences, absences);
			if (part === 'year') {
				const { conduct, promotion, award } = result.year;
				assert.deepEqual([one.conduct, one.promotion, one.award], [conduct, promotion, award]);
			}
		}
		const list = await w.call(200, 'GET', `/classes/${w.school.class}/closing?part=${part}`, 'office');
		const sum = all.students.reduce((n, s) => n + s.missing.count, all.missing.count);
		assert.equal(sum, list.missing.count);
		for (const item of list.items.filter((x) => x.student)) {
			const { items } = all.students.find((s) => s.student.id === item.student.id).missing;
			assert.ok(items.some((x) => x.what === item.what && x.term === item.term && x.subject?.id === item.subject?.id));
		}
	}
	const { students: [first] } = await w.call(200, 'GET', `/classes/${w.school.class}/marks/1`, 'office');
	assert.ok(first.guardians[0].phone);
	for (const [status, who] of [[403, 'colleague'], [403, 'student'], [403, 'parent']]) {
		await w.call(status, 'GET', `/classes/${w.school.class}/marks/1`, who);
	}
	await w.call(404, 'GET', `/classes/${w.school.class}/marks/3`, 'teacher');
	const primary = await insert(db, 'class', { school_id: w.school.id, school_year_id: w.school.year, grade: 3, name: '3A' });
	const none = await w.call(200, 'GET', `/classes/${primary}/marks/1`, 'office');
	assert.deepEqual([none.pack, none.students, none.missing.count], ['tt27', [], 2], 'no subject, no student');
});

test('a class of a year before the circulars is told that there are no rules', async () => {
	const year = await insert(db, 'school_year', { school_id: w.school.id, code: '2018-2019', starts_on: '2018-09-05', ends_on: '2019-05-31' });
	const id = await insert(db, 'class', { school_id: w.school.id, school_year_id: year, grade: 4, name: '4A' });
	const response = await server.call('GET', `/api/v1/classes/${id}/results/year`, { as: w.as.office });
	assert.equal(response.status, 409);
	assert.equal((await response.json()).code, 'results.no_rules');
});

test('closing names what is missing, keeps the results, and the audit finds an edit of them', async () => {
	const refused = await server.call('POST', `/api/v1/classes/${w.school.class}/closing`,
		{ as: w.as.office, body: { part: 'year', close: true, version: 0 } });
	const problem = await refused.json();
	assert.equal(refused.status, 409);
	assert.equal(problem.code, 'closing.missing');
	assert.ok(problem.items.some((i) => i.what === 'term' && i.term === 2));
	const listed = await w.call(200, 'GET', `/classes/${w.school.class}/closing?part=year`, 'teacher');
	assert.deepEqual(listed.items, problem.items);
	const office = await w.call(200, 'GET', `/closings?year=${w.school.year}&part=year`, 'office');
	assert.equal(office.items.find((i) => i.class.id === w.school.class).missing.count, listed.missing.count);

	const id = await completeClass(w);
	const close = (body) => server.call('POST', `/api/v1/classes/${id}/closing`, { as: w.as.office, body: { part: '1', ...body } });
	assert.equal((await close({ close: true, version: 0 })).status, 200);
	assert.equal((await close({ close: true, version: 1 })).status, 409, 'closed already');
	assert.equal((await close({ close: false, version: 1 })).status, 422, 'opening takes a reason');
	assert.equal((await close({ close: false, version: 0, why: 'x' })).status, 409, 'stale');
	assert.equal((await close({ close: false, version: 1, why: 'Chấm lại' })).status, 200);
	assert.equal((await close({ close: true, version: 2 })).status, 200);

	const [[kept]] = await db.query('SELECT result FROM student_result WHERE class_id = ?', [id]);
	const { line, result } = JSON.parse(kept.result);
	const [again] = await compute([line]);
	assert.deepEqual(result.subjects, again.subjects, 'what was kept can be computed again');

	const audit = () => program(['audit', '--data', `${server.dir}/data`]);
	const before = await audit();
	assert.ok(!before.out.includes('results of class'), before.out + before.err);
	await db.query('UPDATE student_result SET conduct = 2 WHERE class_id = ?', [id]);
	const edited = await audit();
	assert.match(edited.out, new RegExp(`results of class ${id} term 1 student \\d+: was changed`));
	assert.equal(edited.code, 1);
});
