/*
 * A checker of OneRoster 1.2 CSV bundles, written from the specification alone: it knows nothing of
 * the program but that it may add columns of metadata. `faults(bytes)` gives every fault in words.
 */
import { unzip } from './workbook.mjs';

const HEAD = ['sourcedId', 'status', 'dateLastModified'];
const GUID = /^[0-9A-Za-z._\-/@]{1,255}$/;
const FILES = ['academicSessions', 'categories', 'classes', 'classResources', 'courses', 'courseResources', 'demographics',
	'enrollments', 'lineItemLearningObjectiveIds', 'lineItems', 'lineItemScoreScales', 'orgs', 'resources',
	'resultLearningObjectiveIds', 'results', 'resultScoreScales', 'roles', 'scoreScales', 'userProfiles', 'userResources', 'users'];

const one = (...values) => (v) => values.includes(v);
/* A vocabulary that may be extended. */
const open = (...values) => (v) => values.includes(v) || /^ext:[A-Za-z0-9._-]+$/.test(v);
/* A list of words: none of them blank or in quotes of its own, since readers part them at the commas. */
const words = (v) => v.split(',').every((word) => word.trim() !== '' && !word.includes('"'));
const numbers = (v) => v.split(',').every((word) => /^\d{2}$/.test(word));
const isDate = (v) => /^\d{4}-\d{2}-\d{2}$/.test(v) && !Number.isNaN(Date.parse(v)) && new Date(v).toISOString().startsWith(v);
const isTime = (v) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(v) && new Date(v).toISOString() === v;
const isBool = one('true', 'false');
const isInt = (v) => /^-?\d+$/.test(v);
const isFloat = (v) => /^-?\d+(\.\d+)?$/.test(v);
const isYear = (v) => /^\d{4}$/.test(v);
const any = () => true;
const to = (file, many = false) => ({ file, many });

/* name: what it may be, "!" in front when it must be there. */
const SHAPES = {
	academicSessions: { '!title': any, '!type': open('gradingPeriod', 'semester', 'schoolYear', 'term'), '!startDate': isDate,
		'!endDate': isDate, parentSourcedId: to('academicSessions'), '!schoolYear': isYear },
	categories: { '!title': any, weight: isInt },
	classes: { '!title': any, grades: numbers, '!courseSourcedId': to('courses'), classCode: any, '!classType': open('homeroom', 'scheduled'),
		location: any, '!schoolSourcedId': to('orgs'), '!termSourcedIds': to('academicSessions', true), subjects: words,
		subjectCodes: words, periods: words },
	courses: { schoolYearSourcedId: to('academicSessions'), '!title': any, courseCode: any, grades: numbers, '!orgSourcedId': to('orgs'),
		subjects: words, subjectCodes: words },
	demographics: { birthDate: isDate, sex: one('male', 'female', 'unspecified', 'other'), americanIndianOrAlaskaNative: isBool,
		asian: isBool, blackOrAfricanAmerican: isBool, nativeHawaiianOrOtherPacificIslander: isBool, white: isBool,
		demographicRaceTwoOrMoreRaces: isBool, hispanicOrLatinoEthnicity: isBool, countryOfBirthCode: any,
		stateOfBirthAbbreviation: any, cityOfBirth: any, publicSchoolResidenceStatus: any },
	enrollments: { '!classSourcedId': to('classes'), '!schoolSourcedId': to('orgs'), '!userSourcedId': to('users'),
		'!role': open('administrator', 'proctor', 'student', 'teacher'), primary: isBool, beginDate: isDate, endDate: isDate },
	lineItems: { '!title': any, description: any, '!assignDate': isDate, '!dueDate': isDate, '!classSourcedId': to('classes'),
		'!categorySourcedId': to('categories'), '!academicSessionSourcedId': to('academicSessions'), resultValueMin: isFloat,
		resultValueMax: isFloat, '!schoolSourcedId': to('orgs') },
	lineItemScoreScales: { title: any, '!lineItemSourcedId': to('lineItems'), '!scoreScaleSourcedId': to('scoreScales') },
	orgs: { '!name': any, '!type': open('department', 'school', 'district', 'local', 'state', 'national'), identifier: any,
		parentSourcedId: to('orgs') },
	results: { '!lineItemSourcedId': to('lineItems'), '!studentSourcedId': to('users'),
		'!scoreStatus': one('exempt', 'fully graded', 'not submitted', 'partially graded', 'submitted'), score: isFloat,
		'!scoreDate': isDate, comment: any, textScore: any, classSourcedId: to('classes'), inProgress: isBool, incomplete: isBool,
		late: isBool, missing: isBool },
	roles: { '!userSourcedId': to('users'), '!roleType': one('primary', 'secondary'),
		'!role': open('aide', 'counselor', 'districtAdministrator', 'guardian', 'parent', 'principal', 'proctor', 'relative',
			'siteAdministrator', 'student', 'systemAdministrator', 'teacher'), beginDate: isDate, endDate: isDate,
		'!orgSourcedId': to('orgs'), userProfileSourcedId: to('userProfiles') },
	scoreScales: { '!title': any, '!type': any, '!orgSourcedId': to('orgs'), '!courseSourcedId': to('courses'),
		'!classSourcedId': to('classes'), '!scoreScaleValue': (v) => v.split(',').every((p) => /^\{[^{}:]+:[^{}:]+\}$/.test(p)) },
	users: { '!enabledUser': isBool, '!username': any, userIds: words, '!givenName': any, '!familyName': any, middleName: any,
		identifier: any, email: any, sms: any, phone: any, agentSourcedIds: to('users', true), grades: any, password: any,
		userMasterIdentifier: any, preferredGivenName: any, preferredMiddleName: any, preferredFamilyName: any,
		primaryOrgSourcedId: to('orgs'), pronouns: any },
};

