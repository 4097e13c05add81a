/*
 * Calls to /api/v1. Errors are RFC 9457 problem documents with a stable `code` and a sentence
 * in the reader's language, so a page can show `sentence(error)` as it is. A GET is tried
 * again when the network or a busy server failed it; a change is never repeated by itself,
 * because the first one may have been carried out.
 */
import { lang, words } from './i18n';
import { vi } from '../i18n/vi/api';
import { en } from '../i18n/en/api';

const t = words(vi, en);

const TIMEOUT_MS = 15_000;
const UPLOAD_TIMEOUT_MS = 120_000;
const GET_TRIES = 3;
const BACKOFF_MS = 400;
const RETRY_AFTER_MAX_MS = 5_000;

/** One thing the server refused: a member of the request, or a place in an uploaded file. */
export interface FieldProblem {
	field?: string;
	where?: string;
	row?: number;
	column?: string;
	code: string;
	detail: string;
}

export interface Problem {
	status: number; /* 0 when no answer came */
	code: string;
	title?: string;
	detail?: string;
	errors?: FieldProblem[];
	current?: unknown; /* with `stale`: the row as it stands now */
	known?: unknown; /* with `school.guardian_known`: whose the phone number is */
	retryAfterMs?: number;
}

export class ApiError extends Error {
	readonly problem: Problem;
	constructor(problem: Problem) {
		super(problem.detail ?? problem.code);
		this.name = 'ApiError';
		this.problem = problem;
	}
}

