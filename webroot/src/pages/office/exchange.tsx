/* Where the school's records go, and how far each destination is. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { formatDateTime } from '../../lib/time';
import type { Items } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { Confirm, Dialog } from '../../parts/dialog';
import { announce } from '../../parts/live';
import type { Pair, Tone } from '../../parts/notice';
import { Banner, Empty, Pairs, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { useLive } from '../../lib/live';
import type { Destination } from './exchange_data';
import { EXCHANGE, RECORD_STATES, t } from './exchange_data';
import { DestinationDialog } from './exchange_form';

const LOOK_AGAIN_MS = 3000;
const ROLL_TIMEOUT_MS = 60_000; /* the server itself gives up after fifteen seconds */

/* ---- how it stands ---- */

type Standing = 'on' | 'done' | 'rejects' | 'trouble' | 'paused' | 'stopped';

const TONES: Record<Standing, Tone | 'quiet'> = { on: 'info', done: 'ok', rejects: 'warn', trouble: 'warn', paused: 'quiet', stopped: 'bad' };

function standing(d: Destination): Standing {
	if (d.state !== 'on') {
		return d.state;
	}
	if (d.error) {
		return 'trouble';
	}
	if (d.counts.queued + d.counts.sent > 0 || d.lastOkAt === null) {
		return 'on';
	}
	return d.counts.rejected > 0 ? 'rejects' : 'done';
}

export function StandingTag({ of: d }: { of: Destination }): JSX.Element {
	const s = standing(d);
	return <Tag tone={TONES[s]}>{t(`state.${s}`)}</Tag>;
}

function address(d: Destination): string {
	switch (d.kind) {
	case 'https':
		return d.url ?? '';
	case 'mariadb':
		return `${d.host ?? ''}:${String(d.port ?? '')} / ${d.database ?? ''}`;
	case 'files':
		return d.folder ?? '';
	}
}

function compared(d: Destination): string {
	if (d.isComparing) {
		return t('compared.now');
	}
	const at = formatDateTime(d.comparedAt ?? 0);
	return d.comparedFound === 0 ? t('compared.same', { at }) : t('compared.found', { at, count: d.comparedFound });
}

function facts(d: Destination): Pair[] {
	const pairs: Pair[] = [{ label: t('address'), value: address(d) }];
	if (d.province) {
		pairs.unshift({ label: t('province'), value: t('province.name', d.province) });
		pairs.push({ label: t('fingerprint'), value: <code>{d.province.fingerprint}</code> });
	}
	if (d.key) {
		pairs.push({ label: t('key'), value: <code>{d.key}</code> });
	}
	pairs.push({ label: t('last'), value: d.lastOkAt === null ? t('last.never') : formatDateTime(d.lastOkAt) });
	if (d.nextTryAt !== null) {
		pairs.push({ label: t('next'), value: formatDateTime(d.nextTryAt) });
	}
	if (d.isComparing || d.comparedAt !== null) {
		pairs.push({ label: t('compared'), value: compared(d) });
	}
	return pairs;
}

/* Each number leads to its records. */
function Counts({ of: d }: { of: Destination }): JSX.Element {
	return (
		<ul class="exchange-counts" aria-label={t('counts')}>
			{RECORD_STATES.map((s) => (
				<li key={s} class={s === 'rejected' && d.counts.rejected > 0 ? 'wrong' : undefined}>
					<a href={`${EXCHANGE}/${d.id}?tinh-trang=${s}`}>{t(`count.${s}`, { count: d.counts[s] })}</a>
				</li>
			))}
		</ul>
	);
}

/* ---- what is done to it ---- */

type Deed = 'pause' | 'resume' | 'send' | 'compare';

/* Each address is written out: the document of the API is held against them. */
const carryOut: Record<Deed, (id: string) => Promise<void>> = {
	pause: (id) => api.post(`/api/v1/destinations/${id}/pause`),
	resume: (id) => api.post(`/api/v1/destinations/${id}/resume`),
	send: (id) => api.post(`/api/v1/destinations/${id}/send`),
	compare: (id) => api.post(`/api/v1/destinations/${id}/compare`),
};

interface Acting {
	of: Destination;
	onDone: (text: string) => void;
	onChange: (d: Destination) => void;
	onDrop: (d: Destination) => void;
	onRoll: (d: Destination) => void;
}

function deedsOf(d: Destination): Deed[] {
	if (d.state !== 'on') {
		return ['resume'];
	}
	return d.kind === 'https' ? ['send', 'compare', 'pause'] : ['send', 'pause'];
}

function Deeds({ of: d, onDone, onChange, onDrop, onRoll }: Acting): JSX.Element {
	const [busy, setBusy] = useState<Deed | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	const act = (deed: Deed): void => {
		setBusy(deed);
		setError(undefined);
		carryOut[deed](d.id).then(() => onDone(t(`said.${deed}`, { name: d.name })), setError).finally(() => setBusy(null));
	};
	const named = (deed: string): string => t('of', { deed, name: d.name });
	return (
		<>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<div class="row no-print">
				{deedsOf(d).map((deed) => (
					<Button key={deed} kind={deed === 'resume' ? 'primary' : 'secondary'} small busy={busy === deed} label={named(t(deed))}
						onClick={() => act(deed)}>{t(deed)}</Button>
				))}
				<Button kind="secondary" small label={named(t('change'))} onClick={() => onChange(d)}>{t('change')}</Button>
				<ButtonLink kind="secondary" small href={`${EXCHANGE}/${d.id}`} label={t('records.of', { name: d.name })}>{t('records')}</ButtonLink>
				{d.kind === 'https' && d.state === 'on'
					? <Button kind="secondary" small label={named(t('roll'))} onClick={() => onRoll(d)}>{t('roll')}</Button> : null}
				<Button kind="danger" small label={named(t('drop'))} onClick={() => onDrop(d)}>{t('drop')}</Button>
			</div>
		</>
	);
}

