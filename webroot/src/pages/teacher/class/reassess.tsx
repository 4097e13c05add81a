/*
 * What is assessed again after a class's year: of each student what did not suffice, what it came to
 * then, and in primary school the headmaster's decision. For the homeroom teacher and the office.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../../lib/api';
import { lang, words } from '../../../lib/i18n';
import { useLoad } from '../../../lib/load';
import { formatMark } from '../../../lib/number';
import { parseTyped } from '../../../lib/typed_mark';
import type { ReassessItem, ReassessRow, ReassessSheet } from '../../../lib/types';
import { isPrimary, valuesOf } from '../../../marks/cell';
import { Button } from '../../../parts/button';
import { SelectField, TextField } from '../../../parts/field';
import { useLeaveGuard } from '../../../parts/leave_guard';
import { Breadcrumbs } from '../../../parts/layout';
import { Banner, Empty, Failed, Pairs, Waiting } from '../../../parts/notice';
import { letterWords } from '../../../parts/mark_words';
import { vi } from '../../../i18n/vi/reassess';
import { en } from '../../../i18n/en/reassess';
import { History } from '../marks/history';
import { t as grid } from '../marks/words';
import { learningText } from './cells';
import { t as say } from './words';
import './reassess.css';

const t = words(vi, en);

const WHOLE_MARKS = [100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 0];

type Saved = ReassessSheet & { saved: unknown[]; conflicts: unknown[] };
type Draft = Record<string, string>;

const keyOf = (row: ReassessRow, item: ReassessItem): string =>
	`again-${row.student.id}-${item.subject ?? '0'}-${item.item}`;

const nameOf = (item: ReassessItem): string => item.kind === 'decision' ? t('item.decision')
	: item.kind === 'whole' ? t('item.test', { name: item.name }) : item.name;

function valueText({ kind }: ReassessItem, x10: number): string {
	if (kind === 'decision') {
		return t(x10 ? 'decision.1' : 'decision.0');
	}
	if (kind === 'whole') {
		return String(x10 / 10);
	}
	return kind === 'mark' ? formatMark(x10, lang.value) : letterWords(kind, x10);
}

const choices = ({ kind }: ReassessItem): number[] => kind === 'decision' ? [1, 0]
	: kind === 'whole' || kind === 'mark' ? WHOLE_MARKS : valuesOf(kind);

/** What stands in a field: a mark as it is written, anything else its number. */
const fieldText = (item: ReassessItem): string => item.valueX10 === null ? ''
	: item.kind === 'mark' ? formatMark(item.valueX10, lang.value) : String(item.valueX10);

/** undefined: no mark. */
function readField(item: ReassessItem, text: string): number | null | undefined {
	if (item.kind === 'mark') {
		return parseTyped(text)?.x10;
	}
	return text === '' ? null : Number(text);
}

/** What was ever said of it; what nobody spoke of has none. */
function Past({ classId, row, item }: { classId: string; row: ReassessRow; item: ReassessItem }): JSX.Element | null {
	const [isOpen, setOpen] = useState(false);
	const name = nameOf(item);
	return item.version === 0 ? null : (
		<>
			<Button small kind="secondary" label={t('history.of', { name })} onClick={() => setOpen(true)}>{t('history')}</Button>
			{isOpen ? (
				<History address={`/api/v1/classes/${classId}/reassessment/${item.subject ?? '0'}/${item.item}/history/${row.student.id}`}
					of={name} name={row.student.fullName} onClose={() => setOpen(false)}
					print={(c) => c.valueX10 === null ? grid('empty') : valueText(item, c.valueX10)} />
			) : null}
		</>
	);
}

function Field({ row, item, draft, setDraft, isClosed }: {
	row: ReassessRow; item: ReassessItem; draft: Draft; setDraft: (draft: Draft) => void; isClosed: boolean;
}): JSX.Element {
	const name = keyOf(row, item);
	const text = draft[name] ?? fieldText(item);
	const typed = item.kind === 'mark' && draft[name] !== undefined ? readField(item, text) : null;
	const set = (next: string): void => setDraft({ ...draft, [name]: next });
	const before = item.kind === 'decision' ? (item.mayEnter ? undefined : t('office'))
		: t('before', { value: item.before === null ? t('before.none') : valueText(item, item.before) });
	const reads = typeof typed === 'number' ? `${before ?? ''} · ${t('reads', { value: valueText(item, typed) })}` : before;
	const common = { name, label: nameOf(item), hint: reads, disabled: isClosed || !item.mayEnter };
	return item.kind === 'mark'
		? (
			<TextField {...common} value={text} onInput={set}
				error={readField(item, text) === undefined ? t('wrong') : undefined} />
		)
		: (
			<SelectField {...common} value={text} empty={t(item.kind === 'decision' ? 'empty.decision' : 'empty')} onChange={set}
				options={choices(item).map((x10) => ({ value: String(x10), label: valueText(item, x10) }))} />
		);
}

