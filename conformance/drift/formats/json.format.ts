import { safeJson } from '../../reporters/printable.ts';
import type { DriftFormat } from '../find-format.ts';

export const format: DriftFormat = (report) => `${safeJson(report, 2)}\n`;
