/*
 * Closing: which classes' terms and years are closed, what is missing in the others; one class
 * with its check list.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../lib/api';
import { useLoad } from '../../lib/load';
import { navigate } from '../../lib/router';
import { formatDateTime } from '../../lib/time';
import type { School, SchoolYear } from '../../lib/types';
import { Button } from '../../parts/button';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Empty, Pairs, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { isPrimary } from '../../marks/cell';
import { PrintDocuments } from '../../parts/print_documents';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import type { CheckList, ClassClosing, Closings, YearPart } from './closing_data';
import { CLOSING, PARTS, closingAt, isReady, partIn, partOfPage, t } from './closing_data';
import type { Done } from './closing_deeds';
import { AskClose, AskOpen } from './closing_deeds';
import { CheckListView } from './closing_list';
import { COMPLETION, SCHEDULE, t as terms, termAt, termOfPage } from './term_data';
import { YearPick, yearOfPage } from './year_pick';

function State({ of: c }: { of: ClassClosing }): JSX.Element {
	if (c.isClosed) {
		return <Tag tone="ok">{t('state.closed')}</Tag>;
	}
	if (c.pack === null) {
		return <Tag>{t('state.unknown')}</Tag>;
	}
	return c.version > 0 ? <Tag tone="warn">{t('state.again')}</Tag> : <Tag>{t('state.open')}</Tag>;
}

const lastText = (c: ClassClosing): string =>
	c.at === null ? '–' : t('last.by', { person: c.by?.fullName ?? '–', when: formatDateTime(c.at) });

/* Says what came of it and takes the focus: the button that was pressed may be gone. */
function DoneBanner({ done }: { done: Done }): JSX.Element {
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => box.current?.focus(), [done]);
	return (
		<div ref={box} tabIndex={-1}>
			{done.text ? <Banner tone="ok" live="polite"><p><strong>{done.text}</strong></p></Banner> : null}
			{done.failed.length === 0 ? null : (
				<Banner tone="bad" live="assertive" title={t('closed.not', { count: done.failed.length })}>
					<ul>{done.failed.map((f) => <li key={f.name}>{t('closed.not.class', f)}</li>)}</ul>
				</Banner>
			)}
		</div>
	);
}

type Asking = { isClosing: boolean; classes: ClassClosing[] } | null;

/* The questions, and what came of the last one: `ask` is for the buttons of the page around it. */
function useDeeds(part: YearPart, onChange: () => void)
	: { ask: (asking: Asking) => void; said: ComponentChildren; dialog: ComponentChildren; clear: () => void } {
	const [asking, setAsking] = useState<Asking>(null);
	const [done, setDone] = useState<Done | null>(null);
	const onDone = (next: Done): void => {
		setAsking(null);
		setDone(next);
		onChange();
	};
	const asked = asking ? { part, classes: asking.classes, onDone, onLeave: () => setAsking(null) } : null;
	return {
		ask: setAsking,
		clear: () => setDone(null),
		said: done ? <DoneBanner done={done} /> : null,
		dialog: !asked || !asking ? null : asking.isClosing ? <AskClose {...asked} /> : <AskOpen {...asked} />,
	};
}

function Deed({ of: c, ask }: { of: ClassClosing; ask: (asking: Asking) => void }): JSX.Element | null {
	if (!c.isClosed && !isReady(c)) {
		return null;
	}
	const name = { name: c.class.name };
	return (
		<Button small kind="secondary" label={t(c.isClosed ? 'open.label' : 'close.label', name)}
			onClick={() => ask({ isClosing: !c.isClosed, classes: [c] })}>
			{t(c.isClosed ? 'open' : 'close')}
		</Button>
	);
}

function MissingCell({ of: c, href }: { of: ClassClosing; href: string }): JSX.Element {
	if (c.isClosed) {
		return <>–</>;
	}
	if (c.pack === null) {
		return <>{t('state.unknown.text')}</>;
	}
	const { count } = c.missing;
	return count === 0 ? <>{t('missing.none')}</>
		: <a href={href} aria-label={t('missing.label', { name: c.class.name, count })}>{t('missing.count', { count })}</a>;
}

function ClassesTable({ list, year, part, ask }: {
	list: Closings; year: SchoolYear | undefined; part: YearPart; ask: (asking: Asking) => void;
}): JSX.Element {
	const at = (c: ClassClosing): string => closingAt(year, part, `/${c.class.id}`);
	return (
		<Table caption={t('caption', { part: partIn(part) })} hideCaption stacked rows={list.items}
			rowKey={(c) => c.class.id} columns={[
				{ key: 'name', title: t('class'), isHeading: true, sortBy: (c) => c.class.name,
					cell: (c) => <a href={at(c)}>{c.class.name}</a> },
				{ key: 'state', title: t('state'), narrow: 'plain', cell: (c) => <State of={c} />,
					sortBy: (c) => Number(c.isClosed) },
				{ key: 'missing', title: t('missing'), cell: (c) => <MissingCell of={c} href={at(c)} />,
					sortBy: (c) => c.missing.count },
				{ key: 'homeroom', title: t('homeroom'), cell: (c) => c.homeroom || '–' },
				{ key: 'last', title: t('last'), cell: lastText },
				{ key: 'deed', title: t('deed'), narrow: 'plain', cell: (c) => <Deed of={c} ask={ask} /> },
			]} />
	);
}

