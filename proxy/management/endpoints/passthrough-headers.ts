import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('passthrough-headers', ['passthrough-headers']);
