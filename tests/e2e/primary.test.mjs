/*
 * A primary class's whole way by Circular 27: the subject teacher's levels and tests, the homeroom
 * teacher's qualities and competences, what they come to, closing, documents, the family, and what
 * the audit says of an edit behind the program's back.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pdfCodes } from './lib/pdf.mjs';
import { watchOutbox } from './lib/outbox.mjs';
import { fillForm } from './lib/mark_files.mjs';
import { connectDb, insert, makeSchool, signIn } from './lib/people.mjs';
import { BIN, Server } from './lib/server.mjs';
import { cells } from './lib/workbook.mjs';
import { xlsx } from './lib/xlsx.mjs';

const T = 2;
const H = 1;
const C = 0;
const MOMENTS = [1, 2, 3, 4];

let server;
let db;
let school;
let pupils;
let folder;
const as = {};

const call = (...words) => server.answer(...words);
const key = () => ({ 'Idempotency-Key': randomBytes(16).toString('base64url') });
const place = (subject, term, of = school.class) => `/marks/${of}/${subject}/${school.terms[term - 1]}`;
const judgements = (moment, of = school.class) => `/classes/${of}/judgements/${moment}`;
const audit = () => spawnSync(BIN, ['audit', '--data', join(server.dir, 'data')], { encoding: 'utf8' });

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'HOASEN');
	await db.query("UPDATE school SET level = 'th' WHERE id = ?", [school.id]);
	await db.query("UPDATE class SET grade = 4, name = '4A' WHERE id = ?", [school.class]);
	school.music = await insert(db, 'subject', { school_id: school.id, code: 'am_nhac', name: 'Âm nhạc', kind: 2, position: 9 });
	school.science = await insert(db, 'subject', { school_id: school.id, code: 'khoa_hoc', name: 'Khoa học', kind: 1, position: 5 });
	for (const subject of [school.music, school.science]) {
		await insert(db, 'teaching', { school_id: school.id, class_id: school.class, subject_id: subject, person_id: school.teacher.id });
	}
	pupils = school.students.map((s) => String(s.student));
	for (const who of ['office', 'teacher', 'parent']) {
		as[who] = await signIn(server, school[who]);
	}
	as.colleague = await signIn(server, school.otherTeacher);
	await watchOutbox(server, db);
	folder = await mkdtemp(join(tmpdir(), 'tt-primary-'));
}, { timeout: 600_000 });

after(async () => {
	await db?.end();
	await server?.stop();
	if (folder) {
		await rm(folder, { recursive: true });
	}
});

/* Every column that the rules provide for, by "kind position". */
async function openColumns(subject, term, of) {
	const at = place(subject, term, of);
	const { places, columns } = await call(200, 'GET', at, as.teacher);
	for (const one of places.filter((p) => !columns.some((c) => c.kind === p.kind && c.position === p.position))) {
		await call(201, 'POST', `${at}/columns`, as.teacher, one);
	}
	const sheet = await call(200, 'GET', at, as.teacher);
	return Object.fromEntries(sheet.columns.map((c) => [`${c.kind} ${c.position}`, c.id]));
}

const put = (subject, term, cells, headers = key()) => call(200, 'PUT', place(subject, term), as.teacher, { cells, why: '' }, headers);

/* Levels of a row of students, and the same tests. */
async function fillSubject(subject, term, levels, tests) {
	const columns = await openColumns(subject, term);
	const cells = [];
	for (const [name, column] of Object.entries(columns)) {
		const values = name.endsWith(' 2') ? levels : tests;
		pupils.forEach((student, i) => cells.push({ column, student, valueX10: values[i], version: 0 }));
	}
	const answer = await put(subject, term, cells);
	assert.deepEqual([answer.saved.length, answer.conflicts, answer.locked], [cells.length, [], []]);
	return columns;
}

async function judge(moment, values, who = as.teacher) {
	const { columns, rows } = await call(200, 'GET', judgements(moment), who);
	const traits = columns.filter((c) => c.kind !== 'award');
	const cells = rows.flatMap((r, i) => traits.map((c) => ({ column: c.id, student: r.student.id, valueX10: values[i], version: 0 })));
	const answer = await call(200, 'PUT', judgements(moment), who, { cells });
	assert.equal(answer.saved.length, cells.length);
	return traits;
}

