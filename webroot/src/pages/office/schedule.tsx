/*
 * What the office plans for a term: from when on marks are locked, when they are published by
 * themselves, and which subjects of a class are reopened in spite of a lock.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { useLoad } from '../../lib/load';
import { navigate } from '../../lib/router';
import { formatDateTime } from '../../lib/time';
import type { School } from '../../lib/types';
import { Button } from '../../parts/button';
import { Banner, Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import { Reopenings } from './reopenings';
import { AskDrop, AskPlan } from './schedule_dialogs';
import type { Plan, Schedule, TermOfPage, What } from './term_data';
import { SAID, SCHEDULE, scopeName, t, termAt, termOfPage } from './term_data';
import { YearPick } from './year_pick';

const POLL_MS = 2000; /* while something is being published */

/** The columns of a plan's scope, and how many of them are published. */
function columnsOf(plan: Plan, schedule: Schedule): { count: number; published: number } {
	const sum = { count: 0, published: 0 };
	for (const c of schedule.columns) {
		if ((plan.kind === 'all' || plan.kind === c.kind) && (plan.grade === 0 || plan.grade === c.grade)) {
			sum.count += c.count;
			sum.published += c.published;
		}
	}
	return sum;
}

const isGoing = (plan: Plan, now: number): boolean => plan.at !== null && plan.at <= now && plan.doneAt === null;

function PlanState({ what, plan, schedule }: { what: What; plan: Plan; schedule: Schedule }): JSX.Element {
	const isPast = plan.at !== null && plan.at <= schedule.now;
	if (what === 'locks') {
		return isPast ? <Tag tone="warn">{t('lock.state.on')}</Tag> : <Tag>{t('lock.state.later')}</Tag>;
	}
	return (
		<>
			{plan.doneAt !== null ? <Tag tone="ok">{t('publish.state.done')}</Tag>
				: isPast ? <Tag tone="warn">{t('publish.state.going')}</Tag>
				: <Tag>{t('publish.state.later')}</Tag>}
			<div class="quiet small">{t('publish.columns', columnsOf(plan, schedule))}</div>
		</>
	);
}

type Asking = { what: What; plan: Plan | null; isDrop: boolean } | null;

function Plans({ what, schedule, ask }: { what: What; schedule: Schedule; ask: (asking: Asking) => void }): JSX.Element {
	const said = SAID[what];
	const plans = schedule[what].filter((p) => p.at !== null);
	const deed = (plan: Plan): JSX.Element => {
		const scope = { scope: scopeName(plan.kind, plan.grade) };
		return (
			<div class="row tight">
				<Button small kind="secondary" label={t(said.move, scope)}
					onClick={() => ask({ what, plan, isDrop: false })}>{t('plan.move')}</Button>
				{plan.doneAt === null ? (
					<Button small kind="secondary" label={t(said.drop, scope)}
						onClick={() => ask({ what, plan, isDrop: true })}>{t('plan.drop')}</Button>
				) : null}
			</div>
		);
	};
	return (
		<section class="term-plans">
			<h2>{t(said.title)}</h2>
			<p>{t(said.text)}</p>
			{plans.length === 0 ? <Empty>{t(said.none)}</Empty> : (
				<Table caption={t(said.caption)} hideCaption stacked rows={plans}
					rowKey={(p) => `${p.kind} ${p.grade}`} columns={[
						{ key: 'scope', title: t('plan.scope'), isHeading: true,
							cell: (p) => <span class="sentence">{scopeName(p.kind, p.grade)}</span> },
						{ key: 'at', title: t('plan.when'), narrow: 'plain',
							cell: (p) => (p.at === null ? '' : formatDateTime(p.at)) },
						{ key: 'state', title: t('plan.state'), narrow: 'plain',
							cell: (p) => <PlanState what={what} plan={p} schedule={schedule} /> },
						{ key: 'by', title: t('plan.by'),
							cell: (p) => t('plan.by.when', { person: p.by?.fullName ?? '–', when: formatDateTime(p.madeAt) }) },
						{ key: 'deed', title: t('plan.deed'), narrow: 'plain', cell: deed },
					]} />
			)}
			<p>
				<Button kind={plans.length === 0 ? 'primary' : 'secondary'}
					onClick={() => ask({ what, plan: null, isDrop: false })}>{t(said.add)}</Button>
			</p>
		</section>
	);
}

export function TermTabs({ at, page, children }: { at: string; page: TermOfPage; children: ComponentChildren })
	: JSX.Element {
	return (
		<Tabs label={t('terms')} selected={String(page.term?.number ?? 1)}
			items={(['1', '2'] as const).map((id) => ({ id, label: t(`term.${id}`) }))}
			onSelect={(id) => navigate(`${at}?ky=${id}${page.year ? `&nam=${page.year.id}` : ''}`, { replace: true })}>
			{children}
		</Tabs>
	);
}

export function SchedulePage({ school }: { school: School }): JSX.Element {
	const page = termOfPage(school);
	const id = page.term?.id ?? '';
	const schedule = useLoad<Schedule>(`schedule ${id}`,
		(signal) => api.get(`/api/v1/terms/${id}/schedule`, { signal }));
	const [asking, setAsking] = useState<Asking>(null);
	const [said, setSaid] = useState<{ text: string; isStale: boolean } | null>(null);
	useEffect(() => setSaid(null), [id]);
	const goes = schedule.value?.publishing.some((p) => isGoing(p, schedule.value?.now ?? 0)) ?? false;
	useEffect(() => {
		const timer = goes ? setInterval(schedule.reload, POLL_MS) : undefined;
		return () => clearInterval(timer);
	}, [goes, schedule.reload]);
	const done = (next: Schedule | null, text: string, isStale = false): void => {
		setAsking(null);
		setSaid({ text, isStale });
		if (next) {
			schedule.set(next);
		} else {
			schedule.reload();
		}
	};
	return (
		<>
			<h1>{t('schedule')}</h1>
			<p class="lead">{t('schedule.lead')}</p>
			<YearPick school={school} year={page.year} at={SCHEDULE} />
			<TermTabs at={SCHEDULE} page={page}>
				{said
					? <Banner tone={said.isStale ? 'warn' : 'ok'} live="polite"><p><strong>{said.text}</strong></p></Banner>
					: null}
				<Show of={schedule}>{(s) => (
					<>
						<Plans what="locks" schedule={s} ask={setAsking} />
						<Plans what="publishing" schedule={s} ask={setAsking} />
						<Reopenings schedule={s} year={page.year?.id} onDone={done} />
						{!asking ? null : asking.isDrop && asking.plan
							? <AskDrop what={asking.what} plan={asking.plan} schedule={s} onDone={done} onLeave={() => setAsking(null)} />
							: (
								<AskPlan what={asking.what} plan={asking.plan} schedule={s} onDone={done}
									onLeave={() => setAsking(null)} />
							)}
					</>
				)}</Show>
			</TermTabs>
		</>
	);
}

/** The address of the page with the question about one place open. */
export const reopenAt = (page: TermOfPage, classId: string, subject: string): string =>
	termAt(SCHEDULE, page, `&lop=${classId}&mon=${subject}`);
