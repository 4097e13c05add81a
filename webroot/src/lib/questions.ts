/* What pages need to know about questions: blank ones, keys in words, pictures in rich text. */
import type { Question, QuestionKind } from './types';

export const KINDS: QuestionKind[] = ['single', 'multiple', 'truefalse', 'numeric', 'text', 'essay'];

const LETTERS = 'ABCDEFGH';
export const OPTIONS_MAX = LETTERS.length;

export const letter = (index: number): string => LETTERS[index] ?? '?';

function blankKey(kind: QuestionKind): unknown {
	switch (kind) {
	case 'single':
		return '';
	case 'multiple':
		return [];
	case 'truefalse':
		return [null, null, null, null];
	case 'numeric':
		return { value: '', tolerance: '0' };
	case 'text':
		return { accepted: [] };
	case 'essay':
		return { guide: '' };
	}
}

const four = (ids: string): { id: string; html: string }[] => [...ids].map((id) => ({ id, html: '' }));

/** An empty question of a kind, or the given one turned into that kind. */
export function blankQuestion(kind: QuestionKind, from?: Question): Question {
	const base: Question = from ?? {
		kind, stem: '', key: null, shuffle: true, keepLast: false, topic: '', difficulty: 0,
		passage: null, confidence: 100, problems: [],
	};
	const { options: _o, statements: _s, ...rest } = base;
	const made: Question = { ...rest, kind, key: blankKey(kind) };
	if (kind === 'single' || kind === 'multiple') {
		made.options = base.options ?? four('ABCD');
	}
	if (kind === 'truefalse') {
		made.statements = base.statements ?? four('abcd');
	}
	return made;
}

const isFilled = (text: unknown): boolean => typeof text === 'string' && text.trim() !== '';

/** Whether the key says enough to mark by it. */
export function hasKey(q: Question): boolean {
	const key = q.key as Record<string, unknown> | unknown[] | string | null | undefined;
	if (q.kind === 'essay') {
		return true;
	}
	if (key === null || key === undefined) {
		return false;
	}
	switch (q.kind) {
	case 'single':
		return isFilled(key);
	case 'multiple':
		return Array.isArray(key) && key.length > 0;
	case 'truefalse':
		return Array.isArray(key) && key.length === (q.statements?.length ?? 0) &&
			key.every((v) => typeof v === 'boolean');
	case 'numeric':
		return isFilled((key as Record<string, unknown>)['value']);
	case 'text': {
		const accepted = (key as Record<string, unknown>)['accepted'];
		return Array.isArray(accepted) && accepted.some(isFilled);
	}
	}
}

/** The key in a few words: "B", "A, C", "a Đ, b S", "3,14". */
export function keyText(q: Question, yes: string, no: string): string {
	if (!hasKey(q)) {
		return '';
	}
	switch (q.kind) {
	case 'single':
		return String(q.key);
	case 'multiple':
		return (q.key as string[]).join(', ');
	case 'truefalse':
		return (q.key as boolean[])
			.map((v, i) => `${q.statements?.[i]?.id ?? '?'} ${v ? yes : no}`).join(', ');
	case 'numeric':
		return (q.key as { value: string }).value;
	case 'text':
		return (q.key as { accepted: string[] }).accepted.join(' / ');
	case 'essay':
		return '';
	}
}

/** The pictures named in rich texts, at the addresses where a teacher may see them. */
export function picturesIn(texts: (string | undefined)[]): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const text of texts) {
		for (const m of (text ?? '').matchAll(/data-picture="([0-9a-f]{64})"/g)) {
			found.set(m[1] as string, `/api/v1/pictures/${m[1]}`);
		}
	}
	return found;
}

export const textsOf = (q: Question): (string | undefined)[] =>
	[q.stem, q.passage?.html, ...(q.options ?? []).map((o) => o.html),
		...(q.statements ?? []).map((s) => s.html)];

const UNESCAPED: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/*
 * Rich text as a teacher edits it in a plain field: a formula between $ signs, a paragraph on a
 * line of its own, other marks as they are. toRich is the way back; the server builds the text
 * anew from its own allow-list in any case.
 */
export function toField(html: string): string {
	const text = html
		.replace(/<span class="math">(.*?)<\/span>/gs, (_, tex: string) => `$${tex}$`)
		.replace(/<p>/g, '').replace(/<\/p>/g, '\n').replace(/<br>/g, '\n')
		.replace(/\n+$/, '');
	const hasMarks = /<[a-z]/.test(text);
	return hasMarks ? text : text.replace(/&(?:lt|gt|amp);/g, (e) => UNESCAPED[e] ?? e);
}

const escapeText = (text: string): string =>
	text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const MARKS = /<\/?(?:p|br|b|i|u|sub|sup|table|tr|td|img|span)\b/;

function withFormulas(text: string): string {
	const pieces = text.split(/(\$[^$\n]+\$)/);
	const hasMarks = MARKS.test(text);
	return pieces.map((piece, i) => i % 2 === 1
		? `<span class="math">${hasMarks ? piece.slice(1, -1) : escapeText(piece.slice(1, -1))}</span>`
		: hasMarks ? piece : escapeText(piece)).join('');
}

export function toRich(text: string): string {
	const lines = text.replace(/\r/g, '').split('\n').filter((line) => line.trim() !== '');
	if (lines.length <= 1) {
		return withFormulas(lines[0] ?? '');
	}
	return lines.map((line) => `<p>${withFormulas(line)}</p>`).join('');
}
