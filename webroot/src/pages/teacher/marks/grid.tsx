/* The grid of marks: keyed as Excel is, read as the WAI-ARIA grid pattern has it. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { lang } from '../../../lib/i18n';
import type { Result } from '../../../lib/mean';
import type { MarkRow } from '../../../lib/types';
import { EMPTY, cellKey, cellText, parseEntry, value } from '../../../marks/cell';
import type { Command } from '../../../marks/keys';
import { commandOf } from '../../../marks/keys';
import type { Entry } from '../../../marks/session';
import type { Desk } from './desk';
import { GridCell } from './grid_cell';
import { ColumnHead } from './grid_head';
import { resultOf, yearOf } from './means';
import { t } from './words';

const isField = (target: EventTarget | null): boolean =>
	target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

/* Every cell of marks in what is chosen. */
function chosenCells(desk: Desk): string[] {
	const { top, left, bottom, right } = desk.grid.block();
	const cells: string[] = [];
	for (let r = top; r <= bottom; r++) {
		for (let c = left; c <= right; c++) {
			const cell = desk.cellAt(r, c);
			if (cell) {
				cells.push(cell);
			}
		}
	}
	return cells;
}

/** v, b, Delete: on everything that is chosen. */
export function enterAll(desk: Desk, what: 'clear' | 'makeup' | string): void {
	const entries = chosenCells(desk).map((cell): Entry | null => {
		const now = desk.session.view(cell).peek().content;
		if (what === 'makeup') {
			return now.valueX10 === null ? null : { cell, content: { ...now, isMakeup: !now.isMakeup } };
		}
		const content = what === 'clear' ? EMPTY : parseEntry(desk.kindIn(cell), what);
		return content ? { cell, content } : null;
	});
	desk.enter(entries.filter((e): e is Entry => e !== null));
}

/** Opens the history of the cell where the reader is. */
export function openHistory(desk: Desk): void {
	const { row, column } = desk.grid.at.peek();
	const c = desk.sheet.columns[column];
	const r = desk.sheet.rows[row];
	if (c && r) {
		desk.asked.value = { t: 'history', column: c, row: r };
	}
}

function startEdit(desk: Desk, text: string | null): void {
	const { row, column } = desk.grid.at.peek();
	const cell = desk.cellAt(row, column);
	const r = desk.sheet.rows[row];
	if (cell && r && !r.exempt) {
		const now = desk.session.view(cell).peek().content;
		desk.grid.edit(text ?? cellText(desk.kindIn(cell), now, lang.peek()), text === null);
	} else if (r && desk.extras[column - desk.sheet.columns.length] === 'remark') {
		desk.asked.value = { t: 'remark', student: r.student.id };
	}
}

function put(desk: Desk, text: string): void {
	const { grid } = desk;
	const isOne = grid.anchor.peek() === null;
	enterAll(desk, text);
	if (isOne && desk.asked.peek() === null) {
		const { row, column } = grid.at.peek();
		grid.go({ row: Math.min(row + 1, grid.size.rows - 1), column });
		grid.hasJustPut = true;
	}
}

function carryOut(desk: Desk, command: Command): void {
	const { grid } = desk;
	switch (command.t) {
	case 'move': {
		const at = grid.at.peek();
		if (command.isTab) {
			grid.origin ??= at.column;
		} else {
			grid.origin = null;
		}
		grid.go(command.to, command.isExtending);
		break;
	}
	case 'edit':
		startEdit(desk, command.text);
		break;
	case 'put':
		put(desk, command.text);
		break;
	case 'clear':
	case 'makeup':
		enterAll(desk, command.t);
		break;
	case 'undo':
	case 'redo':
		desk.turnBack(command.t === 'redo');
		break;
	case 'history':
		openHistory(desk);
		break;
	case 'all':
		grid.chooseAll(desk.sheet.columns.length);
		break;
	}
}

function keysOf(desk: Desk) {
	return (event: KeyboardEvent): void => {
		const { grid } = desk;
		if (!(event.target instanceof Element) || !event.target.closest('[data-at]') || event.isComposing) {
			return;
		}
		const isSecondEnter = grid.hasJustPut && event.key === 'Enter';
		grid.hasJustPut = false;
		const command = commandOf({ key: event.key, code: event.code, ctrl: event.ctrlKey || event.metaKey,
			shift: event.shiftKey, alt: event.altKey }, grid.at.peek(), grid.size, desk.kindOf(desk.sheet.columns[grid.at.peek().column]), grid.origin);
		if (command) {
			event.preventDefault();
			if (!isSecondEnter) {
				carryOut(desk, command);
			}
		}
	};
}

/* What is chosen, as Excel takes it. */
function copyText(desk: Desk): string {
	const { top, left, bottom, right } = desk.grid.block();
	const lines: string[] = [];
	for (let r = top; r <= bottom; r++) {
		const line: string[] = [];
		for (let c = left; c <= right; c++) {
			const cell = desk.cellAt(r, c);
			line.push(cell ? cellText(desk.kindIn(cell), desk.session.view(cell).peek().content, lang.peek()) : '');
		}
		lines.push(line.join('\t'));
	}
	return lines.join('\n');
}

function pasteText(desk: Desk, text: string): void {
	const { row, column } = desk.grid.at.peek();
	const cell = desk.cellAt(row, column);
	const isOne = !/[\t\n\r]/.test(text.trim());
	const content = isOne && cell ? parseEntry(desk.kindIn(cell), text) : undefined;
	if (cell && content) {
		desk.enter([{ cell, content }]);
	} else if (column < desk.sheet.columns.length) {
		desk.asked.value = { t: 'paste', text };
	}
}

