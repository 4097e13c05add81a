import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/student';

export const en: Words<typeof vi> = {
	'title': 'Student',
	'exams': 'My exams',
	'marks': 'My marks',
	'today': 'Today',
	'results': 'Results',
	'remarks': 'Remarks',
	'absences': 'Attendance',
	'none': 'No exam is waiting for you at the moment.',
	'done': 'Results',
	'practice': 'Practice',
	'minutes': '{count} {count|minute|minutes}',
	'starts': 'Starts at {time}',
	'until': 'Open until {time}',
	'enter': 'Enter the exam room',
	'resume': 'Continue',
	'lobby': 'The waiting room opens at {time}.',
};
