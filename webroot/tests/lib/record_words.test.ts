import { expect, test } from 'vitest';
import { recordWords } from '../../src/pages/department/record_words';

const values = (data: Record<string, unknown>, level: 'th' | 'thcs' = 'th'): string[] =>
	recordWords(data, level).map(({ name, value }) => `${name}: ${value}`);

test("a pupil's quality at a moment is told in words", () => {
	const at = { namhoc: '2026-2027', malop: '4A', thoidiem: 4, mahocsinh: 'HS1' };
	expect(values({ ...at, matieuchi: 'cham_chi', muc: 'C' })).toEqual(['Năm học: 2026-2027', 'Lớp: 4A',
		'Thời điểm: Cuối năm học', 'Tiêu chí: Chăm chỉ', 'Mức: Cần cố gắng']);
	expect(['T', 'D'].flatMap((muc) => values({ muc }))).toEqual(['Mức: Tốt', 'Mức: Đạt']);
	expect(values({ matieuchi: 'recognised', muc: 'co' })).toEqual(['Tiêu chí: Tập thể lớp công nhận', 'Mức: Có']);
	expect(values({ matieuchi: 'outstanding', muc: 'khong' })).toEqual(['Tiêu chí: Nổi bật hoặc tiến bộ rõ rệt', 'Mức: Không']);
});

test('the same letter and number say another thing in primary school', () => {
	expect(values({ nhanxet: 'C' })).toEqual(['Mức đánh giá: Chưa hoàn thành']);
	expect(values({ nhanxet: 'C' }, 'thcs')).toEqual(['Mức đánh giá: Chưa đạt']);
	expect(values({ mahocluc: 1, madanhhieu: 'xuat_sac', goiluat: 'tt27' })).toEqual(['Kết quả học tập: Hoàn thành xuất sắc',
		'Danh hiệu: Học sinh Xuất sắc', 'Bộ quy định: Thông tư 27/2020/TT-BGDĐT']);
	expect(values({ mahocluc: 1, goiluat: 'tt22' }, 'thcs')).toEqual(['Kết quả học tập: Tốt', 'Bộ quy định: Thông tư 22/2021/TT-BGDĐT']);
});

test('an absence is told by its half of the day', () => {
	expect(values({ ngay: '2026-10-01', buoi: 'chieu', loai: 'khongphep' })).toEqual(['Ngày: 01/10/2026', 'Buổi: Chiều', 'Loại: Không phép']);
	expect(values({ muc: 2 }, 'thcs')).toEqual(['Mức: Khá']);
	expect(values({ muc: 'la', matieuchi: 'la' })).toEqual(['Mức: la', 'Tiêu chí: la']);
});

test('what was assessed again is told by what it is of', () => {
	expect(values({ loai: 'muc', ma: 'toan', muc: 'C' })).toEqual(['Loại: Mức đạt được', 'Của: toan', 'Mức: Chưa hoàn thành']);
	expect(values({ loai: 'muc', ma: 'am_nhac', muc: 'D' }, 'thcs')).toEqual(['Loại: Mức đạt được', 'Của: am_nhac', 'Mức: Đạt']);
	expect(values({ loai: 'tieuchi', ma: 'cham_chi', muc: 'T' })).toEqual(['Loại: Phẩm chất, năng lực', 'Của: Chăm chỉ', 'Mức: Tốt']);
	expect(values({ loai: 'quyetdinh', ma: '-', muc: 'co' })).toEqual(['Loại: Hiệu trưởng quyết định được lên lớp', 'Mức: Có']);
});
