import type { Loss } from '../ir/loss.ts';
import type { WireObject } from './reading.ts';

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || value === 0 || (Array.isArray(value) && value.length === 0);

/** A loss for each of the named fields that says something; vendors fill what does not apply with null, an empty list or a zero. */
export const lossesOfFields = (object: WireObject, path: string, why: Readonly<Record<string, string>>): readonly Loss[] =>
  Object.entries(why).flatMap(([key, reason]) =>
    isEmpty(object[key]) ? [] : [{ path: path === '' ? key : `${path}.${key}`, why: reason }],
  );
