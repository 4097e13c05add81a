/*
 * A row for each route of `truongthi routes --json`: who may call it, and a request that is good.
 * A row says who of the school that the request is about gets an answer (2xx); all others of that
 * school are refused with 401 (nobody), 403 (the route is not for that role) or 404 (the thing is
 * not there for them). Then the same people of another school:
 *     -   refused like strangers: 403 or 404
 *     22  the same, or 422 with the member that names a thing that is not theirs
 *     =   the request names no thing: they get what is theirs
 * "public" is for everybody. A fourth column is what must be done behind a row.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { insert, signIn } from './people.mjs';
import { png } from './png.mjs';
import { provinceStub, stubCode } from './province_stub.mjs';
import { BIN, until } from './server.mjs';
import { PASSWORD } from './world.mjs';
import { xlsx } from './xlsx.mjs';

export const WHO = ['nobody', 'office', 'teacher', 'colleague', 'student', 'classmate', 'parent', 'otherParent',
	'department', 'system', 'ticket', 'otherTicket'];
const PERSON = 'office teacher colleague student classmate parent otherParent department system';
const ANYBODY = `${PERSON} ticket otherTicket`;
const MEMBER = 'office teacher colleague student classmate parent otherParent';
const STAFF = 'office teacher colleague';
const TEACHERS = 'teacher colleague';
export const SITTER = 'student ticket';
/* The settings of a server that may send mail, to where nobody takes it. */
export const SENDING = { 'listen.base_url': 'https://thi.example.vn', 'smtp.host': '127.0.0.1', 'smtp.port': 9, 'smtp.tls': 'none',
	'smtp.from': 'truong@example.vn' };
const FAMILY = 'teacher student parent';