test('a sheet has a level at each moment, and a test where the circular asks for one', async () => {
	const names = async (subject) => (await call(200, 'GET', place(subject, 1), as.teacher)).places.map((p) => `${p.kind} ${p.position}`);
	assert.deepEqual(await names(school.subject), ['gk 1', 'gk 2', 'ck 1', 'ck 2'], 'Toán of grade 4 is tested in the middle, too');
	assert.deepEqual(await names(school.science), ['gk 2', 'ck 1', 'ck 2']);
	assert.deepEqual(await names(school.music), ['gk 2', 'ck 2']);
	await call(422, 'POST', `${place(school.subject, 1)}/columns`, as.teacher, { kind: 'tx', position: 1 });
	await call(422, 'POST', `${place(school.science, 1)}/columns`, as.teacher, { kind: 'gk', position: 1 });
	const columns = await openColumns(school.subject, 1);
	const cell = { column: columns['ck 1'], student: pupils[0], version: 0 };
	await call(422, 'PUT', place(school.subject, 1), as.teacher, { cells: [{ ...cell, valueX10: 75 }], why: '' }, key());
	await call(422, 'PUT', place(school.subject, 1), as.teacher, { cells: [{ ...cell, column: columns['ck 2'], valueX10: 3 }], why: '' }, key());
	const sheet = await call(200, 'GET', place(school.subject, 1), as.teacher);
	assert.equal(sheet.pack, 'tt27');
	assert.deepEqual([sheet.rows[0].mean.valueX10, sheet.rows[0].mean.why.code], [null, 'mark.mean_none']);
});

test('levels and tests are entered, twice the same is one, and two teachers overwrite nothing unseen', async () => {
	const columns = await fillSubject(school.subject, 1, [T, T, H, C], [100, 80, 60, 30]);
	const again = key();
	const cells = [{ column: columns['gk 2'], student: pupils[2], valueX10: T, version: 1 }];
	const first = await put(school.subject, 1, cells, again);
	assert.deepEqual(await put(school.subject, 1, cells, again), first, 'sent again, answered as before');
	const late = await put(school.subject, 1, [{ ...cells[0], valueX10: C }]);
	assert.deepEqual([late.saved, late.conflicts.map((c) => [c.valueX10, c.version])], [[], [[T, 2]]]);
	const { items } = await call(200, 'GET', `/mark-columns/${columns['gk 2']}/history/${pupils[2]}`, as.teacher);
	assert.deepEqual(items.map((h) => h.newX10), [H, T]);
	await fillSubject(school.science, 1, [T, T, H, C], [100, 80, 60, 30]);
	await fillSubject(school.music, 1, [T, T, H, C]);
	for (const subject of [school.subject, school.science]) {
		await fillSubject(subject, 2, [T, T, H, C], [100, 80, 60, 30]);
	}
	await fillSubject(school.music, 2, [T, T, H, C]);
});

const bytesOf = async (path) => {
	const response = await server.call('GET', `/api/v1${path}`, { as: as.teacher });
	assert.equal(response.status, 200);
	return Buffer.from(await response.arrayBuffer());
};
const upload = (what, bytes, at) => call(200, 'POST', `${at}/${what}`, as.teacher, bytes,
	{ 'Content-Type': 'application/octet-stream', 'X-File-Name': 'a.xlsx' });

