/* The frame of every page: skip link, bar with brand and tools, navigation, main, foot. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { lang, setLang, words } from '../lib/i18n';
import { path } from '../lib/router';
import { Flash } from './flash';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';

const t = words(vi, en);

export interface NavItem {
	href: string;
	label: string;
	also?: string; /* where more of its pages are */
}

export interface PageProps {
	title: string; /* the browser's title; the page's own <h1> is among the children */
	home?: string; /* where the brand leads */
	nav?: NavItem[];
	tools?: ComponentChildren; /* in the bar, before the language switch: who, sign out */
	narrow?: boolean;
	children: ComponentChildren;
}

/** Switches between Vietnamese and English; the label is in the language it leads to. */
export function LanguageSwitch(): JSX.Element {
	const next = lang.value === 'vi' ? 'en' : 'vi';
	return (
		<button type="button" class="button-link" lang={next} onClick={() => setLang(next)}>
			{next === 'en' ? 'English' : 'Tiếng Việt'}
		</button>
	);
}

function isCurrent({ href, also }: NavItem, items: NavItem[]): boolean {
	const at = path.value;
	if (at === href || (also && at.startsWith(`${also}/`))) {
		return true;
	}
	const isRootOfOthers = items.some((i) => i.href !== href && i.href.startsWith(`${href}/`));
	return !isRootOfOthers && at.startsWith(`${href}/`);
}

function Nav({ items }: { items: NavItem[] }): JSX.Element {
	const list = useRef<HTMLUListElement>(null);
	/* On a phone it is one line, drawn aside until where the reader is can be seen. */
	useEffect(() => {
		const at = list.current?.querySelector('[aria-current]');
		if (list.current && at) {
			const [all, one] = [list.current.getBoundingClientRect(), at.getBoundingClientRect()];
			if (one.left < all.left || one.right > all.right) {
				list.current.scrollLeft += one.left - all.left - (all.width - one.width) / 2;
			}
		}
	}, [path.value]);
	return (
		<nav class="nav" aria-label={t('nav.main')}>
			<ul class="wrap" ref={list}>
				{items.map((item) => (
					<li key={item.href}>
						<a href={item.href}
							aria-current={isCurrent(item, items) ? 'page' : undefined}>
							{item.label}
						</a>
					</li>
				))}
			</ul>
		</nav>
	);
}

/** First in every page: past the bar, to what the page is about. */
export function SkipLink(): JSX.Element {
	return <a class="skip" href="#main">{t('skip')}</a>;
}

export function Page({ title, home = '/', nav, tools, narrow, children }: PageProps): JSX.Element {
	const main = useRef<HTMLElement>(null);
	const seen = useRef(path.peek());
	/* The window is named by the page's own heading, whenever that comes or changes. */
	useEffect(() => {
		const name = (): void => {
			const heading = main.current?.querySelector('h1')?.textContent?.trim();
			document.title = `${heading || title} – Trường Thi`;
		};
		name();
		const watch = new MutationObserver(name);
		if (main.current) {
			watch.observe(main.current, { childList: true, subtree: true, characterData: true });
		}
		return () => watch.disconnect();
	}, [title]);
	/* After a move inside the client the reader starts at the new page, as after a load. */
	useEffect(() => {
		if (seen.current !== path.value) {
			seen.current = path.value;
			main.current?.focus();
		}
	}, [path.value]);
	const width = narrow ? 'wrap narrow' : 'wrap';
	return (
		<>
			<SkipLink />
			<header class="top">
				<div class="wrap">
					<a class="brand" href={home}>Trường Thi</a>
					<div class="tools">
						{tools}
						<LanguageSwitch />
					</div>
				</div>
			</header>
			{nav && nav.length > 0 ? <Nav items={nav} /> : null}
			<main id="main" tabIndex={-1} ref={main}>
				<div class={width}>
					<Flash />
					{children}
				</div>
			</main>
			<footer class="foot">
				<div class="wrap">
					<ul>
						<li><a href="/verify">{t('foot.verify')}</a></li>
					</ul>
				</div>
			</footer>
		</>
	);
}

/** Where this page stands: links to the pages above it, the page itself last without a link. */
export function Breadcrumbs({ items }: { items: { href?: string; label: string }[] })
	: JSX.Element {
	return (
		<nav class="breadcrumbs" aria-label={t('nav.here')}>
			<ol>
				{items.map((item) => (
					<li key={item.label}>
						{item.href
							? <a href={item.href}>{item.label}</a>
							: <span aria-current="page">{item.label}</span>}
					</li>
				))}
			</ol>
		</nav>
	);
}
