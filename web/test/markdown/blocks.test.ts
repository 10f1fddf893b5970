import { describe, expect, it } from 'vitest';
import { blocks } from '$lib/markdown/blocks';

const html = (source: string) => blocks(source).map((block) => (block.kind === 'html' ? block.html : null));

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
    expect(html('# One\n\n#### Four\n\n###### Six').map((one) => one?.trim())).toEqual([
      '<h3>One</h3>',
      '<h6>Four</h6>',
      '<h6>Six</h6>',
    ]);
  });

  it('names the language of code and escapes the rest', () => {
    expect(blocks('```C++ extra\na<b\n```')).toEqual([{ kind: 'code', language: 'c++', text: 'a<b\n' }]);
    expect(blocks('```"x"\na\n```')).toEqual([{ kind: 'code', language: '', text: 'a\n' }]);
    expect(html('- list\n\n  ```C++\n  a<b\n  ```')[0]).toContain(
      '<div class="code" data-language="c++">a&lt;b\n</div>',
    );
  });

  it('shows code that has not ended yet as code', () => {
    expect(blocks('```js\nlet a = 1')).toEqual([{ kind: 'code', language: 'js', text: 'let a = 1' }]);
  });

  it('sets table columns by class, since style attributes are refused', () => {
    const [table] = html('| a | b |\n|---|--:|\n| 1 | 2 |');
    expect(table).toContain('<td class="right">2</td>');
    expect(table).not.toContain('style');
  });

  it('links whole addresses, not words that merely look like hosts', () => {
    expect(html('see https://example.org/a and README.md')[0]).toBe(
      '<p>see <a href="https://example.org/a">https://example.org/a</a> and README.md</p>\n',
    );
  });
});
