/*
 * Lets the exam's page and the gradebook be loaded again while there is no network, by a service
 * worker. Browsers give those to secure origins only; on a closed network over plain HTTP both
 * work all the same, but for reloading while offline.
 */

const RETRY_MS = 5_000;

/* Everything this page has loaded so far, for the worker to keep. */
function loadedFiles(): string[] {
	const files = performance.getEntriesByType('resource').map((e) => new URL(e.name))
		.filter((u) => u.origin === location.origin && u.pathname.startsWith('/assets/'))
		.map((u) => u.pathname);
	return [...new Set(files)];
}

/* Installing fetches the page itself: a bad line makes it fail, which `ready` would never tell. */
function activated(worker: ServiceWorker): Promise<void> {
	return new Promise((done, fail) => {
		const look = (): void => {
			if (worker.state === 'activated') {
				done();
			} else if (worker.state === 'redundant') {
				fail(new Error('the worker could not be installed'));
			}
		};
		worker.addEventListener('statechange', look);
		look();
	});
}

export function keepOffline(): void {
	if (!('serviceWorker' in navigator) || !import.meta.env.PROD) {
		return;
	}
	const tell = async (): Promise<void> => {
		const { active, waiting, installing } = await navigator.serviceWorker.register('/sw.js');
		const worker = active ?? waiting ?? installing;
		if (worker) {
			await activated(worker);
			worker.postMessage({ t: 'keep', files: loadedFiles() });
		}
	};
	const start = (): void => void tell().catch(() => setTimeout(start, RETRY_MS));
	if (document.readyState === 'complete') {
		start();
	} else {
		window.addEventListener('load', start);
	}
}