function useClipboard(desk: Desk): void {
	useEffect(() => {
		const isHere = (): boolean => desk.grid.table?.contains(document.activeElement) === true &&
			desk.asked.peek() === null;
		const paste = (event: ClipboardEvent): void => {
			const text = event.clipboardData?.getData('text/plain') ?? '';
			if (isHere() && text.trim() && (!isField(document.activeElement) || /[\t\n]/.test(text.trim()))) {
				event.preventDefault();
				desk.grid.editing.value = null;
				pasteText(desk, text);
			}
		};
		const copy = (event: ClipboardEvent): void => {
			if (isHere() && !isField(document.activeElement)) {
				event.preventDefault();
				event.clipboardData?.setData('text/plain', copyText(desk));
			}
		};
		document.addEventListener('paste', paste);
		document.addEventListener('copy', copy);
		return () => {
			document.removeEventListener('paste', paste);
			document.removeEventListener('copy', copy);
		};
	}, [desk]);
}

function ResultCell({ desk, row, at, of }: {
	desk: Desk; row: MarkRow; at: [number, number]; of: 'mean' | 'first' | 'year';
}): JSX.Element {
	const { grid } = desk;
	const isAt = useComputed(() => grid.at.value.row === at[0] && grid.at.value.column === at[1]).value;
	const year = of === 'mean' ? null : yearOf(desk, row);
	const result: Result = of === 'mean' ? resultOf(desk, row)
		: of === 'year' ? year?.year ?? { valueX10: null, text: '' }
		: { valueX10: year?.first ?? null, text: '' };
	return (
		<td role="gridcell" aria-readonly="true" class="cell mean" data-at={`${at[0]} ${at[1]}`} tabIndex={isAt ? 0 : -1}>
			{result.valueX10 === null ? '–' : cellText(desk.kind, value(result.valueX10), lang.value)}
		</td>
	);
}

function RemarkCell({ desk, row, at }: { desk: Desk; row: MarkRow; at: [number, number] }): JSX.Element {
	const { grid } = desk;
	const isAt = useComputed(() => grid.at.value.row === at[0] && grid.at.value.column === at[1]).value;
	return (
		<td role="gridcell" class="cell remark" data-at={`${at[0]} ${at[1]}`} tabIndex={isAt ? 0 : -1}>
			{row.remark?.text ?? ''}
		</td>
	);
}

function Row({ desk, row, r }: { desk: Desk; row: MarkRow; r: number }): JSX.Element {
	const { columns } = desk.sheet;
	return (
		<tr>
			<th scope="row"><span class="row-number">{r + 1}</span> {row.student.fullName}</th>
			{columns.map((c, k) => (
				<GridCell key={c.id} desk={desk} row={row} column={c} at={[r, k]} cell={cellKey(c.id, row.student.id)} />
			))}
			{desk.extras.map((x, k) => x === 'remark'
				? <RemarkCell key={x} desk={desk} row={row} at={[r, columns.length + k]} />
				: <ResultCell key={x} desk={desk} row={row} at={[r, columns.length + k]} of={x} />)}
		</tr>
	);
}

const EXTRA_WORDS = { mean: 'mean', first: 'mean.1', year: 'mean.year', remark: 'remark' } as const;

/** A place of the grid from a click in it. */
function placeOf(target: EventTarget | null): { row: number; column: number } | null {
	const at = target instanceof Element ? target.closest<HTMLElement>('[data-at]')?.dataset['at'] : undefined;
	const [row, column] = (at ?? '').split(' ').map(Number);
	return at === undefined || row === undefined || column === undefined ? null : { row, column };
}

export function Grid({ desk }: { desk: Desk }): JSX.Element {
	const table = useRef<HTMLTableElement>(null);
	const { sheet, grid } = desk;
	grid.size = { rows: sheet.rows.length, columns: sheet.columns.length + desk.extras.length };
	useEffect(() => {
		grid.table = table.current;
	}, [grid]);
	grid.onKey = keysOf(desk);
	useClipboard(desk);
	useEffect(() => {
		/* A column came or went: the focus stays with the place that is chosen. */
		if (table.current?.contains(document.activeElement) && !isField(document.activeElement)) {
			grid.focus();
		}
	}, [grid.size.columns, grid]);
	const click = (event: MouseEvent): void => {
		const place = placeOf(event.target);
		if (place && !isField(event.target)) {
			grid.origin = null;
			grid.go(place, event.shiftKey);
		}
	};
	const double = (event: MouseEvent): void => {
		if (placeOf(event.target) && !isField(event.target)) {
			startEdit(desk, null);
		}
	};
	return (
		<div class="mark-scroll">
			<table class="mark-grid" role="grid" aria-label={`${sheet.subject.name} – ${sheet.class.name}`}
				aria-multiselectable="true" ref={table} onKeyDown={grid.onKey} onClick={click} onDblClick={double}>
				<thead>
					<tr>
						<th scope="col">{t('student')}</th>
						{sheet.columns.map((c) => <ColumnHead key={c.id} desk={desk} column={c} />)}
						{desk.extras.map((x) => <th scope="col" key={x} class={x}>{t(EXTRA_WORDS[x])}</th>)}
					</tr>
				</thead>
				<tbody>
					{sheet.rows.map((row, r) => <Row key={row.student.id} desk={desk} row={row} r={r} />)}
				</tbody>
			</table>
		</div>
	);
}
