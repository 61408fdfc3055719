/** Times, durations, money and counts as the pages write them. All times are UTC. */
const second = 1_000;
const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** `23 Nov` */
export const dayText = (at: number): string => {
  const date = new Date(at);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ''}`;
};

/** `14:05` */
export const clockText = (at: number): string => {
  const date = new Date(at);
  return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
};

/** `23 Nov 2026, 14:05 UTC` */
export const momentText = (at: number): string => `${dayText(at)} ${new Date(at).getUTCFullYear()}, ${clockText(at)} UTC`;

/** What `<time datetime>` wants. Times beyond what a date can hold are told as the epoch. */
export const isoText = (at: number): string => new Date(Math.abs(at) <= 8.64e15 ? at : 0).toISOString();

/** The largest unit that fits, and the next one where the first is small: `3 d`, `1 h 20 min`, `45 s`. */
export const durationText = (ms: number): string => {
  if (ms < second) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < 6 * hour) {
    const minutes = Math.floor((ms % hour) / minute);
    return `${Math.floor(ms / hour)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
  }
  return ms < 2 * day ? `${Math.floor(ms / hour)} h` : `${Math.floor(ms / day)} d`;
};

/** `840 ms`, `2.4 s` */
export const latencyText = (ms: number | undefined): string => {
  if (ms === undefined) return '–';
  return ms < 10_000 ? (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`) : `${Math.round(ms / 1_000)} s`;
};

/** `12,345` */
export const countText = (value: number): string => String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `$0.0042`, `$12.50` */
export const moneyText = (usd: number): string => `$${usd !== 0 && usd < 0.1 ? usd.toFixed(4) : usd.toFixed(2)}`;

/** `1 incident`, `3 incidents` */
export const countedText = (value: number, one: string, many = `${one}s`): string => `${countText(value)} ${value === 1 ? one : many}`;

/** A share of passing checks, never rounded up to 100: `100 %`, `99.98 %`, `–` where nothing was judged. */
export const shareText = (pass: number, judged: number): string => {
  if (judged === 0) return '–';
  if (pass === judged) return '100 %';
  return `${(Math.floor((pass / judged) * 10_000) / 100).toFixed(2)} %`;
};
