/*
 * A block from Excel on its way into the grid. With names or codes each row goes to its student;
 * without them rows go down from the chosen cell, and everything that smells of a slip by a row is
 * looked for: too many or too few rows, a heading copied along, marks that equal what stands one
 * row further, a mark for an exempt student. Nothing is written here: the plan is shown first, a
 * "stop" must be mended, an "ask" needs a person's word.
 */
import type { Content, Kind } from './cell';
import { EMPTY, fold, isEmpty, isSame, parseEntry } from './cell';
import type { Layout, Pupil } from './names';
import { byCode, byName, isCounting, isoOf, layoutOf, nameText } from './names';
import { slipOf } from './slip';
import { parseTable } from './table_text';

/* So many rows or more are a column: they should be the whole class. */
const COLUMN_ROWS = 5;
const NAMES_SHOWN = 3;

export type Level = 'stop' | 'ask' | 'note';

export type IssueCode = 'none' | 'overflow' | 'partial' | 'notMark' | 'exempt' | 'slip'
	| 'unknown' | 'nameless' | 'twice' | 'unsure' | 'absent' | 'order' | 'overwrite' | 'heading'
	| 'counting' | 'label' | 'understood' | 'wide';

export interface Issue {
	level: Level;
	code: IssueCode;
	params: Record<string, string | number>;
	shift?: number; /* rows to move the block by: what would mend it */
}

export interface TargetColumn {
	id: string;
	name: string;
	labels: string[]; /* how others call it: "tx1", "ddgtx1" */
	kind: Kind;
}

export interface PasteInput {
	text: string;
	pupils: Pupil[];
	columns: TargetColumn[]; /* all of the sheet */
	at: { row: number; column: number };
	existing: (column: string, student: string) => Content;
	shift: number; /* what the person chose to move it by */
	leaveOut: boolean; /* rows of nobody in this class are left out */
}

export interface PlanCell {
	column: string;
	student: string;
	content: Content;
	before: Content;
}

/** One row of the class beside what comes to it. */
export interface PlanRow {
	pupil: Pupil;
	said: string; /* the name or code in the block */
	texts: string[]; /* as they were copied, by target column; empty when nothing comes */
	cells: (PlanCell | null)[];
	isWrong: boolean[];
}

export interface Plan {
	columns: TargetColumn[];
	rows: PlanRow[];
	cells: PlanCell[]; /* what would change */
	issues: Issue[];
	hasNames: boolean;
	strangers: string[]; /* rows of nobody in this class */
}

const ofRow = (row: string[], layout: Layout): string[] => row.filter((_, c) => layout.meanings[c] === 'mark');

/* Whether some column of the sheet could hold it. */
const isEntry = (input: PasteInput, text: string): boolean =>
	input.columns.some((c) => parseEntry(c.kind, text) !== undefined);

const isBlank = (row: string[]): boolean => row.every((x) => x === '');

/* Rows before the first with a mark or a student: headings that were copied along. */
function headingCount(rows: string[][], layout: Layout, input: PasteInput): number {
	const isData = (row: string[]): boolean => {
		const marks = ofRow(row, layout).filter((x) => x !== '');
		const isKnown = layout.nameAt !== null && byName(input.pupils, nameText(row, layout)).length > 0;
		return isKnown || marks.some((x) => isEntry(input, x));
	};
	const first = rows.findIndex(isData);
	const before = rows.slice(0, Math.max(first, 0));
	const last = before.reduce((at, row, i) => isBlank(row) ? at : i, -1);
	return last + 1;
}

/* Which student each row is of: an index into pupils, or null with what was said. */
interface Seat {
	row: string[];
	said: string;
	pupil: number | null;
}

function seatByName(row: string[], layout: Layout, input: PasteInput, taken: Set<number>, issues: Issue[]): Seat {
	const codeAt = layout.meanings.indexOf('code');
	const birthAt = layout.meanings.indexOf('birth');
	const name = nameText(row, layout);
	const code = codeAt < 0 ? '' : row[codeAt] ?? '';
	const said = [code, name].filter(Boolean).join(' ');
	const coded = byCode(input.pupils, code);
	let named = byName(input.pupils, name);
	const birth = birthAt < 0 ? null : isoOf(row[birthAt] ?? '');
	if (named.length > 1 && birth) {
		named = named.filter((p) => p.birthDate === birth);
	}
	if (coded && layout.nameAt !== null && name !== '' && !byName([coded], name).length) {
		return { row, said, pupil: null }; /* the code is one student's, the name another's */
	}
	const free = named.filter((p) => !taken.has(input.pupils.indexOf(p)));
	const found = coded ?? free[0] ?? named[0];
	if (!coded && named.length > 1) {
		issues.push({ level: 'ask', code: 'unsure', params: { name } });
	}
	return { row, said, pupil: found ? input.pupils.indexOf(found) : null };
}