test('levels and tests go into Excel and back, by our own form and by the ministry’s table', async () => {
	const at = place(school.science, 1);
	const columns = await openColumns(school.science, 1);
	const form = await bytesOf(`${at}/sheet.xlsx`);
	const found = cells(form);
	const heads = ['Giữa HKI – Mức đạt được', 'Cuối HKI – Điểm KTĐK', 'Cuối HKI – Mức đạt được'];
	assert.deepEqual('FGH'.split('').map((c) => found[`${c}5`]).sort(), [...heads].sort());
	const plan = await upload('import', await fillForm(form, [[pupils[0], heads[0], 'h'], [pupils[0], heads[1], 9], [pupils[1], heads[0], 'Đ'],
		[pupils[1], heads[1], '7,5'], [pupils[2], heads[2], 'Hoàn thành tốt']]), at);
	assert.deepEqual(plan.cells.map((c) => [c.student.id, c.action, c.new, ...c.messages.map((m) => m.code)]).sort(), [
		[pupils[0], 'change', '9'], [pupils[0], 'change', 'H'], [pupils[1], 'refused', '', 'sheet.value_level'],
		[pupils[1], 'refused', '', 'sheet.value_whole'], [pupils[2], 'change', 'T']].sort());
	const done = await call(200, 'POST', `/mark-imports/${plan.plan}/commit`, as.teacher, { hash: plan.hash });
	assert.deepEqual(done.saved.map((c) => [c.column, c.student, c.valueX10, c.version]).sort(), [
		[columns['gk 2'], pupils[0], H, 2], [columns['ck 1'], pupils[0], 90, 2], [columns['ck 2'], pupils[2], T, 2]].sort());
	/* All subjects side by side, and the moment in the title alone. */
	const names = school.students.map((s) => s.fullName);
	const { subject: other } = await call(200, 'GET', place(school.subject, 1), as.teacher);
	const table = xlsx([['BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC – CUỐI HỌC KỲ I'],
		['Họ và tên', other.name, other.name, 'Khoa học', 'Khoa học'],
		['', 'Mức đạt được', 'Điểm KTĐK', 'Mức đạt được', 'Điểm KTĐK'],
		...names.map((n) => [n, 'C', 1, '', ''])], '4A');
	const filled = await upload('fill', table, at);
	assert.deepEqual(filled.cells.map((c) => [c.row, c.column, c.new]), [[4, 4, 'T'], [4, 5, '9'], [5, 4, 'T'], [5, 5, '8'],
		[6, 4, 'T'], [6, 5, '6'], [7, 4, 'C'], [7, 5, '3']]);
	const written = await bytesOf(`/mark-fills/${filled.plan}/file.xlsx`);
	assert.deepEqual((await upload('import', written, at)).cells, [], 'back again it is the same');
	const beside = await upload('import', written, place(school.subject, 1));
	assert.deepEqual([...new Set(beside.cells.map((c) => `${c.column} ${c.new}`))].sort(), ['2 C', '3 1'], 'the other subject stands as it was');
	const before = [[columns['gk 2'], pupils[0], T], [columns['ck 1'], pupils[0], 100], [columns['ck 2'], pupils[2], H]];
	await put(school.science, 1, before.map(([column, student, valueX10]) => ({ column, student, valueX10, version: 2 })));
});

test('the homeroom teacher judges qualities and competences; others do not', async () => {
	const { columns } = await call(200, 'GET', judgements(1), as.teacher);
	assert.deepEqual(['quality', 'general', 'specific', 'award'].map((k) => columns.filter((c) => c.kind === k).length), [5, 3, 7, 0]);
	assert.deepEqual((await call(200, 'GET', judgements(4), as.teacher)).columns.filter((c) => c.kind === 'award').map((c) => c.id),
		['outstanding', 'recognised']);
	await call(403, 'GET', judgements(1), as.colleague);
	await call(404, 'GET', judgements(5), as.teacher);
	await call(422, 'PUT', judgements(1), as.teacher, { cells: [{ column: 'outstanding', student: pupils[0], valueX10: 1, version: 0 }] });
	await call(422, 'PUT', judgements(4), as.teacher, { cells: [{ column: 'recognised', student: pupils[0], valueX10: 2, version: 0 }] });
	const one = { column: 'yeu_nuoc', student: pupils[0], valueX10: H, version: 0 };
	assert.deepEqual((await call(200, 'PUT', judgements(1), as.teacher, { cells: [one] })).saved.map((c) => c.version), [1]);
	const stale = await call(200, 'PUT', judgements(1), as.office, { cells: [{ ...one, valueX10: C }] });
	assert.deepEqual(stale.conflicts.map((c) => [c.valueX10, c.version, c.changedBy.id]), [[H, 1, school.teacher.id]]);
	const back = await call(200, 'PUT', judgements(1), as.teacher, { cells: [{ ...one, valueX10: null, version: 1 }] });
	assert.deepEqual(back.saved.map((c) => [c.valueX10, c.version]), [[null, 2]]);
	await call(200, 'PUT', judgements(1), as.teacher, { cells: [{ ...one, valueX10: T, version: 2 }] });
});

