/*
 * Whether the way in of a person is locked, and by whom and why; the office locks it with a reason
 * and unlocks it. Locking ends every session of that person at once.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatDateTime } from '../../lib/time';
import type { PersonRef } from '../../lib/types';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextArea } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { announce } from '../../parts/live';
import { Banner } from '../../parts/notice';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';

const t = words(vi, en);

const WHY_MAX = 500; /* as the server takes it */

interface Account {
	state: 'invited' | 'active' | 'locked' | 'closed';
	version: number;
	lock: { why: string; at: number; by: PersonRef | null } | null;
}

/* Null: the person has no account that could be locked. */
async function load(id: string, signal: AbortSignal): Promise<Account | null> {
	try {
		return await api.get<Account>(`/api/v1/people/${id}/account`, { signal });
	} catch (error) {
		if (error instanceof ApiError && error.problem.status === 404) {
			return null;
		}
		throw error;
	}
}

function Ask({ person, account, onDone, onLeave }: {
	person: { id: string; fullName: string }; account: Account; onDone: () => void; onLeave: () => void;
}): JSX.Element {
	const { version, lock } = account;
	const name = person.fullName;
	const form = useForm({
		start: { why: '' },
		check: (v): { why?: string } => (lock || v.why.trim() ? {} : { why: t('lock.why.missing') }),
		send: async (v) => {
			await api.put<Account>(`/api/v1/people/${person.id}/account`, { version, locked: !lock, why: v.why.trim() });
			announce(t(lock ? 'lock.undone' : 'lock.done', { name }));
			onDone();
		},
	});
	return (
		<Dialog title={t(lock ? 'lock.undo.ask' : 'lock.ask', { name })} onClose={onLeave}>
			<Form form={form}>
				<p>{t(lock ? 'lock.undo.text' : 'lock.text', { name })}</p>
				<TextArea name="why" label={t(lock ? 'lock.undo.why' : 'lock.why')} rows={3} maxLength={WHY_MAX}
					value={form.values.why} error={form.errors.why} onInput={(v) => form.set('why', v)} />
				<div class="row">
					<Button type="submit" kind={lock ? 'primary' : 'danger'} busy={form.isBusy}>{t(lock ? 'lock.undo' : 'lock')}</Button>
					<Button kind="secondary" onClick={onLeave}>{t('cancel')}</Button>
				</div>
			</Form>
		</Dialog>
	);
}

export function AccountLock({ person, small }: {
	person: { id: string; fullName: string }; small?: boolean;
}): JSX.Element | null {
	const account = useLoad<Account | null>(`account ${person.id}`, (signal) => load(person.id, signal));
	const [isAsking, setAsking] = useState(false);
	const now = account.value;
	if (!now || now.state === 'closed') {
		return null;
	}
	const { lock } = now;
	const leave = (): void => setAsking(false);
	const label = t(lock ? 'lock.undo' : 'lock');
	return (
		<>
			{lock
				? (
					<Banner tone="warn" title={t('lock.is', { name: person.fullName })}>
						<p>{t('lock.since', { at: formatDateTime(lock.at), by: lock.by?.fullName ?? '–' })}</p>
						<p>{t('lock.because', { why: lock.why })}</p>
					</Banner>
				)
				: null}
			<Button kind="secondary" small={small ?? false} onClick={() => setAsking(true)}
				{...(small ? { label: `${label}: ${person.fullName}` } : {})}>
				{label}
			</Button>
			{isAsking
				? (
					<Ask person={person} account={now} onLeave={leave}
						onDone={() => { leave(); account.reload(); }} />
				)
				: null}
		</>
	);
}
