/* The desk of a department of education: schools, exams, figures, places, the log. For officers alone. */
import type { JSX } from 'preact';
import { match, path } from '../../lib/router';
import { NotFound } from '../../parts/not_found';
import { Shell } from '../../parts/shell';
import { EXAMS, FIGURES, HOME, LOG, PLACES, t } from './desk_data';
import { ExamsPage } from './exams';
import { FiguresPage } from './figures';
import { LogPage } from './log';
import { PlacesPage } from './places';
import { SchoolPage } from './school';
import { SchoolsPage } from './schools';
import './department.css';

function Content(): JSX.Element {
	const at = path.value;
	const school = match(`${HOME}/truong/:id`, at);
	if (school) {
		return <SchoolPage key={school['id'] ?? ''} id={school['id'] ?? ''} />;
	}
	return match(HOME, at) ? <SchoolsPage />
		: match(EXAMS, at) ? <ExamsPage />
		: match(FIGURES, at) ? <FiguresPage />
		: match(LOG, at) ? <LogPage />
		: match(PLACES, at) ? <PlacesPage />
		: <NotFound home={HOME} />;
}

export default function DepartmentPages(): JSX.Element {
	return (
		<Shell title={t('title')} role="department" home={HOME} nav={[
			{ href: HOME, label: t('nav.schools') },
			{ href: FIGURES, label: t('nav.figures') },
			{ href: EXAMS, label: t('nav.exams') },
			{ href: PLACES, label: t('nav.places') },
			{ href: LOG, label: t('nav.log') },
		]}>
			<Content />
		</Shell>
	);
}
