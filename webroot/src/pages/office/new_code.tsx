/*
 * A new activation code for a person, on the screen or on a slip. The screen shows it once, in a
 * dialog that must be closed on purpose; before it is made, the office hears what it ends.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, saveAs, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { announce } from '../../parts/live';
import { Banner } from '../../parts/notice';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';

const t = words(vi, en);

/** `at` makes the code of a person whose id is not known here; then there is no slip. */
export function NewCode({ person, onMade, small, at: other }: {
	person: { id: string; fullName: string; activated: boolean }; onMade: () => void; small?: boolean;
	at?: string;
}): JSX.Element {
	const [isAsking, setAsking] = useState(false);
	const [made, setMade] = useState<{ code: string; keepsPassword?: boolean } | null>(null);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const at = other ?? `/api/v1/people/${person.id}/activation`;
	const run = (make: Promise<void>): void => {
		setBusy(true);
		setError(undefined);
		make.catch(setError).finally(() => {
			setBusy(false);
			setAsking(false);
		});
	};
	const show = (): void => run(api.post<{ code: string; keepsPassword?: boolean }>(at).then(setMade));
	const print = (): void => run(api.bytes(`${at}?as=pdf`, { post: undefined }).then((bytes) => {
		saveAs(bytes, `phieu-${person.fullName}.pdf`, 'application/pdf');
		announce(t('code.printed', { name: person.fullName }));
		onMade();
	}));
	return (
		<>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<Button kind="secondary" small={small ?? false} onClick={() => setAsking(true)}
				{...(small ? { label: `${t('code.new')}: ${person.fullName}` } : {})}>
				{t('code.new')}
			</Button>
			{isAsking
				? (
					<Dialog title={t('code.ask', { name: person.fullName })} onClose={() => setAsking(false)}>
						<p>{person.activated ? t('code.ends') : t('code.replaces')}</p>
						<div class="row">
							<Button busy={isBusy} onClick={show}>{t('code.yes')}</Button>
							{other ? null
								: <Button kind="secondary" busy={isBusy} onClick={print}>{t('code.pdf')}</Button>}
							<Button kind="secondary" onClick={() => setAsking(false)}>{t('cancel')}</Button>
						</div>
					</Dialog>
				)
				: null}
			{made === null ? null : (
				<Dialog title={t('code.title', { name: person.fullName })}>
					<p class="secret-code">{made.code}</p>
					<p>{t('code.text')}</p>
					{made.keepsPassword ? <p>{t('code.keeps')}</p> : null}
					<Button onClick={() => { setMade(null); onMade(); }}>{t('code.close')}</Button>
				</Dialog>
			)}
		</>
	);
}
