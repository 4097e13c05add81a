/* What somebody of the school wrote, and who has read it. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatDateTime } from '../../lib/time';
import { Button, ButtonLink } from '../../parts/button';
import { Breadcrumbs } from '../../parts/layout';
import { Empty, Failed, Tag, Waiting } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';
import type { Page } from './paged';
import { usePaged } from './paged';

const t = words(vi, en);

interface Letter {
	id: string;
	scope: 'student' | 'class' | 'grade' | 'school';
	target: { id: string; name: string } | null;
	grade: number | null;
	audience: 'guardians' | 'students' | 'all';
	title: string;
	sentAt: number;
	sent: number;
	read: number;
	replied: number;
	unread: number;
}

interface Reader {
	thread: string;
	fullName: string;
	isStudent: boolean;
	student: { id: string; fullName: string };
	readAt: number | null;
	replies: number;
	isUnread: boolean;
}

interface LetterWhole extends Letter {
	text: string;
	readers: Reader[];
}

const audienceOf = (letter: Letter): string => t(`audience.${letter.audience}`);

function toWhom(letter: Letter): string {
	const audience = audienceOf(letter);
	switch (letter.scope) {
	case 'student':
		return t('to.student', { audience, name: letter.target?.name ?? '' });
	case 'class':
		return t('to.class', { audience, name: letter.target?.name ?? '' });
	case 'grade':
		return t('to.grade', { audience, grade: letter.grade ?? 0 });
	default:
		return t('to.school', { audience });
	}
}

export function LettersPage(): JSX.Element {
	const list = usePaged<Letter, string>('letters', (after, signal) =>
		api.get<Page<Letter, string>>('/api/v1/letters', { ...(signal ? { signal } : {}), query: { after } }));
	return (
		<>
			<h1>{t('letters')}</h1>
			<p><ButtonLink href="/tin-nhan/moi">{t('compose')}</ButtonLink></p>
			{list.error !== undefined ? <Failed error={list.error} onRetry={list.reload} /> : null}
			{list.items || list.error !== undefined ? null : <Waiting />}
			{list.items?.length === 0 ? <Empty>{t('letters.none')}</Empty> : null}
			<ul class="notices">
				{list.items?.map((letter) => (
					<li key={letter.id} class={letter.unread > 0 ? 'notice new' : 'notice'}>
						<p>
							<a href={`/tin-nhan/da-gui/${letter.id}`}><strong>{letter.title}</strong></a>
							{letter.unread > 0 ? <> <Tag tone="info">{t('letter.unread', { count: letter.unread })}</Tag></> : null}
						</p>
						<p class="quiet small">
							{[toWhom(letter), t('letter.read', { read: letter.read, sent: letter.sent }), formatDateTime(letter.sentAt)].join(' · ')}
						</p>
					</li>
				))}
			</ul>
			{list.hasMore ? <Button kind="secondary" onClick={list.more}>{t('more')}</Button> : null}
		</>
	);
}

export function LetterPage({ id }: { id: string }): JSX.Element {
	const letter = useLoad<LetterWhole>(`letter ${id}`, (signal) => api.get(`/api/v1/letters/${id}`, { signal }));
	return (
		<Show of={letter}>{(value) => (
			<>
				<Breadcrumbs items={[{ href: '/tin-nhan/da-gui', label: t('letters') }, { label: value.title }]} />
				<h1>{value.title}</h1>
				<p class="quiet">{toWhom(value)} · {formatDateTime(value.sentAt)}</p>
				<p class="message-text measure">{value.text}</p>
				<h2>{t('readers', { read: value.read, sent: value.sent })}</h2>
				<Table caption={t('readers.caption')} hideCaption stacked rows={value.readers} rowKey={(r) => r.thread} columns={[
					{ key: 'name', title: t('reader'), isHeading: true, cell: (r) => <a href={`/tin-nhan/${r.thread}`}>{r.fullName}</a> },
					{ key: 'student', title: t('reader.of'), cell: (r) => (r.isStudent ? t('reader.self') : r.student.fullName) },
					{ key: 'read', title: t('reader.read'), cell: (r) => (r.readAt ? formatDateTime(r.readAt) : t('read.not')) },
					{ key: 'replies', title: t('reader.replies'), cell: (r) => (r.replies === 0 ? '–' : (
						<>{r.replies}{r.isUnread ? <> <Tag tone="info">{t('new')}</Tag></> : null}</>
					)) },
				]} />
			</>
		)}</Show>
	);
}
