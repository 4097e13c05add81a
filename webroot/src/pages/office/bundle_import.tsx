/*
 * An empty school from a OneRoster bundle: choose the file, look at what it would make or what is
 * wrong with it, then make exactly that.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import type { School } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { FileField } from '../../parts/field';
import { Form, useForm } from '../../parts/form';
import { Banner, Pairs } from '../../parts/notice';
import { Table } from '../../parts/table';
import { vi } from '../../i18n/vi/bundle';
import { en } from '../../i18n/en/bundle';

const t = words(vi, en);

export const BUNDLE_IMPORT = '/van-phong/nhap-goi';

/* A whole school's marks take their time. */
const READ_PATIENCE_MS = 120_000;
const COMMIT_PATIENCE_MS = 600_000;

interface Makes {
	schoolCode: string;
	schoolName: string;
	year: string;
	subjects: number;
	classes: number;
	teachers: number;
	students: number;
	enrolments: number;
	teaching: number;
	columns: number;
	marks: number;
	exemptions: number;
	peopleLeftOut: number;
	columnsLeftOut: number;
	marksLeftOut: number;
}

interface Message {
	level: 'error' | 'warning';
	file: string;
	row: number;
	column: number;
	code: string;
	detail: string;
}

interface Preview {
	plan: string | null;
	fileName: string;
	hash: string | null;
	files: { name: string; rows: number }[];
	makes: Makes | null;
	messages: Message[];
	moreMessages: number;
}

const COUNTS = ['subjects', 'classes', 'teachers', 'students', 'enrolments', 'teaching', 'columns', 'marks', 'exemptions'] as const;
const LEFT = { peopleLeftOut: 'people.left', columnsLeftOut: 'columns.left', marksLeftOut: 'marks.left' } as const;
const LEFT_NAMES = ['peopleLeftOut', 'columnsLeftOut', 'marksLeftOut'] as const;

function MakesList({ makes }: { makes: Makes }): JSX.Element {
	return (
		<>
			<h2>{t('makes')}</h2>
			<Pairs items={[
				{ label: t('from'), value: t('school', { name: makes.schoolName, code: makes.schoolCode }) },
				{ label: t('year'), value: makes.year },
				...COUNTS.map((name) => ({ label: t(name), value: String(makes[name]) })),
				...LEFT_NAMES.filter((name) => makes[name] > 0)
					.map((name) => ({ label: t(LEFT[name]), value: String(makes[name]) })),
			]} />
		</>
	);
}

function whereOf(m: Message): string {
	if (m.file === '') {
		return t('message.file');
	}
	if (m.row === 0) {
		return m.file;
	}
	return m.column === 0 ? t('message.row', { file: m.file, row: String(m.row) })
		: t('message.cell', { file: m.file, row: String(m.row), column: String(m.column) });
}

/* How much there is to look at, before the list of it: by weight, then by file. */
function counted(preview: Preview): string {
	const errors = preview.messages.filter((m) => m.level === 'error').length;
	const warnings = preview.messages.length - errors;
	return [errors > 0 ? t('count.errors', { count: errors }) : '', warnings > 0 ? t('count.warnings', { count: warnings }) : '',
		preview.moreMessages > 0 ? t('count.more', { count: preview.moreMessages }) : ''].filter(Boolean).join(', ');
}

function byFile(messages: Message[]): string {
	const files = new Map<string, number>();
	for (const m of messages) {
		const name = m.file === '' ? t('message.file') : m.file;
		files.set(name, (files.get(name) ?? 0) + 1);
	}
	return [...files].map(([name, count]) => `${name}: ${String(count)}`).join('; ');
}

function Messages({ preview }: { preview: Preview }): JSX.Element | null {
	if (preview.messages.length === 0) {
		return null;
	}
	return (
		<>
			<h2>{t('messages')}: {counted(preview)}</h2>
			<p>{byFile(preview.messages)}</p>
			<Table caption={t('messages')} hideCaption stacked dense rows={preview.messages} empty={t('messages.none')}
				rowKey={(m) => `${m.file} ${m.row} ${m.column} ${m.code} ${m.detail}`} columns={[
					{ key: 'where', title: t('message.where'), isHeading: true, cell: whereOf },
					{ key: 'text', title: t('message.text'),
						cell: (m) => <span class={m.level === 'error' ? 'field-error' : undefined}>{m.detail}</span> },
				]} />
			{preview.moreMessages > 0 ? <p>{t('messages.more', { count: preview.moreMessages })}</p> : null}
		</>
	);
}

