/*
 * An exam room as it looks in the middle of an exam: a paper with every kind of question, a class,
 * and students who work on it over sockets of their own. Made through the server's own doors.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Hall } from '../e2e/lib/hall.mjs';
import { makeMember, signIn } from '../e2e/lib/people.mjs';
import { parabolaPng } from '../fixtures/office_files.mjs';
import { PATIENCE, pause } from './lib.mjs';

const m = (latex) => `<span class="math">${latex}</span>`;
const options = (...htmls) => htmls.map((html, i) => ({ id: 'ABCD'[i], html }));
const statements = (...htmls) => htmls.map((html, i) => ({ id: 'abcd'[i], html }));

/* Four parts: one of four, true or false, short answers, and the rest. */
const questions = (picture) => [
	[0, { kind: 'single', key: 'B', stem: `Cho hàm số ${m('y = x^2 - 2x - 1')} có đồ thị như hình dưới đây. Trục đối xứng của đồ thị là đường thẳng nào?<br><img data-picture="${picture}" width="289" height="289" alt="Đồ thị của một hàm số bậc hai">`,
		options: options(m('x = -1'), m('x = 1'), m('x = 2'), m('x = -2')) }],
	[0, { kind: 'single', key: 'A', stem: `Tích phân ${m('\\int_0^1 \\frac{x\\,dx}{\\sqrt{x^2 + 1}}')} bằng`,
		options: options(m('\\sqrt{2} - 1'), m('\\sqrt{2} + 1'), m('\\frac{\\sqrt{2}}{2}'), m('\\ln 2')) }],
	[0, { kind: 'single', key: 'C', stem: `Nghiệm của phương trình ${m('\\log_2 (x - 1) = 3')} là`,
		options: options(m('x = 7'), m('x = 8'), m('x = 9'), m('x = 10')) }],
	[0, { kind: 'single', key: 'D', stem: `Trong không gian ${m('Oxyz')}, cho hai điểm ${m('A(1;\\,2;\\,3)')} và ${m('B(3;\\,2;\\,1)')}. Trung điểm của đoạn thẳng ${m('AB')} có toạ độ là`,
		options: options(m('(1;\\,0;\\,-1)'), m('(4;\\,4;\\,4)'), m('(2;\\,0;\\,-2)'), m('(2;\\,2;\\,2)')) }],
	[0, { kind: 'single', key: 'B', stem: `Cấp số cộng ${m('(u_n)')} có ${m('u_1 = 2')} và công sai ${m('d = 3')}. Số hạng ${m('u_5')} bằng`,
		options: options('11', '14', '17', '162') }],
	[0, { kind: 'single', key: 'C', stem: 'Gieo một con xúc xắc cân đối và đồng chất. Xác suất để xuất hiện mặt có số chấm chẵn là',
		options: options(m('\\frac{1}{6}'), m('\\frac{1}{3}'), m('\\frac{1}{2}'), m('\\frac{2}{3}')) }],
	[1, { kind: 'truefalse', key: [true, true, false, true], stem: `Cho hàm số ${m('f(x) = x^3 - 3x + 2')}.`,
		statements: statements(`Đạo hàm của hàm số là ${m("f'(x) = 3x^2 - 3")}.`, `Hàm số đồng biến trên khoảng ${m('(1;\\,+\\infty)')}.`,
			`Giá trị cực đại của hàm số bằng ${m('0')}.`, `Đồ thị hàm số đi qua điểm ${m('(0;\\,2)')}.`) }],
	[1, { kind: 'truefalse', key: [true, true, false, true], stem: 'Một hộp có 3 viên bi đỏ và 2 viên bi xanh. Lấy ngẫu nhiên đồng thời 2 viên bi.',
		statements: statements('Số cách lấy là 10.', 'Xác suất lấy được 2 viên bi đỏ là 0,3.', 'Xác suất lấy được 2 viên bi xanh là 0,2.',
			'Xác suất lấy được 2 viên bi khác màu là 0,6.') }],
	[2, { kind: 'numeric', key: { value: '9', tolerance: '0' }, stem: 'Một lục giác đều có bao nhiêu đường chéo?' }],
	[2, { kind: 'numeric', key: { value: '5', tolerance: '0' }, stem: `Tìm giá trị lớn nhất của hàm số ${m('y = -x^2 + 2x + 4')}.` }],
	[3, { kind: 'multiple', key: ['A', 'C'], stem: 'Những số nào sau đây là số nguyên tố?', options: options('2', '9', '31', '51') }],
	[3, { kind: 'text', key: { accepted: ['Pythagore'] }, stem: 'Định lí về ba cạnh của tam giác vuông mang tên nhà toán học nào?' }],
	[3, { kind: 'essay', key: { guide: 'Nêu đúng hai bước.' }, stem: `Chứng minh rằng ${m('n^3 - n')} chia hết cho 6 với mọi số nguyên ${m('n')}.` }],
];

const PARTS = [
	{ title: 'Phần I. Trắc nghiệm nhiều phương án', instructions: 'Mỗi câu chỉ chọn một phương án.', shuffle: false },
	{ title: 'Phần II. Trắc nghiệm đúng sai', instructions: 'Trong mỗi ý a), b), c), d), chọn đúng hoặc sai.', shuffle: false, stepsX100: [10, 25, 50, 100] },
	{ title: 'Phần III. Trả lời ngắn', shuffle: false },
	{ title: 'Phần IV. Các câu khác', shuffle: false },
];

const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi'];
const MIDDLE = ['Thị Minh', 'Đức', 'Hoàng', 'Thu', 'Quốc', 'Ngọc', 'Gia'];
const GIVEN = ['Anh', 'Bình', 'Châu', 'Dũng', 'Giang', 'Hà', 'Hương', 'Khánh', 'Linh', 'Long', 'Mai', 'Nam', 'Nga',
	'Phúc', 'Quỳnh', 'Sơn', 'Thảo', 'Trang', 'Tùng', 'Vy', 'Yến', 'Ý', 'Đạt', 'Ân'];

