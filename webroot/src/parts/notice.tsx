/* Banners, insets, tags, waiting, empty: the small things that say how matters stand. */
import type { ComponentChildren, JSX } from 'preact';
import { sentence } from '../lib/api';
import { words } from '../lib/i18n';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';
import { Button } from './button';

const t = words(vi, en);

export type Tone = 'info' | 'ok' | 'warn' | 'bad';

/** `live` decides how a screen reader hears of it: at once, when there is a pause, or not. */
export function Banner({ tone = 'info', title, live = 'off', children }: {
	tone?: Tone; title?: string; live?: 'off' | 'polite' | 'assertive'; children?: ComponentChildren;
}): JSX.Element {
	const role = live === 'assertive' ? 'alert' : live === 'polite' ? 'status' : undefined;
	return (
		<div class={`banner ${tone}`} role={role}>
			{title ? <h2>{title}</h2> : null}
			{children}
		</div>
	);
}

export function Tag({ tone, children }: { tone?: Tone | 'quiet'; children: ComponentChildren })
	: JSX.Element {
	return <span class={tone && tone !== 'quiet' ? `tag ${tone}` : 'tag'}>{children}</span>;
}

export function Waiting({ text }: { text?: string }): JSX.Element {
	return (
		<div class="waiting" role="status">
			<span class="spinner" aria-hidden="true" />
			{text ?? t('loading')}
		</div>
	);
}

/** An error that stopped a page or a part of it, with the way to try again. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }): JSX.Element {
	return (
		<Banner tone="bad" live="assertive" title={t('failed.title')}>
			<p>{sentence(error)}</p>
			{onRetry ? <Button kind="secondary" small onClick={onRetry}>{t('retry')}</Button> : null}
		</Banner>
	);
}

export function Empty({ children }: { children: ComponentChildren }): JSX.Element {
	return <div class="inset"><p>{children}</p></div>;
}

export interface Pair {
	label: ComponentChildren;
	value: ComponentChildren;
}

/** Names and values under one another. */
export function Pairs({ items }: { items: Pair[] }): JSX.Element {
	return (
		<dl class="pairs">
			{items.map((item, i) => (
				<div key={i}>
					<dt>{item.label}</dt>
					<dd>{item.value}</dd>
				</div>
			))}
		</dl>
	);
}

export function Progress({ label, value, max }: { label: string; value: number; max: number })
	: JSX.Element {
	return <progress class="progress" value={value} max={max} aria-label={label} />;
}
