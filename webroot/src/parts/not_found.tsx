/* An address that leads nowhere, with the way back. */
import type { JSX } from 'preact';
import { words } from '../lib/i18n';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';

const t = words(vi, en);

export function NotFound({ home }: { home: string }): JSX.Element {
	return (
		<>
			<h1>{t('missing.title')}</h1>
			<p>{t('missing.text')}</p>
			<p><a href={home}>{t('missing.home')}</a></p>
		</>
	);
}