function seatAll(rows: string[][], layout: Layout, input: PasteInput, issues: Issue[]): Seat[] {
	const taken = new Set<number>();
	const twice: string[] = [];
	const seats = rows.filter((r) => !isBlank(r)).map((row) => {
		const seat = seatByName(row, layout, input, taken, issues);
		if (seat.pupil !== null && taken.has(seat.pupil)) {
			twice.push(seat.said);
		} else if (seat.pupil !== null) {
			taken.add(seat.pupil);
		}
		return seat;
	});
	if (twice.length > 0) {
		issues.push({ level: 'stop', code: 'twice', params: { names: twice.slice(0, NAMES_SHOWN).join(', ') } });
	}
	const nameless = seats.filter((s) => s.said === '' && ofRow(s.row, layout).some((x) => x !== ''));
	if (nameless.length > 0) {
		issues.push({ level: 'stop', code: 'nameless', params: { count: nameless.length } });
	}
	const absent = input.pupils.filter((_, i) => !taken.has(i));
	if (absent.length > 0) {
		issues.push({ level: seats.length >= COLUMN_ROWS ? 'ask' : 'note', code: 'absent', params: {
			count: absent.length, names: absent.slice(0, NAMES_SHOWN).map((p) => p.fullName).join(', ') } });
	}
	const order = seats.map((s) => s.pupil).filter((p): p is number => p !== null);
	if (order.some((p, i) => i > 0 && p < (order[i - 1] as number))) {
		issues.push({ level: 'note', code: 'order', params: {} });
	}
	return seats;
}

/* Without names: down from the chosen row. */
function seatDown(rows: string[][], input: PasteInput, issues: Issue[]): Seat[] {
	const { pupils } = input;
	const from = input.at.row + input.shift;
	let last = rows.length;
	while (last > 0 && isBlank(rows[last - 1] as string[])) {
		last--;
	}
	const blank = rows.findIndex((r) => !isBlank(r));
	const kept = rows.slice(0, Math.max(last, Math.min(rows.length, pupils.length - from)));
	const out = kept.filter((row, i) => !isBlank(row) && !pupils[from + i]).length;
	const filled = last - Math.max(blank, 0);
	if (out > 0) {
		issues.push({ level: 'stop', code: 'overflow', params: { count: filled,
			left: pupils.length - Math.max(from, 0), name: pupils[from]?.fullName ?? '' },
			...(filled <= pupils.length ? { shift: Math.max(0, pupils.length - last) - blank - input.at.row } : {}) });
	} else if (kept.length < pupils.length && kept.length > 1) {
		issues.push({ level: kept.length >= COLUMN_ROWS ? 'ask' : 'note', code: 'partial', params: {
			count: kept.length, size: pupils.length, first: pupils[from]?.fullName ?? '',
			last: pupils[from + kept.length - 1]?.fullName ?? '' } });
	}
	return kept.map((row, i) => ({ row, said: '', pupil: pupils[from + i] ? from + i : null }));
}

function looseRows(seats: Seat[], hasNames: boolean, input: PasteInput, issues: Issue[]): string[] {
	const strangers = hasNames ? seats.filter((s) => s.pupil === null && s.said !== '').map((s) => s.said) : [];
	if (strangers.length > 0) {
		issues.push({ level: input.leaveOut ? 'note' : 'stop', code: 'unknown', params: {
			count: strangers.length, names: strangers.slice(0, NAMES_SHOWN).join(', ') } });
	}
	return strangers;
}

const labelOf = (text: string): string => fold(text).replace(/[^a-z0-9]/g, '');

/* A heading that names another column than the one it would go to. */
function checkLabels(headings: string[][], layout: Layout, columns: TargetColumn[], all: TargetColumn[],
	issues: Issue[]): void {
	const owner = (text: string): TargetColumn | undefined => all.find((c) => c.labels.includes(labelOf(text)));
	for (const heading of headings) {
		ofRow(heading, layout).forEach((text, k) => {
			const named = owner(text);
			const target = columns[k];
			if (named && target && named.id !== target.id) {
				issues.push({ level: 'ask', code: 'label', params: { heading: text, column: target.name } });
			}
		});
	}
}

