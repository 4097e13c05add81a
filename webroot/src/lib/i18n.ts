/*
 * Two languages, typed keys. A page makes its own catalogue from a Vietnamese and an English
 * record with the same keys; a missing or a spare key does not compile:
 *
 *     src/i18n/vi/office.ts   export const vi = { 'import.title': 'Nhập danh sách lớp' };
 *     src/i18n/en/office.ts   export const en: Words<typeof vi> = { 'import.title': '…' };
 *     const t = words(vi, en);      t('import.title')      t('rows', { count: 12 })
 *
 * `{name}` in a sentence is replaced by the parameter of that name; numbers are written in the
 * reader's way (a comma before decimals in Vietnamese). `{count|session|sessions}` is the first word
 * when the parameter is 1, else the second. A component that calls t() is drawn
 * again when the language changes, because t() reads the signal `lang`.
 */
import { effect, signal } from '@preact/signals';
import { formatNumber } from './number';
import { readSetting, writeSetting } from './settings';

export type Lang = 'vi' | 'en';
export type Params = Record<string, string | number>;
export type Words<V> = { readonly [K in keyof V]: string };
export type Translate<V> = (key: keyof V & string, params?: Params) => string;

const SETTING = 'lang';

function startLang(): Lang {
	return readSetting(SETTING) === 'en' ? 'en' : 'vi';
}

/** The language on screen. Vietnamese unless the reader chose English on this device. */
export const lang = signal<Lang>(startLang());

if (typeof document !== 'undefined') {
	effect(() => {
		document.documentElement.lang = lang.value;
	});
}

export function setLang(next: Lang): void {
	lang.value = next;
	writeSetting(SETTING, next);
}

/** Puts parameters into a sentence. A parameter that is not given stays visible as `{name}`. */
export function fill(sentence: string, params: Params | undefined, language: Lang): string {
	if (!params) {
		return sentence;
	}
	return sentence.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
		const value = params[name];
		if (one !== undefined && many !== undefined) {
			return Number(value) === 1 ? one : many;
		}
		if (value === undefined) {
			return whole;
		}
		return typeof value === 'number' ? formatNumber(value, language) : value;
	});
}

export function words<V extends Record<string, string>>(vi: V, en: Words<V>): Translate<V> {
	return (key, params) => {
		const language = lang.value;
		return fill(language === 'vi' ? vi[key] as string : en[key], params, language);
	};
}
