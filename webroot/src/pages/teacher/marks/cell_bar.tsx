/*
 * Above the grid, as the line above an Excel sheet: the cell where the reader is, how it stands,
 * what can be done with it, and how the student's mean comes about.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, sentence } from '../../../lib/api';
import { lang } from '../../../lib/i18n';
import { me } from '../../../lib/me';
import { formatTime } from '../../../lib/time';
import type { Items, MarkColumn, MarkRequest, MarkRow } from '../../../lib/types';
import type { View } from '../../../marks/book';
import type { Kind } from '../../../marks/cell';
import { cellKey, cellText, hasAway, readContent, value } from '../../../marks/cell';
import { Button } from '../../../parts/button';
import type { Desk } from './desk';
import { enterAll, openHistory } from './grid';
import type { HistoryRow } from './history';
import { resultOf, yearOf } from './means';
import { columnName, contentWords, t } from './words';

/** Two values for one cell: who and when, and a choice. */
export function Choice({ desk, cell, view }: { desk: Desk; cell: string; view: View }): JSX.Element {
	const [last, setLast] = useState<HistoryRow | null>(null);
	const kind = desk.kindIn(cell);
	useEffect(() => {
		let isGone = false;
		api.get<Items<HistoryRow>>(desk.historyOf(cell)).then((list) => {
			if (!isGone) {
				setLast(list.items[list.items.length - 1] ?? null);
			}
		}, () => undefined);
		return () => { isGone = true; };
	}, [cell, view.theirs.version]);
	const mine = contentWords(kind, view.content);
	const theirs = contentWords(kind, view.theirs);
	return (
		<>
			<p>
				{t('conflict.text', { who: last?.personName ?? t('conflict.someone'), theirs, mine,
					when: last ? t('conflict.when', { when: formatTime(last.at) }) : '' })}
			</p>
			<div class="row tight">
				<Button small onClick={() => { desk.session.decide(cell, 'mine'); desk.grid.focus(); }}>
					{t('conflict.mine', { value: mine })}
				</Button>
				<Button small kind="secondary" onClick={() => { desk.session.decide(cell, 'theirs'); desk.grid.focus(); }}>
					{t('conflict.theirs', { value: theirs })}
				</Button>
			</div>
		</>
	);
}

function Refused({ desk, cell, view }: { desk: Desk; cell: string; view: View }): JSX.Element {
	return (
		<>
			<p>{t('refused.text', { problem: view.problem ?? t(desk.session.mayAsk ? 'refused.exempt' : 'closed') })}</p>
			<div class="row tight">
				<Button small onClick={() => desk.session.decide(cell, 'mine')}>
					{t('refused.again', { value: contentWords(desk.kindIn(cell), view.content) })}
				</Button>
				<Button small kind="secondary" onClick={() => desk.session.decide(cell, 'theirs')}>
					{t('refused.drop', { value: contentWords(desk.kindIn(cell), view.theirs) })}
				</Button>
			</div>
		</>
	);
}

function Tools({ desk, kind, view }: { desk: Desk; kind: Kind; view: View }): JSX.Element {
	const act = (what: string) => (): void => {
		enterAll(desk, what);
		desk.grid.focus();
	};
	return (
		<div class="row tight">
			{hasAway(kind)
				? (
					<>
						<Button small kind="secondary" onClick={act('v')}>{t('bar.missing')}</Button>
						<Button small kind="secondary" disabled={view.content.valueX10 === null} onClick={act('makeup')}>
							{t('bar.makeup')}
						</Button>
					</>
				)
				: null}
			<Button small kind="secondary" onClick={act('clear')}>{t('bar.clear')}</Button>
			<Button small kind="secondary" onClick={() => openHistory(desk)}>{t('bar.history')}</Button>
		</div>
	);
}

/* A change that waits for the office; whoever asked may take it back. */
function Waits({ desk, kind, request }: { desk: Desk; kind: Kind; request: MarkRequest }): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const withdraw = (): void => {
		api.del(`/api/v1/mark-requests/${request.id}`).then(() => desk.session.refresh()).then(() => desk.grid.focus(), setError);
	};
	return (
		<>
			<p>{t('request.waits', { value: contentWords(kind, readContent(request)), why: request.why,
				who: request.askedBy.fullName })}</p>
			{request.askedBy.id === me.value?.person.id
				? <Button small kind="secondary" onClick={withdraw}>{t('request.withdraw')}</Button> : null}
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</>
	);
}

function OneCell({ desk, row, column }: { desk: Desk; row: MarkRow; column: MarkColumn }): JSX.Element {
	const cell = cellKey(column.id, row.student.id);
	const view = desk.session.view(cell).value;
	const request = row.cells[column.id]?.request;
	return (
		<>
			<p class="bar-name">
				<strong>{t('cell', { column: columnName(column), name: row.student.fullName })}</strong>
				{': '}{row.exempt ? t('exempt') : contentWords(desk.kindOf(column), view.content)}
				{view.status === 'saved' && view.theirs.version === 0 ? ''
					: <span class="quiet"> ({t(`state.${view.status}`)})</span>}
			</p>
			{request ? <Waits key={request.id} desk={desk} kind={desk.kindOf(column)} request={request} /> : null}
			{view.status === 'conflict' ? <Choice desk={desk} cell={cell} view={view} />
				: view.status === 'refused' ? <Refused desk={desk} cell={cell} view={view} />
				: row.exempt ? null : <Tools desk={desk} kind={desk.kindOf(column)} view={view} />}
		</>
	);
}

function Why({ desk, row, isYear }: { desk: Desk; row: MarkRow; isYear: boolean }): JSX.Element {
	const result = isYear ? yearOf(desk, row)?.year ?? resultOf(desk, row) : resultOf(desk, row);
	const mean = result.valueX10 === null ? '' : cellText(desk.kind, value(result.valueX10), lang.value);
	return (
		<p class="bar-why">
			{row.student.fullName}{mean ? `: ${mean}` : ''}. {result.text}
		</p>
	);
}

export function CellBar({ desk }: { desk: Desk }): JSX.Element | null {
	const { row, column } = desk.grid.at.value;
	const { sheet } = desk;
	const r = sheet.rows[row];
	const c = sheet.columns[column];
	if (!r) {
		return null;
	}
	return (
		<section class="cell-bar" aria-label={t('bar')}>
			{c ? <OneCell desk={desk} row={r} column={c} /> : null}
			{!desk.hasMeans ? null : <Why desk={desk} row={r} isYear={desk.extras[column - sheet.columns.length] === 'year'} />}
		</section>
	);
}
