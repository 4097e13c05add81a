/*
 * The shapes of the gradebook in JSON: marks, presence, conduct, what a class comes to.
 */
import type { Guardian, MarkKind, MySitting, Named, PersonRef, Subject, Term } from './types';

export interface Why {
	code: string;
	params: Record<string, string>;
	text: string;
}

export interface Mean {
	valueX10: number | null;
	why: Why;
}

export interface SubjectMarks {
	name: string;
	kind: 'mark' | 'comment';
	marks: { kind: MarkKind; position: number; valueX10: number }[];
	mean: Mean;
}

export interface StudentMarks {
	terms: { number: number; subjects: SubjectMarks[] }[];
}

/** What is new of one student. */
export interface TodayMark {
	subject: string;
	subjectKind: 'mark' | 'comment';
	isPrimary: boolean;
	kind: MarkKind;
	position: number;
	term: number;
	valueX10: number;
	at: number;
}

export interface FamilyRemark {
	year: string;
	term: number;
	subject: string | null; /* null: the homeroom teacher's */
	text: string;
	writer: string;
	at: number;
}

export interface Today {
	date: string;
	now: number;
	absences: { date: string; session: 1 | 2; kind: AbsenceKind; note: string }[];
	exams: MySitting[];
	marks: TodayMark[];
	toMakeUp: Omit<TodayMark, 'valueX10' | 'at'>[];
	remarks: FamilyRemark[];
	closed: { year: string; part: YearPart; at: number }[];
}

export type YearPart = '1' | '2' | 'year';

/** Whether a part is closed: its results are then what was kept. */
export interface YearClosed {
	part: YearPart;
	isClosed: boolean;
	version: number;
	at: number | null;
}

/** What a student came to in one class's year, as the family sees it. */
export interface StudentYear {
	class: Named & { grade: number };
	year: { id: string; code: string };
	pack: string | null; /* null: no rules of this program; line and result are null too */
	closed: YearClosed[];
	subjects: { id: string | null; code: string; name: string; kind: 'mark' | 'comment' }[];
	line: { conduct: (Level | null)[] } | null;
	result: {
		subjects: { code: string; terms: (number | string | null)[]; year: number | string | null }[];
		terms: { learning: Level | null }[];
		year: { learning: Level | null; conduct: Level | null;
			promotion: 'promoted' | 'conditional' | 'held' | null;
			award: 'none' | 'gioi' | 'xuat_sac' | null };
		explain: { what: string; scope: string; subject?: string; code: string; text?: string }[];
	} | null;
}

type Moments<L> = (L | null)[]; /* the middle and the end of term I, the middle of term II, the year's end */

/** The same of a primary pupil: levels and tests, no means. */
export interface PrimaryYear extends Pick<StudentYear, 'class' | 'year' | 'closed' | 'subjects'> {
	pack: 'tt27';
	line: {
		subjects: { code: string; exempt?: boolean; moments: Moments<'T' | 'H' | 'C'>; tests?: Moments<number>;
			again?: 'T' | 'H' | 'C'; againTest?: number }[]; /* after help */
		qualities: { code: string; moments: Moments<'T' | 'D' | 'C'>; again?: 'T' | 'D' | 'C' }[];
		competences: { code: string; moments: Moments<'T' | 'D' | 'C'>; again?: 'T' | 'D' | 'C' }[];
	};
	result: {
		year: { learning: PrimaryResult | null; after?: 'ht' | 'cht'; promotion: 'promoted' | 'conditional' | 'held' | null;
			award: 'none' | 'tieu_bieu' | 'xuat_sac' | null };
		explain: { what: string; scope: string; code: string; text?: string }[];
	};
}

export interface Child {
	student: string;
	school: Named;
	fullName: string;
	className: string;
}

/** A cell as the server sends it. */
export interface CellJson extends CellState {
	version: number;
	attempt?: string | null;
	request?: MarkRequest | null; /* the change of it that waits for the office */
}

export interface CellState {
	valueX10: number | null;
	state?: 'value' | 'missing';
	isMakeup?: boolean;
}

/** A change after locking that waits for the office's word. */
export interface MarkRequest extends CellState {
	id: string;
	why: string;
	askedBy: PersonRef;
	askedAt: number;
}

/** The same as the office reads it. */
export interface AskedChange {
	id: string;
	class: Named;
	subject: Pick<Subject, 'id' | 'name' | 'kind'>;
	term: { id: string; number: number };
	column: { id: string; kind: MarkKind; position: number };
	student: { id: string; code: string; fullName: string };
	old: CellState;
	new: CellState;
	isStale: boolean; /* the mark changed since: it cannot be approved any more */
	why: string;
	askedBy: PersonRef;
	askedAt: number;
	state: 'waiting' | 'approved' | 'refused' | 'withdrawn';
	decidedBy: PersonRef | null;
	decidedAt: number | null;
	note: string;
}

export interface Remark {
	student: string;
	text: string;
	version: number;
}

export interface Phrase {
	id: string;
	text: string;
	isSchool: boolean;
	used: number;
}

export interface MarkColumn {
	id: string;
	kind: MarkKind;
	position: number;
	/** Of a sheet that is no sheet of marks: its own name, and how it is written. */
	name?: string;
	entry?: 'trait' | 'answer';
	publishedAt: number | null;
	publishesAt?: number | null; /* as the office planned it */
	sitting: { id: string; title: string } | null;
	lockedAt?: number | null;
	isLocked?: boolean;
}

