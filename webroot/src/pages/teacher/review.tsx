/* One student's work after the close: answers beside keys and points; essays are marked here. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { lang, words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatPoints } from '../../lib/number';
import { picturesIn } from '../../lib/questions';
import { Rich } from '../exam/rich';
import { Button } from '../../parts/button';
import { TextArea, TextField } from '../../parts/field';
import { Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

interface Slot {
	slot: number;
	kind: string;
	stem: string;
	answer: unknown;
	key: unknown;
	pointsX100: number;
	maxX100: number;
	state: 'rule' | 'awaits' | 'person';
	note?: string;
	version: number;
}

interface Review {
	attempt: string;
	student?: { fullName: string };
	slots: Slot[];
}

function valueText(value: unknown): string {
	if (value === null || value === undefined || value === '') {
		return t('v.blank');
	}
	if (Array.isArray(value)) {
		return value.map((v) => v === true ? 'Đ' : v === false ? 'S' : String(v ?? '–')).join(', ');
	}
	if (typeof value === 'object') {
		const key = value as { value?: string; accepted?: string[]; guide?: string };
		return key.value ?? key.accepted?.join(' / ') ?? key.guide ?? '';
	}
	return String(value);
}

function pointsOf(text: string, max: number): number | null {
	const m = /^\s*(\d{1,2})(?:[.,](\d{1,2}))?\s*$/.exec(text);
	const x100 = m ? Number(m[1]) * 100 + Number((m[2] ?? '').padEnd(2, '0')) : -1;
	return x100 >= 0 && x100 <= max ? x100 : null;
}

function MarkEssay({ attempt, slot, onSaved }: {
	attempt: string; slot: Slot; onSaved: () => void;
}): JSX.Element {
	const [points, setPoints] = useState(
		slot.state === 'person' ? formatPoints(slot.pointsX100, lang.value) : '');
	const [note, setNote] = useState(slot.note ?? '');
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<string | undefined>(undefined);
	const save = (): void => {
		const x100 = pointsOf(points, slot.maxX100);
		if (x100 === null) {
			setError(t('v.points.wrong', { max: formatPoints(slot.maxX100, lang.value) }));
			return;
		}
		setBusy(true);
		setError(undefined);
		api.put(`/api/v1/attempts/${attempt}/slots/${slot.slot}`,
			{ pointsX100: x100, note, version: slot.version })
			.then(onSaved, (e: unknown) => setError(sentence(e)))
			.finally(() => setBusy(false));
	};
	return (
		<>
			<TextField name={`points-${slot.slot}`} width="w-4" inputMode="decimal" value={points} error={error}
				label={`${t('v.points')} (0 – ${formatPoints(slot.maxX100, lang.value)})`} onInput={setPoints} />
			<TextArea name={`note-${slot.slot}`} label={t('v.note')} rows={2} maxLength={1000} value={note}
				onInput={setNote} />
			<Button small busy={isBusy} onClick={save}>{t('v.save')}</Button>
		</>
	);
}

function SlotView({ attempt, slot, onSaved }: {
	attempt: string; slot: Slot; onSaved: () => void;
}): JSX.Element {
	return (
		<li class="question-card">
			<h2>
				{slot.slot}. {formatPoints(slot.pointsX100, lang.value)} / {formatPoints(slot.maxX100, lang.value)}
				{slot.state === 'awaits' ? <> <Tag tone="warn">{t('v.awaits')}</Tag></> : null}
			</h2>
			<Rich html={slot.stem} pictures={picturesIn([slot.stem])} />
			<p class="answer-text"><b>{t('v.answer')}:</b> {valueText(slot.answer)}</p>
			<p><b>{t('v.key')}:</b> {valueText(slot.key)}</p>
			{slot.kind === 'essay'
				? <MarkEssay attempt={attempt} slot={slot} onSaved={onSaved} /> : null}
		</li>
	);
}

export function ReviewPage({ attempt }: { attempt: string }): JSX.Element {
	const review = useLoad<Review>(`review ${attempt}`,
		(signal) => api.get(`/api/v1/attempts/${attempt}/paper-review`, { signal }));
	return (
		<Show of={review}>{(r) => (
			<>
				<h1>{t('v.title')}{r.student ? ` – ${r.student.fullName}` : ''}</h1>
				<ol class="question-list">
					{r.slots.map((s) => (
						<SlotView key={`${s.slot} ${s.version}`} attempt={attempt} slot={s} onSaved={review.reload} />
					))}
				</ol>
			</>
		)}</Show>
	);
}
