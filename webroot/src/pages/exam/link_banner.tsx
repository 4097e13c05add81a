/* How the connection stands, in calm words, and only when it matters. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../../hall/session';
import { announce } from '../../parts/live';
import { t } from './words';

const PATIENCE_MS = 2500; /* a hiccup shorter than this is nobody's worry */
const BACK_MS = 6000;

export function LinkBanner({ session }: { session: Session }): JSX.Element | null {
	const s = session.status.value;
	const isLost = s.link === 'waiting' || s.link === 'opening' || s.link === 'joining';
	const [shown, setShown] = useState<'none' | 'lost' | 'back'>('none');
	const was = useRef(shown);
	was.current = shown;
	useEffect(() => {
		if (isLost) {
			const timer = setTimeout(() => {
				setShown('lost');
				announce(t('link.lost'));
			}, was.current === 'lost' ? 0 : PATIENCE_MS);
			return () => clearTimeout(timer);
		}
		if (was.current === 'lost') {
			setShown('back');
			announce(t('link.back'));
			const timer = setTimeout(() => setShown('none'), BACK_MS);
			return () => clearTimeout(timer);
		}
		return undefined;
	}, [isLost]);
	if (shown === 'lost') {
		return (
			<div class="link-banner warn">
				<span>{s.local > 0 ? t('link.lost.count', { n: s.local }) : t('link.lost')}</span>
				<button type="button" class="button-link" onClick={() => session.retryNow()}>{t('link.retry')}</button>
			</div>
		);
	}
	if (shown === 'back') {
		return <div class="link-banner ok"><span>{t('link.back')}</span></div>;
	}
	if (session.storage.value !== 'ok') {
		return <div class="link-banner warn"><span>{t('storage.failed')}</span></div>;
	}
	if (s.stamped > 0) {
		return <div class="link-banner info"><span>{t('link.stamped', { n: s.stamped })}</span></div>;
	}
	return null;
}
