import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/main';

export const en: Words<typeof vi> = {
	'missing.title': 'This page does not exist',
	'missing.text': 'The address may be mistyped, or the page has moved.',
	'missing.home': 'Go to the first page',
};
