/*
 * Marks as Excel files: our own form filled in and brought back, and a teacher's own files, read and
 * filled. What was previewed is what is committed, once; everything else in a filled file stays.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fillForm, foreign } from './lib/mark_files.mjs';
import { watchOutbox } from './lib/outbox.mjs';
import { connectDb, insert, makeSchool, signIn } from './lib/people.mjs';
import { Server } from './lib/server.mjs';
import { cells, unzip } from './lib/workbook.mjs';
import { xlsx, xlsxParts, zip } from './lib/xlsx.mjs';

let server;
let db;
let school;
let at;
let columns;
let people; /* of the class, by a short name */
const as = {};

before(async () => {
	server = await Server.start();
	db = await connectDb(server);
	school = await makeSchool(db, 'SO');
	for (const who of ['teacher', 'otherTeacher', 'office']) {
		as[who] = await signIn(server, school[who]);
	}
	at = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	await db.query('UPDATE subject SET name = ? WHERE id = ?', ['Vật lí', school.subject]);
	await db.query('UPDATE class SET name = ? WHERE id = ?', ['10A1', school.class]);
	const names = [['an', 'Nguyễn Thị Ánh', '2011-02-28'], ['binh', 'Trần Văn Bình', '2011-05-01'],
		['binh2', 'Trần Văn Bình', '2011-11-30'], ['hoa', 'Lê Thị Hoà', '2011-07-08']];
	people = {};
	for (const [i, [short, name, birth]] of names.entries()) {
		const s = school.students[i];
		await db.query('UPDATE person SET full_name = ?, birth_date = ? WHERE id = ?', [name, birth, s.id]);
		await db.query('UPDATE student SET code = ? WHERE id = ?', [`HS${i + 1}`, s.student]);
		people[short] = String(s.student);
	}
	columns = {};
	for (const [name, kind, position] of [['tx1', 'tx', 1], ['tx2', 'tx', 2], ['gk', 'gk', 1], ['ck', 'ck', 1]]) {
		columns[name] = (await call(201, 'POST', `${at}/columns`, 'teacher', { kind, position })).id;
	}
	await watchOutbox(server, db);
});

after(async () => {
	await db?.end();
	await server?.stop();
});

async function call(status, method, path, who, body, headers) {
	const response = await server.call(method, `/api/v1${path}`, { as: as[who], body, headers });
	const text = await response.text();
	assert.equal(response.status, status, `${method} ${path}: ${text}`);
	return text ? JSON.parse(text) : null;
}

async function bytesOf(path, who = 'teacher', status = 200) {
	const response = await server.call('GET', `/api/v1${path}`, { as: as[who] });
	assert.equal(response.status, status);
	return Buffer.from(await response.arrayBuffer());
}

const upload = (what, bytes, { who = 'teacher', status = 200, query = '', place = at } = {}) =>
	call(status, 'POST', `${place}/${what}${query}`, who, bytes,
		{ 'Content-Type': 'application/octet-stream', 'X-File-Name': encodeURIComponent('Điểm.xlsx') });
const read = (bytes, more) => upload('import', bytes, more);
const commit = (plan, more = {}, status = 200, who = 'teacher') =>
	call(status, 'POST', `/mark-imports/${plan.plan}/commit`, who, { hash: plan.hash, ...more });
const enter = (list, more = {}) => call(200, 'PUT', at, 'teacher', { cells: list, ...more });
async function marks() {
	const { rows } = await call(200, 'GET', at, 'teacher');
	return Object.fromEntries(Object.entries(people).map(([short, id]) => {
		const found = rows.find((r) => r.student.id === id).cells;
		return [short, Object.fromEntries(Object.entries(columns).map(([name, column]) => [name,
			found[column]?.state === 'missing' ? 'V' : found[column]?.valueX10 ?? null]))];
	}));
}
async function version(short, column) {
	const { rows } = await call(200, 'GET', at, 'teacher');
	return rows.find((r) => r.student.id === people[short]).cells[columns[column]]?.version ?? 0;
}
const put = async (short, column, valueX10) => enter([{ column: columns[column], student: people[short], valueX10,
	version: await version(short, column) }], { why: 'thử' });
