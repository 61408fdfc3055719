import { paletteFor } from '../../reporters/palette.ts';
import type { CommandContext } from '../command.ts';
import { coloursFor } from '../io.ts';
import { openFormats } from './format-outputs.ts';
import { sdkStore } from './sdk-store.ts';

/**
 * `wireproof drift --sdk`: what changed in the types of an SDK.
 * @param range `openai@6.48.0..6.49.0`
 */
export const watchSdk = async (range: string, formats: readonly string[], { io, colour }: CommandContext): Promise<number> => {
  const [{ parseSdkRange }, { sdkDrift }, { sdkDriftText }, { safeJson }] = await Promise.all([
    import('../../drift/sdk/sdk-range.ts'),
    import('../../drift/sdk/sdk-drift.ts'),
    import('../../drift/sdk/sdk-drift-text.ts'),
    import('../../reporters/printable.ts'),
  ]);
  const outputs = await openFormats(formats, { io, names: ['console', 'json'] });
  const found = await sdkDrift(parseSdkRange(range), sdkStore(io));
  const paint = paletteFor(coloursFor(io, io.outIsTerminal, colour));
  await outputs.write(async (format) => (format === 'json' ? `${safeJson(found, 2)}\n` : sdkDriftText(found, paint)));
  return found.summary.breaking > 0 ? 1 : 0;
};
