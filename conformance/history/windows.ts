/** Windows of time, in milliseconds since the epoch; days begin at midnight UTC. */
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

export const windowOf = (at: number, widthMs: number): number => Math.floor(at / widthMs) * widthMs;
export const hourOf = (at: number): number => windowOf(at, hourMs);
export const dayOf = (at: number): number => windowOf(at, dayMs);