const fill = (form, values) => fillForm(form, values.map(([short, ...rest]) => [people[short], ...rest]));
const codes = (x) => x.messages.map((m) => m.code);
const brief = (plan) => plan.cells.map((c) => [c.row, c.column, c.action, c.old, c.new]);

test('our own form says everything that is there, and comes back as the same', async () => {
	await put('an', 'tx1', 85);
	await put('hoa', 'tx1', 100);
	await enter([{ column: columns.tx1, student: people.binh, valueX10: null, state: 'missing', version: 0 }]);
	await call(204, 'PUT', `/exemptions/${school.class}/${school.subject}/${school.terms[0]}`, 'office',
		{ students: [people.binh2], reason: 'sức khoẻ' });
	const form = await bytesOf(`${at}/sheet.xlsx`);
	const found = cells(form);
	assert.equal(found.B1, 'BẢNG ĐIỂM MÔN: Vật lí');
	assert.equal(found.B2, 'Lớp: 10A1 · Học kì 1 · Năm học 2026–2027');
	assert.deepEqual('BCDEFGHI'.split('').map((c) => found[`${c}5`]),
		['STT', 'Mã học sinh', 'Họ và tên', 'Ngày sinh', 'ĐĐGtx 1', 'ĐĐGtx 2', 'ĐĐGgk', 'ĐĐGck']);
	assert.deepEqual([6, 7, 8, 9].map((row) => [found[`C${row}`], found[`D${row}`], found[`F${row}`]]).sort(), [
		['HS1', 'Nguyễn Thị Ánh', 8.5], ['HS2', 'Trần Văn Bình', 'V'], ['HS3', 'Trần Văn Bình', 'Miễn'],
		['HS4', 'Lê Thị Hoà', 10]]);
	const xml = unzip(form).get('xl/worksheets/sheet1.xml').bytes.toString();
	assert.match(xml, /<row r="4"[^>]* hidden="1"/);
	assert.match(xml, /<col min="1" max="1"[^>]* hidden="1"/);
	assert.equal(xml.match(/<dataValidation [^>]*type="custom"/g).length, 4);
	const plan = await read(form);
	assert.deepEqual([plan.isOwn, plan.cells, plan.rows, plan.unseen], [true, [], [], []]);
	assert.equal(plan.counts.same, 16);
	await bytesOf(`${at}/sheet.xlsx`, 'otherTeacher', 403);
	await bytesOf(`${at}/sheet.xlsx`, 'office');
});

test('what somebody brings along from a former class is shown beside the columns, and never read as marks', async () => {
	const moved = people.hoa;
	const former = await insert(db, 'class', { school_id: school.id, school_year_id: school.year, grade: 10, name: '10A9' });
	await insert(db, 'enrolment', { school_id: school.id, class_id: former, student_id: moved, position: 1,
		from_on: '2026-08-01', to_on: '2026-09-01' });
	for (const [kind, position, value] of [[1, 1, 30], [1, 2, 65], [2, 1, 70]]) {
		const column = await insert(db, 'mark_column', { school_id: school.id, class_id: former, subject_id: school.subject,
			term_id: school.terms[0], kind, position });
		await insert(db, 'mark', { school_id: school.id, column_id: column, student_id: moved, value_x10: value,
			version: 1, changed_by: school.teacher.id, changed_at_ms: 1 });
	}
	try {
		const form = await bytesOf(`${at}/sheet.xlsx`);
		const found = cells(form);
		assert.deepEqual('FGHIJ'.split('').map((c) => found[`${c}5`]), ['ĐĐGtx 1', 'ĐĐGtx 2', 'ĐĐGgk', 'ĐĐGck', 'Mang theo từ lớp cũ']);
		const row = Object.keys(found).find((ref) => /^A\d+$/.test(ref) && found[ref] === moved).slice(1);
		/* The first was entered in the new class, which counts alone. */
		assert.deepEqual([found[`F${row}`], found[`G${row}`] ?? '', found[`H${row}`] ?? '', found[`J${row}`]],
			[10, '', '', 'ĐĐGtx 2: 6,5 (10A9); ĐĐGgk: 7 (10A9)']);
		assert.equal([6, 7, 8, 9].filter((n) => found[`J${n}`]).length, 1, 'nobody else brought anything');
		const before = await marks();
		const plan = await read(form);
		assert.deepEqual([plan.isOwn, plan.cells, plan.rows, plan.unseen], [true, [], [], []]);
		assert.deepEqual((await commit(plan)).saved, []);
		assert.deepEqual(await marks(), before);
		/* What is written there is nobody's mark; a mark of the new class takes the place. */
		const filled = await read(await fill(form, [['hoa', 'Mang theo từ lớp cũ', 'ĐĐGck: 9'], ['hoa', 'ĐĐGtx 2', 8]]));
		assert.deepEqual(brief(filled), [[Number(row), 7, 'change', '', '8']]);
		await call(204, 'DELETE', `/mark-imports/${filled.plan}`, 'teacher');
	} finally {
		await db.query('DELETE FROM enrolment WHERE class_id = ?', [former]);
	}
	assert.equal(cells(await bytesOf(`${at}/sheet.xlsx`)).J5, 'goc', 'nobody brought anything along: no such column');
});

