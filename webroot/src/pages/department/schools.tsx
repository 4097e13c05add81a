/* The schools of the province, and how their records come in. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { lang } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatNumber } from '../../lib/number';
import { formatDateTime } from '../../lib/time';
import type { Items } from '../../lib/types';
import { Button } from '../../parts/button';
import { SelectField, TextField } from '../../parts/field';
import { Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Pages, Table } from '../../parts/table';
import type { DeskSchool, Sign } from './desk_data';
import { SIGNS, communeName, schoolAt, t } from './desk_data';
import { ExportDialog } from './export_dialog';
import { InviteDialog } from './invite';
import { SignTag } from './sign';

const PAGE_ROWS = 50;

/* Letters without their marks: a search finds "Trần" by "tran". */
const folded = (text: string): string =>
	text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/đ/g, 'd');

function SchoolsTable({ rows }: { rows: DeskSchool[] }): JSX.Element {
	return (
		<Table caption={t('schools.caption')} hideCaption stacked rows={rows} rowKey={(s) => s.id} columns={[
			{ key: 'school', title: t('at.school'), isHeading: true, sortBy: (s) => s.name,
				cell: (s) => <a href={schoolAt(s.id)}>{s.name}</a> },
			{ key: 'sign', title: t('at.sign'), narrow: 'plain', sortBy: (s) => SIGNS.indexOf(s.sign),
				cell: (s) => <SignTag sign={s.sign} /> },
			{ key: 'level', title: t('at.level'), sortBy: (s) => s.level, cell: (s) => t(`level.${s.level}`) },
			{ key: 'commune', title: t('at.commune'), sortBy: (s) => communeName(s.commune), cell: (s) => communeName(s.commune) },
			{ key: 'last', title: t('at.last'), sortBy: (s) => s.lastBatchAt ?? 0,
				cell: (s) => (s.lastBatchAt === null ? t('at.last.never') : formatDateTime(s.lastBatchAt)) },
			{ key: 'rejected', title: t('at.rejected'), align: 'num', sortBy: (s) => s.rejected,
				cell: (s) => formatNumber(s.rejected, lang.value) },
			{ key: 'students', title: t('at.students'), align: 'num', sortBy: (s) => s.students,
				cell: (s) => formatNumber(s.students, lang.value) },
		]} />
	);
}

function List({ all }: { all: DeskSchool[] }): JSX.Element {
	const [search, setSearch] = useState('');
	const [sign, setSign] = useState('');
	const [at, setAt] = useState(1);
	useEffect(() => setAt(1), [search, sign]);
	const want = folded(search.trim());
	const shown = all.filter((s) => (sign === '' || s.sign === sign) && folded(`${s.name} ${s.code}`).includes(want));
	const count = (of: Sign): number => all.filter((s) => s.sign === of).length;
	return (
		<>
			<div class="desk-filters" role="group" aria-label={t('schools.caption')}>
				<TextField name="search" type="search" label={t('schools.search')} value={search} onInput={setSearch} />
				<SelectField name="sign" label={t('schools.sign')} value={sign} empty={t('schools.sign.all')} onChange={setSign}
					options={SIGNS.filter((x) => count(x) > 0).map((x) => ({ value: x, label: `${t(`sign.${x}`)} (${count(x)})` }))} />
			</div>
			<p class="quiet" role="status">{t('schools.shown', { count: shown.length, all: all.length })}</p>
			{shown.length === 0 ? <Empty>{t('schools.no')}</Empty>
				: <SchoolsTable rows={shown.slice((at - 1) * PAGE_ROWS, at * PAGE_ROWS)} />}
			<Pages page={at} count={Math.ceil(shown.length / PAGE_ROWS)} onPage={setAt} />
		</>
	);
}

export function SchoolsPage(): JSX.Element {
	const schools = useLoad<Items<DeskSchool>>('desk schools', (signal) => api.get('/api/v1/desk/schools', { signal }));
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
			<Show of={schools}>{(list) => (list.items.length === 0 ? <Empty>{t('schools.none')}</Empty> : <List all={list.items} />)}</Show>
			{dialog === 'invite' ? <InviteDialog onLeave={() => { close(); schools.reload(); }} /> : null}
			{dialog === 'export' ? <ExportDialog what={{ what: 'schools' }} onLeave={close} /> : null}
		</>
	);
}
