import type { MarkdownIt } from 'markdown-it';

// TeX in Markdown, in the ways that models write it: $…$, $$…$$, \(…\), \[…\], and environments that stand alone.
// The TeX is taken as it is, before Markdown sees its underscores and backslashes.

interface Fence {
  readonly open: string;
  readonly close: string;
  readonly display: boolean;
}

const fences: readonly Fence[] = [
  { open: '$$', close: '$$', display: true },
  { open: '\\[', close: '\\]', display: true },
  { open: '\\(', close: '\\)', display: false },
];

const environment = /^\\begin\{(equation|align|aligned|alignat|gather|multline|cases|array|[pbBvV]?matrix)(\*?)\}/;

/** Longest TeX that is taken for a formula; more is a mistake of the model, and is shown as text. */
export const longestFormula = 4096;

/** Teaches Markdown to keep TeX apart, as tokens `math_inline` and `math_block` whose content is the TeX. */
export function math(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'math_inline', (state, silent) => {
    const found = inlineAt(state.src, state.pos, state.posMax);
    if (found === null) return false;
    if (!silent) {
      const token = state.push('math_inline', 'span', 0);
      token.content = found.tex;
      token.meta = { display: found.display };
    }
    state.pos = found.end;
    return true;
  });

  markdown.block.ruler.before(
    'fence',
    'math_block',
    (state, startLine, endLine, silent) => {
      const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      const first = state.src.slice(start, state.eMarks[startLine]);
      const opened = opening(first);
      if (opened === null || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
      let text = '';
      for (let line = startLine; line < endLine; line++) {
        const indented = line > startLine && (state.sCount[line] ?? 0) < state.blkIndent && !state.isEmpty(line);
        if (indented) return false;
        const from = line === startLine ? start + opened.skip : (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
        const content = state.src.slice(from, state.eMarks[line]);
        const end = content.indexOf(opened.close);
        text += end < 0 ? `${content}\n` : content.slice(0, end);
        if (text.length > longestFormula) return false;
        if (end < 0) continue;
        // What follows on the line belongs to a paragraph: then the formula stands in the text, and is found there.
        if (!/^[\s.,;:，。；：]*$/.test(content.slice(end + opened.close.length))) return false;
        if (text.trim() === '') return false;
        if (silent) return true;
        const token = state.push('math_block', 'div', 0);
        token.block = true;
        token.content = opened.keep ? `${first.slice(0, opened.skip)}${text}${opened.close}` : text.trim();
        token.meta = { display: true };
        token.map = [startLine, line + 1];
        state.line = line + 1;
        return true;
      }
      return false;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );
}

/** How a block of TeX begins: how much of its first line to skip, and what ends it. */
function opening(line: string): { skip: number; close: string; keep: boolean } | null {
  const fence = fences.find((one) => one.display && line.startsWith(one.open));
  if (fence) return { skip: fence.open.length, close: fence.close, keep: false };
  const named = environment.exec(line);
  return named ? { skip: named[0].length, close: `\\end{${named[1]}${named[2]}}`, keep: true } : null;
}

/** The formula that begins at a place of a text, or null. */
export function inlineAt(
  source: string,
  position: number,
  end: number,
): { tex: string; display: boolean; end: number } | null {
  const fence = fences.find((one) => source.startsWith(one.open, position));
  if (fence) {
    const from = position + fence.open.length;
    const to = source.indexOf(fence.close, from);
    const tex = to < 0 ? '' : source.slice(from, to).trim();
    if (to < 0 || to + fence.close.length > end || tex === '' || tex.length > longestFormula) return null;
    return { tex, display: fence.display, end: to + fence.close.length };
  }
  if (source[position] !== '$') return null;
  // A price is no formula: the first character after the opening dollar and the last before the closing one are no
  // blanks, and no digit follows.
  if (/\s/.test(source[position + 1] ?? ' ')) return null;
  for (let at = position + 1; at < end && at - position <= longestFormula; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (character === '\n' && source[at + 1] === '\n') return null;
    else if (character === '$') {
      if (/\s/.test(source[at - 1] ?? ' ') || /\d/.test(source[at + 1] ?? '')) return null;
      return { tex: source.slice(position + 1, at), display: false, end: at + 1 };
    }
  }
  return null;
}