function PartTabs({ year, part, under, children }: {
	year: SchoolYear | undefined; part: YearPart; under?: string; children: ComponentChildren;
}): JSX.Element {
	return (
		<Tabs label={t('parts')} selected={part} items={PARTS.map((p) => ({ id: p, label: t(`part.${p}`) }))}
			onSelect={(id) => navigate(closingAt(year, id as YearPart, under), { replace: true })}>
			{children}
		</Tabs>
	);
}

export function ClosingsPage({ school }: { school: School }): JSX.Element {
	const year = yearOfPage(school);
	const part = partOfPage(school);
	const closings = useLoad<Closings>(`closings ${year?.id ?? ''} ${part}`,
		(signal) => api.get('/api/v1/closings', { signal, query: { year: year?.id, part } }));
	const deeds = useDeeds(part, closings.reload);
	useEffect(deeds.clear, [part, year?.id]);
	return (
		<>
			<h1>{t('closing')}</h1>
			<p class="lead">{t('closing.lead')}</p>
			<ul class="ways">
				<li><a href={termAt(COMPLETION, termOfPage(school))}>{terms('completion')}</a></li>
				<li><a href={termAt(SCHEDULE, termOfPage(school))}>{terms('schedule')}</a></li>
			</ul>
			<YearPick school={school} year={year} at={CLOSING} />
			<PartTabs year={year} part={part}>
				{deeds.said}
				<Show of={closings}>{(list) => {
					const ready = list.items.filter(isReady);
					const closed = list.items.filter((c) => c.isClosed).length;
					return list.items.length === 0 ? <Empty>{t('none')}</Empty> : (
						<>
							<p>{t('sum', { closed, count: list.items.length, ready: ready.length })}</p>
							{ready.length < 2 ? null : (
								<p>
									<Button onClick={() => deeds.ask({ isClosing: true, classes: ready })}>
										{t('close.all', { count: ready.length })}
									</Button>
								</p>
							)}
							<ClassesTable list={list} year={year} part={part} ask={deeds.ask} />
						</>
					);
				}}</Show>
			</PartTabs>
			{deeds.dialog}
		</>
	);
}

interface Loaded {
	row: ClassClosing | undefined;
	list: CheckList | null; /* null: there are no rules for that grade */
}

async function loadClass(id: string, year: string | undefined, part: YearPart, signal: AbortSignal): Promise<Loaded> {
	const { items } = await api.get<Closings>('/api/v1/closings', { signal, query: { year, part } });
	const row = items.find((c) => c.class.id === id);
	const list = row && row.pack !== null
		? await api.get<CheckList>(`/api/v1/classes/${id}/closing`, { signal, query: { part } }) : null;
	return { row, list };
}

function ClassView({ row: c, list, year, part, ask }: {
	row: ClassClosing; list: CheckList | null; year: SchoolYear | undefined; part: YearPart;
	ask: (asking: Asking) => void;
}): JSX.Element {
	return (
		<>
			<Pairs items={[
				{ label: t('state'), value: <State of={c} /> },
				{ label: t('last'), value: lastText(c) },
				{ label: t('homeroom'), value: c.homeroom || '–' },
			]} />
			{list === null ? <Empty>{t('state.unknown.text')}</Empty> : c.isClosed ? null
				: <CheckListView classId={c.class.id} list={list} year={year} />}
			<p><Deed of={c} ask={ask} /></p>
			{part === 'year' && c.pack !== null ? <p><a href={closingAt(year, 'year', `/${c.class.id}/danh-gia-lai`)}>{t('again')}</a></p> : null}
			{list === null ? null : <PrintDocuments classId={c.class.id} part={part} name={c.class.name} isPrimary={isPrimary(c)} />}
		</>
	);
}

export function ClassClosingPage({ school, id }: { school: School; id: string }): JSX.Element {
	const year = yearOfPage(school);
	const part = partOfPage(school);
	const loaded = useLoad<Loaded>(`closing ${id} ${year?.id ?? ''} ${part}`,
		(signal) => loadClass(id, year?.id, part, signal));
	const deeds = useDeeds(part, loaded.reload);
	useEffect(deeds.clear, [part, id]);
	const name = loaded.value?.row?.class.name;
	return (
		<>
			<Breadcrumbs items={[{ href: closingAt(year, part), label: t('closing') },
				{ label: name ?? t('class') }]} />
			<h1>{name ? t('check.title', { name, part: partIn(part) }) : t('closing')}</h1>
			<PartTabs year={year} part={part} under={`/${id}`}>
				{deeds.said}
				<Show of={loaded}>{({ row, list }) => (row
					? <ClassView row={row} list={list} year={year} part={part} ask={deeds.ask} />
					: <Empty>{t('check.gone')}</Empty>)}</Show>
			</PartTabs>
			{deeds.dialog}
		</>
	);
}
