/* How the class stands in this subject, live: by the thresholds that the circular asks for. */
import type { JSX } from 'preact';
import { BANDS, bandOf } from '../../../lib/mean';
import { EMPTY, cellKey, valuesOf } from '../../../marks/cell';
import { letterWords } from '../../../parts/mark_words';
import type { Desk } from './desk';
import { carriedAt, resultOf } from './means';
import { columnName, t } from './words';

/* How many have each level, in the moment that was judged last. */
function Levels({ desk }: { desk: Desk }): JSX.Element | null {
	const rows = desk.sheet.rows.filter((r) => !r.exempt);
	const counts = desk.sheet.columns.filter((c) => desk.kindOf(c) === 'level').map((c) => ({ c,
		values: rows.map((r) => desk.session.view(cellKey(c.id, r.student.id)).value.content.valueX10 ??
			carriedAt(r, c, EMPTY)?.valueX10 ?? null) }));
	const last = [...counts].reverse().find((x) => x.values.some((v) => v !== null)) ?? counts[0];
	return !last ? null : (
		<section class="mark-count" aria-label={t('count.title')}>
			<p class="quiet small">{columnName(last.c)}</p>
			<dl>
				{valuesOf('level').map((x10) => ({ text: letterWords('level', x10), count: last.values.filter((v) => v === x10).length }))
					.concat({ text: t('count.open'), count: last.values.filter((v) => v === null).length })
					.map((p) => (
						<div key={p.text} class={p.count === 0 ? 'quiet' : undefined}>
							<dt>{p.text}</dt><dd>{p.count}</dd>
						</div>
					))}
			</dl>
		</section>
	);
}

export function Summary({ desk }: { desk: Desk }): JSX.Element | null {
	return desk.hasMeans ? <Means desk={desk} /> : <Levels desk={desk} />;
}

function Means({ desk }: { desk: Desk }): JSX.Element {
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
