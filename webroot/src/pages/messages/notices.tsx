/* What the reader was told of. Seeing the list is reading it. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { me } from '../../lib/me';
import { formatDateTime } from '../../lib/time';
import { refreshUnread } from '../../lib/unread';
import { Button } from '../../parts/button';
import { Empty, Failed, Tag, Waiting } from '../../parts/notice';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';
import type { Page } from './paged';
import { usePaged } from './paged';

const t = words(vi, en);

interface Notice {
	id: string;
	kind: 'letter' | 'reply' | 'marks' | 'absence' | 'present' | 'exam' | 'approved' | 'refused' | 'result' | 'result_1' | 'result_2';
	text: string;
	school: { id: string; name: string };
	student: { id: string; fullName: string } | null;
	thread: string | null;
	at: number;
	readAt: number | null;
}

/* Where the matter itself is, for a guardian at the child. */
function placeOf(notice: Notice): string | null {
	if (notice.thread) {
		return `/tin-nhan/${notice.thread}`;
	}
	const roles = me.peek()?.roles ?? [];
	const isResult = notice.kind.startsWith('result');
	if (notice.student && roles.includes('parent')) {
		return `/phu-huynh/con/${notice.student.id}${isResult ? '/ket-qua' : ''}`;
	}
	if (notice.student && roles.includes('student')) {
		const places: Partial<Record<Notice['kind'], string>> = { exam: '/thi', absence: '/hoc-sinh/chuyen-can', present: '/hoc-sinh/chuyen-can' };
		return places[notice.kind] ?? (isResult ? '/hoc-sinh/ket-qua' : '/hoc-sinh/diem');
	}
	return null;
}

function Row({ notice, isFamily, hasSchools }: { notice: Notice; isFamily: boolean; hasSchools: boolean }): JSX.Element {
	const place = placeOf(notice);
	const about = [
		isFamily && notice.student ? notice.student.fullName : '',
		hasSchools ? notice.school.name : '',
		formatDateTime(notice.at),
	].filter(Boolean).join(' · ');
	return (
		<li class={notice.readAt === null ? 'notice new' : 'notice'}>
			<p>
				{place ? <a href={place}>{notice.text}</a> : notice.text}
				{notice.readAt === null ? <> <Tag tone="info">{t('new')}</Tag></> : null}
			</p>
			<p class="quiet small">{about}</p>
		</li>
	);
}

export function NoticesPage(): JSX.Element {
	const list = usePaged<Notice, string>('notices', (after, signal) =>
		api.get<Page<Notice, string>>('/api/v1/notices', { ...(signal ? { signal } : {}), query: { after } }));
	const newest = list.items?.[0]?.id;
	useEffect(() => {
		if (newest) {
			api.post('/api/v1/notices/read', { upto: newest }).then(refreshUnread, () => undefined);
		}
	}, [newest]);
	const who = me.value;
	const isFamily = who?.roles.includes('parent') ?? false;
	return (
		<>
			<h1>{t('notices')}</h1>
			<p><a href="/thong-bao/cai-dat">{t('settings')}</a></p>
			{list.error !== undefined ? <Failed error={list.error} onRetry={list.reload} /> : null}
			{list.items || list.error !== undefined ? null : <Waiting />}
			{list.items?.length === 0 ? <Empty>{t('notices.none')}</Empty> : null}
			<ul class="notices">
				{list.items?.map((n) => <Row key={n.id} notice={n} isFamily={isFamily} hasSchools={(who?.schools.length ?? 0) > 1} />)}
			</ul>
			{list.hasMore ? <Button kind="secondary" onClick={list.more}>{t('more')}</Button> : null}
		</>
	);
}
