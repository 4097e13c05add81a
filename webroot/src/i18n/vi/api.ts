export const vi = {
	'error.unexpected': 'Có lỗi ngoài dự kiến. Hãy tải lại trang; nếu vẫn lỗi, báo cho văn phòng trường.',
	'error.timeout': 'Máy chủ chưa trả lời kịp. Hãy thử lại.',
	'error.network': 'Không kết nối được máy chủ. Hãy kiểm tra mạng rồi thử lại.',
	'error.signed_out': 'Phiên đăng nhập đã kết thúc. Hãy đăng nhập lại.',
	'error.denied': 'Tài khoản này không có quyền làm việc đó.',
	'error.not_found': 'Không tìm thấy, hoặc bạn không được xem.',
	'error.conflict': 'Dữ liệu vừa được người khác thay đổi. Hãy tải lại trang rồi làm tiếp.',
	'error.too_large': 'Tệp hoặc nội dung gửi lên quá lớn.',
	'error.busy': 'Máy chủ đang bận. Hãy đợi vài giây rồi thử lại.',
	'error.server': 'Máy chủ gặp lỗi (mã {status}). Hãy thử lại sau ít phút.',
	'error.not_json': 'Máy chủ trả lời không đúng dạng. Hãy tải lại trang.',
} as const;
