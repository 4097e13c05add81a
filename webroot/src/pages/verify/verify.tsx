/*
 * Anyone checks a receipt here: the link's fragment never leaves the browser, the signature is
 * checked in the browser, and what is shown carries no name. The code of a printed document is sent
 * to the server, which alone knows whether its records still say the same.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { fromB64, toB64, toHex } from '../../hall/bytes';
import { receiptFromText, WHY } from '../../hall/protocol';
import type { Receipt } from '../../hall/protocol';
import { isGenuine, signKidOf } from '../../hall/receipt';
import { api } from '../../lib/api';
import { words } from '../../lib/i18n';
import { homeOf, me } from '../../lib/me';
import { formatDate, formatTime } from '../../lib/time';
import { Button } from '../../parts/button';
import { FilePick, TextArea } from '../../parts/field';
import { Page } from '../../parts/layout';
import { Banner, Failed, Pairs, Waiting } from '../../parts/notice';
import { DocumentOutcome, documentOf, verifyDocument } from './document';
import type { DocumentAnswer } from './document';
import { vi } from '../../i18n/vi/verify';
import { en } from '../../i18n/en/verify';

const t = words(vi, en);

interface PublicKeys {
	keys: { id: string; publicKey: string; from: number }[];
}

type Result =
	| { is: 'nothing' }
	| { is: 'checking' }
	| { is: 'unreadable' }
	| { is: 'forged'; receipt: Receipt; isKeyKnown: boolean }
	| { is: 'genuine'; receipt: Receipt }
	| { is: 'document'; answer: DocumentAnswer }
	| { is: 'failed'; error: unknown };

const FILE_MAX_BYTES = 65_536;

async function check(text: string): Promise<Result> {
	const statement = documentOf(text);
	if (statement !== null) {
		try {
			return { is: 'document', answer: await verifyDocument(statement) };
		} catch (error) {
			return { is: 'failed', error };
		}
	}
	let receipt: Receipt;
	try {
		receipt = receiptFromText(text);
	} catch {
		return { is: 'unreadable' };
	}
	try {
		const { keys } = await api.get<PublicKeys>('/api/v1/keys');
		const known = keys.map((k) => fromB64(k.publicKey));
		if (isGenuine(receipt, known)) {
			return { is: 'genuine', receipt };
		}
		const kid = toHex(receipt.signKid);
		return { is: 'forged', receipt, isKeyKnown: known.some((k) => toHex(signKidOf(k)) === kid) };
	} catch (error) {
		return { is: 'failed', error };
	}
}

/* A saved receipt is a line of text with the link in it, or the bare bytes. */
async function textOfFile(file: File): Promise<string> {
	if (file.size > FILE_MAX_BYTES) {
		return '';
	}
	const bytes = new Uint8Array(await file.arrayBuffer());
	if (bytes[0] === 0x54 && bytes[1] === 0x54 && bytes[2] === 0x31) {
		return toB64(bytes);
	}
	const text = new TextDecoder().decode(bytes);
	return /#([A-Za-z0-9_-]+)/.exec(text)?.[1] ?? text;
}

function whyText(why: number): string {
	const name = WHY[why];
	return name === 'submit' || name === 'time' || name === 'invigilator' ? t(`why.${name}`) : String(why);
}

function Fields({ receipt }: { receipt: Receipt }): JSX.Element {
	const at = `${formatTime(receipt.at)}, ${formatDate(receipt.at)}`;
	return (
		<>
			<Pairs items={[
				{ label: t('field.kind'), value: receipt.kind === 'closed' ? t('kind.closed') : t('kind.checkpoint') },
				{ label: receipt.kind === 'closed' ? t('field.closed') : t('field.at'),
					value: <strong class="num">{at}</strong> },
				...(receipt.kind === 'closed' ? [{ label: t('field.why'), value: whyText(receipt.why) }] : []),
			]} />
			<details>
				<summary>{t('fields.all')}</summary>
				<Pairs items={[
					{ label: t('field.school'), value: receipt.school },
					{ label: t('field.sitting'), value: <code>{toB64(receipt.sitting)}</code> },
					{ label: t('field.attempt'), value: <code>{toB64(receipt.attempt)}</code> },
					{ label: t('field.gen'), value: String(receipt.gen) },
					{ label: t('field.seq'), value: String(receipt.seq) },
					{ label: t('field.answers'), value: <code>{toHex(receipt.answers)}</code> },
					{ label: t('field.head'), value: <code>{toHex(receipt.head)}</code> },
					{ label: t('field.times'), value: <code>{toHex(receipt.times)}</code> },
					{ label: t('field.key'), value: <code>{toHex(receipt.signKid)}</code> },
				]} />
			</details>
		</>
	);
}

function Outcome({ result, onRetry }: { result: Result; onRetry: () => void }): JSX.Element | null {
	switch (result.is) {
	case 'nothing':
		return null;
	case 'checking':
		return <Waiting text={t('checking')} />;
	case 'unreadable':
		return <Banner tone="bad" live="assertive" title={t('unreadable.title')}><p>{t('unreadable.text')}</p></Banner>;
	case 'failed':
		return <Failed error={result.error} onRetry={onRetry} />;
	case 'forged':
		return (
			<Banner tone="bad" live="assertive" title={t('forged.title')}>
				<p>{result.isKeyKnown ? t('forged.text') : t('forged.key')}</p>
			</Banner>
		);
	case 'document':
		return <DocumentOutcome answer={result.answer} />;
	case 'genuine':
		return (
			<>
				<Banner tone="ok" live="assertive" title={t('genuine.title')}><p>{t('genuine.text')}</p></Banner>
				<h2>{t('fields')}</h2>
				<Fields receipt={result.receipt} />
			</>
		);
	}
}

export default function VerifyPage(): JSX.Element {
	const [text, setText] = useState(() => location.hash.slice(1));
	const [file, setFile] = useState<File | null>(null);
	const [result, setResult] = useState<Result>({ is: 'nothing' });
	const run = (given: string): void => {
		if (given.trim() === '') {
			setResult({ is: 'unreadable' });
			return;
		}
		setResult({ is: 'checking' });
		void check(given).then(setResult);
	};
	useEffect(() => {
		const read = (): void => {
			const given = location.hash.slice(1);
			if (given) {
				setText(given);
				run(given);
			}
		};
		read();
		window.addEventListener('hashchange', read);
		return () => window.removeEventListener('hashchange', read);
	}, []);
	const pick = (chosen: File | null): void => {
		setFile(chosen);
		if (chosen) {
			void textOfFile(chosen).then((found) => {
				setText(found);
				run(found);
			});
		}
	};
	return (
		<Page title={t('title')} narrow>
			<h1>{t('title')}</h1>
			<p class="lead">{t('lead')}</p>
			<Outcome result={result} onRetry={() => run(text)} />
			<form class="no-print" noValidate onSubmit={(e) => { e.preventDefault(); run(text); }}>
				<TextArea name="receipt" label={t('input')} hint={t('input.hint')} rows={4} value={text}
					onInput={setText} />
				<div class="field">
					<label for="file">{t('file')}</label>
					<FilePick id="file" accept=".txt,text/plain,application/octet-stream" file={file}
						onFile={pick} />
				</div>
				<Button type="submit" busy={result.is === 'checking'}>{t('check')}</Button>
			</form>
			<details>
				<summary>{t('how')}</summary>
				<p>{t('how.text')}</p>
				<p>{t('how.tool')} <code>truongthi verify</code></p>
			</details>
			{me.value ? <p class="no-print"><a href={homeOf(me.value)}>{t('home')}</a></p> : null}
		</Page>
	);
}
