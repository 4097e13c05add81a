/* The head of a column: its name, whether families see it, since when it is locked, its exam. */
import type { JSX } from 'preact';
import { formatDate, formatDateTime } from '../../../lib/time';
import type { MarkColumn } from '../../../lib/types';
import type { Desk } from './desk';
import { columnName, t } from './words';

export function ColumnHead({ desk, column }: { desk: Desk; column: MarkColumn }): JSX.Element {
	const name = columnName(column);
	return (
		<th scope="col" class={column.entry}>
			{name}
			{column.sitting
				? (
					<div class="small">
						<a href={`/giao-vien/ca-thi/${column.sitting.id}`}>{column.sitting.title}</a>
						<button type="button" class="button-link small" aria-label={t('exam.unlink.label', { column: name })}
							onClick={() => { desk.asked.value = { t: 'unlink', column }; }}>{t('exam.unlink')}</button>
					</div>
				)
				: null}
			{column.lockedAt
				? (
					<div class="quiet small" title={formatDateTime(column.lockedAt)}>
						{t(column.isLocked ? 'locked' : 'locks', { when: formatDate(column.lockedAt) })}
					</div>
				)
				: column.isLocked ? <div class="quiet small">{t('locked.short')}</div> : null}
			{column.publishesAt
				? (
					<div class="quiet small" title={formatDateTime(column.publishesAt)}>
						{t('publishes', { when: formatDate(column.publishesAt) })}
					</div>
				)
				: null}
			<div>
				{column.entry ? null : column.publishedAt
					? <span class="quiet small">{t('published')}</span>
					: (
						<button type="button" class="button-link small" aria-label={t('publish.label', { column: name })}
							onClick={() => { desk.asked.value = { t: 'publish', column }; }}>
							{t('publish')}
						</button>
					)}
			</div>
		</th>
	);
}
