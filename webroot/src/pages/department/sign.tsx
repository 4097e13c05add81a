/* How a school stands: a mark and words; the colour only helps. */
import type { JSX } from 'preact';
import type { Tone } from '../../parts/notice';
import { Tag } from '../../parts/notice';
import type { Sign } from './desk_data';
import { t } from './desk_data';

const TONES: Record<Sign, Tone | 'quiet'> = {
	good: 'ok', rejects: 'warn', late: 'warn', silent: 'bad', invited: 'info', suspended: 'quiet',
};

export function SignTag({ sign }: { sign: Sign }): JSX.Element {
	return (
		<Tag tone={TONES[sign]}>
			<span class="sign-mark" aria-hidden="true">{t(`mark.${sign}`)}</span> {t(`sign.${sign}`)}
		</Tag>
	);
}
