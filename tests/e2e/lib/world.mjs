/*
 * A school in which everything that a route can name is there, made through the routes themselves:
 * banks, papers, a sitting that is planned, one that is over for a student, one under way, marks,
 * previews. The school's mark stands in every text, so that it is found wherever it leaks.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { until } from './server.mjs';
import { PASSWORD, insert, makeMember, makeSchool, signIn } from './people.mjs';
import { png } from './png.mjs';
import { xlsx } from './xlsx.mjs';

export const DEVICE = 'AAAAAAAAAAAAAAAAAAAAAA';
export const NO_HEAD = Buffer.alloc(32).toString('base64url');

export class World {
	constructor(server, db) {
		this.server = server;
		this.db = db;
		this.serial = 0;
	}

	/** A text of this school that was never used before. */
	text(what = '') {
		return `${what}${this.mark} ${++this.serial}`;
	}

	/** Everybody signs in. */
	async enter() {
		for (const [who, member] of Object.entries(this.people)) {
			this.as[who] = await signIn(this.server, member);
		}
		for (const who of Object.keys(this.codes)) {
			this.as[who] = await this.enterByTicket(who);
		}
	}

	async enterByTicket(who) {
		const response = await this.server.call('POST', '/api/v1/session',
			{ body: { ticket: this.codes[who] }, headers: { 'X-Want-Token': '1' } });
		const answer = await response.json();
		assert.equal(response.status, 200, JSON.stringify(answer));
		return { role: 'ticket', token: answer.token };
	}

	/** Calls as somebody of this school and wants that status (undefined: any that is good). */
	async call(status, method, path, who, body, headers) {
		const response = await this.server.call(method, `/api/v1${path}`, { as: this.as[who], body, headers });
		const text = await response.text();
		const isGood = status === undefined ? response.ok : response.status === status;
		assert.ok(isGood, `${method} ${path}: ${response.status} ${text}`);
		return text === '' ? null : JSON.parse(text);
	}

	upload(path, who, bytes, name) {
		return this.call(undefined, 'POST', path, who, bytes,
			{ 'Content-Type': 'application/octet-stream', 'X-File-Name': name });
	}

	question(more = {}) {
		const options = ['một', 'hai', 'ba', 'bốn'].map((word, i) => ({ id: 'ABCD'[i], html: this.text(`${word} `) }));
		return { kind: 'single', stem: `${this.text('Câu hỏi ')} <img data-picture="${this.picture}" width="8" height="8" alt="">`,
			options, key: 'C', topic: this.text('Chủ đề '), source: this.text('Nguồn '),
			passage: { html: this.text('Đoạn văn ') }, ...more };
	}

	essay() {
		return { kind: 'essay', stem: this.text('Tự luận '), key: { guide: this.text('Hướng dẫn ') } };
	}

	rosterFile() {
		return xlsx([[`DANH SÁCH HỌC SINH LỚP 11${this.mark}`], ['STT', 'Mã HS', 'Họ và tên', 'Ngày sinh', 'Ghi chú'],
			[1, `${this.mark}-${++this.serial}`, this.text('Trần Văn '), '05/09/2011', this.text('Ghi chú ')]]);
	}

	teachersFile() {
		return xlsx([[`DANH SÁCH GIÁO VIÊN ${this.mark}`], ['STT', 'Họ và tên', 'Ngày sinh', 'Môn'],
			[1, this.text('Lê Thị '), '05/09/1985', 'toan']]);
	}

	teachingFile() {
		return xlsx([['Giáo viên', 'Môn', 'Lớp'], ['teacher', 'toan', `10${this.mark}`.slice(0, 32)]]);
	}

	questionFile() {
		return Buffer.from(`Câu 1. ${this.text('Câu hỏi ')}\nA. ${this.text()}\nB. ${this.text()}\nC. ${this.text()}\n` +
			`D. ${this.text()}\nĐáp án: B\n`);
	}

	async newBank() {
		return this.call(201, 'POST', '/banks', 'teacher', { name: this.text('Kho '), subjectId: this.school.subject });
	}

	async newQuestion(body = this.question()) {
		return this.call(201, 'POST', `/banks/${this.bank.id}/questions`, 'teacher', body);
	}

	async newPaper() {
		const made = await this.call(201, 'POST', '/papers', 'teacher',
			{ title: this.text('Đề '), subjectId: this.school.subject, preset: 'free', bank: this.bank.id,
				questions: this.questions.map((q) => q.id) });
		return this.call(200, 'PUT', `/papers/${made.id}`, 'teacher', this.paperChange(made));
	}

	paperChange(paper) {
		return { title: this.text('Đề '), version: paper.version,
			parts: [{ title: this.text('Phần '), instructions: this.text('Làm '), shuffle: false }],
			items: this.questions.map((q) => ({ question: q.id, weightX100: 100 })) };
	}

	plan(more = {}) {
		return { paper: this.paper.id, title: this.text('Ca thi '), startsAt: Date.now() + 3_600_000, limitMs: 900_000,
			variants: 2, classes: [this.school.class], releasePolicy: 'all', column: null, ...more };
	}

	practice(more = {}) {
		return this.plan({ practice: true, startsAt: Date.now() - 1000, windowEndAt: Date.now() + 3_600_000, ...more });
	}

	publish(body = this.plan()) {
		return this.call(201, 'POST', '/sittings', 'teacher', body);
	}

	/** What a student's own list says of a sitting. */
	async mine(sitting, who = 'student') {
		const { items } = await this.call(200, 'GET', '/my/sittings', who);
		return items.find((i) => i.sitting === sitting.id);
	}

	base(item) {
		return `/rooms/${item.room}/attempts/${item.attempt}`;
	}

	hello(welcome) {
		return { gen: welcome?.gen ?? 1, seq: welcome?.seq ?? 0, head: welcome?.head ?? NO_HEAD, device: DEVICE };
	}

	async join(item, who = 'student') {
		const welcome = await this.call(200, 'POST', `${this.base(item)}/hello`, who, this.hello());
		return welcome.phase === 'ready' ? this.call(200, 'POST', `${this.base(item)}/begin`, who, {}) : welcome;
	}

	/** Sits a practice to its end; the essay's slot is left to be marked. */
	async sit(item, who = 'student') {
		const welcome = await this.join(item, who);
		const events = [1, 2].map((slot) => ({ t: 'answer', seq: slot, slot, value: this.text('Bài làm ') }));
		const { results } = await this.call(200, 'POST', `${this.base(item)}/events`, who,
			{ lease: welcome.lease, events: events.map((e) => (e.slot === this.essaySlot ? e : { ...e, value: 'C' }))
				.concat({ t: 'submit', seq: 3 }) });
		assert.ok(results.every((r) => r.t !== 'refused'), JSON.stringify(results));
	}

	async review(item) {
		return this.call(200, 'GET', `/attempts/${item.attempt}/paper-review`, 'teacher');
	}
}

