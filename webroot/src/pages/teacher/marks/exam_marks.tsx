/*
 * A column that an exam fills: where the exam's mark and the gradebook's differ (it was marked
 * again, or somebody typed), both are shown and a person chooses; nothing changes by itself.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../../lib/api';
import { useLoad } from '../../../lib/load';
import type { Items, MarkColumn, ResultRow } from '../../../lib/types';
import { EMPTY, value } from '../../../marks/cell';
import { Button } from '../../../parts/button';
import { Confirm, Dialog } from '../../../parts/dialog';
import { Banner } from '../../../parts/notice';
import { Table } from '../../../parts/table';
import type { Desk } from './desk';
import { columnName, contentWords, t } from './words';

type Take = 'exam' | 'gradebook';

const asks = (row: ResultRow): boolean => row.gradebook?.state === 'conflict' && row.markX10 !== null;

function choose(row: ResultRow, take: Take): Promise<unknown> {
	return api.put(`/api/v1/attempts/${row.attempt}/mark`,
		{ take, examX10: row.markX10, storedX10: row.gradebook?.markX10 ?? null });
}

function Choices({ desk, rows, column, onChosen, onClose }: {
	desk: Desk; rows: ResultRow[]; column: MarkColumn; onChosen: () => void; onClose: () => void;
}): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const [isBusy, setBusy] = useState(false);
	const words = (x10: number | null | undefined): string =>
		contentWords(desk.kind, x10 === null || x10 === undefined ? EMPTY : value(x10));
	const run = async (some: ResultRow[], take: Take): Promise<void> => {
		setBusy(true);
		setError(undefined);
		try {
			for (const row of some) {
				await choose(row, take);
			}
			if (some.length === rows.length) {
				onClose();
			}
		} catch (e) {
			setError(e);
		} finally {
			setBusy(false);
			onChosen();
		}
	};
	const title = t('exam.title', { column: columnName(column) });
	return (
		<Dialog title={title} onClose={onClose}>
			<Table caption={title} hideCaption stacked rows={rows} rowKey={(r) => r.attempt} columns={[
				{ key: 'student', title: t('student'), isHeading: true, cell: (r) => r.student.fullName },
				{ key: 'book', title: t('exam.book'), narrow: 'inline', cell: (r) => words(r.gradebook?.markX10) },
				{ key: 'exam', title: t('exam.mark'), narrow: 'inline', cell: (r) => words(r.markX10) },
				{
					key: 'choose', title: t('exam.choose'), narrow: 'plain', cell: (r) => (
						<div class="row tight">
							<Button small busy={isBusy} onClick={() => void run([r], 'exam')}
								label={t('exam.take.label', { value: words(r.markX10), name: r.student.fullName })}>
								{t('exam.take', { value: words(r.markX10) })}
							</Button>
							<Button small kind="secondary" busy={isBusy} onClick={() => void run([r], 'gradebook')}
								label={t('exam.keep.label', { value: words(r.gradebook?.markX10), name: r.student.fullName })}>
								{t('exam.keep', { value: words(r.gradebook?.markX10) })}
							</Button>
						</div>
					),
				},
			]} />
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
			<div class="row">
				<Button busy={isBusy} onClick={() => void run(rows, 'exam')}>{t('exam.take.all')}</Button>
				<Button kind="secondary" busy={isBusy} onClick={() => void run(rows, 'gradebook')}>{t('exam.keep.all')}</Button>
				<Button kind="secondary" onClick={onClose}>{t('history.close')}</Button>
			</div>
		</Dialog>
	);
}

/* Of one column. An exam that belongs to somebody else tells nothing here. */
function OfColumn({ desk, column, sitting }: { desk: Desk; column: MarkColumn; sitting: string }): JSX.Element | null {
	const [isOpen, setOpen] = useState(false);
	const results = useLoad<Items<ResultRow>>(`results ${sitting}`,
		(signal) => api.get(`/api/v1/sittings/${sitting}/results`, { signal }));
	const here = new Set(desk.sheet.rows.map((r) => r.student.id));
	const rows = (results.value?.items ?? []).filter((r) => asks(r) && here.has(r.student.id));
	const changed = (): void => {
		results.reload();
		void desk.session.refresh();
	};
	return rows.length === 0 ? null : (
		<>
			<Banner tone="warn" live="polite">
				<p>{t('exam.banner', { count: rows.length, column: columnName(column) })}</p>
				<Button small onClick={() => setOpen(true)}>{t('exam.look')}</Button>
			</Banner>
			{isOpen
				? <Choices desk={desk} rows={rows} column={column} onChosen={changed} onClose={() => setOpen(false)} />
				: null}
		</>
	);
}

export function ExamMarks({ desk }: { desk: Desk }): JSX.Element {
	return (
		<>
			{desk.sheet.columns.map((c) => c.sitting
				? <OfColumn key={c.id} desk={desk} column={c} sitting={c.sitting.id} /> : null)}
		</>
	);
}

export function Unlink({ desk, column }: { desk: Desk; column: MarkColumn }): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const close = (): void => { desk.asked.value = null; };
	const unlink = (): void => {
		api.post(`/api/v1/mark-columns/${column.id}/unlink`).then(() => desk.session.refresh()).then(close, setError);
	};
	return (
		<Confirm title={t('exam.unlink.ask', { column: columnName(column) })} yes={t('exam.unlink')} onYes={unlink} onNo={close}>
			<p>{t('exam.unlink.text')}</p>
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</Confirm>
	);
}
