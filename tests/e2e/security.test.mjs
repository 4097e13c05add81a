/*
 * Where each point of the security list is tested. What nobody else tests is tested here.
 *
 *   keep-alive, then an upgrade to nothing (CVE-2025-11677)   sockets: keep-alive, then …
 *   foreign Origin                          sockets: a cookie opens a socket only …, account: a page of another site
 *   missing, doubled, malformed Host        http: refuses …, sockets: a handshake without Host
 *   Content-Length with Transfer-Encoding   http: refuses length and chunked, what comes behind a refused request
 *   pipelined requests with bodies          limits: pipelined requests
 *   oversize frame                          sockets: a frame at the limit is read, one past it is not
 *   oversize body                           limits: a body past its route's limit, here: uploads
 *   no compression of frames                sockets: no compression is offered
 *   slow headers, slow bodies               http: a head that trickles, limits: a body that trickles, hundreds of slow clients
 *   slow TLS handshake                      tls: a handshake that never ends
 *   limits by session and by address        limits: one session that asks too fast; sockets: a session has only so many
 *   message flood                           sockets: a flood of messages
 *   full queues                             limits: a full queue says so
 *   Argon2 flood                            here: a flood of passwords
 *   guessing passwords                      account: guessing has to wait; province: who guesses an officer's …; core/auth/test_throttle.c
 *   accounts do not show by time or words   account: wrong name and wrong password; ws/service/test_sign_in.c
 *   Argon2id's cost, the block list         core/auth/test_password.c
 *   zip bombs, names that climb, links      here; oneroster: an archive that would …; core/doc/test_zip.c at each limit and one past
 *   DOCTYPE and entities                    here; core/doc/test_xml.c, test_xlsx_read.c
 *   formulas in what is exported            desk: files say who …; core/doc/test_xlsx_write.c, core/base/test_csv.c
 *   question HTML                           exam/bank/test_rich.c, fuzz/fuzz_html.c; headers: http: every answer carries …
 *   JSON: depth, doubled names, numbers     account: bodies that are not what they claim; sockets: a frame that is none
 *   files outside of the web client         http: nothing outside …
 *   tokens, passwords, codes in the log     here: the log holds no secret
 *   personal ids in the database            here: a personal id is sealed in its column
 *   tokens in the database                  account: the database holds no token
 *   TLS, Secure cookie, HSTS                tls
 *   TLS to the database, LOCAL INFILE       core/db/test_tls.c, core/db/test_db.c
 *   TLS to relays, gateways, provinces      deliveries_tls, courier_false: another authority, key, receipt
 *   codes of enrolment, forged batches      province: a code is worth nothing …, nothing is believed …; courier_false
 *   addresses that an office names          here: a destination leads to no server of this machine; core/net/test_address.c
 *   another student's attempt, the board    sockets: another student's attempt, the board …
 *   another school's everything             matrix; one id of it in a good request: strangers
 *   a ticket opens one attempt              matrix: ticket, otherTicket
 *   guesses under another spelling          account: guessing has to wait
 *   SQL and HTML in every text field        payloads
 *   paper before the bell                   bell, sitting: before the bell …
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { after, before, test } from 'node:test';
import { Server, pause, until } from './lib/server.mjs';
import { Raw } from './lib/raw.mjs';
import { PASSWORD, connectDb, makeSchool, makeSitting, signIn } from './lib/people.mjs';
import { xlsx, xlsxParts, zip } from './lib/xlsx.mjs';

let server;
let db;
let school;
let office;
let teacher;
let bank;
let lure; /* a server that nobody may ask for anything */
let lured = 0;

before(async () => {
	lure = createServer((request, response) => {
		lured++;
		response.end('<!ENTITY stolen "x">');
	});
	await new Promise((done) => lure.listen(0, '127.0.0.1', done));
	server = await Server.start({ 'limit.address_per_second': 1000, 'argon2.queue': 4, 'exchange.this_machine': 0 });
	db = await connectDb(server);
	school = await makeSchool(db, 'ALPHA');
	office = await signIn(server, school.office);
	teacher = await signIn(server, school.teacher);
	const made = await server.call('POST', '/api/v1/banks',
		{ as: teacher, body: { name: 'Kho', subjectId: school.subject, isShared: false } });
	bank = (await made.json()).id;
});

