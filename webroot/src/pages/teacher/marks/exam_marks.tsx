/*
 * Columns that exams fill: where an exam's mark and the gradebook's differ (it was marked again, or
 * somebody typed), both are shown and a person chooses; nothing changes by itself. A column that was
 * unlinked from its exam can be linked again.
 */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api, idempotencyKey, sentence } from '../../../lib/api';
import { useLoad } from '../../../lib/load';
import type { CellJson, MarkColumn } from '../../../lib/types';
import { EMPTY, readContent, value } from '../../../marks/cell';
import { Button } from '../../../parts/button';
import { Confirm, Dialog } from '../../../parts/dialog';
import { announce } from '../../../parts/live';
import { Banner } from '../../../parts/notice';
import { Table } from '../../../parts/table';
import type { Desk } from './desk';
import { columnName, contentWords, t } from './words';

type Take = 'exam' | 'gradebook';

interface Proposal extends CellJson {
	column: string;
	student: { id: string; code: string; fullName: string };
	sitting: { id: string; title: string };
	attempt: string;
	examX10: number;
}

interface Proposals {
	items: Proposal[];
	unlinked: { column: string; sitting: { id: string; title: string } }[];
}

interface Answer {
	saved: unknown[];
	conflicts: unknown[];
	locked: { why: 'locked' | 'closed' | 'exempt' }[];
}

/* What was asked for and how it went: sent again after a lost answer it is the same deed. */
class Decision {
	private readonly headers = idempotencyKey();
	private readonly body: unknown;

	constructor(private readonly desk: Desk, readonly some: Proposal[], readonly take: Take) {
		this.body = { decisions: some.map((p) =>
			({ column: p.column, student: p.student.id, take, examX10: p.examX10, version: p.version })) };
	}

	send(): Promise<Answer> {
		return api.post(`${this.desk.address}/proposals`, this.body, { headers: this.headers });
	}
}

function outcome(answer: Answer): string {
	return answer.conflicts.length > 0 ? t('exam.changed', { count: answer.conflicts.length })
		: answer.locked.length > 0 ? t('exam.locked', { count: answer.locked.length }) : '';
}

function Choices({ desk, rows, column, onChosen, onClose }: {
	desk: Desk; rows: Proposal[]; column: MarkColumn; onChosen: () => void; onClose: () => void;
}): JSX.Element {
	const [problem, setProblem] = useState('');
	const [isBusy, setBusy] = useState(false);
	const open = useRef<Decision | null>(null);
	const exam = (p: Proposal): string => contentWords(desk.kind, value(p.examX10));
	const book = (p: Proposal): string => contentWords(desk.kind, p.state === 'missing' ? readContent(p)
		: p.valueX10 === null ? EMPTY : value(p.valueX10));
	const run = async (some: Proposal[], take: Take): Promise<void> => {
		const last = open.current;
		const isSame = last?.take === take && last.some.length === some.length && last.some[0] === some[0];
		const decision = isSame && last ? last : new Decision(desk, some, take);
		open.current = decision;
		setBusy(true);
		setProblem('');
		try {
			const answer = await decision.send();
			open.current = null;
			const told = outcome(answer);
			setProblem(told);
			announce(told || t(take === 'exam' ? 'exam.taken' : 'exam.kept', { count: answer.saved.length }));
			if (!told && some.length === rows.length) {
				onClose();
			}
			onChosen();
		} catch (e) {
			if (e instanceof ApiError && e.problem.status >= 400 && e.problem.status < 500) {
				open.current = null;
			}
			setProblem(sentence(e));
		} finally {
			setBusy(false);
		}
	};
	const title = t('exam.title', { column: columnName(column) });
	return (
		<Dialog title={title} onClose={onClose}>
			<Table caption={title} hideCaption stacked rows={rows} rowKey={(p) => p.attempt} columns={[
				{ key: 'student', title: t('student'), isHeading: true, cell: (p) => p.student.fullName },
				{ key: 'book', title: t('exam.book'), narrow: 'inline', cell: book },
				{ key: 'exam', title: t('exam.mark'), narrow: 'inline', cell: exam },
				{
					key: 'choose', title: t('exam.choose'), narrow: 'plain', cell: (p) => (
						<div class="row tight">
							<Button small busy={isBusy} onClick={() => void run([p], 'exam')}
								label={t('exam.take.label', { value: exam(p), name: p.student.fullName })}>
								{t('exam.take', { value: exam(p) })}
							</Button>
							<Button small kind="secondary" busy={isBusy} onClick={() => void run([p], 'gradebook')}
								label={t('exam.keep.label', { value: book(p), name: p.student.fullName })}>
								{t('exam.keep', { value: book(p) })}
							</Button>
						</div>
					),
				},
			]} />
			{problem === '' ? null : <p class="field-error" role="alert">{problem}</p>}
			<div class="row">
				<Button busy={isBusy} onClick={() => void run(rows, 'exam')}>{t('exam.take.all')}</Button>
				<Button kind="secondary" busy={isBusy} onClick={() => void run(rows, 'gradebook')}>{t('exam.keep.all')}</Button>
				<Button kind="secondary" onClick={onClose}>{t('history.close')}</Button>
			</div>
		</Dialog>
	);
}

