/* What teachers wrote about a student, the newest term first. */
import type { JSX } from 'preact';
import { api } from '../../lib/api';
import { useLoad } from '../../lib/load';
import { roman } from '../../lib/number';
import { formatDate } from '../../lib/time';
import type { FamilyRemark, Items } from '../../lib/types';
import { Empty } from '../notice';
import { Show } from '../page_load';
import { t } from './words';

export function RemarkText({ remark }: { remark: FamilyRemark }): JSX.Element {
	return (
		<li>
			<p><strong>{remark.subject ?? t('remark.homeroom')}</strong></p>
			<p>{remark.text}</p>
			<p class="quiet">{t('remark.by', { writer: remark.writer, day: formatDate(remark.at) })}</p>
		</li>
	);
}

/* Those of one term stand together, as they come. */
function byTerm(items: FamilyRemark[]): FamilyRemark[][] {
	const groups: FamilyRemark[][] = [];
	for (const item of items) {
		const last = groups[groups.length - 1];
		if (last?.[0] && last[0].year === item.year && last[0].term === item.term) {
			last.push(item);
		} else {
			groups.push([item]);
		}
	}
	return groups;
}

export function RemarksView({ address }: { address: string }): JSX.Element {
	const found = useLoad<Items<FamilyRemark>>(address, (signal) => api.get(address, { signal }));
	return (
		<Show of={found}>{({ items }) => items.length === 0 ? <Empty>{t('remarks.none')}</Empty> : (
			<>
				{byTerm(items).map((group) => group[0] ? (
					<section key={`${group[0].year} ${group[0].term}`}>
						<h2>{t('remark.term', { term: roman(group[0].term), year: group[0].year })}</h2>
						<ul class="news">{group.map((r) => <RemarkText key={r.subject} remark={r} />)}</ul>
					</section>
				) : null)}
			</>
		)}</Show>
	);
}
