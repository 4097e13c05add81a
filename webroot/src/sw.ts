/*
 * The service worker: keeps the pages of the exam, the gradebook and the roll call and the files they are
 * made of, so that a reload without a network works. It never answers for /api or the sockets,
 * and it never answers for another page.
 */
interface WaitableEvent extends Event {
	waitUntil(p: Promise<unknown>): void;
}

interface FetchedEvent extends WaitableEvent {
	readonly request: Request;
	respondWith(p: Promise<Response>): void;
}

interface Worker {
	skipWaiting(): Promise<void>;
	clients: { claim(): Promise<void> };
	addEventListener(name: 'install' | 'activate', f: (e: WaitableEvent) => void): void;
	addEventListener(name: 'message', f: (e: WaitableEvent & { data: unknown }) => void): void;
	addEventListener(name: 'fetch', f: (e: FetchedEvent) => void): void;
	readonly location: Location;
}

const worker = self as unknown as Worker;

const CACHE = 'truongthi-exam-1';
const EXAM_PAGE = '/exam.html';
const MARKS_PAGE = '/index.html'; /* asked for by the first address of the gradebook or the roll call that is opened */
const PAGE_PATIENCE_MS = 4000;

/* The page that an address is answered with when there is no network. */
function keptPage(path: string): string | null {
	if (/^\/thi\/[^/]+\/[^/]+\/?$/.test(path)) {
		return EXAM_PAGE;
	}
	return /^\/giao-vien\/(so-diem|diem-danh)(\/|$)/.test(path) ? MARKS_PAGE : null;
}

worker.addEventListener('install', (event) => {
	event.waitUntil(caches.open(CACHE).then((c) => c.addAll([EXAM_PAGE, '/favicon.svg']))
		.then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
	event.waitUntil(caches.keys()
		.then((names) => Promise.all(names.filter((n) => n !== CACHE).map((n) => caches.delete(n))))
		.then(() => worker.clients.claim()));
});

async function keep(files: string[]): Promise<void> {
	const cache = await caches.open(CACHE);
	for (const file of files) {
		if (!(await cache.match(file))) {
			await cache.add(file).catch(() => undefined);
		}
	}
}

worker.addEventListener('message', (event) => {
	const word = event.data as { t?: string; files?: unknown };
	if (word.t === 'keep' && Array.isArray(word.files)) {
		event.waitUntil(keep(word.files.filter((f): f is string =>
			typeof f === 'string' && f.startsWith('/assets/'))));
	}
});

/* Files with a hash in their name never change. */
async function fileFirst(request: Request): Promise<Response> {
	const cache = await caches.open(CACHE);
	const kept = await cache.match(request, { ignoreVary: true });
	if (kept) {
		return kept;
	}
	const answer = await fetch(request);
	if (answer.ok) {
		await cache.put(request, answer.clone());
	}
	return answer;
}

async function pageFirst(request: Request, page: string): Promise<Response> {
	const cache = await caches.open(CACHE);
	const patience = new Promise<never>((_, fail) => {
		setTimeout(() => fail(new Error('slow')), PAGE_PATIENCE_MS);
	});
	try {
		const answer = await Promise.race([fetch(request), patience]);
		if (answer.ok) {
			await cache.put(page, answer.clone());
		}
		return answer;
	} catch {
		return (await cache.match(page)) ?? Response.error();
	}
}

worker.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== worker.location.origin) {
		return;
	}
	const page = request.mode === 'navigate' ? keptPage(url.pathname) : null;
	if (page !== null) {
		event.respondWith(pageFirst(request, page));
	} else if (url.pathname.startsWith('/assets/')) {
		event.respondWith(fileFirst(request));
	}
});
