/* One school year of a school as a OneRoster bundle: which year, what for. */
import type { JSX } from 'preact';
import { api, saveAs } from '../../lib/api';
import { useLoad } from '../../lib/load';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { SelectField, TextArea } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { announce } from '../../parts/live';
import { Show } from '../../parts/page_load';
import type { DeskSchool } from './desk_data';
import { PURPOSE_MAX, reasonFault, t } from './desk_data';
import { presentYear } from './values';

function Ask({ school, years, onLeave }: { school: DeskSchool; years: string[]; onLeave: () => void }): JSX.Element {
	const form = useForm({
		start: { year: presentYear(years, new Date()), why: '' },
		check: (v): { year?: string; why?: string } => {
			const fault = reasonFault(v.why);
			return { ...(v.year ? {} : { year: t('missing') }), ...(fault === undefined ? {} : { why: fault }) };
		},
		send: async (v) => {
			const bytes = await api.bytes(`/api/v1/desk/schools/${school.id}/bundle`,
				{ post: { year: v.year, purpose: v.why.trim() } });
			saveAs(bytes, `oneroster-${school.code}-${v.year}.zip`, 'application/zip');
			announce(t('export.done'));
			onLeave();
		},
		fields: { purpose: 'why' },
	});
	return (
		<Form form={form}>
			<SelectField name="year" label={t('figures.year')} value={form.values.year} error={form.errors.year}
				onChange={(v) => form.set('year', v)} options={years.map((y) => ({ value: y, label: y }))} />
			<TextArea name="why" label={t('look.purpose')} rows={2} maxLength={PURPOSE_MAX} value={form.values.why}
				error={form.errors.why} onInput={(v) => form.set('why', v)} />
			<div class="row">
				<Button type="submit" kind="primary" busy={form.isBusy}>{t('bundle')}</Button>
				<Button kind="secondary" onClick={onLeave}>{t('cancel')}</Button>
			</div>
		</Form>
	);
}

export function BundleDialog({ school, onLeave }: { school: DeskSchool; onLeave: () => void }): JSX.Element {
	const choices = useLoad<{ years: { code: string }[] }>('desk choices', (signal) => api.get('/api/v1/desk/counts', { signal }));
	return (
		<Dialog title={`${t('bundle')}: ${school.name}`} onClose={onLeave}>
			<p>{t('bundle.text')}</p>
			<Show of={choices}>{(c) => <Ask school={school} years={c.years.map((y) => y.code)} onLeave={onLeave} />}</Show>
		</Dialog>
	);
}
