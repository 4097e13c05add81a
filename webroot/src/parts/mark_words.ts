/* A mark in words, for those who read it: "8,5", "Đạt", "Hoàn thành tốt (T)". */
import { lang, words } from '../lib/i18n';
import { formatMark } from '../lib/number';
import type { MarkColumn, PrimaryResult } from '../lib/types';
import { isLetters, shownKind } from '../marks/cell';
import { vi } from '../i18n/vi/marks';
import { en } from '../i18n/en/marks';

const t = words(vi, en);

const WORDS = {
	comment: ['failed', 'passed'],
	level: ['level.0', 'level.1', 'level.2'],
	trait: ['trait.0', 'trait.1', 'trait.2'],
	answer: ['no', 'yes'],
} as const;

/** Tests of primary school are whole points. */
export function shownWords(subject: 'mark' | 'comment', column: Pick<MarkColumn, 'kind' | 'position'>, x10: number,
	isWhole: boolean): string {
	const kind = shownKind(subject, column);
	return isLetters(kind) ? letterWords(kind, x10) : isWhole ? String(x10 / 10) : formatMark(x10, lang.value);
}

/** What a primary pupil's year came to. */
export const resultWords = (result: PrimaryResult): string => t(`result.${result}`);

/** A letter in full. */
export function letterWords(kind: keyof typeof WORDS, x10: number): string {
	const key = WORDS[kind][x10];
	return key ? t(key) : '?';
}
