/* One student's records, each with its way; with a purpose, which is written into the log. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { formatDateTime } from '../../lib/time';
import type { Items } from '../../lib/types';
import { Button } from '../../parts/button';
import { TextArea, TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Table } from '../../parts/table';
import type { DeskRecord, Level } from './desk_data';
import { PURPOSE_MAX, kindName, reasonFault, t } from './desk_data';
import { recordWords } from './record_words';

interface Line extends DeskRecord {
	line: { dulieu?: Record<string, unknown> };
}

/* The members of the record as the school sent them, in words. */
function Data({ line, level }: { line: Line; level: Level }): JSX.Element {
	return <>{recordWords(line.line.dulieu ?? {}, level).map(({ name, value }) => `${name}: ${value}`).join('; ')}</>;
}

function Records({ student, rows, level }: { student: string; rows: Line[]; level: Level }): JSX.Element {
	return (
		<Table caption={t('look.caption', { student })} stacked rows={rows} rowKey={(r) => r.id} columns={[
			{ key: 'kind', title: t('newest.kind'), isHeading: true, cell: (r) => kindName(r.kind) },
			{ key: 'event', title: t('newest.event'), narrow: 'beside', cell: (r) => t(`event.${r.event}`) },
			{ key: 'version', title: t('newest.version'), align: 'num', cell: (r) => r.version },
			{ key: 'data', title: t('look.data'), narrow: 'plain', cell: (r) => <Data line={r} level={level} /> },
			{ key: 'way', title: t('look.way'), narrow: 'plain', cell: (r) => t('look.way.text', {
				changed: formatDateTime(r.changedAt), received: formatDateTime(r.receivedAt),
				applied: formatDateTime(r.appliedAt), batch: r.batch.slice(0, 8) }) },
		]} />
	);
}

export function LookPart({ school, level }: { school: string; level: Level }): JSX.Element {
	const [seen, setSeen] = useState<{ student: string; rows: Line[] } | null>(null);
	const form = useForm({
		start: { student: '', purpose: '' },
		check: (v): { student?: string; purpose?: string } => {
			const fault = reasonFault(v.purpose);
			return { ...(v.student.trim() ? {} : { student: t('missing') }), ...(fault === undefined ? {} : { purpose: fault }) };
		},
		send: async (v) => {
			const student = v.student.trim();
			const { items } = await api.post<Items<Line>>(`/api/v1/desk/schools/${school}/records`,
				{ student, purpose: v.purpose.trim() });
			setSeen({ student, rows: items });
		},
	});
	return (
		<section class="desk-part">
			<h2>{t('look')}</h2>
			<p class="quiet">{t('look.text')}</p>
			<Form form={form}>
				<TextField name="student" label={t('look.student')} maxLength={64} width="w-20" value={form.values.student}
					error={form.errors.student} onInput={(v) => form.set('student', v)} />
				<TextArea name="purpose" label={t('look.purpose')} hint={t('look.purpose.hint')} rows={2} maxLength={PURPOSE_MAX}
					value={form.values.purpose} error={form.errors.purpose} onInput={(v) => form.set('purpose', v)} />
				<Button type="submit" kind="secondary" busy={form.isBusy}>{t('look.go')}</Button>
			</Form>
			{seen ? <Records {...seen} level={level} /> : null}
		</section>
	);
}
