/* Provinces and communes by their days, and what became of them. Pure but for useAreas(). */
import { api } from '../../lib/api';
import type { Loaded } from '../../lib/load';
import { useLoad } from '../../lib/load';

export interface Area {
	tier: number;
	code: string;
	name: string;
	province: string;
	from: string; /* days: "2025-07-01" */
	to: string | null;
}
export interface AreaChange {
	tier: number;
	before: string;
	after: string;
	on: string;
}
export interface Areas {
	areas: Area[];
	changes: AreaChange[];
}

export const PROVINCE_TIER = 1;
export const COMMUNE_TIER = 2;

export const useAreas = (): Loaded<Areas> =>
	useLoad<Areas>('desk areas', (signal) => api.get('/api/v1/desk/areas', { signal }));

/** What a place is today: itself, or those it went into, through as many changes as there were. */
export function became(all: Areas, area: Area): Area[] {
	if (area.to === null) {
		return [area];
	}
	const last = area.to;
	const next = all.changes.filter((c) => c.tier === area.tier && c.before === area.code && c.on > last)
		.sort((a, b) => a.on.localeCompare(b.on));
	/* A code may have had another place later: only the first day of change is this one's. */
	const steps = next.filter((c) => c.on === next[0]?.on).flatMap((c) => all.areas.filter((a) => a.tier === c.tier &&
		a.code === c.after && a.from <= c.on && (a.to === null || a.to >= c.on)));
	return [...new Set(steps.flatMap((a) => became(all, a)))];
}

/** The place that a code names: the present one, else the last that had it. */
export function areaOf(all: Areas, tier: number, code: string): Area | undefined {
	const rows = all.areas.filter((a) => a.tier === tier && a.code === code);
	return rows.find((a) => a.to === null) ?? rows.sort((a, b) => b.from.localeCompare(a.from))[0];
}

/** The former places that went into one. */
export function madeOf(all: Areas, area: Area): Area[] {
	return all.changes.filter((c) => c.tier === area.tier && c.after === area.code && c.on === area.from)
		.flatMap((c) => all.areas.filter((a) => a.tier === c.tier && a.code === c.before && a.to !== null && a.to < c.on))
		.filter((a, i, rows) => rows.findIndex((b) => b.code === a.code) === i);
}

/** "Phường Sài Gòn (26734)" */
export const placeText = (a: Area): string => `${a.name} (${a.code})`;
