import type { Persona } from '../persona.ts';

/** A 404 that is no envelope. */
export interface NothingThere {
  readonly contentType?: string;
  readonly text: string;
}

/** What a build says at a path that it does not have (sheet 1.2); `undefined` where the client's dialect says it. */
export const nothingThere = ({ surface }: Pick<Persona, 'surface'>): NothingThere | undefined => {
  if (surface.unknownPath === 'envelope') return undefined;
  return surface.unknownPath === 'text' ? { contentType: 'text/plain', text: '404 page not found' } : { text: '' };
};
