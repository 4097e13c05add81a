/* The office: ways out of the house, a test of each, and what became of what was sent. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatDateTime } from '../../lib/time';
import { Button } from '../../parts/button';
import { TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { announce } from '../../parts/live';
import { Empty, Failed, Tag, Waiting } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';
import type { Page } from './paged';
import { usePaged } from './paged';

const t = words(vi, en);

const SWITCHES = { email: '/api/v1/notice-channels/email', webhook: '/api/v1/notice-channels/webhook' } as const;
const TESTS = { email: '/api/v1/notice-channels/email/test', webhook: '/api/v1/notice-channels/webhook/test' } as const;

/* Why a delivery did not go, by the code that the server gives. */
const FAULTS = ['refused', 'later', 'unreachable', 'timeout', 'tls', 'login', 'redirect', 'address'] as const;

const faultText = (code: string): string => t(`fault.${FAULTS.find((f) => f === code) ?? 'other'}`);

interface Channel {
	channel: 'email' | 'webhook';
	isSetUp: boolean;
	isOn: boolean;
	waiting: number;
	failed: number;
	sent: number;
}

interface Delivery {
	id: string;
	channel: 'email' | 'webhook';
	kind: 'notice' | 'confirm' | 'test';
	person: { id: string; fullName: string };
	to: string;
	state: 'waiting' | 'sent' | 'failed' | 'dropped';
	tries: number;
	at: number;
	nextAt: number | null;
	sentAt: number | null;
	error: string;
	detail: string;
}

function Try({ channel, onSent }: { channel: Channel; onSent: () => void }): JSX.Element {
	const field = `to-${channel.channel}`;
	const form = useForm<Record<string, string>>({
		start: { [field]: '' },
		check: (v) => (v[field]?.trim() ? {} : { [field]: t('test.missing') }),
		send: async (v) => {
			await api.post(TESTS[channel.channel], { to: v[field]?.trim() });
			announce(t('test.sent'));
			onSent();
		},
		fields: { to: field },
	});
	return (
		<Form form={form}>
			<TextField name={field} label={channel.channel === 'email' ? t('test.email') : t('test.phone')} width="w-20" autoComplete="off"
				value={form.values[field] ?? ''} error={form.errors[field]} onInput={(v) => form.set(field, v)} />
			<Button type="submit" kind="secondary" busy={form.isBusy}>{t('test')}</Button>
		</Form>
	);
}

function ChannelCard({ channel, onChange }: { channel: Channel; onChange: () => void }): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const turn = (): void => {
		setError(undefined);
		api.put(SWITCHES[channel.channel], { isOn: !channel.isOn }).then(onChange, setError);
	};
	return (
		<section class="card">
			<h2>{t(`channel.${channel.channel}`)} <Tag tone={channel.isOn ? 'ok' : 'quiet'}>{channel.isOn ? t('channel.on') : t('channel.off')}</Tag></h2>
			{channel.isSetUp ? null : <p class="quiet">{t('channel.not_set_up')}</p>}
			<p>{t('channel.counts', { sent: channel.sent, waiting: channel.waiting, failed: channel.failed })}</p>
			{channel.isSetUp || channel.isOn
				? <p><Button kind="secondary" onClick={turn}>{channel.isOn ? t('channel.turn_off') : t('channel.turn_on')}</Button></p> : null}
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
			{channel.isSetUp ? <Try channel={channel} onSent={onChange} /> : null}
		</section>
	);
}

function State({ delivery, onChange }: { delivery: Delivery; onChange: () => void }): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const tone = { waiting: 'info', sent: 'ok', failed: 'bad', dropped: 'quiet' } as const;
	return (
		<>
			<Tag tone={tone[delivery.state]}>{t(`state.${delivery.state}`)}</Tag>
			{delivery.sentAt ? <> {formatDateTime(delivery.sentAt)}</> : null}
			{delivery.nextAt ? <> {t('state.next', { when: formatDateTime(delivery.nextAt), tries: delivery.tries })}</> : null}
			{delivery.error ? <p class="small fault">{faultText(delivery.error)}{delivery.detail
				? <> <span class="quiet" lang="en">{delivery.detail}</span></> : null}</p> : null}
			{delivery.state === 'failed' ? (
				<Button small kind="secondary" label={t('resend.label', { name: delivery.person.fullName })}
					onClick={() => void api.post(`/api/v1/deliveries/${delivery.id}/resend`).then(onChange, setError)}>{t('resend')}</Button>
			) : null}
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</>
	);
}

export function DeliveriesPage(): JSX.Element {
	const channels = useLoad<{ items: Channel[] }>('channels', (signal) => api.get('/api/v1/notice-channels', { signal }));
	const list = usePaged<Delivery, string>('deliveries', (after, signal) =>
		api.get<Page<Delivery, string>>('/api/v1/deliveries', { ...(signal ? { signal } : {}), query: { after } }));
	const reload = (): void => {
		channels.reload();
		list.reload();
	};
	return (
		<>
			<h1>{t('deliveries')}</h1>
			<p class="lead">{t('deliveries.lead')}</p>
			<Show of={channels}>{({ items }) => (
				<div class="grid-2">{items.map((c) => <ChannelCard key={c.channel} channel={c} onChange={reload} />)}</div>
			)}</Show>
			<h2>{t('deliveries.list')}</h2>
			<p><Button small kind="secondary" onClick={reload}>{t('reload')}</Button></p>
			{list.error !== undefined ? <Failed error={list.error} onRetry={list.reload} /> : null}
			{list.items || list.error !== undefined ? null : <Waiting />}
			{list.items?.length === 0 ? <Empty>{t('deliveries.none')}</Empty> : null}
			{list.items && list.items.length > 0 ? (
				<Table caption={t('deliveries.list')} hideCaption stacked rows={list.items} rowKey={(d) => d.id} columns={[
					{ key: 'person', title: t('reader'), isHeading: true, cell: (d) => d.person.fullName },
					{ key: 'channel', title: t('channel'), cell: (d) => <>{t(`channel.${d.channel}`)}<br /><span class="quiet">{d.to}</span></> },
					{ key: 'kind', title: t('kind'), cell: (d) => t(`kind.${d.kind}`) },
					{ key: 'at', title: t('at'), cell: (d) => formatDateTime(d.at) },
					{ key: 'state', title: t('state'), cell: (d) => <State delivery={d} onChange={reload} /> },
				]} />
			) : null}
			{list.hasMore ? <Button kind="secondary" onClick={list.more}>{t('more')}</Button> : null}
		</>
	);
}
