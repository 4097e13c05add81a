/*
 * The front door: pupils and staff by school, name and password; guardians by phone number;
 * anyone with a printed exam ticket by its code; a newcomer by an activation code.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { homeOf, loadMe, me, signIn, signOut } from '../../lib/me';
import type { About, Me, Place } from '../../lib/me';
import { navigate, queryValue } from '../../lib/router';
import { readSetting, writeSetting } from '../../lib/settings';
import { Button, ButtonLink } from '../../parts/button';
import { PasswordField, TextField } from '../../parts/field';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Page } from '../../parts/layout';
import { Banner, Waiting } from '../../parts/notice';
import { Tabs } from '../../parts/tabs';
import { vi } from '../../i18n/vi/sign_in';
import { en } from '../../i18n/en/sign_in';

const t = words(vi, en);

const TICKET_MIN = 16; /* 80 bits in base32 */

type Way = 'name' | 'phone' | 'ticket';

/* Only an address of ours, so that nobody is led away after signing in. */
function nextAddress(who: Me): string {
	const next = who.attempt === null ? queryValue('next') : null;
	return next && /^\/[a-z]/.test(next) ? next : homeOf(who);
}

function enter(who: Me): void {
	const next = nextAddress(who);
	if (/^\/thi\/./.test(next)) {
		location.replace(next); /* the exam's own page is lighter than this one */
	} else {
		navigate(next, { replace: true });
	}
}

function Ended(): JSX.Element | null {
	return queryValue('ended') ? <Banner tone="warn"><p>{t('ended')}</p></Banner> : null;
}

function First({ text }: { text: string }): JSX.Element {
	return (
		<>
			<hr />
			<h2>{t('first.title')}</h2>
			<p>{text}</p>
			<p><a href="/activate">{t('first.link')}</a></p>
		</>
	);
}

function NameForm(): JSX.Element {
	const form = useForm({
		mayBeLeft: true,
		start: { school: readSetting('school') ?? '', name: '', password: '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.school.trim()) {
				errors.school = t('school.missing');
			}
			if (!v.name.trim()) {
				errors.name = t('name.missing');
			}
			if (!v.password) {
				errors.password = t('password.missing');
			}
			return errors;
		},
		send: async (v) => {
			const school = v.school.trim();
			const who = await signIn({ school, name: v.name.trim(), password: v.password });
			writeSetting('school', school);
			enter(who);
		},
	});
	return (
		<Form form={form}>
			<TextField name="school" label={t('school')} hint={t('school.hint')} width="w-20"
				value={form.values.school} error={form.errors.school} autoComplete="organization"
				onInput={(v) => form.set('school', v)} />
			<TextField name="name" label={t('name')} hint={t('name.hint')}
				value={form.values.name} error={form.errors.name} autoComplete="username"
				onInput={(v) => form.set('name', v)} />
			<PasswordField name="password" label={t('password')} value={form.values.password}
				error={form.errors.password} onInput={(v) => form.set('password', v)} />
			<Button type="submit" busy={form.isBusy}>{t('enter')}</Button>
		</Form>
	);
}

/* At a province's own server: people of its department, and nobody else. */
function OfficerForm({ province }: { province: Place }): JSX.Element {
	const form = useForm({
		mayBeLeft: true,
		start: { name: '', password: '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.name.trim()) {
				errors.name = t('name.missing');
			}
			if (!v.password) {
				errors.password = t('password.missing');
			}
			return errors;
		},
		send: async (v) => {
			enter(await signIn({ province: province.code, name: v.name.trim(), password: v.password }));
		},
	});
	return (
		<>
			<h1>{t('officer.title')}</h1>
			<p class="lead">{province.name}</p>
			<Ended />
			<Form form={form}>
				<TextField name="name" label={t('name')} hint={t('officer.name.hint')}
					value={form.values.name} error={form.errors.name} autoComplete="username"
					onInput={(v) => form.set('name', v)} />
				<PasswordField name="password" label={t('password')} value={form.values.password}
					error={form.errors.password} onInput={(v) => form.set('password', v)} />
				<Button type="submit" busy={form.isBusy}>{t('enter')}</Button>
			</Form>
			<First text={t('officer.first')} />
		</>
	);
}

