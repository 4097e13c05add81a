export const vi = {
	'title': 'Phụ huynh',
	'children': 'Các con',
	'class': 'Lớp {name}',
	'marks': 'Điểm',
	'absences': 'Chuyên cần',
	'exams': 'Bài thi',
	'none': 'Chưa có học sinh nào gắn với số điện thoại này. Hãy báo văn phòng nhà trường.',
	'child.missing': 'Không tìm thấy học sinh này trong các con của bạn.',
} as const;
