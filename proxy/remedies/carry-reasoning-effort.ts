import { defineRemedy } from './remedy.ts';

export default defineRemedy({
  id: 'carry-reasoning-effort',
  matrixRow: 12,
  about:
    'The amount of reasoning that a client asks for, in a field or as a suffix of the model’s name, reaches the upstream as the level or budget that the model has; one that no model has is refused.',
  steersReasoning: true,
});
