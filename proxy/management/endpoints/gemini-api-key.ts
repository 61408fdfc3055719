import { listEndpoint } from '../list.ts';

export default listEndpoint('gemini-api-key', 'api-key');
