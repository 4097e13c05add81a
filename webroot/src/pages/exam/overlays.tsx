/* What comes between the student and the paper: another device, differences, messages, locks. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Item } from '../../hall/paper';
import type { Session, TimeChange } from '../../hall/session';
import { navigateAway } from './leave';
import { formatClock, formatTime } from '../../lib/time';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { announce } from '../../parts/live';
import { Banner } from '../../parts/notice';
import { answerInWords } from './format';
import { t } from './words';

export function Elsewhere({ session }: { session: Session }): JSX.Element {
	return (
		<Dialog title={t('elsewhere.title')}>
			<p>{t('elsewhere.text')}</p>
			<div class="row">
				<Button onClick={() => session.takeOver()}>{t('elsewhere.take')}</Button>
				<Button kind="secondary" onClick={() => navigateAway('/thi')}>{t('elsewhere.leave')}</Button>
			</div>
		</Dialog>
	);
}

export function Taken({ session }: { session: Session }): JSX.Element {
	const { local } = session.status.value;
	return (
		<Dialog title={t('taken.title')}>
			<p>{t('taken.text')}</p>
			{local > 0 ? <p><strong>{t('taken.unsent', { n: local })}</strong></p> : null}
			<div class="row">
				<Button kind="secondary" onClick={() => session.takeOver()}>{t('taken.back')}</Button>
			</div>
		</Dialog>
	);
}

/** Two devices wrote: the student says which answers stay. */
export function Review({ session, items }: { session: Session; items: Item[] }): JSX.Element {
	const list = session.review.value;
	const [keep, setKeep] = useState<ReadonlySet<number>>(() => new Set(
		list.filter((i) => !i.wasProved || i.theirs === 'null').map((i) => i.slot)));
	const choose = (slot: number, isMine: boolean): void => {
		const next = new Set(keep);
		if (isMine) {
			next.add(slot);
		} else {
			next.delete(slot);
		}
		setKeep(next);
	};
	const say = (slot: number, json: string): string => answerInWords(
		items.find((i) => i.slot === slot), json, t('review.empty'), t('true'), t('false'));
	return (
		<Dialog title={t('review.title')}>
			<p>{t('review.text')}</p>
			{list.map((item) => (
				<fieldset class="field" key={item.slot}>
					<legend>{t('question', { n: item.slot })}</legend>
					<div class="choices">
						<label class="choice">
							<input type="radio" name={`review-${item.slot}`} checked={keep.has(item.slot)}
								onChange={() => choose(item.slot, true)} />
							<span>{t('review.mine')}: <strong>{say(item.slot, item.mine)}</strong></span>
						</label>
						<label class="choice">
							<input type="radio" name={`review-${item.slot}`} checked={!keep.has(item.slot)}
								onChange={() => choose(item.slot, false)} />
							<span>{t('review.theirs')}: <strong>{say(item.slot, item.theirs)}</strong></span>
						</label>
					</div>
				</fieldset>
			))}
			<div class="row">
				<Button onClick={() => session.decide(keep)}>{t('review.save')}</Button>
			</div>
		</Dialog>
	);
}

export function Locked(): JSX.Element {
	return <Dialog title={t('locked.title')}><p>{t('locked.text')}</p></Dialog>;
}

/* What a change of time means for the student; '' when it means nothing. */
function movedText(change: TimeChange, starts: number): string {
	if (change.why === 'start' || change.why === 'delay') {
		return t('time.start', { time: formatTime(starts) });
	}
	if (change.was === 0 || change.was === change.now) {
		return '';
	}
	return t(change.now > change.was ? 'time.extra' : 'time.less', { time: formatClock(change.now) });
}

/** The invigilator's words and changes of time, until they have been read. */
export function Messages({ session }: { session: Session }): JSX.Element {
	const [read, setRead] = useState(0);
	const messages = session.messages.value;
	const change = session.timeChange.value;
	const [seen, setSeen] = useState(change);
	useEffect(() => {
		const last = messages[messages.length - 1];
		if (last && messages.length > read) {
			announce(`${t('message.title', { time: formatTime(last.at) })}: ${last.text}`);
		}
	}, [messages.length]);
	const moved = change !== null && change !== seen
		? movedText(change, session.status.value.starts) : '';
	useEffect(() => {
		if (moved) {
			announce(moved);
		}
	}, [moved]);
	return (
		<>
			{moved
				? (
					<Banner tone="info">
						<p>{moved}</p>
						<Button small kind="secondary" onClick={() => setSeen(change)}>{t('message.close')}</Button>
					</Banner>
				) : null}
			{messages.slice(read).map((m, i) => (
				<Banner key={m.at + i} tone="warn" title={t('message.title', { time: formatTime(m.at) })}>
					<p class="message">{m.text}</p>
					<Button small kind="secondary" onClick={() => setRead(read + i + 1)}>{t('message.close')}</Button>
				</Banner>
			))}
		</>
	);
}