function Proposed({ desk, rows, column, onChosen }: {
	desk: Desk; rows: Proposal[]; column: MarkColumn; onChosen: () => void;
}): JSX.Element {
	const [isOpen, setOpen] = useState(false);
	return (
		<>
			<Banner tone="warn" live="polite">
				<p>{t('exam.banner', { count: rows.length, column: columnName(column) })}</p>
				<Button small onClick={() => setOpen(true)}>{t('exam.look')}</Button>
			</Banner>
			{isOpen
				? <Choices desk={desk} rows={rows} column={column} onChosen={onChosen} onClose={() => setOpen(false)} />
				: null}
		</>
	);
}

function Unlinked({ column, sitting, onLinked }: {
	column: MarkColumn; sitting: Proposal['sitting']; onLinked: () => void;
}): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const link = (): void => {
		api.post(`/api/v1/mark-columns/${column.id}/link`, { sitting: sitting.id }).then(onLinked, setError);
	};
	return (
		<p class="hint">
			{t('exam.unlinked', { column: columnName(column), title: sitting.title })}{' '}
			<Button small kind="secondary" onClick={link} label={t('exam.link.label', { column: columnName(column) })}>
				{t('exam.link')}
			</Button>
			{error === undefined ? null : <span class="field-error" role="alert"> {sentence(error)}</span>}
		</p>
	);
}

/** Without a network, and for whoever may not see them, there are none. */
export function ExamMarks({ desk }: { desk: Desk }): JSX.Element {
	const { sheet, address } = desk;
	const found = useLoad<Proposals>(`proposals ${address}`, (signal) => api.get(`${address}/proposals`, { signal }));
	const { reload } = found;
	const first = useRef(sheet);
	useEffect(() => {
		if (first.current !== sheet) { /* others changed something, or a column was linked */
			first.current = sheet;
			reload();
		}
	}, [sheet, reload]);
	useEffect(() => {
		addEventListener('focus', reload);
		return () => removeEventListener('focus', reload);
	}, [reload]);
	const changed = (): void => {
		reload();
		void desk.session.refresh();
	};
	const { items = [], unlinked = [] } = found.value ?? {};
	return (
		<>
			{sheet.columns.map((c) => {
				const rows = items.filter((p) => p.column === c.id);
				const last = unlinked.find((u) => u.column === c.id);
				return (
					<>
						{rows.length > 0
							? <Proposed key={c.id} desk={desk} rows={rows} column={c} onChosen={changed} /> : null}
						{last ? <Unlinked key={`${c.id} link`} column={c} sitting={last.sitting} onLinked={changed} /> : null}
					</>
				);
			})}
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
