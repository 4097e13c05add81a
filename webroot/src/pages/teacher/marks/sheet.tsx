/* The sheet on the page: its tools, the grid or (on a phone) one column, and what is asked. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, sentence } from '../../../lib/api';
import type { MarkColumn } from '../../../lib/types';
import { isPrimary } from '../../../marks/cell';
import { Button } from '../../../parts/button';
import { Confirm, Dialog } from '../../../parts/dialog';
import { Empty } from '../../../parts/notice';
import { AskOffice, AskWhy } from './ask_why';
import { CellBar } from './cell_bar';
import { ColumnList, cellTitle } from './column_list';
import type { Desk } from './desk';
import { ExamMarks, Unlink } from './exam_marks';
import { Grid } from './grid';
import { HistoryDialog } from './history';
import { PasteDialog } from './paste_dialog';
import { RemarkDialog } from './remark';
import { Decisions, SaveState } from './status';
import { Summary } from './summary';
import { columnName, t } from './words';

const PHONE = '(max-width: 40rem)';

export function useIsPhone(): boolean {
	const [is, setIs] = useState(() => matchMedia(PHONE).matches);
	useEffect(() => {
		const query = matchMedia(PHONE);
		const change = (): void => setIs(query.matches);
		query.addEventListener('change', change);
		return () => query.removeEventListener('change', change);
	}, []);
	return is;
}

/* Columns that the plan has and the sheet has not. */
function AddColumn({ desk }: { desk: Desk }): JSX.Element | null {
	const [error, setError] = useState<unknown>(undefined);
	const { sheet } = desk;
	const free = sheet.places.filter((c) => !sheet.columns.some((x) => x.kind === c.kind && x.position === c.position));
	if (free.length === 0) {
		return null;
	}
	const add = async (places: typeof free): Promise<void> => {
		for (const { kind, position } of places) {
			await api.post(`${desk.address}/columns`, { kind, position });
		}
		await desk.session.refresh();
	};
	return (
		<div class="row tight">
			<span>{t('add')}:</span>
			{free.map((c) => (
				<Button key={`${c.kind} ${c.position}`} small kind="secondary"
					onClick={() => void add([c]).catch(setError)}>
					{columnName(c)}
				</Button>
			))}
			{isPrimary(sheet) && free.length > 1
				? <Button small onClick={() => void add(free).catch(setError)}>{t('add.all')}</Button> : null}
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</div>
	);
}

function Publish({ desk, column }: { desk: Desk; column: MarkColumn }): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const close = (): void => { desk.asked.value = null; };
	const publish = (): void => {
		api.post(`${desk.address}/publish`, { columns: [column.id] })
			.then(() => desk.session.refresh()).then(close, setError);
	};
	return (
		<Confirm title={t('publish.ask', { column: columnName(column) })} yes={t('publish')} onYes={publish} onNo={close}>
			<p>{t('publish.text')}</p>
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</Confirm>
	);
}

/* On a phone there is no column of remarks. */
function RemarkButton({ desk }: { desk: Desk }): JSX.Element | null {
	const row = desk.sheet.rows[desk.grid.at.value.row];
	return row?.remark === undefined ? null : (
		<Button kind="secondary" onClick={() => { desk.asked.value = { t: 'remark', student: row.student.id }; }}>
			{t('remark')}
		</Button>
	);
}

export function Asked({ desk }: { desk: Desk }): JSX.Element | null {
	const asked = desk.asked.value;
	switch (asked?.t) {
	case 'why':
		return <AskWhy desk={desk} entries={asked.entries} rest={asked.rest} onDone={asked.onDone} />;
	case 'request':
		return <AskOffice desk={desk} entries={asked.entries} />;
	case 'history':
		return <HistoryDialog desk={desk} column={asked.column} row={asked.row} />;
	case 'paste':
		return <PasteDialog desk={desk} text={asked.text} />;
	case 'publish':
		return <Publish desk={desk} column={asked.column} />;
	case 'unlink':
		return <Unlink desk={desk} column={asked.column} />;
	case 'remark': {
		const row = desk.row(asked.student);
		return row ? <RemarkDialog key={asked.student} desk={desk} row={row} /> : null;
	}
	case 'cell':
		return (
			<Dialog title={cellTitle(desk)} onClose={() => { desk.asked.value = null; }}>
				<CellBar desk={desk} />
				<div class="row">
					<RemarkButton desk={desk} />
					<Button kind="secondary" onClick={() => { desk.asked.value = null; }}>{t('history.close')}</Button>
				</div>
			</Dialog>
		);
	default:
		return null;
	}
}

export function Sheet({ desk }: { desk: Desk }): JSX.Element {
	const isPhone = useIsPhone();
	const { sheet } = desk;
	if (sheet.rows.length === 0) {
		return <Empty>{t('none')}</Empty>;
	}
	return (
		<>
			<ExamMarks desk={desk} />
			<Decisions desk={desk} />
			<div class="mark-tools">
				<SaveState desk={desk} />
				<AddColumn desk={desk} />
				<Button small kind="secondary" onClick={() => desk.turnBack(false)}>{t('undo')}</Button>
				<Button small kind="secondary" onClick={() => desk.turnBack(true)}>{t('redo')}</Button>
			</div>
			{sheet.columns.length === 0 ? <Empty>{t('columns.none')}</Empty>
				: isPhone ? <ColumnList desk={desk} />
				: (
					<>
						<CellBar desk={desk} />
						<Grid desk={desk} />
						<p class="hint">{t(isPrimary(sheet) ? 'hint.primary' : desk.kind === 'comment' ? 'hint.comment' : 'hint')}</p>
					</>
				)}
			<Summary desk={desk} />
			<Asked desk={desk} />
		</>
	);
}
