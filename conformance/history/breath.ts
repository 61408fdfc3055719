import { setImmediate as turn } from 'node:timers/promises';

/**
 * Lets everything else of the process happen: SQLite works within the process, so a long chain of its answers leaves no room for timers and
 * sockets. Takes no time where nothing waits.
 */
export const breath = async (): Promise<void> => turn();
