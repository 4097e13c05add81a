/*
 * The start of every page but the exam hall's own. The address decides which part of the
 * client is fetched; a parent's phone never loads the teacher's code.
 */
import './styles/index.css';
import type { ComponentType, JSX } from 'preact';
import { render } from 'preact';
import { signal } from '@preact/signals';
import { onSignedOut } from './lib/api';
import { me } from './lib/me';
import { navigate, path, startRouter } from './lib/router';
import { Page } from './parts/layout';
import { Boundary } from './parts/boundary';
import { LiveRegion } from './parts/live';
import { NotFound } from './parts/not_found';
import { Failed, Waiting } from './parts/notice';

type PageModule = { default: ComponentType };

/* The first part of the address → its page. Each import() becomes a file of its own. */
const pages: Record<string, () => Promise<PageModule>> = {
	'': () => import('./pages/sign_in/sign_in'),
	'activate': () => import('./pages/sign_in/activate'),
	'verify': () => import('./pages/verify/verify'),
	'phu-huynh': () => import('./pages/parent/parent'),
	'van-phong': () => import('./pages/office/office'),
	'giao-vien': () => import('./pages/teacher/teacher'),
	'thi': () => import('./pages/student/student'),
	'thi/': () => import('./pages/exam/exam'), /* usually by exam.html, which is lighter */
	'hoc-sinh': () => import('./pages/student/student'),
	'so-giao-duc': () => import('./pages/department/department'),
	'thong-bao': () => import('./pages/messages/messages'),
	'tin-nhan': () => import('./pages/messages/messages'),
	'xac-nhan-email': () => import('./pages/messages/confirm'),
};

const shown = signal<{ name: string; page: ComponentType } | null>(null);
const failure = signal<unknown>(undefined);

async function fetchPage(name: string): Promise<void> {
	const load = pages[name];
	if (!load) {
		shown.value = { name, page: Nowhere };
		return;
	}
	failure.value = undefined;
	try {
		const module = await load();
		if (pageName() === name) {
			shown.value = { name, page: module.default };
		}
	} catch (error) {
		failure.value = error;
	}
}

/* "giao-vien" of /giao-vien/ca-thi; an exam under /thi is a page of its own. */
function pageName(): string {
	return /^\/thi\/[^/]+\/./.test(path.value) ? 'thi/' : path.value.split('/')[1] ?? '';
}

function Nowhere(): JSX.Element {
	return <Page title="…" narrow><NotFound home="/" /></Page>;
}

function App(): JSX.Element {
	const name = pageName();
	const now = shown.value;
	let content: JSX.Element;
	if (failure.value !== undefined) {
		content = (
			<Page title="…" narrow>
				<Failed error={failure.value} onRetry={() => location.reload()} />
			</Page>
		);
	} else if (now && now.name === name) {
		const Shown = now.page;
		content = <Shown />;
	} else {
		content = <Page title="…"><Waiting /></Page>;
	}
	return (
		<>
			<LiveRegion />
			<Boundary key={name}>{content}</Boundary>
		</>
	);
}

/* A session that ended: back to the sign-in page, and afterwards to where the reader was. */
onSignedOut(() => {
	me.value = null;
	const here = location.pathname + location.search;
	if (pageName() !== '') {
		navigate(`/?next=${encodeURIComponent(here)}&ended=1`, { replace: true });
	}
});

startRouter();
path.subscribe(() => void fetchPage(pageName()));
const root = document.getElementById('app');
if (root) {
	render(<App />, root);
}
