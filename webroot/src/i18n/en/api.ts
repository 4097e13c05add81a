import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/api';

export const en: Words<typeof vi> = {
	'error.unexpected': 'Something unexpected went wrong. Reload the page; if it goes on, tell the school office.',
	'error.timeout': 'The server did not answer in time. Try again.',
	'error.network': 'The server cannot be reached. Check the network and try again.',
	'error.signed_out': 'You have been signed out. Sign in again.',
	'error.denied': 'This account may not do that.',
	'error.not_found': 'Not found, or not yours to see.',
	'error.conflict': 'Someone else has just changed this. Reload the page and go on.',
	'error.too_large': 'The file or the content is too large.',
	'error.busy': 'The server is busy. Wait a few seconds and try again.',
	'error.server': 'The server failed (code {status}). Try again in a few minutes.',
	'error.not_json': 'The server’s answer is not in the form expected. Reload the page.',
};