async function fillSchool(w) {
	const { school, db } = w;
	await w.call(200, 'PUT', `/students/${school.students[0].student}`, 'office', {
		...await w.call(200, 'GET', `/students/${school.students[0].student}`, 'office'),
		address: w.text('Địa chỉ '), note: w.text('Ghi chú '), birthPlace: w.text('Nơi sinh '), ethnicity: w.mark });
	school.spare = await makeMember(db, school, 'student', 'hs9', w.text('Học Sinh '));
	school.spare.student = await insert(db, 'student',
		{ school_id: school.id, person_id: school.spare.id, code: `${w.mark}-HS9` });
	school.young = await makeMember(db, school, 'student', 'hs8', w.text('Học Sinh '));
	school.young.student = await insert(db, 'student',
		{ school_id: school.id, person_id: school.young.id, code: `${w.mark}-HS8` });
	w.picture = (await w.upload('/pictures', 'teacher', png(8, 8, [...randomBytes(3)]), 'a.png')).hash;
	w.bank = await w.newBank();
	w.questions = [await w.newQuestion(), await w.newQuestion(w.essay())];
	w.essaySlot = 2;
	w.paper = await w.newPaper();
	w.marks = `/marks/${school.class}/${school.subject}/${school.terms[0]}`;
	w.column = (await w.call(201, 'POST', `${w.marks}/columns`, 'teacher', { kind: 'tx', position: 1 })).id;
	await w.call(200, 'PUT', w.marks, 'teacher', { why: w.text('Vì '),
		cells: [{ column: w.column, student: school.students[0].student, valueX10: 80, version: 0 }] });
	await w.call(204, 'POST', `${w.marks}/publish`, 'teacher', { columns: [w.column] });
	w.roster = await w.upload(`/roster/import?year=${school.year}`, 'office', w.rosterFile(), `${w.mark}.xlsx`);
	w.import = await w.upload(`/banks/${w.bank.id}/import`, 'teacher', w.questionFile(), `${w.mark}.txt`);
}

