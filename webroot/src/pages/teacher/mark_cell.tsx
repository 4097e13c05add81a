/* One cell of the gradebook: a mark typed by the numeric keypad, or Đạt and Chưa đạt chosen. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { lang, words } from '../../lib/i18n';
import { formatMark } from '../../lib/number';
import { parseTyped } from '../../lib/typed_mark';
import type { Subject } from '../../lib/types';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

/** A mark or a judgement in words; "–" for none. */
export function markText(kind: Subject['kind'], x10: number | null): string {
	if (x10 === null) {
		return '–';
	}
	return kind === 'comment' ? t(x10 > 0 ? 'm.passed' : 'm.failed') : formatMark(x10, lang.value);
}

/* The neighbour a key leads to, by the data-row and data-column of the fields. */
function step(event: KeyboardEvent, row: number, column: number): void {
	const moves: Record<string, [number, number]> = {
		Enter: [1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
	};
	const input = event.currentTarget as HTMLInputElement;
	const by = moves[event.key];
	const isInText = (event.key === 'ArrowLeft' && (input.selectionStart ?? 0) > 0) ||
		(event.key === 'ArrowRight' && (input.selectionEnd ?? 0) < input.value.length);
	if (!by || isInText) {
		return;
	}
	const next = input.closest('table')?.querySelector<HTMLInputElement>(
		`input[data-row="${row + by[0]}"][data-column="${column + by[1]}"]`);
	if (next) {
		event.preventDefault();
		next.focus();
		next.select();
	}
}

export interface CellProps {
	value: number | null;
	label: string;
	row: number;
	column: number;
	onLeave: (x10: number | null) => void;
}

export function MarkCell({ value, label, row, column, onLeave }: CellProps): JSX.Element {
	const [typed, setTyped] = useState<string | null>(null);
	const parsed = typed === null ? { x10: value } : parseTyped(typed);
	const leave = (): void => {
		if (typed !== null && parsed) {
			setTyped(null);
			if (parsed.x10 !== value) {
				onLeave(parsed.x10);
			}
		}
	};
	const preview = typed !== null && typed !== '' && parsed ? formatMark(parsed.x10, lang.value) : '';
	return (
		<div class="mark-cell">
			<input class={parsed ? 'input' : 'input wrong'} inputMode="decimal" autocomplete="off"
				aria-label={label} aria-invalid={parsed ? undefined : 'true'} maxLength={4}
				data-row={row} data-column={column}
				value={typed ?? formatMark(value, lang.value)}
				onInput={(e) => setTyped(e.currentTarget.value)}
				onFocus={(e) => e.currentTarget.select()}
				onKeyDown={(e) => e.key === 'Escape' ? setTyped(null) : step(e, row, column)}
				onBlur={leave} />
			<span class="mark-preview" aria-hidden="true">
				{parsed ? preview && preview !== typed ? preview : '' : t('m.wrong')}
			</span>
		</div>
	);
}

/** Of a subject that is judged by comment. */
export function CommentCell({ value, label, row, column, onLeave }: CellProps): JSX.Element {
	return (
		<select class="input comment-cell" aria-label={label} data-row={row} data-column={column}
			value={value === null ? '' : String(value > 0 ? 1 : 0)}
			onChange={(e) => onLeave(e.currentTarget.value === '' ? null : Number(e.currentTarget.value))}>
			<option value="">–</option>
			<option value="1">{t('m.passed')}</option>
			<option value="0">{t('m.failed')}</option>
		</select>
	);
}
