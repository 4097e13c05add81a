/* Exams that are on in the province, and those that begin within a day. */
import type { JSX } from 'preact';
import { lang } from '../../lib/i18n';
import { useLive } from '../../lib/live';
import { formatNumber } from '../../lib/number';
import { formatClock, formatDateTime, formatTime } from '../../lib/time';
import { Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { Away } from './away';
import { schoolAt, t } from './desk_data';
import { agoText } from './last';

const LOOK_AGAIN_MS = 5000;

interface Exam {
	school: { id: string; name: string };
	title: string;
	subject: string;
	startsAt: number;
	endsAt: number;
	state: 'planned' | 'running';
	sitters: number;
	sittingNow: number;
	handedIn: number;
	toldAt: number | null;
}

/* Past its end by the plan: the school has not said yet that all have handed in. */
const isLate = (x: Exam, now: number): boolean => x.state === 'running' && x.endsAt < now;

function State({ of: x, now }: { of: Exam; now: number }): JSX.Element {
	return isLate(x, now) ? <Tag tone="warn">{t('exams.late')}</Tag>
		: <Tag tone={x.state === 'running' ? 'ok' : 'info'}>{t(`exams.${x.state}`)}</Tag>;
}

const of = (count: number, all: number): string =>
	t('exams.of', { count: formatNumber(count, lang.value), all: formatNumber(all, lang.value) });

export function ExamsPage(): JSX.Element {
	const exams = useLive<{ now: number; items: Exam[] }>('/api/v1/desk/exams', LOOK_AGAIN_MS);
	return (
		<>
			<h1>{t('exams')}</h1>
			<p class="lead">{t('exams.lead')}</p>
			<Away of={exams} />
			<Show of={exams}>{(list) => (
				<>
					<p class="quiet">{t('exams.seen', { at: formatTime(list.now) })}</p>
					{list.items.length === 0 ? <Empty>{t('exams.none')}</Empty> : (
						<Table caption={t('exams')} hideCaption stacked rows={list.items}
							rowKey={(x) => `${x.school.id} ${x.title} ${x.startsAt}`} columns={[
								{ key: 'title', title: t('exams.title'), isHeading: true, sortBy: (x) => x.title,
									cell: (x) => (x.subject ? `${x.title} (${x.subject})` : x.title) },
								{ key: 'school', title: t('at.school'), sortBy: (x) => x.school.name,
									cell: (x) => <a href={schoolAt(x.school.id)}>{x.school.name}</a> },
								{ key: 'state', title: t('exams.state'), narrow: 'plain', cell: (x) => <State of={x} now={list.now} /> },
								{ key: 'time', title: t('exams.time'), sortBy: (x) => x.startsAt,
									cell: (x) => `${formatDateTime(x.startsAt)}–${formatClock(x.endsAt)}` },
								{ key: 'now', title: t('exams.now'), align: 'num', cell: (x) => of(x.sittingNow, x.sitters) },
								{ key: 'in', title: t('exams.in'), align: 'num', cell: (x) => of(x.handedIn, x.sitters) },
								{ key: 'told', title: t('exams.told'), narrow: 'beside',
									cell: (x) => (x.toldAt === null ? '–' : agoText(x.toldAt, list.now)) },
							]} />
					)}
				</>
			)}</Show>
		</>
	);
}
