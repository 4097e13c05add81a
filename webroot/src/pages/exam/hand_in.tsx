/* Handing in: first what is missing, then one clear question. */
import type { JSX } from 'preact';
import type { Desk } from './desk';
import { flushDrafts, goTo, progressOf } from './desk';
import { formatLeft } from '../../lib/time';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Waiting } from '../../parts/notice';
import { useLeft } from './clock';
import { t } from './words';

function Slots({ slots, onGo }: { slots: number[]; onGo: () => void }): JSX.Element {
	const go = (event: Event, slot: number): void => {
		event.preventDefault();
		onGo();
		goTo(slot);
	};
	return (
		<p class="slots">
			{slots.map((n) => (
				<a key={n} class="mark" href={`#q${n}`} onClick={(e) => go(e, n)}>
					<span class="sr">{t('question', { n })}</span><span aria-hidden="true">{n}</span>
				</a>
			))}
		</p>
	);
}

export function HandIn({ desk, onClose }: { desk: Desk; onClose: () => void }): JSX.Element {
	const { session, items, flags } = desk;
	const s = session.status.value;
	const left = useLeft(session, s.ends);
	const of = (want: string): number[] => items
		.filter((i) => progressOf(i, session.slot(i.slot).value.value) === want).map((i) => i.slot);
	const missing = of('none');
	const partial = of('part');
	const flagged = items.map((i) => i.slot).filter((n) => flags.value.has(n));
	const yes = (): void => {
		flushDrafts(desk);
		session.submit();
		onClose();
	};
	return (
		<Dialog title={t('handin.title')} onClose={onClose}>
			{missing.length + partial.length === 0 ? <p>{t('handin.all', { all: items.length })}</p> : null}
			{missing.length > 0
				? <><p><strong>{t('handin.missing', { n: missing.length })}</strong></p>
					<Slots slots={missing} onGo={onClose} /></> : null}
			{partial.length > 0
				? <><p><strong>{t('handin.partial', { n: partial.length })}</strong></p>
					<Slots slots={partial} onGo={onClose} /></> : null}
			{flagged.length > 0
				? <><p><strong>{t('handin.flagged', { n: flagged.length })}</strong></p>
					<Slots slots={flagged} onGo={onClose} /></> : null}
			{s.local > 0 ? <p>{t('handin.unsent', { n: s.local })}</p> : null}
			<p>{t('handin.final', { left: left === null ? '–' : formatLeft(left) })}</p>
			<div class="row">
				<Button onClick={yes}>{t('handin.yes')}</Button>
				<Button kind="secondary" onClick={onClose}>{t('handin.no')}</Button>
			</div>
		</Dialog>
	);
}

/** Between the student's word and the server's. */
export function HandingIn({ desk }: { desk: Desk }): JSX.Element {
	const { session } = desk;
	const isJoined = session.status.value.link === 'joined' || session.core.book.isSubmitted();
	return (
		<Dialog title={t('handin.sending')}>
			{isJoined ? <Waiting text={t('handin.sending')} /> : <p>{t('handin.waiting')}</p>}
			{isJoined ? null
				: (
					<div class="row">
						<Button kind="secondary" onClick={() => session.cancelSubmit()}>{t('handin.cancel')}</Button>
					</div>
				)}
		</Dialog>
	);
}
