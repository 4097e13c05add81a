/* The words of the gradebook's page, and how columns and cells are called in them. */
import { lang, words } from '../../../lib/i18n';
import { formatMark } from '../../../lib/number';
import type { MarkColumn } from '../../../lib/types';
import type { Content, Kind } from '../../../marks/cell';
import { vi } from '../../../i18n/vi/grid';
import { en } from '../../../i18n/en/grid';

export const t = words(vi, en);

export const columnName = (c: Pick<MarkColumn, 'kind' | 'position'>): string =>
	c.kind === 'tx' ? t('tx', { position: c.position }) : t(c.kind);

/** In full, as it is read out: "8,5 làm bù", "Đạt", "vắng", "trống". */
export function contentWords(kind: Kind, c: Content): string {
	if (c.isMissing) {
		return t('missing');
	}
	if (c.valueX10 === null) {
		return t('empty');
	}
	const value = kind === 'comment' ? t(c.valueX10 > 0 ? 'passed' : 'failed')
		: formatMark(c.valueX10, lang.value);
	return c.isMakeup ? `${value} ${t('makeup')}` : value;
}
