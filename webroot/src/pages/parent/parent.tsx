/*
 * A guardian's pages: the children, and of each the published marks and the results of exams.
 * Made for a phone first. No page compares a child with another.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { match, path } from '../../lib/router';
import type { Child, Items } from '../../lib/types';
import { AbsencesView } from '../../parts/absences_view';
import { ExamResults, MarksView, MyReview, ReceiptPage } from '../../parts/marks_view';
import { NotFound } from '../../parts/not_found';
import { Empty, Failed, Waiting } from '../../parts/notice';
import { Breadcrumbs } from '../../parts/layout';
import { Shell } from '../../parts/shell';
import { Tabs } from '../../parts/tabs';
import { vi } from '../../i18n/vi/parent';
import { en } from '../../i18n/en/parent';
import './parent.css';

const t = words(vi, en);

const HOME = '/phu-huynh';

function ChildCard({ child }: { child: Child }): JSX.Element {
	return (
		<li>
			<a class="child-card" href={`${HOME}/con/${child.student}`}>
				<strong>{child.fullName}</strong>
				<span>{t('class', { name: child.className })}</span>
				<span class="quiet">{child.school.name}</span>
			</a>
		</li>
	);
}

function ChildPage({ child, isOnly }: { child: Child; isOnly: boolean }): JSX.Element {
	const [tab, setTab] = useState('marks');
	return (
		<>
			{isOnly ? null : (
				<Breadcrumbs items={[
					{ href: HOME, label: t('children') },
					{ label: child.fullName },
				]} />
			)}
			<h1>{child.fullName}</h1>
			<p class="quiet">{t('class', { name: child.className })} · {child.school.name}</p>
			<Tabs label={child.fullName} selected={tab} onSelect={setTab} items={[
				{ id: 'marks', label: t('marks') },
				{ id: 'absences', label: t('absences') },
				{ id: 'exams', label: t('exams') },
			]}>
				{tab === 'marks' ? <MarksView address={`/api/v1/children/${child.student}/marks`} /> : null}
				{tab === 'absences' ? <AbsencesView address={`/api/v1/children/${child.student}/absences`} /> : null}
				{tab === 'exams'
					? <ExamResults address={`/api/v1/children/${child.student}/exams`} home={HOME} /> : null}
			</Tabs>
		</>
	);
}

function Children({ wanted }: { wanted: string | undefined }): JSX.Element {
	const children = useLoad<Items<Child>>('children',
		(signal) => api.get('/api/v1/my/children', { signal }));
	if (children.error !== undefined && !children.value) {
		return <Failed error={children.error} onRetry={children.reload} />;
	}
	if (!children.value) {
		return <Waiting />;
	}
	const { items } = children.value;
	const only = items.length === 1 ? items[0] : undefined;
	const child = items.find((c) => c.student === wanted) ?? (wanted ? undefined : only);
	if (wanted && !child) {
		return <><h1>{t('children')}</h1><Empty>{t('child.missing')}</Empty><p><a href={HOME}>{t('children')}</a></p></>;
	}
	if (child) {
		return <ChildPage key={child.student} child={child} isOnly={only !== undefined} />;
	}
	return (
		<>
			<h1>{t('children')}</h1>
			{items.length === 0 ? <Empty>{t('none')}</Empty> : null}
			<ul class="child-list">
				{items.map((c) => <ChildCard key={c.student} child={c} />)}
			</ul>
		</>
	);
}

export default function ParentPages(): JSX.Element {
	const receipt = match(`${HOME}/bien-nhan/:attempt`, path.value);
	const review = match(`${HOME}/bai-lam/:attempt`, path.value);
	const child = match(`${HOME}/con/:student`, path.value);
	return (
		<Shell title={t('title')} role="parent" home={HOME} nav={[{ href: HOME, label: t('children') }]}>
			{receipt ? <ReceiptPage attempt={receipt['attempt'] ?? ''} /> : null}
			{review
				? <MyReview attempt={review['attempt'] ?? ''} back={{ href: HOME, label: t('children') }} /> : null}
			{child || match(HOME, path.value) ? <Children wanted={child?.['student']} /> : null}
			{receipt || review || child || match(HOME, path.value) ? null : <NotFound home={HOME} />}
		</Shell>
	);
}
