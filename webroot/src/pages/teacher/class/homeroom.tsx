/*
 * The homeroom teacher's view of the class: a row a student, in the order of the class list and no
 * other (students are not compared). On a phone a list of names, each with a page of its own.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../../lib/api';
import { words } from '../../../lib/i18n';
import { useLoad } from '../../../lib/load';
import { roman } from '../../../lib/number';
import { navigate } from '../../../lib/router';
import { termNow } from '../../../lib/school';
import { formatDate } from '../../../lib/time';
import type { School } from '../../../lib/types';
import { Button } from '../../../parts/button';
import { Breadcrumbs } from '../../../parts/layout';
import { Banner, Empty } from '../../../parts/notice';
import { Show } from '../../../parts/page_load';
import { PrintDocuments } from '../../../parts/print_documents';
import { AbsentText, ConductField, MissingText, Phones, SubjectResult, learningText, levelText } from './cells';
import type { ClassView, Part, StudentView } from './class_view';
import { PARTS, scopeOf, termOf, useClassView } from './class_view';
import { ConductDesk } from './conduct_desk';
import { homeroomsOf, useClasses } from './roll_list';
import { StudentPage } from './student_page';
import { vi as messagesVi } from '../../../i18n/vi/messages';
import { en as messagesEn } from '../../../i18n/en/messages';
import { t } from './words';

const message = words(messagesVi, messagesEn);

const HOME = '/giao-vien/chu-nhiem';

interface Shown {
	view: ClassView;
	desk: ConductDesk;
	part: Part;
	base: string;
}

function Terms({ classId, part }: { classId: string; part: Part }): JSX.Element {
	return (
		<nav class="terms" aria-label={t('terms')}>
			<ul>
				{PARTS.map((p) => (
					<li key={p}>
						<a href={`${HOME}/${classId}/${p}`} aria-current={p === part ? 'page' : undefined}>
							{p === 'nam' ? t('year') : t('term', { number: roman(Number(p)) })}
						</a>
					</li>
				))}
			</ul>
		</nav>
	);
}

function Conduct({ view, desk, part, student }: Shown & { student: StudentView }): JSX.Element {
	void desk.round.value;
	return part === 'nam' ? <>{levelText(desk.row(student.id)?.year.after ?? null)}</>
		: <ConductField desk={desk} student={student} isFrozen={view.isClosed || !view.hasConduct} />;
}

function Row({ student: s, number, ...shown }: Shown & { student: StudentView; number: number }): JSX.Element {
	const { view, part, base } = shown;
	return (
		<tr>
			<td class="num">{number}</td>
			<th scope="row"><a href={`${base}/${s.id}`}>{s.fullName}</a></th>
			{view.isPrimary ? null : <td><Conduct {...shown} student={s} /></td>}
			<td><AbsentText student={s} most={view.most} part={part} /></td>
			<td>{learningText(s.learning)}</td>
			<td><MissingText missing={s.missing} /></td>
			<td class="class-remark"><div title={s.remark.text || undefined}>{s.remark.text}</div></td>
			<td><Phones guardians={s.guardians} /></td>
			{view.subjects.map((x) => (
				<td key={x.code} class="num"><SubjectResult subject={x} value={s.values[x.code] ?? null} isPrimary={view.isPrimary} /></td>
			))}
		</tr>
	);
}

function WideTable(shown: Shown): JSX.Element {
	const { view } = shown;
	return (
		<div class="table-scroll class-table" role="region" aria-label={t('class.title', { name: view.className })} tabIndex={0}>
			<table class="dense">
				<thead>
					<tr>
						<th scope="col" class="num">{t('number')}</th>
						<th scope="col">{t('student')}</th>
						{view.isPrimary ? null : <th scope="col">{t('conduct')}</th>}
						<th scope="col">{t('absent')}</th>
						<th scope="col">{t('learning')}</th>
						<th scope="col">{t('missing')}</th>
						<th scope="col">{t('remark')}</th>
						<th scope="col">{t('phone')}</th>
						{view.subjects.map((x) => <th key={x.code} scope="col" class="num">{x.name}</th>)}
					</tr>
				</thead>
				<tbody>
					{view.students.map((s, i) => <Row key={s.id} {...shown} student={s} number={i + 1} />)}
				</tbody>
			</table>
		</div>
	);
}

function NarrowList({ view, desk, part, base }: Shown): JSX.Element {
	void desk.round.value;
	const level = (s: StudentView): string =>
		levelText(part === 'nam' ? desk.row(s.id)?.year.after ?? null : desk.level(s.id));
	return (
		<ol class="class-list">
			{view.students.map((s, i) => (
				<li key={s.id}>
					<a href={`${base}/${s.id}`}>
						<span class="pupil-number" aria-hidden="true">{i + 1}</span>
						<span class="class-list-text">
							<strong>{s.fullName}</strong>
							<span>
								{view.hasConduct ? `${t('conduct')}: ${level(s)} · ` : ''}
								<AbsentText student={s} most={view.most} part={part} isShort />
								{s.missing.count > 0 ? ` · ${t('missing')}: ${t('missing.count', { count: s.missing.count })}` : ''}
							</span>
						</span>
					</a>
				</li>
			))}
		</ol>
	);
}

function Notice({ view, desk }: { view: ClassView; desk: ConductDesk }): JSX.Element | null {
	void desk.round.value;
	if (desk.isUnsent) {
		return (
			<Banner tone="bad" live="assertive" title={t('failed.save')}>
				<p>{desk.error}</p>
				<Button small onClick={() => void desk.retry()}>{t('retry')}</Button>
			</Banner>
		);
	}
	const name = view.students.find((s) => s.id === desk.clash)?.fullName;
	return name ? <Banner tone="warn" live="polite"><p>{t('conduct.conflict', { name })}</p></Banner> : null;
}

/* One or the other is drawn, so that nothing is read out twice. */
function useWide(): boolean {
	const query = '(min-width: 48rem)';
	const [isWide, setWide] = useState(matchMedia(query).matches);
	useEffect(() => {
		const media = matchMedia(query);
		const look = (): void => setWide(media.matches);
		media.addEventListener('change', look);
		return () => media.removeEventListener('change', look);
	}, []);
	return isWide;
}

