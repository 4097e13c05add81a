import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, ApiError, onSignedOut, sentence } from '../../src/lib/api';
import { setLang } from '../../src/lib/i18n';

type Answer = Response | 'down';

function answers(...list: Answer[]) {
	const calls: { url: string; init: RequestInit }[] = [];
	vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
		calls.push({ url, init });
		const next = list.shift();
		if (next === undefined || next === 'down') {
			throw new TypeError('network');
		}
		return next;
	});
	return calls;
}

const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
	new Response(JSON.stringify(value), {
		status,
		headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', ...headers },
	});

async function problemOf(p: Promise<unknown>): Promise<ApiError> {
	try {
		await p;
	} catch (error) {
		if (error instanceof ApiError) {
			return error;
		}
		throw error;
	}
	throw new Error('no error came');
}

afterEach(() => {
	vi.unstubAllGlobals();
	setLang('vi');
});

describe('api', () => {
	it('asks in the reader’s language and gives the value', async () => {
		const calls = answers(json({ now: 5 }));
		setLang('en');
		expect(await api.get('/api/v1/time', { query: { a: 1, b: undefined } })).toEqual({ now: 5 });
		expect(calls[0]?.url).toBe('/api/v1/time?a=1');
		expect((calls[0]?.init.headers as Record<string, string>)['Accept-Language']).toBe('en');
	});

	it('tries a GET again when the network or a busy server failed it', async () => {
		const busy = json({ code: 'busy' }, 503, { 'Retry-After': '0' });
		const calls = answers('down', busy, json({ ok: true }));
		expect(await api.get('/x')).toEqual({ ok: true });
		expect(calls.length).toBe(3);
	});

	it('gives a GET up after three tries', async () => {
		const calls = answers('down', 'down', 'down', json({}));
		expect((await problemOf(api.get('/x'))).problem).toMatchObject({ status: 0, code: 'network' });
		expect(calls.length).toBe(3);
	});

	it('never repeats a change', async () => {
		const calls = answers('down', json({}));
		await problemOf(api.post('/x', {}));
		expect(calls.length).toBe(1);
	});

	it('does not repeat what was refused', async () => {
		const calls = answers(json({ code: 'not_found', detail: 'Không có.' }, 404), json({}));
		const error = await problemOf(api.get('/x'));
		expect(sentence(error)).toBe('Không có.');
		expect(calls.length).toBe(1);
	});

	it('carries field errors and the current row', async () => {
		answers(json({ code: 'stale', errors: [{ field: 'name', code: 'long', detail: 'Dài' }],
			current: { version: 3 } }, 409));
		const error = await problemOf(api.put('/x', {}));
		expect(error.problem.errors).toEqual([{ field: 'name', code: 'long', detail: 'Dài' }]);
		expect(error.problem.current).toEqual({ version: 3 });
		expect(sentence(error)).toContain('người khác');
	});

	it('tells the client when the session has ended, but not while signing in', async () => {
		const seen = vi.fn();
		onSignedOut(seen);
		answers(json({ code: 'password' }, 401), json({ code: 'signed_out' }, 401));
		await problemOf(api.post('/api/v1/session', {}));
		expect(seen).not.toHaveBeenCalled();
		await problemOf(api.get('/api/v1/classes'));
		expect(seen).toHaveBeenCalledTimes(1);
	});

	it('gives up in time', async () => {
		vi.stubGlobal('fetch', (_url: string, init: RequestInit) => new Promise((_done, fail) => {
			init.signal?.addEventListener('abort', () => fail(new DOMException('x', 'AbortError')));
		}));
		const error = await problemOf(api.get('/x', { timeoutMs: 10, tries: 1 }));
		expect(error.problem.code).toBe('timeout');
	});

	it('takes a proxy’s page for what it is', async () => {
		answers(new Response('<html>', { status: 200, headers: { 'Content-Type': 'text/html' } }));
		expect((await problemOf(api.get('/x', { tries: 1 }))).problem.code).toBe('not_json');
	});
});
