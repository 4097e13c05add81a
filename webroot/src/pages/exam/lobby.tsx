/* The waiting room: who, when, what is checked, and what to do when the Wi-Fi drops. */
import type { JSX } from 'preact';
import type { Session } from '../../hall/session';
import { formatClock, formatDay, formatLeft, formatTime } from '../../lib/time';
import { lang } from '../../lib/i18n';
import { Button } from '../../parts/button';
import { Banner, Pairs, Tag, Waiting } from '../../parts/notice';
import { useLeft } from './clock';
import { t } from './words';

export type PaperState = 'waiting' | 'ok' | 'failed';

const CLOCK_OFF_S = 5; /* a device clock that is off by more is worth a line */

interface Check {
	label: string;
	tone: 'ok' | 'warn' | 'quiet';
	text: string;
}

function checksOf(session: Session, paper: PaperState): Check[] {
	const s = session.status.value;
	const isJoined = s.link === 'joined';
	const clock = session.clock();
	const off = clock === null ? 0 : Math.round(Math.abs(Date.now() - clock) / 1000);
	return [
		{ label: t('check.link'), tone: isJoined ? 'ok' : 'warn',
			text: !isJoined ? t('check.link.wait') : s.via === 'http' ? t('check.link.http') : t('check.link.ok') },
		{ label: t('check.storage'), tone: session.storage.value === 'ok' ? 'ok' : 'warn',
			text: session.storage.value === 'ok' ? t('check.storage.ok') : t('check.storage.bad') },
		{ label: t('check.clock'), tone: 'ok',
			text: off > CLOCK_OFF_S ? t('check.clock.off', { n: off }) : t('check.clock.ok') },
		{ label: t('check.paper'), tone: paper === 'ok' ? 'ok' : paper === 'failed' ? 'warn' : 'quiet',
			text: paper === 'ok' ? t('check.paper.ok')
				: paper === 'failed' ? t('check.paper.failed') : t('check.paper.wait') },
	];
}

const SIGNS = { ok: '✓', warn: '!', quiet: '…' } as const;

function Countdown({ session }: { session: Session }): JSX.Element {
	const { starts, opens, phase, link } = session.status.value;
	const left = useLeft(session, starts);
	if (phase === 'ready') {
		return (
			<div class="card bell">
				<p>{t('lobby.ready')}</p>
				<Button disabled={link !== 'joined'} onClick={() => session.begin()}>{t('lobby.begin')}</Button>
			</div>
		);
	}
	return (
		<div class="card bell">
			<p>{t('lobby.starts')}: <strong class="num">{formatTime(starts)}</strong></p>
			<p class="countdown">
				{left === null || left > 0
					? <><span class="small">{t('lobby.left')}</span>{' '}
						<strong class="num" role="timer">{left === null ? '–:––' : formatLeft(left)}</strong></>
					: <strong>{t('lobby.soon')}</strong>}
			</p>
			{phase === 'before' ? <p class="soft">{t('lobby.early', { time: formatClock(opens) })}</p> : null}
		</div>
	);
}

export function Lobby({ session, paper }: { session: Session; paper: PaperState }): JSX.Element {
	const { info } = session;
	const s = session.status.value;
	const isOpen = s.phase === 'open' || s.phase === 'grace';
	return (
		<>
			<h1>{info.title} {info.practice ? <Tag tone="info">{t('lobby.practice')}</Tag> : null}</h1>
			{isOpen ? <Waiting text={t('lobby.opening')} /> : <Countdown session={session} />}
			<div class="grid-2">
				<section class="lobby-facts">
					<h2>{t('lobby.title')}</h2>
					<Pairs items={[
						{ label: t('lobby.name'), value: <strong>{info.studentName}</strong> },
						{ label: t('lobby.code'), value: info.studentCode },
						{ label: t('lobby.room'), value: info.roomName ?? info.room },
						{ label: t('lobby.variant'), value: <strong>{info.variant}</strong> },
						{ label: t('lobby.day'), value: formatDay(s.starts, lang.value) },
						{ label: t('lobby.length'), value: t('lobby.minutes', { n: Math.round(info.limitMs / 60_000) }) },
					]} />
				</section>
				<section>
					<h2>{t('check.title')}</h2>
					<ul class="checks">
						{checksOf(session, paper).map((c) => (
							<li key={c.label} class={c.tone}>
								<span class="sign" aria-hidden="true">{SIGNS[c.tone]}</span>
								<span><strong>{c.label}</strong><br />{c.text}</span>
							</li>
						))}
					</ul>
				</section>
			</div>
			<Banner title={t('wifi.title')}>
				<ul>
					<li>{t('wifi.text1')}</li>
					<li>{t('wifi.text2')}</li>
					<li>{t('wifi.text3')}</li>
				</ul>
			</Banner>
		</>
	);
}
