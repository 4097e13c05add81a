import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/judgements';

export const en: Words<typeof vi> = {
	'title': 'Qualities and competences – {name}',
	'short': 'Qualities and competences',
	'hint': 'T or 1 is Tốt, Đ or 2 Đạt, C or 3 Cần cố gắng. Enter goes down, Tab to the right, Ctrl+Z undoes. Pasting from Excel works.',
	'hint.award': 'The last two columns decide the award Học sinh Tiêu biểu: C is yes, K is no.',
	'moments': 'Moment',
	'moment.1': 'Middle of term I',
	'moment.2': 'End of term I',
	'moment.3': 'Middle of term II',
	'moment.4': 'End of the year',
};
