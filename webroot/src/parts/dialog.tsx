/*
 * A dialog on the browser's own <dialog>: the focus stays inside, Escape closes it when it
 * may be closed, and afterwards the focus returns to where it was.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { words } from '../lib/i18n';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';
import { Button } from './button';

const t = words(vi, en);

export interface DialogProps {
	title: string;
	onClose?: () => void; /* without it the dialog cannot be left by Escape */
	children: ComponentChildren;
}

/** Is on screen as long as it is drawn. */
export function Dialog({ title, onClose, children }: DialogProps): JSX.Element {
	const box = useRef<HTMLDialogElement>(null);
	const id = useId();
	/* A layout effect: the focus is back before anybody can give it to something else. */
	useLayoutEffect(() => {
		const before = document.activeElement;
		const dialog = box.current;
		if (dialog && typeof dialog.showModal === 'function') {
			dialog.showModal();
		} else {
			dialog?.setAttribute('open', '');
		}
		return () => {
			dialog?.close?.();
			if (before instanceof HTMLElement) {
				before.focus();
			}
		};
	}, []);
	const cancel = (event: Event): void => {
		event.preventDefault();
		onClose?.();
	};
	return (
		<dialog class="dialog" ref={box} aria-labelledby={id} onCancel={cancel}>
			<h2 id={id}>{title}</h2>
			{children}
		</dialog>
	);
}

export interface ConfirmProps {
	title: string;
	children: ComponentChildren;
	yes: string; /* says what will be done, never "OK" */
	no?: string;
	isDanger?: boolean;
	busy?: boolean;
	onYes: () => void;
	onNo: () => void;
}

export function Confirm({ title, children, yes, no, isDanger, busy, onYes, onNo }: ConfirmProps)
	: JSX.Element {
	return (
		<Dialog title={title} onClose={onNo}>
			{children}
			<div class="row">
				<Button kind={isDanger ? 'danger' : 'primary'} busy={busy ?? false} onClick={onYes}>{yes}</Button>
				<Button kind="secondary" onClick={onNo}>{no ?? t('cancel')}</Button>
			</div>
		</Dialog>
	);
}
