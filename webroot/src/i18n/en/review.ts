import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/review';

export const en: Words<typeof vi> = {
	'question': 'Question {number}',
	'points': '{points} of {max} points',
	'chosen': 'Chosen',
	'right': 'Right answer',
	'given': 'Answered: {value}',
	'key': 'Right: {value}',
	'true': 'True',
	'false': 'False',
	'answer': 'Answer',
	'blank': 'Left blank',
	'guide': 'Marking guide',
	'awaits': 'To be marked',
	'note': 'The teacher’s comment',
	'sitting': 'Sitting',
	'class': 'Class',
	'variant': 'Variant',
	'closed': 'Handed in',
	'total': 'Points',
	'mark': 'Mark of 10',
	'mark.awaits': 'None yet: {count} {count|essay is|essays are} to be marked',
};
