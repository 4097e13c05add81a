/*
 * Counts and distributions: what, divided by what, of which part of the province. All of it stands
 * in the address, so that a step down is a link, and Back is a step up.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { lang } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatNumber } from '../../lib/number';
import { navigate, queryValue } from '../../lib/router';
import type { Items } from '../../lib/types';
import { Button } from '../../parts/button';
import { SelectField } from '../../parts/field';
import { Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Pages, Table } from '../../parts/table';
import { Bars, Lengths, percentText } from './bars';
import type { DeskSchool, Level } from './desk_data';
import { FIGURES, LEVELS, communeName, t } from './desk_data';
import { ExportDialog } from './export_dialog';
import type { By, Group, Measure } from './values';
import { BYS, ITEMS, MEASURES, bandName, bandsOf, bysOf, countOf, hasSubject, isMark, itemName, kindsOf, meanX10, partsOf, presentYear, wholeOf } from './values';

const PAGE_ROWS = 30;
const GRADES = 12;

interface Coded {
	code: string;
	name: string;
}
interface Choices {
	years: Coded[];
	subjects: Coded[];
	communes: Coded[];
}

interface Ask {
	measure: Measure;
	by: By;
	year: string;
	part: string;
	level: string;
	commune: string;
	school: string;
	subject: string;
	grade: string;
}

/* What the address asks, made possible: a measure has only some parts and divisions. */
function askOf(choices: Choices): Ask {
	const measure = MEASURES.find((m) => m === queryValue('measure')) ?? 'mark_final';
	const school = queryValue('school') ?? '';
	const bys = bysOf(measure, school !== '');
	const by = BYS.find((b) => b === queryValue('by')) ?? 'all';
	const part = Number(queryValue('part') ?? NaN);
	return {
		measure, school,
		by: bys.includes(by) ? by : 'all',
		year: queryValue('year') ?? presentYear(choices.years.map((y) => y.code), new Date()),
		part: String(partsOf(measure).includes(part) ? part : partsOf(measure)[0]),
		level: queryValue('level') ?? '',
		commune: queryValue('commune') ?? '',
		subject: hasSubject(measure) ? queryValue('subject') ?? '' : '',
		grade: bys.includes('grade') ? queryValue('grade') ?? '' : '',
	};
}

const filled = (ask: Partial<Ask>): Record<string, string> =>
	Object.fromEntries(Object.entries(ask).filter(([, value]) => value !== ''));
const addressOf = (ask: Ask): string => `${FIGURES}?${new URLSearchParams(filled(ask)).toString()}`;

/* Where a group leads: into it, divided once more. */
function below(ask: Ask, group: Group): Ask | null {
	switch (ask.by) {
	case 'commune':
		return group.key === '' ? null : { ...ask, commune: group.key, by: 'school' };
	case 'level':
		return { ...ask, level: group.key, by: 'school' };
	case 'school':
		return { ...ask, school: group.key, by: bysOf(ask.measure, true).includes('class') ? 'class' : 'all' };
	case 'grade':
		return group.key === '00' ? null : { ...ask, grade: String(Number(group.key)), by: 'school' };
	case 'subject':
		return { ...ask, subject: group.key, by: 'school' };
	case 'all':
	case 'class':
		return null;
	}
}

const gradeName = (grade: number): string => (grade === 0 ? t('grade.0') : t('grade.n', { grade }));

/* What stands as the subject is a quality or competence of some measures. */
const byName = (measure: Measure, by: By): string => t(measure === 'judgement' && by === 'subject' ? 'by.item' : `by.${by}`);

function groupName(measure: Measure, by: By, group: Group): string {
	switch (by) {
	case 'all':
		return t('figures.all');
	case 'commune':
		return communeName({ code: group.key, name: group.name });
	case 'level':
		return LEVELS.includes(group.key as Level) ? t(`level.${group.key as Level}`) : group.key;
	case 'grade':
		return gradeName(Number(group.key));
	case 'subject':
		return measure === 'judgement' ? itemName(group.key) : group.name || group.key;
	case 'school':
	case 'class':
		return group.name || group.key;
	}
}

/* ---- the choices ---- */

