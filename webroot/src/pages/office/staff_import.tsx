/*
 * Teachers, and who teaches what, from Excel: choose the file, look at what will happen row by row,
 * then write exactly that.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { formatPhone } from '../../lib/phone';
import { formatIsoDate } from '../../lib/time';
import type { ImportAction, ImportMessage, School } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { FileField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Banner, Tag } from '../../parts/notice';
import { Table } from '../../parts/table';
import { Tabs } from '../../parts/tabs';
import { ACTIONS, TONES, columnLetters } from './import_rows';
import { YearPick, yearOfPage } from './year_pick';
import { vi } from '../../i18n/vi/staff';
import { en } from '../../i18n/en/staff';
import { vi as officeVi } from '../../i18n/vi/office';
import { en as officeEn } from '../../i18n/en/office';
import { vi as peopleVi } from '../../i18n/vi/people';
import { en as peopleEn } from '../../i18n/en/people';

const t = words(vi, en);
const office = words(officeVi, officeEn);
const people = words(peopleVi, peopleEn);

const TEACHERS = '/van-phong/giao-vien';
const ROWS_STEP = 100;

type What = 'teachers' | 'teaching';
const WORDS = {
	teachers: { title: 'teachers.title', hint: 'teachers.hint', done: 'teachers.done.text' },
	teaching: { title: 'teaching.title', hint: 'teaching.hint', done: 'teaching.done.text' },
} as const;

const FIELDS = { birthDate: 'field.birthDate', phone: 'field.phone', subjects: 'field.subjects' } as const;

interface Row {
	sheet: string;
	row: number;
	column: number;
	action: ImportAction;
	fullName: string;
	login: string;
	birthDate: string | null;
	phone: string;
	subjects: string;
	className: string;
	subjectName: string;
	removes: string;
	changes: { field: 'birthDate' | 'phone' | 'subjects'; old: string; new: string }[];
	messages: ImportMessage[];
}

interface Preview {
	plan: string;
	fileName: string;
	hash: string;
	counts: Record<ImportAction, number>;
	sheets: { name: string; messages: ImportMessage[] }[];
	rows: Row[];
}

interface Done {
	new: number;
	changed: number;
	phonesTaken: number;
	takenRows: { sheet: string; row: number; fullName: string }[];
}

const whereOf = (r: Row): string => r.column > 0
	? t('row.where.cell', { sheet: r.sheet, cell: `${columnLetters(r.column)}${r.row}` })
	: office('import.where', { sheet: r.sheet, row: String(r.row) });

const shown = (field: string, value: string): string => value === '' ? '–'
	: field === 'birthDate' ? formatIsoDate(value) : field === 'phone' ? formatPhone(value) : value;

function Notes({ row, what }: { row: Row; what: What }): JSX.Element {
	const isNew = what === 'teachers' && row.action === 'new';
	return (
		<div class="import-notes">
			{row.messages.map((m) => (
				<p key={m.code + m.detail} class={m.level === 'error' ? 'field-error' : undefined}>
					{m.column && m.column !== row.column
						? office('import.column', { column: columnLetters(m.column) }) : ''}{m.detail}
				</p>
			))}
			{isNew && row.login ? <p>{t('row.login', { login: row.login })}</p> : null}
			{isNew && row.phone ? <p>{t('row.phone', { phone: formatPhone(row.phone) })}</p> : null}
			{isNew && row.subjects ? <p>{t('row.subjects', { subjects: row.subjects })}</p> : null}
			{row.changes.map((c) => (
				<p key={c.field}>
					{t(FIELDS[c.field])}: <del>{shown(c.field, c.old)}</del> → <ins>{shown(c.field, c.new)}</ins>
				</p>
			))}
			{row.removes ? <p>{t('row.removes', { names: row.removes })}</p> : null}
		</div>
	);
}

function Rows({ rows, what }: { rows: Row[]; what: What }): JSX.Element {
	const [count, setCount] = useState(ROWS_STEP);
	const left = rows.length - count;
	return (
		<>
			<Table caption={t(WORDS[what].title)} hideCaption stacked dense rows={rows.slice(0, count)}
				rowKey={(r) => `${r.sheet} ${r.row} ${r.column} ${r.className} ${r.subjectName} ${r.login}`}
				empty={office('import.empty')} columns={[
					{ key: 'where', title: office('import.row'), cell: whereOf },
					{ key: 'what', title: office('import.what'),
						cell: (r) => <Tag tone={TONES[r.action]}>{office(`import.${r.action}`)}</Tag> },
					{ key: 'name', title: t('row.teacher'), isHeading: true,
						cell: (r) => what === 'teaching' && r.login ? `${r.fullName} (${r.login})` : r.fullName || '–' },
					what === 'teachers'
						? { key: 'birth', title: t('field.birthDate'),
							cell: (r) => r.birthDate ? formatIsoDate(r.birthDate) : '–' }
						: { key: 'place', title: office('teacher.teaching'),
							cell: (r) => `${r.subjectName || '–'} – ${r.className || '–'}` },
					{ key: 'notes', title: office('import.notes'), cell: (r) => <Notes row={r} what={what} /> },
				]} />
			{left > 0
				? (
					<Button kind="secondary" onClick={() => setCount(count + ROWS_STEP)}>
						{office('import.more', { count: Math.min(left, ROWS_STEP) })}
					</Button>
				)
				: null}
		</>
	);
}

function PreviewStep({ what, preview, onDone, onDrop }: {
	what: What; preview: Preview; onDone: (done: Done) => void; onDrop: () => void;
}): JSX.Element {
	const kinds = ACTIONS.filter((a) => preview.counts[a] > 0);
	const [kind, setKind] = useState<string>(kinds[0] ?? 'all');
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const toWrite = preview.counts.new + preview.counts.change;
	const at = what === 'teachers' ? `/api/v1/teachers/import/${preview.plan}`
		: `/api/v1/teaching/import/${preview.plan}`;
	const commit = (): void => {
		setBusy(true);
		setError(undefined);
		api.post<Done>(`${at}/commit`, { hash: preview.hash }, { timeoutMs: 60_000 })
			.then(onDone, setError)
			.finally(() => setBusy(false));
	};
	const drop = (): void => {
		void api.del(at).catch(() => undefined);
		onDrop();
	};
	return (
		<>
			<h1>{office('import.preview', { name: preview.fileName })}</h1>
			<Banner><p>{office('import.nothing')}</p></Banner>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			{preview.counts.error > 0 ? <Banner tone="warn"><p>{t('error.rows')}</p></Banner> : null}
			{what === 'teaching' ? <p>{t('teaching.removes.rule')}</p> : null}
			{preview.sheets.flatMap((s) => s.messages.map((m) => (
				<p key={s.name + m.code} class="quiet">{t('sheet.note', { sheet: s.name, text: m.detail })}</p>
			)))}
			<Tabs label={office('import.filter')} selected={kind} onSelect={setKind} items={[
				...kinds.map((a) => ({ id: a as string,
					label: `${office(`import.${a}`)} (${preview.counts[a]})` })),
				{ id: 'all', label: office('import.all', { count: preview.rows.length }) },
			]}>
				<Rows key={kind} what={what}
					rows={kind === 'all' ? preview.rows : preview.rows.filter((r) => r.action === kind)} />
			</Tabs>
			<div class="row">
				{toWrite > 0
					? <Button busy={isBusy} onClick={commit}>{t('commit', { count: toWrite })}</Button>
					: <p>{office('import.none')}</p>}
				<Button kind="secondary" onClick={drop}>{office('import.drop')}</Button>
			</div>
		</>
	);
}

function ChooseStep({ school, what, onPreview }: {
	school: School; what: What; onPreview: (preview: Preview) => void;
}): JSX.Element {
	const year = yearOfPage(school);
	const form = useForm<{ file: File | null }>({
		start: { file: null },
		check: (v) => v.file ? {} : { file: office('import.file.missing') },
		send: async (v) => {
			if (v.file) {
				const query = { year: year?.id };
				onPreview(what === 'teachers'
					? await api.upload<Preview>('/api/v1/teachers/import', v.file, { query })
					: await api.upload<Preview>('/api/v1/teaching/import', v.file, { query }));
			}
		},
	});
	return (
		<>
			<Form form={form}>
				<h1>{t(WORDS[what].title)}</h1>
				{what === 'teaching'
					? (
						<>
							<p>{t('teaching.lead')}</p>
							<YearPick school={school} year={year} at={`${TEACHERS}/phan-cong`} />
						</>
					)
					: null}
				<FileField name="file" label={office('import.file')} hint={t(WORDS[what].hint)} accept=".xlsx"
					file={form.values.file} error={form.errors.file} onFile={(f) => form.set('file', f)} />
				<Button type="submit" busy={form.isBusy}>{office('import.read')}</Button>
			</Form>
			{what === 'teaching' && year ? <Exports year={year.id} /> : null}
		</>
	);
}

function Exports({ year }: { year: string }): JSX.Element {
	const at = (form: string): string => `/api/v1/teaching/export.xlsx?year=${year}&form=${form}`;
	return (
		<>
			<div class="row">
				<ButtonLink kind="secondary" href={at('matrix')} download>{t('teaching.export.matrix')}</ButtonLink>
				<ButtonLink kind="secondary" href={at('list')} download>{t('teaching.export.list')}</ButtonLink>
			</div>
			<p class="hint">{t('teaching.export.hint')}</p>
		</>
	);
}

function DoneStep({ what, done, onAgain }: { what: What; done: Done; onAgain: () => void }): JSX.Element {
	return (
		<>
			<h1>{t(WORDS[what].title)}</h1>
			<Banner tone="ok" live="polite" title={office('import.done')}>
				<p>{t(WORDS[what].done, { new: done.new, changed: done.changed })}</p>
				{what === 'teachers' && done.new > 0 ? <p>{t('teachers.done.next')}</p> : null}
			</Banner>
			{done.phonesTaken > 0
				? (
					<Banner tone="warn" title={t('taken.title')}>
						<p>{t('taken.text', { count: done.phonesTaken })}</p>
						<ul>
							{done.takenRows.map((r) => (
								<li key={`${r.sheet} ${r.row}`}>
									{people('taken.row', { sheet: r.sheet, row: String(r.row), name: r.fullName })}
								</li>
							))}
						</ul>
					</Banner>
				)
				: null}
			<div class="row">
				<ButtonLink href={TEACHERS}>{t('back.teachers')}</ButtonLink>
				<Button kind="secondary" onClick={onAgain}>{office('import.again')}</Button>
			</div>
		</>
	);
}

export function StaffImportPage({ school, what }: { school: School; what: What }): JSX.Element {
	const [preview, setPreview] = useState<Preview | null>(null);
	const [done, setDone] = useState<Done | null>(null);
	const again = (): void => {
		setPreview(null);
		setDone(null);
	};
	return (
		<>
			<Breadcrumbs items={[{ href: TEACHERS, label: office('teachers') }, { label: t(WORDS[what].title) }]} />
			{done
				? <DoneStep what={what} done={done} onAgain={again} />
				: preview
					? <PreviewStep what={what} preview={preview} onDone={setDone} onDrop={again} />
					: <ChooseStep school={school} what={what} onPreview={setPreview} />}
		</>
	);
}
