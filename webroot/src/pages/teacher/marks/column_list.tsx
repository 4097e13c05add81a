/*
 * The phone's way: one column at a time, big fields under one another, Enter goes to the next
 * student. The same sheet, the same rules.
 */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { lang } from '../../../lib/i18n';
import { formatDateTime } from '../../../lib/time';
import type { MarkColumn, MarkRow } from '../../../lib/types';
import type { Content } from '../../../marks/cell';
import type { LetterKind } from '../../../marks/cell';
import { cellKey, cellText, isLetters, parseEntry, value, valuesOf } from '../../../marks/cell';
import { announce } from '../../../parts/live';
import { letterWords } from '../../../parts/mark_words';
import { Tag } from '../../../parts/notice';
import type { Desk } from './desk';
import { carriedAt, resultOf } from './means';
import { columnName, contentWords, t, wrongWords } from './words';

/* To the next field of the list, or out of the last one. */
function next(field: HTMLElement): void {
	const all = [...(field.closest('ol')?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])];
	const at = all.indexOf(field);
	const to = all[at + 1];
	if (to) {
		to.focus();
		to.scrollIntoView({ block: 'center' });
	} else {
		field.blur();
		announce(t('phone.done'));
	}
}

interface EntryProps {
	desk: Desk;
	cell: string;
	label: string;
	onFocus: () => void;
}

function MarkEntry({ desk, cell, label, onFocus }: EntryProps): JSX.Element {
	const view = desk.session.view(cell).value;
	const kind = desk.kindIn(cell);
	const [typed, setTyped] = useState<string | null>(null);
	const content = typed === null ? view.content : parseEntry(kind, typed);
	const stood = cellText(kind, view.content, lang.value);
	const shown = content ? cellText(kind, content, lang.value) : '';
	const leave = (): void => {
		if (typed !== null && content) {
			setTyped(null);
			desk.enter([{ cell, content }]);
		}
	};
	return (
		<span class="entry">
			<input class={content ? 'input' : 'input wrong'} inputMode="decimal" enterkeyhint="next" autocomplete="off"
				aria-label={label} aria-invalid={content ? undefined : 'true'} maxLength={6} data-entry
				value={typed ?? stood}
				onFocus={(e) => { onFocus(); e.currentTarget.select(); }}
				onInput={(e) => setTyped(e.currentTarget.value)} onBlur={leave}
				onKeyDown={(e) => {
					if (e.key === 'Enter' && content) {
						e.preventDefault();
						next(e.currentTarget);
					} else if (e.key === 'Escape') {
						setTyped(null);
					}
				}} />
			<span class={content ? 'entry-hint' : 'entry-hint bad'} aria-live="polite">
				{!content ? wrongWords(kind) : typed !== null && shown && shown !== typed
					? <><span class="sr">{t('understood', { value: shown })}</span><span aria-hidden="true">= {shown}</span></>
					: view.content.isMakeup ? t('makeup') : ''}
			</span>
		</span>
	);
}

/* A button a letter, the best first. */
function LetterEntry({ desk, cell, label, onFocus, kind }: EntryProps & { kind: LetterKind }): JSX.Element {
	const view = desk.session.view(cell).value;
	const choice = (x10: number, i: number): JSX.Element => (
		<button type="button" class="button secondary" key={x10} aria-pressed={view.content.valueX10 === x10}
			data-entry={i === 0 ? true : undefined} aria-label={`${label}: ${letterWords(kind, x10)}`} onFocus={onFocus}
			onClick={(e) => {
				desk.enter([{ cell, content: { valueX10: x10, isMissing: false, isMakeup: false } }]);
				const list = e.currentTarget.closest('li')?.querySelector<HTMLElement>('[data-entry]');
				if (list) {
					next(list);
				}
			}}>
			{kind === 'comment' ? letterWords(kind, x10) : cellText(kind, value(x10), lang.value)}
		</button>
	);
	return <span class="entry choices">{valuesOf(kind).map(choice)}</span>;
}

