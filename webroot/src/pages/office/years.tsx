/* School years: which there are, which one the school works in, a new one with its two terms. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { formatIsoDate, parseDay } from '../../lib/time';
import type { School, SchoolYear } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { Confirm } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { announce } from '../../parts/live';
import { Banner, Pairs, Tag } from '../../parts/notice';
import { NotFound } from '../../parts/not_found';
import { YearExport } from './year_export';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';

const t = words(vi, en);

const YEARS = '/van-phong/nam-hoc';

const span = (from: string, to: string): string => `${formatIsoDate(from)} – ${formatIsoDate(to)}`;

function Choose({ year, onSchool }: { year: SchoolYear; onSchool: (school: School) => void }): JSX.Element {
	const [isAsking, setAsking] = useState(false);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const choose = (): void => {
		setBusy(true);
		api.put<School>('/api/v1/school/year', { year: year.id }).then((school) => {
			announce(t('year.chosen', { code: year.code }));
			onSchool(school);
		}, setError).finally(() => {
			setBusy(false);
			setAsking(false);
		});
	};
	return (
		<>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<Button small kind="secondary" label={t('year.choose.label', { code: year.code })}
				onClick={() => setAsking(true)}>
				{t('year.choose')}
			</Button>
			{isAsking
				? (
					<Confirm title={t('year.choose.ask', { code: year.code })} yes={t('year.choose.yes')} busy={isBusy}
						onYes={choose} onNo={() => setAsking(false)}>
						<p>{t('year.choose.text', { code: year.code })}</p>
					</Confirm>
				)
				: null}
		</>
	);
}

export function YearsPage({ school, onSchool }: { school: School; onSchool: (school: School) => void }): JSX.Element {
	return (
		<>
			<h1>{t('years')}</h1>
			<p><ButtonLink kind="secondary" href={`${YEARS}/moi`}>{t('year.add')}</ButtonLink></p>
			{school.years.map((y) => (
				<section key={y.id} class="year">
					<h2>{y.code} {y.isCurrent ? <Tag tone="ok">{t('year.current')}</Tag> : null}</h2>
					<Pairs items={[
						{ label: t('year.dates'), value: span(y.startsOn, y.endsOn) },
						...y.terms.map((x) => ({ label: t(x.number === 1 ? 'year.term1' : 'year.term2'),
							value: span(x.startsOn, x.endsOn) })),
					]} />
					<div class="row">
						{y.isCurrent ? null : <Choose year={y} onSchool={onSchool} />}
						<ButtonLink small kind="secondary" href={`/van-phong/lop?nam=${y.id}`}
							label={t('year.classes.label', { code: y.code })}>
							{t('year.classes')}
						</ButtonLink>
						<ButtonLink small kind="secondary" href={`${YEARS}/${y.id}`}
							label={t('year.edit.label', { code: y.code })}>
							{t('year.edit')}
						</ButtonLink>
						<YearExport year={y} />
					</div>
				</section>
			))}
		</>
	);
}

const DATES = ['startsOn', 'endsOn', 'term1StartsOn', 'term1EndsOn', 'term2StartsOn', 'term2EndsOn'] as const;
const LABELS = {
	startsOn: 'year.starts', endsOn: 'year.ends', term1StartsOn: 'year.term1.starts', term1EndsOn: 'year.term1.ends',
	term2StartsOn: 'year.term2.starts', term2EndsOn: 'year.term2.ends',
} as const;
type Dates = Record<typeof DATES[number], string>;

/* The dates of a year; of a new one those of the newest, a year later. */
function datesOf(y: SchoolYear | undefined, later: number): Dates {
	const at = (iso: string | undefined): string =>
		iso ? formatIsoDate(`${Number(iso.slice(0, 4)) + later}${iso.slice(4)}`.replace('-02-29', '-02-28')) : '';
	return {
		startsOn: at(y?.startsOn), endsOn: at(y?.endsOn),
		term1StartsOn: at(y?.terms[0]?.startsOn), term1EndsOn: at(y?.terms[0]?.endsOn),
		term2StartsOn: at(y?.terms[1]?.startsOn), term2EndsOn: at(y?.terms[1]?.endsOn),
	};
}

function nextCode(newest: SchoolYear | undefined): string {
	const last = Number(newest?.code.slice(5));
	return last ? `${last}-${last + 1}` : '';
}

function YearForm({ school, old, onSchool }: {
	school: School; old?: SchoolYear; onSchool: (school: School) => void;
}): JSX.Element {
	const newest = school.years[0];
	const form = useForm({
		start: { code: old?.code ?? nextCode(newest), ...(old ? datesOf(old, 0) : datesOf(newest, 1)) },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.code.trim()) {
				errors.code = t('year.code.missing');
			}
			for (const name of DATES) {
				if (!parseDay(v[name])) {
					errors[name] = t('year.day.wrong');
				}
			}
			return errors;
		},
		send: async (v) => {
			const dates = Object.fromEntries(DATES.map((name) => [name, parseDay(v[name])]));
			const saved = old
				? await api.put<School>(`/api/v1/years/${old.id}`, dates)
				: await api.post<School>('/api/v1/years', { code: v.code.trim(), ...dates });
			onSchool(saved);
			navigateSaying(t(old ? 'year.saved' : 'year.added', { code: v.code.trim() }), YEARS);
		},
	});
	return (
		<Form form={form}>
			<h1>{old ? t('year.edit.title', { code: old.code }) : t('year.add')}</h1>
			{old ? null : (
				<TextField name="code" label={t('year.code')} hint={t('year.code.hint')} width="w-10" maxLength={9}
					value={form.values.code} error={form.errors.code} autoComplete="off"
					onInput={(x) => form.set('code', x)} />
			)}
			{DATES.map((name) => (
				<TextField key={name} name={name} label={t(LABELS[name])} width="w-10" maxLength={10}
					hint={name === 'startsOn' ? t('year.day.hint') : undefined} value={form.values[name]}
					error={form.errors[name]} autoComplete="off" onInput={(x) => form.set(name, x)} />
			))}
			<div class="row">
				<Button type="submit" busy={form.isBusy}>{old ? t('save') : t('year.add')}</Button>
				<ButtonLink kind="secondary" href={YEARS}>{t('cancel')}</ButtonLink>
			</div>
		</Form>
	);
}

/** With `id` that year's dates are changed, without it a year is added. */
export function YearFormPage({ school, id, onSchool }: {
	school: School; id?: string; onSchool: (school: School) => void;
}): JSX.Element {
	const old = school.years.find((y) => y.id === id);
	if (id && !old) {
		return <NotFound home="/van-phong" />;
	}
	return (
		<>
			<Breadcrumbs items={[{ href: YEARS, label: t('years') }, { label: old ? old.code : t('year.add') }]} />
			<YearForm school={school} {...(old ? { old } : {})} onSchool={onSchool} />
		</>
	);
}
