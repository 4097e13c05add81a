/* What a year's results of every school have in common: reasons to unfold, papers to fetch. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, saveAs, sentence } from '../../lib/api';
import type { StudentYear, YearPart } from '../../lib/types';
import { Button } from '../button';
import { announce } from '../live';
import { Banner } from '../notice';
import type { DocumentKind } from '../print_documents';
import { documentFile, documentKinds, documentTitle, PRINT_TIMEOUT_MS } from '../print_documents';
import { t } from './words';

export function Why({ what, texts }: { what: string; texts: string[] }): JSX.Element | null {
	return texts.length === 0 ? null : (
		<details class="why">
			<summary>{t('why')}<span class="sr"> {t('why.of', { what })}</span></summary>
			{texts.map((text) => <p key={text}>{text}</p>)}
		</details>
	);
}

export function Documents({ year, part, address, name }: {
	year: Pick<StudentYear, 'class' | 'year'>; part: YearPart; address: string; name: string;
}): JSX.Element {
	const [busy, setBusy] = useState<DocumentKind | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	const fetchIt = (kind: DocumentKind): void => {
		setBusy(kind);
		setError(undefined);
		api.bytes(address, { post: { class: year.class.id, kind, part }, timeoutMs: PRINT_TIMEOUT_MS })
			.then((bytes) => {
				saveAs(bytes, documentFile(kind, `${name}-${year.year.code}`), 'application/pdf');
				announce(t('document.done'));
			})
			.catch(setError)
			.finally(() => setBusy(null));
	};
	return (
		<>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<div class="row">
				{documentKinds(part, false).map((kind) => (
					<Button key={kind} kind="secondary" busy={busy === kind} onClick={() => fetchIt(kind)}
						label={t('document.of', { kind: documentTitle(kind), part: `${t(`part.${part}`)} ${year.year.code}` })}>
						{documentTitle(kind)}
					</Button>
				))}
			</div>
		</>
	);
}
