import { describe, expect, it } from 'vitest';
import { blocks } from '$lib/markdown/blocks';
import { longestFormula } from '$lib/markdown/math';

const inline = (tex: string) => `<span class="formula" data-display="false">${tex}</span>`;
const display = (tex: string) => `<span class="formula" data-display="true">${tex}</span>`;

describe('TeX in Markdown', () => {
  it.each([
    ['\\(a_1 * b_2 * c\\)', inline('a_1 * b_2 * c')],
    ['$x_{1}$', inline('x_{1}')],
    ['so \\[x^2\\] holds', display('x^2')],
    ['so $$x^2$$ holds', display('x^2')],
    ['因此$\\sqrt{2}$是无理数', inline('\\sqrt{2}')],
    ['$\\text{costs \\$5}$', inline('\\text{costs \\$5}')],
  ])('is found in %j', (source, expected) => {
    expect(blocks(source)[0]).toContain(expected);
  });

  it.each(['It costs $5 and $6.', 'from $5 to $10', 'a \\$ sign', '$ x $', '$5', '\\(open', '$$open', '\\(\\)'])(
    'is not seen in %j',
    (source) => {
      expect(blocks(source)[0]).not.toContain('formula');
    },
  );

  it.each([
    ['$$\na\n= b\n$$', 'a\n= b'],
    ['\\[\na \\\\\n- b\n\n+ c\n\\]', 'a \\\\\n- b\n\n+ c'],
    ['\\[ \\boxed{42} \\].', '\\boxed{42}'],
    ['\\begin{align*}\na &= b\n\\end{align*}', '\\begin{align*}\na &amp;= b\n\\end{align*}'],
  ])('may stand alone: %j', (source, tex) => {
    expect(blocks(source)).toEqual([`<p>${display(tex)}</p>`]);
  });

  it('interrupts a paragraph and keeps to a list', () => {
    expect(blocks('Then\n\\[\nx\n\\]\nfollows')).toEqual([
      '<p>Then</p>\n',
      `<p>${display('x')}</p>`,
      '<p>follows</p>\n',
    ]);
    expect(blocks('1. first\n   \\[\n   x\n   \\]\n2. second')).toHaveLength(1);
  });

  it('stays text while it has not ended, and in code', () => {
    expect(blocks('\\[\nx +')[0]).not.toContain('formula');
    expect(blocks('`$x$`')[0]).toContain('<code>$x$</code>');
  });

  it('that never ends is text, however long', () => {
    expect(blocks('$x '.repeat(20_000)).join('')).not.toContain('formula');
    expect(blocks(`\\[${'x\n'.repeat(20_000)}`).join('')).not.toContain('formula');
    expect(blocks(`$$${'x'.repeat(longestFormula + 1)}$$`).join('')).not.toContain('formula');
  });
});
