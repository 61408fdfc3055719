import { listEndpoint } from '../list.ts';

export default listEndpoint('claude-api-key', 'api-key');
