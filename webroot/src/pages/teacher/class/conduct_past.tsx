/* Everything that was said of a student's conduct in the year, as the class's chained history has it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../../lib/api';
import { useLoad } from '../../../lib/load';
import { roman } from '../../../lib/number';
import { formatDateTime } from '../../../lib/time';
import type { ConductChange, Items, Level } from '../../../lib/types';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { Empty } from '../../../parts/notice';
import { Show } from '../../../parts/page_load';
import { Table } from '../../../parts/table';
import { levelText } from './cells';
import { t } from './words';

const said = (level: Level | null): string => level === null ? t('conduct.past.empty') : levelText(level);

interface Props {
	classId: string;
	student: { id: string; fullName: string };
}

function Past({ classId, student, onClose }: Props & { onClose: () => void }): JSX.Element {
	const address = `/api/v1/classes/${classId}/conduct-history/${student.id}`;
	const history = useLoad<Items<ConductChange>>(address, (signal) => api.get(address, { signal }));
	const title = t('conduct.past.of', { name: student.fullName });
	return (
		<Dialog title={title} onClose={onClose}>
			<Show of={history}>{({ items }) => items.length === 0 ? <Empty>{t('conduct.past.none')}</Empty> : (
				<Table caption={title} hideCaption stacked rows={[...items].reverse()} rowKey={(c) => `${c.at} ${c.term} ${c.stage}`}
					columns={[
						{ key: 'when', title: t('conduct.past.when'), isHeading: true, cell: (c) => formatDateTime(c.at) },
						{
							key: 'place', title: t('conduct.past.place'), narrow: 'inline',
							cell: (c) => c.stage === 'summer' ? t('conduct.summer') : t('term', { number: roman(c.term) }),
						},
						{
							key: 'change', title: t('conduct.past.change'), narrow: 'inline',
							cell: (c) => <><del>{said(c.old)}</del> → <ins>{said(c.new)}</ins></>,
						},
						{ key: 'who', title: t('conduct.past.who'), narrow: 'inline', cell: (c) => c.personName },
					]} />
			)}</Show>
			<div class="row"><Button kind="secondary" onClick={onClose}>{t('conduct.past.close')}</Button></div>
		</Dialog>
	);
}

export function ConductPast(props: Props): JSX.Element {
	const [isOpen, setOpen] = useState(false);
	return (
		<>
			<Button small kind="secondary" onClick={() => setOpen(true)}>{t('conduct.past')}</Button>
			{isOpen ? <Past {...props} onClose={() => setOpen(false)} /> : null}
		</>
	);
}
