/*
 * One attempt after the close, question by question: what was answered, what is right, the points.
 * The teacher's page adds the marking of essays; students and guardians see the same without it.
 */
import type { ComponentChildren, JSX } from 'preact';
import { lang, words } from '../lib/i18n';
import { formatMark, formatPoints } from '../lib/number';
import { textsOf } from '../lib/questions';
import { formatDateTime } from '../lib/time';
import type { Question } from '../lib/types';
import { Rich } from '../pages/exam/rich';
import { vi } from '../i18n/vi/review';
import { en } from '../i18n/en/review';
import { Pairs, Tag } from './notice';
import './review.css';

const t = words(vi, en);

export interface ReviewSlot extends Question {
	slot: number;
	answer: unknown;
	pointsX100: number;
	maxX100: number;
	state: 'rule' | 'awaits' | 'person';
	note: string;
	version: number;
}

export interface Review {
	attempt: string;
	sitting: string;
	title: string;
	student: { fullName: string; code: string };
	className: string;
	variant: string;
	pointsX100: number;
	maxX100: number;
	markX10: number;
	awaiting: number;
	closedAt: number | null;
	slots: ReviewSlot[];
}

type Pictures = ReadonlyMap<string, string>;

/* The pictures of this attempt's paper, at the address that its readers may use. */
function picturesOf(attempt: string, slot: ReviewSlot): Pictures {
	const found = new Map<string, string>();
	const guide = slot.kind === 'essay' ? (slot.key as { guide?: string } | null)?.guide : undefined;
	for (const text of [...textsOf(slot), guide]) {
		for (const m of (text ?? '').matchAll(/data-picture="([0-9a-f]{64})"/g)) {
			found.set(m[1] as string, `/api/v1/attempts/${attempt}/pictures/${m[1]}`);
		}
	}
	return found;
}

const isBlank = (answer: unknown): boolean => answer === null || answer === undefined || answer === '';

function Options({ slot, pictures }: { slot: ReviewSlot; pictures: Pictures }): JSX.Element {
	const chosen: unknown[] = Array.isArray(slot.answer) ? slot.answer : [slot.answer];
	const right: unknown[] = Array.isArray(slot.key) ? slot.key : [slot.key];
	return (
		<ol class="review-options">
			{(slot.options ?? []).map((o) => (
				<li key={o.id} class={chosen.includes(o.id) ? 'chosen' : undefined}>
					<b>{o.id}.</b> <Rich html={o.html} pictures={pictures} inline />
					{chosen.includes(o.id)
						? <Tag tone={right.includes(o.id) ? 'ok' : 'bad'}>{t('chosen')}</Tag> : null}
					{right.includes(o.id) ? <Tag tone="ok">{t('right')}</Tag> : null}
				</li>
			))}
		</ol>
	);
}

const judged = (value: unknown): string =>
	value === true ? t('true') : value === false ? t('false') : '–';

function Statements({ slot, pictures }: { slot: ReviewSlot; pictures: Pictures }): JSX.Element {
	const given: unknown[] = Array.isArray(slot.answer) ? slot.answer : [];
	const right: unknown[] = Array.isArray(slot.key) ? slot.key : [];
	return (
		<ol class="review-options">
			{(slot.statements ?? []).map((s, i) => (
				<li key={s.id}>
					<b>{s.id})</b> <Rich html={s.html} pictures={pictures} inline />
					<div class="review-pair">
						<Tag tone={given[i] === right[i] ? 'ok' : 'bad'}>{t('given', { value: judged(given[i]) })}</Tag>
						{given[i] === right[i] ? null : <span>{t('key', { value: judged(right[i]) })}</span>}
					</div>
				</li>
			))}
		</ol>
	);
}

/* The guide of an essay comes to whoever marks it; for all others the server leaves it out. */
function Written({ slot, pictures }: { slot: ReviewSlot; pictures: Pictures }): JSX.Element {
	const key = (slot.key ?? {}) as { value?: string; accepted?: string[]; guide?: string };
	const right = key.value ?? key.accepted?.join(' / ');
	return (
		<>
			<p class="review-label">{t('answer')}</p>
			<p class="answer-text">{isBlank(slot.answer) ? <i>{t('blank')}</i> : String(slot.answer)}</p>
			{right
				? (
					<>
						<p class="review-label">{t('right')}</p>
						<p class="answer-text">{right}</p>
					</>
				)
				: null}
			{key.guide
				? (
					<>
						<p class="review-label">{t('guide')}</p>
						<Rich html={key.guide} pictures={pictures} />
					</>
				)
				: null}
		</>
	);
}

function Answer({ slot, pictures }: { slot: ReviewSlot; pictures: Pictures }): JSX.Element {
	if (slot.options) {
		return <Options slot={slot} pictures={pictures} />;
	}
	return slot.statements
		? <Statements slot={slot} pictures={pictures} /> : <Written slot={slot} pictures={pictures} />;
}

function Outcome({ slot }: { slot: ReviewSlot }): JSX.Element {
	if (slot.state === 'awaits') {
		return <Tag tone="warn">{t('awaits')}</Tag>;
	}
	const isFull = slot.pointsX100 === slot.maxX100;
	const tone = isFull ? 'ok' : slot.pointsX100 > 0 ? 'warn' : 'bad';
	return (
		<>
			<Tag tone={tone}>
				{t('points', { points: formatPoints(slot.pointsX100, lang.value),
					max: formatPoints(slot.maxX100, lang.value) })}
			</Tag>
			{isBlank(slot.answer) ? <Tag>{t('blank')}</Tag> : null}
		</>
	);
}

function SlotView({ review, slot, children }: {
	review: Review; slot: ReviewSlot; children?: ComponentChildren;
}): JSX.Element {
	const pictures = picturesOf(review.attempt, slot);
	return (
		<li class="question-card">
			<div class="row">
				<h2>{t('question', { number: slot.slot })}</h2>
				<Outcome slot={slot} />
			</div>
			{slot.passage ? <div class="inset"><Rich html={slot.passage.html} pictures={pictures} /></div> : null}
			<Rich html={slot.stem} pictures={pictures} />
			<Answer slot={slot} pictures={pictures} />
			{slot.note && !children ? <p><b>{t('note')}:</b> {slot.note}</p> : null}
			{children}
		</li>
	);
}

/** `mark` draws what a teacher does with one question; without it nothing can be changed. */
export function ReviewView({ review, name, mark }: {
	review: Review; name: boolean; mark?: (slot: ReviewSlot) => JSX.Element | null;
}): JSX.Element {
	return (
		<>
			<h1>{name ? review.student.fullName : review.title}</h1>
			<Pairs items={[
				...(name ? [{ label: t('sitting'), value: review.title }] : []),
				{ label: t('class'), value: review.className },
				{ label: t('variant'), value: review.variant },
				...(review.closedAt ? [{ label: t('closed'), value: formatDateTime(review.closedAt) }] : []),
				{ label: t('total'), value: t('points', { points: formatPoints(review.pointsX100, lang.value),
					max: formatPoints(review.maxX100, lang.value) }) },
				{ label: t('mark'), value: review.awaiting > 0
					? t('mark.awaits', { count: review.awaiting })
					: <strong>{formatMark(review.markX10, lang.value)}</strong> },
			]} />
			<ol class="question-list">
				{review.slots.map((s) => (
					<SlotView key={`${s.slot} ${s.version}`} review={review} slot={s}>
						{mark?.(s)}
					</SlotView>
				))}
			</ol>
		</>
	);
}
