/*
 * A class's session on a phone: everybody is there, a tap on a name makes it "away without leave",
 * and three keys beside it say otherwise. Every tap is on the device's disk before it is sent.
 */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { lang } from '../../../lib/i18n';
import { keepMe, me } from '../../../lib/me';
import { keepOffline } from '../../../lib/offline';
import { navigate } from '../../../lib/router';
import { formatDateTime, formatIsoDay, isoDate } from '../../../lib/time';
import type { RollCall } from '../../../lib/types';
import { useLoad } from '../../../lib/load';
import { Button } from '../../../parts/button';
import { Breadcrumbs } from '../../../parts/layout';
import { announce } from '../../../parts/live';
import { Banner } from '../../../parts/notice';
import { Show } from '../../../parts/page_load';
import type { Kind, Mark } from '../../../roll/book';
import { countOf } from '../../../roll/book';
import type { Place } from '../../../roll/disk';
import type { RollSession } from '../../../roll/session';
import { openRoll } from '../../../roll/session';
import { Earlier, History, Notes } from './roll_more';
import { countText, dayFrom, sessionText, stateText, t } from './words';

const HOME = '/giao-vien/diem-danh';
const KINDS: Kind[] = ['unexcused', 'excused', 'late'];
const AFTERNOON_HOUR = 12;
const KEYS: Record<string, Kind | 'there'> = { k: 'unexcused', p: 'excused', m: 'late', c: 'there' };

const addressOf = (p: { classId: string; date: string; session: 1 | 2 }): string =>
	`${HOME}/${p.classId}/${p.date}/${p.session}`;

/** The session that it is now at the school: "2026-11-22" and 1 until noon. */
export function sessionNow(now: number): { date: string; session: 1 | 2 } {
	const hour = new Date(now + 7 * 3_600_000).getUTCHours();
	return { date: isoDate(now), session: hour < AFTERNOON_HOUR ? 1 : 2 };
}

type Row = RollCall['rows'][number];

function Pupil({ row, number, mark, isFrozen, onSay }: {
	row: Row; number: number; mark: Mark | undefined; isFrozen: boolean; onSay: (mark: Mark | null) => void;
}): JSX.Element {
	const { fullName } = row.student;
	const say = (kind: Kind): void => onSay({ kind, note: mark?.note ?? '' });
	return (
		<li class={mark ? `pupil ${mark.kind}` : 'pupil'}>
			<button type="button" class="pupil-name" aria-pressed={mark !== undefined} disabled={isFrozen}
				onClick={() => (mark ? onSay(null) : say('unexcused'))}>
				<span class="pupil-number" aria-hidden="true">{number}</span>
				<span class="pupil-text">
					{fullName}
					{mark && !isFrozen
						? <span class="sr">, {stateText(mark).toLowerCase()}</span>
						: <span class="pupil-state">{mark ? t(`long.${mark.kind}`) : t('kind.there')}</span>}
				</span>
			</button>
			{mark && !isFrozen
				? (
					<div class="pupil-kinds" role="group" aria-label={t('choose', { name: fullName })}>
						{KINDS.map((kind) => (
							<button type="button" key={kind} aria-pressed={mark.kind === kind} onClick={() => say(kind)}
								aria-label={t(`long.${kind}`)}>
								{t(`kind.${kind}`)}
							</button>
						))}
					</div>
				)
				: null}
		</li>
	);
}

function State({ session }: { session: RollSession }): JSX.Element {
	void session.round.value;
	const { roll } = session;
	const view = session.view.value;
	const lines: string[] = [];
	if (view.takenAt !== null && view.takenBy) {
		lines.push(t(view.version > 1 ? 'state.mended' : 'state.taken',
			{ time: formatDateTime(view.takenAt), person: view.takenBy.fullName }));
	} else if (!roll.isOpen) {
		lines.push(t('state.none'));
	}
	if (roll.isOnItsWay) {
		lines.push(t(session.net.value === 'away' ? 'state.away' : 'state.sending'));
	} else if (roll.isOpen) {
		lines.push(t('state.open'));
	}
	if (roll.isOpen && !session.hasDisk.value) {
		lines.push(t('state.memory'));
	}
	return <p class="roll-state" role="status">{lines.join(' ')}</p>;
}

function Clashes({ session }: { session: RollSession }): JSX.Element | null {
	void session.round.value;
	const { clashes } = session.roll;
	const nameOf = (id: string): string =>
		session.view.value.rows.find((r) => r.student.id === id)?.student.fullName ?? '';
	return clashes.length === 0 ? null : (
		<Banner tone="warn" live="polite" title={t('clash.title')}>
			<p>{t('clash.text')}</p>
			<ul class="clashes">
				{clashes.map((c) => (
					<li key={c.student}>
						<strong>{nameOf(c.student)}</strong>
						<div class="row">
							<Button kind="secondary" onClick={() => session.act((r) => r.decide(c.student, 'mine'))}>
								{t('clash.mine', { state: stateText(c.mine) })}
							</Button>
							<Button kind="secondary" onClick={() => session.act((r) => r.decide(c.student, 'theirs'))}>
								{t('clash.theirs', { state: stateText(c.theirs) })}
							</Button>
						</div>
					</li>
				))}
			</ul>
		</Banner>
	);
}

/* Arrows go from name to name, letters say how it is. */
function useKeys(session: RollSession): (event: KeyboardEvent) => void {
	return (event) => {
		const at = (event.target as HTMLElement).closest('li');
		const names = [...document.querySelectorAll<HTMLElement>('.pupil-name')];
		const index = names.findIndex((n) => n.closest('li') === at);
		if (index < 0 || event.ctrlKey || event.altKey || event.metaKey) {
			return;
		}
		const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
		const kind = KEYS[event.key.toLowerCase()];
		const student = session.view.peek().rows[index]?.student;
		if (step !== 0) {
			names[index + step]?.focus();
		} else if (kind && student && session.view.peek().mayTake) {
			const note = session.roll.marks[student.id]?.note ?? '';
			session.act((r) => r.say(student.id, kind === 'there' ? null : { kind, note }));
			names[index]?.focus();
		} else {
			return;
		}
		event.preventDefault();
	};
}

