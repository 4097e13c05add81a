/*
 * Bars of groups, each divided into bands. Each band has a pattern of its own and its share stands
 * in it, so that it reads in black and white; the table beside it says the same in numbers.
 */
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { lang } from '../../lib/i18n';
import { formatNumber } from '../../lib/number';
import { t } from './desk_data';
import type { Group, Measure } from './values';
import { bandName, countOf, kindsOf, permille, wholeOf } from './values';

const WIDTH = 600;
const BAR = 26;
const LABEL_LEAST = 42; /* narrower bands have no number in them */

/* The bands of marks from light to dark; then those of levels, which may stand beside them. */
const SHAPES: JSX.Element[] = [
	<path d="M0 0H8V8H0Z" class="bar-0" />,
	<><path d="M0 0H8V8H0Z" class="bar-0" /><circle cx="2" cy="2" r="1" class="bar-dot" /><circle cx="6" cy="6" r="1" class="bar-dot" /></>,
	<><path d="M0 0H8V8H0Z" class="bar-0" /><path d="M0 8L8 0" class="bar-line" /></>,
	<><path d="M0 0H8V8H0Z" class="bar-0" /><path d="M0 0L8 8M0 8L8 0" class="bar-line" /></>,
	<path d="M0 0H8V8H0Z" class="bar-1" />,
	<><path d="M0 0H8V8H0Z" class="bar-0" /><path d="M0 4H8" class="bar-line" /></>,
	<><path d="M0 0H8V8H0Z" class="bar-0" /><path d="M4 0V8" class="bar-line" /></>,
	<><path d="M0 0H8V8H0Z" class="bar-0" /><path d="M4 0V8M0 4H8" class="bar-line" /></>,
	<><path d="M0 0H8V8H0Z" class="bar-0" /><circle cx="4" cy="4" r="2.5" class="bar-dot" /></>,
	<><path d="M0 0H8V8H0Z" class="bar-1" /><circle cx="4" cy="4" r="2" class="bar-0" /></>,
];
const SHAPE_COUNT = SHAPES.length;

export const percentText = (count: number, all: number): string => {
	const p = permille(count, all);
	return t('figures.percent', { percent: formatNumber(p / 10, lang.value, 1) });
};

function Patterns({ id }: { id: string }): JSX.Element {
	return (
		<defs>
			{SHAPES.map((shape, i) => (
				<pattern key={i} id={`${id}-${i}`} width="8" height="8" patternUnits="userSpaceOnUse">{shape}</pattern>
			))}
		</defs>
	);
}

interface Part {
	band: string;
	index: number;
	x: number;
	width: number;
	count: number;
}

/* `all` gives each band its pattern; `whole` is what the full width stands for. */
function partsOf(measure: Measure, group: Group, bands: string[], all: string[], whole: number): Part[] {
	let x = 0;
	return bands.map((band) => {
		const index = all.indexOf(band);
		const count = countOf(measure, group, band);
		const width = whole === 0 ? 0 : (WIDTH * count) / whole;
		const part = { band, index, x, width, count };
		x += width;
		return part;
	});
}

/* Groups that have one number each: as long as the number, the longest is the whole width. */
export function Lengths({ groups, nameOf }: { groups: Group[]; nameOf: (group: Group) => string }): JSX.Element {
	const most = Math.max(1, ...groups.map((g) => g.total));
	return (
		<div class="bars">
			{groups.map((group) => (
				<figure key={group.key} class="bar-row">
					<figcaption>{nameOf(group)} <span class="quiet">{formatNumber(group.total, lang.value)}</span></figcaption>
					<svg viewBox={`0 0 ${WIDTH} ${BAR}`} preserveAspectRatio="none" aria-hidden="true" class="bar-one">
						<rect x="0" y="1" width={(WIDTH * group.total) / most} height={BAR - 2} class="bar-1 bar-edge" />
					</svg>
				</figure>
			))}
		</div>
	);
}

/* One bar: the bands that share one whole. `kind` says what is counted where there are two wholes. */
function Bar({ measure, group, name, kind, bands, all, fill }: {
	measure: Measure; group: Group; name: string; kind: string; bands: string[]; all: string[]; fill: (index: number) => string;
}): JSX.Element {
	const whole = wholeOf(group, bands[0] ?? '');
	const parts = partsOf(measure, group, bands, all, whole);
	return (
		<figure class="bar-row">
			<figcaption>{name} <span class="quiet">{formatNumber(whole, lang.value)}{kind === '' ? '' : ` ${kind}`}</span></figcaption>
			<svg viewBox={`0 0 ${WIDTH} ${BAR}`} preserveAspectRatio="none" role="img" class="bar-one"
				aria-label={parts.map((p) => t('figures.bar', { value: bandName(measure, p.band, all), count: p.count,
					percent: formatNumber(permille(p.count, whole) / 10, lang.value, 1) })).join('; ')}>
				{parts.filter((p) => p.width > 0).map((p) => (
					<rect key={p.band} x={p.x} y="1" width={p.width} height={BAR - 2} fill={fill(p.index)} class="bar-edge" />
				))}
			</svg>
			<div class="bar-words" aria-hidden="true">
				{parts.filter((p) => p.width >= LABEL_LEAST).map((p) => (
					<span key={p.band}>{bandName(measure, p.band, all)}: {percentText(p.count, whole)}</span>
				))}
			</div>
		</figure>
	);
}

/* A group that has marks and levels has a bar of each: they are no shares of one another. */
export function Bars({ measure, groups, bands, nameOf }: {
	measure: Measure; groups: Group[]; bands: string[]; nameOf: (group: Group) => string;
}): JSX.Element {
	const id = useId();
	const fill = (index: number): string => `url(#${id}-${index % SHAPE_COUNT})`;
	const kinds = kindsOf(bands);
	const kindName = (kind: string[]): string =>
		kinds.length < 2 ? '' : t(kind[0]?.startsWith('l') ? 'figures.kind.levels' : 'figures.kind.marks');
	return (
		<div class="bars">
			<svg width="0" height="0" aria-hidden="true" class="bar-defs"><Patterns id={id} /></svg>
			<ul class="bar-key">
				{bands.map((band, i) => (
					<li key={band}>
						<svg width="22" height="16" aria-hidden="true">
							<rect x="0.5" y="0.5" width="21" height="15" fill={fill(i)} class="bar-edge" />
						</svg>
						{bandName(measure, band, bands)}
					</li>
				))}
			</ul>
			{groups.flatMap((group) => kinds.filter((kind) => wholeOf(group, kind[0] ?? '') > 0).map((kind) => (
				<Bar key={`${group.key} ${kind[0] ?? ''}`} measure={measure} group={group} name={nameOf(group)} kind={kindName(kind)}
					bands={kind} all={bands} fill={fill} />
			)))}
		</div>
	);
}
