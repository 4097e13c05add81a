/* An Excel file of marks before it counts: its columns, each cell that would change, what is asked. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { sentence } from '../../../lib/api';
import { words } from '../../../lib/i18n';
import type { ImportMessage, MarkColumn, PupilRef } from '../../../lib/types';
import { Button, ButtonLink } from '../../../parts/button';
import { CheckboxesField, SelectField, TextField } from '../../../parts/field';
import type { Tone } from '../../../parts/notice';
import { Banner, Tag } from '../../../parts/notice';
import { Table } from '../../../parts/table';
import { Tabs } from '../../../parts/tabs';
import { columnLetters } from '../../office/import_rows';
import { vi } from '../../../i18n/vi/mark_file';
import { en } from '../../../i18n/en/mark_file';
import { columnName } from './words';

const t = words(vi, en);

const CELLS_STEP = 100;

export type Way = 'in' | 'out';
type Act = 'change' | 'ask' | 'refused' | 'kept';
type Mark = Pick<MarkColumn, 'kind' | 'position'>;

interface FileCell {
	row: number;
	column: number;
	action: Act;
	student: PupilRef;
	mark: Mark;
	old: string;
	new: string;
	confirm: string | null;
	messages: ImportMessage[];
}

export interface FilePreview {
	plan: string;
	hash: string;
	fileName: string;
	needsWhy: boolean;
	counts: Record<Act | 'same', number>;
	sheets: { name: string; isRead: boolean; hasTable: boolean; messages: ImportMessage[] }[];
	columns: { column: number; title: string; mark: Mark | null; messages: ImportMessage[] }[];
	cells: FileCell[];
	rows: { row: number; name: string; student: PupilRef | null; messages: ImportMessage[] }[];
	unseen: PupilRef[];
}

const ACTS: Act[] = ['refused', 'ask', 'change', 'kept'];
const TONES: Record<Act, Tone | 'quiet'> = { refused: 'bad', ask: 'warn', change: 'info', kept: 'quiet' };

interface Answers {
	confirmed: string[];
	setConfirmed: (confirmed: string[]) => void;
}

function Messages({ messages }: { messages: ImportMessage[] }): JSX.Element {
	return (
		<>
			{messages.map((m) => (
				<p key={m.code} class={m.level === 'error' ? 'field-error' : undefined}>{m.detail}</p>
			))}
		</>
	);
}

function Notes({ cell, answers }: { cell: FileCell; answers: Answers }): JSX.Element {
	const { confirm } = cell;
	const others = answers.confirmed.filter((c) => c !== confirm);
	return (
		<div class="excel-notes">
			<Messages messages={cell.messages} />
			{confirm === null ? null : (
				<CheckboxesField name={`confirm-${confirm}`} label={t('ask.label')}
					values={answers.confirmed.filter((c) => c === confirm)}
					options={[{ value: confirm, label: t('ask.yes', { value: cell.new }) }]}
					onChange={(chosen) => answers.setConfirmed([...others, ...chosen])} />
			)}
		</div>
	);
}

function Values({ cell }: { cell: FileCell }): JSX.Element {
	const isMeant = cell.action === 'change' || cell.action === 'ask';
	return (
		<span class="excel-values">
			<span class="sr">{t('was')} </span>{cell.old || t('empty')}
			{isMeant
				? <> → <span class="sr">{t('becomes')} </span><ins>{cell.new || t('empty')}</ins></>
				: null}
		</span>
	);
}

function Cells({ cells, answers }: { cells: FileCell[]; answers: Answers }): JSX.Element {
	const [count, setCount] = useState(CELLS_STEP);
	const left = cells.length - count;
	return (
		<>
			<Table caption={t('filter')} hideCaption stacked dense rows={cells.slice(0, count)}
				rowKey={(c) => `${c.row} ${c.column}`} empty={t('empty.rows')} columns={[
					{ key: 'student', title: t('student'), isHeading: true, cell: (c) => c.student.fullName },
					{ key: 'mark', title: t('mark'), narrow: 'plain', cell: (c) => columnName(c.mark) },
					{ key: 'values', title: t('values'), narrow: 'beside', cell: (c) => <Values cell={c} /> },
					{ key: 'cell', title: t('cell'), narrow: 'beside', cell: (c) => `${columnLetters(c.column)}${c.row}` },
					{ key: 'act', title: t('act'), narrow: 'beside', cell: (c) => <Tag tone={TONES[c.action]}>{t(`act.${c.action}`)}</Tag> },
					{ key: 'notes', title: t('notes'), narrow: 'plain', cell: (c) => <Notes cell={c} answers={answers} /> },
				]} />
			{left > 0
				? (
					<Button kind="secondary" onClick={() => setCount(count + CELLS_STEP)}>
						{t('more', { count: Math.min(left, CELLS_STEP) })}
					</Button>
				)
				: null}
		</>
	);
}

/* How the file was understood. */
function Understood({ preview, onSheet }: {
	preview: FilePreview; onSheet: (index: number) => Promise<void>;
}): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const { sheets } = preview;
	const at = sheets.findIndex((s) => s.isRead);
	const readable = sheets.flatMap((s, i) => s.hasTable ? [{ value: String(i), label: s.name }] : []);
	return (
		<>
			{readable.length < 2 ? null : (
				<SelectField name="sheet" label={t('sheet')} value={String(at)} options={readable}
					error={error === undefined ? undefined : sentence(error)}
					onChange={(i) => void onSheet(Number(i)).catch(setError)} />
			)}
			{sheets.flatMap((s) => s.messages.map((m) => (
				<p key={s.name + m.code} class="quiet">{t('sheet.note', { sheet: s.name, text: m.detail })}</p>
			)))}
			{preview.columns.flatMap((c) => c.messages.map((m) => (
				<p key={`${c.column} ${m.code}`} class="quiet">{m.detail}</p>
			)))}
			<details>
				<summary>{t('columns')}</summary>
				<ul>
					{preview.columns.map((c) => (
						<li key={c.column}>
							{t(c.mark ? 'column.is' : 'column.none', { letters: columnLetters(c.column), title: c.title,
								mark: c.mark ? columnName(c.mark) : '' })}
						</li>
					))}
				</ul>
			</details>
		</>
	);
}