export interface CallOptions {
	isLasting?: boolean; /* goes out even when the page is gone in the next moment: small bodies only */
	signal?: AbortSignal;
	timeoutMs?: number;
	query?: Record<string, string | number | boolean | undefined>;
	headers?: Record<string, string>;
	tries?: number; /* for GET; 1 switches retrying off */
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let signedOut: () => void = () => undefined;

/** Called when the server says that the session has ended (401 on anything but signing in). */
export function onSignedOut(handler: () => void): void {
	signedOut = handler;
}

/** The sentence to show for any error: the server's own when it sent one. */
export function sentence(error: unknown): string {
	if (!(error instanceof ApiError)) {
		return t('error.unexpected');
	}
	const { problem } = error;
	if (problem.detail) {
		return problem.detail;
	}
	if (problem.status === 0) {
		return problem.code === 'timeout' ? t('error.timeout') : t('error.network');
	}
	if (problem.status === 401) {
		return t('error.signed_out');
	}
	if (problem.status === 403) {
		return t('error.denied');
	}
	if (problem.status === 404) {
		return t('error.not_found');
	}
	if (problem.status === 409) {
		return t('error.conflict');
	}
	if (problem.status === 413) {
		return t('error.too_large');
	}
	if (problem.status === 429 || problem.status === 503) {
		return t('error.busy');
	}
	return t('error.server', { status: String(problem.status) });
}

function retryAfter(response: Response): number | undefined {
	const seconds = Number(response.headers.get('Retry-After') ?? NaN);
	return Number.isFinite(seconds) ? Math.min(seconds * 1000, RETRY_AFTER_MAX_MS) : undefined;
}

async function problemOf(response: Response): Promise<Problem> {
	const problem: Problem = { status: response.status, code: `http_${response.status}` };
	const wait = retryAfter(response);
	if (wait !== undefined) {
		problem.retryAfterMs = wait;
	}
	try {
		const body = (await response.json()) as Partial<Problem>;
		if (typeof body.code === 'string') {
			problem.code = body.code;
		}
		if (typeof body.title === 'string') {
			problem.title = body.title;
		}
		if (typeof body.detail === 'string') {
			problem.detail = body.detail;
		}
		if (Array.isArray(body.errors)) {
			problem.errors = body.errors;
		}
		problem.current = body.current;
		problem.known = body.known;
	} catch {
		/* not a problem document: a proxy's page; the status says enough */
	}
	return problem;
}

function address(path: string, query: CallOptions['query']): string {
	const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
	if (pairs.length === 0) {
		return path;
	}
	const search = new URLSearchParams(pairs.map(([k, v]) => [k, String(v)]));
	return `${path}?${search.toString()}`;
}

/* A signal that fires when the caller's does or when the time is over, whichever is first. */
function deadline(ms: number, outer: AbortSignal | undefined) {
	const controller = new AbortController();
	const state = { timedOut: false };
	const timer = setTimeout(() => {
		state.timedOut = true;
		controller.abort();
	}, ms);
	const stop = (): void => controller.abort();
	outer?.addEventListener('abort', stop);
	if (outer?.aborted) {
		controller.abort();
	}
	return {
		signal: controller.signal,
		state,
		end(): void {
			clearTimeout(timer);
			outer?.removeEventListener('abort', stop);
		},
	};
}

async function once(method: Method, path: string, body: BodyInit | undefined,
	headers: Record<string, string>, options: CallOptions): Promise<Response> {
	const limit = deadline(options.timeoutMs ?? TIMEOUT_MS, options.signal);
	try {
		const init: RequestInit = {
			method,
			headers,
			signal: limit.signal,
			credentials: 'same-origin',
			cache: 'no-store',
		};
		if (body !== undefined) {
			init.body = body;
		}
		if (options.isLasting) {
			init.keepalive = true;
		}
		return await fetch(address(path, options.query), init);
	} catch (error) {
		if (options.signal?.aborted) {
			throw error;
		}
		throw new ApiError({ status: 0, code: limit.state.timedOut ? 'timeout' : 'network' });
	} finally {
		limit.end();
	}
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const isWorthRetrying = (p: Problem): boolean =>
	p.status === 0 || p.status === 502 || p.status === 503 || p.status === 504;

async function call<T>(method: Method, path: string, body: BodyInit | undefined,
	headers: Record<string, string>, options: CallOptions): Promise<T> {
	const tries = method === 'GET' ? options.tries ?? GET_TRIES : 1;
	const all = {
		Accept: 'application/json, application/problem+json',
		'Accept-Language': lang.peek(),
		...headers,
		...options.headers,
	};
	for (let i = 1; ; i++) {
		try {
			const response = await once(method, path, body, all, options);
			if (response.ok) {
				return await valueOf<T>(response);
			}
			throw new ApiError(await problemOf(response));
		} catch (error) {
			if (!(error instanceof ApiError)) {
				throw error;
			}
			if (i >= tries || !isWorthRetrying(error.problem)) {
				if (error.problem.status === 401 && !path.startsWith('/api/v1/session')) {
					signedOut();
				}
				throw error;
			}
			const backoff = BACKOFF_MS * 2 ** (i - 1) * (0.5 + Math.random());
			await pause(error.problem.retryAfterMs ?? backoff);
		}
	}
}

async function valueOf<T>(response: Response): Promise<T> {
	if (response.status === 204) {
		return undefined as T;
	}
	const type = response.headers.get('Content-Type') ?? '';
	if (!type.includes('json')) {
		throw new ApiError({ status: 0, code: 'not_json', detail: t('error.not_json') });
	}
	return (await response.json()) as T;
}

const JSON_BODY = { 'Content-Type': 'application/json' };

const withJson = <T>(method: Method, path: string, value: unknown, options: CallOptions)
	: Promise<T> => value === undefined
	? call<T>(method, path, undefined, {}, options)
	: call<T>(method, path, JSON.stringify(value), JSON_BODY, options);

export const api = {
	get: <T>(path: string, options: CallOptions = {}): Promise<T> =>
		call<T>('GET', path, undefined, {}, options),
	post: <T = void>(path: string, value?: unknown, options: CallOptions = {}): Promise<T> =>
		withJson<T>('POST', path, value, options),
	put: <T = void>(path: string, value?: unknown, options: CallOptions = {}): Promise<T> =>
		withJson<T>('PUT', path, value, options),
	patch: <T = void>(path: string, value?: unknown, options: CallOptions = {}): Promise<T> =>
		withJson<T>('PATCH', path, value, options),
	del: <T = void>(path: string, options: CallOptions = {}): Promise<T> =>
		call<T>('DELETE', path, undefined, {}, options),

	/** Fetches what changes now and then: null when it is still as `tag` names it. */
	async fresh<T>(path: string, tag: string | null, options: CallOptions = {})
		: Promise<{ value: T; tag: string | null } | null> {
		const headers = {
			Accept: 'application/json, application/problem+json',
			'Accept-Language': lang.peek(),
			...(tag === null ? {} : { 'If-None-Match': tag }),
			...options.headers,
		};
		const response = await once('GET', path, undefined, headers, options);
		if (response.status === 304) {
			return null;
		}
		if (!response.ok) {
			throw new ApiError(await problemOf(response));
		}
		return { value: await valueOf<T>(response), tag: response.headers.get('ETag') };
	},

	/** Sends a file as multipart `file`; what the server made of it comes back. */
	upload: <T>(path: string, file: File, options: CallOptions = {}): Promise<T> => {
		const form = new FormData();
		form.append('file', file, file.name.normalize('NFC'));
		return call<T>('POST', path, form, {}, { timeoutMs: UPLOAD_TIMEOUT_MS, ...options });
	},

	/** Fetches bytes (a sealed paper, a PDF); with `post` by a POST that changes something
	 * (undefined: one without a body). */
	async bytes(path: string, options: CallOptions & { post?: unknown } = {}): Promise<Uint8Array> {
		const isPost = 'post' in options;
		const headers = {
			'Accept-Language': lang.peek(),
			...(options.post === undefined ? {} : JSON_BODY),
			...options.headers,
		};
		const body = options.post === undefined ? undefined : JSON.stringify(options.post);
		const response = await once(isPost ? 'POST' : 'GET', path, body, headers, options);
		if (!response.ok) {
			throw new ApiError(await problemOf(response));
		}
		return new Uint8Array(await response.arrayBuffer());
	},
};

/** A new key for a change that may be sent twice: the server carries it out once. */
export function idempotencyKey(): Record<string, string> {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	const text = btoa(String.fromCharCode(...bytes));
	return { 'Idempotency-Key': text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') };
}

/** Hands bytes to the reader as a file to save. */
export function saveAs(bytes: Uint8Array, name: string, type: string): void {
	const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type }));
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