function PhoneForm(): JSX.Element {
	const form = useForm({
		mayBeLeft: true,
		start: { phone: '', password: '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!/^[+\d][\d .]{7,18}$/.test(v.phone.trim())) {
				errors.phone = t('phone.wrong');
			}
			if (!v.password) {
				errors.password = t('password.missing');
			}
			return errors;
		},
		send: async (v) => {
			enter(await signIn({ phone: v.phone.replace(/[ .]/g, ''), password: v.password }));
		},
	});
	return (
		<Form form={form}>
			<TextField name="phone" label={t('phone')} hint={t('phone.hint')} type="tel" width="w-20"
				value={form.values.phone} error={form.errors.phone} autoComplete="tel"
				onInput={(v) => form.set('phone', v)} />
			<PasswordField name="password" label={t('password')} value={form.values.password}
				error={form.errors.password} onInput={(v) => form.set('password', v)} />
			<Button type="submit" busy={form.isBusy}>{t('enter')}</Button>
		</Form>
	);
}

/* A printed ticket's QR leads here with its code in the fragment: a secret, so it is taken out
 * of the address bar at once. */
function ticketFromAddress(): string {
	const m = /^#ticket=(.+)$/.exec(location.hash);
	if (!m) {
		return '';
	}
	history.replaceState(null, '', location.pathname + location.search);
	return decodeURIComponent(m[1] as string);
}

function TicketForm({ code }: { code: string }): JSX.Element {
	const form = useForm<{ ticket: string }>({
		mayBeLeft: true,
		start: { ticket: code },
		check: (v) => v.ticket.replace(/[\s-]/g, '').length < TICKET_MIN ? { ticket: t('ticket.short') } : {},
		send: async (v) => {
			enter(await signIn({ ticket: v.ticket.trim() }));
		},
	});
	return (
		<Form form={form}>
			<TextField name="ticket" label={t('ticket')} hint={t('ticket.hint')} code
				value={form.values.ticket} error={form.errors.ticket} autoComplete="off"
				maxLength={64} onInput={(v) => form.set('ticket', v)} />
			<Button type="submit" busy={form.isBusy}>{t('ticket.enter')}</Button>
		</Form>
	);
}

/* Someone is signed in on this device already: go on, or let another person in. */
function AlreadyIn({ who }: { who: Me }): JSX.Element {
	const [isBusy, setBusy] = useState(false);
	const place = who.school ?? who.province;
	const leave = (): void => {
		setBusy(true);
		void signOut().catch(() => { me.value = null; }).finally(() => setBusy(false));
	};
	return (
		<>
			<h1>{t('already.title', { name: who.person.fullName })}</h1>
			{place ? <p class="lead">{place.name}</p> : null}
			<div class="row">
				<ButtonLink href={nextAddress(who)}>{t('already.go')}</ButtonLink>
				<Button kind="secondary" busy={isBusy} onClick={leave}>{t('already.leave')}</Button>
			</div>
		</>
	);
}

function Ways(): JSX.Element {
	const [code] = useState(ticketFromAddress);
	const [way, setWay] = useState<Way>(
		code ? 'ticket' : readSetting('way') === 'phone' ? 'phone' : 'name');
	const choose = (next: string): void => {
		setWay(next as Way);
		writeSetting('way', next);
	};
	const items: { id: Way; label: string }[] = [
		{ id: 'name', label: t('way.name') },
		{ id: 'phone', label: t('way.phone') },
		{ id: 'ticket', label: t('way.ticket') },
	];
	return (
		<>
			<h1>{t('title')}</h1>
			<Ended />
			<Tabs label={t('ways')} items={items} selected={way} onSelect={choose}>
				{way === 'name' ? <NameForm /> : way === 'phone' ? <PhoneForm /> : <TicketForm code={code} />}
			</Tabs>
			<First text={t('first.text')} />
		</>
	);
}

export default function SignInPage(): JSX.Element {
	const [about, setAbout] = useState<About>();
	useEffect(() => {
		/* An unreachable server is no reason to hide the form: sending it will say so. */
		loadMe().catch(() => { me.value = null; });
		api.get<About>('/api/v1/about').then(setAbout, () => setAbout({ kind: 'school', province: null }));
	}, []);
	const who = me.value;
	return (
		<Page title={t('title')} narrow>
			{who === undefined || about === undefined ? <Waiting />
				: who ? <AlreadyIn who={who} />
					: about.province ? <OfficerForm province={about.province} /> : <Ways />}
		</Page>
	);
}