/** From the class in which the student was before, this year; counts where nothing is entered here. */
export interface CarriedMark {
	kind: MarkKind;
	position: number;
	valueX10: number;
	isMakeup: boolean;
	class: Named;
}

export interface MarkRow {
	student: { id: string; code: string; fullName: string; birthDate: string | null };
	cells: Record<string, CellJson>;
	carried?: CarriedMark[];
	mean: Mean;
	exempt?: boolean;
	remark?: { text: string; version: number } | null;
}

export interface MarkPlaceOf {
	kind: MarkKind;
	position: number;
	name?: string;
}

export interface MarkSheet {
	class: Named;
	subject: Subject;
	term: Term;
	columns: MarkColumn[];
	rows: MarkRow[];
	plan: { tx: number; gk: number; ck: number };
	pack: string; /* the rules: "tt27" is primary school's */
	places: MarkPlaceOf[]; /* every column that they provide for */
	requests?: number; /* changes that wait for the office */
}

/** Qualities and competences of a primary class at one of the year's four moments. */
export interface JudgementSheet {
	class: Named & { grade: number };
	moment: number;
	pack: string;
	isClosed: boolean;
	columns: { id: string; kind: 'quality' | 'general' | 'specific' | 'award'; name: string }[];
	rows: { student: MarkRow['student']; cells: Record<string, CellJson> }[];
}

/** What is assessed again after a class's year. */
export interface ReassessItem {
	subject: string | null;
	item: number;
	kind: 'mark' | 'comment' | 'level' | 'whole' | 'trait' | 'decision';
	name: string;
	before: number | null;
	valueX10: number | null;
	version: number;
	mayEnter: boolean;
}

export interface ReassessRow {
	student: { id: string; code: string; fullName: string };
	learning: Level | PrimaryResult | null;
	after: Level | PrimaryResult | null;
	promotion: 'promoted' | 'conditional' | 'held' | null;
	items: ReassessItem[];
}

export interface ReassessSheet {
	class: Named;
	pack: string | null;
	isClosed: boolean;
	rows: ReassessRow[];
}

/* Attendance and conduct */
export type AbsenceKind = 'excused' | 'unexcused' | 'late';

export interface PupilRef {
	id: string;
	code: string;
	fullName: string;
}

/** One session of a class: 1 morning, 2 afternoon. */
export interface RollCall {
	class: Named;
	date: string;
	session: 1 | 2;
	today: string;
	firstDay: string;
	mayTake: boolean;
	version: number;
	takenAt: number | null;
	takenBy: PersonRef | null;
	rows: { student: PupilRef; kind: AbsenceKind | null; note: string }[];
	history: { version: number; at: number; by: PersonRef;
		changes: { student: string; old: AbsenceKind | null; new: AbsenceKind | null }[] }[];
}

export interface AbsenceCount {
	absent: number;
	excused: number;
	unexcused: number;
	late: number;
}

export interface ClassAbsences {
	class: Named;
	most: number | null;
	rows: ({ student: PupilRef } & AbsenceCount)[];
	items: { student: string; date: string; session: 1 | 2; kind: AbsenceKind; note: string }[];
	sessions: { date: string; session: 1 | 2; takenAt: number; takenBy: PersonRef; absent: number;
		late: number }[];
}

export interface StudentAbsences extends AbsenceCount {
	most: number | null;
	year: string;
	terms: ({ number: number } & AbsenceCount)[];
	items: { date: string; session: 1 | 2; kind: AbsenceKind; note: string; className: string }[];
}

export type Level = 'tot' | 'kha' | 'dat' | 'chua_dat';

export interface ConductRow {
	student: PupilRef;
	terms: { number: number; level: Level | null; version: number }[];
	summer: { isAsked: boolean; level: Level | null; version: number };
	year: { level: Level | null; after: Level | null; why: { code: string; text: string }[] };
}

export interface ConductChange {
	at: number;
	personName: string;
	term: number;
	stage: 'term' | 'summer';
	old: Level | null;
	new: Level | null;
}

export interface ConductSheet {
	class: Named;
	term: { id: string; number: number };
	pack: string | null; /* null: these rules know no conduct */
	isClosed: boolean;
	rows: ConductRow[];
}

/** Something that keeps a term or year from being closed. */
export interface MissingMark {
	what: string;
	term: number;
	subject: Named | null;
	have: number;
	need: number;
	isToMakeUp: boolean;
}

/** What a primary pupil's year comes to, the best first. */
export type PrimaryResult = 'htxs' | 'htt' | 'ht' | 'cht';

/** A whole class in a term or the year, all subjects. */
export interface ClassMarks {
	class: Named & { grade: number };
	pack: string | null;
	closed: YearClosed[];
	subjects: { id: string | null; code: string; name: string; kind: 'mark' | 'comment' }[];
	terms: { id: string; number: number }[];
	absencesMost: number | null;
	mayRemark: boolean;
	students: {
		student: PupilRef & { birthDate: string | null };
		keptAt: number | null; /* null: as it is now */
		guardians: Guardian[];
		absences: { excused: number; unexcused: number }[];
		values: (number | string | null)[]; /* by subject */
		learning: Level | PrimaryResult | null;
		missing: { count: number; items: MissingMark[] };
		remark: { text: string; version: number };
	}[];
}

