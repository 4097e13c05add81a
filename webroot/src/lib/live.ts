/* Something that is asked for again and again while the page is looked at. */
import { useEffect, useState } from 'preact/hooks';
import { api } from './api';

export interface Live<T> {
	value: T | undefined;
	error: unknown; /* of the last try; the last good value stays */
	isLoading: boolean;
	reload: () => void;
	set: (value: T) => void;
}

/** Asks at once and every `everyMs`; what has not changed is not sent again. */
export function useLive<T>(path: string, everyMs: number): Live<T> {
	const [state, setState] = useState<{ path: string; value?: T; error?: unknown }>({ path });
	const [round, setRound] = useState(0);
	useEffect(() => {
		const controller = new AbortController();
		let timer: ReturnType<typeof setTimeout> | undefined;
		let tag: string | null = null;
		const ask = async (): Promise<void> => {
			try {
				if (!document.hidden || tag === null) {
					const got = await api.fresh<T>(path, tag, { signal: controller.signal });
					if (got && !controller.signal.aborted) {
						tag = got.tag;
						setState({ path, value: got.value });
					}
				}
			} catch (error) {
				if (!controller.signal.aborted) {
					setState((old) => ({ ...old, path, error }));
				}
			}
			if (!controller.signal.aborted) {
				timer = setTimeout(() => void ask(), everyMs);
			}
		};
		void ask();
		return () => {
			controller.abort();
			clearTimeout(timer);
		};
	}, [path, everyMs, round]);
	const isNow = state.path === path;
	return {
		value: isNow ? state.value : undefined,
		error: isNow ? state.error : undefined,
		isLoading: !isNow || (state.value === undefined && state.error === undefined),
		reload: () => setRound((n) => n + 1),
		set: (value) => setState({ path, value }),
	};
}
