/* The frames of truongthi.v1 as TypeScript sees them. docs/protocol.md says what they mean. */
import type { Value } from './protocol';

export interface AckProof {
	seq: number;
	at: number;
	kid: number;
	lease: number;
	mac: string;
}

export type Phase = 'before' | 'lobby' | 'ready' | 'open' | 'grace' | 'over' | 'closed';

export interface Welcome {
	t: 'welcome';
	now: number;
	room: string;
	variant: string;
	phase: Phase;
	opens: number;
	starts: number;
	ends: number;
	section: number;
	gen: number;
	lease: number;
	seq: number;
	head: string;
	salt: string;
	ack: AckProof | null;
	answers: Record<string, Value>;
}

export interface Ack {
	t: 'ack' | 'stamp';
	seq: number;
	upto?: number;
	at: number;
	kid: number;
	lease: number;
	head: string;
	mac: string;
}

export type RefusedCode = 'late' | 'lease' | 'fork' | 'value' | 'slot' | 'section' | 'closed' |
	'early' | 'gap' | 'flood' | 'full' | 'busy' | 'log' | 'elsewhere' | 'unknown' | 'frame';

export interface Refused {
	t: 'refused';
	seq?: number;
	code: RefusedCode;
	tail?: number;
}

export interface KeyFrame {
	t: 'key';
	variant: string;
	section: number;
	rev: number;
	key: string;
}

export type TimeWhy = 'tick' | 'extra' | 'delay' | 'start';

export interface TimeFrame {
	t: 'time';
	now: number;
	ends: number;
	why: TimeWhy;
}

export interface PulseFrame {
	t: 'pulse';
	n: string;
	now?: number;
}

export interface Notice {
	t: 'notice';
	at: number;
	text: string;
}

export interface Locked {
	t: 'locked';
	why: string;
}

export interface Closed {
	t: 'closed';
	why: 'submit' | 'time' | 'invigilator';
	at: number;
	gen: number;
	seq: number;
	receipt: string | null;
}

export type ServerFrame = Welcome | Ack | Refused | KeyFrame | TimeFrame | PulseFrame | Notice |
	Locked | Closed;

/* What an event says on the wire; without its number it has not been sent. */
export type EventFrame =
	| { t: 'answer'; seq: number; slot: number; value: Value }
	| { t: 'event'; seq: number; kind: string; detail?: string }
	| { t: 'submit'; seq: number };

export interface LogEvent {
	seq: number;
	kind: number;
	slot: number;
	value: Value;
}

export interface LogProof extends AckProof {
	stamp: boolean;
}

export type ClientFrame =
	| { t: 'hello'; attempt: string; gen: number; seq: number; head: string; device: string }
	| EventFrame
	| { t: 'pulse'; n: string }
	| { t: 'take' }
	| { t: 'begin' }
	| { t: 'log'; gen: number; events: LogEvent[]; acks: LogProof[] };

/** The largest frame the server reads. */
export const FRAME_BYTES_MAX = 65_536;
