/** The languages of the page. */
export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

/** The language to begin with: what was chosen before, else the first of the browser's that the page speaks, else English. */
export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  const known = (tag: string | null): Language | undefined =>
    languages.find((one) => tag?.toLowerCase().split('-')[0] === one);
  return known(stored) ?? preferred.map(known).find((one) => one !== undefined) ?? 'en';
}
