/*
 * The office of an empty school sets it up from a OneRoster bundle: looks at what it would make,
 * another maker's among them, and does exactly that, once.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { insert, makeMember, signIn } from './lib/people.mjs';
import { startSchools, stopSchools } from './lib/schools.mjs';
import { smallBundle } from './lib/small_bundle.mjs';

const PATIENCE_MS = 300_000;

let all;
let serial = 0;

/** A school with its office alone, signed in. */
async function emptySchool(officeName = 'Văn Phòng Mới') {
	const code = `moi${++serial}`;
	const id = await insert(all.db, 'school', { commune_id: 1, code, name: `Trường ${code}`, level: 'thpt', created_at_ms: Date.now() });
	return { id, office: await signIn(all.server, await makeMember(all.db, { id, code }, 'office', 'co.mai', officeName)) };
}

before(async () => {
	all = await startSchools(['office']);
});

after(() => stopSchools(all));

const call = (...words) => all.server.answer(...words);

async function upload(bytes, as, status = 200) {
	const form = new FormData();
	form.append('file', new Blob([bytes]), 'Gói của trường.zip');
	const response = await fetch(`${all.server.url}/api/v1/oneroster/imports`,
		{ method: 'POST', body: form, headers: { Authorization: `Bearer ${as.token}` } });
	const answer = await response.json();
	assert.equal(response.status, status, JSON.stringify(answer));
	return answer;
}

const count = async (table, school) => Number((await all.db.query(`SELECT COUNT(*) AS n FROM ${table} WHERE school_id = ?`, [school.id]))[0][0].n);

test("another maker's bundle: looked at, then made exactly so, once", { timeout: PATIENCE_MS }, async () => {
	const school = await emptySchool('Trần Mai');
	const { office } = school;
	const plan = await upload(smallBundle('Bình', { front: '\uFEFF', end: '\n' }), office);
	assert.equal(plan.fileName, 'Gói của trường.zip');
	assert.deepEqual(plan.makes, { schoolCode: 'S1', schoolName: 'Trường Bình', year: '2026-2027', subjects: 2, classes: 1, teachers: 1,
		students: 2, enrolments: 2, teaching: 1, columns: 0, marks: 0, exemptions: 0, peopleLeftOut: 1, columnsLeftOut: 1, marksLeftOut: 1 });
	assert.deepEqual(plan.files.find((f) => f.name === 'users.csv'), { name: 'users.csv', rows: 5 });
	assert.deepEqual(plan.messages.map((m) => [m.level, m.file, m.code]), [['warning', 'lineItems.csv', 'oneroster.other_columns']]);
	assert.match(plan.messages[0].detail, /Bỏ qua 1 cột điểm/);
	assert.equal(await count('class', school), 0);
	assert.deepEqual(await call(200, 'GET', `/oneroster/imports/${plan.plan}`, office), plan);
	await call(404, 'GET', `/oneroster/imports/${plan.plan}`, all.office);
	await call(404, 'POST', `/oneroster/imports/${plan.plan}/commit`, all.office, { hash: plan.hash });
	await call(409, 'POST', `/oneroster/imports/${plan.plan}/commit`, office, { hash: '0'.repeat(64) });
	assert.equal(await count('class', school), 0);

	const other = await upload(smallBundle('Khác'), office);
	const both = await Promise.all([plan, other].map((p) => all.server.call('POST', `/api/v1/oneroster/imports/${p.plan}/commit`,
		{ as: office, body: { hash: p.hash } }).then(async (r) => ({ status: r.status, body: await r.json() }))));
	assert.deepEqual(both.map((r) => r.status).sort(), [200, 409], 'of two at once one is done');
	assert.equal(both.find((r) => r.status === 409).body.code, 'oneroster.school_not_empty');
	const done = both[0].status === 200 ? plan : other;
	assert.deepEqual(both.find((r) => r.status === 200).body.makes, done.makes);
	/* Sent again after its answer was lost. */
	assert.deepEqual((await call(200, 'POST', `/oneroster/imports/${done.plan}/commit`, office, { hash: done.hash })).makes, done.makes);

	const { items: classes } = await call(200, 'GET', '/classes', office);
	assert.deepEqual(classes.map((c) => [c.name, c.grade, c.studentCount]), [['10A1', 10, 2]]);
	const { items: teachers } = await call(200, 'GET', '/teachers', office);
	assert.deepEqual(teachers.map((t) => [t.fullName, t.login, t.id]), [['Trần Mai', 'co.mai', String(office.id)]], 'who is of the office, too');
	const { items: subjects } = await call(200, 'GET', '/subjects', office);
	assert.deepEqual(subjects.map((s) => [s.code, s.name]), [['toan', 'Toán'], ['van', 'Ngữ văn']]);
	const [[year]] = await all.db.query('SELECT code, CAST(ends_on AS CHAR) AS last FROM school_year WHERE school_id = ?', [school.id]);
	assert.deepEqual([year.code, year.last], ['2026-2027', '2027-05-31']);
	const { items: log } = await call(200, 'GET', '/audit', office);
	assert.deepEqual(log.map((row) => row.action).filter((action) => action.startsWith('bundle.')), ['bundle.import']);

	const late = await upload(smallBundle('Bình'), office);
	assert.equal(late.plan, null);
	assert.deepEqual(late.messages.map((m) => m.code), ['oneroster.school_not_empty']);
});

