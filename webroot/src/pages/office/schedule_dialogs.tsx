/* The questions before a plan is set, moved or taken away. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, api, sentence } from '../../lib/api';
import { formatDateTime, parseLocalInput, toLocalInput } from '../../lib/time';
import { Button } from '../../parts/button';
import { Confirm, Dialog } from '../../parts/dialog';
import { RadioField, SelectField, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Banner } from '../../parts/notice';
import type { Plan, PlanKind, Schedule, What } from './term_data';
import { PLAN_KINDS, SAID, gradeName, scopeName, t } from './term_data';

interface Asked {
	what: What;
	schedule: Schedule;
	onDone: (next: Schedule | null, text: string, isStale?: boolean) => void;
	onLeave: () => void;
}

/* Each address is written out: the document of the API is held against them. */
const send = (what: What, term: string, body: object): Promise<Schedule> => what === 'locks'
	? api.put<Schedule>(`/api/v1/terms/${term}/locks`, body)
	: api.put<Schedule>(`/api/v1/terms/${term}/publishing`, body);

/* By the server's clock: this device's may be ahead, and then nothing would happen yet. */
const serverNow = async (term: string): Promise<number> =>
	(await api.get<Schedule>(`/api/v1/terms/${term}/schedule`)).now;

/* True when somebody else was quicker: then the newest is shown, and nothing was done. */
const isStale = (error: unknown): boolean => error instanceof ApiError && error.problem.code === 'stale';

/** `plan` is moved; null: one is set. */
export function AskPlan({ what, plan, schedule, onDone, onLeave }: Asked & { plan: Plan | null }): JSX.Element {
	const said = SAID[what];
	const form = useForm({
		start: { kind: (plan?.kind ?? 'all') as string, grade: String(plan?.grade ?? 0), when: 'later',
			at: plan?.at && plan.at > schedule.now ? toLocalInput(plan.at) : '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (v.when === 'later' && parseLocalInput(v.at) === null) {
				errors.at = t('plan.at.missing');
			}
			return errors;
		},
		send: async (v) => {
			const kind = v.kind as PlanKind;
			const grade = Number(v.grade);
			const at = v.when === 'now' ? await serverNow(schedule.term.id) : parseLocalInput(v.at);
			/* One that was taken away is there too, with its version. */
			const version = schedule[what].find((p) => p.kind === kind && p.grade === grade)?.version ?? 0;
			try {
				const next = await send(what, schedule.term.id, { kind, grade, at, version });
				const set = next[what].find((p) => p.kind === kind && p.grade === grade);
				onDone(next, t(said.done, { scope: scopeName(kind, grade), when: formatDateTime(set?.at ?? at ?? 0) }));
			} catch (error) {
				if (!isStale(error)) {
					throw error;
				}
				onDone(null, t('stale'), true);
			}
		},
	});
	const { values: v } = form;
	return (
		<Dialog title={t(said.ask)} onClose={onLeave}>
			<Form form={form}>
				<SelectField name="kind" label={t('plan.kind')} value={v.kind} disabled={plan !== null}
					onChange={(x) => form.set('kind', x)}
					options={PLAN_KINDS.map((x) => ({ value: x, label: t(`kind.${x}`) }))} />
				<SelectField name="grade" label={t('plan.grade')} value={v.grade} disabled={plan !== null}
					onChange={(x) => form.set('grade', x)}
					options={[0, ...schedule.grades].map((x) => ({ value: String(x), label: gradeName(x) }))} />
				<RadioField name="when" label={t('plan.when')} value={v.when} inline
					onChange={(x) => form.set('when', x)}
					options={[{ value: 'later', label: t('plan.later') }, { value: 'now', label: t('plan.now') }]} />
				{v.when === 'now' ? null : (
					<TextField name="at" label={t('plan.at')} type="datetime-local" value={v.at} error={form.errors.at}
						onInput={(x) => form.set('at', x)} />
				)}
				<p>{t(what === 'locks' ? 'lock.text' : 'publish.once')}</p>
				<div class="row">
					<Button type="submit" busy={form.isBusy}>{t(said.yes)}</Button>
					<Button kind="secondary" onClick={onLeave}>{t('cancel')}</Button>
				</div>
			</Form>
		</Dialog>
	);
}

export function AskDrop({ what, plan, schedule, onDone, onLeave }: Asked & { plan: Plan }): JSX.Element {
	const said = SAID[what];
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const scope = scopeName(plan.kind, plan.grade);
	const drop = (): void => {
		setBusy(true);
		send(what, schedule.term.id, { kind: plan.kind, grade: plan.grade, at: null, version: plan.version })
			.then((next) => onDone(next, t(said.dropped, { scope })),
				(e: unknown) => {
					setBusy(false);
					if (isStale(e)) {
						onDone(null, t('stale'), true);
					} else {
						setError(e);
					}
				});
	};
	return (
		<Confirm title={t(said.askDrop, { scope })} yes={t(said.dropYes)} no={t('cancel')} busy={isBusy}
			onYes={drop} onNo={onLeave}>
			<p>{t(said.dropText)}</p>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
		</Confirm>
	);
}
