/* One destination is added or changed: what each of the three kinds must know. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, api } from '../../lib/api';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { CheckField, FileField, PasswordField, RadioField, TextField } from '../../parts/field';
import type { FieldErrors, FormState } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Waiting } from '../../parts/notice';
import type { Destination, Kind } from './exchange_data';
import { KINDS, t } from './exchange_data';

const NAME_MAX = 100; /* these as the server takes them */
const URL_MAX = 256;
const CODE_MAX = 128;
const HOST_MAX = 128;
const WORD_MAX = 64;
const PASSWORD_MAX = 100;
const PORT_MAX = 65_535;
const PORT_USUAL = 3306;
const CA_BYTES_MAX = 32 * 1024;
const ENROL_TIMEOUT_MS = 60_000; /* the server itself gives up after fifteen seconds */

interface Values extends Record<string, unknown> {
	kind: string;
	name: string;
	url: string;
	code: string;
	host: string;
	port: string;
	database: string;
	user: string;
	password: string;
	folder: string;
	ca: File | null;
	dropsCa: boolean;
}

type DestinationForm = FormState<Values>;

function startOf(old: Destination | null): Values {
	return { kind: old?.kind ?? 'https', name: old?.name ?? t('name.usual.https'), url: old?.url ?? '', code: '', host: old?.host ?? '',
		port: String(old?.port ?? PORT_USUAL), database: old?.database ?? '', user: old?.user ?? '', password: '', folder: old?.folder ?? '',
		ca: null, dropsCa: false };
}

const NEEDED: Record<Kind, (keyof Values & string)[]> = {
	https: ['name', 'url', 'code'], mariadb: ['name', 'host', 'database', 'user'], files: ['name', 'folder'],
};

function check(v: Values, isNew: boolean): FieldErrors<keyof Values & string> {
	const errors: FieldErrors<keyof Values & string> = {};
	for (const field of NEEDED[v.kind as Kind]) {
		if ((isNew || field !== 'code') && !String(v[field]).trim()) {
			errors[field] = t('missing');
		}
	}
	if (v.kind === 'mariadb' && !(/^\d{1,5}$/.test(v.port.trim()) && Number(v.port) >= 1 && Number(v.port) <= PORT_MAX)) {
		errors.port = t('port.wrong');
	}
	if (v.kind !== 'files' && v.ca && v.ca.size > CA_BYTES_MAX) {
		errors.ca = t('ca.large');
	}
	return errors;
}

/* The authority: the file that was chosen, else the one that is there. */
async function caOf(v: Values, old: Destination | null): Promise<string | null> {
	return v.ca ? v.ca.text() : v.dropsCa ? null : old?.ca ?? null;
}

async function bodyOf(v: Values, old: Destination | null): Promise<object> {
	const name = v.name.trim();
	switch (v.kind as Kind) {
	case 'https':
		return { name, url: v.url.trim(), ca: await caOf(v, old) };
	case 'mariadb':
		return { name, host: v.host.trim(), port: Number(v.port), database: v.database.trim(), user: v.user.trim(),
			password: v.password, ca: await caOf(v, old) };
	case 'files':
		return { name, folder: v.folder.trim() };
	}
}

async function send(v: Values, old: Destination | null): Promise<Destination> {
	const body = await bodyOf(v, old);
	if (old) {
		return api.put<Destination>(`/api/v1/destinations/${old.id}`, { ...body, version: old.version });
	}
	return v.kind === 'https'
		? api.post<Destination>('/api/v1/destinations/enrol', { ...body, code: v.code.trim() }, { timeoutMs: ENROL_TIMEOUT_MS })
		: api.post<Destination>('/api/v1/destinations', { ...body, kind: v.kind });
}

/* Somebody else was quicker: what was typed stays, and the sentence says what to do. */
function inWords(error: unknown): never {
	if (error instanceof ApiError && error.problem.code === 'stale') {
		throw new ApiError({ ...error.problem, detail: t('stale') });
	}
	throw error;
}