test('a filled form is previewed cell by cell and committed once, to the letter', async () => {
	const form = await bytesOf(`${at}/sheet.xlsx`);
	const filled = await fill(form, [['an', 'ĐĐGtx 1', null], ['an', 'ĐĐGtx 2', 7.5], ['binh', 'ĐĐGtx 1', '6,5'],
		['binh', 'ĐĐGtx 2', 75], ['hoa', 'ĐĐGtx 2', 7.55], ['hoa', 'ĐĐGgk', 'giỏi'], ['binh2', 'ĐĐGgk', 8], ['hoa', 'ĐĐGck', 'v']]);
	const plan = await read(filled);
	const by = (short, kind, position = 1) => plan.cells.find((c) => c.student.id === people[short] && c.mark.kind === kind && c.mark.position === position);
	assert.deepEqual([by('an', 'tx').action, by('an', 'tx').old, by('an', 'tx').new], ['change', '8,5', '']);
	assert.deepEqual([by('an', 'tx', 2).action, by('an', 'tx', 2).new], ['change', '7,5']);
	assert.deepEqual([by('binh', 'tx').action, by('binh', 'tx').old, by('binh', 'tx').new], ['change', 'V', '6,5']);
	const asked = by('binh', 'tx', 2);
	assert.deepEqual([asked.action, asked.new, codes(asked)], ['ask', '7,5', ['sheet.value_ask']]);
	assert.deepEqual(codes(by('hoa', 'tx', 2)), ['sheet.value_decimals']);
	assert.deepEqual(codes(by('hoa', 'gk')), ['sheet.value_wrong']);
	assert.match(by('hoa', 'gk').messages[0].detail, /“giỏi”/);
	assert.deepEqual(codes(by('binh2', 'gk')), ['sheet.exempt']);
	assert.equal(by('hoa', 'ck').new, 'V');
	assert.equal(plan.needsWhy, false);
	assert.deepEqual(plan.counts, { change: 4, ask: 1, refused: 3, kept: 0, same: 8 });
	const before = await marks();
	await commit({ ...plan, hash: '00'.repeat(32) }, {}, 409);
	await commit(plan, { confirmed: ['99'] }, 409);
	assert.deepEqual(await marks(), before, 'nothing yet');
	const done = await commit(plan, { confirmed: [asked.confirm] });
	assert.deepEqual([done.saved.length, done.conflicts, done.locked], [5, [], []]);
	assert.deepEqual(await commit(plan, { confirmed: [asked.confirm] }), done, 'sent again: told again');
	const now = await marks();
	assert.deepEqual(now.an, { tx1: null, tx2: 75, gk: null, ck: null });
	assert.deepEqual(now.binh, { tx1: 65, tx2: 75, gk: null, ck: null });
	assert.deepEqual(now.hoa, { tx1: 100, tx2: null, gk: null, ck: 'V' });
	const { rows } = await call(200, 'GET', at, 'teacher');
	assert.equal(rows.find((r) => r.student.id === people.binh).cells[columns.tx1].isMakeup, true, 'taken after he was away');
	assert.equal((await call(200, 'GET', `/mark-imports/${plan.plan}`, 'teacher')).isCommitted, true);
	await commit(plan, {}, 422);
	const [audit] = await db.query("SELECT COUNT(*) AS n FROM audit WHERE action = 'marks.import' AND subject_id = ?", [plan.plan]);
	assert.equal(Number(audit[0].n), 1);
});

