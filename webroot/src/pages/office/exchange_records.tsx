/* The records of one destination: what became of each, and why not. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, api, sentence } from '../../lib/api';
import { lang } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatNumber } from '../../lib/number';
import { queryValue } from '../../lib/router';
import { formatDateTime } from '../../lib/time';
import type { Items } from '../../lib/types';
import { Button } from '../../parts/button';
import { SelectField } from '../../parts/field';
import { Breadcrumbs } from '../../parts/layout';
import { announce } from '../../parts/live';
import { Banner, Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import type { Column } from '../../parts/table';
import { Table } from '../../parts/table';
import { StandingTag } from './exchange';
import type { Destination, ExchangeRecord } from './exchange_data';
import { BANGS, EXCHANGE, RECORD_STATES, recordName, t, todoText } from './exchange_data';

const LOOK_AGAIN_MS = 3000;

interface Filter {
	state: string;
	bang: string;
}

const get = (id: string, f: Filter, after: string | undefined, signal?: AbortSignal): Promise<Items<ExchangeRecord>> =>
	api.get(`/api/v1/destinations/${id}/records`, { ...(signal ? { signal } : {}),
		query: { state: f.state || undefined, bang: f.bang || undefined, after } });

/* ---- the destination, now and then ---- */

function useDestination(id: string): { value: Destination | undefined; error: unknown; isLoading: boolean; reload: () => void } {
	const first = useLoad<Destination>(`destination ${id}`, (signal) => api.get(`/api/v1/destinations/${id}`, { signal }));
	const { reload } = first;
	useEffect(() => {
		const timer = setInterval(() => {
			if (!document.hidden) {
				reload();
			}
		}, LOOK_AGAIN_MS);
		return () => clearInterval(timer);
	}, [id]);
	return first;
}

/* ---- the list ---- */

/* Only these can be sent again by a person; the others go by themselves or are there. */
const mayResend = (r: ExchangeRecord): boolean => r.state === 'rejected' || r.state === 'received';

function Reason({ of: r }: { of: ExchangeRecord }): JSX.Element {
	const todo = todoText(r);
	return <>{r.reason?.detail ?? '–'}{todo ? <span class="exchange-todo">{todo}</span> : null}</>;
}

/* A column in which no row has anything is left out. */
function Records({ rows, onResend, busy }: { rows: ExchangeRecord[]; onResend: (r: ExchangeRecord) => void; busy: string | null }): JSX.Element {
	const columns: Column<ExchangeRecord>[] = [
		{ key: 'record', title: t('record'), isHeading: true, cell: (r) => recordName(r) },
		{ key: 'state', title: t('record.state'), narrow: 'plain', cell: (r) => t(`record.${r.state}`) },
		{ key: 'version', title: t('record.version'), align: 'num', cell: (r) => r.recordVersion },
	];
	if (rows.some((r) => r.at !== null)) {
		columns.push({ key: 'at', title: t('record.at'), cell: (r) => (r.at === null ? '–' : formatDateTime(r.at)) });
	}
	if (rows.some((r) => r.reason !== null)) {
		columns.push({ key: 'reason', title: t('record.reason'), cell: (r) => <Reason of={r} /> });
	}
	if (rows.some(mayResend)) {
		columns.push({ key: 'deed', title: t('record.deed'), narrow: 'plain', cell: (r) => (mayResend(r)
			? (
				<Button small kind="secondary" busy={busy === r.id} label={t('resend.label', { record: recordName(r) })} onClick={() => onResend(r)}>
					{t('resend')}
				</Button>
			) : null) });
	}
	return <Table caption={t('records')} hideCaption stacked rows={rows} rowKey={(r) => r.id} columns={columns} />;
}

