/* One question with its controls. Native inputs throughout: keyboard and readers know them. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Item } from '../../hall/paper';
import type { Value } from '../../hall/protocol';
import { cleanText, VALUE_BYTES_MAX } from '../../hall/protocol';
import { dropSetting, readSetting, writeSetting } from '../../lib/settings';
import type { Desk } from './desk';
import { toggleFlag } from './desk';
import { cleanNumber, flipSign, listOf, textOf, truthsOf } from './format';
import { Rich } from './rich';
import { StateLine } from './state_line';
import { t } from './words';

const SHORT_PAUSE_MS = 700;  /* after the last key of a short answer */
const ESSAY_PAUSE_MS = 1500; /* after the last key of an essay */
const TYPING_MAX_MS = 5000;  /* someone who never pauses is saved this often all the same */
const SHORT_MAX = 200;

interface ControlProps {
	desk: Desk;
	item: Item;
	value: string; /* JSON text */
	isSafe: boolean; /* the server has proved it */
	isOff: boolean;
	onTyping: (isTyping: boolean) => void;
}

const name = (item: Item): string => `answer-${item.slot}`;

function Single({ desk, item, value, isOff }: ControlProps): JSX.Element {
	const chosen = textOf(value);
	const set = (v: Value): void => desk.session.answer(item.slot, v);
	return (
		<fieldset class="options" disabled={isOff}>
			<legend class="sr">{t('question', { n: item.slot })}: {t('choose.one')}</legend>
			{item.options.map((o) => (
				<label key={o.id} class={o.id === chosen ? 'option chosen' : 'option'}>
					<input type="radio" name={name(item)} value={o.id} checked={o.id === chosen}
						onChange={() => set(o.id)} />
					<span class="letter">{o.id}.</span>
					<Rich inline html={o.html} pictures={desk.pictures} />
				</label>
			))}
			{chosen
				? <button type="button" class="button-link clear" onClick={() => set(null)}>{t('clear')}</button>
				: null}
		</fieldset>
	);
}

function Multiple({ desk, item, value, isOff }: ControlProps): JSX.Element {
	const chosen = new Set(listOf(value));
	const toggle = (id: string): void => {
		if (!chosen.delete(id)) {
			chosen.add(id);
		}
		const list = item.options.map((o) => o.id).filter((x) => chosen.has(x));
		desk.session.answer(item.slot, list.length > 0 ? list : null);
	};
	return (
		<fieldset class="options" disabled={isOff}>
			<legend class="instruction">{t('choose.many')}</legend>
			{item.options.map((o) => (
				<label key={o.id} class={chosen.has(o.id) ? 'option chosen' : 'option'}>
					<input type="checkbox" name={name(item)} value={o.id} checked={chosen.has(o.id)}
						onChange={() => toggle(o.id)} />
					<span class="letter">{o.id}.</span>
					<Rich inline html={o.html} pictures={desk.pictures} />
				</label>
			))}
		</fieldset>
	);
}

function TrueFalse({ desk, item, value, isOff }: ControlProps): JSX.Element {
	const truths = truthsOf(value, item.statements.length);
	const set = (index: number, truth: boolean): void => {
		const next = truths.map((old, i) => i === index ? (old === truth ? null : truth) : old);
		desk.session.answer(item.slot, next.every((x) => x === null) ? null : next);
	};
	return (
		<div class="statements">
			{item.statements.map((s, i) => (
				<fieldset key={s.id} class="statement" disabled={isOff}>
					<legend class="sr">{t('question', { n: item.slot })}, {t('statement', { id: s.id })}</legend>
					<div class="statement-text" id={`${name(item)}-${s.id}`}>
						<span class="letter">{s.id})</span>
						<Rich inline html={s.html} pictures={desk.pictures} />
					</div>
					<div class="truths">
						{([true, false] as const).map((truth) => (
							<label key={String(truth)} class={truths[i] === truth ? 'truth chosen' : 'truth'}>
								<input type="radio" name={`${name(item)}-${s.id}`} checked={truths[i] === truth}
									aria-describedby={`${name(item)}-${s.id}`}
									onClick={() => { if (truths[i] === truth) { set(i, truth); } }}
									onChange={() => set(i, truth)} />
								{truth ? t('true') : t('false')}
							</label>
						))}
					</div>
				</fieldset>
			))}
		</div>
	);
}

/*
 * A text being typed: on screen at once, in the book after a pause, when the field is left, and
 * when the page goes away. Each key also goes into the browser's small storage, which is written
 * at once, so that a tab that crashes in the middle of a word loses nothing; it is cleared when
 * the server has proved the answer.
 */
function useDraft({ desk, item, value, isSafe, onTyping }: ControlProps, pauseMs: number) {
	const stored = textOf(value);
	const [draft, setDraft] = useState<string | null>(null);
	const latest = useRef<string | null>(null);
	const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
	const since = useRef(0);

	const flush = useCallback(() => {
		clearTimeout(timer.current);
		const typed = latest.current;
		if (typed === null) {
			return;
		}
		latest.current = null;
		since.current = 0;
		const clean = cleanText(typed);
		desk.session.answer(item.slot, clean === '' ? null : clean);
		setDraft(null);
		onTyping(false);
	}, [desk, item.slot, onTyping]);

	const kept = `draft.${desk.session.info.attempt}.${item.slot}`;
	useEffect(() => {
		const left = readSetting(kept);
		if (left !== null && cleanText(left) !== stored) {
			latest.current = left;
			flush();
		}
	}, [kept]);
	useEffect(() => {
		if (isSafe && latest.current === null) {
			dropSetting(kept);
		}
	}, [isSafe, draft, value]);

	useEffect(() => {
		desk.drafts.add(flush);
		return () => {
			flush();
			desk.drafts.delete(flush);
		};
	}, [desk, flush]);

	const type = (text: string): void => {
		latest.current = text;
		writeSetting(kept, text);
		setDraft(text);
		onTyping(true);
		clearTimeout(timer.current);
		since.current ||= Date.now();
		const rest = Math.max(0, since.current + TYPING_MAX_MS - Date.now());
		timer.current = setTimeout(flush, Math.min(pauseMs, rest));
	};
	return { text: draft ?? stored, type, flush };
}