test('what others did meanwhile stays: between download and upload, and between preview and commit', async () => {
	const form = await bytesOf(`${at}/sheet.xlsx`);
	await put('an', 'gk', 40);
	const late = await read(await fill(form, [['an', 'ĐĐGgk', 9], ['hoa', 'ĐĐGgk', 6]]));
	assert.deepEqual(late.cells.map((c) => [c.student.fullName, c.action, codes(c)]),
		[['Nguyễn Thị Ánh', 'refused', ['sheet.meanwhile']], ['Lê Thị Hoà', 'change', []]]);
	const plan = await read(await fill(await bytesOf(`${at}/sheet.xlsx`), [['an', 'ĐĐGgk', 9], ['hoa', 'ĐĐGgk', 6], ['binh', 'ĐĐGgk', 5]]));
	assert.equal(plan.counts.change, 3);
	await put('an', 'gk', 30);
	await insert(db, 'exemption', { school_id: school.id, student_id: people.binh, subject_id: school.subject,
		term_id: school.terms[0], reason: '', given_by: school.office.id, given_at_ms: 1 });
	const done = await commit(plan);
	assert.deepEqual(done.saved.map((c) => c.student), [people.hoa]);
	assert.deepEqual(done.conflicts.map((c) => [c.student, c.valueX10]), [[people.an, 30]]);
	assert.deepEqual(done.locked.map((c) => [c.student, c.why]), [[people.binh, 'exempt']]);
	await db.query('DELETE FROM exemption WHERE student_id = ?', [people.binh]);
	assert.equal((await marks()).an.gk, 30);
});

test('a locked column is told, a published one needs a reason, strangers see nothing', async () => {
	await insert(db, 'mark_lock', { school_id: school.id, term_id: school.terms[0], kind: 3, grade: 0,
		locks_at_ms: 1, made_by: school.office.id, made_at_ms: 1 });
	await call(204, 'POST', `${at}/publish`, 'teacher', { columns: [columns.tx2] });
	const form = await bytesOf(`${at}/sheet.xlsx`);
	assert.equal(cells(form).I5, 'ĐĐGck (đã khóa)');
	const plan = await read(await fill(form, [['an', 'ĐĐGck (đã khóa)', 9], ['an', 'ĐĐGtx 2', 8]]));
	assert.deepEqual(plan.cells.map((c) => [c.mark.kind, c.action, codes(c)]), [['tx', 'change', []], ['ck', 'refused', ['sheet.locked']]]);
	assert.equal(plan.needsWhy, true);
	const refused = await commit(plan, {}, 422);
	assert.deepEqual(refused.errors.map((e) => [e.field, e.code]), [['why', 'mark.why_missing']]);
	assert.equal((await marks()).an.tx2, 75, 'nothing half done');
	await commit(plan, { why: 'chấm lại' }, 404, 'otherTeacher');
	await call(403, 'GET', `/mark-imports/${plan.plan}`, 'office');
	await commit(plan, { why: 'chấm lại' });
	assert.equal((await marks()).an.tx2, 80);
	await db.query('DELETE FROM mark_lock');
	const gone = await read(form);
	await call(204, 'DELETE', `/mark-imports/${gone.plan}`, 'teacher');
	await commit(gone, {}, 404);
});

const ROWS = [['HS1', 'Nguyễn Thị Ánh'.normalize('NFD'), '28/02/2011', 6, null, null, null, null],
	['', 'TRẦN VĂN BÌNH', 40664, null, null, null, 7, null], /* 1 May 2011 as Excel keeps it */
	['', 'Trần Văn Bình', '30/11/2011', null, null, null, null, null],
	['999', 'Lê Thị Hòa', '08/07/2011', { f: '5+5', v: 10 }, null, null, null, null]];

