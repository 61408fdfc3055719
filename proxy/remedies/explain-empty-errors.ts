import { defineRemedy } from './remedy.ts';

const hints: Readonly<Record<number, string>> = {
  406: 'Its acceptance rules were not met: request headers or format, or the account does not serve this model.',
};

export default defineRemedy({
  id: 'explain-empty-errors',
  matrixRow: 9,
  about: 'An upstream error without a body is told as what it is, with provider, model and status, instead of as "status 406".',
  onError: (error, { bodyText, provider, model, status }) => {
    if (bodyText.trim() !== '') return error;
    const hint = hints[status] ?? 'It gave no reason.';
    return { ...error, message: `The upstream ${provider} answered status ${status} with an empty body for the model ${model}. ${hint}` };
  },
});
