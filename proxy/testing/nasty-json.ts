/** For tests: JSON as hardly anybody writes it, valid and not, and bytes cut as no network would. */

/** Numbers without a pattern that repeat with their seed. */
export const numbersFrom = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

type Numbers = (below: number) => number;

const spaces = ['', '', '', ' ', '\n', '\t', '\r\n', ' \t\r\n '] as const;
const space = (next: Numbers): string => spaces[next(spaces.length)] ?? '';

const hex = (unit: number, isUpper: boolean): string => {
  const digits = unit.toString(16).padStart(4, '0');
  return `\\u${isUpper ? digits.toUpperCase() : digits}`;
};

const shortEscapes: Readonly<Record<string, string>> = { '/': '\\/', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One UTF-16 unit of a text. Half a surrogate pair has no bytes of its own. */
const unit = (char: string, next: Numbers, escapes: boolean): string => {
  const plain = JSON.stringify(char).slice(1, -1);
  const isHalf = char >= '\ud800' && char <= '\udfff';
  if (isHalf || (escapes && next(6) === 0)) return hex(char.charCodeAt(0), next(2) === 0);
  return escapes && next(2) === 0 ? (shortEscapes[char] ?? plain) : plain;
};

const text = (value: string, next: Numbers, escapes = true): string =>
  `"${Array.from(value)
    .map((char) =>
      char.length === 2 && next(3) > 0
        ? char
        : char
            .split('')
            .map((half) => unit(half, next, escapes))
            .join(''),
    )
    .join('')}"`;

const oddNumbers = ['-0', '0', '1e5', '1E+5', '-1.50e-3', '12345678901234567890', '0.1000', '1e400', '-0.0', '10', '9e-999'] as const;

const number = (value: number, next: Numbers): string =>
  next(3) === 0 ? (oddNumbers[next(oddNumbers.length)] ?? '0') : JSON.stringify(value);

/** Names and texts that look like what is searched for. */
const lookAlikes = [
  'model',
  'stream',
  '"model":"x"',
  '{"model":"x"}',
  '","stream":true,"',
  '\\',
  '\\"',
  '}',
  ']',
  ',',
  ':',
  '\u2028',
] as const;

const maybeLookAlike = (value: string, next: Numbers): string => (next(4) === 0 ? (lookAlikes[next(lookAlikes.length)] ?? value) : value);

export interface Manner {
  /** Whether keys of the top level may be spelled with escapes. */
  readonly escapedKeys: boolean;
}

const member = (name: string, value: unknown, next: Numbers, escapes: boolean): string =>
  `${space(next)}${text(name, next, escapes)}${space(next)}:${space(next)}${spelled(value, next)}${space(next)}`;

const spelled = (value: unknown, next: Numbers): string => {
  if (typeof value === 'string') return text(maybeLookAlike(value, next), next);
  if (typeof value === 'number') return number(value, next);
  if (Array.isArray(value))
    return `[${value.length === 0 ? space(next) : value.map((one) => space(next) + spelled(one, next) + space(next)).join(',')}]`;
  if (value !== null && typeof value === 'object') return objectText(Object.entries(value), next, true);
  return String(value);
};

const objectText = (entries: readonly (readonly [string, unknown])[], next: Numbers, escapes: boolean): string => {
  const members = entries.map(([name, value]) => member(maybeLookAlike(name, next), value, next, escapes));
  return `{${members.length === 0 ? space(next) : members.join(',')}}`;
};

/** Valid JSON that is an object with these members, or with others of the same kind: keys may stand twice, and look like others. */
export const nastyObject = (entries: readonly (readonly [string, unknown])[], next: Numbers, { escapedKeys }: Manner): string =>
  space(next) + objectText(entries, next, escapedKeys) + space(next);

/** Lists of sizes are gone through again and again. */
export const cutInto = (bytes: Buffer, sizes: readonly number[]): readonly Buffer[] => {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieces.at(-1)?.length ?? 1)
    pieces.push(bytes.subarray(at, at + (sizes[pieces.length % sizes.length] ?? 1)));
  return pieces;
};

