/*
 * A block as Excel puts it on the clipboard: rows by line ends, cells by tabs, a cell with a line
 * end or a tab in it in quotation marks, which are doubled inside.
 */
const ROWS_MAX = 2000;

export function parseTable(text: string): string[][] {
	const rows: string[][] = [[]];
	let cell = '';
	let isQuoted = false;
	const endCell = (): void => {
		rows[rows.length - 1]?.push(cell.trim());
		cell = '';
	};
	const plain = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
	for (let i = 0; i < plain.length; i++) {
		const c = plain[i] as string;
		if (isQuoted) {
			if (c !== '"') {
				cell += c;
			} else if (plain[i + 1] === '"') {
				cell += c;
				i++;
			} else {
				isQuoted = false;
			}
		} else if (c === '"' && cell === '') {
			isQuoted = true;
		} else if (c === '\t') {
			endCell();
		} else if (c === '\n' && rows.length < ROWS_MAX) {
			endCell();
			rows.push([]);
		} else {
			cell += c;
		}
	}
	endCell();
	const width = Math.max(...rows.map((r) => r.length));
	return rows.map((r) => [...r, ...Array<string>(width - r.length).fill('')]);
}
