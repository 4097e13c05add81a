/*
 * The frame of every page behind the sign-in: finds out who is signed in, sends others to the
 * front door, and gives name, school and the way out. A person at several schools chooses here.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { words } from '../lib/i18n';
import type { Me, Role } from '../lib/me';
import { chooseSchool, homeOf, loadMe, me, signOut } from '../lib/me';
import { mayLeave, navigate } from '../lib/router';
import { vi } from '../i18n/vi/shell';
import { en } from '../i18n/en/shell';
import { Bell } from './bell';
import type { NavItem } from './layout';
import { Page } from './layout';
import { Banner, Failed, Waiting } from './notice';

const t = words(vi, en);

function SchoolChoice({ who }: { who: Me }): JSX.Element | null {
	/* A parent sees the children of all schools on one page: there is nothing to choose. */
	if (who.schools.length > 1 && who.schools.every((s) => s.roles.every((r) => r === 'parent'))) {
		return null;
	}
	if (who.schools.length < 2) {
		return who.school ? <span class="quiet">{who.school.name}</span> : null;
	}
	const change = (id: string): void => {
		void chooseSchool(id).then((next) => {
			navigate(homeOf(next));
			location.reload();
		});
	};
	return (
		<label class="tool-choice">
			<span class="sr">{t('school')}</span>
			<select value={who.school?.id} onChange={(e) => change(e.currentTarget.value)}>
				{who.schools.map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
			</select>
		</label>
	);
}

function Who({ who }: { who: Me }): JSX.Element {
	const leave = (): void => {
		if (mayLeave()) {
			void signOut().finally(() => navigate('/', { isAsked: true }));
		}
	};
	return (
		<>
			<SchoolChoice who={who} />
			{who.school ? <Bell /> : null}
			<span>{who.person.fullName}</span>
			<button type="button" class="button-link" onClick={leave}>{t('leave')}</button>
		</>
	);
}

export interface ShellProps {
	title: string;
	role?: Role; /* whose page it is; anybody's of a school unless it is named */
	nav: NavItem[];
	home: string;
	children: ComponentChildren;
}

export function Shell({ title, role, nav, home, children }: ShellProps): JSX.Element {
	const [error, setError] = useState<unknown>(undefined);
	const load = (): void => {
		setError(undefined);
		loadMe().catch(setError);
	};
	useEffect(() => {
		if (me.peek() === undefined) {
			load();
		}
	}, []);
	const who = me.value;
	useEffect(() => {
		if (who === null) {
			navigate(`/?next=${encodeURIComponent(location.pathname + location.search)}`,
				{ replace: true });
		} else if (who && who.attempt !== null) {
			location.replace(homeOf(who)); /* a ticket sees its exam and no page beside it */
		}
	}, [who]);
	if (error !== undefined) {
		return <Page title={title} narrow><Failed error={error} onRetry={load} /></Page>;
	}
	if (!who || who.attempt !== null) {
		return <Page title={title}><Waiting /></Page>;
	}
	if (role && !who.roles.includes(role)) {
		return (
			<Page title={title} narrow tools={<Who who={who} />} home={homeOf(who)}>
				<Banner tone="warn" title={t('denied.title')}>
					<p>{t('denied.text')}</p>
					<p><a href={homeOf(who)}>{t('denied.home')}</a></p>
				</Banner>
			</Page>
		);
	}
	return (
		<Page title={title} home={home} nav={nav} tools={<Who who={who} />}>{children}</Page>
	);
}
