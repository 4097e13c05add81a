import { describe, expect, it } from 'vitest';
import { formatClock, formatDate, formatDateTime, formatDay, formatIsoDate, formatLeft, formatTime,
	isSameDay, parseLocalInput, toLocalInput } from '../../src/lib/time';

/* 24 November 2026 07:31:05 at the school is 00:31:05 UTC. */
const AT = Date.UTC(2026, 10, 24, 0, 31, 5);

describe('time at the school', () => {
	it('is seven hours before UTC on any device', () => {
		expect(formatTime(AT)).toBe('7:31:05');
		expect(formatClock(AT)).toBe('7:31');
		expect(formatDateTime(AT)).toBe('7:31, 24/11/2026');
		expect(formatDay(AT, 'vi')).toBe('Thứ Ba, 24/11/2026');
	});

	it('changes the day at midnight of the school', () => {
		const midnight = Date.UTC(2026, 10, 23, 17, 0, 0);
		expect(formatDate(midnight - 1)).toBe('23/11/2026');
		expect(formatDate(midnight)).toBe('24/11/2026');
		expect(isSameDay(midnight - 1, midnight)).toBe(false);
		expect(isSameDay(midnight, AT)).toBe(true);
	});

	it('goes through a date input and back', () => {
		expect(toLocalInput(AT)).toBe('2026-11-24T07:31');
		expect(parseLocalInput('2026-11-24T07:31')).toBe(AT - 5000);
		expect(parseLocalInput('2026-11-24T07:31:05')).toBe(AT);
		expect(parseLocalInput('')).toBeNull();
		expect(formatIsoDate('2010-09-05')).toBe('05/09/2010');
	});

	it.each([
		[0, '0:00'], [-5, '0:00'], [1, '0:01'], [1000, '0:01'], [1001, '0:02'], [60_000, '1:00'],
		[3_600_000, '1:00:00'], [3_909_000, '1:05:09'],
	])('counts %d ms down as %s', (ms, want) => {
		expect(formatLeft(ms)).toBe(want);
	});
});
