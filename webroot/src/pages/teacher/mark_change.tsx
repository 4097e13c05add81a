/* A mark that students and parents have seen changes only with a reason, which they may ask for. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import type { Subject } from '../../lib/types';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { markText } from './mark_cell';
import { vi } from '../../i18n/vi/sitting';
import { en } from '../../i18n/en/sitting';

const t = words(vi, en);

const WHY_MAX = 100; /* characters: 300 bytes hold them with every mark of Vietnamese */

export interface Change {
	column: string;
	columnName: string;
	student: string;
	name: string;
	from: number | null;
	to: number | null;
}

export function AskWhy({ change: c, kind, onSave, onBack }: {
	change: Change; kind: Subject['kind']; onSave: (why: string) => Promise<void>; onBack: () => void;
}): JSX.Element {
	const [why, setWhy] = useState('');
	const [error, setError] = useState<string | undefined>(undefined);
	const [isBusy, setBusy] = useState(false);
	const save = (event: Event): void => {
		event.preventDefault();
		if (isBusy) {
			return;
		}
		if (!why.trim()) {
			setError(t('m.reason.missing'));
			return;
		}
		setBusy(true);
		onSave(why.trim()).catch((e: unknown) => setError(sentence(e))).finally(() => setBusy(false));
	};
	return (
		<Dialog title={t('m.reason.title')} onClose={onBack}>
			<p>
				{c.name}, {c.columnName}: <del>{markText(kind, c.from)}</del> → <ins>{markText(kind, c.to)}</ins>
			</p>
			<form noValidate onSubmit={save}>
				<TextField name="why" label={t('m.reason')} hint={t('m.reason.hint')} value={why} error={error}
					maxLength={WHY_MAX} width="wide" autoComplete="off" onInput={setWhy} />
				<div class="row">
					<Button type="submit" busy={isBusy}>{t('m.reason.save')}</Button>
					<Button kind="secondary" onClick={onBack}>{t('m.reason.back')}</Button>
				</div>
			</form>
		</Dialog>
	);
}
