import { describe, expect, it } from 'vitest';
import { fill, setLang, words } from '../../src/lib/i18n';

/* Every catalogue in both languages; a new file is found by itself. */
const viFiles = import.meta.glob<{ vi: Record<string, string> }>('../../src/i18n/vi/*.ts',
	{ eager: true });
const enFiles = import.meta.glob<{ en: Record<string, string> }>('../../src/i18n/en/*.ts',
	{ eager: true });

const holes = (s: string): string[] => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string).sort();

describe('catalogues', () => {
	it('are there', () => {
		expect(Object.keys(viFiles).length).toBeGreaterThan(3);
		expect(Object.keys(enFiles).length).toBe(Object.keys(viFiles).length);
	});

	it.each(Object.keys(viFiles))('%s: same keys and parameters, NFC, no straight quotes', (file) => {
		const vi = viFiles[file]?.vi ?? {};
		const en = enFiles[file.replace('/vi/', '/en/')]?.en ?? {};
		expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
		for (const [key, text] of Object.entries(vi)) {
			expect(text.normalize('NFC'), key).toBe(text);
			expect(holes(en[key] ?? ''), key).toEqual(holes(text));
			expect(text, key).not.toMatch(/["]/);
			expect(en[key], key).not.toMatch(/["']/);
		}
	});
});

describe('words', () => {
	it('says one thing of one and another of many', () => {
		const text = '{n} {n|row is|rows are} left, {m|a day|days}';
		expect(fill(text, { n: 1, m: 2 }, 'en')).toBe('1 row is left, days');
		expect(fill(text, { n: '1', m: 1 }, 'en')).toBe('1 row is left, a day');
		expect(fill(text, { n: 0, m: 21 }, 'en')).toBe('0 rows are left, days');
		expect(fill(text, { n: '1,5' }, 'en')).toBe('1,5 rows are left, days');
	});

	it('answers in the chosen language and writes numbers its way', () => {
		const t = words({ a: 'Có {n} dòng' }, { a: '{n} rows' });
		setLang('vi');
		expect(t('a', { n: 1234.5 })).toBe('Có 1.234,5 dòng');
		setLang('en');
		expect(t('a', { n: 1234.5 })).toBe('1,234.5 rows');
		setLang('vi');
	});

	it('leaves a missing parameter visible', () => {
		expect(fill('{a} và {b}', { a: 'x' }, 'vi')).toBe('x và {b}');
	});
});
