/* Who of the department did what, looked at whom, and took what along: newest first. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { useLoad } from '../../lib/load';
import { navigate, queryValue } from '../../lib/router';
import { formatDateTime } from '../../lib/time';
import type { Items } from '../../lib/types';
import { Button } from '../../parts/button';
import { SelectField } from '../../parts/field';
import { Banner, Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import type { DeskSchool } from './desk_data';
import { LEVELS, LOG, schoolAt, t } from './desk_data';
import { BYS, MEASURES, partsOf } from './values';

interface Deed {
	id: string;
	at: number;
	person: { id: string; fullName: string } | null;
	action: string;
	school: { id: string; name: string } | null;
	detail: Partial<Record<'why' | 'student' | 'login' | 'what' | 'format' | 'measure' | 'by' | 'year' | 'part' | 'level' |
		'commune' | 'school' | 'subject' | 'grade', string>>;
}

export const DEEDS = ['department.look', 'department.export', 'department.bundle', 'department.invite', 'department.code',
	'department.revoke', 'department.suspend', 'department.resume', 'department.officer_add', 'department.officer_code',
	'department.officer_remove'] as const;

function deedName(action: string): string {
	const known = DEEDS.find((d) => d === action);
	return known ? t(`deed.${known}`) : action;
}

/* What was taken along, as the page of figures says it. */
function taken(d: Deed['detail']): string {
	if (d.what === 'schools') {
		return t('log.schools');
	}
	const measure = MEASURES.find((m) => m === d.measure);
	const by = BYS.find((b) => b === d.by);
	const level = LEVELS.find((l) => l === d.level);
	const part = measure && partsOf(measure).length > 1 ? Number(d.part) : 0;
	return [measure ? t(`measure.${measure}`) : d.measure, by ? t('log.by', { by: t(`by.${by}`) }) : d.by,
		part === 1 || part === 2 ? t(`part.${part}`) : undefined, d.year,
		level ? t(`level.${level}`) : undefined, d.grade ? t('grade.n', { grade: d.grade }) : undefined,
		d.subject ? t('log.subject', { code: d.subject }) : undefined,
		d.commune ? t('log.commune', { code: d.commune }) : undefined].filter(Boolean).join(', ');
}

const about = (d: Deed): string[] => [
	d.detail.student ? t('log.student', { code: d.detail.student }) : '',
	d.detail.login ? t('log.login', { login: d.detail.login }) : '',
	d.action === 'department.export' && d.detail.what ? t('log.file', { what: taken(d.detail), format: (d.detail.format ?? '').toUpperCase() }) : '',
	d.action === 'department.bundle' && d.detail.year ? t('log.year', { year: d.detail.year }) : '',
].filter(Boolean);

function Rows({ rows }: { rows: Deed[] }): JSX.Element {
	return (
		<Table caption={t('log')} hideCaption stacked rows={rows} rowKey={(d) => d.id} columns={[
			{ key: 'deed', title: t('log.deed'), isHeading: true, cell: (d) => deedName(d.action) },
			{ key: 'who', title: t('log.who'), narrow: 'beside', cell: (d) => d.person?.fullName ?? t('log.terminal') },
			{ key: 'school', title: t('at.school'), cell: (d) => (d.school ? <a href={schoolAt(d.school.id)}>{d.school.name}</a> : null) },
			{ key: 'about', title: t('log.about'), narrow: 'plain', cell: (d) => about(d).join('; ') },
			{ key: 'why', title: t('log.why'), cell: (d) => d.detail.why },
			{ key: 'at', title: t('log.at'), narrow: 'beside', cell: (d) => formatDateTime(d.at) },
		]} />
	);
}

function List({ action, school }: { action: string; school: string }): JSX.Element {
	const [older, setOlder] = useState<Deed[]>([]);
	const [next, setNext] = useState<string | null | undefined>(undefined);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const query = { action: action || undefined, school: school || undefined };
	const first = useLoad<Items<Deed>>(`desk log ${action} ${school}`, (signal) => api.get('/api/v1/desk/log', { signal, query }));
	const cursor = next === undefined ? first.value?.next : next;
	const more = (): void => {
		setBusy(true);
		setError(undefined);
		api.get<Items<Deed>>('/api/v1/desk/log', { query: { ...query, after: cursor ?? undefined } }).then((page) => {
			setOlder([...older, ...page.items]);
			setNext(page.next ?? null);
		}, setError).finally(() => setBusy(false));
	};
	return (
		<>
			<Show of={first}>{(page) => page.items.length === 0 ? <Empty>{t('log.none')}</Empty> : <Rows rows={[...page.items, ...older]} />}</Show>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{cursor ? <Button kind="secondary" busy={isBusy} onClick={more}>{t('log.more')}</Button> : null}
		</>
	);
}

export function LogPage(): JSX.Element {
	const schools = useLoad<Items<DeskSchool>>('desk schools', (signal) => api.get('/api/v1/desk/schools', { signal }));
	const action = queryValue('viec') ?? '';
	const school = queryValue('truong') ?? '';
	const go = (viec: string, truong: string): void => {
		const query = new URLSearchParams(Object.entries({ viec, truong }).filter(([, value]) => value !== '')).toString();
		navigate(query ? `${LOG}?${query}` : LOG, { replace: true });
	};
	return (
		<>
			<h1>{t('log')}</h1>
			<p class="lead">{t('log.lead')}</p>
			<div class="desk-filters no-print" role="group" aria-label={t('log')}>
				<SelectField name="action" label={t('log.deed')} value={action} empty={t('log.all')} onChange={(v) => go(v, school)}
					options={DEEDS.map((d) => ({ value: d, label: t(`deed.${d}`) }))} />
				<SelectField name="school" label={t('at.school')} value={school} empty={t('log.schools.all')} onChange={(v) => go(action, v)}
					options={(schools.value?.items ?? []).map((s) => ({ value: s.id, label: s.name }))} />
			</div>
			<List key={`${action} ${school}`} action={action} school={school} />
		</>
	);
}
