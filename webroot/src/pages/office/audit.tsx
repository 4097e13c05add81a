/* Who did what in this school, newest first. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatDateTime } from '../../lib/time';
import type { Items } from '../../lib/types';
import { Button } from '../../parts/button';
import { Banner, Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';

const t = words(vi, en);

interface Entry {
	id: string;
	at: number;
	person: { id: string; fullName: string } | null;
	action: string;
	subject: string;
	subjectId: string;
}

const ACTIONS = [
	'bundle.export', 'bundle.import', 'class.add', 'class.change', 'class.close', 'class.open', 'class.slips',
	'document.own', 'document.print',
	'essay.mark', 'exam.extra', 'exam.handin', 'exam.message', 'exam.move', 'exam.publish', 'exam.release',
	'founding.add', 'guardian.add', 'guardian.change', 'guardian.drop', 'letter.ask', 'letter.send', 'marks.approve',
	'marks.ask', 'marks.exempt', 'marks.import', 'marks.link', 'marks.lock', 'marks.plan', 'marks.publish',
	'marks.refuse', 'marks.reopen', 'marks.reopen_end', 'marks.unlink', 'notices.off', 'notices.on',
	'notices.resend', 'notices.test', 'person.change', 'person.code', 'person.lock', 'person.unlock',
	'questions.commit', 'roll_call.correct', 'room.tickets', 'roster.commit', 'sending.add',
	'sending.change', 'sending.compare', 'sending.drop', 'sending.enrol', 'sending.now', 'sending.pause',
	'sending.resend', 'sending.resend_rejected', 'sending.resume', 'sending.roll', 'sign_in.activate',
	'sign_in.join', 'sign_in.password', 'student.change', 'student.code', 'student.personal_id', 'subject.add',
	'subject.change', 'teacher.add', 'teacher.slips', 'teachers.commit', 'teaching.add', 'teaching.commit',
	'teaching.drop', 'year.add', 'year.change', 'year.choose', 'year.lessons',
] as const;

function actionText(action: string): string {
	const known = ACTIONS.find((a) => a === action);
	return known ? t(`deed.${known}`) : action;
}

/* Where what it was done to can be looked at. */
function Subject({ entry: e }: { entry: Entry }): JSX.Element {
	const places: Record<string, string> = {
		class: '/van-phong/lop', student: '/van-phong/hoc-sinh', subject: '/van-phong/mon-hoc',
		person: '/van-phong/giao-vien', destination: '/van-phong/trao-doi',
	};
	const place = places[e.subject];
	const label = t('audit.number', { number: e.subjectId });
	return place
		? <a href={`${place}/${e.subjectId}`} aria-label={`${actionText(e.action)}, ${label}`}>{label}</a>
		: <>{label}</>;
}

export function AuditPage(): JSX.Element {
	const [older, setOlder] = useState<Entry[]>([]);
	const [next, setNext] = useState<string | null | undefined>(undefined);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const first = useLoad<Items<Entry>>('audit', (signal) => api.get('/api/v1/audit', { signal }));
	const cursor = next === undefined ? first.value?.next : next;
	const more = (): void => {
		setBusy(true);
		setError(undefined);
		api.get<Items<Entry>>('/api/v1/audit', { query: { after: cursor ?? undefined } })
			.then((page) => {
				setOlder([...older, ...page.items]);
				setNext(page.next ?? null);
			}, setError)
			.finally(() => setBusy(false));
	};
	return (
		<>
			<h1>{t('audit')}</h1>
			<p class="lead">{t('audit.lead')}</p>
			<Show of={first}>{(page) => page.items.length === 0
				? <Empty>{t('audit.none')}</Empty>
				: (
					<Table caption={t('audit')} hideCaption stacked rows={[...page.items, ...older]}
						rowKey={(e) => e.id} columns={[
							{ key: 'what', title: t('audit.what'), isHeading: true, cell: (e) => actionText(e.action) },
							{ key: 'subject', title: t('audit.subject'), narrow: 'beside',
								cell: (e) => <Subject entry={e} /> },
							{ key: 'who', title: t('audit.who'), narrow: 'beside',
								cell: (e) => e.person?.fullName ?? '–' },
							{ key: 'at', title: t('audit.when'), narrow: 'plain', cell: (e) => formatDateTime(e.at) },
						]} />
				)}</Show>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{cursor ? <Button kind="secondary" busy={isBusy} onClick={more}>{t('audit.more')}</Button> : null}
		</>
	);
}
