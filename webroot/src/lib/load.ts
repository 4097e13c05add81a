/*
 * Something loaded from the server for one component: its value, its error, and reload().
 * The request is dropped when the component goes away or asks for something else.
 */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Loaded<T> {
	value: T | undefined; /* the last good value; stays while it is loaded again */
	error: unknown;       /* undefined unless the last try failed */
	isLoading: boolean;
	reload: () => void;
	set: (value: T) => void; /* after a change whose answer is the new value */
}

/** `key` names what is loaded: when it changes, the old value is dropped and loading starts. */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
	const [state, setState] = useState<{ key: string; value?: T; error?: unknown; busy: boolean }>(
		{ key, busy: true });
	const [round, setRound] = useState(0);
	const latest = useRef(load);
	latest.current = load;

	useEffect(() => {
		const controller = new AbortController();
		setState((old) => old.key === key ? { ...old, busy: true } : { key, busy: true });
		latest.current(controller.signal).then(
			(value) => {
				if (!controller.signal.aborted) {
					setState({ key, value, busy: false });
				}
			},
			(error: unknown) => {
				if (!controller.signal.aborted) {
					setState((old) => ({ ...old, key, error, busy: false }));
				}
			});
		return () => controller.abort();
	}, [key, round]);

	const reload = useCallback(() => setRound((n) => n + 1), []);
	const set = useCallback((value: T) => setState({ key, value, busy: false }), [key]);
	const isCurrent = state.key === key;
	return {
		value: isCurrent ? state.value : undefined,
		error: isCurrent ? state.error : undefined,
		isLoading: !isCurrent || state.busy,
		reload,
		set,
	};
}
