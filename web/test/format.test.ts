import { afterEach, describe, expect, it } from 'vitest';
import { figures, language } from '$lib/i18n';

afterEach(() => language.set('en'));

describe('figures', () => {
  it('writes sizes in binary units with the decimals that matter', () => {
    expect(figures.bytes(512)).toBe('512 B');
    expect(figures.bytes(302 * 1024 ** 2)).toBe('302 MiB');
    expect(figures.bytes(7.72 * 1024 ** 3)).toBe('7.72 GiB');
    expect(figures.bytes(377.7 * 1024 ** 3)).toBe('377.7 GiB');
    expect(figures.bytes(-(1024 ** 3))).toBe('−1.00 GiB');
  });

  it('writes downloads in decimal units', () => {
    expect(figures.decimalBytes(4_683_073_504)).toBe('4.68 GB');
    expect(figures.decimalBytes(404_000_000_000)).toBe('404 GB');
    expect(figures.byteRate(34_366_303_418)).toBe('34.4 GB/s');
  });

  it('writes slow and fast rates with the digits that mean something', () => {
    expect(figures.rate(0.16)).toBe('0.16');
    expect(figures.rate(4.42)).toBe('4.4');
    expect(figures.rate(3)).toBe('3.0');
    expect(figures.rate(9.96)).toBe('10');
    expect(figures.rate(25.2)).toBe('25');
    expect(figures.rate(155.4)).toBe('155');
    expect(figures.rate(7571)).toBe('7,571');
  });

  it('writes contexts as people say them', () => {
    expect(figures.tokens(8192)).toBe('8K');
    expect(figures.tokens(131072)).toBe('128K');
    expect(figures.tokens(6783)).toBe('6,783');
  });

  it('writes times in the unit and the language that people use', () => {
    expect(figures.seconds(0.0676)).toBe('0.07 s');
    expect(figures.seconds(10.09)).toBe('10 s');
    expect(figures.seconds(540)).toBe('9 min');
    language.set('zh');
    expect(figures.seconds(540)).toBe('9 分钟');
    expect(figures.seconds(7200)).toBe('2 小时');
  });

  it('follows the language with its numbers', () => {
    expect(figures.percent(0.031, 1)).toBe('3.1%');
    expect(figures.dollars(1599)).toBe('$1,599');
  });
});
