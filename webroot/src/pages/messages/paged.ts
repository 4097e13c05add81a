/* A list that is fetched page by page: the newest first, and more when asked for. */
import { useEffect, useState } from 'preact/hooks';
import { useLoad } from '../../lib/load';

export interface Page<T, N> {
	items: T[];
	next: N | null;
}

export interface Paged<T> {
	items: T[] | undefined; /* undefined: not there yet */
	error: unknown;
	hasMore: boolean;
	more: () => void;
	reload: () => void;
}

export function usePaged<T, N>(key: string, load: (after: N | undefined, signal?: AbortSignal) => Promise<Page<T, N>>)
	: Paged<T> {
	const first = useLoad<Page<T, N>>(key, (signal) => load(undefined, signal));
	const [rest, setRest] = useState<{ items: T[]; next: N | null } | null>(null);
	const [error, setError] = useState<unknown>(undefined);
	useEffect(() => setRest(null), [first.value]);
	const next = rest ? rest.next : first.value?.next ?? null;
	const more = (): void => {
		if (next !== null) {
			setError(undefined);
			load(next).then((page) => setRest({ items: [...(rest?.items ?? []), ...page.items], next: page.next }), setError);
		}
	};
	return {
		items: first.value ? [...first.value.items, ...(rest?.items ?? [])] : undefined,
		error: error ?? first.error, hasMore: next !== null, more, reload: first.reload,
	};
}