test("a teacher's own file is filled: the marks' cells alone, everything else to the byte", async () => {
	await call(204, 'PUT', `/exemptions/${school.class}/${school.subject}/${school.terms[0]}`, 'office', { students: [], reason: '' });
	await put('an', 'tx1', 85);
	await put('binh2', 'gk', 100);
	const parts = foreign(ROWS);
	const before = zip(parts);
	const plan = await upload('fill', before);
	assert.deepEqual(plan.columns.map((c) => [c.column, c.mark?.kind ?? null, c.mark?.position ?? null]),
		[[6, 'tx', 1], [7, 'tx', 2], [8, null, null], [9, 'gk', 1], [10, 'ck', 1]]);
	assert.deepEqual(codes(plan.columns[2]), ['sheet.column_missing']);
	assert.deepEqual(plan.rows.map((r) => codes(r)), [], 'name and birth date are enough');
	assert.deepEqual(brief(plan).filter(([, , action]) => action !== 'kept'), [
		[7, 6, 'change', '6', '8,5'], [7, 7, 'change', '', '8'], [7, 9, 'change', '', '3'],
		[8, 6, 'change', '', '6,5'], [8, 7, 'change', '', '7,5'],
		[9, 9, 'change', '', '10'], [10, 9, 'change', '', '6']]);
	assert.deepEqual(plan.cells.filter((c) => c.action === 'kept').map((c) => [c.row, c.column, codes(c)]), [
		[8, 9, ['sheet.kept_none']], [10, 10, ['sheet.kept_missing']]]);
	const after = await bytesOf(`/mark-fills/${plan.plan}/file.xlsx`);
	const [was, is] = [unzip(before), unzip(after)];
	assert.deepEqual([...is.keys()], [...was.keys()]);
	for (const [name, part] of was) {
		if (!['xl/s.xml', 'xl/workbook.xml'].includes(name)) {
			assert.ok(part.stored.equals(is.get(name).stored), `${name} stays as it lies there`);
		}
	}
	assert.match(is.get('xl/workbook.xml').bytes.toString(), /<calcPr fullCalcOnLoad="1"\/>/);
	let want = parts['xl/s.xml'];
	for (const [ref, value] of [['F7', 8.5], ['G7', 8], ['I7', 3], ['F8', 6.5], ['G8', 7.5], ['I9', 10], ['I10', 6]]) {
		want = want.replace(new RegExp(`<c r="${ref}" s="(\\d)"(/>|><v>[^<]*</v></c>)`), `<c r="${ref}" s="$1"><v>${value}</v></c>`);
	}
	want = want.replace(/(<f>[^<]*<\/f>)<v>[^<]*<\/v>/g, '$1');
	assert.equal(is.get('xl/s.xml').bytes.toString(), want);
	await bytesOf(`/mark-fills/${plan.plan}/file.xlsx`, 'otherTeacher', 404);
	await call(204, 'DELETE', `/mark-fills/${plan.plan}`, 'teacher');
	await bytesOf(`/mark-fills/${plan.plan}/file.xlsx`, 'teacher', 404);
});

test('a cell with a formula is not written', async () => {
	await put('hoa', 'tx1', 90);
	const plan = await upload('fill', zip(foreign(ROWS)));
	const cell = plan.cells.find((c) => c.row === 10 && c.column === 6);
	assert.deepEqual([cell.action, codes(cell)], ['refused', ['sheet.formula_kept']]);
});

test('marks are read from such a file: what is not sure is said row by row, empty cells take nothing', async () => {
	const rows = [['HS1', 'Nguyễn Thị Ánh', '', '7,5', 6, null, null, 8], /* code and name */
		['', 'Trần Văn Bình', '', 5, null, null, null, null], /* two of that name */
		['HS1', 'Lê Thị Hoà', '', 5, null, null, null, null], /* another's code */
		['', 'Lê Thị Hoà', '01/01/2011', 5, null, null, null, null], /* another birth date */
		['', 'Người Lạ', '', 5, null, null, null, null],
		['HS2', 'Trần Văn Bình', '', 85, null, null, null, null],
		['', 'Trần Văn Bình', '30/11/2011', 4, null, null, null, null],
		['', 'le thi hoa', '', 3, null, null, null, null]];
	const was = await marks();
	const plan = await read(zip(foreign(rows)));
	assert.deepEqual(plan.rows.map((r) => [r.row, codes(r)[0]]), [[8, 'sheet.row_same_name'], [9, 'sheet.row_code_other'],
		[10, 'sheet.row_birth_other'], [11, 'sheet.row_unknown'], [14, 'sheet.row_by_name']]);
	assert.deepEqual(plan.unseen, []);
	assert.deepEqual(brief(plan), [[7, 6, 'change', '8,5', '7,5'], [7, 7, 'change', '8', '6'], [7, 10, 'change', '', '8'],
		[12, 6, 'ask', '6,5', '8,5'], [13, 6, 'change', '', '4'], [14, 6, 'change', '9', '3']]);
	await commit(plan, { why: 'từ vnEdu' });
	const now = await marks();
	assert.deepEqual(now.an, { ...was.an, tx1: 75, tx2: 60, ck: 80 });
	assert.deepEqual(now.binh, was.binh, 'who was asked for is not written without a yes');
	assert.deepEqual([now.binh2.tx1, now.hoa.tx1], [40, 30]);
});

