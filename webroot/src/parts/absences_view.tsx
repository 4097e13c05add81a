/* Absences of one student's year, as the student and the guardians see them: nobody else's. */
import type { JSX } from 'preact';
import { api } from '../lib/api';
import { lang, words } from '../lib/i18n';
import { useLoad } from '../lib/load';
import { formatIsoDay } from '../lib/time';
import type { StudentAbsences } from '../lib/types';
import { vi } from '../i18n/vi/klass';
import { en } from '../i18n/en/klass';
import { Empty } from './notice';
import { Show } from './page_load';
import { Table } from './table';

const t = words(vi, en);

export function AbsencesView({ address }: { address: string }): JSX.Element {
	const found = useLoad<StudentAbsences>(address, (signal) => api.get(address, { signal }));
	return (
		<Show of={found}>{(a) => (
			<>
				{a.absent === 0 ? <Empty>{t('absences.none', { year: a.year })}</Empty>
					: <p><strong>{t('absences.sum', { absent: a.absent, excused: a.excused, unexcused: a.unexcused, year: a.year })}</strong></p>}
				{a.late > 0 ? <p>{t('absences.late', { late: a.late })}</p> : null}
				{a.most === null ? null : <p class="quiet">{t('absences.most', { most: a.most })}</p>}
				{a.items.length === 0 ? null : (
					<Table caption={t('absences.caption')} hideCaption stacked rows={a.items}
						rowKey={(i) => `${i.date} ${i.session}`}
						columns={[
							{ key: 'day', title: t('absences.day'), isHeading: true, cell: (i) => formatIsoDay(i.date, lang.value) },
							{ key: 'session', title: t('absences.session'), narrow: 'inline', cell: (i) => t(`session.${i.session}`) },
							{ key: 'kind', title: t('absences.kind'), narrow: 'inline', cell: (i) => t(`long.${i.kind}`) },
							{ key: 'note', title: t('absences.note'), cell: (i) => i.note || '–' },
						]} />
				)}
			</>
		)}</Show>
	);
}
