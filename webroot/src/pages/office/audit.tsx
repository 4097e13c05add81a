/* Who did what in this school, newest first. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatDateTime } from '../../lib/time';
import type { Items } from '../../lib/types';
import { Button } from '../../parts/button';
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

export function AuditPage(): JSX.Element {
	const [older, setOlder] = useState<Entry[]>([]);
	const [next, setNext] = useState<string | null | undefined>(undefined);
	const first = useLoad<Items<Entry>>('audit', (signal) => api.get('/api/v1/audit', { signal }));
	const cursor = next === undefined ? first.value?.next : next;
	const more = (): void => {
		void api.get<Items<Entry>>('/api/v1/audit', { query: { after: cursor ?? undefined } })
			.then((page) => {
				setOlder([...older, ...page.items]);
				setNext(page.next ?? null);
			});
	};
	return (
		<>
			<h1>{t('audit')}</h1>
			<Show of={first}>{(page) => (
				<Table caption={t('audit')} hideCaption stacked rows={[...page.items, ...older]}
					rowKey={(e) => e.id} empty={t('audit.none')} columns={[
						{ key: 'at', title: t('audit.when'), cell: (e) => formatDateTime(e.at) },
						{ key: 'who', title: t('audit.who'), cell: (e) => e.person?.fullName ?? '–' },
						{ key: 'what', title: t('audit.what'), cell: (e) => e.action },
						{ key: 'subject', title: t('audit.subject'),
							cell: (e) => `${e.subject} ${e.subjectId}` },
					]} />
			)}</Show>
			{cursor ? <Button kind="secondary" onClick={more}>{t('audit.more')}</Button> : null}
		</>
	);
}