function Authority({ form, old }: { form: DestinationForm; old: Destination | null }): JSX.Element {
	const { values: v } = form;
	return (
		<>
			<FileField name="ca" label={t('ca')} hint={old?.ca ? t('ca.kept') : t('ca.hint')} accept=".pem,.crt,.cer" file={v.ca}
				error={form.errors.ca} onFile={(x) => form.set('ca', x)} />
			{old?.ca && !v.ca
				? <CheckField name="dropsCa" label={t('ca.drop')} checked={v.dropsCa} onChange={(x) => form.set('dropsCa', x)} /> : null}
		</>
	);
}

function Text({ form, name, max, hint, width, code }: {
	form: DestinationForm; name: 'name' | 'url' | 'code' | 'host' | 'database' | 'user' | 'folder'; max: number; hint?: string;
	width?: 'w-20' | 'wide'; code?: boolean;
}): JSX.Element {
	return (
		<TextField name={name} label={t(name)} hint={hint} width={width ?? 'wide'} code={code ?? false} maxLength={max} autoComplete="off"
			value={form.values[name]} error={form.errors[name]} onInput={(x) => form.set(name, x)} />
	);
}

function Fields({ form, old }: { form: DestinationForm; old: Destination | null }): JSX.Element {
	const { values: v } = form;
	switch (v.kind as Kind) {
	case 'https':
		return (
			<>
				<Text form={form} name="url" max={URL_MAX} hint={t('url.hint')} />
				{old ? null : <Text form={form} name="code" max={CODE_MAX} hint={t('code.hint')} code />}
				<Authority form={form} old={old} />
			</>
		);
	case 'mariadb':
		return (
			<>
				<Text form={form} name="host" max={HOST_MAX} />
				<TextField name="port" label={t('port')} width="w-10" inputMode="numeric" maxLength={5} autoComplete="off" value={v.port}
					error={form.errors.port} onInput={(x) => form.set('port', x)} />
				<Text form={form} name="database" max={WORD_MAX} width="w-20" />
				<Text form={form} name="user" max={WORD_MAX} width="w-20" />
				<PasswordField name="password" label={t('password')} hint={old?.hasPassword ? t('password.kept') : undefined} value={v.password}
					error={form.errors.password} maxLength={PASSWORD_MAX} autoComplete="new-password" onInput={(x) => form.set('password', x)} />
				<Authority form={form} old={old} />
			</>
		);
	case 'files':
		return <Text form={form} name="folder" max={WORD_MAX} hint={t('folder.hint')} width="w-20" />;
	}
}

const isUsual = (name: string): boolean => KINDS.some((k) => name === t(`name.usual.${k}`));

/** `old` is changed; null: one is added. */
export function DestinationDialog({ old, onDone, onLeave }: {
	old: Destination | null; onDone: (d: Destination) => void; onLeave: () => void;
}): JSX.Element {
	const [start] = useState(() => startOf(old));
	const form = useForm<Values>({
		start,
		check: (v) => check(v, !old),
		send: async (v) => onDone(await send(v, old).catch(inWords)),
	});
	const { values: v } = form;
	const choose = (kind: string): void => {
		form.set('kind', kind);
		if (isUsual(v.name)) {
			form.set('name', t(`name.usual.${kind as Kind}`));
		}
	};
	return (
		<Dialog title={old ? t('of', { deed: t('change'), name: old.name }) : t('add')} onClose={onLeave}>
			<Form form={form}>
				{old ? null : (
					<RadioField name="kind" label={t('kind')} value={v.kind} error={form.errors.kind} onChange={choose}
						options={KINDS.map((k) => ({ value: k, label: t(`kind.${k}`), hint: t(`kind.${k}.hint`) }))} />
				)}
				<Text form={form} name="name" max={NAME_MAX} hint={t('name.hint')} />
				<Fields form={form} old={old} />
				{form.isBusy && !old && v.kind === 'https' ? <Waiting text={t('enrolling')} /> : null}
				<div class="row">
					<Button type="submit" busy={form.isBusy}>
						{old ? t('save') : v.kind === 'https' ? t('add.https') : t('add.other')}
					</Button>
					<Button kind="secondary" onClick={onLeave}>{t('cancel')}</Button>
				</div>
			</Form>
		</Dialog>
	);
}
