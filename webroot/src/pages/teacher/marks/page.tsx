/*
 * The gradebook of a class, subject and term: fetched, or as it was last seen when there is no
 * network; what this device still has to send goes on from where it was.
 */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api } from '../../../lib/api';
import { useLoad } from '../../../lib/load';
import { keepMe, me } from '../../../lib/me';
import { roman } from '../../../lib/number';
import { keepOffline } from '../../../lib/offline';
import { navigate } from '../../../lib/router';
import { yearNow } from '../../../lib/school';
import type { Turn } from '../../../lib/tabs';
import { turnOf } from '../../../lib/tabs';
import type { Items, MarkSheet, School } from '../../../lib/types';
import { Disk, openDisk } from '../../../marks/disk';
import type { SessionHow } from '../../../marks/session';
import { MARKS, MarkSession } from '../../../marks/session';
import { Button, ButtonLink } from '../../../parts/button';
import { Breadcrumbs } from '../../../parts/layout';
import { Banner, Failed, Waiting } from '../../../parts/notice';
import type { MyClass } from '../my_classes';
import { Desk } from './desk';
import { Sheet } from './sheet';
import { named, t } from './words';
import './marks.css';

/** The other terms of the year, and the teacher's other classes. */
function Switches({ sheet }: { sheet: MarkSheet }): JSX.Element {
	const school = useLoad<School>('school', (signal) => api.get('/api/v1/school', { signal }));
	const mine = useLoad<Items<MyClass>>('my classes', (signal) => api.get('/api/v1/my/classes', { signal }));
	const terms = school.value ? yearNow(school.value)?.terms ?? [] : [];
	const places = (mine.value?.items ?? []).filter((c) => c.subjectId !== null);
	const here = `${sheet.class.id}/${sheet.subject.id}`;
	const home = '/giao-vien/so-diem';
	return (
		<div class="mark-switches">
			{terms.length < 2 ? null : (
				<nav class="terms" aria-label={t('terms')}>
					<ul>
						{terms.map((x) => (
							<li key={x.id}>
								<a href={`${home}/${here}/${x.id}`} aria-current={x.id === sheet.term.id ? 'page' : undefined}>
									{t('term', { number: roman(x.number) })}
								</a>
							</li>
						))}
					</ul>
				</nav>
			)}
			{places.length < 2 ? null : (
				<label>
					<span class="sr">{t('places')}</span>
					<select class="input" value={here}
						onChange={(e) => navigate(`${home}/${e.currentTarget.value}/${sheet.term.id}`)}>
						{places.map((c) => (
							<option key={`${c.classId}/${c.subjectId}`} value={`${c.classId}/${c.subjectId}`}>
								{c.subjectName} – {c.className}
							</option>
						))}
					</select>
				</label>
			)}
		</div>
	);
}

/* Without a network the sheet as it was last seen here; any other failure is one. */
async function fetchSheet(address: string, disk: Disk | null, how: SessionHow): Promise<MarkSheet> {
	try {
		const sheet = how.read(await api.get<unknown>(address));
		await disk?.keepSheet(sheet).catch(() => undefined);
		return sheet;
	} catch (error) {
		const isAway = error instanceof ApiError && (error.problem.status === 0 || error.problem.status >= 500);
		const seen = isAway ? await disk?.sheet<MarkSheet>().catch(() => undefined) : undefined;
		if (!seen) {
			throw error;
		}
		return seen;
	}
}

async function openSession(address: string, place: string, how: SessionHow): Promise<MarkSession> {
	const disk = await openDisk().then((db) => new Disk(db, place), () => null);
	const [sheet, left] = await Promise.all([
		fetchSheet(address, disk, how),
		disk?.load().catch(() => null) ?? null,
	]);
	return new MarkSession(address, sheet, disk, left ?? { changes: [], batch: null }, how);
}

