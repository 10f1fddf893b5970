import katex from 'katex';
import 'katex/dist/katex.min.css';

/**
 * Draws TeX into an element, for the eye and, as MathML, for the ear. KaTeX builds nodes and sets styles through CSSOM,
 * which the page's policy allows; nothing of the TeX becomes HTML or an address.
 * @returns Whether the TeX was understood; if not, the element is left as it was.
 */
export function drawFormula(element: HTMLElement, tex: string, display: boolean): boolean {
  const drawn = document.createElement('span');
  try {
    katex.render(tex, drawn, {
      displayMode: display,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxSize: 20,
      maxExpand: 500,
    });
  } catch {
    return false;
  }
  element.replaceChildren(...drawn.childNodes);
  return true;
}