after(async () => {
	lure?.close();
	await db?.end();
	await server?.stop();
});

const isAlive = async () => (await fetch(`${server.url}/healthz`)).status === 200;

async function upload(path, as, bytes, name) {
	const form = new FormData();
	form.append('file', new Blob([bytes]), name);
	const response = await fetch(`${server.url}/api/v1${path}`,
		{ method: 'POST', body: form, headers: { Authorization: `Bearer ${as.token}` } });
	return { status: response.status, text: await response.text() };
}

/* ---- files from outside ---- */

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const paragraph = (text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const LINES = ['Câu 1. Hai cộng hai bằng', 'A. 3', 'B. 4', 'C. 5', 'D. 6', 'Đáp án: B'];
const documentXml = (lines) =>
	`<w:document xmlns:w="${WORD}"><w:body>${lines.map(paragraph).join('')}</w:body></w:document>`;
const LIST = [['STT', 'Mã HS', 'Họ và tên', 'Ngày sinh'], [1, 'S1', 'Trần Văn Bình', '05/09/2011']];

const kinds = [
	{
		kind: 'docx', main: 'word/document.xml', taken: 201, xml: documentXml(LINES),
		others: ['_rels/.rels', 'word/_rels/document.xml.rels', 'word/styles.xml', 'word/numbering.xml'],
		parts: () => ({
			'_rels/.rels': '<Relationships><Relationship Id="a" Target="word/document.xml" '
				+ 'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
			'word/_rels/document.xml.rels': '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
			'word/styles.xml': `<w:styles xmlns:w="${WORD}"/>`,
			'word/numbering.xml': `<w:numbering xmlns:w="${WORD}"/>`,
			'word/document.xml': documentXml(LINES),
		}),
		send: (bytes) => upload(`/banks/${bank}/import`, teacher, bytes, 'đề.docx'),
	},
	{
		kind: 'xlsx', main: 'xl/s.xml', taken: 200, xml: xlsxParts(LIST)['xl/s.xml'],
		others: ['_rels/.rels', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels'],
		parts: () => xlsxParts(LIST),
		send: (bytes) => upload(`/roster/import?year=${school.year}`, office, bytes, 'lớp.xlsx'),
	},
];

const many = (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`x/${i}`, '']));
const blanks = (xml, n) => ({ bytes: Buffer.concat([Buffer.from(xml), Buffer.alloc(n, 0x20)]), isDeflated: true });
const inside = (xml, word) => xml.replace(/(<w:t>|<t>)[^<]*/, `$1${word}`);
const doctype = (declarations, word) => (xml) => `<!DOCTYPE x [${declarations}]>${inside(xml, word)}`;
const lureUrl = () => `http://127.0.0.1:${lure.address().port}/x.dtd`;
const laughs = Array.from({ length: 12 }, (_, i) =>
	`<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('');

/* What becomes of a good file: new parts, given the good ones and the kind. */
const refusedArchives = [
	['a part that inflates a thousandfold', (parts, k) => ({ ...parts, [k.main]: blanks(k.xml, 8 << 20) })],
	['a part that says it is small', (parts, k) => ({ ...parts, [k.main]: { ...blanks(k.xml, 4 << 20), declaredBytes: 100 } })],
	['2001 entries', (parts) => ({ ...many(2001 - Object.keys(parts).length), ...parts })],
	['an archive in the place of a part', (parts, k) => ({ ...parts, [k.main]: zip({ [k.main]: blanks(k.xml, 1 << 20) }) })],
	['a name that climbs', (parts) => ({ ...parts, '../../../../tmp/truongthi-climbed': 'x' })],
	['a name that climbs from inside', (parts) => ({ ...parts, 'word/../../x': 'x' })],
	['an absolute name', (parts) => ({ ...parts, '/tmp/truongthi-climbed': 'x' })],
	['a name of another system', (parts) => ({ ...parts, '..\\..\\x': 'x' })],
	['a drive', (parts) => ({ ...parts, 'C:x': 'x' })],
	['a part that is a link', (parts, k) => ({ ...parts, [k.main]: { bytes: '/etc/passwd', mode: 0o120777 } })],
	['a link beside', (parts) => ({ ...parts, 'x/link': { bytes: '/etc/passwd', mode: 0o120777 } })],
];
const refusedXml = [
	['a DOCTYPE', doctype('', 'x')],
	['a file as an entity', doctype('<!ENTITY e SYSTEM "file:///etc/passwd">', '&e;')],
	['an address as an entity', (xml) => doctype(`<!ENTITY e SYSTEM "${lureUrl()}">`, '&e;')(xml)],
	['an address as a DTD', (xml) => `<!DOCTYPE x SYSTEM "${lureUrl()}">${xml}`],
	['a parameter entity', (xml) => doctype(`<!ENTITY % p SYSTEM "${lureUrl()}"> %p;`, '&stolen;')(xml)],
	['a thousand million laughs', doctype(`<!ENTITY a0 "ha">${laughs}`, '&a12;')],
	['an entity of nobody', (xml) => inside(xml, '&nbsp;')],
	['a DOCTYPE in UTF-16', (xml) => Buffer.from(`\ufeff${doctype('<!ENTITY e "x">', '&e;')(xml)}`, 'utf16le')],
	['ten thousand elements deep', (xml) => inside(xml, '</t>').replace('</t>', '<a>'.repeat(10_000))],
];

for (const k of kinds) {
	test(`${k.kind}: a good file is taken, also with 2000 entries`, async () => {
		const parts = k.parts();
		const { status, text } = await k.send(zip(parts));
		assert.equal(status, k.taken, text);
		assert.ok(text.includes(k.kind === 'docx' ? 'Hai cộng hai' : 'Trần Văn Bình'));
		const boast = { ...parts, [k.main]: { bytes: k.xml, isDeflated: true, declaredBytes: 0xFFFFFFF0 } };
		const claimed = await k.send(zip(boast));
		assert.ok([422, k.taken].includes(claimed.status), 'four gigabytes that are not there cost nothing');
		const most = await k.send(zip({ ...many(2000 - Object.keys(parts).length), ...parts }));
		assert.equal(most.status, k.taken, most.text);
	});

	for (const [name, change] of refusedArchives) {
		test(`${k.kind}: refuses ${name}`, async () => {
			const bytes = zip(change(k.parts(), k));
			await pause(20); /* making it took a while: connections that were closed meanwhile are seen */
			const { status, text } = await k.send(bytes);
			assert.equal(status, 422, text);
			assert.ok(JSON.parse(text).code);
			assert.ok(!text.includes('root:'));
			assert.ok(await isAlive());
		});
	}

	for (const [name, change] of refusedXml) {
		test(`${k.kind}: refuses ${name}`, async () => {
			const { status, text } = await k.send(zip({ ...k.parts(), [k.main]: change(k.xml) }));
			assert.equal(status, 422, text);
			assert.ok(!text.includes('root:') && !text.includes('haha'));
			assert.ok(await isAlive());
		});
	}

	test(`${k.kind}: a DOCTYPE in any other part brings nothing in`, async () => {
		for (const name of k.others) {
			const parts = k.parts();
			parts[name] = `<!DOCTYPE x [<!ENTITY e SYSTEM "${lureUrl()}">]>${parts[name]}`;
			const { status, text } = await k.send(zip(parts));
			assert.ok([422, k.taken].includes(status), `${name}: ${status} ${text}`);
		}
		assert.ok(await isAlive());
	});
}

test('nothing that a file points to is fetched', async () => {
	const parts = kinds[0].parts();
	parts['word/_rels/document.xml.rels'] = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
		+ '<Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
		+ `Target="${lureUrl()}" TargetMode="External"/></Relationships>`;
	parts['word/document.xml'] = `<w:document xmlns:w="${WORD}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:body>${LINES.map(paragraph).join('')}
		<w:p><w:r><w:drawing><a:blip r:link="r9" r:embed="r9"/></w:drawing></w:r></w:p></w:body></w:document>`;
	const { status, text } = await kinds[0].send(zip(parts));
	assert.equal(status, 201, text);
	assert.equal(lured, 0);
});

test('an upload at the limit is read, one byte more is not', async () => {
	for (const k of kinds) {
		const at = await k.send(Buffer.alloc(8 << 20, 'x'));
		assert.equal(at.status, 422, `${k.kind}: read, and no such file: ${at.text}`);
		const past = await k.send(Buffer.alloc((8 << 20) + 1, 'x'));
		assert.equal(past.status, 413, `${k.kind}: ${past.text}`);
		assert.notEqual(JSON.parse(at.text).code, JSON.parse(past.text).code);
	}
	const raw = await Raw.open(server.port);
	await raw.send(`POST /api/v1/banks/${bank}/import HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${teacher.token}\r\n` +
		`Content-Type: multipart/form-data; boundary=x\r\nContent-Length: ${(9 << 20) + 1}\r\n\r\n`);
	assert.equal((await raw.response()).status, 413, 'before a byte of it was sent');
	raw.end();
});

/* ---- floods ---- */

test('a flood of passwords has a queue of its own: tickets and all others go on meanwhile', async () => {
	const sitting = await makeSitting(db, school);
	const given = await server.call('POST', `/api/v1/rooms/${sitting.room}/tickets?as=json`, { as: teacher });
	const tickets = (await given.json()).items;
	let isOver = false;
	const statuses = new Map();
	/* They try again as soon as they are answered, until the others have been served. */
	const flood = Array.from({ length: 24 }, async (_, i) => {
		while (!isOver) {
			const response = await server.call('POST', '/api/v1/session', { headers: { Connection: 'close' },
				body: { school: school.code, name: `flood${i}`, password: 'sai mật khẩu' } });
			await response.text();
			statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
			if (response.status === 503) {
				assert.ok(Number(response.headers.get('retry-after')) >= 1);
			}
		}
	});
	try {
		await until('the queue of passwords is full', () => statuses.has(503));
		for (const { code } of tickets) {
			const response = await server.call('POST', '/api/v1/session', { body: { ticket: code } });
			assert.equal(response.status, 200, await response.text());
		}
		assert.equal((await server.call('GET', '/api/v1/session', { as: teacher })).status, 200);
		assert.equal((await server.call('GET', '/api/v1/time')).status, 200);
		assert.ok(await isAlive());
	} finally {
		isOver = true;
		await Promise.all(flood);
	}
	assert.deepEqual([...statuses.keys()].filter((s) => ![401, 429, 503].includes(s)), []);
	const after = await server.call('POST', '/api/v1/session',
		{ body: { school: school.code, name: 'teacher', password: PASSWORD } });
	assert.equal(after.status, 200, 'and then it is over');
});

/* ---- what must not be kept ---- */

test('a personal id is sealed in its column', async () => {
	const id = '079311004711';
	const list = [['STT', 'Mã HS', 'Họ và tên', 'Ngày sinh', 'Số định danh'], [1, 'ID1', 'Lê Định Danh', '05/09/2011', id]];
	const { status, text } = await kinds[1].send(xlsx(list));
	assert.equal(status, 200, text);
	const plan = JSON.parse(text);
	const done = await server.call('POST', `/api/v1/roster/import/${plan.plan}/commit`, { as: office, body: { hash: plan.hash } });
	assert.equal(done.status, 200, await done.text());
	const [columns] = await db.query('SELECT table_name AS t, column_name AS c FROM information_schema.columns'
		+ " WHERE table_schema = 'truongthi'");
	let looked = 0;
	for (const { t, c } of columns) {
		const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM ?? WHERE INSTR(CAST(?? AS BINARY), ?) > 0', [t, c, id]);
		assert.equal(Number(n), 0, `${t}.${c}`);
		looked++;
	}
	assert.ok(looked > 100);
	const [[{ n }]] = await db.query('SELECT COUNT(*) AS n FROM person p JOIN student s'
		+ ' ON s.person_id = p.id WHERE p.personal_id_box IS NOT NULL AND s.code = ?', ['ID1']);
	assert.equal(Number(n), 1, 'it is there');
});

test('the log holds no secret', async () => {
	const sitting = await makeSitting(db, school);
	const given = await server.call('POST', `/api/v1/rooms/${sitting.room}/tickets?as=json`, { as: teacher });
	const tickets = (await given.json()).items;
	const wrong = 'mật khẩu gõ nhầm 4711';
	for (const body of [{ school: school.code, name: 'teacher', password: wrong }, { ticket: tickets[0].code },
		{ ticket: '000-000-000-000-000-000' }]) {
		await (await server.call('POST', '/api/v1/session', { body })).text();
	}
	await (await server.call('GET', `/api/v1/session?token=${teacher.token}`, { as: teacher })).text();
	await (await server.call('GET', '/api/v1/none', { headers: { Cookie: teacher.cookie } })).text();
	const secrets = [wrong, PASSWORD, teacher.token, teacher.cookie.split('=')[1], ...tickets.map((t) => t.code)];
	for (const secret of secrets) {
		assert.ok(secret.length > 8 && !server.log.includes(secret), secret);
	}
	assert.ok(server.log.includes('ev=serve.start'), 'there is a log');
});

/* What is no spelling of an address is a name for us, and the loopback for the resolver. */
const HERE = ['127.1', '2130706433', '0x7f.1'];

test('a destination leads to no server of this machine', async () => {
	let asked = 0;
	const listener = createTcp((socket) => {
		asked++;
		socket.destroy();
	});
	await new Promise((done) => listener.listen(0, '127.0.0.1', done));
	const { port } = listener.address();
	const code = `ABCD-EFGH-${'0'.repeat(24)}`;
	const field = async (path, body, want) => {
		const { errors } = await server.answer(422, 'POST', path, office, body);
		assert.deepEqual(errors.map((e) => [e.field, e.code]), want, JSON.stringify(body));
	};
	try {
		for (const host of ['127.0.0.1', 'localhost', ...HERE]) {
			await field('/destinations/enrol', { name: 'Sở', url: `https://${host}:${port}`, code }, [['url', 'destination.address']]);
		}
		for (const host of ['127.0.0.1', '::1', 'localhost', '0.0.0.0', '169.254.169.254', '/run/mysqld/mysqld.sock']) {
			await field('/destinations', { kind: 'mariadb', name: 'Kho', host, port, database: 'd', user: 'u', password: 'p' },
				[['host', 'destination.address']]);
		}
		for (const [i, host] of HERE.entries()) {
			const { id } = await server.answer(201, 'POST', '/destinations', office,
				{ kind: 'mariadb', name: `Kho ${i}`, host, port, database: 'd', user: 'u', password: 'p' });
			const stopped = await until('it stops', async () => {
				const d = await server.answer(200, 'GET', `/destinations/${id}`, office);
				return d.state === 'stopped' && d;
			});
			assert.equal(stopped.error.code, 'destination.address');
			await server.answer(204, 'DELETE', `/destinations/${id}`, office);
		}
		assert.equal(asked, 0);
	} finally {
		listener.close();
	}
});

test('a password that is kept goes to no other server', async () => {
	const { kind, ...made } = { kind: 'mariadb', name: 'Kho', host: '127.1', port: 3306, database: 'd', user: 'u' };
	let { id, version } = await server.answer(201, 'POST', '/destinations', office, { kind, ...made, password: 'bí mật' });
	await server.answer(204, 'POST', `/destinations/${id}/pause`, office);
	const put = async (status, change) => {
		version = (await server.answer(200, 'GET', `/destinations/${id}`, office)).version;
		return server.answer(status, 'PUT', `/destinations/${id}`, office, { ...made, ...change, version });
	};
	for (const elsewhere of [{ host: '127.2' }, { port: 3307 }]) {
		const { errors } = await put(422, elsewhere);
		assert.deepEqual(errors.map((e) => [e.field, e.code]), [['password', 'destination.password_again']]);
	}
	await put(200, { name: 'Kho mới' });
	await put(200, { host: '127.2', password: 'khác' });
});
