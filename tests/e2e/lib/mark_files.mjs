/* Excel files of marks for tests: our own form filled in, and the kind that other programs make. */
import { cells, columnOf, unzip, withCell } from './workbook.mjs';
import { xlsxParts, zip } from './xlsx.mjs';

/** Our own form with other values, each [student's id, heading, value]. */
export function fillForm(form, values) {
	const found = cells(form);
	const parts = unzip(form);
	let xml = parts.get('xl/worksheets/sheet1.xml').bytes.toString();
	for (const [student, title, value] of values) {
		const row = Object.keys(found).find((ref) => /^A\d+$/.test(ref) && found[ref] === student).slice(1);
		xml = withCell(xml, columnOf(found, 5, title) + row, value);
	}
	return zip(Object.fromEntries([...parts].map(([name, part]) =>
		[name, name === 'xl/worksheets/sheet1.xml' ? xml : part.bytes])));
}

/**
 * The parts of a file as vnEdu makes them: titles, a head of two rows with merged cells, hidden ids,
 * formulas. A row is code, name, birth date, three regular marks, midterm, final.
 */
export function foreign(rows, { name = '10A1', titles = [['SỞ GD VÀ ĐT'], ['BẢNG ĐIỂM MÔN VẬT LÝ – LỚP 10A1'], ['Học kỳ I, năm học 2026 - 2027']], subject } = {}) {
	const parts = xlsxParts([], name);
	const escape = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;');
	const cell = (ref, v, s = 1) => v === null ? `<c r="${ref}" s="${s}"/>`
		: typeof v === 'object' ? `<c r="${ref}" s="${s}"><f>${v.f}</f><v>${v.v}</v></c>`
			: typeof v === 'number' ? `<c r="${ref}" s="${s}"><v>${v}</v></c>`
				: `<c r="${ref}" s="${s}" t="inlineStr"><is><t>${escape(v)}</t></is></c>`;
	const row = (n, values, more = '') => `<row r="${n}"${more}>${values.map((v, i) => cell('ABCDEFGHIJKL'[i] + n, v, i)).join('')}</row>`;
	const head = [['id', 'STT', 'Mã học sinh', 'Họ và tên', 'Ngày sinh', subject ?? 'ĐĐGtx', null, null, 'ĐĐGgk', 'ĐĐGck', 'ĐTBmhk', 'Nhận xét'],
		[null, null, null, null, null, '1', '2', '3', null, null, null, null]];
	const lines = [...titles.map((t, i) => row(i + 1, t)), row(5, head[0], ' ht="30" customHeight="1"'), row(6, head[1]),
		...rows.map((r, i) => row(i + 7, [`x-${i}`, i + 1, ...r, { f: `ROUND(SUM(F${i + 7}:J${i + 7})/5,1)`, v: 0 }, null]))];
	const merges = ['A5:A6', 'B5:B6', 'C5:C6', 'D5:D6', 'E5:E6', 'F5:H5', 'I5:I6', 'J5:J6', 'K5:K6', 'L5:L6'];
	parts['xl/s.xml'] = '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
		+ '<cols><col min="1" max="1" width="9" hidden="1"/></cols>'
		+ `<sheetData>${lines.join('')}</sheetData><mergeCells>${merges.map((m) => `<mergeCell ref="${m}"/>`).join('')}</mergeCells>`
		+ '<conditionalFormatting sqref="F7:J9"/><drawing r:id="rId9" xmlns:r="r"/></worksheet>';
	parts['xl/drawings/drawing1.xml'] = { bytes: '<xdr:wsDr xmlns:xdr="x">quốc huy</xdr:wsDr>', isDeflated: true };
	return parts;
}
