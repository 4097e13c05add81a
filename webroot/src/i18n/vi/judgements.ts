/* Qualities and competences of a primary class. */
export const vi = {
	'title': 'Phẩm chất, năng lực – {name}',
	'short': 'Phẩm chất, năng lực',
	'hint': 'T hoặc 1 là Tốt, Đ hoặc 2 là Đạt, C hoặc 3 là Cần cố gắng. Enter xuống dòng, Tab sang phải, Ctrl+Z hoàn tác. Dán được từ Excel.',
	'hint.award': 'Hai cột cuối để xét danh hiệu Học sinh Tiêu biểu: C là có, K là không.',
	'moments': 'Thời điểm',
	'moment.1': 'Giữa học kì I',
	'moment.2': 'Cuối học kì I',
	'moment.3': 'Giữa học kì II',
	'moment.4': 'Cuối năm học',
};
