/*
 * The sheet of a class, subject and term: a native table with a field in each cell. 85 is 8,5,
 * shown as soon as it is typed; Enter goes down, arrows move; each cell is saved on leaving it,
 * with its version, so that nobody is overwritten unseen. What could not be saved stays typed.
 */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { yearNow } from '../../lib/school';
import type { MarkKind, MarkSheet, School } from '../../lib/types';
import { Button } from '../../parts/button';
import { Confirm } from '../../parts/dialog';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import type { Change } from './mark_change';
import { AskWhy } from './mark_change';
import { CommentCell, MarkCell, markText } from './mark_cell';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

interface Saved {
	saved: { column: string; student: string; version: number }[];
	conflicts: { column: string; student: string; valueX10: number | null; version: number }[];
	means?: Record<string, MarkSheet['rows'][number]['mean']>;
}

type Column = MarkSheet['columns'][number];

function columnName(c: { kind: MarkKind; position: number }): string {
	return c.kind === 'tx' ? t('m.tx', { position: c.position }) : t(`m.${c.kind}`);
}

function Head({ column, onPublish }: { column: Column; onPublish: () => void }): JSX.Element {
	const name = columnName(column);
	return (
		<th scope="col">
			{name}
			{column.sitting
				? (
					<div class="quiet small">
						<a href={`/giao-vien/ca-thi/${column.sitting.id}`}>{column.sitting.title}</a>
					</div>
				)
				: null}
			<div>
				{column.publishedAt
					? <span class="quiet small">{t('m.published')}</span>
					: (
						<button type="button" class="button-link small"
							aria-label={t('m.publish.label', { column: name })} onClick={onPublish}>
							{t('m.publish')}
						</button>
					)}
			</div>
		</th>
	);
}

function AddColumn({ sheet, address, onAdded }: {
	sheet: MarkSheet; address: string; onAdded: () => void;
}): JSX.Element | null {
	const [error, setError] = useState<unknown>(undefined);
	const free = (['tx', 'gk', 'ck'] as const).flatMap((kind) =>
		Array.from({ length: sheet.plan[kind] }, (_, i) => ({ kind, position: i + 1 })))
		.filter((c) => !sheet.columns.some((x) => x.kind === c.kind && x.position === c.position));
	if (free.length === 0) {
		return null;
	}
	return (
		<div class="row">
			<span>{t('m.add')}:</span>
			{free.map((c) => (
				<Button key={`${c.kind} ${c.position}`} small kind="secondary"
					onClick={() => void api.post(`${address}/columns`, c).then(onAdded, setError)}>
					{columnName(c)}
				</Button>
			))}
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</div>
	);
}

type Waiting = Map<string, { column: string; student: string; valueX10: number | null }>;

