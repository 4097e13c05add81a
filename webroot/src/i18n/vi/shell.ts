export const vi = {
	'leave': 'Đăng xuất',
	'school': 'Trường',
	'denied.title': 'Trang này không dành cho tài khoản của bạn',
	'denied.text': 'Hãy vào trang chính của bạn, hoặc đăng xuất rồi đăng nhập bằng tài khoản khác.',
	'denied.home': 'Về trang chính của tôi',
} as const;
