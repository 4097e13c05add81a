/* Phone numbers as people here read them. */

/** "+84912345678" → "0912 345 678"; anything else as it is. */
export function formatPhone(phone: string): string {
	const m = /^(?:\+84|0)(\d{3})(\d{3})(\d{3})$/.exec(phone.replace(/[\s.]/g, ''));
	return m ? `0${m[1]} ${m[2]} ${m[3]}` : phone;
}
