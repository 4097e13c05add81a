/* The page behind the link in a mail: a person presses the button, so that no mail scanner does. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { Button } from '../../parts/button';
import { Page } from '../../parts/layout';
import { Banner } from '../../parts/notice';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';

const t = words(vi, en);

export default function ConfirmPage(): JSX.Element {
	const [token] = useState(() => location.hash.slice(1));
	const [isDone, setDone] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const confirm = (): void => {
		setError(undefined);
		api.post('/api/v1/notice-settings/confirm', { token }).then(() => setDone(true), setError);
	};
	return (
		<Page title={t('confirm.title')} narrow>
			<h1>{t('confirm.title')}</h1>
			{isDone
				? <Banner tone="ok" live="polite"><p>{t('confirm.done')}</p></Banner>
				: <><p>{t('confirm.text')}</p><p><Button onClick={confirm}>{t('confirm')}</Button></p></>}
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
		</Page>
	);
}
