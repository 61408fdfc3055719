/** What a request with a body of this size costs. */
export interface SizedCost {
  readonly bytes: number;
  readonly micros: number;
}

/**
 * Microseconds per byte at each size: what a request costs over the smallest one, by the bytes it has more. So what every request costs,
 * whatever its size, is left out. NaN for the smallest, which comes first.
 */
export const costPerByte = (costs: readonly SizedCost[]): readonly number[] => {
  const [smallest] = costs;
  if (smallest === undefined) return [];
  return costs.map(({ bytes, micros }) => (micros - smallest.micros) / (bytes - smallest.bytes));
};
