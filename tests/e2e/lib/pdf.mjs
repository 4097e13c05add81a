/* What a PDF says, and the codes on its pages. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The words of a PDF. */
export function pdfText(bytes) {
	return execFileSync('pdftotext', ['-', '-'], { input: bytes, encoding: 'utf8' });
}

/** Every QR code of the pages of a file (of its first `most`), as a camera would read it. */
export async function pdfCodes(file, most) {
	const folder = await mkdtemp(join(tmpdir(), 'tt-pages-'));
	try {
		await run('pdftoppm', ['-r', '150', '-gray', ...(most ? ['-l', String(most)] : []), file, join(folder, 'page')]);
		const pages = (await readdir(folder)).sort().map((name) => join(folder, name));
		const { stdout } = await run('zbarimg', ['--raw', '-q', '-Sdisable', '-Sqrcode.enable', ...pages],
			{ maxBuffer: 8 << 20 }).catch((e) => e);
		return stdout.trim().split('\n');
	} finally {
		await rm(folder, { recursive: true });
	}
}
