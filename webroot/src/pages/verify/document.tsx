/* What the code of a printed document (report card, transcript, mark book) proves. */
import type { JSX } from 'preact';
import { fromB64 } from '../../hall/bytes';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { formatDate, formatTime } from '../../lib/time';
import { Banner, Pairs } from '../../parts/notice';
import type { DocumentKind } from '../../parts/print_documents';
import { documentTitle } from '../../parts/print_documents';
import { vi } from '../../i18n/vi/document';
import { en } from '../../i18n/en/document';

const t = words(vi, en);

const PRIMARY = 'tt27';

export interface DocumentAnswer {
	isGenuine: boolean;
	isSame?: boolean;
	isGrounded?: boolean;
	changedAt?: number | null;
	kind?: DocumentKind;
	pack?: string | null;
	part?: '1' | '2' | 'year';
	school?: string;
	student?: string;
	class?: string;
	year?: string;
	issuedAt?: number;
}

/** The statement in a link or a pasted code; null when it is no document's. */
export function documentOf(text: string): string | null {
	const code = (text.split('#').at(-1) ?? '').replace(/\s+/g, '');
	try {
		const bytes = fromB64(code);
		return bytes[0] === 0x54 && bytes[1] === 0x54 && bytes[2] === 0x31 && bytes[3] === 0x44 ? code : null;
	} catch {
		return null;
	}
}

export const verifyDocument = (statement: string): Promise<DocumentAnswer> =>
	api.post('/api/v1/documents/verify', { statement });

const when = (ms: number): string => `${formatTime(ms)}, ${formatDate(ms)}`;

export function DocumentOutcome({ answer: a }: { answer: DocumentAnswer }): JSX.Element {
	if (!a.isGenuine || !a.kind || !a.part) {
		return <Banner tone="bad" live="assertive" title={t('forged.title')}><p>{t('forged.text')}</p></Banner>;
	}
	return (
		<>
			{a.isSame
				? <Banner tone="ok" live="assertive" title={t('same.title')}><p>{t('same.text')}</p></Banner>
				: (
					<Banner tone="warn" live="assertive" title={t('changed.title')}>
						<p>{a.changedAt ? t('changed.at', { at: when(a.changedAt) }) : t('changed.text')}</p>
					</Banner>
				)}
			<Pairs items={[
				{ label: t('kind'), value: documentTitle(a.kind, a.pack === PRIMARY) },
				{ label: t('part'), value: t(`part.${a.part}`) },
				{ label: t('school'), value: a.school ?? '' },
				{ label: t('class'), value: `${a.class ?? ''} · ${a.year ?? ''}` },
				...(a.student ? [{ label: t('student'), value: a.student }] : []),
				{ label: t('issued'), value: a.issuedAt === undefined ? '' : when(a.issuedAt) },
			]} />
		</>
	);
}
