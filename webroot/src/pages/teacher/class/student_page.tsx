/* One student of the homeroom class: conduct, remark, absences, results, phones. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../../lib/api';
import { words } from '../../../lib/i18n';
import { Button } from '../../../parts/button';
import { Breadcrumbs } from '../../../parts/layout';
import { useLeaveGuard } from '../../../parts/leave_guard';
import { announce } from '../../../parts/live';
import { Banner } from '../../../parts/notice';
import { PrintDocuments } from '../../../parts/print_documents';
import { AbsentText, ConductField, MissingText, Phones, SubjectResult, learningText, levelText } from './cells';
import type { ClassView, Part, StudentView } from './class_view';
import { remarksOf, scopeOf, termOf } from './class_view';
import type { ConductDesk } from './conduct_desk';
import { ConductPast } from './conduct_past';
import { vi as messagesVi } from '../../../i18n/vi/messages';
import { en as messagesEn } from '../../../i18n/en/messages';
import { t } from './words';

const message = words(messagesVi, messagesEn);

function YearConduct({ desk, student, classId }: { desk: ConductDesk; student: StudentView; classId: string }): JSX.Element | null {
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
				<ConductPast classId={classId} student={student} />
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

interface Saved {
	saved: { student: string; text: string; version: number }[];
	conflicts: { student: string; text: string; version: number }[];
}

const REMARK_CHARS_MAX = 1000;

/* The homeroom teacher's remark of the term. What was written stays until the server has it. */
function Remark({ view, student, part }: { view: ClassView; student: StudentView; part: Part }): JSX.Element {
	const [text, setText] = useState(student.remark.text);
	const [theirs, setTheirs] = useState<string | null>(null);
	const [error, setError] = useState<string | null>(null);
	const [isBusy, setBusy] = useState(false);
	const [, draw] = useState(0);
	const save = async (): Promise<void> => {
		setBusy(true);
		setError(null);
		try {
			const answer = await api.put<Saved>(remarksOf(view.classId, view.terms[termOf(part)]),
				{ rows: [{ student: student.id, text: text.trim(), version: student.remark.version }] });
			const now = answer.saved[0] ?? answer.conflicts[0];
			if (now) {
				student.remark = { text: now.text, version: now.version };
			}
			setTheirs(answer.saved[0] ? null : now?.text ?? '');
			draw((n) => n + 1);
			announce(answer.saved[0] ? t('remark.saved') : t('remark.conflict'));
		} catch (e) {
			setError(sentence(e));
		}
		setBusy(false);
	};
	const isSaved = text.trim() === student.remark.text;
	useLeaveGuard(() => text.trim() !== student.remark.text);
	return (
		<section class="student-remark">
			<h2><label for="remark">{t('remark')}</label></h2>
			{theirs === null ? null : <Banner tone="warn" live="polite"><p>{t('remark.conflict')}</p><blockquote>{theirs}</blockquote></Banner>}
			{error === null ? null : <Banner tone="bad" live="assertive" title={t('failed.save')}><p>{error}</p></Banner>}
			<p class="hint" id="remark-seen">{t('remark.seen')}</p>
			<textarea class="input" id="remark" aria-describedby="remark-seen" rows={3} maxLength={REMARK_CHARS_MAX} value={text} readOnly={!view.mayRemark}
				onInput={(e) => setText(e.currentTarget.value)} />
			{view.mayRemark
				? (
					<div class="row">
						<Button kind="secondary" busy={isBusy} disabled={isSaved} onClick={() => void save()}>{t('remark.save')}</Button>
						<span role="status">{isSaved && student.remark.version > 0 ? t('remark.saved') : ''}</span>
					</div>
				)
				: null}
		</section>
	);
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
				<dd>
					<Phones guardians={student.guardians} />
					<p><a href={`/tin-nhan/moi?class=${view.classId}&student=${student.id}`}>{message('write.family')}</a></p>
				</dd>
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
							<YearConduct desk={desk} student={student} classId={view.classId} />
						</>
					)
					: null}
				<dt>{t('learning')}</dt>
				<dd>{learningText(student.learning)}</dd>
				<dt>{t('missing')}</dt>
				<dd><MissingText missing={student.missing} /></dd>
			</dl>
			<Remark view={view} student={student} part={part} />
			<h2>{t('marks')}</h2>
			<table class="dense student-marks">
				<caption class="sr">{t('marks')}</caption>
				<thead>
					<tr><th scope="col">{t('subject')}</th><th scope="col" class="num">{t(view.isPrimary ? 'level.last' : 'mean')}</th></tr>
				</thead>
				<tbody>
					{view.subjects.map((x) => (
						<tr key={x.code}>
							<th scope="row">{x.name}</th>
							<td class="num"><SubjectResult subject={x} value={student.values[x.code] ?? null} isPrimary={view.isPrimary} /></td>
						</tr>
					))}
				</tbody>
			</table>
			{view.hasConduct || view.isPrimary
				? <PrintDocuments classId={view.classId} part={scopeOf(part)} name={student.fullName} student={student.id} />
				: null}
			<nav class="row between student-steps" aria-label={t('students')}>
				{before ? <a href={`${base}/${before.id}`}>‹ {before.fullName}</a> : <span />}
				{after ? <a href={`${base}/${after.id}`}>{after.fullName} ›</a> : <span />}
			</nav>
		</>
	);
}
