/*
 * The invigilator's board: who is in, progress, lost connections, live; more time, a message or
 * handing in for one student or for the room. It never shows an answer. Rows keep their places
 * while they change.
 */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { api, idempotencyKey } from '../../lib/api';
import type { BoardState } from '../../lib/board';
import { hasOwnClocks, needsAttention, openBoard } from '../../lib/board';
import { words } from '../../lib/i18n';
import { formatDateTime, formatLeft, formatTime } from '../../lib/time';
import type { BoardRow } from '../../lib/types';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextArea, TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Banner, Progress, Tag } from '../../parts/notice';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

const MINUTE_MS = 60_000;
const EXTRA_MAX = 600;
const SECOND_MS = 1000;

type ActKind = 'extra' | 'message' | 'handin';

interface Act {
	kind: ActKind;
	row: BoardRow | null; /* null: the whole room */
}

function titleOf({ kind, row }: Act): string {
	return row ? t(`b.${kind}.for`, { name: row.name }) : t(`b.${kind}.room`);
}

function ActDialog({ room, act, onClose }: { room: string; act: Act; onClose: (isDone: boolean) => void })
	: JSX.Element {
	/* One key a dialog: sent twice, it is carried out once. */
	const headers = useMemo(idempotencyKey, []);
	const form = useForm({
		start: { minutes: '5', text: '' },
		check: (v) => {
			if (act.kind === 'extra' && !(Number(v.minutes) >= 1 && Number(v.minutes) <= EXTRA_MAX)) {
				return { minutes: t('b.extra.wrong') };
			}
			return act.kind === 'message' && !v.text.trim() ? { text: t('b.message.missing') } : {};
		},
		send: async (v) => {
			await api.post(`/api/v1/rooms/${room}/acts`, {
				kind: act.kind,
				attempt: act.row?.attempt ?? null,
				...(act.kind === 'extra' ? { amountMs: Math.round(Number(v.minutes)) * MINUTE_MS } : {}),
				...(act.kind === 'message' ? { text: v.text.trim() } : {}),
			}, { headers });
			onClose(true);
		},
	});
	return (
		<Dialog title={titleOf(act)} onClose={() => onClose(false)}>
			<Form form={form}>
				{act.kind === 'extra'
					? <TextField name="minutes" label={t('b.extra.minutes')} width="w-4" inputMode="numeric"
						value={form.values.minutes} error={form.errors.minutes}
						onInput={(v) => form.set('minutes', v)} />
					: null}
				{act.kind === 'message'
					? <TextArea name="text" label={t('b.message.text')} rows={3} maxLength={500}
						value={form.values.text} error={form.errors.text} onInput={(v) => form.set('text', v)} />
					: null}
				{act.kind === 'handin' ? <p>{t('b.handin.text')}</p> : null}
				<div class="row">
					<Button type="submit" busy={form.isBusy} kind={act.kind === 'handin' ? 'danger' : 'primary'}>
						{act.kind === 'message' ? t('b.send') : titleOf(act)}
					</Button>
					<Button kind="secondary" onClick={() => onClose(false)}>{t('cancel')}</Button>
				</div>
			</Form>
		</Dialog>
	);
}

function StateCell({ row: r }: { row: BoardRow }): JSX.Element {
	return (
		<div class="board-state">
			<Tag tone={r.state === 'closed' ? 'info' : r.state === 'open' ? 'ok' : 'quiet'}>
				{t(`b.${r.state}`)}
			</Tag>
			{r.closeWhy === 'submit' || r.closeWhy === 'time' || r.closeWhy === 'invigilator'
				? <span class="quiet">{t(`why.${r.closeWhy}`)}</span> : null}
			{!r.online && (r.state === 'open' || r.state === 'lobby')
				? <Tag tone="bad">{t('b.offline', { since: r.since > 0 ? formatTime(r.since) : '' })}</Tag>
				: null}
			{r.awayNow ? <Tag tone="warn">{t('b.away')}</Tag> : null}
			{!r.awayNow && r.away >= SECOND_MS
				? <span class="quiet">{t('b.away.sum', { seconds: Math.round(r.away / SECOND_MS) })}</span>
				: null}
			{r.devices > 0 ? <Tag tone="warn">{t('b.devices', { count: r.devices })}</Tag> : null}
			{r.stamped ? <Tag tone="warn">{t('b.stamped')}</Tag> : null}
		</div>
	);
}

function Acts({ row, onAct }: { row: BoardRow; onAct: (act: Act) => void }): JSX.Element | null {
	if (row.state === 'closed') {
		return null;
	}
	const kinds: ActKind[] = row.state === 'open' ? ['extra', 'message', 'handin'] : ['extra', 'message'];
	return (
		<div class="row tight">
			{kinds.map((kind) => (
				<Button key={kind} small kind="secondary" label={t(`b.${kind}.for`, { name: row.name })}
					onClick={() => onAct({ kind, row })}>{t(`b.${kind}`)}</Button>
			))}
		</div>
	);
}

