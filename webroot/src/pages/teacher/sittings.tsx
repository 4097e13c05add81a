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
import { Banner, Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
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
			<ButtonLink href={`${SITTINGS}/moi`}>{t('sitting.new')}</ButtonLink>
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

function closeText(why: string | null): string {
	return why === 'submit' || why === 'time' || why === 'invigilator' ? ` (${t(`why.${why}`)})` : '';
}

function Results({ sitting }: { sitting: Sitting }): JSX.Element {
	const results = useLoad<Items<ResultRow>>(`results ${sitting.id}`,
		(signal) => api.get(`/api/v1/sittings/${sitting.id}/results`, { signal }));
	return (
		<>
			<h2>{t('s.results')}</h2>
			<ButtonLink small kind="secondary" download
				href={`/api/v1/sittings/${sitting.id}/results.xlsx`}>{t('s.export')}</ButtonLink>
			<Show of={results}>{(list) => (
				<Table caption={t('s.results')} hideCaption stacked rows={list.items} rowKey={(r) => r.attempt}
					empty={t('s.results.none')} columns={[
						{ key: 'name', title: t('r.student'), isHeading: true, cell: (r) => r.student.fullName,
							sortBy: (r) => r.student.fullName },
						{ key: 'class', title: t('r.class'), cell: (r) => r.className, sortBy: (r) => r.className },
						{ key: 'variant', title: t('r.variant'), cell: (r) => r.variant },
						{ key: 'points', title: t('r.points'), align: 'num',
							cell: (r) => r.tenX100 === null ? '–' : formatPoints(r.tenX100, lang.value),
							sortBy: (r) => r.tenX100 ?? -1 },
						{ key: 'mark', title: t('r.mark'), align: 'num',
							cell: (r) => (
								<>
									{formatMark(r.markX10, lang.value) || '–'}
									{r.awaiting > 0
										? <Tag tone="warn">{t('r.awaiting', { count: r.awaiting })}</Tag> : null}
								</>
							),
							sortBy: (r) => r.markX10 ?? -1 },
						{ key: 'closed', title: t('r.closed'),
							cell: (r) => r.closedAt === null
								? t(r.state === 'open' ? 'r.state.open' : 'r.state.prepared')
								: `${formatTime(r.closedAt)}${closeText(r.closeWhy)}` },
						{ key: 'view', title: t('r.view'),
							cell: (r) => r.state === 'closed'
								? (
									<a href={`/giao-vien/bai-lam/${r.attempt}`}
										aria-label={t('r.view.label', { name: r.student.fullName })}>{t('r.view')}</a>
								)
								: '–' },
					]} />
			)}</Show>
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
					<Tag tone={s.state === 'running' ? 'ok' : 'quiet'}>{t(`state.${s.state}`)}</Tag>{' '}
					{t('starts')}: <strong>{formatDateTime(s.startsAt)}</strong> ·{' '}
					{t('minutes', { count: Math.round(s.limitMs / MINUTE_MS) })} ·{' '}
					{t('s.variants')}: {s.variants.join(', ')}
				</p>
				{s.state === 'published' && !s.practice
					? <MoveStart sitting={s} onMoved={() => sitting.reload()} /> : null}
				<h2>{t('s.rooms')}</h2>
				<p class="hint">{t('s.tickets.hint')}</p>
				<ul class="cards">{s.rooms.map((r) => <RoomCard key={r.id} room={r} />)}</ul>
				<Results sitting={s} />
				<Release key={s.releasePolicy} sitting={s} onChange={sitting.reload} />
			</>
		)}</Show>
	);
}
