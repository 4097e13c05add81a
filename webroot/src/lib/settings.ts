/*
 * Small choices kept on this device (language, what was dismissed). A browser that refuses
 * storage (private window, policy) only forgets them; nothing else depends on it.
 */
const PREFIX = 'tt.';

export function readSetting(name: string): string | null {
	try {
		return localStorage.getItem(PREFIX + name);
	} catch {
		return null;
	}
}

export function writeSetting(name: string, value: string): void {
	try {
		localStorage.setItem(PREFIX + name, value);
	} catch {
		/* nothing to do: the choice lives until the page is closed */
	}
}

export function dropSetting(name: string): void {
	try {
		localStorage.removeItem(PREFIX + name);
	} catch {
		/* as above */
	}
}

/** Forgets every choice whose name begins so. */
export function dropSettings(start: string): void {
	try {
		Object.keys(localStorage).filter((k) => k.startsWith(PREFIX + start))
			.forEach((k) => localStorage.removeItem(k));
	} catch {
		/* as above */
	}
}
