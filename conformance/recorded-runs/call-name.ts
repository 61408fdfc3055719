import type { SurfaceId } from '#fixtures/exchange';

/** The id of a recording of a run: which call of which step it is. The same seed gives the same names. */
export const callName = (surface: SurfaceId, token: string, index: number): string => `${surface}/${token}-${index}`;

/** The token and the number that an id tells. `undefined` for a name that is no call's. */
export const partsOfCallName = (id: string): { readonly token: string; readonly index: number } | undefined => {
  const [, token, digits] = /\/(wpt_[0-9a-z]{16})-(\d{1,6})$/.exec(id) ?? [];
  return token === undefined || digits === undefined ? undefined : { token, index: Number(digits) };
};
