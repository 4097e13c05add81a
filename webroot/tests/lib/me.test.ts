import { describe, expect, it } from 'vitest';
import type { Me } from '../../src/lib/me';
import { homeOf } from '../../src/lib/me';

const who = (more: Partial<Me>): Me => ({
	person: { id: '1', fullName: 'Lê An' }, school: null, roles: [], schools: [], attempt: null, room: null, ...more,
});

describe('where a person starts', () => {
	it('is the page of the role with the most daily work', () => {
		expect(homeOf(who({ roles: ['parent', 'teacher'] }))).toBe('/giao-vien');
		expect(homeOf(who({ roles: ['student'] }))).toBe('/thi');
	});

	it('is the door of the one exam for a ticket: its session may see nothing else', () => {
		expect(homeOf(who({ roles: ['student'], attempt: 'AgICAgICAgICAgICAgICAg', room: '7' })))
			.toBe('/thi/7/AgICAgICAgICAgICAgICAg');
	});
});