/* In the second term, what the first came to: for the year. */
async function fetchFirst(desk: Desk): Promise<void> {
	const { sheet } = desk;
	if (sheet.term.number !== 2 || !desk.hasMeans) {
		return;
	}
	const school = await api.get<School>('/api/v1/school');
	const first = school.years.find((y) => y.terms.some((x) => x.id === sheet.term.id))?.terms
		.find((x) => x.number === 1);
	if (first) {
		const one = await api.get<MarkSheet>(`/api/v1/marks/${sheet.class.id}/${sheet.subject.id}/${first.id}`);
		desk.firstTerm.value = new Map(one.rows.map((r) => [r.student.id, r.mean.valueX10]));
	}
}

type State = { t: 'waiting' } | { t: 'failed'; error: unknown } | { t: 'elsewhere' } | { t: 'open'; desk: Desk };

/* Marks, under the names of their columns. */
const SHEETS: SessionHow = { ...MARKS, read: (json) => named(MARKS.read(json)) };

export function useDesk(address: string, place: string, how: SessionHow = SHEETS): { state: State; take: () => void; reload: () => void } {
	const [state, setState] = useState<State>({ t: 'waiting' });
	const [round, setRound] = useState(0);
	const turn = useRef<Turn | null>(null);
	const reload = (): void => setRound((n) => n + 1);
	useEffect(() => {
		let isGone = false;
		let session: MarkSession | null = null;
		const show = (next: State): void => {
			if (!isGone) {
				setState(next);
			}
		};
		const mine = turnOf(`marks ${place}`, () => {
			session?.stop();
			show({ t: 'elsewhere' });
		});
		turn.current = mine;
		const open = async (): Promise<void> => {
			if (await mine.ask() === 'other') {
				show({ t: 'elsewhere' });
				return;
			}
			session = await openSession(address, place, how);
			if (isGone) {
				return;
			}
			const desk = new Desk(session, address, reload);
			session.start();
			keepMe();
			keepOffline();
			show({ t: 'open', desk });
			fetchFirst(desk).catch(() => undefined); /* then there is no year on the page */
		};
		open().catch((error: unknown) => show({ t: 'failed', error }));
		return () => {
			isGone = true;
			session?.stop();
			mine.leave();
		};
	}, [address, place, round]);
	const take = (): void => {
		setState({ t: 'waiting' });
		void turn.current?.take().then(() => {
			turn.current?.leave();
			reload();
		});
	};
	return { state, take, reload };
}

/** What is shown while there is no sheet. */
export function NotOpen({ state, take, reload }: { state: Exclude<State, { t: 'open' }>; take: () => void; reload: () => void })
	: JSX.Element {
	if (state.t === 'waiting') {
		return <Waiting />;
	}
	if (state.t === 'failed') {
		return <Failed error={state.error} onRetry={reload} />;
	}
	return (
		<Banner tone="warn" live="polite">
			<p>{t('turn.other')}</p>
			<Button onClick={take}>{t('turn.take')}</Button>
		</Banner>
	);
}

export function MarksPage({ classId, subjectId, termId }: {
	classId: string; subjectId: string; termId: string;
}): JSX.Element {
	const address = `/api/v1/marks/${classId}/${subjectId}/${termId}`;
	const place = `${me.value?.person.id ?? ''} ${classId}/${subjectId}/${termId}`;
	const { state, take, reload } = useDesk(address, place);
	if (state.t !== 'open') {
		return <NotOpen state={state} take={take} reload={reload} />;
	}
	const { sheet } = state.desk;
	const name = `${sheet.subject.name} – ${sheet.class.name}`;
	return (
		<div class="mark-page">
			<Breadcrumbs items={[{ href: '/giao-vien/so-diem', label: t('title') }, { label: name }]} />
			<div class="mark-head">
				<h1>{name}</h1>
				<Switches sheet={sheet} />
				<ButtonLink small kind="secondary" label={t('excel.label')}
					href={`/giao-vien/so-diem/${classId}/${subjectId}/${termId}/excel`}>
					{t('excel')}
				</ButtonLink>
			</div>
			<Sheet key={place} desk={state.desk} />
		</div>
	);
}
