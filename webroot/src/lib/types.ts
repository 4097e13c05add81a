/*
 * The shapes that /api/v1 sends, as webroot/openapi.json describes them. Ids are decimal
 * strings, times UTC milliseconds, marks in tenths (X10), points in hundredths (X100).
 */
export interface Named {
	id: string;
	name: string;
}

export interface PersonRef {
	id: string;
	fullName: string;
}

export interface Items<T> {
	items: T[];
	next?: string | null;
}

/* School */
export interface Term {
	id: string;
	number: number;
	startsOn: string;
	endsOn: string;
}

export interface SchoolYear {
	id: string;
	code: string;
	startsOn: string;
	endsOn: string;
	isCurrent: boolean;
	terms: Term[];
}

export interface School {
	id: string;
	code: string;
	name: string;
	level: string;
	years: SchoolYear[];
}

export interface Subject extends Named {
	code: string;
	kind: 'mark' | 'comment';
	position: number;
}

export interface ClassRow extends Named {
	grade: number;
	studentCount: number;
	homeroom: PersonRef | null;
	subjects: Named[];
}

export type Relation = 'father' | 'mother' | 'other';

export interface Guardian {
	fullName: string;
	phone?: string | null;
	relation: Relation;
}

export interface StudentRow {
	id: string;
	code: string;
	fullName: string;
	birthDate: string | null;
	sex: 'male' | 'female' | null;
	position: number;
	activated: boolean;
	guardians: Guardian[];
}

/** One student as the office sees him or her; teachers get no contacts. */
export interface Student {
	id: string;
	version: number;
	code: string;
	fullName: string;
	birthDate: string | null;
	sex: 'male' | 'female' | null;
	state: 'learning' | 'left';
	login: string | null;
	activated: boolean;
	person: string;
	birthPlace: string;
	ethnicity: string;
	address?: string;
	note?: string;
	personalId?: string | null;
	enrolments: { classId: string; className: string; year: string; position: number;
		from: string | null; to: string | null }[];
	guardians: (Guardian & { id: string; activated: boolean; version?: number })[];
}

export interface ClassPage extends ClassRow {
	students: StudentRow[];
}

export interface Teacher extends PersonRef {
	login: string;
	phone: string | null;
	activated: boolean;
	subjects: Named[];
	teaching: { classId: string; className: string; subjectId: string; subjectName: string }[];
}

/* A class list's import */
export type ImportAction = 'new' | 'change' | 'same' | 'duplicate' | 'error' | 'skipped';

export interface ImportMessage {
	level: 'error' | 'warning';
	column?: number | null; /* from 1 */
	code: string;
	detail: string;
}

export interface RosterRow {
	sheet: string;
	row: number;
	action: ImportAction;
	/* what a skipped row (a title, a total) does not have */
	code?: string;
	fullName?: string;
	birthDate?: string | null;
	className?: string;
	changes?: { field: string; old: string; new: string }[];
	guardians?: Guardian[];
	messages?: ImportMessage[];
	/* a doubtful row: what the commit has to name so that it is written */
	confirm?: string;
}

export interface RosterPreview {
	plan: string;
	fileName: string;
	hash: string;
	counts: Record<ImportAction, number>;
	sheets: string[];
	rows: RosterRow[];
	classes: { name: string; grade: number; isNew: boolean }[];
}

/* Questions and papers */
export type QuestionKind = 'single' | 'multiple' | 'truefalse' | 'numeric' | 'text' | 'essay';

export interface Shown {
	id: string;
	html: string;
}

export interface Question {
	id?: string;
	revision?: number;
	kind: QuestionKind;
	stem: string;
	options?: Shown[];
	statements?: Shown[];
	key: unknown;
	shuffle: boolean;
	keepLast: boolean;
	topic: string;
	difficulty: number;
	passage: { id: string; html: string } | null;
	confidence: number;
	problems: { code: string; detail: string }[];
	source?: string;
}

export interface Bank extends Named {
	subjectId: string | null;
	isShared: boolean;
	isOwn: boolean;
	questionCount: number;
}

export interface QuestionPreview {
	plan: string;
	hash: string;
	fileName: string;
	questions: (Question & { number: string; images: string[]; part?: number; group?: number })[];
	parts: { number: number; title: string; instructions: string }[];
	unassigned: { text: string }[];
	problems: { code: string; detail: string }[];
	counts: { sure: number; doubtful: number };
}

export interface PaperPart {
	title: string;
	instructions: string;
	shuffle: boolean;
	weightX100: number;
	stepsX100: number[];
}

export interface PaperItem {
	question: string;
	revision: number;
	part: number;
	weightX100: number;
}

export interface Paper {
	id: string;
	title: string;
	subjectId: string;
	version: number;
	state: 'draft' | 'inUse';
	parts: PaperPart[];
	items: PaperItem[];
	totalX100: number;
	problems: { code: string; detail: string; row?: number }[];
}

/* Sittings and rooms */
export type ReleasePolicy = 'held' | 'mark' | 'all';
export type MarkKind = 'tx' | 'gk' | 'ck';

export interface MarkPlace {
	term: string;
	kind: MarkKind;
	position: number;
}

export interface SittingRoom extends Named {
	classId: string | null;
	className: string;
	count: number;
	invigilator: PersonRef;
}

export interface Sitting {
	id: string;
	title: string;
	state: 'draft' | 'published' | 'running' | 'ended';
	paper: string;
	startsAt: number;
	lobbyAt: number;
	limitMs: number;
	windowEndAt: number;
	revision: number;
	variants: string[];
	rooms: SittingRoom[];
	column: MarkPlace | null;
	releasePolicy: ReleasePolicy;
	releasedAt: number | null;
	practice: boolean;
}

export interface ResultRow {
	attempt: string;
	student: { id: string; code: string; fullName: string };
	className: string;
	variant: string;
	state: 'prepared' | 'open' | 'closed';
	pointsX100: number | null;
	maxX100: number | null;
	tenX100: number | null;
	markX10: number | null;
	awaiting: number;
	closedAt: number | null;
	closeWhy: string | null;
	receipt: boolean;
	gradebook: { state: 'posted' | 'conflict' | 'kept'; markX10: number | null } | null;
}

export interface BoardRow {
	attempt: string;
	name: string;
	code: string;
	variant: string;
	state: 'absent' | 'lobby' | 'open' | 'closed';
	online: boolean;
	since: number;
	answered: number | null; /* null while the server has not counted them */
	slots: number;
	lastAt: number;
	endsAt: number;
	extraMs: number;
	away: number;
	awayNow: boolean;
	devices: number;
	stamped: boolean;
	closeWhy: string | null;
	closedAt: number | null;
}

/* What a student or a parent sees of an exam, by the teacher's release policy. */
export interface ExamResult {
	pointsX100?: number;
	maxX100?: number;
	tenX100?: number;
	markX10?: number;
	awaiting?: number;
}

export interface MySitting {
	attempt: string;
	sitting: string;
	room: string;
	title: string;
	subject: string;
	startsAt: number;
	lobbyAt: number;
	limitMs: number;
	endsAt: number;
	state: 'prepared' | 'open' | 'closed';
	practice: boolean;
	receipt: boolean;
	review: boolean; /* the answers are shown beside the keys */
	result: ExamResult | null;
}

export type * from './gradebook_types';
