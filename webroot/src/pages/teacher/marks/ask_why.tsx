/*
 * A reason, where one is needed: for what students and parents have seen, and for what is locked,
 * where the office decides.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, idempotencyKey, sentence } from '../../../lib/api';
import type { Entry } from '../../../marks/session';
import { cellBody } from '../../../marks/session';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { TextField } from '../../../parts/field';
import { announce } from '../../../parts/live';
import type { Desk } from './desk';
import { contentWords, t } from './words';

const WHY_MAX = 100; /* characters: 300 bytes hold them with every mark of Vietnamese */

/* What would change: the one cell in full, or how many. */
function Changes({ desk, entries, many }: { desk: Desk; entries: Entry[]; many: 'why.many' | 'ask.many' })
	: JSX.Element {
	const one = entries.length === 1 ? entries[0] : undefined;
	const kind = one ? desk.kindIn(one.cell) : desk.kind;
	return one
		? (
			<p>
				{desk.nameOf(one.cell)}: <del>{contentWords(kind, desk.session.view(one.cell).peek().theirs)}</del>
				{' → '}<ins>{contentWords(kind, one.content)}</ins>
			</p>
		)
		: <p>{t(many, { count: entries.length })}</p>;
}

function WhyForm({ start, hint, save, onSave, onBack }: {
	start: string; hint: string; save: string; onSave: (why: string) => Promise<void> | void; onBack: () => void;
}): JSX.Element {
	const [why, setWhy] = useState(start);
	const [error, setError] = useState<string | undefined>(undefined);
	const [isBusy, setBusy] = useState(false);
	const submit = (event: Event): void => {
		event.preventDefault();
		if (isBusy) {
			return;
		}
		if (!why.trim()) {
			setError(t('why.missing'));
			return;
		}
		setBusy(true);
		Promise.resolve(onSave(why.trim())).catch((e: unknown) => {
			setError(sentence(e));
			setBusy(false);
		});
	};
	return (
		<form noValidate onSubmit={submit}>
			<TextField name="why" label={t('why.label')} hint={hint} value={why} error={error}
				maxLength={WHY_MAX} width="wide" autoComplete="off" onInput={setWhy} />
			<div class="row">
				<Button type="submit" busy={isBusy}>{save}</Button>
				<Button kind="secondary" onClick={onBack}>{t('why.back')}</Button>
			</div>
		</form>
	);
}

/** A published column changes with a reason only; the last one given stands there already. */
export function AskWhy({ desk, entries, rest, onDone }: {
	desk: Desk; entries: Entry[]; rest: Entry[]; onDone: () => void;
}): JSX.Element {
	const close = (): void => { desk.asked.value = null; };
	return (
		<Dialog title={t('why.title')} onClose={close}>
			<Changes desk={desk} entries={entries} many="why.many" />
			<WhyForm start={desk.lastWhy} hint={t('why.hint')} save={t('why.save')} onBack={close}
				onSave={(why) => {
					close();
					desk.enterSeen(entries, rest, why, onDone);
				}} />
		</Dialog>
	);
}

/** A locked column: the change becomes a request. */
export function AskOffice({ desk, entries }: { desk: Desk; entries: Entry[] }): JSX.Element {
	const close = (): void => { desk.asked.value = null; };
	const send = async (why: string): Promise<void> => {
		const cells = entries.map((e) =>
			cellBody({ ...e, base: desk.session.view(e.cell).peek().theirs.version }));
		await api.post(`${desk.address}/requests`, { cells, why }, { headers: idempotencyKey() });
		entries.forEach((e) => desk.session.decide(e.cell, 'theirs'));
		announce(t('ask.sent', { count: entries.length }));
		close();
		await desk.session.refresh();
	};
	return (
		<Dialog title={t('ask.title')} onClose={close}>
			<p>{t('ask.text')}</p>
			<Changes desk={desk} entries={entries} many="ask.many" />
			<WhyForm start="" hint={t('ask.hint')} save={t('ask.send')} onBack={close} onSave={send} />
		</Dialog>
	);
}
