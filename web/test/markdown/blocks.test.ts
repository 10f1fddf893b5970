import { describe, expect, it } from 'vitest';
import { blocks } from '$lib/markdown/blocks';

describe('Markdown', () => {
  it('comes in one piece a block, so that earlier pieces stay as they are while an answer grows', () => {
    const whole = '# Title\n\nFirst *part*.\n\n- one\n- two\n\n```py\nx = 1\n```\n\nLast.';
    const all = blocks(whole);
    expect(all).toHaveLength(5);
    for (let length = 1; length < whole.length; length++) {
      const early = blocks(whole.slice(0, length));
      const settled = early.slice(0, -1);
      expect(all.slice(0, settled.length)).toEqual(settled);
    }
  });

  it('puts headings below those of the page', () => {
    expect(blocks('# One\n\n#### Four\n\n###### Six').map((html) => html.trim())).toEqual([
      '<h3>One</h3>',
      '<h6>Four</h6>',
      '<h6>Six</h6>',
    ]);
  });

  it('names the language of code and escapes the rest', () => {
    expect(blocks('```C++ extra\na<b\n```')).toEqual(['<div class="code" data-language="c++">a&lt;b\n</div>']);
    expect(blocks('```"x"\na\n```')).toEqual(['<div class="code" data-language="">a\n</div>']);
  });

  it('shows code that has not ended yet as code', () => {
    expect(blocks('```js\nlet a = 1')).toEqual(['<div class="code" data-language="js">let a = 1</div>']);
  });

  it('sets table columns by class, since style attributes are refused', () => {
    const [table] = blocks('| a | b |\n|---|--:|\n| 1 | 2 |');
    expect(table).toContain('<td class="right">2</td>');
    expect(table).not.toContain('style');
  });

  it('links whole addresses, not words that merely look like hosts', () => {
    expect(blocks('see https://example.org/a and README.md')[0]).toBe(
      '<p>see <a href="https://example.org/a">https://example.org/a</a> and README.md</p>\n',
    );
  });
});