test('what is wrong is said by file, row and column, and nothing is kept', { timeout: PATIENCE_MS }, async () => {
	const school = await emptySchool();
	const { office } = school;
	const cases = [
		[smallBundle('Sai', { change: (rows) => ({ ...rows, roles: [...rows.roles, 'r5,,,nobody,primary,student,,,org-1,'] }) }),
			['roles.csv', 6, 4, 'oneroster.reference']],
		[smallBundle('Sai', { change: (rows) => ({ ...rows, academicSessions: rows.academicSessions.slice(0, 3) }) }),
			['academicSessions.csv', 0, 0, 'oneroster.year']],
		[smallBundle('Sai', { change: ({ classes, ...rows }) => rows }), ['classes.csv', 0, 0, 'oneroster.file_missing']],
		[Buffer.from('PK no archive'), ['', 0, 0, 'oneroster.no_zip']],
		/* co.mai of the office is called otherwise. */
		[smallBundle('Sai'), ['users.csv', 2, 0, 'oneroster.login_taken']],
	];
	for (const [bytes, want] of cases) {
		const answer = await upload(bytes, office);
		assert.deepEqual([answer.plan, answer.hash, answer.makes], [null, null, null]);
		const first = answer.messages.find((m) => m.level === 'error');
		assert.deepEqual([first.file, first.row, first.column, first.code], want);
		assert.ok(first.detail.length > 10 && !first.detail.includes('{'), first.detail);
	}
	assert.equal(await count('import_plan', school), 0);
	for (const [bytes, status] of [[8 << 20, 200], [(8 << 20) + 1, 413]]) {
		const big = await fetch(`${all.server.url}/api/v1/oneroster/imports`, { method: 'POST', body: Buffer.alloc(bytes),
			headers: { Authorization: `Bearer ${office.token}`, 'Content-Type': 'application/octet-stream', 'X-File-Name': 'lon.zip' } });
		assert.equal(big.status, status, await big.text());
	}
});

test('a preview is thrown away', { timeout: PATIENCE_MS }, async () => {
	const { office } = await emptySchool('Trần Mai');
	const plan = await upload(smallBundle('Bỏ'), office);
	await call(204, 'DELETE', `/oneroster/imports/${plan.plan}`, office);
	await call(404, 'GET', `/oneroster/imports/${plan.plan}`, office);
	await call(404, 'POST', `/oneroster/imports/${plan.plan}/commit`, office, { hash: plan.hash });
});
