/* Whether everything is with the server, and what a person has to decide. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { Button } from '../../../parts/button';
import { Banner } from '../../../parts/notice';
import type { Desk } from './desk';
import { t } from './words';

/** One line: saved, being saved, or how much is on this device only. */
export function SaveState({ desk }: { desk: Desk }): JSX.Element {
	const { session } = desk;
	const text = useComputed(() => {
		const tally = session.tally.value;
		const count = tally.open - tally.conflict - tally.locked - tally.refused;
		if (session.net.value === 'away') {
			return count > 0 ? t('all.away', { count }) : t('all.seen');
		}
		if (count > 0) {
			return session.net.value === 'sending' ? t('all.sending') : t('all.waiting', { count });
		}
		return tally.open === 0 ? t('all.saved') : '';
	}).value;
	return <p role="status" class={session.net.value === 'away' ? 'save-state away' : 'save-state'}>{text}</p>;
}

function firstOf(desk: Desk, status: string): string | undefined {
	return desk.session.openCells().find((cell) => desk.session.view(cell).peek().status === status);
}

export function Decisions({ desk }: { desk: Desk }): JSX.Element {
	const { session } = desk;
	const { conflict, locked, refused } = session.tally.value;
	const others = session.others.value.length;
	const go = (status: string) => (): void => {
		const cell = firstOf(desk, status);
		if (cell) {
			desk.goTo(cell);
		}
	};
	const drop = (): void => session.held().forEach((e) => session.decide(e.cell, 'theirs'));
	return (
		<>
			{session.hasDisk.value ? null : <Banner tone="warn" live="polite"><p>{t('all.nodisk')}</p></Banner>}
			{conflict > 0
				? (
					<Banner tone="warn" live="polite">
						<p>{t('conflict.banner', { count: conflict })}</p>
						<Button small onClick={go('conflict')}>{t('conflict.go')}</Button>
					</Banner>
				)
				: null}
			{refused > 0
				? (
					<Banner tone="bad" live="assertive">
						<p>{t('refused.banner', { count: refused })}</p>
						<Button small onClick={go('refused')}>{t('conflict.go')}</Button>
					</Banner>
				)
				: null}
			{locked > 0
				? (
					<Banner tone="warn" live="polite">
						<p>{t('held.banner', { count: locked })}</p>
						<div class="row tight">
							<Button small onClick={() => { desk.asked.value = { t: 'request', entries: session.held() }; }}>
								{t('held.ask')}
							</Button>
							<Button small kind="secondary" onClick={drop}>{t('held.drop')}</Button>
						</div>
					</Banner>
				)
				: null}
			{desk.sheet.requests ? <p class="quiet">{t('request.count', { count: desk.sheet.requests })}</p> : null}
			{others > 0 ? <p role="status" class="quiet">{t('others', { count: others })}</p> : null}
		</>
	);
}
