/* The bell in the bar of every page behind the sign-in, with the number of what is new. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { words } from '../lib/i18n';
import { refreshUnread, unread } from '../lib/unread';
import { vi } from '../i18n/vi/messages';
import { en } from '../i18n/en/messages';
import './bell.css';

const t = words(vi, en);

const EVERY_MS = 60_000;
const MOST_SHOWN = 99;

export function Bell(): JSX.Element {
	useEffect(() => {
		void refreshUnread();
		const turn = (): void => {
			if (!document.hidden) {
				void refreshUnread();
			}
		};
		const timer = setInterval(turn, EVERY_MS);
		document.addEventListener('visibilitychange', turn);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', turn);
		};
	}, []);
	const count = unread.value;
	return (
		<a class="bell" href="/thong-bao">
			<span>{t('bell')}</span>
			{count > 0 ? (
				<>
					<span class="bell-count" aria-hidden="true">{count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}</span>
					<span class="sr">{t('bell.unread', { count })}</span>
				</>
			) : null}
		</a>
	);
}
