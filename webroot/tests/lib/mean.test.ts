import { describe, expect, it } from 'vitest';
import vectors from '../../../tests/fixtures/mean_vectors.json';
import { bandOf, commentResult, marksOf, termMean, termResult, yearMean, yearResult } from '../../src/lib/mean';

describe('means, by the vectors that gradebook/rules is checked against', () => {
	it('of a term', () => {
		expect(vectors.terms.length).toBeGreaterThan(40);
		vectors.terms.forEach((v) => expect(termMean(v), JSON.stringify(v)).toBe(v.mean));
	});
	it('of a year', () => {
		expect(vectors.years.length).toBeGreaterThan(40);
		vectors.years.forEach((v) => expect(yearMean(v.term1, v.term2), JSON.stringify(v)).toBe(v.mean));
	});
	it('have exact halves among them, which go up', () => {
		const halves = vectors.terms.filter((v) => {
			const weights = v.regular.length + 5;
			const sum = v.regular.reduce((a, b) => a + b, 2 * v.midterm + 3 * v.final);
			return 2 * sum % (2 * weights) === weights;
		});
		expect(halves.length).toBeGreaterThan(40);
		expect(termMean({ regular: [80, 80, 84], midterm: 80, final: 80 })).toBe(81);
		expect(termMean({ regular: [80, 80, 83], midterm: 80, final: 80 })).toBe(80);
	});
});

describe('a result', () => {
	it('is open while a mark is missing, and says which', () => {
		expect(termResult(false, { regular: [80, 90], midterm: 75, final: null }, 3)).toEqual({ valueX10: null,
			text: 'Chưa tính được điểm trung bình: có 2/3 điểm thường xuyên, 1/1 điểm giữa kì, 0/1 điểm cuối kì.' });
		expect(termResult(false, { regular: [80, 90], midterm: 75, final: 85 }, 3).valueX10).toBeNull();
		expect(termMean({ regular: [], midterm: 75, final: 85 })).toBeNull();
	});
	it('has its formula with the numbers put in, and the article', () => {
		const { valueX10, text } = termResult(false, { regular: [80, 90, 70], midterm: 75, final: 85 }, 3);
		expect(valueX10).toBe(81);
		expect(text).toContain('(8,0 + 9,0 + 7,0 + 2 × 7,5 + 3 × 8,5) : (3 + 5) = 64,5 : 8 ≈ 8,1.');
		expect(text).toContain('(Thông tư 22/2021/TT-BGDĐT, Điều 9 khoản 1 điểm b)');
	});
	it('of a comment subject is passed when everything is', () => {
		expect(commentResult({ regular: [1, 1], midterm: 1, final: 1 })).toBe(1);
		expect(commentResult({ regular: [1, 0], midterm: 1, final: 1 })).toBe(0);
		expect(commentResult({ regular: [1, 1], midterm: 1, final: 0 })).toBe(0);
		expect(commentResult({ regular: [1, 1], midterm: null, final: 1 })).toBeNull();
		expect(termResult(true, { regular: [1, 1], midterm: 1, final: 0 }, 2).text).toContain('điểm a');
	});
	it('of the year takes term II twice, of a comment subject alone', () => {
		expect(yearResult(false, 60, 90)).toMatchObject({ valueX10: 80 });
		expect(yearResult(false, 60, 90).text).toContain('(6,0 + 2 × 9,0) : 3 = 24,0 : 3 ≈ 8,0.');
		expect(yearResult(false, null, 90).text).toContain('học kì 1');
		expect(yearResult(false, 90, null).text).toContain('học kì 2');
		expect(yearResult(true, 0, 1).valueX10).toBe(1);
	});
	it('comes from the cells by kind, empty ones left out', () => {
		expect(marksOf([{ kind: 'tx', valueX10: 80 }, { kind: 'tx', valueX10: null }, { kind: 'gk', valueX10: 70 },
			{ kind: 'ck', valueX10: null }])).toEqual({ regular: [80], midterm: 70, final: null });
	});
});

describe('the thresholds of article 9, clause 2, from both sides', () => {
	it.each([[80, 'tot'], [79, 'kha'], [65, 'kha'], [64, 'dat'], [50, 'dat'], [49, 'under'], [35, 'under'], [34, 'poor'],
		[0, 'poor'], [100, 'tot']])('%i is %s', (x10, band) => expect(bandOf(x10)).toBe(band));
});
