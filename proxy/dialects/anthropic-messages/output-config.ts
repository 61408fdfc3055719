import { isDeepStrictEqual } from 'node:util';

import type { JsonObject, OutputFormat } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { namedSchema } from '../output-format.ts';
import { asObject, type WireObject } from '../reading.ts';
import { closedSchema } from './closed-schema.ts';

/** `output_config.format`, both ways: Anthropic writes JSON by a schema only. */

interface ReadFormat {
  readonly format: OutputFormat | undefined;
  /** The vendor's fields without what was read. */
  readonly vendor: WireObject;
}

export const readFormat = (vendor: WireObject): ReadFormat => {
  const { output_config: output, ...fields } = vendor;
  const { format: wire, ...rest } = asObject(output) ?? {};
  const format = formatFromWire(wire);
  const left = format === undefined && wire !== undefined && wire !== null ? { ...rest, format: wire } : rest;
  return { format, vendor: { ...fields, ...(Object.keys(left).length > 0 && { output_config: left }) } };
};

const formatFromWire = (wire: unknown): OutputFormat | undefined => {
  const { type, schema } = asObject(wire) ?? {};
  const known = type === 'json_schema' ? asObject(schema) : undefined;
  return known && { kind: 'json-schema', schema: known as JsonObject };
};

const whyClosed = 'Anthropic takes closed objects only: their additionalProperties are set to false';

/** `output_config` with the format in it; `undefined` when there is nothing in it. */
export const withFormat = (output: unknown, format: OutputFormat | undefined, losses: Loss[]): WireObject | undefined => {
  if (format?.kind === 'json') losses.push({ path: 'format', why: 'Anthropic writes JSON only by a schema' });
  if (format?.kind !== 'json-schema') return asObject(output);
  const named = namedSchema(format);
  const schema = closedSchema(named.value);
  losses.push(...named.losses);
  if (!isDeepStrictEqual(schema, named.value)) losses.push({ path: 'format.schema', why: whyClosed });
  return { ...asObject(output), format: { type: 'json_schema', schema } };
};
