/*
 * A sign-in slip carries a one-use activation code (typed, or in the fragment of its QR). The
 * page shows whose it is; the person chooses a password and is signed in.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import type { Me } from '../../lib/me';
import { homeOf, me } from '../../lib/me';
import { navigate } from '../../lib/router';
import { Button } from '../../parts/button';
import { PasswordField, TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Page } from '../../parts/layout';
import { Pairs } from '../../parts/notice';
import { vi } from '../../i18n/vi/sign_in';
import { en } from '../../i18n/en/sign_in';

const t = words(vi, en);

const CODE_MIN = 8;
const PASSWORD_MIN = 8;
const PASSWORD_MAX = 128;

interface Owner {
	fullName: string;
	login: string;
	school: { code: string; name: string };
	hasPhone: boolean;
}

/* The code is a secret: taken from the fragment, which is never sent, and wiped from the bar. */
function codeFromAddress(): string {
	const code = decodeURIComponent(location.hash.slice(1));
	if (code) {
		history.replaceState(null, '', location.pathname);
	}
	return code;
}

function CodeStep({ onOwner }: { onOwner: (code: string, owner: Owner) => void }): JSX.Element {
	const form = useForm<{ code: string }>({
		start: { code: codeFromAddress() },
		check: (v) => v.code.replace(/[\s-]/g, '').length < CODE_MIN ? { code: t('code.short') } : {},
		send: async (v) => {
			const code = v.code.trim();
			onOwner(code, await api.post<Owner>('/api/v1/activation', { code }));
		},
	});
	return (
		<Form form={form}>
			<h1>{t('activate.title')}</h1>
			<TextField name="code" label={t('code')} hint={t('code.hint')} code autoComplete="off"
				value={form.values.code} error={form.errors.code} maxLength={64}
				onInput={(v) => form.set('code', v)} />
			<Button type="submit" busy={form.isBusy}>{t('code.next')}</Button>
		</Form>
	);
}

function PasswordStep({ code, owner, onBack }: { code: string; owner: Owner; onBack: () => void })
	: JSX.Element {
	const form = useForm<{ password: string }>({
		start: { password: '' },
		check: (v) => {
			const count = [...v.password].length;
			return count < PASSWORD_MIN || count > PASSWORD_MAX
				? { password: t('new.length', { min: PASSWORD_MIN, max: PASSWORD_MAX }) } : {};
		},
		send: async (v) => {
			const who = await api.post<Me>('/api/v1/activation/use', { code, password: v.password });
			me.value = who;
			navigate(homeOf(who), { replace: true });
		},
	});
	return (
		<Form form={form}>
			<h1>{t('activate.who')}</h1>
			<Pairs items={[
				{ label: t('pair.name'), value: owner.fullName },
				{ label: t('pair.school'), value: `${owner.school.name} (${owner.school.code})` },
				{ label: t('pair.login'), value: <strong class="mono">{owner.login}</strong> },
			]} />
			{owner.hasPhone ? <p>{t('activate.phone')}</p> : null}
			<input type="text" class="hidden" name="username" autocomplete="username" readOnly
				value={owner.login} />
			<PasswordField name="password" label={t('new')} hint={t('new.hint', { min: PASSWORD_MIN })}
				autoComplete="new-password" value={form.values.password} error={form.errors.password}
				onInput={(v) => form.set('password', v)} />
			<div class="row">
				<Button type="submit" busy={form.isBusy}>{t('new.save')}</Button>
				<Button kind="secondary" onClick={onBack}>{t('activate.notme')}</Button>
			</div>
		</Form>
	);
}

export default function ActivatePage(): JSX.Element {
	const [found, setFound] = useState<{ code: string; owner: Owner } | null>(null);
	return (
		<Page title={t('activate.title')} narrow>
			{found
				? <PasswordStep code={found.code} owner={found.owner} onBack={() => setFound(null)} />
				: <CodeStep onOwner={(code, owner) => setFound({ code, owner })} />}
		</Page>
	);
}
