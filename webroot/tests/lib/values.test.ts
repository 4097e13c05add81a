/* What the desk's shares are taken of: marks of marks, levels of levels; and a level's name by its school. */
import { describe, expect, it } from 'vitest';
import type { Group } from '../../src/pages/department/values';
import { bandName, bandsOf, countOf, kindsOf, meanX10, permille, presentYear, wholeOf } from '../../src/pages/department/values';

const group = (...values: [number, number][]): Group => ({
	key: 'toan', name: 'Toán', total: values.reduce((sum, [, count]) => sum + count, 0),
	values: values.map(([value, count]) => ({ value, count })),
});
/* Fourth grade: 24 tests, of them 6 at 8 or above; and 75 levels: T, H, C. */
const primary = group([30, 10], [70, 8], [80, 4], [100, 2], [202, 15], [203, 30], [204, 30]);
const secondary = group([201, 9], [202, 1]);

describe('shares', () => {
	const bands = bandsOf('mark_final', [primary]);
	it('are of the marks, or of the levels', () => {
		expect(kindsOf(bands)).toEqual([['m0', 'm65', 'm80'], ['l2', 'l4', 'l3']]);
		expect([wholeOf(primary, 'm80'), wholeOf(primary, 'l3'), primary.total]).toEqual([24, 75, 99]);
		expect(permille(countOf('mark_final', primary, 'm80'), wholeOf(primary, 'm80'))).toBe(250);
		expect(permille(countOf('mark_final', primary, 'l3'), wholeOf(primary, 'l3'))).toBe(400);
		expect(wholeOf(secondary, 'm80')).toBe(0);
	});
	it('of anything else are of the whole', () => {
		const year = group([1, 5], [4, 3]);
		expect(kindsOf(bandsOf('completion', [year]))).toEqual([['v1', 'v4']]);
		expect(wholeOf(year, 'v4')).toBe(8);
	});
	it('levels are no part of a mean', () => expect(meanX10(primary)).toBeCloseTo((300 + 560 + 320 + 200) / 24));
});

describe('the letter C', () => {
	it('is of primary school beside its levels, and of the others beside Đ', () => {
		expect(bandName('mark_final', 'l2', bandsOf('mark_final', [primary]))).toBe('Chưa hoàn thành');
		expect(bandName('mark_final', 'l2', bandsOf('mark_final', [secondary]))).toBe('Chưa đạt');
		expect(bandName('mark_final', 'l2', bandsOf('mark_final', [primary, secondary]))).toBe('Chưa đạt, chưa hoàn thành');
	});
});

describe('the year that is looked at first', () => {
	const years = ['9999', '2027-2028', '2026-2027', '2025-2026'];
	it('is under way, not the one that is prepared or that is no year', () => {
		expect(presentYear(years, new Date(2026, 10, 22))).toBe('2026-2027');
		expect(presentYear(years, new Date(2027, 6, 31))).toBe('2026-2027');
		expect(presentYear(years, new Date(2027, 7, 1))).toBe('2027-2028');
	});
	it('is the last there was, or whatever there is', () => {
		expect(presentYear(years, new Date(2030, 1, 1))).toBe('2027-2028');
		expect(presentYear(['2026-2027'], new Date(2024, 1, 1))).toBe('2026-2027');
		expect(presentYear([], new Date())).toBe('');
	});
});
