/*
 * A document for the national education database, held against what its schema says of the envelope
 * and of the two tables of results: members, types, ranges, what must not be empty. Written from the
 * schema; names what is wrong.
 */
const text = (v) => typeof v === 'string' && v.length > 0;
const whole = (least, most) => (v) => Number.isInteger(v) && v >= least && v <= most;
const tenths = (v) => typeof v === 'number' && v >= 0 && v <= 10 && Number.isInteger(Math.round(v * 1e6) / 1e5);
const yes = (v) => typeof v === 'boolean';
const orNull = (is) => (v) => v === null || is(v);

const WHOSE = {
	manhomcaphoc: whole(1, 3), matruong: text, makhoi: whole(1, 12), namhoc: (v) => /^\d{4}-\d{4}$/.test(v), malop: text, mahocsinh: text,
	hocky: whole(0, 2),
};
const TABLES = {
	ketquahoctapththcsthpttx: {
		...WHOSE, diemtongket: tenths, mahocluc: orNull(whole(1, 4)), mahanhkiem: orNull(whole(1, 4)), madanhhieu: orNull(text),
		songaynghi: whole(0, 366 * 2), colenlop: orNull(yes), nhanxet: orNull(text),
	},
	ketquahoctapththcsthpttx_diemmon: { ...WHOSE, mamon: text, diemtongket: tenths },
};
const ENVELOPE = {
	idbanghi: text, sukien: (v) => ['NEW', 'UPDATE', 'CANCEL'].includes(v), phienban: whole(1, 2 ** 31 - 1),
	thoigiancapnhat: (v) => new Date(v).toISOString() === v, bang: text, dulieu: (v) => v !== null && typeof v === 'object',
};
const GROUP_OF = (grade) => (grade <= 5 ? 1 : grade <= 9 ? 2 : 3);

function faultsOf(shape, value, where) {
	return [
		...Object.entries(shape).filter(([name, is]) => !(name in value) || !is(value[name])).map(([name]) => `${where}: ${name} is ${JSON.stringify(value[name])}`),
		...Object.keys(value).filter((name) => !(name in shape)).map((name) => `${where}: there is no ${name}`),
	];
}

export function nationalFaults(document) {
	return document.banghi.flatMap((record) => {
		const shape = TABLES[record.bang];
		const faults = faultsOf(ENVELOPE, record, record.idbanghi);
		if (!shape || faults.length > 0) {
			return faults;
		}
		const { makhoi, manhomcaphoc } = record.dulieu;
		return [...faultsOf(shape, record.dulieu, record.idbanghi),
			...(GROUP_OF(makhoi) === manhomcaphoc ? [] : [`${record.idbanghi}: grade ${makhoi} in group ${manhomcaphoc}`])];
	});
}
