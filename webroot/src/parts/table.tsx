/* Tables on native semantics: caption, headings, sorting by a real button in the heading. */
import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { words } from '../lib/i18n';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';

const t = words(vi, en);

export interface Column<R> {
	key: string;
	title: string;
	cell: (row: R) => ComponentChildren;
	align?: 'num' | 'mid';
	isHeading?: boolean; /* the cell names its row */
	/* In a row that is a card: on the line of the one before, without its label, both, or not. */
	narrow?: 'inline' | 'plain' | 'beside' | 'hide';
	sortBy?: (row: R) => string | number; /* makes the column sortable */
}

export interface TableProps<R> {
	caption: string;
	hideCaption?: boolean;
	columns: Column<R>[];
	rows: R[];
	rowKey: (row: R) => string;
	rowClass?: (row: R) => string | undefined;
	stacked?: boolean; /* on a narrow screen each row becomes a card */
	dense?: boolean;
	empty?: string;
}

const byVietnamese = new Intl.Collator('vi').compare;

function compare(a: string | number, b: string | number): number {
	return typeof a === 'number' && typeof b === 'number'
		? a - b : byVietnamese(String(a), String(b));
}

function Heading<R>({ column, order, onSort }: {
	column: Column<R>; order: 'ascending' | 'descending' | undefined; onSort: () => void;
}): JSX.Element {
	const arrow = order === 'ascending' ? ' ▲' : order === 'descending' ? ' ▼' : '';
	return (
		<th scope="col" class={column.align} aria-sort={order}>
			{column.sortBy
				? (
					<button type="button" class="sort" onClick={onSort}>
						{column.title}<span aria-hidden="true">{arrow}</span>
					</button>
				)
				: column.title}
		</th>
	);
}

function Cell<R>({ column, row, stacked }: { column: Column<R>; row: R; stacked: boolean })
	: JSX.Element {
	const content = column.cell(row);
	const names = [column.align, column.narrow ? `narrow-${column.narrow}` : '']
		.filter(Boolean).join(' ') || undefined;
	return column.isHeading
		? <th scope="row" class={names}>{content}</th>
		: <td class={names} data-label={stacked ? column.title : undefined}>{content}</td>;
}

export function Table<R>(props: TableProps<R>): JSX.Element {
	const { caption, columns, rows, rowKey, rowClass, stacked = false } = props;
	const [sort, setSort] = useState<{ key: string; isDown: boolean } | null>(null);
	const sorted = useMemo(() => {
		const by = columns.find((c) => c.key === sort?.key)?.sortBy;
		if (!sort || !by) {
			return rows;
		}
		const up = [...rows].sort((a, b) => compare(by(a), by(b)));
		return sort.isDown ? up.reverse() : up;
	}, [rows, columns, sort]);
	const orderOf = (key: string): 'ascending' | 'descending' | undefined =>
		sort?.key !== key ? undefined : sort.isDown ? 'descending' : 'ascending';
	const flip = (key: string): void =>
		setSort((old) => ({ key, isDown: old?.key === key ? !old.isDown : false }));
	const names = [stacked ? 'stacked' : '', props.dense ? 'dense' : ''].filter(Boolean).join(' ');
	return (
		<div class="table-scroll" role="region" aria-label={caption} tabIndex={0}>
			<table class={names || undefined}>
				<caption class={props.hideCaption ? 'sr' : undefined}>{caption}</caption>
				<thead>
					<tr>
						{columns.map((c) => (
							<Heading key={c.key} column={c} order={orderOf(c.key)} onSort={() => flip(c.key)} />
						))}
					</tr>
				</thead>
				<tbody>
					{sorted.map((row) => (
						<tr key={rowKey(row)} class={rowClass?.(row)}>
							{columns.map((c) => <Cell key={c.key} column={c} row={row} stacked={stacked} />)}
						</tr>
					))}
					{rows.length === 0
						? <tr><td colSpan={columns.length}>{props.empty ?? t('table.empty')}</td></tr>
						: null}
				</tbody>
			</table>
		</div>
	);
}

/** Page n of many; pages are counted from 1. */
export function Pages({ page, count, onPage }: {
	page: number; count: number; onPage: (page: number) => void;
}): JSX.Element | null {
	if (count <= 1) {
		return null;
	}
	return (
		<nav class="pages" aria-label={t('pages.label')}>
			<button type="button" class="button secondary small" disabled={page <= 1}
				onClick={() => onPage(page - 1)}>{t('pages.back')}</button>
			<span>{t('pages.at', { page, count })}</span>
			<button type="button" class="button secondary small" disabled={page >= count}
				onClick={() => onPage(page + 1)}>{t('pages.next')}</button>
		</nav>
	);
}