function People({ preview }: { preview: FilePreview }): JSX.Element {
	return (
		<>
			{preview.rows.length === 0 ? null : (
				<section class="excel-notes">
					<h2>{t('rows')}</h2>
					<ul>
						{preview.rows.map((r) => (
							<li key={r.row}>
								{t('row', { row: String(r.row), name: r.name })}
								<Messages messages={r.messages} />
							</li>
						))}
					</ul>
				</section>
			)}
			{preview.unseen.length === 0 ? null : (
				<details>
					<summary>{t('unseen')} ({preview.unseen.length})</summary>
					<ul>{preview.unseen.map((s) => <li key={s.id}>{s.fullName} ({s.code})</li>)}</ul>
				</details>
			)}
		</>
	);
}

function Deeds({ way, preview, answers, onCommit, onDrop }: {
	way: Way; preview: FilePreview; answers: Answers;
	onCommit: (confirmed: string[], why: string) => Promise<void>; onDrop: () => void;
}): JSX.Element {
	const [why, setWhy] = useState('');
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const count = preview.counts.change + answers.confirmed.length;
	const commit = (): void => {
		setBusy(true);
		setError(undefined);
		onCommit(answers.confirmed, why.trim()).catch((e: unknown) => {
			setError(e);
			setBusy(false);
		});
	};
	return (
		<>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{way === 'in' && preview.needsWhy
				? <TextField name="why" label={t('why')} value={why} onInput={setWhy} />
				: null}
			<div class="row">
				{way === 'out'
					? (
						<ButtonLink href={`/api/v1/mark-fills/${preview.plan}/file.xlsx`} download={preview.fileName}>
							{t('get')}
						</ButtonLink>
					)
					: count > 0
						? <Button busy={isBusy} onClick={commit}>{t('commit', { count })}</Button>
						: <p>{t('none')}</p>}
				<Button kind="secondary" onClick={onDrop}>{t('drop')}</Button>
			</div>
		</>
	);
}

export function PreviewStep({ way, preview, onCommit, onDrop, onSheet }: {
	way: Way; preview: FilePreview; onCommit: (confirmed: string[], why: string) => Promise<void>;
	onDrop: () => void; onSheet: (index: number) => Promise<void>;
}): JSX.Element {
	const kinds = ACTS.filter((a) => preview.counts[a] > 0);
	const [kind, setKind] = useState<string>('all');
	const [confirmed, setConfirmed] = useState<string[]>([]);
	const answers = { confirmed, setConfirmed };
	const asked = preview.cells.flatMap((c) => c.confirm === null ? [] : [c.confirm]);
	const cells = kind === 'all' ? preview.cells : preview.cells.filter((c) => c.action === kind);
	return (
		<>
			<h1>{t('preview', { name: preview.fileName })}</h1>
			<Banner><p>{t(way === 'in' ? 'nothing.in' : 'nothing.out')}</p></Banner>
			<Understood preview={preview} onSheet={onSheet} />
			<People preview={preview} />
			{asked.length > 1 && confirmed.length < asked.length
				? (
					<Button small kind="secondary" onClick={() => setConfirmed(asked)}>
						{t('ask.all', { count: asked.length })}
					</Button>
				)
				: null}
			<Tabs label={t('filter')} selected={kind} onSelect={setKind} items={[
				{ id: 'all', label: t('all', { count: preview.cells.length }) },
				...kinds.map((a) => ({ id: a as string, label: `${t(`act.${a}`)} (${preview.counts[a]})` })),
			]}>
				<Cells key={kind} cells={cells} answers={answers} />
			</Tabs>
			<p class="hint">{t('same', { count: preview.counts.same })}</p>
			<Deeds way={way} preview={preview} answers={answers} onCommit={onCommit} onDrop={onDrop} />
		</>
	);
}
