/* Which subjects of a class may be worked on in spite of a lock, until when and why. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { useLoad } from '../../lib/load';
import { queryValue } from '../../lib/router';
import { formatDateTime, parseLocalInput } from '../../lib/time';
import type { ClassRow, Items, Subject } from '../../lib/types';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { SelectField, TextArea, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Banner, Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import type { PlanKind, Reopening, Schedule } from './term_data';
import { PLAN_KINDS, t } from './term_data';

const WHY_MAX = 300; /* as the server takes it */

type OnDone = (next: Schedule | null, text: string) => void;

interface Choices {
	classes: ClassRow[];
	subjects: Subject[];
}

function OpenForm({ schedule, choices, onDone, onLeave }: {
	schedule: Schedule; choices: Choices; onDone: OnDone; onLeave: () => void;
}): JSX.Element {
	const form = useForm({
		start: { class: queryValue('lop') ?? '', subject: queryValue('mon') ?? '', kind: 'all' as string, until: '', why: '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.class) {
				errors.class = t('reopen.class.missing');
			}
			if (!v.subject) {
				errors.subject = t('reopen.subject.missing');
			}
			if ((parseLocalInput(v.until) ?? 0) <= Date.now()) {
				errors.until = t('reopen.until.missing');
			}
			if (!v.why.trim()) {
				errors.why = t('reopen.why.missing');
			}
			return errors;
		},
		send: async (v) => {
			const until = parseLocalInput(v.until) ?? 0;
			const next = await api.post<Schedule>(`/api/v1/terms/${schedule.term.id}/reopenings`,
				{ class: v.class, subject: v.subject, kind: v.kind as PlanKind, until, why: v.why.trim() });
			onDone(next, t('reopened', { when: formatDateTime(until),
				class: choices.classes.find((x) => x.id === v.class)?.name ?? '',
				subject: choices.subjects.find((x) => x.id === v.subject)?.name ?? '' }));
		},
	});
	const { values: v } = form;
	return (
		<Form form={form}>
			<SelectField name="class" label={t('reopen.class')} value={v.class} error={form.errors.class}
				empty={t('reopen.choose')} onChange={(x) => form.set('class', x)}
				options={choices.classes.map((x) => ({ value: x.id, label: x.name }))} />
			<SelectField name="subject" label={t('reopen.subject')} value={v.subject} error={form.errors.subject}
				empty={t('reopen.choose')} onChange={(x) => form.set('subject', x)}
				options={choices.subjects.map((x) => ({ value: x.id, label: x.name }))} />
			<SelectField name="kind" label={t('plan.kind')} value={v.kind} onChange={(x) => form.set('kind', x)}
				options={PLAN_KINDS.map((x) => ({ value: x, label: t(`kind.${x}`) }))} />
			<TextField name="until" label={t('reopen.until')} type="datetime-local" value={v.until}
				error={form.errors.until} onInput={(x) => form.set('until', x)} />
			<TextArea name="why" label={t('reopen.why')} hint={t('reopen.why.hint')} rows={2} maxLength={WHY_MAX}
				value={v.why} error={form.errors.why} onInput={(x) => form.set('why', x)} />
			<div class="row">
				<Button type="submit" busy={form.isBusy}>{t('reopen.yes')}</Button>
				<Button kind="secondary" onClick={onLeave}>{t('cancel')}</Button>
			</div>
		</Form>
	);
}

function AskOpen({ schedule, year, onDone, onLeave }: {
	schedule: Schedule; year: string | undefined; onDone: OnDone; onLeave: () => void;
}): JSX.Element {
	const choices = useLoad<Choices>(`places ${year ?? ''}`, async (signal) => {
		const classes = await api.get<Items<ClassRow>>('/api/v1/classes', { signal, query: { year } });
		const subjects = await api.get<Items<Subject>>('/api/v1/subjects', { signal });
		return { classes: classes.items, subjects: subjects.items };
	});
	return (
		<Dialog title={t('reopen.ask')} onClose={onLeave}>
			<Show of={choices}>{(c) => <OpenForm schedule={schedule} choices={c} onDone={onDone} onLeave={onLeave} />}</Show>
		</Dialog>
	);
}

export function Reopenings({ schedule, year, onDone }: {
	schedule: Schedule; year: string | undefined; onDone: OnDone;
}): JSX.Element {
	const [isAsking, setAsking] = useState(queryValue('lop') !== null);
	const [error, setError] = useState<unknown>(undefined);
	const end = (r: Reopening): void => {
		setError(undefined);
		api.del(`/api/v1/reopenings/${r.id}`).then(
			() => onDone(null, t('reopen.ended', { subject: r.subject.name, class: r.class.name })), setError);
	};
	const opened: OnDone = (next, text) => {
		setAsking(false);
		onDone(next, text);
	};
	return (
		<section class="term-plans">
			<h2>{t('reopen')}</h2>
			<p>{t('reopen.text')}</p>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{schedule.reopenings.length === 0 ? <Empty>{t('reopen.none')}</Empty> : (
				<Table caption={t('reopen.caption')} hideCaption stacked rows={schedule.reopenings} rowKey={(r) => r.id}
					columns={[
						{ key: 'class', title: t('reopen.class'), isHeading: true, cell: (r) => r.class.name },
						{ key: 'subject', title: t('reopen.subject'), narrow: 'beside', cell: (r) => r.subject.name },
						{ key: 'kind', title: t('plan.kind'), narrow: 'beside', cell: (r) => t(`kind.${r.kind}`) },
						{ key: 'until', title: t('reopen.until'), cell: (r) => formatDateTime(r.until) },
						{ key: 'why', title: t('reopen.why'), cell: (r) => r.why },
						{ key: 'by', title: t('plan.by'), cell: (r) => r.by?.fullName ?? '–' },
						{ key: 'deed', title: t('plan.deed'), narrow: 'plain', cell: (r) => (
							<Button small kind="secondary" onClick={() => end(r)}
								label={t('reopen.end.label', { subject: r.subject.name, class: r.class.name })}>
								{t('reopen.end')}
							</Button>
						) },
					]} />
			)}
			<p><Button kind="secondary" onClick={() => setAsking(true)}>{t('reopen.add')}</Button></p>
			{isAsking
				? <AskOpen schedule={schedule} year={year} onDone={opened} onLeave={() => setAsking(false)} />
				: null}
		</section>
	);
}
