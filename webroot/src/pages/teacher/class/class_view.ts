/* A class as its homeroom teacher sees it, put together from what the server says of it. */
import { api } from '../../../lib/api';
import type { Loaded } from '../../../lib/load';
import { useLoad } from '../../../lib/load';
import { yearNow } from '../../../lib/school';
import type { ClassPage, ClassResults, ConductRow, ConductSheet, Guardian, Level, School } from '../../../lib/types';

/** A term, or the year. */
export type Part = '1' | '2' | 'nam';
export const PARTS: readonly Part[] = ['1', '2', 'nam'];

export interface SubjectView {
	id: string;
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
	learning: Level | null;
	missing: string[]; /* in words, of the part shown */
	conduct: ConductRow | undefined;
	remark: { text: string; version: number };
}

/** Where the homeroom teacher's remarks of a term are. */
export const remarksOf = (classId: string, term: string): string => `/api/v1/remarks/${classId}/0/${term}`;

interface Remarks {
	mayWrite: boolean;
	rows: { student: { id: string }; text: string; version: number }[];
}

export interface ClassView {
	classId: string;
	className: string;
	terms: Record<'1' | '2', string>; /* ids */
	subjects: SubjectView[];
	students: StudentView[];
	most: number | null; /* sessions that may be missed in a year */
	hasConduct: boolean;
	isClosed: boolean;
	mayRemark: boolean;
}

/** A part as the server calls it. */
export const scopeOf = (part: Part): '1' | '2' | 'year' => (part === 'nam' ? 'year' : part);
/** The term whose conduct is entered on the page of a part: that of the year shows the second. */
export const termOf = (part: Part): '1' | '2' => (part === 'nam' ? '2' : part);

type Result = ClassResults['students'][number]['result'];

function missingOf(result: Result, part: Part, names: Map<string, string>): string[] {
	const scope = part === 'nam' ? ['term_1', 'term_2', 'year'] : [`term_${part}`];
	return result.explain.filter((x) => scope.includes(x.scope) && x.code.includes('missing'))
		.map((x) => {
			const subject = x.subject === undefined ? undefined : names.get(x.subject) ?? x.subject;
			return subject ? `${subject}: ${x.text ?? x.code}` : x.text ?? x.code;
		});
}

function studentOf(found: ClassResults['students'][number], part: Part, page: ClassPage, sheet: ConductSheet,
	remarks: Remarks, names: Map<string, string>): StudentView {
	const { student, result } = found;
	const at = Number(part) - 1;
	return {
		id: student.id,
		code: student.code,
		fullName: student.fullName,
		guardians: page.students.find((s) => s.id === student.id)?.guardians ?? [],
		absences: found.absences,
		values: Object.fromEntries(result.subjects.map((x) => [x.code, part === 'nam' ? x.year : x.terms[at] ?? null])),
		learning: part === 'nam' ? result.year.learning : result.terms[at]?.learning ?? null,
		missing: missingOf(result, part, names),
		conduct: sheet.rows.find((r) => r.student.id === student.id),
		remark: remarks.rows.find((r) => r.student.id === student.id) ?? { text: '', version: 0 },
	};
}

async function loadView(classId: string, part: Part, signal: AbortSignal): Promise<ClassView> {
	const path = `/api/v1/classes/${classId}`;
	const [school, page, results, limits] = await Promise.all([
		api.get<School>('/api/v1/school', { signal }),
		api.get<ClassPage>(path, { signal }),
		api.get<ClassResults>(`${path}/results/year`, { signal }),
		api.get<{ most: number | null }>(`${path}/absences`, { signal, query: { from: '2000-01-01', to: '2000-01-01' } }),
	]);
	const terms = yearNow(school)?.terms ?? [];
	const idOf = (number: number): string => terms.find((x) => x.number === number)?.id ?? '';
	const ids = { 1: idOf(1), 2: idOf(2) };
	const term = ids[termOf(part)];
	const [sheet, remarks] = await Promise.all([
		api.get<ConductSheet>(`${path}/conduct/${term}`, { signal }),
		api.get<Remarks>(remarksOf(classId, term), { signal }),
	]);
	const names = new Map(results.subjects.map((x) => [x.code, x.name]));
	return {
		classId,
		className: page.name,
		terms: ids,
		subjects: results.subjects,
		students: results.students.map((s) => studentOf(s, part, page, sheet, remarks, names)),
		most: limits.most,
		hasConduct: sheet.pack !== null,
		isClosed: sheet.isClosed,
		mayRemark: remarks.mayWrite && !sheet.isClosed,
	};
}

export const useClassView = (classId: string, part: Part): Loaded<ClassView> =>
	useLoad<ClassView>(`class ${classId} ${part}`, (signal) => loadView(classId, part, signal));
