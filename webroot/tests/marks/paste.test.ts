/* A block from Excel: what is placed where, and every way of slipping that is found. */
import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/marks/cell';
import { EMPTY, MISSING, value } from '../../src/marks/cell';
import type { Pupil } from '../../src/marks/names';
import { isoOf } from '../../src/marks/names';
import type { PasteInput, Plan } from '../../src/marks/paste';
import { mayApply, planPaste } from '../../src/marks/paste';
import { slipOf } from '../../src/marks/slip';
import { parseTable } from '../../src/marks/table_text';

const NAMES = ['Nguyễn Văn An', 'Trần Thị Bình', 'Lê Hoàng Cường', 'Phạm Thu Dung', 'Hoàng Minh Đức',
	'Vũ Thị Giang', 'Đặng Quốc Hùng', 'Bùi Thanh Hương', 'Đỗ Mai Lan', 'Ngô Đức Long'];
const pupils: Pupil[] = NAMES.map((fullName, i) => ({ id: `s${i}`, code: `HS0${i}`, fullName,
	birthDate: `2010-0${i % 9 + 1}-15`, isExempt: false }));
const MARKS = [85, 70, 90, 65, 80, 75, 100, 55, 60, 95];
const columns = [
	{ id: 'tx1', name: 'TX 1', labels: ['tx1', 'ddgtx1'], kind: 'mark' as const },
	{ id: 'tx2', name: 'TX 2', labels: ['tx2', 'ddgtx2'], kind: 'mark' as const },
	{ id: 'gk', name: 'Giữa kỳ', labels: ['gk', 'giuaky'], kind: 'mark' as const },
];
const text = (x10: number): string => `${Math.floor(x10 / 10)},${x10 % 10}`;
const column = MARKS.map(text);

function plan(block: string[], options: Partial<PasteInput> = {}): Plan {
	return planPaste({ text: block.join('\r\n') + '\r\n', pupils, columns, at: { row: 0, column: 0 },
		existing: () => EMPTY, shift: 0, leaveOut: false, ...options });
}

const codes = (p: Plan, level?: string): string[] =>
	p.issues.filter((i) => !level || i.level === level).map((i) => i.code);
const placed = (p: Plan): string[] => p.cells.map((c) => `${c.student} ${c.column} ${c.content.valueX10}`);
const right = MARKS.map((m, i) => `s${i} tx1 ${m}`);
const had = (marks: (number | null)[]) => (c: string, s: string): Content => {
	const x10 = c === 'tx1' ? marks[Number(s.slice(1))] : null;
	return x10 === null || x10 === undefined ? EMPTY : value(x10);
};

describe('a column of levels', () => {
	const levels = [{ id: 'test', name: 'Giữa kì', labels: [], kind: 'whole' as const },
		{ id: 'level', name: 'Mức giữa kì', labels: [], kind: 'level' as const }];
	const LETTERS = ['T', 'H', 'H', 'C', 'T', 'T', 'H', 'C', 'H', 'T'];
	const had = (by: number) => (c: string, s: string): Content => {
		const letter = c === 'level' ? LETTERS[Number(s.slice(1)) - by] : undefined;
		return letter ? value('CHT'.indexOf(letter)) : EMPTY;
	};
	const at = { row: 0, column: 1 };
	it('goes down it, whatever its case', () => {
		const p = plan(LETTERS.map((l) => l.toLowerCase()), { columns: levels, at });
		expect(placed(p)).toEqual(LETTERS.map((l, i) => `s${i} level ${'CHT'.indexOf(l)}`));
		expect(codes(p, 'stop')).toEqual([]);
	});
	it('slipped by a row is stopped', () =>
		expect(codes(plan(LETTERS, { columns: levels, at, existing: had(1) }), 'stop')).toContain('slip'));
	it('beside its tests goes to both, a half mark to none', () => {
		const p = plan(LETTERS.map((l, i) => `${i === 3 ? '7,5' : '7'}\t${l}`), { columns: levels });
		expect(p.cells.filter((c) => c.column === 'level')).toHaveLength(10);
		expect(codes(p, 'stop')).toEqual(['notMark']);
	});
});

