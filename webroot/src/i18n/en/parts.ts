import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/parts';

export const en: Words<typeof vi> = {
	'skip': 'Skip to the main content',
	'nav.main': 'Main sections',
	'nav.here': 'Where you are',
	'foot.verify': 'Check an exam receipt',
	'error': 'Error:',
	'errors.title': 'There is a problem',
	'password.show': 'Show',
	'password.hide': 'Hide',
	'password.show.label': 'Show the password',
	'password.hide.label': 'Hide the password',
	'file.chosen': 'Chosen: {name}',
	'loading': 'Loading…',
	'failed.title': 'That did not work',
	'crash.title': 'This page failed to show',
	'crash.text': 'What you have done is kept. Reload the page; if it goes on, tell the invigilator or the school office.',
	'crash.reload': 'Reload the page',
	'retry': 'Try again',
	'cancel': 'Go back',
	'table.empty': 'No rows yet.',
	'pages.label': 'Pages',
	'pages.back': 'Previous page',
	'pages.next': 'Next page',
	'pages.at': 'Page {page} of {count}',
};
