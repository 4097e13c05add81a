/* What stands in a record, in words: members and values as the school sent them. Pure. */
import { lang } from '../../lib/i18n';
import { formatMark } from '../../lib/number';
import { formatDateTime, formatIsoDate } from '../../lib/time';
import { LEVELS, t } from './desk_data';

const MEMBERS = ['tentruong', 'cap', 'maxa', 'matinh', 'namhoc', 'ngaybatdau', 'ngayketthuc', 'hocky', 'mamon', 'tenmon', 'loai',
	'malop', 'khoi', 'magvcn', 'magiaovien', 'hoten', 'ngaysinh', 'gioitinh', 'trangthai', 'mon', 'dantoc', 'noisinh', 'tungay',
	'denngay', 'sott', 'lan', 'heso', 'congbo', 'diemx10', 'nhanxet', 'muc', 'noidung', 'ngay', 'buoi', 'mahocluc', 'mahanhkiem',
	'lenlop', 'madanhhieu', 'songaynghi', 'goiluat', 'ten', 'batdau', 'ketthuc', 'sothisinh', 'dangthi', 'danop', 'lop', 'thoidiem', 'matieuchi',
	'khoaluc'] as const;
type Member = typeof MEMBERS[number];

const DAYS: string[] = ['ngaybatdau', 'ngayketthuc', 'ngaysinh', 'tungay', 'denngay', 'ngay'];
const MOMENTS: string[] = ['khoaluc', 'congbo', 'batdau', 'ketthuc'];
const OF_LEVELS: string[] = ['mahocluc', 'mahanhkiem', 'muc'];
const WORDS = ['nam', 'nu', 'danglam', 'danghi', 'danghoc', 'dathoi', 'co', 'vang', 'mien', 'tx', 'gk', 'ck', 'phep', 'khongphep',
	'diem', 'nhanxet', 'kehoach', 'dangthi', 'daxong'] as const;
const LETTERS: Record<string, 1 | 2 | 3 | 4> = { D: 1, C: 2, T: 3, H: 4 };

const listed = (items: unknown[]): string => items.map((x) => (typeof x === 'object' ? '' : String(x))).filter(Boolean).join(', ');

function ofNumber(member: string, value: number): string {
	if (member === 'diemx10') {
		return formatMark(value, lang.value);
	}
	if (MOMENTS.includes(member)) {
		return formatDateTime(value);
	}
	if (OF_LEVELS.includes(member) && value >= 1 && value <= 4) {
		return t(`value.learning.${value as 1 | 2 | 3 | 4}`);
	}
	if (member === 'lenlop' && value >= 1 && value <= 3) {
		return t(`value.promotion.${value as 1 | 2 | 3}`);
	}
	if (member === 'hocky') {
		return value === 3 ? t('part.summer') : t(`part.${value as 0 | 1 | 2}`);
	}
	return String(value);
}

function ofText(member: string, value: string): string {
	const word = WORDS.find((w) => w === value);
	const letter = LETTERS[value];
	return DAYS.includes(member) ? formatIsoDate(value)
		: member === 'nhanxet' && letter ? t(`value.letter.${letter}`)
		: member === 'cap' && LEVELS.some((l) => l === value) ? t(`level.${value as typeof LEVELS[number]}`)
		: word && ['gioitinh', 'trangthai', 'loai'].includes(member) ? t(`word.${word}`)
		: value;
}

function valueText(member: string, value: unknown): string {
	return typeof value === 'number' ? ofNumber(member, value)
		: typeof value === 'string' ? ofText(member, value)
		: Array.isArray(value) ? listed(value) : '';
}

/** The members that say something, each as its name and value; the student is known to whoever asks. */
export function recordWords(data: Record<string, unknown>): { name: string; value: string }[] {
	return Object.entries(data).filter(([member, value]) => value !== null && member !== 'mahocsinh' && member !== 'matruong')
		.map(([member, value]) => {
			const known = MEMBERS.find((m): m is Member => m === member);
			return { name: known ? t(`member.${known}`) : member, value: valueText(member, value) };
		}).filter(({ value }) => value !== '');
}