/* What the command says of the line, without its reasons: those of the school name subjects by name. */
function compute(line) {
	const out = execFileSync(BIN, ['gradebook', 'compute', '-'], { input: `${JSON.stringify(line)}\n`, encoding: 'utf8' });
	const { explain, ...rest } = JSON.parse(out);
	return rest;
}

test('what is missing is named, one by one and for the whole school alike', async () => {
	const one = await call(200, 'GET', `/classes/${school.class}/closing?part=1`, as.office);
	assert.deepEqual(one.items.map((i) => [i.what, i.have, i.need, i.student.id]),
		pupils.map((id, i) => ['traits', i === 0 ? 1 : 0, 30, id]));
	const { items } = await call(200, 'GET', '/closings?part=1', as.office);
	assert.deepEqual([items[0].missing, items[0].pack], [one.missing, 'tt27']);
	const refused = await call(409, 'POST', `/classes/${school.class}/closing`, as.office, { part: '1', close: true, version: 0 });
	assert.equal(refused.code, 'closing.missing');
	assert.equal(refused.items.length, 4);
	const year = await call(200, 'GET', `/classes/${school.class}/results/year`, as.teacher);
	assert.ok(year.students.every((s) => s.result.year.learning === null));
	assert.ok(year.students[0].result.explain.some((x) => x.code === 'rule.primary_missing_traits'));
});

test('the year comes to what the circular says, with its reasons', async () => {
	const traits = await judge(2, [T, T, H, H]);
	for (const column of traits.filter((c) => c.id !== 'yeu_nuoc')) {
		await call(200, 'PUT', judgements(1), as.teacher, { cells: [{ column: column.id, student: pupils[0], valueX10: T, version: 0 }] });
	}
	await call(200, 'PUT', judgements(1), as.teacher, { cells: pupils.slice(1).flatMap((student, i) =>
		traits.map((c) => ({ column: c.id, student, valueX10: [T, H, H][i], version: 0 }))) });
	await judge(3, [T, T, H, H]);
	await judge(4, [T, T, H, H]);
	const before = await call(200, 'GET', `/classes/${school.class}/results/year?explain=1`, as.teacher);
	assert.deepEqual(before.students.map((s) => [s.result.year.learning, s.result.year.promotion, s.result.year.award]), [
		['htxs', 'promoted', 'xuat_sac'], ['htt', 'promoted', null], ['ht', 'promoted', 'none'], ['cht', 'conditional', 'none']]);
	await call(200, 'PUT', judgements(4), as.teacher, { cells: ['outstanding', 'recognised']
		.map((column) => ({ column, student: pupils[1], valueX10: 1, version: 0 })) });
	const { students } = await call(200, 'GET', `/classes/${school.class}/results/year?explain=1`, as.teacher);
	assert.equal(students[1].result.year.award, 'tieu_bieu');
	for (const s of students) {
		const { explain, ...result } = s.result;
		assert.deepEqual(compute(s.line), result, 'the command says the same');
	}
	const why = students[3].result.explain.map((x) => x.text).join('\n');
	assert.match(why, /Thông tư 27\/2020\/TT-BGDĐT/);
	assert.match(why, /Âm nhạc/, 'a subject by its name');
	const term = await call(200, 'GET', `/classes/${school.class}/results/1`, as.teacher);
	assert.deepEqual(term.students[0].line.subjects[0].moments, ['T', 'T', null, null]);
	assert.equal(term.students[0].result.year.learning, null);
	const overview = await call(200, 'GET', `/classes/${school.class}/marks/year`, as.teacher);
	assert.deepEqual(overview.students.map((s) => [s.learning, ...s.values]), [
		['htxs', 'T', 'T', 'T'], ['htt', 'T', 'T', 'T'], ['ht', 'H', 'H', 'H'], ['cht', 'C', 'C', 'C']]);
});