async function call(server, method, path, as, body, headers) {
	const response = await server.call(method, `/api/v1${path}`, { as, body, headers });
	const text = await response.text();
	assert.ok(response.status < 300, `${method} ${path}: ${response.status} ${text}`);
	return text === '' ? null : JSON.parse(text);
}

async function makePaper(server, school, teacher) {
	const form = new FormData();
	form.append('file', new Blob([parabolaPng()], { type: 'image/png' }), 'hinh.png');
	const sent = await fetch(`${server.url}/api/v1/pictures`, { method: 'POST', body: form,
		headers: { Authorization: `Bearer ${teacher.token}` } });
	assert.equal(sent.status, 201);
	const { hash } = await sent.json();
	const bank = await call(server, 'POST', '/banks', teacher, { name: 'Ngân hàng Toán 12', subjectId: school.subject });
	const list = questions(hash);
	for (const [, question] of list) {
		await call(server, 'POST', `/banks/${bank.id}/questions`, teacher, { ...question, shuffle: false });
	}
	const made = await call(server, 'POST', '/papers', teacher,
		{ title: 'Giữa kì I – Toán 12', subjectId: school.subject, preset: 'free', bank: bank.id });
	return call(server, 'PUT', `/papers/${made.id}`, teacher, { title: made.title, version: made.version, parts: PARTS,
		items: made.items.map((item, i) => ({ question: item.question, part: list[i][0], weightX100: [50, 100, 50, 150][list[i][0]] })) });
}

async function makeClass(db, school, count) {
	const add = async (sql, values) => String((await db.query(sql, values))[0].insertId);
	const id = await add('INSERT INTO class (school_id, school_year_id, grade, name, homeroom_person_id) VALUES (?, ?, 12, ?, ?)',
		[school.id, school.year, '12A1', school.teacher.id]);
	await db.query('INSERT INTO teaching (school_id, class_id, subject_id, person_id) VALUES (?, ?, ?, ?)',
		[school.id, id, school.subject, school.teacher.id]);
	for (let i = 0; i < count; i++) {
		const name = `${FAMILY[i * 3 % FAMILY.length]} ${MIDDLE[i * 5 % MIDDLE.length]} ${GIVEN[i % GIVEN.length]}`;
		const member = await makeMember(db, school, 'student', `hs12${String(i).padStart(2, '0')}`, name);
		const student = await add('INSERT INTO student (school_id, person_id, code) VALUES (?, ?, ?)',
			[school.id, member.id, `26${String(1200 + i)}`]);
		await db.query('INSERT INTO enrolment (school_id, class_id, student_id, position, from_on) VALUES (?, ?, ?, ?, ?)',
			[school.id, id, student, i + 1, '2026-09-05']);
	}
	return id;
}

const AHEAD_MS = 600_000; /* the bell, until ringBell moves it */

/** A published sitting of `count` students who may wait in the lobby: { id, room, students, teacher }. */
export async function makeRoom(server, db, school, count = 24) {
	const teacher = await signIn(server, school.teacher);
	const paper = await makePaper(server, school, teacher);
	const classId = await makeClass(db, school, count);
	const sitting = await call(server, 'POST', '/sittings', teacher, { paper: paper.id, title: 'Kiểm tra giữa kì I – Toán 12',
		startsAt: Date.now() + AHEAD_MS, limitMs: 45 * 60_000, variants: 4, classes: [classId], releasePolicy: 'held' });
	const room = sitting.rooms[0].id;
	const { items } = await call(server, 'POST', `/rooms/${room}/tickets?as=json`, teacher, {});
	return { id: sitting.id, room, teacher, students: items };
}

/** Moves the start to a few seconds from now, and waits for it. */
export async function ringBell(server, room) {
	const startsAt = Date.now() + 5000;
	await call(server, 'PUT', `/sittings/${room.id}/start`, room.teacher, { startsAt, revision: 1 });
	await pause(startsAt - Date.now() + 200);
}

/** An invigilator's act: 'extra' with amountMs, 'message' with text; for the room without an attempt. */
export const act = (server, room, body) => call(server, 'POST', `/rooms/${room.room}/acts`, room.teacher,
	{ attempt: null, ...body }, { 'Idempotency-Key': randomBytes(16).toString('base64url') });

/** A student of the room at a socket, joined: { hall, say(slot, value), seq }. */
export async function joinRoom(server, room, { attempt, code }, device = randomBytes(16)) {
	const session = await (await server.call('POST', '/api/v1/session',
		{ body: { ticket: code }, headers: { 'X-Want-Token': '1' } })).json();
	const hall = await Hall.open(server, `/hall/${room.room}`, { as: session });
	hall.socket.on('message', (bytes) => {
		const frame = JSON.parse(bytes.toString());
		if (frame.t === 'pulse') {
			hall.send({ t: 'pulse', n: frame.n });
		}
	});
	hall.hello(attempt, { device });
	await hall.until('a welcome or a question', () => hall.frames.find((f) => f.t === 'welcome' || f.t === 'refused'), PATIENCE);
	const welcome = hall.frames.find((f) => f.t === 'welcome');
	const person = { hall, welcome, seq: welcome?.seq ?? 0, code, attempt };
	person.answer = (slot, value) => hall.send({ t: 'answer', seq: ++person.seq, slot, value });
	person.event = (kind) => hall.send({ t: 'event', seq: ++person.seq, kind });
	person.submit = () => hall.send({ t: 'submit', seq: ++person.seq });
	return person;
}
