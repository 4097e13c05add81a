/* Changes of locked marks that teachers ask for: the office approves one, or refuses it with a note. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { roman } from '../../lib/number';
import { formatDateTime } from '../../lib/time';
import type { AskedChange, Items } from '../../lib/types';
import { readContent, shownKind } from '../../marks/cell';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { announce } from '../../parts/live';
import { Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import { columnName, contentWords } from '../teacher/marks/words';
import { vi } from '../../i18n/vi/requests';
import { en } from '../../i18n/en/requests';

const t = words(vi, en);

const NOTE_MAX = 100;
const STATES = ['waiting', 'approved', 'refused', 'withdrawn'] as const;
type State = (typeof STATES)[number];

const where = (r: AskedChange): { name: string; column: string } =>
	({ name: r.student.fullName, column: columnName(r.column) });

function RefuseDialog({ request, onDone, onBack }: { request: AskedChange; onDone: () => void; onBack: () => void })
	: JSX.Element {
	const [note, setNote] = useState('');
	const [error, setError] = useState<string | undefined>(undefined);
	const refuse = (event: Event): void => {
		event.preventDefault();
		if (!note.trim()) {
			setError(t('note.missing'));
			return;
		}
		api.post(`/api/v1/mark-requests/${request.id}/decision`, { approve: false, note: note.trim() })
			.then(() => {
				announce(t('done.refused', where(request)));
				onDone();
			}, (e: unknown) => setError(sentence(e)));
	};
	return (
		<Dialog title={t('refuse.title', { who: request.askedBy.fullName })} onClose={onBack}>
			<form noValidate onSubmit={refuse}>
				<TextField name="note" label={t('note')} value={note} error={error} maxLength={NOTE_MAX} width="wide"
					autoComplete="off" onInput={setNote} />
				<div class="row">
					<Button type="submit" kind="danger">{t('refuse')}</Button>
					<Button kind="secondary" onClick={onBack}>{t('back')}</Button>
				</div>
			</form>
		</Dialog>
	);
}

/* What can be decided, or what was. */
function Decision({ request, onDone }: { request: AskedChange; onDone: () => void }): JSX.Element {
	const [isBusy, setBusy] = useState(false);
	const [isRefusing, setRefusing] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	if (request.state !== 'waiting') {
		return (
			<>
				{request.decidedBy?.fullName ?? ''}
				{request.decidedAt ? <span class="quiet"> {formatDateTime(request.decidedAt)}</span> : null}
				{request.note ? <div>{request.note}</div> : null}
			</>
		);
	}
	const approve = (): void => {
		setBusy(true);
		api.post(`/api/v1/mark-requests/${request.id}/decision`, { approve: true, note: '' })
			.then(() => {
				announce(t('done.approved', where(request)));
				onDone();
			}, (e: unknown) => {
				setError(e);
				setBusy(false);
			});
	};
	return (
		<>
			{request.isStale ? <p><Tag tone="warn">{t('stale')}</Tag></p> : null}
			<div class="row tight">
				{request.isStale ? null : (
					<Button small busy={isBusy} onClick={approve} label={t('approve.label', where(request))}>{t('approve')}</Button>
				)}
				<Button small kind="secondary" onClick={() => setRefusing(true)} label={t('refuse.label', where(request))}>
					{t('refuse')}
				</Button>
			</div>
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
			{isRefusing ? <RefuseDialog request={request} onDone={onDone} onBack={() => setRefusing(false)} /> : null}
		</>
	);
}

function List({ state }: { state: State }): JSX.Element {
	const address = '/api/v1/mark-requests';
	const first = useLoad<Items<AskedChange>>(`requests ${state}`,
		(signal) => api.get(address, { signal, query: { state } }));
	const [more, setMore] = useState<Items<AskedChange> | null>(null);
	const reload = (): void => {
		setMore(null);
		first.reload();
	};
	return (
		<Show of={first}>{(list) => {
			const items = [...list.items, ...(more?.items ?? [])];
			const next = more ? more.next : list.next;
			const fetchMore = (): void => void api.get<Items<AskedChange>>(address, { query: { state, after: next ?? undefined } })
				.then((page) => setMore({ items: [...(more?.items ?? []), ...page.items], next: page.next ?? null }));
			if (items.length === 0) {
				return <Empty>{t('none')}</Empty>;
			}
			return (
				<>
					<Table caption={t(state)} hideCaption stacked rows={items} rowKey={(r) => r.id} columns={[
						{
							key: 'student', title: t('student'), isHeading: true, cell: (r) => (
								<>
									{r.student.fullName} <span class="quiet">{r.student.code}</span>
								</>
							),
						},
						{
							key: 'cell', title: t('cell'), narrow: 'plain', cell: (r) => t('where', { subject: r.subject.name,
								class: r.class.name, term: roman(r.term.number), column: columnName(r.column) }),
						},
						{
							key: 'change', title: t('change'), narrow: 'inline', cell: (r) => (
								<>
									<del>{contentWords(shownKind(r.subject.kind, r.column), readContent(r.old))}</del>
									{' → '}<ins>{contentWords(shownKind(r.subject.kind, r.column), readContent(r.new))}</ins>
								</>
							),
						},
						{ key: 'why', title: t('why'), narrow: 'inline', cell: (r) => r.why },
						{
							key: 'asked', title: t('asked'), narrow: 'inline', cell: (r) => (
								<>{r.askedBy.fullName} <span class="quiet">{formatDateTime(r.askedAt)}</span></>
							),
						},
						{
							key: 'decision', title: t('decision'), narrow: 'plain',
							cell: (r) => <Decision key={r.id} request={r} onDone={reload} />,
						},
					]} />
					{next ? <Button kind="secondary" onClick={fetchMore}>{t('more')}</Button> : null}
				</>
			);
		}}</Show>
	);
}

export function MarkRequestsPage(): JSX.Element {
	const [state, setState] = useState<State>('waiting');
	return (
		<>
			<h1>{t('title')}</h1>
			<p class="lead">{t('lead')}</p>
			<Tabs label={t('tabs')} selected={state} onSelect={(id) => setState(id as State)}
				items={STATES.map((id) => ({ id, label: t(id) }))}>
				<List key={state} state={state} />
			</Tabs>
		</>
	);
}