async function fillSittings(w) {
	w.planned = await w.publish();
	w.over = await w.publish(w.practice({ title: w.text('Đã thi ') }));
	w.overItem = await w.mine(w.over);
	await w.sit(w.overItem);
	await until('it is scored', async () => (await w.call(200, 'GET', `/sittings/${w.over.id}/results`, 'teacher'))
		.items.some((r) => r.pointsX100 !== null));
	w.underWay = await w.publish(w.practice({ title: w.text('Đang thi ') }));
	w.item = await w.mine(w.underWay);
	const other = await w.mine(await w.publish(w.practice({ title: w.text('Thi khác ') })));
	for (const [who, item] of [['ticket', w.item], ['otherTicket', other]]) {
		const { items } = await w.call(200, 'POST', `/rooms/${item.room}/tickets?as=json`, 'teacher');
		w.codes[who] = items.find((i) => i.attempt === item.attempt).code;
	}
	await w.enter();
	w.welcome = await w.join(w.item);
	w.attempt = await w.call(200, 'GET', w.base(w.item), 'student');
}

/**
 * A whole school. `as` names its people: office, teacher (owns the bank and the sittings, has the
 * class), colleague (has no class), student (of the attempts), classmate, parent (of the student),
 * otherParent (of the classmate), department (of the province), system, ticket (of the attempt
 * under way), otherTicket (of another attempt of the same student).
 */
export async function makeWorld(server, db, mark) {
	const w = new World(server, db);
	w.mark = mark;
	w.school = await makeSchool(db, mark);
	const { school } = w;
	const otherParent = await makeMember(db, school, 'parent', null, `Phụ Huynh Khác ${mark}`,
		{ phone: `+8498${String(Number(school.id)).padStart(7, '0')}` });
	await insert(db, 'guardian', { school_id: school.id, student_id: school.students[1].student,
		person_id: otherParent.id, relation: 1 });
	const officer = await makeMember(db, school, 'system', `officer${school.id}`, `Cán Bộ ${mark}`);
	await db.query('DELETE FROM membership WHERE person_id = ?', [officer.id]);
	await insert(db, 'officer', { province_id: 1, person_id: officer.id, login: officer.login });
	w.people = {
		office: school.office, teacher: school.teacher, colleague: school.otherTeacher, student: school.students[0],
		classmate: school.students[1], parent: school.parent, otherParent,
		department: { ...officer, school: 'P1', role: 'department' },
		system: await makeMember(db, school, 'system', 'courier', `Chương Trình ${mark}`),
	};
	w.as = {};
	w.codes = {}; /* of tickets, by who has them */
	await w.enter();
	await fillSchool(w);
	await fillSittings(w);
	return w;
}

export { PASSWORD };
