/*
 * The door of an exam, /thi/{room}/{attempt}: asks what the attempt is, sees that no other tab
 * has it, opens the log on this device and starts the session.
 */
import './exam.css';
import './paper.css';
import './around.css';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { openLog, Log, sweepLogs } from '../../hall/log';
import { makeCore, Session } from '../../hall/session';
import type { AttemptInfo } from '../../hall/session';
import { turnOf } from '../../lib/tabs';
import type { Turn } from '../../lib/tabs';
import { api, ApiError } from '../../lib/api';
import { Button } from '../../parts/button';
import { Page } from '../../parts/layout';
import { Failed, Waiting } from '../../parts/notice';
import { Room } from './room';
import { t } from './words';

type State =
	| { at: 'loading' }
	| { at: 'other_tab'; take: () => void }
	| { at: 'tab_lost' }
	| { at: 'signed_out' }
	| { at: 'missing' }
	| { at: 'failed'; error: unknown }
	| { at: 'running'; session: Session; log: Log | null };

interface Door {
	room: string;
	attempt: string;
}

async function openOwnLog(attempt: string): Promise<Log | null> {
	try {
		const db = await openLog();
		void sweepLogs(db, Date.now()).catch(() => undefined);
		void navigator.storage?.persist?.().catch(() => undefined);
		return new Log(db, attempt);
	} catch {
		return null; /* a private window or a full disk: the exam goes on in memory */
	}
}

/* From the server; without a network, what the server said last time. */
async function attemptInfo({ room, attempt }: Door, log: Log | null): Promise<AttemptInfo> {
	try {
		const info = await api.get<AttemptInfo>(`/api/v1/rooms/${room}/attempts/${attempt}`,
			{ timeoutMs: 8000 });
		return info;
	} catch (error) {
		const isAway = error instanceof ApiError &&
			(error.problem.status === 0 || error.problem.status >= 502);
		const kept = isAway ? await log?.info().catch(() => undefined) : undefined;
		if (kept === undefined) {
			throw error;
		}
		const info = JSON.parse(kept) as AttemptInfo;
		/* The only clock at hand is the device's; the server's word replaces it at once. */
		return { ...info, isRemembered: true, now: Date.now(), phase: Date.now() >= info.startsAt ? 'open' : 'lobby' };
	}
}

async function enter(door: Door, turn: Turn, set: (state: State) => void): Promise<void> {
	const log = await openOwnLog(door.attempt);
	const info = await attemptInfo(door, log);
	const run = async (): Promise<void> => {
		const record = await log?.load().catch(() => undefined);
		const core = makeCore(info, record);
		if (!info.isRemembered) {
			await log?.keepInfo(JSON.stringify(info), core.book.base).catch(() => undefined);
		}
		const session = new Session(info, log, core);
		session.start();
		set({ at: 'running', session, log });
	};
	if (await turn.ask() === 'mine') {
		await run();
		return;
	}
	set({ at: 'other_tab', take: () => void turn.take().then(run) });
}

function stateOf(error: unknown): State {
	if (error instanceof ApiError && error.problem.status === 401) {
		return { at: 'signed_out' };
	}
	if (error instanceof ApiError && (error.problem.status === 404 || error.problem.status === 403)) {
		return { at: 'missing' };
	}
	return { at: 'failed', error };
}

function doorOf(path: string): Door | null {
	const m = /^\/thi\/(\d{1,19})\/([A-Za-z0-9_-]{22})\/?$/.exec(path);
	return m ? { room: m[1] as string, attempt: m[2] as string } : null;
}

function Note({ title, children }: { title: string; children: JSX.Element | (JSX.Element | string)[] | string })
	: JSX.Element {
	return (
		<Page title={title} narrow>
			<h1>{title}</h1>
			{children}
		</Page>
	);
}

export default function ExamPage(): JSX.Element {
	const [state, setState] = useState<State>({ at: 'loading' });
	useEffect(() => {
		const door = doorOf(location.pathname);
		if (!door) {
			setState({ at: 'missing' });
			return undefined;
		}
		let running: Session | null = null;
		const turn = turnOf(door.attempt, () => {
			running?.stop();
			setState({ at: 'tab_lost' });
		});
		const set = (next: State): void => {
			running = next.at === 'running' ? next.session : null;
			setState(next);
		};
		enter(door, turn, set).catch((error: unknown) => setState(stateOf(error)));
		return () => {
			running?.stop();
			turn.leave();
		};
	}, []);
	switch (state.at) {
	case 'loading':
		return <Page title={t('loading')}><Waiting text={t('loading')} /></Page>;
	case 'other_tab':
		return (
			<Note title={t('other_tab.title')}>
				<p>{t('other_tab.text')}</p>
				<Button onClick={state.take}>{t('other_tab.take')}</Button>
			</Note>
		);
	case 'tab_lost':
		return <Note title={t('tab_lost.title')}><p>{t('tab_lost.text')}</p></Note>;
	case 'signed_out':
		return (
			<Note title={t('signin.title')}>
				<a class="button" href={`/?next=${encodeURIComponent(location.pathname)}`}>{t('signin.link')}</a>
			</Note>
		);
	case 'missing':
		return (
			<Note title={t('missing.title')}>
				<p>{t('missing.text')}</p>
				<p><a href="/thi">{t('missing.home')}</a></p>
			</Note>
		);
	case 'failed':
		return (
			<Page title={t('loading')} narrow>
				<Failed error={state.error} onRetry={() => location.reload()} />
			</Page>
		);
	case 'running':
		return <Room session={state.session} log={state.log} />;
	}
}
