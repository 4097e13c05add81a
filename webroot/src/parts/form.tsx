/*
 * A form's errors: first a summary that takes the focus and leads to each field, then the
 * same sentence at the field. useForm holds values, errors and the sending of one form, and asks whoever
 * leaves the page with something typed and not sent.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, sentence } from '../lib/api';
import { words } from '../lib/i18n';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';
import { useLeaveGuard } from './leave_guard';

const t = words(vi, en);

export type FieldErrors<K extends string> = Partial<Record<K, string>>;

export interface SummaryLine {
	field?: string; /* the id of the field to lead to */
	text: string;
}

/** Shows nothing without lines. Takes the focus whenever `round` grows. */
export function ErrorSummary({ lines, round = 0 }: { lines: SummaryLine[]; round?: number })
	: JSX.Element | null {
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => {
		if (lines.length > 0) {
			box.current?.focus();
		}
	}, [round, lines.length > 0]);
	if (lines.length === 0) {
		return null;
	}
	const lead = (event: Event, field: string): void => {
		event.preventDefault();
		const target = document.getElementById(field);
		target?.scrollIntoView({ block: 'center' });
		target?.focus({ preventScroll: true });
	};
	return (
		<div class="error-summary" role="alert" tabIndex={-1} ref={box}
			aria-labelledby="error-summary-title">
			<h2 id="error-summary-title">{t('errors.title')}</h2>
			<ul>
				{lines.map((line) => (
					<li key={line.field ?? line.text}>
						{line.field
							? <a href={`#${line.field}`} onClick={(e) => lead(e, line.field as string)}>{line.text}</a>
							: line.text}
					</li>
				))}
			</ul>
		</div>
	);
}

export interface FormState<V extends Record<string, unknown>> {
	values: V;
	errors: FieldErrors<keyof V & string>;
	isBusy: boolean;
	round: number; /* grows with each refused try */
	lines: SummaryLine[];
	set: <K extends keyof V>(key: K, value: V[K]) => void;
	reset: (values: V) => void;
	submit: (event?: Event) => void;
}

export interface FormSpec<V extends Record<string, unknown>> {
	start: V;
	/** Errors found without the server; an empty record lets the form go. */
	check: (values: V) => FieldErrors<keyof V & string>;
	/** Sends the form. What it throws is shown: field errors at their fields. */
	send: (values: V) => Promise<void>;
	/** Members of the request that stand in a field of another name: { startsAt: 'starts' }. */
	fields?: Record<string, keyof V & string>;
	/** Nothing is lost by leaving: a password, a code from paper. */
	mayBeLeft?: boolean;
}

/* What the server refused: at the fields that there are, the rest as sentences of their own. */
function refusalOf<K extends string>(error: unknown, values: Record<string, unknown>,
	names: Record<string, K> = {}): { fields: FieldErrors<K>; others: string[] } {
	const fields: FieldErrors<K> = {};
	const others: string[] = [];
	if (error instanceof ApiError) {
		for (const e of error.problem.errors ?? []) {
			const member = (e.field ?? '').replace(/^\//, '').split('/')[0] ?? '';
			const field = names[member] ?? member;
			if (field in values) {
				fields[field as K] ??= e.detail;
			} else {
				others.push(e.detail);
			}
		}
	}
	if (Object.keys(fields).length === 0 && others.length === 0) {
		others.push(sentence(error));
	}
	return { fields, others };
}

export function useForm<V extends Record<string, unknown>>(spec: FormSpec<V>): FormState<V> {
	type K = keyof V & string;
	const [values, setValues] = useState<V>(spec.start);
	const [errors, setErrors] = useState<FieldErrors<K>>({});
	const [general, setGeneral] = useState<string[]>([]);
	const [isBusy, setBusy] = useState(false);
	const [round, setRound] = useState(0);
	const busy = useRef(false);
	const saved = useRef(spec.start);
	useLeaveGuard(() => !spec.mayBeLeft && !busy.current && JSON.stringify(values) !== JSON.stringify(saved.current));

	const set = useCallback(<N extends keyof V>(key: N, value: V[N]) => {
		setValues((old) => ({ ...old, [key]: value }));
		setErrors((old) => {
			const { [key as unknown as K]: _gone, ...rest } = old;
			return rest as FieldErrors<K>;
		});
	}, []);

	const refuse = (fields: FieldErrors<K>, others: string[]): void => {
		setErrors(fields);
		setGeneral(others);
		setRound((n) => n + 1);
	};

	const submit = (event?: Event): void => {
		event?.preventDefault();
		if (busy.current) {
			return;
		}
		const found = spec.check(values);
		if (Object.keys(found).length > 0) {
			refuse(found, []);
			return;
		}
		const before = saved.current; /* a form that is reset while it is sent has another */
		busy.current = true;
		setBusy(true);
		setErrors({});
		setGeneral([]);
		spec.send(values)
			.then(() => {
				if (saved.current === before) {
					saved.current = values;
				}
			})
			.catch((error: unknown) => {
				const { fields, others } = refusalOf<K>(error, values, spec.fields);
				refuse(fields, others);
			})
			.finally(() => {
				busy.current = false;
				setBusy(false);
			});
	};

	const reset = (next: V): void => {
		saved.current = next;
		setValues(next);
		setErrors({});
		setGeneral([]);
	};
	const lines: SummaryLine[] = Object.entries(errors)
		.map(([field, text]) => ({ field, text: text as string }));
	general.forEach((text) => lines.push({ text }));
	return { values, errors, isBusy, round, lines, set, reset, submit };
}

/** A form with its error summary on top. */
export function Form<V extends Record<string, unknown>>({ form, children }:
	{ form: FormState<V>; children: ComponentChildren }): JSX.Element {
	return (
		<form noValidate onSubmit={form.submit}>
			<ErrorSummary lines={form.lines} round={form.round} />
			{children}
		</form>
	);
}
