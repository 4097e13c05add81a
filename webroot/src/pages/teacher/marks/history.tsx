/* Everything that ever happened to a cell, as the mark ledger has it. */
import type { JSX } from 'preact';
import { api } from '../../../lib/api';
import { useLoad } from '../../../lib/load';
import { formatDateTime } from '../../../lib/time';
import type { CellState, Items, MarkColumn, MarkRow, PersonRef } from '../../../lib/types';
import type { Content } from '../../../marks/cell';
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

function Change({ row, print }: { row: HistoryRow; print: (c: Content) => string }): JSX.Element {
	const before = content(row.old, row.oldX10);
	const after = content(row.new, row.newX10);
	return isSame(before, after) ? <>{row.text ?? ''}</> : (
		<><del>{print(before)}</del> → <ins>{print(after)}</ins></>
	);
}

/** `of` is what it is the history of, `name` whose. */
export function History({ address, of, name, print, onClose }: {
	address: string; of: string; name: string; print: (c: Content) => string; onClose: () => void;
}): JSX.Element {
	const history = useLoad<Items<HistoryRow>>(address, (signal) => api.get(address, { signal }));
	const title = t('history.title', { column: of, name });
	return (
		<Dialog title={title} onClose={onClose}>
			<Show of={history}>{(list) => list.items.length === 0
				? <Empty>{t('history.none')}</Empty>
				: (
					<Table caption={title}
						hideCaption stacked rows={[...list.items].reverse()} rowKey={(h) => `${h.at} ${h.newX10} ${h.text ?? ''}`}
						columns={[
							{ key: 'when', title: t('history.when'), isHeading: true, cell: (h) => formatDateTime(h.at) },
							{ key: 'change', title: t('history.change'), narrow: 'inline', cell: (h) => <Change row={h} print={print} /> },
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
			<div class="row"><Button kind="secondary" onClick={onClose}>{t('history.close')}</Button></div>
		</Dialog>
	);
}

export function HistoryDialog({ desk, column, row }: { desk: Desk; column: MarkColumn; row: MarkRow }): JSX.Element {
	return (
		<History address={desk.historyOf(cellKey(column.id, row.student.id))} of={columnName(column)} name={row.student.fullName}
			print={(c) => contentWords(desk.kindOf(column), c)} onClose={() => { desk.asked.value = null; }} />
	);
}
