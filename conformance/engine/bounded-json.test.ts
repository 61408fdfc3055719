import { describe, expect, it } from 'vitest';

import { boundedJson } from './bounded-json.ts';
import { redactor, secretsIn } from './redact.ts';

const asIs = (text: string): string => text;

describe('boundedJson', () => {
  it('makes JSON of everything', () => {
    const circle: Record<string, unknown> = { a: 1 };
    circle['self'] = circle;
    const value = [
      undefined,
      Number.NaN,
      1n,
      Buffer.from('é'),
      new Map([['k', new Set([1])]]),
      new Error('no'),
      circle,
      () => 1,
      'text',
      null,
      true,
    ];
    expect(boundedJson(value, asIs)).toEqual([
      '(undefined)',
      'NaN',
      '1',
      'é',
      { k: [1] },
      'Error: no',
      { a: 1, self: '(circular)' },
      '(function)',
      'text',
      null,
      true,
    ]);
  });

  it.each([
    ['a long text', 'x'.repeat(100_000)],
    ['a long list', Array.from({ length: 10_000 }, (_, index) => `item ${index}`)],
    ['a deep tree', Array.from({ length: 100 }).reduce((inner) => ({ inner }), 'leaf')],
    ['a broad tree', Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key-${index}`, 'v'.repeat(500)]))],
  ])('keeps %s under 4 KiB of characters', (_, value) => {
    expect(JSON.stringify(boundedJson(value, asIs)).length).toBeLessThanOrEqual(4_300);
  });

  it('does not throw for a value whose reading throws', () => {
    const hostile = {
      get trap(): never {
        throw new Error('sprung');
      },
    };
    expect(boundedJson(hostile, asIs)).toBe('(not representable: sprung)');
  });
});

describe('redactor', () => {
  it('takes out the secrets in use and what looks like one, and leaves the rest', () => {
    const redact = redactor(secretsIn({ authorization: 'Bearer my own client key', 'x-api-key': 'abcdefgh', accept: 'application/json' }));
    const vendorKey = ['sk', 'a'.repeat(24)].join('-'); // put together here, so that no scanner takes it for one
    const jwt = ['eyJhbGciOiJub25lIn0', 'eyJzdWIiOiJ4In0', 'sig'].join('.');
    expect(redact(`key my own client key, abcdefgh, Bearer ${'t'.repeat(20)}, ${vendorKey}, ${jwt}, application/json`)).toBe(
      'key [redacted], [redacted], Bearer [redacted], [redacted], [redacted], application/json',
    );
  });

  it('does not eat ordinary text for the sake of a short value', () => {
    expect(redactor(['a', 'json'])('a json body')).toBe('a json body');
  });
});
