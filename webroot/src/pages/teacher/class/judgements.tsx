/*
 * Qualities and competences of a primary class, by its homeroom teacher, at one of the year's four
 * moments: the grid of marks (on a phone its list of one column), with letters for marks.
 */
import type { JSX } from 'preact';
import { words } from '../../../lib/i18n';
import { me } from '../../../lib/me';
import type { JudgementSheet, MarkSheet } from '../../../lib/types';
import type { SessionHow } from '../../../marks/session';
import { Breadcrumbs } from '../../../parts/layout';
import { Banner, Empty } from '../../../parts/notice';
import { Button } from '../../../parts/button';
import { CellBar } from '../marks/cell_bar';
import { ColumnList } from '../marks/column_list';
import type { Desk } from '../marks/desk';
import { Grid } from '../marks/grid';
import { NotOpen, useDesk } from '../marks/page';
import { Asked, useIsPhone } from '../marks/sheet';
import { Decisions, SaveState } from '../marks/status';
import { t } from '../marks/words';
import { vi } from '../../../i18n/vi/judgements';
import { en } from '../../../i18n/en/judgements';
import '../marks/marks.css';

const say = words(vi, en);

const MOMENTS = ['1', '2', '3', '4'] as const;
export type Moment = typeof MOMENTS[number];
const TERM_2_FROM = 3;
const HOME = '/giao-vien/pham-chat';

/** The sheet as the grid of marks takes it. */
export function sheetOf(json: JudgementSheet): MarkSheet {
	return {
		class: json.class,
		subject: { id: '0', code: '', name: say('short'), kind: 'mark', position: 0 },
		term: { id: '', number: json.moment < TERM_2_FROM ? 1 : 2, startsOn: '', endsOn: '' },
		pack: json.pack,
		places: [],
		plan: { tx: 0, gk: 0, ck: 0 },
		columns: json.columns.map((c) => ({ id: c.id, name: c.name, entry: c.kind === 'award' ? 'answer' : 'trait',
			kind: 'gk', position: 1, publishedAt: null, sitting: null, isLocked: json.isClosed })),
		rows: json.rows.map((r) => ({ ...r, mean: { valueX10: null, why: { code: '', params: {}, text: '' } } })),
	};
}

const HOW: SessionHow = {
	read: (json) => sheetOf(json as JudgementSheet),
	mayAsk: false,
	historyOf: (address, column, student) => `${address}/${column}/history/${student}`,
};

function Moments({ classId, moment }: { classId: string; moment: Moment }): JSX.Element {
	return (
		<nav class="terms" aria-label={say('moments')}>
			<ul>
				{MOMENTS.map((m) => (
					<li key={m}>
						<a href={`${HOME}/${classId}/${m}`} aria-current={m === moment ? 'page' : undefined}>{say(`moment.${m}`)}</a>
					</li>
				))}
			</ul>
		</nav>
	);
}

function Sheet({ desk, moment }: { desk: Desk; moment: Moment }): JSX.Element {
	const isPhone = useIsPhone();
	const { sheet } = desk;
	if (sheet.rows.length === 0) {
		return <Empty>{t('none')}</Empty>;
	}
	return (
		<>
			{sheet.columns.some((c) => c.isLocked) ? <Banner tone="info"><p>{t('closed')}</p></Banner> : null}
			<Decisions desk={desk} />
			<div class="mark-tools">
				<SaveState desk={desk} />
				<Button small kind="secondary" onClick={() => desk.turnBack(false)}>{t('undo')}</Button>
				<Button small kind="secondary" onClick={() => desk.turnBack(true)}>{t('redo')}</Button>
			</div>
			{isPhone ? <ColumnList desk={desk} /> : (
				<>
					<CellBar desk={desk} />
					<Grid desk={desk} />
					<p class="hint">{say('hint')}</p>
				</>
			)}
			{moment === '4' ? <p class="hint">{say('hint.award')}</p> : null}
			<Asked desk={desk} />
		</>
	);
}

export function JudgementsPage({ classId, moment }: { classId: string; moment: string }): JSX.Element {
	const at = MOMENTS.find((m) => m === moment) ?? '1';
	const address = `/api/v1/classes/${classId}/judgements/${at}`;
	const place = `${me.value?.person.id ?? ''} ${classId}/judgements/${at}`;
	const { state, take, reload } = useDesk(address, place, HOW);
	if (state.t !== 'open') {
		return <NotOpen state={state} take={take} reload={reload} />;
	}
	const { sheet } = state.desk;
	return (
		<div class="mark-page">
			<Breadcrumbs items={[{ href: `/giao-vien/chu-nhiem/${classId}`, label: sheet.class.name }, { label: say('short') }]} />
			<div class="mark-head">
				<h1>{say('title', { name: sheet.class.name })}</h1>
				<Moments classId={classId} moment={at} />
			</div>
			<Sheet key={place} desk={state.desk} moment={at} />
		</div>
	);
}
