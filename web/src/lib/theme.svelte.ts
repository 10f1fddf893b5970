import { read, write } from '$lib/storage';

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

const system = matchMedia('(prefers-color-scheme: dark)');

class ThemeState {
  #choice = $state<Theme>(parse(read('theme')));
  #systemDark = $state(system.matches);

  constructor() {
    system.addEventListener('change', (event) => (this.#systemDark = event.matches));
    this.#apply();
  }

  /** What was chosen. */
  get choice(): Theme {
    return this.#choice;
  }

  /** Whether the page is dark now, reactive; charts, which are painted, need to know. */
  get dark(): boolean {
    return this.#choice === 'auto' ? this.#systemDark : this.#choice === 'dark';
  }

  set(theme: Theme): void {
    this.#choice = theme;
    write('theme', theme === 'auto' ? null : theme);
    this.#apply();
  }

  #apply(): void {
    if (this.#choice === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.#choice;
  }
}

function parse(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'auto';
}

export const theme = new ThemeState();