function planRows(seats: Seat[], layout: Layout, columns: TargetColumn[], input: PasteInput): PlanRow[] {
	return input.pupils.map((pupil, i) => {
		const seat = seats.find((s) => s.pupil === i);
		const texts = seat ? ofRow(seat.row, layout) : [];
		const cells = columns.map((column, k): PlanCell | null => {
			const text = texts[k] ?? '';
			const content = text === '' ? undefined : parseEntry(column.kind, text);
			return content ? { column: column.id, student: pupil.id, content,
				before: input.existing(column.id, pupil.id) } : null;
		});
		const isExemptWord = (text: string): boolean => pupil.isExempt && ['m', 'mien'].includes(fold(text));
		return { pupil, said: seat?.said ?? '', texts, cells,
			isWrong: columns.map((_, k) => !!texts[k] && cells[k] === null && !isExemptWord(texts[k] ?? '')) };
	});
}

function checkRows(rows: PlanRow[], columns: TargetColumn[], issues: Issue[]): void {
	const wrong = rows.flatMap((r) => r.texts.filter((_, k) => r.isWrong[k]).map((text) => ({ text, r })));
	if (wrong[0]) {
		issues.push({ level: 'stop', code: 'notMark', params: { count: wrong.length,
			text: wrong[0].text.slice(0, 30), name: wrong[0].r.pupil.fullName } });
	}
	const exempt = rows.find((r) => r.pupil.isExempt && r.cells.some((c) => c && !isEmpty(c.content)));
	if (exempt) {
		issues.push({ level: 'stop', code: 'exempt', params: { name: exempt.pupil.fullName } });
	}
	const over = rows.flatMap((r) => r.cells)
		.filter((c) => c && !isEmpty(c.before) && !isSame(c.before, c.content)).length;
	if (over > 0) {
		issues.push({ level: 'ask', code: 'overwrite', params: { count: over } });
	}
	const short = rows.flatMap((r) => r.texts.filter((_, k) => columns[k]?.kind === 'mark'))
		.find((x) => /^\d{2}$/.test(x) && x !== '10');
	if (short) {
		issues.push({ level: 'note', code: 'understood', params: { text: short } });
	}
}

function checkSlip(rows: PlanRow[], columns: TargetColumn[], input: PasteInput, hasNames: boolean, issues: Issue[])
	: void {
	for (const [k, column] of columns.entries()) {
		const existing = input.pupils.map((p) => input.existing(column.id, p.id));
		const by = slipOf(rows.map((r) => r.cells[k]?.content ?? EMPTY), existing);
		if (by !== 0) {
			issues.push({ level: hasNames ? 'ask' : 'stop', code: 'slip', params: { column: column.name,
				count: Math.abs(by) }, ...(hasNames ? {} : { shift: input.shift + by }) });
			return;
		}
	}
}

/** What would happen, and what speaks against it. */
export function planPaste(input: PasteInput): Plan {
	const issues: Issue[] = [];
	const all = parseTable(input.text);
	const layout = layoutOf(all, input.pupils, (x) => isEntry(input, x));
	const hasNames = layout.nameAt !== null || layout.meanings.includes('code');
	const headings = headingCount(all, layout, input);
	const rows = all.slice(headings);
	const width = layout.meanings.filter((m) => m === 'mark').length;
	const columns = input.columns.slice(input.at.column, input.at.column + width);
	if (width === 0 || rows.every(isBlank)) {
		issues.push({ level: 'stop', code: 'none', params: {} });
	}
	if (width > columns.length) {
		issues.push({ level: 'stop', code: 'wide', params: { count: width, left: columns.length } });
	}
	if (headings > 0) {
		issues.push({ level: 'note', code: 'heading', params: { count: headings } });
	}
	if (all[0]?.length === 1 && isCounting(rows, 0)) {
		issues.push({ level: 'ask', code: 'counting', params: {} });
	}
	checkLabels(all.slice(0, headings), layout, columns, input.columns, issues);
	const seats = hasNames ? seatAll(rows, layout, input, issues) : seatDown(rows, input, issues);
	const strangers = looseRows(seats, hasNames, input, issues);
	const planned = planRows(seats, layout, columns, input);
	checkRows(planned, columns, issues);
	if (!issues.some((i) => i.code === 'overflow')) {
		checkSlip(planned, columns, input, hasNames, issues);
	}
	const cells = planned.flatMap((r) => r.cells)
		.filter((c): c is PlanCell => c !== null && !isSame(c.before, c.content));
	return { columns, rows: planned, cells, issues, hasNames, strangers };
}

/** Whether it may be written: nothing that stops it, and a word for every doubt. */
export const mayApply = (plan: Plan, isAgreed: boolean): boolean => plan.cells.length > 0 &&
	plan.issues.every((i) => i.level === 'note' || (i.level === 'ask' && isAgreed));
