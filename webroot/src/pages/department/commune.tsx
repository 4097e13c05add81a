/* A commune beside its code: what it is today, where the code is an old one. */
import type { JSX } from 'preact';
import { Button } from '../../parts/button';
import { TextField } from '../../parts/field';
import { formatIsoDate } from '../../lib/time';
import type { Area, Areas } from './areas';
import { COMMUNE_TIER, areaOf, became, placeText, useAreas } from './areas';
import type { DeskSchool } from './desk_data';
import { communeName, t } from './desk_data';

const CODE_MAX = 8;

/** The commune of a school; of a former one, what it became. */
export function CommuneText({ commune }: { commune: DeskSchool['commune'] }): JSX.Element {
	return commune.isPast ? <Past commune={commune} /> : <>{communeName(commune)}</>;
}

function Past({ commune }: { commune: DeskSchool['commune'] }): JSX.Element {
	const areas = useAreas().value;
	const area = areas && areaOf(areas, COMMUNE_TIER, commune.code);
	const now = areas && area ? became(areas, area) : [];
	return (
		<>{now.length === 0 ? t('commune.past', { name: communeName(commune) })
			: t('commune.became', { name: communeName(commune), places: now.map((a) => a.name).join(', ') })}</>
	);
}

/* What was typed, in words. */
function Known({ all, code, onChoose }: { all: Areas; code: string; onChoose: (code: string) => void }): JSX.Element | null {
	const area = areaOf(all, COMMUNE_TIER, code);
	const hasList = all.areas.some((a) => a.tier === COMMUNE_TIER);
	if (!area) {
		return hasList && code !== '' ? <p class="field-note" role="status">{t('commune.unknown')}</p> : null;
	}
	if (area.to === null) {
		return <p class="field-note" role="status">{area.name}</p>;
	}
	return <Former all={all} area={area} onChoose={onChoose} />;
}

function Former({ all, area, onChoose }: { all: Areas; area: Area; onChoose: (code: string) => void }): JSX.Element {
	return (
		<div class="field-note" role="status">
			<p>{t('commune.old', { name: area.name, day: formatIsoDate(area.to ?? '') })}</p>
			<div class="row tight">
				{became(all, area).map((a) => (
					<Button key={a.code} kind="secondary" small onClick={() => onChoose(a.code)}>{placeText(a)}</Button>
				))}
			</div>
		</div>
	);
}

/** The code of a commune is typed; beside it stands which one it is. */
export function CommuneField({ value, error, onInput }: {
	value: string; error: string | undefined; onInput: (value: string) => void;
}): JSX.Element {
	const areas = useAreas().value;
	return (
		<>
			<TextField name="commune" label={t('invite.commune')} inputMode="numeric" maxLength={CODE_MAX} width="w-10" value={value}
				error={error} onInput={onInput} />
			{areas ? <Known all={areas} code={value.trim()} onChoose={onInput} /> : null}
		</>
	);
}
