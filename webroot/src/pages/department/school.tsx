/* One school: what came last, what was refused, its batches and keys; what the department decides. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { lang } from '../../lib/i18n';
import { useLive } from '../../lib/live';
import { formatNumber } from '../../lib/number';
import { formatDate, formatDateTime, formatTime } from '../../lib/time';
import { Button, ButtonLink } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextArea } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { announce } from '../../parts/live';
import { Banner, Empty, Pairs, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import type { DeskRecord, DeskSchool } from './desk_data';
import { HOME, LOG, WHY_MAX, className, keyName, kindName, reasonFault, schoolAt, t } from './desk_data';
import type { NewCode } from './invite';
import { BundleDialog } from './bundle_dialog';
import { CodeDialog } from './invite';
import { Away } from './away';
import { CommuneText } from './commune';
import { LastText } from './last';
import { LookPart } from './look';
import { SignTag } from './sign';

const LOOK_AGAIN_MS = 1500;

interface Batch {
	id: string;
	number: number;
	receivedAt: number;
	records: number;
	applied: number;
	stale: number;
	rejected: number;
}
interface Rejection {
	kind: string;
	key: string;
	code: string;
	text: string;
	version: number;
	at: number;
}
interface Key {
	id: string;
	from: number;
	until: number | null;
	revokedAt: number | null;
}
interface SchoolPageData {
	school: DeskSchool;
	keys: Key[];
	batches: Batch[];
	rejections: Rejection[];
	newest: DeskRecord[];
}

const number = (n: number): string => formatNumber(n, lang.value);
/* To the second: a change and its coming in are seconds apart. */
const moment = (ms: number): string => `${formatTime(ms)}, ${formatDate(ms)}`;
const shortId = (id: string): string => id.slice(0, 8);

/* ---- what the department decides ---- */

type Act = 'suspend' | 'resume' | 'revoke';

const carryOut: Record<Act, (id: string, why: string) => Promise<void>> = {
	suspend: (id, why) => api.post(`/api/v1/desk/schools/${id}/suspend`, { why }),
	resume: (id, why) => api.post(`/api/v1/desk/schools/${id}/resume`, { why }),
	revoke: (id, why) => api.post(`/api/v1/desk/schools/${id}/revoke`, { why }),
};

function ActDialog({ act, school, onDone, onLeave }: {
	act: Act; school: DeskSchool; onDone: () => void; onLeave: () => void;
}): JSX.Element {
	const form = useForm({
		start: { why: '' },
		check: (v): { why?: string } => {
			const fault = reasonFault(v.why);
			return fault === undefined ? {} : { why: fault };
		},
		send: async (v) => {
			await carryOut[act](school.id, v.why.trim());
			onDone();
		},
	});
	return (
		<Dialog title={`${t(`school.${act}`)}: ${school.name}`} onClose={onLeave}>
			<p>{t(`school.${act}.text`)}</p>
			<Form form={form}>
				<TextArea name="why" label={t('school.act.why')} rows={2} maxLength={WHY_MAX} value={form.values.why}
					error={form.errors.why} onInput={(v) => form.set('why', v)} />
				<div class="row">
					<Button type="submit" kind={act === 'resume' ? 'primary' : 'danger'} busy={form.isBusy}>{t(`school.${act}`)}</Button>
					<Button kind="secondary" onClick={onLeave}>{t('cancel')}</Button>
				</div>
			</Form>
		</Dialog>
	);
}

