import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/parent';

export const en: Words<typeof vi> = {
	'title': 'Parents',
	'children': 'Children',
	'class': 'Class {name}',
	'marks': 'Marks',
	'absences': 'Attendance',
	'exams': 'Exams',
	'none': 'No student is tied to this phone number yet. Please tell the school office.',
	'child.missing': 'This student is not among your children.',
};
