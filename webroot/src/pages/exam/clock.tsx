/* The time that is left, by the server's clock, and its announcements. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../../hall/session';
import { announce } from '../../parts/live';
import { formatClock, formatLeft } from '../../lib/time';
import { t } from './words';

const SPOKEN_MINUTES = [10, 5, 1];
const SHORT_MS = 300_000; /* from here the time is shown with weight */

/** Milliseconds until a moment of the exam clock, refreshed at each whole second. */
export function useLeft(session: Session, until: number): number | null {
	const leftNow = (): number | null => {
		const now = session.clock();
		return now === null || until === 0 ? null : Math.max(0, until - now);
	};
	const [left, setLeft] = useState(leftNow);
	useEffect(() => {
		let timer: ReturnType<typeof setTimeout>;
		const step = (): void => {
			const ms = leftNow();
			setLeft(ms);
			timer = setTimeout(step, ms === null ? 500 : (ms % 1000) + 20);
		};
		step();
		return () => clearTimeout(timer);
	}, [session, until]);
	return left;
}

export function TimeLeft({ session, children }: { session: Session; children?: ComponentChildren })
	: JSX.Element {
	const { ends } = session.status.value;
	const left = useLeft(session, ends);
	const said = useRef<number | null>(null);
	useEffect(() => {
		if (left === null) {
			return;
		}
		const minutes = Math.ceil(left / 60_000);
		const isNew = said.current !== null && said.current > minutes;
		if (isNew && left === 0) {
			announce(t('left.over'));
		} else if (isNew && SPOKEN_MINUTES.includes(minutes)) {
			announce(t('left.spoken', { n: minutes }));
		}
		said.current = minutes;
	}, [left]);
	return (
		<div class={left !== null && left < SHORT_MS ? 'time-left short-time' : 'time-left'}>
			<span class="small">{t('bar.left')}</span>{' '}
			<strong class="num" role="timer" aria-live="off">{left === null ? '–:––' : formatLeft(left)}</strong>
			<span class="ends small">{ends > 0 ? t('bar.ends', { time: formatClock(ends) }) : ''}</span>
			{children}
		</div>
	);
}