function Sheet({ start, address, onReload }: {
	start: MarkSheet; address: string; onReload: () => void;
}): JSX.Element {
	const [sheet, setSheet] = useState(start);
	const [state, setState] = useState<'idle' | 'saving' | 'saved' | 'failed'>('idle');
	const [error, setError] = useState<unknown>(undefined);
	const [conflict, setConflict] = useState<string | null>(null);
	const [asking, setAsking] = useState<Change | null>(null);
	const [publishing, setPublishing] = useState<Column | null>(null);
	const waiting = useRef<Waiting>(new Map());
	const latest = useRef(sheet);
	latest.current = sheet;
	const { kind } = sheet.subject;

	const put = (cells: { column: string; student: string; valueX10: number | null; version?: number }[],
		means: Saved['means'] = {}): void => setSheet((old) => ({
		...old,
		rows: old.rows.map((row) => {
			const mine = cells.filter((c) => c.student === row.student.id);
			const mean = means[row.student.id] ?? row.mean;
			if (mine.length === 0) {
				return mean === row.mean ? row : { ...row, mean };
			}
			const next = { ...row.cells };
			for (const c of mine) {
				const was = next[c.column];
				next[c.column] = { valueX10: c.valueX10, version: c.version ?? was?.version ?? 0,
					attempt: was?.attempt ?? null };
			}
			return { ...row, cells: next, mean };
		}),
	}));

	const versionOf = (column: string, student: string): number =>
		latest.current.rows.find((r) => r.student.id === student)?.cells[column]?.version ?? 0;

	const take = (answer: Saved, sent: { column: string; student: string; valueX10: number | null }[])
		: void => {
		put([
			...answer.saved.map((s) => ({ ...s, valueX10: sent.find((c) =>
				c.column === s.column && c.student === s.student)?.valueX10 ?? null })),
			...answer.conflicts,
		], answer.means);
		const first = answer.conflicts[0];
		setConflict(first ? markText(kind, first.valueX10) : null);
	};

	const send = (): void => {
		const cells = [...waiting.current.values()];
		waiting.current = new Map();
		if (cells.length === 0) {
			return;
		}
		setState('saving');
		setError(undefined);
		const body = cells.map((c) => ({ ...c, version: versionOf(c.column, c.student) }));
		api.put<Saved>(address, { cells: body, why: '' }).then(
			(answer) => {
				take(answer, cells);
				setState('saved');
			},
			(e: unknown) => {
				/* Kept for the next try, unless the cell was typed again meanwhile. */
				for (const c of cells) {
					const key = `${c.column} ${c.student}`;
					if (!waiting.current.has(key)) {
						waiting.current.set(key, c);
					}
				}
				setError(e);
				setState('failed');
			});
	};

	const change = (at: Column, row: MarkSheet['rows'][number], valueX10: number | null): void => {
		const column = at.id;
		const student = row.student.id;
		if (at.publishedAt) {
			setAsking({ column, columnName: columnName(at), student, name: row.student.fullName,
				from: row.cells[column]?.valueX10 ?? null, to: valueX10 });
			return;
		}
		waiting.current.set(`${column} ${student}`, { column, student, valueX10 });
		put([{ column, student, valueX10 }]);
		send();
	};

	const changeSeen = async (c: Change, why: string): Promise<void> => {
		const cell = { column: c.column, student: c.student, valueX10: c.to };
		const answer = await api.put<Saved>(address,
			{ cells: [{ ...cell, version: versionOf(c.column, c.student) }], why });
		take(answer, [cell]);
		setState('saved');
		setAsking(null);
	};

	const publish = (column: Column): void => {
		setPublishing(null);
		api.post(`${address}/publish`, { columns: [column.id] }).then(onReload, setError);
	};

	const Cell = kind === 'comment' ? CommentCell : MarkCell;
	return (
		<>
			<AddColumn sheet={sheet} address={address} onAdded={onReload} />
			<p class="hint">{t(kind === 'comment' ? 'm.hint.comment' : 'm.hint')}</p>
			{asking
				? (
					<AskWhy change={asking} kind={kind} onSave={(why) => changeSeen(asking, why)}
						onBack={() => setAsking(null)} />
				)
				: null}
			{publishing
				? (
					<Confirm title={t('m.publish.ask', { column: columnName(publishing) })} yes={t('m.publish')}
						onYes={() => publish(publishing)} onNo={() => setPublishing(null)}>
						<p>{t('m.publish.text')}</p>
					</Confirm>
				)
				: null}
			<div role="status" class="save-state">
				{state === 'saving' ? t('m.saving') : state === 'saved' ? t('m.saved') : ''}
			</div>
			{conflict ? <Banner tone="warn" live="polite"><p>{t('m.conflict', { value: conflict })}</p></Banner> : null}
			{error === undefined ? null : (
				<Banner tone="bad" live="assertive" {...(state === 'failed' ? { title: t('m.unsaved') } : {})}>
					<p>{sentence(error)}</p>
					{state === 'failed' ? <Button small onClick={send}>{t('m.retry')}</Button> : null}
				</Banner>
			)}
			{sheet.rows.length === 0 ? <Empty>{t('m.none')}</Empty> : null}
			<div class="table-scroll" role="region" aria-label={t('m.title')} tabIndex={0} hidden={sheet.rows.length === 0}>
				<table class="dense mark-sheet">
					<thead>
						<tr>
							<th scope="col">{t('m.student')}</th>
							{sheet.columns.map((c) => (
								<Head key={c.id} column={c} onPublish={() => setPublishing(c)} />
							))}
							<th scope="col" class="num">{t('m.mean')}</th>
						</tr>
					</thead>
					<tbody>
						{sheet.rows.map((row, r) => (
							<tr key={row.student.id}>
								<th scope="row">{row.student.fullName}</th>
								{sheet.columns.map((c, k) => (
									<td key={c.id}>
										<Cell value={row.cells[c.id]?.valueX10 ?? null} row={r} column={k}
											label={t('m.cell', { column: columnName(c), name: row.student.fullName })}
											onLeave={(x10) => change(c, row, x10)} />
									</td>
								))}
								<td class="num">
									<div class="mean">
										<strong>{markText(kind, row.mean.valueX10)}</strong>
										{row.mean.why.text
											? (
												<details class="why">
													<summary>
														{t('m.why')}<span class="sr"> {row.student.fullName}</span>
													</summary>
													<p>{row.mean.why.text}</p>
												</details>
											)
											: null}
									</div>
								</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</>
	);
}

/* The other terms of the year, as links. */
function Terms({ classId, subjectId, termId }: {
	classId: string; subjectId: string; termId: string;
}): JSX.Element | null {
	const school = useLoad<School>('school', (signal) => api.get('/api/v1/school', { signal }));
	const terms = school.value ? yearNow(school.value)?.terms ?? [] : [];
	return terms.length < 2 ? null : (
		<nav class="terms" aria-label={t('m.terms')}>
			<ul>
				{terms.map((x) => (
					<li key={x.id}>
						<a href={`/giao-vien/so-diem/${classId}/${subjectId}/${x.id}`}
							aria-current={x.id === termId ? 'page' : undefined}>
							{t('m.term', { number: x.number })}
						</a>
					</li>
				))}
			</ul>
		</nav>
	);
}

export function MarksPage({ classId, subjectId, termId }: {
	classId: string; subjectId: string; termId: string;
}): JSX.Element {
	const address = `/api/v1/marks/${classId}/${subjectId}/${termId}`;
	const [round, setRound] = useState(0);
	const sheet = useLoad<MarkSheet>(`${address} ${round}`, (signal) => api.get(address, { signal }));
	return (
		<Show of={sheet}>{(s) => (
			<>
				<Breadcrumbs items={[
					{ href: '/giao-vien/so-diem', label: t('m.title') },
					{ label: `${s.subject.name} – ${s.class.name}` },
				]} />
				<h1>{s.subject.name} – {s.class.name}</h1>
				<Terms classId={classId} subjectId={subjectId} termId={termId} />
				<Sheet key={`${address} ${round}`} start={s} address={address}
					onReload={() => setRound(round + 1)} />
			</>
		)}</Show>
	);
}
