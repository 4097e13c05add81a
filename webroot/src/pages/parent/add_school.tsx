/* Another school behind the same sign-in: the code of its slip proves that the school means the
 * person who is signed in. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { joinCode } from '../../lib/join';
import { loadMe } from '../../lib/me';
import type { Named } from '../../lib/types';
import { Button } from '../../parts/button';
import { TextField } from '../../parts/field';
import { navigateSaying } from '../../parts/flash';
import { Form, useForm } from '../../parts/form';
import { Breadcrumbs } from '../../parts/layout';
import { t } from './words';

const CODE_MIN = 8;

export function AddSchool({ home }: { home: string }): JSX.Element {
	const form = useForm<{ code: string }>({
		mayBeLeft: true,
		start: { code: joinCode.peek() },
		check: (v) => v.code.replace(/[\s-]/g, '').length < CODE_MIN ? { code: t('add.short') } : {},
		send: async (v) => {
			const { school } = await api.post<{ school: Named }>('/api/v1/account/schools', { code: v.code.trim() });
			joinCode.value = '';
			await loadMe();
			navigateSaying(t('add.done', { name: school.name }), home);
		},
	});
	return (
		<>
			<Breadcrumbs items={[{ href: home, label: t('children') }, { label: t('add') }]} />
			<Form form={form}>
				<h1>{t('add')}</h1>
				<p>{t('add.text')}</p>
				<TextField name="code" label={t('add.code')} hint={t('add.hint')} code autoComplete="off"
					value={form.values.code} error={form.errors.code} maxLength={64}
					onInput={(v) => form.set('code', v)} />
				<Button type="submit" busy={form.isBusy}>{t('add.send')}</Button>
			</Form>
		</>
	);
}
