/*
 * The frame of every page about one student, for the family: whose it is, and the way to the other
 * sections. Each section has an address of its own, so that going back and a link from a message
 * work. Nothing on these pages compares with another student.
 */
import type { ComponentChildren, JSX } from 'preact';
import { t } from './words';
import './family.css';

export type Section = 'today' | 'marks' | 'results' | 'absences' | 'remarks' | 'exams';

/** The last part of a section's address. */
export const SECTION_PATHS: Record<Section, string> = {
	today: 'hom-nay', marks: 'diem', results: 'ket-qua', absences: 'chuyen-can',
	remarks: 'nhan-xet', exams: 'bai-thi',
};

export const SECTIONS = Object.keys(SECTION_PATHS) as Section[];

export const sectionOf = (path: string | undefined): Section | undefined =>
	SECTIONS.find((s) => SECTION_PATHS[s] === path);

export function SectionPage({ name, note, base, section, children }: {
	name: string; note: string; base: string; section: Section; children: ComponentChildren;
}): JSX.Element {
	return (
		<>
			<h1 class="of-child">
				<span class="of-child-name">{name}<span class="sr">: </span></span>
				{t(section)}
			</h1>
			<p class="quiet">{note}</p>
			<nav class="sections" aria-label={t('sections', { name })}>
				<ul>
					{SECTIONS.map((s) => (
						<li key={s}>
							<a href={`${base}/${SECTION_PATHS[s]}`} aria-current={s === section ? 'page' : undefined}>{t(s)}</a>
						</li>
					))}
				</ul>
			</nav>
			{children}
		</>
	);
}
