export const vi = {
	'missing.title': 'Không có trang này',
	'missing.text': 'Địa chỉ có thể đã gõ nhầm, hoặc trang đã được chuyển đi.',
	'missing.home': 'Về trang đầu',
} as const;
