import { defineClient } from '../client.ts';
import { piModels } from './pi-models.ts';
import pi from './pi.client.ts';

export default defineClient({
  ...pi,
  id: 'pi-gemini',
  title: 'pi, Gemini',
  surface: 'gemini-generate',
  needs: ['as pi, with `api` google-generative-ai and `baseUrl` …/v1beta'],
  files: (aim) => piModels(aim, 'google-generative-ai', '/v1beta'),
});
