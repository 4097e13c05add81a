/*
 * Numbers as people here write them: a comma before decimals and a dot between thousands in
 * Vietnamese, the other way round in English. Written by hand rather than by Intl, so that a
 * phone without Vietnamese locale data shows the same.
 */
export type NumberLang = 'vi' | 'en';

/** 1234.5 → "1.234,5" (vi), "1,234.5" (en). `digits` fixes the number of decimals. */
export function formatNumber(value: number, language: NumberLang, digits?: number): string {
	if (!Number.isFinite(value)) {
		return '–';
	}
	const text = digits === undefined ? String(value) : value.toFixed(digits);
	if (text.includes('e')) {
		return text;
	}
	const [whole = '', decimals] = text.replace('-', '').split('.');
	const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language === 'vi' ? '.' : ',');
	const sign = text.startsWith('-') ? '−' : '';
	const point = language === 'vi' ? ',' : '.';
	return sign + grouped + (decimals === undefined ? '' : point + decimals);
}

/** Term 1 is written I. */
export const roman = (term: number): string => (term === 2 ? 'II' : 'I');

/** A mark in tenths as text: 75 → "7,5"; 100 → "10,0"; null → "" (not entered). */
export function formatMark(tenths: number | null | undefined, language: NumberLang): string {
	if (tenths === null || tenths === undefined || tenths < 0) {
		return '';
	}
	const point = language === 'vi' ? ',' : '.';
	return `${Math.floor(tenths / 10)}${point}${tenths % 10}`;
}

/** Points in hundredths as text: 825 → "8,25". */
export function formatPoints(hundredths: number, language: NumberLang): string {
	const point = language === 'vi' ? ',' : '.';
	const rest = String(hundredths % 100).padStart(2, '0');
	return `${Math.floor(hundredths / 100)}${point}${rest}`;
}

/** "7,5", "7.5", " 10 " → tenths; null when it is no mark from 0 to 10 with one decimal. */
export function parseMark(text: string): number | null {
	const m = /^\s*(\d{1,2})(?:[.,](\d))?\s*$/.exec(text);
	if (!m) {
		return null;
	}
	const tenths = Number(m[1]) * 10 + Number(m[2] ?? 0);
	return tenths <= 100 ? tenths : null;
}
