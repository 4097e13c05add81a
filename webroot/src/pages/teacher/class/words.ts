/* The words of a class's pages, and what they have in common. */
import { words } from '../../../lib/i18n';
import { vi } from '../../../i18n/vi/klass';
import { en } from '../../../i18n/en/klass';
import type { Counts, Mark } from '../../../roll/book';

export const t = words(vi, en);

/** "32 có mặt, 2 vắng" */
export const countText = (c: Counts): string =>
	t(c.late > 0 ? 'count.late' : 'count', { there: c.there, away: c.away, late: c.late });

/** "Vắng có phép", "Có mặt" */
export const stateText = (mark: Mark | null | undefined): string =>
	t(`long.${mark?.kind ?? 'there'}`);

export const sessionText = (session: 1 | 2): string => t(`session.${session}`);

/** The day before or after, "2026-11-22" and -1 → "2026-11-21". */
export function dayFrom(iso: string, days: number): string {
	return new Date(Date.parse(`${iso}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
