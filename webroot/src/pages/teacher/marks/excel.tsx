/*
 * Marks by Excel: the school's own form downloaded and brought back, a file of any other kind read
 * into the gradebook or filled from it. Everything is looked at cell by cell before it counts.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../../lib/api';
import { lang, words } from '../../../lib/i18n';
import { useLoad } from '../../../lib/load';
import type { CellState, MarkSheet } from '../../../lib/types';
import type { Kind } from '../../../marks/cell';
import { cellText, kindOf, readContent } from '../../../marks/cell';
import { Button, ButtonLink } from '../../../parts/button';
import { FileField, RadioField } from '../../../parts/field';
import { Form, useForm } from '../../../parts/form';
import { Breadcrumbs } from '../../../parts/layout';
import { Banner, Failed, Waiting } from '../../../parts/notice';
import type { FilePreview, Way } from './excel_preview';
import { PreviewStep } from './excel_preview';
import { vi } from '../../../i18n/vi/mark_file';
import { en } from '../../../i18n/en/mark_file';

const t = words(vi, en);

interface Saved {
	saved: { student: string }[];
	conflicts: (CellState & { column: string; student: string })[];
	locked: (CellState & { column: string; student: string })[];
}

interface Place {
	classId: string;
	subjectId: string;
	termId: string;
}

function read(way: Way, { classId, subjectId, termId }: Place, file: File, sheet?: number): Promise<FilePreview> {
	const query = { sheet: sheet === undefined ? undefined : String(sheet) };
	return way === 'in'
		? api.upload<FilePreview>(`/api/v1/marks/${classId}/${subjectId}/${termId}/import`, file, { query })
		: api.upload<FilePreview>(`/api/v1/marks/${classId}/${subjectId}/${termId}/fill`, file, { query });
}

interface Chosen {
	way: Way;
	file: File;
	preview: FilePreview;
}

function ChooseStep({ place, onChosen }: { place: Place; onChosen: (chosen: Chosen) => void }): JSX.Element {
	const { classId, subjectId, termId } = place;
	const form = useForm<{ way: Way; file: File | null }>({
		start: { way: 'in', file: null },
		check: (v) => v.file ? {} : { file: t('file.missing') },
		send: async ({ way, file }) => {
			if (file) {
				onChosen({ way, file, preview: await read(way, place, file) });
			}
		},
	});
	return (
		<>
			<h1>{t('title')}</h1>
			<h2>{t('form.title')}</h2>
			<p>{t('form.text')}</p>
			<div class="row">
				<ButtonLink href={`/api/v1/marks/${classId}/${subjectId}/${termId}/sheet.xlsx`} download>
					{t('form.get')}
				</ButtonLink>
			</div>
			<h2>{t('file.title')}</h2>
			<Form form={form}>
				<RadioField name="way" label={t('way')} value={form.values.way}
					onChange={(way) => form.set('way', way === 'out' ? 'out' : 'in')} options={[
						{ value: 'in', label: t('way.in'), hint: t('way.in.hint') },
						{ value: 'out', label: t('way.out'), hint: t('way.out.hint') },
					]} />
				<FileField name="file" label={t('file')} hint={t('file.hint')} accept=".xlsx"
					file={form.values.file} error={form.errors.file} onFile={(f) => form.set('file', f)} />
				<Button type="submit" busy={form.isBusy}>{t('read')}</Button>
			</Form>
		</>
	);
}

function Left({ title, items, preview, sheet }: {
	title: string; items: Saved['conflicts']; preview: FilePreview; sheet: MarkSheet;
}): JSX.Element | null {
	const kindAt = (id: string): Kind => {
		const column = sheet.columns.find((c) => c.id === id);
		return column ? kindOf(sheet, column) : sheet.subject.kind;
	};
	const nameOf = (id: string): string =>
		preview.cells.find((c) => c.student.id === id)?.student.fullName ?? '';
	return items.length === 0 ? null : (
		<Banner tone="warn" title={title}>
			<ul>
				{items.map((c, i) => (
					<li key={i}>
						{t('done.value', { name: nameOf(c.student),
							value: cellText(kindAt(c.column), readContent(c), lang.value) || t('empty') })}
					</li>
				))}
			</ul>
		</Banner>
	);
}

function DoneStep({ done, preview, left, sheet, back, onAgain }: {
	done: Saved; preview: FilePreview; left: number; sheet: MarkSheet; back: string; onAgain: () => void;
}): JSX.Element {
	return (
		<>
			<h1>{t('title')}</h1>
			<Banner tone="ok" live="polite" title={t('done')}>
				<p>{t('done.text', { count: done.saved.length })}</p>
				{left > 0 ? <p>{t('done.left', { count: left })}</p> : null}
			</Banner>
			<Left title={t('done.conflicts')} items={done.conflicts} preview={preview} sheet={sheet} />
			<Left title={t('done.locked')} items={done.locked} preview={preview} sheet={sheet} />
			<div class="row">
				<ButtonLink href={back}>{t('back')}</ButtonLink>
				<Button kind="secondary" onClick={onAgain}>{t('again')}</Button>
			</div>
		</>
	);
}

export function MarkExcelPage(place: Place): JSX.Element {
	const { classId, subjectId, termId } = place;
	const sheet = useLoad<MarkSheet>(`marks ${classId} ${subjectId} ${termId}`, (signal) =>
		api.get(`/api/v1/marks/${classId}/${subjectId}/${termId}`, { signal }));
	const [chosen, setChosen] = useState<Chosen | null>(null);
	const [done, setDone] = useState<{ saved: Saved; left: number } | null>(null);
	const back = `/giao-vien/so-diem/${classId}/${subjectId}/${termId}`;
	const again = (): void => {
		setChosen(null);
		setDone(null);
	};
	if (!sheet.value) {
		return sheet.error === undefined ? <Waiting /> : <Failed error={sheet.error} onRetry={sheet.reload} />;
	}
	const { subject, class: klass } = sheet.value;
	const commit = async (preview: FilePreview, confirmed: string[], why: string): Promise<void> => {
		const saved = await api.post<Saved>(`/api/v1/mark-imports/${preview.plan}/commit`,
			{ hash: preview.hash, confirmed, why }, { timeoutMs: 60_000 });
		setDone({ saved, left: preview.counts.ask - confirmed.length });
	};
	const drop = (): void => {
		if (chosen) {
			const { way, preview } = chosen;
			void (way === 'in' ? api.del(`/api/v1/mark-imports/${preview.plan}`)
				: api.del(`/api/v1/mark-fills/${preview.plan}`)).catch(() => undefined);
		}
		again();
	};
	return (
		<>
			<Breadcrumbs items={[{ href: '/giao-vien/so-diem', label: t('book') },
				{ href: back, label: `${subject.name} – ${klass.name}` }, { label: t('open') }]} />
			{chosen && done
				? (
					<DoneStep done={done.saved} preview={chosen.preview} left={done.left} sheet={sheet.value} back={back}
						onAgain={again} />
				)
				: chosen
					? (
						<PreviewStep key={chosen.preview.plan} way={chosen.way} preview={chosen.preview}
							onCommit={(confirmed, why) => commit(chosen.preview, confirmed, why)} onDrop={drop}
							onSheet={async (n) => setChosen({ ...chosen, preview: await read(chosen.way, place, chosen.file, n) })} />
					)
					: <ChooseStep place={place} onChosen={setChosen} />}
		</>
	);
}