test('who did not complete the grade is helped and assessed again; the headmaster decides of the rest', async () => {
	const at = `/classes/${school.class}/reassessment`;
	const { rows } = await call(200, 'GET', at, as.teacher);
	assert.deepEqual(rows.map((r) => [r.student.id, r.learning, r.after, r.promotion]), [[pupils[3], 'cht', null, 'conditional']]);
	const items = Object.fromEntries(rows[0].items.map((x) => [`${x.subject ?? ''} ${x.item}`, x]));
	assert.deepEqual(Object.entries(items).map(([id, x]) => [id, x.kind, x.before, x.mayEnter]), [
		[`${school.subject} 1`, 'level', C, true], [`${school.subject} 2`, 'whole', 30, true],
		[`${school.science} 1`, 'level', C, true], [`${school.science} 2`, 'whole', 30, true],
		[`${school.music} 1`, 'level', C, true], [' 200', 'decision', null, false]]);
	const cell = (id, valueX10, version = 0) => ({ student: pupils[3], subject: items[id].subject, item: items[id].item, valueX10, version });
	const enter = (who, cells, status = 200) => call(status, 'PUT', at, who, { cells });
	await enter(as.colleague, [cell(`${school.music} 1`, H)], 403);
	await enter(as.teacher, [cell(' 200', 1)], 403);
	await enter(as.teacher, [{ ...cell(`${school.music} 1`, H), student: pupils[0] }], 422);
	await enter(as.teacher, [cell(`${school.music} 1`, 3)], 422);
	await enter(as.teacher, [cell(`${school.subject} 2`, 55)], 422);
	const first = await enter(as.teacher, [cell(`${school.subject} 1`, H), cell(`${school.subject} 2`, 50), cell(`${school.science} 1`, T),
		cell(`${school.science} 2`, 70), cell(`${school.music} 1`, C)]);
	assert.deepEqual([first.saved.length, first.rows[0].after, first.rows[0].promotion], [5, 'cht', 'conditional']);
	assert.equal((await enter(as.office, [cell(' 200', 0)])).rows[0].promotion, 'held');
	assert.equal((await enter(as.office, [cell(' 200', 1, 1)])).rows[0].promotion, 'promoted');
	const stale = await enter(as.office, [cell(`${school.music} 1`, T)]);
	assert.deepEqual([stale.saved, stale.conflicts.map((c) => c.subject)], [[], [school.music]].map((x) => x.map(String)));
	const done = await enter(as.teacher, [cell(`${school.music} 1`, H, 1)]);
	assert.deepEqual([done.rows[0].learning, done.rows[0].after, done.rows[0].promotion], ['cht', 'ht', 'promoted']);
	const { students } = await call(200, 'GET', `/classes/${school.class}/results/year?explain=1`, as.teacher);
	const { explain, ...result } = students[3].result;
	assert.deepEqual(result.year, { learning: 'cht', after: 'ht', promotion: 'promoted', award: 'none' });
	assert.deepEqual(compute(students[3].line), result, 'the command says the same');
	assert.match(explain.map((x) => x.text).join('\n'), /đánh giá bổ sung đã đủ điều kiện: hoàn thành chương trình lớp học \(Thông tư 27\/2020\/TT-BGDĐT, Điều 11 khoản 1 điểm b/);
});

test('closed, what was said stands; opened again, it may be changed', async () => {
	const close = (part, closes, version, why = '') => call(200, 'POST', `/classes/${school.class}/closing`, as.office,
		{ part, close: closes, version, ...(why ? { why } : {}) });
	for (const part of ['1', '2', 'year']) {
		assert.equal((await close(part, true, 0)).isClosed, true);
	}
	const columns = await openColumns(school.subject, 2).catch(() => null);
	assert.ok(columns, 'the columns are there');
	const level = { column: columns['ck 2'], student: pupils[0], valueX10: C, version: 1 };
	assert.deepEqual((await put(school.subject, 2, [level])).locked.map((c) => c.why), ['closed']);
	const said = await call(200, 'PUT', judgements(4), as.teacher,
		{ cells: [{ column: 'yeu_nuoc', student: pupils[0], valueX10: C, version: 1 }] });
	assert.deepEqual([said.saved, said.locked.map((c) => c.why)], [[], ['closed']]);
	const late = await call(409, 'PUT', `/classes/${school.class}/reassessment`, as.office,
		{ cells: [{ student: pupils[3], subject: String(school.music), item: 1, valueX10: T, version: 2 }] });
	assert.equal(late.code, 'reassess.closed');
	const [[kept]] = await db.query('SELECT pack, learning, conduct, promotion, award FROM student_result' +
		' WHERE student_id = ? AND term_number = 0', [pupils[1]]);
	assert.deepEqual(Object.values(kept), ['tt27', 2, null, 1, 2]);
	await close('year', false, 1, 'chấm lại');
	await close('2', false, 1, 'chấm lại');
	assert.equal((await put(school.subject, 2, [level])).saved.length, 1);
	const { students } = await call(200, 'GET', `/classes/${school.class}/results/year`, as.teacher);
	assert.equal(students[0].result.year.learning, 'cht');
	await put(school.subject, 2, [{ ...level, valueX10: T, version: 2 }]);
	await close('2', true, 2);
	await close('year', true, 2);
});

const statementOf = (code) => code.slice(code.indexOf('#') + 1);
const verify = (statement) => call(200, 'POST', '/documents/verify', undefined, { statement });

async function print(who, path, body) {
	const response = await server.call('POST', `/api/v1${path}`, { as: who, body });
	const bytes = Buffer.from(await response.arrayBuffer());
	assert.equal(response.status, 200, bytes.toString('utf8', 0, 400));
	const file = join(folder, `${randomBytes(4).toString('hex')}.pdf`);
	await writeFile(file, bytes);
	if (process.env.DOCUMENTS_OUT) {
		await writeFile(join(process.env.DOCUMENTS_OUT, `${body.kind}-${body.part}.pdf`), bytes);
	}
	return { file, text: execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }) };
}

