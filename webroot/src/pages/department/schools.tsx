/* The schools of the province, and how their records come in. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { lang } from '../../lib/i18n';
import { folded } from '../../lib/folded';
import { useLive } from '../../lib/live';
import { formatNumber } from '../../lib/number';
import type { Items } from '../../lib/types';
import { Button } from '../../parts/button';
import { SelectField, TextField } from '../../parts/field';
import { Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Pages, Table } from '../../parts/table';
import type { DeskSchool, Sign } from './desk_data';
import { Away } from './away';
import { CommuneText } from './commune';
import { LEVELS, SIGNS, communeName, schoolAt, t } from './desk_data';
import { ExportDialog } from './export_dialog';
import { InviteDialog } from './invite';
import { LastText } from './last';
import { SignTag } from './sign';

const PAGE_ROWS = 50;
const LOOK_AGAIN_MS = 30_000;

function SchoolsTable({ rows }: { rows: DeskSchool[] }): JSX.Element {
	return (
		<Table caption={t('schools.caption')} hideCaption stacked rows={rows} rowKey={(s) => s.id} columns={[
			{ key: 'school', title: t('at.school'), isHeading: true, sortBy: (s) => s.name,
				cell: (s) => <a href={schoolAt(s.id)}>{s.name}</a> },
			{ key: 'sign', title: t('at.sign'), narrow: 'plain', sortBy: (s) => SIGNS.indexOf(s.sign),
				cell: (s) => <SignTag sign={s.sign} /> },
			{ key: 'level', title: t('at.level'), sortBy: (s) => s.level, cell: (s) => t(`level.${s.level}`) },
			{ key: 'commune', title: t('at.commune'), sortBy: (s) => communeName(s.commune), cell: (s) => <CommuneText commune={s.commune} /> },
			{ key: 'last', title: t('at.heard'), sortBy: (s) => s.heardAt ?? 0,
				cell: (s) => <LastText at={s.heardAt} /> },
			{ key: 'rejected', title: t('at.rejected'), align: 'num', sortBy: (s) => s.rejected,
				cell: (s) => formatNumber(s.rejected, lang.value) },
			{ key: 'students', title: t('at.students'), align: 'num', sortBy: (s) => s.students,
				cell: (s) => formatNumber(s.students, lang.value) },
		]} />
	);
}

/* How many stand how, the worst first; each is a filter. */
function Signs({ all, sign, onSign }: { all: DeskSchool[]; sign: Sign | ''; onSign: (sign: Sign | '') => void }): JSX.Element {
	const chip = (key: Sign | '', count: number, label: string): JSX.Element => (
		<li key={key}>
			<button type="button" class={key === '' ? 'sign-chip' : `sign-chip is-${key}`} aria-pressed={sign === key} onClick={() => onSign(key)}>
				{key === '' ? null : <span class="sign-mark" aria-hidden="true">{t(`mark.${key}`)}</span>}
				<strong>{formatNumber(count, lang.value)}</strong> {label}
			</button>
		</li>
	);
	return (
		<ul class="sign-chips" aria-label={t('schools.sign')}>
			{chip('', all.length, t('schools.sign.all'))}
			{SIGNS.map((x) => ({ x, count: all.filter((s) => s.sign === x).length })).filter(({ count }) => count > 0)
				.map(({ x, count }) => chip(x, count, t(`sign.${x}`)))}
		</ul>
	);
}

interface Filter {
	search: string;
	sign: Sign | '';
	level: string;
	commune: string;
}

function fits(s: DeskSchool, f: Filter): boolean {
	return (f.sign === '' || s.sign === f.sign) && (f.level === '' || s.level === f.level) &&
		(f.commune === '' || s.commune.code === f.commune) && folded(`${s.name} ${s.code}`).includes(folded(f.search.trim()));
}

const byName = new Intl.Collator('vi', { numeric: true }).compare;

/* The communes that have schools, each once. */
function communesOf(all: DeskSchool[]): { value: string; label: string }[] {
	return [...new Map(all.filter((s) => s.commune.code !== '').map((s) => [s.commune.code, communeName(s.commune)]))]
		.map(([value, label]) => ({ value, label })).sort((a, b) => byName(a.label, b.label));
}

function Filters({ all, filter, onFilter }: { all: DeskSchool[]; filter: Filter; onFilter: (change: Partial<Filter>) => void }): JSX.Element {
	return (
		<div class="desk-filters no-print" role="group" aria-label={t('schools.caption')}>
			<TextField name="search" type="search" label={t('schools.search')} value={filter.search} onInput={(search) => onFilter({ search })} />
			<SelectField name="at-commune" label={t('at.commune')} value={filter.commune} empty={t('schools.commune.all')}
				onChange={(commune) => onFilter({ commune })} options={communesOf(all)} />
			<SelectField name="at-level" label={t('at.level')} value={filter.level} empty={t('figures.level.all')}
				onChange={(level) => onFilter({ level })} options={LEVELS.map((x) => ({ value: x, label: t(`level.${x}`) }))} />
		</div>
	);
}

function List({ all }: { all: DeskSchool[] }): JSX.Element {
	const [filter, setFilter] = useState<Filter>({ search: '', sign: '', level: '', commune: '' });
	const [at, setAt] = useState(1);
	const change = (next: Partial<Filter>): void => {
		setFilter({ ...filter, ...next });
		setAt(1);
	};
	const shown = all.filter((s) => fits(s, filter))
		.sort((a, b) => SIGNS.indexOf(a.sign) - SIGNS.indexOf(b.sign) || byName(a.name, b.name));
	return (
		<>
			<Signs all={all} sign={filter.sign} onSign={(sign) => change({ sign })} />
			<Filters all={all} filter={filter} onFilter={change} />
			<p class="quiet" role="status">{t('schools.shown', { count: shown.length, all: all.length })}</p>
			{shown.length === 0 ? <Empty>{t('schools.no')}</Empty>
				: <SchoolsTable rows={shown.slice((at - 1) * PAGE_ROWS, at * PAGE_ROWS)} />}
			<Pages page={at} count={Math.ceil(shown.length / PAGE_ROWS)} onPage={setAt} />
		</>
	);
}

export function SchoolsPage(): JSX.Element {
	const schools = useLive<Items<DeskSchool>>('/api/v1/desk/schools', LOOK_AGAIN_MS);
	const [dialog, setDialog] = useState<'invite' | 'export' | null>(null);
	const close = (): void => setDialog(null);
	return (
		<>
			<h1>{t('desk')}</h1>
			<p class="lead">{t('desk.lead')}</p>
			<div class="row no-print">
				<Button kind="primary" onClick={() => setDialog('invite')}>{t('schools.invite')}</Button>
				<Button kind="secondary" onClick={() => setDialog('export')}>{t('schools.export')}</Button>
			</div>
			<Away of={schools} />
			<Show of={schools}>{(list) => (list.items.length === 0 ? <Empty>{t('schools.none')}</Empty> : <List all={list.items} />)}</Show>
			{dialog === 'invite' ? <InviteDialog onLeave={() => { close(); schools.reload(); }} /> : null}
			{dialog === 'export' ? <ExportDialog what={{ what: 'schools' }} onLeave={close} /> : null}
		</>
	);
}