function Rows({ rows, isOwn, onAct }: {
	rows: BoardRow[]; isOwn: boolean; onAct: (act: Act) => void;
}): JSX.Element {
	/* With an own clock, nobody's end is known before he begins. */
	const isAwaited = (r: BoardRow): boolean => isOwn && (r.state === 'absent' || r.state === 'lobby');
	return (
		<Table caption={t('b.title')} hideCaption stacked dense rows={rows} rowKey={(r) => r.attempt}
			empty={t('b.none')} columns={[
				{ key: 'name', title: t('b.student'), isHeading: true,
					cell: (r) => <>{r.name} <span class="quiet">{r.variant}</span></> },
				{ key: 'state', title: t('b.state'), cell: (r) => <StateCell row={r} /> },
				{ key: 'progress', title: t('b.progress'), cell: (r) => (
					<div class="board-progress">
						<Progress label={t('b.progress')} value={Math.max(r.answered ?? 0, 0)} max={Math.max(r.slots, 1)} />
						{r.answered !== null && r.answered >= 0
							? t('b.progress.of', { answered: r.answered, slots: r.slots }) : '–'}
					</div>
				) },
				{ key: 'last', title: t('b.last'), cell: (r) => r.lastAt > 0 ? formatTime(r.lastAt) : '–' },
				{ key: 'ends', title: t('b.ends'), cell: (r) => (
					<>
						{isAwaited(r) ? '–' : formatTime(r.endsAt)}
						{r.extraMs > 0
							? (
								<span class="quiet">
									{' '}{t('b.extra.has', { minutes: Math.round(r.extraMs / MINUTE_MS) })}
								</span>
							)
							: null}
					</>
				) },
				{ key: 'acts', title: t('b.acts'), cell: (r) => <Acts row={r} onAct={onAct} /> },
			]} />
	);
}

function Clock({ state }: { state: BoardState }): JSX.Element | null {
	const [now, setNow] = useState(Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
		return () => clearInterval(timer);
	}, []);
	const s = state.sitting;
	if (!s) {
		return null;
	}
	const at = now + state.offsetMs;
	if (hasOwnClocks(s)) {
		return <p class="board-clock">{t('b.until', { time: formatDateTime(s.windowEndAt) })}</p>;
	}
	const end = Math.min(s.startsAt + s.limitMs, s.windowEndAt);
	return (
		<p class="board-clock">
			{at < s.startsAt ? t('b.before', { left: formatLeft(s.startsAt - at) })
				: at < end ? t('b.running', { left: formatLeft(end - at) }) : t('b.over')}
		</p>
	);
}

/* The room in numbers; those that ask for the invigilator's eye stand out when they are not 0. */
function Facts({ rows }: { rows: BoardRow[] }): JSX.Element {
	const count = (fits: (r: BoardRow) => boolean): number => rows.filter(fits).length;
	const isIn = (r: BoardRow): boolean => r.state === 'open' || r.state === 'lobby';
	const facts: { label: string; count: number; isAlarm?: boolean }[] = [
		{ label: t('b.lobby'), count: count((r) => r.state === 'lobby') },
		{ label: t('b.open'), count: count((r) => r.state === 'open') },
		{ label: t('b.closed'), count: count((r) => r.state === 'closed') },
		{ label: t('b.absent'), count: count((r) => r.state === 'absent') },
		{ label: t('b.offline.short'), count: count((r) => isIn(r) && !r.online), isAlarm: true },
		{ label: t('b.away'), count: count((r) => r.awayNow), isAlarm: true },
	];
	return (
		<dl class="board-facts">
			{facts.map((f) => (
				<div key={f.label} class={f.isAlarm && f.count > 0 ? 'alarm' : undefined}>
					<dt>{f.label}</dt>
					<dd>{f.count}</dd>
				</div>
			))}
		</dl>
	);
}

export function BoardPage({ room }: { room: string }): JSX.Element {
	const board = useMemo(() => openBoard(room), [room]);
	useEffect(() => board.close, [board]);
	const [tab, setTab] = useState('all');
	const [act, setAct] = useState<Act | null>(null);
	const [isDone, setDone] = useState(false);
	const state = board.state.value as BoardState;
	const { rows } = state;
	const attention = rows.filter(needsAttention);
	const close = (done: boolean): void => {
		setAct(null);
		setDone(done);
	};
	return (
		<>
			<h1>{state.sitting?.title ?? t('b.title')}</h1>
			<Clock state={state} />
			{state.isConnected || state.heardAt === 0
				? null
				: (
					<Banner tone="warn" live="polite">
						<p>{t('b.lost', { time: formatTime(state.heardAt) })}</p>
					</Banner>
				)}
			<Facts rows={rows} />
			<div class="row board-acts" role="group" aria-label={t('b.room')}>
				<span aria-hidden="true">{t('b.room')}:</span>
				{(['message', 'extra', 'handin'] as const).map((kind) => (
					<Button key={kind} small kind="secondary" label={t(`b.${kind}.room`)}
						onClick={() => setAct({ kind, row: null })}>{t(`b.${kind}`)}</Button>
				))}
				<span role="status">{isDone ? t('b.done') : ''}</span>
			</div>
			<Tabs label={t('b.filter')} selected={tab} onSelect={setTab} items={[
				{ id: 'all', label: `${t('b.filter.all')} (${rows.length})` },
				{ id: 'attention', label: `${t('b.filter.attention')} (${attention.length})` },
			]}>
				<div class="board">
					<Rows rows={tab === 'all' ? rows : attention} onAct={setAct}
						isOwn={state.sitting ? hasOwnClocks(state.sitting) : false} />
				</div>
			</Tabs>
			{act ? <ActDialog room={room} act={act} onClose={close} /> : null}
		</>
	);
}
