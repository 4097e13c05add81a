import type { Words } from '../../lib/i18n';
import type { vi } from '../vi/shell';

export const en: Words<typeof vi> = {
	'leave': 'Sign out',
	'school': 'School',
	'denied.title': 'This page is not for your account',
	'denied.text': 'Go to your own home page, or sign out and sign in with another account.',
	'denied.home': 'To my home page',
};
