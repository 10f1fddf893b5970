import Markdown, { type MarkdownIt } from 'markdown-it';
import { math } from './math';

/** Only these may be opened from what a model wrote. */
export const allowedAddress = /^(?:https?:\/\/|mailto:)/i;

const markdown = create();

/**
 * Markdown as HTML, one string a block of the top level, so that while an answer grows only its last block is drawn anew.
 * HTML in the text stays text. What comes out is not trusted all the same: it goes through {@link sanitize}.
 */
export function blocks(source: string): string[] {
  const environment = {};
  const tokens = markdown.parse(source, environment);
  const result: string[] = [];
  let start = 0;
  let depth = 0;
  tokens.forEach((token, index) => {
    depth += token.nesting;
    if (depth === 0) {
      result.push(markdown.renderer.render(tokens.slice(start, index + 1), markdown.options, environment));
      start = index + 1;
    }
  });
  return result;
}

function create(): MarkdownIt {
  const md = new Markdown({ html: false, linkify: true, breaks: false, typographer: false });
  md.use(math);
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  md.validateLink = (address) => allowedAddress.test(address.trim());
  const { escapeHtml } = md.utils;
  const rules = md.renderer.rules;

  const formula = (content: string, display: boolean) =>
    `<span class="formula" data-display="${display}">${escapeHtml(content)}</span>`;
  rules['math_inline'] = (tokens, index) => {
    const token = tokens[index];
    return token ? formula(token.content, token.meta?.['display'] === true) : '';
  };
  rules['math_block'] = (tokens, index) => `<p>${formula(tokens[index]?.content ?? '', true)}</p>`;

  const code = (content: string, name: string) =>
    `<div class="code" data-language="${escapeHtml(name)}">${escapeHtml(content)}</div>`;
  rules.fence = (tokens, index) => {
    const token = tokens[index];
    return code(token?.content ?? '', /^[\w+#.-]{1,20}/.exec(token?.info.trim() ?? '')?.[0].toLowerCase() ?? '');
  };
  rules.code_block = (tokens, index) => code(tokens[index]?.content ?? '', '');

  // An image would be a request that leaves the machine; it becomes a link that a person may follow.
  rules.image = (tokens, index) => {
    const token = tokens[index];
    const address = String(token?.attrGet('src') ?? '');
    const words = token?.content || address;
    return allowedAddress.test(address)
      ? `<a class="image" href="${escapeHtml(address)}">${escapeHtml(words)}</a>`
      : escapeHtml(words);
  };

  rules['table_open'] = () => '<div class="table" role="region" tabindex="0"><table>';
  rules['table_close'] = () => '</table></div>';
  // The page's policy refuses style attributes; how a column is set becomes a class.
  for (const cell of ['th', 'td']) {
    rules[`${cell}_open`] = (tokens, index) => {
      const side = /right|center/.exec(String(tokens[index]?.attrGet('style') ?? ''))?.[0];
      return side ? `<${cell} class="${side}">` : `<${cell}>`;
    };
  }

  // The page has headings of its own above; those of an answer are below them.
  for (const end of ['open', 'close']) {
    rules[`heading_${end}`] = (tokens, index) => {
      const level = Math.min(Number(tokens[index]?.tag.slice(1) ?? 1) + 2, 6);
      return end === 'open' ? `<h${level}>` : `</h${level}>`;
    };
  }
  return md;
}
