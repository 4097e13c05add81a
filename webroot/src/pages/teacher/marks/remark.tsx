/*
 * A remark on a student in the subject, with phrases that are used again. What is being written is
 * kept on this device until it is saved.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, sentence } from '../../../lib/api';
import { useLoad } from '../../../lib/load';
import { me } from '../../../lib/me';
import { dropSetting, readSetting, writeSetting } from '../../../lib/settings';
import type { Items, MarkRow, PersonRef, Phrase, Remark } from '../../../lib/types';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { TextArea } from '../../../parts/field';
import { announce } from '../../../parts/live';
import { Banner, Tag } from '../../../parts/notice';
import type { Desk } from './desk';
import { t } from './words';

const TEXT_MAX = 1000;
const PHRASE_MAX = 300;

interface Saved {
	saved: Remark[];
	conflicts: (Remark & { changedBy: PersonRef | null })[];
}

function Phrases({ text, onUse }: { text: string; onUse: (phrase: Phrase) => void }): JSX.Element {
	const phrases = useLoad<Items<Phrase>>('phrases', (signal) => api.get('/api/v1/phrases', { signal }));
	const [error, setError] = useState<unknown>(undefined);
	const items = phrases.value?.items ?? [];
	const own = text.trim();
	const isNew = own !== '' && own.length <= PHRASE_MAX && !items.some((p) => p.text === own);
	const change = (work: Promise<unknown>): void => void work.then(phrases.reload, setError);
	return (
		<section aria-label={t('remark.phrases')}>
			<ul class="phrases">
				{items.map((p) => (
					<li key={p.id}>
						<button type="button" class="button secondary small" onClick={() => onUse(p)}>{p.text}</button>
						{p.isSchool ? <Tag>{t('remark.phrase.school')}</Tag> : (
							<button type="button" class="button-link" aria-label={t('remark.phrase.drop', { text: p.text })}
								onClick={() => change(api.del(`/api/v1/phrases/${p.id}`))}>×</button>
						)}
					</li>
				))}
			</ul>
			{isNew
				? (
					<button type="button" class="button-link"
						onClick={() => change(api.post('/api/v1/phrases', { text: own, isSchool: false }))}>
						{t('remark.phrase.keep')}
					</button>
				)
				: null}
			{error === undefined ? null : <p class="field-error" role="alert">{sentence(error)}</p>}
		</section>
	);
}

export function RemarkDialog({ desk, row }: { desk: Desk; row: MarkRow }): JSX.Element {
	const { sheet } = desk;
	const place = `${sheet.class.id}/${sheet.subject.id}/${sheet.term.id}`;
	const draft = `remark ${me.value?.person.id ?? ''} ${place} ${row.student.id}`;
	const [text, setText] = useState(readSetting(draft) ?? row.remark?.text ?? '');
	const [version, setVersion] = useState(row.remark?.version ?? 0);
	const [used, setUsed] = useState<string[]>([]);
	const [theirs, setTheirs] = useState<Saved['conflicts'][number] | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	const [isBusy, setBusy] = useState(false);
	const write = (next: string): void => {
		setText(next.slice(0, TEXT_MAX));
		writeSetting(draft, next.slice(0, TEXT_MAX));
	};
	const close = (): void => { desk.asked.value = null; };
	const next = sheet.rows[sheet.rows.findIndex((r) => r.student.id === row.student.id) + 1];
	const save = async (isNext: boolean): Promise<void> => {
		setBusy(true);
		setError(undefined);
		try {
			const answer = await api.put<Saved>(`/api/v1/remarks/${sheet.class.id}/${sheet.subject.id}/${sheet.term.id}`,
				{ rows: [{ student: row.student.id, text: text.trim(), version }], phrases: used });
			const conflict = answer.conflicts[0];
			if (conflict) {
				setTheirs(conflict);
				setVersion(conflict.version);
				return;
			}
			dropSetting(draft);
			announce(t('remark.saved'));
			await desk.session.refresh();
			if (isNext && next) {
				desk.asked.value = { t: 'remark', student: next.student.id };
			} else {
				close();
			}
		} catch (e) {
			setError(e);
		} finally {
			setBusy(false);
		}
	};
	return (
		<Dialog title={t('remark.title', { name: row.student.fullName })} onClose={close}>
			{theirs
				? (
					<Banner tone="warn" live="assertive">
						<p>{t('remark.conflict', { who: theirs.changedBy?.fullName ?? t('conflict.someone'), text: theirs.text })}</p>
					</Banner>
				)
				: null}
			<form noValidate onSubmit={(e) => { e.preventDefault(); void save(false); }}>
				<TextArea name="remark" label={t('remark.text')} hint={t('remark.hint')} rows={4} value={text}
					maxLength={TEXT_MAX} error={error === undefined ? undefined : sentence(error)} onInput={write} />
				<Phrases text={text} onUse={(p) => {
					write(text.trim() === '' ? p.text : `${text.trim()} ${p.text}`);
					setUsed([...used, p.id]);
				}} />
				<div class="row">
					<Button type="submit" busy={isBusy}>{t('remark.save')}</Button>
					{next
						? <Button kind="secondary" busy={isBusy} onClick={() => void save(true)}>{t('remark.next')}</Button>
						: null}
					<Button kind="secondary" onClick={() => { dropSetting(draft); close(); }}>{t('remark.back')}</Button>
				</div>
			</form>
		</Dialog>
	);
}
