import { refusesModel } from '../routing/model-support.ts';
import { defineRemedy } from './remedy.ts';

const twelveHours = 12 * 60 * 60 * 1000;

export default defineRemedy({
  id: 'model-support-cooldown',
  matrixRow: 8,
  about:
    'A credential that is refused a model is not asked for it again for twelve hours, so that only the first request pays for the answer.',
  cooldownMs: (failure) => (refusesModel(failure) ? twelveHours : undefined),
});