test('report cards and transcripts say it in the circular’s words, and their codes verify', async () => {
	const documents = `/classes/${school.class}/documents`;
	const card = await print(as.office, documents, { kind: 'year_report', part: 'year', students: [pupils[0]] });
	for (const words of [/Hoàn thành xuất sắc/, /Học sinh Xuất sắc/, /Hoàn thành chương trình lớp 4, được lên lớp/, /Yêu nước/,
		/Tự chủ và tự học/, /Công nghệ/, /T Hoàn thành tốt, H Hoàn thành, C Chưa hoàn thành/, /Kết quả đã khóa sổ/]) {
		assert.match(card.text, words);
	}
	assert.doesNotMatch(card.text, /ĐTB|Xếp hạng|rèn luyện/i, 'no means, no ranks, no conduct');
	const again = await print(as.office, documents, { kind: 'year_report', part: 'year', students: [pupils[3]] });
	for (const words of [/Chưa hoàn thành/, /Đánh giá bổ sung: .*: H; .*\(KTĐK\): 5; Khoa học: T; Khoa học \(KTĐK\): 7; Âm nhạc: H/,
		/Hoàn thành chương trình lớp 4, được lên lớp/]) {
		assert.match(again.text, words);
	}
	const term = await print(as.office, documents, { kind: 'term_report', part: '1', students: [pupils[3]] });
	assert.match(term.text, /Học kì I/);
	assert.match(term.text, /Âm nhạc +C +C/);
	const transcript = await print(as.office, documents, { kind: 'transcript', part: 'year', students: pupils });
	assert.equal(transcript.text.match(/KẾT QUẢ GIÁO DỤC \(HỌC BẠ\)/g).length, 4);
	assert.equal(transcript.text.match(/Đánh giá bổ sung: .*Khoa học: T; Khoa học \(KTĐK\): 7; Âm nhạc: H/g).length, 1, 'of who was assessed again');
	assert.match(transcript.text, /Âm nhạc .*\bC\b/, 'beside the year’s');
	const [code] = await pdfCodes(card.file);
	const proof = await verify(statementOf(code));
	assert.deepEqual([proof.isGenuine, proof.isSame], [true, true]);
});

