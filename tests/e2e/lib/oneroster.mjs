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
	academicSessions: { '!title': any, '!type': one('gradingPeriod', 'semester', 'schoolYear', 'term'), '!startDate': isDate,
		'!endDate': isDate, parentSourcedId: to('academicSessions'), '!schoolYear': isYear },
	categories: { '!title': any, weight: isInt },
	classes: { '!title': any, grades: any, '!courseSourcedId': to('courses'), classCode: any, '!classType': one('homeroom', 'scheduled'),
		location: any, '!schoolSourcedId': to('orgs'), '!termSourcedIds': to('academicSessions', true), subjects: any,
		subjectCodes: any, periods: any },
	courses: { schoolYearSourcedId: to('academicSessions'), '!title': any, courseCode: any, grades: any, '!orgSourcedId': to('orgs'),
		subjects: any, subjectCodes: any },
	demographics: { birthDate: isDate, sex: one('male', 'female', 'unspecified', 'other'), americanIndianOrAlaskaNative: isBool,
		asian: isBool, blackOrAfricanAmerican: isBool, nativeHawaiianOrOtherPacificIslander: isBool, white: isBool,
		demographicRaceTwoOrMoreRaces: isBool, hispanicOrLatinoEthnicity: isBool, countryOfBirthCode: any,
		stateOfBirthAbbreviation: any, cityOfBirth: any, publicSchoolResidenceStatus: any },
	enrollments: { '!classSourcedId': to('classes'), '!schoolSourcedId': to('orgs'), '!userSourcedId': to('users'),
		'!role': one('administrator', 'proctor', 'student', 'teacher'), primary: isBool, beginDate: isDate, endDate: isDate },
	lineItems: { '!title': any, description: any, '!assignDate': isDate, '!dueDate': isDate, '!classSourcedId': to('classes'),
		'!categorySourcedId': to('categories'), '!academicSessionSourcedId': to('academicSessions'), resultValueMin: isFloat,
		resultValueMax: isFloat, '!schoolSourcedId': to('orgs') },
	lineItemScoreScales: { title: any, '!lineItemSourcedId': to('lineItems'), '!scoreScaleSourcedId': to('scoreScales') },
	orgs: { '!name': any, '!type': one('department', 'school', 'district', 'local', 'state', 'national'), identifier: any,
		parentSourcedId: to('orgs') },
	results: { '!lineItemSourcedId': to('lineItems'), '!studentSourcedId': to('users'),
		'!scoreStatus': one('exempt', 'fully graded', 'not submitted', 'partially graded', 'submitted'), score: isFloat,
		'!scoreDate': isDate, comment: any, textScore: any, classSourcedId: to('classes'), inProgress: isBool, incomplete: isBool,
		late: isBool, missing: isBool },
	roles: { '!userSourcedId': to('users'), '!roleType': one('primary', 'secondary'),
		'!role': one('aide', 'counselor', 'districtAdministrator', 'guardian', 'parent', 'principal', 'proctor', 'relative',
			'siteAdministrator', 'student', 'systemAdministrator', 'teacher'), beginDate: isDate, endDate: isDate,
		'!orgSourcedId': to('orgs'), userProfileSourcedId: to('userProfiles') },
	scoreScales: { '!title': any, '!type': any, '!orgSourcedId': to('orgs'), '!courseSourcedId': to('courses'),
		'!classSourcedId': to('classes'), '!scoreScaleValue': (v) => v.split(',').every((p) => /^\{[^{}:]+:[^{}:]+\}$/.test(p)) },
	users: { '!enabledUser': isBool, '!username': any, userIds: any, '!givenName': any, '!familyName': any, middleName: any,
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
	return parseCsv(text);
}

/** The files of a bundle: { manifest: Map, tables: { users: [{…}] } } and what is wrong with them. */
export function readBundle(bytes) {
	const found = [];
	const say = (what) => found.push(what);
	const parts = unzip(bytes);
	const tables = {};
	const manifest = new Map(decode('manifest.csv', parts.get('manifest.csv').bytes, say));
	for (const [name, part] of parts) {
		const file = name.replace(/\.csv$/, '');
		if (name === 'manifest.csv') {
			continue;
		}
		if (!FILES.includes(file) || !SHAPES[file]) {
			say(`${name}: no file of the specification`);
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
	if (/[\r\n]/.test(value)) {
		say(`${file} ${row[0]}: a line's end in ${name}`);
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

/* What the columns alone do not say. */
function checkSense(tables, say) {
	const rowsOf = (file) => (tables[file]?.rows ?? []).map((row) => Object.fromEntries(tables[file].header.map((h, i) => [h, row[i]])));
	const items = new Map(rowsOf('lineItems').map((item) => [item.sourcedId, item]));
	const scaled = new Set(rowsOf('lineItemScoreScales').map((s) => s.lineItemSourcedId));
	const roles = new Map(rowsOf('roles').map((role) => [role.userSourcedId, role.role]));
	for (const result of rowsOf('results')) {
		const item = items.get(result.lineItemSourcedId);
		if (result.scoreStatus === 'fully graded' && (result.score === '') === (result.textScore === '')) {
			say(`results ${result.sourcedId}: score "${result.score}", text "${result.textScore}"`);
		}
		if (result.scoreStatus !== 'fully graded' && (result.score || result.textScore)) {
			say(`results ${result.sourcedId}: ${result.scoreStatus}, with a score`);
		}
		if (item && result.score !== '' && (Number(result.score) < Number(item.resultValueMin) || Number(result.score) > Number(item.resultValueMax))) {
			say(`results ${result.sourcedId}: ${result.score} is out of range`);
		}
		if (item && result.textScore !== '' && !scaled.has(item.sourcedId)) {
			say(`results ${result.sourcedId}: a text without a scale`);
		}
		if (item && result.classSourcedId && item.classSourcedId !== result.classSourcedId) {
			say(`results ${result.sourcedId}: of another class than its line item`);
		}
	}
	for (const user of rowsOf('users')) {
		if (!roles.has(user.sourcedId)) {
			say(`users ${user.sourcedId}: no role`);
		}
	}
	for (const n of rowsOf('enrollments')) {
		if (roles.has(n.userSourcedId) && roles.get(n.userSourcedId) !== n.role) {
			say(`enrollments ${n.sourcedId}: as ${n.role}, who is ${roles.get(n.userSourcedId)}`);
		}
	}
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
