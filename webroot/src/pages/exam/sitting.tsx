/* The paper on the desk: the bar with the time, the questions, the list, handing in. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/notice';
import { TimeLeft, useLeft } from './clock';
import type { Desk } from './desk';
import { flushDrafts, progressOf } from './desk';
import { HandIn, HandingIn } from './hand_in';
import { LinkBanner } from './link_banner';
import { Messages } from './overlays';
import { PaperView, QuestionList } from './paper_view';
import { SavedAll } from './state_line';
import { t } from './words';

const AWAY_MIN_MS = 1500; /* a notification that slid over the page is not leaving it */

/* Leaving the page's view: noted for the invigilator, and said to the student. */
function useAway(desk: Desk): [boolean, () => void] {
	const [wasAway, setAway] = useState(false);
	useEffect(() => {
		let since = 0;
		/* A page that was loaded again, or another device, ends what the last one began. */
		if (!document.hidden && document.hasFocus()) {
			desk.session.signal('focus');
		}
		const leave = (): void => {
			flushDrafts(desk);
			if (since === 0) {
				since = Date.now();
				desk.session.signal('blur', document.hidden ? 'hidden' : 'window');
			}
		};
		const back = (): void => {
			if (since !== 0 && !document.hidden && document.hasFocus()) {
				desk.session.signal('focus');
				setAway((old) => old || Date.now() - since > AWAY_MIN_MS);
				since = 0;
			}
		};
		const change = (): void => (document.hidden ? leave() : back());
		document.addEventListener('visibilitychange', change);
		window.addEventListener('blur', leave);
		window.addEventListener('focus', back);
		window.addEventListener('pagehide', leave);
		return () => {
			document.removeEventListener('visibilitychange', change);
			window.removeEventListener('blur', leave);
			window.removeEventListener('focus', back);
			window.removeEventListener('pagehide', leave);
		};
	}, [desk]);
	return [wasAway, () => setAway(false)];
}

/* Closing the tab with unsent answers asks first. */
function useUnloadGuard(isGuarded: boolean): void {
	useEffect(() => {
		if (!isGuarded) {
			return undefined;
		}
		const guard = (event: BeforeUnloadEvent): void => event.preventDefault();
		window.addEventListener('beforeunload', guard);
		return () => window.removeEventListener('beforeunload', guard);
	}, [isGuarded]);
}

function Over({ unsent }: { unsent: number }): JSX.Element {
	return (
		<Banner tone="warn" live="assertive" title={t('over.title')}>
			<p>{t('over.text')}</p>
			{unsent > 0 ? <p><strong>{t('over.unsent', { n: unsent })}</strong></p> : null}
		</Banner>
	);
}

export function Sitting({ desk }: { desk: Desk }): JSX.Element {
	const { session, items } = desk;
	const s = session.status.value;
	const [open, setOpen] = useState<'none' | 'list' | 'hand_in'>('none');
	const [wasAway, sayRead] = useAway(desk);
	const left = useLeft(session, s.ends);
	const isOver = left === 0;
	const isOff = isOver || s.submitting || s.locked !== '' || s.link === 'taken' ||
		s.link === 'elsewhere';
	useUnloadGuard(s.local > 0);
	useEffect(() => {
		if (left !== null && left > 0 && left <= 1500) {
			flushDrafts(desk); /* what is being typed at the last second still goes */
		}
	}, [left]);
	const done = items.filter((i) => progressOf(i, session.slot(i.slot).value.value) !== 'none').length;
	const close = useCallback(() => setOpen('none'), []);
	/* The clock ticks here each second: the paper and the list are drawn anew only for a reason
	 * of their own (a question listens to its slot). */
	const paper = useMemo(() => <PaperView desk={desk} isOff={isOff} />, [desk, isOff]);
	const list = useMemo(() => <QuestionList desk={desk} onGo={close} />, [desk, close]);
	return (
		<>
			<div class="exam-bar">
				<div class="wrap">
					<TimeLeft session={session}><SavedAll session={session} done={done} /></TimeLeft>
					<div class="exam-tools">
						<Button kind="secondary" small onClick={() => setOpen('list')}>
							<span class="num">{done}/{items.length}</span>{' '}
							<span class="wide-only">{t('bar.questions')}</span>
							<span class="narrow-only" aria-hidden="true">☰</span>
							<span class="sr narrow-only">{t('bar.questions')}</span>
						</Button>
						<Button small disabled={isOver || s.submitting} onClick={() => setOpen('hand_in')}>
							{t('bar.handin')}
						</Button>
					</div>
				</div>
				<LinkBanner session={session} />
				<div class="notes">
					<Messages session={session} />
					{wasAway
						? (
							<Banner tone="warn">
								<p>{t('away')}</p>
								<Button small kind="secondary" onClick={sayRead}>{t('away.close')}</Button>
							</Banner>
						) : null}
				</div>
			</div>
			<div class="wrap desk">
				<div>
					<h1 class="exam-title">{session.info.title}</h1>
					{isOver ? <Over unsent={s.local} /> : null}
					{paper}
					<div class="row">
						<Button disabled={isOver || s.submitting} onClick={() => setOpen('hand_in')}>
							{t('bar.handin')}
						</Button>
					</div>
				</div>
				<aside class="side" aria-label={t('nav.title')}>
					<h2>{t('bar.progress', { done, all: items.length })}</h2>
					<SavedAll session={session} done={done} />
					{list}
				</aside>
			</div>
			{open === 'list'
				? (
					<Dialog title={t('bar.progress', { done, all: items.length })} onClose={close}>
						<SavedAll session={session} done={done} />
						<QuestionList desk={desk} onGo={close} />
						<div class="row"><Button kind="secondary" onClick={close}>{t('nav.close')}</Button></div>
					</Dialog>
				) : null}
			{open === 'hand_in' && !isOff ? <HandIn desk={desk} onClose={close} /> : null}
			{s.submitting && !isOver ? <HandingIn desk={desk} /> : null}
		</>
	);
}
