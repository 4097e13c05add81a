/*
 * One attempt from the waiting room to the receipt: decides what is on screen, and moves key,
 * paper and receipt between server, device and desk.
 */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Closed } from '../../hall/frames';
import type { Log } from '../../hall/log';
import { PaperStore } from '../../hall/paper_store';
import type { OpenedPaper } from '../../hall/paper_store';
import type { AttemptInfo, Session } from '../../hall/session';
import { api } from '../../lib/api';
import { dropSettings } from '../../lib/settings';
import { LanguageSwitch, SkipLink } from '../../parts/layout';
import { Banner, Waiting } from '../../parts/notice';
import { deskOf } from './desk';
import type { Desk } from './desk';
import { Lobby } from './lobby';
import { Elsewhere, Locked, Messages, Review, Taken } from './overlays';
import { hasFormula, prepareFormulas } from './rich';
import { Sitting } from './sitting';
import { t } from './words';

const KEY_PATIENCE_MS = 4000;
const RECEIPT_PATIENCE_MS = 5000;

type DoneView = ComponentType<{ session: Session; closed: Closed }>;

/* The key, from the server or kept from before a reload, opens the paper. */
function usePaper(session: Session, log: Log | null, store: PaperStore): void {
	const s = session.status.value;
	const key = session.key.value;
	const state = store.state.value;
	const isOpen = s.phase === 'open' || s.phase === 'grace' || s.phase === 'over';

	useEffect(() => {
		void store.load(isOpen);
		return () => store.stop();
	}, [store]);

	useEffect(() => {
		if (key && state === 'ok' && !store.opened.peek()) {
			if (store.open(key.key, key.section)) {
				store.isBroken.value = false;
				void log?.keepKey(key.section, key.rev, key.key).catch(() => undefined);
			} else {
				store.isBroken.value = true;
				void store.waitBeforeRetry().then(() => refresh(session, store));
			}
		}
	}, [key, state]);

	/* A reload without a network: the key of before, for an attempt that had begun. */
	useEffect(() => {
		const section = session.info.parts[0]?.section ?? 0;
		if (state === 'ok' && isOpen && !key && !store.opened.peek()) {
			void log?.key(section).then((kept) => {
				if (kept && !store.opened.peek()) {
					store.open(kept.key, section);
				}
			}, () => undefined);
		}
	}, [state, isOpen]);

	const isMissing = isOpen && !key && s.link === 'joined';
	useEffect(() => {
		if (!isMissing) {
			return undefined;
		}
		const timer = setInterval(() => session.fetchKey(), KEY_PATIENCE_MS);
		return () => clearInterval(timer);
	}, [isMissing]);
}

async function refresh(session: Session, store: PaperStore): Promise<void> {
	try {
		const { room, attempt } = session.info;
		const info = await api.get<AttemptInfo>(`/api/v1/rooms/${room}/attempts/${attempt}`);
		session.update(info);
		await store.replace(info);
	} catch {
		/* the next key, or the next reload, tries again */
	}
}

/* A start that moved seals the paper anew: ask what holds now. */
function useNewStart(session: Session, store: PaperStore): void {
	const change = session.timeChange.value;
	useEffect(() => {
		if (change && (change.why === 'start' || change.why === 'delay')) {
			void refresh(session, store);
		}
	}, [change]);
}

function useReceipt(session: Session, log: Log | null): void {
	const { phase, local, stamped } = session.status.value;
	const closed = session.closed.value;
	const isWaiting = phase === 'closed' && !closed?.receipt;
	useEffect(() => {
		if (!isWaiting) {
			return undefined;
		}
		const timer = setInterval(() => session.fetchReceipt(), RECEIPT_PATIENCE_MS);
		return () => clearInterval(timer);
	}, [isWaiting]);
	useEffect(() => {
		if (closed?.receipt) {
			void log?.keepReceipt(closed.receipt).catch(() => undefined);
			void log?.forgetPaper().catch(() => undefined);
			dropSettings(`draft.${session.info.attempt}.`);
			dropSettings(`flags.${session.info.attempt}`);
		}
	}, [closed?.receipt]);
	useEffect(() => {
		if (closed?.receipt && local === 0 && stamped === 0) {
			session.finish();
		}
	}, [closed?.receipt, local, stamped]);
}

function useDoneView(isClosed: boolean): DoneView | null {
	const [view, setView] = useState<{ view: DoneView } | null>(null);
	useEffect(() => {
		if (isClosed) {
			void import('./done').then((m) => setView({ view: m.Done }), () => undefined);
		}
	}, [isClosed]);
	return view?.view ?? null;
}

function Overlays({ session, desk }: { session: Session; desk: Desk | null }): JSX.Element | null {
	const s = session.status.value;
	if (session.closed.value) {
		return null;
	}
	if (s.link === 'elsewhere') {
		return <Elsewhere session={session} />;
	}
	if (s.link === 'taken') {
		return <Taken session={session} />;
	}
	if (session.review.value.length > 0) {
		return <Review session={session} items={desk?.items ?? []} />;
	}
	return s.locked ? <Locked /> : null;
}

function useDesk(session: Session, opened: OpenedPaper | null): Desk | null {
	return useMemo(() => {
		if (!opened) {
			return null;
		}
		const texts = JSON.stringify(opened.paper.parts) + opened.paper.passages.join('');
		if (hasFormula(texts.replace(/\\"/g, '"'))) {
			prepareFormulas();
		}
		return deskOf(session, opened.paper, opened.pictures);
	}, [opened]);
}

export function Room({ session, log }: { session: Session; log: Log | null }): JSX.Element {
	const store = useMemo(() => new PaperStore(session.info, log), [session]);
	usePaper(session, log, store);
	useNewStart(session, store);
	useReceipt(session, log);
	const desk = useDesk(session, store.opened.value);
	const closed = session.closed.value;
	const DoneShown = useDoneView(closed !== null);
	useEffect(() => {
		document.title = `${closed ? t('done.title') : session.info.title} – Trường Thi`;
	}, [closed]);
	const isSitting = desk !== null && closed === null;
	return (
		<>
			<SkipLink />
			<header class="top exam-top">
				<div class="wrap">
					<span class="brand">Trường Thi</span>
					<div class="tools">
						<span class="who">{session.info.studentName} · {t('lobby.variant')} {session.info.variant}</span>
						<LanguageSwitch />
					</div>
				</div>
			</header>
			<main id="main" tabIndex={-1} class={isSitting ? 'sitting' : undefined}>
				{isSitting && desk ? <Sitting desk={desk} /> : (
					<div class="wrap">
						{closed
							? DoneShown ? <DoneShown session={session} closed={closed} /> : <Waiting />
							: (
								<>
									<Messages session={session} />
									{store.isBroken.value
										? <Banner tone="bad" live="assertive"><p>{t('paper.failed')}</p></Banner> : null}
									<Lobby session={session} paper={store.state.value} />
								</>
							)}
					</div>
				)}
			</main>
			<Overlays session={session} desk={desk} />
		</>
	);
}