function Bar({ session }: { session: RollSession }): JSX.Element {
	void session.round.value;
	const { roll } = session;
	const view = session.view.value;
	const counts = countOf(roll.marks, view.rows.map((r) => r.student.id));
	const undo = (): void => session.act((r) => {
		const student = r.undo();
		const name = view.rows.find((x) => x.student.id === student)?.student.fullName;
		announce(name && student
			? t('undo.did', { name, state: stateText(r.marks[student]).toLowerCase() }) : t('undo.none'));
	});
	const isDone = !roll.isOpen && view.version > 0;
	return (
		<div class="roll-bar">
			<Button kind="secondary" disabled={!roll.canUndo} onClick={undo}>{t('undo')}</Button>
			<Button disabled={isDone || roll.clashes.length > 0} busy={roll.isOnItsWay && session.net.value === 'sending'}
				onClick={() => session.act((r) => r.save())}>
				{isDone ? t('state.saved', { count: countText(counts) })
					: t(view.version > 0 ? 'save.change' : 'save', { count: countText(counts) })}
			</Button>
		</div>
	);
}

function Roll({ session }: { session: RollSession }): JSX.Element {
	const keys = useKeys(session);
	const told = useRef(session.view.peek().version);
	useEffect(() => {
		session.start();
		return () => session.stop();
	}, [session]);
	void session.round.value;
	const { roll } = session;
	const view = session.view.value;
	const marks = roll.marks;
	const say = (student: string, mark: Mark | null): void => session.act((r) => r.say(student, mark));
	useEffect(() => {
		if (view.version !== told.current && !roll.isOpen) {
			announce(t('state.saved', { count: countText(countOf(view.rows.length ? marks : {}, view.rows.map((r) => r.student.id))) }));
		}
		told.current = view.version;
	}, [view.version, roll.isOpen]);
	return (
		<>
			<State session={session} />
			{view.mayTake ? null : <Banner tone="info"><p>{t('frozen')}</p></Banner>}
			{roll.problem
				? (
					<Banner tone="bad" live="assertive" title={t('state.refused')}>
						<p>{roll.problem}</p>
						<Button small kind="secondary" onClick={() => session.act((r) => r.drop())}>{t('drop')}</Button>
					</Banner>
				)
				: null}
			<Clashes session={session} />
			{view.mayTake ? <p class="hint">{t('hint')} <span class="keys-hint">{t('hint.keys')}</span></p> : null}
			<ol class="pupils" onKeyDown={keys}>
				{view.rows.map((row, i) => (
					<Pupil key={row.student.id} row={row} number={i + 1} mark={marks[row.student.id]}
						isFrozen={!view.mayTake} onSay={(mark) => say(row.student.id, mark)} />
				))}
			</ol>
			{view.mayTake ? <Bar session={session} /> : null}
			<Notes view={view} marks={marks} onSay={say} />
			<History view={view} />
		</>
	);
}

/* Another day, another session. */
function When({ place, today, firstDay }: { place: Place; today: string; firstDay: string })
	: JSX.Element {
	const at = (date: string, session: 1 | 2): string => addressOf({ ...place, date, session });
	const before = dayFrom(place.date, -1);
	const after = dayFrom(place.date, 1);
	return (
		<div class="roll-when">
			<nav class="roll-days" aria-label={t('days')}>
				{before >= firstDay ? <a href={at(before, place.session)} aria-label={t('day.before')}>‹</a> : <span />}
				<strong>{formatIsoDay(place.date, lang.value)}</strong>
				{after <= today ? <a href={at(after, place.session)} aria-label={t('day.after')}>›</a> : <span />}
			</nav>
			<nav class="roll-sessions" aria-label={t('sessions')}>
				{([1, 2] as const).map((s) => (
					<a key={s} href={at(place.date, s)} aria-current={s === place.session ? 'page' : undefined}>
						{sessionText(s)}
					</a>
				))}
			</nav>
		</div>
	);
}

export function RollPage({ classId, date, session }: { classId: string; date?: string; session?: string })
	: JSX.Element {
	const now = sessionNow(Date.now());
	const place: Place = { person: me.value?.person.id ?? '', classId, date: date ?? now.date,
		session: session === undefined ? now.session : session === '2' ? 2 : 1 };
	const key = Object.values(place).join(' ');
	const opened = useLoad(key, (signal) => openRoll(place, signal));
	const [seen, setSeen] = useState<RollCall | null>(null);
	useEffect(() => {
		if (date === undefined) {
			navigate(addressOf(place), { replace: true }); /* so that a reload after noon stays where it is */
		}
	}, [key]);
	useEffect(() => {
		if (opened.value) {
			keepMe();
			keepOffline();
		}
	}, [opened.value]);
	useEffect(() => setSeen(opened.value?.view.peek() ?? seen), [opened.value]);
	return (
		<>
			<Breadcrumbs items={[{ href: HOME, label: t('roll') }, { label: seen?.class.name ?? '…' }]} />
			<h1>{t('roll.title', { name: seen?.class.name ?? '' })}</h1>
			<When place={place} today={seen?.today ?? now.date} firstDay={seen?.firstDay ?? place.date} />
			<Show of={opened}>{(s) => <Roll key={key} session={s} />}</Show>
			<Earlier classId={classId} today={seen?.today ?? now.date} addressOf={addressOf} />
		</>
	);
}
