import { describe, expect, it } from 'vitest';
import { EMPTY, MISSING, cellText, follow, parseEntry, readCell, value } from '../../src/marks/cell';

describe('an entry', () => {
	it.each([['85', 85], ['8', 80], ['10', 100], ['100', 100], ['7,5', 75], ['7.5', 75], ['05', 5], ['0', 0]])(
		'%s is %i tenths', (text, x10) => expect(parseEntry('mark', text)).toEqual(value(x10)));
	it.each(['101', '7,55', '11,0', 'x', '-1', 'b', '8c', 'Đ'])('%s is no mark',
		(text) => expect(parseEntry('mark', text)).toBeUndefined());
	it.each(['v', 'V', 'vắng', ' Vắng '])('%s is away in both kinds of subject', (text) => {
		expect(parseEntry('mark', text)).toEqual(MISSING);
		expect(parseEntry('comment', text)).toEqual(MISSING);
	});
	it.each([['85b', 85], ['8,5 B', 85], ['10b', 100]])('%s was made up later', (text, x10) =>
		expect(parseEntry('mark', text)).toEqual({ ...value(x10), isMakeup: true }));
	it.each([['D', 1], ['đ', 1], ['Đạt', 1], ['1', 1], ['C', 0], ['CĐ', 0], ['chưa đạt', 0], ['0', 0]])(
		'%s is a judgement', (text, x10) => expect(parseEntry('comment', text)).toEqual(value(x10)));
	it.each(['85', '2', 'x'])('%s is no judgement', (text) => expect(parseEntry('comment', text)).toBeUndefined());
	it('empties a cell', () => expect(parseEntry('mark', ' ')).toEqual(EMPTY));
});

describe('a cell', () => {
	it('is written short', () => {
		expect(cellText('mark', value(85), 'vi')).toBe('8,5');
		expect(cellText('comment', value(0), 'vi')).toBe('CĐ');
		expect(cellText('mark', MISSING, 'vi')).toBe('V');
		expect(cellText('mark', EMPTY, 'vi')).toBe('');
	});
	it('is read from an older and a newer server alike', () => {
		expect(readCell(undefined)).toEqual({ ...EMPTY, version: 0, attempt: null });
		expect(readCell({ valueX10: 85, version: 2, attempt: null })).toEqual({ ...value(85), version: 2, attempt: null });
		expect(readCell({ valueX10: null, state: 'missing', version: 3 })).toMatchObject({ isMissing: true, version: 3 });
	});
	it('is made up when a value comes where the student was away', () => {
		expect(follow(MISSING, value(70))).toEqual({ ...value(70), isMakeup: true });
		expect(follow(EMPTY, value(70))).toEqual(value(70));
		expect(follow(MISSING, EMPTY)).toEqual(EMPTY);
	});
});