const nested = (depth: number): string => `{"model":"m","a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
const many = (count: number): string => `{${Array.from({ length: count }, (_, index) => `"k${index}":${index}`).join(',')}}`;
const bytesOf = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const good: readonly string[] = [
  '{}',
  ' \t\r\n{ \t\r\n} \t\r\n',
  '{"model":"m"}',
  '{"":""}',
  '{"model":"m","model":"n"}',
  '{"model":"m","x":1,"model":{"model":"n"}}',
  '{"m\\u006fdel":"n","model":"m"}',
  '{"x":{"model":"n","stream":true},"model":"m","stream":false}',
  '{"x":"\\"model\\":\\"n\\"","y":"}","z":"{","model":"m"}',
  '{"x":"\\\\","model":"m"}',
  '{"x":"\\\\\\"","model":"m"}',
  '{"x":["{","}","[","]",",",":","\\""],"model":"m"}',
  '{"__proto__":{"model":"n"},"model":"m"}',
  '{"__proto__":1,"__proto__":2}',
  '{"constructor":1,"toString":2,"hasOwnProperty":3}',
  '{"2":1,"1":2,"b":3,"0":4}',
  '{"a":"\\ud800","b":"\\udc00\\ud800","c":"\\ud83d\\ude00","d":"😀"}',
  '{"a":"\\u0000\\u001f\\u007f\\u0080\\uFFFF"}',
  '{"a":"\u007f\u0080\u2028\u2029\ufeff\uffff"}',
  '{"\ufeff":1,"é😀":2}',
  '{"a":-0,"b":-0.0,"c":0e0,"d":0E+0,"e":1e-7,"f":-1.25e+10,"g":1e999,"h":123456789012345678901234567890}',
  '{"a":true,"b":false,"c":null}',
  '{"a" : [ ] , "b" : { } , "c" : [ [ ] , { } , [ 1 , 2 ] ] }',
  '{"a":[1,-1,0,{"b":[true,false,null]}]}\n',
  nested(254),
  nested(255),
  nested(256),
  nested(257),
  many(255),
  many(256),
  many(257),
];

/** No space here is one of JSON's. */
const bad: readonly string[] = [
  '',
  ' ',
  '{',
  '}',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{,}',
  '{,"a":1}',
  '{"a":1 "b":2}',
  '{"a":1,,"b":2}',
  '{"a"::1}',
  '{"a":1:2}',
  "{'a':1}",
  '{a:1}',
  '{1:1}',
  '{"a":[1,]}',
  '{"a":[,1]}',
  '{"a":[1 2]}',
  '{"a":[}]}',
  '{"a":[1}}',
  '{"a":{]}',
  '{"a":{"b"]}',
  '{"a":1]',
  '{"a":1}}',
  '{"a":1}{"a":1}',
  '{"a":1},',
  '{"a":1}x',
  '{"a":1}\u0000',
  '{"a":1}"',
  '\ufeff{"a":1}',
  '{"a":1}\ufeff',
  '{\u00a0"a":1}',
  '{"a":\u000b1}',
  '{"a":\f1}',
  '{"a":/**/1}',
  '{"a":1}//',
  ...[
    '01 -01 00 -- - + +1 .5 1. -.5 1.e1 1e 1e+ 1E- 1e1.5 0x10 1_000 1n NaN Infinity -Infinity undefined 1-1 1+ 0e 00.1 -e1 1ee1 1.1.1 1..1',
    'tru truee True TRUE t fals falsee f nul nulll n nul1 truefalse nulnull',
  ].flatMap((list) => list.split(' ').flatMap((one) => [`{"a":${one}}`, `{"a":[${one}]}`, `{"a":${one},"b":1}`, `{"a":${one}`])),
  ...[
    '\\x',
    '\\u',
    '\\u1',
    '\\u12',
    '\\u123',
    '\\u123g',
    '\\uD8 0',
    '\\U0041',
    '\\0',
    "\\'",
    '\\',
    '\\\n',
    '\n',
    '\t',
    '\u0000',
    '\u001f',
    '"',
  ].flatMap((one) => [`{"a":"${one}"}`, `{"${one}":1}`, `{"a":{"${one}":1}}`, `{"a":"x${one}`]),
];

const none: readonly string[] = [
  '[]',
  '[{"model":"m"}]',
  '"model"',
  '"{\\"model\\":\\"m\\"}"',
  '1',
  '-1.5e3',
  'true',
  'null',
  ' null ',
  '[1',
];

const notUtf8: readonly Buffer[] = [
  bytesOf('{"a":"', [0xff], '"}'),
  bytesOf('{"a":"', [0xc3], '"}'),
  bytesOf('{"a":"', [0xe2, 0x82], '","b":1}'),
  bytesOf('{"a":"', [0xf0, 0x9f, 0x98], '"}'),
  bytesOf('{"a":"', [0xed, 0xa0, 0x80], '"}'),
  bytesOf('{"a":"', [0xc0, 0xa2], '"}'),
  bytesOf('{"a":"', [0xe2], '\\u00e9', [0x82], '"}'),
  bytesOf('{"', [0xff], '":1,"', [0xfe], '":2}'),
  bytesOf('{"', [0xff], '":1,"\ufffd":2,"model":"m"}'),
  bytesOf('{"a":', [0xff], '1}'),
  bytesOf([0xff], '{"a":1}'),
  bytesOf('{"a":1}', [0xc3]),
  bytesOf([0xff, 0xfe], Buffer.from('{"a":1}', 'utf16le').toJSON().data),
];

/** Bodies that somebody may send, most of which nobody should. */
export const nastyBodies: readonly Buffer[] = [...[...good, ...bad, ...none].map((one) => Buffer.from(one)), ...notUtf8];

/** The same with one byte taken out, put in, or exchanged, where `next` says. */
export const mutated = (bytes: Buffer, next: Numbers): Buffer => {
  const signs = Buffer.from('{}[]",:\\utrfalsn0123456789-+.eE \n\t\u0000\u00ff\ufeff/');
  const at = next(bytes.length + 1);
  const put = next(3) === 0 ? Buffer.alloc(0) : Buffer.of(signs[next(signs.length)] ?? 0);
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + next(2))]);
};