function Filters({ ask, choices, schools }: { ask: Ask; choices: Choices; schools: DeskSchool[] }): JSX.Element {
	const go = (change: Partial<Ask>): void => navigate(addressOf({ ...ask, ...change }), { replace: true });
	const parts = partsOf(ask.measure);
	return (
		<div class="desk-filters no-print" role="group" aria-label={t('figures')}>
			<SelectField name="measure" label={t('figures.measure')} value={ask.measure} onChange={(v) => go({ measure: v as Measure })}
				options={MEASURES.map((m) => ({ value: m, label: t(`measure.${m}`) }))} />
			<SelectField name="by" label={t('figures.by')} value={ask.by} onChange={(v) => go({ by: v as By })}
				options={bysOf(ask.measure, ask.school !== '').map((b) => ({ value: b, label: byName(ask.measure, b) }))} />
			<SelectField name="year" label={t('figures.year')} value={ask.year} onChange={(v) => go({ year: v })}
				options={choices.years.map((y) => ({ value: y.code, label: y.code }))} />
			{parts.length > 1
				? (
					<SelectField name="part" label={t('figures.part')} value={ask.part} onChange={(v) => go({ part: v })}
						options={parts.map((p) => ({ value: String(p), label: t(`part.${p as 0 | 1 | 2}`) }))} />
				) : null}
			{hasSubject(ask.measure)
				? (
					<SelectField name="subject" label={byName(ask.measure, 'subject')} value={ask.subject}
						empty={t(ask.measure === 'judgement' ? 'figures.item.all' : 'figures.subject.all')} onChange={(v) => go({ subject: v })}
						options={ask.measure === 'judgement' ? ITEMS.map((code) => ({ value: code, label: itemName(code) }))
							: choices.subjects.map((s) => ({ value: s.code, label: s.name }))} />
				) : null}
			{bysOf(ask.measure, false).includes('grade')
				? (
					<SelectField name="grade" label={t('figures.grade')} value={ask.grade} empty={t('figures.grade.all')}
						onChange={(v) => go({ grade: v })}
						options={Array.from({ length: GRADES }, (_, i) => ({ value: String(i + 1), label: gradeName(i + 1) }))} />
				) : null}
			<SelectField name="commune" label={t('at.commune')} value={ask.commune} empty={t('schools.commune.all')}
				onChange={(v) => go({ commune: v, school: '' })}
				options={choices.communes.map((c) => ({ value: c.code, label: communeName(c) }))} />
			<SelectField name="school" label={t('at.school')} value={ask.school} empty={t('log.schools.all')} onChange={(v) => go({ school: v })}
				options={schools.filter((s) => ask.commune === '' || s.commune.code === ask.commune || s.id === ask.school)
					.map((s) => ({ value: s.id, label: s.name }))} />
			<SelectField name="level" label={t('figures.level')} value={ask.level} empty={t('figures.level.all')}
				onChange={(v) => go({ level: v })} options={LEVELS.map((x) => ({ value: x, label: t(`level.${x}`) }))} />
		</div>
	);
}

/* The way down to here; each step is a link up. */
function Scope({ ask, choices, schools }: { ask: Ask; choices: Choices; schools: DeskSchool[] }): JSX.Element {
	const commune = choices.communes.find((c) => c.code === ask.commune);
	const school = schools.find((s) => s.id === ask.school);
	return (
		<nav aria-label={t('figures.where')} class="row tight">
			<a href={addressOf({ ...ask, commune: '', school: '', by: ask.by === 'class' ? 'school' : ask.by })}>{t('figures.province')}</a>
			{commune
				? <><span aria-hidden="true">›</span><a href={addressOf({ ...ask, school: '', by: 'school' })}>{communeName(commune)}</a></>
				: null}
			{school ? <><span aria-hidden="true">›</span><strong>{school.name}</strong></> : null}
		</nav>
	);
}

/* Of what the figures are, in words: on paper there are no filters. */
function scopeWords(ask: Ask, choices: Choices, schools: DeskSchool[]): string {
	const commune = choices.communes.find((c) => c.code === ask.commune);
	return [schools.find((s) => s.id === ask.school)?.name ?? (commune ? communeName(commune) : t('figures.province')),
		LEVELS.find((l) => l === ask.level) ? t(`level.${ask.level as Level}`) : '',
		ask.grade ? gradeName(Number(ask.grade)) : '',
		ask.subject === '' ? '' : isMark(ask.measure) ? choices.subjects.find((s) => s.code === ask.subject)?.name ?? ask.subject : itemName(ask.subject),
	].filter(Boolean).join(', ');
}

/* ---- what came of it ---- */

function meanText(group: Group): string {
	const mean = meanX10(group);
	return mean === null ? '–' : formatNumber(mean / 10, lang.value, 2);
}

/* How many, and their share of what they are a part of; of nothing there is no share. */
function Share({ measure, group, band }: { measure: Measure; group: Group; band: string }): JSX.Element {
	const whole = wholeOf(group, band);
	const count = countOf(measure, group, band);
	return whole === 0 ? <>–</>
		: <>{formatNumber(count, lang.value)} <span class="quiet">{percentText(count, whole)}</span></>;
}

