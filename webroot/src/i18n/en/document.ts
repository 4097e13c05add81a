import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/document';

export const en: Words<typeof vi> = {
	'forged.title': 'The code is not valid',
	'forged.text': 'The signature does not hold: the code was changed, or this school did not print it.',
	'same.title': 'Printed by the school, and still so',
	'same.text': 'The school’s records still say what the paper says.',
	'changed.title': 'Changed after printing',
	'changed.text': 'The school printed it, but its records are different by now.',
	'changed.at': 'The school printed it, but its records were changed since, last at {at}. Ask for a new copy.',
	'kind': 'Document',
	'kind.term_report': 'Report card of a term',
	'kind.year_report': 'Report card of the year',
	'kind.transcript_year': 'Transcript page of a year',
	'kind.transcript': 'Transcript of all years',
	'kind.mark_book': 'Class mark book',
	'part': 'Part',
	'part.1': 'Term I',
	'part.2': 'Term II',
	'part.year': 'Year',
	'school': 'School',
	'class': 'Class, school year',
	'student': 'Student (shortened)',
	'issued': 'Printed at',
	'print.title': 'Papers to print',
	'print.text': 'A PDF in A4. Each paper has a QR code that anyone can check; each printing stands in the log.',
	'print.done': 'The PDF is ready.',
};
