/* A teacher's day: sittings open and to come, the classes taught. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatDateTime } from '../../lib/time';
import type { Items, School, Sitting } from '../../lib/types';
import { ButtonLink } from '../../parts/button';
import { Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';

const t = words(vi, en);

interface MyClass {
	classId: string;
	className: string;
	subjectId: string;
	subjectName: string;
	studentCount: number;
	isHomeroom: boolean;
}

function Classes({ school }: { school: School }): JSX.Element {
	const year = school.years.find((y) => y.isCurrent) ?? school.years[0];
	const today = new Date().toISOString().slice(0, 10);
	const term = year?.terms.find((x) => x.startsOn <= today && today <= x.endsOn) ?? year?.terms[0];
	const mine = useLoad<Items<MyClass>>('my classes',
		(signal) => api.get('/api/v1/my/classes', { signal }));
	return (
		<Show of={mine}>{(list) => list.items.length === 0
			? <Empty>{t('home.classes.none')}</Empty>
			: (
				<ul class="cards">
					{list.items.map((c) => (
						<li key={`${c.classId} ${c.subjectId}`}>
							<a href={`/giao-vien/so-diem/${c.classId}/${c.subjectId}/${term?.id ?? ''}`}>
								<strong>{c.className} – {c.subjectName}</strong>
							</a>
						</li>
					))}
				</ul>
			)}</Show>
	);
}

export function HomePage(): JSX.Element {
	const sittings = useLoad<Items<Sitting>>('sittings',
		(signal) => api.get('/api/v1/sittings', { signal }));
	const school = useLoad<School>('school', (signal) => api.get('/api/v1/school', { signal }));
	return (
		<>
			<h1>{t('nav.home')}</h1>
			<div class="row">
				<ButtonLink href="/giao-vien/ca-thi/moi">{t('home.publish')}</ButtonLink>
				<ButtonLink kind="secondary" href="/giao-vien/ngan-hang">{t('home.import')}</ButtonLink>
			</div>
			<h2>{t('home.next')}</h2>
			<Show of={sittings}>{(list) => {
				const next = list.items.filter((s) => s.state !== 'ended')
					.sort((a, b) => a.startsAt - b.startsAt);
				return next.length === 0
					? <Empty>{t('home.none')}</Empty>
					: (
						<ul class="cards">
							{next.map((s) => (
								<li key={s.id}>
									<a href={`/giao-vien/ca-thi/${s.id}`}><strong>{s.title}</strong></a>
									<p class="quiet">{formatDateTime(s.startsAt)}</p>
								</li>
							))}
						</ul>
					);
			}}</Show>
			<h2>{t('home.classes')}</h2>
			<Show of={school}>{(s) => <Classes school={s} />}</Show>
		</>
	);
}
