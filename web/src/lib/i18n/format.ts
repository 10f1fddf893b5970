import { language } from './language.svelte';

// How figures are written. The figures themselves come from the server; nothing is worked out here.

const formats = new Map<string, Intl.NumberFormat>();

function format(value: number, options: Intl.NumberFormatOptions): string {
  // A plan writes hundreds of figures at every change: their formats are made once.
  const key = `${language.tag} ${options.minimumFractionDigits ?? 0} ${options.maximumFractionDigits} ${options.style}`;
  let made = formats.get(key);
  if (made === undefined) formats.set(key, (made = new Intl.NumberFormat(language.tag, options)));
  return made.format(value);
}

/** A number with at most so many decimals: 12,345.6. */
export function number(value: number, decimals = 0): string {
  return format(value, { maximumFractionDigits: decimals });
}

/** A share as a percentage: 0.031 is 3.1%. */
export function percent(share: number, decimals = 0): string {
  return format(share, { style: 'percent', maximumFractionDigits: decimals });
}

/** A rate in tokens per second without its unit, to two significant digits or the whole number: 0.16, 4.4, 25, 155. */
export function rate(tps: number): string {
  const decimals = tps < 0.995 ? 2 : tps < 9.95 ? 1 : 0;
  return format(tps, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A size in binary units, as DeepFit's other front ends write it: 512 MiB, 7.72 GiB, 377.7 GiB. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  const decimals = unit < 3 || size >= 1000 ? 0 : size >= 100 ? 1 : 2;
  return `${value < 0 ? '−' : ''}${format(size, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })} ${units[unit]}`;
}

/** The size of a download or a disk, in decimal units, as hubs and shops write it: 4.68 GB. */
export function decimalBytes(value: number): string {
  const [size, unit] = value >= 1e12 ? [value / 1e12, 'TB'] : value >= 1e9 ? [value / 1e9, 'GB'] : [value / 1e6, 'MB'];
  return `${format(size, { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 })} ${unit}`;
}

/** A rate of bytes, in decimal units, as data sheets write it: 34.4 GB/s. */
export function byteRate(value: number): string {
  return `${decimalBytes(value)}/s`;
}

/** A number of tokens that is a power of two or nearly: 8192 is 8K, 131072 is 128K. */
export function tokens(value: number): string {
  return value >= 1024 && value % 1024 === 0 ? `${number(value / 1024)}K` : number(value);
}

/** A time for people: 0.07 s, 12 s, 2 min, 1.5 h, 3 days. */
export function seconds(value: number): string {
  const zh = language.current === 'zh';
  const [amount, unit, decimals] =
    value < 10
      ? [value, zh ? '秒' : 's', value < 1 ? 2 : 1]
      : value < 90
        ? [value, zh ? '秒' : 's', 0]
        : value < 5400
          ? [value / 60, zh ? '分钟' : 'min', value < 600 ? 1 : 0]
          : value < 172800
            ? [value / 3600, zh ? '小时' : 'h', 1]
            : [value / 86400, zh ? '天' : 'days', 0];
  return `${format(amount as number, { maximumFractionDigits: decimals as number })} ${unit}`;
}

/** Sentences one after the other: Chinese full stops bring their own space. */
export function sentences(...all: string[]): string {
  return all.filter((one) => one !== '').join(language.current === 'zh' ? '' : ' ');
}

/** A price in US dollars: $1,599. */
export function dollars(value: number): string {
  return format(value, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: 0,
    currencyDisplay: 'narrowSymbol',
  });
}

/** A day and time: Nov 25, 2026, 2:05 PM. */
export function dateTime(value: Date): string {
  return new Intl.DateTimeFormat(language.tag, { dateStyle: 'medium', timeStyle: 'short' }).format(value);
}
