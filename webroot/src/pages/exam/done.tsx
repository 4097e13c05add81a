/* Handed in: when, what did not arrive in time, and the receipt that anyone can check. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { encode } from 'uqr';
import { equal, fromB64 } from '../../hall/bytes';
import type { Closed } from '../../hall/frames';
import { answersHash, parseReceipt } from '../../hall/protocol';
import type { Receipt } from '../../hall/protocol';
import { isGenuine } from '../../hall/receipt';
import type { Session } from '../../hall/session';
import { api } from '../../lib/api';
import { formatDateTime, formatTime } from '../../lib/time';
import { Button } from '../../parts/button';
import { Banner, Pairs, Waiting } from '../../parts/notice';
import { t } from './words';

interface PublicKeys {
	keys: { id: string; publicKey: string }[];
}

const QUIET_ZONE = 4;

/* One path of squares: crisp at any size, no inline style, prints well. */
export function QrCode({ text, label }: { text: string; label: string }): JSX.Element {
	const { data, size } = encode(text, { ecc: 'L', border: 0 });
	let path = '';
	data.forEach((row, y) => row.forEach((isDark, x) => {
		if (isDark) {
			path += `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z`;
		}
	}));
	const side = size + 2 * QUIET_ZONE;
	return (
		<svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label}
			shape-rendering="crispEdges">
			<rect width={side} height={side} fill="#fff" />
			<path d={path} fill="#000" />
		</svg>
	);
}

function parsed(text: string): Receipt | null {
	try {
		return parseReceipt(fromB64(text));
	} catch {
		return null;
	}
}

/* Whether the answers this device holds are those the receipt signs. */
function isMatching(session: Session, receipt: Receipt): boolean {
	const { book } = session.core;
	const salt = fromB64(session.info.salt);
	return equal(receipt.attempt, fromB64(session.info.attempt)) &&
		equal(answersHash(salt, book.fixedAnswers()), receipt.answers);
}

type Signature = 'checking' | 'good' | 'bad' | 'unknown';

function useSignature(receipt: Receipt | null): Signature {
	const [state, setState] = useState<Signature>('checking');
	useEffect(() => {
		if (!receipt) {
			return;
		}
		api.get<PublicKeys>('/api/v1/keys').then(
			({ keys }) => setState(isGenuine(receipt, keys.map((k) => fromB64(k.publicKey))) ? 'good' : 'bad'),
			() => setState('unknown'));
	}, [receipt]);
	return state;
}

function save(address: string, title: string): void {
	const blob = new Blob([`${title}\n${address}\n`], { type: 'text/plain;charset=utf-8' });
	const link = document.createElement('a');
	link.href = URL.createObjectURL(blob);
	link.download = 'bien-nhan.txt';
	link.click();
}

function ReceiptView({ session, text }: { session: Session; text: string }): JSX.Element {
	const [receipt] = useState(() => parsed(text));
	const signature = useSignature(receipt);
	const address = `${location.origin}/verify#${text}`;
	const counts = session.core.book.counts();
	if (!receipt) {
		return <Banner tone="bad"><p>{t('receipt.bad')}</p></Banner>;
	}
	const canCompare = counts.stamped === 0;
	return (
		<section aria-labelledby="receipt-title">
			<h2 id="receipt-title">{t('receipt.title')}</h2>
			{signature === 'bad' ? <Banner tone="bad"><p>{t('receipt.bad')}</p></Banner> : null}
			{canCompare
				? isMatching(session, receipt)
					? <Banner tone="ok"><p>{t('receipt.match')}</p></Banner>
					: <Banner tone="warn"><p>{t('receipt.differ')}</p></Banner>
				: null}
			<p class="measure">{t('receipt.text')}</p>
			<div class="receipt">
				<QrCode text={address} label={t('receipt.qr')} />
				<div>
					<Pairs items={[
						{ label: t('lobby.name'), value: session.info.studentName },
						{ label: t('receipt.closed'), value: formatDateTime(receipt.at) },
						{ label: t('receipt.events'), value: String(receipt.seq) },
						{ label: t('lobby.variant'), value: session.info.variant },
					]} />
					<div class="row no-print">
						<a class="button" href={`/verify#${text}`}>{t('receipt.link')}</a>
						<button type="button" class="button secondary"
							onClick={() => save(address, session.info.title)}>{t('receipt.save')}</button>
						<button type="button" class="button secondary"
							onClick={() => print()}>{t('receipt.print')}</button>
					</div>
				</div>
			</div>
		</section>
	);
}

/* The next person at this machine must not find the last one's exam. */
function leave(): void {
	void api.del('/api/v1/session').catch(() => undefined).finally(() => location.assign('/'));
}

export function Done({ session, closed }: { session: Session; closed: Closed }): JSX.Element {
	const s = session.status.value;
	const refused = session.core.book.slots().filter((n) => session.core.view(n).state === 'refused');
	const at = closed.at > 0 ? closed.at : closed.receipt ? parsed(closed.receipt)?.at ?? 0 : 0;
	return (
		<>
			<h1>{t('done.title')}</h1>
			<p class="lead">{session.info.title}</p>
			{at > 0 ? <p>{t(`done.${closed.why}`, { time: formatTime(at) })}</p> : null}
			{refused.length > 0
				? <Banner tone="warn"><p>{t('done.refused', { n: refused.length })} {refused.join(', ')}</p></Banner>
				: null}
			{s.stamped > 0 ? <Banner><p>{t('done.stamped', { n: s.stamped })}</p></Banner> : null}
			{closed.receipt
				? <ReceiptView session={session} text={closed.receipt} />
				: <Waiting text={t('receipt.wait')} />}
			<div class="row no-print">
				<a href="/thi">{t('done.home')}</a>
				<Button kind="secondary" small onClick={leave}>{t('done.leave')}</Button>
			</div>
		</>
	);
}
