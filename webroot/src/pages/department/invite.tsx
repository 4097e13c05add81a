/* A school may enrol: its one-time code is shown once, here. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { formatDateTime } from '../../lib/time';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { SelectField, TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { CommuneField } from './commune';
import { LEVELS, t } from './desk_data';

export interface NewCode {
	id: string;
	code: string;
	expiresAt: number;
}

export function CodeDialog({ name, code, onLeave }: { name: string; code: NewCode; onLeave: () => void }): JSX.Element {
	return (
		<Dialog title={t('code.title', { name })}>
			<p class="one-code">{code.code}</p>
			<p>{t('code.text', { at: formatDateTime(code.expiresAt) })}</p>
			<Button kind="primary" onClick={onLeave}>{t('code.done')}</Button>
		</Dialog>
	);
}

export function InviteDialog({ onLeave }: { onLeave: () => void }): JSX.Element {
	const [made, setMade] = useState<NewCode | null>(null);
	const form = useForm({
		start: { code: '', name: '', level: 'thpt', commune: '' },
		check: (v): { code?: string; name?: string; commune?: string } => ({
			...(v.code.trim() ? {} : { code: t('missing') }),
			...(v.name.trim() ? {} : { name: t('missing') }),
		}),
		send: async (v) => setMade(await api.post<NewCode>('/api/v1/desk/schools', v)),
	});
	if (made) {
		return <CodeDialog name={form.values.name} code={made} onLeave={onLeave} />;
	}
	return (
		<Dialog title={t('invite')} onClose={onLeave}>
			<p>{t('invite.text')}</p>
			<Form form={form}>
				<TextField name="code" label={t('invite.code')} hint={t('invite.code.hint')} maxLength={24} value={form.values.code}
					error={form.errors.code} onInput={(v) => form.set('code', v)} />
				<TextField name="name" label={t('invite.name')} maxLength={200} width="wide" value={form.values.name}
					error={form.errors.name} onInput={(v) => form.set('name', v)} />
				<SelectField name="level" label={t('invite.level')} value={form.values.level} onChange={(v) => form.set('level', v)}
					options={LEVELS.map((x) => ({ value: x, label: t(`level.${x}`) }))} />
				<CommuneField value={form.values.commune} error={form.errors.commune} onInput={(v) => form.set('commune', v)} />
				<div class="row">
					<Button type="submit" kind="primary" busy={form.isBusy}>{t('invite.go')}</Button>
					<Button kind="secondary" onClick={onLeave}>{t('cancel')}</Button>
				</div>
			</Form>
		</Dialog>
	);
}
