/* One student's work after the close, for the teacher: essays are marked here. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { lang, words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatPoints } from '../../lib/number';
import { Button } from '../../parts/button';
import { TextArea, TextField } from '../../parts/field';
import { Breadcrumbs } from '../../parts/layout';
import { announce } from '../../parts/live';
import { Show } from '../../parts/page_load';
import type { Review, ReviewSlot } from '../../parts/review_view';
import { ReviewView } from '../../parts/review_view';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

function pointsOf(text: string, max: number): number | null {
	const m = /^\s*(\d{1,2})(?:[.,](\d{1,2}))?\s*$/.exec(text);
	const x100 = m ? Number(m[1]) * 100 + Number((m[2] ?? '').padEnd(2, '0')) : -1;
	return x100 >= 0 && x100 <= max ? x100 : null;
}

function MarkEssay({ attempt, slot, onSaved }: {
	attempt: string; slot: ReviewSlot; onSaved: (review: Review) => void;
}): JSX.Element {
	const [points, setPoints] = useState(
		slot.state === 'person' ? formatPoints(slot.pointsX100, lang.value) : '');
	const [note, setNote] = useState(slot.note);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<string | undefined>(undefined);
	const max = formatPoints(slot.maxX100, lang.value);
	const save = (event: Event): void => {
		event.preventDefault();
		const x100 = pointsOf(points, slot.maxX100);
		if (x100 === null) {
			setError(t('v.points.wrong', { max }));
			document.getElementById(`points-${slot.slot}`)?.focus();
			return;
		}
		setBusy(true);
		setError(undefined);
		api.put<Review>(`/api/v1/attempts/${attempt}/slots/${slot.slot}`,
			{ pointsX100: x100, note, version: slot.version })
			.then((review) => {
				announce(t('v.saved'));
				onSaved(review);
			}, (e: unknown) => setError(sentence(e)))
			.finally(() => setBusy(false));
	};
	return (
		<form class="mark-essay" noValidate onSubmit={save}>
			<TextField name={`points-${slot.slot}`} width="w-4" inputMode="decimal" value={points} error={error}
				label={t('v.points.of', { number: slot.slot, max })} autoComplete="off" onInput={setPoints} />
			<TextArea name={`note-${slot.slot}`} label={t('v.note')} hint={t('v.note.hint')} rows={2}
				maxLength={1000} value={note} onInput={setNote} />
			<Button type="submit" small busy={isBusy}>{t('v.save')}</Button>
			{slot.state === 'person' ? <span class="quiet"> {t('v.saved')}</span> : null}
		</form>
	);
}

export function ReviewPage({ attempt }: { attempt: string }): JSX.Element {
	const review = useLoad<Review>(`review ${attempt}`,
		(signal) => api.get(`/api/v1/attempts/${attempt}/paper-review`, { signal }));
	return (
		<Show of={review}>{(r) => (
			<>
				<Breadcrumbs items={[
					{ href: '/giao-vien/ca-thi', label: t('sittings') },
					{ href: `/giao-vien/ca-thi/${r.sitting}`, label: r.title },
					{ label: r.student.fullName },
				]} />
				<ReviewView review={r} name mark={(slot) => slot.kind === 'essay'
					? <MarkEssay attempt={attempt} slot={slot} onSaved={review.set} /> : null} />
			</>
		)}</Show>
	);
}
