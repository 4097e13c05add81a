/* Whoever typed something and goes elsewhere is asked first: by a link, backwards, or out of the browser. */
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../lib/i18n';
import { addLeaveGuard } from '../lib/router';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';

const t = words(vi, en);

/** While the page stands: `isUnsaved` is asked whenever somebody is about to leave. */
export function useLeaveGuard(isUnsaved: () => boolean): void {
	const now = useRef(isUnsaved);
	now.current = isUnsaved;
	useEffect(() => {
		const drop = addLeaveGuard(() => !now.current() || confirm(t('leave.ask')));
		const warn = (event: BeforeUnloadEvent): void => {
			if (now.current()) {
				event.preventDefault();
				event.returnValue = ''; /* browsers before 2024 */
			}
		};
		window.addEventListener('beforeunload', warn);
		return () => {
			drop();
			window.removeEventListener('beforeunload', warn);
		};
	}, []);
}
