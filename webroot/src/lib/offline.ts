/*
 * Lets the exam's page and the gradebook be loaded again while there is no network, by a service
 * worker. Browsers give those to secure origins only; on a closed network over plain HTTP both
 * work all the same, but for reloading while offline.
 */

/* Everything this page has loaded so far, for the worker to keep. */
function loadedFiles(): string[] {
	const files = performance.getEntriesByType('resource').map((e) => new URL(e.name))
		.filter((u) => u.origin === location.origin && u.pathname.startsWith('/assets/'))
		.map((u) => u.pathname);
	return [...new Set(files)];
}

export function keepOffline(): void {
	if (!('serviceWorker' in navigator) || !import.meta.env.PROD) {
		return;
	}
	const tell = async (): Promise<void> => {
		await navigator.serviceWorker.register('/sw.js');
		const { active } = await navigator.serviceWorker.ready;
		active?.postMessage({ t: 'keep', files: loadedFiles() });
	};
	const start = (): void => void tell().catch(() => undefined);
	if (document.readyState === 'complete') {
		start();
	} else {
		window.addEventListener('load', start);
	}
}
