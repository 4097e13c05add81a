/*
 * Guardians of a student: on the student's page, and the form for one. A phone number that is
 * somebody's asks the office whether it is that person.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, api, sentence } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { formatPhone } from '../../lib/phone';
import type { Student } from '../../lib/types';
import { Button, ButtonLink } from '../../parts/button';
import { Confirm } from '../../parts/dialog';
import { RadioField, TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import type { FieldErrors } from '../../parts/form';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { announce } from '../../parts/live';
import { Banner, Empty, Tag } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { AccountLock } from './account_lock';
import { NewCode } from './new_code';
import { vi } from '../../i18n/vi/people';
import { en } from '../../i18n/en/people';
import { vi as officeVi } from '../../i18n/vi/office';
import { en as officeEn } from '../../i18n/en/office';

const t = words(vi, en);
const office = words(officeVi, officeEn);

type GuardianOf = Student['guardians'][number];

const pageOf = (s: Student): string => `/van-phong/hoc-sinh/${s.id}`;
const RELATIONS = ['mother', 'father', 'other'] as const;

function Unlink({ student, guardian, onChange }: {
	student: Student; guardian: GuardianOf; onChange: () => void;
}): JSX.Element {
	const [isAsking, setAsking] = useState(false);
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>(undefined);
	const name = guardian.fullName;
	const drop = (): void => {
		setBusy(true);
		api.del(`/api/v1/students/${student.id}/guardians/${guardian.id}?version=${guardian.version ?? 0}`).then(() => {
			announce(t('guardian.removed', { name }));
			onChange();
		}, setError).finally(() => {
			setBusy(false);
			setAsking(false);
		});
	};
	return (
		<>
			{error === undefined ? null
				: <Banner tone="bad" live="assertive"><p>{sentence(error)}</p></Banner>}
			<Button small kind="secondary" label={t('guardian.remove.label', { name })} onClick={() => setAsking(true)}>
				{t('guardian.remove')}
			</Button>
			{isAsking
				? (
					<Confirm title={t('guardian.remove.ask', { name })} yes={t('guardian.remove')} isDanger busy={isBusy}
						onYes={drop} onNo={() => setAsking(false)}>
						<p>{t('guardian.remove.text', { name, student: student.fullName })}</p>
					</Confirm>
				)
				: null}
		</>
	);
}

/** The list on the student's page. */
export function Guardians({ student, onChange }: { student: Student; onChange: () => void }): JSX.Element {
	return (
		<>
			{student.guardians.length === 0 ? <p>{t('guardian.none')}</p> : (
				<ul class="guardians">
					{student.guardians.map((g) => (
						<li key={g.id}>
							<p>
								<strong>{g.fullName}</strong> – {t(`guardian.${g.relation}`)}
								{g.phone ? <> – <a class="nowrap" href={`tel:${g.phone}`}>{formatPhone(g.phone)}</a></> : null}
								{' '}{g.activated
									? <Tag tone="ok">{office('student.active')}</Tag> : <Tag>{office('student.invited')}</Tag>}
							</p>
							<div class="row">
								<ButtonLink small kind="secondary" href={`${pageOf(student)}/phu-huynh/${g.id}`}
									label={t('guardian.edit.label', { name: g.fullName })}>
									{t('guardian.edit')}
								</ButtonLink>
								<Unlink student={student} guardian={g} onChange={onChange} />
								{g.phone ? <><NewCode small person={g} onMade={onChange} /><AccountLock small person={g} /></> : null}
							</div>
						</li>
					))}
				</ul>
			)}
			<p>
				<ButtonLink kind="secondary" href={`${pageOf(student)}/phu-huynh/moi`}>{t('guardian.add')}</ButtonLink>
			</p>
		</>
	);
}

/* Whose the number is, as the server said. */
interface Known {
	person: string;
	isHere: boolean;
	fullName: string;
	children: string;
}

