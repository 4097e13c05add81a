/* A page or a part that shows one thing fetched from the server. */
import type { JSX } from 'preact';
import type { Loaded } from '../lib/load';
import { Failed, Waiting } from './notice';

/** Waits, fails with a way to try again, or draws the value. */
export function Show<T>({ of, children }: { of: Loaded<T>; children: (value: T) => JSX.Element })
	: JSX.Element {
	if (of.value !== undefined) {
		return children(of.value);
	}
	return of.error !== undefined ? <Failed error={of.error} onRetry={of.reload} /> : <Waiting />;
}