test('the same student twice, and names that another letter makes', async () => {
	const plan = await read(zip(foreign([['HS1', 'Nguyễn Thị Ánh', '', 1, null, null, null, null],
		['', 'NGUYỄN THỊ ÁNH'.normalize('NFD'), '28/02/2011', 2, null, null, null, null],
		['HS2', 'Trần Văn Bình', '', 3, null, null, null, null], ['HS3', 'Trần Văn Bình', '', 3, null, null, null, null]])));
	assert.deepEqual(plan.rows.map((r) => [r.row, codes(r), r.student]), [[7, ['sheet.row_twice'], null], [8, ['sheet.row_twice'], null]]);
	assert.match(plan.rows[0].messages[0].detail, /Dòng 8/);
	assert.deepEqual(plan.unseen.map((s) => s.fullName), ['Nguyễn Thị Ánh', 'Lê Thị Hoà']);
});

test("another class's, subject's or term's file is refused in a sentence", async () => {
	const titles = (subject, of, term) => [['TRƯỜNG'], [`Môn: ${subject}`, 'Lớp:', of], [`HỌC KỲ ${term}`]];
	for (const [sheet, code, text] of [[{ titles: titles('Vật lí', '10A2', 'I') }, 'sheet.other_class', /10A2/],
		[{ name: '10A3', titles: [] }, 'sheet.other_class', /10A3/],
		[{ titles: titles('Hoá học', '10A1', 'I') }, 'sheet.other_subject', /Vật lí/],
		[{ titles: titles('Lý', '10A1', 'II') }, 'sheet.other_term', /học kì 1/]]) {
		const problem = await read(zip(foreign(ROWS, sheet)), { status: 422 });
		assert.equal(problem.code, code);
		assert.match(problem.detail, text);
	}
	const others = await read(zip(foreign([['A1', 'Phan Văn Một', '', 1, null, null, null, null], ['A2', 'Phan Văn Hai', '', 1, null, null, null, null],
		['HS1', 'Nguyễn Thị Ánh', '', 1, null, null, null, null]], { titles: [] })), { status: 422 });
	assert.equal(others.code, 'sheet.few_known');
	assert.match(others.detail, /1 trong 3/);
	const second = `/marks/${school.class}/${school.subject}/${school.terms[1]}`;
	await call(201, 'POST', `${second}/columns`, 'teacher', { kind: 'tx', position: 1 });
	assert.equal((await read(await bytesOf(`${at}/sheet.xlsx`), { status: 422, place: second })).code, 'sheet.other_place');
	assert.equal((await read(xlsx([['Họ và tên', 'Ghi chú'], ['Nguyễn Thị Ánh', 'x']], 'Sheet1'), { status: 422 })).code, 'sheet.file_none');
	assert.equal((await read(Buffer.from('PK no workbook'), { status: 422 })).code, 'import.file_damaged');
	assert.equal((await upload('fill', zip(foreign(ROWS)), { who: 'otherTeacher', status: 403 })).status, 403);
});