/* What is shown of a closed part is what was kept of it. */
function Closed({ view, part }: { view: ClassView; part: Part }): JSX.Element {
	const scope = scopeOf(part);
	const isWhole = view.closed.some((c) => c.part === scope);
	const later = isWhole ? view.students.filter((s) => !s.isKept) : [];
	return (
		<>
			{view.closed.map((c) => (
				<p key={c.part} class="hint">
					{t(c.part === 'year' ? 'closed.year' : 'closed.term', { number: roman(Number(c.part)), day: formatDate(c.at) })}
				</p>
			))}
			{later.length > 0 ? <p class="hint">{t('closed.later', { names: later.map((s) => s.fullName).join(', ') })}</p> : null}
		</>
	);
}

function Hint({ view, desk, part, isWide }: Shown & { isWide: boolean }): JSX.Element | null {
	void desk.round.value;
	if (!view.hasConduct || part === 'nam') {
		return null;
	}
	const unsaid = view.students.filter((s) => desk.level(s.id) === null).length;
	return (
		<>
			{view.isClosed ? <p class="hint">{t('conduct.closed')}</p> : null}
			{!view.isClosed && unsaid > 0 ? <p>{t('conduct.missing', { count: unsaid })}.</p> : null}
			{!view.isClosed && isWide ? <p class="hint">{t('conduct.hint')}</p> : null}
		</>
	);
}

function Class({ view, part, student }: { view: ClassView; part: Part; student: string | undefined })
	: JSX.Element {
	const number = termOf(part);
	const [desk] = useState(() => new ConductDesk(view.classId, { number: Number(number), id: view.terms[number] }, view));
	const isWide = useWide();
	const base = `${HOME}/${view.classId}/${part}`;
	const shown = { view, desk, part, base };
	const chosen = view.students.find((s) => s.id === student);
	if (chosen) {
		return (
			<>
				<Notice view={view} desk={desk} />
				<StudentPage key={chosen.id} {...shown} student={chosen} home={HOME} />
			</>
		);
	}
	return (
		<>
			<Breadcrumbs items={[{ href: HOME, label: t('homeroom') }, { label: view.className }]} />
			<h1>{t('class.title', { name: view.className })}</h1>
			<p class="links">
				<a href={`/giao-vien/diem-danh/${view.classId}`}>{t('roll.title', { name: view.className })}</a>
				{part === 'nam' ? <a href={`/giao-vien/danh-gia-lai/${view.classId}`}>{t('again')}</a> : null}
				<a href={`/tin-nhan/moi?class=${view.classId}`}>{message('write.class', { name: view.className })}</a>
			</p>
			<Terms classId={view.classId} part={part} />
			{view.hasConduct ? null : (
				<Banner tone="info">
					<p>{t('primary')}</p>
					<p><a href={`/giao-vien/pham-chat/${view.classId}/${part === '1' ? '2' : '4'}`}>{t('primary.enter')}</a></p>
				</Banner>
			)}
			<Closed view={view} part={part} />
			<Hint {...shown} isWide={isWide} />
			<Notice view={view} desk={desk} />
			{isWide ? <WideTable {...shown} /> : <NarrowList {...shown} />}
			{view.hasConduct || view.isPrimary
				? <PrintDocuments classId={view.classId} part={scopeOf(part)} name={view.className} isPrimary={view.isPrimary} />
				: null}
		</>
	);
}

function ClassPage({ classId, part, student }: { classId: string; part: Part; student: string | undefined })
	: JSX.Element {
	const view = useClassView(classId, part);
	return <Show of={view}>{(v) => <Class key={`${classId} ${part}`} view={v} part={part} student={student} />}</Show>;
}

/* To the class, when there is but one, and to the term that it is. */
function Choose({ classId }: { classId: string | undefined }): JSX.Element {
	const classes = useClasses();
	const school = useLoad<School>('school', (signal) => api.get('/api/v1/school', { signal }));
	const mine = classes.value ? homeroomsOf(classes.value.items) : [];
	const to = classId ?? (mine.length === 1 ? mine[0]?.id : undefined);
	const term = school.value ? termNow(school.value, Date.now())?.number ?? 1 : null;
	useEffect(() => {
		if (to && term !== null) {
			navigate(`${HOME}/${to}/${term}`, { replace: true });
		}
	}, [to, term]);
	return (
		<>
			<h1>{t('class.list')}</h1>
			<Show of={classes}>{() => (mine.length === 0 ? <Empty>{t('class.none')}</Empty> : (
				<ul class="cards">
					{mine.map((c) => <li key={c.id}><a href={`${HOME}/${c.id}`}><strong>{c.name}</strong></a></li>)}
				</ul>
			))}</Show>
		</>
	);
}

export function HomeroomPage({ classId, part, student }: { classId?: string; part?: string; student?: string })
	: JSX.Element {
	const known = PARTS.find((p) => p === part);
	return classId && known ? <ClassPage classId={classId} part={known} student={student} />
		: <Choose classId={classId} />;
}