/** RFC 4180, strictly: rows of cells, or a fault. */
export function parseCsv(text) {
	const rows = [];
	let at = 0;
	while (at < text.length) {
		const row = [];
		for (;;) {
			let value = '';
			if (text[at] === '"') {
				for (at++; ; at++) {
					const end = text.indexOf('"', at);
					if (end < 0) {
						throw new Error(`row ${rows.length + 1}: a quote that is not closed`);
					}
					value += text.slice(at, end);
					at = end + 1;
					if (text[at] !== '"') {
						break;
					}
					value += '"';
				}
			} else {
				const end = /[,\r\n"]/g;
				end.lastIndex = at;
				const stop = end.exec(text)?.index ?? text.length;
				value = text.slice(at, stop);
				at = stop;
			}
			row.push(value);
			if (text[at] !== ',') {
				break;
			}
			at++;
		}
		if (text.slice(at, at + 2) !== '\r\n') {
			throw new Error(`row ${rows.length + 1}: it does not end in CRLF`);
		}
		at += 2;
		rows.push(row);
	}
	return rows;
}

function decode(name, bytes, say) {
	const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	if (text.startsWith('\uFEFF')) {
		say(`${name}: a byte order mark`);
	}
	if (text !== text.normalize('NFC')) {
		say(`${name}: letters that are not put together`);
	}
	return parseCsv(text);
}

/** The files of a bundle: { manifest: Map, tables: { users: [{…}] } } and what is wrong with them. */
export function readBundle(bytes) {
	const found = [];
	const say = (what) => found.push(what);
	const parts = unzip(bytes);
	const tables = {};
	const properties = decode('manifest.csv', parts.get('manifest.csv').bytes, say);
	const manifest = new Map(properties);
	if (manifest.size !== properties.length || properties.some((row) => row.length !== 2)) {
		say('manifest: a property twice, or a row without a value');
	}
	for (const [name, part] of parts) {
		const file = name.replace(/\.csv$/, '');
		if (name === 'manifest.csv') {
			continue;
		}
		if (!FILES.includes(file) || !SHAPES[file]) {
			say(`${name}: no file of the specification at the root of the archive`);
			continue;
		}
		const [header, ...rows] = decode(name, part.bytes, say);
		tables[file] = { header, rows };
	}
	return { manifest, tables, found };
}

function checkManifest({ manifest, tables }, say) {
	const want = { propertyName: 'value', 'manifest.version': '1.0', 'oneroster.version': '1.2' };
	for (const [name, value] of Object.entries(want)) {
		if (manifest.get(name) !== value) {
			say(`manifest: ${name} is ${manifest.get(name)}`);
		}
	}
	for (const file of FILES) {
		const mode = manifest.get(`file.${file}`);
		if (!['absent', 'bulk', 'delta'].includes(mode)) {
			say(`manifest: file.${file} is ${mode}`);
		}
		if ((mode === 'absent') === (file in tables)) {
			say(`manifest: file.${file} is ${mode}, and the file is ${file in tables ? '' : 'not '}there`);
		}
	}
	for (const name of ['source.systemName', 'source.systemCode']) {
		if (!manifest.has(name)) {
			say(`manifest: no ${name}`);
		}
	}
	if (manifest.size !== FILES.length + 5) {
		say(`manifest: ${manifest.size} rows`);
	}
}

function checkHeader(file, header, say) {
	const want = [...HEAD, ...Object.keys(SHAPES[file]).map((n) => n.replace('!', ''))];
	want.forEach((name, i) => header[i] === name || say(`${file}: column ${i + 1} is ${header[i]}, not ${name}`));
	header.slice(want.length).forEach((name) => /^metadata\..+/.test(name) || say(`${file}: a column ${name}`));
	if (new Set(header).size !== header.length) {
		say(`${file}: a column twice`);
	}
}

function checkStatus(file, mode, row, say) {
	const [, status, modified] = row;
	if (mode === 'bulk' && (status !== '' || modified !== '')) {
		say(`${file} ${row[0]}: status "${status}" and time "${modified}" in bulk`);
	}
	if (mode === 'delta' && (!['active', 'tobedeleted'].includes(status) || !isTime(modified))) {
		say(`${file} ${row[0]}: status "${status}" and time "${modified}" in a delta`);
	}
}

/* A delta refers to what the receiver has already. */
function checkCell(file, row, [key, rule], i, known, say) {
	const name = key.replace('!', '');
	const value = row[HEAD.length + i];
	if (value === '') {
		return key.startsWith('!') ? say(`${file} ${row[0]}: ${name} is blank`) : undefined;
	}
	if (/\p{Cc}/u.test(value) || value !== value.trim()) {
		say(`${file} ${row[0]}: a line's end, a control character or a blank around ${name}`);
	}
	if (typeof rule === 'function') {
		return rule(value) || say(`${file} ${row[0]}: ${name} is "${value}"`);
	}
	for (const id of rule.many ? value.split(',') : [value]) {
		if (!GUID.test(id) || (known && !known[rule.file]?.has(id))) {
			say(`${file} ${row[0]}: ${name} "${id}" is not in ${rule.file}`);
		}
	}
	return undefined;
}

function checkTable(file, { header, rows }, mode, known, say) {
	const ids = new Set();
	const shape = Object.entries(SHAPES[file]);
	checkHeader(file, header, say);
	if (rows.length === 0) {
		say(`${file}: no rows`);
	}
	for (const row of rows) {
		if (row.length !== header.length) {
			say(`${file} ${row[0]}: ${row.length} cells`);
		}
		if (!GUID.test(row[0]) || ids.has(row[0])) {
			say(`${file}: sourcedId "${row[0]}" is twice, or of other letters`);
		}
		ids.add(row[0]);
		checkStatus(file, mode, row, say);
		shape.forEach((rule, i) => checkCell(file, row, rule, i, known, say));
	}
}

/* ---- what the columns alone do not say ---- */

/** The rows of each file by their sourcedIds, and as a list. */
function load(tables) {
	const lists = Object.fromEntries(FILES.map((file) => [file, (tables[file]?.rows ?? [])
		.map((row) => Object.fromEntries(tables[file].header.map((name, i) => [name, row[i]])))]));
	const maps = Object.fromEntries(FILES.map((file) => [file, new Map(lists[file].map((row) => [row.sourcedId, row]))]));
	return { lists, maps, of: (file, id) => maps[file].get(id) ?? {} };
}

function checkPlaces({ lists, of }, say) {
	for (const [file, column] of [['classes', 'schoolSourcedId'], ['enrollments', 'schoolSourcedId'],
		['lineItems', 'schoolSourcedId'], ['users', 'primaryOrgSourcedId'], ['scoreScales', 'orgSourcedId']]) {
		for (const row of lists[file]) {
			if (row[column] && of('orgs', row[column]).type !== 'school') {
				say(`${file} ${row.sourcedId}: ${column} is no school`);
			}
		}
	}
}

/* The first day is of a session, the last one no longer. */
function checkSessions({ lists, of }, say) {
	for (const session of lists.academicSessions) {
		const parent = of('academicSessions', session.parentSourcedId);
		if (session.startDate >= session.endDate) {
			say(`academicSessions ${session.sourcedId}: it ends before it begins`);
		}
		if ((session.type === 'schoolYear') !== (session.parentSourcedId === '')) {
			say(`academicSessions ${session.sourcedId}: a ${session.type} below "${session.parentSourcedId}"`);
		}
		if (parent.sourcedId && (session.startDate < parent.startDate || session.endDate > parent.endDate || session.schoolYear !== parent.schoolYear)) {
			say(`academicSessions ${session.sourcedId}: it is not within ${parent.sourcedId}`);
		}
		if (session.type === 'schoolYear' && session.schoolYear !== session.endDate.slice(0, 4)) {
			say(`academicSessions ${session.sourcedId}: the school year is ${session.schoolYear}, which ends on ${session.endDate}`);
		}
	}
	for (const course of lists.courses) {
		if (course.schoolYearSourcedId && of('academicSessions', course.schoolYearSourcedId).type !== 'schoolYear') {
			say(`courses ${course.sourcedId}: of no school year`);
		}
	}
	for (const c of lists.classes) {
		if (!c.termSourcedIds.split(',').every((id) => ['term', 'semester'].includes(of('academicSessions', id).type))) {
			say(`classes ${c.sourcedId}: in what is no term`);
		}
	}
	for (const item of lists.lineItems) {
		if (of('academicSessions', item.academicSessionSourcedId).type === 'schoolYear') {
			say(`lineItems ${item.sourcedId}: in a school year, and no period of grading`);
		}
		if (item.assignDate > item.dueDate) {
			say(`lineItems ${item.sourcedId}: it is due before it is assigned`);
		}
	}
}

function checkSubjects({ lists }, say) {
	const count = (list) => (list === '' ? 0 : list.split(',').length);
	for (const row of [...lists.courses, ...lists.classes]) {
		if (row.subjectCodes !== '' && count(row.subjects) !== count(row.subjectCodes)) {
			say(`${row.sourcedId}: ${count(row.subjects)} subjects with ${count(row.subjectCodes)} codes`);
		}
	}
}

function checkPeople({ lists, maps, of }, say) {
	const roles = new Map();
	for (const role of lists.roles) {
		const at = `${role.userSourcedId} ${role.orgSourcedId}`;
		roles.set(at, [...(roles.get(at) ?? []), role]);
	}
	for (const [at, list] of roles) {
		if (list.filter((role) => role.roleType === 'primary').length !== 1) {
			say(`roles ${at}: not one primary role`);
		}
	}
	for (const user of lists.users) {
		if (!roles.has(`${user.sourcedId} ${user.primaryOrgSourcedId}`)) {
			say(`users ${user.sourcedId}: no role at the primary org`);
		}
		for (const agent of user.agentSourcedIds.split(',').filter(Boolean)) {
			if (!of('users', agent).agentSourcedIds?.split(',').includes(user.sourcedId)) {
				say(`users ${user.sourcedId}: ${agent} does not know it`);
			}
		}
	}
	if (new Set(lists.users.map((user) => user.username)).size !== lists.users.length) {
		say('users: a username twice');
	}
	for (const row of lists.demographics) {
		if (!maps.users.has(row.sourcedId)) {
			say(`demographics ${row.sourcedId}: of nobody`);
		}
	}
	return roles;
}

function checkEnrollments({ lists, of }, roles, say) {
	const primary = new Set();
	const seen = new Set();
	for (const n of lists.enrollments) {
		const c = of('classes', n.classSourcedId);
		const sessions = c.termSourcedIds?.split(',').map((id) => of('academicSessions', id)) ?? [];
		const at = `${n.classSourcedId} ${n.userSourcedId}`;
		if (!(roles.get(`${n.userSourcedId} ${n.schoolSourcedId}`) ?? []).some((role) => role.role === n.role)) {
			say(`enrollments ${n.sourcedId}: as ${n.role}, who has no such role there`);
		}
		if (c.schoolSourcedId !== n.schoolSourcedId || seen.has(at)) {
			say(`enrollments ${n.sourcedId}: twice, or in another school than the class`);
		}
		seen.add(at);
		for (const day of [n.beginDate, n.endDate].filter(Boolean)) {
			if (!sessions.some((s) => s.startDate <= day) || !sessions.some((s) => s.endDate >= day)) {
				say(`enrollments ${n.sourcedId}: ${day} is not within the terms of the class`);
			}
		}
		if (n.endDate && n.beginDate > n.endDate) {
			say(`enrollments ${n.sourcedId}: it ends before it begins`);
		}
		if (n.role === 'teacher' ? n.primary === '' : n.primary !== 'false') {
			say(`enrollments ${n.sourcedId}: primary "${n.primary}" of a ${n.role}`);
		}
		if (n.primary === 'true' && primary.has(n.classSourcedId)) {
			say(`enrollments ${n.sourcedId}: a second primary teacher`);
		}
		if (n.primary === 'true') {
			primary.add(n.classSourcedId);
		}
	}
	return seen;
}

function checkResult(result, { of, values }, enrolled, say) {
	const item = of('lineItems', result.lineItemSourcedId);
	const { scoreStatus: status, score, textScore: text } = result;
	if (status === 'fully graded' ? (score === '') === (text === '') : score || text) {
		say(`results ${result.sourcedId}: ${status}, score "${score}", text "${text}"`);
	}
	if (score !== '' && (item.resultValueMin === '' || Number(score) < Number(item.resultValueMin) || Number(score) > Number(item.resultValueMax))) {
		say(`results ${result.sourcedId}: ${score} is out of range`);
	}
	if (text !== '' && !values.get(item.sourcedId)?.has(text)) {
		say(`results ${result.sourcedId}: "${text}" is not on the scale`);
	}
	if (result.classSourcedId && item.classSourcedId !== result.classSourcedId) {
		say(`results ${result.sourcedId}: of another class than its line item`);
	}
	if (!enrolled.has(`${item.classSourcedId} ${result.studentSourcedId}`)) {
		say(`results ${result.sourcedId}: of somebody who is not in the class`);
	}
}

function checkMarks(all, enrolled, say) {
	const values = new Map(); /* what a line item's results may be, by its scales */
	const seen = new Set();
	for (const link of all.lists.lineItemScoreScales) {
		const item = all.of('lineItems', link.lineItemSourcedId);
		const scale = all.of('scoreScales', link.scoreScaleSourcedId);
		if (item.classSourcedId !== scale.classSourcedId) {
			say(`lineItemScoreScales ${link.sourcedId}: the scale of another class`);
		}
		values.set(item.sourcedId, new Set([...scale.scoreScaleValue.matchAll(/\{([^:]+):/g)].map((m) => m[1])));
	}
	for (const scale of all.lists.scoreScales) {
		if (all.of('classes', scale.classSourcedId).courseSourcedId !== scale.courseSourcedId) {
			say(`scoreScales ${scale.sourcedId}: of another course than its class`);
		}
	}
	for (const result of all.lists.results) {
		const at = `${result.lineItemSourcedId} ${result.studentSourcedId}`;
		checkResult(result, { ...all, values }, enrolled, say);
		if (seen.has(at)) {
			say(`results ${result.sourcedId}: a second one of the same student`);
		}
		seen.add(at);
	}
}

function checkSense(tables, say) {
	const all = load(tables);
	checkPlaces(all, say);
	checkSessions(all, say);
	checkSubjects(all, say);
	const roles = checkPeople(all, say);
	const enrolled = checkEnrollments(all, roles, say);
	checkMarks(all, enrolled, say);
}

/** Every fault of a bundle, in words. */
export function faults(bytes) {
	const bundle = readBundle(bytes);
	const say = (what) => bundle.found.push(what);
	checkManifest(bundle, say);
	const isBulk = !FILES.some((file) => bundle.manifest.get(`file.${file}`) === 'delta');
	const known = isBulk ? Object.fromEntries(Object.entries(bundle.tables).map(([file, t]) => [file, new Set(t.rows.map((r) => r[0]))])) : null;
	for (const [file, table] of Object.entries(bundle.tables)) {
		checkTable(file, table, bundle.manifest.get(`file.${file}`), known, say);
	}
	if (isBulk) {
		checkSense(bundle.tables, say);
	}
	return bundle.found;
}
