/*
 * A sign-in slip carries a one-use activation code (typed, or in the fragment of its QR). The
 * page shows whose it is; the person chooses a password and is signed in.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import type { Me, Place } from '../../lib/me';
import { joinCode } from '../../lib/join';
import { homeOf, me } from '../../lib/me';
import { navigate } from '../../lib/router';
import { Button } from '../../parts/button';
import { PasswordField, TextField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Page } from '../../parts/layout';
import type { Pair } from '../../parts/notice';
import { Pairs } from '../../parts/notice';
import { vi } from '../../i18n/vi/sign_in';
import { en } from '../../i18n/en/sign_in';

const t = words(vi, en);

const CODE_MIN = 8;
const PASSWORD_MIN = 8;
const PASSWORD_MAX = 128;

interface Owner {
	fullName: string;
	login: string | null; /* null: a guardian, who signs in by phone */
	school: Place | null;
	province: Place | null; /* an officer's code */
	hasPhone: boolean;
	onlyJoins: boolean; /* there is a password already: the code is for whoever signs in with it */
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
		mayBeLeft: true,
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

function placeOf({ school, province }: Owner): Pair[] {
	const place = school ?? province;
	return place === null ? []
		: [{ label: t(school ? 'pair.school' : 'pair.province'), value: `${place.name} (${place.code})` }];
}

const pairsOf = (owner: Owner): Pair[] => [
	{ label: t('pair.name'), value: owner.fullName },
	...placeOf(owner),
	...(owner.login === null ? []
		: [{ label: t('pair.login'), value: <strong class="mono">{owner.login}</strong> }]),
];

const JOIN = '/phu-huynh/them-truong';

/* To the page where whoever is signed in adds the school; the code goes along in memory. */
function JoinLink({ code }: { code: string }): JSX.Element {
	const join = (event: Event): void => {
		event.preventDefault();
		joinCode.value = code;
		navigate(JOIN);
	};
	return <a href={JOIN} onClick={join}>{t('join.link')}</a>;
}

/* Nobody chooses a password by this code. */
function JoinStep({ code, owner, onBack }: { code: string; owner: Owner; onBack: () => void }): JSX.Element {
	return (
		<>
			<h1>{t('join.title')}</h1>
			<Pairs items={pairsOf(owner)} />
			<p>{t('join.text')}</p>
			<p><JoinLink code={code} /></p>
			<Button kind="secondary" onClick={onBack}>{t('activate.notme')}</Button>
		</>
	);
}

function PasswordStep({ code, owner, onBack }: { code: string; owner: Owner; onBack: () => void })
	: JSX.Element {
	const form = useForm<{ password: string }>({
		mayBeLeft: true,
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
			<Pairs items={pairsOf(owner)} />
			{owner.hasPhone ? <p>{t('activate.phone')}</p> : null}
			{owner.login === null ? <p>{t('join.already')} <JoinLink code={code} /></p> : null}
			<input type="text" class="hidden" name="username" autocomplete="username" readOnly
				value={owner.login ?? ''} />
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
			{found === null ? <CodeStep onOwner={(code, owner) => setFound({ code, owner })} />
				: found.owner.onlyJoins
					? <JoinStep code={found.code} owner={found.owner} onBack={() => setFound(null)} />
					: <PasswordStep code={found.code} owner={found.owner} onBack={() => setFound(null)} />}
		</Page>
	);
}
