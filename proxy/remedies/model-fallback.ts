import { refusesModel } from '../routing/model-support.ts';
import { defineRemedy } from './remedy.ts';

/** iFlow's refusal of a model that it does not serve on this route, after the retry of row 9 (sheet R9 d). */
const isNotAcceptable = ({ provider, status }: { readonly provider: string; readonly status: number }): boolean =>
  provider === 'iflow' && status === 406;

export default defineRemedy({
  id: 'model-fallback',
  matrixRow: 8,
  about: 'A model that the upstream does not serve to this account is answered by the fallback that the configuration names.',
  onFailure: (failure) =>
    refusesModel(failure) || isNotAcceptable(failure) ? { kind: 'fallback', because: `refused with status ${failure.status}` } : undefined,
});