function Line({ desk, row, column, r, k }: {
	desk: Desk; row: MarkRow; column: MarkColumn; r: number; k: number;
}): JSX.Element {
	const cell = cellKey(column.id, row.student.id);
	const view = desk.session.view(cell).value;
	const label = t('cell', { column: columnName(column), name: row.student.fullName });
	const result = resultOf(desk, row);
	const here = (): void => { desk.grid.at.value = { row: r, column: k }; };
	const kind = desk.kindOf(column);
	const former = carriedAt(row, column, view.content);
	const state = view.content.isMissing ? t('missing')
		: view.status === 'saved' ? '' : t(`state.${view.status}`);
	return (
		<li class={`column-line is-${view.status}`}>
			<span class="column-name">
				<span class="row-number">{r + 1}</span> {row.student.fullName}
				<span class="quiet small">
					{result.valueX10 === null ? '' : `${t('mean')} ${cellText(desk.kind, { valueX10: result.valueX10,
						isMissing: false, isMakeup: false }, lang.value)}`}
				</span>
				{former
					? (
						<span class="quiet small">
							{t('carried', { name: former.class.name })}: {contentWords(kind, value(former.valueX10))}
						</span>
					)
					: null}
				{state ? <Tag tone={view.status === 'conflict' || view.status === 'refused' ? 'bad' : 'quiet'}>{state}</Tag> : null}
			</span>
			{row.exempt ? <span class="quiet">{t('exempt')}</span>
				: isLetters(kind) ? <LetterEntry desk={desk} cell={cell} label={label} onFocus={here} kind={kind} />
				: <MarkEntry desk={desk} cell={cell} label={label} onFocus={here} />}
			<button type="button" class="button-link more" aria-label={t('phone.more', { name: row.student.fullName })}
				onClick={() => { here(); desk.asked.value = { t: 'cell' }; }}>⋯</button>
		</li>
	);
}

/* A mark is there, entered here or brought along from a former class. */
const isThere = (row: MarkRow, column: MarkColumn, content: Content): boolean =>
	content.valueX10 !== null || carriedAt(row, column, content) !== undefined;

export function ColumnList({ desk }: { desk: Desk }): JSX.Element {
	const { columns, rows } = desk.sheet;
	/* The first column with something left to enter. */
	const start = useRef(columns.findIndex((c) => rows.some((r) => !r.exempt &&
		!isThere(r, c, desk.session.view(cellKey(c.id, r.student.id)).peek().content))));
	const [k, setK] = useState(Math.max(start.current, 0));
	const column = columns[k] ?? columns[0];
	if (!column) {
		return <></>;
	}
	return (
		<div class="column-list">
			<label class="field">
				<span>{t('phone.column')}</span>
				<select class="input" value={String(k)} onChange={(e) => setK(Number(e.currentTarget.value))}>
					{columns.map((c, i) => {
						const filled = rows.filter((r) => isThere(r, c,
							desk.session.view(cellKey(c.id, r.student.id)).value.content)).length;
						return <option key={c.id} value={String(i)}>{columnName(c)} ({filled}/{rows.length})</option>;
					})}
				</select>
			</label>
			{column.publishesAt
				? <p class="quiet">{t('publishes', { when: formatDateTime(column.publishesAt) })}</p> : null}
			{column.lockedAt && !column.isLocked
				? <p class="quiet">{t('locks', { when: formatDateTime(column.lockedAt) })}</p> : null}
			{column.isLocked ? <p><Tag tone="warn">{t('locked.short')}</Tag></p>
				: column.entry ? null : column.publishedAt ? <p><Tag>{t('published')}</Tag></p>
				: (
					<p>
						<button type="button" class="button-link"
							aria-label={t('publish.label', { column: columnName(column) })}
							onClick={() => { desk.asked.value = { t: 'publish', column }; }}>
							{t('publish')}
						</button>
					</p>
				)}
			<ol>
				{rows.map((row, r) => <Line key={row.student.id} desk={desk} row={row} column={column} r={r} k={k} />)}
			</ol>
		</div>
	);
}

/** What the cell bar says, as a dialog: for the phone, where there is no bar. */
export const cellTitle = (desk: Desk): string => {
	const { row, column } = desk.grid.at.peek();
	const c = desk.sheet.columns[column];
	const r = desk.sheet.rows[row];
	return c && r ? `${columnName(c)}, ${r.student.fullName}: ${contentWords(desk.kindOf(c),
		desk.session.view(cellKey(c.id, r.student.id)).peek().content)}` : '';
};
