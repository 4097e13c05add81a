/* What a PDF says. */
import { execFileSync } from 'node:child_process';

/** The words of a PDF. */
export function pdfText(bytes) {
	return execFileSync('pdftotext', ['-', '-'], { input: bytes, encoding: 'utf8' });
}
