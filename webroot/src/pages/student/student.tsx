/* A student's own pages: exams to come, open and done; the day, marks, results, absences, remarks. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { me } from '../../lib/me';
import { match, path } from '../../lib/router';
import { formatClock, formatDateTime } from '../../lib/time';
import type { Items, MySitting } from '../../lib/types';
import { ButtonLink } from '../../parts/button';
import { AbsencesView } from '../../parts/absences_view';
import { RemarksView } from '../../parts/family/remarks_view';
import { ResultsView } from '../../parts/family/results_view';
import { TodayView } from '../../parts/family/today_view';
import { ExamResults, MarksView, MyReview, ReceiptPage } from '../../parts/marks_view';
import { NotFound } from '../../parts/not_found';
import { Empty, Failed, Tag, Waiting } from '../../parts/notice';
import { Shell } from '../../parts/shell';
import { vi } from '../../i18n/vi/student';
import { en } from '../../i18n/en/student';
import './student.css';

const t = words(vi, en);

const REFRESH_MS = 30_000;
const MINUTE_MS = 60_000;

function Enter({ exam, now }: { exam: MySitting; now: number }): JSX.Element {
	if (now < exam.lobbyAt) {
		return <p class="quiet">{t('lobby', { time: formatClock(exam.lobbyAt) })}</p>;
	}
	return (
		<ButtonLink href={`/thi/${exam.room}/${exam.attempt}`}>
			{exam.state === 'open' ? t('resume') : t('enter')}
		</ButtonLink>
	);
}

function ExamCard({ exam, now }: { exam: MySitting; now: number }): JSX.Element {
	return (
		<li class="exam-card">
			<h2>{exam.title} {exam.practice ? <Tag tone="info">{t('practice')}</Tag> : null}</h2>
			<p>
				{exam.subject} · {t('minutes', { count: Math.round(exam.limitMs / MINUTE_MS) })}
				<br />
				{exam.practice
					? t('until', { time: formatDateTime(exam.endsAt) })
					: t('starts', { time: formatDateTime(exam.startsAt) })}
			</p>
			<Enter exam={exam} now={now} />
		</li>
	);
}

function Exams(): JSX.Element {
	const [round, setRound] = useState(0);
	const exams = useLoad<Items<MySitting>>('exams',
		(signal) => api.get('/api/v1/my/sittings', { signal }));
	useEffect(() => {
		const timer = setInterval(() => setRound((n) => n + 1), REFRESH_MS);
		return () => clearInterval(timer);
	}, []);
	useEffect(() => {
		if (round > 0) {
			exams.reload();
		}
	}, [round]);
	if (exams.error !== undefined && !exams.value) {
		return <Failed error={exams.error} onRetry={exams.reload} />;
	}
	if (!exams.value) {
		return <Waiting />;
	}
	const now = Date.now();
	const waiting = exams.value.items
		.filter((e) => e.state !== 'closed' && e.endsAt > now)
		.sort((a, b) => a.startsAt - b.startsAt);
	return (
		<>
			<h1>{t('exams')}</h1>
			{waiting.length === 0 ? <Empty>{t('none')}</Empty> : null}
			<ul class="exam-list">
				{waiting.map((e) => <ExamCard key={e.attempt} exam={e} now={now} />)}
			</ul>
			<h2>{t('done')}</h2>
			<ExamResults address="/api/v1/my/sittings" isPast home="/hoc-sinh" />
		</>
	);
}

function Content(): JSX.Element {
	const at = path.value;
	const receipt = match('/hoc-sinh/bien-nhan/:attempt', at);
	const review = match('/hoc-sinh/bai-lam/:attempt', at);
	if (receipt) {
		return <ReceiptPage attempt={receipt['attempt'] ?? ''} />;
	}
	if (review) {
		return <MyReview attempt={review['attempt'] ?? ''} back={{ href: '/thi', label: t('exams') }} />;
	}
	if (match('/hoc-sinh/diem', at)) {
		return <><h1>{t('marks')}</h1><MarksView address="/api/v1/my/marks" /></>;
	}
	if (match('/hoc-sinh/chuyen-can', at)) {
		return <><h1>{t('absences')}</h1><AbsencesView address="/api/v1/my/absences" /></>;
	}
	if (match('/hoc-sinh/hom-nay', at)) {
		return <><h1>{t('today')}</h1><TodayView address="/api/v1/my/today" base="/hoc-sinh" /></>;
	}
	if (match('/hoc-sinh/ket-qua', at)) {
		return (
			<>
				<h1>{t('results')}</h1>
				<ResultsView address="/api/v1/my/results" documents="/api/v1/my/documents" name={me.value?.person.fullName ?? ''} />
			</>
		);
	}
	if (match('/hoc-sinh/nhan-xet', at)) {
		return <><h1>{t('remarks')}</h1><RemarksView address="/api/v1/my/remarks" /></>;
	}
	return match('/thi', at) ? <Exams /> : <NotFound home="/thi" />;
}

export default function StudentPages(): JSX.Element {
	return (
		<Shell title={t('title')} role="student" home="/thi" nav={[
			{ href: '/thi', label: t('exams') },
			{ href: '/hoc-sinh/hom-nay', label: t('today') },
			{ href: '/hoc-sinh/diem', label: t('marks') },
			{ href: '/hoc-sinh/ket-qua', label: t('results') },
			{ href: '/hoc-sinh/chuyen-can', label: t('absences') },
			{ href: '/hoc-sinh/nhan-xet', label: t('remarks') },
		]}>
			<Content />
		</Shell>
	);
}
