/* What the pages of closing have in common: the words, the shapes, the addresses. */
import { words } from '../../lib/i18n';
import { queryValue } from '../../lib/router';
import { termNow, yearNow } from '../../lib/school';
import type { School, SchoolYear } from '../../lib/types';
import { vi } from '../../i18n/vi/closing';
import { en } from '../../i18n/en/closing';
import { yearOfPage } from './year_pick';

export const t = words(vi, en);

export const CLOSING = '/van-phong/khoa-so';

export const PARTS = ['1', '2', 'year'] as const;
export type YearPart = typeof PARTS[number];

interface Named {
	id: string;
	name: string;
}

export interface Missing {
	count: number;
	conduct: number;
	ofClass: number;
	subjects: { subject: Named; count: number }[];
}

interface Closed {
	isClosed: boolean;
	version: number; /* 0: never closed */
	at: number | null;
	by: { id: string; fullName: string } | null;
	missing: Missing;
}

export interface ClassClosing extends Closed {
	class: Named & { grade: number };
	homeroom: string;
	studentCount: number;
	pack: string | null; /* null: no rules for that grade */
}

export interface Closings {
	year: { id: string; code: string };
	part: YearPart;
	items: ClassClosing[];
}

export interface MissingItem {
	what: 'regular' | 'midterm' | 'final' | 'conduct' | 'traits' | 'absences' | 'subjects' | 'students' | 'term';
	term: number; /* 0: of the year */
	subject: Named | null;
	student: { id: string; fullName: string } | null;
	have: number;
	need: number;
	isToMakeUp: boolean;
}

export interface CheckList extends Closed {
	part: YearPart;
	items: MissingItem[];
}

/** "học kì I", inside a sentence. */
export const partIn = (part: YearPart): string => t(`part.${part}.in`);

export const isReady = (c: ClassClosing): boolean =>
	!c.isClosed && c.pack !== null && c.missing.count === 0;

/** Which part a page shows: `?ky=` in its address, else the term that it is. */
export function partOfPage(school: School): YearPart {
	const asked = queryValue('ky');
	const known = PARTS.find((p) => p === (asked === 'nam' ? 'year' : asked));
	if (known) {
		return known;
	}
	const isNow = yearOfPage(school)?.id === yearNow(school)?.id;
	return isNow && termNow(school, Date.now())?.number === 1 ? '1' : '2';
}

/** The address of a page of closing, with its year and part. */
export const closingAt = (year: SchoolYear | undefined, part: YearPart, under = ''): string =>
	`${CLOSING}${under}?ky=${part === 'year' ? 'nam' : part}${year ? `&nam=${year.id}` : ''}`;
