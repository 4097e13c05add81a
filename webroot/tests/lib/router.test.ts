import { describe, expect, it } from 'vitest';
import { match } from '../../src/lib/router';

describe('match', () => {
	it.each([
		['/giao-vien/ca-thi/:id', '/giao-vien/ca-thi/a%2Fb', { id: 'a/b' }],
		['/giao-vien/ca-thi/:id', '/giao-vien/ca-thi', null],
		['/giao-vien/ca-thi/:id', '/giao-vien/ca-thi/1/2', null],
		['/giao-vien/*', '/giao-vien', {}],
		['/giao-vien/*', '/giao-vien/x/y', {}],
		['/giao-vien/*', '/van-phong', null],
		['/', '/', {}],
		['/a/:id', '/a/%E0%A4%A', null],
	])('%s on %s', (pattern, at, want) => {
		expect(match(pattern, at)).toEqual(want);
	});
});
