/* The office: classes, class lists from Excel, sign-in slips, teachers, the log. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { match, path } from '../../lib/router';
import type { ClassRow, Items, School } from '../../lib/types';
import { Shell } from '../../parts/shell';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';
import { AuditPage } from './audit';
import { ClassesPage, ClassPage } from './classes';
import { ImportPage } from './import';
import { TeachersPage } from './teachers';
import './office.css';

const t = words(vi, en);

const HOME = '/van-phong';

function Task({ href, title, text }: { href: string; title: string; text: string }): JSX.Element {
	return (
		<li>
			<a href={href}><strong>{title}</strong></a>
			<p class="quiet">{text}</p>
		</li>
	);
}

function Home({ school }: { school: School }): JSX.Element {
	const year = school.years.find((y) => y.isCurrent) ?? school.years[0];
	const classes = useLoad<Items<ClassRow>>(`classes ${year?.id ?? ''}`,
		(signal) => api.get('/api/v1/classes', { signal, query: { year: year?.id } }));
	return (
		<>
			<h1>{school.name}</h1>
			<p>{year ? t('home.year', { code: year.code }) : null}</p>
			<Show of={classes}>{(list) => (
				<p class="quiet">
					{t('home.classes', {
						count: list.items.length,
						students: list.items.reduce((sum, c) => sum + c.studentCount, 0),
					})}
				</p>
			)}</Show>
			<h2>{t('home.todo')}</h2>
			<ul class="tasks">
				<Task href={`${HOME}/nhap`} title={t('home.import')} text={t('home.import.text')} />
				<Task href={`${HOME}/lop`} title={t('home.slips')} text={t('home.slips.text')} />
				<Task href={`${HOME}/giao-vien`} title={t('home.teachers')} text={t('home.teachers.text')} />
			</ul>
		</>
	);
}

function Content({ school }: { school: School }): JSX.Element {
	const at = path.value;
	const one = match(`${HOME}/lop/:id`, at);
	if (one) {
		return <ClassPage id={one['id'] ?? ''} />;
	}
	if (match(`${HOME}/lop`, at)) {
		return <ClassesPage school={school} />;
	}
	if (match(`${HOME}/nhap`, at)) {
		return <ImportPage school={school} />;
	}
	if (match(`${HOME}/giao-vien`, at)) {
		return <TeachersPage school={school} />;
	}
	if (match(`${HOME}/nhat-ky`, at)) {
		return <AuditPage />;
	}
	return <Home school={school} />;
}

function Office(): JSX.Element {
	const school = useLoad<School>('school', (signal) => api.get('/api/v1/school', { signal }));
	return <Show of={school}>{(s) => <Content school={s} />}</Show>;
}

export default function OfficePages(): JSX.Element {
	return (
		<Shell title={t('title')} role="office" home={HOME} nav={[
			{ href: HOME, label: t('nav.home') },
			{ href: `${HOME}/lop`, label: t('nav.classes') },
			{ href: `${HOME}/nhap`, label: t('nav.import') },
			{ href: `${HOME}/giao-vien`, label: t('nav.teachers') },
			{ href: `${HOME}/nhat-ky`, label: t('nav.audit') },
		]}>
			<Office />
		</Shell>
	);
}
