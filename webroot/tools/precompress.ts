/*
 * A Vite plugin: after the build, writes FILE.br and FILE.gz beside every text file of the
 * output, so that the server compresses nothing while it serves. A compressed file that is
 * not smaller is left out.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = new Set(['.html', '.js', '.css', '.svg', '.json', '.webmanifest', '.txt']);
const MIN_BYTES = 256; /* under this the headers weigh more than what is saved */

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

async function filesUnder(folder: string): Promise<string[]> {
	const found: string[] = [];
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			found.push(...(await filesUnder(path)));
		} else if (TEXT.has(extname(entry.name))) {
			found.push(path);
		}
	}
	return found;
}

async function compressFile(path: string): Promise<void> {
	const bytes = await readFile(path);
	if (bytes.length < MIN_BYTES) {
		return;
	}
	const br = await toBrotli(bytes, {
		params: {
			[constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
			[constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
		},
	});
	const gz = await toGzip(bytes, { level: constants.Z_BEST_COMPRESSION });
	if (br.length < bytes.length) {
		await writeFile(`${path}.br`, br);
	}
	if (gz.length < bytes.length) {
		await writeFile(`${path}.gz`, gz);
	}
}

export function precompress(): Plugin {
	let folder = '';
	return {
		name: 'truongthi-precompress',
		apply: 'build',
		configResolved(config) {
			folder = config.build.outDir;
		},
		async closeBundle() {
			for (const path of await filesUnder(folder)) {
				await compressFile(path);
			}
		},
	};
}
