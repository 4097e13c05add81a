/* How safe an answer is, in words and a sign: on this device, received, saved. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SlotView } from '../../hall/book';
import type { Session } from '../../hall/session';
import { formatTime } from '../../lib/time';
import { t } from './words';

const REFUSED = ['late', 'closed', 'value', 'slot', 'section'] as const;

function refusedText(code: string): string {
	const known = REFUSED.find((c) => c === code);
	return known ? t(`refused.${known}`) : t('refused.other');
}

export function stateText(view: SlotView, isTyping = false): string {
	if (isTyping) {
		return t('state.typing');
	}
	switch (view.state) {
	case 'none':
		return t('state.none');
	case 'local':
		return t('state.local');
	case 'stamped':
		return t('state.stamped', { time: formatTime(view.at) });
	case 'stored':
		return view.value === 'null' ? t('state.none')
			: view.at > 0 ? t('state.stored', { time: formatTime(view.at) }) : t('state.stored.plain');
	case 'refused':
		return refusedText(view.code);
	}
}

/* A ring, a half ring, a tick, two ticks: told apart without colour. */
const SIGNS = { none: '', local: '○', stamped: '✓', stored: '✓✓', refused: '✕', typing: '…' } as const;

export function StateLine({ view, isTyping }: { view: SlotView; isTyping?: boolean }): JSX.Element {
	const state = isTyping ? 'typing' : view.state === 'stored' && view.value === 'null' ? 'none' : view.state;
	return (
		<p class={`answer-state ${state}`}>
			<span class="sign" aria-hidden="true">{SIGNS[state]}</span>
			{stateText(view, isTyping)}
		</p>
	);
}

const CALM_MS = 1000; /* an answer that is saved at once changes nothing in the sum */

/** The sum of all states: saved, or how many are not yet. Nothing before the first answer. */
export function SavedAll({ session, done }: { session: Session; done: number }): JSX.Element | null {
	const { local, stamped } = session.status.value;
	const state: 'local' | 'stamped' | 'stored' = local > 0 ? 'local' : stamped > 0 ? 'stamped' : 'stored';
	const [shown, setShown] = useState(state);
	useEffect(() => {
		const timer = setTimeout(() => setShown(state), state === 'stored' ? 0 : CALM_MS);
		return () => clearTimeout(timer);
	}, [state]);
	if (done === 0) {
		return null;
	}
	const text = shown === 'local' && local > 0 ? t('saved.local', { n: local })
		: shown === 'stamped' && stamped > 0 ? t('saved.stamped', { n: stamped })
			: t('saved.all');
	const isCalm = text === t('saved.all');
	return (
		<p class={isCalm ? 'saved-all ok' : 'saved-all'}>
			<span class="sign" aria-hidden="true">{isCalm ? SIGNS.stored : SIGNS[shown]}</span>
			{text}
		</p>
	);
}
