import { language } from './language.svelte';

/** A text, or a function that makes one of figures and names. */
export type Message = string | ((...args: never[]) => string);

/** The same texts in another language: every key, no other, and functions of the same parameters. */
export type Translation<T extends Record<string, Message>> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => string ? (...args: A) => string : string;
};

/**
 * The texts of a part of the page. `texts.key` is in the page's language and changes with it; a key that one of the two
 * languages lacks does not compile.
 */
export function bilingual<const T extends Record<string, Message>>(en: T, zh: NoInfer<Translation<T>>): Translation<T> {
  const texts = {};
  for (const key of Object.keys(en)) {
    Object.defineProperty(texts, key, {
      enumerable: true,
      get: () => (language.current === 'zh' ? zh : en)[key as keyof T],
    });
  }
  return texts as Translation<T>;
}