function AskKnown({ known, student, old, busy, onYes, onNo }: {
	known: Known; student: Student; old?: GuardianOf; busy: boolean; onYes: () => void; onNo: () => void;
}): JSX.Element {
	return (
		<Confirm title={t('guardian.known.title')} yes={t('guardian.known.yes')} no={t('guardian.known.no')}
			busy={busy} onYes={onYes} onNo={onNo}>
			<p>{t(known.isHere ? 'guardian.known.here' : 'guardian.known.far', { name: known.fullName })}</p>
			{known.children ? <p>{t('guardian.known.children', { children: known.children })}</p> : null}
			<p>{t('guardian.known.text', { student: student.fullName })}</p>
			{old ? <p>{t('guardian.known.replaces', { name: old.fullName })}</p> : null}
		</Confirm>
	);
}

function GuardianForm({ student, old }: { student: Student; old?: GuardianOf }): JSX.Element {
	const [known, setKnown] = useState<Known | null>(null);
	const confirmed = known?.person;
	const form = useForm({
		start: { fullName: old?.fullName ?? '', relation: old?.relation as string ?? '',
			phone: old?.phone ? formatPhone(old.phone) : '' },
		check: (v) => {
			const errors: FieldErrors<keyof typeof v> = {};
			if (!v.fullName.trim()) {
				errors.fullName = t('guardian.name.missing');
			}
			if (!v.relation) {
				errors.relation = t('guardian.relation.missing');
			}
			return errors;
		},
		send: async (v) => {
			const at = `/api/v1/students/${student.id}/guardians`;
			const body = { ...v, fullName: v.fullName.trim(), phone: v.phone.trim(),
				...(confirmed ? { confirm: confirmed } : {}) };
			const name = known ? known.fullName : body.fullName;
			setKnown(null);
			try {
				await (old ? api.put<Student>(`${at}/${old.id}`, { ...body, version: old.version })
					: api.post<Student>(at, body));
			} catch (error) {
				if (error instanceof ApiError && error.problem.code === 'school.guardian_known') {
					setKnown(error.problem.known as Known);
					return;
				}
				throw error;
			}
			navigateSaying(t(old ? 'guardian.saved' : 'guardian.added', { name }), pageOf(student));
		},
	});
	const { values: v, errors, set } = form;
	return (
		<>
			<Form form={form}>
				<h1>{t(old ? 'guardian.edit.title' : 'guardian.add.title', { name: student.fullName })}</h1>
				<TextField name="fullName" label={t('guardian.name')} value={v.fullName} error={errors.fullName}
					maxLength={120} autoComplete="off" onInput={(x) => set('fullName', x)} />
				<RadioField name="relation" label={t('guardian.relation')} value={v.relation} error={errors.relation}
					onChange={(x) => set('relation', x)}
					options={RELATIONS.map((r) => ({ value: r, label: t(`guardian.${r}`) }))} />
				<TextField name="phone" type="tel" label={t('guardian.phone')} width="w-20" value={v.phone}
					hint={old?.phone ? t('guardian.phone.warn') : t('guardian.phone.hint')} error={errors.phone}
					maxLength={20} autoComplete="off" onInput={(x) => set('phone', x)} />
				<div class="row">
					<Button type="submit" busy={form.isBusy}>{old ? t('save') : t('guardian.add')}</Button>
					<ButtonLink kind="secondary" href={pageOf(student)}>{t('cancel')}</ButtonLink>
				</div>
			</Form>
			{known
				? (
					<AskKnown known={known} student={student} {...(old ? { old } : {})} busy={form.isBusy}
						onYes={() => form.submit()} onNo={() => setKnown(null)} />
				)
				: null}
		</>
	);
}

/** With `person` that guardian is changed, without it a new one is added. */
export function GuardianPage({ id, person }: { id: string; person?: string }): JSX.Element {
	const loaded = useLoad<Student>(`guardian form ${id}`,
		(signal) => api.get(`/api/v1/students/${id}`, { signal }));
	return (
		<Show of={loaded}>{(s) => {
			const old = s.guardians.find((g) => g.id === person);
			return (
				<>
					<Breadcrumbs items={[
						{ href: pageOf(s), label: s.fullName },
						{ label: old ? old.fullName : t('guardian.add') },
					]} />
					{person && !old
						? <><h1>{s.fullName}</h1><Empty>{t('guardian.missing')}</Empty></>
						: <GuardianForm student={s} {...(old ? { old } : {})} />}
				</>
			);
		}}</Show>
	);
}
