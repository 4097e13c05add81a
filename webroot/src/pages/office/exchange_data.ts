/* Where the records of the school go, as the server says it, and its words. */
import { words } from '../../lib/i18n';
import { vi } from '../../i18n/vi/exchange';
import { en } from '../../i18n/en/exchange';

export const t = words(vi, en);

export const EXCHANGE = '/van-phong/trao-doi';

export const KINDS = ['https', 'mariadb', 'files'] as const;
export type Kind = typeof KINDS[number];

export const RECORD_STATES = ['rejected', 'queued', 'sent', 'received', 'applied'] as const;
export type RecordState = typeof RECORD_STATES[number];

export interface Reason {
	code: string;
	detail: string;
}

export interface Destination {
	id: string;
	kind: Kind;
	name: string;
	state: 'on' | 'paused' | 'stopped';
	url: string | null;
	host: string | null;
	port: number | null;
	database: string | null;
	user: string | null;
	folder: string | null;
	hasPassword: boolean;
	key: string | null; /* by which the school signs for it */
	ca: string | null;
	province: { code: string; name: string; fingerprint: string } | null;
	counts: Record<RecordState, number>;
	lastOkAt: number | null;
	nextTryAt: number | null;
	error: Reason | null;
	isComparing: boolean;
	comparedAt: number | null;
	comparedFound: number;
	version: number;
}

export interface ExchangeRecord {
	id: string;
	kind: string;
	key: string;
	recordVersion: number;
	state: RecordState;
	at: number | null;
	reason: Reason | null;
}

export const BANGS = ['truong', 'namhoc', 'monhoc', 'lophoc', 'giaovien', 'hocsinh', 'xeplop', 'phancong', 'cotdiem', 'diem',
	'renluyen', 'danhgia', 'danhgialai', 'nhanxet', 'miengiam', 'vang', 'khoaso', 'ketqua', 'ketquamon', 'cathi'] as const;

/** What a person does about a record that was not taken. */
export function todoText(r: ExchangeRecord): string | null {
	if (r.state !== 'rejected' && r.state !== 'received') {
		return null;
	}
	return r.state === 'received' || r.reason?.code === 'exchange.version_differs' ? t('todo.compare')
		: r.reason?.code === 'exchange.record_value' ? t('todo.value') : t('todo.program');
}

/** What kind of record it is, in words. */
export function bangName(bang: string): string {
	const known = BANGS.find((b) => b === bang);
	return known ? t(`bang.${known}`) : bang;
}

const part = (text: string): string => text.replaceAll('%2F', '/').replaceAll('%25', '%');

/** What of a kind it is: its key without the school and the kind, as people write it. */
export const keyName = (key: string): string => key.split('/').slice(2).map(part).join(' · ');

export function recordName(r: ExchangeRecord): string {
	const name = keyName(r.key);
	return name === '' ? bangName(r.kind) : `${bangName(r.kind)} ${name}`;
}
