/* What the pages about a term have in common: the words, the shapes, which term they show. */
import { words } from '../../lib/i18n';
import { queryValue } from '../../lib/router';
import { termNow, yearNow } from '../../lib/school';
import type { School, SchoolYear, Term } from '../../lib/types';
import { vi } from '../../i18n/vi/terms';
import { en } from '../../i18n/en/terms';
import { yearOfPage } from './year_pick';

export const t = words(vi, en);

export const SCHEDULE = '/van-phong/ke-hoach';
export const COMPLETION = '/van-phong/tien-do';
export const LESSONS = '/van-phong/so-tiet';

export const KINDS = ['tx', 'gk', 'ck'] as const;
export type Kind = typeof KINDS[number];
export const PLAN_KINDS = ['all', ...KINDS] as const;
export type PlanKind = typeof PLAN_KINDS[number];

interface Named {
	id: string;
	name: string;
}
interface Someone {
	id: string;
	fullName: string;
}

/** From when on marks of a kind, of a grade or (0) of all, are locked or published. */
export interface Plan {
	kind: PlanKind;
	grade: number;
	at: number | null; /* null: taken away */
	version: number;
	by: Someone | null;
	madeAt: number;
	doneAt: number | null;
}

export interface Reopening {
	id: string;
	class: Named;
	subject: Named;
	kind: PlanKind;
	until: number;
	why: string;
	by: Someone | null;
	madeAt: number;
}

export interface Schedule {
	term: { id: string; number: number };
	now: number;
	grades: number[];
	locks: Plan[];
	publishing: Plan[];
	reopenings: Reopening[];
	columns: { kind: Kind; grade: number; count: number; published: number }[];
}

export interface PlaceKind {
	need: number;
	there: number;
	published: number;
	missing: number;
	isLocked: boolean;
}

export interface Place extends Record<Kind, PlaceKind> {
	class: string;
	subject: Named;
	teachers: Someone[];
	lessons: number;
	exempt: number;
	toMakeUp: number;
	missing: number;
}

export interface CompletionClass extends Named {
	grade: number;
	homeroom: string;
	studentCount: number;
	isClosed: boolean;
	pack: string | null;
}

export interface Completion {
	term: { id: string; number: number };
	classes: CompletionClass[];
	places: Place[];
}

export interface TermOfPage {
	year: SchoolYear | undefined;
	term: Term | undefined;
}

/** `?ky=` and `?nam=` in the address, else the term that it is. */
export function termOfPage(school: School): TermOfPage {
	const year = yearOfPage(school);
	const asked = Number(queryValue('ky'));
	const now = year?.id === yearNow(school)?.id ? termNow(school, Date.now())?.number : 1;
	const number = asked === 1 || asked === 2 ? asked : now;
	return { year, term: year?.terms.find((x) => x.number === number) ?? year?.terms[0] };
}

export const termAt = (at: string, { year, term }: TermOfPage, more = ''): string =>
	`${at}?ky=${term?.number ?? 1}${year ? `&nam=${year.id}` : ''}${more}`;

/** "mọi khối", "khối 10". */
export const gradeName = (grade: number): string => (grade === 0 ? t('grade.all') : t('grade.one', { grade }));

/** "điểm giữa kì, khối 10": what a plan is about. */
export const scopeName = (kind: PlanKind, grade: number): string =>
	t('scope', { kind: t(`kind.${kind}`), grade: gradeName(grade) });

export type What = 'locks' | 'publishing';

/** The words about either, by what is said. */
export const SAID = {
	locks: { title: 'lock', text: 'lock.text', add: 'lock.add', none: 'lock.none', caption: 'lock.caption', ask: 'lock.ask',
		yes: 'lock.yes', move: 'lock.move.label', drop: 'lock.drop.label', askDrop: 'lock.drop.ask', dropText: 'lock.drop.text',
		dropYes: 'lock.drop.yes', done: 'lock.done', dropped: 'lock.dropped' },
	publishing: { title: 'publish', text: 'publish.text', add: 'publish.add', none: 'publish.none', caption: 'publish.caption',
		ask: 'publish.ask', yes: 'publish.yes', move: 'publish.move.label', drop: 'publish.drop.label',
		askDrop: 'publish.drop.ask', dropText: 'publish.drop.text', dropYes: 'publish.drop.yes', done: 'publish.done',
		dropped: 'publish.dropped' },
} as const;
