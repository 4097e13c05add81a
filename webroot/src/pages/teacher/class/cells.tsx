/* The small parts of a class's view: phones, absences, results, conduct. */
import type { JSX } from 'preact';
import { lang } from '../../../lib/i18n';
import { formatMark } from '../../../lib/number';
import { formatPhone } from '../../../lib/phone';
import type { Guardian, Level, PrimaryResult } from '../../../lib/types';
import { announce } from '../../../parts/live';
import { letterWords, resultWords } from '../../../parts/mark_words';
import { Tag } from '../../../parts/notice';
import type { Part, StudentView, SubjectView } from './class_view';
import type { ConductDesk, Stage } from './conduct_desk';
import { t } from './words';

export const LEVELS: Level[] = ['tot', 'kha', 'dat', 'chua_dat'];
const KEYS: Record<string, Level> = { 't': 'tot', 'k': 'kha', '\u0111': 'dat', 'd': 'dat', 'c': 'chua_dat' };
const NEAR = 5; /* sessions before the limit */

export const levelText = (level: Level | null): string => t(`level.${level ?? 'none'}`);

/** Learning, of secondary or of primary school. */
export const learningText = (learning: Level | PrimaryResult | null): string =>
	learning !== null && isPrimaryResult(learning) ? resultWords(learning) : levelText(learning);

const isPrimaryResult = (x: Level | PrimaryResult): x is PrimaryResult => ['htxs', 'htt', 'ht', 'cht'].includes(x);

/** Numbers to tap; who it is stands in words. */
export function Phones({ guardians }: { guardians: Guardian[] }): JSX.Element {
	const some = guardians.filter((g) => g.phone);
	return some.length === 0 ? <span class="quiet">{t('phone.none')}</span> : (
		<ul class="phones">
			{some.map((g) => (
				<li key={g.phone}>
					<a href={`tel:${(g.phone ?? '').replace(/[\s.]/g, '')}`}
						aria-label={`${t('phone.call', { name: g.fullName, relation: t(`relation.${g.relation}`) })}: ${formatPhone(g.phone ?? '')}`}>
						{formatPhone(g.phone ?? '')}
					</a>
					<span class="quiet"> {t(`relation.${g.relation}`)}</span>
				</li>
			))}
		</ul>
	);
}

const sum = (a: { excused: number; unexcused: number }): number => a.excused + a.unexcused;

/** Sessions missed in the part, and how far the year is from what the rules allow. */
export function AbsentText({ student, most, part, isShort }: {
	student: StudentView; most: number | null; part: Part; isShort?: boolean;
}): JSX.Element {
	const parts = part === 'nam' ? student.absences : student.absences.slice(Number(part) - 1, Number(part));
	const excused = parts.reduce((n, a) => n + a.excused, 0);
	const unexcused = parts.reduce((n, a) => n + a.unexcused, 0);
	const year = student.absences.reduce((n, a) => n + sum(a), 0);
	return (
		<span class="absent">
			{isShort ? `${t('absent')} ` : ''}{t('absent.cell', { absent: excused + unexcused })}
			{excused + unexcused > 0 ? <span class="quiet"> ({t('absent.parts', { excused, unexcused })})</span> : null}
			{most !== null && year > most - NEAR
				? <> <Tag tone={year > most ? 'bad' : 'warn'}>{t(year > most ? 'absent.over' : 'absent.near', { most })}</Tag></>
				: null}
		</span>
	);
}

export function SubjectResult({ subject, value, isPrimary }: { subject: SubjectView; value: number | string | null; isPrimary: boolean })
	: JSX.Element {
	if (value === null) {
		return <span class="quiet">–</span>;
	}
	if (isPrimary) {
		return <><span aria-hidden="true">{value}</span><span class="sr">{letterWords('level', 'CHT'.indexOf(String(value)))}</span></>;
	}
	return <>{subject.kind === 'comment' ? t(value === 'D' ? 'passed' : 'failed') : formatMark(Number(value), lang.value)}</>;
}

export function MissingText({ missing }: { missing: StudentView['missing'] }): JSX.Element {
	const more = missing.count - missing.words.length;
	return missing.count === 0 ? <span class="quiet">{t('missing.none')}</span> : (
		<details class="why">
			<summary>{t('missing.count', { count: missing.count })}</summary>
			<ul>
				{missing.words.map((x) => <li key={x}>{x}</li>)}
				{more > 0 ? <li>{t('missing.more', { count: more })}</li> : null}
			</ul>
		</details>
	);
}

/** A list of four; on a keyboard one letter is enough, and the next row follows. */
export function ConductField({ desk, student, stage = 'term', isFrozen }: {
	desk: ConductDesk; student: StudentView; stage?: Stage; isFrozen: boolean;
}): JSX.Element {
	void desk.round.value;
	const level = desk.level(student.id, stage);
	if (isFrozen) {
		return <>{levelText(level)}</>;
	}
	const choose = (next: Level | null): void => {
		announce(t('conduct.saved', { name: student.fullName, level: levelText(next) }));
		void desk.choose(student.id, next, stage);
	};
	const keys = (event: KeyboardEvent): void => {
		const field = event.currentTarget as HTMLSelectElement;
		const next = KEYS[event.key.toLowerCase()];
		const isClear = event.key === 'Delete' || event.key === 'Backspace';
		if (event.ctrlKey || event.altKey || event.metaKey || (!next && !isClear)) {
			return;
		}
		event.preventDefault();
		choose(next ?? null);
		const all = [...document.querySelectorAll<HTMLSelectElement>(`.conduct-field[data-stage="${stage}"]`)];
		all[all.indexOf(field) + 1]?.focus();
	};
	return (
		<select class="input conduct-field" data-stage={stage} value={level ?? ''} aria-label={t('conduct.of', { name: student.fullName })}
			onKeyDown={keys} onChange={(e) => choose((e.currentTarget.value || null) as Level | null)}>
			<option value="">{t('level.none')}</option>
			{LEVELS.map((x) => <option key={x} value={x}>{levelText(x)}</option>)}
		</select>
	);
}
