// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { blocks } from '$lib/markdown/blocks';
import { drawFormula } from '$lib/markdown/formula';
import { highlight } from '$lib/markdown/highlight';
import { sanitize } from '$lib/markdown/sanitize';
import { attacks } from './attacks';

const forbidden =
  'script, img, image, svg, iframe, object, embed, form, input, button, style, link, meta, base, video, audio, source, template, details, noscript, math, [style], [id], [name], [srcdoc], [src], [action]';

function render(source: string): HTMLElement {
  const page = document.createElement('div');
  for (const block of blocks(source)) page.append(block.kind === 'html' ? sanitize(block.html) : block.text);
  return page;
}

function expectHarmless(page: Element): void {
  expect(page.querySelector(forbidden)?.outerHTML).toBeUndefined();
  for (const element of page.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on/);
      if (name === 'href') expect(value).toMatch(/^(https?:\/\/|mailto:)/i);
    }
  }
}

describe('what a model writes', () => {
  it('keeps what Markdown says about formulas, code, lists and tables', () => {
    const page = render('\\[ x^2 \\]\n\n3. three\n\n   ```python\n   print()\n   ```\n\n| a |\n|---|\n| b |');
    expect(page.querySelector('.formula')?.getAttribute('data-display')).toBe('true');
    expect(page.querySelector('ol')?.getAttribute('start')).toBe('3');
    expect(page.querySelector('.code')?.getAttribute('data-language')).toBe('python');
    expect(page.querySelector('div.table')?.getAttribute('tabindex')).toBe('0');
  });

  it.each(attacks)('cannot inject %j', (attack) => {
    expectHarmless(render(attack));
    expectHarmless(render(`words ${attack} words`));
    expectHarmless(render(`- a list\n\n  > ${attack}`));
  });

  it.each(attacks)('cannot inject %j even past Markdown', (attack) => {
    const page = document.createElement('div');
    page.append(sanitize(attack));
    expectHarmless(page);
  });

  it.each(attacks)('cannot inject %j through coloured code', async (attack) => {
    const page = document.createElement('div');
    const code = attack.replaceAll('\u0000', '');
    for (const language of ['html', 'js', 'bash']) {
      page.replaceChildren((await highlight(code, language)) ?? '');
      expectHarmless(page);
      expect(page.textContent).toBe(code);
    }
  });

  it.each(attacks)('cannot inject %j through a formula', (attack) => {
    const element = document.createElement('span');
    drawFormula(element, attack.replace(/^\$|\$$/g, ''), false);
    expect(element.querySelector('script, img, iframe, a[href], [onerror], [onload], [id]')).toBeNull();
  });

  it('keeps its words when they look like HTML', () => {
    expect(render('Use <b>bold</b> & "quotes"').textContent).toContain('Use <b>bold</b> & "quotes"');
  });

  it('opens links apart and says where they lead', () => {
    const link = render('[a bank](https://evil.example/login)').querySelector('a');
    expect(link?.target).toBe('_blank');
    expect(link?.rel).toBe('noopener noreferrer');
    expect(link?.title).toBe('https://evil.example/login');
  });

  it('loads no image but offers it as a link', () => {
    const page = render('![a cat](https://pictures.example/cat.png)');
    expect(page.querySelector('img')).toBeNull();
    expect(page.querySelector('a.image')?.getAttribute('href')).toBe('https://pictures.example/cat.png');
    expect(page.textContent).toBe('a cat\n');
  });
});
