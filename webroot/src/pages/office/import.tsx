/*
 * A class list from the Excel file that the office really has: choose it, look at what will
 * happen row by row, then write exactly that. Errors first, nothing half done.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { formatIsoDate } from '../../lib/time';
import type { RosterPreview, RosterRow, School } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { CheckboxesField, FileField, SelectField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Banner, Tag } from '../../parts/notice';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import { ACTIONS, TONES, columnLetters } from './import_rows';
import { yearOfPage } from './year_pick';
import { vi } from '../../i18n/vi/office';
import { en } from '../../i18n/en/office';
import { vi as peopleVi } from '../../i18n/vi/people';
import { en as peopleEn } from '../../i18n/en/people';

const t = words(vi, en);
const people = words(peopleVi, peopleEn);

const ROWS_STEP = 100;
interface Done {
	new: number;
	changed: number;
	leftOut: number;
	classesMade: number;
	personalIdsTaken: number;
	takenRows: { sheet: string; row: number; fullName: string }[];
}

function ChooseStep({ school, onPreview }: {
	school: School; onPreview: (preview: RosterPreview) => void;
}): JSX.Element {
	const current = yearOfPage(school);
	const form = useForm<{ year: string; file: File | null }>({
		start: { year: current?.id ?? '', file: null },
		check: (v) => v.file ? {} : { file: t('import.file.missing') },
		send: async (v) => {
			if (v.file) {
				onPreview(await api.upload<RosterPreview>('/api/v1/roster/import', v.file,
					{ query: { year: v.year } }));
			}
		},
	});
	return (
		<Form form={form}>
			<SelectField name="year" label={t('import.year')} value={form.values.year}
				options={school.years.map((y) => ({ value: y.id, label: y.code }))}
				onChange={(v) => form.set('year', v)} />
			<FileField name="file" label={t('import.file')} hint={t('import.file.hint')} accept=".xlsx"
				file={form.values.file} error={form.errors.file} onFile={(f) => form.set('file', f)} />
			<Button type="submit" busy={form.isBusy}>{t('import.read')}</Button>
		</Form>
	);
}

const FIELDS = ['code', 'personalId', 'fullName', 'birthDate', 'sex', 'className', 'birthPlace', 'ethnicity',
	'address', 'state', 'guardian', 'guardianPhone', 'position'] as const;

function fieldName(field: string): string {
	const known = FIELDS.find((f) => f === field);
	return t(known ? `import.field.${known}` : 'import.field.other');
}

/* A value of a change: dates as everywhere else. */
const shown = (value: string): string =>
	/^\d{4}-\d{2}-\d{2}$/.test(value) ? formatIsoDate(value) : value || '–';

/* The doubtful rows to which the office said yes, by their "confirm". */
interface Answers {
	confirmed: string[];
	setConfirmed: (confirmed: string[]) => void;
}

function Confirm({ row, answers }: { row: RosterRow; answers: Answers }): JSX.Element | null {
	if (!row.confirm) {
		return null;
	}
	return (
		<CheckboxesField name={`confirm-${row.confirm}`} label={t('import.doubt')}
			values={answers.confirmed.filter((c) => c === row.confirm)}
			options={[{ value: row.confirm, label: t('import.confirm', { name: row.fullName ?? '' }) }]}
			onChange={(chosen) => answers.setConfirmed(
				[...answers.confirmed.filter((c) => c !== row.confirm), ...chosen])} />
	);
}

function Notes({ row, answers }: { row: RosterRow; answers: Answers }): JSX.Element {
	return (
		<div class="import-notes">
			{(row.messages ?? []).map((m) => (
				<p key={m.code + (m.column ?? '') + m.detail} class={m.level === 'error' ? 'field-error' : undefined}>
					{m.column ? t('import.column', { column: columnLetters(m.column) }) : ''}{m.detail}
				</p>
			))}
			{(row.changes ?? []).map((c) => (
				<p key={c.field}>{fieldName(c.field)}: <del>{shown(c.old)}</del> → <ins>{shown(c.new)}</ins></p>
			))}
			<Confirm row={row} answers={answers} />
		</div>
	);
}

function Rows({ rows, answers }: { rows: RosterRow[]; answers: Answers }): JSX.Element {
	const [count, setCount] = useState(ROWS_STEP);
	const left = rows.length - count;
	return (
		<>
			<Table caption={t('import.title')} hideCaption stacked dense rows={rows.slice(0, count)}
				rowKey={(r) => `${r.sheet} ${r.row}`} empty={t('import.empty')} columns={[
					{ key: 'where', title: t('import.row'),
						cell: (r) => t('import.where', { sheet: r.sheet, row: String(r.row) }) },
					{ key: 'what', title: t('import.what'),
						cell: (r) => <Tag tone={TONES[r.action]}>{t(`import.${r.action}`)}</Tag> },
					{ key: 'name', title: t('student.name'), isHeading: true, cell: (r) => r.fullName || '–' },
					{ key: 'birth', title: t('student.birth'),
						cell: (r) => r.birthDate ? formatIsoDate(r.birthDate) : '–' },
					{ key: 'class', title: t('class.name'), cell: (r) => r.className || '–' },
					{ key: 'notes', title: t('import.notes'), cell: (r) => <Notes row={r} answers={answers} /> },
				]} />
			{left > 0
				? (
					<Button kind="secondary" onClick={() => setCount(count + ROWS_STEP)}>
						{t('import.more', { count: Math.min(left, ROWS_STEP) })}
					</Button>
				)
				: null}
		</>
	);
}

