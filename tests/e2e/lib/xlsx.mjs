/* Workbooks and archives for tests: rows of cells, text or numbers, in one sheet. */
import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../fixtures/crc32.mjs';

const UNIX = 3 << 8; /* "made by", so that the mode of a file counts */

/*
 * An archive. A part is a text, bytes, or for what no office program writes
 * { bytes, isDeflated, declaredBytes, mode }: the size its heads claim, and a Unix mode.
 */
export function zip(parts) {
	const files = [];
	const directory = [];
	let at = 0;
	for (const [name, part] of Object.entries(parts)) {
		const { bytes: given, isDeflated, declaredBytes, mode } = part.bytes !== undefined ? part : { bytes: part };
		const bytes = Buffer.from(given);
		const stored = isDeflated ? deflateRawSync(bytes, { level: 9 }) : bytes;
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(isDeflated ? 8 : 0, 4);
		common.writeUInt32LE(crc32(bytes), 10);
		common.writeUInt32LE(stored.length, 14);
		common.writeUInt32LE(declaredBytes ?? bytes.length, 18);
		common.writeUInt16LE(Buffer.byteLength(name), 22);
		const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), stored]);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(mode === undefined ? 0 : mode * 65536, 6);
		tail.writeUInt32LE(at, 10);
		const madeBy = Buffer.alloc(2);
		madeBy.writeUInt16LE(20 + (mode === undefined ? 0 : UNIX), 0);
		directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), madeBy, common, tail, Buffer.from(name)]));
		files.push(local);
		at += local.length;
	}
	const central = Buffer.concat(directory);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(directory.length, 8);
	end.writeUInt16LE(directory.length, 10);
	end.writeUInt32LE(central.length, 12);
	end.writeUInt32LE(at, 16);
	return Buffer.concat([...files, central, end]);
}

const escape = (s) => s.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const cell = (v) => typeof v === 'number' ? `<c><v>${v}</v></c>`
	: `<c t="inlineStr"><is><t>${escape(v)}</t></is></c>`;

/** The parts of a workbook, for zip(). */
export function xlsxParts(rows, name = '10A1') {
	const rel = (id, type, target) => `<Relationship Id="${id}" Type="x/${type}" Target="${target}"/>`;
	return {
		'_rels/.rels': `<Relationships>${rel('a', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
		'xl/workbook.xml': '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
			+ `<sheets><sheet name="${escape(name)}" r:id="r1"/></sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `<Relationships>${rel('r1', 'worksheet', 's.xml')}</Relationships>`,
		'xl/s.xml': `<worksheet><sheetData>${rows.map((r) => `<row>${r.map(cell).join('')}</row>`).join('')}`
			+ '</sheetData></worksheet>',
	};
}

export const xlsx = (rows, name) => zip(xlsxParts(rows, name));
