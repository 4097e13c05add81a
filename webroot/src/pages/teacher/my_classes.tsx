/* The classes a teacher teaches, each leading to its gradebook of the term that it is. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { me } from '../../lib/me';
import { termNow } from '../../lib/school';
import type { Items, School } from '../../lib/types';
import { openDisk, unsentOf } from '../../marks/disk';
import { Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';
import { vi as messagesVi } from '../../i18n/vi/messages';
import { en as messagesEn } from '../../i18n/en/messages';

const t = words(vi, en);
const message = words(messagesVi, messagesEn);

export interface MyClass {
	classId: string;
	className: string;
	subjectId: string | null; /* a homeroom class in which the teacher teaches nothing */
	subjectName: string | null;
	studentCount: number;
	isHomeroom: boolean;
}

interface Unsent {
	path: string; /* "class/subject/term" */
	count: number;
}

/* Marks that this person typed here and the server does not have yet. */
async function fetchUnsent(): Promise<Unsent[]> {
	const person = me.peek()?.person.id ?? '';
	const found = await openDisk().then((db) => unsentOf(db, person)).catch(() => new Map<string, number>());
	return [...found].map(([place, count]) => ({ path: place.slice(person.length + 1), count }));
}

function List({ school }: { school: School }): JSX.Element {
	const term = termNow(school, Date.now());
	const mine = useLoad<Items<MyClass>>('my classes',
		(signal) => api.get('/api/v1/my/classes', { signal }));
	const unsent = useLoad<Unsent[]>('unsent marks', fetchUnsent);
	return (
		<Show of={mine}>{(list) => {
			const taught = list.items.filter((c) => c.subjectId);
			return taught.length === 0
				? <Empty>{t('home.classes.none')}</Empty>
				: (
					<ul class="cards">
						{taught.map((c) => (
							<li key={`${c.classId} ${c.subjectId}`}>
								<a href={`/giao-vien/so-diem/${c.classId}/${c.subjectId}/${term?.id ?? ''}`}>
									<strong>{c.className} – {c.subjectName}</strong>
								</a>
								<p class="quiet">
									{t('home.class.size', { count: c.studentCount })}
									{c.isHomeroom ? <> <Tag>{t('home.homeroom')}</Tag></> : null}
								</p>
								{(unsent.value ?? []).filter((u) => u.path.startsWith(`${c.classId}/${c.subjectId}/`)).map((u) => (
									<p key={u.path}>
										<a href={`/giao-vien/so-diem/${u.path}`}>
											<Tag tone="warn">{t('marks.unsent', { count: u.count })}</Tag>
										</a>
									</p>
								))}
								<p><a href={`/tin-nhan/moi?class=${c.classId}`}>{message('write.class', { name: c.className })}</a></p>
							</li>
						))}
					</ul>
				);
		}}</Show>
	);
}

export function MyClasses(): JSX.Element {
	const school = useLoad<School>('school', (signal) => api.get('/api/v1/school', { signal }));
	return <Show of={school}>{(s) => <List school={s} />}</Show>;
}

/** All gradebooks of the teacher. */
export function MarksListPage(): JSX.Element {
	return (
		<>
			<h1>{t('nav.marks')}</h1>
			<p class="lead">{t('marks.lead')}</p>
			<MyClasses />
		</>
	);
}