describe('a column without names', () => {
	it('that is the whole class goes down it', () => {
		const p = plan(column);
		expect(placed(p)).toEqual(right);
		expect(p.issues).toEqual([]);
		expect(mayApply(p, false)).toBe(true);
	});
	it('of several columns goes to the right', () => {
		const p = plan(column.map((m) => `${m}\t7\tv`));
		expect(p.cells.length).toBe(30);
		expect(p.cells[2]).toMatchObject({ student: 's0', column: 'gk', content: MISSING });
	});
	it('that begins one row too low is stopped, and mended by moving it up', () => {
		const p = plan(column, { at: { row: 1, column: 0 } });
		expect(codes(p, 'stop')).toEqual(['overflow']);
		expect(mayApply(p, true)).toBe(false);
		const shift = p.issues.find((i) => i.code === 'overflow')?.shift as number;
		expect(shift).toBe(-1);
		const mended = plan(column, { at: { row: 1, column: 0 }, shift });
		expect(placed(mended)).toEqual(right);
		expect(mended.issues).toEqual([]);
	});
	it('with an empty row copied before it is stopped, and mended', () => {
		const p = plan(['', ...column]);
		expect(codes(p, 'stop')).toEqual(['overflow']);
		const shift = p.issues.find((i) => i.code === 'overflow')?.shift as number;
		expect(placed(plan(['', ...column], { shift }))).toEqual(right);
	});
	it('with one row too few asks', () => {
		const p = plan(column.slice(1));
		expect(codes(p, 'ask')).toEqual(['partial']);
		expect(mayApply(p, false)).toBe(false);
		expect(mayApply(p, true)).toBe(true);
	});
	it('with one row too many is stopped', () => {
		expect(codes(plan([...column, '5,0']), 'stop')).toEqual(['overflow']);
	});
	it('with empty rows behind it is the column all the same', () => {
		expect(plan([...column, '', '']).issues).toEqual([]);
	});
	it('that equals what stands one row further is stopped, and mended', () => {
		const slipped = [...column.slice(1), '5,0'];
		const p = plan(slipped, { existing: had(MARKS) });
		expect(codes(p, 'stop')).toContain('slip');
		expect(p.issues.find((i) => i.code === 'slip')?.shift).toBe(1);
		expect(mayApply(p, true)).toBe(false);
	});
	it('that equals what stands there changes nothing', () => {
		const p = plan(column, { existing: had(MARKS) });
		expect(p.issues).toEqual([]);
		expect(p.cells).toEqual([]);
		expect(mayApply(p, true)).toBe(false);
	});
	it('that replaces other marks asks', () => {
		expect(codes(plan(column, { existing: had(MARKS.map((m) => m - 5)) }))).toEqual(['overwrite']);
	});
	it('with its heading loses it; a heading of another column asks', () => {
		expect(codes(plan(['TX1', ...column]))).toEqual(['heading']);
		expect(placed(plan(['TX1', ...column]))).toEqual(right);
		expect(codes(plan(['Bảng điểm', 'ĐĐGtx 2', ...column]))).toEqual(['heading', 'label']);
	});
	it('with a heading in the middle is stopped', () => {
		const p = plan([...column.slice(0, 5), 'TX1', ...column.slice(5)]);
		expect(codes(p, 'stop').sort()).toEqual(['notMark', 'overflow']);
	});
	it('that gives an exempt student a mark is stopped', () => {
		const exempt = pupils.map((p, i) => ({ ...p, isExempt: i === 3 }));
		expect(codes(plan(column, { pupils: exempt }), 'stop')).toEqual(['exempt']);
		expect(codes(plan(column.map((m, i) => i === 3 ? 'Miễn' : m), { pupils: exempt }))).toEqual([]);
	});
	it('of numbers from 1 on asks', () => {
		expect(codes(plan(pupils.map((_, i) => String(i + 1))), 'ask')).toEqual(['counting']);
	});
	it('with something that is no mark is stopped', () => {
		expect(codes(plan(column.map((m, i) => i === 4 ? '7,55' : m)), 'stop')).toEqual(['notMark']);
	});
	it('wider than what is left is stopped', () => {
		expect(codes(plan(column.map((m) => `${m}\t${m}`), { at: { row: 0, column: 2 } }), 'stop')).toEqual(['wide']);
	});
	it('of nothing is stopped', () => {
		expect(codes(plan(['', '']), 'stop')).toContain('none');
	});
	it('of two digits says how they are read', () => {
		expect(codes(plan(MARKS.map((m) => m === 100 ? '10' : String(m))))).toEqual(['understood']);
		expect(placed(plan(MARKS.map((m) => m === 100 ? '10' : String(m))))).toEqual(right);
	});
});

