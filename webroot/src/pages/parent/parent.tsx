/*
 * A guardian's pages: the children of all schools, and of each the day, marks, results, absences,
 * remarks, exams. Made for a phone first. No page compares a child with another.
 */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { useLoad } from '../../lib/load';
import { match, path } from '../../lib/router';
import type { Child, Items, Named } from '../../lib/types';
import { AbsencesView } from '../../parts/absences_view';
import { RemarksView } from '../../parts/family/remarks_view';
import { ResultsView } from '../../parts/family/results_view';
import type { Section } from '../../parts/family/section';
import { SectionPage, sectionOf } from '../../parts/family/section';
import { TodayView } from '../../parts/family/today_view';
import { Breadcrumbs } from '../../parts/layout';
import { ExamResults, MarksView, MyReview, ReceiptPage } from '../../parts/marks_view';
import { NotFound } from '../../parts/not_found';
import { Banner, Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Shell } from '../../parts/shell';
import { AddSchool } from './add_school';
import { t } from './words';
import './parent.css';

const HOME = '/phu-huynh';
const ADD = `${HOME}/them-truong`;

interface Children extends Items<Child> {
	waiting: Named[]; /* schools whose code has not been entered */
}

const where = (child: Child): string => t('where', { name: child.className, school: child.school.name });

function SectionContent({ child, section, base }: { child: Child; section: Section; base: string }): JSX.Element {
	switch (section) {
	case 'today':
		return <TodayView address={`/api/v1/children/${child.student}/today`} base={base} />;
	case 'marks':
		return <MarksView address={`/api/v1/children/${child.student}/marks`} />;
	case 'results':
		return (
			<ResultsView address={`/api/v1/children/${child.student}/results`}
				documents={`/api/v1/children/${child.student}/documents`} name={child.fullName} />
		);
	case 'absences':
		return <AbsencesView address={`/api/v1/children/${child.student}/absences`} />;
	case 'remarks':
		return <RemarksView address={`/api/v1/children/${child.student}/remarks`} />;
	case 'exams':
		return <ExamResults address={`/api/v1/children/${child.student}/exams`} home={HOME} />;
	}
}

function ChildPage({ child, section, isOnly }: { child: Child; section: Section; isOnly: boolean }): JSX.Element {
	const base = `${HOME}/con/${child.student}`;
	return (
		<>
			{isOnly ? null : <Breadcrumbs items={[{ href: HOME, label: t('children') }, { label: child.fullName }]} />}
			<SectionPage name={child.fullName} note={where(child)} base={base} section={section}>
				<SectionContent child={child} section={section} base={base} />
			</SectionPage>
		</>
	);
}

function ChildCard({ child }: { child: Child }): JSX.Element {
	return (
		<li>
			<a class="child-card" href={`${HOME}/con/${child.student}`}>
				<strong>{child.fullName}</strong>
				<span class="quiet">{where(child)}</span>
			</a>
		</li>
	);
}

function Waiting({ schools }: { schools: Named[] }): JSX.Element {
	return (
		<>
			{schools.length === 0 ? null : (
				<Banner tone="info" title={t('waiting.title')}>
					{schools.map((s) => <p key={s.id}>{t('waiting.text', { name: s.name })}</p>)}
					<p><a href={ADD}>{t('add')}</a></p>
				</Banner>
			)}
		</>
	);
}

function Home({ children: { items, waiting }, wanted, section }: {
	children: Children; wanted: string | undefined; section: Section;
}): JSX.Element {
	const only = items.length === 1 ? items[0] : undefined;
	const child = items.find((c) => c.student === wanted) ?? (wanted ? undefined : only);
	if (wanted && !child) {
		return <><h1>{t('children')}</h1><Empty>{t('child.missing')}</Empty><p><a href={HOME}>{t('children')}</a></p></>;
	}
	if (child) {
		return (
			<>
				{only && section === 'today' ? <Waiting schools={waiting} /> : null}
				<ChildPage key={child.student} child={child} section={section} isOnly={only !== undefined} />
			</>
		);
	}
	return (
		<>
			<h1>{t('children')}</h1>
			<Waiting schools={waiting} />
			{items.length === 0 && waiting.length === 0 ? <Empty>{t('none')}</Empty> : null}
			<ul class="child-list">{items.map((c) => <ChildCard key={c.student} child={c} />)}</ul>
		</>
	);
}

function ChildrenPages({ wanted, section }: { wanted: string | undefined; section: Section }): JSX.Element {
	const children = useLoad<Children>('children', (signal) => api.get('/api/v1/my/children', { signal }));
	return (
		<>
			<Show of={children}>{(c) => <Home children={c} wanted={wanted} section={section} />}</Show>
			<p class="add-school">{t('add.other')} <a href={ADD}>{t('add')}</a></p>
		</>
	);
}

function Content(): JSX.Element {
	const receipt = match(`${HOME}/bien-nhan/:attempt`, path.value);
	const review = match(`${HOME}/bai-lam/:attempt`, path.value);
	const child = match(`${HOME}/con/:student`, path.value);
	const part = match(`${HOME}/con/:student/:section`, path.value);
	const section = part ? sectionOf(part['section']) : 'today';
	if (receipt) {
		return <ReceiptPage attempt={receipt['attempt'] ?? ''} />;
	}
	if (review) {
		return <MyReview attempt={review['attempt'] ?? ''} back={{ href: HOME, label: t('children') }} />;
	}
	if (match(ADD, path.value)) {
		return <AddSchool home={HOME} />;
	}
	return section && (part || child || match(HOME, path.value))
		? <ChildrenPages wanted={(part ?? child)?.['student']} section={section} /> : <NotFound home={HOME} />;
}

export default function ParentPages(): JSX.Element {
	return (
		<Shell title={t('title')} role="parent" home={HOME} nav={[{ href: HOME, label: t('children') }]}>
			<Content />
		</Shell>
	);
}
