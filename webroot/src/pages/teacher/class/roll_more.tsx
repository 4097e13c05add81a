/* Below a roll call: notes to those who are away, who took and changed it, the sessions before. */
import type { JSX } from 'preact';
import { api } from '../../../lib/api';
import { lang } from '../../../lib/i18n';
import { useLoad } from '../../../lib/load';
import { formatDateTime, formatIsoDay } from '../../../lib/time';
import type { AbsenceKind, ClassAbsences, RollCall } from '../../../lib/types';
import type { Mark, Marks } from '../../../roll/book';
import { dayFrom, sessionText, stateText, t } from './words';

const DAYS_SHOWN = 14;
const NOTE_CHARS_MAX = 300;

export function Notes({ view, marks, onSay }: {
	view: RollCall; marks: Marks; onSay: (student: string, mark: Mark) => void;
}): JSX.Element | null {
	const named = view.rows.filter((r) => marks[r.student.id]);
	return named.length === 0 ? null : (
		<section class="roll-notes">
			<h2>{t('notes')}</h2>
			{named.map(({ student }) => {
				const mark = marks[student.id] as Mark;
				return (
					<label key={student.id}>
						<span><strong>{student.fullName}</strong>, {stateText(mark).toLowerCase()}</span>
						<input class="input" type="text" value={mark.note} maxLength={NOTE_CHARS_MAX} disabled={!view.mayTake}
							aria-label={t('note', { name: student.fullName })} placeholder={t('note.hint')}
							onChange={(e) => onSay(student.id, { ...mark, note: e.currentTarget.value.trim() })} />
					</label>
				);
			})}
		</section>
	);
}

export function History({ view }: { view: RollCall }): JSX.Element | null {
	const nameOf = (id: string): string => view.rows.find((r) => r.student.id === id)?.student.fullName ?? '–';
	const word = (kind: AbsenceKind | null): string => t(`long.${kind ?? 'there'}`);
	return view.history.length === 0 ? null : (
		<details class="roll-history">
			<summary>{t('history')}</summary>
			<ol>
				{view.history.map((h) => (
					<li key={h.version}>
						{t(h.version === 1 ? 'history.take' : 'history.mend', { time: formatDateTime(h.at), person: h.by.fullName })}
						{h.changes.length > 0
							? (
								<ul>
									{h.changes.map((c) => (
										<li key={c.student}>
											{t('history.change', { name: nameOf(c.student), old: word(c.old), new: word(c.new) })}
										</li>
									))}
								</ul>
							)
							: null}
					</li>
				))}
			</ol>
		</details>
	);
}

export function Earlier({ classId, today, addressOf }: {
	classId: string; today: string;
	addressOf: (p: { classId: string; date: string; session: 1 | 2 }) => string;
}): JSX.Element | null {
	const from = dayFrom(today, -DAYS_SHOWN);
	const found = useLoad<ClassAbsences>(`sessions ${classId} ${from}`, (signal) =>
		api.get(`/api/v1/classes/${classId}/absences`, { signal, tries: 1, query: { from, to: today } }));
	if (!found.value) {
		return null; /* without a network the roll call itself is what counts */
	}
	const { sessions } = found.value;
	return (
		<section>
			<h2>{t('earlier')}</h2>
			{sessions.length === 0 ? <p class="quiet">{t('earlier.none')}</p> : null}
			<ul class="roll-earlier">
				{sessions.map((s) => (
					<li key={`${s.date} ${s.session}`}>
						<a href={addressOf({ classId, date: s.date, session: s.session })}>
							{t(s.late > 0 ? 'earlier.row' : 'earlier.row.plain', { day: formatIsoDay(s.date, lang.value),
								session: sessionText(s.session).toLowerCase(), away: s.absent, late: s.late })}
						</a>
					</li>
				))}
			</ul>
		</section>
	);
}
