import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-image',
  title: 'image or audio',
  group: 'Answers',
  marks: ['aW1hZ2U='],
  answers: answerWith({
    chat: { message: { content: null, audio: { id: 'au', data: 'aW1hZ2U=', transcript: 'x', expires_at: 1 } } },
    responses: { output: [{ type: 'image_generation_call', id: 'i1', status: 'completed', result: 'aW1hZ2U=' }] },
    gemini: { parts: [{ inlineData: { mimeType: 'image/png', data: 'aW1hZ2U=' } }] },
  }),
});
