import { describe, expect, it } from 'vitest';
import { formatMark, formatNumber, formatPoints, parseMark } from '../../src/lib/number';

describe('numbers', () => {
	it.each([
		[1234.5, 'vi', undefined, '1.234,5'],
		[1234.5, 'en', undefined, '1,234.5'],
		[-1_200_000, 'vi', undefined, '−1.200.000'],
		[0.5, 'vi', 2, '0,50'],
		[999, 'vi', undefined, '999'],
		[Number.NaN, 'vi', undefined, '–'],
	] as const)('%s in %s', (value, language, digits, want) => {
		expect(formatNumber(value, language, digits)).toBe(want);
	});

	it('writes marks and points with their decimals', () => {
		expect(formatMark(75, 'vi')).toBe('7,5');
		expect(formatMark(100, 'en')).toBe('10.0');
		expect(formatMark(0, 'vi')).toBe('0,0');
		expect(formatMark(null, 'vi')).toBe('');
		expect(formatPoints(805, 'vi')).toBe('8,05');
	});

	it.each([
		['7,5', 75], ['7.5', 75], [' 10 ', 100], ['10,0', 100], ['0', 0],
		['10,1', null], ['11', null], ['7,55', null], ['-1', null], ['', null], ['7,', null],
	])('reads the mark %j', (text, want) => {
		expect(parseMark(text)).toBe(want);
	});
});
