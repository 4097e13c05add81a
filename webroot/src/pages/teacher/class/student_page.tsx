/* One student of the homeroom class: conduct, remark, absences, results, phones. */
import type { JSX } from 'preact';
import { Breadcrumbs } from '../../../parts/layout';
import { AbsentText, ConductField, MissingText, Phones, SubjectResult, levelText } from './cells';
import type { ClassView, Part, StudentView } from './class_view';
import type { ConductDesk } from './conduct_desk';
import { t } from './words';

function YearConduct({ desk, student }: { desk: ConductDesk; student: StudentView }): JSX.Element | null {
	void desk.round.value;
	const row = desk.row(student.id);
	return row ? (
		<>
			<dt>{t('conduct.year')}</dt>
			<dd>
				{levelText(row.year.after)}
				<details class="why">
					<summary>{t('why')}</summary>
					{row.year.why.map((w) => <p key={w.code}>{w.text}</p>)}
				</details>
			</dd>
			{row.summer.isAsked
				? (
					<>
						<dt>{t('conduct.summer')}</dt>
						<dd><ConductField desk={desk} student={student} stage="summer" isFrozen={false} /></dd>
					</>
				)
				: null}
		</>
	) : null;
}

export function StudentPage({ view, desk, student, part, base, home }: {
	view: ClassView; desk: ConductDesk; student: StudentView; part: Part; base: string; home: string;
}): JSX.Element {
	const at = view.students.findIndex((s) => s.id === student.id);
	const before = view.students[at - 1];
	const after = view.students[at + 1];
	return (
		<>
			<Breadcrumbs items={[{ href: home, label: t('homeroom') }, { href: base, label: view.className }, { label: student.fullName }]} />
			<h1>{student.fullName}</h1>
			<dl class="student-facts">
				<dt>{t('phone')}</dt>
				<dd><Phones guardians={student.guardians} /></dd>
				<dt>{t('absent')}</dt>
				<dd><AbsentText student={student} most={view.most} part={part} /></dd>
				{view.hasConduct
					? (
						<>
							{part === 'nam' ? null : (
								<>
									<dt>{t('conduct')}</dt>
									<dd><ConductField desk={desk} student={student} isFrozen={view.isClosed} /></dd>
								</>
							)}
							<YearConduct desk={desk} student={student} />
						</>
					)
					: null}
				<dt>{t('learning')}</dt>
				<dd>{levelText(student.learning)}</dd>
				<dt>{t('missing')}</dt>
				<dd><MissingText missing={student.missing} /></dd>
			</dl>
			<h2>{t('marks')}</h2>
			<table class="dense student-marks">
				<caption class="sr">{t('marks')}</caption>
				<thead>
					<tr><th scope="col">{t('subject')}</th><th scope="col" class="num">{t('mean')}</th></tr>
				</thead>
				<tbody>
					{view.subjects.map((x) => (
						<tr key={x.id}>
							<th scope="row">{x.name}</th>
							<td class="num"><SubjectResult subject={x} value={student.values[x.code] ?? null} /></td>
						</tr>
					))}
				</tbody>
			</table>
			<nav class="row between student-steps" aria-label={t('students')}>
				{before ? <a href={`${base}/${before.id}`}>‹ {before.fullName}</a> : <span />}
				{after ? <a href={`${base}/${after.id}`}>{after.fullName} ›</a> : <span />}
			</nav>
		</>
	);
}
