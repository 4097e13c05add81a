/* Sittings, and one sitting: rooms, tickets, start, release, results. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, saveAs, sentence } from '../../lib/api';
import { lang, words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatMark, formatPoints } from '../../lib/number';
import { formatDateTime, formatTime, parseLocalInput, toLocalInput } from '../../lib/time';
import type { Items, ReleasePolicy, ResultRow, Sitting, SittingRoom } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { RadioField, TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Empty, Pairs, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { GradebookMark } from './result_mark';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

const SITTINGS = '/giao-vien/ca-thi';
const MINUTE_MS = 60_000;

export function SittingsPage(): JSX.Element {
	const sittings = useLoad<Items<Sitting>>('sittings',
		(signal) => api.get('/api/v1/sittings', { signal }));
	return (
		<>
			<h1>{t('sittings')}</h1>
			<p><ButtonLink href={`${SITTINGS}/moi`}>{t('sitting.new')}</ButtonLink></p>
			<Show of={sittings}>{(list) => list.items.length === 0
				? <Empty>{t('sitting.none')}</Empty>
				: (
					<ul class="cards">
						{list.items.map((s) => (
							<li key={s.id}>
								<a href={`${SITTINGS}/${s.id}`}><strong>{s.title}</strong></a>{' '}
								<Tag tone={s.state === 'running' ? 'ok' : 'quiet'}>{t(`state.${s.state}`)}</Tag>
								<p class="quiet">
									{formatDateTime(s.startsAt)}
									{s.practice ? ` · ${t('practice')}` : ''}
								</p>
							</li>
						))}
					</ul>
				)}</Show>
		</>
	);
}

function RoomCard({ room }: { room: SittingRoom }): JSX.Element {
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const tickets = (): void => {
		setBusy(true);
		setError(undefined);
		api.bytes(`/api/v1/rooms/${room.id}/tickets`, { post: {}, timeoutMs: 60_000 })
			.then((bytes) => saveAs(bytes, `phieu-du-thi-${room.name}.pdf`, 'application/pdf'), setError)
			.finally(() => setBusy(false));
	};
	return (
		<li>
			<strong>{room.name}</strong>
			<p class="quiet">{t('s.room.count', { count: room.count })}</p>
			<div class="row">
				<ButtonLink small href={`/giao-vien/phong/${room.id}`}>{t('s.room.open')}</ButtonLink>
				<Button small kind="secondary" busy={isBusy} onClick={tickets}>{t('s.tickets')}</Button>
			</div>
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</li>
	);
}

function MoveStart({ sitting, onMoved }: { sitting: Sitting; onMoved: (s: Sitting) => void })
	: JSX.Element {
	const [isMoved, setMoved] = useState(false);
	const form = useForm({
		start: { starts: toLocalInput(sitting.startsAt) },
		check: (v) => parseLocalInput(v.starts) === null ? { starts: t('p.starts.missing') } : {},
		send: async (v) => {
			const moved = await api.put<Sitting>(`/api/v1/sittings/${sitting.id}/start`,
				{ startsAt: parseLocalInput(v.starts), revision: sitting.revision });
			setMoved(true);
			onMoved(moved);
		},
	});
	return (
		<details>
			<summary>{t('s.move')}</summary>
			<Form form={form}>
				<TextField name="starts" label={t('p.starts')} type="datetime-local" width="w-20"
					value={form.values.starts} error={form.errors.starts} onInput={(v) => form.set('starts', v)} />
				<Button type="submit" small busy={form.isBusy}>{t('s.move.save')}</Button>
			</Form>
			<div role="status">{isMoved ? t('s.moved') : ''}</div>
		</details>
	);
}

function Release({ sitting, onChange }: { sitting: Sitting; onChange: () => void }): JSX.Element {
	const [policy, setPolicy] = useState<string>(sitting.releasePolicy);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const send = (now: boolean): void => {
		setBusy(true);
		setError(undefined);
		const chosen = now && policy === 'held' ? 'mark' : policy;
		api.put(`/api/v1/sittings/${sitting.id}/release`, { policy: chosen as ReleasePolicy, now })
			.then(onChange, setError)
			.finally(() => setBusy(false));
	};
	return (
		<>
			<h2>{t('s.release')}</h2>
			{sitting.releasedAt ? <p>{t('s.released', { time: formatDateTime(sitting.releasedAt) })}</p> : null}
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<RadioField name="release" label={t('p.release')} value={policy} onChange={setPolicy} options={[
				{ value: 'held', label: t('p.release.held') },
				{ value: 'mark', label: t('p.release.mark') },
				{ value: 'all', label: t('p.release.all') },
			]} />
			<div class="row">
				<Button busy={isBusy} onClick={() => send(true)}>{t('s.release.now')}</Button>
				<Button kind="secondary" busy={isBusy} onClick={() => send(false)}>{t('s.release.save')}</Button>
			</div>
		</>
	);
}

function columnText(s: Sitting): string {
	if (!s.column) {
		return t('p.column.none');
	}
	return s.column.kind === 'tx' ? t('m.tx', { position: s.column.position }) : t(`m.${s.column.kind}`);
}

function closeText(why: string | null): string {
	return why === 'submit' || why === 'time' || why === 'invigilator' ? ` (${t(`why.${why}`)})` : '';
}

function ResultTable({ rows, sitting, onChosen }: {
	rows: ResultRow[]; sitting: Sitting; onChosen: () => void;
}): JSX.Element {
	const hasBook = sitting.column !== null;
	return (
		<Table caption={t('s.results')} hideCaption stacked rows={rows} rowKey={(r) => r.attempt} columns={[
			{ key: 'name', title: t('r.student'), isHeading: true, cell: (r) => r.student.fullName,
				sortBy: (r) => r.student.fullName.split(' ').reverse().join(' ') },
			{ key: 'class', title: t('r.class'), narrow: 'beside', cell: (r) => r.className,
				sortBy: (r) => r.className },
			{ key: 'variant', title: t('r.variant'), narrow: 'hide', cell: (r) => r.variant },
			{ key: 'closed', title: t('r.closed'), narrow: 'beside',
				cell: (r) => r.closedAt === null
					? t(r.state === 'open' ? 'r.state.open' : 'r.state.prepared')
					: `${formatTime(r.closedAt)}${closeText(r.closeWhy)}` },
			{ key: 'points', title: t('r.points'), align: 'num',
				cell: (r) => r.tenX100 === null ? '–' : formatPoints(r.tenX100, lang.value),
				sortBy: (r) => r.tenX100 ?? -1 },
			{ key: 'mark', title: t('r.mark'), align: 'num',
				cell: (r) => r.awaiting > 0
					? <Tag tone="warn">{t('r.awaiting', { count: r.awaiting })}</Tag>
					: <strong>{formatMark(r.markX10, lang.value) || '–'}</strong>,
				sortBy: (r) => r.markX10 ?? -1 },
			...(hasBook ? [{ key: 'book', title: t('r.book'),
				cell: (r: ResultRow) => <GradebookMark row={r} onChosen={onChosen} /> }] : []),
			{ key: 'view', title: t('r.view'), narrow: 'plain' as const,
				cell: (r) => r.state === 'closed'
					? (
						<a href={`/giao-vien/bai-lam/${r.attempt}`}>
							{r.awaiting > 0 ? t('r.essay') : t('r.view')}
							<span class="sr"> {r.student.fullName}</span>
						</a>
					)
					: '' },
		]} />
	);
}

/* Who needs the teacher stands first; who has not come is told by number until asked for. */
function Results({ sitting }: { sitting: Sitting }): JSX.Element {
	const [isAll, setAll] = useState(false);
	const results = useLoad<Items<ResultRow>>(`results ${sitting.id}`,
		(signal) => api.get(`/api/v1/sittings/${sitting.id}/results`, { signal }));
	return (
		<>
			<h2>{t('s.results')}</h2>
			<Show of={results}>{({ items }) => {
				const came = items.filter((r) => r.state !== 'prepared');
				const away = items.length - came.length;
				const essays = items.filter((r) => r.awaiting > 0).length;
				const conflicts = items.filter((r) => r.gradebook?.state === 'conflict').length;
				const shown = isAll ? items : came;
				return (
					<>
						{conflicts > 0
							? <Banner tone="warn"><p>{t('s.conflicts', { count: conflicts })}</p></Banner> : null}
						{essays > 0 ? <Banner tone="warn"><p>{t('s.essays', { count: essays })}</p></Banner> : null}
						<p>{t('s.results.count', { came: came.length, all: items.length })}</p>
						<div class="row">
							<ButtonLink small kind="secondary" download
								href={`/api/v1/sittings/${sitting.id}/results.xlsx`}>{t('s.export')}</ButtonLink>
							{away > 0
								? (
									<Button small kind="secondary" onClick={() => setAll(!isAll)}>
										{isAll ? t('s.results.came') : t('s.results.away', { count: away })}
									</Button>
								)
								: null}
						</div>
						{shown.length === 0
							? <Empty>{t('s.results.none')}</Empty>
							: <ResultTable rows={shown} sitting={sitting} onChosen={results.reload} />}
					</>
				);
			}}</Show>
		</>
	);
}

