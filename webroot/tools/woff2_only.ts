/*
 * A Vite plugin: KaTeX names each font in three formats; every browser this client runs in reads
 * woff2, so the other two are taken out of its style sheet before they are copied.
 */
import type { Plugin } from 'vite';

export function woff2Only(): Plugin {
	return {
		name: 'truongthi-woff2-only',
		enforce: 'pre',
		transform(code, id) {
			if (!/katex[^?]*\.css/.test(id)) {
				return null;
			}
			return code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '');
		},
	};
}
