/* Finds the students of a class in what was copied along with the marks: names, codes, births. */

import { fold } from './cell';

export interface Pupil {
	id: string;
	code: string;
	fullName: string;
	birthDate: string | null; /* 2010-09-05 */
	isExempt: boolean;
}

export const folded = (text: string): string => text.normalize('NFC').trim().toLowerCase()
	.replace(/[\s.,_-]+/g, ' ');

const bare = (text: string): string => fold(folded(text));

/** "5/9/2010", "05-09-2010", "2010-09-05" → "2010-09-05". */
export function isoOf(text: string): string | null {
	const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
	if (iso) {
		return iso[0];
	}
	const m = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim());
	return m ? `${m[3]}-${m[2]?.padStart(2, '0')}-${m[1]?.padStart(2, '0')}` : null;
}

/** By code alone. */
export const byCode = (pupils: Pupil[], text: string): Pupil | undefined =>
	text === '' ? undefined : pupils.find((p) => folded(p.code) === folded(text));

/** All of that name; marks on letters may be missing when nobody has the name as it is written. */
export function byName(pupils: Pupil[], text: string): Pupil[] {
	if (text.trim() === '') {
		return [];
	}
	const exact = pupils.filter((p) => folded(p.fullName) === folded(text));
	return exact.length > 0 ? exact : pupils.filter((p) => bare(p.fullName) === bare(text));
}

export type Meaning = 'name' | 'code' | 'birth' | 'other' | 'mark';

/** Where names, codes and births stand in a block; `nameWidth` 2: family name and given name. */
export interface Layout {
	meanings: Meaning[];
	nameAt: number | null;
	nameWidth: number;
}

const share = (rows: string[][], fits: (row: string[]) => boolean, filled: (row: string[]) => boolean)
	: number => {
	const some = rows.filter(filled);
	return some.length === 0 ? 0 : some.filter(fits).length / some.length;
};

/** 1, 2, 3 …: at least five in order, each one more than the one before. */
export function isCounting(rows: string[][], c: number): boolean {
	const numbers = rows.map((r) => r[c] ?? '').filter((x) => /^\d+$/.test(x)).map(Number);
	return numbers.length >= 5 && numbers.length >= rows.length - 6 &&
		numbers.every((n, i) => i === 0 || n === (numbers[i - 1] as number) + 1);
}

/* Row numbers in any order stand before the names: whole numbers, none twice. */
function isNumbering(rows: string[][], c: number): boolean {
	const numbers = rows.map((r) => r[c] ?? '').filter((x) => /^\d+$/.test(x));
	return numbers.length >= rows.length - 6 && new Set(numbers).size === numbers.length;
}

export function nameText(row: string[], layout: Layout): string {
	return layout.nameAt === null ? ''
		: row.slice(layout.nameAt, layout.nameAt + layout.nameWidth).join(' ').trim();
}

/** `isMark` tells what can stand in a cell of marks: beside names, a column without any is none. */
export function layoutOf(rows: string[][], pupils: Pupil[], isMark: (text: string) => boolean): Layout {
	const width = rows[0]?.length ?? 0;
	const meanings: Meaning[] = Array<Meaning>(width).fill('mark');
	const layout: Layout = { meanings, nameAt: null, nameWidth: 1 };
	const cell = (c: number) => (r: string[]): string => r[c] ?? '';
	let best = 0.4; /* of the filled cells must be names of this class */
	for (let c = 0; c < width; c++) {
		for (const wide of [1, 2]) {
			const text = (r: string[]): string => r.slice(c, c + wide).join(' ').trim();
			const found = share(rows, (r) => byName(pupils, text(r)).length > 0, (r) => text(r) !== '');
			if (found > best) {
				best = found;
				layout.nameAt = c;
				layout.nameWidth = wide;
			}
		}
	}
	for (let c = 0; c < width; c++) {
		const isFilled = (r: string[]): boolean => cell(c)(r) !== '';
		if (layout.nameAt !== null && c >= layout.nameAt && c < layout.nameAt + layout.nameWidth) {
			meanings[c] = 'name';
		} else if (share(rows, (r) => byCode(pupils, cell(c)(r)) !== undefined, isFilled) > 0.4) {
			meanings[c] = 'code';
		} else if (share(rows, (r) => isoOf(cell(c)(r)) !== null, isFilled) > 0.5) {
			meanings[c] = 'birth';
		} else if (c === 0 && width > 1 && isCounting(rows, c)) {
			meanings[c] = 'other';
		} else if (layout.nameAt !== null) {
			const isOther = c < layout.nameAt ? isNumbering(rows, c)
				: rows.some(isFilled) && share(rows, (r) => isMark(cell(c)(r)), isFilled) < 0.2;
			meanings[c] = isOther ? 'other' : 'mark';
		}
	}
	return layout;
}
