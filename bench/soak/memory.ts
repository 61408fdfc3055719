import { readFileSync } from 'node:fs';

/** What a process holds, at one moment. */
export interface Sample {
  /** Seconds since the soak began. */
  readonly at: number;
  /** Resident memory in MiB. */
  readonly rss: number;
  /** Open file descriptors, sockets included. */
  readonly files: number;
  /** Requests sent so far. */
  readonly sent: number;
}

/** Resident memory of a process in MiB (Linux). */
export const residentMiB = (pid: number): number => {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How fast the memory grows, in MiB per hour: the slope of the straight line with the least squares through the samples. */
export const growthPerHour = (samples: readonly Pick<Sample, 'at' | 'rss'>[]): number => {
  const [at, rss] = [mean(samples.map((sample) => sample.at)), mean(samples.map((sample) => sample.rss))];
  const over = samples.reduce((sum, sample) => sum + (sample.at - at) * (sample.rss - rss), 0);
  const under = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0);
  return under === 0 ? 0 : (over / under) * 3_600;
};
