/*
 * The content form of questions on screen. The server built it from an allow-list; here it is
 * taken apart once more and drawn by the same list, so that nothing else can ever run. Formulas
 * are drawn by KaTeX, which is fetched when a paper has one.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';

export type Pictures = ReadonlyMap<string, string>; /* hash → address */

const PLAIN = ['p', 'br', 'b', 'i', 'u', 'sub', 'sup', 'table', 'tr', 'td'] as const;
type Plain = typeof PLAIN[number];

const isPlain = (name: string): name is Plain => (PLAIN as readonly string[]).includes(name);

type Katex = typeof import('katex').default;
let katex: Promise<Katex> | null = null;

function loadKatex(): Promise<Katex> {
	katex ??= import('./formula').then((m) => m.katex);
	return katex;
}

/** Fetches what formulas need, ahead of the first one. */
export function prepareFormulas(): void {
	void loadKatex().catch(() => { katex = null; });
}

/* Until KaTeX is here, and should it never come, the LaTeX itself can be read. */
function Formula({ tex }: { tex: string }): JSX.Element {
	const box = useRef<HTMLSpanElement>(null);
	useEffect(() => {
		let isHere = true;
		loadKatex().then(
			(k) => {
				if (isHere && box.current) {
					/* Fractions and sums at their full size: on a phone the small ones cannot be read. */
					k.render(`\\displaystyle ${tex}`, box.current, { throwOnError: false, strict: false, trust: false,
						displayMode: false, maxSize: 20, maxExpand: 500 });
				}
			},
			() => { katex = null; });
		return () => { isHere = false; };
	}, [tex]);
	return <span class="formula" ref={box} key={tex}>{tex}</span>;
}

function numberOf(e: Element, name: string, max: number): number | undefined {
	const n = Number(e.getAttribute(name));
	return Number.isInteger(n) && n > 0 && n <= max ? n : undefined;
}

function Picture({ e, pictures }: { e: Element; pictures: Pictures }): JSX.Element {
	const src = pictures.get(e.getAttribute('data-picture') ?? '');
	const alt = e.getAttribute('alt') ?? '';
	return src
		? <img src={src} alt={alt} width={numberOf(e, 'width', 4000)} height={numberOf(e, 'height', 4000)} />
		: <span class="picture-missing" role="img" aria-label={alt || '?'}>▢</span>;
}

function draw(node: Node, key: number, pictures: Pictures): ComponentChildren {
	if (node.nodeType === Node.TEXT_NODE) {
		return node.nodeValue;
	}
	if (!(node instanceof Element)) {
		return null;
	}
	const name = node.tagName.toLowerCase();
	if (name === 'img') {
		return <Picture key={key} e={node} pictures={pictures} />;
	}
	if (name === 'span' && node.className === 'math') {
		return <Formula key={key} tex={node.textContent ?? ''} />;
	}
	const children = [...node.childNodes].map((child, i) => draw(child, i, pictures));
	if (!isPlain(name)) {
		return children;
	}
	if (name === 'br') {
		return <br key={key} />;
	}
	if (name === 'table') {
		return <div key={key} class="table-scroll"><table><tbody>{children}</tbody></table></div>;
	}
	if (name === 'td') {
		return (
			<td key={key} colSpan={numberOf(node, 'colspan', 50)} rowSpan={numberOf(node, 'rowspan', 50)}>
				{children}
			</td>
		);
	}
	const Tag = name;
	return <Tag key={key}>{children}</Tag>;
}

/** Rich text as nodes. With `inline` a paragraph's marks are left out, for use inside a label. */
export function Rich({ html, pictures, inline }: {
	html: string; pictures: Pictures; inline?: boolean;
}): JSX.Element {
	const content = useMemo(() => {
		const source = inline ? html.replace(/<p>/g, '').replace(/<\/p>(?=.)/g, '<br>').replace(/<\/p>/g, '') : html;
		const body = new DOMParser().parseFromString(source, 'text/html').body;
		/* The browser puts rows into a tbody of its own making: take the rows out again. */
		body.querySelectorAll('tbody').forEach((b) => b.replaceWith(...b.childNodes));
		return [...body.childNodes].map((n, i) => draw(n, i, pictures));
	}, [html, pictures, inline]);
	return inline ? <span class="rich">{content}</span> : <div class="rich">{content}</div>;
}

/** Whether a text has a formula in it. */
export const hasFormula = (html: string): boolean => html.includes('class="math"');
