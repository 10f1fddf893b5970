import { figures } from '$lib/i18n';

/** A change in percent with its sign: +367%, −4%. */
export function signedPercent(percent: number): string {
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '';
  return `${sign}${figures.number(Math.abs(percent), Math.abs(percent) < 10 ? 1 : 0)}%`;
}