function PreviewStep({ preview, onDone, onDrop }: {
	preview: RosterPreview; onDone: (done: Done) => void; onDrop: () => void;
}): JSX.Element {
	const kinds = ACTIONS.filter((a) => preview.counts[a] > 0);
	const [kind, setKind] = useState<string>(kinds[0] ?? 'all');
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const rows = kind === 'all' ? preview.rows : preview.rows.filter((r) => r.action === kind);
	const [confirmed, setConfirmed] = useState<string[]>([]);
	const doubtful = preview.rows.filter((r) => r.confirm).length;
	const toWrite = preview.counts.new + preview.counts.change - doubtful + confirmed.length;
	const made = preview.classes.filter((c) => c.isNew).map((c) => c.name);
	const commit = (): void => {
		setBusy(true);
		setError(undefined);
		api.post<Done>(`/api/v1/roster/import/${preview.plan}/commit`, { hash: preview.hash, confirmed },
			{ timeoutMs: 60_000 })
			.then(onDone, setError)
			.finally(() => setBusy(false));
	};
	const drop = (): void => {
		void api.del(`/api/v1/roster/import/${preview.plan}`).catch(() => undefined);
		onDrop();
	};
	return (
		<>
			<h1>{t('import.preview', { name: preview.fileName })}</h1>
			<Banner><p>{t('import.nothing')}</p></Banner>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{preview.counts.error > 0
				? <Banner tone="warn"><p>{t('import.errors')}</p></Banner> : null}
			{doubtful > 0
				? <Banner tone="warn"><p>{t('import.doubts', { count: doubtful })}</p></Banner> : null}
			{made.length > 0 ? <p>{t('import.classes.new', { names: made.join(', ') })}</p> : null}
			<Tabs label={t('import.filter')} selected={kind} onSelect={setKind} items={[
				...kinds.map((a) => ({ id: a as string,
					label: `${t(`import.${a}`)} (${preview.counts[a]})` })),
				{ id: 'all', label: t('import.all', { count: preview.rows.length }) },
			]}>
				<Rows key={kind} rows={rows} answers={{ confirmed, setConfirmed }} />
			</Tabs>
			<div class="row">
				{toWrite > 0
					? <Button busy={isBusy} onClick={commit}>{t('import.commit', { count: toWrite })}</Button>
					: <p>{t('import.none')}</p>}
				<Button kind="secondary" onClick={drop}>{t('import.drop')}</Button>
			</div>
		</>
	);
}

/* Students whose personal id is somebody else's: written without it, so each is named. */
function Taken({ done }: { done: Done }): JSX.Element {
	const left = done.personalIdsTaken - done.takenRows.length;
	return (
		<Banner tone="warn" title={people('taken.title')}>
			<p>{people('taken.text', { count: done.personalIdsTaken })}</p>
			<ul>
				{done.takenRows.map((r) => (
					<li key={`${r.sheet} ${r.row}`}>
						{people('taken.row', { sheet: r.sheet, row: String(r.row), name: r.fullName })}
					</li>
				))}
				{left > 0 ? <li>{people('slips.more', { count: left })}</li> : null}
			</ul>
		</Banner>
	);
}

export function ImportPage({ school }: { school: School }): JSX.Element {
	const [preview, setPreview] = useState<RosterPreview | null>(null);
	const [done, setDone] = useState<Done | null>(null);
	const again = (): void => {
		setPreview(null);
		setDone(null);
	};
	if (done) {
		return (
			<>
				<h1>{t('import.title')}</h1>
				<Banner tone="ok" live="polite" title={t('import.done')}>
					<p>
						{t('import.done.text',
							{ new: done.new, changed: done.changed, classes: done.classesMade })}
					</p>
					{done.leftOut > 0 ? <p>{t('import.done.left', { count: done.leftOut })}</p> : null}
				</Banner>
				{done.personalIdsTaken > 0 ? <Taken done={done} /> : null}
				<div class="row">
					<ButtonLink href="/van-phong/lop">{t('import.classes')}</ButtonLink>
					<Button kind="secondary" onClick={again}>{t('import.again')}</Button>
				</div>
			</>
		);
	}
	if (preview) {
		return <PreviewStep preview={preview} onDone={setDone} onDrop={again} />;
	}
	return (
		<>
			<h1>{t('import.title')}</h1>
			<ChooseStep school={school} onPreview={setPreview} />
		</>
	);
}
