import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-logprobs',
  title: 'log probabilities',
  group: 'Answers',
  marks: ['-0.125'],
  answers: answerWith({
    chat: { choice: { logprobs: { content: [{ token: 'Guten', logprob: -0.125 }] } } },
    responses: {
      output: [
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Guten-Tag', logprobs: [{ token: 'Guten', logprob: -0.125 }] }],
        },
      ],
    },
    gemini: { candidate: { logprobsResult: { chosenCandidates: [{ token: 'Guten', logProbability: -0.125 }] } } },
  }),
});
