import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('persona', ['persona']);