function Numeric(props: ControlProps): JSX.Element {
	const { item, isOff } = props;
	const { text, type, flush } = useDraft(props, SHORT_PAUSE_MS);
	return (
		<div class="short">
			<label for={name(item)}>{t('numeric.label')}</label>
			<p class="hint" id={`${name(item)}-hint`}>{t('numeric.hint')}</p>
			<div class="input-row">
				<input id={name(item)} class="input w-10 num" type="text" inputMode="decimal" autocomplete="off"
					value={text} disabled={isOff} maxLength={32} aria-describedby={`${name(item)}-hint`}
					onInput={(e) => {
						const clean = cleanNumber(e.currentTarget.value);
						e.currentTarget.value = clean;
						type(clean);
					}}
					onBlur={flush} />
				<button type="button" class="button secondary" disabled={isOff}
					onClick={() => type(flipSign(text))}>{t('numeric.sign')}</button>
			</div>
		</div>
	);
}

function ShortText(props: ControlProps): JSX.Element {
	const { desk, item, isOff } = props;
	const { text, type, flush } = useDraft(props, SHORT_PAUSE_MS);
	return (
		<div class="short">
			<label for={name(item)}>{t('text.label')}</label>
			<input id={name(item)} class="input" type="text" autocomplete="off" spellcheck={false}
				value={text} disabled={isOff} maxLength={SHORT_MAX}
				onPaste={() => desk.session.signal('paste', String(item.slot))}
				onInput={(e) => type(e.currentTarget.value)} onBlur={flush} />
		</div>
	);
}

const bytesOf = (text: string): number => new TextEncoder().encode(JSON.stringify(text)).length;

/* As much of a text as one answer may hold. */
function fit(text: string): string {
	let cut = text;
	while (bytesOf(cut) > VALUE_BYTES_MAX) {
		cut = cut.slice(0, cut.length - Math.max(1, Math.ceil((bytesOf(cut) - VALUE_BYTES_MAX) / 6)));
	}
	return cut;
}

function Essay(props: ControlProps): JSX.Element {
	const { desk, item, isOff } = props;
	const { text, type, flush } = useDraft(props, ESSAY_PAUSE_MS);
	const [isLong, setLong] = useState(false);
	const count = text.trim() === '' ? 0 : text.trim().split(/\s+/).length;
	return (
		<div class="short">
			<label for={name(item)}>{t('essay.label')}</label>
			<textarea id={name(item)} class="input essay" rows={12} value={text} disabled={isOff}
				spellcheck={false} aria-describedby={`${name(item)}-count`}
				onPaste={() => desk.session.signal('paste', String(item.slot))}
				onInput={(e) => {
					const fitting = fit(e.currentTarget.value);
					setLong(fitting !== e.currentTarget.value);
					e.currentTarget.value = fitting;
					type(fitting);
				}}
				onBlur={flush} />
			<p class="hint" id={`${name(item)}-count`}>{t('essay.count', { n: count })}</p>
			{isLong ? <p class="field-error" role="alert">{t('essay.long')}</p> : null}
		</div>
	);
}

const CONTROLS = { single: Single, multiple: Multiple, truefalse: TrueFalse, numeric: Numeric,
	text: ShortText, essay: Essay } as const;

export function Question({ desk, item, isOff }: { desk: Desk; item: Item; isOff: boolean })
	: JSX.Element {
	const view = desk.session.slot(item.slot).value;
	const [isTyping, setTyping] = useState(false);
	const isFlagged = desk.flags.value.has(item.slot);
	const Control = CONTROLS[item.kind];
	return (
		<section class={isFlagged ? 'question flagged' : 'question'} id={`q${item.slot}`} tabIndex={-1}
			aria-labelledby={`q${item.slot}-title`}>
			<div class="question-head">
				<h3 id={`q${item.slot}-title`}>{t('question', { n: item.slot })}</h3>
				{item.pointsText
					? <span class="soft small">{t('question.points', { points: item.pointsText })}</span> : null}
				<button type="button" class="button-link flag" aria-pressed={isFlagged}
					onClick={() => toggleFlag(desk, item.slot)}>
					<span aria-hidden="true">{isFlagged ? '⚑' : '⚐'} </span>
					{isFlagged ? t('flag.off') : t('flag')}
					<span class="sr">, {t('question', { n: item.slot })}</span>
				</button>
			</div>
			<Rich html={item.stem} pictures={desk.pictures} />
			<Control desk={desk} item={item} value={view.value} isOff={isOff} onTyping={setTyping}
				isSafe={view.state === 'stored' || view.state === 'stamped'} />
			<StateLine view={view} isTyping={isTyping} />
		</section>
	);
}