describe('a block with names', () => {
	const rows = NAMES.map((n, i) => `${i + 1}\t${n}\t${column[i]}`);
	it('puts each mark to its name, wherever the cell is', () => {
		const p = plan(rows, { at: { row: 4, column: 0 } });
		expect(placed(p)).toEqual(right);
		expect(p.issues).toEqual([]);
	});
	it('in another order is placed by name', () => {
		const p = plan([...rows].reverse());
		expect(placed(p)).toEqual(right);
		expect(codes(p)).toEqual(['order']);
	});
	it('with family and given name apart, codes and births, and a heading', () => {
		const wide = NAMES.map((n, i) => {
			const words = n.split(' ');
			return [i + 1, pupils[i]?.code, words.slice(0, -1).join(' '), words[words.length - 1], `15/${i % 9 + 1}/2010`,
				column[i]].join('\t');
		});
		const p = plan(['STT\tMã HS\tHọ\tTên\tNgày sinh\tTX1', ...wide]);
		expect(placed(p)).toEqual(right);
		expect(codes(p)).toEqual(['heading']);
	});
	it('with columns of other things beside the names', () => {
		const p = plan(['STT\tHọ và tên\tGiới tính\tLớp\tTX1', ...rows.map((r) => r.replace(/\t([^\t]+)$/, '\tNam\t12A1\t$1'))]);
		expect(placed(p)).toEqual(right);
		expect(codes(p)).toEqual(['heading']);
	});
	it('without marks on letters is matched too', () => {
		const bare = (s: string): string => s.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
		expect(placed(plan(rows.map((_, i) => `${i + 1}\t${bare(NAMES[i] as string).toUpperCase()}\t${column[i]}`)))).toEqual(right);
	});
	it('with a stranger is stopped until the row is left out', () => {
		const strange = rows.map((r, i) => i === 2 ? '3\tKhông Có Ai\t9,0' : r);
		expect(codes(plan(strange), 'stop')).toEqual(['unknown']);
		const left = plan(strange, { leaveOut: true });
		expect(left.strangers).toEqual(['Không Có Ai']);
		expect(left.cells.map((c) => c.student)).not.toContain('s2');
		expect(mayApply(left, true)).toBe(true);
	});
	it('whose marks slipped beside the names is stopped: one has no name', () => {
		const slipped = [...NAMES.map((n, i) => `${n}\t${i === 0 ? '' : column[i - 1]}`), `\t${column[9]}`];
		expect(codes(plan(slipped), 'stop')).toContain('nameless');
	});
	it('whose marks slipped against what stands there asks', () => {
		const slipped = NAMES.map((n, i) => `${n}\t${column[(i + 1) % 10]}`);
		expect(codes(plan(slipped, { existing: had(MARKS) }), 'ask')).toContain('slip');
	});
	it('whose code and name are of two students is stopped', () => {
		const mixed = NAMES.map((n, i) => `HS0${(i + 1) % 10}\t${n}\t${column[i]}`);
		expect(codes(plan(mixed), 'stop')).toContain('unknown');
		expect(plan(mixed).cells).toEqual([]);
	});
	it('with somebody twice is stopped', () => {
		expect(codes(plan([...rows, rows[0] as string]), 'stop')).toContain('twice');
	});
	it('tells two of one name apart by birth, and else asks', () => {
		const twins = pupils.map((p, i) => i === 6 ? { ...p, fullName: 'Nguyễn Văn An' } : p);
		const names = twins.map((p) => p.fullName);
		const plainRows = names.map((n, i) => `${n}\t${column[i]}`);
		expect(codes(plan(plainRows, { pupils: twins }), 'ask')).toEqual(['unsure', 'unsure']);
		expect(placed(plan(plainRows, { pupils: twins }))).toEqual(right);
		const born = names.map((n, i) => `${n}\t${twins[i]?.birthDate}\t${column[i]}`);
		expect(placed(plan([...born].reverse(), { pupils: twins }))).toEqual(right);
	});
	it('of codes alone is matched', () => {
		expect(placed(plan(pupils.map((p, i) => `${p.code}\t${column[i]}`).reverse()))).toEqual(right);
	});
	it('of a part of the class asks', () => {
		expect(codes(plan(rows.slice(0, 7)), 'ask')).toEqual(['absent']);
	});
});

describe('the parts', () => {
	it('read what Excel puts on the clipboard', () => {
		expect(parseTable('a\tb\r\n"c ""d"""\t"e\nf"\r\n')).toEqual([['a', 'b'], ['c "d"', 'e\nf']]);
		expect(parseTable('1\n2\t3')).toEqual([['1', ''], ['2', '3']]);
	});
	it('read dates', () => {
		expect(isoOf('5/9/2010')).toBe('2010-09-05');
		expect(isoOf('05-09-2010')).toBe('2010-09-05');
		expect(isoOf('2010-09-05')).toBe('2010-09-05');
		expect(isoOf('8,5')).toBeNull();
	});
	it('find a slip by up to three rows either way, and none where marks are alike', () => {
		const cells = [85, 70, 90, 65, 80, 75, 100, 55, 60, 95, 40, 35].map(value);
		for (let by = -3; by <= 3; by++) {
			const pasted = cells.map((_, i) => cells[i + by] ?? EMPTY);
			expect(slipOf(pasted, cells)).toBe(by === 0 ? 0 : by);
		}
		const alike = cells.map(() => value(80));
		expect(slipOf(alike.slice(1), alike)).toBe(0);
		expect(slipOf(cells.slice(0, 4), cells.slice(1, 4))).toBe(0); /* three say nothing */
	});
});
