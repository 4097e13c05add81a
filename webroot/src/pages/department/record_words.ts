/* What stands in a record, in words: members and values as the school sent them. Pure. */
import { lang } from '../../lib/i18n';
import { formatMark } from '../../lib/number';
import { formatDateTime, formatIsoDate } from '../../lib/time';
import type { Level } from './desk_data';
import { LEVELS, t } from './desk_data';
import { itemName } from './values';

const MEMBERS = ['tentruong', 'cap', 'maxa', 'matinh', 'namhoc', 'ngaybatdau', 'ngayketthuc', 'hocky', 'mamon', 'tenmon', 'loai',
	'malop', 'khoi', 'magvcn', 'magiaovien', 'hoten', 'ngaysinh', 'gioitinh', 'trangthai', 'mon', 'dantoc', 'noisinh', 'tungay',
	'denngay', 'sott', 'lan', 'heso', 'congbo', 'diemx10', 'nhanxet', 'muc', 'noidung', 'ngay', 'buoi', 'mahocluc', 'mahanhkiem',
	'lenlop', 'madanhhieu', 'songaynghi', 'goiluat', 'ten', 'batdau', 'ketthuc', 'sothisinh', 'dangthi', 'danop', 'lop', 'thoidiem', 'matieuchi',
	'khoaluc', 'ma'] as const;
type Member = typeof MEMBERS[number];

const DAYS: string[] = ['ngaybatdau', 'ngayketthuc', 'ngaysinh', 'tungay', 'denngay', 'ngay'];
const MOMENTS: string[] = ['khoaluc', 'congbo', 'batdau', 'ketthuc'];
const OF_LEVELS: string[] = ['mahocluc', 'mahanhkiem', 'muc'];
const OF_WORDS: string[] = ['gioitinh', 'trangthai', 'loai', 'buoi'];
const WORDS = ['nam', 'nu', 'danglam', 'danghi', 'danghoc', 'dathoi', 'co', 'vang', 'mien', 'tx', 'gk', 'ck', 'phep', 'khongphep',
	'diem', 'nhanxet', 'kehoach', 'dangthi', 'daxong', 'sang', 'chieu',
	'muc', 'tieuchi', 'quyetdinh'] as const;
const LETTERS: Record<string, 1 | 2 | 3 | 4> = { D: 1, C: 2, T: 3, H: 4 };
const JUDGED: Record<string, 1 | 2 | 3> = { T: 1, D: 2, C: 3 };
const ASKED = ['outstanding', 'recognised'] as const;
const AWARDS = ['xuat_sac', 'gioi', 'tieu_bieu'] as const;
const RULES = ['tt22', 'tt27'] as const;
const PRIMARY = 'tt27';

/* What a record is of: the same letter or number says another thing in primary school. */
type Data = Record<string, unknown>;

const listed = (items: unknown[]): string => items.map((x) => (typeof x === 'object' ? '' : String(x))).filter(Boolean).join(', ');

function ofNumber(member: string, value: number, data: Data): string {
	if (member === 'diemx10') {
		return formatMark(value, lang.value);
	}
	if (MOMENTS.includes(member)) {
		return formatDateTime(value);
	}
	if (OF_LEVELS.includes(member) && value >= 1 && value <= 4) {
		const level = value as 1 | 2 | 3 | 4;
		return data['goiluat'] === PRIMARY ? t(`value.completion.${level}`) : t(`value.learning.${level}`);
	}
	if (member === 'thoidiem' && value >= 1 && value <= 4) {
		return t(`moment.${value as 1 | 2 | 3 | 4}`);
	}
	if (member === 'lenlop' && value >= 1 && value <= 3) {
		return t(`value.promotion.${value as 1 | 2 | 3}`);
	}
	if (member === 'hocky') {
		return value === 3 ? t('part.summer') : t(`part.${value as 0 | 1 | 2}`);
	}
	return String(value);
}

/* A quality's or competence's level, or the answer that an award asks for. */
function judgedText(value: string): string {
	const level = JUDGED[value];
	return level ? t(`value.judgement.${level}`) : value === 'co' || value === 'khong' ? t(`answer.${value}`) : value;
}

function letterText(value: string, level: Level): string {
	const letter = LETTERS[value];
	return level === 'th' && value === 'C' ? t('value.completion.4') : letter ? t(`value.letter.${letter}`) : value;
}

function ofText(member: string, value: string, data: Data, level: Level): string {
	const word = WORDS.find((w) => w === value);
	const asked = ASKED.find((a) => a === value);
	const award = AWARDS.find((a) => a === value);
	const rules = RULES.find((r) => r === value);
	return DAYS.includes(member) ? formatIsoDate(value)
		: member === 'nhanxet' ? letterText(value, level)
		: member === 'muc' ? (data['loai'] === 'muc' ? letterText(value, level) : judgedText(value))
		: member === 'ma' ? (value === '-' ? '' : data['loai'] === 'tieuchi' ? itemName(value) : value)
		: member === 'matieuchi' ? (asked ? t(`asked.${asked}`) : itemName(value))
		: member === 'madanhhieu' && award ? t(`award.${award}`)
		: member === 'goiluat' && rules ? t(`rules.${rules}`)
		: member === 'cap' && LEVELS.some((l) => l === value) ? t(`level.${value as typeof LEVELS[number]}`)
		: word && OF_WORDS.includes(member) ? t(`word.${word}`)
		: value;
}

function valueText(member: string, value: unknown, data: Data, level: Level): string {
	return typeof value === 'number' ? ofNumber(member, value, data)
		: typeof value === 'string' ? ofText(member, value, data, level)
		: Array.isArray(value) ? listed(value) : '';
}

/** The members that say something, each as its name and value; the student is known to whoever asks; `level` is the school's. */
export function recordWords(data: Data, level: Level): { name: string; value: string }[] {
	return Object.entries(data).filter(([member, value]) => value !== null && member !== 'mahocsinh' && member !== 'matruong')
		.map(([member, value]) => {
			const known = MEMBERS.find((m): m is Member => m === member);
			return { name: known ? t(`member.${known}`) : member, value: valueText(member, value, data, level) };
		}).filter(({ value }) => value !== '');
}
