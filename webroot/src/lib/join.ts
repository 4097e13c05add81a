/* A code that was typed where it sets no password, on its way to "add a school". Kept in memory
 * alone: it is a secret until it is used. */
import { signal } from '@preact/signals';

export const joinCode = signal('');
