/* The office: classes, class lists from Excel, sign-in slips, teachers, the log. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { match, path } from '../../lib/router';
import { yearNow } from '../../lib/school';
import type { ClassRow, Items, School } from '../../lib/types';
import { Shell } from '../../parts/shell';
import { NotFound } from '../../parts/not_found';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';
import { vi as messagesVi } from '../../i18n/vi/messages';
import { en as messagesEn } from '../../i18n/en/messages';
import { vi as peopleVi } from '../../i18n/vi/people';
import { en as peopleEn } from '../../i18n/en/people';
import { AuditPage } from './audit';
import { BundleHint, BundleImportPage } from './bundle_import';
import { ClassFormPage } from './class_form';
import { ClassesPage, ClassPage } from './classes';
import { ClassClosingPage, ClosingsPage } from './closing';
import { t as closing } from './closing_data';
import { ConductViewPage, MarksViewPage, ReassessOfficePage } from './closing_places';
import { CompletionPage } from './completion';
import { ExchangePage } from './exchange';
import { EXCHANGE, t as exchange } from './exchange_data';
import { ExchangeRecordsPage } from './exchange_records';
import { GuardianPage } from './guardians';
import { ImportPage } from './import';
import { LessonsPage } from './lessons';
import { PersonPage } from './person_form';
import { StaffPage } from './staff';
import { MarkRequestsPage } from './mark_requests';
import { SchedulePage } from './schedule';
import { StaffImportPage } from './staff_import';
import { StudentPage } from './student';
import { StudentFormPage } from './student_form';
import { SubjectFormPage, SubjectsPage } from './subjects';
import { NewTeacherPage, TeacherPage, TeachersPage } from './teachers';
import { COMPLETION, LESSONS, SCHEDULE, t as terms } from './term_data';
import { YearFormPage, YearsPage } from './years';
import './office.css';

const t = words(vi, en);
const people = words(peopleVi, peopleEn);
const messages = words(messagesVi, messagesEn);

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
	const year = yearNow(school);
	const classes = useLoad<Items<ClassRow>>(`classes ${year?.id ?? ''}`,
		(signal) => api.get('/api/v1/classes', { signal, query: { year: year?.id } }));
	return (
		<>
			<h1>{school.name}</h1>
			<p>{year ? t('home.year', { code: year.code }) : null}</p>
			<Show of={classes}>{(list) => (
				<>
					<p class="quiet">
						{t('home.classes', {
							count: list.items.length,
							students: list.items.reduce((sum, c) => sum + c.studentCount, 0),
						})}
					</p>
					{list.items.length === 0 ? <BundleHint /> : null}
				</>
			)}</Show>
			<h2>{t('home.todo')}</h2>
			<ul class="tasks">
				<Task href={`${HOME}/nhap`} title={t('home.import')} text={t('home.import.text')} />
				<Task href={`${HOME}/lop`} title={t('home.slips')} text={t('home.slips.text')} />
				<Task href={`${HOME}/giao-vien`} title={t('home.teachers')} text={t('home.teachers.text')} />
				<Task href={`${HOME}/lop/moi`} title={t('class.add')} text={t('home.class.text')} />
				<Task href={`${HOME}/mon-hoc`} title={t('subjects')} text={t('home.subjects.text')} />
				<Task href={LESSONS} title={terms('lessons')} text={terms('lessons.lead')} />
				<Task href={`${HOME}/nam-hoc`} title={people('years')} text={people('years.text')} />
				<Task href={`${HOME}/de-nghi-sua-diem`} title={t('home.requests')} text={t('home.requests.text')} />
				<Task href={COMPLETION} title={terms('completion')} text={terms('completion.lead')} />
				<Task href={SCHEDULE} title={terms('schedule')} text={terms('schedule.lead')} />
				<Task href={`${HOME}/khoa-so`} title={closing('closing')} text={closing('closing.lead')} />
				<Task href="/tin-nhan/moi" title={messages('compose')} text={messages('text.hint')} />
				<Task href="/thong-bao/gui" title={messages('deliveries')} text={messages('deliveries.lead')} />
				<Task href={EXCHANGE} title={exchange('exchange')} text={exchange('exchange.lead')} />
				<Task href={`${HOME}/nhat-ky`} title={t('audit')} text={t('audit.lead')} />
			</ul>
		</>
	);
}

/* Pattern → page; the first that fits. */
const pages: [string, (at: {
	school: School; id: string; person: string; subject: string; term: string; onSchool: (school: School) => void;
}) => JSX.Element][] = [
	['', ({ school }) => <Home school={school} />],
	['/lop', ({ school }) => <ClassesPage school={school} />],
	['/lop/moi', ({ school }) => <ClassFormPage school={school} />],
	['/lop/:id', ({ id }) => <ClassPage id={id} />],
	['/lop/:id/sua', ({ school, id }) => <ClassFormPage school={school} id={id} />],
	['/hoc-sinh/:id', ({ id }) => <StudentPage id={id} />],
	['/hoc-sinh/:id/sua', ({ id }) => <StudentFormPage id={id} />],
	['/hoc-sinh/:id/phu-huynh/moi', ({ id }) => <GuardianPage id={id} />],
	['/hoc-sinh/:id/phu-huynh/:person', ({ id, person }) => <GuardianPage id={id} person={person} />],
	['/nhap', ({ school }) => <ImportPage school={school} />],
	['/nhap-goi', ({ onSchool }) => <BundleImportPage onSchool={onSchool} />],
	['/giao-vien', () => <TeachersPage />],
	['/giao-vien/moi', () => <NewTeacherPage />],
	['/giao-vien/nhap', ({ school }) => <StaffImportPage school={school} what="teachers" />],
	['/giao-vien/phan-cong', ({ school }) => <StaffImportPage school={school} what="teaching" />],
	['/giao-vien/:id', ({ school, id }) => <TeacherPage school={school} id={id} />],
	['/giao-vien/:id/sua', ({ id }) => <PersonPage id={id} from="/api/v1/teachers" home={`${HOME}/giao-vien`} />],
	['/can-bo/:id', ({ id }) => <StaffPage id={id} />],
	['/can-bo/:id/sua', ({ id }) => <PersonPage id={id} from="/api/v1/staff" home={`${HOME}/can-bo`} />],
	['/mon-hoc', () => <SubjectsPage />],
	['/mon-hoc/moi', () => <SubjectFormPage />],
	['/mon-hoc/:id', ({ id }) => <SubjectFormPage id={id} />],
	['/nam-hoc', ({ school, onSchool }) => <YearsPage school={school} onSchool={onSchool} />],
	['/nam-hoc/moi', ({ school, onSchool }) => <YearFormPage school={school} onSchool={onSchool} />],
	['/nam-hoc/:id', ({ school, id, onSchool }) => <YearFormPage school={school} id={id} onSchool={onSchool} />],
	['/de-nghi-sua-diem', () => <MarkRequestsPage />],
	['/tien-do', ({ school }) => <CompletionPage school={school} />],
	['/ke-hoach', ({ school }) => <SchedulePage school={school} />],
	['/so-tiet', ({ school }) => <LessonsPage school={school} />],
	['/khoa-so', ({ school }) => <ClosingsPage school={school} />],
	['/khoa-so/:id', ({ school, id }) => <ClassClosingPage school={school} id={id} />],
	['/khoa-so/:id/diem/:subject/:term', (at) => <MarksViewPage {...at} />],
	['/khoa-so/:id/ren-luyen/:term', (at) => <ConductViewPage {...at} />],
	['/khoa-so/:id/danh-gia-lai', (at) => <ReassessOfficePage {...at} />],
	['/trao-doi', () => <ExchangePage />],
	['/trao-doi/:id', ({ id }) => <ExchangeRecordsPage id={id} />],
	['/nhat-ky', () => <AuditPage />],
];

