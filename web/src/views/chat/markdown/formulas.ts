type Drawer = typeof import('$lib/markdown/formula').drawFormula;

let drawer: Drawer | undefined;
let loading: Promise<Drawer> | undefined;

/** Draws the formulas of a text. The first one loads what draws them; until then, and where TeX is not understood, the TeX shows. */
export function drawFormulas(root: ParentNode): void {
  const places = [...root.querySelectorAll<HTMLElement>('.formula')];
  if (places.length === 0) return;
  const draw = (by: Drawer) => {
    for (const place of places) by(place, place.textContent, place.dataset['display'] === 'true');
  };
  if (drawer) {
    draw(drawer);
    return;
  }
  loading ??= import('$lib/markdown/formula').then((loaded) => (drawer = loaded.drawFormula));
  loading.then(draw, () => {
    // The page was left or the server is gone; the TeX can be read as it is.
    loading = undefined;
  });
}
