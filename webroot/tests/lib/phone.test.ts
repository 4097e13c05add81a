import { describe, expect, it } from 'vitest';
import { formatPhone } from '../../src/lib/phone';

describe('phone numbers', () => {
	it('are shown as they are dialled here', () => {
		expect(formatPhone('+84912345678')).toBe('0912 345 678');
		expect(formatPhone('0912345678')).toBe('0912 345 678');
		expect(formatPhone('0912 345.678')).toBe('0912 345 678');
	});
	it('of other countries stay as they are', () => {
		expect(formatPhone('+12025550123')).toBe('+12025550123');
		expect(formatPhone('')).toBe('');
	});
});
