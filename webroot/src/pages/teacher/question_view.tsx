/* A question as students see it, with its key marked for the teacher. */
import type { JSX } from 'preact';
import { words } from '../../lib/i18n';
import { keyText, picturesIn, textsOf } from '../../lib/questions';
import type { Question } from '../../lib/types';
import { Rich } from '../exam/rich';
import { Tag } from '../../parts/notice';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';

const t = words(vi, en);

export function QuestionView({ question: q }: { question: Question }): JSX.Element {
	const pictures = picturesIn(textsOf(q));
	const right = q.kind === 'single' ? [q.key] : q.kind === 'multiple' ? q.key as unknown[] : [];
	const key = keyText(q, t('q.true'), t('q.false'));
	return (
		<div class="question-view">
			{q.passage ? <div class="inset"><Rich html={q.passage.html} pictures={pictures} /></div> : null}
			<Rich html={q.stem} pictures={pictures} />
			{q.options
				? (
					<ol class="option-list">
						{q.options.map((o) => (
							<li key={o.id} class={right.includes(o.id) ? 'right' : undefined}>
								<b>{o.id}.</b> <Rich html={o.html} pictures={pictures} inline />
								{right.includes(o.id) ? <Tag tone="ok">{t('q.key')}</Tag> : null}
							</li>
						))}
					</ol>
				)
				: null}
			{q.statements
				? (
					<ol class="option-list">
						{q.statements.map((s) => (
							<li key={s.id}><b>{s.id})</b> <Rich html={s.html} pictures={pictures} inline /></li>
						))}
					</ol>
				)
				: null}
			{q.kind !== 'single' && q.kind !== 'multiple' && key
				? <p><b>{t('q.key')}:</b> {key}</p> : null}
		</div>
	);
}
