/* Closing one class or all that are complete, and opening one again: the questions before. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { Button } from '../../parts/button';
import { Confirm, Dialog } from '../../parts/dialog';
import { TextArea } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { words } from '../../lib/i18n';
import { vi as peopleVi } from '../../i18n/vi/people';
import { en as peopleEn } from '../../i18n/en/people';
import type { ClassClosing, YearPart } from './closing_data';
import { partIn, t } from './closing_data';

const people = words(peopleVi, peopleEn);

const WHY_MAX = 200; /* as the server takes it */

/** What came of it: a sentence, and which classes could not be closed. */
export interface Done {
	text: string;
	failed: { name: string; why: string }[];
}

export interface Asked {
	part: YearPart;
	classes: ClassClosing[];
	onDone: (done: Done) => void;
	onLeave: () => void;
}

const send = (c: ClassClosing, part: YearPart, close: boolean, why: string): Promise<void> =>
	api.post(`/api/v1/classes/${c.class.id}/closing`, { part, close, version: c.version, why });

function Means({ part }: { part: YearPart }): JSX.Element {
	return (
		<ul>
			{(['1', '2', '3', '4'] as const).map((n) => (
				<li key={n}>{t(`close.means.${n}`, { part: partIn(part) })}</li>
			))}
		</ul>
	);
}

/** One after the other, so that a class that cannot be closed keeps no other from it. */
export function AskClose({ part, classes, onDone, onLeave }: Asked): JSX.Element {
	const [isBusy, setBusy] = useState(false);
	const only = classes.length === 1 ? classes[0]?.class.name : undefined;
	const close = async (): Promise<void> => {
		setBusy(true);
		const failed: Done['failed'] = [];
		for (const c of classes) {
			try {
				await send(c, part, true, '');
			} catch (error) {
				failed.push({ name: c.class.name, why: sentence(error) });
			}
		}
		const count = classes.length - failed.length;
		const text = count === 0 ? ''
			: only === undefined ? t('closed.all', { part: partIn(part), count })
			: t('closed.one', { part: partIn(part), name: only });
		onDone({ text, failed });
	};
	const title = only === undefined ? t('close.ask.all', { part: partIn(part), count: classes.length })
		: t('close.ask', { part: partIn(part), name: only });
	return (
		<Confirm title={title} yes={t('close')} busy={isBusy} no={people('cancel')} onYes={() => void close()}
			onNo={() => (isBusy ? undefined : onLeave())}>
			{only === undefined
				? <p>{t('close.classes', { names: classes.map((c) => c.class.name).join(', ') })}</p> : null}
			<Means part={part} />
		</Confirm>
	);
}

export function AskOpen({ part, classes, onDone, onLeave }: Asked): JSX.Element | null {
	const [c] = classes;
	const form = useForm({
		start: { why: '' },
		check: (v): { why?: string } => (v.why.trim() ? {} : { why: t('open.why.missing') }),
		send: async (v) => {
			if (c) {
				await send(c, part, false, v.why.trim());
				onDone({ text: t('opened', { part: partIn(part), name: c.class.name }), failed: [] });
			}
		},
	});
	return c ? (
		<Dialog title={t('open.ask', { part: partIn(part), name: c.class.name })} onClose={onLeave}>
			<Form form={form}>
				<p>{t('open.text')}</p>
				<TextArea name="why" label={t('open.why')} hint={t('open.why.hint')} rows={3} maxLength={WHY_MAX}
					value={form.values.why} error={form.errors.why} onInput={(v) => form.set('why', v)} />
				<div class="row">
					<Button type="submit" busy={form.isBusy}>{t('open')}</Button>
					<Button kind="secondary" onClick={onLeave}>{people('cancel')}</Button>
				</div>
			</Form>
		</Dialog>
	) : null;
}
