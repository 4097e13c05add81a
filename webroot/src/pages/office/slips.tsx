/*
 * Slips to print. Whoever holds one that still works is named first: the office prints what is
 * missing, or all again, which voids the codes on the old slips.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, saveAs, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { formatDate } from '../../lib/time';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { announce } from '../../parts/live';
import { Banner } from '../../parts/notice';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';

const t = words(vi, en);

const NAMED_MAX = 8;

export interface SlipState {
	fresh: number;
	printed: { fullName: string; printedAt: number; classId: string | null; className: string | null }[];
}

function Printed({ state, classId }: { state: SlipState; classId?: string }): JSX.Element {
	const left = state.printed.length - NAMED_MAX;
	return (
		<ul>
			{state.printed.slice(0, NAMED_MAX).map((p) => (
				<li key={p.fullName + p.printedAt}>
					{p.className && p.classId !== classId
						? t('slips.with', { name: p.fullName, class: p.className, date: formatDate(p.printedAt) })
						: t('slips.own', { name: p.fullName, date: formatDate(p.printedAt) })}
				</li>
			))}
			{left > 0 ? <li>{t('slips.more', { count: left })}</li> : null}
		</ul>
	);
}

/** A button that asks `look` what printing would do, and prints by posting to `address`. */
export function PrintSlips({ label, address, look, file, classId, kind = 'secondary', describedBy }: {
	label: string; address: string; look: () => Promise<SlipState>; file: string; classId?: string;
	kind?: 'primary' | 'secondary'; describedBy: string;
}): JSX.Element {
	const [state, setState] = useState<SlipState | null>(null);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const run = (work: () => Promise<void>): void => {
		setBusy(true);
		setError(undefined);
		work().catch((e: unknown) => {
			setState(null);
			setError(e);
		}).finally(() => setBusy(false));
	};
	const print = async (isAgain: boolean): Promise<void> => {
		const glue = address.includes('?') ? '&' : '?';
		const bytes = await api.bytes(isAgain ? `${address}${glue}again=true` : address,
			{ post: undefined, timeoutMs: 60_000 });
		saveAs(bytes, file, 'application/pdf');
		setState(null);
		announce(t('slips.done'));
	};
	const begin = (): void => run(async () => {
		const now = await look();
		if (now.printed.length === 0) {
			await print(false);
		} else {
			setState(now);
		}
	});
	return (
		<>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<Button kind={kind} busy={isBusy && !state} onClick={begin} describedBy={describedBy}>{label}</Button>
			{state === null ? null : (
				<Dialog title={t('slips.ask', { count: state.printed.length })} onClose={() => setState(null)}>
					<Printed state={state} {...(classId ? { classId } : {})} />
					<p>{t('slips.ask.text')}</p>
					<div class="row">
						{state.fresh > 0
							? (
								<Button busy={isBusy} onClick={() => run(() => print(false))}>
									{t('slips.fresh', { count: state.fresh })}
								</Button>
							)
							: null}
						<Button kind={state.fresh > 0 ? 'secondary' : 'primary'} busy={isBusy}
							onClick={() => run(() => print(true))}>
							{t('slips.again')}
						</Button>
						<Button kind="secondary" onClick={() => setState(null)}>{t('cancel')}</Button>
					</div>
				</Dialog>
			)}
		</>
	);
}

/** The two buttons of a class. */
export function ClassSlips({ id, name }: { id: string; name: string }): JSX.Element {
	const look = (whom: 'students' | 'guardians') => async (): Promise<SlipState> =>
		(await api.get<Record<typeof whom, SlipState>>(`/api/v1/classes/${id}/slips`))[whom];
	return (
		<>
			<PrintSlips label={t('slips.students')} kind="primary" classId={id} describedBy="slips-hint"
				address={`/api/v1/classes/${id}/slips?for=students`} look={look('students')}
				file={`phieu-dang-nhap-${name}.pdf`} />
			<PrintSlips label={t('slips.guardians')} classId={id} describedBy="slips-hint"
				address={`/api/v1/classes/${id}/slips?for=guardians`} look={look('guardians')}
				file={`phieu-phu-huynh-${name}.pdf`} />
		</>
	);
}

export const SlipsHint = (): JSX.Element => <p class="hint" id="slips-hint">{t('slips.hint')}</p>;

/** Of all teachers who have not come in yet. */
export function TeacherSlips(): JSX.Element {
	return (
		<PrintSlips label={t('slips.teachers')} describedBy="slips-hint" address="/api/v1/teachers/slips"
			look={() => api.get<SlipState>('/api/v1/teachers/slips')} file="phieu-giao-vien.pdf" />
	);
}
