import { describe, expect, it } from 'vitest';

import { Departure } from './departure.ts';

describe('the end of an exchange', () => {
  it('is told to every listener once, whoever says it again', () => {
    const departure = new Departure();
    const told: string[] = [];
    departure.addEventListener('abort', () => told.push('a'));
    departure.addEventListener('abort', () => told.push('b'));
    departure.abort('first');
    departure.abort('second');
    expect([told, departure.aborted, departure.reason]).toEqual([['a', 'b'], true, 'first']);
  });

  it('is told once to a listener that came twice, and not to one that went', () => {
    const departure = new Departure();
    let [stays, goes] = [0, 0];
    const staying = (): void => void (stays += 1);
    const going = (): void => void (goes += 1);
    departure.addEventListener('abort', staying);
    departure.addEventListener('abort', staying);
    departure.addEventListener('abort', going);
    departure.removeEventListener('abort', going);
    departure.abort();
    expect([stays, goes]).toEqual([1, 0]);
  });

  it('throws its reason when it has come, as a signal does', () => {
    const departure = new Departure();
    expect(() => departure.throwIfAborted()).not.toThrow();
    const reason = new Error('gone');
    departure.abort(reason);
    expect(() => departure.throwIfAborted()).toThrow(reason);
  });

  it('lets a listener go that removes itself while it is told', () => {
    const departure = new Departure();
    const told: string[] = [];
    const once = (): void => {
      told.push('once');
      departure.removeEventListener('abort', once);
    };
    departure.addEventListener('abort', once);
    departure.addEventListener('abort', () => told.push('other'));
    departure.abort();
    expect(told).toEqual(['once', 'other']);
  });
});