function PreviewStep({ preview, onDone, onDrop }: {
	preview: Preview; onDone: (makes: Makes) => void; onDrop: () => void;
}): JSX.Element {
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const { plan, makes } = preview;
	const commit = (): void => {
		setBusy(true);
		setError(undefined);
		api.post<{ makes: Makes }>(`/api/v1/oneroster/imports/${plan}/commit`, { hash: preview.hash },
			{ timeoutMs: COMMIT_PATIENCE_MS })
			.then((done) => onDone(done.makes), setError)
			.finally(() => setBusy(false));
	};
	const drop = (): void => {
		if (plan) {
			void api.del(`/api/v1/oneroster/imports/${plan}`).catch(() => undefined);
		}
		onDrop();
	};
	return (
		<>
			<h1>{t('preview', { name: preview.fileName })}</h1>
			{plan ? <Banner><p>{t('nothing')}</p></Banner>
				: <Banner tone="bad" live="assertive"><p>{t('bad')}</p></Banner>}
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<Messages preview={preview} />
			{makes ? <MakesList makes={makes} /> : null}
			{preview.files.length > 0
				? (
					<Table caption={t('files')} dense rows={preview.files} rowKey={(f) => f.name}
						empty={t('messages.none')} columns={[
							{ key: 'name', title: t('files.name'), isHeading: true, cell: (f) => f.name },
							{ key: 'rows', title: t('files.rows'), cell: (f) => String(f.rows) },
						]} />
				)
				: null}
			<div class="row">
				{plan ? <Button busy={isBusy} onClick={commit}>{t('commit')}</Button> : null}
				<Button kind="secondary" onClick={drop}>{t('drop')}</Button>
			</div>
		</>
	);
}

function ChooseStep({ onPreview }: { onPreview: (preview: Preview) => void }): JSX.Element {
	const form = useForm<{ file: File | null }>({
		start: { file: null },
		check: (v) => v.file ? {} : { file: t('file.missing') },
		send: async (v) => {
			if (v.file) {
				onPreview(await api.upload<Preview>('/api/v1/oneroster/imports', v.file, { timeoutMs: READ_PATIENCE_MS }));
			}
		},
	});
	return (
		<Form form={form}>
			<h1>{t('title')}</h1>
			<p>{t('lead')}</p>
			<FileField name="file" label={t('file')} hint={t('file.hint')} accept=".zip"
				file={form.values.file} error={form.errors.file} onFile={(f) => form.set('file', f)} />
			<Button type="submit" busy={form.isBusy}>{t('read')}</Button>
		</Form>
	);
}

function DoneStep({ makes }: { makes: Makes }): JSX.Element {
	return (
		<>
			<h1>{t('title')}</h1>
			<Banner tone="ok" live="polite" title={t('done')}>
				<p>{t('done.text', { classes: makes.classes, teachers: makes.teachers, students: makes.students })}</p>
			</Banner>
			<div class="row"><ButtonLink href="/van-phong/lop">{t('done.classes')}</ButtonLink></div>
		</>
	);
}

export function BundleImportPage({ onSchool }: { onSchool: (school: School) => void }): JSX.Element {
	const [preview, setPreview] = useState<Preview | null>(null);
	const [makes, setMakes] = useState<Makes | null>(null);
	/* The school has another year now. */
	const done = (made: Makes): void => {
		setMakes(made);
		api.get<School>('/api/v1/school').then(onSchool, () => undefined);
	};
	if (makes) {
		return <DoneStep makes={makes} />;
	}
	return preview
		? <PreviewStep preview={preview} onDone={done} onDrop={() => setPreview(null)} />
		: <ChooseStep onPreview={setPreview} />;
}

/** On the office's first page while there is no class. */
export function BundleHint(): JSX.Element {
	return <p>{t('home')} <a href={BUNDLE_IMPORT}>{t('home.link')}</a>.</p>;
}
