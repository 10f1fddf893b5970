import { pathOf, viewOf, type View } from './address';

class Router {
  #view = $state<View>(viewOf(location.pathname));
  #query = $state.raw(new URLSearchParams(location.search));

  constructor() {
    addEventListener('popstate', () => this.#read());
  }

  /** The view that the address names. */
  get view(): View {
    return this.#view;
  }

  /** The query of the address; what it holds is the view's own. */
  get query(): URLSearchParams {
    return this.#query;
  }

  /** Goes to a view, as a click on a link does. */
  go(view: View, query: URLSearchParams | string = ''): void {
    history.pushState(null, '', this.href(view, query));
    this.#read();
    scrollTo(0, 0);
  }

  /** Puts another query into the address of this view without a new step in the history. */
  replace(query: URLSearchParams): void {
    if (query.toString() === this.#query.toString()) return;
    history.replaceState(null, '', this.href(this.#view, query));
    this.#query = query;
  }

  /** The address of a view. */
  href(view: View, query: URLSearchParams | string = ''): string {
    const text = query.toString();
    return pathOf(view) + (text === '' ? '' : `?${text}`);
  }

  /** Takes over the clicks on links within the page; those with a modifier open a tab as ever. */
  handleClick = (event: MouseEvent): void => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element | null)?.closest<HTMLAnchorElement>('a[href]');
    if (!link || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.hash !== '' && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    this.#read();
    scrollTo(0, 0);
  };

  #read(): void {
    this.#view = viewOf(location.pathname);
    this.#query = new URLSearchParams(location.search);
  }
}

export const router = new Router();
