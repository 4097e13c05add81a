/* Tabs after the ARIA pattern: arrows move, Home and End jump, one tab stop for all. */
import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';

export interface TabItem {
	id: string;
	label: ComponentChildren;
}

export interface TabsProps {
	label: string;
	items: TabItem[];
	selected: string;
	onSelect: (id: string) => void;
	children: ComponentChildren; /* the panel of the selected tab */
}

export function Tabs({ label, items, selected, onSelect, children }: TabsProps): JSX.Element {
	const list = useRef<HTMLDivElement>(null);
	const go = (index: number): void => {
		const item = items[(index + items.length) % items.length];
		if (item) {
			onSelect(item.id);
			list.current?.querySelector<HTMLElement>(`#tab-${item.id}`)?.focus();
		}
	};
	const keys = (event: KeyboardEvent): void => {
		const at = items.findIndex((i) => i.id === selected);
		const to = event.key === 'ArrowRight' ? at + 1
			: event.key === 'ArrowLeft' ? at - 1
			: event.key === 'Home' ? 0
			: event.key === 'End' ? items.length - 1
			: null;
		if (to !== null) {
			event.preventDefault();
			go(to);
		}
	};
	return (
		<>
			<div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={keys}>
				{items.map((item) => (
					<button type="button" class="tab" role="tab" key={item.id} id={`tab-${item.id}`}
						aria-selected={item.id === selected} aria-controls={`panel-${item.id}`}
						tabIndex={item.id === selected ? 0 : -1} onClick={() => onSelect(item.id)}>
						{item.label}
					</button>
				))}
			</div>
			<div role="tabpanel" id={`panel-${selected}`} aria-labelledby={`tab-${selected}`}
				tabIndex={0}>
				{children}
			</div>
		</>
	);
}