function Acts({ data, onDone }: { data: SchoolPageData; onDone: () => void }): JSX.Element {
	const [act, setAct] = useState<Act | null>(null);
	const [code, setCode] = useState<NewCode | null>(null);
	const [isBusy, setBusy] = useState(false);
	const [isTaking, setTaking] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const [said, setSaid] = useState('');
	const { school } = data;
	const newCode = (): void => {
		setBusy(true);
		setError(undefined);
		api.post<NewCode>(`/api/v1/desk/schools/${school.id}/codes`).then(setCode, setError).finally(() => setBusy(false));
	};
	const leave = (): void => setAct(null);
	const gate = school.sign === 'suspended' ? 'resume' : 'suspend';
	const done = (text: string): void => {
		announce(text);
		setSaid(text);
		leave();
		onDone();
	};
	return (
		<>
			{error === undefined ? null : <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{said === '' ? null : <Banner tone="ok"><p>{said}</p></Banner>}
			<div class="row no-print">
				<Button kind="secondary" busy={isBusy} onClick={newCode}>{t('school.newcode')}</Button>
				<Button kind="secondary" onClick={() => setTaking(true)}>{t('bundle')}</Button>
				<ButtonLink kind="secondary" href={`${LOG}?truong=${school.id}`}>{t('log')}</ButtonLink>
				<Button kind="secondary" onClick={() => setAct(gate)}>{t(`school.${gate}`)}</Button>
				{data.keys.some((k) => k.revokedAt === null)
					? <Button kind="danger" onClick={() => setAct('revoke')}>{t('school.revoke')}</Button> : null}
			</div>
			{act ? <ActDialog act={act} school={school} onLeave={leave} onDone={() => done(t(`said.${act}`))} /> : null}
			{isTaking ? <BundleDialog school={school} onLeave={() => setTaking(false)} /> : null}
			{code ? <CodeDialog name={school.name} code={code} onLeave={() => setCode(null)} /> : null}
		</>
	);
}

/* ---- what came ---- */

function Newest({ records }: { records: DeskRecord[] }): JSX.Element {
	return (
		<section class="desk-part">
			<h2>{t('newest')}</h2>
			<p class="quiet">{t('newest.lead')}</p>
			{records.length === 0 ? <Empty>{t('newest.none')}</Empty> : (
				<Table caption={t('newest')} hideCaption stacked dense rows={records} rowKey={(r) => r.id} columns={[
					{ key: 'kind', title: t('newest.kind'), isHeading: true, cell: (r) => kindName(r.kind) },
					{ key: 'class', title: t('newest.class'), narrow: 'beside', cell: (r) => className(r.class) || '–' },
					{ key: 'event', title: t('newest.event'), narrow: 'beside', cell: (r) => t(`event.${r.event}`) },
					{ key: 'version', title: t('newest.version'), align: 'num', cell: (r) => r.version },
					{ key: 'changed', title: t('newest.changed'), cell: (r) => moment(r.changedAt) },
					{ key: 'received', title: t('newest.received'), cell: (r) => moment(r.receivedAt) },
					{ key: 'applied', title: t('newest.applied'), cell: (r) => moment(r.appliedAt) },
				]} />
			)}
		</section>
	);
}

/* What is to be done about a record that was refused. */
function todoText(code: string): string {
	return code === 'exchange.record_value' ? t('todo.value') : code === 'exchange.version_differs' ? t('todo.compare') : t('todo.program');
}

function Rejections({ rows }: { rows: Rejection[] }): JSX.Element {
	return (
		<section class="desk-part">
			<h2>{t('rejections')}</h2>
			{rows.length === 0 ? null : <p class="quiet">{t('rejections.lead')}</p>}
			{rows.length === 0 ? <Empty>{t('rejections.none')}</Empty> : (
				<Table caption={t('rejections')} hideCaption stacked rows={rows} rowKey={(r) => `${r.at} ${rows.indexOf(r)}`} columns={[
					{ key: 'kind', title: t('rejections.record'), isHeading: true, cell: (r) => `${kindName(r.kind)} ${keyName(r.key)}` },
					{ key: 'why', title: t('rejections.why'), cell: (r) => r.text },
					{ key: 'deed', title: t('rejections.deed'), cell: (r) => todoText(r.code) },
					{ key: 'at', title: t('rejections.at'), narrow: 'beside', cell: (r) => formatDateTime(r.at) },
				]} />
			)}
		</section>
	);
}

function Batches({ rows }: { rows: Batch[] }): JSX.Element {
	return (
		<section class="desk-part">
			<h2>{t('batches')}</h2>
			{rows.length === 0 ? <Empty>{t('batches.none')}</Empty> : (
				<Table caption={t('batches')} hideCaption stacked dense rows={rows} rowKey={(b) => b.id} columns={[
					{ key: 'at', title: t('batches.at'), isHeading: true, cell: (b) => formatDateTime(b.receivedAt) },
					{ key: 'id', title: t('batches.id'), cell: (b) => <code>{shortId(b.id)}</code> },
					{ key: 'records', title: t('batches.records'), align: 'num', cell: (b) => number(b.records) },
					{ key: 'applied', title: t('batches.applied'), align: 'num', cell: (b) => number(b.applied) },
					{ key: 'stale', title: t('batches.stale'), align: 'num', cell: (b) => number(b.stale) },
					{ key: 'rejected', title: t('batches.rejected'), align: 'num', cell: (b) => number(b.rejected) },
				]} />
			)}
		</section>
	);
}

function KeyState({ k }: { k: Key }): JSX.Element {
	return k.revokedAt !== null ? <Tag tone="bad">{t('keys.revoked', { at: formatDateTime(k.revokedAt) })}</Tag>
		: k.until !== null ? <Tag>{t('keys.until', { at: formatDateTime(k.until) })}</Tag>
		: <Tag tone="ok">{t('keys.now')}</Tag>;
}

function Keys({ rows }: { rows: Key[] }): JSX.Element {
	return (
		<section class="desk-part">
			<h2>{t('keys')}</h2>
			{rows.length === 0 ? <Empty>{t('keys.none')}</Empty> : (
				<Table caption={t('keys')} hideCaption stacked rows={rows} rowKey={(k) => k.id} columns={[
					{ key: 'id', title: t('keys.id'), isHeading: true, cell: (k) => <code>{k.id}</code> },
					{ key: 'from', title: t('keys.from'), cell: (k) => formatDateTime(k.from) },
					{ key: 'state', title: t('keys.state'), narrow: 'plain', cell: (k) => <KeyState k={k} /> },
				]} />
			)}
		</section>
	);
}

function Facts({ school }: { school: DeskSchool }): JSX.Element {
	return (
		<Pairs items={[
			{ label: t('school.facts'), value: <SignTag sign={school.sign} /> },
			...(school.suspendedWhy ? [{ label: t('school.why'), value: school.suspendedWhy }] : []),
			{ label: t('school.code'), value: school.code },
			{ label: t('at.level'), value: t(`level.${school.level}`) },
			{ label: t('at.commune'), value: <CommuneText commune={school.commune} /> },
			{ label: t('school.enrolled'),
				value: school.enrolledAt === null ? t('school.enrolled.no') : formatDateTime(school.enrolledAt) },
			{ label: t('at.last'), value: <LastText at={school.lastBatchAt} /> },
			{ label: t('at.heard'), value: <LastText at={school.heardAt} /> },
			{ label: t('at.students'), value: number(school.students) },
		]} />
	);
}

export function SchoolPage({ id }: { id: string }): JSX.Element {
	const data = useLive<SchoolPageData>(`/api/v1/desk/schools/${id}`, LOOK_AGAIN_MS);
	return (
		<Show of={data}>{(now) => (
			<>
				<Breadcrumbs items={[{ href: HOME, label: t('back') }, { href: schoolAt(id), label: now.school.name }]} />
				<h1>{now.school.name}</h1>
				<Away of={data} />
				<Facts school={now.school} />
				<Acts data={now} onDone={data.reload} />
				<Rejections rows={now.rejections} />
				<Newest records={now.newest} />
				<LookPart school={id} level={now.school.level} />
				<Batches rows={now.batches} />
				<Keys rows={now.keys} />
			</>
		)}</Show>
	);
}