test('the book of the class says every moment, and its code no longer holds once a level was changed', async () => {
	const documents = `/classes/${school.class}/documents`;
	const book = await print(as.office, documents, { kind: 'mark_book', part: 'year', students: null });
	const words = execFileSync('pdftotext', [book.file, '-'], { encoding: 'utf8' });
	for (const said of [/BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC CỦA LỚP/, /GIỮA HỌC KÌ I\n/, /CUỐI HỌC KÌ I\n/, /GIỮA HỌC KÌ II\n/,
		/CUỐI NĂM HỌC/, /Phẩm chất chủ yếu/, /Năng lực đặc thù/, /Điểm KT Khoa học/, /Giải quyết vấn đề/, /Kết quả đã khóa sổ ngày/]) {
		assert.match(words, said);
	}
	/* Each student's line of each moment: levels and tests of the class's subjects, then 15 qualities and competences. */
	const { students } = await call(200, 'GET', `/classes/${school.class}/results/year`, as.office);
	const lines = book.text.split('\n').map((l) => l.trim().replace(/\s+/g, ' '));
	for (const { student, line, result } of students) {
		MOMENTS.forEach((moment, at) => {
			const subjects = line.subjects.flatMap((s) => [s.moments[at], ...(s.tests?.[at] > 0 ? [s.tests[at] / 10] : [])]);
			const traits = [...line.qualities, ...line.competences].map((x) => x.moments[at].replace('D', 'Đ'));
			const end = moment < 4 ? '' : ` ${result.year.learning.toUpperCase()}`;
			const said = `${student.fullName} ${[...subjects, ...traits].join(' ')}${end}`;
			assert.ok(lines.some((l) => l.includes(said)), `${said}\n${book.text}`);
		});
	}
	assert.match(book.text, /Số học sinh mức H \(Đ\)( +1)+/);
	const [code, ...more] = await pdfCodes(book.file);
	assert.deepEqual(more, [], 'one code');
	const proof = await verify(statementOf(code));
	assert.deepEqual([proof.isGenuine, proof.isSame, proof.kind, proof.class, proof.pack], [true, true, 'mark_book', '4A', 'tt27']);

	const close = (part, closes, version) => call(200, 'POST', `/classes/${school.class}/closing`, as.office,
		{ part, close: closes, version, why: closes ? '' : 'chấm lại' });
	await close('year', false, 3);
	await close('2', false, 3);
	const columns = await openColumns(school.music, 2);
	const sheet = await call(200, 'GET', place(school.music, 2), as.teacher);
	const { version } = sheet.rows.find((r) => r.student.id === pupils[1]).cells[columns['ck 2']];
	const cell = { column: columns['ck 2'], student: pupils[1], valueX10: C, version };
	assert.equal((await put(school.music, 2, [cell])).saved.length, 1);
	const later = await verify(statementOf(code));
	assert.deepEqual([later.isGenuine, later.isSame], [true, false]);
	assert.ok(later.changedAt > later.issuedAt);
	await put(school.music, 2, [{ ...cell, valueX10: T, version: version + 1 }]);
	await close('2', true, 4);
	await close('year', true, 4);
	assert.equal((await verify(statementOf(code))).isSame, true, 'what it says is so again');
});

test('the history of a quality says who, when, from what to what; in either class', async () => {
	const at = (item, student, of = school.class) => `${judgements(4, of)}/${item}/history/${student}`;
	const { items } = await call(200, 'GET', at('yeu_nuoc', pupils[0]), as.teacher);
	assert.deepEqual(items.map((h) => [h.person, h.personName, h.old.valueX10, h.new.valueX10, h.why]),
		[[String(school.teacher.id), school.teacher.fullName, null, T, '']]);
	assert.ok(Math.abs(items[0].at - Date.now()) < 600_000);
	assert.deepEqual((await call(200, 'GET', at('outstanding', pupils[2]), as.office)).items, [], 'nothing was said');
	await call(404, 'GET', at('outstanding', pupils[2]).replace('/4/', '/1/'), as.teacher);
	await call(404, 'GET', at('no_such', pupils[0]), as.teacher);
	await call(404, 'GET', at('yeu_nuoc', '999999'), as.teacher);
	await call(403, 'GET', at('yeu_nuoc', pupils[0]), as.colleague);
	await call(403, 'GET', at('yeu_nuoc', pupils[0]), as.parent);
});

test('the family reads levels once they are published, and everything once it is closed', async () => {
	const child = `/children/${pupils[0]}`;
	const columns = await openColumns(school.subject, 1);
	const hidden = await call(200, 'GET', `${child}/marks`, as.parent);
	assert.deepEqual(hidden.terms, []);
	await call(204, 'POST', `${place(school.subject, 1)}/publish`, as.teacher, { columns: [columns['ck 1'], columns['ck 2']] });
	const { terms } = await call(200, 'GET', `${child}/marks`, as.parent);
	assert.deepEqual(terms[0].subjects[0].marks, [{ kind: 'ck', position: 1, valueX10: 100 }, { kind: 'ck', position: 2, valueX10: T }]);
	assert.equal(terms[0].subjects[0].mean.why.code, 'mark.mean_none');
	const today = await call(200, 'GET', `${child}/today`, as.parent);
	assert.deepEqual(today.marks.map((m) => [m.isPrimary, m.position, m.valueX10]), [[true, 1, 100], [true, 2, T]]);
	const { years } = await call(200, 'GET', `${child}/results?explain=1`, as.parent);
	assert.equal(years[0].pack, 'tt27');
	assert.equal(years[0].result.year.learning, 'htxs');
	assert.deepEqual(years[0].line.qualities[0].moments, ['T', 'T', 'T', 'T']);
	const own = await print(as.parent, `${child}/documents`, { class: school.class, kind: 'transcript_year', part: 'year' });
	assert.match(own.text, /Hoàn thành xuất sắc/);
});

