/* A workbook for tests: rows of cells, text or numbers, in one sheet. Stored, not compressed. */
const table = Array.from({ length: 256 }, (_, n) => {
	let c = n;
	for (let k = 0; k < 8; k++) {
		c = c & 1 ? 0xEDB88320 ^ (c >>> 1) : c >>> 1;
	}
	return c >>> 0;
});

function crc32(bytes) {
	let c = 0xFFFFFFFF;
	for (const b of bytes) {
		c = table[(c ^ b) & 255] ^ (c >>> 8);
	}
	return (c ^ 0xFFFFFFFF) >>> 0;
}

export function zip(parts) {
	const files = [];
	const directory = [];
	let at = 0;
	for (const [name, text] of Object.entries(parts)) {
		const bytes = Buffer.from(text);
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt32LE(crc32(bytes), 10);
		common.writeUInt32LE(bytes.length, 14);
		common.writeUInt32LE(bytes.length, 18);
		common.writeUInt16LE(name.length, 22);
		const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), bytes]);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(at, 10);
		directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name)]));
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

export function xlsx(rows, name = '10A1') {
	const rel = (id, type, target) => `<Relationship Id="${id}" Type="x/${type}" Target="${target}"/>`;
	return zip({
		'_rels/.rels': `<Relationships>${rel('a', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
		'xl/workbook.xml': '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
			+ `<sheets><sheet name="${escape(name)}" r:id="r1"/></sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `<Relationships>${rel('r1', 'worksheet', 's.xml')}</Relationships>`,
		'xl/s.xml': `<worksheet><sheetData>${rows.map((r) => `<row>${r.map(cell).join('')}</row>`).join('')}`
			+ '</sheetData></worksheet>',
	});
}
