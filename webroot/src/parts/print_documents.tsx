/*
 * Papers of a class to print, or of one student: each is a PDF whose code anyone can check at
 * /verify. Which there are hangs on the part of the year that is shown.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, saveAs, sentence } from '../lib/api';
import { words } from '../lib/i18n';
import { vi } from '../i18n/vi/document';
import { en } from '../i18n/en/document';
import { Button } from './button';
import { announce } from './live';
import { Banner } from './notice';

const t = words(vi, en);

/* A class's report cards take about a second; a slow machine or many years take longer. */
export const PRINT_TIMEOUT_MS = 120_000;

export type DocumentKind = 'term_report' | 'year_report' | 'transcript_year' | 'transcript' | 'mark_book';
const FILES: Record<DocumentKind, string> = {
	term_report: 'phieu-bao-ket-qua', year_report: 'phieu-bao-ket-qua-ca-nam',
	transcript_year: 'hoc-ba-trang', transcript: 'hoc-ba', mark_book: 'so-theo-doi',
};

/* The book is a class's, and of the whole year. */
export function documentKinds(part: '1' | '2' | 'year', hasBook: boolean): DocumentKind[] {
	if (part !== 'year') {
		return ['term_report'];
	}
	return hasBook ? ['year_report', 'transcript_year', 'transcript', 'mark_book']
		: ['year_report', 'transcript_year', 'transcript'];
}

/** What a paper is called; a primary class's book has a name of its own. */
export const documentTitle = (kind: DocumentKind, isPrimary = false): string =>
	t(kind === 'mark_book' && isPrimary ? 'kind.primary_book' : `kind.${kind}`);

export const documentFile = (kind: DocumentKind, name: string): string => `${FILES[kind]}-${name}.pdf`;

export function PrintDocuments({ classId, part, name, student, isPrimary = false }: {
	classId: string; part: '1' | '2' | 'year'; name: string; student?: string; isPrimary?: boolean;
}): JSX.Element {
	const [busy, setBusy] = useState<DocumentKind | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	const print = (kind: DocumentKind): void => {
		setBusy(kind);
		setError(undefined);
		api.bytes(`/api/v1/classes/${classId}/documents`,
			{ post: { kind, part, students: student ? [student] : null }, timeoutMs: PRINT_TIMEOUT_MS })
			.then((bytes) => {
				saveAs(bytes, documentFile(kind, name), 'application/pdf');
				announce(t('print.done'));
			})
			.catch(setError)
			.finally(() => setBusy(null));
	};
	return (
		<section class="print-documents" aria-labelledby="print-documents">
			<h2 id="print-documents">{t('print.title')}</h2>
			<p class="hint" id="print-documents-hint">{t('print.text')}</p>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<div class="row">
				{documentKinds(part, student === undefined).map((kind) => (
					<Button key={kind} kind="secondary" busy={busy === kind} onClick={() => print(kind)}
						describedBy="print-documents-hint">
						{documentTitle(kind, isPrimary)}
					</Button>
				))}
			</div>
		</section>
	);
}