function Figures({ ask, groups }: { ask: Ask; groups: Group[] }): JSX.Element {
	const [at, setAt] = useState(1);
	if (groups.length === 0) {
		return <Empty>{t('figures.none')}</Empty>;
	}
	const bands = bandsOf(ask.measure, groups);
	const shown = groups.slice((at - 1) * PAGE_ROWS, at * PAGE_ROWS);
	const nameOf = (group: Group): string => groupName(ask.measure, ask.by, group);
	const isPlain = bands.length === 1 && bands[0] === 'v0' && (ask.measure === 'enrolled' || ask.measure === 'classes' || ask.measure === 'closed');
	return (
		<>
			{isPlain ? <Lengths groups={shown} nameOf={nameOf} /> : <Bars measure={ask.measure} groups={shown} bands={bands} nameOf={nameOf} />}
			<Table caption={t('figures.caption', { measure: t(`measure.${ask.measure}`) })} hideCaption stacked rows={shown} rowKey={(g) => g.key}
				columns={[
					{ key: 'group', title: ask.by === 'all' ? t('figures.group') : byName(ask.measure, ask.by), isHeading: true, sortBy: nameOf, cell: (g) => {
						const to = below(ask, g);
						return to ? <a href={addressOf(to)} aria-label={t('figures.open', { name: nameOf(g) })}>{nameOf(g)}</a> : nameOf(g);
					} },
					{ key: 'total', title: t('figures.total'), align: 'num', sortBy: (g) => g.total, cell: (g) => formatNumber(g.total, lang.value) },
					...(groups.some((g) => isMark(ask.measure) && meanX10(g) !== null) ? [{
						key: 'mean', title: t('figures.mean'), align: 'num' as const, sortBy: (g: Group) => meanX10(g) ?? -1,
						cell: (g: Group) => meanText(g),
					}] : []),
					...(isPlain ? [] : bands.map((band) => ({
						key: band, title: bandName(ask.measure, band, bands), align: 'num' as const,
						sortBy: (g: Group) => countOf(ask.measure, g, band) / Math.max(wholeOf(g, band), 1),
						cell: (g: Group) => <Share measure={ask.measure} group={g} band={band} />,
					}))),
				]} />
			{kindsOf(bands).length > 1 ? <p class="quiet">{t('figures.kinds')}</p> : null}
			<Pages page={at} count={Math.ceil(groups.length / PAGE_ROWS)} onPage={setAt} />
		</>
	);
}

function View({ choices, schools }: { choices: Choices; schools: DeskSchool[] }): JSX.Element {
	const ask = askOf(choices);
	const query = filled(ask);
	const key = new URLSearchParams(query).toString();
	const [isExporting, setExporting] = useState(false);
	const found = useLoad<Items<Group>>(`figures ${key}`, (signal) => api.get('/api/v1/desk/distribution', { signal, query }));
	if (choices.years.length === 0) {
		return <Empty>{t('figures.noyear')}</Empty>;
	}
	return (
		<>
			<Filters ask={ask} choices={choices} schools={schools} />
			<Scope ask={ask} choices={choices} schools={schools} />
			<h2>{t(`measure.${ask.measure}`)}{partsOf(ask.measure).length > 1 ? `, ${t(`part.${Number(ask.part) as 0 | 1 | 2}`)}` : ''}, {ask.year}</h2>
			<p class="quiet">{t('figures.of', { scope: scopeWords(ask, choices, schools), by: byName(ask.measure, ask.by) })}</p>
			<Show of={found}>{(list) => <Figures key={key} ask={ask} groups={list.items} />}</Show>
			<div class="row no-print">
				<Button kind="secondary" onClick={() => setExporting(true)}>{t('export')}</Button>
				<Button kind="secondary" onClick={() => window.print()}>{t('figures.print')}</Button>
			</div>
			{isExporting ? <ExportDialog what={{ what: 'figures', ...query }} onLeave={() => setExporting(false)} /> : null}
		</>
	);
}

export function FiguresPage(): JSX.Element {
	const choices = useLoad<Choices>('desk choices', (signal) => api.get('/api/v1/desk/counts', { signal }));
	const schools = useLoad<Items<DeskSchool>>('desk schools', (signal) => api.get('/api/v1/desk/schools', { signal }));
	return (
		<>
			<h1>{t('figures')}</h1>
			<p class="lead">{t('figures.lead')}</p>
			<Show of={choices}>{(c) => <Show of={schools}>{(s) => <View choices={c} schools={s.items} />}</Show>}</Show>
		</>
	);
}
