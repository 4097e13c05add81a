/* Provinces and communes: what a code is, was, and became. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { folded } from '../../lib/folded';
import { formatIsoDate } from '../../lib/time';
import { SelectField, TextField } from '../../parts/field';
import { Banner, Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Pages, Table } from '../../parts/table';
import type { Area, Areas } from './areas';
import { COMMUNE_TIER, PROVINCE_TIER, became, madeOf, placeText, useAreas } from './areas';
import { t } from './desk_data';

const PAGE_ROWS = 50;

const named = (areas: Area[]): string => areas.map((a) => placeText(a)).join(', ');

function Fate({ all, area }: { all: Areas; area: Area }): JSX.Element {
	if (area.to !== null) {
		const now = became(all, area);
		return <>{now.length === 0 ? t('place.gone') : t('place.now', { places: named(now) })}</>;
	}
	const former = madeOf(all, area);
	return <>{former.length === 0 ? '–' : t('place.of', { places: named(former) })}</>;
}

function List({ all }: { all: Areas }): JSX.Element {
	const [search, setSearch] = useState('');
	const [which, setWhich] = useState('');
	const [at, setAt] = useState(1);
	const want = folded(search.trim());
	const shown = all.areas.filter((a) => folded(`${a.name} ${a.code}`).includes(want) && (which === '' ||
		(which === 'past' ? a.to !== null : a.to === null && String(a.tier) === which)));
	const choose = (set: (value: string) => void) => (value: string): void => {
		set(value);
		setAt(1);
	};
	return (
		<>
			{all.areas.some((a) => a.tier === COMMUNE_TIER) ? null : <Banner tone="warn"><p>{t('places.nocommune')}</p></Banner>}
			<div class="desk-filters" role="group" aria-label={t('places')}>
				<TextField name="search" type="search" label={t('places.search')} value={search} onInput={choose(setSearch)} />
				<SelectField name="which" label={t('places.which')} value={which} empty={t('places.all')} onChange={choose(setWhich)} options={[
					{ value: String(PROVINCE_TIER), label: t('places.provinces') }, { value: String(COMMUNE_TIER), label: t('places.communes') },
					{ value: 'past', label: t('places.past') }]} />
			</div>
			<p class="quiet" role="status">{t('places.shown', { count: shown.length, all: all.areas.length })}</p>
			{shown.length === 0 ? <Empty>{t('places.none')}</Empty> : (
				<Table caption={t('places')} hideCaption stacked dense rows={shown.slice((at - 1) * PAGE_ROWS, at * PAGE_ROWS)}
					rowKey={(a) => `${a.tier} ${a.code} ${a.from}`} columns={[
						{ key: 'name', title: t('place'), isHeading: true, cell: (a) => a.name },
						{ key: 'code', title: t('place.code'), narrow: 'beside', cell: (a) => <code>{a.code}</code> },
						{ key: 'state', title: t('at.sign'), narrow: 'plain', cell: (a) => (a.to === null
							? <Tag tone="ok">{t('place.current')}</Tag> : <Tag>{t('place.until', { day: formatIsoDate(a.to) })}</Tag>) },
						{ key: 'fate', title: t('place.fate'), narrow: 'plain', cell: (a) => <Fate all={all} area={a} /> },
					]} />
			)}
			<Pages page={at} count={Math.ceil(shown.length / PAGE_ROWS)} onPage={setAt} />
		</>
	);
}

export function PlacesPage(): JSX.Element {
	const areas = useAreas();
	return (
		<>
			<h1>{t('places')}</h1>
			<p class="lead">{t('places.lead')}</p>
			<Show of={areas}>{(all) => <List all={all} />}</Show>
		</>
	);
}
