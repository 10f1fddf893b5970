// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { drawFormula } from '$lib/markdown/formula';

function draw(tex: string): HTMLElement {
  const element = document.createElement('span');
  element.textContent = tex;
  drawFormula(element, tex, true);
  return element;
}

it('draws for the eye and, as MathML, for the ear', () => {
  const drawn = draw('\\frac{1}{2}');
  expect(drawn.querySelector('.katex-html')?.getAttribute('aria-hidden')).toBe('true');
  expect(drawn.querySelector('math mfrac')).not.toBeNull();
});

it('sets no style attribute, which the policy of the page would refuse', () => {
  const asked: string[] = [];
  const real = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    asked.push(name);
    real.call(this, name, value);
  };
  try {
    const drawn = draw(
      '\\vec{v} = \\boxed{\\cancel{x}} + \\overrightarrow{AB} + \\color{red}{y} + \\fcolorbox{red}{blue}{z}',
    );
    expect(drawn.querySelector<SVGElement>('svg')).not.toBeNull();
    expect([...drawn.querySelectorAll('[data-style]')]).toEqual([]);
  } finally {
    Element.prototype.setAttribute = real;
  }
  expect(asked).not.toContain('style');
});

it.each(['\\frac{1}{', '\\undefined', '\\href{javascript:alert(1)', 'a_b_c'])('leaves %j as it is', (tex) => {
  expect(draw(tex).textContent).toBe(tex);
});
