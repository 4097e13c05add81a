/*
 * Letters and notices, the same for everybody of a school: what one was told of, what one got and
 * answered, what the school's people wrote and who has read it.
 */
import type { JSX } from 'preact';
import { words } from '../../lib/i18n';
import { homeOf, me } from '../../lib/me';
import { match, path } from '../../lib/router';
import { NotFound } from '../../parts/not_found';
import { Shell } from '../../parts/shell';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';
import { AskPage } from './ask';
import { ComposePage } from './compose';
import { DeliveriesPage } from './deliveries';
import { LetterPage, LettersPage } from './letters';
import { NoticesPage } from './notices';
import { SettingsPage } from './settings';
import { ThreadPage, ThreadsPage } from './threads';
import './messages.css';

const t = words(vi, en);

/* Pattern → page; the first that fits. */
const pages: [string, (id: string) => JSX.Element][] = [
	['/thong-bao', () => <NoticesPage />],
	['/thong-bao/cai-dat', () => <SettingsPage />],
	['/thong-bao/gui', () => <DeliveriesPage />],
	['/tin-nhan', () => <ThreadsPage />],
	['/tin-nhan/moi', () => <ComposePage />],
	['/tin-nhan/hoi', () => <AskPage />],
	['/tin-nhan/da-gui', () => <LettersPage />],
	['/tin-nhan/da-gui/:id', (id) => <LetterPage id={id} />],
	['/tin-nhan/:id', (id) => <ThreadPage key={id} id={id} />],
];

function Content({ home }: { home: string }): JSX.Element {
	for (const [pattern, page] of pages) {
		const found = match(pattern, path.value);
		if (found) {
			return page(found['id'] ?? '');
		}
	}
	return <NotFound home={home} />;
}

export default function MessagePages(): JSX.Element {
	const who = me.value;
	const home = who ? homeOf(who) : '/';
	const isStaff = who?.roles.some((r) => r === 'teacher' || r === 'office') ?? false;
	const isOffice = who?.roles.includes('office') ?? false;
	const isFamily = who?.roles.some((r) => r === 'parent' || r === 'student') ?? false;
	return (
		<Shell title={t('notices')} home={home} nav={[
			{ href: home, label: t('home') },
			{ href: '/thong-bao', label: t('notices') },
			...(isFamily || isStaff ? [{ href: '/tin-nhan', label: t('threads') }] : []),
			...(isOffice ? [{ href: '/thong-bao/gui', label: t('deliveries') }] : []),
			...(isStaff ? [{ href: '/tin-nhan/moi', label: t('compose') }, { href: '/tin-nhan/da-gui', label: t('letters') }] : []),
		]}>
			<Content home={home} />
		</Shell>
	);
}
