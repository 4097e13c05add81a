/* Everything that ever happened to a cell, as the mark ledger has it. */
import type { JSX } from 'preact';
import { api } from '../../../lib/api';
import { useLoad } from '../../../lib/load';
import { formatDateTime } from '../../../lib/time';
import type { Items, MarkColumn, MarkRow } from '../../../lib/types';
import type { Content } from '../../../marks/cell';
import { value } from '../../../marks/cell';
import { EMPTY } from '../../../marks/cell';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { Empty } from '../../../parts/notice';
import { Show } from '../../../parts/page_load';
import { Table } from '../../../parts/table';
import type { Desk } from './desk';
import { columnName, contentWords, t } from './words';

export interface HistoryRow {
	at: number;
	person: string;
	personName?: string;
	oldX10: number | null;
	newX10: number | null;
	why: string;
	isKept: boolean;
	approvedByName?: string | null;
}

const content = (x10: number | null): Content => x10 === null ? EMPTY : value(x10);

export function HistoryDialog({ desk, column, row }: { desk: Desk; column: MarkColumn; row: MarkRow }): JSX.Element {
	const address = `/api/v1/mark-columns/${column.id}/history/${row.student.id}`;
	const history = useLoad<Items<HistoryRow>>(address, (signal) => api.get(address, { signal }));
	const close = (): void => { desk.asked.value = null; };
	return (
		<Dialog title={t('history.title', { column: columnName(column), name: row.student.fullName })} onClose={close}>
			<Show of={history}>{(list) => list.items.length === 0
				? <Empty>{t('history.none')}</Empty>
				: (
					<Table caption={t('history.title', { column: columnName(column), name: row.student.fullName })}
						hideCaption stacked rows={[...list.items].reverse()} rowKey={(h) => `${h.at} ${h.newX10}`}
						columns={[
							{ key: 'when', title: t('history.when'), isHeading: true, cell: (h) => formatDateTime(h.at) },
							{
								key: 'change', title: t('history.change'), narrow: 'inline', cell: (h) => (
									<>
										<del>{contentWords(desk.kind, content(h.oldX10))}</del>
										{' → '}<ins>{contentWords(desk.kind, content(h.newX10))}</ins>
									</>
								),
							},
							{
								key: 'who', title: t('history.who'), narrow: 'inline', cell: (h) => (
									<>
										{h.personName ?? ''}
										{h.approvedByName ? ` (${t('history.approved', { name: h.approvedByName })})` : ''}
									</>
								),
							},
							{ key: 'why', title: t('history.why'), narrow: 'inline', cell: (h) => h.why },
						]} />
				)}</Show>
			<div class="row"><Button kind="secondary" onClick={close}>{t('history.close')}</Button></div>
		</Dialog>
	);
}
