/*
 * When drawing a page fails, its reader sees a sentence and a way on, not an empty window. What
 * was written is in the log on the device all the same.
 */
import { Component } from 'preact';
import type { ComponentChildren } from 'preact';
import { words } from '../lib/i18n';
import { vi } from '../i18n/vi/parts';
import { en } from '../i18n/en/parts';
import { Button } from './button';
import { Banner } from './notice';

const t = words(vi, en);

interface Props {
	children: ComponentChildren;
}

export class Boundary extends Component<Props, { hasFailed: boolean }> {
	override state = { hasFailed: false };

	override componentDidCatch(error: unknown): void {
		console.error(error);
		this.setState({ hasFailed: true });
	}

	render(): ComponentChildren {
		if (!this.state.hasFailed) {
			return this.props.children;
		}
		return (
			<main class="wrap narrow" id="main">
				<Banner tone="bad" live="assertive" title={t('crash.title')}>
					<p>{t('crash.text')}</p>
					<Button onClick={() => location.reload()}>{t('crash.reload')}</Button>
				</Banner>
			</main>
		);
	}
}
