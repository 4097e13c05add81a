/* What is looked at again and again could not be asked for just now: what stands there is older. */
import type { JSX } from 'preact';
import type { Live } from '../../lib/live';
import { Banner } from '../../parts/notice';
import { t } from './desk_data';

export function Away<T>({ of }: { of: Live<T> }): JSX.Element | null {
	return of.value !== undefined && of.error !== undefined ? <Banner tone="warn" live="polite"><p>{t('away')}</p></Banner> : null;
}
