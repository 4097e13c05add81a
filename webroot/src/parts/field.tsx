/*
 * Form fields. Each has a label, may have a hint and an error, and ties them to its control
 * for screen readers. The id of a field is its name, so that the error summary can lead there.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { words } from '../lib/i18n';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';

const t = words(vi, en);

/* The casts of `type` below: JSX types each kind of input apart, a union fits none of them. */
interface Common {
	name: string;
	label: ComponentChildren;
	hint?: ComponentChildren;
	error?: string | undefined;
	disabled?: boolean;
	required?: boolean;
}

export interface TextProps extends Common {
	value: string;
	onInput: (value: string) => void;
	type?: 'text' | 'tel' | 'email' | 'search' | 'date' | 'datetime-local' | 'number';
	inputMode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email' | 'search';
	autoComplete?: string;
	width?: 'w-4' | 'w-10' | 'w-20' | 'wide';
	code?: boolean; /* a code in capitals: monospaced, no correction */
	maxLength?: number;
	onBlur?: () => void;
}

const describedBy = (name: string, hint: unknown, error: unknown): string | undefined =>
	[hint ? `${name}-hint` : '', error ? `${name}-error` : ''].filter(Boolean).join(' ') || undefined;

function Notes({ name, hint, error }: { name: string; hint?: ComponentChildren; error?: string | undefined })
	: JSX.Element {
	return (
		<>
			{hint ? <p class="hint" id={`${name}-hint`}>{hint}</p> : null}
			{error
				? <p class="field-error" id={`${name}-error`}><span class="sr">{t('error')} </span>{error}</p>
				: null}
		</>
	);
}

function Frame({ name, label, hint, error, children }: Common & { children: ComponentChildren })
	: JSX.Element {
	return (
		<div class={error ? 'field wrong' : 'field'}>
			<label for={name}>{label}</label>
			<Notes name={name} hint={hint} error={error} />
			{children}
		</div>
	);
}

export function TextField(props: TextProps): JSX.Element {
	const { name, value, onInput, type = 'text', code, width } = props;
	const names = ['input', width ?? '', code ? 'code' : ''].filter(Boolean).join(' ');
	return (
		<Frame {...props}>
			<input id={name} name={name} class={names} type={type as 'text'} value={value}
				inputMode={props.inputMode} autocomplete={props.autoComplete}
				maxLength={props.maxLength} disabled={props.disabled}
				autocapitalize={code ? 'characters' : undefined}
				spellcheck={code ? false : undefined}
				aria-invalid={props.error ? 'true' : undefined}
				aria-required={props.required ? 'true' : undefined}
				aria-describedby={describedBy(name, props.hint, props.error)}
				onInput={(e) => onInput(e.currentTarget.value)} onBlur={props.onBlur} />
		</Frame>
	);
}

/** A password with a button that shows it: a typing mistake is dearer than a glance. */
export function PasswordField(props: TextProps): JSX.Element {
	const { name, value, onInput } = props;
	const [isShown, setShown] = useState(false);
	return (
		<Frame {...props}>
			<div class="input-row">
				<input id={name} name={name} class="input" type={(isShown ? 'text' : 'password') as 'text'}
					value={value} autocomplete={props.autoComplete ?? 'current-password'}
					autocapitalize="none" spellcheck={false} maxLength={props.maxLength}
					aria-invalid={props.error ? 'true' : undefined}
					aria-required={props.required ? 'true' : undefined}
					aria-describedby={describedBy(name, props.hint, props.error)}
					onInput={(e) => onInput(e.currentTarget.value)} />
				<button type="button" class="button secondary" aria-pressed={isShown}
					aria-label={isShown ? t('password.hide.label') : t('password.show.label')}
					onClick={() => setShown(!isShown)}>
					{isShown ? t('password.hide') : t('password.show')}
				</button>
			</div>
		</Frame>
	);
}

export function TextArea(props: TextProps & { rows?: number }): JSX.Element {
	const { name, value, onInput } = props;
	return (
		<Frame {...props}>
			<textarea id={name} name={name} class="input" rows={props.rows ?? 5} value={value}
				maxLength={props.maxLength} disabled={props.disabled}
				aria-invalid={props.error ? 'true' : undefined}
				aria-describedby={describedBy(name, props.hint, props.error)}
				onInput={(e) => onInput(e.currentTarget.value)} />
		</Frame>
	);
}

export interface Option {
	value: string;
	label: ComponentChildren;
	hint?: ComponentChildren;
	disabled?: boolean;
}

export interface SelectProps extends Common {
	value: string;
	options: Option[];
	onChange: (value: string) => void;
	empty?: string; /* the first line, for "nothing chosen" */
}

export function SelectField(props: SelectProps): JSX.Element {
	const { name, value, options, onChange, empty } = props;
	return (
		<Frame {...props}>
			<select id={name} name={name} class="input" value={value} disabled={props.disabled}
				aria-invalid={props.error ? 'true' : undefined}
				aria-describedby={describedBy(name, props.hint, props.error)}
				onChange={(e) => onChange(e.currentTarget.value)}>
				{empty === undefined ? null : <option value="">{empty}</option>}
				{options.map((o) => (
					<option key={o.value} value={o.value} disabled={o.disabled}>{o.label}</option>
				))}
			</select>
		</Frame>
	);
}

