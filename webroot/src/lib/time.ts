/*
 * Times are UTC milliseconds everywhere and are shown in Asia/Ho_Chi_Minh, which is +07:00
 * all year and has been since 1975: added by hand, so that a device set to another zone, or
 * without zone data, shows the school's time.
 */
const ZONE_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

const two = (n: number): string => String(n).padStart(2, '0');

const local = (ms: number): Date => new Date(ms + ZONE_MS);

/** "7:31:05" — the hour without a leading zero, as it is read aloud. */
export function formatTime(ms: number): string {
	const d = local(ms);
	return `${d.getUTCHours()}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

/** "7:31" */
export function formatClock(ms: number): string {
	const d = local(ms);
	return `${d.getUTCHours()}:${two(d.getUTCMinutes())}`;
}

/** "24/11/2026" */
export function formatDate(ms: number): string {
	const d = local(ms);
	return `${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}/${d.getUTCFullYear()}`;
}

/** "7:30, 24/11/2026" */
export function formatDateTime(ms: number): string {
	return `${formatClock(ms)}, ${formatDate(ms)}`;
}

const WEEKDAYS = {
	vi: ['Chủ nhật', 'Thứ Hai', 'Thứ Ba', 'Thứ Tư', 'Thứ Năm', 'Thứ Sáu', 'Thứ Bảy'],
	en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
} as const;

/** "Thứ Ba, 24/11/2026" */
export function formatDay(ms: number, language: 'vi' | 'en'): string {
	return `${WEEKDAYS[language][local(ms).getUTCDay()] ?? ''}, ${formatDate(ms)}`;
}

/** A date without a time, "2026-11-24", → "Thứ Ba, 24/11/2026" */
export const formatIsoDay = (iso: string, language: 'vi' | 'en'): string =>
	formatDay(Date.parse(`${iso}T00:00:00Z`), language);

/** A date without a time, "2026-11-24" as the server sends it, → "24/11/2026". */
export function formatIsoDate(iso: string): string {
	const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
	return m ? `${m[3]}/${m[2]}/${m[1]}` : iso;
}

/** A day as people write it, "5/9/2010" or "05-09-2010", → "2010-09-05"; null when there is none. */
export function parseDay(text: string): string | null {
	const m = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/.exec(text);
	if (!m) {
		return null;
	}
	const [d, mo, y] = [Number(m[1]), Number(m[2]), Number(m[3])];
	const day = new Date(Date.UTC(y, mo - 1, d));
	return day.getUTCMonth() === mo - 1 && day.getUTCDate() === d ? day.toISOString().slice(0, 10) : null;
}

/** The day at the school as "2026-11-24". */
export const isoDate = (ms: number): string => local(ms).toISOString().slice(0, 10);

/** What is left, for a countdown: "1:05:09", "44:59", "0:07". Never negative. */
export function formatLeft(ms: number): string {
	const s = Math.max(0, Math.ceil(ms / 1000));
	const h = Math.floor(s / 3600);
	const m = Math.floor((s % 3600) / 60);
	return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** The value of an <input type="datetime-local"> in school time → UTC ms; null when empty. */
export function parseLocalInput(value: string): number | null {
	const m = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(value);
	if (!m) {
		return null;
	}
	const [y, mo, d, h, mi, s] = m.slice(1).map((x) => Number(x ?? 0)) as
		[number, number, number, number, number, number];
	return Date.UTC(y, mo - 1, d, h, mi, s || 0) - ZONE_MS;
}

/** UTC ms → the value of an <input type="datetime-local"> in school time. */
export function toLocalInput(ms: number): string {
	return local(ms).toISOString().slice(0, 16);
}

/** The day at the school, counted: two days that follow one another differ by 1. */
export const dayNumber = (ms: number): number => Math.floor((ms + ZONE_MS) / DAY_MS);

/** True when both moments fall on the same day at the school. */
export function isSameDay(a: number, b: number): boolean {
	return dayNumber(a) === dayNumber(b);
}
