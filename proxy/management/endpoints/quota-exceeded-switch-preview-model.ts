import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('quota-exceeded-switch-preview-model', ['quota-exceeded', 'switch-preview-model']);
