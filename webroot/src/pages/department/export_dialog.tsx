/* A file leaves the desk: what for, in which form. */
import type { JSX } from 'preact';
import { api, saveAs } from '../../lib/api';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { RadioField, TextArea } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { announce } from '../../parts/live';
import { PURPOSE_MAX, reasonFault, t } from './desk_data';

const TYPES: Record<string, string> = {
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	csv: 'text/csv',
};

export function ExportDialog({ what, onLeave }: { what: Record<string, string>; onLeave: () => void }): JSX.Element {
	const form = useForm({
		start: { format: 'xlsx', purpose: '' },
		check: (v): { purpose?: string } => {
			const fault = reasonFault(v.purpose);
			return fault === undefined ? {} : { purpose: fault };
		},
		send: async (v) => {
			const bytes = await api.bytes('/api/v1/desk/exports', { post: { ...what, format: v.format, purpose: v.purpose.trim() } });
			saveAs(bytes, `${what['what'] === 'schools' ? 'truong' : 'so-lieu'}.${v.format}`, TYPES[v.format] ?? '');
			announce(t('export.done'));
			onLeave();
		},
	});
	return (
		<Dialog title={t('export')} onClose={onLeave}>
			<p>{t('export.text')}</p>
			<Form form={form}>
				<TextArea name="purpose" label={t('look.purpose')} rows={2} maxLength={PURPOSE_MAX} value={form.values.purpose}
					error={form.errors.purpose} onInput={(v) => form.set('purpose', v)} />
				<RadioField name="format" label={t('export.format')} value={form.values.format} onChange={(v) => form.set('format', v)}
					options={[{ value: 'xlsx', label: t('export.xlsx') }, { value: 'csv', label: t('export.csv') }]} />
				<div class="row">
					<Button type="submit" kind="primary" busy={form.isBusy}>{t('export.go')}</Button>
					<Button kind="secondary" onClick={onLeave}>{t('cancel')}</Button>
				</div>
			</Form>
		</Dialog>
	);
}
