/* What became of places: by days, through several changes, and where a code was given again. */
import { describe, expect, it } from 'vitest';
import type { Area, Areas } from '../../src/pages/department/areas';
import { areaOf, became, madeOf } from '../../src/pages/department/areas';

const area = (code: string, from: string, to: string | null): Area => ({ tier: 2, code, name: `P${code}`, province: '79', from, to });
const old = area('1', '2004-01-01', '2019-12-31');
const between = area('2', '2020-01-01', '2025-06-30');
const divided = area('3', '2004-01-01', '2025-06-30');
const again = area('1', '2025-07-01', null); /* the code of another place */
const now = area('4', '2025-07-01', null);
const lost = area('5', '2004-01-01', '2025-06-30');
const all: Areas = {
	areas: [old, between, divided, again, now, lost],
	changes: [
		{ tier: 2, before: '1', after: '2', on: '2020-01-01' },
		{ tier: 2, before: '2', after: '4', on: '2025-07-01' },
		{ tier: 2, before: '3', after: '1', on: '2025-07-01' },
		{ tier: 2, before: '3', after: '4', on: '2025-07-01' },
		{ tier: 1, before: '5', after: '4', on: '2025-07-01' },
	],
};
const codes = (areas: Area[]): string[] => areas.map((a) => `${a.code} ${a.from}`);

describe('a place', () => {
	it('of today is itself', () => expect(became(all, now)).toEqual([now]));
	it('went through two changes into one', () => expect(codes(became(all, old))).toEqual(['4 2025-07-01']));
	it('was divided', () => expect(codes(became(all, divided))).toEqual(['1 2025-07-01', '4 2025-07-01']));
	it('without a change of its own tier is gone', () => expect(became(all, lost)).toEqual([]));
	it('is made of those of its first day', () => {
		expect(codes(madeOf(all, now))).toEqual(['2 2020-01-01', '3 2004-01-01']);
		expect(codes(madeOf(all, again))).toEqual(['3 2004-01-01']);
	});
	it('is found by its code: the present one, else the last', () => {
		expect(areaOf(all, 2, '1')).toBe(again);
		expect(areaOf(all, 2, '3')).toBe(divided);
		expect(areaOf(all, 1, '1')).toBeUndefined();
	});
});
