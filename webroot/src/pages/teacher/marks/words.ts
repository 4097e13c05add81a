/* The words of the gradebook's page, and how columns and cells are called in them. */
import { lang, words } from '../../../lib/i18n';
import type { MarkColumn, MarkSheet } from '../../../lib/types';
import type { Content, Kind } from '../../../marks/cell';
import { cellText, isLetters, isPrimary, shownKind } from '../../../marks/cell';
import { letterWords } from '../../../parts/mark_words';
import { vi } from '../../../i18n/vi/grid';
import { en } from '../../../i18n/en/grid';

export const t = words(vi, en);

/** A sheet whose columns are called as its rules call them: beside a level, a test of primary school. */
export function named(sheet: MarkSheet): MarkSheet {
	if (!isPrimary(sheet)) {
		return sheet;
	}
	const call = <C extends Pick<MarkColumn, 'kind' | 'position' | 'name'>>(c: C): C =>
		(c.kind === 'tx' || shownKind('mark', c) === 'level' ? c : { ...c, name: t(c.kind === 'gk' ? 'test.gk' : 'test.ck') });
	return { ...sheet, columns: sheet.columns.map(call), places: sheet.places.map(call) };
}

export function columnName(c: Pick<MarkColumn, 'kind' | 'position' | 'name'>): string {
	if (c.name !== undefined) {
		return c.name;
	}
	return c.kind === 'tx' ? t('tx', { position: c.position })
		: shownKind('mark', c) === 'level' ? t(`level.${c.kind}`) : t(c.kind);
}

/** What is said of an entry that is none. */
export const wrongWords = (kind: Kind): string =>
	t(kind === 'mark' ? 'wrong' : kind === 'whole' ? 'wrong.whole' : `wrong.${kind}`);

/** In full, as it is read out: "8,5 làm bù", "Đạt", "Hoàn thành tốt (T)", "vắng", "trống". */
export function contentWords(kind: Kind, c: Content): string {
	if (c.isMissing) {
		return t('missing');
	}
	if (c.valueX10 === null) {
		return t('empty');
	}
	const value = isLetters(kind) ? letterWords(kind, c.valueX10) : cellText(kind, c, lang.value);
	return c.isMakeup ? `${value} ${t('makeup')}` : value;
}
