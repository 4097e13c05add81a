/*
 * Who is signed in. `me` is undefined until the first answer, null when nobody is signed in.
 */
import { signal } from '@preact/signals';
import { api, ApiError } from './api';
import { dropSetting, readSetting, writeSetting } from './settings';

export type Role = 'office' | 'teacher' | 'student' | 'parent' | 'department';

export interface SchoolRef {
	id: string;
	code?: string;
	name: string;
}

/** A school or a province by its code. */
export interface Place {
	code: string;
	name: string;
}

/** What kind of server this is: a province's has officers and no schools of its own. */
export interface About {
	kind: 'school' | 'province';
	province: Place | null;
}

export interface Me {
	person: { id: string; fullName: string };
	school: SchoolRef | null;
	province?: Place | null; /* an officer's */
	roles: Role[];
	schools: { id: string; name: string; roles: Role[] }[];
	attempt: string | null; /* set, with its room, when an exam ticket signed in */
	room: string | null;
	language?: 'vi' | 'en';
}

export type SignIn =
	| { school: string; name: string; password: string }
	| { province: string; name: string; password: string }
	| { phone: string; password: string }
	| { ticket: string };

export const me = signal<Me | null | undefined>(undefined);

const KEPT = 'me';

/** Remembers who is signed in, for a page that works without a network; until signing out. */
export function keepMe(): void {
	writeSetting(KEPT, JSON.stringify(me.peek()));
}

function keptMe(): Me | null {
	const text = readSetting(KEPT);
	return text === null ? null : JSON.parse(text) as Me | null;
}

export async function loadMe(): Promise<Me | null> {
	try {
		me.value = await api.get<Me>('/api/v1/session');
	} catch (error) {
		const status = error instanceof ApiError ? error.problem.status : null;
		const kept = status === 0 ? keptMe() : null;
		if (status !== 401 && !kept) {
			throw error;
		}
		me.value = kept; /* without a network: whoever worked here last and did not sign out */
	}
	return me.value;
}

export async function signIn(who: SignIn): Promise<Me> {
	const answer = await api.post<Me>('/api/v1/session', who);
	me.value = answer;
	return answer;
}

export async function signOut(): Promise<void> {
	await api.del('/api/v1/session');
	if (readSetting(KEPT) !== null) {
		dropSetting(KEPT);
		const [marks, roll] = await Promise.all([import('../marks/disk'), import('../roll/disk')]);
		await marks.openDisk().then(marks.forgetSheets).catch(() => undefined);
		await roll.openDisk().then(roll.forgetViews).catch(() => undefined);
	}
	me.value = null;
}

export async function chooseSchool(school: string): Promise<Me> {
	const answer = await api.put<Me>('/api/v1/session/school', { school });
	me.value = answer;
	return answer;
}

/**
 * The page a person starts at. Several roles: the one with the most daily work first. A ticket
 * opens one attempt and nothing else.
 */
export function homeOf(who: Me): string {
	if (who.attempt !== null && who.room !== null) {
		return `/thi/${who.room}/${who.attempt}`;
	}
	const homes: [Role, string][] = [
		['teacher', '/giao-vien'],
		['office', '/van-phong'],
		['parent', '/phu-huynh'],
		['student', '/thi'],
		['department', '/so-giao-duc'],
	];
	return homes.find(([role]) => who.roles.includes(role))?.[1] ?? '/thi';
}
