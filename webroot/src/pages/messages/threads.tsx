/* Letters that the reader got, and one of them with the answers. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, idempotencyKey } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { me } from '../../lib/me';
import { formatDateTime } from '../../lib/time';
import { refreshUnread } from '../../lib/unread';
import { Button } from '../../parts/button';
import { TextArea } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { announce } from '../../parts/live';
import { Empty, Failed, Tag, Waiting } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';
import { TEXT_MAX } from './limits';
import type { Page } from './paged';
import { usePaged } from './paged';

const t = words(vi, en);

interface Person {
	id: string;
	fullName: string;
}

interface ThreadHead {
	id: string;
	title: string;
	school: { id: string; name: string };
	author: Person;
	student: Person;
	sentAt: number;
	lastAt: number;
	replies: number;
	to: 'family' | 'teacher' | 'office';
	isMine: boolean; /* one began it */
	person: Person; /* who got it; of the office one of them */
}

interface Thread extends ThreadHead {
	isStudent: boolean;
	text: string;
	readAt: number | null;
	messages: { id: string; isMine: boolean; text: string; at: number }[];
}

/** Whom the reader writes with. */
const otherOf = (thread: ThreadHead): string =>
	!thread.isMine ? thread.author.fullName : thread.to === 'office' ? t('office') : thread.person.fullName;

export function ThreadsPage(): JSX.Element {
	const mayAsk = me.value?.roles.includes('parent') ?? false;
	const list = usePaged<ThreadHead & { isUnread: boolean }, number>('threads', (before, signal) =>
		api.get<Page<ThreadHead & { isUnread: boolean }, number>>('/api/v1/threads', { ...(signal ? { signal } : {}), query: { before } }));
	return (
		<>
			<h1>{t('threads')}</h1>
			{mayAsk ? <p class="links"><a class="button" href="/tin-nhan/hoi">{t('ask')}</a></p> : null}
			{list.error !== undefined ? <Failed error={list.error} onRetry={list.reload} /> : null}
			{list.items || list.error !== undefined ? null : <Waiting />}
			{list.items?.length === 0 ? <Empty>{t('threads.none')}</Empty> : null}
			<ul class="notices">
				{list.items?.map((thread) => (
					<li key={thread.id} class={thread.isUnread ? 'notice new' : 'notice'}>
						<p>
							<a href={`/tin-nhan/${thread.id}`}><strong>{thread.title}</strong></a>
							{thread.isUnread ? <> <Tag tone="info">{t('new')}</Tag></> : null}
						</p>
						<p class="quiet small">
							{[otherOf(thread), thread.student.fullName, thread.school.name, formatDateTime(thread.lastAt)].join(' · ')}
						</p>
					</li>
				))}
			</ul>
			{list.hasMore ? <Button kind="secondary" onClick={list.more}>{t('more')}</Button> : null}
		</>
	);
}

function Message({ by, at, isMine, text }: { by: string; at: number; isMine: boolean; text: string }): JSX.Element {
	return (
		<li class={isMine ? 'message mine' : 'message'}>
			<p class="quiet small"><strong>{isMine ? t('me') : by}</strong> · {formatDateTime(at)}</p>
			<p class="message-text">{text}</p>
		</li>
	);
}

/* The key stays until the answer was taken: sent again, it is written once. */
function Answer({ thread, onSent }: { thread: Thread; onSent: () => void }): JSX.Element {
	const key = useRef(idempotencyKey());
	const form = useForm<{ text: string }>({
		start: { text: '' },
		check: (v) => (v.text.trim() ? {} : { text: t('text.missing') }),
		send: async (v) => {
			await api.post(`/api/v1/threads/${thread.id}/replies`, { text: v.text.trim() }, { headers: key.current });
			key.current = idempotencyKey();
			form.reset({ text: '' });
			announce(t('answer.sent'));
			onSent();
		},
	});
	return (
		<Form form={form}>
			<TextArea name="text" label={t('answer.to', { name: otherOf(thread) })}
				rows={3} maxLength={TEXT_MAX} value={form.values.text} error={form.errors.text} onInput={(v) => form.set('text', v)} />
			<Button type="submit" busy={form.isBusy}>{t('answer')}</Button>
		</Form>
	);
}

function ThreadView({ thread, onChange }: { thread: Thread; onChange: () => void }): JSX.Element {
	const other = otherOf(thread);
	const isSent = thread.isMine && thread.to === 'family';
	return (
		<>
			<Breadcrumbs items={[
				{ href: isSent ? '/tin-nhan/da-gui' : '/tin-nhan', label: isSent ? t('letters') : t('threads') },
				{ label: thread.title },
			]} />
			<h1>{thread.title}</h1>
			<p class="quiet">
				{t('thread.between', { name: other, student: thread.student.fullName, school: thread.school.name })}
				{thread.isMine ? <><br />{thread.readAt ? t('read.at', { when: formatDateTime(thread.readAt) }) : t('read.not')}</> : null}
			</p>
			<ol class="messages">
				<Message by={thread.author.fullName} at={thread.sentAt} isMine={thread.isMine} text={thread.text} />
				{thread.messages.map((m) => <Message key={m.id} by={other} {...m} />)}
			</ol>
			<Answer thread={thread} onSent={onChange} />
		</>
	);
}

export function ThreadPage({ id }: { id: string }): JSX.Element {
	const thread = useLoad<Thread>(`thread ${id}`, (signal) => api.get(`/api/v1/threads/${id}`, { signal }));
	const [seen, setSeen] = useState(-1);
	const count = thread.value?.messages.length;
	useEffect(() => {
		if (count !== undefined && count !== seen) {
			setSeen(count);
			api.post(`/api/v1/threads/${id}/read`).then(refreshUnread, () => undefined);
		}
	}, [count]);
	return <Show of={thread}>{(value) => <ThreadView thread={value} onChange={thread.reload} />}</Show>;
}