function ChoiceRow({ type, name, id, option, checked, onChange }: {
	type: 'radio' | 'checkbox'; name: string; id: string; option: Option; checked: boolean;
	onChange: (isOn: boolean) => void;
}): JSX.Element {
	return (
		<label class="choice" for={id}>
			<input type={type} id={id} name={name} value={option.value} checked={checked}
				disabled={option.disabled} onChange={(e) => onChange(e.currentTarget.checked)} />
			<span>{option.label}{option.hint ? <span class="hint">{option.hint}</span> : null}</span>
		</label>
	);
}

/* The first control carries the group's id, so that the error summary leads to it. */
const choiceId = (name: string, index: number): string => index === 0 ? name : `${name}-${index}`;

export interface RadioProps extends Common {
	value: string;
	options: Option[];
	onChange: (value: string) => void;
	inline?: boolean;
}

export function RadioField(props: RadioProps): JSX.Element {
	const { name, value, options, onChange, inline, error } = props;
	return (
		<fieldset class={error ? 'field wrong' : 'field'}
			aria-describedby={describedBy(name, props.hint, error)}>
			<legend>{props.label}</legend>
			<Notes name={name} hint={props.hint} error={error} />
			<div class={inline ? 'choices inline' : 'choices'}>
				{options.map((o, i) => (
					<ChoiceRow key={o.value} type="radio" name={name} id={choiceId(name, i)} option={o}
						checked={o.value === value} onChange={() => onChange(o.value)} />
				))}
			</div>
		</fieldset>
	);
}

export interface CheckboxesProps extends Common {
	values: string[];
	options: Option[];
	onChange: (values: string[]) => void;
	inline?: boolean;
}

export function CheckboxesField(props: CheckboxesProps): JSX.Element {
	const { name, values, options, onChange, inline, error } = props;
	const toggle = (value: string, isOn: boolean): void => {
		const chosen = new Set(values);
		if (isOn) {
			chosen.add(value);
		} else {
			chosen.delete(value);
		}
		onChange(options.map((o) => o.value).filter((v) => chosen.has(v)));
	};
	return (
		<fieldset class={error ? 'field wrong' : 'field'}
			aria-describedby={describedBy(name, props.hint, error)}>
			<legend>{props.label}</legend>
			<Notes name={name} hint={props.hint} error={error} />
			<div class={inline ? 'choices inline' : 'choices'}>
				{options.map((o, i) => (
					<ChoiceRow key={o.value} type="checkbox" name={name} id={choiceId(name, i)} option={o}
						checked={values.includes(o.value)} onChange={(on) => toggle(o.value, on)} />
				))}
			</div>
		</fieldset>
	);
}

/** One checkbox with its own label, for "I agree" and switches. */
export function CheckField({ name, label, hint, error, checked, disabled, onChange }:
	Common & { checked: boolean; onChange: (isOn: boolean) => void }): JSX.Element {
	return (
		<div class={error ? 'field wrong' : 'field'}>
			<Notes name={name} error={error} />
			<ChoiceRow type="checkbox" name={name} id={name} checked={checked} onChange={onChange}
				option={{ value: 'on', label, hint, disabled: disabled ?? false }} />
		</div>
	);
}

export interface FileProps extends Common {
	accept: string; /* as in <input accept>: ".docx,.xlsx" */
	file: File | null;
	onFile: (file: File | null) => void;
}

/*
 * The browser's own control speaks the browser's language, not the page's: it stays in place for
 * keyboards and screen readers, and a label of ours is what is seen.
 */
export function FilePick({ id, accept, file, onFile, disabled = false, describedBy: by }: {
	id: string; accept: string; file: File | null; onFile: (file: File | null) => void;
	disabled?: boolean; describedBy?: string | undefined;
}): JSX.Element {
	return (
		<div class="file-pick">
			<input id={id} name={id} type="file" class="sr" accept={accept} disabled={disabled}
				aria-describedby={by} onChange={(e) => onFile(e.currentTarget.files?.[0] ?? null)} />
			<label for={id} class="button secondary">{t('file.choose')}</label>
			<span class="file-name">{file ? file.name : t('file.none')}</span>
		</div>
	);
}

/** A file chosen by the button or dropped on the box. */
export function FileField(props: FileProps): JSX.Element {
	const { name, accept, file, onFile } = props;
	const [isOver, setOver] = useState(false);
	const drop = (event: DragEvent): void => {
		event.preventDefault();
		setOver(false);
		const dropped = event.dataTransfer?.files[0];
		if (dropped) {
			onFile(dropped);
		}
	};
	return (
		<Frame {...props}>
			<div class={isOver ? 'drop over' : 'drop'} onDrop={drop}
				onDragOver={(e) => { e.preventDefault(); setOver(true); }}
				onDragLeave={() => setOver(false)}>
				<FilePick id={name} accept={accept} file={file} onFile={onFile}
					disabled={props.disabled ?? false}
					describedBy={describedBy(name, props.hint, props.error)} />
			</div>
		</Frame>
	);
}
