/* When something came last, and how long ago that is. */
import type { JSX } from 'preact';
import { formatDateTime } from '../../lib/time';
import { t } from './desk_data';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function agoText(at: number, now: number): string {
	const ms = Math.max(0, now - at);
	return ms < MINUTE_MS ? t('ago.now')
		: ms < HOUR_MS ? t('ago.minutes', { count: Math.floor(ms / MINUTE_MS) })
		: ms < DAY_MS ? t('ago.hours', { count: Math.floor(ms / HOUR_MS) })
		: t('ago.days', { count: Math.floor(ms / DAY_MS) });
}

export function LastText({ at }: { at: number | null }): JSX.Element {
	return at === null ? <>{t('at.last.never')}</>
		: <>{formatDateTime(at)} <span class="quiet">({agoText(at, Date.now())})</span></>;
}
