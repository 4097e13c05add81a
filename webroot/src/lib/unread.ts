/* How many notices the reader has not seen: the number at the bell. */
import { signal } from '@preact/signals';
import { api } from './api';

export const unread = signal(0);

/** Asks again; without a network the number stays as it was. */
export async function refreshUnread(): Promise<void> {
	try {
		const answer = await api.get<{ unread: number }>('/api/v1/notices/unread', { tries: 1 });
		unread.value = answer.unread;
	} catch {
		/* the next turn tells */
	}
}
