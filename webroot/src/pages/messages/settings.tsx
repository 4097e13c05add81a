/* How the reader wants to be told outside the program: mail, text messages, quiet hours, language. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { Button } from '../../parts/button';
import { CheckField, TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { announce } from '../../parts/live';
import { Banner } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';

const t = words(vi, en);

const EMAIL_MAX = 254;
const HOUR_MIN = 60;

interface Setting {
	email: string;
	emailState: 'none' | 'asked' | 'confirmed';
	byEmail: boolean;
	byPhone: boolean;
	hasPhone: boolean;
	quietFromMin: number;
	quietToMin: number;
	schoolSendsEmail: boolean;
	schoolSendsPhone: boolean;
	version: number;
}

const clock = (min: number): string => `${String(Math.floor(min / HOUR_MIN)).padStart(2, '0')}:${String(min % HOUR_MIN).padStart(2, '0')}`;

function minutes(text: string): number | null {
	const m = /^\s*(\d{1,2})[:.h](\d{2})\s*$/.exec(text);
	const [h, min] = [Number(m?.[1] ?? NaN), Number(m?.[2] ?? NaN)];
	return h < 24 && min < HOUR_MIN ? h * HOUR_MIN + min : null;
}

function Email({ setting, onChange }: { setting: Setting; onChange: (next: Setting) => void }): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const form = useForm<{ email: string }>({
		start: { email: setting.email },
		check: (v) => (v.email.includes('@') ? {} : { email: t('email.missing') }),
		send: async (v) => {
			onChange(await api.put<Setting>('/api/v1/notice-settings/email', { email: v.email.trim() }));
			announce(t('email.asked', { email: v.email.trim() }));
		},
	});
	const drop = (): void => {
		api.del('/api/v1/notice-settings/email').then(async () => {
			form.reset({ email: '' });
			onChange(await api.get<Setting>('/api/v1/notice-settings'));
		}).catch(setError);
	};
	return (
		<section>
			<h2>{t('email')}</h2>
			{setting.schoolSendsEmail ? null : <p class="quiet">{t('email.off')}</p>}
			{setting.emailState === 'asked' ? <Banner tone="warn"><p>{t('email.asked', { email: setting.email })}</p></Banner> : null}
			{setting.emailState === 'confirmed' ? <p>{t('email.confirmed', { email: setting.email })}</p> : null}
			{setting.schoolSendsEmail ? (
				<Form form={form}>
					<TextField name="email" type="email" inputMode="email" autoComplete="email" label={t('email.label')} hint={t('email.hint')}
						width="wide" maxLength={EMAIL_MAX} value={form.values.email} error={form.errors.email} onInput={(v) => form.set('email', v)} />
					<Button type="submit" kind="secondary" busy={form.isBusy}>{t('email.ask')}</Button>
				</Form>
			) : null}
			{setting.emailState === 'none' ? null : <p class="address-drop"><Button small kind="secondary" onClick={drop}>{t('email.drop')}</Button></p>}
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</section>
	);
}

interface Values extends Record<string, unknown> {
	byEmail: boolean;
	byPhone: boolean;
	quietFromMin: string;
	quietToMin: string;
}

function Channels({ setting, onChange }: { setting: Setting; onChange: (next: Setting) => void }): JSX.Element {
	const form = useForm<Values>({
		start: { byEmail: setting.byEmail, byPhone: setting.byPhone,
			quietFromMin: clock(setting.quietFromMin), quietToMin: clock(setting.quietToMin) },
		check: (v) => ({
			...(minutes(v.quietFromMin) === null ? { quietFromMin: t('quiet.missing') } : {}),
			...(minutes(v.quietToMin) === null ? { quietToMin: t('quiet.missing') } : {}),
		}),
		send: async (v) => {
			onChange(await api.put<Setting>('/api/v1/notice-settings', { version: setting.version, byEmail: v.byEmail, byPhone: v.byPhone,
				quietFromMin: minutes(v.quietFromMin), quietToMin: minutes(v.quietToMin) }));
			announce(t('saved'));
		},
	});
	const v = form.values;
	return (
		<section>
			<h2>{t('channels')}</h2>
			<Form form={form}>
				<CheckField name="byEmail" label={t('by.email')} checked={v.byEmail} onChange={(on) => form.set('byEmail', on)} />
				<CheckField name="byPhone" label={t('by.phone')} hint={setting.schoolSendsPhone ? undefined : t('by.phone.off')}
					disabled={!setting.hasPhone} checked={v.byPhone} onChange={(on) => form.set('byPhone', on)} />
				<TextField name="quietFromMin" label={t('quiet.from')} hint={t('quiet.hint')} width="w-10" value={v.quietFromMin}
					error={form.errors['quietFromMin']} onInput={(x) => form.set('quietFromMin', x)} />
				<TextField name="quietToMin" label={t('quiet.to')} width="w-10" value={v.quietToMin}
					error={form.errors['quietToMin']} onInput={(x) => form.set('quietToMin', x)} />
				<Button type="submit" busy={form.isBusy}>{t('save')}</Button>
			</Form>
		</section>
	);
}

export function SettingsPage(): JSX.Element {
	const setting = useLoad<Setting>('notice settings', (signal) => api.get('/api/v1/notice-settings', { signal }));
	return (
		<>
			<Breadcrumbs items={[{ href: '/thong-bao', label: t('notices') }, { label: t('settings') }]} />
			<h1>{t('settings')}</h1>
			<p class="lead">{t('settings.lead')}</p>
			<Show of={setting}>{(value) => (
				<>
					<Email key={value.emailState} setting={value} onChange={setting.set} />
					<Channels key={value.version} setting={value} onChange={setting.set} />
				</>
			)}</Show>
		</>
	);
}
