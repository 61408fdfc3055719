import { answerWith, defineFeature } from './feature.ts';

const token = { token: 'Guten-Tag', bytes: [71, 117, 116, 101, 110, 45, 84, 97, 103], logprob: -0.125 };
const logprobs = [{ ...token, top_logprobs: [token, { token: 'Moin', bytes: [77, 111, 105, 110], logprob: -2.625 }] }];

export default defineFeature({
  id: 'answer-logprobs',
  title: 'log probabilities',
  group: 'Answers',
  marks: ['-0.125', 'Moin', '-2.625'],
  answers: answerWith({
    chat: { choice: { logprobs: { content: logprobs, refusal: null } } },
    responses: {
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Guten-Tag', logprobs }] }],
    },
    gemini: {
      candidate: {
        logprobsResult: {
          chosenCandidates: [{ token: 'Guten-Tag', tokenId: 7, logProbability: -0.125 }],
          topCandidates: [
            {
              candidates: [
                { token: 'Guten-Tag', tokenId: 7, logProbability: -0.125 },
                { token: 'Moin', tokenId: 8, logProbability: -2.625 },
              ],
            },
          ],
        },
      },
    },
  }),
});
