/* Buttons. A button that is working says so and takes no second click. */
import type { ComponentChildren, JSX } from 'preact';

export interface ButtonProps {
	children: ComponentChildren;
	kind?: 'primary' | 'secondary' | 'danger';
	type?: 'button' | 'submit';
	small?: boolean;
	busy?: boolean;
	disabled?: boolean;
	label?: string; /* spoken name, when the visible text alone is not enough */
	describedBy?: string;
	onClick?: (event: MouseEvent) => void;
}

export function Button({ children, kind = 'primary', type = 'button', small, busy, disabled,
	label, describedBy, onClick }: ButtonProps): JSX.Element {
	const names = ['button', kind === 'primary' ? '' : kind, small ? 'small' : '']
		.filter(Boolean).join(' ');
	const click = (event: MouseEvent): void => {
		if (busy) {
			event.preventDefault();
			return;
		}
		onClick?.(event);
	};
	return (
		<button type={type} class={names} disabled={disabled} aria-disabled={busy ? 'true' : undefined}
			aria-busy={busy ? 'true' : undefined} aria-label={label}
			aria-describedby={describedBy} onClick={click}>
			{busy ? <span class="spinner" aria-hidden="true" /> : null}
			{children}
		</button>
	);
}

export interface ButtonLinkProps {
	href: string;
	children: ComponentChildren;
	kind?: 'primary' | 'secondary';
	small?: boolean;
	download?: string | boolean;
	label?: string; /* spoken name, when the visible text alone is not enough */
}

/** A link that leads somewhere and looks like a button. */
export function ButtonLink({ href, children, kind = 'primary', small, download, label }: ButtonLinkProps)
	: JSX.Element {
	const names = ['button', kind === 'primary' ? '' : kind, small ? 'small' : '']
		.filter(Boolean).join(' ');
	return <a href={href} class={names} download={download} aria-label={label}>{children}</a>;
}
