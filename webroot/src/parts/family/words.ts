import { words } from '../../lib/i18n';
import { vi } from '../../i18n/vi/family';
import { en } from '../../i18n/en/family';

export const t = words(vi, en);
