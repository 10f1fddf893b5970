import { read, write } from '$lib/storage';
import { chooseLanguage, type Language } from './choose';

class LanguageState {
  #current = $state<Language>(chooseLanguage(read('language'), globalThis.navigator?.languages ?? []));

  /** The language of the page, reactive. */
  get current(): Language {
    return this.#current;
  }

  /** Its BCP 47 tag, for `lang` and `Intl`. */
  get tag(): string {
    return this.#current === 'zh' ? 'zh-CN' : 'en';
  }

  set(language: Language): void {
    this.#current = language;
    write('language', language);
  }
}

export const language = new LanguageState();
