/*
 * Where the mark of an attempt stands in the gradebook. When another mark was there already, both
 * are shown and the teacher chooses; nothing is overwritten unasked.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { lang, words } from '../../lib/i18n';
import { formatMark } from '../../lib/number';
import type { ResultRow } from '../../lib/types';
import { Button } from '../../parts/button';
import { announce } from '../../parts/live';
import { Tag } from '../../parts/notice';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

type Take = 'exam' | 'gradebook';

export function GradebookMark({ row, onChosen }: { row: ResultRow; onChosen: () => void }): JSX.Element {
	const [busy, setBusy] = useState<Take | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	const book = row.gradebook;
	const exam = formatMark(row.markX10, lang.value);
	const typed = book ? formatMark(book.markX10, lang.value) || t('r.book.empty') : '';
	const choose = (take: Take): void => {
		setBusy(take);
		setError(undefined);
		api.put(`/api/v1/attempts/${row.attempt}/mark`,
			{ take, examX10: row.markX10, storedX10: book?.markX10 ?? null })
			.then(() => {
				announce(t(take === 'exam' ? 'r.book.taken' : 'r.book.stays',
					{ name: row.student.fullName, mark: take === 'exam' ? exam : typed }));
				onChosen();
			}, setError)
			.finally(() => setBusy(null));
	};
	if (!book) {
		return <>–</>;
	}
	if (book.state === 'posted') {
		return <>{typed}</>;
	}
	if (book.state === 'kept') {
		return <>{typed} <span class="quiet">({t('r.book.kept')})</span></>;
	}
	return (
		<div class="choose-mark">
			<p><Tag tone="warn">{t('r.book.conflict')}</Tag> {t('r.book.both', { typed, exam })}</p>
			<div class="row tight">
				<Button small busy={busy === 'exam'} onClick={() => choose('exam')}
					label={t('r.book.exam.label', { mark: exam, name: row.student.fullName })}>
					{t('r.book.exam', { mark: exam })}
				</Button>
				<Button small kind="secondary" busy={busy === 'gradebook'} onClick={() => choose('gradebook')}
					label={t('r.book.keep.label', { mark: typed, name: row.student.fullName })}>
					{t('r.book.keep', { mark: typed })}
				</Button>
			</div>
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</div>
	);
}
