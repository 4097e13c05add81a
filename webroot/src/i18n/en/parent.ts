import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/parent';

export const en: Words<typeof vi> = {
	'title': 'Parents',
	'children': 'Children',
	'where': 'Class {name} · {school}',
	'none': 'No student is tied to this phone number yet. Please tell the school office.',
	'child.missing': 'This student is not among your children.',
	'waiting.title': 'Another school names you as a parent',
	'waiting.text': '{name}: enter the code on the sign-in slip of that school to see your child there.',
	'add': 'Add a school',
	'add.other': 'A child at another school?',
	'add.text': 'Each school gives parents a sign-in slip with a code of its own. Enter the code of the other school to see all children in one account.',
	'add.code': 'Code on the slip of the school',
	'add.hint': 'Capitals and dashes do not matter.',
	'add.short': 'The code is too short',
	'add.send': 'Add this school',
	'add.done': '{name} was added.',
};
