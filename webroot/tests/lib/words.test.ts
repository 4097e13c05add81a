/* The catalogue: each sentence in both languages, and Vietnamese where Vietnamese is promised. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

type Catalogue = Record<string, string>;

const root = join(__dirname, '../../src');
const subjects = readdirSync(join(root, 'i18n/vi')).map((name) => name.replace(/\.ts$/, ''));

async function load(subject: string): Promise<{ vi: Catalogue; en: Catalogue }> {
	const { vi } = await import(`../../src/i18n/vi/${subject}.ts`) as { vi: Catalogue };
	const { en } = await import(`../../src/i18n/en/${subject}.ts`) as { en: Catalogue };
	return { vi, en };
}

/* Said alike in both languages: names, figures, a word that both have. */
const ALIKE = new Set(['22/2021/TT-BGDĐT', '{points}', '{column}, {name}', '{person}, {when}', 'Word', 'Excel', 'TX {position}', '+{minutes} phút', 'Trường Thi',
	'{answered} / {slots}', '{kind}, {grade}', '{deed}: {name}']);
const ENGLISH = /\b(the|and|not|with|your|this|please|click|error|save|file|name|class|student|teacher)\b/i;
const parameters = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string).sort();

describe.each(subjects)('words of %s', (subject) => {
	it('are the same keys in both languages, none empty', async () => {
		const { vi, en } = await load(subject);
		expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
		for (const words of [vi, en]) {
			expect(Object.entries(words).filter(([, text]) => text.trim() === '')).toEqual([]);
		}
	});
	it('take the same parameters in both languages', async () => {
		const { vi, en } = await load(subject);
		for (const [key, text] of Object.entries(vi)) {
			expect([key, ...parameters(en[key] ?? '')]).toEqual([key, ...parameters(text)]);
		}
	});
	it('are Vietnamese in Vietnamese, in composed letters and with its own quotes', async () => {
		const { vi, en } = await load(subject);
		for (const [key, text] of Object.entries(vi)) {
			expect(text.normalize('NFC'), key).toBe(text);
			expect(text.replace(/\{\w+\}/g, ''), key).not.toMatch(ENGLISH);
			expect(text, key).not.toMatch(/\.\.\.|"|--| [.,;:!?…](?!\w)/);
			expect(text, key).not.toMatch(/(học|giữa|cuối) kỳ/i); /* the house writes kì */
			if (text.length > 12 && !ALIKE.has(text)) {
				expect(text, key).not.toBe(en[key]);
			}
		}
	});
});

describe('every sentence of the catalogue', () => {
	const sources = (function walk(dir: string): string[] {
		return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => entry.isDirectory()
			? entry.name === 'i18n' ? [] : walk(join(dir, entry.name))
			: [join(dir, entry.name)]);
	})(root).filter((name) => /\.tsx?$/.test(name)).map((name) => readFileSync(name, 'utf8'));

	it('is said by some page', async () => {
		const unsaid: string[] = [];
		for (const subject of subjects) {
			/* The pages of the exam, of the gradebook, of a class, of families, of closing, of terms, of the exchange and of the department take theirs from one file. */
			const users = sources.filter((text) => text.includes(`i18n/vi/${subject}'`) ||
				(['exam', 'grid', 'klass', 'family', 'parent'].includes(subject) && text.includes("from './words'")) ||
				(subject === 'department' && text.includes("from './desk_data'")) ||
				(subject === 'exchange' && text.includes("from './exchange_data'")) ||
				(subject === 'closing' && text.includes("from './closing_data'")) ||
				(subject === 'terms' && text.includes("from './term_data'"))).join('\n');
			const { vi } = await load(subject);
			for (const key of Object.keys(vi)) {
				const stems = key.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.'));
				const isMade = stems.some((stem) => users.includes(`\`${stem}.\${`));
				if (!isMade && !users.includes(`'${key}'`)) {
					unsaid.push(`${subject}: ${key}`);
				}
			}
		}
		expect(unsaid).toEqual([]);
	});
	it('is used through a key: no page writes Vietnamese itself', () => {
		const letters = /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i;
		const written = sources.flatMap((text) => text
			.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '').split('\n')
			.filter((line) => letters.test(line)));
		const NAMES = /Trường Thi|Tiếng Việt|Chủ nhật|Thứ Hai|'Đ'|đ\/g|'vi'/;
		expect(written.filter((line) => !NAMES.test(line))).toEqual([]);
	});
});

describe('the log of deeds', () => {
	it('has words for each deed that the server writes', () => {
		const server = join(__dirname, '../../../ws');
		const deeds = (readdirSync(server, { recursive: true }) as string[]).filter((name) => name.endsWith('.c'))
			.flatMap((name) => [...readFileSync(join(server, name), 'utf8').matchAll(/struct audit_deed \w+ = \{([^}]*)/g)])
			.flatMap((m) => [...(m[1] as string).matchAll(/"([a-z_]+\.[a-z_]+)"/g)].map((x) => x[1] as string));
		/* Those of a department stand in its own log. */
		const page = ['office/audit.tsx', 'department/log.tsx'].map((name) => readFileSync(join(root, 'pages', name), 'utf8')).join('\n');
		expect(deeds.length).toBeGreaterThan(40);
		expect(deeds.filter((deed) => !page.includes(`'${deed}'`))).toEqual([]);
	});
});
