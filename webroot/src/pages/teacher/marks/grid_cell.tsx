/* One cell of the grid: what stands there, how it stands with the server, or the field to type in. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { lang } from '../../../lib/i18n';
import { formatDateTime } from '../../../lib/time';
import type { MarkColumn, MarkSheet } from '../../../lib/types';
import type { View } from '../../../marks/book';
import { cellText, isLetters, parseEntry, readContent, value } from '../../../marks/cell';
import { announce } from '../../../parts/live';
import type { Desk } from './desk';
import { isInside } from './grid_state';
import { carriedAt } from './means';
import { columnName, contentWords, t, wrongWords } from './words';

/** The field in a cell: what is understood stands beside it before it counts. */
function CellField({ desk, cell, label, row, column }: {
	desk: Desk; cell: string; label: string; row: number; column: number;
}): JSX.Element {
	const start = desk.grid.editing.peek();
	const [text, setText] = useState(start?.text ?? '');
	const field = useRef<HTMLInputElement>(null);
	const isOver = useRef(false);
	const kind = desk.kindIn(cell);
	const content = parseEntry(kind, text);
	const shown = content ? cellText(kind, content, lang.value) : '';
	useLayoutEffect(() => {
		field.current?.focus();
		field.current?.setSelectionRange(text.length, text.length);
	}, []);
	const leave = (): boolean => {
		const typed = parseEntry(kind, field.current?.value ?? '');
		if (isOver.current) {
			return true;
		}
		if (!typed) {
			announce(wrongWords(kind));
			return false;
		}
		isOver.current = true;
		desk.grid.editing.value = null;
		desk.enter([{ cell, content: typed }]);
		return true;
	};
	const keys = (event: KeyboardEvent): void => {
		const { grid } = desk;
		const isAcross = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
		if (event.key === 'Escape') {
			event.preventDefault();
			event.stopPropagation();
			isOver.current = true;
			grid.editing.value = null;
			grid.focus();
			return;
		}
		const isMove = ['Enter', 'Tab', 'ArrowUp', 'ArrowDown'].includes(event.key) ||
			(isAcross && !start?.isCaret);
		event.stopPropagation(); /* the grid's keys are letters here */
		if (!isMove) {
			return;
		}
		/* Moved on in this very call: before the next listener the field may be gone. */
		if (leave()) {
			grid.onKey(event);
		} else {
			event.preventDefault();
		}
	};
	const isWrong = content === undefined;
	return (
		<span class="cell-edit">
			<input ref={field} class={isWrong ? 'wrong' : undefined} inputMode="decimal" autocomplete="off"
				aria-label={label} aria-invalid={isWrong ? 'true' : undefined} maxLength={6} value={text}
				data-row={row} data-column={column}
				onInput={(e) => setText(e.currentTarget.value)} onKeyDown={keys}
				onBlur={() => { if (!leave()) { isOver.current = true; desk.grid.editing.value = null; } }} />
			<span class={isWrong ? 'cell-hint bad' : 'cell-hint'} aria-hidden="true">
				{isWrong ? wrongWords(kind)
					: shown && shown !== text ? `= ${shown}` : ''}
			</span>
		</span>
	);
}

/* What is true of a cell beyond its value, for those who do not see it. */
function stateWords(desk: Desk, view: View, column: MarkColumn, row: MarkSheet['rows'][number]): string {
	const request = row.cells[column.id]?.request;
	const kind = desk.kindOf(column);
	return [
		view.status === 'saved' ? '' : t(`state.${view.status}`),
		view.status === 'conflict' ? contentWords(kind, view.theirs) : '',
		view.theirs.attempt ? t('state.exam') : '',
		column.isLocked ? t('locked.short') : '',
		request ? t('state.request', { value: contentWords(kind, readContent(request)) }) : '',
	].filter(Boolean).join(', ');
}

function Shown({ desk, view, column, row }: {
	desk: Desk; view: View; column: MarkColumn; row: MarkSheet['rows'][number];
}): JSX.Element {
	const kind = desk.kindOf(column);
	const isWord = isLetters(kind);
	const text = (c: View['content']): string => cellText(kind, c, lang.value);
	const request = row.cells[column.id]?.request;
	const asked = request ? text(readContent(request)) || '–' : '';
	const state = stateWords(desk, view, column, row);
	const former = carriedAt(row, column, view.content);
	return (
		<>
			{former
				? (
					<span class="cell-carried" title={t('carried', { name: former.class.name })}>
						<span aria-hidden={isWord ? 'true' : undefined}>{text(value(former.valueX10))}</span>
						<span class="sr">{isWord ? contentWords(kind, value(former.valueX10)) : ''}, {t('carried', { name: former.class.name })}</span>
					</span>
				)
				: null}
			<span class="cell-value" aria-hidden={isWord || view.content.isMissing ? 'true' : undefined}>
				{text(view.content)}
				{view.content.isMakeup ? <sup aria-hidden="true">b</sup> : null}
			</span>
			{isWord || view.content.isMissing
				? <span class="sr">{contentWords(kind, view.content)}</span>
				: view.content.isMakeup ? <span class="sr"> {t('makeup')}</span> : null}
			{view.status === 'conflict'
				? <span class="cell-theirs" aria-hidden="true">≠ {text(view.theirs) || '–'}</span> : null}
			{asked ? <span class="cell-theirs" aria-hidden="true">→ {asked}?</span> : null}
			{state ? <span class="sr">, {state}</span> : null}
		</>
	);
}

export function GridCell({ desk, cell, row, column, at }: {
	desk: Desk; cell: string; row: MarkSheet['rows'][number]; column: MarkColumn; at: [number, number];
}): JSX.Element {
	const [r, c] = at;
	const { grid } = desk;
	const view = desk.session.view(cell).value;
	const isAt = useComputed(() => grid.at.value.row === r && grid.at.value.column === c).value;
	const isChosen = useComputed(() => isInside(grid.block(), r, c)).value;
	const isEditing = useComputed(() => grid.editing.value !== null && grid.at.value.row === r &&
		grid.at.value.column === c).value;
	const isShut = row.exempt === true;
	const names = ['cell', `is-${view.status}`, isShut ? 'is-exempt' : '', column.isLocked ? 'is-shut' : '',
		view.theirs.attempt ? 'is-exam' : '', isLetters(desk.kindOf(column)) ? 'is-letter' : ''].filter(Boolean).join(' ');
	return (
		<td role="gridcell" class={names} data-at={`${r} ${c}`} tabIndex={isAt ? 0 : -1}
			aria-selected={isChosen ? 'true' : 'false'} aria-readonly={isShut ? 'true' : undefined}
			title={column.isLocked && column.lockedAt ? t('locked', { when: formatDateTime(column.lockedAt) }) : undefined}>
			{isEditing
				? (
					<CellField desk={desk} cell={cell} row={r} column={c}
						label={t('cell', { column: columnName(column), name: row.student.fullName })} />
				)
				: isShut ? t('exempt') : <Shown desk={desk} view={view} column={column} row={row} />}
		</td>
	);
}
