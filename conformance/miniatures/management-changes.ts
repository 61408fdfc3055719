import type { Message } from './defect.ts';

/** For defects of what an operator changes while the proxy runs. */

/** Whether a request changes the configuration. */
export const changesSettings = ({ method, path }: Message): boolean => method !== 'GET' && path.startsWith('/v0/management/');
