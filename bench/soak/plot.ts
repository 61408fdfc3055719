import type { Sample } from './memory.ts';

const width = 720;
const height = 240;
const margin = { left: 56, right: 16, top: 16, bottom: 32 };

/** The memory over time as an SVG of its own: an axis from zero, so that a flat line looks flat. */
export const plot = (samples: readonly Sample[]): string => {
  const last = Math.max(...samples.map(({ at }) => at), 1);
  const top = Math.ceil((Math.max(...samples.map(({ rss }) => rss), 1) * 1.2) / 50) * 50;
  const x = (at: number): number => margin.left + (at / last) * (width - margin.left - margin.right);
  const y = (rss: number): number => height - margin.bottom - (rss / top) * (height - margin.top - margin.bottom);
  const points = samples.map(({ at, rss }) => `${x(at).toFixed(1)},${y(rss).toFixed(1)}`).join(' ');
  const marks = [0, 0.25, 0.5, 0.75, 1];
  const text = (atX: number, atY: number, anchor: string, words: string): string =>
    `<text x="${atX}" y="${atY}" text-anchor="${anchor}" font-family="sans-serif" font-size="12" fill="#555">${words}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Resident memory over time">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...marks.map((mark) => `<path d="M${margin.left} ${y(mark * top)}H${width - margin.right}" stroke="#ddd"/>`),
    ...marks.map((mark) => text(margin.left - 6, y(mark * top) + 4, 'end', `${Math.round(mark * top)}`)),
    ...marks.map((mark) => text(x(mark * last), height - 10, 'middle', `${Math.round((mark * last) / 60)} min`)),
    text(margin.left, 12, 'start', 'resident memory, MiB'),
    `<polyline fill="none" stroke="#2563eb" stroke-width="1.5" points="${points}"/>`,
    '</svg>',
    '',
  ].join('\n');
};