/* What a row's request may use: `w` the school it is about, `me` who asks: { who, world, as }. */
const home = (w, me) => me.world ?? w;
const file = (bytes, name) => ({ body: bytes,
	headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': name } });
/* A session of its own, for a request that ends it. */
async function fresh(w, me) {
	if (!me.world) {
		return {};
	}
	return { as: me.who in me.world.codes ? await me.world.enterByTicket(me.who) : await signIn(w.server, me.world.people[me.who]) };
}

const pupil = (w) => w.school.students[0].student;
const newCode = async (w) => (await w.call(200, 'POST', `/students/${w.school.spare.student}/activation`, 'office')).code;
const idempotent = () => ({ 'Idempotency-Key': randomBytes(16).toString('base64url') });
const student = async (w) => w.call(200, 'GET', `/students/${w.school.spare.student}`, 'office');
const joined = async (w) => { w.welcome = await w.call(200, 'POST', `${w.base(w.item)}/hello`, 'student', w.hello(w.welcome)); };

/* The one guardian of the spare student. */
async function guardian(w) {
	await w.db.query('DELETE FROM guardian WHERE student_id = ?', [w.school.spare.student]);
	const { guardians } = await w.call(201, 'POST', `/students/${w.school.spare.student}/guardians`, 'office',
		{ fullName: w.text('Phụ Huynh '), relation: 'other' });
	return guardians[0];
}

/* The code of a slip for a parent who was never signed in. */
async function guardianCode(w) {
	await w.db.query('DELETE FROM guardian WHERE student_id = ?', [w.school.spare.student]);
	const phone = `09${String(randomBytes(4).readUInt32BE(0)).padStart(10, '0').slice(-8)}`;
	const { guardians } = await w.call(201, 'POST', `/students/${w.school.spare.student}/guardians`, 'office',
		{ fullName: w.text('Phụ Huynh '), relation: 'other', phone });
	return (await w.call(200, 'POST', `/people/${guardians[0].id}/activation`, 'office')).code;
}

/* Nobody else of the school is a parent again. */
async function onlyParents(w) {
	const kept = [w.people.parent.id, w.people.otherParent.id];
	await w.db.query('DELETE FROM guardian WHERE student_id = ?', [w.school.spare.student]);
	await w.db.query('DELETE FROM membership WHERE school_id = ? AND role = 4 AND person_id NOT IN (?)', [w.school.id, kept]);
}

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

const unlock = (w) => w.db.query('UPDATE account SET state = 2 WHERE person_id = ? AND state = 3', [w.school.spare.id]);

/* An essay that waits to be marked. */
async function essay(w) {
	const { slots } = await w.review(w.overItem);
	return slots.find((s) => s.kind === 'essay');
}

export const ROWS = {
	'GET /healthz': ['public', '='],
	'GET /readyz': ['public', '='],
	'GET /metrics': ['public', '='],
	'GET /openapi.json': ['public', '='],
	'GET /keys': ['public', '='],
	'GET /time': ['public', '='],
	'GET /about': ['public', '='],
	/* Whoever signs in leaves the session that he or she had. */
	'POST /session': ['public', '=', async (w, me) => ({ ...await fresh(w, me), body: { school: home(w, me).school.code, name: 'office', password: PASSWORD } })],
	'POST /activation': ['public', '=', async (w, me) => ({ body: { code: await newCode(home(w, me)) } })],
	'POST /activation/use': ['public', '=', async (w, me) => ({ ...await fresh(w, me), body: { code: await newCode(home(w, me)), password: PASSWORD } })],
	'GET /session': [ANYBODY, '='],
	'DELETE /session': [ANYBODY, '=', fresh],
	'PUT /session/school': [`${MEMBER} system`, '-', (w) => ({ body: { school: w.school.id } })],
	'PUT /session/language': [PERSON, '=', () => ({ body: { language: 'vi' } })],
	/* A new password ends the other sessions, a ticket's too: all come in again behind it. */
	'PUT /account/password': [PERSON, '=', async (w, me) => ({ ...await fresh(w, me), body: { old: PASSWORD, new: PASSWORD } }), (w) => w.enter()],

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
	'POST /letters': ['office teacher', '-', (w) => ({ headers: idempotent(), body: letterBody(w) })],
	'GET /letters': [STAFF, '='],
	'GET /letters/{letter}': ['teacher', '-', async (w) => ({ letter: (await written(w)).letter })],
	'POST /children/{student}/threads': ['parent', '-', async (w) => {
		await w.db.query('UPDATE letter SET sent_at_ms = 1 WHERE scope = 5'); /* not too many a day */
		return { student: pupil(w), headers: idempotent(), body: { to: 'teacher', title: w.text(), text: w.text() } };
	}],
	'GET /threads': [MEMBER, '='],
	'GET /threads/{thread}': ['teacher parent', '-', async (w) => ({ thread: (await written(w)).thread })],
	'POST /threads/{thread}/replies': ['teacher parent', '-', async (w) => ({ thread: (await written(w)).thread,
		headers: idempotent(), body: { text: w.text() } })],
	'POST /threads/{thread}/read': ['teacher parent', '-', async (w) => ({ thread: (await written(w)).thread })],
	'GET /notices': [MEMBER, '='],
	'GET /notices/unread': [MEMBER, '='],
	'GET /notice-settings': [MEMBER, '='],
	'PUT /notice-settings': [MEMBER, '=', async (w, me) => ({ body: { byEmail: true, byPhone: true, quietFromMin: 1290, quietToMin: 390,
		version: me.as ? (await (await w.server.call('GET', '/api/v1/notice-settings', { as: me.as })).json()).version ?? 0 : 0 } })],
	'PUT /notice-settings/email': [MEMBER, '=', mailing(() => ({ body: { email: `me${Date.now()}@example.vn` } }))],
	'DELETE /notice-settings/email': [MEMBER, '='],
	'POST /notice-settings/confirm': ['public', '=', async (w) => {
		const nonce = randomBytes(16);
		await w.db.query(`REPLACE INTO notice_setting (person_id, email, email_state, email_nonce, asked_at_ms) VALUES (?, 'a@b.vn', 1, ?, ?)`,
			[w.school.spare.id, nonce, Date.now()]);
		const who = Buffer.alloc(8);
		who.writeBigUInt64BE(BigInt(w.school.spare.id));
		return { body: { token: Buffer.concat([who, nonce]).toString('base64url') } };
	}],
	'GET /notice-channels': ['office', '='],
	'PUT /notice-channels/{channel}': ['office', '=', () => ({ channel: 'email', body: { isOn: false } })],
	'POST /notice-channels/{channel}/test': ['office', '=', mailing(() => ({ channel: 'email', body: { to: 'me@example.vn' } }))],
	'GET /deliveries': ['office', '='],
	'POST /deliveries/{delivery}/resend': ['office', '-', async (w) => ({ delivery: await insert(w.db, 'delivery', { school_id: w.school.id,
		channel: 1, kind: 3, person_id: w.school.office.id, address: 'a@b.vn', state: 3, made_at_ms: 1, next_at_ms: 1 }) })],
	'GET /destinations': ['office', '=', destination],
	'POST /destinations': ['office', '=', async (w, me) => {
		await fewDestinations(home(w, me));
		return { body: database(home(w, me)) };
	}],
	'POST /destinations/enrol': ['office', '=', async (w, me) => {
		await fewDestinations(home(w, me));
		return { body: { name: home(w, me).text('Sở '), url: await provinceStub(), code: stubCode() } };
	}],
	'GET /destinations/{destination}': ['office', '-', destination],
	'PUT /destinations/{destination}': ['office', '-', async (w) => {
		const { id, version } = await w.call(201, 'POST', '/destinations', 'office', await aDatabase(w));
		const { kind, ...body } = database(w);
		return { destination: id, body: { ...body, version } };
	}],
	'DELETE /destinations/{destination}': ['office', '-', async (w) => ({
		destination: (await w.call(201, 'POST', '/destinations', 'office', await aDatabase(w))).id })],
	'POST /destinations/{destination}/pause': ['office', '-', destination, (w) => going(w)],
	'POST /destinations/{destination}/resume': ['office', '-', destination],
	'POST /destinations/{destination}/send': ['office', '-', destination],
	'POST /destinations/{destination}/compare': ['office', '-', async (w) => {
		await fewDestinations(w);
		const made = await w.call(201, 'POST', '/destinations/enrol', 'office', { name: w.text('Sở '), url: await provinceStub(), code: stubCode() });
		await w.call(204, 'POST', `/destinations/${made.id}/resume`, 'office');
		return { destination: made.id };
	}],
	'POST /destinations/{destination}/resend-rejected': ['office', '-', destination],
	'GET /destinations/{destination}/records': ['office', '-', destination],
	'POST /destinations/{destination}/records/{record}/resend': ['office', '-', async (w) => ({ ...await destination(w), record: await told(w) })],
	'POST /notices/read': [MEMBER, '=', () => ({ body: { upto: '1' } })],
	'GET /people/{person}/account': ['office', '-', (w) => ({ person: w.school.spare.id })],
	'PUT /people/{person}/account': ['office', '-', async (w) => {
		await unlock(w);
		const { version } = await w.call(200, 'GET', `/people/${w.school.spare.id}/account`, 'office');
		return { person: w.school.spare.id, body: { version, locked: true, why: w.text() } };
	}, (w) => unlock(w)],
	'GET /audit': ['office', '='],
	'GET /my/classes': [TEACHERS, '-', (w) => ({ query: `year=${w.school.year}` })],
	'GET /my/children': ['parent otherParent', '='],
	'POST /account/schools': ['office teacher colleague parent otherParent', '=', async (w, me) => ({ body: { code: await guardianCode(home(w, me)) } }), onlyParents],
	'GET /children/{student}/today': ['parent', '-', (w) => ({ student: pupil(w) })],
	'GET /my/today': ['student classmate', '='],
	'GET /children/{student}/remarks': ['parent', '-', (w) => ({ student: pupil(w) })],
	'GET /my/remarks': ['student classmate', '='],
	'POST /children/{student}/documents': ['parent', '-', async (w) => ({ student: pupil(w), body: await closedTerm(w) })],
	'POST /my/documents': ['student classmate', '22', async (w) => ({ body: await closedTerm(w) })],

	'GET /rooms/{room}/attempts/{id}': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt })],
	/* Any part of the paper to anybody of the room: it is useless before the bell. */
	'GET /rooms/{room}/sealed/{variant}/{section}/{part}/{rev}': [`${SITTER} classmate`, '-', (w) => ({
		room: w.item.room, variant: w.attempt.variant, section: '0', part: '0', rev: '1' })],
	'GET /rooms/{room}/attempts/{id}/key': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt })],
	'POST /rooms/{room}/attempts/{id}/hello': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt, body: w.hello(w.welcome) })],
	'POST /rooms/{room}/attempts/{id}/take': [SITTER, '-', (w) => ({ room: w.item.room, id: w.item.attempt, body: w.hello(w.welcome) })],
	'POST /rooms/{room}/attempts/{id}/begin': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: {} };
	}],
	'POST /rooms/{room}/attempts/{id}/log': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: { gen: 1, events: [], acks: [] } };
	}],
	'POST /rooms/{room}/attempts/{id}/events': [SITTER, '-', async (w) => {
		await joined(w);
		return { room: w.item.room, id: w.item.attempt, body: { lease: w.welcome.lease,
			events: [{ t: 'answer', seq: w.welcome.seq + 1, slot: 2, value: w.text() }] } };
	}],
	'POST /rooms/{room}/acts': ['teacher', '-', (w) => ({ room: w.item.room, headers: idempotent(), body: { kind: 'message', text: w.text() } })],

	'GET /banks': [TEACHERS, '='],
	'POST /banks': [TEACHERS, '=', (w, me) => ({ body: { name: home(w, me).text(), subjectId: home(w, me).school.subject } })],
	'GET /banks/{bank}': ['teacher', '-', (w) => ({ bank: w.bank.id })],
	'PUT /banks/{bank}': ['teacher', '22', async (w) => ({ bank: w.bank.id, body: { ...await w.call(200, 'GET', `/banks/${w.bank.id}`, 'teacher'), name: w.text() } })],
	'GET /banks/{bank}/questions': ['teacher', '-', (w) => ({ bank: w.bank.id })],
	'POST /banks/{bank}/questions': ['teacher', '-', (w) => ({ bank: w.bank.id, body: w.question() })],
	'GET /questions/{question}': ['teacher', '-', (w) => ({ question: w.questions[0].id })],
	'PUT /questions/{question}': ['teacher', '-', async (w) => ({ question: (await w.newQuestion()).id, body: { ...w.question(), revision: 1 } })],
	'DELETE /questions/{question}': ['teacher', '-', async (w) => ({ question: (await w.newQuestion()).id })],
	/* Pictures of the school's questions, to its teachers: they are named by their hash alone. */
	'GET /pictures/{hash}': [TEACHERS, '-', (w) => ({ hash: w.picture })],
	'POST /pictures': [TEACHERS, '=', () => file(png(8, 8, [...randomBytes(3)]), 'a.png')],

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
	'POST /oneroster/exports': ['office', '22', (w) => ({ body: { year: w.school.year, purpose: w.text('Nộp ') } })],
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
	'PUT /classes/{class}/conduct/{term}': ['office teacher', '-', async (w) => {
		const place = await ofTerm(w);
		const { rows } = await w.call(200, 'GET', `/classes/${w.school.class}/conduct/${w.school.terms[0]}`, 'teacher');
		const { level, version } = rows[0].terms[0];
		return { ...place, body: { cells: [{ student: rows[0].student.id, level: level === 'tot' ? 'kha' : 'tot', version }] } };
	}],
	'GET /classes/{class}/judgements/{moment}': ['office teacher', '-', async (w) => ({ class: (await primaryClass(w)).class, moment: 4 })],
	'PUT /classes/{class}/judgements/{moment}': ['office teacher', '-', async (w) => {
		const { class: of, student } = await primaryClass(w);
		const { columns, rows } = await w.call(200, 'GET', `/classes/${of}/judgements/1`, 'teacher');
		const { valueX10 = 0, version = 0 } = rows[0].cells[columns[0].id] ?? {};
		return { class: of, moment: 1, body: { cells: [{ column: columns[0].id, student, valueX10: valueX10 === 2 ? 1 : 2, version }] } };
	}],

	'POST /banks/{bank}/import': ['teacher', '-', (w) => ({ bank: w.bank.id, ...file(w.questionFile(), `${w.mark}.txt`) })],
	'GET /imports/{plan}': ['teacher', '-', (w) => ({ plan: w.import.plan })],
	'DELETE /imports/{plan}': ['teacher', '-', async (w) => ({ plan: (await questions(w)).plan })],
	'PUT /imports/{plan}/questions/{n}': ['teacher', '-', async (w) => ({ plan: (await questions(w)).plan, n: '0', body: w.question() })],
	'POST /imports/{plan}/commit': ['teacher', '-', async (w) => {
		const { plan, hash } = await questions(w);
		return { plan, body: { hash } };
	}],

	'GET /papers': [TEACHERS, '='],
	'POST /papers': ['teacher', '22', (w) => ({ body: { title: w.text(), subjectId: w.school.subject, preset: 'free', bank: w.bank.id } })],
	'GET /papers/{paper}': ['teacher', '-', (w) => ({ paper: w.paper.id })],
	'PUT /papers/{paper}': ['teacher', '-', async (w) => {
		const paper = await w.newPaper();
		return { paper: paper.id, body: w.paperChange(paper) };
	}],
	'GET /papers/{paper}/preview': ['teacher', '-', (w) => ({ paper: w.paper.id, query: 'variant=101' })],

	'POST /sittings': ['teacher', '-', (w) => ({ body: w.plan() })],
	'POST /sittings/ends-preview': ['teacher', '-', (w) => ({ body: w.plan() })],
	'GET /sittings': [STAFF, '='],
	'GET /sittings/{id}': ['office teacher', '-', (w) => ({ id: w.planned.id })],
	'PUT /sittings/{id}/start': ['teacher', '-', async (w) => {
		const s = await w.publish();
		return { id: s.id, body: { startsAt: s.startsAt + 60_000, revision: s.revision } };
	}],
	'GET /sittings/{id}/ends': ['office teacher', '-', (w) => ({ id: w.planned.id })],
	'PUT /sittings/{id}/release': ['teacher', '-', (w) => ({ id: w.over.id, body: { policy: 'all' } })],
	'POST /rooms/{room}/tickets': ['office teacher', '-', (w) => ({ room: w.planned.rooms[0].id, query: 'as=json' })],

	'GET /sittings/{id}/results': ['teacher', '-', (w) => ({ id: w.over.id })],
	'GET /sittings/{id}/results.xlsx': ['teacher', '-', (w) => ({ id: w.over.id })],
	'GET /attempts/{id}/paper-review': [FAMILY, '-', (w) => ({ id: w.overItem.attempt })],
	'GET /attempts/{id}/pictures/{hash}': [FAMILY, '-', (w) => ({ id: w.overItem.attempt, hash: w.picture })],
	'PUT /attempts/{id}/slots/{slot}': ['teacher', '-', async (w) => {
		const { slot, version } = await essay(w);
		return { id: w.overItem.attempt, slot: String(slot), body: { pointsX100: 50, note: w.text(), version } };
	}],
	'PUT /attempts/{id}/mark': ['teacher', '-', conflict],
	'GET /attempts/{id}/receipt': [FAMILY, '-', (w) => ({ id: w.overItem.attempt })],
	'GET /my/sittings': ['student classmate', '='],
	'GET /children/{student}/exams': ['parent', '-', (w) => ({ student: pupil(w) })],
};

