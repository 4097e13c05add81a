/* What the desk's pages share: words, addresses, shapes of the answers. */
import { words } from '../../lib/i18n';
import { vi } from '../../i18n/vi/department';
import { en } from '../../i18n/en/department';

export const t = words(vi, en);

export const HOME = '/so-giao-duc';
export const EXAMS = `${HOME}/dang-thi`;
export const FIGURES = `${HOME}/so-lieu`;
export const LOG = `${HOME}/nhat-ky`;
export const PLACES = `${HOME}/dia-danh`;
export const schoolAt = (id: string): string => `${HOME}/truong/${id}`;

export const LEVELS = ['th', 'thcs', 'thpt'] as const;
export type Level = typeof LEVELS[number];

/* The worst first. */
export const SIGNS = ['suspended', 'silent', 'late', 'rejects', 'invited', 'good'] as const;
export type Sign = typeof SIGNS[number];

export interface DeskSchool {
	id: string;
	code: string;
	name: string;
	level: Level;
	commune: { code: string; name: string; isPast: boolean };
	sign: Sign;
	invitedAt: number;
	enrolledAt: number | null;
	lastBatchAt: number | null;
	heardAt: number | null;
	suspendedWhy: string;
	rejected: number;
	students: number;
}

export interface DeskRecord {
	id: string;
	kind: string;
	class: string;
	term: number;
	event: 'new' | 'update' | 'cancel';
	version: number;
	changedAt: number;
	receivedAt: number;
	appliedAt: number;
	batch: string;
}

const KINDS = ['truong', 'namhoc', 'monhoc', 'lophoc', 'giaovien', 'hocsinh', 'xeplop', 'phancong', 'cotdiem',
	'diem', 'renluyen', 'danhgia', 'danhgialai', 'nhanxet', 'miengiam', 'vang', 'khoaso', 'ketqua', 'ketquamon', 'cathi'] as const;

/** What kind of record it is, in words. */
export function kindName(kind: string): string {
	const known = KINDS.find((k) => k === kind);
	return known ? t(`kind.${known}`) : kind;
}

const part = (text: string): string => text.replaceAll('%2F', '/').replaceAll('%25', '%');

/** Which record of its kind: its key without school and kind, as people write it. */
export const keyName = (key: string): string => key.split('/').slice(2).map(part).join(' · ');

/** A class as people write it: "2026-2027/10A1" without the escapes of a key. */
export const className = (lop: string): string =>
	part(lop.split('/')[1] ?? '');

export const communeName = (c: { code: string; name: string }): string => c.name || c.code || t('commune.none');

export const PURPOSE_MIN = 5; /* as the server takes it */
export const PURPOSE_MAX = 300;
export const WHY_MAX = 500;

/** What is wrong with a purpose or a reason, if anything. */
export function reasonFault(text: string): string | undefined {
	const n = [...text.trim()].length;
	return n === 0 ? t('missing') : n < PURPOSE_MIN ? t('short') : undefined;
}