test('older headings, other words, and a file of several sheets', async () => {
	const old = await read(xlsx([['Họ và tên', 'Miệng', "15'", '1 tiết', 'Thi HK', 'TBM'],
		['Nguyễn Thị Ánh', 2, 3, 4, 5, 9]], 'Sheet1'));
	assert.deepEqual(old.columns.map((c) => [c.title, c.mark && c.mark.kind + c.mark.position]),
		[['Miệng', 'tx1'], ["15'", 'tx2'], ['1 tiết', 'gk1'], ['Thi HK', 'ck1']]);
	assert.deepEqual(codes(old.columns[0]), ['sheet.column_old']);
	const smas = await read(xlsx([['Họ tên', 'Điểm KTTX 1', 'Điểm KTTX 2', 'KTGK', 'KTCK', 'ĐTB'], ['Nguyễn Thị Ánh', 2, 3, 4, 5, 9]], 'HK1'));
	assert.deepEqual(smas.columns.map((c) => c.mark.kind + c.mark.position), ['tx1', 'tx2', 'gk1', 'ck1']);
	const one = xlsxParts([['Họ và tên', 'TX1'], ['Nguyễn Thị Ánh', 1]], 'Nháp');
	const two = xlsxParts([['Lớp 10A1'], ['Họ và tên', 'TX1'], ['Nguyễn Thị Ánh', 2]], 'Lý');
	const both = zip({ ...one, 'xl/t.xml': two['xl/s.xml'],
		'xl/workbook.xml': one['xl/workbook.xml'].replace('</sheets>', '<sheet name="Lý" r:id="r2"/></sheets>'),
		'xl/_rels/workbook.xml.rels': one['xl/_rels/workbook.xml.rels'].replace('</Relationships>', '<Relationship Id="r2" Type="x/worksheet" Target="t.xml"/></Relationships>') });
	const best = await read(both);
	assert.deepEqual(best.sheets.map((s) => [s.name, s.isRead, codes(s)]), [['Nháp', false, ['sheet.not_read']], ['Lý', true, []]]);
	assert.deepEqual(best.cells.map((c) => c.new), ['2']);
	const other = await read(both, { query: '?sheet=0' });
	assert.deepEqual([other.sheets[0].isRead, other.cells.map((c) => c.new)], [true, ['1']]);
	await read(both, { query: '?sheet=7', status: 422 });
});

test('a subject judged by comments: Đ and CĐ', async () => {
	const music = await insert(db, 'subject', { school_id: school.id, code: 'nhac', name: 'Âm nhạc', kind: 2 });
	await insert(db, 'teaching', { school_id: school.id, class_id: school.class, subject_id: music, person_id: school.teacher.id });
	const place = `/marks/${school.class}/${music}/${school.terms[0]}`;
	await call(201, 'POST', `${place}/columns`, 'teacher', { kind: 'tx', position: 1 });
	const form = await bytesOf(`${place}/sheet.xlsx`);
	assert.match(unzip(form).get('xl/worksheets/sheet1.xml').bytes.toString(), /<formula1>"Đ,CĐ,V"<\/formula1>/);
	const plan = await read(await fill(form, [['an', 'ĐĐGtx 1', 'Đ'], ['binh', 'ĐĐGtx 1', 'chưa đạt'], ['hoa', 'ĐĐGtx 1', 8]]), { place });
	assert.deepEqual(plan.cells.map((c) => [c.action, c.new, codes(c)]).sort(),
		[['change', 'CĐ', []], ['change', 'Đ', []], ['refused', '', ['sheet.value_comment']]].sort());
	await commit(plan);
	const filled = await upload('fill', xlsx([['Họ và tên', 'Mã HS', 'TX1'], ['Nguyễn Thị Ánh', 'HS1', ''], ['Trần Văn Bình', 'HS2', '']], 'Nhạc'), { place });
	const found = cells(await bytesOf(`/mark-fills/${filled.plan}/file.xlsx`), 'xl/s.xml');
	assert.deepEqual([found.C2, found.C3].filter(Boolean), []);
	assert.equal(filled.counts.change, 2);
});

test('an archive that grows out of all proportion is refused', async () => {
	const bomb = zip({ ...xlsxParts([['Họ và tên', 'TX1'], ['Nguyễn Thị Ánh', 1]]),
		'xl/s.xml': { bytes: Buffer.alloc(3 << 20, 32), isDeflated: true } });
	assert.equal((await upload('fill', bomb, { status: 422 })).code, 'import.file_large');
});
