export const vi = {
	'title': 'Phụ huynh',
	'children': 'Các con',
	'class': 'Lớp {name}',
	'marks': 'Điểm',
	'exams': 'Bài thi',
	'none': 'Chưa có học sinh nào gắn với số điện thoại này. Hãy báo văn phòng nhà trường.',
} as const;
