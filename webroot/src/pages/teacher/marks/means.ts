/* What a student's row comes to as it stands on the screen, with the reason. */
import type { Result } from '../../../lib/mean';
import { marksOf, termResult, yearResult } from '../../../lib/mean';
import type { CarriedMark, MarkColumn, MarkRow } from '../../../lib/types';
import type { Content } from '../../../marks/cell';
import { cellKey } from '../../../marks/cell';
import type { Desk } from './desk';
import { t } from './words';

/* Rules that this client does not have (a primary school's): the server's result stands. */
const isKnown = (row: MarkRow): boolean => /^mark\.(mean_(term|missing)|comment_)/.test(row.mean.why.code);

const isBlank = (content: Content): boolean => content.valueX10 === null && !content.isMissing;

/** The mark of the former class that counts at this place: nothing is entered here. */
export const carriedAt = (row: MarkRow, column: MarkColumn, content: Content): CarriedMark | undefined =>
	isBlank(content) ? row.carried?.find((c) => c.kind === column.kind && c.position === column.position) : undefined;

/** Reads the cells' signals: whoever draws it is drawn again as one types. */
export function resultOf(desk: Desk, row: MarkRow): Result {
	if (row.exempt) {
		return { valueX10: null, text: t('exempt') };
	}
	if (!isKnown(row)) {
		return { valueX10: row.mean.valueX10, text: row.mean.why.text };
	}
	const { columns, plan } = desk.sheet;
	const own = columns.map((c) => ({ kind: c.kind, position: c.position,
		content: desk.session.view(cellKey(c.id, row.student.id)).value.content }));
	const cells = own.map((c) => ({ kind: c.kind, valueX10: c.content.valueX10 }));
	for (const mark of row.carried ?? []) {
		const here = own.find((c) => c.kind === mark.kind && c.position === mark.position);
		if (!here || isBlank(here.content)) {
			cells.push({ kind: mark.kind, valueX10: mark.valueX10 });
		}
	}
	return termResult(desk.kind === 'comment', marksOf(cells), plan.tx);
}

/** In the second term: the year, with the first term's result as the server has it. */
export function yearOf(desk: Desk, row: MarkRow): { first: number | null; year: Result } | null {
	const first = desk.firstTerm.value;
	if (!first || row.exempt || !isKnown(row)) {
		return null;
	}
	const term1 = first.get(row.student.id) ?? null;
	return { first: term1,
		year: yearResult(desk.kind === 'comment', term1, resultOf(desk, row).valueX10) };
}
