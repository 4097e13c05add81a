import { words } from '../../lib/i18n';
import { vi } from '../../i18n/vi/parent';
import { en } from '../../i18n/en/parent';

export const t = words(vi, en);
