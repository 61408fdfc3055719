import { kindOfQueryKey, type SensitiveKind, sensitiveSpans } from '#fixtures/recordings/sensitive';

import { percentDecoded } from './decoded-text.ts';

/** Of an address inside a value. */
const parameter = /[?&;]([\w.-]{1,64})=[^&;#\s]/g;

const kindOfReading = (reading: string): SensitiveKind | undefined => {
  const named = [...reading.matchAll(parameter)].map(([, key = '']) => kindOfQueryKey(key));
  return sensitiveSpans(reading)[0]?.kind ?? named.find((kind) => kind !== undefined);
};

/** What percent escapes hide in a value of an address, or of a form: by its look, or by its name in an address inside it. */
export const hiddenKind = (raw: string): SensitiveKind | undefined => {
  if (!/[%+]/.test(raw)) return undefined;
  const text = raw.replaceAll('+', ' ');
  const plain = text === raw ? [] : [text];
  for (const reading of [...plain, ...percentDecoded(text)]) {
    const kind = kindOfReading(reading);
    if (kind !== undefined) return kind;
  }
  return undefined;
};
