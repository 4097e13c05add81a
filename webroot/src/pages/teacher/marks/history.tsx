/* Everything that ever happened to a cell, as the mark ledger has it. */
import type { JSX } from 'preact';
import { api } from '../../../lib/api';
import { useLoad } from '../../../lib/load';
import { formatDateTime } from '../../../lib/time';
import type { CellState, Items, MarkColumn, MarkRow, PersonRef } from '../../../lib/types';
import type { Content, Kind } from '../../../marks/cell';
import { cellKey, isSame, readContent } from '../../../marks/cell';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { Empty } from '../../../parts/notice';
import { Show } from '../../../parts/page_load';
import { Table } from '../../../parts/table';
import type { Desk } from './desk';
import { columnName, contentWords, t } from './words';

export interface HistoryRow {
	at: number;
	personName?: string;
	approver?: PersonRef | null;
	text?: string; /* what was done, in words */
	old?: CellState;
	new?: CellState;
	oldX10: number | null;
	newX10: number | null;
	why: string;
}

const content = (cell: CellState | undefined, valueX10: number | null): Content => readContent(cell ?? { valueX10 });

function Change({ kind, row }: { kind: Kind; row: HistoryRow }): JSX.Element {
	const before = content(row.old, row.oldX10);
	const after = content(row.new, row.newX10);
	return isSame(before, after) ? <>{row.text ?? ''}</> : (
		<><del>{contentWords(kind, before)}</del> → <ins>{contentWords(kind, after)}</ins></>
	);
}

export function HistoryDialog({ desk, column, row }: { desk: Desk; column: MarkColumn; row: MarkRow }): JSX.Element {
	const address = desk.historyOf(cellKey(column.id, row.student.id));
	const history = useLoad<Items<HistoryRow>>(address, (signal) => api.get(address, { signal }));
	const close = (): void => { desk.asked.value = null; };
	return (
		<Dialog title={t('history.title', { column: columnName(column), name: row.student.fullName })} onClose={close}>
			<Show of={history}>{(list) => list.items.length === 0
				? <Empty>{t('history.none')}</Empty>
				: (
					<Table caption={t('history.title', { column: columnName(column), name: row.student.fullName })}
						hideCaption stacked rows={[...list.items].reverse()} rowKey={(h) => `${h.at} ${h.newX10} ${h.text ?? ''}`}
						columns={[
							{ key: 'when', title: t('history.when'), isHeading: true, cell: (h) => formatDateTime(h.at) },
							{
								key: 'change', title: t('history.change'), narrow: 'inline',
								cell: (h) => <Change kind={desk.kindOf(column)} row={h} />,
							},
							{
								key: 'who', title: t('history.who'), narrow: 'inline', cell: (h) => (
									<>
										{h.personName ?? ''}
										{h.approver ? ` (${t('history.approved', { name: h.approver.fullName })})` : ''}
									</>
								),
							},
							...(list.items.some((h) => h.why)
								? [{ key: 'why', title: t('history.why'), narrow: 'inline' as const, cell: (h: HistoryRow) => h.why }] : []),
						]} />
				)}</Show>
			<div class="row"><Button kind="secondary" onClick={close}>{t('history.close')}</Button></div>
		</Dialog>
	);
}
