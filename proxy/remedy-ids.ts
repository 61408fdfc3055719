import { moduleNames } from './discovery.ts';

/** Ids of all remedies, from their file names; loads none of them. */
export const remedyIds = (): readonly string[] => moduleNames(new URL('remedies/', import.meta.url), 'remedy');
