import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('force-model-prefix', ['force-model-prefix']);
