/* The teacher's classes, each leading to its roll call of today; what could not be sent before. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../../lib/api';
import { lang } from '../../../lib/i18n';
import { useLoad } from '../../../lib/load';
import { me } from '../../../lib/me';
import { formatIsoDay } from '../../../lib/time';
import type { ClassRow, Items } from '../../../lib/types';
import { Banner, Empty, Tag } from '../../../parts/notice';
import { Show } from '../../../parts/page_load';
import type { Place } from '../../../roll/disk';
import { sendLeft } from '../../../roll/session';
import { sessionText, t } from './words';

/** Roll calls that this device still has to send: tried again here, and shown when it fails. */
export function Unsent(): JSX.Element | null {
	const [left, setLeft] = useState<Place[]>([]);
	const person = me.value?.person.id;
	useEffect(() => {
		const send = (): void => {
			if (person) {
				void sendLeft(person).then(setLeft);
			}
		};
		send();
		addEventListener('online', send);
		return () => removeEventListener('online', send);
	}, [person]);
	return left.length === 0 ? null : (
		<Banner tone="warn" title={t('unsent')}>
			<ul>
				{left.map((p) => (
					<li key={`${p.classId} ${p.date} ${p.session}`}>
						<a href={`/giao-vien/diem-danh/${p.classId}/${p.date}/${p.session}`}>
							{t('unsent.row', { day: formatIsoDay(p.date, lang.value), session: sessionText(p.session).toLowerCase() })}
						</a>
					</li>
				))}
			</ul>
		</Banner>
	);
}

export const useClasses = (): ReturnType<typeof useLoad<Items<ClassRow>>> =>
	useLoad<Items<ClassRow>>('classes', (signal) => api.get('/api/v1/classes', { signal }));

const isHomeroom = (c: ClassRow): boolean => c.homeroom !== null && c.homeroom.id === me.value?.person.id;

export const homeroomsOf = (classes: ClassRow[]): ClassRow[] => classes.filter(isHomeroom);

export function RollListPage(): JSX.Element {
	const classes = useClasses();
	return (
		<>
			<h1>{t('roll')}</h1>
			<p class="lead">{t('roll.lead')}</p>
			<Unsent />
			<Show of={classes}>{({ items }) => {
				const mine = items.filter((c) => isHomeroom(c) || c.subjects.length > 0)
					.sort((a, b) => Number(isHomeroom(b)) - Number(isHomeroom(a)));
				return mine.length === 0 ? <Empty>{t('roll.none')}</Empty> : (
					<ul class="cards">
						{mine.map((c) => (
							<li key={c.id}>
								<a href={`/giao-vien/diem-danh/${c.id}`}><strong>{c.name}</strong></a>
								<p class="quiet">
									{t('size', { count: c.studentCount })}
									{isHomeroom(c) ? <> <Tag>{t('homeroom.of')}</Tag></> : null}
								</p>
							</li>
						))}
					</ul>
				);
			}}</Show>
		</>
	);
}