const yearDates = (first) => ({ startsOn: `${first}-08-15`, endsOn: `${first + 1}-05-31`,
	term1StartsOn: `${first}-09-05`, term1EndsOn: `${first + 1}-01-15`,
	term2StartsOn: `${first + 1}-01-20`, term2EndsOn: `${first + 1}-05-25` });
const yearNew = (serial) => ({ code: `${2100 + serial}-${2101 + serial}`, ...yearDates(2100 + serial) });

/* A request that waits for nobody: the limits of links and tests begin anew, and mail is switched on. */
function mailing(make) {
	return async (w, me) => {
		await w.db.query('UPDATE notice_setting SET asked_at_ms = 0, asked_count = 0');
		await w.db.query('UPDATE delivery SET made_at_ms = 1');
		for (const at of [w, home(w, me)]) {
			await w.db.query('REPLACE INTO notice_channel (school_id, channel, is_on, changed_by, changed_at_ms) VALUES (?, 1, 1, 1, 1)', [at.school.id]);
		}
		return make(w, me);
	};
}

/* ---- destinations ---- */

/* A folder: whatever is carried there arrives. Made once; `going` sets it going again. */
async function destination(w) {
	w.destination ??= (await w.call(201, 'POST', '/destinations', 'office',
		{ kind: 'files', name: w.text('Thư mục '), folder: `thu-muc-${++w.serial}` })).id;
	return { destination: w.destination };
}

