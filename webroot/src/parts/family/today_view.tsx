/* One student's day: absent or not, exams, what is to be done, and what is new. One answer. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { lang } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatMark, roman } from '../../lib/number';
import { dayNumber, formatClock, formatDate, formatDateTime, formatDay } from '../../lib/time';
import type { MySitting, Today, TodayMark } from '../../lib/types';
import { shownWords } from '../mark_words';
import { Banner, Empty, Tag } from '../notice';
import { Show } from '../page_load';
import { RemarkText } from './remarks_view';
import { SECTION_PATHS } from './section';
import { t } from './words';

const isAhead = (exam: MySitting, now: number): boolean => exam.state !== 'closed' && exam.endsAt > now;

function whenText(exam: MySitting, now: number): string {
	if (exam.practice) {
		return t('exam.until', { time: formatDateTime(exam.endsAt) });
	}
	const span = { from: formatClock(exam.startsAt), to: formatClock(exam.endsAt) };
	const days = dayNumber(exam.startsAt) - dayNumber(now);
	if (days === 0) {
		return t('exam.today', span);
	}
	return days === 1 ? t('exam.tomorrow', span)
		: t('exam.day', { day: formatDay(exam.startsAt, lang.value), ...span });
}

function stateText(exam: MySitting, now: number): string {
	if (exam.state !== 'closed') {
		return exam.endsAt <= now ? t('exam.over') : exam.state === 'open' ? t('exam.open') : t('exam.prepared');
	}
	if (!exam.result) {
		return t('exam.held');
	}
	return exam.result.markX10 === undefined ? t('exam.awaiting')
		: t('exam.mark', { mark: formatMark(exam.result.markX10, lang.value) });
}

function Exams({ title, exams, now }: { title: string; exams: MySitting[]; now: number }): JSX.Element | null {
	return exams.length === 0 ? null : (
		<section>
			<h2>{title}</h2>
			<ul class="news">
				{exams.map((e) => (
					<li key={e.attempt}>
						<p><strong>{e.title}</strong> {e.practice ? <Tag tone="info">{t('practice')}</Tag> : null}</p>
						<p>{e.subject} · {whenText(e, now)}</p>
						<p class="quiet">{stateText(e, now)}</p>
					</li>
				))}
			</ul>
		</section>
	);
}

const markText = (m: TodayMark): string => shownWords(m.subjectKind, m, m.valueX10, m.isPrimary);

function Marks({ day, base }: { day: Today; base: string }): JSX.Element | null {
	return day.marks.length === 0 ? null : (
		<section>
			<h2>{t('marks.new')}</h2>
			<ul class="news">
				{day.marks.map((m) => (
					<li key={`${m.subject} ${m.kind} ${m.position} ${m.term}`}>
						<p class="line"><span>{m.subject}</span><strong>{markText(m)}</strong></p>
						<p class="quiet">
							{t(`kind.${m.kind}`, { position: m.position })}, {formatDate(m.at)}
						</p>
					</li>
				))}
			</ul>
			<p><a href={`${base}/${SECTION_PATHS.marks}`}>{t('marks.all')}</a></p>
		</section>
	);
}

function ToDo({ day }: { day: Today }): JSX.Element | null {
	const practice = day.exams.filter((e) => e.practice && isAhead(e, day.now));
	return day.toMakeUp.length + practice.length === 0 ? null : (
		<section>
			<h2>{t('due')}</h2>
			<ul class="news">
				{day.toMakeUp.map((m) => (
					<li key={`${m.subject} ${m.kind} ${m.position}`}>
						<p><strong>{m.subject}</strong></p>
						<p>{t('due.makeup', { kind: t(`kind.makeup.${m.kind}`), term: roman(m.term) })}</p>
					</li>
				))}
				{practice.map((e) => (
					<li key={e.attempt}>
						<p><strong>{e.title}</strong></p>
						<p>{t('due.practice', { time: formatDateTime(e.endsAt) })}</p>
					</li>
				))}
			</ul>
		</section>
	);
}

function News({ day, base }: { day: Today; base: string }): JSX.Element {
	return (
		<>
			<Marks day={day} base={base} />
			{day.remarks.length === 0 ? null : (
				<section>
					<h2>{t('remarks.new')}</h2>
					<ul class="news">{day.remarks.map((r) => <RemarkText key={`${r.term} ${r.subject}`} remark={r} />)}</ul>
				</section>
			)}
			{day.closed.length === 0 ? null : (
				<section>
					<h2>{t('closed.title')}</h2>
					<ul class="news">
						{day.closed.map((c) => (
							<li key={`${c.year} ${c.part}`}>{t(`closed.${c.part}`, { year: c.year })}</li>
						))}
					</ul>
					<p><a href={`${base}/${SECTION_PATHS.results}`}>{t('closed.link')}</a></p>
				</section>
			)}
			{day.marks.length + day.remarks.length + day.closed.length === 0 ? <Empty>{t('news.none')}</Empty> : null}
		</>
	);
}

function Day({ day, base }: { day: Today; base: string }): JSX.Element {
	const exams = day.exams.filter((e) => !e.practice);
	const ahead = exams.filter((e) => isAhead(e, day.now)).sort((a, b) => a.startsAt - b.startsAt);
	return (
		<>
			<p><strong>{formatDay(day.now, lang.value)}</strong></p>
			{day.absences.length === 0 ? <p>{t('away.none')}</p> : (
				<Banner tone="warn">
					{day.absences.map((a) => (
						<p key={a.session}>
							{t(`away.${a.kind}`, { session: t(`session.${a.session}`) })}{a.note ? `: ${a.note}` : ''}
						</p>
					))}
				</Banner>
			)}
			<Exams title={t('exams.coming')} exams={ahead} now={day.now} />
			<ToDo day={day} />
			<Exams title={t('exams.recent')} exams={day.exams.filter((e) => !isAhead(e, day.now))} now={day.now} />
			<News day={day} base={base} />
		</>
	);
}

export function TodayView({ address, base }: { address: string; base: string }): JSX.Element {
	const day = useLoad<Today>(address, (signal) => api.get(address, { signal }));
	return <Show of={day}>{(d) => <Day day={d} base={base} />}</Show>;
}
