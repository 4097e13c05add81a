/* A guardian writes first: of which child, to whom at the child's school, what. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { api, idempotencyKey } from '../../lib/api';
import { words } from '../../lib/i18n';
import { useLoad } from '../../lib/load';
import { queryValue } from '../../lib/router';
import type { Child, Items } from '../../lib/types';
import { Button } from '../../parts/button';
import { RadioField, SelectField, TextArea, TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { Empty } from '../../parts/notice';
import { Show } from '../../parts/page_load';
import { vi } from '../../i18n/vi/messages';
import { en } from '../../i18n/en/messages';
import { TEXT_MAX, TITLE_MAX } from './limits';

const t = words(vi, en);

interface Values extends Record<string, unknown> {
	child: string;
	to: string;
	title: string;
	text: string;
}

function check(v: Values): Partial<Record<keyof Values & string, string>> {
	return {
		...(v.child ? {} : { child: t('student.missing') }),
		...(v.title.trim() ? {} : { title: t('title.missing') }),
		...(v.text.trim() ? {} : { text: t('text.missing') }),
	};
}

function Ask({ children }: { children: Child[] }): JSX.Element {
	const key = useRef(idempotencyKey());
	const named = queryValue('student') ?? (children.length === 1 ? children[0]?.student ?? '' : '');
	const form = useForm<Values>({
		start: { child: named, to: 'teacher', title: '', text: '' },
		check,
		send: async (v) => {
			const { id } = await api.post<{ id: string }>(`/api/v1/children/${v.child}/threads`,
				{ to: v.to, title: v.title.trim(), text: v.text.trim() }, { headers: key.current });
			navigateSaying(t('sent'), `/tin-nhan/${id}`);
		},
	});
	const v = form.values;
	const change = <K extends keyof Values>(name: K, value: Values[K]): void => {
		key.current = idempotencyKey(); /* another message than the one that may have been sent */
		form.set(name, value);
	};
	return (
		<Form form={form}>
			{children.length > 1
				? (
					<SelectField name="child" label={t('ask.child')} value={v.child} error={form.errors['child']} empty={t('choose')}
						onChange={(id) => change('child', id)}
						options={children.map((c) => ({ value: c.student, label: `${c.fullName}, ${c.className}, ${c.school.name}` }))} />
				)
				: null}
			<RadioField name="to" label={t('ask.to')} inline value={v.to} onChange={(x) => change('to', x)}
				options={[{ value: 'teacher', label: t('ask.teacher') }, { value: 'office', label: t('office') }]} />
			<TextField name="title" label={t('title')} width="wide" maxLength={TITLE_MAX} autoComplete="off" value={v.title}
				error={form.errors['title']} onInput={(x) => change('title', x)} />
			<TextArea name="text" label={t('text')} rows={8} maxLength={TEXT_MAX} value={v.text} error={form.errors['text']}
				hint={t('ask.hint')} onInput={(x) => change('text', x)} />
			<Button type="submit" busy={form.isBusy}>{t('send')}</Button>
		</Form>
	);
}

export function AskPage(): JSX.Element {
	const children = useLoad<Items<Child>>('children', (signal) => api.get('/api/v1/my/children', { signal }));
	return (
		<>
			<Breadcrumbs items={[{ href: '/tin-nhan', label: t('threads') }, { label: t('ask') }]} />
			<h1>{t('ask')}</h1>
			<Show of={children}>{({ items }) => (items.length === 0 ? <Empty>{t('ask.none')}</Empty> : <Ask children={items} />)}</Show>
		</>
	);
}
