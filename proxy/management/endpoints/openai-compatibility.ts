import { listEndpoint } from '../list.ts';

export default listEndpoint('openai-compatibility', 'name');