test('who changes class brings levels along, and is judged on there', async () => {
	const other = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 4, name: '4B',
		homeroom_person_id: school.otherTeacher.id });
	await insert(db, 'teaching', { school_id: school.id, class_id: other, subject_id: school.subject, person_id: school.teacher.id });
	await db.query("UPDATE enrolment SET to_on = '2027-02-01' WHERE student_id = ?", [pupils[3]]);
	await insert(db, 'enrolment', { school_id: school.id, class_id: other, student_id: pupils[3], from_on: '2027-02-02' });
	const { students } = await call(200, 'GET', `/classes/${other}/results/year`, as.office);
	assert.deepEqual(students[0].line.subjects.find((s) => s.code === 'toan').moments, ['C', 'C', 'C', 'C']);
	const sheet = await call(200, 'GET', place(school.subject, 1, other), as.teacher);
	assert.deepEqual(sheet.rows[0].carried.map((c) => [c.kind, c.position, c.valueX10]),
		[['gk', 1, 30], ['gk', 2, C], ['ck', 1, 30], ['ck', 2, C]]);
	const { rows } = await call(200, 'GET', judgements(3, other), as.colleague);
	const { valueX10, version } = rows[0].cells.yeu_nuoc;
	assert.deepEqual([valueX10, version], [H, 1]);
	await call(200, 'PUT', judgements(3, other), as.colleague, { cells: [{ column: 'yeu_nuoc', student: pupils[3], valueX10: T, version }] });
	const { items } = await call(200, 'GET', `${judgements(3, other)}/yeu_nuoc/history/${pupils[3]}`, as.colleague);
	assert.deepEqual(items.map((h) => [h.person, h.oldX10, h.newX10]),
		[[String(school.teacher.id), null, H], [String(school.otherTeacher.id), H, T]]);
});

test('the audit names a level and a quality that were edited, and nothing before', async () => {
	const whole = audit();
	assert.equal(whole.status, 0, whole.stdout);
	await db.query('UPDATE mark m JOIN mark_column k ON k.id = m.column_id SET m.value_x10 = 2' +
		' WHERE k.subject_id = ? AND k.kind = 2 AND k.position = 2 AND m.student_id = ? AND m.value_x10 = 0', [school.music, pupils[3]]);
	await db.query('UPDATE judgement SET level = 2 WHERE student_id = ? AND moment = 4 AND item = 1', [pupils[2]]);
	await db.query('UPDATE reassessment SET value_x10 = 2 WHERE student_id = ? AND subject_id = ?', [pupils[3], school.music]);
	const told = audit();
	assert.equal(told.status, 1);
	assert.ok(told.stdout.includes(`reassessment of class ${school.class} subject ${school.music} item 1 student ${pupils[3]}: is not what its history says`));
	const lines = told.stdout.split('\n');
	assert.equal(lines.filter((l) => l.includes(`subject ${school.music}`) && l.includes(`student ${pupils[3]}`) &&
		l.includes('the mark is not what its history says')).length, 2, told.stdout);
	assert.equal(lines.filter((l) => l === `judgement of class ${school.class} moment 4 item 1 student ${pupils[2]}: is not what its history says`)
		.length, 1, told.stdout);
	assert.match(told.stdout, /: 4 findings\./);
	const { students } = await call(200, 'GET', `/classes/${school.class}/results/year`, as.teacher);
	assert.equal(students[2].line.qualities[0].moments[3], 'D', 'what was closed is shown as it was kept');
	assert.ok(MOMENTS.length === students[2].line.qualities[0].moments.length);
});
