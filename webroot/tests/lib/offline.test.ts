/* The worker that keeps pages for a time without a network: installing it may fail on a bad line. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepOffline } from '../../src/lib/offline';

class FakeWorker extends EventTarget {
	readonly heard: unknown[] = [];
	constructor(public state: string) {
		super();
	}
	become(state: string): void {
		this.state = state;
		this.dispatchEvent(new Event('statechange'));
	}
	postMessage(message: unknown): void {
		this.heard.push(message);
	}
}

beforeEach(() => {
	vi.useFakeTimers();
	vi.stubEnv('PROD', true);
	vi.stubGlobal('document', { readyState: 'complete' });
	vi.stubGlobal('location', { origin: 'https://truong.example' });
	vi.stubGlobal('performance', { getEntriesByType: () => [{ name: 'https://truong.example/assets/exam-1.js' }] });
});

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllEnvs();
	vi.unstubAllGlobals();
});

it('is tried again until it stands, and is told then what to keep', async () => {
	const workers = [new FakeWorker('installing'), new FakeWorker('installing')];
	let count = 0;
	const register = vi.fn(() => {
		count++;
		return count === 1 ? Promise.reject(new TypeError('no network'))
			: Promise.resolve({ active: null, waiting: null, installing: workers[count - 2] });
	});
	vi.stubGlobal('navigator', { serviceWorker: { register } });
	keepOffline();
	await vi.advanceTimersByTimeAsync(5_000);
	expect(register).toHaveBeenCalledTimes(2);
	workers[0]?.become('redundant'); /* a file of the page did not come */
	await vi.advanceTimersByTimeAsync(5_000);
	expect(register).toHaveBeenCalledTimes(3);
	workers[1]?.become('activated');
	await vi.advanceTimersByTimeAsync(60_000);
	expect(register).toHaveBeenCalledTimes(3);
	expect(workers.map((w) => w.heard)).toEqual([[], [{ t: 'keep', files: ['/assets/exam-1.js'] }]]);
});