function One(props: Acting): JSX.Element {
	const { of: d } = props;
	const id = `destination-${d.id}`;
	return (
		<li>
			<article class="exchange-one" aria-labelledby={id}>
				<h2 id={id}>{d.name} <StandingTag of={d} /></h2>
				{d.error
					? (
						<Banner tone={d.state === 'stopped' ? 'bad' : 'warn'} title={t(d.state === 'stopped' ? 'error.stopped' : 'error')}>
							<p>{d.error.detail}</p>
						</Banner>
					) : null}
				<Counts of={d} />
				<Pairs items={facts(d)} />
				<Deeds {...props} />
			</article>
		</li>
	);
}

/* ---- dialogs ---- */

/* Two people compare the key by telephone: it is the only proof that needs no trust in the line. */
function Enrolled({ of: d, onLeave, onDrop }: { of: Destination; onLeave: () => void; onDrop: () => void }): JSX.Element {
	return (
		<Dialog title={t('enrolled', { province: d.province?.name ?? d.name })} onClose={onLeave}>
			<p>{t('enrolled.text')}</p>
			<p>{t('fingerprint')}</p>
			<p class="secret-code">{d.province?.fingerprint}</p>
			<p>{t('enrolled.next')}</p>
			<div class="row">
				<Button onClick={onLeave}>{t('enrolled.done')}</Button>
				<Button kind="danger" onClick={onDrop}>{t('drop')}</Button>
			</div>
		</Dialog>
	);
}

function Drop({ of: d, onDone, onLeave }: { of: Destination; onDone: (text: string) => void; onLeave: () => void }): JSX.Element {
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const drop = (): void => {
		setBusy(true);
		setError(undefined);
		api.del(`/api/v1/destinations/${d.id}`).then(() => onDone(t('said.drop', { name: d.name })), setError).finally(() => setBusy(false));
	};
	return (
		<Confirm title={t('drop.title', { name: d.name })} yes={t('drop.yes')} isDanger busy={isBusy} onYes={drop} onNo={onLeave}>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<p>{t('drop.text')}</p>
		</Confirm>
	);
}

/* Another key: the province is asked while the person waits, so that a refusal is said here. */
function Roll({ of: d, onDone, onLeave }: { of: Destination; onDone: (text: string) => void; onLeave: () => void }): JSX.Element {
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const roll = (): void => {
		setBusy(true);
		setError(undefined);
		api.post(`/api/v1/destinations/${d.id}/roll`, undefined, { timeoutMs: ROLL_TIMEOUT_MS })
			.then(() => onDone(t('said.roll', { name: d.name })), setError).finally(() => setBusy(false));
	};
	return (
		<Confirm title={t('roll.title', { name: d.name })} yes={t('roll')} busy={isBusy} onYes={roll} onNo={onLeave}>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<p>{t('roll.text')}</p>
			<p>{t('key')}: <code>{d.key}</code></p>
		</Confirm>
	);
}

type Asked = { what: 'add' } | { what: 'change' | 'enrolled' | 'drop' | 'roll'; of: Destination } | null;

function Question({ asked, onAsk, onDone }: { asked: Asked; onAsk: (next: Asked) => void; onDone: (text: string) => void }): JSX.Element | null {
	const leave = (): void => onAsk(null);
	const done = (text: string): void => {
		leave();
		onDone(text);
	};
	const added = (d: Destination): void => {
		onDone(t('said.added', { name: d.name }));
		onAsk(d.province ? { what: 'enrolled', of: d } : null);
	};
	switch (asked?.what) {
	case 'add':
		return <DestinationDialog old={null} onDone={added} onLeave={leave} />;
	case 'change':
		return <DestinationDialog old={asked.of} onDone={(d) => done(t('said.changed', { name: d.name }))} onLeave={() => done('')} />;
	case 'enrolled':
		return <Enrolled of={asked.of} onLeave={leave} onDrop={() => onAsk({ what: 'drop', of: asked.of })} />;
	case 'drop':
		return <Drop of={asked.of} onDone={done} onLeave={leave} />;
	case 'roll':
		return <Roll of={asked.of} onDone={done} onLeave={leave} />;
	default:
		return null;
	}
}

/* ---- the page ---- */

export function ExchangePage(): JSX.Element {
	const list = useLive<Items<Destination>>('/api/v1/destinations', LOOK_AGAIN_MS);
	const [asked, setAsked] = useState<Asked>(null);
	const [said, setSaid] = useState('');
	const done = (text: string): void => {
		setSaid(text);
		announce(text);
		list.reload();
	};
	return (
		<>
			<h1>{t('exchange')}</h1>
			<p class="lead">{t('exchange.lead')}</p>
			{said === '' ? null : <Banner tone="ok"><p><strong>{said}</strong></p></Banner>}
			<p class="no-print"><Button onClick={() => setAsked({ what: 'add' })}>{t('add')}</Button></p>
			{list.value !== undefined && list.error !== undefined ? <Banner tone="warn" live="polite"><p>{t('away')}</p></Banner> : null}
			<Show of={list}>{({ items }) => items.length === 0 ? <Empty>{t('none')}</Empty> : (
				<ul class="exchange-list">
					{items.map((d) => (
						<One key={d.id} of={d} onDone={done} onChange={(of) => setAsked({ what: 'change', of })}
							onDrop={(of) => setAsked({ what: 'drop', of })} onRoll={(of) => setAsked({ what: 'roll', of })} />
					))}
				</ul>
			)}</Show>
			<Question asked={asked} onAsk={setAsked} onDone={done} />
		</>
	);
}
