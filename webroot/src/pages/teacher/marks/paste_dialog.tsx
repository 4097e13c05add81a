/* What a pasted block would do, beside the class list, before anything counts. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { lang } from '../../../lib/i18n';
import type { MarkColumn } from '../../../lib/types';
import { cellKey, cellText } from '../../../marks/cell';
import type { Issue, Plan, PlanRow } from '../../../marks/paste';
import { mayApply, planPaste } from '../../../marks/paste';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { CheckField } from '../../../parts/field';
import { announce } from '../../../parts/live';
import { Banner } from '../../../parts/notice';
import type { Desk } from './desk';
import { columnName, t } from './words';

const TONES = { stop: 'bad', ask: 'warn', note: 'info' } as const;

const LABELS: Record<string, string[]> = {
	tx: ['tx', 'ddgtx', 'thuongxuyen'], gk: ['gk', 'ddggk', 'giuaki', 'giuaky'], ck: ['ck', 'ddgck', 'cuoiki', 'cuoiky'],
};

const labelsOf = (c: MarkColumn): string[] => c.name === undefined && c.position === 1 || c.kind === 'tx'
	? (LABELS[c.kind] ?? []).map((x) => c.kind === 'tx' ? `${x}${c.position}` : x) : [];

function planOf(desk: Desk, text: string, shift: number, leaveOut: boolean): Plan {
	const { sheet, grid } = desk;
	return planPaste({
		text, at: grid.at.peek(), shift, leaveOut,
		pupils: sheet.rows.map((r) => ({ ...r.student, isExempt: r.exempt === true })),
		columns: sheet.columns.map((c) => ({ id: c.id, name: columnName(c), kind: desk.kindOf(c), labels: labelsOf(c) })),
		existing: (column, student) => desk.session.view(cellKey(column, student)).peek().content,
	});
}

function IssueLine({ issue, shift, onShift, onLeaveOut }: {
	issue: Issue; shift: number; onShift: (to: number) => void; onLeaveOut: () => void;
}): JSX.Element {
	const by = issue.shift === undefined ? 0 : issue.shift - shift;
	return (
		<li>
			{t(`paste.${issue.code}`, issue.params)}
			{by !== 0
				? (
					<div>
						<Button small kind="secondary" onClick={() => onShift(shift + by)}>
							{t(by < 0 ? 'paste.shift.up' : 'paste.shift.down', { count: Math.abs(by) })}
						</Button>
					</div>
				)
				: null}
			{issue.code === 'unknown' && issue.level === 'stop'
				? <div><Button small kind="secondary" onClick={onLeaveOut}>{t('paste.leave')}</Button></div> : null}
		</li>
	);
}

function Row({ plan, row, number }: { plan: Plan; row: PlanRow; number: number }): JSX.Element {
	return (
		<tr>
			<th scope="row"><span class="row-number">{number}</span> {row.pupil.fullName}</th>
			{plan.hasNames ? <td class={row.said ? undefined : 'quiet'}>{row.said || '–'}</td> : null}
			{plan.columns.map((c, k) => {
				const cell = row.cells[k];
				const before = cell ? cellText(c.kind, cell.before, lang.value) : '';
				const after = cell ? cellText(c.kind, cell.content, lang.value) : '';
				return (
					<td key={c.id} class={row.isWrong[k] ? 'num wrong' : 'num'}>
						{row.isWrong[k] ? `“${(row.texts[k] ?? '').slice(0, 20)}”`
							: before && before !== after ? <><del>{before}</del> → <ins>{after}</ins></> : after}
					</td>
				);
			})}
		</tr>
	);
}

export function PasteDialog({ desk, text }: { desk: Desk; text: string }): JSX.Element {
	const [shift, setShift] = useState(0);
	const [isLeavingOut, setLeavingOut] = useState(false);
	const [isAgreed, setAgreed] = useState(false);
	const plan = planOf(desk, text, shift, isLeavingOut);
	const stops = plan.issues.some((i) => i.level === 'stop');
	const asks = plan.issues.some((i) => i.level === 'ask');
	const close = (): void => { desk.asked.value = null; };
	const apply = (): void => {
		const count = plan.cells.length;
		close();
		desk.enter(plan.cells.map((c) => ({ cell: cellKey(c.column, c.student), content: c.content })),
			() => announce(t('paste.done', { count })));
	};
	return (
		<Dialog title={stops ? t('paste.title.stop') : t('paste.title', { count: plan.cells.length })} onClose={close}>
			{(['stop', 'ask', 'note'] as const).map((level) => {
				const issues = plan.issues.filter((i) => i.level === level);
				return issues.length === 0 ? null : (
					<Banner key={level} tone={TONES[level]} live={level === 'stop' ? 'assertive' : 'polite'}>
						<ul class="paste-issues">
							{issues.map((i, k) => (
								<IssueLine key={k} issue={i} shift={shift} onShift={setShift}
									onLeaveOut={() => setLeavingOut(true)} />
							))}
						</ul>
					</Banner>
				);
			})}
			{!stops && plan.cells.length === 0 ? <p>{t('paste.same')}</p> : null}
			<div class="paste-preview" role="region" aria-label={t('paste.preview')} tabIndex={0}>
				<table class="dense">
					<thead>
						<tr>
							<th scope="col">{t('student')}</th>
							{plan.hasNames ? <th scope="col">{t('paste.said')}</th> : null}
							{plan.columns.map((c) => <th scope="col" class="num" key={c.id}>{c.name}</th>)}
						</tr>
					</thead>
					<tbody>
						{plan.rows.map((row, i) => (
							<Row key={row.pupil.id} plan={plan} row={row} number={i + 1} />
						))}
					</tbody>
				</table>
			</div>
			{asks && !stops
				? <CheckField name="agree" label={t('paste.agree')} checked={isAgreed} onChange={setAgreed} />
				: null}
			<div class="row">
				<Button disabled={!mayApply(plan, isAgreed)} onClick={apply}>
					{t('paste.apply', { count: plan.cells.length })}
				</Button>
				<Button kind="secondary" onClick={close}>{t('paste.back')}</Button>
			</div>
		</Dialog>
	);
}