async function going(w) {
	await w.call(204, 'POST', `/destinations/${(await destination(w)).destination}/resume`, 'office');
}

/* A record of the school that was written down for its destinations. */
async function told(w) {
	const { destination: id } = await destination(w);
	const first = async () => (await w.call(200, 'GET', `/destinations/${id}/records`, 'office')).items[0];
	return (await until('a record is told', first, 30_000)).id;
}

/* A school has at most 20: those that were made for one request go before the next. */
async function fewDestinations(w) {
	const { items } = await w.call(200, 'GET', '/destinations', 'office');
	for (const { id } of items.filter((d) => d.id !== w.destination)) {
		await w.call(204, 'DELETE', `/destinations/${id}`, 'office');
	}
}

const database = (w) => ({ kind: 'mariadb', name: w.text('Kho '), host: '127.0.0.1', port: 9, database: 'kho', user: `u${++w.serial}`, password: w.text() });

async function aDatabase(w) {
	await fewDestinations(w);
	return database(w);
}

const letterBody = (w) => ({ scope: 'class', class: w.school.class, audience: 'guardians', title: w.text('Họp '), text: w.text('Mời ') });

/* A letter of the teacher's to the student's family. */
async function written(w) {
	if (!w.written) {
		const { id } = await w.call(201, 'POST', '/letters', 'teacher',
			{ ...letterBody(w), scope: 'student', student: pupil(w) }, idempotent());
		w.written = { letter: id, thread: (await w.call(200, 'GET', `/letters/${id}`, 'teacher')).readers[0].thread };
	}
	return w.written;
}

