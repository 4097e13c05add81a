import { words } from '../../lib/i18n';
import { vi } from '../../i18n/vi/exam';
import { en } from '../../i18n/en/exam';

/** The exam's words. */
export const t = words(vi, en);
