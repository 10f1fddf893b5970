import katex, { type KatexOptions } from 'katex';
import 'katex/dist/katex.min.css';

/** A node of KaTeX's own tree, before it becomes an element. */
interface Box {
  readonly attributes?: Record<string, string>;
  readonly children?: readonly Box[];
  toNode(): Node;
}

// KaTeX offers its tree to those who draw in other ways, but its types do not tell of it.
const { __renderToDomTree: tree } = katex as unknown as {
  readonly __renderToDomTree: (tex: string, options: KatexOptions) => Box;
};

const held = 'data-style';

/** A style attribute would be refused by the page's policy; it is held until it can be set through CSSOM, which is not. */
function holdStyles({ attributes, children }: Box): void {
  if (attributes?.['style'] !== undefined) {
    attributes[held] = attributes['style'];
    delete attributes['style'];
  }
  children?.forEach(holdStyles);
}

/**
 * Draws TeX into an element, for the eye and, as MathML, for the ear. KaTeX builds nodes; nothing of the TeX becomes HTML
 * or an address.
 * @returns Whether the TeX was understood; if not, the element is left as it was.
 */
export function drawFormula(element: HTMLElement, tex: string, display: boolean): boolean {
  try {
    const drawn = tree(tex, {
      displayMode: display,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxSize: 20,
      maxExpand: 500,
    });
    holdStyles(drawn);
    element.replaceChildren(drawn.toNode());
  } catch (error) {
    if (error instanceof katex.ParseError) return false;
    throw error;
  }
  for (const one of element.querySelectorAll(`[${held}]`)) {
    // Not every browser styles MathML, which is hidden from the eye anyway.
    if ('style' in one) (one as HTMLElement).style.cssText = one.getAttribute(held) ?? '';
    one.removeAttribute(held);
  }
  return true;
}
