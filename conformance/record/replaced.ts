import { type SensitiveKind, sensitiveSpans } from '#fixtures/recordings/sensitive';

import { hiddenKind } from './hidden-kind.ts';
import { lettersText } from './placeholders.ts';
import type { RedactContext } from './redact-body.ts';
import { Refusal } from './refusal.ts';

/** What stands in place of a value outside bodies. Throws {@link Refusal} where nothing of its length is free. */
export const replaced = (value: string, kind: SensitiveKind, place: string, { placeholders, redactions }: RedactContext): string => {
  const made = placeholders.of(kind, value);
  if (made === undefined) throw new Refusal('cannot-redact', `${place}: no placeholder of ${lettersText(value.length)} is free`);
  redactions.add(place, kind);
  return made;
};

/** Without the values in it that can be told by their look. */
export const withoutSpans = (text: string, place: string, context: RedactContext): string => {
  let [out, at] = [text, 0];
  for (const { start, end, kind } of sensitiveSpans(text).toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    // In another one, or all of it but its end.
    const from = Math.max(start, at);
    if (end <= from) continue;
    // Placeholders are as long as their values: places stay where they are.
    out = `${out.slice(0, from)}${replaced(text.slice(from, end), kind, place, context)}${out.slice(end)}`;
    at = end;
  }
  return out;
};

/** The same, and all of it goes where escapes hide one. */
export const withoutSensitive = (text: string, place: string, context: RedactContext): string => {
  const hidden = hiddenKind(text);
  return hidden === undefined ? withoutSpans(text, place, context) : replaced(text, hidden, place, context);
};
