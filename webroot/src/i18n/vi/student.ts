export const vi = {
	'title': 'Học sinh',
	'exams': 'Bài thi của tôi',
	'marks': 'Điểm của tôi',
	'none': 'Hiện không có bài thi nào đang chờ bạn.',
	'done': 'Kết quả',
	'practice': 'Luyện tập',
	'minutes': '{count} phút',
	'starts': 'Bắt đầu lúc {time}',
	'until': 'Mở đến {time}',
	'enter': 'Vào phòng thi',
	'resume': 'Làm tiếp',
	'lobby': 'Phòng chờ mở lúc {time}.',
} as const;