export function SittingPage({ id }: { id: string }): JSX.Element {
	const sitting = useLoad<Sitting>(`sitting ${id}`,
		(signal) => api.get(`/api/v1/sittings/${id}`, { signal }));
	return (
		<Show of={sitting}>{(s) => (
			<>
				<Breadcrumbs items={[{ href: SITTINGS, label: t('sittings') }, { label: s.title }]} />
				<h1>{s.title}</h1>
				<p>
					<Tag tone={s.state === 'running' ? 'ok' : 'quiet'}>{t(`state.${s.state}`)}</Tag>
					{s.practice ? <> <Tag tone="info">{t('practice')}</Tag></> : null}
				</p>
				<Pairs items={[
					{ label: t('starts'), value: formatDateTime(s.startsAt) },
					...(s.practice ? [{ label: t('p.until'), value: formatDateTime(s.windowEndAt) }] : []),
					{ label: t('s.limit'), value: t('minutes', { count: Math.round(s.limitMs / MINUTE_MS) }) },
					{ label: t('s.variants'), value: s.variants.join(', ') },
					{ label: t('s.column'), value: columnText(s) },
				]} />
				{s.state === 'published' && !s.practice
					? <MoveStart sitting={s} onMoved={() => sitting.reload()} /> : null}
				<h2>{t('s.rooms')}</h2>
				<p class="hint">{t('s.tickets.hint')}</p>
				<ul class="cards">{s.rooms.map((r) => <RoomCard key={r.id} room={r} />)}</ul>
				<Release key={`${s.releasePolicy} ${s.releasedAt ?? ''}`} sitting={s} onChange={sitting.reload} />
				<Results sitting={s} />
			</>
		)}</Show>
	);
}
