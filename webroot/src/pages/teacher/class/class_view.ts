/* A class as its homeroom teacher sees it: the whole class at once, and conduct, which is entered here. */
import { api } from '../../../lib/api';
import type { Loaded } from '../../../lib/load';
import { useLoad } from '../../../lib/load';
import { roman } from '../../../lib/number';
import type { ClassMarks, ConductRow, ConductSheet, Guardian, Level, MissingMark, PrimaryResult, YearPart } from '../../../lib/types';
import { t } from './words';

/** A term, or the year. */
export type Part = '1' | '2' | 'nam';
export const PARTS: readonly Part[] = ['1', '2', 'nam'];

export interface SubjectView {
	code: string;
	name: string;
	kind: 'mark' | 'comment';
}

export interface StudentView {
	id: string;
	code: string;
	fullName: string;
	guardians: Guardian[];
	absences: { excused: number; unexcused: number }[]; /* term I, term II */
	values: Record<string, number | string | null>; /* by a subject's code, of the part shown */
	learning: Level | PrimaryResult | null;
	missing: { count: number; words: string[] }; /* of the part shown; the first are in words */
	conduct: ConductRow | undefined;
	remark: { text: string; version: number };
	isKept: boolean; /* of a part that is closed: what was kept then */
}

/** Where the homeroom teacher's remarks of a term are. */
export const remarksOf = (classId: string, term: string): string => `/api/v1/remarks/${classId}/0/${term}`;

export interface ClassView {
	classId: string;
	className: string;
	terms: Record<'1' | '2', string>; /* ids */
	subjects: SubjectView[];
	students: StudentView[];
	most: number | null; /* sessions that may be missed in a year */
	hasConduct: boolean;
	isPrimary: boolean; /* levels, qualities and competences in place of means and conduct */
	isClosed: boolean;
	mayRemark: boolean;
	closed: { part: YearPart; at: number }[]; /* what of the part shown is closed, and when */
}

/** A part as the server calls it. */
export const scopeOf = (part: Part): '1' | '2' | 'year' => (part === 'nam' ? 'year' : part);
/** The term whose conduct is entered on the page of a part: that of the year shows the second. */
export const termOf = (part: Part): '1' | '2' => (part === 'nam' ? '2' : part);

function missingWords({ what, term, subject, have, need, isToMakeUp }: MissingMark, part: Part): string {
	const of = what === 'regular' || what === 'traits' ? t(`what.${what}`, { have, need })
		: what === 'midterm' || what === 'final' ? t(need > 1 ? `what.${what}.of` : `what.${what}`, { have, need })
		: t('what.conduct');
	const where = [subject?.name, part === 'nam' && term > 0 ? t('term', { number: roman(term) }) : undefined].filter(Boolean).join(', ');
	return `${where ? `${where}: ${of}` : of}${isToMakeUp ? ` ${t('what.makeUp')}` : ''}`;
}

function studentOf(found: ClassMarks['students'][number], part: Part, marks: ClassMarks, sheet: ConductSheet): StudentView {
	const { student, missing } = found;
	return {
		id: student.id,
		code: student.code,
		fullName: student.fullName,
		guardians: found.guardians,
		absences: found.absences,
		values: Object.fromEntries(marks.subjects.map((x, i) => [x.code, found.values[i] ?? null])),
		learning: found.learning,
		missing: { count: missing.count, words: missing.items.map((x) => missingWords(x, part)) },
		conduct: sheet.rows.find((r) => r.student.id === student.id),
		remark: found.remark,
		isKept: found.keptAt !== null,
	};
}

/* The part itself, or of a year that is open its terms. */
function closedOf(marks: ClassMarks, part: YearPart): { part: YearPart; at: number }[] {
	const all = marks.closed.flatMap((c) => (c.at === null ? [] : [{ part: c.part, at: c.at }]));
	const own = all.filter((c) => c.part === part);
	return own.length > 0 || part !== 'year' ? own : all;
}

async function loadView(classId: string, part: Part, signal: AbortSignal): Promise<ClassView> {
	const marks = await api.get<ClassMarks>(`/api/v1/classes/${classId}/marks/${scopeOf(part)}`, { signal });
	const idOf = (number: number): string => marks.terms.find((x) => x.number === number)?.id ?? '';
	const terms = { 1: idOf(1), 2: idOf(2) };
	const sheet = await api.get<ConductSheet>(`/api/v1/classes/${classId}/conduct/${terms[termOf(part)]}`, { signal });
	return {
		classId,
		className: marks.class.name,
		terms,
		subjects: marks.subjects,
		students: marks.students.map((s) => studentOf(s, part, marks, sheet)),
		most: marks.absencesMost,
		hasConduct: sheet.pack !== null,
		isPrimary: marks.pack !== null && sheet.pack === null,
		isClosed: sheet.isClosed,
		mayRemark: marks.mayRemark && !sheet.isClosed,
		closed: closedOf(marks, scopeOf(part)),
	};
}

export const useClassView = (classId: string, part: Part): Loaded<ClassView> =>
	useLoad<ClassView>(`class ${classId} ${part}`, (signal) => loadView(classId, part, signal));