function Student({ row, children }: { row: ReassessRow; children: ComponentChildren }): JSX.Element {
	return (
		<section aria-label={row.student.fullName}>
			<h2>{row.student.fullName}</h2>
			<Pairs items={[
				{ label: t('year'), value: learningText(row.learning) },
				...(row.after === null ? [] : [{ label: t('after'), value: learningText(row.after) }]),
				...(row.promotion === null ? [] : [{ label: t('promotion'), value: t(`promotion.${row.promotion}`) }]),
			]} />
			<div class="again">{children}</div>
		</section>
	);
}

/** The cells whose field is another than what stands; null when one is no mark. */
function changesOf(sheet: ReassessSheet, draft: Draft): object[] | null {
	const changes: object[] = [];
	for (const row of sheet.rows) {
		for (const item of row.items) {
			const text = draft[keyOf(row, item)];
			const valueX10 = text === undefined ? item.valueX10 : readField(item, text);
			if (valueX10 === undefined) {
				return null;
			}
			if (valueX10 !== item.valueX10) {
				changes.push({ student: row.student.id, subject: item.subject, item: item.item, valueX10, version: item.version });
			}
		}
	}
	return changes;
}

function Sheet({ start }: { start: ReassessSheet }): JSX.Element {
	const [sheet, setSheet] = useState(start);
	const [draft, setDraft] = useState<Draft>({});
	const [isBusy, setBusy] = useState(false);
	const [done, setDone] = useState<Saved | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	const [isNothing, setNothing] = useState(false);
	const cells = changesOf(sheet, draft);
	useLeaveGuard(() => !isBusy && cells?.length !== 0);
	const save = async (): Promise<void> => {
		if (cells === null) { /* its field says why */
			document.querySelector<HTMLElement>('.again [aria-invalid="true"]')?.focus();
			return;
		}
		setNothing(cells.length === 0);
		setDone(null);
		if (cells.length === 0) {
			return;
		}
		setBusy(true);
		setError(undefined);
		try {
			const saved = await api.put<Saved>(`/api/v1/classes/${sheet.class.id}/reassessment`, { cells });
			setSheet(saved);
			setDone(saved);
			setDraft({});
		} catch (e) {
			setError(e);
		}
		setBusy(false);
	};
	if (sheet.rows.length === 0) {
		return <Empty>{t('none')}</Empty>;
	}
	return (
		<>
			{sheet.isClosed ? <Banner tone="info"><p>{t('closed')}</p></Banner> : null}
			{sheet.rows.map((row) => (
				<Student key={row.student.id} row={row}>
					{row.items.map((item) => (
						<div key={keyOf(row, item)}>
							<Field row={row} item={item} draft={draft} isClosed={sheet.isClosed}
								setDraft={(next) => {
									setDraft(next);
									setDone(null);
									setNothing(false);
								}} />
							<Past classId={sheet.class.id} row={row} item={item} />
						</div>
					))}
				</Student>
			))}
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{done === null ? null : (
				<Banner tone={done.conflicts.length ? 'warn' : 'ok'} live="polite">
					<p>{t('saved', { count: done.saved.length })}</p>
					{done.conflicts.length ? <p>{t('conflicts', { count: done.conflicts.length })}</p> : null}
				</Banner>
			)}
			{isNothing ? <Banner tone="info" live="polite"><p>{t('nothing')}</p></Banner> : null}
			{sheet.isClosed ? null : <Button busy={isBusy} onClick={() => void save()}>{t('save')}</Button>}
		</>
	);
}

/** `way` is the way to the page. */
export function ReassessPage({ classId, way }: { classId: string; way: (name: string, here: string) => ComponentChildren })
	: JSX.Element {
	const sheet = useLoad<ReassessSheet>(`reassessment ${classId}`, (signal) =>
		api.get(`/api/v1/classes/${classId}/reassessment`, { signal }));
	if (!sheet.value) {
		return sheet.error === undefined ? <Waiting /> : <Failed error={sheet.error} onRetry={sheet.reload} />;
	}
	return (
		<>
			{way(sheet.value.class.name, t('short'))}
			<h1>{t('title', { name: sheet.value.class.name })}</h1>
			<p>{t(isPrimary(sheet.value) ? 'text.primary' : 'text')}</p>
			<Sheet key={classId} start={sheet.value} />
		</>
	);
}

export function HomeroomReassessPage({ classId }: { classId: string }): JSX.Element {
	return (
		<ReassessPage classId={classId} way={(name, here) => (
			<Breadcrumbs items={[{ href: '/giao-vien/chu-nhiem', label: say('homeroom') },
				{ href: `/giao-vien/chu-nhiem/${classId}/nam`, label: name }, { label: here }]} />
		)} />
	);
}
