/* How safe an answer is, in words and a sign: on this device, received, saved. */
import type { JSX } from 'preact';
import type { SlotView } from '../../hall/book';
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
