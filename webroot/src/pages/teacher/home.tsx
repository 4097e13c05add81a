/* A teacher's day: sittings open and to come, the classes taught. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { lang, words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatDateTime, formatDay } from '../../lib/time';
import type { Items, Sitting } from '../../lib/types';
import { ButtonLink } from '../../parts/button';
import { Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Unsent } from './class/roll_list';
import { MyClasses } from './my_classes';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';

const t = words(vi, en);

function Next({ sittings }: { sittings: Sitting[] }): JSX.Element {
	if (sittings.length === 0) {
		return <Empty>{t('home.none')}</Empty>;
	}
	return (
		<ul class="cards">
			{sittings.map((s) => (
				<li key={s.id}>
					<a href={`/giao-vien/ca-thi/${s.id}`}><strong>{s.title}</strong></a>
					<p class="quiet">
						{formatDateTime(s.startsAt)} · {s.rooms.map((r) => r.className || r.name).join(', ')}
					</p>
					{s.state === 'running' ? <p><Tag tone="ok">{t('home.running')}</Tag></p> : null}
				</li>
			))}
		</ul>
	);
}

export function HomePage(): JSX.Element {
	const sittings = useLoad<Items<Sitting>>('sittings',
		(signal) => api.get('/api/v1/sittings', { signal }));
	return (
		<>
			<h1>{t('nav.home')}</h1>
			<p class="lead">{formatDay(Date.now(), lang.value)}</p>
			<Unsent />
			<h2>{t('home.next')}</h2>
			<Show of={sittings}>{(list) => (
				<Next sittings={list.items.filter((s) => s.state !== 'ended')
					.sort((a, b) => a.startsAt - b.startsAt)} />
			)}</Show>
			<div class="row">
				<ButtonLink href="/giao-vien/ca-thi/moi">{t('home.publish')}</ButtonLink>
				<ButtonLink kind="secondary" href="/giao-vien/ngan-hang">{t('home.import')}</ButtonLink>
			</div>
			<h2>{t('home.classes')}</h2>
			<MyClasses />
		</>
	);
}
