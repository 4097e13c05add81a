/* How the class stands in this subject, live: by the thresholds that the circular asks for. */
import type { JSX } from 'preact';
import { BANDS, bandOf } from '../../../lib/mean';
import type { Desk } from './desk';
import { resultOf } from './means';
import { t } from './words';

export function Summary({ desk }: { desk: Desk }): JSX.Element {
	const rows = desk.sheet.rows.filter((r) => !r.exempt);
	const results = rows.map((r) => resultOf(desk, r).valueX10);
	const known = results.filter((x): x is number => x !== null);
	const parts = desk.kind === 'comment'
		? [
			{ key: 'count.passed' as const, count: known.filter((x) => x > 0).length },
			{ key: 'count.failed' as const, count: known.filter((x) => x === 0).length },
		]
		: BANDS.map(({ band }) => ({ key: `count.${band}` as const,
			count: known.filter((x) => bandOf(x) === band).length }));
	const all = [...parts, { key: 'count.open' as const, count: rows.length - known.length }];
	return (
		<section class="mark-count" aria-label={t('count.title')}>
			<dl>
				{all.map((p) => (
					<div key={p.key} class={p.count === 0 ? 'quiet' : undefined}>
						<dt>{t(p.key)}</dt><dd>{p.count}</dd>
					</div>
				))}
			</dl>
			{desk.kind === 'mark' ? <p class="quiet small">{t('count.why')}</p> : null}
		</section>
	);
}
