/* The opened paper: its JSON checked, its pictures as blob: addresses. */
import { fromUtf8 } from './bytes';

export type QuestionKind = 'single' | 'multiple' | 'truefalse' | 'numeric' | 'text' | 'essay';

export interface Item {
	slot: number;
	kind: QuestionKind;
	stem: string; /* HTML from the server's allow-list */
	options: { id: string; html: string }[];
	statements: { id: string; html: string }[];
	passage: number | null;
	pointsText: string;
}

export interface PaperPart {
	title: string;
	instructions: string;
	items: Item[];
}

interface PictureRef {
	mime: string;
	part: number;
	offset: number;
	length: number;
}

export interface Paper {
	title: string;
	subject: string;
	variant: string;
	parts: PaperPart[];
	passages: string[];
	pictures: Record<string, PictureRef>;
}

const KINDS: readonly string[] = ['single', 'multiple', 'truefalse', 'numeric', 'text', 'essay'];
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml'];

const text = (value: unknown): string => typeof value === 'string' ? value : '';
const list = (value: unknown): Record<string, unknown>[] =>
	Array.isArray(value) ? value as Record<string, unknown>[] : [];

const labelled = (value: unknown): { id: string; html: string }[] =>
	list(value).map((o) => ({ id: text(o['id']), html: text(o['html']) }));

function itemOf(raw: Record<string, unknown>): Item {
	const { slot, kind, passage } = raw;
	if (!Number.isInteger(slot) || !KINDS.includes(String(kind))) {
		throw new RangeError('paper: a question this program does not know');
	}
	return {
		slot: slot as number,
		kind: kind as QuestionKind,
		stem: text(raw['stem']),
		options: labelled(raw['options']),
		statements: labelled(raw['statements']),
		passage: typeof passage === 'number' ? passage : null,
		pointsText: text(raw['pointsText']),
	};
}

/** Reads the plain text of part 0; throws when it is not a paper of this version. */
export function readPaper(plain: Uint8Array): Paper {
	const raw = JSON.parse(fromUtf8(plain)) as Record<string, unknown>;
	if (raw['v'] !== 1) {
		throw new RangeError('paper: unknown version');
	}
	return {
		title: text(raw['title']),
		subject: text(raw['subject']),
		variant: text(raw['variant']),
		parts: list(raw['parts']).map((p) => ({
			title: text(p['title']),
			instructions: text(p['instructions']),
			items: list(p['items']).map(itemOf),
		})),
		passages: (Array.isArray(raw['passages']) ? raw['passages'] : []).map(text),
		pictures: (raw['pictures'] ?? {}) as Record<string, PictureRef>,
	};
}

export const itemsOf = (paper: Paper): Item[] => paper.parts.flatMap((p) => p.items);

/**
 * Addresses for the pictures, by their hash. `parts` holds the opened parts by number; a picture
 * whose place is not inside its part is left out.
 */
export function pictureUrls(paper: Paper, parts: ReadonlyMap<number, Uint8Array>)
	: Map<string, string> {
	const urls = new Map<string, string>();
	for (const [hash, p] of Object.entries(paper.pictures)) {
		const bytes = parts.get(p.part);
		if (bytes && PICTURES.includes(p.mime) && p.offset >= 0 && p.offset + p.length <= bytes.length) {
			const cut = bytes.slice(p.offset, p.offset + p.length);
			urls.set(hash, URL.createObjectURL(new Blob([cut], { type: p.mime })));
		}
	}
	return urls;
}
