import { nothingHere } from '../nothing-here.ts';
import { metricsByClientWord } from '../personas/acting/client-words.ts';
import { defineRoute } from './route.ts';

/** What was asked of each provider, and how it went (sheet 1.7). */
export default defineRoute({
  id: 'metrics-providers',
  method: 'GET',
  url: '/v1/metrics/providers',
  open: ({ surface }) => surface.providerMetrics !== 'by-provider',
  handle: async ({ config, ledger, metrics, persona }, request) => {
    const { providerMetrics } = persona.surface;
    if (providerMetrics === 'absent') throw nothingHere(request);
    // Estimates take a moment; whoever asks after an answer should find it counted.
    await ledger.flush();
    if (providerMetrics === 'by-provider') return metrics.providers.snapshot();
    return metricsByClientWord(config['api-keys'], [...ledger.totals.sums()]);
  },
});
