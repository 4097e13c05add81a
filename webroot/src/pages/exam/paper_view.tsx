/* The paper: parts, shared passages before their questions, questions; beside it the list. */
import type { JSX } from 'preact';
import type { Item, PaperPart } from '../../hall/paper';
import type { Desk } from './desk';
import { goTo, progressOf } from './desk';
import { Question } from './question';
import { Rich } from './rich';
import { stateText } from './state_line';
import { t } from './words';

/* The questions that share a passage, one after another. */
interface Group {
	passage: number | null;
	items: Item[];
}

function groupsOf(part: PaperPart): Group[] {
	const groups: Group[] = [];
	for (const item of part.items) {
		const last = groups[groups.length - 1];
		if (last && last.passage === item.passage) {
			last.items.push(item);
		} else {
			groups.push({ passage: item.passage, items: [item] });
		}
	}
	return groups;
}

function Passage({ desk, group }: { desk: Desk; group: Group }): JSX.Element | null {
	const html = group.passage === null ? undefined : desk.paper.passages[group.passage];
	const first = group.items[0];
	const last = group.items[group.items.length - 1];
	if (html === undefined || !first || !last) {
		return null;
	}
	const params = { from: String(first.slot), to: String(last.slot) };
	return (
		<div class="passage">
			<h3>{first === last ? t('passage.one', { from: params.from }) : t('passage', params)}</h3>
			<Rich html={html} pictures={desk.pictures} />
		</div>
	);
}

export function PaperView({ desk, isOff }: { desk: Desk; isOff: boolean }): JSX.Element {
	return (
		<div class="paper">
			{desk.paper.parts.map((part, i) => (
				<section key={i} aria-labelledby={`part-${i}`}>
					<div class="part-head">
						<h2 id={`part-${i}`}>{part.title || `${i + 1}`}</h2>
						<span class="soft small">{t('part.count', { n: part.items.length })}</span>
					</div>
					{part.instructions ? <p class="instructions">{part.instructions}</p> : null}
					{groupsOf(part).map((group, g) => (
						<div key={g}>
							<Passage desk={desk} group={group} />
							{group.items.map((item) => (
								<Question key={item.slot} desk={desk} item={item} isOff={isOff} />
							))}
						</div>
					))}
				</section>
			))}
		</div>
	);
}

function Mark({ desk, item, onGo }: { desk: Desk; item: Item; onGo: () => void }): JSX.Element {
	const view = desk.session.slot(item.slot).value;
	const isFlagged = desk.flags.value.has(item.slot);
	const progress = progressOf(item, view.value);
	const isUnsent = view.state === 'local' || view.state === 'refused';
	const names = ['mark', progress, isFlagged ? 'flagged' : '', isUnsent ? 'unsent' : '']
		.filter(Boolean).join(' ');
	const spoken = [progress === 'none' ? t('nav.unanswered') : stateText(view),
		isFlagged ? t('nav.flagged') : ''].filter(Boolean).join(', ');
	const go = (event: Event): void => {
		event.preventDefault();
		onGo();
		goTo(item.slot);
	};
	return (
		<a class={names} href={`#q${item.slot}`} onClick={go}>
			<span class="sr">{t('question', { n: item.slot })}: {spoken}</span>
			<span aria-hidden="true">{item.slot}</span>
			{isFlagged ? <span class="corner" aria-hidden="true">⚑</span> : null}
			{isUnsent ? <span class="dot" aria-hidden="true">●</span> : null}
		</a>
	);
}

export function QuestionList({ desk, onGo }: { desk: Desk; onGo: () => void }): JSX.Element {
	return (
		<div class="question-list">
			{desk.paper.parts.map((part, i) => (
				<div key={i}>
					<h3 class="small">{part.title || `${i + 1}`}</h3>
					<div class="marks">
						{part.items.map((item) => <Mark key={item.slot} desk={desk} item={item} onGo={onGo} />)}
					</div>
				</div>
			))}
			<p class="small soft">{t('nav.legend')}</p>
		</div>
	);
}