function sheet(w) {
	return { class: w.school.class, subject: w.school.subject, term: w.school.terms[0] };
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

function roster(w) {
	return w.upload(`/roster/import?year=${w.school.year}`, 'office', w.rosterFile(), `${w.mark}.xlsx`);
}

function teachers(w) {
	return w.upload(`/teachers/import?year=${w.school.year}`, 'office', w.teachersFile(), `${w.mark}.xlsx`);
}

function teaching(w) {
	return w.upload(`/teaching/import?year=${w.school.year}`, 'office', w.teachingFile(), `${w.mark}.xlsx`);
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

function questions(w) {
	return w.upload(`/banks/${w.bank.id}/import`, 'teacher', w.questionFile(), `${w.mark}.txt`);
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
async function conflict(w) {
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

const table = JSON.parse(execFileSync(BIN, ['routes', '--json'], { encoding: 'utf8' }))
	.map((r) => ({ ...r, name: `${r.method} ${r.path.replace('/api/v1', '').replace(/\{(\w+)(:\w+)?\}/g, '{$1}')}`,
		path: r.path.replace(/\{(\w+)(:\w+)?\}/g, '{$1}') }));

/** The routes of a school's server. */
export const routes = table.filter((r) => !r.flags.includes('province'));
/** Those of a province's alone: province.test.mjs and desk.test.mjs try them. */
export const provinceRoutes = table.filter((r) => r.flags.includes('province'));

/** A good request of a route: { path, body, headers, as }. */
export async function requestOf(route, w, me) {
	const [, , make] = ROWS[route.name];
	const { body, headers, query, as = me.as, ...params } = make ? await make(w, me) : {};
	const path = route.path.replace(/\{(\w+)\}/g, (_, name) => {
		assert.ok(params[name], `${route.name}: the row gives no {${name}}`);
		return params[name];
	});
	return { path: query ? `${path}?${query}` : path, body, headers, as };
}
