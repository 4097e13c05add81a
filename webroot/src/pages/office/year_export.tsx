/* A school year leaves as a OneRoster bundle: for what purpose is asked, and stays in the log. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, saveAs } from '../../lib/api';
import { words } from '../../lib/i18n';
import type { SchoolYear } from '../../lib/types';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { CheckField, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { announce } from '../../parts/live';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';

const t = words(vi, en);

/* A large school's year takes seconds. */
const PATIENCE_MS = 120_000;

function Ask({ year, onLeave }: { year: SchoolYear; onLeave: () => void }): JSX.Element {
	const form = useForm({
		start: { purpose: '', guardians: false },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (v.purpose.trim() === '') {
				errors.purpose = t('bundle.purpose.missing');
			}
			return errors;
		},
		send: async (v) => {
			const bytes = await api.bytes('/api/v1/oneroster/exports',
				{ post: { year: year.id, guardians: v.guardians, purpose: v.purpose }, timeoutMs: PATIENCE_MS });
			saveAs(bytes, `oneroster-${year.code}.zip`, 'application/zip');
			announce(t('bundle.done', { code: year.code }));
			onLeave();
		},
	});
	const { values: v } = form;
	return (
		<Dialog title={t('bundle.ask', { code: year.code })} onClose={onLeave}>
			<Form form={form}>
				<p>{t('bundle.text')}</p>
				<TextField name="purpose" label={t('bundle.purpose')} hint={t('bundle.purpose.hint')} value={v.purpose}
					error={form.errors.purpose} onInput={(x) => form.set('purpose', x)} />
				<CheckField name="guardians" label={t('bundle.guardians')} hint={t('bundle.guardians.hint')}
					checked={v.guardians} onChange={(x) => form.set('guardians', x)} />
				<div class="row">
					<Button type="submit" busy={form.isBusy}>{t('bundle.yes')}</Button>
					<Button kind="secondary" onClick={onLeave}>{t('bundle.no')}</Button>
				</div>
			</Form>
		</Dialog>
	);
}

export function YearExport({ year }: { year: SchoolYear }): JSX.Element {
	const [isAsking, setAsking] = useState(false);
	return (
		<>
			<Button small kind="secondary" label={t('bundle.export.label', { code: year.code })} onClick={() => setAsking(true)}>
				{t('bundle.export')}
			</Button>
			{isAsking ? <Ask year={year} onLeave={() => setAsking(false)} /> : null}
		</>
	);
}