/* Its list is drawn anew when asked for, never under the reader's hand. */
function List({ id, filter, counts, onDone }: { id: string; filter: Filter; counts: string; onDone: () => void }): JSX.Element {
	const [older, setOlder] = useState<ExchangeRecord[]>([]);
	const [next, setNext] = useState<string | null | undefined>(undefined);
	const [seen, setSeen] = useState(counts);
	const [busy, setBusy] = useState<string | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	const first = useLoad<Items<ExchangeRecord>>(`records ${id} ${filter.state} ${filter.bang}`, (signal) => get(id, filter, undefined, signal));
	const cursor = next === undefined ? first.value?.next : next;
	const look = (): void => {
		setOlder([]);
		setNext(undefined);
		setSeen(counts);
		first.reload();
	};
	const run = (what: string, deed: Promise<string>): void => {
		setBusy(what);
		setError(undefined);
		deed.then((text) => {
			announce(text);
			look();
			onDone();
		}, setError).finally(() => setBusy(null));
	};
	const more = (): void => {
		setBusy('more');
		setError(undefined);
		get(id, filter, cursor ?? undefined).then((page) => {
			setOlder((old) => [...old, ...page.items]);
			setNext(page.next ?? null);
		}, setError).finally(() => setBusy(null));
	};
	const resend = (r: ExchangeRecord): void => run(r.id,
		api.post(`/api/v1/destinations/${id}/records/${r.id}/resend`).then(() => t('said.resend', { record: recordName(r) })));
	const resendAll = (): void => run('all', api.post<{ count: number }>(`/api/v1/destinations/${id}/resend-rejected`)
		.then(({ count }) => t('said.resend.all', { count })));
	return (
		<>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{seen === counts ? null : (
				<Banner live="polite">
					<p>{t('records.new')}</p>
					<Button kind="secondary" small onClick={look}>{t('records.look')}</Button>
				</Banner>
			)}
			<Show of={first}>{(page) => page.items.length === 0 ? <Empty>{t('records.none')}</Empty> : (
				<>
					{filter.state === 'rejected'
						? <p><Button kind="secondary" busy={busy === 'all'} onClick={resendAll}>{t('resend.all')}</Button></p> : null}
					<Records rows={[...page.items, ...older]} onResend={resend} busy={busy} />
				</>
			)}</Show>
			{cursor ? <Button kind="secondary" busy={busy === 'more'} onClick={more}>{t('records.more')}</Button> : null}
		</>
	);
}

function Content({ of: d, onDone }: { of: Destination; onDone: () => void }): JSX.Element {
	const wanted = queryValue('tinh-trang') ?? '';
	const [filter, setFilter] = useState<Filter>({ state: RECORD_STATES.some((s) => s === wanted) ? wanted : '', bang: '' });
	return (
		<>
			<h1>{t('records.of', { name: d.name })}</h1>
			<p><StandingTag of={d} /></p>
			<p class="quiet">{t('records.way')}</p>
			{d.error ? <Banner tone={d.state === 'stopped' ? 'bad' : 'warn'}><p>{d.error.detail}</p></Banner> : null}
			<div class="filters" role="group" aria-label={t('records')}>
				<SelectField name="state" label={t('records.state')} value={filter.state} empty={t('records.any')}
					onChange={(state) => setFilter({ ...filter, state })}
					options={RECORD_STATES.map((s) => ({ value: s, label: `${t(`record.${s}`)} (${formatNumber(d.counts[s], lang.value)})` }))} />
				<SelectField name="bang" label={t('records.kind')} value={filter.bang} empty={t('records.any')}
					onChange={(bang) => setFilter({ ...filter, bang })} options={BANGS.map((b) => ({ value: b, label: t(`bang.${b}`) }))} />
			</div>
			<List key={`${filter.state} ${filter.bang}`} id={d.id} filter={filter} counts={JSON.stringify(d.counts)} onDone={onDone} />
		</>
	);
}

export function ExchangeRecordsPage({ id }: { id: string }): JSX.Element {
	const destination = useDestination(id);
	const isGone = destination.error instanceof ApiError && destination.error.problem.status === 404;
	return (
		<>
			<Breadcrumbs items={[{ href: EXCHANGE, label: t('exchange') }, { label: destination.value?.name ?? t('records') }]} />
			{isGone ? <><h1>{t('records')}</h1><Empty>{t('missing.destination')}</Empty></>
				: <Show of={{ ...destination, set: () => undefined }}>{(d) => <Content of={d} onDone={destination.reload} />}</Show>}
		</>
	);
}
