import { defineRemedy } from './remedy.ts';

const fromCount = 3;

export default defineRemedy({
  id: 'model-failure-alert',
  matrixRow: 8,
  about: 'From the third refusal of a model on, the log says so: requests for it cost an extra round or are served by something else.',
  alert: ({ modelRefusals, model, provider, status }) =>
    modelRefusals >= fromCount
      ? `The model ${model} was refused ${modelRefusals} times (last status ${status} from ${provider}): the account does not have it.`
      : undefined,
});
