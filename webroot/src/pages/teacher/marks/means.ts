/* What a student's row comes to as it stands on the screen, with the reason. */
import type { Result } from '../../../lib/mean';
import { marksOf, termResult, yearResult } from '../../../lib/mean';
import type { MarkRow } from '../../../lib/types';
import { cellKey } from '../../../marks/cell';
import type { Desk } from './desk';
import { t } from './words';

/* Rules that this client does not have (a primary school's): the server's result stands. */
const isKnown = (row: MarkRow): boolean => /^mark\.(mean_(term|missing)|comment_)/.test(row.mean.why.code);

/** Reads the cells' signals: whoever draws it is drawn again as one types. */
export function resultOf(desk: Desk, row: MarkRow): Result {
	if (row.exempt) {
		return { valueX10: null, text: t('exempt') };
	}
	if (!isKnown(row)) {
		return { valueX10: row.mean.valueX10, text: row.mean.why.text };
	}
	const { columns, plan } = desk.sheet;
	const cells = columns.map((c) => ({ kind: c.kind,
		valueX10: desk.session.view(cellKey(c.id, row.student.id)).value.content.valueX10 }));
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
