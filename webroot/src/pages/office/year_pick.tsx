/* Which school year a page of the office shows: `?nam=` in its address, else the present one. */
import type { JSX } from 'preact';
import { words } from '../../lib/i18n';
import { navigate, queryValue } from '../../lib/router';
import { yearNow } from '../../lib/school';
import type { School, SchoolYear } from '../../lib/types';
import { SelectField } from '../../parts/field';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';

const t = words(vi, en);

export const yearOfPage = (school: School): SchoolYear | undefined =>
	school.years.find((y) => y.id === queryValue('nam')) ?? yearNow(school);

/** Leads to the same page of another year; a sentence when there is only one. */
export function YearPick({ school, year, at }: {
	school: School; year: SchoolYear | undefined; at: string;
}): JSX.Element | null {
	if (!year) {
		return null;
	}
	if (school.years.length < 2) {
		return <p class="quiet">{t('year', { code: year.code })}</p>;
	}
	return (
		<SelectField name="year" label={t('year.pick')} value={year.id}
			onChange={(id) => navigate(`${at}?nam=${id}`)}
			options={school.years.map((y) => ({ value: y.id,
				label: y.isCurrent ? `${y.code} (${t('year.current').toLocaleLowerCase()})` : y.code }))} />
	);
}
