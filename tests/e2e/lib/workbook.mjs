/*
 * Workbooks read and changed by other means than the program's: an archive's parts, and the cells
 * of a sheet's XML.
 */
import { inflateRawSync } from 'node:zlib';

/** The parts of an archive by name, inflated: { bytes, stored } (stored as they lie there). */
export function unzip(bytes) {
	const parts = new Map();
	const end = bytes.lastIndexOf('PK\x05\x06');
	let at = bytes.readUInt32LE(end + 16);
	for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
		const method = bytes.readUInt16LE(at + 10);
		const size = bytes.readUInt32LE(at + 20);
		const [name, extra, comment] = [28, 30, 32].map((i) => bytes.readUInt16LE(at + i));
		const local = bytes.readUInt32LE(at + 42);
		const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
		const stored = bytes.subarray(start, start + size);
		parts.set(bytes.toString('utf8', at + 46, at + 46 + name),
			{ stored, bytes: method === 0 ? stored : inflateRawSync(stored) });
		at += 46 + name + extra + comment;
	}
	return parts;
}

const plain = (xml) => xml.replace(/<[^>]*>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"')
	.replace(/&amp;/g, '&');

/** What stands in the cells of a sheet: { A1: 'text' or number }. */
export function cells(bytes, sheet = 'xl/worksheets/sheet1.xml') {
	const parts = unzip(bytes);
	const text = (name) => parts.get(name)?.bytes.toString() ?? '';
	const strings = [...text('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => plain(m[1]));
	const found = {};
	for (const [, head, inside] of text(sheet).matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
		const ref = /r="([A-Z]+\d+)"/.exec(head)?.[1];
		const kind = /t="(\w+)"/.exec(head)?.[1];
		const value = /<v>(.*?)<\/v>/s.exec(inside ?? '')?.[1];
		if (kind === 'inlineStr') {
			found[ref] = plain(inside);
		} else if (value !== undefined) {
			found[ref] = kind === 's' ? strings[Number(value)] : kind === 'str' ? plain(value) : Number(value);
		}
	}
	return found;
}

/** The column of a heading in a row, as letters. */
export const columnOf = (found, row, title) =>
	Object.keys(found).find((ref) => ref.replace(/\D/g, '') === String(row) && found[ref] === title)?.replace(/\d/g, '');

/** The XML of a sheet with that value in a cell that is there; null empties it. */
export function withCell(xml, ref, value) {
	const cell = new RegExp(`<c r="${ref}"([^>]*?)(?:/>|>.*?</c>)`, 's');
	if (!cell.test(xml)) {
		throw new Error(`there is no cell ${ref}`);
	}
	return xml.replace(cell, (_, head) => {
		const rest = head.replace(/ t="\w+"/, '');
		return value === null ? `<c r="${ref}"${rest}/>`
			: typeof value === 'number' ? `<c r="${ref}"${rest}><v>${value}</v></c>`
				: `<c r="${ref}"${rest} t="inlineStr"><is><t>${value}</t></is></c>`;
	});
}
