/* Lessons a year of every subject in every grade: a grid that says how many regular marks they need. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, api, sentence } from '../../lib/api';
import { useLoad } from '../../lib/load';
import type { School } from '../../lib/types';
import { Button } from '../../parts/button';
import { useLeaveGuard } from '../../parts/leave_guard';
import { Banner, Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { LESSONS, t } from './term_data';
import { YearPick, yearOfPage } from './year_pick';

const LESSONS_MAX = 1000; /* as the server takes it */

interface Grade {
	grade: number;
	steps: { lessonsMax: number | null; regular: number }[];
	commentRegular: number | null;
}
interface Subject {
	id: string;
	name: string;
	kind: 'mark' | 'comment';
}
interface Lessons {
	year: { id: string; code: string };
	grades: Grade[];
	subjects: Subject[];
	lessons: { subject: string; grade: number; lessons: number | null; version: number }[];
}

const keyOf = (subject: string, grade: number): string => `${subject} ${grade}`;

/* What was typed, as a number; undefined when it is none. An empty cell is null: not known. */
function read(text: string): number | null | undefined {
	const trimmed = text.trim();
	if (trimmed === '') {
		return null;
	}
	return /^\d{1,4}$/.test(trimmed) && Number(trimmed) <= LESSONS_MAX ? Number(trimmed) || null : undefined;
}

function regularOf(grade: Grade, subject: Subject, lessons: number | null): number | null {
	if (subject.kind === 'comment') {
		return grade.commentRegular;
	}
	return lessons === null ? null
		: grade.steps.find((s) => s.lessonsMax === null || lessons <= s.lessonsMax)?.regular ?? null;
}

function Cell({ subject, grade, text, onInput }: {
	subject: Subject; grade: Grade; text: string; onInput: (text: string) => void;
}): JSX.Element {
	const lessons = read(text);
	const regular = lessons === undefined ? null : regularOf(grade, subject, lessons);
	const name = `${keyOf(subject.id, grade.grade).replace(' ', '-')}-note`;
	return (
		<div class="lessons-cell">
			<input class={lessons === undefined ? 'input w-4 wrong' : 'input w-4'} inputMode="numeric" autocomplete="off"
				maxLength={4} value={text} aria-label={t('lessons.cell', { subject: subject.name, grade: grade.grade })}
				aria-invalid={lessons === undefined ? 'true' : undefined} aria-describedby={name}
				onInput={(e) => onInput(e.currentTarget.value)} />
			<span id={name} class={lessons === undefined ? 'small field-error' : 'small quiet'}>
				{lessons === undefined ? t('lessons.wrong')
					: regular === null ? t('lessons.unknown') : t('lessons.regular', { count: regular })}
			</span>
		</div>
	);
}

function Rules({ grades }: { grades: Grade[] }): JSX.Element {
	const text = (g: Grade): string => (g.steps.length === 0 ? t('lessons.rule.none', { grade: g.grade })
		: t('lessons.rule', { grade: g.grade, comment: g.commentRegular ?? 0,
			steps: g.steps.map((s) => (s.lessonsMax === null ? t('lessons.step.last', { regular: s.regular })
				: t('lessons.step', { lessons: s.lessonsMax, regular: s.regular }))).join('; ') }));
	return <ul>{grades.map((g) => <li key={g.grade}>{text(g)}</li>)}</ul>;
}

function Grid({ value, onSaved }: { value: Lessons; onSaved: (next: Lessons) => void }): JSX.Element {
	const [typed, setTyped] = useState<Record<string, string>>({});
	const [isBusy, setBusy] = useState(false);
	const [said, setSaid] = useState<{ text: string; tone: 'ok' | 'warn' | 'bad' } | null>(null);
	const stored = new Map(value.lessons.map((x) => [keyOf(x.subject, x.grade), x]));
	const textOf = (key: string): string => typed[key] ?? String(stored.get(key)?.lessons ?? '');
	const changed = Object.keys(typed).filter((key) => read(textOf(key)) !== (stored.get(key)?.lessons ?? null));
	useLeaveGuard(() => changed.length > 0);
	const save = (event: Event): void => {
		event.preventDefault();
		if (changed.some((key) => read(textOf(key)) === undefined)) {
			setSaid({ text: t('lessons.wrong.some'), tone: 'bad' });
			return;
		}
		const cells = changed.map((key) => {
			const [subject = '', grade = ''] = key.split(' ');
			return { subject, grade: Number(grade), lessons: read(textOf(key)) ?? null, version: stored.get(key)?.version ?? 0 };
		});
		setBusy(true);
		api.put<Lessons>(`/api/v1/years/${value.year.id}/lessons`, { cells }).then((next) => {
			setTyped({});
			setSaid({ text: t('lessons.saved', { count: cells.length }), tone: 'ok' });
			onSaved(next);
		}, (error: unknown) => {
			const current = error instanceof ApiError && error.problem.code === 'stale'
				? error.problem.current as Lessons | undefined : undefined;
			setSaid(current ? { text: t('stale'), tone: 'warn' } : { text: sentence(error), tone: 'bad' });
			if (current) {
				onSaved(current); /* what was typed stays, over the newest versions */
			}
		}).finally(() => setBusy(false));
	};
	return (
		<form noValidate onSubmit={save}>
			<Rules grades={value.grades} />
			{said ? <Banner tone={said.tone} live="polite"><p><strong>{said.text}</strong></p></Banner> : null}
			<Table caption={t('lessons.caption')} hideCaption stacked dense rows={value.subjects} rowKey={(s) => s.id} columns={[
				{ key: 'subject', title: t('lessons.subject'), isHeading: true, cell: (s) => s.name },
				...value.grades.map((g) => ({ key: String(g.grade), title: t('lessons.grade', { grade: g.grade }),
					cell: (s: Subject): JSX.Element => (
						<Cell subject={s} grade={g} text={textOf(keyOf(s.id, g.grade))}
							onInput={(text) => setTyped((old) => ({ ...old, [keyOf(s.id, g.grade)]: text }))} />
					) })),
			]} />
			<div class="row">
				<Button type="submit" busy={isBusy} disabled={changed.length === 0}>{t('save')}</Button>
				{changed.length > 0 ? <span role="status">{t('lessons.changed', { count: changed.length })}</span> : null}
			</div>
		</form>
	);
}

export function LessonsPage({ school }: { school: School }): JSX.Element {
	const year = yearOfPage(school);
	const lessons = useLoad<Lessons>(`lessons ${year?.id ?? ''}`,
		(signal) => api.get(`/api/v1/years/${year?.id ?? ''}/lessons`, { signal }));
	return (
		<>
			<h1>{t('lessons')}</h1>
			<p class="lead">{t('lessons.lead')}</p>
			<YearPick school={school} year={year} at={LESSONS} />
			<Show of={lessons}>{(value) => (value.grades.length === 0 ? <Empty>{t('lessons.none')}</Empty>
				: <Grid key={value.year.id} value={value} onSaved={lessons.set} />)}</Show>
		</>
	);
}