function Content({ school, onSchool }: { school: School; onSchool: (school: School) => void }): JSX.Element {
	const at = path.value;
	for (const [pattern, page] of pages) {
		const found = match(HOME + pattern, at);
		if (found) {
			return page({ school, id: found['id'] ?? '', person: found['person'] ?? '',
				subject: found['subject'] ?? '', term: found['term'] ?? '', onSchool });
		}
	}
	return <NotFound home={HOME} />;
}

function Office(): JSX.Element {
	const school = useLoad<School>('school', (signal) => api.get('/api/v1/school', { signal }));
	return <Show of={school}>{(s) => <Content school={s} onSchool={school.set} />}</Show>;
}

export default function OfficePages(): JSX.Element {
	return (
		<Shell title={t('title')} role="office" home={HOME} nav={[
			{ href: HOME, label: t('nav.home') },
			{ href: `${HOME}/lop`, label: t('nav.classes') },
			{ href: `${HOME}/nhap`, label: t('nav.import') },
			{ href: `${HOME}/giao-vien`, label: t('nav.teachers') },
			{ href: `${HOME}/mon-hoc`, label: t('nav.subjects') },
			{ href: COMPLETION, label: terms('completion.nav') },
			{ href: `${HOME}/khoa-so`, label: closing('closing') },
			{ href: EXCHANGE, label: exchange('exchange') },
			{ href: `${HOME}/nhat-ky`, label: t('nav.audit') },
		]}>
			<Office />
		</Shell>
	);
}
