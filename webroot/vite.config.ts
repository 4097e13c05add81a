/*
 * Builds the web client into TT_WEBROOT_OUT (default ../build/webroot): hashed files under
 * /assets/, each beside its .br and .gz, and one index.html that serves every page address.
 */
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { precompress } from './tools/precompress';
import { woff2Only } from './tools/woff2_only';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
	root: here,
	publicDir: 'public',
	esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
	build: {
		outDir: resolve(here, process.env['TT_WEBROOT_OUT'] ?? '../build/webroot'),
		emptyOutDir: true,
		assetsDir: 'assets',
		assetsInlineLimit: 0, /* the CSP has no data: for scripts and styles; a file caches better */
		target: ['es2020', 'chrome87', 'firefox78', 'safari14'],
		modulePreload: { polyfill: false },
		rollupOptions: {
			input: {
				index: resolve(here, 'index.html'),
				exam: resolve(here, 'exam.html'),
				sw: resolve(here, 'src/sw.ts'),
			},
			output: {
				/* A service worker's name and place are its scope: /sw.js, without a hash. */
				entryFileNames: (chunk) => chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js',
			},
		},
		reportCompressedSize: false,
	},
	plugins: [woff2Only(), precompress()],
	server: {
		port: 5173,
		proxy: {
			'/api': process.env['TT_SERVER'] ?? 'http://127.0.0.1:8080',
			'/hall': { target: process.env['TT_SERVER'] ?? 'http://127.0.0.1:8080', ws: true },
		},
	},
	test: {
		include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
		setupFiles: ['tests/setup.ts'],
		environment: 'node',
		testTimeout: 120_000,
	},
});
