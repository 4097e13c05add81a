/*
 * Publishing a sitting: what, who, when; then the computed end of every student, and only then
 * the button that seals the paper.
 */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { roman } from '../../lib/number';
import { navigate, queryValue } from '../../lib/router';
import { formatDateTime, parseLocalInput, toLocalInput } from '../../lib/time';
import type { ClassPage, ClassRow, Items, Paper, ReleasePolicy, School, Sitting } from '../../lib/types';
import { Button } from '../../parts/button';
import { CheckField, CheckboxesField, RadioField, SelectField, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { useLeaveGuard } from '../../parts/leave_guard';
import { Banner } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

const MINUTE_MS = 60_000;
const SOON_MS = 10 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PRACTICE_OPEN_MS = 3 * DAY_MS;
const PRACTICE_OPEN_MAX_MS = 7 * DAY_MS;
const LIMIT_MAX = 600;
const VARIANTS_MAX = 24;
const REGULAR_MAX = 4;

interface Values extends Record<string, unknown> {
	paper: string;
	title: string;
	classes: string[];
	starts: string;
	until: string;
	limit: string;
	variants: string;
	practice: boolean;
	outage: string;
	release: string;
	column: string;
	extra: Record<string, string>;
}

interface End {
	student: { id: string; code: string; fullName: string };
	classId?: string;
	className?: string;
	endsAt: number;
	extraMs?: number;
}

const whole = (text: string, max: number): number | null => {
	const n = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : 0;
	return n >= 1 && n <= max ? n : null;
};

/* A practice stays open for some days from its start, unless the teacher says otherwise. */
function untilOf(starts: string): string {
	const ms = parseLocalInput(starts);
	return ms === null ? '' : toLocalInput(ms + PRACTICE_OPEN_MS);
}

function check(v: Values): FieldErrors<keyof Values & string> {
	const errors: FieldErrors<keyof Values & string> = {};
	const starts = parseLocalInput(v.starts);
	if (!v.paper) {
		errors['paper'] = t('p.paper.missing');
	}
	if (!v.title.trim()) {
		errors['title'] = t('p.title.missing');
	}
	if (v.classes.length === 0) {
		errors['classes'] = t('p.classes.missing');
	}
	if (starts === null) {
		errors['starts'] = t('p.starts.missing');
	} else if (!v.practice && starts < Date.now()) {
		errors['starts'] = t('p.starts.past');
	}
	const until = parseLocalInput(v.until);
	if (v.practice && starts !== null &&
		(until === null || until <= starts || until > starts + PRACTICE_OPEN_MAX_MS)) {
		errors['until'] = t('p.until.wrong');
	}
	if (whole(v.limit, LIMIT_MAX) === null) {
		errors['limit'] = t('p.limit.wrong');
	}
	if (whole(v.variants, VARIANTS_MAX) === null) {
		errors['variants'] = t('p.variants.wrong');
	}
	return errors;
}

function columnOf(text: string): { term: string; kind: string; position: number } | null {
	const [term, kind, position] = text.split(' ');
	return term && kind ? { term, kind, position: Number(position) } : null;
}

function bodyOf(v: Values): Record<string, unknown> {
	const until = v.practice ? parseLocalInput(v.until) : null;
	return {
		paper: v.paper,
		title: v.title.trim(),
		startsAt: parseLocalInput(v.starts),
		limitMs: (whole(v.limit, LIMIT_MAX) ?? 0) * MINUTE_MS,
		...(until === null ? {} : { windowEndAt: until }),
		variants: whole(v.variants, VARIANTS_MAX),
		classes: v.classes,
		practice: v.practice,
		outagePolicy: v.outage,
		releasePolicy: v.release as ReleasePolicy,
		column: columnOf(v.column),
		accommodations: Object.entries(v.extra)
			.map(([student, text]) => ({ student, minutes: whole(text, LIMIT_MAX) }))
			.filter((a) => a.minutes !== null)
			.map((a) => ({ student: a.student, extraMs: (a.minutes ?? 0) * MINUTE_MS })),
	};
}

function columns(school: School): { value: string; label: string }[] {
	const year = school.years.find((y) => y.isCurrent) ?? school.years[0];
	return (year?.terms ?? []).flatMap((term) => [
		...Array.from({ length: REGULAR_MAX }, (_, i) => ({
			value: `${term.id} tx ${i + 1}`,
			label: t('p.column.tx', { position: i + 1, term: roman(term.number) }),
		})),
		{ value: `${term.id} gk 1`, label: t('p.column.gk', { term: roman(term.number) }) },
		{ value: `${term.id} ck 1`, label: t('p.column.ck', { term: roman(term.number) }) },
	]);
}

/* Minutes for single students of the classes chosen. */
function Extra({ classes, extra, onChange }: {
	classes: string[]; extra: Record<string, string>; onChange: (extra: Record<string, string>) => void;
}): JSX.Element | null {
	const students = useLoad<ClassPage[]>(`extra ${classes.join(' ')}`, (signal) =>
		Promise.all(classes.map((id) => api.get<ClassPage>(`/api/v1/classes/${id}`, { signal }))));
	if (classes.length === 0) {
		return null;
	}
	return (
		<details>
			<summary>{t('p.extra')}</summary>
			<p class="hint">{t('p.extra.hint')}</p>
			<Show of={students}>{(list) => (
				<>
					{list.flatMap((c) => c.students.map((s) => (
						<TextField key={s.id} name={`extra-${s.id}`} width="w-4" inputMode="numeric"
							label={t('p.extra.minutes', { name: `${s.fullName} (${c.name})` })}
							value={extra[s.id] ?? ''} onInput={(v) => onChange({ ...extra, [s.id]: v })} />
					)))}
				</>
			)}</Show>
		</details>
	);
}

function Confirm({ values, ends, classes, onBack }: {
	values: Values; ends: End[]; classes: ClassRow[]; onBack: () => void;
}): JSX.Element {
	const nameOf = (e: End): string =>
		e.className ?? classes.find((c) => c.id === e.classId)?.name ?? '';
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const isDone = useRef(false);
	useLeaveGuard(() => !isDone.current);
	const publish = (): void => {
		setBusy(true);
		setError(undefined);
		api.post<Sitting>('/api/v1/sittings', bodyOf(values), { timeoutMs: 60_000 })
			.then((s) => {
				isDone.current = true;
				navigate(`/giao-vien/ca-thi/${s.id}`);
			}, setError)
			.finally(() => setBusy(false));
	};
	return (
		<>
			<h1>{values.title}</h1>
			<Banner title={t('p.step')}><p>{t('p.ends.text')}</p></Banner>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<Table caption={t('p.ends')} rows={ends} rowKey={(e) => e.student.id} columns={[
				{ key: 'name', title: t('r.student'), isHeading: true, cell: (e) => e.student.fullName },
				{ key: 'class', title: t('r.class'), cell: nameOf },
				{ key: 'end', title: t('p.ends.end'), cell: (e) => formatDateTime(e.endsAt) },
			]} />
			<div class="row">
				<Button busy={isBusy} onClick={publish}>{t('p.publish')}</Button>
				<Button kind="secondary" onClick={onBack}>{t('p.back')}</Button>
			</div>
		</>
	);
}

function PublishForm({ school, papers, classes }: {
	school: School; papers: Paper[]; classes: ClassRow[];
}): JSX.Element {
	const [ends, setEnds] = useState<End[] | null>(null);
	const form = useForm<Values>({
		start: {
			paper: queryValue('paper') ?? '',
			title: papers.find((p) => p.id === queryValue('paper'))?.title ?? '', classes: [], limit: '45', variants: '4',
			starts: toLocalInput(Date.now() + SOON_MS), until: untilOf(toLocalInput(Date.now() + SOON_MS)),
			practice: false, outage: 'lost', release: 'held', column: '', extra: {},
		},
		check,
		fields: { startsAt: 'starts', windowEndAt: 'until', limitMs: 'limit', releasePolicy: 'release',
			outagePolicy: 'outage' },
		send: async (v) => {
			const found = await api.post<Items<End>>('/api/v1/sittings/ends-preview', bodyOf(v));
			setEnds(found.items);
		},
	});
	const { values: v, errors, set } = form;
	/* A sitting is called like its paper unless it is given a name. */
	const choosePaper = (id: string): void => {
		const was = papers.find((p) => p.id === v.paper)?.title ?? '';
		set('paper', id);
		if (v.title === '' || v.title === was) {
			set('title', papers.find((p) => p.id === id)?.title ?? '');
		}
	};
	if (ends) {
		return <Confirm values={v} ends={ends} classes={classes} onBack={() => setEnds(null)} />;
	}
	return (
		<Form form={form}>
			<h1>{t('sitting.new')}</h1>
			<SelectField name="paper" label={t('p.paper')} empty={t('choose')} value={v.paper}
				error={errors['paper']} onChange={choosePaper}
				options={papers.map((p) => ({ value: p.id, label: p.title }))} />
			<TextField name="title" label={t('p.title')} value={v.title} error={errors['title']}
				maxLength={200} onInput={(x) => set('title', x)} />
			<CheckboxesField name="classes" label={t('p.classes')} inline values={v.classes}
				error={errors['classes']} onChange={(x) => set('classes', x)}
				options={classes.map((c) => ({ value: c.id, label: c.name }))} />
			<CheckField name="practice" label={t('p.practice')} checked={v.practice}
				onChange={(x) => set('practice', x)} />
			<TextField name="starts" label={t('p.starts')} type="datetime-local" width="w-20"
				value={v.starts} error={errors['starts']} onInput={(x) => {
					if (v.until === untilOf(v.starts)) {
						set('until', untilOf(x));
					}
					set('starts', x);
				}} />
			{v.practice
				? <TextField name="until" label={t('p.until')} type="datetime-local" width="w-20"
					value={v.until} error={errors['until']} onInput={(x) => set('until', x)} />
				: null}
			<TextField name="limit" label={t('p.limit')} width="w-4" inputMode="numeric" value={v.limit}
				error={errors['limit']} onInput={(x) => set('limit', x)} />
			<TextField name="variants" label={t('p.variants')} width="w-4" inputMode="numeric"
				value={v.variants} error={errors['variants']} onInput={(x) => set('variants', x)} />
			<SelectField name="column" label={t('p.column')} empty={t('p.column.none')} value={v.column}
				error={errors['column']} options={columns(school)} onChange={(x) => set('column', x)} />
			<RadioField name="release" label={t('p.release')} value={v.release}
				onChange={(x) => set('release', x)} options={[
					{ value: 'held', label: t('p.release.held') },
					{ value: 'mark', label: t('p.release.mark') },
					{ value: 'all', label: t('p.release.all') },
				]} />
			<RadioField name="outage" label={t('p.outage')} value={v.outage}
				onChange={(x) => set('outage', x)} options={[
					{ value: 'lost', label: t('p.outage.lost') },
					{ value: 'window', label: t('p.outage.window') },
					{ value: 'nothing', label: t('p.outage.nothing') },
				]} />
			<Extra classes={v.classes} extra={v.extra} onChange={(x) => set('extra', x)} />
			<Button type="submit" busy={form.isBusy}>{t('p.check')}</Button>
		</Form>
	);
}

export function PublishPage(): JSX.Element {
	const loaded = useLoad<{ school: School; papers: Paper[]; classes: ClassRow[] }>('publish',
		async (signal) => {
			const [school, papers, classes] = await Promise.all([
				api.get<School>('/api/v1/school', { signal }),
				api.get<Items<Paper>>('/api/v1/papers', { signal }),
				api.get<Items<ClassRow>>('/api/v1/classes', { signal }),
			]);
			return { school, papers: papers.items, classes: classes.items.filter((c) => c.subjects.length > 0) };
		});
	return <Show of={loaded}>{(l) => <PublishForm {...l} />}</Show>;
}
