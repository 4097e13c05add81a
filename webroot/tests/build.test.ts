/*
 * What the build hands to the server: the exam's first load within its budget and without the
 * teacher's code, every text file compressed beside itself, nothing inline, nothing from another
 * origin.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { extname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const EXAM_BUDGET_BYTES = 120 * 1024; /* gzip, the worse of the two */
const PARENT_BUDGET_BYTES = 120 * 1024;
const TEXT = new Set(['.html', '.js', '.css']);

const here = fileURLToPath(new URL('..', import.meta.url));
let out = '';

beforeAll(async () => {
	out = mkdtempSync(join(tmpdir(), 'webroot-'));
	process.env['TT_WEBROOT_OUT'] = out;
	await build({ root: here, configFile: join(here, 'vite.config.ts'), logLevel: 'error', mode: 'production' });
}, 120_000);

afterAll(() => rmSync(out, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(join(out, name), 'utf8');

/* The files a page fetches before any code of its own asks for more. */
function firstLoad(page: string): string[] {
	return [page, ...[...read(page).matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1] as string)];
}

const compressed = (files: string[]): number =>
	files.reduce((sum, f) => sum + statSync(join(out, `${f}.gz`)).size, 0);

const files = (): string[] => readdirSync(out, { recursive: true }).map(String)
	.filter((f) => statSync(join(out, f)).isFile());

describe('the build', () => {
	it('gives the exam page within its budget', () => {
		const list = firstLoad('exam.html');
		expect(list.length).toBeGreaterThan(3);
		expect(compressed(list)).toBeLessThan(EXAM_BUDGET_BYTES);
	});

	it('keeps the teacher’s and the office’s code out of it', () => {
		const code = firstLoad('exam.html').filter((f) => f.endsWith('.js')).map(read).join('\n');
		expect(code).toContain('truongthi.v1');
		expect(code).not.toMatch(/api\/v1\/(banks|papers|roster|classes|marks)/);
		expect(code).not.toContain('ed25519');
	});

	it('gives the first page within its budget', () => {
		expect(compressed(firstLoad('index.html'))).toBeLessThan(PARENT_BUDGET_BYTES);
	});

	it('gives a parent the first page about a child within its budget', () => {
		const wanted = [...firstLoad('index.html'), ...files().filter((f) => /^assets\/parent-[\w-]{8}\.(js|css)$/.test(f))];
		for (const name of wanted) { /* grows while it is walked: what a file imports at once is fetched too */
			const inner = name.endsWith('.js') ? [...read(name).matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)] : [];
			wanted.push(...inner.map((m) => `assets/${m[1] as string}`).filter((f) => !wanted.includes(f)));
		}
		const list = [...new Set(wanted)].filter((f) => existsSync(join(out, `${f}.gz`)));
		expect(list.length).toBeGreaterThan(8);
		console.log(`REPORT a parent's first load: ${(compressed(list) / 1024).toFixed(1)} KiB in ${list.length} files (gzip)`);
		expect(compressed(list)).toBeLessThan(PARENT_BUDGET_BYTES);
	});

	it('puts .br and .gz of the same content beside every text file', () => {
		const texts = files().filter((f) => TEXT.has(extname(f)) && statSync(join(out, f)).size >= 256);
		expect(texts.length).toBeGreaterThan(10);
		for (const f of texts) {
			const plain = readFileSync(join(out, f));
			expect(brotliDecompressSync(readFileSync(join(out, `${f}.br`))).equals(plain), f).toBe(true);
			expect(gunzipSync(readFileSync(join(out, `${f}.gz`))).equals(plain), f).toBe(true);
		}
	});

	it('names everything by its hash but the pages and the worker', () => {
		for (const f of files().filter((name) => name.startsWith('assets'))) {
			expect(f).toMatch(/-[A-Za-z0-9_-]{8}\.[a-z0-9]+(\.br|\.gz)?$/);
		}
		expect(existsSync(join(out, 'sw.js'))).toBe(true);
	});

	it('has nothing inline in its pages', () => {
		for (const page of ['index.html', 'exam.html']) {
			expect(read(page)).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
			expect(read(page)).not.toMatch(/<style|\bstyle=|\son[a-z]+=/);
		}
	});

	it('fetches nothing from another origin', () => {
		for (const f of files().filter((name) => /\.(css|html)$/.test(name))) {
			expect(read(f), f).not.toMatch(/(?:url\(|src=|href=)["']?(?:https?:)?\/\//);
		}
		for (const f of files().filter((name) => name.endsWith('.js'))) {
			const urls = [...read(f).matchAll(/https?:\/\/[a-z0-9.-]+/g)].map((m) => m[0]);
			const allowed = ['http://www.w3.org', 'https://katex.org']; /* names of XML languages, a text */
			expect(urls.filter((u) => !allowed.includes(u)), f).toEqual([]);
		}
	});

	it('carries one format of each font', () => {
		expect(files().filter((f) => /\.(woff|ttf)$/.test(f))).toEqual([]);
		expect(files().filter((f) => f.endsWith('.woff2')).length).toBeGreaterThan(10);
	});
});
